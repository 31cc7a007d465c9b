"""Sends one order over the transport, classifies the evidence, and redacts what is kept of it."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from trayuptime.core import words
from trayuptime.core.answer import one_line
from trayuptime.core.classify import DETAIL_LENGTH, classify
from trayuptime.core.evidence import Evidence, Question
from trayuptime.core.model import Instant, Result
from trayuptime.core.reasons import MEANINGS, Reason
from trayuptime.core.waiting import Wait, wait_of
from trayuptime.net.redact import redact
from trayuptime.net.transport import Request
from trayuptime.probes.hosts import place_of

_log = logging.getLogger(__name__)


class Asker(Protocol):
    """Whoever can ask one HTTP question; the transport, or a stand-in."""

    async def ask(self, request: Request) -> Evidence:
        """Asks; everything the world can do comes back as evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """One probe ready to be sent: what is asked, and the request that asks it.

    Attributes:
        whole: what came is wanted too, not its reason alone.
        service: what tells how the service is, where the question itself is about the user's account, which
            another part of the vendor may answer for; it is asked first.
        then: asked of the same host after a good answer, in what is left of the time; it only says more.
    """

    question: Question
    request: Request
    whole: bool = False
    service: "Order | None" = None
    then: Request | None = None


async def ask(order: Order, asker: Asker, clock: Callable[[], Instant]) -> Result:
    """Carries out one order; see `ask_with_waits`."""
    return (await ask_with_waits(order, asker, clock))[0]


async def ask_with_waits(
    order: Order, asker: Asker, clock: Callable[[], Instant]
) -> tuple[Result, tuple[Wait, ...]]:
    """Carries out one order.

    Args:
        order: the probe.
        asker: sends the request.
        clock: the wall clock, read once when the answer to the first question is complete.

    Returns:
        The result, and which hosts want to be left alone: the result's own, and the one that knows the
        account where that is another.
    """
    if order.service is None:
        result = await _ask_one(order, asker, clock)
        return result, _waits(result)
    return await _service_then_account(order, order.service, asker, clock)


async def _service_then_account(
    account: Order, service: Order, asker: Asker, clock: Callable[[], Instant]
) -> tuple[Result, tuple[Wait, ...]]:
    """The account is believed about the user's standing, and about nothing else: it may live or fail alone.

    Nor is it asked in the place of a service that failed: that would be a second try, and hide the first. But
    where a server does not know the service's question, a good answer about the account shows it is well.
    Another host's limit is its own: the service takes questions all the same.
    """
    seen = await _ask_one(service, asker, clock)
    rest = _in_time(account, seen)
    if seen.reason not in {Reason.OK, Reason.BAD_REQUEST} or rest is None:
        return seen, _waits(seen)
    told = await _ask_one(rest, asker, clock)
    elsewhere = told.host != seen.host
    if MEANINGS[told.reason].access is None or (elsewhere and told.reason is Reason.RATE_LIMITED):
        return seen, _waits(seen, told)
    result = replace(
        seen,
        level=told.level,
        reason=told.reason,
        http_status=told.http_status,
        detail=told.detail,
        excerpt=told.excerpt,
        request_id=told.request_id,
        retry_after_s=seen.retry_after_s if elsewhere else told.retry_after_s,
    )
    return result, _waits(seen, told)


def _waits(*results: Result) -> tuple[Wait, ...]:
    return tuple(wait for result in results if (wait := wait_of(result)) is not None)


def _in_time(order: Order, before: Result) -> Order | None:
    """The order with the time that the answer before it left; `None` where it left none to speak of."""
    left_s = order.request.timeout_s - (before.phases.total_ms or 0.0) / 1000
    if left_s < order.request.timeout_s * _WORTH_ASKING:
        return None
    return replace(order, request=replace(order.request, timeout_s=left_s))


async def _ask_one(order: Order, asker: Asker, clock: Callable[[], Instant]) -> Result:
    result, _ = await ask_whole(order, asker, clock)
    return result


async def ask_whole(order: Order, asker: Asker, clock: Callable[[], Instant]) -> tuple[Result, Evidence]:
    """Carries out an order of one question, and returns what came too, of which the headers are redacted."""
    # The host as the schedule and the witnesses know it, whichever way the transport spells it.
    evidence = replace(await asker.ask(order.request), host=place_of(order.request.url))
    now = clock()  # before the second question: as a witness the first answer speaks for its own moment
    evidence = replace(evidence, second=await _ask_more(order, evidence, asker))
    # Redacted before anything is cut short: a key that is cut in two is no longer recognised.
    secrets = order.request.secret_headers.values()
    headers = {name: redact(value, secrets) for name, value in evidence.headers.items()}
    evidence = replace(evidence, headers=headers)
    result = _classified(order, evidence, now)
    if not result.detail and not result.excerpt:
        return result, evidence
    clean = _classified(order, _redacted(evidence, order.request.secret_headers), now)
    detail = one_line(redact(clean.detail, secrets))
    if len(detail) > DETAIL_LENGTH:
        detail = f"{detail[: DETAIL_LENGTH - 1]}…"
    return replace(result, detail=detail, excerpt=clean.excerpt, request_id=clean.request_id), evidence


def _classified(order: Order, evidence: Evidence, now: Instant) -> Result:
    """The result; a fault of ours in reading one answer is told, and ends the watching of nobody."""
    try:
        return classify(order.question, evidence, now)
    except Exception:  # noqa: BLE001 - of ours, whatever it is
        _log.exception("what %s answers makes TrayUptime stumble; please report it", evidence.host)
        bare = replace(evidence, headers={}, body=b"", stream=None, second=None)
        return replace(classify(order.question, bare, now), reason=Reason.UNKNOWN, detail=words.STUMBLES)


async def _ask_more(order: Order, first: Evidence, asker: Asker) -> Evidence | None:
    left_s = order.request.timeout_s - (first.phases.total_ms or 0.0) / 1000
    if order.then is None or first.status != 200 or first.failure is not None or left_s <= 0:
        return None
    return await asker.ask(replace(order.then, timeout_s=left_s))


def _redacted(evidence: Evidence, secret_headers: Mapping[str, str]) -> Evidence:
    def hide(sent: bytes) -> bytes:
        text = _plain(sent.decode("utf-8", "replace"), secret_headers)
        return redact(text, secret_headers.values()).encode()

    stream = evidence.stream
    if stream is not None and stream.error:
        stream = replace(stream, error=hide(stream.error))
    return replace(evidence, body=hide(evidence.body), stream=stream)


def _plain(text: str, secret_headers: Mapping[str, str]) -> str:
    """The text with JSON's escapes undone, but only where they hide a key that the server sent back."""
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")
    words = [word for value in secret_headers.values() for word in value.split() if len(word) >= SHORTEST_KEY]
    return plain if any(word in plain and word not in text for word in words) else text


SHORTEST_KEY = 6
_WORTH_ASKING = 0.1
"""Of the time-out; a question with less than that would tell of our own haste."""
_ESCAPE = re.compile(r"\\u00([0-7][0-9a-fA-F])")
