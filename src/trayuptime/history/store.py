"""The file of the one writer: opened, begun anew where it is damaged, changed at once or not at all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from trayuptime.history import files, recover, suspect

_OPENING_RECOVERS_S = 2.0
"""How long an opening goes on with a damaged file, while nothing is asked yet: most are done by then."""
MOST_ANEW = 5
"""How often one run sets a damaged file aside."""
RECOVERS_S = 0.02
"""How long the loop stands still for a slice of a damaged file."""


class Store:
    """A file that is open for writing, or will be once it can be.

    Attributes:
        set_aside: where the last damaged file was moved to, or `None`.
        held: somebody else writes all of it anew (see `compact.py`): nothing can be written, at once told.
    """

    def __init__(self, path: Path, stamp: Callable[[], str], connect: files.Connect = files.connect) -> None:
        """See `open`."""
        self._path = path
        self._stamp = stamp
        self._connect = connect
        self.set_aside: Path | None = None
        self.held = False
        self._recoveries: list[recover.Recovery] = []
        self._news: list[str] = []
        self._is_logged = True
        self._is_durable: bool | None = None
        self._is_current = False
        self._connection: sqlite3.Connection | None = None
        self._begun_anew = 0

    @classmethod
    def open(cls, path: Path, stamp: Callable[[], str], connect: files.Connect = files.connect) -> Self:
        """Opens the history, creating or migrating it.

        A damaged file is set aside and a new one begun, with what can be read of the old one; see `recover`.

        Args:
            path: of the file.
            stamp: writes the time into the name of a damaged file.
            connect: opens the file.

        Raises:
            HistoryError: it cannot be opened or written, or a newer version wrote it.
        """
        store = cls(path, stamp, connect)
        store._opened(files.OPENING_WAITS_S)
        store._recover(_OPENING_RECOVERS_S)
        return store

    @classmethod
    def open_or_wait(
        cls, path: Path, stamp: Callable[[], str], connect: files.Connect = files.connect
    ) -> Self:
        """As `open`, for whoever goes on without a history until there can be one: each commit tries again.

        Until then what can be read is read, and everything else raises.

        Raises:
            NewerHistoryError: a newer version wrote it, and it stays as it is.
        """
        try:
            return cls.open(path, stamp, connect)
        except files.NewerHistoryError:
            raise
        except files.HistoryError:
            return cls(path, stamp, connect)

    @property
    def path(self) -> Path:
        """Of the file."""
        return self._path

    @property
    def recovering(self) -> bool:
        """There is more to recover from a damaged file: no row may be moved or joined to others yet."""
        return bool(self._recoveries)

    def recover(self, budget_s: float) -> None:
        """Goes on taking over what a damaged file holds, for so long and at least by one page.

        Raises:
            HistoryError: nothing of it was written; the next call tries it again.
        """
        if self._recoveries and self._connection is not None:
            self._recover(budget_s)

    def take_news(self) -> list[str]:
        """What the user should hear once of the file itself, since the last call."""
        news, self._news = self._news, []
        return news

    def close(self) -> None:
        """Folds the write-ahead log into the file and lets go of it."""
        self._let_go_of_damaged()
        if self._connection is None:
            return
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError as error:
            # A reader or a full disk is in the way: the log is folded in at the next start.
            files.trouble(self._path, error)
        finally:
            self._connection.close()
            self._connection = None

    # What whoever writes in it knows of it

    def _look_into(self, connection: sqlite3.Connection) -> None:
        """It is open, and nothing was written to it yet."""

    def _forget_rows(self) -> None:
        """Rows of it may be others now."""

    def _forget_file(self) -> None:
        """It is another file now."""

    # The file

    def _opened(self, waits_s: float = files.COMMIT_WAITS_S) -> sqlite3.Connection:
        if self._connection is None:
            try:
                connection = self._open_file(waits_s)
            except files.DamagedHistoryError:
                self.set_aside = files.finished(files.set_aside(self._path, self._stamp()))
                connection = self._open_file(waits_s)
            try:
                self._is_logged = files.has_log(connection)
                unread = files.unread(self._path)
                if not self._is_current:  # what is damaged while it is open is of this version
                    unread = recover.of_this_version(unread)
                self._recoveries = [recover.Recovery(each, connection) for each in unread]
                for recovery in self._recoveries:
                    recovery.first()
                self._look_into(connection)
            except sqlite3.DatabaseError as error:
                connection.close()
                raise files.trouble(self._path, error) from error
            self._connection, self._is_current, self._is_durable = connection, True, None
        return self._connection

    def _open_file(self, waits_s: float) -> sqlite3.Connection:
        try:
            if not self._is_current and not self._path.exists():
                files.complete_moves(self._path)
                self._news += recover.rebuild_older(self._path, files.unread(self._path), self._connect)
            connection = files.open_for_writing(self._path, connect=self._connect, waits_s=waits_s)
        except OSError as error:  # a folder that may not even be looked into
            raise files.HistoryError(f"{self._path} cannot be used: {error.strerror}") from error
        if suspect.is_marked(self._path):
            files.look_through(self._path, connection)
        return connection

    def _recover(self, budget_s: float) -> None:
        while self._recoveries:
            recovery = self._recoveries[0]
            try:
                recovery.step(budget_s)
                if not recovery.done:
                    return
                recovery.last()
            except sqlite3.DatabaseError as error:
                raise files.trouble(self._path, error) from error
            recovery.close()
            self._forget_rows()
            files.finish(recovery.damaged)
            self._news.append(recovery.sentence(files.finished(recovery.damaged)))
            del self._recoveries[0]

    def _refuse_while_recovering(self) -> None:
        if self.recovering:
            raise files.HistoryError(f"{self._path} is still being recovered from a damaged file; try later.")

    def _let_go_of_damaged(self) -> None:
        for recovery in self._recoveries:
            recovery.close()
        self._recoveries.clear()

    def _begin_anew(self, problem: files.HistoryError) -> files.HistoryError:
        assert self._connection is not None
        self._begun_anew += 1
        self._connection.close()
        self._connection = None
        self._let_go_of_damaged()
        self._forget_file()
        self.set_aside = files.finished(files.set_aside(self._path, self._stamp()))
        with suppress(files.HistoryError):  # the next commit tries again
            self._opened()
            self._recover(RECOVERS_S)
        return files.DamagedHistoryError(
            f"{problem}; it was set aside as {self.set_aside} and a new one is begun"
        )

    @contextmanager
    def _readable(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._connection is not None:
                yield self._connection
            else:  # it may be read all the same
                with closing(
                    files.open_for_reading(self._path, self._connect, files.COMMIT_WAITS_S)
                ) as connection:
                    try:
                        yield connection
                    except files.EITHER as error:  # before it is closed: whose fault it is must be looked up
                        raise files.trouble(self._path, error, connection) from error
        except files.WRONG as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> files.HistoryError:
        """In our words; of a file that turns out to be damaged a new one has been begun then."""
        problem = files.trouble(self._path, error, self._connection)
        if not isinstance(problem, files.DamagedHistoryError) or self._connection is None:
            return problem
        if self._begun_anew >= MOST_ANEW:  # whatever it is, more copies of it help nobody
            return files.HistoryError(f"{problem}; it was begun anew {MOST_ANEW} times and is left alone now")
        return self._begin_anew(problem)

    @contextmanager
    def _transaction(self, *, synced: bool) -> Iterator[sqlite3.Connection]:
        committed = False
        if self.held:
            raise files.HistoryError(f"{self._path} is being compacted; try again in a moment.")
        try:
            connection = self._opened()
            self._sync(connection, synced=synced)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
            committed = True
        except files.WRONG as error:
            raise self._trouble(error) from error
        finally:
            if not committed:
                self._roll_back()

    def _sync(self, connection: sqlite3.Connection, *, synced: bool) -> None:
        """Whether the next commits wait for the disk; outside a transaction, or SQLite refuses it."""
        durable = synced or not self._is_logged
        if durable is not self._is_durable:  # asking costs as much as a row
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._is_durable = durable

    def _roll_back(self) -> None:
        self._forget_rows()  # the caller may not be able to keep everything until the next time
        if self._connection is not None and self._connection.in_transaction:
            with suppress(sqlite3.OperationalError):  # SQLite has rolled back already
                self._connection.execute("ROLLBACK")
