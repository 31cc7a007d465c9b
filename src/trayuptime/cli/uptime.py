"""`uptime`: how much was up of what was seen, of each surface and of each provider."""

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from trayuptime.cli import lines, remote
from trayuptime.cli.common import (
    CommandError,
    Exit,
    Place,
    has_history,
    load_config,
    need_known,
    say,
    say_json,
    warn,
)
from trayuptime.cli.window import Window
from trayuptime.cli.window import asked as asked_window
from trayuptime.config.values import ProviderConfig
from trayuptime.core import contract, words
from trayuptime.core.coverage import open_gaps
from trayuptime.core.figures import Figures, Record, figures, record, together
from trayuptime.core.maintenance import maintenance_spans
from trayuptime.core.model import Gap, GapCause, Instant, Key, Span, Surface
from trayuptime.history import HistoryError, Reader
from trayuptime.system.zone import SystemZone


@dataclass(frozen=True, slots=True)
class _Row:
    """The figures of a surface, or of a whole provider, which has none."""

    provider: str
    surface: Surface | None
    figures: Figures


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints the figures of a window that ends now at the latest."""
    now = time.time_ns() // 1_000_000
    asked = asked_window(args, now, usual="30d")
    configured = _configured(place)
    window, rows = _read(args.ids, place, configured, asked, now)
    if args.json:
        say_json([contract.uptime_row(row.provider, row.surface, row.figures) for row in rows])
    else:
        _print(rows, window, now, watched=has_history(place))
    return Exit.OK


def _configured(place: Place) -> dict[str, ProviderConfig]:
    """The enabled providers; none while the file is broken: what was recorded can be told all the same."""
    try:
        return {provider.id: provider for provider in load_config(place).providers if provider.enabled}
    except CommandError as error:
        warn(str(error))
        return {}


def _read(
    ids: Sequence[str], place: Place, configured: Mapping[str, ProviderConfig], asked: Window, now: Instant
) -> tuple[Span, list[_Row]]:
    """The rows of the window, which begins with the first result where it was left open."""
    window = asked.until_now(now)
    if not has_history(place):
        window = window if window.start else _begun(window, None)
        need_known(ids, place, ())
        return window, _rows(_asked_for(ids, configured, (), ()), configured, window, _unwatched)
    live = remote.running(place)
    try:
        with Reader(place.home.history_path) as reader, reader.snapshot():
            if not window.start:
                window = _begun(window, reader.first_heard(window.end))
            state, seen = reader.state(), reader.last_seen()
            gaps = open_gaps(state, now if live or seen is None else seen)
            if not live and seen is not None and state.surfaces:
                gaps.append(Gap(seen, now, GapCause.APP_OFF))  # as the next engine will record it
            with reader.windows(window, gaps) as windows:
                heard = windows.heard(window)
                known = [*state.surfaces, *reader.known()]
                need_known(ids, place, (key.provider for key in known))
                asked_for = _asked_for(ids, configured, heard, known)
                return window, _rows(asked_for, configured, window, windows.record)
    except HistoryError as error:
        raise CommandError(str(error)) from error


def _unwatched(key: Key, window: Span) -> Record:
    return record(key, window, (), (), ())


def _begun(window: Span, first: Instant | None) -> Span:
    """The window from the first result on: no beginning was named."""
    return Span(window.end if first is None else first, window.end)


def _asked_for(
    ids: Sequence[str],
    configured: Mapping[str, ProviderConfig],
    heard: Iterable[Key],
    known: Iterable[Key],
) -> dict[str, list[Surface]]:
    """Each provider with its surfaces: those configured, and those heard of in the window.

    One that is named also with what is known of it from before.
    """
    surfaces: dict[str, list[Surface]] = {name: [] for name in ids}
    for provider in configured.values():
        surfaces.setdefault(provider.id, []).extend(provider.surfaces)
    for key in (*heard, *(key for key in known if key.provider in ids)):
        surfaces.setdefault(key.provider, []).append(key.surface)
    return {
        name: list(dict.fromkeys(found))
        for name, found in surfaces.items()
        if found and (not ids or name in ids)
    }


def _rows(
    asked_for: Mapping[str, Iterable[Surface]],
    configured: Mapping[str, ProviderConfig],
    window: Span,
    record_of: Callable[[Key, Span], Record],
) -> list[_Row]:
    """For each provider a row for each surface, then its own."""
    rows: list[_Row] = []
    for provider, surfaces in asked_for.items():
        weekly = configured[provider].maintenance if provider in configured else ()
        planned = maintenance_spans(weekly, SystemZone(), window)
        records = {surface: record_of(Key(provider, surface), window) for surface in surfaces}
        rows += [_Row(provider, surface, figures(each, planned)) for surface, each in records.items()]
        rows.append(_Row(provider, None, figures(together(list(records.values())), planned)))
    return rows


def _print(rows: Sequence[_Row], window: Span, now: Instant, *, watched: bool) -> None:
    if not rows:
        which = (
            " of that time: no provider was watched then" if watched else ": no provider has been watched yet"
        )
        say(f"Nothing is known{which}.")
        return
    ended = window.start < window.end < now
    say(f"Since {lines.stamp(window.start)}{f' until {lines.stamp(window.end)}' if ended else ''}:")
    # The only surface of a provider says all that its own row would.
    alone = {row.provider for row in rows if sum(other.provider == row.provider for other in rows) == 2}
    told = [row for row in rows if row.surface is not None or row.provider not in alone]
    names = [row.provider if row.surface is None else f"{row.provider} {row.surface}" for row in told]
    width = max(map(len, names))
    for name, row in zip(names, told, strict=True):
        say(f"{name:<{width}}  {'; '.join(_clauses(row.figures))}")


def _clauses(value: Figures) -> Iterable[str]:
    yield words.uptime(value.uptime, value.coverage)
    if value.outages:
        yield _down(value)
    if value.maintenance_downtime_s:
        planned, rest = words.duration(value.maintenance_downtime_s), value.uptime_but_maintenance
        yield f"{planned} of it in announced maintenance, {words.percent(rest)} without"
    if value.degraded_s:
        yield f"{words.duration(value.degraded_s)} degraded"
    unseen = [(cause, seconds) for cause, seconds in value.gap_s.items() if seconds >= 1]
    if unseen:
        yield "not seen: " + ", ".join(
            f"{words.duration(seconds)} {words.unseen(cause)}" for cause, seconds in unseen
        )
    if value.uncounted_s:
        yield f"no latencies of {words.duration(value.uncounted_s)}, whose results are forgotten"
    if value.latency_p50_ms is not None and value.latency_p95_ms is not None:
        yield f"p50 {words.latency(value.latency_p50_ms)}, p95 {words.latency(value.latency_p95_ms)}"


def _down(value: Figures) -> str:
    many = f"in {value.outages} outages, the longest {words.duration(value.longest_outage_s)}"
    told = f"{words.duration(value.downtime_s)} down {'in 1 outage' if value.outages == 1 else many}"
    if value.longest_unseen_s >= 1:
        return f"{told}, {words.seen_around(value.longest_unseen_s)}"
    return told
