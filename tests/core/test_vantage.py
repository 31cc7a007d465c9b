"""Witnesses that are no provider, a way out that is known to be gone, a network that changes in mid-probe."""

from dataclasses import replace

import pytest

from core.builders import Life, at, key, result, target, way
from trayuptime.core import judge, vantage
from trayuptime.core.draft import Draft
from trayuptime.core.model import (
    Gap,
    GapCause,
    Key,
    Network,
    Phases,
    Reach,
    Rules,
    Service,
    Span,
    Surface,
    Vantage,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.state import CameUp, GapSeen, Role, Settled, Step, Target, VantageChanged, WentDown

INTERNET, PRIVATE, LOOPBACK = Reach.INTERNET, Reach.PRIVATE, Reach.LOOPBACK
NEUTRAL = Key(":neutral", Surface.WEB)
PAGE = Key(":page", Surface.WEB)


def beside(life: Life, of: Key, role: Role) -> Life:
    """The same life with one more host that is asked for its word alone."""
    life.targets[of] = Target(f"{role}.example:443", INTERNET, role)
    life.apply(judge.watch(life.state, life.targets, at(0)))
    return life


def ask(life: Life, second: float, of: Key, reason: Reason = Reason.OK) -> Step:
    asked = result(second, reason, host=life.targets[of].host)
    return life.hear(replace(asked, provider=of.provider, surface=of.surface))


def stored(life: Life) -> list[Reason]:
    return [settled.result.reason for settled in life.all(Settled)]


# Feeds and a neutral address as witnesses


def test_a_lone_provider_is_settled_by_the_word_of_its_vendors_page() -> None:
    life = beside(Life("a"), PAGE, Role.FEED)
    for second in (0, 20, 40):
        assert life.see(second, "N").ask_witnesses == {"feed.example:443"}
        ask(life, second + 11, PAGE)

    assert life.one(WentDown).incident.started_at == at(0)


def test_a_page_is_a_witness_and_never_judged() -> None:
    life = beside(Life("a"), PAGE, Role.FEED).run("S")
    for second in (60, 80, 100, 120):
        ask(life, second, PAGE, Reason.CONNECT_TIMEOUT)
        life.see(second + 1, "S")
        ask(life, second + 2, PAGE, Reason.SERVER_ERROR)

    assert life.all(WentDown) == []
    assert {settled.result.provider for settled in life.all(Settled)} == {"a"}
    assert PAGE not in life.state.surfaces


def test_a_provider_and_its_page_both_silent_is_this_computer() -> None:
    life = beside(Life("a"), PAGE, Role.FEED).run("S")
    life.see(60, "N")
    ask(life, 61, PAGE, Reason.DNS_FAILURE)
    assert life.state.vantage is Vantage.OFFLINE

    life.see(300, "S")
    assert life.one(GapSeen).gap == Gap(at(60), at(300.1), GapCause.OFFLINE, None)


def test_the_neutral_address_is_asked_only_when_no_other_host_can_speak() -> None:
    life = beside(Life("a", "b"), NEUTRAL, Role.NEUTRAL)
    assert life.see(0, "N").ask_witnesses == {"b.example:443"}
    assert life.see(1, "N", "b").ask_witnesses == {"neutral.example:443"}

    ask(life, 2, NEUTRAL)
    assert stored(life) == [Reason.CONNECT_TIMEOUT, Reason.CONNECT_TIMEOUT], "both are down, not you"


def test_a_silent_neutral_address_settles_it_too() -> None:
    life = beside(Life("a"), NEUTRAL, Role.NEUTRAL).run("S")
    for second in (60, 80):
        life.see(second, "N")
        ask(life, second + 1, NEUTRAL, Reason.CONNECT_TIMEOUT)

    assert life.state.vantage is Vantage.OFFLINE
    assert life.bubbles[-1].title == "You are offline"
    assert stored(life) == [Reason.OK]


def test_an_address_that_only_bears_witness_makes_nobody_offline_in_the_headline() -> None:
    life = beside(Life(targets={"a": target("127.0.0.1:1", LOOPBACK)}), NEUTRAL, Role.NEUTRAL)

    assert life.state.vantage is Vantage.ONLINE


def test_the_witness_is_named_in_what_it_settled() -> None:
    life = Life("a", "b", "c")
    life.see(0, "N")
    life.see(4, "S", "c")
    life.see(11, "N")
    life.see(12, "S", "b")
    life.see(20, "N")
    life.see(21, "S", "c")
    life.see(30, "N")
    life.see(31, "S", "b")

    assert [s.witness for s in life.all(Settled, None) if s.result.provider == "a"] == [
        "c.example:443",
        "b.example:443",
        "c.example:443",
        "b.example:443",
    ]
    assert all(settled.proven == bool(settled.witness) for settled in life.all(Settled))


# No way out


def test_a_lone_provider_is_offline_when_this_computer_knows_no_way_out() -> None:
    life = Life("a").run("S")
    life.see(60, "N", cut_off=True)
    assert life.state.vantage is Vantage.OFFLINE

    life.see(600, "S")
    assert life.one(GapSeen).gap.cause is GapCause.OFFLINE
    assert life.one(GapSeen).gap.until == at(600.1)


def test_a_way_out_that_does_not_lead_to_this_host_makes_nobody_offline_and_proves_nothing() -> None:
    """A host with IPv6 alone, on a network without it."""
    life = Life("a", "b").run("S", "b")
    for second in (60, 80, 100):
        life.see(second, "N", cut_off=True, network=Network(routes=("wlan0",)))
        life.see(second + 1, "S", "b")
    assert life.all(WentDown) == []

    alone = Life("a")
    step = alone.see(0, "N", cut_off=True, network=Network(tunnels=("wg0",)))
    assert alone.state.vantage is Vantage.ONLINE
    assert step.ask_witnesses == frozenset(), "it is not asked again and again"


def test_others_are_asked_first_even_so() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    assert life.see(120, "N", cut_off=True).ask_witnesses == {"b.example:443"}
    life.see(121, "S", "b")

    assert life.state.vantage is Vantage.ONLINE


def test_no_way_to_the_internet_says_nothing_of_the_office() -> None:
    life = Life(targets={"a": target("a.example:443"), "nas": target("nas:1", PRIVATE)})
    life.see(0, "N", cut_off=True)
    life.see(1, "F", "nas")

    assert life.state.vantage is Vantage.OFFLINE
    assert stored(life) == [Reason.SERVER_ERROR]


# A slow network, a jolt, a host of which one path hangs


@pytest.mark.parametrize("reason", [Reason.DNS_FAILURE, Reason.CONNECT_TIMEOUT, Reason.READ_TIMEOUT])
def test_who_was_late_itself_vouches_for_nothing_that_took_too_long(reason: Reason) -> None:
    """A hotel's name server: names take seconds, and some longer than the time-out."""
    life = Life("a", "b")
    for second in (0, 11, 22):
        life.hear(result(second, reason, latency_ms=10_000.0))
        life.see(second + 10.5, "S", "b", latency_ms=8_000.0)

    assert life.all(WentDown) == []
    assert stored(life) == [Reason.OK] * 3
    assert life.state.waiting


def test_a_way_that_takes_much_longer_than_its_best_is_late_whatever_the_answer_takes() -> None:
    """A name server that takes a second and a half for one vendor has no time at all for another."""
    life = Life("a", "b")
    life.see(0, "S", "b", **way(5, 300))
    for second in (60, 80, 100):
        life.hear(result(second, Reason.DNS_FAILURE, latency_ms=10_000.0))
        life.see(second + 11, "S", "b", **way(1_300, 1_500))

    assert life.all(WentDown) == []


def test_a_vendor_that_takes_its_time_while_its_rival_is_down_is_a_good_witness() -> None:
    """Whoever leaves the one that is down makes the other slow: that is no reason to see neither."""
    life = Life("a", "b").run("SSS", "b", **way(5, 300))
    for second in (240, 260, 280):
        life.hear(result(second, Reason.CONNECT_TIMEOUT, latency_ms=10_000.0))
        life.see(second + 11, "S", "b", **way(5, 9_000))

    assert life.one(WentDown).incident.started_at == at(240)


def test_a_long_way_is_not_late_where_it_is_always_long() -> None:
    life = Life("a", "b").run("S", "b", **way(1_500, 2_000))
    for second in (60, 80, 100):
        life.hear(result(second, Reason.CONNECT_TIMEOUT, latency_ms=10_000.0))
        life.see(second + 11, "S", "b", **way(1_700, 2_200))

    assert life.all(WentDown)


def test_the_best_way_is_another_one_on_another_network() -> None:
    life = Life("a", "b").run("S", "b", **way(5, 300))
    life.apply(judge.network_changed(life.state, at(30)))
    for second in (60, 80, 100):
        life.hear(result(second, Reason.CONNECT_TIMEOUT, latency_ms=10_000.0))
        life.see(second + 11, "S", "b", **way(1_300, 1_600))

    assert life.all(WentDown), "a first way of 1.4 s is nothing unusual"


def test_who_was_late_still_vouches_for_what_was_refused() -> None:
    life = Life("a", "b")
    for second in (0, 20, 40):
        life.hear(result(second, Reason.CONNECT_REFUSED))
        life.see(second + 11, "S", "b", latency_ms=8_000.0)

    assert life.one(WentDown).reason is Reason.CONNECT_REFUSED


def test_a_host_that_always_takes_its_time_is_not_late() -> None:
    life = Life("a", "b")
    for second in range(0, 240, 60):
        life.see(second, "S", "b", latency_ms=3_000.0)
    for second in (300, 320, 340):
        life.see(second, "N", latency_ms=10_000.0)
        life.see(second + 11, "S", "b", latency_ms=4_000.0)

    assert life.one(WentDown).incident.started_at == at(300)


def test_where_everybody_is_slow_nobody_is_degraded() -> None:
    life = Life("a", "b", "c")
    for second in range(0, 900, 60):
        for name in ("a", "b", "c"):
            life.see(second, "S" if second < 300 else "L", name)

    assert {life.service(name) for name in ("a", "b", "c")} == {Service.UP}
    assert life.happenings == life.all(Settled)


def test_one_that_is_slow_among_others_in_time_is_degraded() -> None:
    life = Life("a", "b", "c")
    for second in range(0, 900, 60):
        for name in ("b", "c", "a"):
            life.see(second, "L" if second >= 300 and name == "a" else "S", name)

    assert life.service() is Service.DEGRADED


def test_the_time_that_our_name_server_takes_is_not_the_vendors() -> None:
    life = Life("a").run("SSS")
    for second in (180, 240, 300, 360):
        life.see(second, "S", latency_ms=9_000.0, phases=Phases(dns_ms=8_500.0, total_ms=9_000.0))

    assert life.service() is Service.UP


def test_a_jolt_that_breaks_everything_in_flight_is_not_yet_offline() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(120, "N", latency_ms=5_000.0)
    step = life.see(120, "N", "b", latency_ms=5_000.0)
    assert life.state.vantage is Vantage.ONLINE
    assert step.ask_witnesses == {"a.example:443"}

    life.see(125.1, "S")
    assert life.all(VantageChanged) == []


def test_who_fails_again_after_the_jolt_is_offline() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(120, "N", latency_ms=5_000.0)
    life.see(120, "N", "b", latency_ms=5_000.0)
    life.see(125.1, "N", latency_ms=10.0)

    assert life.state.vantage is Vantage.OFFLINE


def test_hosts_are_not_all_silent_while_one_of_them_has_answered_something_since() -> None:
    """A gateway of which one path hangs, and its page beside it."""
    shared = {"a": target("one:443"), "b": target("one:443"), "c": target("two:443")}
    life = Life(targets=shared)
    life.see(0, "N", "a")
    life.see(1, "S", "b")
    step = life.see(2, "N", "c", latency_ms=10_000.0)

    assert life.all(VantageChanged) == []
    assert step.ask_witnesses == frozenset()
    assert [failure.key for failure in life.state.waiting] == [key("a"), key("c")]


def test_whoever_was_not_seen_while_cut_off_is_asked_at_once_when_it_is_over() -> None:
    life = Life("a", "b", "c").run("S")
    for second, name in ((100, "a"), (101, "b"), (102, "c")):
        life.see(second, "N", name)

    assert life.see(160, "S", "b").ask_now == {key("a"), key("c")}
    assert life.see(159, "N", "c", latency_ms=2_000.0).ask_now == {key("c")}, "it began without a network"


# Another network


def test_what_failed_across_a_change_of_network_is_dropped_and_asked_again() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.apply(judge.network_changed(life.state, at(125)))
    step = life.see(120, "N", latency_ms=10_000.0)
    life.see(131, "S", "b")

    assert step.ask_now == {key("a")}
    assert set(stored(life)) == {Reason.OK}
    assert life.state.waiting == ()


def test_what_waited_over_the_old_network_is_forgotten_and_asked_again() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(120, "N")
    step = life.apply(judge.network_changed(life.state, at(125)))
    life.see(126, "S", "b")

    assert step.ask_now == {key("a")}
    assert stored(life) == [Reason.OK, Reason.OK, Reason.OK]


def test_an_answer_over_the_old_network_bears_no_witness_over_the_new_one() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.apply(judge.network_changed(life.state, at(125)))
    life.see(124, "S", "b", latency_ms=5_000.0)
    life.see(126, "N")

    assert stored(life) == [Reason.OK, Reason.OK, Reason.OK], "it was answered, so it counts for its own"
    assert [failure.key for failure in life.state.waiting] == [key("a")]


def test_an_answer_that_came_through_counts_whatever_the_network_did() -> None:
    life = Life("a").run("SFF")
    life.apply(judge.network_changed(life.state, at(185)))
    life.see(180, "F", latency_ms=9_000.0)

    assert life.one(WentDown).incident.started_at == at(60)


def test_a_change_in_the_future_is_a_clock_that_was_set_back() -> None:
    life = Life("a", "b")
    life.apply(judge.network_changed(life.state, at(3_600)))
    for second in (60, 80, 100):
        life.see(second, "N")
        life.see(second + 11, "S", "b")

    assert life.service() is Service.DOWN


def test_a_change_of_network_in_an_outage_neither_ends_nor_repeats_it() -> None:
    life = Life("a", "b").run("FFF")
    life.apply(judge.network_changed(life.state, at(200)))
    life.see(240, "F")
    life.see(300, "S")
    life.see(310, "S")

    assert len(life.all(WentDown)) == 1
    assert life.one(CameUp).incident.ended_at == at(300)


# A vantage that somebody else noted


def test_a_noted_offline_spell_is_as_good_as_a_found_one() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    life.see(120, "N")
    life.apply(judge.see_vantage(life.state, Vantage.OFFLINE, at(125)))
    life.see(130, "N", "b")
    life.apply(judge.see_vantage(life.state, Vantage.OFFLINE, at(131)))
    life.apply(judge.see_vantage(life.state, Vantage.ONLINE, at(600)))
    life.apply(judge.see_vantage(life.state, Vantage.ONLINE, at(601)))

    assert [change.vantage for change in life.all(VantageChanged)] == [Vantage.OFFLINE, Vantage.ONLINE]
    assert [seen.gap for seen in life.all(GapSeen)] == [Gap(at(120), at(600), GapCause.OFFLINE, None)]
    assert stored(life) == [Reason.OK, Reason.OK]


def test_a_noted_portal_has_its_own_gap() -> None:
    life = Life("a")
    life.apply(judge.see_vantage(life.state, Vantage.PORTAL, at(0)))
    life.see(60, "S")

    assert life.one(GapSeen).gap.cause is GapCause.PORTAL


# Gaps of one surface, patience, maintenance


def test_a_gap_of_one_surface_leaves_the_others_and_the_witnesses_alone() -> None:
    life = Life("a", "b", "c").run("S")
    life.see(61, "S", "c")
    life.see(100, "N")
    life.see(101, "N", "b")
    life.apply(judge.pass_over(life.state, Gap(at(60), at(130), GapCause.UNPROVEN, key("a"))))
    life.see(130, "S", "c")

    assert [s.result.key for s in life.all(Settled) if s.proven] == [key("b")]


def test_a_recording_may_give_its_witnesses_more_time() -> None:
    slow = Rules(interval_s=300.0, patience_s=300.0)
    life = Life("a", "b", rules=slow)
    for second in (0, 300, 600):
        life.see(second, "N")
        life.see(second + 150, "S", "b")

    assert life.one(WentDown).incident.started_at == at(0)


@pytest.mark.parametrize(
    ("start_s", "end_s", "marked"),
    [(0, 60, False), (0, 61, True), (60, 120, True), (61, 600, False), (600, 900, False)],
)
def test_an_outage_that_begins_in_announced_maintenance_is_marked(
    start_s: float, end_s: float, marked: bool
) -> None:
    life = Life("a", "b").run("S")
    planned = {"a": (Span(at(start_s), at(end_s)),)}
    life.state = judge.announce(life.state, planned)
    life.run("FFF")

    assert life.one(WentDown).incident.in_maintenance is marked
    assert life.incident().in_maintenance is marked


# A host of several surfaces


def three_at_one_host() -> Life:
    """a alone, and b, c and d at one gateway, where b has been down for long."""
    places = {name: target("gateway.example:443") for name in "bcd"}
    life = Life("a", "b", "c", "d", targets=places)
    for name in "abcd":
        life.see(0, "S", name)
    for second in (60, 80, 100):
        life.see(second, "N", "b")
        life.see(second + 1, "S", "a")
    return life


def test_a_surface_that_is_down_does_not_speak_for_its_host_while_another_is_well() -> None:
    life = three_at_one_host()
    assert life.service("b") is Service.DOWN
    assert vantage.speakers_of(life.state, "gateway.example:443") == [key("c"), key("d")]
    assert vantage.speakers_of(life.state, "nobody.example:443") == []

    life.see(160, "N", "b")
    assert life.see(160.2, "N", "a").ask_witnesses == {"gateway.example:443"}
    assert life.state.vantage is Vantage.ONLINE
    life.see(161, "S", "c")
    settled = [each.result.key for each in life.all(Settled)][-2:]
    assert settled == [key("a"), key("c")], "the well one has spoken"


def test_a_host_is_silent_once_one_is_that_was_well_there() -> None:
    life = three_at_one_host()
    life.see(160, "N", "b")
    life.see(160.2, "N", "a")
    life.see(161, "N", "c")
    life.see(162, "N", "a")

    assert life.state.vantage is Vantage.OFFLINE
    assert stored(life)[-1] is Reason.OK


def test_a_host_whose_every_surface_is_down_is_silent_with_them() -> None:
    places = {name: target("gateway.example:443") for name in ("b", "c")}
    life = Life("a", "b", "c", targets=places)
    for name in "abc":
        life.see(0, "S", name)
    for second in (60, 80, 100):
        for offset, name in enumerate("bc"):
            life.see(second + 2 * offset, "N", name)
            life.see(second + 2 * offset + 1, "S", "a")
    assert vantage.speakers_of(life.state, "gateway.example:443") == [key("b"), key("c")]

    life.see(160, "N", "b")
    life.see(161, "N", "a")
    life.see(162, "N", "a")
    assert life.state.vantage is Vantage.OFFLINE, "nobody is left to ask"


# Proxies: a witness speaks only for its own way

THROUGH = Network(proxy="proxy.test:3128")
ELSEWHERE = Network(proxy="other.test:8080")


@pytest.mark.parametrize("reason", [Reason.TLS_FAILURE, Reason.CONNECTION_RESET, Reason.READ_TIMEOUT])
@pytest.mark.parametrize("theirs", [Network(), ELSEWHERE])
def test_who_is_asked_past_a_proxy_proves_nothing_of_what_breaks_behind_it(
    reason: Reason, theirs: Network
) -> None:
    """It answers CONNECT with 200, breaks the TLS of two vendors, and a third is not proxied at all."""
    life = Life("a", "b", "c")
    for second in range(0, 300, 20):
        for name in ("a", "b"):
            failure = result(second, reason, name, network=THROUGH)
            life.hear(
                replace(
                    failure, needs_witness=True, answered_at=None, portal_like=reason is Reason.TLS_FAILURE
                )
            )
        life.see(second + 11, "S", "c", network=theirs)

    assert life.all(WentDown) == []
    assert life.state.vantage is Vantage.ONLINE


def test_who_came_through_the_same_proxy_proves_it() -> None:
    life = Life("a", "b")
    for second in range(0, 60, 20):
        failure = result(second, Reason.TLS_FAILURE, "a", network=THROUGH)
        life.hear(replace(failure, needs_witness=True, answered_at=None, portal_like=True))
        life.see(second + 11, "S", "b", network=THROUGH)

    assert life.one(WentDown).key == key("a")


def test_a_proxy_proves_nothing_of_who_is_asked_past_it() -> None:
    life = Life("a", "b")
    for second in range(0, 300, 20):
        life.see(second, "N", "a")
        life.see(second + 11, "S", "b", network=THROUGH)

    assert life.all(WentDown) == []


def test_a_proxy_that_is_out_altogether_is_this_computers_own_trouble() -> None:
    life = Life("a", "b")
    for second in range(0, 60, 20):
        for name in ("a", "b"):
            failure = result(second, Reason.PORTAL, name, network=THROUGH)
            life.hear(replace(failure, needs_witness=True, answered_at=None, portal_like=True))

    assert life.state.vantage is Vantage.PORTAL
    assert life.all(WentDown) == []


def test_a_page_that_is_given_up_on_leaves_no_doubt_on_any_light() -> None:
    life = Life("a")
    life.state = replace(life.state, watched={key("a"): Target("page", Reach.INTERNET, Role.FEED)})
    draft = Draft(life.state, life.rules)
    vantage._give_up(draft, result(0, Reason.CONNECT_TIMEOUT))

    assert draft.surfaces == life.state.surfaces
