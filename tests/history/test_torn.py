"""Bytes that SQLite calls sound and that are not what was written: the watcher goes on in a new file."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from history.watching import DEEPSEEK, OPENAI, START, Watching, a_result, never_stamped
from trayuptime.core.figures import totals
from trayuptime.core.model import Gap, GapCause, Span, Switch
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Settled, Switched
from trayuptime.history import DamagedHistoryError, History, HistoryError, Reader, files, foreign, kinds
from trayuptime.history.store import MOST_ANEW

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
STAMP = "20260330T011345Z"
Deed = Callable[[History, Watching], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def watching(path: Path) -> Watching:
    """Some hours, with an outage at their end, all but the last of them packed; nobody has it open."""
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for cycle in range(400):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if 290 < cycle < 294 else None)
        _tidy(history, watching.now)
    return watching


def _tidy(history: History, now: int) -> None:
    while history.recovering:
        history.recover(0.0)
    while history.tidy(now, lambda: 0.0):
        pass


def _flip(path: Path, column: str, where: str) -> int:
    """Turns one bit of one packed value; of which surface."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        row, surface, body = connection.execute(
            f"SELECT id, surface, {column} FROM packed WHERE {column} IS NOT NULL AND {where}"
        ).fetchone()
        torn = body[:20] + bytes([body[20] ^ 1]) + body[21:]
        connection.execute(f"UPDATE packed SET {column} = ? WHERE id = ?", (torn, row))
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return int(surface)


def _median(history: History, _: Watching) -> object:
    return history.median_latency_ms(DEEPSEEK, START)


def _late(history: History, watching: Watching) -> None:
    settled = Settled(a_result(DEEPSEEK, Reason.OK, START + 61_000), proven=False)
    with pytest.raises(HistoryError, match="is damaged"):
        history.append([settled], watching.state, watching.now)
    history.append([settled], watching.state, watching.now)


def _put_in_order(history: History, watching: Watching) -> None:
    with pytest.raises(HistoryError, match="is damaged"):
        _tidy(history, watching.now + 2 * DAY_MS)


def _try(deed: Callable[[], object], told: list[HistoryError]) -> None:
    try:
        deed()
    except HistoryError as error:
        told.append(error)


@pytest.mark.parametrize("deed", [_median, _late, _put_in_order])
def test_a_torn_hour_is_left_behind_and_everything_else_goes_on(
    path: Path, watching: Watching, deed: Deed
) -> None:
    with Reader(path) as reader:
        before = len(list(reader.results()))
    _flip(path, "body", "surface = 1 ORDER BY since LIMIT 1")
    with closing(History.open(path, lambda: STAMP)) as history:
        deed(history, watching)

        assert history.set_aside == path.with_name(f"{path.name}.damaged-{STAMP}")
        assert history.set_aside.exists()
        watching.cycle(history)
        _tidy(history, watching.now + 2 * DAY_MS)
        assert history.median_latency_ms(OPENAI, 0) == pytest.approx(300.125)
        (told,) = history.take_news()
    assert "1 record besides" in told
    with Reader(path) as reader:
        results = len(list(reader.results()))
        assert not reader.verify().problems
    assert before - 120 <= results < before + 4


