"""What a merge does with each thing that two histories may hold, and with files that are none."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from disks import Disk, small_disk
from history.merging import merge, tidy
from history.watching import (
    CYCLE_MS,
    DEEPSEEK,
    KEYS,
    OPENAI,
    START,
    WEB,
    Watching,
    a_result,
    essence,
    go_down,
    never_stamped,
)
from trayuptime.core import judge
from trayuptime.core.model import (
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Phase,
    Service,
    Span,
    Switch,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.renaming import renamed
from trayuptime.core.state import GapSeen, Settled, State, Switched
from trayuptime.history import History, HistoryError, Reader
from trayuptime.history.foreign import UnfitError, prepared
from trayuptime.history.snapshot import pack_incident

FIXTURES = Path(__file__).parent / "fixtures"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LATER_MS = 100 * DAY_MS


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another machine's history: an outage that has ended, and a little time after it."""
    path = tmp_path / "other" / "history.db"
    path.parent.mkdir()
    _lived(path, Watching(now=START + 7_000))
    return path


def _lived(path: Path, watching: Watching) -> Watching:
    """Ten good cycles, an outage of six, ten good ones."""
    with closing(History.open(path, never_stamped)) as history:
        for number in range(26):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if 10 <= number < 16 else None)
        history.save(watching.state, watching.now)
    return watching


