"""How one surface's light follows its settled results: confirmation, recovery, slowness, flapping, incidents.

VERDICTS.md section 4 in code. Vantage is decided before a result comes here.
"""

from dataclasses import replace
from itertools import pairwise

from trayuptime.core import slowness, uptime
from trayuptime.core.announcements import LATE_WORD_S
from trayuptime.core.model import (
    Incident,
    IncidentKind,
    Instant,
    Key,
    Level,
    Phase,
    Result,
    Rules,
    Service,
    Span,
)
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.slowness import Ask
from trayuptime.core.state import (
    CameUp,
    Sample,
    Silence,
    SurfaceState,
    Transition,
    WentDegraded,
    WentDown,
    WentUnstable,
)

SLOW_AFTER = 3
"""Slow answers in a row until the light says degraded."""
IN_TIME_AFTER = 3
"""Answers in time in a row until slowness is over."""
FLAP_WINDOW = 20
FLAP_CHANGES = 6
STEADY_AFTER = 20
REOPEN_WITHIN_S = 600.0
"""What lies closer together is the same trouble; further apart, failures are not in a row either."""
EARLIER = 8
"""So many closed incidents are kept for that beside the last one."""


Settlement = tuple[SurfaceState, tuple[Transition, ...], Result]
"""The surface afterwards, what happened, and the result as judged (an `ok` may turn out `slow`)."""


def settle(
    surface: SurfaceState,
    result: Result,
    rules: Rules,
    next_incident: int,
    *,
    timed: Ask,
    may_be_unstable: Ask,
) -> Settlement:
    """Takes one result into account.

    Args:
        surface: the surface before.
        result: a result that counts; for a surface, results come in the order of their `at`.
        rules: its thresholds.
        next_incident: the number that a new incident would get.
        timed: a slow answer is the vendor's; otherwise it was timed before, or everybody is slow from here.
        may_be_unstable: a surface that keeps changing is to blame for it; otherwise our network is.
    """
    before = surface
    surface = _heard(_unbroken(surface, result), result)
    if result.level is Level.COMPLETION and MEANINGS[result.reason].effect is not Effect.NOTHING:
        surface = replace(surface, deep_until=uptime.outranks_until(result.at, result.interval_s))
    match MEANINGS[result.reason].effect:
        case Effect.FAILURE:
            after, happened = _failed(surface, result, rules, next_incident)
        case Effect.SUCCESS:
            result = slowness.timed(surface, result, timed)
            after, happened = _succeeded(surface, result, rules, next_incident)
        case _:
            # Neither: the light keeps what it had while the last definite result speaks; but that is the time
            # until the next result, and this is the next one, so nothing more is covered.
            mute_at = result.at if before.mute_at is None else min(before.mute_at, result.at)
            muted = replace(surface, latest=result, cut_at=before.cut_at, mute_at=mute_at)
            if result.level is Level.COMPLETION and surface.incident is None:
                muted = replace(muted, deep_until=None)  # it says nothing, so what asks less is heard again
            return muted, (), result
    if not happened:
        after, happened = _maybe_unstable(after, result, next_incident, may_be_unstable)
    return after, happened, result


def open_incident(surface: SurfaceState, until: Instant) -> Incident | None:
    """The open incident, seen as long as the last result speaks, at most until a moment."""
    incident = surface.incident
    if incident is None:
        return None
    return replace(incident, seen=uptime.merged((*incident.seen, *_last_word(surface, until))))


def _unbroken(surface: SurfaceState, result: Result) -> SurfaceState:
    """Without its streaks where nothing was heard for long: what is so far apart is not "in a row".

    Longer than a result speaks, because many surfaces of one hanging host wait for each other.
    """
    last = surface.last
    if last is None:
        return surface
    until = max(last.at + round(REOPEN_WITHIN_S * 1000), uptime.speaks_until(last.at, last.interval_s))
    return surface if result.at <= until else without_streaks(surface)


def without_streaks(surface: SurfaceState) -> SurfaceState:
    """As if nothing was in a row."""
    return replace(
        surface,
        fails=0,
        first_fail=None,
        fail_reasons=(),
        oks=0,
        first_ok=None,
        slows=0,
        first_slow=None,
        fast=0,
        first_fast=None,
    )


