"""Vendors' status pages as the poller reads them: their pace, their word beside ours, their testimony."""

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runtime.world import (
    BROKEN,
    FINE,
    NO_NAME,
    REFUSED,
    Ring,
    Says,
    Watch,
    always,
    api,
    by_time,
    config,
    only,
    second_of,
    watch,
)
from trayuptime.core.contract import event
from trayuptime.core.model import FeedState, Service, Vantage
from trayuptime.core.state import FeedSaid, VantageChanged, WentDown

UP, DEGRADED, DOWN, UNKNOWN = FeedState.UP, FeedState.DEGRADED, FeedState.DOWN, FeedState.UNKNOWN
PAGE = 'feed = "https://page.example"'
WEB_PAGE = Says(body=b"<!doctype html><title>Status</title>", headers={"content-type": "text/html"})
GONE = Says(404, body=b"not here")
WALL = Says(403, body=b"<html>Just a moment...</html>", headers={"content-type": "text/html"})
INDICATORS = {"operational": "none", "degraded_performance": "minor", "major_outage": "critical"}


def page(status: str = "operational", *, headers: Mapping[str, str] | None = None, **more: Any) -> Says:
    """A Statuspage summary with an API of this status, and a web page that is well."""
    summary = {
        "page": {"id": "p", "name": "Vendor", "url": "https://page.example"},
        "components": [
            {"id": "api1", "name": "API", "status": status},
            {"id": "web1", "name": "Website", "status": more.pop("web", "operational")},
        ],
        "incidents": more.pop("incidents", []),
        "scheduled_maintenances": [],
        "status": {"indicator": INDICATORS[status], "description": "x"},
    }
    return Says(body=json.dumps(summary).encode(), headers=headers or {}, **more)


def incident(second: float, *, first_s: float, status: str = "investigating") -> dict[str, Any]:
    return {
        "id": "i1",
        "name": "API errors",
        "status": status,
        "impact": "major",
        "started_at": stamp(second),
        "created_at": stamp(first_s),
        "updated_at": stamp(first_s),
        "resolved_at": None,
        "components": [{"id": "api1", "name": "API", "status": "major_outage"}],
        "incident_updates": [{"id": "u1", "status": status, "body": "x", "created_at": stamp(first_s)}],
    }


def stamp(second: float) -> str:
    minutes, seconds = divmod(round(second), 60)
    return f"2026-03-29T{16 + minutes // 60}:{minutes % 60:02d}:{seconds:02d}.000Z"


def home(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def said(seen: Watch) -> list[tuple[float, FeedState, str]]:
    return [(round(second_of(h.at)), h.feed.says, h.feed.title) for h in seen.happened(FeedSaid)]


# The pace


def test_a_page_is_read_at_the_start_and_then_gently(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"page": always(page())}, a=PAGE).live(600)

    assert [round(s) for s in seen.world.seconds("page.example")] == [0, 180, 360, 540]
    assert said(seen) == [(0, UP, "")]


@pytest.mark.parametrize("hosts", [{"a": always(BROKEN)}, {"page": always(page("major_outage"))}])
def test_while_anything_is_wrong_it_is_read_every_minute(tmp_path: Path, hosts: dict[str, Any]) -> None:
    seen = watch(tmp_path, "a", hosts={"page": always(page()), **hosts}, a=PAGE).live(300)

    asked = [s for s in seen.world.seconds("page.example") if s >= 60]
    assert [round(b - a) for a, b in pairwise(asked)] == [60] * (len(asked) - 1)
    assert len(asked) >= 3


def test_a_page_on_this_computer_is_read_at_the_providers_own_pace(tmp_path: Path) -> None:
    near = 'base_url = "http://127.0.0.1:1/v1"\nfeed = "http://127.0.0.1:2/"\ninterval = "5s"'
    seen = Watch(tmp_path, config("a", a=near), {}, Ring())
    seen.world.hosts["127.0.0.1"] = always(page())
    seen.live(20)

    pages = [asked.second for asked in seen.world.asked if asked.host == "127.0.0.1:2"]
    assert [round(second) for second in pages] == [0, 5, 10, 15]


