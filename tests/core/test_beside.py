"""What we measure and what their page says, side by side: neither is hidden where they disagree."""

from dataclasses import replace
from typing import Any

import pytest

from core.builders import Life, at, clock_time, key, target
from trayuptime.core import beside, claims, lights
from trayuptime.core.claims import Claim
from trayuptime.core.lights import ProviderLight, Watched
from trayuptime.core.model import Feed, FeedState, IncidentKind, Network, Reach, Service, Surface
from trayuptime.core.summary import account

UP, DEGRADED, DOWN, UNKNOWN = FeedState.UP, FeedState.DEGRADED, FeedState.DOWN, FeedState.UNKNOWN
MAINTENANCE = FeedState.MAINTENANCE
MAY_BE = " (your region, a proxy or a VPN may be why)"


def life_with(letters: str, state: FeedState | None, others: str = "", **more: Any) -> Life:
    """Provider a with these letters and this page, read at the last of them; b beside it."""
    life = Life("a", "b")
    for minute in range(max(len(letters), len(others))):
        if minute < len(letters):
            life.see(60 * minute, letters[minute])
        if minute < len(others):
            life.see(60 * minute + 1, others[minute], "b")
    life.now_s = 60.0 * len(letters)
    life.apply(claims.follow(life.state, {"a": "https://status.example.com"}, at(0)))
    if state is not None:
        read = at(life.now_s - 59)
        life.apply(claims.hear(life.state, Claim(Feed(read, "a", state, url="https://s.example", **more))))
    return life


def light_of(life: Life) -> ProviderLight:
    return lights.provider_light(life.state, Watched("a", "A", (Surface.API,)), at(life.now_s - 59))


def said(life: Life) -> str:
    return beside.sentence(life.state, light_of(life), at(life.now_s - 59))


def test_a_reopened_outage_is_not_told_as_if_nothing_had_answered_in_between() -> None:
    life = life_with("SFFFSSSFFF", UP)

    assert light_of(life).service is Service.DOWN
    assert "you have had no good answer from them for 2 min" in said(life)


@pytest.mark.parametrize(
    ("letters", "state", "more", "sentence", "short"),
    [
        ("SSSS", UP, {}, "", ""),
        ("SSSS", UNKNOWN, {}, "", ""),
        (
            "SSSS",
            DOWN,
            {"title": "Outage"},
            "Their page says down: Outage; from here they answer, it may concern other regions or models",
            "their page says down",
        ),
        (
            "SSSS",
            MAINTENANCE,
            {"title": "Tonight"},
            "Their page says maintenance: Tonight",
            "maintenance announced",
        ),
        ("SFFF", DEGRADED, {"title": "Errors"}, "Their page says so too: Errors", "their page says so too"),
        ("SFFF", DOWN, {}, "Their page says so too", "their page says so too"),
        (
            "SFFF",
            UP,
            {},
            f"Their page says operational; you have had no good answer from them for 2 min 1 s{MAY_BE}",
            "their page says operational",
        ),
        ("SSSSLLL", DEGRADED, {}, "Their page says degraded", "their page says degraded"),
        ("SSSS", UP, {"note": "their page does not list API"}, "Their page does not list API", ""),
        (
            "SSSS",
            UP,
            {"frozen": True},
            "Their page stayed green through an outage and has not changed since, so it counts for nothing",
            "",
        ),
    ],
)
def test_their_page_is_told_where_it_is_worth_reading(
    letters: str, state: FeedState, more: dict[str, Any], sentence: str, short: str
) -> None:
    life = life_with(letters, state, **more)

    assert said(life) == sentence
    assert beside.short(light_of(life)) == short


def test_a_vendor_that_says_fine_while_we_cannot_reach_it_is_contradicted_with_what_proves_it() -> None:
    life = life_with("SNNN", UP, "SSSS")

    assert said(life) == (
        "Their page says operational; you have not reached them for 2 min 1 s;"
        f" others on your network answer{MAY_BE}"
    )


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (Network(proxy="proxy.corp:3128"), " (your proxy proxy.corp:3128 or your region may be why)"),
        (Network(tunnels=("wg0",)), " (your VPN wg0 or its region may be why)"),
        (Network(), MAY_BE),
    ],
)
def test_what_of_our_own_may_be_the_cause_is_named(network: Network, why: str) -> None:
    life = life_with("SFFF", UP)
    surface = life.surface()
    assert surface.last is not None
    known = replace(surface, last=replace(surface.last, network=network))
    life.state = replace(life.state, surfaces={**life.state.surfaces, key("a"): known})

    assert said(life).endswith(why)


