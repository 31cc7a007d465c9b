"""A window of time sorted into what results spoke for, and why the rest was not seen."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from trayuptime.core import uptime
from trayuptime.core.model import Gap, GapCause, Instant, Key, Result, Span, Vantage
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.state import Role, State


@dataclass(frozen=True, slots=True)
class Coverage:
    """A window, sorted: covered time, gaps and what is unexplained are apart, and together the whole of it.

    Attributes:
        window: of which this is told.
        covered: when a result spoke.
        gaps: by cause, when none did.
        unexplained: when none did and no gap was recorded: nobody was watching, as before the first result.
    """

    window: Span
    covered: tuple[Span, ...]
    gaps: Mapping[GapCause, tuple[Span, ...]]
    unexplained: tuple[Span, ...]

    @property
    def gap_s(self) -> dict[GapCause, float]:
        """Seconds not seen, by cause; the unexplained ones are among `app_off`, for nobody was watching."""
        found = {cause: uptime.total_s(spans) for cause, spans in self.gaps.items()}
        return {**found, GapCause.APP_OFF: found[GapCause.APP_OFF] + uptime.total_s(self.unexplained)}


class Word(NamedTuple):
    """For how long a result would speak, and whether it says anything of the service."""

    at: Instant
    until: Instant
    mute: bool


def coverage(key: Key, window: Span, results: Iterable[Result], gaps: Iterable[Gap]) -> Coverage:
    """What was seen of one surface.

    A result speaks until the next one, at most 2.5 times the interval in force, and a gap that begins
    meanwhile ends its word. One that says nothing of the service ends the last word and covers nothing: it
    proved nothing, so its time is `unproven`. The order in which results and gaps are given plays no part.

    Args:
        key: the surface.
        window: of which to tell; nothing outside it is counted.
        results: of this surface, also those that may speak into the window.
        gaps: as recorded, of any surface or of all.
    """
    return of_words(key, window, sorted(map(word_of, results)), gaps)


def of_words(key: Key, window: Span, words: Sequence[Word], gaps: Iterable[Gap]) -> Coverage:
    """The same from the words of the results, in the order of time.

    Of those outside the window only the last one before it and the first one after it matter.
    """
    own = [gap for gap in gaps if gap.key is None or gap.key == key]
    covered, unproven = _spoken(words, sorted(gap.at for gap in own))
    why: dict[GapCause, list[Span]] = {cause: [] for cause in GapCause}
    for gap in own:
        why[gap.cause].append(Span(gap.at, _lasts_until(gap, words)))
    why[GapCause.UNPROVEN] += unproven
    return _sorted_out(window, uptime.merged(covered), why)


def word_of(result: Result) -> Word:
    """A result's word."""
    mute = MEANINGS[result.reason].effect is Effect.NOTHING
    return Word(result.at, uptime.speaks_until(result.at, result.interval_s), mute)


def together(coverages: Sequence[Coverage]) -> Coverage:
    """What was seen of a provider: the time in which any of its surfaces was.

    Its light is the worst of the known ones and unknown only when none is known; what it covers follows that.

    Args:
        coverages: of its surfaces, at least one, of the same window.
    """
    covered = uptime.merged(span for each in coverages for span in each.covered)
    why = {cause: [span for each in coverages for span in each.gaps[cause]] for cause in GapCause}
    return _sorted_out(coverages[0].window, covered, why)


def open_gaps(state: State, until: Instant) -> list[Gap]:
    """The gaps that have begun and will be recorded only when they end: a pause, blindness, an open doubt.

    Args:
        state: the judge's last one.
        until: now, or when the engine that had this state was last alive.
    """
    gaps: list[Gap] = []
    paused_since = state.paused_since
    if paused_since is not None:
        gaps.append(Gap(paused_since, until, GapCause.PAUSED))
    for key, target in state.watched.items():
        blindness = state.blind_since.get(target.reach)
        if blindness is not None and target.role is Role.SURFACE:
            cause = GapCause.PORTAL if blindness.vantage is Vantage.PORTAL else GapCause.OFFLINE
            # A pause ends it: nobody looks any more.
            gaps.append(Gap(blindness.since, until if paused_since is None else paused_since, cause, key))
    for key, surface in state.surfaces.items():
        if surface.unproven_since is not None:
            gaps.append(Gap(surface.unproven_since, until, GapCause.UNPROVEN, key))
    return gaps


def _spoken(words: Sequence[Word], cuts: Sequence[Instant]) -> tuple[list[Span], list[Span]]:
    """The time for which results spoke, and that of those which said nothing."""
    spoken: list[Span] = []
    mute: list[Span] = []
    cut = 0
    for word, after in zip_longest(words, words[1:]):
        while cut < len(cuts) and cuts[cut] < word.at:
            cut += 1
        end = word.until if after is None else min(word.until, after.at)
        end = min(end, cuts[cut]) if cut < len(cuts) else end
        (mute if word.mute else spoken).append(Span(word.at, end))
    return spoken, mute


def _lasts_until(gap: Gap, words: Sequence[Word]) -> Instant:
    """A gap lasts until the next result, if that comes when it is due: asking takes a moment after waking.

    Never before its start, wherever the clock was set.
    """
    end = max(gap.at, gap.until)
    if not words:
        return end
    index = bisect_left(words, end, key=lambda word: word.at)
    ahead = words[min(index, len(words) - 1)]
    due = end + ahead.until - ahead.at
    if index == len(words):
        return due
    return ahead.at if ahead.at <= due else end


def _sorted_out(window: Span, covered: Sequence[Span], why: Mapping[GapCause, Iterable[Span]]) -> Coverage:
    """Each moment once: covered, else the first cause that holds, in the order of `GapCause`."""
    seen = uptime.within(covered, window)
    rest = uptime.without((window,), seen)
    gaps: dict[GapCause, tuple[Span, ...]] = {}
    for cause in GapCause:
        gaps[cause] = uptime.common(rest, uptime.merged(why[cause]))
        rest = uptime.without(rest, gaps[cause])
    return Coverage(window, seen, gaps, rest)
