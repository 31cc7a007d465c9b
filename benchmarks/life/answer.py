"""What a probe sees that is sent on a given day: the vendor as it is, through the network as it is.

The day is known to its end, so an answer is made when the question is asked, with all that will cross it.
"""

import json
import math
from dataclasses import dataclass, replace
from random import Random

from benchmarks.life.world import (
    ACCOUNT,
    OUTAGES,
    RULES,
    Day,
    Fault,
    Jolt,
    Link,
    Trouble,
    Watched,
)

from trayuptime.core.evidence import Evidence, Failure
from trayuptime.core.model import Level, Phases, Reach, Surface


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        takes_s: from the question to the answer or the failure.
        theirs: it is the vendor's doing; over a perfect network it would have failed too.
        ours: this computer's own network had a part in it.
    """

    takes_s: float
    theirs: bool
    ours: bool
    status: int | None = None
    failure: Failure | None = None
    body: bytes = b""
    wait_s: int = 0
    cut_off: bool = False
    late_s: float = 0.0
    """How much of the time went by before the vendor was reached: looking its name up, or connecting."""


def ask(day: Day, watched: Watched, level: Level, at: float, dice: Random) -> Answer:
    """Asks a surface at a second of the day."""
    trouble = _trouble(day, watched, level, at, dice)
    if watched.reach is Reach.LOOPBACK:
        return _vendors(watched, trouble, dice)
    theirs = trouble is not None and trouble.fault in OUTAGES
    before = _own(day, at, dice)
    if before.failure is not None:
        cut_off = before.cut_off and day.knows_routes
        return Answer(before.takes_s, theirs, True, failure=before.failure, cut_off=cut_off)
    # Names and connections that come late: what is left of the time is the vendor's.
    answer = _vendors(watched, trouble, dice)
    takes_s = before.takes_s + answer.takes_s
    if takes_s > RULES.timeout_s and answer.failure is None:
        return Answer(RULES.timeout_s, theirs, True, failure=Failure.READ_TIMEOUT)
    late = replace(
        answer,
        takes_s=min(takes_s, RULES.timeout_s),
        theirs=theirs,
        ours=before.takes_s > 0,
        late_s=before.takes_s,
    )
    return _crossed(day, late, at, at + before.takes_s, dice)


def evidence_of(answer: Answer, watched: Watched, day: Day, at: float) -> Evidence:
    """The answer as the transport would hand it over."""
    headers = {"content-type": "text/html" if answer.body.startswith(b"<") else "application/json"}
    if answer.wait_s:
        headers["retry-after"] = str(answer.wait_s)
    return Evidence(
        began_at=day.wall(at),
        host=watched.host,
        reach=watched.reach,
        phases=_phases(answer, watched),
        authentic=answer.status is not None,
        status=answer.status,
        headers=headers,
        body=answer.body,
        failure=answer.failure,
        failure_text="" if answer.failure is None else answer.failure.value,
        cut_off=answer.cut_off,
    )


def _phases(answer: Answer, watched: Watched) -> Phases:
    """As far as the probe came: names that come late are our own, an answer that does is the vendor's."""
    total_ms = answer.takes_s * 1000
    late_ms = answer.late_s * 1000
    if answer.failure is Failure.DNS:
        return Phases(dns_ms=total_ms, total_ms=total_ms)
    if answer.status is None:
        return Phases(dns_ms=late_ms, total_ms=total_ms)
    way_ms = min(watched.usual_ms / 4, (total_ms - late_ms) / 3)
    return Phases(late_ms + way_ms / 4, way_ms, way_ms, total_ms - late_ms - 2.25 * way_ms, total_ms)


def _trouble(day: Day, watched: Watched, level: Level, at: float, dice: Random) -> Trouble | None:
    trouble = day.troubles[watched.key].at(at)
    if trouble is not None and trouble.rate < 1.0 and dice.random() >= trouble.rate:
        trouble = None
    if trouble is not None and trouble.fault is Fault.PAGE and level is Level.REACH:
        trouble = None  # a page is an answer too where being there is all that is asked
    if trouble is not None and trouble.fault in OUTAGES:
        return trouble
    account = day.account.get(watched.key.provider)
    if level is Level.MODELS and watched.keyed and account is not None:
        trouble = account.at(at) or trouble
    return trouble


# The vendor

