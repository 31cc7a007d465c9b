"""Why a verdict came about: which rule, which witness, how many more were needed; read off a judged line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trayuptime.core import hysteresis, slowness, uptime, words
from trayuptime.core.crosscheck import CROWDED_AFTER
from trayuptime.core.model import (
    Gap,
    GapCause,
    IncidentKind,
    Key,
    Level,
    Reach,
    Result,
    Rules,
    Service,
    Vantage,
)
from trayuptime.core.notice import LocalTime
from trayuptime.core.reasons import AFTER_CONNECTING, MEANINGS, NETWORK_FAILURES, Access, Effect, Reason
from trayuptime.core.recording import Heard, host_of
from trayuptime.core.replay import Judged
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    GapSeen,
    Happening,
    Settled,
    SurfaceState,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One happening, or a line from which nothing came (`None`), with its reasons, sentences for a person."""

    happening: Happening | None
    why: tuple[str, ...]


def explain(judged: Judged, local: LocalTime) -> list[Explained]:
    """Each happening of one judged line with its reasons; a line that led to nothing says why not.

    Args:
        judged: from `replay`.
        local: how to write a time.
    """
    surfaces = dict(judged.before.surfaces)
    out: list[Explained] = []
    for happening in judged.step.happenings:
        why: Iterator[str]
        match happening:
            case Settled(result=result):
                before = surfaces.get(result.key, SurfaceState())
                why = _settled(before, happening, judged)
                surfaces[result.key] = happening.after or before
            case _:
                why = _told(happening, judged, surfaces, local)
        out.append(Explained(happening, tuple(why)))
    if isinstance(judged.recorded, Heard) and not any(_is_of(each, judged.recorded) for each in out):
        out.append(Explained(None, tuple(_unsettled(judged.recorded, judged))))
    return out


def _is_of(explained: Explained, line: Heard) -> bool:
    happening = explained.happening
    return (
        isinstance(happening, Settled) and happening.result.key == line.key and happening.result.at == line.at
    )


def _settled(before: SurfaceState, settled: Settled, judged: Judged) -> Iterator[str]:
    result, after = settled.result, settled.after
    rules = judged.rules[result.key]
    if not settled.counted or after is None:
        yield _set_aside(result)
        return
    match MEANINGS[result.reason].effect:
        case Effect.FAILURE:
            with_host = _went_down_with_host(result.key, judged)
            yield from _failure(before, after, settled.needed, with_host=with_host)
            if settled.needed > rules.confirm_after and before.service is not Service.DOWN:
                deep = result.level is Level.COMPLETION and result.reason in AFTER_CONNECTING
                nobody = deep and settled.witness in {"", result.host}
                why = "nobody else could vouch" if nobody else "others lost answers too lately"
                yield f"{why}, so it takes {settled.needed} of them"
            yield _proof(settled, judged)
        case Effect.SUCCESS:
            yield from _success(before, after, result, rules)
        case _:
            yield "it says nothing about the service: neither a success nor a failure"
    if result.reason is Reason.OVERLOADED and after.crowded:
        yield "a 429 that names no limit, and a second opinion that it is everybody's"


def _went_down_with_host(key: Key, judged: Judged) -> bool:
    return any(
        isinstance(happening, WentDown) and happening.key == key and happening.silence is not None
        for happening in judged.step.happenings
    )


def _failure(before: SurfaceState, after: SurfaceState, needed: int, *, with_host: bool) -> Iterator[str]:
    if before.service is Service.DOWN:
        yield "it is down already" if not before.oks else f"the {_answers(before.oks)} before it did not last"
        return
    more = needed - after.fails
    if with_host:
        yield f"failure {after.fails} in a row; those of its host's other surfaces count with it"
    elif more > 0:
        yield f"failure {after.fails} in a row; {more} more would make it down"
    else:
        yield f"failure {after.fails} in a row; {needed} make it down"


def _proof(settled: Settled, judged: Judged) -> str:
    result = settled.result
    if settled.witness:
        return f"{settled.witness} has answered since it began, so it was not this computer's network"
    if result.reach is Reach.LOOPBACK:
        return "it is on this computer itself, so no witness is needed"
    if result.reason not in NETWORK_FAILURES:
        return "it was answered, so no witness is needed"
    line = judged.recorded
    if isinstance(line, Heard) and line.witness:
        return f"{line.witness} had answered since it began, so it was not this computer's network"
    return "the recording says that it was proven not to be this computer's network"


def _success(before: SurfaceState, after: SurfaceState, result: Result, rules: Rules) -> Iterator[str]:
    if result.reason is Reason.SLOW:
        limit_ms = slowness.slow_over_ms(before, result.level)
        over = "" if limit_ms is None else f": over {words.latency(limit_ms)}"
        yield f"slow{over}; {after.slows} in a row, {hysteresis.SLOW_AFTER} make it degraded"
    incident = before.incident
    if before.service is Service.DOWN:
        more = rules.recover_after - after.oks
        yield f"{_answers(after.oks)} in a row" + (f"; {more} more would make it up" if more > 0 else "")
    elif incident is not None and incident.kind is IncidentKind.UNSTABLE:
        yield f"{after.steady} steady results; {hysteresis.STEADY_AFTER} end it"
    elif incident is not None and after.fast:
        yield f"{after.fast} in time in a row; {hysteresis.IN_TIME_AFTER} end it"
    elif before.fails:
        yield f"it ends a streak of {before.fails} that was not confirmed: a blip, no downtime"


