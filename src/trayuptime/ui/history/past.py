"""All that the page of one provider shows, as questions to the history."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trayuptime.core import contract, words
from trayuptime.core import strip as strips
from trayuptime.core.claimed import claimed_strip
from trayuptime.core.figures import Figures, figures, record, together
from trayuptime.core.model import Incident, Instant, Key, Span, Surface
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.strip import Status, Strip
from trayuptime.core.tally import Tally, percentile, tally
from trayuptime.history import Reader, grains
from trayuptime.history.windows import Windows
from trayuptime.runtime.past import gaps_now
from trayuptime.ui.charts.lanes import Lane
from trayuptime.ui.charts.latency_plot import Answer
from trayuptime.ui.charts.paces import HOUR_MS, Pace, Paces

THEIRS = "their page"
DAY_MS = 86_400_000
WINDOWS = (("24 h", 1), ("7 d", 7), ("30 d", 30), ("90 d", 90), ("180 d", 180), ("365 d", 365))


@dataclass(frozen=True, slots=True)
class Past:
    """What a provider was, from the first that is known of it until now.

    Attributes:
        hull: from when until when.
        surfaces: its own.
        lanes: what each of them was, and what its own page said if one was ever read.
        incidents: of all its surfaces, by their start.
    """

    provider: str
    hull: Span
    surfaces: tuple[Surface, ...]
    lanes: tuple[Lane, ...]
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """The lanes and incidents of a provider."""

    provider: str
    surfaces: tuple[Surface, ...]
    now: Instant
    watching: bool = True

    @property
    def kind(self) -> str:
        """Of two providers that are compared each has its own."""
        return f"past of {self.provider}"

    def answer(self, reader: Reader) -> Past | None:
        """`None` where nothing is known of it."""
        with reader.snapshot():
            surfaces = _surfaces(self.provider, self.surfaces, reader)
            first = reader.first_heard(self.now)
            if first is None or not surfaces:
                return None
            hull = Span(first, self.now)
            watched_until = self.now if self.watching else None
            gaps = gaps_now(reader, self.now, watching=self.watching)
            with reader.windows(hull, gaps, watched_until, self.provider) as windows:
                keys = [Key(self.provider, part) for part in surfaces]
                # Before it was first heard nobody watched it, whatever this computer did then.
                found = [
                    strips.unseen_until(windows.strip(key, hull), hull.start, windows.begun(key))
                    for key in keys
                ]
            incidents = reader.incidents(0, watched_until, self.provider)
            said = [
                (contract.instant(event["at"]), contract.feed_state(event["state"]))
                for event in reader.page_events(self.provider)
            ]
            is_read = self.watching and self.provider in reader.state().feeds
        before = min(_unseen_ms(strip) for strip in found)
        begun = Span(min(hull.start + before, hull.end - 1), hull.end)
        cut = [strips.cut(strip, hull.start, begun) for strip in found]
        lanes = [
            Lane(words.part(part), begun.start, strip) for part, strip in zip(surfaces, cut, strict=True)
        ]
        if said:
            claimed = claimed_strip(said, strips.together(cut), begun.start, is_read=is_read)
            lanes.append(Lane(THEIRS, begun.start, claimed))
        return Past(self.provider, begun, surfaces, tuple(x.prepare() for x in lanes), tuple(incidents))


@dataclass(frozen=True, slots=True)
class Figured:
    """The figures of one window."""

    name: str
    figures: Figures
    p99_ms: float | None
    first_token: Tally = ()
    """The times to first token; none either where some of the window's answers are forgotten."""