def lose_sight(surface: SurfaceState, now: Instant) -> tuple[SurfaceState, tuple[Transition, ...]]:
    """Nobody will see how its open incident ends: it ends where it was seen last, and nobody is notified."""
    incident, last = surface.incident, surface.last
    assert incident is not None
    ended_at = incident.started_at if last is None else max(incident.started_at, last.at)
    incident = replace(incident, ended_at=ended_at)
    after = replace(
        without_streaks(surface),
        service=Service.UNKNOWN,
        since=None,
        incident=None,
        previous=incident,
        earlier=_earlier(surface, ended_at),
        recent=(),
        seen=(),
        deep_until=None,
        deep_trouble=False,
        shallow_red=None,
    )
    key = Key(incident.provider, incident.surface)
    down_s = uptime.downtime_s(incident, ended_at)
    return after, (CameUp(now, key, incident, down_s, tell=False),)


def _heard(surface: SurfaceState, result: Result) -> SurfaceState:
    """Adds the time for which the last result spoke, where an incident or a failing streak needs it."""
    if surface.last is None:  # nothing has spoken yet that a gap or a mute answer could have ended
        return replace(surface, cut_at=None, mute_at=None)
    if surface.incident is not None:
        return replace(surface, incident=open_incident(surface, result.at), cut_at=None, mute_at=None)
    if surface.fails:
        seen = uptime.merged((*surface.seen, *_last_word(surface, result.at)))
        return replace(surface, seen=seen, cut_at=None, mute_at=None)
    if surface.cut_at is None and surface.mute_at is None:
        return surface
    return replace(surface, cut_at=None, mute_at=None)


def _last_word(surface: SurfaceState, until: Instant) -> tuple[Span, ...]:
    """The time for which the last result speaks: until the next one, a gap, or a mute answer."""
    last = surface.last
    if last is None:
        return ()
    end = min(until, uptime.speaks_until(last.at, last.interval_s))
    for ended_at in (surface.cut_at, surface.mute_at):
        end = end if ended_at is None else min(end, ended_at)
    return (Span(last.at, end),) if end > last.at else ()


def _failed(
    surface: SurfaceState, result: Result, rules: Rules, next_incident: int
) -> tuple[SurfaceState, tuple[Transition, ...]]:
    begins = surface.fails == 0
    incident = surface.incident
    if incident is not None and result.reason not in incident.reasons:
        incident = replace(incident, reasons=(*incident.reasons, result.reason))
    after = replace(
        surface,
        last=result,
        latest=result,
        fails=surface.fails + 1,
        # The earlier of the two: the clock may have been set back within the streak.
        first_fail=result.at if surface.first_fail is None else min(surface.first_fail, result.at),
        fail_reasons=tuple(dict.fromkeys((*(() if begins else surface.fail_reasons), result.reason))),
        seen=() if begins else surface.seen,
        oks=0,
        first_ok=None,
        slows=0,
        first_slow=None,
        fast=0,
        first_fast=None,
        incident=incident,
        recent=_sampled(surface, result, failed=True),
        steady=_steady(surface, failed=True),
    )
    if after.service is not Service.DOWN and after.fails >= rules.confirm_after:
        return go_down(after, result.ended_at, next_incident)
    return after, ()


def go_down(
    surface: SurfaceState, at: Instant, next_incident: int, silence: Silence | None = None
) -> tuple[SurfaceState, tuple[Transition, ...]]:
    """The surface has failed often enough.

    Args:
        surface: its last result is a failure, and it is not down yet.
        at: when that was known.
        next_incident: the number that a new incident would get.
        silence: of its host, where its own failures alone were not enough.
    """
    result, start = surface.last, surface.first_fail
    assert result is not None
    assert start is not None
    reopened = False
    if surface.incident is not None:
        incident = replace(
            surface.incident,
            kind=IncidentKind.OUTAGE,
            phases=(*surface.incident.phases, Phase(start, Service.DOWN)),
        )
    elif _within_reopening(surface.previous, start):
        before = surface.previous
        assert before is not None
        assert before.ended_at is not None
        reopened = True
        incident = replace(
            before,
            kind=IncidentKind.OUTAGE,
            ended_at=None,
            recoveries=(*before.recoveries, before.ended_at),
            phases=(*before.phases, Phase(before.ended_at, Service.UP), Phase(start, Service.DOWN)),
            seen=uptime.merged((*before.seen, *surface.seen)),
        )
    else:
        incident = replace(
            _begun(next_incident, IncidentKind.OUTAGE, result, start, at),
            phases=(Phase(start, Service.DOWN),),
            seen=surface.seen,
        )
    reasons = tuple(dict.fromkeys((*incident.reasons, *surface.fail_reasons)))
    tell = incident.told is not IncidentKind.OUTAGE
    incident = replace(incident, reasons=reasons, told=IncidentKind.OUTAGE)
    after = replace(
        surface,
        service=Service.DOWN,
        since=start,
        incident=incident,
        previous=None if reopened else surface.previous,
        seen=(),
        recent=(),
        deep_trouble=False,
    )
    return after, (WentDown(at, result.key, incident, result.reason, reopened, tell, silence),)


