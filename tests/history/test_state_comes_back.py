"""Whatever happened, and in whatever groups it was appended: the last state is had back from the file."""

import tempfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.watching import (
    DEEPSEEK,
    KEYS,
    OPENAI,
    WEB,
    Watching,
    a_result,
    essence,
    go_down,
    never_stamped,
    statements,
    targets,
)
from trayuptime.core import access, choices, judge
from trayuptime.core.model import (
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Key,
    Level,
    Reach,
    Rules,
    Service,
    Suggestion,
    Surface,
    Switch,
    Vantage,
)
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import Blindness, Choice, Hush, State, Step
from trayuptime.history import History, Reader

Act = Callable[[Watching], None]
LOGIN = Key("deepseek", Surface.LOGIN)
ALL = (*KEYS, LOGIN)
"""Two of them speak of one key."""


def test_a_new_history_knows_nothing(history: History) -> None:
    assert history.last_state({}) == State()
    assert history.last_seen() is None


def _sees(
    key: Key, reason: Reason, *, flight_ms: int, latency_ms: int, lonely: bool, retry_after_s: float | None
) -> Act:
    def act(watching: Watching) -> None:
        watching.see(
            key,
            reason,
            flight_ms=flight_ms,
            latency_ms=latency_ms / 8,
            needs_witness=lonely,
            answered_at=None if lonely else watching.now,
            retry_after_s=retry_after_s,
        )

    return act


def _passes(ms: int) -> Act:
    def act(watching: Watching) -> None:
        watching.now += ms

    return act


def _sleeps(s: int) -> Act:
    def act(watching: Watching) -> None:
        watching.now += s * 1000
        gap = Gap(watching.now - s * 1000, watching.now, GapCause.ASLEEP)
        watching.apply(judge.pass_over(watching.state, gap))

    return act


def _sets_state(change: Callable[[State], State]) -> Act:
    def act(watching: Watching) -> None:
        watching.state = change(watching.state)

    return act


def _steps(step: Callable[[State, int], Step]) -> Act:
    def act(watching: Watching) -> None:
        watching.apply(step(watching.state, watching.now))

    return act


SUGGESTION = Suggestion("deepseek", "openai", "up, 0.3 s, key accepted", 5)
RESULTS = st.builds(
    _sees,
    st.sampled_from(ALL),
    st.sampled_from([Reason.OK, Reason.OK, Reason.OK, Reason.SERVER_ERROR, *Reason]),
    flight_ms=st.sampled_from([0, 300, 300, 300, 5_000, 130_000]),
    latency_ms=st.sampled_from([0, 1001, 2403, 2404, 100_000]),
    lonely=st.sampled_from([False, False, False, True]),
    retry_after_s=st.sampled_from([None, None, None, 20.0]),
)
OTHERS: list[Act] = [
    _sleeps(10),
    _sleeps(4_000),
    _passes(-90_000),
    _passes(-3_600_000),
    _steps(lambda state, now: judge.pause(state, now, now + 60_000)),
    _steps(judge.resume),
    _steps(lambda state, now: choices.advise(state, SUGGESTION, now)),
    _steps(lambda state, now: choices.choose(state, Switch(now, "deepseek", "openai"))),
    _steps(lambda state, now: judge.watch(state, targets(ALL[1:]), now)),
    _steps(lambda state, now: judge.watch(state, targets(ALL), now)),
    _sets_state(lambda state: access.forget_key(state, "deepseek", 7)),
    _sets_state(lambda state: access.with_trouble(state, "openai", "The keyring is locked.")),
    _sets_state(lambda state: access.with_trouble(state, "openai", None)),
    _sets_state(lambda state: judge.with_baseline(state, DEEPSEEK, 100.5)),
]
# Mostly results, a moment apart: a long calm run is what a snapshot is spared for.
ACTS = st.one_of(
    RESULTS,
    RESULTS,
    RESULTS,
    st.builds(_passes, st.sampled_from([1, 10_000, 30_000])),
    st.sampled_from(OTHERS),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ACTS, max_size=4), max_size=12), st.sampled_from([1, 3, 5]))