def test_of_a_server_on_this_computer_no_network_is_blamed() -> None:
    life = Life(targets={"a": target("127.0.0.1:1", Reach.LOOPBACK)}).run("SFFF")
    life.apply(claims.follow(life.state, {"a": "https://status.example.com"}, at(0)))
    life.apply(claims.hear(life.state, Claim(Feed(at(181), "a", UP))))

    assert said(life) == "Their page says operational; you have had no good answer from them for 2 min 1 s"
    assert "Their page says operational." in _account(life), "since when, the account has said already"


def test_without_a_page_nothing_is_said_of_one() -> None:
    life = Life("a").run("SFFF")

    assert said(life) == ""
    assert beside.short(light_of(life)) == ""


def test_a_page_that_cannot_be_read_is_told_only_while_it_would_matter() -> None:
    for letters, sentence in (
        ("SSSS", ""),
        ("SFFF", "Their page cannot be read: it answers 403"),
    ):
        life = life_with(letters, UP)
        for _ in range(3):
            life.apply(claims.miss(life.state, "a", "it answers 403", at(200)))

        assert said(life) == sentence
        assert beside.short(light_of(life)) == ""


def test_a_page_that_is_read_no_longer_is_stale() -> None:
    life = life_with("SSSS", UP)
    later = lights.provider_light(life.state, Watched("a", "A", (Surface.API,)), at(life.now_s + 3_600))

    assert later.feed is not None
    assert (later.feed.is_stale, later.feed.says) == (True, UNKNOWN)


# In the account


def test_the_account_names_the_vendor_unless_the_headline_has_just_done_so() -> None:
    down = life_with("SFFF", UP, "SSSS")
    up = life_with("SSSS", DOWN, "SSSS", title="Outage")

    assert "Their page says operational; your region, a proxy or a VPN may be why." in _account(down)
    assert any(line.startswith("A: their page says down: Outage") for line in _account(up))


def _account(life: Life) -> tuple[str, ...]:
    return account(life.state, [light_of(life)], clock_time, at(life.now_s - 59))


# The story of an incident


def test_the_story_of_an_incident_has_their_first_word_and_their_last() -> None:
    incident = Life("a").run("S FFF SS").incident()
    spoken = replace(incident, acknowledged_at=at(840), vendor_last_at=at(1_800), vendor_title="Errors")

    assert beside.story(incident, clock_time) == ""
    assert beside.story(spoken, clock_time) == (
        "their first word 12:14, 13 min after our first failure, their last 12:30: Errors"
    )
    early = replace(spoken, acknowledged_at=at(0), vendor_last_at=at(0), vendor_title="")
    assert beside.story(early, clock_time) == "their first word 12:00, 1 min before our first failure"


def test_a_vendors_record_counts_what_it_admitted_and_how_late() -> None:
    outage = Life("a").run("S FFF SS").incident()
    late = replace(outage, acknowledged_at=outage.started_at + 600_000)
    later = replace(outage, acknowledged_at=outage.started_at + 1_200_000)
    early = replace(outage, acknowledged_at=outage.started_at - 60_000)
    slow = replace(outage, kind=IncidentKind.DEGRADED)

    assert beside.record("A", [slow]) == ""
    assert beside.record("A", [outage]) == "A: its page did not speak of the outage"
    assert beside.record("A", [outage] * 3) == "A: its page did not speak of any of 3 outages"
    assert beside.record("A", [late]) == "A: its page spoke of the outage 10 min after us"
    assert beside.record("A", [outage, early, slow]) == "A: its page spoke of 1 of 2 outages, 1 min before us"
    assert (
        beside.record("A", [late, later]) == "A: its page spoke of 2 of 2 outages, typically 15 min after us"
    )


def test_of_a_surface_that_is_watched_no_more_no_others_are_told() -> None:
    life = life_with("SFFF", UP)
    life.state = replace(life.state, watched={})

    assert "others on your network" not in said(life)


@pytest.mark.parametrize(
    ("lead_s", "told"),
    [
        (0.0, "at the same time as us"),
        (-0.4, "at the same time as us"),
        (1.0, "1 s after us"),
        (-60.0, "1 min before us"),
    ],
)
def test_nobody_is_no_time_late(lead_s: float, told: str) -> None:
    assert beside.ahead(lead_s) == told
