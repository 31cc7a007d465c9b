"""Answers that change nothing but what came last: of what is well, unknown, or goes on failing as it did.

They are nearly all that is ever heard. Judged one by one, each makes a whole state, only to count a streak
one further; here a stretch of them is noted, and taken into account at once when anybody looks.

That is the same as `judge.step` for each, one after the other, because of what is asked before the first
(`begin`) and of each (`Calm.takes`). Nobody waits for a witness or is cut off, so an answer proves no failure
and ends no blindness. It comes from where it is expected, soon enough after the last one to be in a row with
it, in time, and says of the access what is known already. Then, of all rules, these are left: it is the last
result, the streaks of good and of timely answers grow by one, it is sampled, what a gap had cut is over, it
is its host's last word, and the access was asked then. A failure with an answer, of a surface that is down
for the same reason, so lengthens its own streak, and the time for which the incident was seen. None of that
changes what is asked here. And of several only the last is kept, with the time of the first where a streak
began, and the last few samples.
"""

from collections.abc import Iterable
from dataclasses import replace

from trayuptime.core import hysteresis, slowness, uptime
from trayuptime.core.model import Instant, Level, Result, Service, Span
from trayuptime.core.reasons import MEANINGS, NETWORK_FAILURES, Effect, Reason
from trayuptime.core.state import AccessState, Role, Sample, State, SurfaceState, Testimony

_FOR_EVER: Instant = 1 << 62
_READ_ANEW = NETWORK_FAILURES | {Reason.SLOW, Reason.OUT_OF_CREDIT, Reason.PORTAL}
"""What becomes of these hangs on more than is asked here."""

Answer = tuple[Instant, float]
"""When it was asked, and how many milliseconds it took; 0 where that is not known of any of a stretch."""


class Calm:
    """A stretch of answers of one surface that are alike but for their times and latencies.

    Attributes:
        like: one of them.
        surface: with all that were taken into account.
        last: of these the last one, if there was any.
        unhurried: one of these took longer than is ever slow for a quick surface.
        usual_until: from then on the history's median has to be looked up first.
    """

    __slots__ = (
        "_answers",
        "_goes_on_ms",
        "_limit_ms",
        "_since",
        "_until",
        "last",
        "like",
        "surface",
        "unhurried",
        "usual_until",
    )

    def __init__(self, surface: SurfaceState, like: Result, since: Instant, goes_on_ms: int) -> None:
        """See `begin`; none may come before a time, or so much later than the one before it."""
        self.like = like
        self.surface = surface
        self.last: Result | None = None
        self.unhurried = False
        self.usual_until = _FOR_EVER
        self._answers: list[Answer] = []
        self._since = since
        self._goes_on_ms = goes_on_ms
        self._until = goes_on_ms + (0 if surface.last is None else surface.last.at)
        self._limit_ms = _limit_ms(surface, like)

    def takes(self, at: Instant, latency_ms: float) -> bool:
        """Notes one more, in the order of time; not if there is more to it."""
        if latency_ms > self._limit_ms or not self._since <= at <= self._until or at >= self.usual_until:
            return False
        self._until = at + self._goes_on_ms
        self._answers.append((at, latency_ms))
        return True

    def settle(self) -> list[Answer]:
        """Takes what was noted into account.

        Returns:
            All that was noted since the last time.
        """
        answers, self._answers = self._answers, []
        if answers:
            self.last = _said(self.like, *answers[-1])
            self.surface = _after(self.surface, self.last, [at for at, _ in answers])
            self.unhurried |= max(took_ms for _, took_ms in answers) > slowness.SLOW_FLOOR_MS
        return answers

    def relearn(self, median_ms: float | None, until: Instant) -> None:
        """The history's median as it is until a time; `None` changes nothing. All noted has to be settled."""
        self.usual_until = until
        if median_ms is not None:
            self.surface = replace(self.surface, baseline_ms=median_ms)
            self._limit_ms = _limit_ms(self.surface, self.like)


