"""In what order a recording was lived, whatever the order its lines lie in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Vantage
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.recording import Heard, Recorded, Seen

CROWDED, LEAST_TWICE = 0.75, 3
"""So many lines of two runs, so much closer together than those of either, were lived through twice."""
CLOCK_STEPS = 8
"""A recording in which the clock goes back more often than this is one whose lines are in no order."""

_VIEWS = {GapCause.OFFLINE: Vantage.OFFLINE, GapCause.PORTAL: Vantage.PORTAL}


def spells(recording: Iterable[Recorded]) -> Iterator[Recorded]:
    """A gap of everybody without a network is the spell that the recorded run told: cut off, online again."""
    for line in recording:
        if isinstance(line, Gap) and line.key is None and line.cause in _VIEWS:
            yield Seen(line.at, _VIEWS[line.cause])
            yield Seen(line.until, Vantage.ONLINE)
        else:
            yield line


def landed(lines: Sequence[Recorded]) -> list[Recorded]:
    """Without what was in flight when this computer fell asleep, or was paused: that is thrown away."""
    starts = [
        (line.at, line.key)
        for line in lines
        if isinstance(line, Gap) and line.cause in {GapCause.ASLEEP, GapCause.PAUSED}
    ]

    def crosses(line: Recorded) -> bool:
        if not isinstance(line, Heard):
            return False
        ended = line.at + round(line.latency_ms or 0.0)
        return any(line.at < start < ended and key in {None, line.key} for start, key in starts)

    return [line for line in lines if not crosses(line)] if starts else list(lines)


def in_order(recording: Iterable[Recorded]) -> list[Recorded]:
    """The lines in the order of time; where a surface's own time goes back, the clock was set back.

    Before and after such a step the order of time holds for itself. Of several lines of one surface at one
    instant a single one is heard.
    """
    runs: list[list[Recorded]] = [[]]
    newest: dict[Key, Instant] = {}
    for line in recording:
        if isinstance(line, Heard):
            at = newest.get(line.key)
            if at is not None and line.at < at:
                runs.append([])
                newest.clear()
            newest[line.key] = line.at
        runs[-1].append(line)
    if len(runs) > CLOCK_STEPS + 1 or not _was_lived_twice(runs):
        runs = [[line for run in runs for line in run]]
    return [line for run in runs for line in _sorted(run)]


def _sorted(run: list[Recorded]) -> list[Recorded]:
    if all(earlier.at < later.at for earlier, later in pairwise(run)):
        return run  # as most recordings are: nothing to compare
    return list(without_repeats(sorted(run, key=rank_of)))


_Heard = dict[Instant, Reason]


def _was_lived_twice(runs: Sequence[Sequence[Recorded]]) -> bool:
    """Whether the same time of day was lived through twice; otherwise the lines are merely in no order.

    Then a surface answered differently at one instant, or its lines lie, where two runs overlap, much closer
    together than in either.
    """
    heard = [_by_surface(run) for run in runs]
    return any(
        _is_crowded(earlier[key], later[key])
        for count, later in enumerate(heard)
        for earlier in heard[:count]
        for key in earlier.keys() & later.keys()
    )


def _by_surface(run: Sequence[Recorded]) -> dict[Key, _Heard]:
    heard: dict[Key, _Heard] = defaultdict(dict)
    for line in run:
        if isinstance(line, Heard):
            heard[line.key][line.at] = line.reason
    return heard


def _is_crowded(earlier: _Heard, later: _Heard) -> bool:
    """Two runs of one surface, each in the order of time; the same line twice crowds nothing."""
    if any(earlier[at] is not later[at] for at in earlier.keys() & later.keys()):
        return True
    start, end = max(min(earlier), min(later)), min(max(earlier), max(later))
    within = [[at for at in run if start <= at <= end] for run in (earlier, later)]
    both = _space({at for run in within for at in run})
    return bool(both) and all(both < CROWDED * _space(run) for run in within)


def _space(times: Collection[Instant]) -> float:
    """The mean space between lines; 0 where there are too few to tell."""
    return (max(times) - min(times)) / (len(times) - 1) if len(times) >= LEAST_TWICE else 0.0


Place = tuple[Instant, int, str, str]
"""A time, and who speaks of it."""
Rank = tuple[Place, int, bool, str]


def _place(line: Recorded) -> Place:
    match line:
        case Heard(at=at, key=key):
            return at, 0, key.provider, key.surface
        case Gap(at=at, key=of):
            return at, 1, "" if of is None else of.provider, "" if of is None else of.surface
        case _:
            return line.at, 2, line.vantage, ""


def rank_of(line: Recorded) -> Rank:
    """Of several lines at one place the first is heard: the one that asked most, and rather a failure."""
    if not isinstance(line, Heard):
        return _place(line), 0, False, ""
    depth = list(Level).index(line.level)
    answered = MEANINGS[line.reason].effect is not Effect.FAILURE
    return _place(line), -depth, answered, line.reason


def without_repeats(lines: Iterable[Recorded]) -> Iterator[Recorded]:
    """The first line at each place, of lines in the order of `rank_of`."""
    last: Place | None = None
    for line in lines:
        place = _place(line)
        if place != last:
            yield line
        last = place
