"""Them or us: witnesses, offline spells, access, holds, pauses, restarts; what the judge may believe."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import (
    DAY_S,
    HOUR_S,
    LAW,
    MINUTE_S,
    Life,
    at,
    key,
    kinds,
    result,
    spans,
    target,
)
from trayuptime.core import access, choices, hysteresis, judge, schedule
from trayuptime.core.model import (
    Gap,
    GapCause,
    Key,
    Level,
    Reach,
    Rules,
    Service,
    Suggestion,
    Switch,
    Vantage,
)
from trayuptime.core.notice import Withdrawal
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import (
    AccessChanged,
    AccessState,
    CameUp,
    GapSeen,
    PrimaryBack,
    Settled,
    State,
    Step,
    Suggested,
    Switched,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)

INTERNET, PRIVATE, LOOPBACK = Reach.INTERNET, Reach.PRIVATE, Reach.LOOPBACK


def stored(life: Life, name: str = "a") -> list[Reason]:
    return [s.result.reason for s in life.all(Settled) if s.result.key == key(name)]


# Witnesses


def test_a_failure_without_an_answer_waits_and_another_host_is_asked() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    step = life.see(120, "N")

    assert step.happenings == ()
    assert step.ask_witnesses == {"b.example:443"}
    assert [failure.key for failure in life.state.waiting] == [key("a")]
    assert stored(life) == [Reason.OK]


@pytest.mark.parametrize("letter", ["S", "F", "K", "R", "B"])
def test_any_authentic_answer_of_another_host_settles_it(letter: str) -> None:
    life = Life("a", "b")
    life.see(0, "N")
    life.see(1, letter, "b")

    first, *_ = life.all(Settled)
    assert (first.result.reason, first.result.key, first.proven) == (Reason.CONNECT_TIMEOUT, key("a"), True)
    assert life.state.waiting == ()


def test_a_failure_with_an_answer_proves_itself() -> None:
    life = Life("a").run("S FFF")

    assert kinds(life.all(WentDown)) == ["WentDown"]
    assert not any(settled.proven for settled in life.all(Settled))


def test_a_witness_that_answered_while_the_question_was_under_way_is_asked_once_more() -> None:
    """A network that is lost in mid-probe fails the slow question whose quick neighbour was answered."""
    life = Life("a", "b")
    life.see(5, "S", "b")
    step = life.see(0, "N", latency_ms=10_000.0)

    assert step.happenings == ()
    assert step.ask_witnesses == {"b.example:443"}


def test_a_witness_that_answered_since_the_failure_began_will_do_while_it_is_down_anyway() -> None:
    life = Life("a", "b").run("FFF")
    life.see(185, "S", "b")
    step = life.see(180, "N", latency_ms=10_000.0)

    assert kinds(step.happenings) == ["Settled"]
    assert step.ask_witnesses == frozenset()


def test_an_answer_from_before_the_failure_began_proves_nothing() -> None:
    life = Life("a", "b")
    life.see(0, "S", "b")
    step = life.see(1, "N")

    assert step.happenings == ()
    assert step.ask_witnesses == {"b.example:443"}


def test_a_host_is_never_its_own_witness() -> None:
    shared = {
        "a": target("one.example:443"),
        "a/web": target("one.example:443"),
        "b": target("one.example:443"),
    }
    life = Life(targets=shared)
    life.see(0, "N")
    life.see(1, "S", "b")
    life.see(1, "S", "a/web")
    life.see(0, "N", latency_ms=10_000.0)

    assert stored(life) == []
    assert len(life.state.waiting) == 2


def test_a_rejected_certificate_is_no_testimony() -> None:
    life = Life("a", "b")
    life.see(0, "N")
    life.hear(result(1, Reason.OK, "b", answered_at=None))

    assert stored(life) == []


@pytest.mark.parametrize(
    ("failing", "speaking", "proven"),
    [
        (INTERNET, INTERNET, True),
        (INTERNET, PRIVATE, False),
        (INTERNET, LOOPBACK, False),
        (PRIVATE, PRIVATE, True),
        (PRIVATE, INTERNET, False),
        (PRIVATE, LOOPBACK, False),
    ],
)
def test_a_witness_speaks_only_for_its_own_reach(failing: Reach, speaking: Reach, proven: bool) -> None:
    life = Life(targets={"a": target("a:1", failing), "b": target("b:1", speaking)})
    life.see(0, "N")
    life.see(1, "S", "b")

    assert stored(life) == ([Reason.CONNECT_TIMEOUT] if proven else [])


def test_loopback_needs_no_witness() -> None:
    life = Life(targets={"a": target("127.0.0.1:8080", LOOPBACK)}).run("S NNN")

    assert life.one(WentDown).incident.started_at == at(60)


def test_a_failure_takes_its_hosts_known_reach_and_an_answer_tells_it() -> None:
    """A name in the local network resolves only there; its failure must not be judged as the internet's."""
    life = Life(targets={"a": target("nas.example:1"), "b": target("b.example:443")})
    life.see(0, "S", reach=PRIVATE)
    life.see(60, "N", reach=INTERNET)
    life.see(61, "S", "b")

    assert life.state.watched[key("a")] == target("nas.example:1", PRIVATE)
    assert stored(life) == [Reason.OK]