def _set_aside(result: Result) -> str:
    if result.reason is Reason.RATE_LIMITED:
        return (
            "a 429 that names no limit does not end an outage before it has come"
            f" {CROWDED_AFTER} times: it may be everybody's"
        )
    if result.level is Level.COMPLETION:
        return "the recording says that it was not counted"
    return "a completion speaks for this surface; a lesser question is not counted beside it"


def _told(
    happening: Happening, judged: Judged, surfaces: Mapping[Key, SurfaceState], local: LocalTime
) -> Iterator[str]:
    match happening:
        case WentDown(key=key, incident=incident):
            phase = incident.phases[-1]
            yield _in_a_row(happening, surfaces.get(key, SurfaceState()), local)
            if happening.reopened:
                ended = incident.recoveries[-1]
                yield (
                    f"it began {words.duration((phase.at - ended) / 1000)} after the last end, within"
                    f" {words.duration(hysteresis.REOPEN_WITHIN_S)}: the same incident, no new bubble"
                )
            elif not happening.tell:
                yield "it was told before in this incident: no new bubble"
            if incident.in_maintenance:
                yield "the vendor had announced maintenance for this time"
        case CameUp(key=key, incident=incident):
            yield from _recovered(happening, judged.rules[key], local)
            yield from _unseen(happening)
            if not happening.tell and incident.told is None:
                yield "its beginning was not told, so its end is not either"
            elif not happening.tell:
                yield "another end of it was told a few minutes ago: no new bubble"
        case WentDegraded():
            yield f"{hysteresis.SLOW_AFTER} slow answers in a row"
            yield "mere slowness changes the light; it makes no bubble"
        case WentUnstable():
            yield (
                f"{hysteresis.FLAP_CHANGES} changes or more in the last {hysteresis.FLAP_WINDOW} results,"
                " and never enough failures in a row to be down"
            )
        case VantageChanged():
            yield from _seen(happening, judged)
        case AccessChanged(access=Access.RATE_LIMITED):
            yield "told at once: asking a second time is what it forbids"
        case AccessChanged():
            yield "seen twice, the second time asked for at once"
        case GapSeen(gap=gap):
            yield _gap(gap)


def _in_a_row(down: WentDown, surface: SurfaceState, local: LocalTime) -> str:
    """As many as it took: more than the user's own number on a poor network, fewer with its host."""
    since = local(down.incident.phases[-1].at)
    if down.silence is None:
        return f"{surface.fails} failures in a row, the first at {since}"
    host, asked = down.silence.host, down.silence.asked
    return (
        f"{_failures(surface.fails)} since {since}, and its host {host} has answered none of {len(asked)}"
        f" questions since {local(down.silence.since)}, of whichever surface"
    )


def _recovered(up: CameUp, rules: Rules, local: LocalTime) -> Iterator[str]:
    incident = up.incident
    ended = "" if incident.ended_at is None else f", the first at {local(incident.ended_at)}"
    services = {phase.service for phase in incident.phases}
    if incident.kind is IncidentKind.UNSTABLE:
        yield f"{hysteresis.STEADY_AFTER} steady results{ended}"
    elif incident.phases[-1].service is Service.DOWN:
        yield f"{_answers(rules.recover_after)} in a row{ended}"
    else:
        yield f"{hysteresis.IN_TIME_AFTER} answers in time in a row{ended}"
    if Service.DOWN not in services:
        yield "it was never down: no downtime"


def _unseen(up: CameUp) -> Iterator[str]:
    """The longest time of the outage that nobody saw; it is no downtime."""
    unseen = uptime.longest_unseen(up.incident, up.at)
    if unseen is not None:
        yield f"{words.seen_around(uptime.total_s((unseen,)))}, which counts as no downtime"


def _seen(changed: VantageChanged, judged: Judged) -> Iterator[str]:
    line = judged.recorded
    if not isinstance(line, Heard):
        yield "the recording says so"
    elif changed.vantage is Vantage.ONLINE:
        yield f"{host_of(line)} has answered"
    else:
        silent = dict.fromkeys([*(failure.host for failure in judged.before.waiting)])
        silent[host_of(line)] = None
        yield f"every host that could tell is silent: {', '.join(silent)}"
        yield "nothing of this is held against any provider"


def _unsettled(line: Heard, judged: Judged) -> Iterator[str]:
    waiting = [failure for failure in judged.step.state.waiting if failure.key == line.key]
    if any(failure.at == line.at for failure in waiting):
        surface = judged.before.surfaces.get(line.key, SurfaceState())
        confirm_after = judged.rules[line.key].confirm_after
        yield (
            f"it waits for a witness: no other host has answered since it began; it would be failure"
            f" {surface.fails + len(waiting)} in a row, {confirm_after} make it down"
        )
    elif line.reach in judged.step.state.blind_since:
        yield "dropped: this computer is cut off, so it says nothing about the vendor"
    else:
        yield "dropped: it began while this computer was cut off"


def _gap(gap: Gap) -> str:
    return {
        GapCause.ASLEEP: "the computer slept",
        GapCause.APP_OFF: "TrayUptime was not running",
        GapCause.OFFLINE: "no host could be reached",
        GapCause.PORTAL: "the network asked for a log-in first",
        GapCause.PAUSED: "watching was paused",
        GapCause.UNPROVEN: "failures that no other host could vouch for; they are held against nobody",
    }[gap.cause]


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"


def _failures(count: int) -> str:
    return "1 failure" if count == 1 else f"{count} failures in a row"
