"""The vendor's word beside ours: what is news, what is stale, and what is acknowledged when."""

from dataclasses import replace
from typing import Any

import pytest

from core.builders import HOUR_S, MINUTE_S, Life, at
from trayuptime.core import claims, contract, words
from trayuptime.core.claims import Claim
from trayuptime.core.feed import PageIncident, Part
from trayuptime.core.hysteresis import EARLIER
from trayuptime.core.model import STALE_AFTER, Feed, FeedState, Instant, Service, Surface
from trayuptime.core.state import FeedSaid

UP, DEGRADED, DOWN, UNKNOWN = FeedState.UP, FeedState.DEGRADED, FeedState.DOWN, FeedState.UNKNOWN
PAGE = "https://status.example.com"


def page(second: float, state: FeedState = UP, **more: Any) -> Feed:
    return Feed(at(second), "a", state, url=PAGE, **more)


def announced(name: str, began_s: float, first_s: float, last_s: float, **more: Any) -> PageIncident:
    ended = more.pop("ended_s", None)
    return PageIncident(
        name,
        more.pop("title", "Elevated errors"),
        more.pop("state", DOWN),
        began_at=at(began_s),
        first_word_at=at(first_s),
        last_word_at=at(last_s),
        ended_at=None if ended is None else at(ended),
        **more,
    )


def with_page(life: Life) -> Life:
    life.apply(claims.follow(life.state, {"a": PAGE}, at(0)))
    return life


def hear(life: Life, feed: Feed, *incidents: PageIncident, **more: Any) -> None:
    life.apply(claims.hear(life.state, Claim(feed, incidents, **more)))


def said(life: Life) -> list[tuple[FeedState, str]]:
    return [(each.feed.says, each.feed.title) for each in life.all(FeedSaid)]


# What is news


def test_a_page_that_was_not_read_yet_says_nothing_at_all() -> None:
    life = with_page(Life("a"))

    feed = life.state.feeds["a"]
    assert (feed.says, feed.says_of(Surface.API), feed.at, feed.url) == (UNKNOWN, UNKNOWN, None, PAGE)


def test_the_first_reading_is_told_and_then_only_what_changes() -> None:
    life = with_page(Life("a"))

    for second, state, title in (
        (0, UP, ""),
        (60, UP, ""),
        (120, DOWN, "All is lost"),
        (180, DOWN, "All is lost"),
        (240, DOWN, "Some is lost"),
        (300, UP, ""),
    ):
        hear(life, page(second, state, title=title))

    assert said(life) == [(UP, ""), (DOWN, "All is lost"), (DOWN, "Some is lost"), (UP, "")]


def test_a_page_changes_no_light() -> None:
    life = with_page(Life("a").run("SSS"))
    hear(life, page(200, DOWN))

    assert life.service() is Service.UP


def test_what_a_page_said_is_kept_while_it_is_followed_and_forgotten_with_it() -> None:
    life = with_page(Life("a"))
    hear(life, page(0, DEGRADED))

    kept = claims.follow(life.state, {"a": PAGE, "b": "https://b.example.com"}, at(9)).state
    moved = claims.follow(life.state, {"a": "https://other.example.com"}, at(9)).state

    assert (kept.feeds["a"].state, kept.feeds["b"].state) == (DEGRADED, UNKNOWN)
    assert moved.feeds["a"].at is None
    assert claims.follow(life.state, {}, at(9)).state.feeds == {}


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ({}, [(at(9), UNKNOWN, "their page is read no longer")]),
        ({"a": "https://other.example.com"}, [(at(9), UNKNOWN, "their page has not been read yet")]),
        ({"a": PAGE, "b": "https://b.example.com"}, []),
    ],
)
def test_a_page_that_is_left_has_said_its_last_word(
    pages: dict[str, str], told: list[tuple[Instant, FeedState, str]]
) -> None:
    life = with_page(Life("a"))
    hear(life, page(0, DEGRADED))
    step = claims.follow(life.state, pages, at(9))

    said = [each for each in step.happenings if isinstance(each, FeedSaid)]
    assert [(each.at, each.feed.says, words.page_says(each.feed)) for each in said] == told
    assert claims.follow(step.state, pages, at(10)).happenings == ()


def test_of_a_page_that_never_said_anything_no_end_is_told() -> None:
    life = with_page(Life("a"))

    assert claims.follow(life.state, {}, at(9)).happenings == ()


# What is stale


