"""Incidents whose rows are lost: they come back from their events, and sums outlast their incidents."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from history.watching import DEEPSEEK, OPENAI, Watching, never_stamped
from trayuptime.core import contract, judge
from trayuptime.core.figures import Figures, figures
from trayuptime.core.model import Gap, GapCause, Incident, IncidentKind, Key, Rules, Span
from trayuptime.core.reasons import Reason
from trayuptime.core.uptime import downtime_s
from trayuptime.history import History, Reader, told
from trayuptime.history.verify import Findings

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
BEGIN = 1_774_742_400_000
"""A midnight of UTC."""
WINDOW = Span(BEGIN, BEGIN + 4 * DAY_MS)
RULES = Rules(interval_s=300.0, confirm_after=2, recover_after=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def _live(path: Path, bad: dict[int, Reason]) -> Watching:
    """Four days, with an answer every five minutes that is bad in some of them; put in order, and closed."""
    watching = Watching(keys=(DEEPSEEK, OPENAI), rules=RULES, now=BEGIN)
    with closing(History.open(path, never_stamped)) as history:
        for slot in range(4 * 288 + 1):
            watching.now = BEGIN + slot * 300_000 + 1_000
            if slot == 310:
                watching.now += 40_000
                watching.apply(
                    judge.pass_over(
                        watching.state, Gap(watching.now - 30_000, watching.now - 300, GapCause.ASLEEP)
                    )
                )
            for key in watching.keys:
                reason = bad.get(slot, Reason.OK) if key == DEEPSEEK else Reason.OK
                watching.see(key, reason, interval_s=300.0)
            watching.commit(history)
        _tidy(history, watching.now)
        history.save(watching.state, watching.now)
    return watching


def _tidy(history: History, now: int) -> None:
    while history.recovering:
        history.recover(0.0)
    while history.tidy(now, lambda: 0.0):
        pass


def _lose(path: Path, table: str) -> None:
    """Zeros where a table begins."""
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(data)


def _recovered(path: Path, now: int) -> str:
    with closing(History.open(path, lambda: "aside")) as history:
        _tidy(history, now)
        (told,) = history.take_news()
    return told


def _incidents(path: Path) -> list[Incident]:
    with Reader(path) as reader:
        return reader.incidents()


def _figures(path: Path) -> Figures:
    with Reader(path) as reader, reader.windows(WINDOW) as windows:
        return figures(windows.totals(DEEPSEEK, WINDOW))


def _verified(path: Path, now: int = WINDOW.end + DAY_MS) -> Findings:
    """Looks through the file, and has what is wrong worked out again, as `history verify` does."""
    with Reader(path) as reader:
        found = reader.verify()
    with closing(History.open(path, never_stamped)) as history:
        history.distrust(found.wrong_sums)
        _tidy(history, now)
    return found


def _known_of(incident: Incident) -> tuple[object, ...]:
    return (
        incident.id,
        incident.provider,
        incident.surface,
        incident.kind,
        incident.started_at,
        incident.confirmed_at,
        incident.phases,
        incident.reasons,
        incident.ended_at,
        downtime_s(incident, incident.ended_at or 0),
    )


def test_incidents_whose_rows_are_lost_come_back_from_their_events(path: Path) -> None:
    down, slow = (
        dict.fromkeys(range(300, 330), Reason.SERVER_ERROR),
        dict.fromkeys(range(600, 650), Reason.SLOW),
    )
    watching = _live(path, down | slow)
    incidents, before = _incidents(path), _figures(path)
    _lose(path, "incident")

    told = _recovered(path, watching.now)

    assert [each.kind for each in incidents] == [IncidentKind.OUTAGE, IncidentKind.DEGRADED]
    assert [_known_of(each) for each in _incidents(path)] == [_known_of(each) for each in incidents]
    assert "Of 2 incidents only what was told of them is left." in told
    assert _verified(path).problems == []
    assert _figures(path) == before
    assert before.downtime_s == 30 * 300 - 29.7


def test_of_one_that_came_back_what_was_told_comes_back_and_its_sums_stay(path: Path) -> None:
    slots = [*range(300, 330), *range(332, 360)]
    watching = _live(path, dict.fromkeys(slots, Reason.SERVER_ERROR))
    (incident,), before = _incidents(path), _figures(path)
    _lose(path, "incident")

    _recovered(path, watching.now)

    (found,) = _incidents(path)
    assert len(incident.recoveries) == 1
    assert found.recoveries == incident.recoveries
    assert (found.started_at, found.ended_at) == (incident.started_at, incident.ended_at)
    assert [each.service for each in found.phases] == [each.service for each in incident.phases]
    assert _verified(path).wrong_sums == []
    assert _figures(path).downtime_s == before.downtime_s


def test_a_sum_outlasts_an_incident_of_which_nothing_is_left(path: Path) -> None:
    watching = _live(path, dict.fromkeys([*range(300, 330), *range(1_130, 1_136)], Reason.SERVER_ERROR))
    before = _figures(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM incident")
        connection.execute("DELETE FROM transition")

    for now in (watching.now, WINDOW.end + DAY_MS):
        found = _verified(path, now)
        assert found.wrong_sums == []
        assert len(found.problems) == 2
        assert all("tells of trouble whose incident is lost" in problem for problem in found.problems)
    assert _figures(path).downtime_s == before.downtime_s


def test_a_sum_that_tells_of_less_than_its_incident_is_worked_out_again(path: Path) -> None:
    _live(path, dict.fromkeys(range(300, 330), Reason.SERVER_ERROR))
    before = _figures(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE day SET up = up + down, down = 0, strip = NULL WHERE down")

    assert len(_verified(path).wrong_sums) == 1
    assert _verified(path).problems == []
    assert _figures(path) == before


def test_two_that_went_by_one_number_do_not_become_one(path: Path) -> None:
    _live(path, {})
    with closing(sqlite3.connect(path)) as connection:
        for at, event in (
            (1, _event("down", DEEPSEEK, started_at=1)),
            (48, _event("down", OPENAI, started_at=48)),
            (49, _event("up", OPENAI, ended_at=49)),
        ):
            connection.execute(
                "INSERT INTO transition VALUES (?, ?, ?)", (at, event["event"], json.dumps(event))
            )

        assert told.restore(connection) == 0
        assert told.newest_number(connection) == 7


def test_a_number_that_only_an_event_names_is_not_given_out_again(path: Path) -> None:
    watching = _live(path, dict.fromkeys(range(1_140, 1_153), Reason.SERVER_ERROR))
    _lose(path, "incident")
    _lose(path, "snapshot")
    with closing(History.open(path, lambda: "aside")) as history:
        assert history.last_state({}).next_incident == watching.state.next_incident == 2


def _event(word: str, key: Key, **times_h: int) -> dict[str, object]:
    times = {name: contract.iso(BEGIN + hour * HOUR_MS) for name, hour in times_h.items()}
    at = contract.iso(BEGIN + max(times_h.values()) * HOUR_MS)
    names = {"provider": key.provider, "surface": key.surface.value}
    return {"event": word, "at": at, "incident": 7, "reason": "server_error", **names, **times}
