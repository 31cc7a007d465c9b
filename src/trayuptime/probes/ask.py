"""Sends one order over the transport, classifies the evidence, and redacts what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from trayuptime.core.classify import classify
from trayuptime.core.model import Evidence, Instant, Question, Result
from trayuptime.net.redact import redact
from trayuptime.net.transport import Request


class Asker(Protocol):
    """Whoever can ask one HTTP question; the transport, or a stand-in."""

    async def ask(self, request: Request) -> Evidence:
        """Asks; everything the world can do comes back as evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """One probe ready to be sent: what is asked, and the request that asks it."""

    question: Question
    request: Request


async def ask(order: Order, asker: Asker, clock: Callable[[], Instant]) -> Result:
    """Carries out one order.

    Args:
        order: the probe.
        asker: sends the request.
        clock: the wall clock, read once when the answer is complete.
    """
    evidence = await asker.ask(order.request)
    result = classify(order.question, evidence, clock())
    if not result.detail and not result.excerpt:
        return result
    secrets = order.request.secret_headers.values()
    return replace(result, detail=redact(result.detail, secrets), excerpt=redact(result.excerpt, secrets))
