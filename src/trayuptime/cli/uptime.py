"""`uptime`: how much was up of what was seen, of each surface and of each provider."""

import argparse
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trayuptime.cli import lines, remote
from trayuptime.cli.common import CommandError, Exit, Place, load_config, need_known, say, say_json, warn
from trayuptime.cli.window import Window
from trayuptime.cli.window import asked as asked_window
from trayuptime.config.values import ProviderConfig
from trayuptime.core import contract, uptime, words
from trayuptime.core.coverage import open_gaps
from trayuptime.core.figures import Figures, figures, record, together
from trayuptime.core.maintenance import maintenance_spans
from trayuptime.core.model import Gap, GapCause, Incident, Instant, Key, Result, Span, Surface
from trayuptime.core.state import Settled
from trayuptime.history import HistoryError, Reader
from trayuptime.system.zone import SystemZone


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What the history holds of a window.

    Attributes:
        results: of each surface, also those before the window that may speak into it.
        known: every surface of the last run.
    """

    results: Mapping[Key, Sequence[Result]] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    incidents: Sequence[Incident] = ()
    known: Sequence[Key] = ()


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
    intervals = [provider.rules.interval_s for provider in configured.values()]
    window, recorded = _read(place, asked, now, max((uptime.LONGEST_WAIT_S, *intervals)))
    need_known(args.ids, place, (key.provider for key in (*recorded.known, *recorded.results)))
    rows = [
        row
        for provider, surfaces in _asked_for(args.ids, configured, recorded).items()
        for row in _rows(provider, surfaces, configured.get(provider), recorded, window)
    ]
    if args.json:
        say_json([contract.uptime_row(row.provider, row.surface, row.figures) for row in rows])
    else:
        _print(rows, window, now)
    return Exit.OK


def _configured(place: Place) -> dict[str, ProviderConfig]:
    """The enabled providers; none while the file is broken: what was recorded can be told all the same."""
    try:
        return {provider.id: provider for provider in load_config(place).providers if provider.enabled}
    except CommandError as error:
        warn(str(error))
        return {}


def _read(place: Place, asked: Window, now: Instant, longest_interval_s: float) -> tuple[Span, _Recorded]:
    """What was recorded of the window, which begins with the first result where it was left open."""
    window = asked.until_now(now)
    if not place.home.history_path.exists():
        return (window if window.start else _begun(window, None)), _Recorded()
    live = remote.running(place)
    # A result speaks into the window from before it; and one that comes soon after it ends a gap.
    around_ms = round(uptime.SPEAKS_FOR * longest_interval_s * 1000)
    results: dict[Key, list[Result]] = {}
    try:
        with Reader(place.home.history_path) as reader, reader.snapshot():
            if not window.start:
                window = _begun(window, next(reader.results(0, window.end), None))
            before = max(0, window.start - around_ms)
            for settled in reader.results(before, min(window.end + around_ms, now)):
                if settled.counted:
                    results.setdefault(settled.result.key, []).append(settled.result)
            state, seen = reader.state(), reader.last_seen()
            gaps = reader.gaps(before)
            incidents = reader.incidents(window.start)
    except HistoryError as error:
        raise CommandError(str(error)) from error
    if live:
        gaps += open_gaps(state, now)
    elif seen is not None:
        # As the next engine will record it.
        gaps += [*open_gaps(state, seen), Gap(seen, now, GapCause.APP_OFF)]
    return window, _Recorded(results, gaps, incidents, tuple(state.surfaces))


def _begun(window: Span, first: Settled | None) -> Span:
    """The window from the first result on: no beginning was named."""
    return Span(window.end if first is None else first.result.at, window.end)


def _asked_for(
    ids: Sequence[str], configured: Mapping[str, ProviderConfig], recorded: _Recorded
) -> dict[str, list[Surface]]:
    """Each provider with its surfaces: those configured, and those recorded in the window.

    One that is named also with what is known of it from before.
    """
    surfaces: dict[str, list[Surface]] = {name: [] for name in ids}
    for provider in configured.values():
        surfaces.setdefault(provider.id, []).extend(provider.surfaces)
    for key in (*recorded.results, *(key for key in recorded.known if key.provider in ids)):
        surfaces.setdefault(key.provider, []).append(key.surface)
    return {
        name: list(dict.fromkeys(found))
        for name, found in surfaces.items()
        if found and (not ids or name in ids)
    }


def _rows(
    provider: str,
    surfaces: Iterable[Surface],
    configured: ProviderConfig | None,
    recorded: _Recorded,
    window: Span,
) -> list[_Row]:
    """A row for each surface, then the provider's own."""
    weekly = () if configured is None else configured.maintenance
    planned = maintenance_spans(weekly, SystemZone(), window)
    records = {
        surface: record(
            (key := Key(provider, surface)),
            window,
            recorded.results.get(key, ()),
            recorded.gaps,
            recorded.incidents,
        )
        for surface in surfaces
    }
    own = together(list(records.values()))
    return [
        *(_Row(provider, surface, figures(each, planned)) for surface, each in records.items()),
        _Row(provider, None, figures(own, planned)),
    ]


def _print(rows: Sequence[_Row], window: Span, now: Instant) -> None:
    if not rows:
        say("Nothing is known: no provider has been watched yet.")
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
    if value.latency_p50_ms is not None and value.latency_p95_ms is not None:
        yield f"p50 {words.latency(value.latency_p50_ms)}, p95 {words.latency(value.latency_p95_ms)}"


def _down(value: Figures) -> str:
    many = f"in {value.outages} outages, the longest {words.duration(value.longest_outage_s)}"
    told = f"{words.duration(value.downtime_s)} down {'in 1 outage' if value.outages == 1 else many}"
    if value.longest_unseen_s >= 1:
        return f"{told}, {words.seen_around(value.longest_unseen_s)}"
    return told
