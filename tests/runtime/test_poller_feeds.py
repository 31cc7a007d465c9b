"""Vendors' status pages as the poller reads them: their pace, their word beside ours, their testimony."""

import asyncio
import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from feeds.pages import TROUBLED
from runtime.world import (
    BROKEN,
    FINE,
    NO_NAME,
    REFUSED,
    SILENT,
    Ring,
    Says,
    Watch,
    World,
    always,
    api,
    by_time,
    config,
    only,
    second_of,
    watch,
)
from trayuptime.core.contract import event
from trayuptime.core.feed import PageIncident
from trayuptime.core.model import FeedState, Service, Vantage
from trayuptime.core.state import FeedSaid, State, VantageChanged, WentDown
from trayuptime.net.transport import Request
from trayuptime.runtime import feed_round
from trayuptime.runtime.feed_round import MOST_KEPT
from trayuptime.runtime.once import check
from trayuptime.runtime.told import Keys
from virtual_time import START, VirtualClock, run

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


@pytest.mark.parametrize(("api", "pace_s"), [(FINE, 60), (BROKEN, 5)], ids=["calm", "in trouble"])
def test_a_page_on_this_computer_is_read_at_the_providers_own_pace_in_trouble(
    tmp_path: Path, api: Says, pace_s: int
) -> None:
    near = 'base_url = "http://127.0.0.1:1/v1"\nfeed = "http://localhost:2/"\ninterval = "5s"'
    seen = Watch(tmp_path, config("a", a=near), {}, Ring())
    seen.world.hosts |= {"127.0.0.1": always(api), "localhost": always(page())}
    seen.live(150)

    asked = [each.second for each in seen.world.asked if each.host == "localhost:2"]
    gaps = {round(later - earlier) for earlier, later in pairwise(asked[3:])}
    assert gaps <= {pace_s}
    assert len(asked) == pytest.approx(150 / pace_s, abs=2)


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


def test_two_regions_of_one_vendor_are_read_both(tmp_path: Path) -> None:
    def lines(region: str) -> str:
        return (
            f'kind = "bedrock"\nkey = "none"\nbase_url = "https://bedrock-mantle.{region}.api.aws/openai/v1"'
        )

    seen = watch(tmp_path, "us", "eu", us=lines("us-east-1"), eu=lines("eu-west-1"))
    elsewhere(seen, lambda url, _: Says(body=b"[]") if "health.aws" in url else None).live(30)

    assert {name: feed.says for name, feed in seen.state.feeds.items()} == {"us": UP, "eu": UP}


def test_an_outage_of_ours_brings_the_next_reading_forward(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (420, BROKEN)),
        "page": by_time((0, page()), (430, page("major_outage"))),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(700)

    (ours,) = [each for each in seen.state.surfaces.values() if each.incident is not None]
    assert ours.incident is not None
    assert ours.incident.acknowledged_at is not None
    assert 430 <= second_of(ours.incident.acknowledged_at) <= 490
    assert min(b - a for a, b in pairwise(seen.world.seconds("page.example"))) >= 58


def test_a_page_that_asks_to_wait_waits_through_an_outage_too(tmp_path: Path) -> None:
    wait = Says(429, headers={"retry-after": "600"}, body=b"")
    hosts = {"a": by_time((0, FINE), (420, BROKEN)), "page": by_time((0, page()), (300, wait))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(900)

    asked = seen.world.seconds("page.example")
    assert not [second for second in asked if 370 < second < 900]


def test_a_page_that_asks_to_wait_is_left_alone(tmp_path: Path) -> None:
    slow_down = Says(429, body=b"", headers={"retry-after": "1000"})
    seen = watch(tmp_path, "a", "b", hosts={"page": by_time((0, slow_down), (900, page()))}, a=PAGE).live(
        1_100
    )

    asked = seen.world.seconds("page.example")
    assert (len(asked), round(asked[1])) == (2, 1_000)


@pytest.mark.parametrize("status", [429, 503])
def test_a_page_that_wants_a_long_rest_is_asked_nowhere_else_and_its_old_word_is_stale(
    tmp_path: Path, status: int
) -> None:
    rest = Says(status, body=b"", headers={"retry-after": "3600"})
    seen = watch(tmp_path, "a", "b", hosts={"page": by_time((0, page()), (100, rest))}, a=PAGE).live(3_000)

    assert len(seen.world.seconds("page.example")) == 2
    assert [state for _, state, _ in said(seen)] == [UP, UNKNOWN]


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


def test_a_list_of_open_troubles_is_scoped_to_the_chosen_parts(tmp_path: Path) -> None:
    event = {
        "date": str(START // 1000),
        "arn": "arn:aws:health:us-east-1::event/EC2/1",
        "service": "ec2-us-east-1",
        "service_name": "Amazon EC2",
        "status": "3",
        "summary": "Outage",
        "event_log": [],
        "impacted_services": {},
    }
    hosts = {"page": always(Says(body=json.dumps([event]).encode()))}
    lines = f'{PAGE}\nfeed_components = ["Bedrock"]'
    seen = watch(tmp_path, "a", hosts=hosts, a=lines).live(120)

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


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["0", "-5", "Thu, 01 Jan 2026 00:00:00 GMT"])
def test_a_page_that_asks_for_no_wait_is_read_no_more_often_for_that(
    tmp_path: Path, status: int, wait: str
) -> None:
    hosts = {"page": always(Says(status, body=b"", headers={"retry-after": wait}))}
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE).live(600)

    assert 1 <= len(seen.world.seconds("page.example")) <= 25


