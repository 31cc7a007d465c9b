"""A recording becomes a history at once: the same as if each line had been judged and appended."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.builders import at, key
from core.lives import life
from trayuptime.core import coverage
from trayuptime.core.model import Gap, Incident, IncidentKind, Instant, Key, Note, Rules, Span
from trayuptime.core.packed import Packed
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded
from trayuptime.core.replay import replay
from trayuptime.core.state import GapSeen, Settled, State
from trayuptime.history import History, HistoryError, Reader, retold
from trayuptime.history.evidence import Story
from trayuptime.history.retold import Attached

NOTHING = Attached({})
DAY_MS = 86_400_000
OUTAGE = Reason.SERVER_ERROR


def usual_rules(_: str) -> Rules:
    return Rules()


def _answers(start_s: int, count: int, reason: Reason = Reason.OK, **more: Any) -> Iterator[Recorded]:
    facts: dict[str, Any] = {"latency_ms": 100.0, "interval_s": 60.0} | more
    return (Heard(at(start_s + 60 * n), key("a"), reason, **facts) for n in range(count))


def _an_outage() -> list[Recorded]:
    """An hour of answers, ten minutes without, an hour of answers."""
    return [*_answers(0, 60), *_answers(3_600, 10, OUTAGE, http_status=503), *_answers(4_200, 60)]


def _written(path: Path, recording: Sequence[Recorded], attached: Attached = NOTHING) -> int:
    return retold.write(path, Packed(recording), usual_rules, attached)


def _words(settled: Settled) -> tuple[object, ...]:
    """All that the file keeps of a result."""
    result = settled.result
    return (
        result.at,
        result.key,
        result.reason,
        result.level,
        None if result.latency_ms is None else round(result.latency_ms * 1000),
        result.http_status,
        round(result.interval_s * 1000),
        settled.proven,
        settled.counted,
        settled.witness,
    )


def _expected(recording: Sequence[Recorded]) -> tuple[list[Any], set[Gap], dict[Any, Incident], State]:
    results: dict[tuple[Instant, Key], Settled] = {}
    gaps: set[Gap] = set()
    incidents: dict[int, Incident] = {}
    state = State()
    for judged in replay(recording, usual_rules):
        state = judged.step.state
        for happening in judged.step.happenings:
            if isinstance(happening, Settled):
                results.setdefault((happening.result.at, happening.result.key), happening)
            elif isinstance(happening, GapSeen):
                gaps.add(happening.gap)
        incidents |= _known(state)
    newest = max(each.at for each in recording)
    gaps |= set(coverage.open_gaps(state, newest))
    return sorted(map(_words, results.values()), key=repr), gaps, incidents, state


def _known(state: State) -> Mapping[int, Incident]:
    return {
        each.id: each
        for surface in state.surfaces.values()
        for each in (*surface.earlier, surface.previous, surface.incident)
        if each is not None
    }


@pytest.mark.parametrize("seed", range(8))
def test_days_of_trouble_become_what_would_have_been_appended(seed: int, tmp_path: Path) -> None:
    recording = life(seed, 2_500, "abcdef"[: 1 + seed % 6])
    left = _written(tmp_path / "told.db", recording)

    results, gaps, incidents, state = _expected(recording)
    with Reader(tmp_path / "told.db") as reader:
        assert sorted(map(_words, reader.results()), key=repr) == results
        assert set(reader.gaps()) == {Gap(g.at, max(g.at, g.until), g.cause, g.key) for g in gaps}
        found = reader.incidents(watched_until=0)
    assert len(found) == len(incidents) > 0
    assert {_nameless(each) for each in found} == {_nameless(each) for each in incidents.values()}
    assert left == len(state.waiting)


def _nameless(incident: Incident) -> tuple[object, ...]:
    return (
        incident.provider,
        incident.surface,
        incident.kind,
        incident.started_at,
        incident.confirmed_at,
        incident.ended_at,
        incident.phases,
        incident.reasons,
        incident.recoveries,
        incident.seen if incident.ended_at is not None else (),
    )


def test_it_is_sound(tmp_path: Path) -> None:
    _written(tmp_path / "told.db", life(3, 3_000, "abc"))

    with Reader(tmp_path / "told.db") as reader:
        assert not reader.verify().problems


def test_what_is_not_summed_up_yet_says_the_same(tmp_path: Path) -> None:
    """Of weeks without a row, which are looked into some days at a time."""
    path, start = tmp_path / "told.db", at(0)
    _written(path, life(5, 40_000, "ab"))
    window = Span(start + 7_000_000, start + 26 * DAY_MS + 1)

    def found() -> list[Any]:
        with Reader(path) as reader, reader.windows(window, watched_until=window.end) as windows:
            a, b = key("a"), key("b")
            return [windows.record(a, window), windows.totals(b, window), windows.paces(a, window)]

    before = found()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO unrolled SELECT DISTINCT since / 86400000 * 1024 + surface FROM packed"
        )
    with closing(History.open(path, str)) as history:
        while history.tidy(start + 90 * DAY_MS, lambda: 0.0):
            pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM day").fetchone()[0] > 40
    assert found() == before


def test_an_incident_that_was_told_takes_the_place_of_what_the_judge_finds(tmp_path: Path) -> None:
    told = Incident(
        7, "a", key("a").surface, IncidentKind.OUTAGE, at(3_580), at(3_700), (), (OUTAGE,), at(4_200),
        acknowledged_at=at(3_900),
    )  # fmt: skip
    elsewhere = Incident(
        8, "b", key("b").surface, IncidentKind.DEGRADED, at(60), at(120), (), (), at(180),
        seen=(Span(at(60), at(180)),),
    )  # fmt: skip
    _written(tmp_path / "told.db", _an_outage(), Attached({}, [told, elsewhere]))

    with Reader(tmp_path / "told.db") as reader:
        found = {each.provider: each for each in reader.incidents()}
    assert len(found) == 2
    assert (found["a"].started_at, found["a"].ended_at) == (at(3_580), at(4_200))
    assert found["a"].acknowledged_at == at(3_900)
    assert found["a"].seen == (Span(at(3_600), at(4_200)),)
    assert found["b"].seen == elsewhere.seen


def test_of_an_incident_that_was_told_twice_the_one_with_an_end_stays(tmp_path: Path) -> None:
    surface = key("a").surface
    lasting = Incident(1, "a", surface, IncidentKind.DEGRADED, at(3_600), at(3_700), ())
    over = Incident(1, "a", surface, IncidentKind.OUTAGE, at(3_600), at(3_700), (), (), at(4_200))
    for number, told in enumerate([[lasting, over], [over, lasting]]):
        _written(tmp_path / f"{number}.db", _an_outage(), Attached({}, told))

        with Reader(tmp_path / f"{number}.db") as reader:
            (found,) = reader.incidents()
        assert (found.kind, found.ended_at) == (IncidentKind.OUTAGE, at(4_200))


def test_an_incident_ends_where_the_next_begins(tmp_path: Path) -> None:
    """The one that was told does not take the place of one that only touches it."""
    told = Incident(1, "a", key("a").surface, IncidentKind.DEGRADED, at(3_000), at(3_100), (), (), at(3_600))
    _written(tmp_path / "told.db", _an_outage(), Attached({}, [told]))

    with Reader(tmp_path / "told.db") as reader:
        assert [each.started_at for each in reader.incidents()] == [at(3_000), at(3_600)]


def test_stories_and_notes_lie_beside_what_they_tell_of(tmp_path: Path) -> None:
    story = Story(at(3_660), "answers 503", "<html>", "{}", "", "req-1", "{}")
    note = Note("a", key("a").surface, at(3_600), at(9_000), "They called back.")
    _written(tmp_path / "told.db", _an_outage(), Attached({(key("a"), at(3_660)): story}, notes=[note]))

    with Reader(tmp_path / "told.db") as reader:
        (found,) = reader.evidence(key("a"), 0, at(10_000)).values()
        details = [each.result.detail for each in reader.results() if each.result.at == at(3_660)]
    assert (found.excerpt, found.request_id) == ("<html>", "req-1")
    assert details == ["answers 503"]


def test_failures_that_nobody_can_vouch_for_are_counted(tmp_path: Path) -> None:
    recording = [*_answers(0, 60), *_answers(3_600, 2, Reason.CONNECT_TIMEOUT)]

    assert _written(tmp_path / "told.db", recording) == 2


def test_too_many_surfaces_are_refused(tmp_path: Path) -> None:
    recording = [Heard(at(60), key(f"p{n}"), Reason.OK, 100.0) for n in range(1_024)]
    with pytest.raises(HistoryError, match="1024 surfaces in it; a history tells 1023 apart"):
        _written(tmp_path / "told.db", recording)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"no/told\.db cannot be used"):
        _written(tmp_path / "no" / "told.db", [])