def test_three_failures_of_one_host_among_others_are_an_outage_from_the_first() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    for second in (60, 80, 100):
        life.see(second, "N")
        life.see(second + 11, "S", "b")

    down = life.one(WentDown)
    assert down.incident.started_at == at(60)
    assert down.reason is Reason.CONNECT_TIMEOUT
    assert (
        life.bubbles[-1].body
        == "It cannot be connected to since 12:01. B answers, so it is not your network."
    )


def test_each_failure_needs_a_word_of_its_own() -> None:
    """Names fail for half a minute, and the only witness speaks when they are back."""
    life = Life("a", "b").run("S")
    for second in (60, 70, 80):
        life.see(second, "N")
    life.see(85, "S", "b")

    assert stored(life) == [Reason.OK, Reason.CONNECT_TIMEOUT]
    assert life.surface().fails == 1
    assert life.one(GapSeen).gap.cause is GapCause.UNPROVEN


def test_while_it_is_down_one_word_settles_all_that_waited() -> None:
    life = Life("a", "b").run("FFF")
    for second in (180, 190, 200):
        life.see(second, "N")
    life.see(205, "S", "b")

    assert stored(life)[3:] == [Reason.CONNECT_TIMEOUT] * 3


def test_only_two_others_are_asked_first_and_all_of_them_once_these_are_silent_too() -> None:
    life = Life("a", "b", "c", "d", "e")
    life.see(0, "S", "d")
    life.see(1, "S", "e")
    first = life.see(60, "N")
    assert first.ask_witnesses == {"d.example:443", "e.example:443"}

    life.see(61, "N", "d")
    assert life.see(61, "N", "e").ask_witnesses == {"b.example:443", "c.example:443"}


def test_a_host_that_asked_us_to_wait_is_not_asked_as_a_witness() -> None:
    life = Life("a", "b", "c")
    life.hear(result(0, Reason.RATE_LIMITED, "b", retry_after_s=300.0))

    assert life.see(60, "N").ask_witnesses == {"c.example:443"}


def test_what_a_witness_could_not_settle_in_three_time_outs_becomes_a_gap_of_that_surface() -> None:
    life = Life("a", "b").run("S")
    life.see(60, "N")
    life.see(91, "S", "b")
    life.see(260, "S")

    assert stored(life) == [Reason.OK, Reason.OK]
    assert life.one(GapSeen).gap == Gap(at(60), at(260), GapCause.UNPROVEN, key("a"))


def test_a_witness_may_speak_for_a_minute_after_a_long_wait_ended() -> None:
    """With the longest time-out, failures would otherwise be too old before anybody could be asked."""
    life = Life("a", "b", rules=Rules(timeout_s=60.0))
    for second in (0, 70, 140):
        life.see(second, "N", latency_ms=60_000.0)
        life.see(second + 61, "S", "b")

    assert life.one(WentDown).incident.started_at == at(0)
    assert life.all(GapSeen) == []


def test_a_surface_that_answers_before_any_witness_turns_its_failures_into_a_gap() -> None:
    life = Life("a").run("S NN S")

    assert stored(life) == [Reason.OK, Reason.OK]
    assert life.one(GapSeen).gap == Gap(at(60), at(180), GapCause.UNPROVEN, key("a"))
    assert life.surface().fails == 0


def test_a_lone_provider_never_goes_down_for_want_of_a_witness() -> None:
    life = Life("a").run("S" + "N" * 100)

    assert life.all(WentDown) == []
    assert life.all(VantageChanged) == []
    assert life.bubbles == []
    assert life.service() is Service.UP


def test_testimony_from_before_the_clock_was_set_back_says_nothing() -> None:
    life = Life("a", "b")
    life.see(HOUR_S, "S", "b")
    step = life.see(60, "N")

    assert step.happenings == ()
    assert step.ask_witnesses == {"b.example:443"}


def test_a_failure_from_before_the_clock_was_set_back_is_never_held_against_anybody() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(HOUR_S, "N")
    life.see(60, "S", "b")
    life.see(61, "S")

    assert stored(life) == [Reason.OK, Reason.OK]
    assert all(seen.gap.at <= seen.gap.until for seen in life.all(GapSeen))


# Offline


def healthy(_: Key, __: float) -> Reason:
    return Reason.OK


def broken_between(
    start_s: float, end_s: float, reason: Reason, *providers: str
) -> Callable[[Key, float], Reason]:
    def world(of: Key, second: float) -> Reason:
        hit = start_s <= second < end_s and (not providers or of.provider in providers)
        return reason if hit else Reason.OK

    return world


@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c", "d", "e")])
@pytest.mark.parametrize("reason", [Reason.DNS_FAILURE, Reason.CONNECT_TIMEOUT, Reason.TLS_FAILURE])
def test_wifi_off_for_ten_minutes_stores_nothing_and_is_one_quiet_event(
    names: tuple[str, ...], reason: Reason
) -> None:
    life = Life(*names).live(broken_between(290, 890, reason), 1500)

    assert {s.result.reason for s in life.all(Settled)} == {Reason.OK}
    assert [(change.vantage) for change in life.all(VantageChanged)] == [Vantage.OFFLINE, Vantage.ONLINE]
    assert life.all(WentDown) == []
    assert [bubble.title for bubble in life.bubbles] == ["You are offline"]
    assert life.told[-1] == Withdrawal(":vantage")
    (gap,) = life.all(GapSeen)
    assert gap.gap.cause is GapCause.OFFLINE
    assert gap.gap.key is None
    assert 290 <= (gap.gap.at - at(0)) / 1000 <= 360
    assert 890 <= (gap.gap.until - at(0)) / 1000 <= 960