def _written(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _incidents(path: Path) -> list[Incident]:
    with Reader(path) as reader:
        return reader.incidents()


def _times(path: Path, key: Key) -> list[Instant]:
    with Reader(path) as reader:
        return [each.result.at for each in reader.results() if each.result.key == key]


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


# Results, and what belongs to them


def test_into_a_history_of_nothing_everything_comes(history: History, path: Path, other: Path) -> None:
    report = merge(history, other)

    assert report.results.taken == 26 * len(KEYS)
    assert (report.incidents, report.joined) == (1, 0)
    with Reader(path) as mine, Reader(other) as its:
        assert list(mine.results()) == list(its.results())
        assert mine.incidents() == its.incidents()
        assert mine.transitions() == its.transitions()
        assert mine.evidence(DEEPSEEK, 0, LATER_MS * 1000) == its.evidence(DEEPSEEK, 0, LATER_MS * 1000)
        assert len(mine.evidence(DEEPSEEK, 0, LATER_MS * 1000)) == 6


def test_of_two_results_of_one_moment_ours_stays(history: History, path: Path, other: Path) -> None:
    at = _times(other, OPENAI)[3]
    history.append([Settled(a_result(OPENAI, Reason.OK, at, latency_ms=77.0), proven=False)], State(), at)

    report = merge(history, other)

    assert (report.results.known, report.results.taken) == (1, 26 * len(KEYS) - 1)
    with Reader(path) as reader:
        [latency_ms] = [s.result.latency_ms for s in reader.results() if s.result.at == at]
    assert latency_ms == 77.0


def test_packed_days_are_joined_with_their_evidence(history: History, path: Path, other: Path) -> None:
    watching = Watching()
    for _ in range(4):
        go_down(watching, history, WEB)
        watching.cycle(history)
    tidy(history, START + LATER_MS)
    with closing(History.open(other, never_stamped)) as its:
        tidy(its, START + LATER_MS)
    with Reader(path) as reader:
        mine = reader.evidence(WEB, 0, START + LATER_MS)

    merge(history, other)
    tidy(history, START + LATER_MS)

    assert len(_times(path, WEB)) == 20 + 26
    with Reader(path) as reader:
        assert reader.evidence(WEB, 0, START + LATER_MS) == mine
        assert len(reader.evidence(DEEPSEEK, 0, START + LATER_MS)) == 6
        assert reader.verify().problems == []


def test_a_surface_keeps_its_host_or_gets_theirs(history: History, path: Path, other: Path) -> None:
    bare = [
        Settled(replace(a_result(key, Reason.OK, START), host=host), proven=False)
        for key, host in ((DEEPSEEK, "mine.example:443"), (OPENAI, ""))
    ]
    history.append(bare, State(), START)

    merge(history, other)

    with closing(sqlite3.connect(path)) as connection:
        hosts = dict(connection.execute("SELECT provider || ' ' || surface, host FROM surface").fetchall())
    assert hosts["deepseek api"] == "mine.example:443"
    assert hosts["openai api"] == "api.openai.example:443"


def test_what_was_forgotten_here_does_not_come_back(history: History, path: Path, other: Path) -> None:
    merge(history, other)
    tidy(history, START + LATER_MS)
    day = START // DAY_MS * DAY_MS
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO forgotten SELECT id, ? FROM surface", (day + DAY_MS,))
        connection.execute("DELETE FROM packed WHERE since < ?", (day + DAY_MS,))
        connection.execute("DELETE FROM incident")
        sums = connection.execute("SELECT * FROM day").fetchall()

    report = merge(history, other)
    tidy(history, START + LATER_MS)

    assert report.results.taken == 0
    assert report.results.forgotten == 26 * len(KEYS)
    assert (report.incidents, report.outdated) == (0, 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM day").fetchall() == sums
        assert connection.execute("SELECT count(*) FROM packed").fetchone() == (0,)


# Incidents


def test_an_outage_that_both_saw_is_one(history: History, path: Path, other: Path) -> None:
    watching = _lived(path.with_name("mine.db"), Watching())
    history.close()
    shutil.move(path.with_name("mine.db"), path)
    [mine], [theirs] = _incidents(path), _incidents(other)
    assert theirs.ended_at is not None

    with closing(History.open(path, never_stamped)) as ours:
        report = merge(ours, other)
        state = ours.last_state({})

    [whole] = _incidents(path)
    assert (report.incidents, report.joined) == (0, 1)
    assert (whole.id, whole.started_at, whole.ended_at) == (mine.id, mine.started_at, theirs.ended_at)
    assert state.surface(DEEPSEEK).previous is None  # its end was another machine's
    assert essence(state).surface(OPENAI) == essence(watching.state).surface(OPENAI)


def test_a_time_that_has_not_come_is_refused(path: Path, other: Path) -> None:
    _written(other, "INSERT INTO gap VALUES (1, 3692217600000, 'asleep', NULL, NULL)")

    with (
        pytest.raises(UnfitError, match="a time that has not come yet: 2087-01-01"),
        prepared(other, path, path.parent),
    ):
        raise AssertionError("it was let through")


def test_a_judge_that_goes_on_does_not_undo_it(history: History, path: Path, other: Path) -> None:
    watching = Watching()
    for number in range(26):
        watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if 10 <= number < 16 else None)
    with history.merge(other, lambda: 0.0) as merging:
        while not merging.done:
            watching.state = merging.step(watching.state, watching.now)
            watching.cycle(history)
    before = _incidents(path)
    for _ in range(3):
        watching.cycle(history)

    assert _incidents(path) == before
    assert len(before) == 1
    assert len(_times(path, OPENAI)) == len(set(_times(path, OPENAI)))
    with closing(History.open(path, never_stamped)) as again:
        assert essence(again.last_state({})) == essence(watching.state)


def test_one_that_lasts_here_is_left_to_the_judge(history: History, path: Path, other: Path) -> None:
    [theirs] = _incidents(other)
    watching = Watching(now=theirs.started_at + 60_000)
    go_down(watching, history)
    lasting = watching.state.surface(DEEPSEEK).incident
    assert lasting is not None

    report = merge(history, other)

    first, second = _incidents(path)
    assert report.going_on == 1
    assert (first.started_at, first.ended_at) == (theirs.started_at, lasting.started_at)
    assert second.id == lasting.id
    assert second.ended_at is None


def test_one_that_lasted_there_ends_where_it_was_last_seen(
    history: History, path: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    watching = Watching()
    with closing(History.open(other, never_stamped)) as its:
        go_down(watching, its)
        watching.cycle(its, {DEEPSEEK: Reason.SERVER_ERROR})
        its.save(watching.state, watching.now)
    open_there = watching.state.surface(DEEPSEEK).incident
    assert open_there is not None

    merge(history, other)

    [incident] = _incidents(path)
    assert incident.ended_at == max(span.end for span in open_there.seen)


def test_no_number_is_given_twice(history: History, path: Path, other: Path) -> None:
    watching = Watching(now=START + DAY_MS)
    watching.cycle(history)
    with history.merge(other, lambda: 0.0) as merging:
        while not merging.done:
            watching.state = merging.step(watching.state, watching.now)
    go_down(watching, history, OPENAI)

    [theirs, mine] = _incidents(path)
    assert theirs.id != mine.id
    assert mine.provider == "openai"
    with Reader(path) as reader:
        told = {event["incident"]: event["provider"] for event in reader.transitions() if "incident" in event}
    assert told == {theirs.id: "deepseek", mine.id: "openai"}


def _incident(number: int, start: Instant, end: Instant) -> Incident:
    return Incident(
        number,
        DEEPSEEK.provider,
        DEEPSEEK.surface,
        IncidentKind.OUTAGE,
        start,
        start,
        (Phase(start, Service.DOWN),),
        (Reason.SERVER_ERROR,),
        end,
        seen=(Span(start, end),),
    )


def _with_incidents(path: Path, *incidents: Incident) -> None:
    with closing(History.open(path, never_stamped)):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        for each in incidents:
            connection.execute(
                "INSERT INTO incident VALUES (?, ?, ?, ?, ?, ?)",
                (
                    each.id,
                    each.provider,
                    each.surface.value,
                    each.started_at,
                    each.ended_at,
                    pack_incident(each),
                ),
            )
            body = json.dumps({"event": "down", "incident": each.id}, ensure_ascii=False)
            connection.execute("INSERT INTO transition VALUES (?, 'down', ?)", (each.started_at, body))
            connection.execute(
                "INSERT INTO note (provider, surface, started_at, at, text) VALUES (?, ?, ?, ?, ?)",
                (each.provider, each.surface.value, each.started_at, each.started_at, f"of {each.id}"),
            )


def test_one_of_theirs_that_overlaps_two_of_ours_makes_them_one(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    _with_incidents(path, _incident(1, 1_000, 2_000), _incident(2, 5_000, 6_000), _incident(3, 8_000, 9_000))
    _with_incidents(other, _incident(1, 500, 5_500))

    with closing(History.open(path, never_stamped)) as history:
        report = merge(history, other)
        again = merge(history, other)

    first, second = _incidents(path)
    assert (first.id, first.started_at, first.ended_at) == (1, 500, 6_000)
    assert second.id == 3
    assert (report.joined, report.incidents, report.notes) == (1, 0, 1)
    assert (again.joined, again.incidents, again.notes) == (0, 0, 0)
    with closing(sqlite3.connect(path)) as connection:
        told = sorted(
            (at, json.loads(body)["incident"])
            for at, body in connection.execute("SELECT at, body FROM transition")
        )
        notes = sorted(connection.execute("SELECT started_at, text FROM note").fetchall())
    assert told == [(500, 1), (1_000, 1), (5_000, 1), (8_000, 3)]
    assert notes == [(500, "of 1"), (500, "of 1"), (500, "of 2"), (8_000, "of 3")]


def test_of_many_incidents_each_comes_once_however_few_at_a_step(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    theirs = [_incident(n, n * 1_000, n * 1_000 + 500) for n in range(1, 101)]
    _with_incidents(path, *[_incident(n, n * 2_000 + 200, n * 2_000 + 600) for n in range(1, 31)])
    _with_incidents(other, *theirs, _incident(101, 79_700, 82_100))

    with closing(History.open(path, never_stamped)) as history:
        report = merge(history, other)
        again = merge(history, other)

    found = _incidents(path)
    assert (report.joined, report.incidents) == (30 + 1, 68)
    assert (again.joined, again.incidents) == (0, 0)
    assert len(found) == len({each.id for each in found}) == 100 - 2
    assert [(each.started_at, each.ended_at) for each in found if 79_000 <= each.started_at <= 83_000] == [
        (79_000, 79_500),
        (79_700, 82_500),
        (83_000, 83_500),
    ]
    with closing(sqlite3.connect(path)) as connection:
        numbers = {each.id for each in found}
        told = [json.loads(body)["incident"] for (body,) in connection.execute("SELECT body FROM transition")]
        starts = {start for (start,) in connection.execute("SELECT started_at FROM note")}
    assert set(told) == numbers
    assert starts == {each.started_at for each in found}


# Everything else


def test_switches_are_those_of_both(history: History, path: Path, other: Path) -> None:
    mine, both, its = (Switch(START + at, "deepseek", "openai") for at in (1, 2, 3))
    history.append([Switched(mine), Switched(both)], State(), START)
    with closing(History.open(other, never_stamped)) as there:
        state = there.last_state({})
        there.append([Switched(both), Switched(its)], state, START + DAY_MS)

    merge(history, other)

    with Reader(path) as reader:
        assert reader.switches() == [mine, both, its]


def test_a_gap_of_everybody_stays_one_where_nobody_saw_anything(
    history: History, path: Path, other: Path
) -> None:
    night = Gap(START - DAY_MS, START - DAY_MS + 8 * HOUR_MS, GapCause.ASLEEP)
    history.append([GapSeen(night)], State(), START)

    merge(history, other)

    with Reader(path) as reader:
        assert reader.gaps() == [night]


def test_our_sleep_takes_away_nothing_that_they_saw(history: History, path: Path, other: Path) -> None:
    night = Gap(START - HOUR_MS, START + HOUR_MS, GapCause.ASLEEP)
    history.append([GapSeen(night)], State(), START)
    seen = [_times(other, key) for key in KEYS]

    merge(history, other)

    with Reader(path) as reader:
        gaps = reader.gaps()
    speaks_ms = round(2.5 * CYCLE_MS)
    for key, times in zip(KEYS, seen, strict=True):
        assert [(gap.at, gap.until) for gap in gaps if gap.key == key] == [
            (night.at, times[0]),
            (times[-1] + speaks_ms, night.until),
        ]
    assert {gap.cause for gap in gaps} == {GapCause.ASLEEP}


def test_a_rename_in_the_middle_ends_it(history: History, path: Path, other: Path) -> None:
    watching = Watching(now=START + DAY_MS)
    watching.cycle(history)
    with history.merge(other, lambda: 0.0) as merging:
        merging.step(watching.state, watching.now)
        state = renamed(watching.state, "openai", "elsewhere")
        history.rename("openai", "elsewhere", state, watching.now)
        with pytest.raises(HistoryError, match="merge again"):
            merging.step(state, watching.now)


def test_what_they_saw_is_not_judged_here(path: Path, other: Path) -> None:
    """Failures that came later than our last snapshot are no failures of our own."""
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        watching.cycle(history)
        history.save(watching.state, watching.now)
        before = essence(history.last_state({}))
        seen = history.last_seen()
        merge(history, other)

    with closing(History.open(path, never_stamped)) as again:
        after = again.last_state({})
        assert essence(replace(after, next_incident=before.next_incident)) == before
        assert after.next_incident == 2
        assert again.last_seen() == seen


# Files


def _is_missing(path: Path) -> None:
    path.unlink()


def _is_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _is_text(path: Path) -> None:
    path.write_text("Once upon a time")


def _is_empty(path: Path) -> None:
    path.write_bytes(b"")


def _is_another_programs(path: Path) -> None:
    path.unlink()
    _written(path, "CREATE TABLE places (url TEXT)", "PRAGMA user_version = 5")


def _is_newer(path: Path) -> None:
    _written(path, "PRAGMA user_version = 99")


def _has_a_damaged_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xde\xad" * 2048)


def _has_damaged_results(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        tidy(history, START + LATER_MS)
    _written(path, "UPDATE packed SET body = substr(body, 1, 30)")


def _has_damaged_recent_results(path: Path) -> None:
    _written(path, "UPDATE hot SET body = substr(body, 2) WHERE id = 3")


def _has_values_of_another_kind(path: Path) -> None:
    _written(
        path, "UPDATE gap SET until = 'soon'", "INSERT INTO gap VALUES (1, 'soon', 'asleep', NULL, NULL)"
    )


UNFIT: dict[Callable[[Path], None], str] = {
    _is_missing: "There is no file",
    _is_a_folder: "is a folder",
    _is_text: "is no history of TrayUptime",
    _is_empty: "is no history of TrayUptime",
    _is_another_programs: "is no history of TrayUptime",
    _is_newer: "was written by a newer TrayUptime",
    _has_a_damaged_page: "is damaged",
    _has_damaged_results: "is damaged",
    _has_damaged_recent_results: "is damaged",
    _has_values_of_another_kind: "holds what was never written there",
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_what_cannot_be_merged_is_refused_with_its_name(
    path: Path, other: Path, unfit: Callable[[Path], None]
) -> None:
    unfit(other)

    with pytest.raises(UnfitError, match=UNFIT[unfit]) as caught, prepared(other, path, path.parent):
        pass

    assert str(other) in str(caught.value)


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
def test_nothing_is_merged_into_itself(
    other: Path, tmp_path: Path, link: Callable[[Path, Path], None] | None
) -> None:
    name = other
    if link is not None:
        name = tmp_path / "link.db"
        link(other, name)

    with pytest.raises(UnfitError, match="this very history"), prepared(name, other, tmp_path):
        pass


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_an_older_one_is_brought_up_to_date_in_a_copy(
    history: History, path: Path, tmp_path: Path, version: int
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    other = Path(shutil.copy(FIXTURES / f"schema-{version}.db", folder))
    before = _contents(folder)

    with prepared(other, path, path.parent) as ready:
        report = merge(history, ready)

    assert report.results.taken > 0
    assert report.incidents > 0
    assert _contents(folder) == before
    assert [each for each in path.parent.iterdir() if each.name.startswith("merge-")] == []


def test_one_that_is_being_written_is_copied_of_one_moment(history: History, path: Path, other: Path) -> None:
    watching = Watching(now=START + DAY_MS)
    with closing(History.open(other, never_stamped)) as its:
        for _ in range(5):
            watching.cycle(its)
        before = _contents(other.parent)
        assert before["history.db-wal"]

        with prepared(other, path, path.parent) as ready:
            report = merge(history, ready)

        assert _contents(other.parent) == before
    assert report.results.taken == (26 + 5) * len(KEYS)


def test_one_with_a_log_may_not_be_read_in_place(history: History, other: Path) -> None:
    with closing(History.open(other, never_stamped)) as its:
        its.append([], State(), START + DAY_MS)
        with pytest.raises(UnfitError, match="merge a copy"):
            history.merge(other, lambda: 0.0)


def test_one_that_somebody_begins_to_write_is_left_alone_from_then_on(history: History, other: Path) -> None:
    with history.merge(other, lambda: 0.0) as merging:
        state = merging.step(State(), None)
        with closing(History.open(other, never_stamped)) as its:
            Watching(now=START + DAY_MS).cycle(its)
            with pytest.raises(UnfitError, match="is being written"):
                merging.step(state, None)


def test_one_that_is_taken_away_is_merged_to_its_end(history: History, path: Path, other: Path) -> None:
    with history.merge(other, lambda: 0.0) as merging:
        state = merging.step(State(), None)
        other.unlink()
        while not merging.done:
            state = merging.step(state, None)

    assert len(_times(path, OPENAI)) == 26


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", "2m") as disk:
        yield disk


@pytest.mark.parametrize("has_log", [False, True])
def test_one_on_a_read_only_disk_is_merged(
    history: History, path: Path, other: Path, disk: Disk, has_log: bool
) -> None:
    shutil.copy(other, disk.path)
    if has_log:
        with closing(History.open(disk.path, never_stamped)) as its:
            its.append([], State(), START + DAY_MS)
            for suffix in ("", "-wal"):
                shutil.copy(f"{disk.path}{suffix}", f"{disk.path}{suffix}.kept")
        for suffix in ("", "-wal"):
            Path(f"{disk.path}{suffix}.kept").rename(f"{disk.path}{suffix}")
    disk.freeze()
    before = _contents(disk.path.parent)
    try:
        with prepared(disk.path, path, path.parent) as ready:
            report = merge(history, ready)
        assert _contents(disk.path.parent) == before
    finally:
        disk.thaw()

    assert report.results.taken == 26 * len(KEYS)


def test_many_recent_results_are_packed_in_a_copy_first(history: History, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(History.open(other, never_stamped)) as its:
        for first in range(0, 24_000, 3_000):
            many = [
                Settled(a_result(OPENAI, Reason.OK, START + n * 1_000), proven=False)
                for n in range(first, first + 3_000)
            ]
            its.append(many, State(), START)

    with prepared(other, path, path.parent) as ready:
        assert ready != other
        report = merge(history, ready)

    assert report.results.taken == 24_000
    assert len(_times(path, OPENAI)) == 24_000


def test_a_full_disk_ends_it_and_done_again_it_is_complete(disk: Disk, tmp_path: Path) -> None:
    other = tmp_path / "large.db"
    watching = Watching()
    with closing(History.open(other, never_stamped)) as its:
        for number in range(40):
            watching.cycle(its, {DEEPSEEK: Reason.SERVER_ERROR}, excerpt=f"{number} {os.urandom(900).hex()}")
        its.save(watching.state, watching.now)
        tidy(its, START + LATER_MS)
    with closing(History.open(disk.path, never_stamped)) as history:
        mine = Watching(now=START + DAY_MS)
        mine.cycle(history)
        disk.fill()
        with pytest.raises(HistoryError, match="cannot be used"):
            merge(history, other)
        disk.free()

        merge(history, other)

        assert len(_times(disk.path, OPENAI)) == 41
        mine.cycle(history)


def test_a_gap_of_ours_that_lasts_is_none_of_theirs(history: History, path: Path, other: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    watching.apply(judge.pause(watching.state, watching.now, None))
    watching.commit(history)

    with history.merge(other, lambda: 0.0) as merging:
        while not merging.done:
            watching.state = merging.step(watching.state, watching.now)

    assert watching.state.paused_since is not None
    with Reader(path) as reader:
        assert reader.gaps() == []


# Days of which only sums are left there


def _forget_there(other: Path) -> Instant:
    """As retention does: of the first day failures alone are kept, and the sums."""
    with closing(History.open(other, never_stamped)) as its:
        watching = Watching(now=START + DAY_MS, state=its.last_state({}))
        for _ in range(5):
            watching.cycle(its)
        its.save(watching.state, watching.now)
        tidy(its, START + LATER_MS)
    until = START // DAY_MS * DAY_MS + DAY_MS
    _written(
        other,
        f"INSERT INTO forgotten SELECT id, {until} FROM surface",
        f"DELETE FROM packed WHERE since < {until} AND surface != 1",
        f"DELETE FROM unrolled WHERE number < {until // DAY_MS * 1024}",
    )
    return until


def _sums(path: Path, until: Instant) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT * FROM day WHERE number < ? ORDER BY number", (until // DAY_MS * 1024,)
        ).fetchall()


def test_sums_come_as_they_are_where_we_know_nothing(history: History, path: Path, other: Path) -> None:
    until = _forget_there(other)
    seen = Watching(now=START + 2 * DAY_MS)
    seen.cycle(history)

    report = merge(history, other)
    tidy(history, START + LATER_MS)

    assert _sums(path, until) == _sums(other, until)
    assert len(_sums(path, until)) == 3
    assert len(_times(path, DEEPSEEK)) == 26 + 5 + 1
    assert len(_times(path, OPENAI)) == 5 + 1
    assert (report.results.taken, report.results.forgotten) == (26 + 3 * 5, 0)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM forgotten").fetchall() == [(n, until) for n in (1, 2, 3)]
    again = merge(history, other)
    assert (again.results.taken, again.results.known) == (0, 26 + 3 * 5)
    assert _sums(path, until) == _sums(other, until)


def test_where_we_know_something_of_that_time_nothing_of_theirs_is_taken(
    history: History, path: Path, other: Path
) -> None:
    until = _forget_there(other)
    seen = Watching(now=START)
    seen.cycle(history)

    report = merge(history, other)
    tidy(history, START + LATER_MS)

    assert (report.results.taken, report.results.forgotten, report.outdated) == (3 * 5, 26, 1)
    assert len(_times(path, DEEPSEEK)) == 1 + 5
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM forgotten").fetchall() == []
    assert len(_sums(path, until)) == 3
    with Reader(path) as reader:
        assert reader.verify().problems == []


def test_more_surfaces_than_a_history_can_tell_apart_are_refused_at_once(
    history: History, path: Path, other: Path
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO surface (provider, surface) VALUES (?, 'api')", [(f"p{n}",) for n in range(1_022)]
        )

    with pytest.raises(HistoryError, match="full"):
        merge(history, other)

    with Reader(path) as reader:
        assert (list(reader.results()), reader.incidents(), reader.gaps()) == ([], [], [])


def test_a_copy_that_a_killed_command_left_is_swept_away(path: Path, other: Path) -> None:
    old, fresh = (path.with_name(f"merge-{name}") for name in ("old", "fresh"))
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "history.db").write_bytes(b"half")
    os.utime(old, (0, 0))

    with prepared(other, path, path.parent):
        pass

    assert (old.exists(), fresh.exists()) == (False, True)