@pytest.mark.parametrize("says", [WEB_PAGE, GONE], ids=["a web page", "404"])
def test_guesses_about_a_page_have_nobody_else_asked(tmp_path: Path, says: Says) -> None:
    seen = watch(tmp_path, "a", "b", "c", hosts={"page": always(says)}, a=PAGE).live(200)

    assert len(seen.world.seconds("page.example")) > 10
    assert seen.world.seconds("b.example") == seen.world.seconds("c.example") == [0, 60, 120, 180]


@pytest.mark.parametrize("stub", [[], {"incidents": []}, {"components": []}])
def test_whatever_answers_the_same_stub_everywhere_is_no_page_of_a_vendor(
    tmp_path: Path, stub: object
) -> None:
    says = Says(body=json.dumps(stub).encode(), headers={"content-type": "application/json"})
    seen = watch(tmp_path, "a", hosts={"page": always(says)}, a=PAGE).live(300)

    assert seen.state.feeds["a"].says is UNKNOWN


@pytest.mark.parametrize("to", ["http://[::1", "https://[", "//[x", "http://a:b:c/"])
def test_a_page_that_leads_to_no_address_at_all_cannot_be_read(tmp_path: Path, to: str) -> None:
    hosts = {"page": always(Says(302, body=b"", headers={"location": to}))}
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE).live(1_000)

    assert seen.state.feeds["a"].says is UNKNOWN


def test_a_fault_of_ours_in_reading_one_page_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_: object) -> None:
        raise TypeError("unhashable type: 'list'")

    monkeypatch.setattr(feed_round, "read", stumble)
    seen = watch(tmp_path, "a", "b", hosts={"page": always(page())}, a=PAGE).live(800)

    assert "stumbles over" in seen.state.feeds["a"].why
    assert seen.world.seconds("b.example")[-1] == 780
    assert "TypeError" in caplog.text


@pytest.mark.parametrize("ids", [("a",), ("a", "b")])
@pytest.mark.parametrize("status", [200, 511])
def test_a_portal_is_known_as_one_where_pages_are_read_too(
    tmp_path: Path, ids: tuple[str, ...], status: int
) -> None:
    portal = Says(
        status, headers={"content-type": "text/html"}, body=b"<html>log in here</html>", authentic=False
    )
    behind = {"a": FINE, "b": FINE, "page": page()}
    hosts = {name: by_time((0, fine), (1_000, portal), (3_000, fine)) for name, fine in behind.items()}
    seen = watch(tmp_path, *ids, hosts=hosts, a=PAGE).live(4_000)

    assert [told.vantage for told in seen.happened(VantageChanged)] == [Vantage.PORTAL, Vantage.ONLINE]
    assert len([second for second in seen.world.seconds("page.example") if 1_000 <= second < 3_000]) < 12


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


def test_pages_that_are_only_guessed_at_have_no_platform(tmp_path: Path) -> None:
    ids = ("a", "b", "c")
    pages: dict[str, Any] = {name: f'feed = "https://page{name}.example"' for name in ids}
    hosts = {f"page{name}": always(WEB_PAGE) for name in ids}
    seen = watch(tmp_path, *ids, hosts=hosts, **pages).live(2_000)

    assert all("web page" in seen.state.feeds[name].why for name in ids)


def test_a_quiet_page_in_slacks_shape_is_one(tmp_path: Path) -> None:
    quiet = Says(body=b'{"status": "ok", "date_created": "2026-09-22T00:00:00Z", "active_incidents": []}')
    seen = watch(
        tmp_path, "a", a='feed = "https://page.example/api/v2.0.0/current"', hosts={"page": always(quiet)}
    )

    assert seen.live(30).state.feeds["a"].says is UP


