"""Every provider's days as the overview draws them, read from the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from trayuptime.core import strip as strips
from trayuptime.core.days import DayCell, cells_of, local_days
from trayuptime.core.model import Incident, Instant, Key, Span, Surface
from trayuptime.core.strip import SEEN, STATUSES, Status
from trayuptime.core.wall_clock import first_instant, local_date
from trayuptime.history import Reader
from trayuptime.history.windows import Windows
from trayuptime.runtime.past import gaps_now


@dataclass(frozen=True, slots=True)
class DayRow:
    """The days of a surface, or of a whole provider, which has none.

    Attributes:
        cells: of each local day, the oldest first, the last one until now.
        incidents: its own, or those of all its surfaces, that overlap the days.
    """

    provider: str
    surface: Surface | None
    cells: tuple[DayCell, ...]
    incidents: tuple[Incident, ...] = ()

    @property
    def sums(self) -> tuple[int, ...]:
        """The milliseconds of each status of all days together, by its number."""
        return tuple(map(sum, zip(*[cell.sums for cell in self.cells], strict=True))) or (0,) * STATUSES

    @property
    def uptime(self) -> float | None:
        """Of the time seen, the share that was not down; `None` where nothing was seen."""
        sums = self.sums
        seen = sum([sums[status] for status in SEEN])
        return (seen - sums[Status.DOWN]) / seen if seen else None

    @property
    def coverage(self) -> float | None:
        """The share that was seen."""
        sums = self.sums
        whole = sum(sums)
        return sum([sums[status] for status in SEEN]) / whole if whole else None


@dataclass(frozen=True, slots=True)
class DayRowsQuestion:
    """The days of all providers until now.

    Attributes:
        days: how many, today included.
        now: when they end.
        watched: the surfaces of the providers that are watched, in the user's order.
        watching: an engine runs; otherwise nobody has watched since it last wrote.
    """

    days: int
    now: Instant
    zone: tzinfo
    watched: Mapping[str, Sequence[Surface]]
    watching: bool = True
    kind: str = "days"

    def answer(self, reader: Reader) -> tuple[DayRow, ...]:
        """For each provider a row of its own, then one for each surface where there are several."""
        days = list(local_days(days_until(self.now, self.days, self.zone), self.zone))
        window = Span(days[0][1].start, self.now)
        with reader.snapshot():
            gaps = gaps_now(reader, self.now, watching=self.watching)
            places = places_of(self.watched, reader.known())
            incidents = reader.incidents(window.start, self.now if self.watching else None)
            with reader.windows(window, gaps, self.now if self.watching else None) as windows:
                rows = _rows(windows, places, window, days)
        return tuple(_with_incidents(row, incidents) for row in rows)


def days_until(now: Instant, days: int, zone: tzinfo) -> Span:
    """The window of so many local days until now, today included."""
    first = local_date(now, zone) - timedelta(days=days - 1)
    return Span(first_instant(datetime.combine(first, time.min), zone), now)


def places_of(watched: Mapping[str, Sequence[Surface]], known: Sequence[Key]) -> dict[str, list[Surface]]:
    """Each provider with its surfaces: those watched first, then what else the history knows."""
    found: dict[str, dict[Surface, None]] = {name: dict.fromkeys(parts) for name, parts in watched.items()}
    for key in known:
        found.setdefault(key.provider, {}).setdefault(key.surface)
    return {name: list(parts) for name, parts in found.items() if parts}


def _rows(
    windows: Windows,
    places: Mapping[str, Sequence[Surface]],
    window: Span,
    days: Sequence[tuple[date, Span]],
) -> list[DayRow]:
    lone = {provider: parts[0] for provider, parts in places.items() if len(parts) == 1}
    cells = windows.cells([Key(provider, part) for provider, part in lone.items()], days)
    of_lone = dict(zip(lone, cells, strict=True))
    lengths_ms = [span.end - span.start for _, span in days]
    rows: list[DayRow] = []
    for provider, parts in places.items():
        begun = {part: windows.begun(Key(provider, part)) for part in parts}
        if provider in lone:
            rows.append(DayRow(provider, None, _since(of_lone[provider], begun[lone[provider]])))
            continue
        found = [windows.strip(Key(provider, part), window) for part in parts]
        # A provider is down while any of its surfaces is, and seen while any of them was.
        own = (None, strips.together(found))
        for part, strip in (own, *zip(parts, found, strict=True)):
            divided = cells_of(days, strips.divided(strip, lengths_ms))
            since = min(begun.values()) if part is None else begun[part]
            rows.append(DayRow(provider, part, _since(divided, since)))
    return rows


def _since(cells: tuple[DayCell, ...], begun: Instant) -> tuple[DayCell, ...]:
    """Before the first day in which it was heard nobody watched it, whatever this computer did then."""
    return tuple(cell if begun < cell.window.end else _unwatched(cell) for cell in cells)


def _unwatched(cell: DayCell) -> DayCell:
    sums = [0] * STATUSES
    sums[Status.UNSEEN] = cell.window.end - cell.window.start
    return cell._replace(sums=tuple(sums))


def _with_incidents(row: DayRow, incidents: Sequence[Incident]) -> DayRow:
    own = (x for x in incidents if x.provider == row.provider and row.surface in {None, x.surface})
    return replace(row, incidents=tuple(own))
