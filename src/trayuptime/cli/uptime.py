"""`uptime`: how much was up of what was seen, of each surface and of each provider."""

import argparse
import time
from collections.abc import Iterable, Mapping, Sequence

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
from trayuptime.cli.window import asked as asked_window
from trayuptime.config.values import ProviderConfig
from trayuptime.core import contract, words
from trayuptime.core.figures import Figures, Row
from trayuptime.core.model import Instant, Span
from trayuptime.core.window import Window
from trayuptime.history import HistoryError
from trayuptime.runtime import past
from trayuptime.runtime.past import Past
from trayuptime.system.zone import SystemZone


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints the figures of a window that ends now at the latest."""
    now = time.time_ns() // 1_000_000
    asked = asked_window(args, now, usual="30d")
    configured = configured_in(place)
    window, rows = _read(args.ids, place, configured, asked, now)
    if args.json:
        say_json([contract.uptime_row(row.provider, row.surface, row.figures) for row in rows])
    else:
        _print(rows, window, now, watched=has_history(place))
    return Exit.OK


def configured_in(place: Place) -> dict[str, ProviderConfig]:
    """The enabled providers; none while the file is broken: what was recorded can be told all the same."""
    try:
        return past.enabled(load_config(place).providers)
    except CommandError as error:
        warn(str(error))
        return {}


def _read(
    ids: Sequence[str], place: Place, configured: Mapping[str, ProviderConfig], asked: Window, now: Instant
) -> tuple[Span, list[Row]]:
    """The rows of the window, which begins with the first result where it was left open."""
    window = asked.until_now(now)
    if not has_history(place):
        return _rows(ids, place, configured, past.unwatched(window))
    live = remote.running(place)
    try:
        with past.look_back(place.home.history_path, window, now, live=live) as found:
            return _rows(ids, place, configured, found)
    except HistoryError as error:
        raise CommandError(str(error)) from error


def _rows(
    ids: Sequence[str], place: Place, configured: Mapping[str, ProviderConfig], found: Past
) -> tuple[Span, list[Row]]:
    need_known(ids, place, (key.provider for key in found.known))
    surfaces = past.asked_for(found, ids, configured)
    return found.window, list(past.rows_of(surfaces, configured, found.window, found.record, SystemZone()))


def _print(rows: Sequence[Row], window: Span, now: Instant, *, watched: bool) -> None:
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
            f"{words.duration(seconds)} {words.uncovered(cause)}" for cause, seconds in unseen
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