def test_what_a_page_does_not_list_is_told_once_and_not_after_every_start(tmp_path: Path) -> None:
    scoped = f'{PAGE}\nfeed_components = ["Fax"]'
    watch(tmp_path, "a", hosts={"page": always(page())}, a=scoped).live(900)
    again = watch(tmp_path, "a", hosts={"page": always(page())}, a=scoped)
    again.clock.stepped_ms = 1_000_000
    again.live(900)

    assert again.happened(FeedSaid) == []
    assert again.state.feeds["a"].note == "their page does not list Fax"


def test_a_page_that_is_left_claims_nothing_in_the_history_any_more(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"page": always(page("major_outage"))}, a=PAGE)
    seen.live(600, (300, lambda: seen.poller.reconfigure(config("a"))))
    again = watch(tmp_path, "a", "b", hosts={"page": always(page())}, b=PAGE)
    again.clock.stepped_ms = 1_000_000
    again.live(60)
    gone = watch(tmp_path, "a")
    gone.clock.stepped_ms = 2_000_000
    gone.live(60)

    with gone.reader() as reader:
        told = [event for event in reversed(reader.transitions()) if event["event"] == "feed"]
    assert [(each["provider"], each["state"]) for each in told] == [
        ("a", "down"),
        ("a", "unknown"),
        ("b", "up"),
        ("b", "unknown"),
    ]
    assert round(second_of(seen.happened(FeedSaid)[-1].at)) == 300


# What hostile and unlucky pages may not do


def elsewhere(seen: Watch, answers: Callable[[str, float], Says | None]) -> Watch:
    """Answers by address; a `None` is answered as the world would."""
    usual = seen.world.says_to

    def says(request: Request) -> Says:
        found = answers(request.url, asyncio.get_running_loop().time())
        return usual(request) if found is None else found

    seen.world.says_to = says  # type: ignore[method-assign]
    return seen


def test_a_frozen_page_is_told_once_and_stays_so_through_a_new_configuration_and_a_restart(
    tmp_path: Path,
) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (600, FINE)), "page": always(page())}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE)
    seen.live(4_000, (3_000, lambda: seen.poller.reconfigure(config("a", "b", a=f"{PAGE}\nname = 'x'"))))
    again = watch(tmp_path, "a", "b", hosts={"page": always(page())}, a=PAGE)
    again.clock.stepped_ms = 5_000_000
    again.live(600)

    assert [state for _, state, _ in said(seen)] == [UP, UNKNOWN]
    assert (again.state.feeds["a"].frozen, again.happened(FeedSaid)) == (True, [])