def test_evidence_that_is_no_text_stops_nobody_from_putting_in_order(path: Path, watching: Watching) -> None:
    with closing(History.open(path, never_stamped)) as history:
        for _ in range(4):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE evidence SET detail = CAST(X'61ff62' AS TEXT)")
    with closing(History.open(path, lambda: STAMP)) as history:
        with pytest.raises(HistoryError, match="is damaged"):
            _tidy(history, watching.now + 2 * DAY_MS)
        watching.cycle(history)
        _tidy(history, watching.now + 2 * DAY_MS)

    with Reader(path) as reader:
        assert not reader.verify().problems
        assert sum(each.result.reason is Reason.SERVER_ERROR for each in reader.results()) == 7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hot SET body = 'text' WHERE id = (SELECT max(id) FROM hot)",
        "UPDATE packed SET body = 7",
        "UPDATE packed SET newest = 'never'",
        "UPDATE evidence SET excerpt = X'00'",
        "UPDATE snapshot SET body = 'text'",
        "UPDATE incident SET body = 3.5",
        "UPDATE hot SET base = base - 140737488355328 WHERE id = (SELECT max(id) FROM hot)",
        "UPDATE packed SET last_at = NULL",
        "UPDATE gap SET cause = 'asldep'",
        "UPDATE incident SET body = replace(CAST(body AS TEXT), 'server_error', 'sesver_error')",
    ],
)
def test_a_value_of_another_kind_is_damage_and_no_fault_of_ours(
    path: Path, watching: Watching, statement: str
) -> None:
    with closing(History.open(path, never_stamped)) as history:
        for _ in range(4):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO gap VALUES (?, ?, 'asleep', NULL, NULL)", (START + 1, START + 2))
        connection.execute(statement)
    told: list[HistoryError] = []
    with Reader(path) as reader:
        for ask in (reader.state, reader.last_seen, reader.incidents, lambda: list(reader.results())):
            _try(ask, told)

    with closing(History.open(path, lambda: STAMP)) as history:
        _try(lambda: history.last_state({}), told)
        for hours in range(1, 60):  # each trouble is met sooner or later, and told
            _try(lambda: watching.cycle(history), told)
            _try(lambda: history.median_latency_ms(DEEPSEEK, START), told)
            _try(partial(_tidy, history, watching.now + hours * HOUR_MS), told)
        watching.cycle(history)
    assert all(str(path) in str(error) for error in told)
    with Reader(path) as reader:
        assert len(list(reader.results())) > 3 * 60


def test_a_stretch_that_is_in_the_way_of_its_own_hour_is_damage(path: Path, watching: Watching) -> None:
    """SQLite complains of a row that would be there twice, as it would of a fault of ours."""
    with closing(sqlite3.connect(path)) as connection, connection:
        row, since = connection.execute(
            "SELECT id, since FROM packed WHERE surface = 1 ORDER BY since LIMIT 1 OFFSET 1"
        ).fetchone()
        connection.execute("UPDATE packed SET until = until - (1 << 32) WHERE id = ?", (row,))
    with closing(History.open(path, lambda: STAMP)) as history:
        late = Settled(a_result(DEEPSEEK, Reason.OK, since + 61_000), proven=False)
        history.append([late], watching.state, watching.now)
        with pytest.raises(HistoryError, match="is damaged: a row of packed results"):
            _tidy(history, watching.now)

        assert history.set_aside is not None
        assert history.set_aside.exists()


def test_a_fault_of_ours_is_not_taken_for_damage(
    path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object, **__: object) -> float:
        raise TypeError("a fault of ours")

    monkeypatch.setattr("trayuptime.history.write.median_latency_ms", wrong)
    with (
        closing(History.open(path, never_stamped)) as history,
        pytest.raises(TypeError, match="a fault of ours"),
    ):
        history.median_latency_ms(DEEPSEEK, START)


