"""Sends one order over the transport, classifies the evidence, and redacts what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from trayuptime.core.classify import classify
from trayuptime.core.model import Evidence, Instant, Question, Result
from trayuptime.net.redact import redact
from trayuptime.net.transport import Request
from trayuptime.probes.hosts import place_of


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
    # The host as the schedule and the witnesses know it, whichever way the transport spells it.
    evidence = replace(await asker.ask(order.request), host=place_of(order.request.url))
    now = clock()
    result = classify(order.question, evidence, now)
    if not result.detail and not result.excerpt:
        return result
    # Redacted before anything is cut short: a key that is cut in two is no longer recognised.
    secrets = order.request.secret_headers.values()
    body = redact(evidence.body.decode("utf-8", "replace"), secrets).encode()
    clean = classify(order.question, replace(evidence, body=body), now)
    return replace(result, detail=redact(clean.detail, secrets), excerpt=clean.excerpt)
