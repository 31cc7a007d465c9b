"""The history, for a command that writes in it itself because no engine runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from trayuptime.cli.common import CommandError, Place, warn
from trayuptime.history import History
from trayuptime.system.lock import LockUnusableError, Mode, acquire
from trayuptime.system.paths import HomeUnusableError


@contextmanager
def history_alone(place: Place) -> Iterator[History]:
    """The open history, while no engine can start; whatever a damaged file still held is in it.

    What there is to say of the file itself is said.

    Raises:
        CommandError: there is no place for it, or somebody else is at work.
        HistoryError: it cannot be opened or written.
    """
    try:
        place.home.create()
        lock = acquire(place.home.lock_path, Mode.COMMAND)
    except (HomeUnusableError, LockUnusableError) as error:
        raise CommandError(str(error)) from error
    if lock is None:
        raise CommandError("An engine has just started, or another command is at work; try again.")
    with lock:
        history = History.open(place.home.history_path, lambda: f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        try:
            while history.recovering:
                history.recover(1.0)
            for news in history.take_news():
                warn(news)
            yield history
        finally:
            history.close()
