"""When one host fails, on the real kernel, it is that one alone that is down."""

from collections.abc import Callable

import pytest

import hostile
from netns.bed import Bed, Trouble
from netns.network import VENDORS_6
from netns.servers import Vendor
from netns.telling import assert_nobody_is_blamed, assert_one_outage, named, results_of, titles

pytestmark = pytest.mark.netns


def black_hole(bed: Bed, vendor: Vendor) -> Trouble:
    address = vendor.addresses[0]
    return Trouble(lambda: bed.network.swallow(address), lambda: bed.network.pass_on(address))


def gone_server(_bed: Bed, vendor: Vendor) -> Trouble:
    return Trouble(vendor.stop, vendor.start)


def gone_name(bed: Bed, vendor: Vendor) -> Trouble:
    names = bed.names
    return Trouble(lambda: names.forget(vendor.host), lambda: names.tell(vendor.host, vendor.addresses))


REASONS: dict[Callable[[Bed, Vendor], Trouble], str] = {
    black_hole: "connect_timeout",
    gone_server: "connect_refused",
    gone_name: "dns_failure",
}


@pytest.mark.parametrize("fails", REASONS)
def test_one_host_that_fails_is_an_outage_of_that_one(
    bed: Bed, fails: Callable[[Bed, Vendor], Trouble]
) -> None:
    alpha, beta, gamma = (bed.vendor(name) for name in ("alpha", "beta", "gamma"))
    trouble = fails(bed, alpha)
    with bed.watch(alpha, beta, gamma) as watch:
        trouble.begin()
        watch.check_now()
        down = watch.event("down")
        trouble.end()
        watch.check_now()
        watch.event("up")
        watch.results("beta", "gamma", after=down)
        watch.notice("alpha is up again")
        events = watch.end()

    assert_one_outage(events, "alpha", REASONS[fails])


def test_each_host_is_down_for_its_own_reason_while_one_that_answers_vouches(bed: Bed) -> None:
    vendors = {name: bed.vendor(name) for name in ("far", "mute", "rude", "stale", "sane")}
    with bed.watch(*vendors.values()) as watch:
        bed.network.turn_away(vendors["far"].addresses[0])
        vendors["mute"].behave(hostile.hang)
        vendors["rude"].behave(hostile.reset_after_request)
        vendors["stale"].show(bed.certificate("stale.example", expired=True))
        watch.check_now()
        while len(named(watch.events, "down")) < 4:
            watch.event("down")
        events = watch.end()

    assert {down["provider"]: down["reason"] for down in named(events, "down")} == {
        "far": "connect_timeout",
        "mute": "read_timeout",
        "rude": "connection_reset",
        "stale": "tls_failure",
    }
    assert {result["reason"] for result in results_of(events, "sane")} == {"ok"}
    assert not {"offline", "gap"} & {event["event"] for event in events}


def test_an_outage_before_and_after_a_lost_network_is_one_outage(bed: Bed) -> None:
    alpha, beta = bed.vendor("alpha"), bed.vendor("beta")
    with bed.watch(alpha, beta) as watch:
        alpha.stop()
        watch.check_now()
        down = watch.event("down")
        watch.results("beta", after=down)  # which vouched, so that nothing is under way when the network goes
        bed.network.switch_off()
        watch.check_now()
        offline = watch.event("offline")
        bed.network.switch_on()
        with watch.asking():
            watch.event("online")
            alpha.start()
            up = watch.event("up")
            watch.results("beta", after=offline)
        watch.notice("alpha is up again")
        events = watch.end()

    assert (up["provider"], up["incident"]) == ("alpha", down["incident"])
    assert named(events, "down") == [down]
    assert {result["reason"] for result in named(events, "result")} == {"ok", "connect_refused"}
    assert {result["provider"] for result in named(events, "result") if result["reason"] != "ok"} == {"alpha"}
    assert titles(events) == ["alpha is down", "You are offline", "alpha is up again"]


def test_ipv6_that_leads_nowhere_is_nobody_s_fault_while_ipv4_works(bed: Bed) -> None:
    alpha, beta = (bed.vendor(name, both_families=True) for name in ("alpha", "beta"))
    for vendor in (alpha, beta):  # once, so that the neighbours on the way have met
        bed.connect(vendor.addresses[1], vendor.port)
    with bed.watch(alpha, beta) as watch:
        asked_first = [[len(server.requests) for server in vendor.servers] for vendor in (alpha, beta)]
        bed.network.swallow(VENDORS_6)
        watch.check_now()
        watch.results("alpha", "beta", after=watch.events[-1])
        events = watch.end()
        asked_then = [[len(server.requests) for server in vendor.servers] for vendor in (alpha, beta)]

    assert asked_first == [[0, 1], [0, 1]]
    assert asked_then == [[1, 1], [1, 1]]
    assert_nobody_is_blamed(events)
    assert not {"offline", "gap", "notify"} & {event["event"] for event in events}