def test_what_one_address_said_of_its_age_is_not_told_to_another(tmp_path: Path) -> None:
    dated = page(headers={"etag": '"1"'})
    away = Says(302, body=b"", headers={"location": "https://new.example/api/v2/summary.json"})
    hosts = {
        "page": by_time((0, dated), (100, away)),
        "new": always(page("major_outage")),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(400)

    there = [each.headers for each in seen.world.asked if each.host.startswith("new")]
    assert there
    assert all("if-none-match" not in headers for headers in there)
    assert seen.state.feeds["a"].says is DOWN


def test_a_short_answer_that_was_not_asked_for_is_no_page(tmp_path: Path) -> None:
    hosts = {"page": by_time((0, page()), (100, Says(304, body=b"")))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(1_500)

    assert seen.state.feeds["a"].says is UNKNOWN


def test_guesses_are_no_other_addresses_to_compare_a_page_with(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='feed = "https://page.example/status"')
    elsewhere(
        seen,
        lambda url, _: (page() if url.endswith("/api/v2/summary.json") else GONE) if "page" in url else None,
    ).live(1_260)

    asked = seen.world.seconds("page.example")
    assert max(sum(minute <= s < minute + 60 for s in asked) for minute in range(0, 1_200, 60)) <= 1


def test_a_page_that_can_be_read_nowhere_is_not_asked_for_everywhere_again_and_again(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"page": always(WEB_PAGE)}, a=PAGE).live(7_200)

    asked = seen.world.seconds("page.example")
    assert len([s for s in asked if s < 10]) <= 6, "spread over the seconds"
    assert len([s for s in asked if s >= 3_600]) <= 26, "once an hour"


LINKS = (
    b'<html><head><link rel="alternate" type="application/rss+xml" href="%s"></head><body>Fine</body></html>'
)


def _named(url: bytes) -> Callable[[str, float], Says | None]:
    feed = Says(headers={"content-type": "application/rss+xml"}, body=TROUBLED["rss"][1])

    def says(asked: str, _second: float) -> Says | None:
        if asked.endswith("/odd/place"):
            return feed
        if "page.example" in asked:
            return Says(headers={"content-type": "text/html"}, body=LINKS % url)
        return None

    return says


def test_a_feed_that_the_page_names_itself_is_read(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", a='feed = "https://page.example/"')
    elsewhere(seen, _named(b"/odd/place")).live(1_200)

    assert seen.state.feeds["a"].says is not UNKNOWN
    late = [each for each in seen.world.asked if each.host.startswith("page") and each.second > 300]
    assert {each.path for each in late} == {"/odd/place"}


def test_a_page_that_names_other_feeds_at_every_reading_does_not_make_the_round_longer(
    tmp_path: Path,
) -> None:
    seen = watch(tmp_path, "a", "b", a='feed = "https://page.example/"')

    def says(asked: str, second: float) -> Says | None:
        if asked == "https://page.example/":
            return Says(headers={"content-type": "text/html"}, body=LINKS % b"/feed-%d" % second)
        return GONE if "page.example" in asked else None

    elsewhere(seen, says).live(12 * 3_600)

    asked = seen.world.seconds("page.example")
    early, late = (sum(hour * 3_600 <= second < (hour + 1) * 3_600 for second in asked) for hour in (2, 11))
    assert late <= early


@pytest.mark.parametrize("url", [b"http://page.example/odd/place", b"http://127.0.0.1/odd/place"])
def test_a_page_does_not_lead_to_a_plain_or_a_nearer_feed(tmp_path: Path, url: bytes) -> None:
    seen = watch(tmp_path, "a", "b", a='feed = "https://page.example/"')
    elsewhere(seen, _named(url)).live(1_200)

    assert not [each for each in seen.world.asked if each.path == "/odd/place"]


def test_a_document_of_another_address_is_not_asked_for_by_the_mark_of_the_first(tmp_path: Path) -> None:
    """A redirect for a while leads to a green copy; then the page says that the red one has not changed."""
    red, green = page("major_outage", headers={"etag": '"red"'}), page(headers={"etag": '"copy"'})
    seen = watch(tmp_path, "a", "b", a=PAGE)
    usual = seen.world.says_to

    def says(request: Request) -> Says:
        second = asyncio.get_running_loop().time()
        if "copy.example" in request.url:
            return green
        if "page.example" not in request.url:
            return usual(request)
        if 100 < second < 170:
            return Says(302, body=b"", headers={"location": "https://copy.example/summary.json"})
        return Says(304, body=b"") if request.headers.get("if-none-match") == '"red"' else red

    seen.world.says_to = says  # type: ignore[method-assign]
    seen.live(600)

    assert seen.state.feeds["a"].says is DOWN


def test_a_catalogues_second_address_is_asked_whether_it_says_the_same(tmp_path: Path) -> None:
    lines = 'kind = "anthropic"\nbase_url = "https://a.example"'
    hosts = {"a": by_time((0, FINE), (60, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=lines)
    main, mirror = claude("operational"), claude("major_outage")

    def says(url: str, _second: float) -> Says | None:
        return main if "status.claude.com" in url else mirror if "statuspage.io" in url else None

    elsewhere(seen, says).live(2_000)

    assert seen.state.feeds["a"].says is DOWN


def test_a_second_address_that_says_the_same_or_nothing_leaves_the_first_in_its_place(tmp_path: Path) -> None:
    for name, mirror in (("same", claude("operational")), ("wall", WALL), ("odd", claude("banana"))):
        lines = 'kind = "anthropic"\nbase_url = "https://a.example"'
        hosts = {"a": by_time((0, FINE), (60, BROKEN))}
        seen = watch(home(tmp_path, name), "a", "b", hosts=hosts, a=lines)

        def says(url: str, _second: float, mirror: Says = mirror) -> Says | None:
            return (
                claude("operational") if "claude.com" in url else mirror if "statuspage.io" in url else None
            )

        elsewhere(seen, says).live(3_000)

        assert (seen.state.feeds["a"].says, seen.state.feeds["a"].unread) == (UP, 0), name


def claude(status: str) -> Says:
    summary = {
        "page": {"id": "p", "name": "Claude", "url": "https://status.claude.com"},
        "components": [{"id": "k8w3r06qmzrp", "name": "Claude API (api.anthropic.com)", "status": status}],
        "incidents": [],
        "scheduled_maintenances": [],
        "status": {"indicator": "none", "description": "x"},
    }
    return Says(body=json.dumps(summary).encode())


def test_a_move_is_remembered_only_once_the_page_could_be_read_there(tmp_path: Path) -> None:
    to_login = Says(301, body=b"", headers={"location": "https://new.example/login"})
    hosts = {"page": by_time((0, page()), (100, to_login), (1_000, page())), "new": always(WEB_PAGE)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=PAGE).live(3_000)

    assert (seen.state.feeds["a"].says, seen.state.feeds["a"].unread) == (UP, 0)


def test_while_this_computer_is_offline_no_page_is_called_unreadable(tmp_path: Path) -> None:
    ids = ("a", "b", "c")
    pages: dict[str, Any] = {name: f'feed = "https://page{name}.example"' for name in ids}
    away = {name: by_time((0, FINE), (300, NO_NAME), (4_000, FINE)) for name in ids}
    away |= {f"page{name}": by_time((0, page()), (300, NO_NAME), (4_000, page())) for name in ids}
    seen = watch(tmp_path, *ids, hosts=away, **pages).live(3_900)

    assert all(feed.says is UP and "seems to be down" not in feed.why for feed in seen.state.feeds.values())
    assert [state for _, state, _ in said(seen)] == [UP] * 3


def test_a_page_that_has_not_answered_in_this_run_makes_nobody_offline(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (600, REFUSED)), "page": always(SILENT)}
    watch(tmp_path, "a", hosts=hosts, a=PAGE).live(1_000)
    again = watch(tmp_path, "a", hosts={"a": always(REFUSED), "page": always(SILENT)}, a=PAGE)
    again.clock.stepped_ms = 1_000_000
    again.live(9_000)

    assert (again.happened(VantageChanged), again.happened(WentDown)) == ([], [])


def test_a_new_configuration_makes_no_witness_of_a_page_that_is_always_silent(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (2_000, REFUSED)), "page": always(SILENT)}
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE)
    seen.live(4_000, (1_990, lambda: seen.poller.reconfigure(config("a", a=f"{PAGE}\nname = 'x'"))))

    assert seen.happened(VantageChanged) == []


def test_a_page_whose_ids_change_at_every_reading_fills_no_memory() -> None:
    announced = tuple(
        PageIncident(str(number), "Trouble", DOWN, first_word_at=number, last_word_at=number)
        for number in range(MOST_KEPT + 50)
    )
    kept = feed_round._kept(announced, 10_000)

    assert [item.id for item in kept] == [item.id for item in announced[-MOST_KEPT:]]


def test_a_page_is_no_surface_in_the_state(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (150, REFUSED)),
        "page": by_time((0, page()), (100, REFUSED), (900, page())),
    }
    seen = watch(tmp_path, "a", hosts=hosts, a=PAGE).live(2_000)

    assert set(seen.state.surfaces) == {api("a")}


