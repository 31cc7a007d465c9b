"""Takes over what can be read of a damaged history: page by page, the newest first, in slices.

The new file is begun at once. What is small, and the end of what is large, is taken over before anything is
written to it, so that surfaces keep their numbers and no new row gets the id of an old one; the rest follows
while the watcher goes on. Whatever tables there are: those of the schema that the damaged file had.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from trayuptime.core.model import Instant
from trayuptime.history import files, forget, hot, kinds, losses, packed, packing, raw, rolled, rows, told
from trayuptime.history.fold import transaction
from trayuptime.history.losses import Losses
from trayuptime.history.pages import LEAF, Pages, Row, Value
from trayuptime.history.salvage import Piece, Plan, Table, plan_of

_FOREVER_S = float("inf")
_IN_COLUMNS = 6
"""The schema that has recent results in columns."""
_log = logging.getLogger(__name__)


class Recovery:
    """Reads one damaged file into an open history of the same schema.

    Attributes:
        read: rows that were taken over, per table.
        lost: rows that could not be read, on pages that could.
        retold: incidents that were lost, and of which what was told is there again.
        bad_pages: pages of rows that could not be read at all.
        losses: what is missing, once everything that can be was taken over.
    """

    def __init__(self, damaged: Path, into: sqlite3.Connection, version: int | None = None) -> None:
        """Looks at the file's pages; nothing is taken over yet.

        Args:
            damaged: where it lies; it is only read.
            into: a history, with no transaction open.
            version: of the schema of both; `None` for the newest.
        """
        self.damaged = damaged
        self.read: dict[str, int] = {}
        self.lost = 0
        self.retold = 0
        self.losses = Losses()
        self._nameless: list[int] = []
        self._is_newest = version in {None, files.newest_version()}
        self._into = into
        self._next = 0
        self._plan = Plan()
        self._pages: Pages | None = None
        try:
            self._pages = Pages(damaged)
            self._plan = plan_of(self._pages, version or files.newest_version())
        except OSError as error:
            _log.error("%s cannot be read: %s", damaged, error.strerror)
        self.bad_pages = self._plan.bad_pages
        self._torn = set(self._plan.torn)

    @property
    def done(self) -> bool:
        """Everything that can be was taken over."""
        return self._next >= len(self._plan.pieces)

    def close(self) -> None:
        """Lets go of the damaged file."""
        if self._pages is not None:
            self._pages.close()

    def first(self) -> None:
        """Takes over what must be there before anything else is written.

        Raises:
            sqlite3.DatabaseError: nothing of it was written.
        """
        self._take(lambda: self._next < self._plan.urgent)
        self._name_the_nameless()

    def step(self, budget_s: float, timer: Callable[[], float] = time.perf_counter) -> None:
        """Goes on for so long, and at least by one page.

        Raises:
            sqlite3.DatabaseError: nothing of this step was written.
        """
        end = timer() + budget_s
        self._take(lambda: timer() < end)

    def last(self) -> None:
        """Makes up for what is lost: what else tells of it is taken, and sums without their results go.

        Raises:
            sqlite3.DatabaseError: nothing of it was written.
        """
        if self._pages is None or not self.read:
            return
        with transaction(self._into):
            if "forgotten" in self._torn:
                _tell_what_is_forgotten(self._into)
            if "incident" in self._torn:
                self.retold = told.restore(self._into)
            self.losses = losses.of(self._pages, self._plan.roots, frozenset(self._torn), self._into)
            for surface, day in packed.join_overlapping(self._into):
                rolled.miss(self._into, (surface,), day)
            for unit, length_ms in rolled.LENGTH_MS.items():
                _drop_orphans(self._into, unit, length_ms)
            rolled.forget(self._into, self._nameless, 0)  # their incidents go by other names
            _miss_words_before(self._into)
            rolled.forget_missing(self._into)

    def sentence(self, kept_as: Path) -> str:
        """What came of it, for the user."""
        count = sum(self.read.values())
        if not count:
            taken = "nothing in it could be read, and a new one is begun"
        else:
            were = "was" if count == 1 else "were"
            taken = f"{_counted(count, 'record')} {were} recovered from it into a new one"
        lost = self._unread if count else ""
        names = ", ".join(map(_name, self._nameless))
        renamed = f" Of {names} the names are lost." if names else ""
        retold = ""
        if self.retold:
            retold = f" Of {_counted(self.retold, 'incident')} only what was told of them is left."
        missing = f" {said}" if count and (said := self.losses.sentence()) else ""
        return (
            f"The history was damaged: {taken}{lost}.{missing}{renamed}{retold}"
            f" The damaged file is kept as {kept_as}."
        )

    def outlook(self) -> str:
        """What would come of it, for whoever only wants to know."""
        count = sum(self.read.values())
        if not count:
            return "Nothing in it can be recovered."
        can = f"What can be recovered of it: {_counted(count, 'record')}{self._unread}."
        return " ".join(each for each in (can, self.losses.sentence()) if each)

    @property
    def _unread(self) -> str:
        """In brackets, what could not be read at all."""
        unread = []
        if self.bad_pages:
            unread.append(f"{_counted(self.bad_pages, 'page')} could not be read")
        if self.lost:
            unread.append(f"{_counted(self.lost, 'record')} besides")
        return f" ({', '.join(unread)})" if unread else ""

    def _name_the_nameless(self) -> None:
        """Nobody else may get the number of results whose surface is not known any more."""
        if self._pages is None or "surface" not in self._torn:
            return
        numbers = {number for page in self._plan.packed for number in _surfaces_on(self._pages, page)}
        with transaction(self._into):
            known = {number for (number,) in self._into.execute("SELECT id FROM surface")}
            self._nameless = sorted(numbers - known)
            self._into.executemany(
                "INSERT INTO surface (id, provider, surface) VALUES (?, ?, 'api')",
                [(number, _name(number)) for number in self._nameless],
            )

    def _take(self, goes_on: Callable[[], bool]) -> None:
        if self.done or self._pages is None:
            return
        place, read, lost = self._next, dict(self.read), self.lost
        self._into.execute("BEGIN IMMEDIATE")
        try:
            while not self.done and (self._next == place or goes_on()):
                self._take_piece(self._plan.pieces[self._next], self._pages)
                self._next += 1
            self._into.execute("COMMIT")
        except sqlite3.DatabaseError:
            self._next, self.read, self.lost = place, read, lost
            if self._into.in_transaction:
                self._into.execute("ROLLBACK")
            raise

    def _take_piece(self, piece: Piece, pages: Pages) -> None:
        table, found = piece.table, []
        for row in _rows_of(piece, pages):
            values = None if row is None else table.whole(row)
            if values is not None and self._is_newest:
                values = _sound(table, values)
            if row is None or values is None:
                self.lost += 1
                self._torn.add(table.name)
            else:
                found.append(values if table.key is not None else (*values, row.rowid))
        taken, refused = _insert(self._into, table.statement, found)
        self.read[table.name] = self.read.get(table.name, 0) + taken
        if refused:
            self.lost += refused
            self._torn.add(table.name)


def _insert(
    connection: sqlite3.Connection, statement: str, found: Sequence[tuple[Value, ...]]
) -> tuple[int, int]:
    """Takes over the rows of a page; how many were new, and how many no table of ours would hold."""
    connection.execute("SAVEPOINT page")
    try:
        taken, refused = connection.executemany(statement, found).rowcount, 0
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO page")
        taken = refused = 0
        for values in found:
            try:
                taken += connection.execute(statement, values).rowcount
            except sqlite3.IntegrityError:
                refused += 1
    connection.execute("RELEASE page")
    return max(taken, 0), refused


def version_of(damaged: Path) -> int:
    """The schema of a damaged file, as far as can be told; 0 if nothing can.

    Raises:
        HistoryError: it cannot be read.
    """
    try:
        with closing(Pages(damaged)) as pages:
            newest = files.newest_version()
            if 1 <= pages.version <= newest:
                return pages.version
            leaves = sum(pages.kind(page) == LEAF for page in range(2, pages.count + 1))
            plans: dict[int, Plan] = {}
            for version in range(newest, 0, -1):
                plans[version] = plan_of(pages, version)
                # The others would fit no better, and take their time.
                if len(plans[version].pieces) > leaves * 0.9:
                    break
            best = max(plans, key=lambda version: len(plans[version].pieces))
            if best == _IN_COLUMNS and _lie_in_rows(plans[best], pages):
                return best - 1
    except OSError as error:
        raise files.HistoryError(f"{damaged} cannot be read: {error.strerror}") from error
    return best if plans[best].pieces else 0


def _lie_in_rows(plan: Plan, pages: Pages) -> bool:
    """Recent results are those of the schema before `_IN_COLUMNS`, whose tables are the same."""
    found = [
        row.values[-1]
        for piece in plan.pieces
        if piece.table.name == "hot"
        for row in pages.rows(piece.page)
        if row is not None
    ]
    return bool(found) and not any(isinstance(body, bytes) and hot.is_whole(body) for body in found)


def of_this_version(damaged: Sequence[Path]) -> list[Path]:
    """Those whose rows fit a history of this version, and those of which nothing can be told.

    Raises:
        HistoryError: one cannot be read.
    """
    return [each for each in damaged if version_of(each) in {0, files.newest_version()}]


def outlook(damaged: Path) -> str:
    """What could be recovered of a file of this version and what is lost: tried in a file of its own.

    Raises:
        HistoryError: there is no room to try it.
    """
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as scratch:
            files.apply(scratch, files.migrations_to(files.newest_version()))
            recovery = Recovery(damaged, scratch)
            with closing(recovery):
                recovery.first()
                recovery.step(_FOREVER_S)
                recovery.last()
    except sqlite3.DatabaseError as error:
        raise files.trouble(damaged, error) from error
    return recovery.outlook()


def rebuild_older(path: Path, damaged: Sequence[Path], connect: files.Connect) -> list[str]:
    """Makes the history anew from a damaged file of an older schema, in one go: two schemas do not mix.

    That comes once, at the first start of a new version, where migrating takes its time too.

    Args:
        path: where no history is now.
        damaged: files that were set aside, the newest first.
        connect: opens a file.

    Returns:
        Sentences for the user.

    Raises:
        HistoryError: it could not be written.
    """
    for each in damaged:
        version = version_of(each)
        if version == 0 or version == files.newest_version():
            continue
        return [_rebuild(path, each, version, connect)]
    return []


def _rebuild(path: Path, damaged: Path, version: int, connect: files.Connect) -> str:
    new = path.with_name(f"{path.name}.recovering")
    try:
        for suffix in ("", "-wal", "-shm", "-journal"):
            new.with_name(new.name + suffix).unlink(missing_ok=True)
        with closing(connect(new, "mode=rwc")) as connection:
            files.apply(connection, files.migrations_to(version))
            recovery = Recovery(damaged, connection, version)
            with closing(recovery):
                recovery.step(_FOREVER_S)
            files.apply(connection, files.migrations_to(files.newest_version()))
        new.chmod(damaged.stat().st_mode & 0o777)
        new.replace(path)
    except sqlite3.DatabaseError as error:
        raise files.trouble(path, error) from error
    except OSError as error:
        raise files.HistoryError(f"{path} could not be recovered: {error.strerror}") from error
    files.finish(damaged)
    return recovery.sentence(files.finished(damaged))


def _name(number: int) -> str:
    """A provider whose own name is lost."""
    return f"recovered-{number}"


def _surfaces_on(pages: Pages, page: int) -> Iterator[int]:
    """The surfaces whose packed results lie on a page; the second column of theirs, after the rowid's own."""
    for row in pages.rows(page):
        if row is not None and len(row.values) > 1 and isinstance(row.values[1], int):
            yield row.values[1]


