"""When a surface is asked again: slots, doubt, and who asked us to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import HOUR_S, LAW, MINUTE_S, Life, at, key, result, target
from trayuptime.core import schedule
from trayuptime.core.model import Key, Reach, Rules
from trayuptime.core.reasons import Reason
from trayuptime.core.state import State
from trayuptime.core.waiting import Wait, wait_of

INTERVALS = st.sampled_from([1.0, 10.0, 60.0, 300.0, 3600.0])


@LAW
@given(st.floats(0, 1e7), INTERVALS, st.floats(0, 3600))
def test_the_next_slot_is_half_to_one_and_a_half_intervals_away(
    asked_s: float, interval_s: float, offset_s: float
) -> None:
    ask_s = schedule.next_slot_s(asked_s, interval_s, offset_s)

    assert interval_s / 2 - 1e-6 <= ask_s - asked_s <= interval_s * 1.5 + 1e-6


@LAW
@given(st.floats(0, 1e6), st.floats(0, 1e6), INTERVALS, st.floats(0, 3600))
def test_all_surfaces_of_one_interval_share_their_slots(
    one_s: float, other_s: float, interval_s: float, offset_s: float
) -> None:
    slots = [schedule.next_slot_s(asked_s, interval_s, offset_s) for asked_s in (one_s, other_s)]
    apart = (slots[0] - slots[1]) / interval_s

    assert apart == pytest.approx(round(apart), abs=1e-6)


def next_ask(life: Life, rules: Rules | None = None) -> float:
    asked = {"asked_s": 120.0, "ended_s": 125.0, "offset_s": 7.0}
    return schedule.next_ask_s(life.state, key("a"), rules or Rules(), **asked)


def test_a_surface_in_good_health_is_asked_in_its_slot() -> None:
    assert next_ask(Life("a").run("SSS")) == 187.0


@pytest.mark.parametrize("letters", ["F", "S F", "S FF", "S FFF S", "S FFF SFS"])
def test_in_doubt_it_is_asked_again_ten_seconds_after_the_last_answer(letters: str) -> None:
    assert next_ask(Life("a").run(letters)) == 135.0


@pytest.mark.parametrize("letters", ["", "S FFF", "S FFF SS", "S FFF S F", "S F S", "S ??", "S BB"])
def test_what_is_settled_is_asked_at_the_usual_pace(letters: str) -> None:
    assert next_ask(Life("a").run(letters)) == 187.0


def test_doubt_never_asks_more_slowly_than_usual() -> None:
    hasty = Rules(interval_s=2.0, retry_interval_s=10.0)

    assert next_ask(Life("a", rules=hasty).run("S F"), hasty) == 127.0


def test_a_failure_that_waits_is_asked_again_as_often_as_a_confirmation_takes() -> None:
    life = Life("a", "b")
    doubts = []
    for second in (0, 10, 20, 30):
        life.see(second, "N")
        doubts.append(schedule.in_doubt(life.state, key("a"), Rules()))

    assert doubts == [True, True, False, False]


def test_a_failure_that_waits_in_an_outage_is_no_news() -> None:
    life = Life("a", "b").run("S FFF N")

    assert not schedule.in_doubt(life.state, key("a"), Rules())


def test_an_hour_without_a_network_and_without_a_witness_is_asked_at_the_usual_pace() -> None:
    asked: list[float] = []

    def world(_: Key, second: float) -> Reason:
        asked.append(second)
        return Reason.DNS_FAILURE

    Life("a").live(world, HOUR_S)

    assert len(asked) <= 60 + Rules().confirm_after


def test_a_host_is_held_for_as_long_as_it_asked_and_no_other() -> None:
    life = Life(targets={"a": target("one:443"), "b": target("two:443")})
    life.hear(result(0, Reason.RATE_LIMITED, host="one:443", retry_after_s=30.0, latency_ms=0.0))

    assert schedule.held_s(life.state, "one:443", at(10)) == 20.0
    assert schedule.held_s(life.state, "one:443", at(31)) == 0.0
    assert schedule.held_s(life.state, "two:443", at(10)) == 0.0


def test_a_hanging_local_server_that_is_asked_every_second_is_down_after_three_time_outs() -> None:
    hasty = Rules(interval_s=1.0, retry_interval_s=10.0)
    here = {"a": target("127.0.0.1:11434", Reach.LOOPBACK)}

    life = Life(targets=here, rules=hasty).live(lambda *_: Reason.READ_TIMEOUT, MINUTE_S)

    assert life.incident().started_at == at(0)
    assert life.incident().confirmed_at == at(32)


def test_while_cut_off_one_surface_looks_out_for_the_network_and_the_others_rest() -> None:
    life = Life("a", "b", "c")
    for second, name in ((0, "a"), (1, "b"), (2, "c")):
        life.see(second, "N", name)
    ask = {
        name: schedule.next_ask_s(life.state, key(name), Rules(), asked_s=600.0, ended_s=601.0, offset_s=0.0)
        for name in ("a", "b", "c")
    }

    assert ask == {"a": 611.0, "b": 660.0, "c": 660.0}
    assert not schedule.in_doubt(life.state, key("a"), Rules()), "a single check does not wait for it"


def test_whoever_is_down_already_lets_the_others_at_its_host_go_first() -> None:
    life = Life("a", "b", "c").run("FFF")

    assert schedule.in_order(life.state, {key("a"): 1.0, key("b"): 3.0, key("c"): 2.0}) == [
        (key("c"), 2.0),
        (key("b"), 3.0),
        (key("a"), 1.0),
    ]


def test_what_a_proxy_refused_is_asked_again_at_the_normal_pace() -> None:
    life = Life("a", "b").run("S")
    life.hear(
        result(120, Reason.PORTAL, needs_witness=True, portal_like=True, http_status=None, answered_at=None)
    )

    assert [waits.reason for waits in life.state.waiting] == [Reason.PORTAL]
    assert not schedule.in_doubt(life.state, key("a"), Rules())


def test_a_host_is_held_for_as_long_as_it_said_and_no_other() -> None:
    state = schedule.hold(State(holds={"b:443": at(500)}), [Wait("a:443", 200.0)], at(100))

    assert [schedule.held_s(state, host, at(100)) for host in ("a:443", "b:443", "c:443")] == [200, 400, 0]


def test_no_wait_shortens_an_earlier_one() -> None:
    state = State(holds={"a:443": at(500)})

    assert schedule.hold(state, [Wait("a:443", 200.0)], at(100)) is state
    assert schedule.hold(state, [], at(100)) is state


def test_a_wait_is_that_of_the_host_that_answered() -> None:
    assert wait_of(result(0, Reason.RATE_LIMITED, host="a:443", retry_after_s=200.0)) == Wait("a:443", 200.0)
    assert wait_of(result(0, Reason.RATE_LIMITED, host="a:443")) is None
