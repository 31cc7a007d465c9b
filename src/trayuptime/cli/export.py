"""`export`: the raw results as a stream of lines that `replay` reads."""

import argparse
import heapq
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from trayuptime.cli.common import CommandError, Exit, Place, need_known, warn
from trayuptime.cli.window import Window, asked
from trayuptime.core import contract
from trayuptime.core.model import Instant
from trayuptime.history import HistoryError, Reader

Line = tuple[Instant, int, dict[str, Any]]


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Writes the lines to a file or to standard output."""
    now = time.time_ns() // 1_000_000
    window = asked(args, now)
    if not place.home.history_path.exists():
        warn(f"There is no history yet at {place.home.history_path}: nothing to export.")
        return Exit.OK
    try:
        with Reader(place.home.history_path) as reader, reader.snapshot():
            need_known(args.ids, place, (key.provider for key in reader.state().surfaces))
            with _target(args.output) as out:
                for line in _lines(reader, window, frozenset(args.ids), now):
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
                out.flush()
    except HistoryError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandError(f"{args.output or 'The output'} cannot be written: {error.strerror}.") from error
    return Exit.OK


def _target(path: Path | None) -> Any:
    return nullcontext(sys.stdout) if path is None else path.open("w", encoding="utf-8")


def _lines(reader: Reader, window: Window, ids: frozenset[str], now: Instant) -> Iterator[dict[str, Any]]:
    """Everything in the order of time: results streamed, the rest merged in."""
    results: Iterable[Line] = (
        (settled.result.at, 1, contract.exported(settled))
        for settled in reader.results(window.start, window.before)
        if not ids or settled.result.provider in ids
    )
    gaps = [
        (gap.at, 0, contract.exported_gap(gap))
        for gap in reader.gaps(window.start)
        if window.meets(gap.at, gap.until) and (not ids or gap.key is None or gap.key.provider in ids)
    ]
    incidents = [
        (
            incident.started_at,
            2,
            {"schema": contract.SCHEMA, "incident": contract.incident(incident, now)},
        )
        for incident in reader.incidents(window.start)
        if window.meets(incident.started_at, incident.ended_at) and (not ids or incident.provider in ids)
    ]
    switches = [
        (switch.at, 3, contract.exported_switch(switch))
        for switch in reader.switches(window.start)
        if window.holds(switch.at) and (not ids or switch.provider in ids)
    ]
    streams = (results, gaps, incidents, switches)
    for _, _, line in heapq.merge(*streams, key=lambda item: item[:2]):
        yield line