def test_polls_that_fail_are_no_information_and_three_of_them_are_stale_never_green() -> None:
    life = with_page(Life("a"))
    hear(life, page(0, UP))

    told = []
    for poll in range(STALE_AFTER + 1):
        life.apply(claims.miss(life.state, "a", "it answers 403", at(60 * poll)))
        told.append((life.state.feeds["a"].says, life.state.feeds["a"].is_stale))

    assert told == [(UP, False), (UP, False), (UNKNOWN, True), (UNKNOWN, True)]
    assert said(life) == [(UP, ""), (UNKNOWN, "")], "told once"
    assert life.state.feeds["a"].why == "it answers 403"
    assert life.state.feeds["a"].at == at(0), "when it was last read"


def test_a_page_that_could_never_be_read_is_told_as_stale_once() -> None:
    life = with_page(Life("a"))
    for poll in range(5):
        life.apply(claims.miss(life.state, "a", "no such page", at(60 * poll)))

    assert said(life) == [(UNKNOWN, "")]


def test_a_page_that_can_be_read_again_is_fresh_again() -> None:
    life = with_page(Life("a"))
    for poll in range(3):
        life.apply(claims.miss(life.state, "a", "no such page", at(60 * poll)))
    hear(life, page(300, UP))

    assert (life.state.feeds["a"].says, life.state.feeds["a"].why) == (UP, "")


def test_whoever_has_no_page_misses_none() -> None:
    life = Life("a")
    assert claims.miss(life.state, "a", "no such page", at(0)).state is life.state


def test_a_frozen_page_says_nothing_of_today() -> None:
    frozen = page(0, UP, frozen=True)
    assert (frozen.says, frozen.is_stale, frozen.says_of(Surface.API)) == (UNKNOWN, True, UNKNOWN)


def test_a_page_that_tells_surfaces_apart_speaks_of_each() -> None:
    feed = page(0, DOWN, surfaces={Surface.API: UP, Surface.WEB: DOWN})

    assert (feed.says_of(Surface.API), feed.says_of(Surface.WEB)) == (UP, DOWN)
    assert feed.says_of(Surface.LOGIN) is UNKNOWN, "it does not speak of that"
    assert page(0, DOWN).says_of(Surface.LOGIN) is DOWN, "what it does not tell apart is as the whole"


@pytest.mark.parametrize(
    ("letters", "state", "green"),
    [("S FFF", UP, True), ("S FFF", DEGRADED, False), ("S FF", UP, False), ("SSS", UP, False)],
)
def test_a_page_stays_green_only_through_an_outage_that_is_confirmed(
    letters: str, state: FeedState, green: bool
) -> None:
    life = with_page(Life("a", "b").run(letters))

    assert claims.stays_green(life.state, page(400, state, surfaces={Surface.API: state})) is green


def test_a_page_that_does_not_speak_of_what_is_down_says_nothing_wrong() -> None:
    life = with_page(Life("a", "a/web").run("S FFF", "a/web"))

    assert not claims.stays_green(life.state, page(400, UP, surfaces={Surface.API: UP}))
    assert claims.stays_green(life.state, page(400, UP, surfaces={Surface.API: UP, Surface.WEB: UP}))


# What is acknowledged


def test_the_vendors_first_word_is_set_beside_our_first_failure() -> None:
    life = with_page(Life("a").run("S FFF"))
    hear(life, page(900, DOWN), announced("1", 60, 840, 840))

    incident = life.incident()
    assert (incident.acknowledged_at, incident.vendor_title) == (at(840), "Elevated errors")
    told = contract.incident(incident, at(900))
    assert (told["vendor_acknowledged_at"], told["detection_lead_s"]) == ("2026-03-29T12:14:00.000Z", 780.0)
    assert told["vendor_title"] == "Elevated errors"


def test_a_vendor_that_spoke_before_us_has_a_negative_lead() -> None:
    life = with_page(Life("a").run("S FFF"))
    hear(life, page(900, DOWN), announced("1", 0, 20, 20))

    assert claims.leads_s([life.incident()]) == [-40.0]


def test_without_a_dated_announcement_the_first_reading_that_admits_it_counts() -> None:
    life = with_page(Life("a").run("S FFF"))
    hear(life, page(400, UP))
    hear(life, page(460, DEGRADED, title="Slow"))
    hear(life, page(520, DEGRADED, title="Slow"))

    incident = life.incident()
    assert (incident.acknowledged_at, incident.vendor_last_at) == (at(460), at(520))
    assert incident.vendor_title == "Slow"