def test_what_is_damaged_again_and_again_is_left_alone(
    path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No disk is filled with copies of it."""
    monkeypatch.setattr("trayuptime.history.recover._sound", lambda _, values: values)
    _flip(path, "body", "surface = 1 ORDER BY since LIMIT 1")
    with closing(History.open(path, lambda: STAMP)) as history:
        for _ in range(3 * MOST_ANEW):
            history.median_latency_ms(DEEPSEEK, START)
            watching.cycle(history)

    assert len(list(path.parent.glob("*.damaged-*"))) == MOST_ANEW


def test_a_damaged_name_in_the_schema_is_damage(path: Path, watching: Watching) -> None:
    """Python cannot even decode what SQLite says of it."""
    data = path.read_bytes().replace(b"incident_by_end", b"\xadncident_by_end")
    path.write_bytes(data.replace(b"CREATE INDEX \xadncident", b"CRE!TE INDEX \xadncident"))

    with pytest.raises(HistoryError, match="is damaged"):
        Reader(path)
    for open_ in (History.open, History.open_or_wait):
        copy = path.with_name(f"{open_.__name__}.db")
        copy.write_bytes(path.read_bytes())
        with closing(open_(copy, lambda: STAMP)) as history:
            watching.cycle(history)
            assert history.set_aside is not None


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE day SET up = up - 1, down = down + 1 WHERE strip IS NOT NULL", "a strip is damaged"),
        ("UPDATE day SET strip = X'0000006800100000' WHERE strip IS NOT NULL", "a strip is damaged"),
        ("UPDATE day SET strip = substr(strip, 5) WHERE strip IS NOT NULL", "a strip is damaged"),
        ("UPDATE day SET strip = NULL", "does not add up"),
        ("UPDATE day SET hours = (SELECT hours FROM day WHERE number % 1024 = 2)", "the pace of an hour"),
        ("UPDATE day SET latencies = X'00' WHERE number % 1024 = 1", "packed latencies are damaged"),
        ("UPDATE packed SET newest = newest - 1", "not those of their row"),
        ("UPDATE gap SET cause = 'boredom'", "a row of gap cannot be read"),
        ("UPDATE transition SET body = '{'", "a row of transition cannot be read"),
        ("UPDATE switch SET at = 'then'", "a row of switch holds what was never written there"),
    ],
)
def test_whatever_does_not_add_up_is_found_and_nobody_draws_it(
    path: Path, watching: Watching, statement: str, problem: str
) -> None:
    with closing(History.open(path, never_stamped)) as history:
        watching.happenings += [
            GapSeen(Gap(watching.now, watching.now + 1, GapCause.ASLEEP)),
            Switched(Switch(watching.now, "deepseek", "openai")),
        ]
        watching.cycle(history, dict.fromkeys(watching.keys, Reason.SLOW), latency_ms=9_000.0)
        _tidy(history, watching.now + 2 * DAY_MS)
    with Reader(path) as reader:
        assert not reader.verify().problems
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)

    with Reader(path) as reader:
        problems = reader.verify().problems
        assert any(problem in each for each in problems), problems
        told: list[HistoryError] = []
        window = Span(START - DAY_MS, watching.now + DAY_MS)
        _try(lambda: _drawn(reader, window), told)
    assert all(str(path) in str(error) for error in told)


def _drawn(reader: Reader, window: Span) -> None:
    with reader.windows(window, watched_until=window.end) as windows:
        for key in (DEEPSEEK, OPENAI):
            of = windows.record(key, window)
            assert windows.totals(key, window) == totals(of)
            windows.paces(key, window)


@pytest.mark.parametrize("bit", [0, 28, 41])
@pytest.mark.parametrize(
    "column", ["since", "until", "newest", "results", "first_at", "first_until", "last_at", "last_until"]
)
def test_what_a_packed_row_says_of_its_results_is_recovered_from_these(
    path: Path, watching: Watching, column: str, bit: int
) -> None:
    ends = "newest, results, first_at, first_until, last_at, last_until"
    with closing(sqlite3.connect(path)) as connection, connection:
        before = connection.execute(f"SELECT id, {ends} FROM packed ORDER BY id").fetchall()
        connection.execute(
            f"UPDATE packed SET {column} = ({column} | 1 << ?1) - ({column} & 1 << ?1) WHERE id = 3", (bit,)
        )
    files.set_aside(path, STAMP)

    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(f"SELECT id, {ends} FROM packed ORDER BY id").fetchall() == before
        assert kinds.misfit(connection) == []
    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)
    with Reader(path) as reader:
        assert reader.verify().problems == []


def test_stretches_that_overlap_are_damage_and_are_recovered_as_one(path: Path, watching: Watching) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE spare AS SELECT * FROM packed WHERE since % 86400000")
    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)
    with Reader(path) as reader:
        before = list(reader.results())
    with closing(sqlite3.connect(path)) as connection, connection:
        assert kinds.misfit(connection) == []
        connection.execute("UPDATE spare SET id = NULL")
        connection.execute("INSERT INTO packed SELECT * FROM spare")
        connection.execute("DROP TABLE spare")
        assert kinds.misfit(connection) == ["a row of packed results does not hold what it says"]
    files.set_aside(path, STAMP)

    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)

    with Reader(path) as reader:
        assert list(reader.results()) == before
        assert reader.verify().problems == []


def test_sums_that_are_torn_are_left_behind_by_a_recovery(path: Path, watching: Watching) -> None:
    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE day SET up = up - 1 WHERE number % 1024 = 1")
        (body,) = connection.execute("SELECT body FROM packed WHERE surface = 2").fetchone()
        connection.execute("UPDATE packed SET body = ? WHERE surface = 2", (body[:-1] + b"!",))
    with closing(History.open(path, lambda: STAMP)) as history:
        history.median_latency_ms(OPENAI, 0)
        watching.cycle(history)
        _tidy(history, watching.now + 3 * DAY_MS)
        assert history.set_aside is not None

    with Reader(path) as reader:
        assert not reader.verify().problems
        assert len([each for each in reader.results() if each.result.key == DEEPSEEK]) == 401


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize("wrong", [TypeError, KeyError, IndexError, AttributeError, OverflowError])
def test_a_fault_of_ours_in_a_reading_is_not_taken_for_damage(path: Path, wrong: type[Exception]) -> None:
    """Figures are worked out while a window is open: what goes wrong there is none of the file's."""
    with (
        Reader(path) as reader,
        pytest.raises(wrong, match="a fault of ours"),
        reader.windows(Span(START, START + DAY_MS)),
    ):
        raise wrong("a fault of ours")


@pytest.mark.usefixtures("watching")
def test_what_damage_makes_a_reader_stumble_over_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE packed SET newest = 'never'")

    with (
        Reader(path) as reader,
        pytest.raises(HistoryError, match="is damaged: a row of packed"),
        reader.windows(Span(START, START + DAY_MS)),
    ):
        raise TypeError("a text where a number should be")


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize(("damaged", "told"), [(True, DamagedHistoryError), (False, TypeError)])
def test_where_it_cannot_be_written_it_is_looked_whose_fault_it_is_too(
    path: Path, damaged: bool, told: type[Exception]
) -> None:
    if damaged:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE packed SET newest = 'never'")
    history = History(path, never_stamped)

    with pytest.raises(told), history._readable():
        raise TypeError("a text where a number should be, or a fault of ours")


@pytest.mark.usefixtures("watching")
def test_a_closed_file_is_no_damaged_one(path: Path) -> None:
    reader = Reader(path)
    reader.close()

    with pytest.raises(sqlite3.ProgrammingError):
        reader.gaps()


@pytest.mark.usefixtures("watching")
def test_a_length_that_damage_has_made_is_damage(path: Path) -> None:
    """SQLite calls it too big, which nothing of ours is."""

    def too_big(*_: object) -> sqlite3.Connection:
        error = sqlite3.DataError("string or blob too big")
        error.sqlite_errorcode = sqlite3.SQLITE_TOOBIG
        raise error

    with pytest.raises(DamagedHistoryError, match="too big"):
        files.open_for_writing(path, connect=too_big)


@pytest.mark.usefixtures("watching")
def test_a_strangers_file_with_names_that_are_no_text_is_unfit(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes().replace(b"incident_by_end", b"\xadncident_by_end")
    path.write_bytes(data.replace(b"CREATE INDEX \xadncident", b"CRE!TE INDEX \xadncident"))

    with (
        pytest.raises(foreign.UnfitError, match="damaged"),
        foreign.prepared(path, tmp_path / "ours.db", tmp_path),
    ):
        pass
