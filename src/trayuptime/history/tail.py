"""The results since the last snapshot: which cycles need no snapshot, and how they are replayed on one.

Both halves belong together: a cycle is routine exactly when `replay` of its results gives the state after it.
Then only its results are written, one page instead of three.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter, is_
from typing import Any

from trayuptime.core import hysteresis
from trayuptime.core.model import Instant, Key, Level, Result, Rules, Service
from trayuptime.core.reasons import MEANINGS, Access, Effect
from trayuptime.core.state import AccessState, Settled, State, SurfaceState

_DEFAULT_RULES = Rules()
_UNKNOWN = SurfaceState()
_OF_STATE = attrgetter(
    "watched",
    "waiting",
    "blind_since",
    "holds",
    "suggestions",
    "troubles",
    "choice",
    "paused_since",
    "paused_until",
    "untold",
    "hushes",
    "next_incident",
    "network_since",
)
_OF_CALM = (
    "service",
    "since",
    "unproven_since",
    "baseline_ms",
    "deep_baseline_ms",
    "previous",
    "earlier",
    "crowded",
    "shallow_red",
    "deep_trouble",
)
_OF_CALM_SURFACE = attrgetter(*_OF_CALM)
_OF_SURFACE = attrgetter(*_OF_CALM, "incident.id")
_OF_ACCESS = attrgetter("access", "since", "doubt", "by_answer")


def is_routine(before: State, after: State, settled: Sequence[Settled], tail_from: Instant) -> bool:
    """Whether replaying a cycle's results on `before` gives `after`; it told nothing else.

    Args:
        before: the state that can be had back already.
        after: the state to have back.
        settled: what led from one to the other.
        tail_from: earlier results will not be replayed.
    """
    asked: dict[str, Instant] = {}
    surfaces = {(key.provider, key.surface): surface for key, surface in before.surfaces.items()}
    for each in settled:
        result = each.result
        if result.at < tail_from:
            return False
        if not each.counted:
            if after.surface(result.key).latest == result:
                return False  # it was held, and the surface has heard it all the same
            continue  # outranked by a completion: it changed nothing, and is not replayed
        if not _is_more_of_the_same(surfaces.get((result.provider, result.surface), _UNKNOWN), result):
            return False
        if _speaks_of_access(result):
            if result.at < asked.get(result.provider, before.access(result.provider).asked_at or 0):
                return False  # two surfaces of one provider landed in another order than they began
            asked[result.provider] = result.at
    return not goes_back(before, after, settled) and _beyond_results(before) == _beyond_results(after)


def goes_back(before: State, after: State, settled: Sequence[Settled]) -> bool:
    """Whether a result began before one that its surface has had already: the clock was set back."""
    newest: dict[tuple[str, str], Instant] = {}  # keys that hash fast: this is asked at every cycle
    for key, then, now in _pairs(before, after):
        newest[key.provider, key.surface] = at = _latest_at(then)
        if now is not then and _latest_at(now) < at:
            return True
    for each in settled:
        result = each.result
        place = result.provider, result.surface
        if result.at <= newest.get(place, -1):
            return True
        newest[place] = result.at
    return False


def _pairs(before: State, after: State) -> Iterable[tuple[Key, SurfaceState, SurfaceState]]:
    """Each surface then and now."""
    now = after.surfaces
    if len(before.surfaces) == len(now) and all(map(is_, before.surfaces, now)):
        return zip(now, before.surfaces.values(), now.values(), strict=True)
    return [(key, before.surface(key), surface) for key, surface in now.items()]


def replay(state: State, results: Iterable[Result], rules: Mapping[Key, Rules]) -> State:
    """The state after results of routine cycles; those that it knows already are passed over.

    Args:
        state: of the snapshot.
        results: in the order of time.
        rules: of each surface; routine results ask nothing of them.
    """
    surfaces, accesses = dict(state.surfaces), dict(state.accesses)
    for result in results:
        key = result.key
        before = surfaces.get(key, SurfaceState())
        if result.at <= _latest_at(before):
            continue
        result = _in_its_words(before, result)  # noqa: PLW2901 - the same result, whole
        surfaces[key], _, _ = hysteresis.settle(
            before,
            result,
            rules.get(key, _DEFAULT_RULES),
            state.next_incident,
            timed=_no,
            may_be_unstable=_no,
        )
        known = accesses.get(result.provider)
        if known is not None:
            accesses[result.provider] = _asked(known, result)
    return replace(state, surfaces=surfaces, accesses=accesses)


def _is_more_of_the_same(surface: SurfaceState, result: Result) -> bool:
    """No streak grows that is counted against the user's own thresholds, for these are not at hand."""
    match MEANINGS[result.reason].effect:
        case Effect.FAILURE:
            return surface.service is Service.DOWN
        case Effect.SUCCESS:
            return surface.service is not Service.DOWN and result.detail == _words(surface)
    return True


def _in_its_words(surface: SurfaceState, result: Result) -> Result:
    """Words about a good answer are stored once, and a routine one says the same as the one before it."""
    told = result.detail or MEANINGS[result.reason].effect is not Effect.SUCCESS
    return result if told or not _words(surface) else replace(result, detail=_words(surface))


def _words(surface: SurfaceState) -> str:
    """What the last answer said beyond being good."""
    latest = surface.latest
    good = latest is not None and MEANINGS[latest.reason].effect is Effect.SUCCESS
    return latest.detail if latest is not None and good else ""


def _beyond_results(state: State) -> tuple[Any, ...]:
    """Everything of a state that results alone do not tell."""
    return (
        _OF_STATE(state),
        list(state.surfaces),
        [_OF_CALM_SURFACE(s) if s.incident is None else _OF_SURFACE(s) for s in state.surfaces.values()],
        [(name, *_OF_ACCESS(access)) for name, access in state.accesses.items()],
    )


def _asked(known: AccessState, result: Result) -> AccessState:
    if not _speaks_of_access(result):
        return known
    word, detail, answered = MEANINGS[result.reason].access, result.detail, result.level is Level.COMPLETION
    if word is Access.OK and not answered and known.by_answer is not None:
        word, detail = known.by_answer, known.detail  # see `access.settle`
    if word is not known.access:
        return known
    answer_at = result.at if answered else known.answer_at
    return replace(known, asked_at=result.at, detail=detail, answer_at=answer_at)


def _speaks_of_access(result: Result) -> bool:
    return MEANINGS[result.reason].access is not None and result.level is not Level.REACH


def _latest_at(surface: SurfaceState) -> Instant:
    return -1 if surface.latest is None else surface.latest.at


def _no() -> bool:
    return False