@pytest.mark.parametrize(
    ("began_s", "ended_s", "component", "marked"),
    [(0, None, "api1", True), (0, 600, "api1", True), (0, 30, "api1", False), (0, 600, "web1", False)],
)
def test_an_outage_in_maintenance_that_the_page_announces_is_marked(
    began_s: float, ended_s: float | None, component: str, marked: bool
) -> None:
    life = with_page(Life("a").run("S FFF"))
    planned = announced(
        "m", began_s, -HOUR_S, -HOUR_S, state=FeedState.MAINTENANCE, planned=True, components=(component,)
    )
    planned = replace(planned, ended_at=None if ended_s is None else at(ended_s))
    hear(life, page(400, FeedState.MAINTENANCE), planned, parts=(Part(id="api1"),))

    assert life.incident().in_maintenance is marked
    assert life.incident().acknowledged_at is None


def test_what_the_page_said_long_before_is_no_word_about_today() -> None:
    life = with_page(Life("a"))
    old = announced("old", -3 * 24 * HOUR_S, -3 * 24 * HOUR_S, -2 * 24 * HOUR_S, state=DEGRADED)
    life.run("S FFF")
    hear(life, page(400, DEGRADED, title="Slow dashboards"), old)

    assert life.incident().acknowledged_at is None
    hear(life, page(460, DOWN), old, announced("new", 60, 450, 450))
    assert life.incident().acknowledged_at == at(450)


def test_an_old_incident_of_another_part_takes_no_word_away() -> None:
    life = with_page(Life("a").run("S FFF"))
    other = announced("old", -HOUR_S, -HOUR_S, -HOUR_S, state=DEGRADED, components=("web1",))
    hear(life, page(400, DOWN), other, parts=(Part(id="api1"),))

    assert life.incident().acknowledged_at == at(400)


def test_maintenance_that_is_announced_afterwards_marks_no_outage() -> None:
    life = with_page(Life("a").run("S FFF"))
    planned = announced("m", 0, 900, 900, state=FeedState.MAINTENANCE, planned=True)
    hear(life, page(960, FeedState.MAINTENANCE), planned)

    assert not life.incident().in_maintenance


def test_a_page_that_was_as_bad_before_says_nothing_new_and_one_that_gets_worse_does() -> None:
    life = with_page(Life("a"))
    hear(life, page(0, DEGRADED))
    life.run("S FFF")
    hear(life, page(400, DEGRADED))
    assert life.incident().acknowledged_at is None

    worse = with_page(Life("a"))
    hear(worse, page(0, DEGRADED))
    worse.run("S FFF")
    hear(worse, page(400, DOWN))
    assert worse.incident().acknowledged_at == at(400)


def test_a_page_that_stays_as_bad_as_it_was_is_no_word_at_any_later_reading() -> None:
    life = with_page(Life("a"))
    for second in range(0, 9_000, 600):
        hear(life, page(second, UP if second == 0 else DEGRADED))
    life.now_s = 9_000.0
    life.run("S FFF")
    for second in range(9_200, 9_800, 60):
        hear(life, page(second, DEGRADED))
    assert life.incident().acknowledged_at is None

    hear(life, page(9_800, DOWN))
    hear(life, page(9_860, DEGRADED))
    assert life.incident().acknowledged_at == at(9_800)


@pytest.mark.parametrize(("between", "word"), [(UNKNOWN, None), (None, 9_200)])
def test_a_reading_that_says_nothing_makes_no_new_word_and_one_after_hours_is_the_first_again(
    between: FeedState | None, word: float | None
) -> None:
    life = with_page(Life("a"))
    for second in range(0, 9_000, 600):
        unread = between is None and second > 1_000
        if not unread:
            hear(life, page(second, between if second == 8_400 and between else DEGRADED if second else UP))
    life.now_s = 9_000.0
    life.run("S FFF")
    hear(life, page(9_200, DEGRADED))

    assert life.incident().acknowledged_at == (None if word is None else at(word))


def test_a_page_that_turned_bad_shortly_before_ours_was_first() -> None:
    life = with_page(Life("a"))
    hear(life, page(0))
    hear(life, page(30, DEGRADED))
    life.run("S FFF")
    hear(life, page(400, DEGRADED))

    assert life.incident().started_at == at(60)
    assert life.incident().acknowledged_at == at(30)


def test_an_announcement_that_is_dated_back_moves_the_first_word_and_never_forward() -> None:
    life = with_page(Life("a").run("S FFF"))
    hear(life, page(460, DOWN))
    hear(life, page(520, DOWN), announced("1", 60, 300, 500))
    hear(life, page(580, DOWN), announced("1", 60, 400, 560))

    assert (life.incident().acknowledged_at, life.incident().vendor_last_at) == (at(300), at(560))