def test_wifi_off_with_a_lone_provider_stores_nothing_and_says_nothing() -> None:
    life = Life("a").live(broken_between(290, 890, Reason.DNS_FAILURE), 1500)

    assert {s.result.reason for s in life.all(Settled)} == {Reason.OK}
    assert life.bubbles == []
    assert [seen.gap.cause for seen in life.all(GapSeen)] == [GapCause.UNPROVEN]


def test_offline_is_found_out_within_seconds() -> None:
    life = Life("a", "b", "c", "d", "e").live(broken_between(290, 900, Reason.CONNECT_TIMEOUT), 899)

    assert life.one(VantageChanged).at <= at(290 + 60 + 3 * 10.2)


def test_offline_is_found_out_with_the_longest_time_out_too() -> None:
    patient = Rules(timeout_s=60.0)
    world = broken_between(290, 5_000, Reason.CONNECT_TIMEOUT)
    life = Life("a", "b", "c", "d", "e", rules=patient).live(world, 1_500)

    assert life.state.vantage is Vantage.OFFLINE
    assert {s.result.reason for s in life.all(Settled)} == {Reason.OK}


def test_a_probe_that_was_under_way_when_the_network_came_back_says_nothing() -> None:
    life = Life("a", "b", "c")
    for second, name in ((0, "a"), (1, "b"), (2, "c")):
        life.see(second, "N", name)
    life.see(598, "S", "b")
    assert life.see(590, "N", latency_ms=10_000.0) == Step(life.state, ask_now=frozenset({key("a")}))

    life.see(605, "N", latency_ms=10.0)
    life.see(606, "S", "b")
    assert stored(life) == [Reason.CONNECT_TIMEOUT], "that one began with a network"


def test_an_offline_spell_in_the_future_of_a_clock_that_was_set_back_hides_nothing() -> None:
    life = Life("a", "b")
    life.see(HOUR_S, "N")
    life.see(HOUR_S + 1, "N", "b")
    life.see(2 * HOUR_S, "S", "b")
    for second in (HOUR_S + 10, HOUR_S + 20, HOUR_S + 30):
        life.see(second, "N")
        life.see(second + 1, "S", "b")

    assert len(life.all(WentDown)) == 1


def test_nothing_is_held_against_anybody_while_offline() -> None:
    life = Life("a", "b")
    for second in (0, 1):
        life.see(second, "N", "a" if second else "b")
    assert life.state.vantage is Vantage.OFFLINE

    assert life.see(20, "N").happenings == ()
    assert life.state.waiting == ()


def test_a_portal_is_told_apart_and_stores_nothing() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    page = {"portal_like": True, "needs_witness": True, "answered_at": None, "http_status": 200}
    life.hear(result(180, Reason.BAD_ANSWER, "a", **page))
    life.hear(result(181, Reason.TLS_FAILURE, "b", portal_like=True))

    assert life.one(VantageChanged).vantage is Vantage.PORTAL
    assert life.bubbles[0].title == "This network asks you to log in"

    life.see(300, "S")
    assert life.one(GapSeen).gap == Gap(at(180), at(300.1), GapCause.PORTAL, None)
    assert {s.result.reason for s in life.all(Settled)} == {Reason.OK}


def test_a_refusal_in_between_leaves_nothing_that_a_restart_would_not_know() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    before = life.state.surface(key("a"))
    life.see(60, "S", "b")
    life.hear(result(61, Reason.PORTAL, "a"))

    assert life.state.surface(key("a")) == before


def test_a_computer_that_is_offline_already_notices_a_portal() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(180, "N")
    life.see(181, "N", "b")
    life.hear(result(300, Reason.TLS_FAILURE, "a", portal_like=True))
    life.hear(result(310, Reason.TLS_FAILURE, "b", portal_like=True))
    life.see(600, "S")

    assert [change.vantage for change in life.all(VantageChanged)] == [
        Vantage.OFFLINE,
        Vantage.PORTAL,
        Vantage.ONLINE,
    ]
    assert [(seen.gap.cause, seen.gap.at, seen.gap.until) for seen in life.all(GapSeen)] == [
        (GapCause.OFFLINE, at(180), at(300)),
        (GapCause.PORTAL, at(300), at(600.1)),
    ]
    assert [bubble.title for bubble in life.bubbles] == ["You are offline", "This network asks you to log in"]


def test_a_portal_in_the_next_room_is_no_headline_while_the_internet_is_watched() -> None:
    rooms = {"nas": target("nas:1", PRIVATE), "gpu": target("gpu:1", PRIVATE), "a": target("a.example:443")}
    life = Life(targets=rooms)
    for second in (0, 10):
        life.see(second, "N", "nas")
        life.see(second + 1, "N", "gpu")
    life.see(60, "N", "nas", portal_like=True)

    assert life.all(VantageChanged) == []
    assert [seen.gap.cause for seen in life.all(GapSeen)] == [GapCause.OFFLINE, GapCause.OFFLINE]


def test_a_wait_ends_when_it_would_have_ended_whatever_the_clock_is_set_to() -> None:
    life = Life("a")
    life.hear(result(0, Reason.RATE_LIMITED, retry_after_s=200.0))
    back = judge.clock_stepped(life.state, -3_600_000)

    assert schedule.held_s(back, "a.example:443", at(60 - 3_600)) == pytest.approx(140.1)