def _begun(
    number: int, kind: IncidentKind, result: Result, start: Instant, confirmed_at: Instant
) -> Incident:
    """A new incident of the result's surface, without any phase yet."""
    return Incident(
        id=number,
        provider=result.provider,
        surface=result.surface,
        kind=kind,
        started_at=start,
        confirmed_at=confirmed_at,
        phases=(),
    )


def _within_reopening(previous: Incident | None, start: Instant) -> bool:
    if previous is None or previous.ended_at is None:
        return False
    # A start before that end is a clock that was set back; telling twice is better than never.
    return 0 <= start - previous.ended_at <= REOPEN_WITHIN_S * 1000


def _succeeded(
    surface: SurfaceState, result: Result, rules: Rules, next_incident: int
) -> tuple[SurfaceState, tuple[Transition, ...]]:
    slow = result.reason is Reason.SLOW
    after = (
        SurfaceState(  # every field by its name: `replace` would take three times as long, at every answer
            service=surface.service,
            since=surface.since,
            last=result,
            latest=result,
            oks=surface.oks + 1,
            first_ok=surface.first_ok if surface.oks else result.at,
            slows=surface.slows + 1 if slow else 0,
            first_slow=(surface.first_slow if surface.slows else result.at) if slow else None,
            fast=0 if slow else surface.fast + 1,
            first_fast=None if slow else (surface.first_fast if surface.fast else result.at),
            recent=_sampled(surface, result, failed=False),
            steady=_steady(surface, failed=False),
            seen=surface.seen,
            cut_at=surface.cut_at,
            mute_at=surface.mute_at,
            unproven_since=surface.unproven_since,
            incident=surface.incident,
            previous=surface.previous,
            earlier=surface.earlier,
            baseline_ms=surface.baseline_ms,
            warm_up=slowness.learned(surface, result, deep=False),
            deep_baseline_ms=surface.deep_baseline_ms,
            deep_warm_up=slowness.learned(surface, result, deep=True),
            deep_until=surface.deep_until,
            deep_trouble=surface.deep_trouble,
            crowded=surface.crowded,
        )
    )
    match after.service:
        case Service.UNKNOWN:
            return replace(after, service=Service.UP, since=result.at), ()
        case Service.DOWN if after.slows >= SLOW_AFTER:
            assert after.first_ok is not None
            return _go_slow(after, result, after.first_ok, next_incident)
        case Service.DOWN if after.oks >= rules.recover_after and not slow:
            # A slow answer alone decides nothing: the next one tells slow from up.
            assert after.first_ok is not None
            return _come_up(after, result, after.first_ok)
        case Service.DEGRADED if after.incident and after.incident.kind is IncidentKind.UNSTABLE:
            if after.steady >= STEADY_AFTER:
                assert after.first_ok is not None
                return _come_up(after, result, after.first_ok)
        case Service.DEGRADED if after.fast >= IN_TIME_AFTER:
            assert after.first_fast is not None
            return _come_up(after, result, after.first_fast)
        case Service.UP if after.slows >= SLOW_AFTER:
            assert after.first_slow is not None
            return _go_slow(after, result, after.first_slow, next_incident)
    return after, ()