def _tell_what_is_forgotten(connection: sqlite3.Connection) -> None:
    """Where fewer results of its first days are left than were summed up, the sums of a surface are final.

    Nothing else tells it once its own row is lost, and they are the only copy there is. That all of a day is
    left is no sign that nothing is forgotten where all of it are failures, which stay anyway.
    """
    known = rolled.final(connection)
    border: dict[int, tuple[Instant, bool]] = {}
    for surface, day, results, kept in connection.execute(
        "SELECT number % ?1, number / ?1 * 86400000 AS start, day.results, (SELECT total(packed.results)"
        " FROM packed WHERE surface = day.number % ?1 AND since >= day.number / ?1 * 86400000"
        " AND since < (day.number / ?1 + 1) * 86400000) FROM day ORDER BY number",
        (rows.SURFACES,),
    ):
        until, is_over = border.get(surface, (0, surface in known))
        if not is_over and results > kept:
            border[surface] = day + raw.DAY_MS, False
        elif not is_over and results and _holds_an_answer(connection, surface, day):
            border[surface] = until, True
    for surface, (until, _) in border.items():
        if until:
            rolled.finish(connection, surface, until)


def _holds_an_answer(connection: sqlite3.Connection, surface: int, day: Instant) -> bool:
    bodies = packed.of_day(connection, surface, day)
    return any(not forget.is_failure(grain) for body, _ in bodies for grain in packing.unpack(body))


