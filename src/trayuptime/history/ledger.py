"""What was spent, for a single command, while an engine may have the same file open."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from trayuptime.core.model import Instant
from trayuptime.history import files, spending
from trayuptime.history.spending import Spent


class CommandLedger:
    """Every method may raise `HistoryError`; SQLite keeps its writes and an engine's apart."""

    def __init__(self, path: Path) -> None:
        """Opens the history, or creates it.

        Raises:
            HistoryError: it cannot be used; a damaged one is left as it is.
        """
        self._path = path
        if not path.exists() and files.unread(path):
            raise files.HistoryError(f"{path} was damaged and is recovered when the watcher starts; try then")
        self._connection = files.open_for_writing(path)
        self._connection.execute(f"PRAGMA busy_timeout = {round(files.OPENING_WAITS_S * 1000)}")
        self._connection.execute("PRAGMA synchronous = FULL")  # what is set aside survives a power cut

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def spent(self, provider: str, model: str, day: date) -> Spent:
        """What is known before a question."""
        with self._told() as connection:
            return spending.look_up(connection, provider, model, day)

    def reserve(self, provider: str, model: str, usd: float, *, at: Instant, day: date) -> int:
        """Sets money aside, durably; returns the question's number."""
        with self._told() as connection:
            return spending.reserve(connection, provider, model, usd, at=at, day=day)

    def settle(self, number: int, usd: float) -> None:
        """What the question has cost in the end."""
        with self._told() as connection:
            spending.settle(connection, number, usd)

    @contextmanager
    def _told(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection
        except sqlite3.DatabaseError as error:
            raise files.trouble(self._path, error) from error