def test_hanging_pages_keep_no_surface_waiting(tmp_path: Path) -> None:
    ids = [f"p{number}" for number in range(20)]
    pages: dict[str, Any] = {name: f'feed = "https://page{name}.example"' for name in ids}
    silent = {f"page{name}": always(SILENT) for name in ids}
    seen = watch(tmp_path, *ids, hosts=silent, **pages).live(600)

    late = [b - a for name in ids for a, b in pairwise(seen.world.seconds(f"{name}.example"))]
    assert max(late) < 70


# In a check


@pytest.mark.parametrize("says", [SILENT, REFUSED, GONE, page("major_outage")])
def test_a_check_waits_for_no_page_that_hangs(says: Says) -> None:
    clock = VirtualClock()
    world = World(clock, {"page.example": always(says)})
    told = config("a", a=PAGE)

    async def checked() -> tuple[State, float]:
        state = await check(told, ["a"], world, clock, Keys({}, {}))
        return state, clock.monotonic_s()

    state, took_s = run(checked())

    assert took_s < 4
    assert state.surface(api("a")).service is Service.UP
    assert state.feeds["a"].says is (DOWN if says.status == 200 else UNKNOWN)


def test_in_a_check_a_page_is_a_witness(tmp_path: Path) -> None:
    clock = VirtualClock()
    world = World(clock, {"page.example": always(page()), "a.example": always(REFUSED)})
    state = run(check(config("a", a=PAGE), ["a"], world, clock, Keys({}, {})))

    assert state.surface(api("a")).service is Service.DOWN
