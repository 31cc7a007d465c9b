"""When a provider fails, by hour of the week, as a question to the history."""

from dataclasses import dataclass
from datetime import tzinfo
from functools import reduce

from trayuptime.core import strip as strips
from trayuptime.core.hour_cells import HourCell, hour_cells
from trayuptime.core.model import Instant, Key, Span, Surface
from trayuptime.core.strip import Status
from trayuptime.history import Reader
from trayuptime.runtime.past import gaps_now
from trayuptime.ui.history.day_rows import days_until


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the week of a provider.

    Attributes:
        window: what they are of; it begins no sooner than anybody watched.
        cells: all 168, or none where nothing is known of it.
    """

    window: Span
    cells: tuple[HourCell, ...]


@dataclass(frozen=True, slots=True)
class HoursQuestion:
    """The hours of the week of a provider, as it was in so many local days until now."""

    provider: str
    surfaces: tuple[Surface, ...]
    now: Instant
    days: int
    zone: tzinfo
    watching: bool = True
    kind: str = "hours"

    def answer(self, reader: Reader) -> Hours:
        """Down in an hour is what any of its surfaces was, seen what any of them saw."""
        window = days_until(self.now, self.days, self.zone)
        with reader.snapshot():
            known = [key.surface for key in reader.known() if key.provider == self.provider]
            surfaces = tuple(dict.fromkeys([*self.surfaces, *known]))
            if not surfaces:
                return Hours(window, ())
            gaps = gaps_now(reader, self.now, watching=self.watching)
            watched_until = self.now if self.watching else None
            with reader.windows(window, gaps, watched_until, self.provider) as windows:
                found = [windows.strip(Key(self.provider, part), window) for part in surfaces]
        strip = reduce(strips.either, found)
        before_ms = strip[0][1] if strip and strip[0][0] == Status.UNSEEN else 0
        watched = Span(window.start + before_ms, window.end)
        return Hours(watched, hour_cells(strips.cut(strip, window.start, watched), watched.start, self.zone))