def test_the_page_of_another_surface_acknowledges_nothing() -> None:
    life = with_page(Life("a").run("S FFF"))
    feed = page(400, DOWN, surfaces={Surface.API: UP, Surface.WEB: DOWN})
    parts = (Part(Surface.API, id="api"), Part(Surface.WEB, id="web"))
    hear(life, feed, announced("1", 60, 300, 300, components=frozenset({"web"})), parts=parts)

    assert life.incident().acknowledged_at is None


def test_a_page_that_does_not_speak_of_our_surface_acknowledges_nothing() -> None:
    """DeepSeek's page has no part for the log-in: what it says of its API is no word about that."""
    life = with_page(Life("a")).run("S FFF")
    hear(life, page(460, DOWN, surfaces={Surface.WEB: DOWN}))

    assert life.state.feeds["a"].says_of(Surface.API) is UNKNOWN
    assert life.incident().acknowledged_at is None


def test_a_word_after_our_recovery_still_belongs_to_the_incident_for_a_day() -> None:
    life = with_page(Life("a").run("S FFF SS"))
    hear(life, page(400, UP))
    hear(life, page(2 * HOUR_S, UP), announced("1", 60, HOUR_S, HOUR_S, ended_s=HOUR_S))

    assert life.incident().ended_at is not None
    assert life.incident().acknowledged_at == at(HOUR_S)


def test_a_late_word_is_of_the_outage_that_it_is_dated_into() -> None:
    life = with_page(Life("a")).run("S FFF SS" + 30 * "S" + "FFF SS")
    first, second = life.surface().earlier[0], life.surface().previous
    assert second is not None
    began_s = (first.started_at - at(0)) / 1000
    hear(life, page(4_000), announced("1", began_s + 10, 3_900, 3_900, ended_s=began_s + 60))

    after = life.surface()
    assert after.earlier[0].acknowledged_at == at(3_900)
    assert after.previous == second
    assert claims.hear(life.state, Claim(page(4_060))).state.surfaces == life.state.surfaces


def test_only_so_many_outages_are_kept_for_a_late_word_and_for_a_day() -> None:
    life = with_page(Life("a")).run("S" + (EARLIER + 3) * ("FFF SS" + 15 * "S"))
    assert len(life.surface().earlier) == EARLIER

    life.now_s += 25 * HOUR_S
    life.run("FFF SS")
    assert life.surface().earlier == ()


def test_a_word_long_after_is_another_matter() -> None:
    life = with_page(Life("a").run("S FFF SS"))
    hear(life, page(30 * HOUR_S, UP), announced("1", 60, HOUR_S, HOUR_S, ended_s=HOUR_S))

    assert life.incident().acknowledged_at is None


def test_what_is_acknowledged_already_is_the_same_value_again() -> None:
    life = with_page(Life("a").run("S FFF SS"))
    story = announced("1", 60, 120, 130, ended_s=300)
    hear(life, page(400, UP), story)
    before = life.surface()
    hear(life, page(460, UP), story)

    assert life.surface() is before


def test_only_acknowledged_incidents_have_a_lead() -> None:
    incident = Life("a").run("S FFF").incident()
    spoken = replace(incident, acknowledged_at=incident.started_at + 90_000)

    assert claims.leads_s([incident, spoken]) == [90.0]
    assert claims.lead_s(incident) is None


def test_other_providers_incidents_are_not_touched() -> None:
    life = with_page(Life("a", "b").run("S FFF", "b"))
    hear(life, page(20 * MINUTE_S, DOWN), announced("1", 60, 300, 300))

    assert life.incident("b").acknowledged_at is None


def test_a_word_that_is_dated_later_than_we_read_it_was_said_by_then() -> None:
    life = with_page(Life("a").run("S FFF"))
    hear(life, page(900, DOWN), announced("1", 60, 4 * HOUR_S, 5 * HOUR_S))

    assert (life.incident().acknowledged_at, life.incident().vendor_last_at) == (at(900), at(900))


def test_what_else_is_wrong_with_a_page_is_news_once() -> None:
    life = with_page(Life("a"))
    for second, note in ((0, ""), (60, "it does not list API"), (120, "it does not list API")):
        hear(life, page(second, UP, note=note))

    assert [each.feed.note for each in life.all(FeedSaid)] == ["", "it does not list API"]
