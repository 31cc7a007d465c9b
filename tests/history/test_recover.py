"""Of a damaged history, everything that is not on the damaged page comes back."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from disks import small_disk
from history.watching import DEEPSEEK, OPENAI, Watching, a_result, essence, never_stamped
from trayuptime.core import judge
from trayuptime.core.model import Gap, GapCause, Key, Rules, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Settled, State
from trayuptime.history import DamagedHistoryError, History, HistoryError, Reader, files, recover
from trayuptime.history.pages import LEAF, Pages

Rows = dict[str, dict[int, tuple[Any, ...]]]
Damage = Callable[[random.Random, bytearray], None]
STAMP = "20260330T011345Z"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def _tables(path: Path) -> Rows:
    """All rows of all tables, by rowid."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: {row[0]: row for row in connection.execute(f"SELECT rowid, * FROM {name}")}
            for name in names
            if not name.startswith("sqlite_")
        }


def _rows_on(path: Path, page: int) -> set[tuple[str, int]]:
    """Table and rowid of every row of which a part lies on a page; the intact file is asked."""
    with closing(sqlite3.connect(path)) as connection:
        roots = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'").fetchall()
    found = set()
    with closing(_Noting(path)) as pages:
        for name, root in roots:
            for leaf in pages.walk(root, set()).leaves:
                pages.looked_at.clear()
                for row in pages.rows(leaf):
                    assert row is not None
                    if page in {leaf, *pages.looked_at}:
                        found.add((name, row.rowid))
                    pages.looked_at.clear()
    return found