def _miss_words_before(connection: sqlite3.Connection) -> None:
    """What is told of the last word before a day depends on that day: both are summed up anew."""
    for surface, day in rolled.first_missing(connection):
        word = raw.before(connection, surface, day, ())
        if word is not None:
            rolled.forget(connection, (surface,), word.at, day)


def _drop_orphans(connection: sqlite3.Connection, unit: str, length_ms: int) -> None:
    """Rows of sums of which no result is left, with their neighbours: these spoke into each other."""
    orphans = connection.execute(
        f"SELECT number, number % ?1 AS owner, number / ?1 * ?2 AS start FROM {unit} WHERE results > 0"
        " AND NOT EXISTS (SELECT 1 FROM packed WHERE surface = owner"
        " AND since < start + ?2 AND until > start AND since > start - 86400000)"
        " AND NOT EXISTS (SELECT 1 FROM forgotten gone WHERE gone.surface = owner AND gone.until > start)",
        (rows.SURFACES, length_ms),
    ).fetchall()
    final = rolled.final(connection)
    for number, owner, _ in orphans:
        for neighbour in (number - rows.SURFACES, number + rows.SURFACES):
            if neighbour // rows.SURFACES * length_ms < final.get(owner, 0):
                continue  # its results are forgotten: nobody could work it out again
            if unit == rolled.DAY:
                connection.execute(
                    "INSERT OR IGNORE INTO unrolled SELECT number FROM day WHERE number = ?", (neighbour,)
                )
            connection.execute(f"DELETE FROM {unit} WHERE number = ?", (neighbour,))
        connection.execute(f"DELETE FROM {unit} WHERE number = ?", (number,))