def _go_slow(
    surface: SurfaceState, result: Result, start: Instant, next_incident: int
) -> tuple[SurfaceState, tuple[Transition, ...]]:
    incident = surface.incident
    start = min(start, result.at)  # the clock may have been set back
    if incident is None:
        incident = _begun(next_incident, IncidentKind.DEGRADED, result, start, result.ended_at)
    reasons = tuple(dict.fromkeys((*incident.reasons, Reason.SLOW)))
    phases = (*incident.phases, Phase(start, Service.DEGRADED))
    incident = replace(incident, phases=phases, reasons=reasons)
    after = replace(
        surface,
        service=Service.DEGRADED,
        since=start,
        incident=incident,
        recent=(),
        deep_trouble=result.level is Level.COMPLETION,
    )
    return after, (WentDegraded(result.ended_at, result.key, incident, Reason.SLOW),)


def _come_up(
    surface: SurfaceState, result: Result, end: Instant
) -> tuple[SurfaceState, tuple[Transition, ...]]:
    assert surface.incident is not None
    incident = replace(surface.incident, ended_at=end)
    told_up_at = incident.told_up_at
    # One that comes and goes every few minutes would else be told every few minutes that it is over.
    soon = told_up_at is not None and 0 <= end - told_up_at < REOPEN_WITHIN_S * 1000
    tell = incident.told is not None and not soon
    if tell:
        incident = replace(incident, told_up_at=end)
    down_s = uptime.downtime_s(incident, end)
    after = replace(
        surface,
        service=Service.UP,
        since=end,
        incident=None,
        previous=incident,
        earlier=_earlier(surface, end),
        recent=(),
        seen=(),
        deep_trouble=False,
    )
    return after, (CameUp(result.ended_at, result.key, incident, down_s, tell=tell),)


def _earlier(surface: SurfaceState, now: Instant) -> tuple[Incident, ...]:
    """The closed incidents before one that closes now, as far as a vendor may yet speak of them."""
    previous = () if surface.previous is None else (surface.previous,)
    lately = now - round(LATE_WORD_S * 1000)
    closed = [each for each in (*surface.earlier, *previous) if (each.ended_at or 0) >= lately]
    return tuple(closed[-EARLIER:])


def _maybe_unstable(
    surface: SurfaceState, result: Result, next_incident: int, may_be: Ask
) -> tuple[SurfaceState, tuple[Transition, ...]]:
    """Opens an `unstable` incident where the outcomes keep changing without anything being confirmed.

    Only a change can do it: what was our own network's doing is not the vendor's once that is forgotten.
    """
    incident = surface.incident
    settled = surface.service in {Service.DOWN, Service.UNKNOWN}
    if surface.steady > 1:
        return surface, ()
    if settled or (incident is not None and incident.kind is not IncidentKind.DEGRADED):
        return surface, ()
    samples = surface.recent
    if sum(a.failed is not b.failed for a, b in pairwise(samples)) < FLAP_CHANGES or not may_be():
        return surface, ()
    failures = [sample for sample in samples if sample.failed]
    start = min(failures[0].at, result.at)  # the clock may have been set back
    if incident is None:
        incident = replace(
            _begun(next_incident, IncidentKind.UNSTABLE, result, start, result.ended_at),
            phases=(Phase(start, Service.DEGRADED),),
            seen=surface.seen,
        )
    reason = failures[-1].reason
    reasons = tuple(dict.fromkeys((*incident.reasons, *(sample.reason for sample in failures))))
    incident = replace(incident, kind=IncidentKind.UNSTABLE, reasons=reasons, told=IncidentKind.UNSTABLE)
    after = replace(
        surface,
        service=Service.DEGRADED,
        since=start,
        incident=incident,
        seen=(),
        deep_trouble=result.level is Level.COMPLETION,
    )
    return after, (WentUnstable(result.ended_at, result.key, incident, reason),)


def _sampled(surface: SurfaceState, result: Result, *, failed: bool) -> tuple[Sample, ...]:
    return (*surface.recent, Sample(result.at, failed, result.reason))[-FLAP_WINDOW:]


def _steady(surface: SurfaceState, *, failed: bool) -> int:
    """Outcomes in a row like this one, this one included."""
    unchanged = bool(surface.recent) and surface.recent[-1].failed is failed
    return surface.steady + 1 if unchanged else 1
