"""Brings another history into this one: by the running engine, or at once where none runs."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from trayuptime.cli import remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import CommandError, Place
from trayuptime.history import History, HistoryError
from trayuptime.history.foreign import prepared
from trayuptime.history.merge import Report, report_of
from trayuptime.system.paths import HomeUnusableError

WAIT_S = 30 * 86_400.0
"""The engine works at it in its idle moments only; a month is no limit that anybody meets."""


def merge_into_history(place: Place, path: Path) -> Report:
    """Takes over what a history holds that ours has not; nobody is notified.

    Raises:
        CommandError: the file cannot be merged; or ours cannot be written, or the engine ended in the middle
            of it, and what was taken over by then stays.
    """
    with ExitStack() as stack:
        try:
            place.home.create()
            ready = stack.enter_context(prepared(path, place.home.history_path, place.home.data_dir))
        except HomeUnusableError as error:
            raise CommandError(str(error)) from error
        except HistoryError as error:
            raise CommandError(f"{error}. Nothing was merged.") from error
        except OSError as error:  # a folder that may not be looked into
            raise CommandError(
                f"{error.filename} cannot be used: {error.strerror}. Nothing was merged."
            ) from error
        try:
            if remote.running(place):
                return report_of(done_by_engine(place, {"do": "merge", "path": str(ready)}))
            return _alone(place, ready)
        except HistoryError as error:
            raise CommandError(str(error)) from error


def done_by_engine(place: Place, request: dict[str, Any]) -> dict[str, Any]:
    """What the running engine answers when it has done something to its history.

    Raises:
        CommandError: it cannot be asked, or could not do it.
    """
    answer = remote.ask(place, request, WAIT_S)
    if "trouble" in answer:
        raise CommandError(str(answer["trouble"]))
    return answer


def _alone(place: Place, ready: Path) -> Report:
    with history_alone(place) as history:
        put_in_order(history)
        seen, state = history.last_seen(), history.last_state({})
        with history.merge(ready, time.perf_counter) as merge:
            while not merge.done:
                state = merge.step(state, seen)
        put_in_order(history)
        return merge.report


def put_in_order(history: History) -> None:
    """Packs and sums up whatever there is, to its end."""
    now = time.time_ns() // 1_000_000
    while history.tidy(now, time.perf_counter):
        pass
