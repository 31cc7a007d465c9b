"""Before the log-in at a hotel somebody else answers for every vendor, and none of them is blamed."""

from collections.abc import Callable

import pytest

import hostile
from netns.bed import Bed, Trouble
from netns.network import ROUTER, VENDORS
from netns.telling import assert_away_and_back_once, assert_nobody_is_blamed, titles

pytestmark = pytest.mark.netns

ANSWERS = {"a page": hostile.html, "a redirect": hostile.redirect("http://portal.example/login")}


def own_names(bed: Bed) -> None:
    bed.names.everyone = ROUTER


def leave_names(bed: Bed) -> None:
    bed.names.everyone = None


def taken_addresses(bed: Bed) -> Trouble:
    network = bed.network
    return Trouble(lambda: network.take_for_router(VENDORS), lambda: network.leave_to_others(VENDORS))


def test_a_portal_that_owns_every_name_is_a_portal_and_no_outage(bed: Bed) -> None:
    bed.portal(ROUTER, 443, hostile.html, tls=True)
    with bed.watch(bed.vendor("alpha"), bed.vendor("beta")) as watch:
        trouble = Trouble(lambda: own_names(bed), lambda: leave_names(bed))
        events = watch.go_through(trouble, "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events, "portal")
    assert titles(events) == ["This network asks you to log in"]


def test_somebody_who_breaks_into_every_tls_connection_is_a_portal(bed: Bed) -> None:
    bed.portal("0.0.0.0", 443, hostile.json_ok, tls=True)
    with bed.watch(bed.vendor("alpha"), bed.vendor("beta")) as watch:
        events = watch.go_through(taken_addresses(bed), "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events, "portal")


def taken_names(bed: Bed) -> Trouble:
    return Trouble(lambda: own_names(bed), lambda: leave_names(bed))


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("taken", [taken_addresses, taken_names])
def test_a_portal_that_answers_plain_http_for_everybody_is_no_outage(
    bed: Bed, answer: str, taken: Callable[[Bed], Trouble]
) -> None:
    bed.portal("0.0.0.0", 80, ANSWERS[answer], tls=False)
    with bed.watch(bed.vendor("alpha", tls=False), bed.vendor("beta", tls=False)) as watch:
        events = watch.go_through(taken(bed), "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events, "portal")


def test_check_behind_a_portal_says_that_it_does_not_know(bed: Bed) -> None:
    bed.configure(bed.vendor("alpha"), bed.vendor("beta"))
    bed.portal(ROUTER, 443, hostile.html, tls=True)
    own_names(bed)

    checked = bed.run("check", "--json")

    assert (checked.code, checked.json["vantage"]) == (3, "portal")
    assert {light["service"] for light in checked.json["providers"]} == {"unknown"}