def test_with_a_witness_a_strange_page_is_its_vendors_bad_answer() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    page = {"portal_like": True, "needs_witness": True, "answered_at": None, "http_status": 200}
    for second in (180, 200, 220):
        life.hear(result(second, Reason.BAD_ANSWER, "a", **page))
        life.see(second + 1, "S", "b")

    assert life.one(WentDown).reason is Reason.BAD_ANSWER


def test_leaving_the_office_blinds_only_what_is_in_the_office() -> None:
    office = {"nas": target("nas:1", PRIVATE), "gpu": target("gpu:1", PRIVATE), "a": target("a.example:443")}
    life = Life(targets=office).live(broken_between(290, 890, Reason.CONNECT_TIMEOUT, "nas", "gpu"), 1500)

    assert life.all(VantageChanged) == []
    assert life.all(WentDown) == []
    assert {seen.gap.key for seen in life.all(GapSeen)} == {key("nas"), key("gpu")}
    assert {s.result.reason for s in life.all(Settled)} == {Reason.OK}


def test_without_the_internet_the_local_network_is_the_vantage() -> None:
    life = Life(targets={"nas": target("nas:1", PRIVATE), "gpu": target("gpu:1", PRIVATE)})
    life.see(0, "N", "nas")
    life.see(1, "N", "gpu")

    assert life.state.vantage is Vantage.OFFLINE


def test_local_servers_alone_are_never_offline() -> None:
    assert Life(targets={"a": target("127.0.0.1:1", LOOPBACK)}).state.vantage is Vantage.ONLINE
    assert Life().state.vantage is Vantage.ONLINE


def test_an_answer_over_plain_http_is_nobodys_witness_but_ends_the_blindness() -> None:
    """Two gateways over plain http would otherwise stay offline for ever."""
    life = Life("a", "b")
    life.see(0, "N")
    life.see(1, "N", "b")
    life.see(60, "S", answered_at=None)

    assert [change.vantage for change in life.all(VantageChanged)] == [Vantage.OFFLINE, Vantage.ONLINE]
    assert stored(life) == [Reason.OK]


def test_a_question_we_did_not_send_does_not_end_the_blindness() -> None:
    life = Life("a", "b")
    life.see(0, "N")
    life.see(1, "N", "b")
    life.see(60, "B", answered_at=None, http_status=None)

    assert life.state.vantage is Vantage.OFFLINE


def test_an_offline_spell_within_an_outage_neither_ends_nor_lengthens_it() -> None:
    life = Life("a", "b").run("S FFF", every_s=60)
    life.see(250, "N")
    life.see(251, "N", "b")
    life.see(262, "N", "b")
    life.see(850, "F")
    life.see(910, "F")
    life.see(970, "S")
    life.see(1030, "S")

    up = life.one(CameUp)
    assert up.incident.started_at == at(60)
    assert up.incident.seen == spans((60, 250), (850, 1030))
    assert up.downtime_s == 190 + 120
    assert life.one(GapSeen).gap == Gap(at(250), at(850.1), GapCause.OFFLINE, None)


def test_a_short_failure_before_a_long_offline_spell_is_not_counted_with_one_after() -> None:
    life = Life("a", "b").run("S FF").run("S", "b")
    life.see(240, "N")
    life.see(241, "N", "b")
    life.see(1000, "F")

    assert life.all(WentDown) == []


def test_everybody_silent_but_one_is_not_you() -> None:
    life = Life("a", "b", "c").live(broken_between(290, 3000, Reason.CONNECT_TIMEOUT, "a", "b"), 900)

    assert {down.key.provider for down in life.all(WentDown)} == {"a", "b"}
    assert life.all(VantageChanged) == []


SPELLS = st.lists(
    st.tuples(
        st.floats(0, 1_500),
        st.floats(1, 1_500),
        st.sampled_from(
            [Reason.DNS_FAILURE, Reason.CONNECT_TIMEOUT, Reason.TLS_FAILURE, Reason.READ_TIMEOUT]
        ),
    ),
    max_size=3,
)


@LAW
@given(st.integers(1, 6), SPELLS)
def test_no_offline_spell_ever_stores_a_failure(
    count: int, spells: list[tuple[float, float, Reason]]
) -> None:
    """A probe is taken to see the network of its first moment: see the test of the seam for the rest."""

    def world(_: Key, second: float) -> Reason:
        hit = (reason for start, lasts, reason in spells if start <= second < start + lasts)
        return next(hit, Reason.OK)

    life = Life(*"abcdef"[:count]).live(world, 2_500)

    assert life.all(WentDown) == []
    assert all(bubble.key == ":vantage" for bubble in life.bubbles)
    assert len(life.all(VantageChanged)) <= 2 * len(spells)
    failures = [s for s in life.all(Settled) if s.result.reason is not Reason.OK]
    ends = [start + lasts for start, lasts, _ in spells]
    for failure in failures:  # begun while cut off, vouched for by who came back within its time-out
        second = (failure.result.at - at(0)) / 1000
        assert any(0 <= end - second <= Rules().timeout_s + 0.3 for end in ends)