def test_an_unchanged_page_is_asked_for_in_short(tmp_path: Path) -> None:
    dated = {"etag": 'W/"1"', "last-modified": "Sun, 29 Mar 2026 16:00:00 GMT"}
    hosts = {"page": by_time((0, page(headers=dated)), (100, Says(304, body=b"")))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(400)

    asked = [each.headers for each in seen.world.asked if each.host.startswith("page")]
    assert "if-none-match" not in asked[0]
    assert (asked[1]["if-none-match"], asked[1]["if-modified-since"]) == (
        dated["etag"],
        dated["last-modified"],
    )
    assert seen.state.feeds["a"].says is UP
    assert second_of(seen.state.feeds["a"].at or 0) > 300, "a short answer is a reading"


def test_no_page_is_read_while_paused_or_once_its_provider_is_gone(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"page": always(page())}, a=PAGE)
    seen.live(
        2_000,
        (100, lambda: seen.poller.pause(None)),
        (1_000, seen.resume),
        (1_100, lambda: seen.poller.reconfigure(config("b"))),
    )

    assert [round(s) for s in seen.world.seconds("page.example")] == [0, 1_000]
    assert seen.state.feeds == {}


def test_two_providers_of_one_vendor_share_one_reading(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"page": always(page("major_outage"))}, a=PAGE, b=PAGE).live(30)

    assert len(seen.world.seconds("page.example")) == 1
    assert {name: feed.says for name, feed in seen.state.feeds.items()} == {"a": DOWN, "b": DOWN}


def test_a_page_that_asks_to_wait_is_left_alone(tmp_path: Path) -> None:
    slow_down = Says(429, body=b"", headers={"retry-after": "1000"})
    seen = watch(tmp_path, "a", "b", hosts={"page": by_time((0, slow_down), (900, page()))}, a=PAGE).live(
        1_100
    )

    asked = seen.world.seconds("page.example")
    assert (len(asked), round(asked[1])) == (2, 1_000)


def test_a_setting_keeps_the_page_from_being_read(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a='feed = "none"').live(60)

    assert {asked.host for asked in seen.world.asked} == {"a.example:443"}
    assert seen.state.feeds == {}


# What it says


def test_a_change_of_their_word_is_an_event_and_no_light(tmp_path: Path) -> None:
    hosts = {"page": by_time((0, page()), (170, page("major_outage")), (700, page()))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(1_000)

    assert [(state, title) for _, state, title in said(seen)] == [(UP, ""), (DOWN, "API"), (UP, "")]
    assert seen.state.surface(api("a")).service is Service.UP
    told = event(seen.happened(FeedSaid)[1])
    assert told is not None
    assert {name: told[name] for name in ("event", "provider", "state", "title", "url")} == {
        "event": "feed",
        "provider": "a",
        "state": "down",
        "title": "API",
        "url": "https://page.example",
    }


def test_somebody_elses_component_changes_nothing(tmp_path: Path) -> None:
    scoped = f'{PAGE}\nfeed_components = ["api"]'
    hosts = {"page": always(page(web="major_outage"))}
    seen = watch(tmp_path, "a", hosts=hosts, a=scoped).live(30)

    assert seen.state.feeds["a"].says is UP


def test_a_component_that_is_missing_three_times_is_told(tmp_path: Path) -> None:
    scoped = f'{PAGE}\nfeed_components = ["Fax"]'
    hosts = {"page": always(page())}
    early = watch(home(tmp_path, "1"), "a", "b", hosts=hosts, a=scoped).live(200)
    late = watch(home(tmp_path, "2"), "a", "b", hosts=hosts, a=scoped).live(900)

    assert (early.state.feeds["a"].says, early.state.feeds["a"].note) == (UNKNOWN, "")
    assert late.state.feeds["a"].note == "their page does not list Fax"


def test_their_first_word_is_kept_with_our_incident(tmp_path: Path) -> None:
    story = page("major_outage", incidents=[incident(60, first_s=240)])
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (600, FINE)), "page": by_time((0, page()), (250, story))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(900)

    with seen.reader() as reader:
        kept = only(reader.incidents())
    assert second_of(kept.acknowledged_at) == 240
    assert kept.vendor_title == "API errors"


# When it cannot be read


