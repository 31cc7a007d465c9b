"""When this computer's own network fails, on the real kernel, nothing is held against anybody."""

import threading
from collections.abc import Callable

import pytest

import hostile
from cli.house import PATIENCE_S
from netns.bed import POLLING, Bed, Trouble
from netns.network import Network
from netns.telling import assert_away_and_back_once, assert_nobody_is_blamed, named, titles

pytestmark = pytest.mark.netns

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
HASTY = POLLING.replace('timeout = "2s"', 'timeout = "1s"')
OWN_PACE = 'interval = "10s"\nretry_interval = "1s"\ntimeout = "2s"\n'


TROUBLES: dict[str, Callable[[Network], Trouble]] = {
    "the default route is gone": lambda network: Trouble(network.take_route, network.give_route),
    "Wi-Fi is off": lambda network: Trouble(network.switch_off, network.switch_on),
    "out of the router's range": lambda network: Trouble(network.walk_away, network.come_back),
    "the line behind the router is dead": lambda network: Trouble(network.go_dead, network.go_on),
    "the router knows no way": lambda network: Trouble(network.go_astray, network.go_on),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_without_a_network_one_is_offline_once_and_back_once(bed: Bed, trouble: str) -> None:
    with bed.watch(bed.vendor("alpha"), bed.vendor("beta")) as watch:
        events = watch.go_through(TROUBLES[trouble](bed.network), "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events)
    assert titles(events) == ["You are offline"]


@pytest.mark.parametrize("trouble", ["Wi-Fi is off", "the line behind the router is dead"])
def test_five_providers_are_no_more_to_blame_than_two(bed: Bed, trouble: str) -> None:
    with bed.watch(*(bed.vendor(name) for name in NAMES)) as watch:
        events = watch.go_through(TROUBLES[trouble](bed.network), *NAMES)

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events)
    assert titles(events) == ["You are offline"]


def test_the_next_room_is_watched_by_its_own_witnesses(bed: Bed) -> None:
    with bed.watch(bed.machine("alpha"), bed.machine("beta")) as watch:
        events = watch.go_through(Trouble(bed.network.switch_off, bed.network.switch_on), "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events)


@pytest.mark.parametrize("trouble", ["Wi-Fi is off", "the line behind the router is dead"])
def test_an_answer_from_before_the_loss_vouches_for_no_probe_that_was_under_way(
    bed: Bed, trouble: str
) -> None:
    alpha, beta = bed.vendor("alpha"), bed.vendor("beta")
    asked = threading.Event()

    def never_answer(talk: hostile.Talk) -> None:
        talk.request()
        asked.set()
        talk.wait_for_close()

    # One failure that counted would do.
    with bed.watch(alpha, beta, polling=f"{POLLING}confirm_after = 1\n") as watch:
        before = watch.events[-1]
        beta.behave(never_answer)
        watch.check_now()
        watch.results("alpha", after=before)
        assert asked.wait(PATIENCE_S)
        beta.behave(hostile.json_ok)
        events = watch.go_through(TROUBLES[trouble](bed.network), "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events)


def test_a_lost_network_and_its_return_are_seen_without_being_asked(bed: Bed) -> None:
    with bed.watch(bed.vendor("alpha"), bed.vendor("beta"), polling=OWN_PACE) as watch:
        bed.network.switch_off()
        offline = watch.event("offline")
        bed.network.switch_on()
        watch.event("online")
        watch.results("alpha", "beta", after=offline)
        events = watch.end()

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_lone_provider_is_never_judged_by_a_network_that_nobody_vouches_for(bed: Bed, trouble: str) -> None:
    def is_in_doubt() -> bool:
        status = bed.run("status", "--json").json
        return status["vantage"] == "offline" or "checking" in status["providers"][0]["detail"]

    way = TROUBLES[trouble](bed.network)
    # One failure that counted would do.
    with bed.watch(bed.vendor("alpha"), polling=f"{POLLING}confirm_after = 1\n") as watch:
        before = watch.events[-1]
        way.begin()
        watch.check_now()
        bed.wait_until(is_in_doubt, "alpha is in doubt")
        way.end()
        with watch.asking():
            watch.results("alpha", after=before)
        events = watch.end()

    assert_nobody_is_blamed(events)
    assert {gap["cause"] for gap in named(events, "gap")} <= {"offline", "unproven"}


@pytest.mark.parametrize("trouble", ["the default route is gone", "the line behind the router is dead"])
@pytest.mark.parametrize("names", [NAMES[:1], NAMES[:2]])
def test_check_without_a_network_says_that_it_does_not_know(
    bed: Bed, trouble: str, names: tuple[str, ...]
) -> None:
    bed.configure(*(bed.vendor(name) for name in names), polling=HASTY)
    TROUBLES[trouble](bed.network).begin()

    checked = bed.run("check", "--json")

    assert checked.code == 3
    assert {light["service"] for light in checked.json["providers"]} == {"unknown"}
    assert {light["incident"] for light in checked.json["providers"]} == {None}


def test_check_where_there_is_no_network_at_all_says_that_it_does_not_know(bed: Bed) -> None:
    bed.configure(bed.vendor("alpha"), bed.vendor("beta"), bed.machine("gamma"))

    checked = bed.run("check", "--json", within=("unshare", "--net"))

    assert checked.code == 3
    assert checked.json["vantage"] == "offline"
    assert {light["service"] for light in checked.json["providers"]} == {"unknown"}