_MODELS = json.dumps({"object": "list", "data": [{"id": "m", "object": "model"}]}).encode()
_PAGE = b"<!doctype html><title>Welcome</title><p>We are back soon.</p>"
_ANSWERS: dict[Fault, tuple[int, bytes]] = {
    Fault.ERROR: (502, b"<html><body>502 Bad Gateway</body></html>"),
    Fault.OVERLOADED: (503, b'{"error": {"message": "The server is overloaded, slow down"}}'),
    Fault.PAGE: (200, _PAGE),
    Fault.RATE: (429, b'{"error": {"message": "Rate limit reached", "type": "requests"}}'),
    Fault.CREDIT: (402, b'{"error": {"message": "Insufficient Balance"}}'),
    Fault.KEY: (401, b'{"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}'),
}
_FAILURES: dict[Fault, Failure] = {
    Fault.REFUSED: Failure.REFUSED,
    Fault.RESET: Failure.RESET,
    Fault.BLACK_HOLE: Failure.CONNECT_TIMEOUT,
    Fault.HANG: Failure.READ_TIMEOUT,
    Fault.NAME: Failure.DNS,
    Fault.CERTIFICATE: Failure.TLS,
}
_HANGING = frozenset({Fault.BLACK_HOLE, Fault.HANG})


def _vendors(watched: Watched, trouble: Trouble | None, dice: Random) -> Answer:
    """What the vendor says to whoever reaches it."""
    takes_s = min(watched.usual_ms / 1000 * math.exp(dice.gauss(0, 0.25)), RULES.timeout_s / 2)
    if trouble is None or trouble.fault is Fault.SLOW:
        if trouble is not None:
            takes_s = dice.uniform(4.0, 9.0)
        page = watched.key.surface is not Surface.API
        return Answer(takes_s, False, False, 200, body=_PAGE if page else _MODELS)
    theirs = trouble.fault not in ACCOUNT
    if trouble.fault in _ANSWERS:
        status, body = _ANSWERS[trouble.fault]
        return Answer(takes_s, theirs, False, status, body=body, wait_s=trouble.wait_s)
    if trouble.fault in _HANGING:
        takes_s = RULES.timeout_s
    return Answer(takes_s, theirs, False, failure=_FAILURES[trouble.fault])


# The own network


def _own(day: Day, at: float, dice: Random) -> Answer:
    """What the own network does before a vendor is reached: a failure, or only a delay."""
    spell = day.spells.at(at)
    if spell is None:
        return Answer(0.0, False, False)
    patience_s = RULES.timeout_s
    match spell.link:
        case Link.GONE:
            failure = Failure.DNS if dice.random() < 0.7 else Failure.CONNECT_TIMEOUT
            return Answer(0.004, False, True, failure=failure, cut_off=True)
        case Link.SILENT:
            back_s = spell.end - at + dice.uniform(0.0, 2.0)  # until the next packet is sent again
            if back_s < patience_s and day.spells.at(at + back_s) is None:
                return Answer(back_s, False, True)
            failure = dice.choice((Failure.DNS, Failure.CONNECT_TIMEOUT))
            return Answer(patience_s, False, True, failure=failure)
        case Link.PORTAL:
            failure = dice.choices(
                (Failure.TLS, Failure.RESET, Failure.REFUSED, Failure.CONNECT_TIMEOUT), (6, 1, 1, 1)
            )[0]
            takes_s = patience_s if failure is Failure.CONNECT_TIMEOUT else dice.uniform(0.02, 0.4)
            return Answer(takes_s, False, True, failure=failure)
        case Link.NAMELESS:
            takes_s = dice.choice((0.05, 5.0, patience_s))
            return Answer(takes_s, False, True, failure=Failure.DNS)
        case Link.SLUGGISH:
            takes_s = dice.uniform(0.5, 11.0)
            if takes_s < patience_s:
                return Answer(takes_s, False, True)
            return Answer(patience_s, False, True, failure=Failure.DNS)


_JOLTS = (Jolt.RESET, Jolt.HANG, Jolt.DELAY)


def _crossed(day: Day, answer: Answer, at: float, reached: float, dice: Random) -> Answer:
    """The same answer after what happens to the own network while it is under way."""
    ends = at + answer.takes_s
    spell = day.spells.next_from(reached)
    if spell is not None and spell.start < ends:
        short = spell.end - spell.start < 3.0 and day.spells.at(spell.end + 1.0) is None
        if short and spell.link is Link.SILENT:
            return _delayed(answer, spell.end - spell.start + dice.uniform(0.0, 1.5))
        return _broken(answer, Jolt.RESET if dice.random() < 0.4 else Jolt.HANG, spell.start - at)
    jolt = next((second for second in day.jolts if reached <= second < ends), None)
    if jolt is None:
        return answer
    how = dice.choice(_JOLTS)
    if how is Jolt.DELAY:
        return _delayed(answer, dice.uniform(0.5, 4.0))
    return _broken(answer, how, jolt - at)


def _delayed(answer: Answer, by_s: float) -> Answer:
    if answer.takes_s + by_s >= RULES.timeout_s:
        return _broken(answer, Jolt.HANG, 0.0)
    return replace(answer, takes_s=answer.takes_s + by_s, ours=True)


def _broken(answer: Answer, how: Jolt, after_s: float) -> Answer:
    if how is Jolt.RESET:
        return Answer(after_s + 0.01, answer.theirs, True, failure=Failure.RESET)
    return Answer(RULES.timeout_s, answer.theirs, True, failure=Failure.READ_TIMEOUT)