def test_a_network_lost_between_two_answers_of_one_second_is_not_even_a_blip() -> None:
    """The seam: b answers, the network goes, a's probe of the same second fails."""
    life = Life("a", "b").run("S").run("S", "b")
    life.see(120.2, "S", "b")
    life.see(120.0, "N", latency_ms=400.0)
    assert stored(life) == [Reason.OK]

    for second in (131, 142, 153):
        life.see(second, "N")
        life.see(second + 1, "N", "b")
    life.see(400, "S")
    assert life.all(WentDown) == []
    assert life.service() is Service.UP


# Access


def test_a_first_accepted_key_is_not_news() -> None:
    life = Life("a").run("S")

    assert life.all(AccessChanged) == []
    assert life.state.access("a").access is Access.OK


def test_a_changed_access_is_asked_again_once_at_once_before_it_is_told() -> None:
    life = Life("a").run("S")
    doubt = life.see(60, "K")
    assert doubt.ask_now == {key("a")}
    assert life.all(AccessChanged) == []
    assert life.state.access("a").access is Access.OK

    told = life.see(61, "K", detail="rejects your key: Incorrect API key provided")
    change = life.one(AccessChanged)
    assert (change.access, change.before) == (Access.KEY_REJECTED, Access.OK)
    assert told.ask_now == frozenset()
    assert life.service() is Service.UP


def test_a_spurious_401_is_forgotten() -> None:
    life = Life("a").run("S K S C S K S")

    assert life.all(AccessChanged) == []
    assert life.state.access("a") == AccessState(Access.OK, at(0), at(360), told=Access.OK)


@pytest.mark.parametrize("letters", ["K", "R K", "S C K", "S K C", "R S R K", "S K R K"])
def test_no_single_answer_takes_your_access_away(letters: str) -> None:
    life = Life("a").run(letters)

    assert {change.access for change in life.all(AccessChanged)} <= {Access.RATE_LIMITED, Access.OK}


def test_a_rate_limit_is_noted_at_once_for_asking_again_is_what_it_forbids() -> None:
    life = Life("a").run("S R S")

    assert [(c.before, c.access) for c in life.all(AccessChanged)] == [
        (Access.OK, Access.RATE_LIMITED),
        (Access.OK, Access.OK),
    ]
    assert life.bubbles == []


def test_a_spell_of_rate_limits_neither_repeats_nor_swallows_lost_access() -> None:
    life = Life("a").run("S CC R CC R SS")

    assert [bubble.title for bubble in life.bubbles] == [
        "A: out of credit",
        "A can be used again",
    ]


def test_access_comes_back_only_after_a_second_look_too() -> None:
    life = Life("a").run("S KK S")
    assert life.state.access("a").access is Access.KEY_REJECTED

    life.run("S")
    assert [(c.before, c.access) for c in life.all(AccessChanged)][-1] == (Access.KEY_REJECTED, Access.OK)


def test_reach_never_changes_an_access_that_was_found_out() -> None:
    life = Life("a").run("S KK").run("SSSS", level=Level.REACH)

    assert life.state.access("a").access is Access.KEY_REJECTED


def test_reach_alone_says_nothing_about_access() -> None:
    assert Life("a").run("SSS", level=Level.REACH).state.access("a").access is Access.UNCHECKED


@pytest.mark.parametrize("letter", ["F", "B", "?"])
def test_an_outage_leaves_access_as_it_was(letter: str) -> None:
    assert Life("a").run(f"S {letter * 3}").state.access("a").access is Access.OK
    assert Life("a").run(f"S KK {letter * 3}").state.access("a").access is Access.KEY_REJECTED


def test_a_rejected_key_is_not_shown_again_for_an_hour() -> None:
    rejected = Life("a").run("KK").state.access("a")

    assert not access.may_show_key(rejected, at(61))
    assert not access.may_show_key(rejected, at(60 + HOUR_S - 0.001))
    assert access.may_show_key(rejected, at(60 + HOUR_S))
    assert access.may_show_key(rejected, at(0)), "the clock was set back"


def test_any_other_standing_may_be_asked_about() -> None:
    assert access.may_show_key(AccessState(), at(0))
    assert access.may_show_key(AccessState(Access.KEY_REJECTED), at(0))
    assert access.may_show_key(Life("a").run("S KC").state.access("a"), at(130))


def test_a_key_that_is_still_rejected_an_hour_later_rests_another_hour() -> None:
    life = Life("a").run("KK")
    life.see(60 + HOUR_S, "K")

    assert not access.may_show_key(life.state.access("a"), at(120 + HOUR_S))
    assert len(life.all(AccessChanged)) == 1


def test_a_new_key_is_a_new_question() -> None:
    life = Life("a", "b").run("KK").run("KK", "b")
    state = access.forget_key(life.state, "a", at(130))

    assert state.access("a").access is Access.UNCHECKED
    assert state.access("b").access is Access.KEY_REJECTED


def test_a_key_that_cannot_be_read_is_noted_and_forgotten() -> None:
    life = Life("a")
    noted = access.with_trouble(life.state, "a", "the keyring is locked")

    assert noted.troubles == {"a": "the keyring is locked"}
    assert access.with_trouble(noted, "a", None).troubles == {}


# Retry-After