def _sound(table: Table, values: Sequence[Value]) -> tuple[Value, ...] | None:
    """A row of the newest schema as it was written; else it would damage the new file too."""
    row = {column.name: value for column, value in zip(table.columns, values, strict=True)}
    try:
        kinds.check(table.name, row)
        if table.name == "packed":
            row |= _as_results_tell(row)
    except ValueError:
        return None
    return tuple(row.values())


def _as_results_tell(row: kinds.Row) -> dict[str, int | None]:
    """What a packed row says of its results, by these: they have a checksum, the rest of the row has none.

    Raises:
        ValueError: they are not of one day.
    """
    results = packing.unpack(row["body"])
    first, last = results[0][0], results[-1][0]
    day = first // raw.DAY_MS * raw.DAY_MS
    if last >= day + raw.DAY_MS:
        raise ValueError("packed results are of more than a day")
    since, until = row["since"], row["until"]
    if since % raw.HOUR_MS or not day <= since <= first:
        since = first // raw.HOUR_MS * raw.HOUR_MS
    if until % raw.HOUR_MS or not last < until <= day + raw.DAY_MS:
        until = last // raw.HOUR_MS * raw.HOUR_MS + raw.HOUR_MS
    names = ("since", "until", "newest", "results", "first_at", "first_until", "last_at", "last_until")
    return dict(zip(names, (since, until, *packed.facts(results)), strict=True))


def _rows_of(piece: Piece, pages: Pages) -> Iterator[Row | None]:
    if piece.indexed is None:
        yield from pages.rows(piece.page)
        return
    for *indexed, rowid in pages.entries(piece.page):
        values = [column.default for column in piece.table.columns]
        for place, value in zip(piece.indexed, indexed, strict=False):
            values[place] = value
        if piece.table.key is not None:
            values[piece.table.key] = None
        if isinstance(rowid, int):
            yield Row(rowid, tuple(values))


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