@dataclass(frozen=True, slots=True)
class FiguresQuestion:
    """The figures of a provider, or of one of its surfaces, of a day to a year."""

    provider: str
    surfaces: tuple[Surface, ...]
    now: Instant
    watching: bool = True

    @property
    def kind(self) -> str:
        """Of two providers that are compared each has its own."""
        return f"figures of {self.provider}"

    def answer(self, reader: Reader) -> tuple[Figured, ...]:
        """A row a window."""
        hull = Span(self.now - WINDOWS[-1][1] * DAY_MS, self.now)
        with reader.snapshot():
            surfaces = _surfaces(self.provider, self.surfaces, reader)
            gaps = gaps_now(reader, self.now, watching=self.watching)
            watched_until = self.now if self.watching else None
            with reader.windows(hull, gaps, watched_until, self.provider) as windows:
                rows = []
                keys = [Key(self.provider, part) for part in surfaces]
                first_tokens = _FirstTokens(windows, keys, hull)
                for name, days in WINDOWS:
                    window = Span(self.now - days * DAY_MS, self.now)
                    records = [windows.record(key, window) for key in keys]
                    of = together(records or [record(Key(self.provider, Surface.API), window, (), (), ())])
                    first = first_tokens.within(window)
                    rows.append(Figured(name, figures(of), percentile(of.latencies, 0.99), first))
        return tuple(rows)


class _FirstTokens:
    """Those of a provider, of whichever of its parts completions were asked."""

    def __init__(self, windows: Windows, keys: Iterable[Key], hull: Span) -> None:
        every = [(windows.kept_since(key), windows.first_tokens(key, hull)) for key in keys]
        self._of = [(kept_since, found) for kept_since, found in every if found]

    def within(self, window: Span) -> Tally:
        """Of what is left after forgetting nothing is told: it would pass for all of it."""
        if any(kept_since > window.start for kept_since, _ in self._of):
            return ()
        return tally(
            ms
            for _, found in self._of
            for _, ms in found[bisect_left(found, (window.start,)) : bisect_left(found, (window.end,))]
        )


@dataclass(frozen=True, slots=True)
class Pacing:
    """The latencies of a surface, hour for hour, and what of them a scale has to hold.

    Attributes:
        paces: of what asks less than a completion.
        first_tokens: the times to first token.
    """

    paces: Paces
    least_ms: float
    most_ms: float
    first_tokens: Paces


@dataclass(frozen=True, slots=True)
class PacesQuestion:
    """The latencies of one surface over all its time."""

    key: Key
    hull: Span

    @property
    def kind(self) -> str:
        """Of two providers that are compared each has its own."""
        return f"paces of {self.key.provider}"

    def answer(self, reader: Reader) -> Pacing:
        """Hour for hour."""
        with reader.windows(self.hull, provider=self.key.provider) as windows:
            of = windows.paces_apart(self.key, self.hull)
        paces, first_tokens = (
            Paces([Pace(x.start, x.start + HOUR_MS, x.p50_ms, x.p95_ms, x.p99_ms) for x in each])
            for each in of
        )
        return Pacing(
            paces,
            min((pace.p50_ms for each in of for pace in each), default=10.0) / 2,
            max((pace.most_ms for each in of for pace in each), default=1_000.0),
            first_tokens,
        )


@dataclass(frozen=True, slots=True)
class AnswersQuestion:
    """Single results of one surface."""

    key: Key
    window: Span

    @property
    def kind(self) -> str:
        """Of two providers that are compared each has its own."""
        return f"answers of {self.key.provider}"

    def answer(self, reader: Reader) -> tuple[Answer, ...]:
        """In the order of time; of those that a completion outranked the answers."""
        with reader.windows(self.window, provider=self.key.provider) as windows:
            found = windows.answers(self.key, self.window)
        return tuple(
            Answer(at, grains.latency_ms(latency), _has_failed(code), grains.is_first_token(code))
            for at, code, latency, *_ in found
            if grains.is_counted(code) or grains.is_lesser_answer(code)
        )


def _has_failed(code: int) -> bool:
    return MEANINGS[grains.reason_of(code)].effect is Effect.FAILURE


def _surfaces(provider: str, watched: Sequence[Surface], reader: Reader) -> tuple[Surface, ...]:
    known = [key.surface for key in reader.known() if key.provider == provider]
    return tuple(dict.fromkeys([*watched, *known]))


def _unseen_ms(strip: Strip) -> int:
    """How long nobody had watched yet."""
    return strip[0][1] if strip and strip[0][0] == Status.UNSEEN else 0