def test_429_with_retry_after_200_keeps_us_away_from_that_host_for_200_seconds() -> None:
    life = Life("a", "b").run("S")
    life.hear(result(60, Reason.RATE_LIMITED, retry_after_s=200.0))

    assert schedule.held_s(life.state, "a.example:443", at(60.1)) == 200.0
    assert schedule.held_s(life.state, "b.example:443", at(60.1)) == 0.0
    assert schedule.held_s(life.state, "a.example:443", at(260.1)) == 0.0
    assert life.service() is Service.UP


def test_the_wait_is_the_interval_in_force() -> None:
    life = Life("a")
    life.hear(result(0, Reason.RATE_LIMITED, retry_after_s=200.0))
    life.hear(result(300, Reason.RATE_LIMITED, retry_after_s=1.0))
    life.hear(result(400, Reason.RATE_LIMITED, retry_after_s=DAY_S))

    assert [s.result.interval_s for s in life.all(Settled)] == [200.0, 60.0, HOUR_S]


def test_a_shorter_wait_told_to_another_probe_does_not_shorten_a_longer_one() -> None:
    life = Life(targets={"a": target("one:443"), "a/web": target("one:443")})
    life.see(0, "R", retry_after_s=200.0)
    life.see(1, "R", "a/web", retry_after_s=5.0)

    assert schedule.held_s(life.state, "one:443", at(1.1)) == pytest.approx(199.0)


def test_a_held_host_is_not_asked_before_its_time_and_nothing_is_down() -> None:
    def world(_: Key, second: float) -> Reason:
        asked.append(second)
        return Reason.OK

    asked: list[float] = []
    life = Life("a")
    life.hear(result(0, Reason.RATE_LIMITED, retry_after_s=200.0))
    life.live(world, 600)

    assert min(asked) >= 200.1
    assert life.all(WentDown) == []


# Suggestions, switching, going back


def advice(provider: str = "a", suggested: str | None = "b") -> Suggestion:
    return Suggestion(provider, suggested, "up, 0.6 s, key accepted", at(200))


def test_advice_is_kept_as_long_as_there_is_trouble() -> None:
    life = Life("a", "b").run("S FFF")
    step = life.apply(choices.advise(life.state, advice(), at(200)))
    assert step.happenings == (Suggested(at(200), advice()),)

    life.run("F")
    assert life.state.suggestions == {"a": advice()}
    life.run("SS")
    assert life.state.suggestions == {}


@pytest.mark.parametrize(
    ("letters", "trouble"),
    [("S", False), ("S FF", False), ("S FFF", True), ("S KK", True), ("S CC", True), ("S RR", False)],
)
def test_trouble_is_an_outage_or_a_lost_access_but_not_a_rate_limit(letters: str, trouble: bool) -> None:
    assert choices.in_trouble(Life("a", "b").run(letters).state, "a") is trouble
    assert not choices.in_trouble(Life("a", "b").run(letters).state, "b")


def switched(letters: str) -> Life:
    life = Life("a", "b").run(letters)
    step = choices.choose(life.state, Switch(at(life.now_s), "a", "b"))
    assert step.happenings == (Switched(Switch(at(life.now_s), "a", "b")),)
    life.apply(step)
    return life


def test_a_primary_that_was_up_for_fifteen_minutes_is_back_and_that_is_told_once() -> None:
    life = switched("S FFF").run("S" * 15)
    assert life.all(PrimaryBack) == []

    life.run("S" * 20)
    assert life.one(PrimaryBack) == PrimaryBack(at(240 + 15 * MINUTE_S), "a")
    assert [bubble.title for bubble in life.bubbles][-1] == "A is back"


def test_a_relapse_starts_the_fifteen_minutes_anew() -> None:
    life = switched("S FFF").run("S" * 10 + "FFF" + "S" * 15)
    assert life.all(PrimaryBack) == []

    assert life.run("S").one(PrimaryBack).at == at(life.now_s - 60)


def test_a_blip_is_a_break_too() -> None:
    life = switched("S FFF").run("S" * 14 + "F" + "S" * 15)
    assert life.all(PrimaryBack) == []

    assert len(life.run("S").all(PrimaryBack)) == 1


def test_a_night_asleep_is_not_fifteen_minutes_without_a_break() -> None:
    life = switched("S FFF").run("SS")
    life.apply(judge.pass_over(life.state, Gap(at(400), at(8 * HOUR_S), GapCause.ASLEEP)))
    life.now_s = 8 * HOUR_S
    life.run("S")
    assert life.all(PrimaryBack) == []

    assert life.run("S" * 15).one(PrimaryBack).at == at(8 * HOUR_S + 15 * MINUTE_S)


def test_a_second_outage_makes_its_return_news_again() -> None:
    life = switched("S FFF").run("S" * 20).until(3 * HOUR_S, "S").run("FFF").run("S" * 20)

    assert len(life.all(PrimaryBack)) == 2


def test_a_primary_left_in_good_health_comes_back_only_after_it_was_away() -> None:
    life = switched("SSS").run("S" * 40)
    assert life.all(PrimaryBack) == []

    assert len(life.run("FFF").run("S" * 20).all(PrimaryBack)) == 1


def test_a_key_that_works_again_is_a_return_as_well() -> None:
    life = switched("S KK").run("SS").run("S" * 14)
    assert life.all(PrimaryBack) == []

    assert len(life.run("SS").all(PrimaryBack)) == 1