@pytest.mark.parametrize("bad", [WEB_PAGE, GONE, WALL, Says(body=b"{}"), REFUSED, Says(500, body=b"")])
def test_a_page_that_cannot_be_read_is_never_green(tmp_path: Path, bad: Says) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"page": by_time((0, page()), (100, bad))}, a=PAGE).live(2_000)

    feed = seen.state.feeds["a"]
    assert (feed.says, feed.is_stale) == (UNKNOWN, True)
    assert feed.why
    assert [state for _, state, _ in said(seen)] == [UP, UNKNOWN]
    assert not seen.happened(WentDown)


def test_a_page_that_moved_for_good_is_followed_and_its_new_place_remembered(tmp_path: Path) -> None:
    moved = Says(301, body=b"", headers={"location": "https://new.example/api/v2/summary.json"})
    hosts = {"page": always(moved), "new": always(page())}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(600)

    assert len(seen.world.seconds("page.example")) == 1
    assert len(seen.world.seconds("new.example")) == 4
    assert seen.state.feeds["a"].says is UP


def test_a_page_that_leads_in_circles_is_left(tmp_path: Path) -> None:
    around = Says(302, body=b"", headers={"location": "https://page.example/around"})
    seen = watch(tmp_path, "a", "b", hosts={"page": always(around)}, a=PAGE).live(60)

    assert seen.state.feeds["a"].says is UNKNOWN
    assert len(seen.world.seconds("page.example")) < 100


@pytest.mark.parametrize(
    "to",
    ["http://page.example/plain", "https://127.0.0.1/near", "javascript:alert(1)", "https://u:p@b.example/"],
)
def test_a_page_leads_to_no_plain_and_no_nearer_host(tmp_path: Path, to: str) -> None:
    away = Says(302, body=b"", headers={"location": to})
    seen = watch(tmp_path, "a", "b", hosts={"page": always(away), "127.0.0.1": always(page())}, a=PAGE).live(
        60
    )

    assert {asked.host for asked in seen.world.asked} <= {
        "a.example:443",
        "b.example:443",
        "page.example:443",
    }
    assert seen.state.feeds["a"].says is UNKNOWN


# As a witness


def test_a_lone_providers_outage_is_proven_by_its_page(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, REFUSED)), "page": always(page())}
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE).live(300)

    assert second_of(only(seen.happened(WentDown)).incident.started_at) == 60


def test_where_the_page_is_silent_too_it_is_you(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (60, NO_NAME), (600, FINE)),
        "page": by_time((0, page()), (60, NO_NAME), (600, page())),
    }
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE).live(900)

    assert [h.vantage for h in seen.happened(VantageChanged)] == [Vantage.OFFLINE, Vantage.ONLINE]
    assert not seen.happened(WentDown)


def test_a_page_that_is_always_silent_is_nobodys_witness(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (2_000, REFUSED)), "page": always(REFUSED)}
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE).live(2_400)

    assert not seen.happened(VantageChanged), "its silence is no sign that this computer is offline"
    assert not seen.happened(WentDown)
    assert seen.state.surface(api("a")).service is Service.UNKNOWN or seen.state.waiting


# When it is not to be believed


def test_a_page_that_stayed_green_through_an_outage_is_frozen_until_it_says_something_else(
    tmp_path: Path,
) -> None:
    hosts = {
        "a": by_time((0, FINE), (60, BROKEN), (600, FINE)),
        "page": by_time((0, page()), (2_000, page("degraded_performance")), (2_300, page())),
    }
    frozen = watch(home(tmp_path, "1"), "a", "b", hosts=hosts, a=PAGE).live(1_500)
    thawed = watch(home(tmp_path, "2"), "a", "b", hosts=hosts, a=PAGE).live(3_000)

    assert (frozen.state.feeds["a"].frozen, frozen.state.feeds["a"].says) == (True, UNKNOWN)
    assert (thawed.state.feeds["a"].frozen, thawed.state.feeds["a"].says) == (False, UP)


def test_many_pages_of_one_platform_that_fail_together_are_the_platforms_own_trouble(tmp_path: Path) -> None:
    ids = ("a", "b", "c", "d")
    pages: dict[str, Any] = {name: f'feed = "https://page{name}.example"' for name in ids}
    hosts = {f"page{name}": by_time((0, page()), (100, Says(502, body=b""))) for name in ids}
    seen = watch(tmp_path, *ids, hosts=hosts, **pages).live(900)

    assert all("seems to be down" in seen.state.feeds[name].why for name in ids)