def begin(state: State, like: Result) -> Calm | None:
    """A stretch of answers like this one; `None` while there is more to them.

    Args:
        state: what is known.
        like: as the first of them is, but maybe for its latency.
    """
    surface, target = state.surface(like.key), state.watched.get(like.key)
    if target is None or target.role is not Role.SURFACE or target.reach is not like.reach:
        return None
    if state.waiting or state.blind_since or state.choice is not None or like.provider in state.suggestions:
        return None
    if not (_is_plain(like) and _is_no_news(state, like) and _is_known(state, like)):
        return None
    if surface.unproven_since is not None or surface.crowded:
        return None
    since = max(state.network_since or 0, surface.deep_until or 0)
    last_s = like.interval_s if surface.last is None else min(like.interval_s, surface.last.interval_s)
    speaks_ms = uptime.speaks_until(0, last_s)
    match MEANINGS[like.reason].effect:
        case Effect.NOTHING if _is_unknown(surface):
            return Calm(surface, like, since, _FOR_EVER)
        case Effect.FAILURE if _is_an_outage_of(surface, like.reason):
            return Calm(surface, like, max(since, 0 if surface.last is None else surface.last.at), speaks_ms)
        case Effect.SUCCESS if _is_well(surface) and not _is_learning(surface, like):
            if like.level is Level.COMPLETION:
                since = state.network_since or 0
            in_a_row_ms = max(round(hysteresis.REOPEN_WITHIN_S * 1000), speaks_ms)
            return Calm(surface, like, since, in_a_row_ms)
    return None


def look(state: State, stretches: Iterable[Calm]) -> State:
    """The state with all that was settled.

    Args:
        state: on which they were begun.
        stretches: of different surfaces, in the order of their last answers.
    """
    surfaces, accesses, testimonies = dict(state.surfaces), dict(state.accesses), dict(state.testimonies)
    for each in stretches:
        if each.surface is state.surface(each.like.key):
            continue  # nothing came of it
        surfaces[each.like.key] = each.surface
        last = each.last
        if last is None:
            continue
        if last.answered_at is not None:
            before = testimonies[last.host]
            late_at = () if each.unhurried else before.late_at
            testimonies[last.host] = Testimony(
                last.reach, last.answered_at, False, before.best_ms, late_at, last.network.proxy
            )
        if _speaks_of_access(last):
            known = accesses[last.provider]
            accesses[last.provider] = AccessState(
                known.access,
                known.since,
                last.at,
                last.detail,
                told=known.told,
                answer_at=last.at if last.level is Level.COMPLETION else known.answer_at,
            )
    return replace(state, surfaces=surfaces, accesses=accesses, testimonies=testimonies)


def _is_plain(like: Result) -> bool:
    """Whether it is read as it stands: no failure of which the vantage or other surfaces are asked."""
    if like.reason in _READ_ANEW or like.needs_witness:
        return False
    if like.answered_at is None and MEANINGS[like.reason].effect is not Effect.NOTHING:
        return False
    if like.level is Level.COMPLETION and like.reason is not Reason.OK:
        return False
    phases = like.phases
    if phases.dns_ms is not None or phases.connect_ms is not None or phases.tls_ms is not None:
        return False
    return bool(like.host) and like.retry_after_s is None and not like.unexplained


def _is_well(surface: SurfaceState) -> bool:
    """Whether it is up, and the last answers were good."""
    if surface.service is not Service.UP or surface.incident is not None or surface.fails:
        return False
    good = bool(surface.recent) and not surface.recent[-1].failed
    return good and surface.last is not None and surface.shallow_red is None


def _is_unknown(surface: SurfaceState) -> bool:
    """Whether nothing is in a row."""
    streaks = surface.fails or surface.oks or surface.slows or surface.fast
    return not streaks and surface.incident is None and surface.deep_until is None


def _is_an_outage_of(surface: SurfaceState, reason: Reason) -> bool:
    """Whether it is down, and goes on failing for reasons that are told already."""
    incident = surface.incident
    if surface.service is not Service.DOWN or incident is None or reason not in incident.reasons:
        return False
    again = bool(surface.recent) and surface.recent[-1].failed and reason in surface.fail_reasons
    cut = surface.cut_at is not None or surface.mute_at is not None
    return again and not cut and surface.shallow_red is not None and surface.deep_until is None