def test_a_primary_is_back_only_with_all_of_its_surfaces() -> None:
    life = Life("a", "a/web", "b").run("S").run("S FFF", "a/web")
    life.apply(choices.choose(life.state, Switch(at(life.now_s), "a", "b")))
    for _ in range(30):
        life.see(life.now_s, "F", "a/web")
        life.run("S")

    assert life.all(PrimaryBack) == []


def test_results_of_others_and_of_what_is_no_longer_watched_say_nothing_about_a_return() -> None:
    life = switched("S FFF").run("S" * 30, "b")
    assert life.all(PrimaryBack) == []

    life = Life("a", "b").run("S FFF")
    life.apply(choices.choose(life.state, Switch(at(240), "a", "b")))
    life.run("SS")
    life.apply(judge.watch(life.state, {key("b"): target("b.example:443")}, at(400)))
    assert life.run("S" * 30).all(PrimaryBack) == []


def test_going_back_ends_the_choice() -> None:
    life = switched("S FFF")
    back = Switch(at(300), "b", "a", back=True)
    life.apply(choices.choose(life.state, back))

    assert life.state.choice is None
    assert life.all(Switched)[-1].switch == back


# Pauses, gaps, restarts


def test_a_pause_becomes_a_gap_when_it_ends() -> None:
    life = Life("a").run("S")
    life.apply(judge.pause(life.state, at(60), at(3660)))
    life.apply(judge.pause(life.state, at(120), None))
    assert (life.state.paused_since, life.state.paused_until) == (at(60), None)

    life.apply(judge.resume(life.state, at(1000)))
    assert life.one(GapSeen).gap == Gap(at(60), at(1000), GapCause.PAUSED)
    assert life.state.paused_since is None


def test_a_pause_with_the_clock_set_back_has_no_negative_length() -> None:
    life = Life("a")
    life.apply(judge.pause(life.state, at(600), None))
    life.apply(judge.resume(life.state, at(0)))

    assert life.one(GapSeen).gap == Gap(at(600), at(600), GapCause.PAUSED)


def test_resuming_what_was_not_paused_is_nothing() -> None:
    life = Life("a")

    assert judge.resume(life.state, at(10)) == Step(life.state)


def test_asleep_from_eleven_to_seven_is_no_notice_and_one_gap() -> None:
    life = Life("a", "b").live(healthy, HOUR_S)
    life.apply(judge.pass_over(life.state, Gap(at(HOUR_S), at(9 * HOUR_S), GapCause.ASLEEP)))
    life.now_s = 9 * HOUR_S
    life._due = dict.fromkeys(life._due, life.now_s)
    life.live(healthy, 10 * HOUR_S)

    assert life.told == []
    assert life.one(GapSeen).gap.cause is GapCause.ASLEEP
    assert life.all(VantageChanged) == []


def test_what_waited_for_a_witness_is_forgotten_across_a_gap_and_so_is_what_witnesses_said() -> None:
    life = Life("a", "b")
    life.see(0, "S", "b")
    life.see(1, "N")
    life.apply(judge.pass_over(life.state, Gap(at(2), at(100), GapCause.ASLEEP)))

    assert (life.state.waiting, life.state.testimonies) == ((), {})


def test_sleep_ends_an_offline_spell_with_its_own_gap_first() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(120, "N")
    life.see(121, "N", "b")
    life.apply(judge.pass_over(life.state, Gap(at(500), at(5000), GapCause.ASLEEP)))

    offline, asleep = (seen.gap for seen in life.all(GapSeen))
    assert offline == Gap(at(120), at(500), GapCause.OFFLINE)
    assert asleep == Gap(at(500), at(5000), GapCause.ASLEEP)
    assert life.state.vantage is Vantage.ONLINE


def test_a_restart_in_mid_outage_is_no_second_notice_and_recovery_carries_the_whole_duration() -> None:
    life = Life("a").run("S FFF F")
    life.apply(judge.watch(life.state, life.targets, at(1000)))
    life.apply(judge.pass_over(life.state, Gap(at(250), at(1000), GapCause.APP_OFF)))
    life.now_s = 1000
    life.run("FFFF SS")

    assert [bubble.title for bubble in life.bubbles] == ["A is down", "A is up again"]
    assert life.bubbles[-1].body == (
        "The trouble lasted 19 min, from 12:01 to 12:20; down for 7 min 10 s of it,"
        " seen at both ends of a 12 min gap."
    )
    assert life.one(CameUp).incident.started_at == at(60)


def test_recovery_during_a_restart_is_told() -> None:
    life = Life("a").run("S FFF")
    life.apply(judge.pass_over(life.state, Gap(at(190), at(1000), GapCause.APP_OFF)))
    life.now_s = 1000
    life.run("SS")

    assert [bubble.title for bubble in life.bubbles] == ["A is down", "A is up again"]


# Configuration


def test_a_removed_surface_ends_its_incident_where_it_was_last_seen_untold() -> None:
    life = Life("a", "b").run("S FFF F")
    step = life.apply(judge.watch(life.state, {key("b"): target("b.example:443")}, at(600)))

    assert step.happenings == ()
    assert life.surface().incident is None
    assert life.incident().ended_at == at(240)
    assert life.service() is Service.UNKNOWN


def test_an_incident_without_a_result_ends_where_it_began() -> None:
    life = Life("a").run("S FFF")
    surface = replace(life.surface(), last=None)
    state = replace(life.state, surfaces={key("a"): surface})
    ended = judge.watch(state, {}, at(600)).state.surface(key("a")).previous

    assert ended is not None
    assert ended.ended_at == at(60)