def test_it_is_the_live_state_after_any_groups_of_anything(groups: list[list[Act]], threshold: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        history = History.open(path, never_stamped)
        watching = Watching(ALL, Rules(interval_s=30, confirm_after=threshold, recover_after=threshold))
        with Reader(path) as reader:
            for group in groups:
                for act in group:
                    act(watching)
                watching.now += 1
                watching.commit(history)

                assert essence(reader.state()) == essence(watching.state)
        history.close()
        again = History.open(path, never_stamped)
        assert not groups or essence(again.last_state({})) == essence(watching.state)
        again.close()


@pytest.mark.parametrize("down_too", [False, True], ids=["all up", "one down"])
def test_a_calm_cycle_writes_its_results_alone(history: History, path: Path, down_too: bool) -> None:
    watching = Watching()
    if down_too:
        go_down(watching, history)
    same = {DEEPSEEK: Reason.SERVER_ERROR} if down_too else {}
    watching.cycle(history, same)
    with Reader(path) as reader:
        snapshot = reader._connection.execute("SELECT at FROM snapshot").fetchone()
        for _ in range(8):
            watching.cycle(history, same)

        assert reader._connection.execute("SELECT at FROM snapshot").fetchone() == snapshot
        assert essence(reader.state()) == essence(watching.state)


CHANGES: dict[str, Any] = {
    "watched": {},
    "waiting": (a_result(OPENAI, Reason.READ_TIMEOUT, 5, needs_witness=True),),
    "blind_since": {Reach.PRIVATE: Blindness(5, Vantage.OFFLINE)},
    "holds": {"api.openai.example:443": 5},
    "untold": {"openai": 5},
    "hushes": {
        5: Hush(5, 6, IncidentKind.OUTAGE, being_told=True),
        6: Hush(5, None, IncidentKind.UNSTABLE),
    },
    "suggestions": {"deepseek": SUGGESTION},
    "troubles": {"openai": "The keyring is locked."},
    "choice": Choice(Switch(5, "deepseek", "openai"), away=True),
    "paused_since": 5,
    "paused_until": 5,
    "next_incident": 5,
}
SURFACE_CHANGES: dict[str, Any] = {
    "service": Service.DEGRADED,
    "since": 5,
    "baseline_ms": 5.5,
    "unproven_since": 5,
    "previous": Incident(1, "deepseek", Surface.API, IncidentKind.OUTAGE, 5, 6, ()),
    "incident": Incident(1, "deepseek", Surface.API, IncidentKind.OUTAGE, 5, 6, ()),
}


@pytest.mark.parametrize("name", [*CHANGES, *SURFACE_CHANGES])
def test_what_changes_without_a_result_or_a_transition_comes_back_too(
    history: History, path: Path, name: str
) -> None:
    watching = Watching(state=State(next_incident=2))
    for _ in range(3):
        watching.cycle(history)
    state = watching.state
    if name in CHANGES:
        state = replace(state, **{name: CHANGES[name]})
    else:
        surface = replace(state.surface(DEEPSEEK), **{name: SURFACE_CHANGES[name]})
        state = replace(state, surfaces={**state.surfaces, DEEPSEEK: surface})
    history.append([], state, watching.now)

    with Reader(path) as reader:
        assert essence(reader.state()) == essence(state)


def test_nothing_that_a_state_may_gain_is_forgotten_here() -> None:
    told_by_results_or_witnesses = {"surfaces", "accesses", "testimonies", "last_blind"}
    asked_anew_at_the_start = {"network_since", "feeds", "balances", "maintenance"}

    assert {field.name for field in fields(State)} == (
        set(CHANGES) | told_by_results_or_witnesses | asked_anew_at_the_start
    )


FAILS = Reason.SERVER_ERROR


@pytest.mark.parametrize(
    "reasons",
    [[FAILS] * 4, [FAILS] * 7 + [Reason.OK] * 3, [FAILS, FAILS, Reason.OK, FAILS, FAILS]],
    ids=["nearly down", "nearly up", "not in a row"],
)
def test_a_streak_is_counted_against_the_users_own_thresholds(
    history: History, path: Path, reasons: list[Reason]
) -> None:
    watching = Watching(rules=Rules(interval_s=30, confirm_after=5, recover_after=4))
    watching.cycle(history)
    watching.cycle(history)
    with Reader(path) as reader:
        for reason in reasons:
            watching.cycle(history, {DEEPSEEK: reason})

            assert essence(reader.state()) == essence(watching.state)


@pytest.mark.parametrize("keys", [KEYS, (WEB,)], ids=["with keys", "keyless"])
@pytest.mark.parametrize("back_ms", [40_000, 90_000, 110_000, 300_000, 86_400_000])
def test_a_clock_that_is_set_back_repeats_and_loses_nothing(
    history: History, path: Path, back_ms: int, keys: tuple[Key, ...]
) -> None:
    watching = Watching(keys)
    for _ in range(4):
        watching.cycle(history)
    watching.now -= back_ms
    with Reader(path) as reader:
        for _ in range(12):
            watching.cycle(history)

            assert essence(reader.state()) == essence(watching.state)


def test_a_state_is_kept_whole_every_five_minutes(history: History, path: Path) -> None:
    watching = Watching()
    with Reader(path) as reader:
        for _ in range(100):
            watching.cycle(history)

            at = reader._connection.execute("SELECT at FROM snapshot").fetchone()[0]
            assert watching.now - at <= 300_000


def test_a_result_that_began_before_the_snapshot_and_landed_after_it_is_not_lost(
    history: History, path: Path
) -> None:
    watching = Watching()
    for _ in range(3):
        watching.cycle(history)
    watching.now += 20_000
    history.save(watching.state, watching.now)
    watching.now += 5_000
    watching.see(OPENAI, Reason.OK, flight_ms=10_000)
    watching.commit(history)

    with Reader(path) as reader:
        back = reader.state().surface(OPENAI)
        assert back.latest is not None
        assert back.latest.at == watching.now - 10_000
        assert back.oks == watching.state.surface(OPENAI).oks


def test_an_outage_over_a_restart_keeps_its_start_its_number_and_that_it_was_told(path: Path) -> None:
    history = History.open(path, never_stamped)
    watching = Watching()
    watching.cycle(history)
    go_down(watching, history)
    started_at = watching.state.surface(DEEPSEEK).first_fail
    history.close()

    again = History.open(path, never_stamped)
    back = Watching(state=again.last_state({}), now=watching.now)
    for _ in range(3):
        back.cycle(again)
    again.close()

    surface = back.state.surface(DEEPSEEK)
    assert surface.service is Service.UP
    assert surface.previous is not None
    assert (surface.previous.id, surface.previous.started_at) == (1, started_at)
    assert surface.previous.told is IncidentKind.OUTAGE
    assert back.state.next_incident == 2


def test_a_key_that_was_rejected_stays_unshown_for_its_hour_over_a_kill(history: History, path: Path) -> None:
    watching = Watching()
    for _ in range(4):
        watching.cycle(history, {DEEPSEEK: Reason.KEY_REJECTED})

    with Reader(path) as reader:
        standing = reader.state().access("deepseek")
    assert standing.access is Access.KEY_REJECTED
    assert standing.asked_at == watching.now - 300
    assert not access.may_show_key(standing, watching.now)


def test_surfaces_of_one_key_may_land_in_another_order_than_they_began(history: History, path: Path) -> None:
    watching = Watching((DEEPSEEK, LOGIN))
    for _ in range(3):
        watching.cycle(history)
    watching.now += 30_000
    watching.see(DEEPSEEK, Reason.OK, flight_ms=300)
    watching.see(LOGIN, Reason.OK, flight_ms=400)
    watching.commit(history)

    with Reader(path) as reader:
        assert reader.state().access("deepseek").asked_at == watching.now - 400


def test_when_it_was_last_seen_is_the_newest_of_results_and_state(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    history.save(watching.state, watching.now + 7)

    assert history.last_seen() == watching.now + 7

    watching.cycle(history)

    with Reader(path) as reader:
        assert reader.last_seen() == watching.now - 298  # when the last of its probes began


def test_a_clock_that_was_ahead_does_not_make_the_last_run_end_in_the_future(history: History) -> None:
    watching = Watching()
    for _ in range(5):
        watching.cycle(history)
    watching.now -= 86_400_000
    for _ in range(5):
        watching.cycle(history)

    assert history.last_seen() == watching.now
    assert essence(history.last_state({})) == essence(watching.state)


@pytest.mark.parametrize(
    "body", [b"\x00nonsense", b'{"surfaces": []}', "wörds".encode("latin-1")], ids=["bytes", "older", "text"]
)
def test_a_state_of_another_version_is_begun_anew_and_the_results_stay(
    history: History, path: Path, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    watching = Watching()
    go_down(watching, history)
    assert history._connection is not None
    history._connection.execute("UPDATE snapshot SET body = ?", (body,))
    history.close()

    again = History.open(path, never_stamped)
    state = again.last_state({})

    assert "begun anew" in caplog.text
    assert again.set_aside is None
    assert list(state.surfaces) == [DEEPSEEK]
    assert state.surface(DEEPSEEK).service is Service.DOWN
    assert state.surface(DEEPSEEK).incident == watching.state.surface(DEEPSEEK).incident
    assert state.next_incident == 2  # never the number of another incident
    assert again.last_seen() is not None
    with Reader(path) as reader:
        assert len(list(reader.results())) == 4 * len(KEYS)
    again.close()


def test_what_began_anew_goes_on_and_closes_its_incident(history: History, path: Path) -> None:
    watching = Watching()
    go_down(watching, history)
    assert history._connection is not None
    history._connection.execute("UPDATE snapshot SET body = x'00'")
    back = Watching(state=history.last_state({}), now=watching.now)

    for _ in range(3):
        back.cycle(history)

    with Reader(path) as reader:
        [incident] = reader.incidents()
        assert incident.ended_at is not None
        assert essence(reader.state()) == essence(back.state)


def test_an_open_incident_that_cannot_be_read_stops_nothing(
    history: History, caplog: pytest.LogCaptureFixture
) -> None:
    watching = Watching()
    go_down(watching, history)
    assert history._connection is not None
    history._connection.execute("UPDATE snapshot SET body = x'00'")
    history._connection.execute("UPDATE incident SET body = '{}'")

    state = history.last_state({})

    assert "left as it is" in caplog.text
    assert state == replace(State(), next_incident=2)


@pytest.mark.parametrize("reason", [Reason.OK, Reason.SERVER_ERROR, Reason.KEY_REJECTED, Reason.RATE_LIMITED])
def test_what_a_completion_outranks_needs_no_new_state_and_spoils_none(
    history: History, path: Path, reason: Reason
) -> None:
    watching = Watching()
    watching.cycle(history)
    watching.now += 1_000
    watching.see(DEEPSEEK, Reason.OK, level=Level.COMPLETION, interval_s=600.0)
    watching.commit(history)
    with statements(history) as sent:
        for _ in range(5):
            watching.cycle(history, {DEEPSEEK: reason})

    with Reader(path) as reader:
        back = reader.state()
        counted = [each.counted for each in reader.results() if each.result.key == DEEPSEEK]
    assert counted == [True, True, *[False] * 5]
    assert not any("INTO snapshot" in line for line in sent)
    assert essence(back) == essence(watching.state)
    assert back.surface(DEEPSEEK).deep_until == watching.state.surface(DEEPSEEK).deep_until


def test_what_a_good_answer_says_comes_back_although_it_is_stored_once(history: History, path: Path) -> None:
    watching = Watching(keys=(OPENAI,))
    said = []
    for words in ("", "no model is loaded", "no model is loaded", "no model is loaded", "", ""):
        watching.now += 30_000
        watching.see(OPENAI, Reason.OK, detail=words)
        watching.commit(history)
        with Reader(path) as reader:
            latest = reader.state({OPENAI: watching.rules}).surface(OPENAI).latest
        assert latest is not None
        said.append(latest.detail)

    assert said == ["", "no model is loaded", "no model is loaded", "no model is loaded", "", ""]