def _is_known(state: State, like: Result) -> bool:
    """Whether its host has spoken before."""
    return like.answered_at is None or like.host in state.testimonies


def _is_no_news(state: State, like: Result) -> bool:
    """Whether the access is what this one says of it, and no completion found anything else."""
    known = state.access(like.provider)
    if known.by_answer is not None:
        return False
    return not _speaks_of_access(like) or (
        like.provider in state.accesses and known.access is MEANINGS[like.reason].access
    )


def _speaks_of_access(result: Result) -> bool:
    return MEANINGS[result.reason].access is not None and result.level is not Level.REACH


def _is_learning(surface: SurfaceState, like: Result) -> bool:
    """Whether it is among the first from which the surface's usual latency is learned."""
    quick, deep = (slowness.learned(surface, like, deep=deep) for deep in (False, True))
    return quick is not surface.warm_up or deep is not surface.deep_warm_up


def _limit_ms(surface: SurfaceState, like: Result) -> float:
    """Until then it is in time; one that takes longer than its interval would be in force for longer, too."""
    slow_ms = slowness.slow_over_ms(surface, like.level)
    return min(slowness.SLOW_FLOOR_MS if slow_ms is None else slow_ms, like.interval_s * 1000)


def _said(like: Result, at: Instant, latency_ms: float) -> Result:
    return Result(  # every field by its name: `replace` would take three times as long
        at=at,
        provider=like.provider,
        surface=like.surface,
        reason=like.reason,
        level=like.level,
        latency_ms=None if like.latency_ms is None else latency_ms,
        http_status=like.http_status,
        host=like.host,
        reach=like.reach,
        phases=like.phases,
        answered_at=None if like.answered_at is None else at + round(latency_ms),
        needs_witness=like.needs_witness,
        portal_like=like.portal_like,
        cut_off=like.cut_off,
        unexplained=like.unexplained,
        retry_after_s=like.retry_after_s,
        interval_s=like.interval_s,
        detail=like.detail,
        excerpt=like.excerpt,
        request_id=like.request_id,
        network=like.network,
        usage=like.usage,
        tokens_per_s=like.tokens_per_s,
    )


def _after(surface: SurfaceState, last: Result, times: list[Instant]) -> SurfaceState:
    """The surface after answers at some times, of which this was the last."""
    if MEANINGS[last.reason].effect is Effect.NOTHING:
        mute_at = times[0] if surface.mute_at is None else min(surface.mute_at, times[0])
        return replace(surface, latest=last, mute_at=mute_at)
    failed = MEANINGS[last.reason].effect is Effect.FAILURE
    samples = [Sample(at, failed, last.reason) for at in times[-hysteresis.FLAP_WINDOW :]]
    recent = (*surface.recent, *samples)[-hysteresis.FLAP_WINDOW :]
    if failed:
        assert surface.last is not None
        assert surface.incident is not None
        # Each spoke until the next, so together they spoke all the time.
        seen = uptime.merged((*surface.incident.seen, Span(surface.last.at, last.at)))
        return replace(
            surface,
            last=last,
            latest=last,
            fails=surface.fails + len(times),
            incident=replace(surface.incident, seen=seen),
            recent=recent,
            steady=surface.steady + len(times),
        )
    answered = last.level is Level.COMPLETION
    return SurfaceState(  # the same
        service=surface.service,
        since=surface.since,
        last=last,
        latest=last,
        oks=surface.oks + len(times),
        first_ok=surface.first_ok if surface.oks else times[0],
        fast=surface.fast + len(times),
        first_fast=surface.first_fast if surface.fast else times[0],
        recent=recent,
        steady=surface.steady + len(times),
        seen=surface.seen,
        previous=surface.previous,
        earlier=surface.earlier,
        baseline_ms=surface.baseline_ms,
        warm_up=surface.warm_up,
        deep_baseline_ms=surface.deep_baseline_ms,
        deep_warm_up=surface.deep_warm_up,
        deep_until=uptime.outranks_until(last.at, last.interval_s) if answered else surface.deep_until,
        deep_trouble=surface.deep_trouble,
    )