def test_what_is_no_longer_asked_is_forgotten() -> None:
    life = Life("a", "b", "c").run("S R")
    life.see(100, "R", retry_after_s=900.0)
    life.see(200, "N", "c")
    life.apply(choices.advise(life.state, advice(), at(100)))
    step = life.apply(judge.watch(life.state, {key("b"): target("b.example:443")}, at(200)))

    state = step.state
    assert (state.testimonies, state.accesses, state.suggestions) == ({}, {}, {})
    assert state.waiting == ()


def test_a_host_that_asked_to_wait_is_left_alone_although_it_was_not_watched_for_a_moment() -> None:
    life = Life("a", "b")
    life.see(100, "R", retry_after_s=900.0)
    away = judge.watch(life.state, {key("b"): target("b.example:443")}, at(200)).state

    assert judge.watch(away, life.targets, at(300)).state.holds == life.state.holds
    assert judge.watch(away, life.targets, at(1_100)).state.holds == {}


def test_what_is_still_asked_is_kept_but_a_failure_of_the_old_address_is_not() -> None:
    life = Life("a", "b").run("S")
    life.see(100, "R", retry_after_s=900.0)
    life.see(110, "S", reach=PRIVATE)
    life.see(200, "N", "b")
    moved = {key("a"): target("a.example:443"), key("b"): target("new.example:443")}
    state = judge.watch(life.state, moved, at(200)).state

    assert state.holds == {"a.example:443": at(1000.1)}
    assert state.watched[key("a")].reach is PRIVATE, "an answer told its reach"
    assert state.waiting == ()
    assert state.access("a").access is Access.OK
    assert judge.watch(life.state, life.targets, at(2000)).state.holds == {}


def test_a_provider_switched_off_for_a_day_starts_with_a_clean_sheet() -> None:
    life = Life("a", "b").run("S FF")
    life.apply(judge.watch(life.state, {key("b"): target("b.example:443")}, at(200)))
    life.apply(judge.watch(life.state, life.targets, at(DAY_S)))
    life.now_s = DAY_S

    assert life.run("FF S").all(WentDown) == []


# What must never be told


def test_a_night_of_a_healthy_world_is_silent() -> None:
    life = Life("a", "b", "c").live(healthy, 8 * HOUR_S)

    assert life.told == []
    assert kinds(life.happenings) == ["Settled"] * len(life.happenings)
    assert len(life.happenings) == 3 * 8 * 60


@pytest.mark.parametrize("reason", [Reason.SERVER_ERROR, Reason.CONNECT_TIMEOUT, Reason.DNS_FAILURE])
def test_an_outage_is_found_within_a_minute_and_a_half_and_told_twice(reason: Reason) -> None:
    life = Life("a", "b").live(broken_between(290, 290 + 7 * HOUR_S, reason, "a"), 8 * HOUR_S)

    down, up = life.one(WentDown), life.one(CameUp)
    assert down.at <= at(290 + 60 + 3 * 10 + 2 * 10 + 1)
    assert [bubble.title for bubble in life.bubbles] == ["A is down", "A is up again"]
    assert abs(up.downtime_s - 7 * HOUR_S) <= 61
    assert life.service("b") is Service.UP


@LAW
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("SFNKRB?"), st.floats(0.5, 200)), max_size=60)
)
def test_what_is_settled_is_told_in_order_and_only_once(script: list[tuple[str, str, float]]) -> None:
    life = Life("a", "b", "c")
    for name, letter, step_s in script:
        life.see(life.now_s, letter, name)
        life.now_s += step_s

    settled = [s.result for s in life.all(Settled)]
    assert len({(r.key, r.at) for r in settled}) == len(settled)
    for name in "abc":
        times = [r.at for r in settled if r.key == key(name)]
        assert times == sorted(times)
    downs = [h for h in life.happenings if isinstance(h, WentDown)]
    assert len({down.incident.id for down in downs if down.tell}) == sum(down.tell for down in downs)
    opened = dict.fromkeys(
        h.incident.id for h in life.happenings if isinstance(h, WentDown | WentDegraded | WentUnstable)
    )
    assert list(opened) == list(range(1, life.state.next_incident))


@LAW
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("SN"), st.floats(0.5, 90)), max_size=60))
def test_no_gap_ends_before_it_starts(script: list[tuple[str, str, float]]) -> None:
    life = Life("a", "b")
    for name, letter, step_s in script:
        life.see(life.now_s, letter, name)
        life.now_s += step_s

    assert all(seen.gap.at <= seen.gap.until for seen in life.all(GapSeen))
    views = [change.vantage for change in life.all(VantageChanged)]
    assert all(before is not after for before, after in itertools.pairwise(views))


def test_the_window_of_flapping_is_what_the_rules_say() -> None:
    assert (hysteresis.FLAP_WINDOW, hysteresis.FLAP_CHANGES, hysteresis.STEADY_AFTER) == (20, 6, 20)


def test_where_nothing_is_watched_an_offline_spell_is_one_gap() -> None:
    step = judge.see_vantage(State(), Vantage.OFFLINE, at(0))
    step = judge.see_vantage(step.state, Vantage.ONLINE, at(20))

    assert [h.gap for h in step.happenings if isinstance(h, GapSeen)] == [
        Gap(at(0), at(20), GapCause.OFFLINE, None)
    ]
