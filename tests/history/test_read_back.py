"""Everything that is told is stored, and comes back as it was."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from history.watching import (
    CYCLE_MS,
    DEEPSEEK,
    KEYS,
    OPENAI,
    START,
    WEB,
    Watching,
    a_result,
    go_down,
    never_stamped,
)
from trayuptime.core import choices, contract, hysteresis, uptime
from trayuptime.core.model import (
    Alternative,
    Feed,
    FeedState,
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Level,
    Network,
    Phase,
    Phases,
    Reach,
    Service,
    Span,
    Suggestion,
    Surface,
    Switch,
    Vantage,
)
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    FeedSaid,
    GapSeen,
    PrimaryBack,
    Settled,
    State,
    Suggested,
    SurfaceState,
    Switched,
    Transition,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)
from trayuptime.history import History, HistoryError, Reader
from trayuptime.history.evidence import Evidence

INCIDENT = Incident(
    id=7,
    provider="deepseek",
    surface=Surface.API,
    kind=IncidentKind.OUTAGE,
    started_at=START,
    confirmed_at=START + 20_000,
    phases=(Phase(START, Service.DOWN), Phase(START + 60_000, Service.DEGRADED)),
    reasons=(Reason.SERVER_ERROR, Reason.OVERLOADED),
    ended_at=START + 90_000,
    recoveries=(START + 30_000,),
    seen=(Span(START, START + 40_000), Span(START + 50_000, START + 90_000)),
    told=IncidentKind.OUTAGE,
)
ADVICE = Suggestion(
    "deepseek", "openai", "up, 0.6 s, key accepted", START, (Alternative("openai", usable=True, why="up"),)
)
GAP = Gap(START, START + 60_000, GapCause.ASLEEP)
SWITCH = Switch(START, "deepseek", "openai")
TOLD: list[Transition] = [
    WentDown(START, DEEPSEEK, INCIDENT, Reason.OVERLOADED, reopened=True, tell=True),
    CameUp(START, DEEPSEEK, INCIDENT, 80.5, tell=True),
    WentDegraded(START, DEEPSEEK, INCIDENT, Reason.SLOW),
    WentUnstable(START, DEEPSEEK, INCIDENT, Reason.CONNECTION_RESET),
    AccessChanged(START, "deepseek", Access.KEY_REJECTED, Access.OK, "Ungültiger Schlüssel"),
    VantageChanged(START, Vantage.PORTAL),
    VantageChanged(START, Vantage.ONLINE),
    GapSeen(GAP),
    GapSeen(Gap(START, START, GapCause.UNPROVEN, DEEPSEEK)),
    Suggested(START, ADVICE),
    PrimaryBack(START, "deepseek"),
]


@pytest.mark.parametrize("happening", TOLD, ids=lambda h: type(h).__name__)
def test_each_transition_comes_back_as_the_event_that_was_told(
    history: History, path: Path, happening: Transition
) -> None:
    history.append([happening], State(), START)

    with Reader(path) as reader:
        assert reader.transitions() == [json.loads(json.dumps(contract.event(happening)))]


def test_transitions_come_newest_first_and_only_so_many(history: History, path: Path) -> None:
    told = [PrimaryBack(START + minute // 2, f"p{minute}") for minute in range(10)]
    history.append(told, State(), START)

    with Reader(path) as reader:
        assert [event["provider"] for event in reader.transitions(newest=3)] == ["p9", "p8", "p7"]
        assert [event["provider"] for event in reader.transitions(since=START + 4)] == ["p9", "p8"]


def test_what_was_told_of_a_status_page_comes_oldest_first_and_of_one_provider(
    history: History, path: Path
) -> None:
    said = [
        FeedSaid(START + minute, Feed(START, provider, FeedState.DOWN))
        for minute, provider in enumerate(("deepseek", "openai", "deepseek"))
    ]
    history.append([*said, PrimaryBack(START, "deepseek")], State(), START)

    with Reader(path) as reader:
        assert [contract.instant(event["at"]) for event in reader.page_events("deepseek")] == [
            START,
            START + 2,
        ]
        assert {event["event"] for event in reader.page_events("deepseek")} == {"feed"}
        assert reader.page_events("nobody") == []


def test_gaps_come_back_of_one_surface_and_of_all_of_them(history: History, path: Path) -> None:
    gaps = [
        Gap(START + 5, START + 90_000, GapCause.UNPROVEN, WEB),
        Gap(START, START + 60_000, GapCause.ASLEEP),
        *(Gap(START + 10, START + 20, cause, OPENAI) for cause in GapCause),
    ]
    history.append([GapSeen(gap) for gap in gaps], State(), START)

    with Reader(path) as reader:
        assert reader.gaps() == [gaps[1], gaps[0], *gaps[2:]]
        assert reader.gaps(since=START + 60_001) == [gaps[0]]


def test_switches_come_back_and_are_no_public_event(history: History, path: Path) -> None:
    back = Switch(START + 1, "openai", "deepseek", back=True)
    history.append([Switched(SWITCH), Switched(back)], State(), START)

    with Reader(path) as reader:
        assert reader.switches() == [SWITCH, back]
        assert reader.switches(since=START + 1) == [back]
        assert reader.transitions() == []


def test_a_switch_in_force_is_still_in_force_after_a_restart(path: Path) -> None:
    history = History.open(path, never_stamped)
    watching = Watching()
    watching.apply(choices.choose(watching.state, SWITCH))
    watching.commit(history)
    history.close()

    with Reader(path) as reader:
        choice = reader.state().choice
    assert choice is not None
    assert choice.switch == SWITCH


def test_results_come_in_the_order_of_time_with_what_they_looked_like(history: History, path: Path) -> None:
    late = a_result(DEEPSEEK, Reason.SERVER_ERROR, START + 20, detail="answers 502", http_status=502)
    early = a_result(OPENAI, Reason.OK, START + 10, level=Level.COMPLETION, latency_ms=0.0, interval_s=12.5)
    mute = a_result(
        WEB, Reason.CONNECT_TIMEOUT, START + 30, latency_ms=None, http_status=None, level=Level.REACH
    )
    set_aside = a_result(DEEPSEEK, Reason.OK, START + 40)
    history.append(
        [Settled(late, proven=False), Settled(mute, proven=True, witness="b.example:443")], State(), START
    )
    history.append(
        [Settled(early, proven=False), Settled(set_aside, proven=False, counted=False)], State(), START
    )

    with Reader(path) as reader:
        found = list(reader.results())
    bare: dict[str, Any] = {"phases": Phases(), "answered_at": None, "excerpt": ""}
    assert found == [
        Settled(replace(early, **bare), proven=False),
        Settled(replace(late, answered_at=None), proven=False),
        Settled(replace(mute, answered_at=None), proven=True, witness="b.example:443"),
        Settled(replace(set_aside, **bare), proven=False, counted=False),
    ]


def test_a_surface_is_found_with_those_at_its_host_where_it_was_asked_last(
    history: History, path: Path
) -> None:
    def answers(second: int, **hosts: str) -> None:
        results = [
            a_result(key, Reason.OK, START + 1_000 * second, host=hosts[name])
            for name, key in (("deepseek", DEEPSEEK), ("web", WEB), ("openai", OPENAI))
        ]
        history.append([Settled(result, proven=False) for result in results], State(), START + 1_000 * second)

    def found(key: Key) -> set[Key]:
        with Reader(path) as reader:
            return {settled.result.key for settled in reader.results(at_host_of=key)}

    answers(0, deepseek="a:443", web="b:443", openai="a:443")
    assert (found(DEEPSEEK), found(WEB)) == ({DEEPSEEK, OPENAI}, {WEB})
    answers(1, deepseek="a:443", web="a:443", openai="b:443")
    assert (found(DEEPSEEK), found(OPENAI)) == ({DEEPSEEK, WEB}, {OPENAI})
    assert found(Key("never", Surface.API)) == set()


def test_a_near_host_is_remembered_as_near(history: History, path: Path) -> None:
    near = a_result(DEEPSEEK, Reason.CONNECT_REFUSED, START, host="127.0.0.1:80", reach=Reach.LOOPBACK)
    history.append([Settled(near, proven=False)], State(), START)

    with Reader(path) as reader:
        (settled,) = reader.results()
    assert (settled.result.host, settled.result.reach) == ("127.0.0.1:80", Reach.LOOPBACK)


def test_the_evidence_of_a_failure_can_be_had_back(history: History, path: Path) -> None:
    network = Network("10.0.0.7", "203.0.113.9", ("wlan0",), ("wg0",))
    failure = a_result(DEEPSEEK, Reason.SERVER_ERROR, START, request_id="req_011", network=network)
    other = a_result(OPENAI, Reason.SERVER_ERROR, START)
    history.append([Settled(failure, proven=False), Settled(other, proven=False)], State(), START)

    with Reader(path) as reader:
        found = reader.evidence(DEEPSEEK, START, START + 1)
        assert reader.evidence(DEEPSEEK, START + 1, START + 2) == {}
    assert found == {
        START: Evidence(
            excerpt="<html>overloaded</html>",
            request_id="req_011",
            phases=dict(contract.phases(failure.phases)),
            network={
                "local_address": "10.0.0.7",
                "peer_address": "203.0.113.9",
                "routes": ["wlan0"],
                "tunnels": ["wg0"],
            },
        )
    }


def test_results_are_asked_for_by_a_window_of_time(history: History, path: Path) -> None:
    results = [a_result(key, Reason.OK, START + n) for n in range(5) for key in KEYS]
    history.append([Settled(result, proven=False) for result in results], State(), START)

    with Reader(path) as reader:
        found = [(s.result.at, s.result.key) for s in reader.results(START + 1, START + 3)]
    assert found == [(START + n, key) for n in (1, 2) for key in KEYS]


def test_the_same_result_is_stored_once(history: History, path: Path) -> None:
    settled = Settled(a_result(DEEPSEEK, Reason.OK, START), proven=False)
    history.append([settled], State(), START)
    history.append([settled], State(), START)

    with Reader(path) as reader:
        assert len(list(reader.results())) == 1


def _evidence(reader: Reader) -> list[tuple[Instant, str, str]]:
    found = reader._connection.execute("SELECT id / 1024, detail, excerpt FROM evidence ORDER BY id")
    return found.fetchall()


def test_a_failure_keeps_its_answer_and_its_phases(history: History, path: Path) -> None:
    failure = a_result(DEEPSEEK, Reason.SERVER_ERROR, START, excerpt="<h1>503 é</h1>")
    history.append([Settled(failure, proven=False)], State(), START)

    with Reader(path) as reader:
        assert _evidence(reader) == [(START, "answers 503", "<h1>503 é</h1>")]
        [(phases,)] = reader._connection.execute("SELECT phases FROM evidence").fetchall()
    assert json.loads(phases) == contract.phases(failure.phases)


def test_a_trouble_that_goes_on_in_the_same_words_keeps_an_answer_every_five_minutes(
    history: History, path: Path
) -> None:
    for minute in range(11):
        at = START + minute * 60_000
        failures = [a_result(key, Reason.SERVER_ERROR, at, excerpt=f"request {at}") for key in KEYS[:2]]
        history.append([Settled(failure, proven=False) for failure in failures], State(), at)

    with Reader(path) as reader:
        evidence = _evidence(reader)
    assert len(evidence) == 22
    kept = [(at - START) // 60_000 for at, _, excerpt in evidence if excerpt]
    assert kept == [0, 0, 5, 5, 10, 10]


def test_another_trouble_keeps_its_answer_at_once(history: History, path: Path) -> None:
    troubles = [(503, "answers 503"), (502, "answers 502"), (502, "answers 502"), (503, "answers 503")]
    for n, (status, detail) in enumerate(troubles):
        failure = a_result(
            DEEPSEEK, Reason.SERVER_ERROR, START + n, http_status=status, detail=detail, excerpt="x"
        )
        history.append([Settled(failure, proven=False)], State(), START + n)

    with Reader(path) as reader:
        assert [excerpt for _, _, excerpt in _evidence(reader)] == ["x", "x", "", "x"]


def test_an_incident_is_one_row_that_follows_it_from_down_over_degraded_to_up(
    history: History, path: Path
) -> None:
    watching = Watching(keys=(DEEPSEEK, OPENAI))
    go_down(watching, history)
    answers = [(Reason.OVERLOADED, 300.0)] * 12 + [(Reason.SLOW, 9_000.0)] * 5 + [(Reason.OK, 300.0)] * 4
    with Reader(path) as reader:
        for reason, latency_ms in answers:
            watching.now += CYCLE_MS
            watching.see(DEEPSEEK, reason, latency_ms=latency_ms)
            watching.commit(history)

            surface = watching.state.surface(DEEPSEEK)
            lasting = hysteresis.open_incident(surface, watching.now)
            assert reader.incidents(0, watching.now) == [lasting or surface.previous]
        [incident] = reader.incidents()

    assert incident.reasons == (Reason.SERVER_ERROR, Reason.OVERLOADED, Reason.SLOW)
    assert [phase.service for phase in incident.phases] == [Service.DOWN, Service.DEGRADED]
    assert incident.ended_at is not None
    assert uptime.downtime_s(incident, incident.ended_at) == 16 * CYCLE_MS / 1000


def test_an_incident_comes_back_with_everything_it_was(history: History, path: Path) -> None:
    surface = SurfaceState(service=Service.UP, previous=INCIDENT)
    history.append([], State(surfaces={DEEPSEEK: surface}), START)

    with Reader(path) as reader:
        assert reader.incidents() == [INCIDENT]


def test_incidents_are_asked_for_by_when_they_were_open(history: History, path: Path) -> None:
    ended = replace(INCIDENT, id=8, started_at=START - 10, ended_at=START)
    lasting = replace(INCIDENT, id=3, provider="openai", started_at=START + 1, ended_at=None)
    surfaces = {
        DEEPSEEK: SurfaceState(previous=ended),
        OPENAI: SurfaceState(service=Service.DOWN, incident=lasting),
    }
    history.append([], State(surfaces=surfaces), START)

    with Reader(path) as reader:
        assert reader.incidents() == [ended, lasting]
        assert reader.incidents(since=START) == [ended, lasting]
        assert reader.incidents(since=START + 1) == [lasting]
        assert reader.incidents(provider="deepseek") == [ended]
        assert reader.incidents(since=START + 1, provider="deepseek") == []


def test_a_reader_sees_whole_cycles_while_they_are_written(history: History, path: Path) -> None:
    watching = Watching()
    with Reader(path) as reader:
        for cycle in range(30):
            watching.cycle(history, {OPENAI: Reason.SERVER_ERROR} if cycle % 9 < 5 else {})
            stream = reader.results()
            first = next(stream)
            watching.cycle(history)

            seen = [first, *stream]
            assert len(seen) == (2 * cycle + 1) * len(KEYS)  # of the moment when the stream was begun
            assert len(list(reader.results())) == len(seen) + len(KEYS)


def test_all_that_is_read_in_a_snapshot_is_of_its_beginning(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    with Reader(path) as reader:
        with reader.snapshot():
            for _ in range(5):
                watching.cycle(history, {OPENAI: Reason.SERVER_ERROR})
            history.append([GapSeen(Gap(START, START + 1, GapCause.ASLEEP))], watching.state, START)
            with reader.snapshot():
                stream = reader.results()
                first = next(stream)
            watching.cycle(history)

            assert len([first, *stream]) == len(KEYS)
            assert (reader.incidents(), reader.gaps(), reader.last_seen()) == ([], [], START + CYCLE_MS)

        assert len(list(reader.results())) == 7 * len(KEYS)
        assert (len(reader.incidents()), len(reader.gaps())) == (1, 1)


def test_a_snapshot_ends_although_a_stream_was_not_read_to_its_end(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    with Reader(path) as reader:
        with reader.snapshot():
            stream = reader.results()
            next(stream)
        watching.cycle(history)
        del stream

        assert len(list(reader.results())) == 2 * len(KEYS)


def test_a_snapshot_ends_with_what_went_wrong_in_it(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    with Reader(path) as reader:
        with pytest.raises(ValueError, match="ours"), reader.snapshot():
            raise ValueError("ours")
        watching.cycle(history)

        assert len(list(reader.results())) == 2 * len(KEYS)


def test_a_new_surface_does_not_disturb_a_stream_that_has_begun(history: History, path: Path) -> None:
    watching = Watching(keys=(OPENAI,))
    watching.cycle(history)
    watching.cycle(history)
    with Reader(path) as reader:
        stream = reader.results()
        next(stream)
        newcomer = a_result(Key("groq", Surface.API), Reason.OK, watching.now)
        history.append([Settled(newcomer, proven=False)], watching.state, watching.now)

        assert [settled.result.provider for settled in stream] == ["openai"]
        assert "groq" in {settled.result.provider for settled in reader.results()}


def test_words_of_another_version_are_an_error_with_the_files_name(history: History, path: Path) -> None:
    history.append([Settled(a_result(DEEPSEEK, Reason.OK, START), proven=False)], State(), START)
    assert history._connection is not None
    history._connection.execute("UPDATE surface SET reach = 'orbital'")

    with Reader(path) as reader, pytest.raises(HistoryError, match=r"history\.db.*orbital"):
        list(reader.results())


def test_no_more_surfaces_are_taken_than_an_id_can_tell_apart(history: History, path: Path) -> None:
    history.append([Settled(a_result(DEEPSEEK, Reason.OK, START), proven=False)], State(), START)
    assert history._connection is not None
    history._connection.execute("INSERT INTO surface (id, provider, surface) VALUES (1023, 'last', 'api')")

    with pytest.raises(HistoryError, match="1023 surfaces"):
        history.append([Settled(a_result(OPENAI, Reason.OK, START), proven=False)], State(), START)

    history.append([Settled(a_result(DEEPSEEK, Reason.OK, START + 1), proven=False)], State(), START)
    with Reader(path) as reader:
        assert {settled.result.provider for settled in reader.results()} == {"deepseek"}


def test_words_about_a_good_answer_are_kept_once_and_not_with_every_answer(
    history: History, path: Path
) -> None:
    watching = Watching()
    for said in ("no model", "no model", "no model", "", "no model"):
        watching.now += CYCLE_MS
        watching.see(DEEPSEEK, Reason.OK, detail=said)
        watching.commit(history)
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute("SELECT detail FROM evidence").fetchall()

    assert told == [("no model",), ("no model",)]