class _Noting(Pages):
    """Notes which pages it was asked for."""

    def __init__(self, path: Path) -> None:
        self.looked_at: list[int] = []
        super().__init__(path)

    def page(self, number: int) -> bytes:
        self.looked_at.append(number)
        return super().page(number)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of some thousand rows, with answers that need pages of their own and pages that are free."""
    path = tmp_path_factory.mktemp("lived") / "history.db"
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for cycle in range(1500):
            reason = Reason.SERVER_ERROR if cycle % 50 in range(20, 30) else Reason.OK
            watching.now += 30_000
            for key in watching.keys:
                said = reason if key == DEEPSEEK else Reason.OK
                excerpt = f"{cycle} " * 1500 if said is not Reason.OK and cycle % 100 > 50 else "overloaded"
                watching.see(key, said, excerpt=excerpt)
            if cycle % 40 == 0:
                gap = Gap(watching.now, watching.now, GapCause.ASLEEP)
                watching.apply(judge.pass_over(watching.state, gap))
            watching.commit(history)
        history.save(watching.state, watching.now)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE passing AS SELECT * FROM transition")
        connection.execute("DROP TABLE passing")
    return path


@pytest.fixture
def path(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(lived, tmp_path))


def _spoil(path: Path, page: int, damage: Damage, chance: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        content = bytearray(file.read(4096))
        damage(chance, content)
        file.seek((page - 1) * 4096)
        file.write(content)


def _noise(chance: random.Random, content: bytearray) -> None:
    content[:] = chance.randbytes(len(content))


def _zeros(_chance: random.Random, content: bytearray) -> None:
    content[:] = bytes(len(content))


def _noisy_sector(chance: random.Random, content: bytearray) -> None:
    start = 512 * chance.randrange(len(content) // 512)
    content[start : start + 512] = chance.randbytes(512)


def _recovered(path: Path) -> str:
    """Sets the file aside and opens the history anew; what the user hears."""
    files.set_aside(path, STAMP)
    with closing(History.open(path, never_stamped)) as history:
        assert not history.recovering
        (sentence,) = history.take_news()
        assert history.take_news() == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return sentence


def _lost(before: Rows, after: Rows, spared: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """What did not come back as it was, but for what may not."""
    return {
        (table, rowid)
        for table, rows in before.items()
        for rowid, row in rows.items()
        if after[table].get(rowid) != row
    } - spared


def test_pages_are_read_as_sqlite_reads_them(lived: Path) -> None:
    with closing(sqlite3.connect(lived)) as connection:
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"))
    with closing(Pages(lived)) as pages:
        for table, rows in _tables(lived).items():
            tree = pages.walk(roots[table], set())
            found = [row for leaf in tree.leaves for row in pages.rows(leaf)]
            assert not tree.bad
            assert [row and row.rowid for row in found] == sorted(rows)


def test_a_whole_file_comes_back_whole(path: Path) -> None:
    before = _tables(path)

    sentence = _recovered(path)

    assert _tables(path) == before
    count = sum(map(len, before.values()))
    assert sentence == (
        f"The history was damaged: {count} records were recovered from it into a new one."
        f" The damaged file is kept as {path}.damaged-{STAMP}."
    )


@pytest.mark.parametrize("damage", [_noise, _zeros, _noisy_sector])
@pytest.mark.parametrize("seed", range(12))
def test_everything_that_is_not_on_the_damaged_page_comes_back(path: Path, seed: int, damage: Damage) -> None:
    chance, before = random.Random(f"{seed} {damage.__name__}"), _tables(path)
    page = chance.randrange(2, path.stat().st_size // 4096 + 1)
    on_page = _rows_on(path, page)
    _spoil(path, page, damage, chance)

    _recovered(path)

    assert _lost(before, _tables(path), on_page) == set()


def _roots() -> list[str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        files.apply(connection, files.migrations_to(files.newest_version()))
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE rootpage > 0")]


@pytest.mark.parametrize("name", _roots())
def test_a_table_whose_root_is_gone_comes_back_from_its_other_pages(path: Path, name: str) -> None:
    before = _tables(path)
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,))
    on_page = _rows_on(path, root)
    _spoil(path, root, _noise, random.Random(name))

    _recovered(path)

    assert _lost(before, _tables(path), on_page) == set()


@pytest.mark.parametrize("damage", [_noise, _zeros])
def test_without_its_header_the_file_is_told_by_its_rows(path: Path, damage: Damage) -> None:
    before = _tables(path)
    _spoil(path, 1, damage, random.Random(1))

    _recovered(path)

    assert _lost(before, _tables(path), set()) == set()


def test_rows_that_the_list_of_free_pages_claims_for_itself_come_back(path: Path) -> None:
    before, content = _tables(path), bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        roots = connection.execute("SELECT rootpage FROM sqlite_master WHERE type = 'table'").fetchall()
    with closing(Pages(path)) as pages:
        leaves = [leaf for (root,) in roots for leaf in pages.walk(root, set()).leaves]
    trunk = int.from_bytes(content[32:36], "big")
    listed = (trunk - 1) * 4096 + 8
    for place, leaf in enumerate(leaves[::2]):
        content[listed + 4 * place : listed + 4 * place + 4] = leaf.to_bytes(4, "big")
    path.write_bytes(content)

    _recovered(path)

    assert _lost(before, _tables(path), set()) == set()


def test_surfaces_come_back_from_their_index(path: Path) -> None:
    before = _tables(path)["surface"]
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'surface'")
    _spoil(path, root, _noise, random.Random(2))

    sentence = _recovered(path)

    after = _tables(path)["surface"]
    assert {number: row[:4] for number, row in after.items()} == {
        number: row[:4] for number, row in before.items()
    }
    assert "(1 page could not be read)" in sentence


def test_results_whose_surface_has_lost_its_name_become_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for cycle in range(500):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if cycle % 2 else None)
        while history.tidy(watching.now + 86_400_000, lambda: 0.0):
            pass
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'surface'").fetchall()
    data = bytearray(path.read_bytes())
    for (page,) in pages:
        data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(data)
    with closing(History.open(path, lambda: STAMP)) as history:
        while history.recovering:
            history.recover(0.0)
        (told,) = history.take_news()
        other = Watching(keys=(OPENAI,), now=watching.now + 60_000)
        other.cycle(history)

    assert "Of recovered-1, recovered-2, recovered-3 the names are lost." in told
    with Reader(path) as reader:
        found = {each.result.provider: 0 for each in reader.results()}
        for each in reader.results():
            found[each.result.provider] += 1
        assert not reader.verify().problems
    assert found == {"recovered-1": 500, "recovered-2": 500, "recovered-3": 500, "openai": 1}


def test_half_a_file_gives_back_its_half(path: Path) -> None:
    before = _tables(path)
    half = path.stat().st_size // 4096 // 2
    kept = {(table, rowid) for table, rows in before.items() for rowid in rows}
    gone = set[tuple[str, int]]()
    for page in range(half + 1, path.stat().st_size // 4096 + 1):
        gone |= _rows_on(path, page)
    path.write_bytes(path.read_bytes()[: half * 4096])

    _recovered(path)

    after = _tables(path)
    assert _lost(before, after, gone) == set()
    assert len(gone) < len(kept)


@pytest.mark.parametrize("content", [b"", b"Dear diary, today DeepSeek was down. " * 500])
def test_of_what_was_no_history_nothing_comes_back_and_that_is_said(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    sentence = _recovered(path)

    assert sentence.startswith(
        "The history was damaged: nothing in it could be read, and a new one is begun."
    )
    assert not any(_tables(path).values())


# The log


@pytest.fixture
def killed(path: Path, tmp_path: Path) -> Path:
    """A history whose last results lie in its log alone."""
    folder = tmp_path / "killed"
    folder.mkdir()
    with closing(History.open(path, never_stamped)) as history:
        watching = Watching(now=1_900_000_000_000)
        for _ in range(30):
            watching.cycle(history, {OPENAI: Reason.SERVER_ERROR})
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder)
    return folder / path.name


def _as_sqlite_sees(path: Path, folder: Path) -> Rows:
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", folder)
    return _tables(folder / path.name)


def test_what_lay_in_the_log_alone_comes_back(killed: Path, tmp_path: Path) -> None:
    before = _as_sqlite_sees(killed, tmp_path / "seen")

    _recovered(killed)

    assert _tables(killed) == before
    assert killed.with_name(f"{killed.name}.damaged-{STAMP}-wal").exists()


def test_what_was_not_committed_in_the_log_does_not(killed: Path, tmp_path: Path) -> None:
    log = killed.with_name(f"{killed.name}-wal")
    log.write_bytes(log.read_bytes()[:-4096])
    before = _as_sqlite_sees(killed, tmp_path / "seen")

    _recovered(killed)

    assert _tables(killed) == before


def test_a_damaged_frame_of_the_log_costs_what_is_in_it_alone(killed: Path, tmp_path: Path) -> None:
    before = _as_sqlite_sees(killed, tmp_path / "seen")
    log = killed.with_name(f"{killed.name}-wal")
    content = bytearray(log.read_bytes())
    content[32 + 24 + 100 : 32 + 24 + 200] = random.Random(6).randbytes(100)
    log.write_bytes(content)
    cut_short = _as_sqlite_sees(killed, tmp_path / "cut")

    _recovered(killed)

    after = _tables(killed)
    assert sum(map(len, cut_short.values())) < sum(map(len, after.values()))
    assert all(rows.keys() <= after[table].keys() for table, rows in before.items())


@pytest.mark.parametrize("renames", range(3))
def test_a_file_that_was_half_set_aside_is_not_read_without_its_log(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    before, rename, left = _as_sqlite_sees(killed, tmp_path / "seen"), Path.rename, [None] * renames

    def rename_until_killed(old: Path, new: Path) -> Path:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return rename(old, new)

    with monkeypatch.context() as killing, suppress(KeyboardInterrupt):
        killing.setattr(Path, "rename", rename_until_killed)
        files.set_aside(killed, STAMP)
    with closing(History.open(killed, never_stamped)):
        pass

    assert _tables(killed) == before


def test_a_half_set_aside_file_keeps_its_log_from_whoever_begins_a_new_one(killed: Path) -> None:
    log = killed.with_name(f"{killed.name}-wal").read_bytes()
    killed.rename(killed.with_name(f"{killed.name}.damaged-{STAMP}.unread"))

    files.open_for_writing(killed).close()

    (damaged,) = files.unread(killed)
    assert damaged.with_name(f"{damaged.name}-wal").read_bytes() == log


def test_a_log_that_is_kept_is_not_overwritten_by_the_next_of_its_name(killed: Path) -> None:
    kept = killed.with_name(f"{killed.name}.damaged-{STAMP}-wal")
    kept.write_bytes(b"kept")

    damaged = files.set_aside(killed, STAMP)
    files.finish(damaged)

    assert kept.read_bytes() == b"kept"
    assert damaged.name == f"{killed.name}.damaged-{STAMP}-2.unread"


# Slices


def test_what_is_written_meanwhile_stays_and_clashes_with_nothing(path: Path, tmp_path: Path) -> None:
    before = _tables(path)
    damaged = files.set_aside(path, STAMP)
    connection = files.open_for_writing(path)
    with closing(connection), closing(recover.Recovery(damaged, connection)) as recovery:
        recovery.first()
        assert not recovery.done
        written = {}
        for table, rows in before.items():
            if table in {"snapshot", "surface"}:
                continue
            row = list(rows[max(rows)][1:]) if rows else []
            if not row:
                continue
            columns = [c[1] for c in connection.execute(f"PRAGMA table_info({table})") if not c[5]]
            values = row[-len(columns) :]
            made = connection.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values
            )
            assert made.lastrowid not in rows
            written[table] = made.lastrowid
        steps = 0
        while not recovery.done:
            recovery.step(0.0)
            steps += 1

    assert steps > 10
    after = _tables(path)
    assert _lost(before, after, set()) == set()
    for table, rowid in written.items():
        assert after[table].keys() - before[table].keys() == {rowid}


def test_a_recovery_that_was_killed_goes_on_at_the_next_start(path: Path) -> None:
    before = _tables(path)
    damaged = files.set_aside(path, STAMP)
    connection = files.open_for_writing(path)
    with closing(connection), closing(recover.Recovery(damaged, connection)) as recovery:
        recovery.first()
        recovery.step(0.0)

    with closing(History.open(path, never_stamped)) as history:
        assert len(history.take_news()) == 1
    assert _tables(path) == before
    with closing(History.open(path, never_stamped)) as history:
        assert history.take_news() == []


def test_a_file_that_was_read_and_keeps_its_name_for_now_is_not_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged, replace = files.set_aside(path, STAMP), Path.replace
    content = damaged.read_bytes()

    def replace_what_nobody_has_open(old: Path, new: Path) -> Path:
        if old == damaged:
            raise PermissionError
        return replace(old, new)

    with monkeypatch.context() as scanned:
        scanned.setattr(Path, "replace", replace_what_nobody_has_open)
        scanned.setattr(Path, "rename", replace_what_nobody_has_open)
        History.open(path, never_stamped).close()
        assert damaged.exists()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM transition")
    with closing(History.open(path, never_stamped)) as history:
        assert history.take_news() == []

    assert _tables(path)["transition"] == {}
    assert files.finished(damaged).read_bytes() == content
    assert not damaged.exists()


def test_a_slice_that_cannot_be_written_is_tried_again(path: Path) -> None:
    before = _tables(path)
    files.set_aside(path, STAMP)
    history = History(path, never_stamped)
    with pytest.raises(HistoryError):
        history.last_state({})
    history.save(Watching().state, 0)  # opens it
    assert history.recovering
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="database is locked"):
            history.recover(0.0)
    while history.recovering:
        history.recover(0.0)
    history.close()

    assert _lost(before, _tables(path), {("snapshot", 1)}) == set()


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Watching]:
    """Hourly answers of forty days, put in order; with whoever watched."""
    path = tmp_path_factory.mktemp("months") / "history.db"
    watching = Watching(rules=Rules(interval_s=3600.0, confirm_after=2, recover_after=2))
    with closing(History.open(path, never_stamped)) as history:
        for hour in range(40 * 24):
            watching.now += HOUR_MS
            for key in watching.keys:
                watching.see(key, Reason.OK, interval_s=3600.0, latency_ms=hour % 100 * 7.0)
            watching.commit(history)
        _tidy(history, watching.now)
    return path, watching


def _tidy(history: History, now: int) -> None:
    while history.recovering:
        history.recover(0.0)
    while history.tidy(now, lambda: 0.0):
        pass


@pytest.mark.parametrize("hours", [3, 30 * 24])
@pytest.mark.parametrize("cut", ["", "before", "after"])
def test_a_sum_that_is_belied_meanwhile_does_not_come_back(
    months: tuple[Path, Watching],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    cut: str,
) -> None:
    monkeypatch.setattr("trayuptime.history.salvage.SMALL", 1)
    path, watching = Path(shutil.copy(months[0], tmp_path)), replace(months[1], happenings=[])
    files.set_aside(path, STAMP)
    start = watching.now - hours * HOUR_MS
    unproven = Gap(start, start + 2 * HOUR_MS, GapCause.UNPROVEN, DEEPSEEK)
    watching.happenings.append(GapSeen(unproven))
    with closing(History(path, never_stamped)) as history:
        if cut == "before":
            history.append((), watching.state, watching.now)
            while history.recovering and len(_days(path)) < 3 * 39:
                history.recover(0.0)
        watching.commit(history)
        assert history.recovering
        if cut == "after":
            history.recover(0.0)
        elif not cut:
            _tidy(history, watching.now)
    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)

    with Reader(path) as reader:
        assert reader.verify().problems == []


@pytest.mark.parametrize("is_cut_short", [False, True])
def test_a_silent_surface_that_answers_meanwhile_has_its_last_sum_worked_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_cut_short: bool
) -> None:
    monkeypatch.setattr("trayuptime.history.salvage.SMALL", 1)
    path, begin = tmp_path / "history.db", 1_774_742_400_000
    keys = [Key(f"p{number}", Surface.API) for number in range(12)]
    silent, silent_from = keys[0], begin + 20 * DAY_MS + 20 * HOUR_MS
    with closing(History.open(path, never_stamped)) as history:
        for at in range(begin, begin + 30 * DAY_MS, 4 * HOUR_MS):
            if at == silent_from:  # how far its last answer speaks into this is known by the next one
                asleep = Gap(at - HOUR_MS, at, GapCause.ASLEEP)
                history.append([GapSeen(asleep)], State(), at)
            asked = [key for key in keys if key != silent or at < silent_from]
            history.append([_hourly(key, at + number) for number, key in enumerate(asked)], State(), at)
        _tidy(history, begin + 31 * DAY_MS)
    files.set_aside(path, STAMP)

    with closing(History(path, never_stamped)) as history:
        history.append([_hourly(silent, begin + 30 * DAY_MS)], State(), begin + 30 * DAY_MS)
        if is_cut_short:
            history.recover(0.0)
        assert history.recovering
        if not is_cut_short:
            _tidy(history, begin + 33 * DAY_MS)
    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, begin + 33 * DAY_MS)
    with Reader(path) as reader:
        assert reader.verify().problems == []


def _hourly(key: Key, at: int) -> Settled:
    return Settled(a_result(key, Reason.OK, at, interval_s=4_000.0), proven=False)


def _days(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM day")]


def test_an_outage_goes_on_over_damage(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        watching = Watching(now=1_900_000_000_000, state=history.last_state({}))
        for _ in range(5):
            watching.cycle(history, {OPENAI: Reason.SERVER_ERROR})
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'gap'")
    _spoil(path, root, _noise, random.Random(3))

    with closing(History.open(path, lambda: STAMP)) as history:
        assert history.set_aside == path.with_name(f"history.db.damaged-{STAMP}")
        assert essence(history.last_state({})) == essence(watching.state)
    with Reader(path) as reader:
        assert [each.ended_at for each in reader.incidents()][-1] is None


def test_damage_that_only_reading_finds_begins_a_new_file_too(path: Path) -> None:
    with closing(History.open(path, lambda: STAMP)) as history:
        assert history._connection is not None
        history._connection.execute("PRAGMA cache_size = 0")
        ((root,),) = history._connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'snapshot'")
        _spoil(path, root, _noise, random.Random(7))

        with pytest.raises(DamagedHistoryError, match=f"set aside as .*damaged-{STAMP}"):
            history.last_state({})
        assert history.last_state({}).next_incident > 1
        assert not path.with_name(f"history.db.damaged-{STAMP}-2").exists()


def test_where_there_is_no_room_to_recover_into_it_is_done_once_there_is(path: Path, tmp_path: Path) -> None:
    before = _tables(path)
    with small_disk(tmp_path / "disk", "8m") as disk:
        shutil.copy(path, disk.path)
        files.set_aside(disk.path, STAMP)
        disk.fill()
        with closing(History.open_or_wait(disk.path, lambda: STAMP)) as history:
            with pytest.raises(HistoryError, match=r"history\.db"):
                history.save(Watching().state, 0)
            assert len(files.unread(disk.path)) == 1
            assert history.take_news() == []
            disk.free()
            history.end_open()
            while history.recovering:
                history.recover(0.0)
            assert len(history.take_news()) == 1

        lasting = {("incident", max(before["incident"]))}
        assert _lost(before, _tables(disk.path), lasting) == set()
        assert files.unread(disk.path) == []


# Schemas

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("version", range(1, files.newest_version()))
@pytest.mark.parametrize("header", [True, False], ids=["", "without header"])
def test_a_damaged_file_of_an_older_schema_is_recovered_and_migrated(
    tmp_path: Path, version: int, header: bool
) -> None:
    path, sound = tmp_path / "history.db", tmp_path / "sound.db"
    for copy in (path, sound):
        shutil.copy(FIXTURES / f"schema-{version}.db", copy)
    History.open(sound, never_stamped).close()
    before = _tables(sound)
    if not header:
        _spoil(path, 1, _noise, random.Random(4))
    with closing(Pages(path)) as pages:
        index = next(n for n in range(2, pages.count + 1) if pages.kind(n) not in {LEAF, 0x05})
    _spoil(path, index, _noise, random.Random(5))

    sentence = _recovered(path)

    assert "records were recovered" in sentence
    after = _tables(path)
    assert _lost(before, after, set()) == set()
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        path.name,
        f"{path.name}.damaged-{STAMP}",
        sound.name,
        f"{sound.name}.before-schema-{version + 1}",
    ]


def test_every_table_of_ours_has_rowids() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        files.apply(connection, files.migrations_to(files.newest_version()))
        texts = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchall()

    assert not any("WITHOUT ROWID" in text.upper() for (text,) in texts)
