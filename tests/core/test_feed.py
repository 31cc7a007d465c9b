"""What a page says to one user: whose trouble it is, how bad, and what was said when."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import HOUR_S, LAW, MINUTE_S, at
from trayuptime.core.announcements import Acknowledgement, acknowledged, meets, merged
from trayuptime.core.feed import Component, Page, PageIncident, Part, is_open, worst
from trayuptime.core.model import FeedState, Span, Surface
from trayuptime.core.scoping import on_page, platform_down, scoped

UP, DEGRADED, DOWN = FeedState.UP, FeedState.DEGRADED, FeedState.DOWN
MAINTENANCE, UNKNOWN = FeedState.MAINTENANCE, FeedState.UNKNOWN
API, WEB, LOGIN = Surface.API, Surface.WEB, Surface.LOGIN
NOW = at(0)
ITS_API, ITS_WEB = Part(API, id="1"), Part(WEB, name="chat")


def components(**states: FeedState) -> tuple[Component, ...]:
    """`api=UP, chat=DOWN`, numbered from 1."""
    return tuple(
        Component(str(number), name, state) for number, (name, state) in enumerate(states.items(), start=1)
    )


def incident(
    *touched: str, state: FeedState | None = DEGRADED, id_: str = "i", **facts: object
) -> PageIncident:
    known = PageIncident(id_, f"Trouble {id_}", state, components=frozenset(touched))
    return replace(known, **facts)  # type: ignore[arg-type]


def said(
    page: Page,
    parts: Sequence[Part] = (),
    regions: Sequence[str] = (),
    surfaces: Sequence[Surface] = (API, WEB),
) -> FeedState:
    return scoped(page, parts, regions, NOW, surfaces).state


# The whole page


@pytest.mark.parametrize(
    ("overall", "component", "open_", "state"),
    [
        (UP, UP, None, UP),
        (UP, UP, DEGRADED, DEGRADED),
        (UP, DOWN, DEGRADED, DOWN),
        (DOWN, UP, None, DOWN),
        (UNKNOWN, UP, None, UNKNOWN),
        (UNKNOWN, DEGRADED, None, DEGRADED),
        (MAINTENANCE, UNKNOWN, None, MAINTENANCE),
        (UP, MAINTENANCE, DEGRADED, DEGRADED),
        (None, UP, None, UP),
    ],
)
def test_without_parts_the_worst_of_the_whole_page_counts(
    overall: FeedState | None, component: FeedState, open_: FeedState | None, state: FeedState
) -> None:
    incidents = (incident("1", state=open_),) if open_ else ()

    found = scoped(Page(overall, components(api=component), incidents), (), (), NOW)

    assert found.state is state
    assert set(found.surfaces.values()) == {state}


def test_an_overall_word_that_nothing_listed_explains_concerns_every_part() -> None:
    part, elsewhere = [Part(name="api")], incident("1", state=DOWN, components=("web",))
    well, web_down = components(api=UP, web=UP), components(api=UP, web=DOWN)

    assert scoped(Page(DOWN, well), part, (), NOW).state is DOWN
    assert scoped(Page(DOWN, web_down), part, (), NOW).state is UP
    assert scoped(Page(DOWN, well, (elsewhere,)), part, (), NOW).state is UP
    assert scoped(Page(MAINTENANCE, well), part, (), NOW).state is UP


def test_a_page_that_says_nothing_is_unknown() -> None:
    assert said(Page(None)) is UNKNOWN


def test_an_incident_that_is_called_harmless_colours_nothing_and_is_told() -> None:
    harmless = incident("1", state=None)

    found = scoped(Page(UP, components(api=UP), (harmless,)), (), (), NOW)

    assert (found.state, found.title, found.incidents) == (UP, "", (harmless,))


def test_the_title_is_of_the_worst_incident_and_of_its_last_word() -> None:
    incidents = (
        incident(id_="a", last_word_at=NOW - 5, state=DOWN),
        incident(id_="b", last_word_at=NOW - 1, state=DOWN),
        incident(id_="c", last_word_at=NOW),
    )

    assert scoped(Page(UP, (), incidents), (), (), NOW).title == "Trouble b"


def test_without_an_incident_the_title_is_the_worst_part() -> None:
    page = Page(UP, components(api=DEGRADED, chat=DOWN, docs=UP))

    assert scoped(page, (), (), NOW).title == "chat"
    assert scoped(page, [ITS_API], (), NOW).title == "api"
    assert scoped(page, [Part(name="docs")], (), NOW).title == ""


# Parts


def test_a_red_page_for_somebody_elses_part_changes_nothing() -> None:
    page = Page(
        DOWN, components(api=UP, chat=DOWN), (incident("2", state=DOWN), incident(id_="n", state=DOWN))
    )

    found = scoped(page, [ITS_API], (), NOW)

    assert (found.state, found.title, found.incidents) == (UP, "", ())


@pytest.mark.parametrize(
    ("part", "matches"),
    [
        (Part(id="1"), True),
        (Part(name="API Service"), True),
        (Part(name="api service"), True),
        (Part(name="API"), False),
        (Part(contains=("nothing", "service")), True),
        (Part(contains=("API服务",)), False),
        (Part(id="other", name="other"), False),
        (Part(), False),
    ],
)
def test_a_part_is_known_by_id_name_or_a_piece_of_its_name(part: Part, matches: bool) -> None:
    page = Page(UP, (Component("1", "API Service", DEGRADED), Component("2", "Chat", UP)))

    found = scoped(page, [part], (), NOW)

    assert found.state is (DEGRADED if matches else UNKNOWN)
    assert found.missing == (() if matches else (part,))


def test_each_surface_has_the_worst_of_its_own_parts() -> None:
    page = Page(UP, components(api=UP, chat=DOWN, auth=DEGRADED))
    parts = [ITS_API, ITS_WEB, Part(None, name="auth")]

    found = scoped(page, parts, (), NOW, (API, WEB))

    assert found.surfaces == {API: DEGRADED, WEB: DOWN}
    assert found.state is DOWN


def test_parts_of_surfaces_that_the_user_does_not_watch_do_not_count() -> None:
    page = Page(UP, components(api=UP, chat=DOWN))

    found = scoped(page, [ITS_API, ITS_WEB, Part(WEB, id="gone")], (), NOW, (API,))

    assert (found.state, found.missing) == (UP, ())


def test_a_surface_whose_part_is_not_listed_is_unknown_and_the_part_missing() -> None:
    page = Page(UP, components(api=UP))

    found = scoped(page, [ITS_API, ITS_WEB], (), NOW, (API, WEB))

    assert found.surfaces == {API: UP, WEB: UNKNOWN}
    assert found.state is UNKNOWN
    assert found.missing == (ITS_WEB,)


def test_one_part_of_several_that_vanished_takes_nothing_from_the_others() -> None:
    gone = Part(API, id="gone")

    found = scoped(Page(UP, components(api=UP)), [ITS_API, gone], (), NOW, (API,))

    assert (found.state, found.missing) == (UP, (gone,))


def test_a_page_that_lists_no_parts_misses_none_and_speaks_for_all() -> None:
    found = scoped(Page(DEGRADED), [ITS_API], (), NOW)

    assert (found.state, found.missing) == (DEGRADED, ())


def test_a_list_of_troubles_alone_is_up_but_for_what_names_the_part() -> None:
    page = Page(UP, (), (incident("2", "chat", state=DOWN), incident("1", "api", id_="a")))

    assert said(page, [ITS_API]) is DEGRADED
    assert said(page, [ITS_WEB]) is DOWN
    assert said(page, [Part(id="3")]) is UP


def test_an_incident_is_known_by_either_name_of_its_component() -> None:
    page = Page(UP, components(api=UP, chat=UP), (incident("1"),))

    assert said(page, [Part(name="api")]) is DEGRADED
    assert said(page, [Part(name="chat")]) is UP


@pytest.mark.parametrize(
    ("state", "api", "chat", "says"),
    [
        (DOWN, DOWN, UP, {API: DOWN, WEB: UP}),
        (DOWN, DOWN, DEGRADED, {API: DOWN, WEB: DEGRADED}),
        (DOWN, UNKNOWN, UP, {API: DOWN, WEB: UP}),  # it gives no word for that one alone
        (UNKNOWN, UP, UP, {API: UNKNOWN, WEB: UNKNOWN}),  # not rated yet
        (None, UP, UP, {API: UP, WEB: UP}),
    ],
)
def test_an_incident_that_has_a_word_for_each_of_its_parts_is_as_bad_as_that(
    state: FeedState | None, api: FeedState, chat: FeedState, says: dict[Surface, FeedState]
) -> None:
    stated = components(api=api, chat=chat)
    page = Page(UP, components(api=UP, chat=UP), (incident("1", "2", state=state, stated=stated),))

    found = scoped(page, [ITS_API, ITS_WEB], (), NOW, (API, WEB))

    assert found.surfaces == says
    assert len(found.incidents) == 1
    assert found.incidents[0].state is state


# Incidents that name no part


@pytest.mark.parametrize(
    ("api", "chat", "state"),
    [
        (UP, UP, DEGRADED),  # anybody's, and nothing agrees
        (UP, DEGRADED, UP),  # the other's
        (UP, DOWN, UP),
        (DEGRADED, UP, DEGRADED),
        (DEGRADED, DOWN, DEGRADED),  # it is only the other that agrees
        (DOWN, UP, DOWN),
        (UNKNOWN, UP, DEGRADED),
        (MAINTENANCE, UP, DEGRADED),
    ],
)
def test_a_critical_incident_without_parts(api: FeedState, chat: FeedState, state: FeedState) -> None:
    page = Page(UP, components(api=api, chat=chat), (incident(state=DOWN),))

    assert said(page, [ITS_API]) is state


def test_a_critical_incident_without_parts_is_at_most_degraded_for_everybody_until_a_part_agrees() -> None:
    alone = Page(UP, components(api=UP), (incident(state=DOWN),))
    agreed = Page(UP, components(api=DOWN), (incident(state=DOWN),))

    assert [item.state for item in scoped(alone, (), (), NOW).incidents] == [DEGRADED]
    assert [item.state for item in scoped(agreed, (), (), NOW).incidents] == [DOWN]
    assert said(alone) is DEGRADED


def test_where_no_parts_are_listed_nothing_could_agree_and_its_word_stands() -> None:
    assert said(Page(UP, (), (incident(state=DOWN),)), [ITS_API]) is DOWN


# Log-in


@pytest.mark.parametrize(
    ("title", "text", "concerned"),
    [
        ("无法登录（Cannot log in）", "", True),
        ("用户注册异常", "", True),
        ("Sign-up is slow", "", True),
        ("Errors", "Some users see errors when SIGNING IN.", True),
        ("Logins fail", "", True),
        ("API errors", "Chat is fine.", False),
        ("Errors in the catalog in Europe", "A flaw of design in the plugin.", False),
    ],
)
def test_an_incident_that_names_logging_in_concerns_the_log_in_that_has_no_part(
    title: str, text: str, concerned: bool
) -> None:
    page = Page(UP, components(api=UP, chat=DOWN), (incident("2", state=DOWN, title=title, text=text),))

    found = scoped(page, [ITS_API, ITS_WEB], (), NOW, (API, LOGIN))

    assert found.surfaces == ({API: UP, LOGIN: DOWN} if concerned else {API: UP})
    assert found.state is (DOWN if concerned else UP)


def test_words_do_not_count_where_the_log_in_has_a_part() -> None:
    page = Page(UP, components(api=UP, auth=UP), (incident("1", title="Cannot log in"),))

    found = scoped(page, [Part(LOGIN, name="auth")], (), NOW, (LOGIN,))

    assert found.surfaces == {LOGIN: UP}


def test_a_harmless_word_about_logging_in_says_nothing_of_it() -> None:
    page = Page(UP, components(api=UP), (incident("1", state=None, title="Log in anew"),))

    assert scoped(page, [ITS_API], (), NOW, (API, LOGIN)).surfaces == {API: UP}


# Places and time


@pytest.mark.parametrize(
    ("places", "regions", "state"),
    [
        ((), ("us-east-1",), DOWN),
        (("UAE", "me-central-1"), ("us-east-1",), UP),
        (("UAE", "me-central-1"), ("ME-CENTRAL-1",), DOWN),
        (("UAE", "me-central-1"), (), DOWN),
        (("Global", "global"), ("us-east-1",), DOWN),
    ],
)
def test_an_incident_of_another_region_changes_nothing(
    places: Sequence[str], regions: Sequence[str], state: FeedState
) -> None:
    page = Page(UP, (), (incident("1", state=DOWN, places=frozenset(places)),))

    assert said(page, [ITS_API], regions) is state
    assert said(page, (), regions) is state


@pytest.mark.parametrize(
    ("facts", "open_"),
    [
        ({}, True),
        ({"ended_at": at(-1)}, False),
        ({"ended_at": at(0)}, False),
        ({"ended_at": at(1)}, True),
        ({"began_at": at(5)}, True),
        ({"planned": True}, False),
        ({"planned": True, "began_at": at(1)}, False),
        ({"planned": True, "began_at": at(0)}, True),
        ({"planned": True, "began_at": at(-5), "ended_at": at(5)}, True),
        ({"planned": True, "began_at": at(-5), "ended_at": at(-1)}, False),
    ],
)
def test_what_is_open(facts: dict[str, object], open_: bool) -> None:
    assert is_open(incident(**facts), NOW) is open_  # type: ignore[arg-type]


def test_planned_maintenance_counts_only_in_its_window() -> None:
    planned = incident("1", state=MAINTENANCE, planned=True, began_at=at(10), ended_at=at(20))
    page = Page(UP, components(api=UP), (planned,))

    seen = [scoped(page, [ITS_API], (), at(second), (API,)).state for second in (9, 10, 19, 20)]

    assert seen == [UP, MAINTENANCE, MAINTENANCE, UP]


# Merging


def test_a_back_dated_edit_updates_in_place_and_keeps_the_first_word_ever_seen() -> None:
    old = incident("1", began_at=at(0), first_word_at=at(10), last_word_at=at(10), url="u", text="t")
    edit = incident(state=DOWN, began_at=at(-600), first_word_at=at(20), last_word_at=at(5), ended_at=at(30))

    (found,) = merged([old], [edit])

    assert found == replace(
        edit, first_word_at=at(10), last_word_at=at(10), components=frozenset({"1"}), url="u", text="t"
    )


def test_what_an_edit_does_not_say_is_kept() -> None:
    old = incident("1", began_at=at(0), first_word_at=at(10), last_word_at=at(10), places=frozenset({"EU"}))

    (found,) = merged([old], [incident("2")])

    assert found == replace(old, components=frozenset({"2"}))


def test_announcements_are_kept_apart_by_id_and_from_maintenance() -> None:
    planned = incident(planned=True)

    assert merged([incident()], [planned, incident(id_="j")]) == (incident(), planned, incident(id_="j"))


def test_of_several_with_one_id_the_last_word_holds() -> None:
    resolved = incident(last_word_at=at(20), first_word_at=at(20), ended_at=at(20))
    opened = incident("1", last_word_at=at(10), first_word_at=at(10))

    assert merged((), [resolved, opened]) == merged((), [opened, resolved])
    assert merged((), [resolved, opened]) == (
        replace(resolved, first_word_at=at(10), components=frozenset({"1"})),
    )


def test_where_only_what_is_open_is_listed_what_is_gone_has_ended() -> None:
    gone, ended, later = incident(id_="a"), incident(id_="b", ended_at=at(-9)), incident(id_="c")

    found = merged([gone, ended, later], [later], gone_at=NOW)

    assert found == (replace(gone, ended_at=NOW), ended, later)


def test_an_incident_may_be_reopened() -> None:
    (found,) = merged([incident(ended_at=at(-9))], [incident()])

    assert found.ended_at is None


def test_what_goes_on_does_not_begin_later_and_maintenance_may_be_moved() -> None:
    def moved(first: PageIncident, **later: object) -> int | None:
        return merged([first], [replace(first, began_at=at(60), **later)])[0].began_at  # type: ignore[arg-type]

    ongoing, planned = incident(began_at=at(0)), incident(began_at=at(0), planned=True)
    assert moved(ongoing) == at(0)
    assert moved(planned) == at(0)
    assert moved(replace(planned, ended_at=at(90)), ended_at=at(120)) == at(60)


INCIDENTS = st.builds(
    PageIncident,
    id=st.sampled_from("abc"),
    title=st.sampled_from(["t", "log in"]),
    state=st.none() | st.sampled_from(FeedState),
    began_at=st.none() | st.integers(-9, 9).map(at),
    first_word_at=st.none() | st.integers(-9, 9).map(at),
    last_word_at=st.none() | st.integers(-9, 9).map(at),
    ended_at=st.none() | st.integers(-9, 9).map(at),
    components=st.frozensets(st.sampled_from(["1", "2", "api", "chat", "x"])),
    stated=st.lists(
        st.builds(
            Component, st.sampled_from("12"), st.sampled_from(["api", "chat"]), st.sampled_from(FeedState)
        )
    ).map(tuple),
    places=st.frozensets(st.sampled_from(["eu", "us", "global"])),
    planned=st.booleans(),
)
PARTS = st.lists(
    st.sampled_from([ITS_API, ITS_WEB, Part(name="x"), Part(LOGIN, id="2"), Part(API, contains=("a",))])
)
PAGES = st.builds(
    Page,
    overall=st.none() | st.sampled_from(FeedState),
    components=st.lists(
        st.builds(
            Component,
            st.sampled_from("123"),
            st.sampled_from(["api", "chat", "x"]),
            st.sampled_from(FeedState),
        )
    ).map(tuple),
    incidents=st.lists(INCIDENTS, max_size=4).map(tuple),
)
REGIONS = st.lists(st.sampled_from(["eu", "us"]))


@LAW
@given(st.lists(INCIDENTS), st.lists(INCIDENTS))
def test_merging_twice_changes_nothing_and_loses_no_id(
    old: list[PageIncident], new: list[PageIncident]
) -> None:
    once = merged(merged((), old), new)

    assert merged(once, new) == once
    assert {(item.id, item.planned) for item in once} == {(item.id, item.planned) for item in (*old, *new)}
    for item in once:
        firsts = [
            one.first_word_at for one in (*old, *new) if (one.id, one.planned) == (item.id, item.planned)
        ]
        assert item.first_word_at == min((at_ for at_ in firsts if at_ is not None), default=None)


@LAW
@given(PAGES, PARTS, REGIONS, st.frozensets(st.sampled_from(Surface), min_size=1))
def test_the_state_is_that_of_the_worst_surface_and_open_incidents_are_told(
    page: Page, parts: list[Part], regions: list[str], surfaces: frozenset[Surface]
) -> None:
    found = scoped(page, parts, regions, NOW, sorted(surfaces))

    assert found.state is worst(list(found.surfaces.values()))
    assert set(found.surfaces) <= surfaces
    assert all(is_open(item, NOW) for item in found.incidents)
    if found.state is UP:
        assert all(item.state in (UP, None) for item in found.incidents)


@LAW
@given(PAGES, PARTS)
def test_green_needs_somebody_who_says_so(page: Page, parts: list[Part]) -> None:
    found = scoped(page, parts, (), NOW, (API,))

    if found.state is UP:
        assert UP in (
            page.overall,
            *(item.state for item in page.components),
            *(i.state for i in page.incidents),
        )


@LAW
@given(PAGES, st.lists(st.builds(Component, st.just("o"), st.just("other"), st.just(DOWN)), min_size=1))
def test_somebody_elses_outage_makes_no_state_worse(page: Page, others: list[Component]) -> None:
    if not page.components:
        return
    before = scoped(page, [ITS_API], (), NOW, (API,)).state
    worse = replace(page, components=(*page.components, *others), overall=DOWN)

    after = scoped(worse, [ITS_API], (), NOW, (API,)).state

    assert worst([before, after]) is before


@pytest.mark.parametrize(
    ("named", "state", "said_of_api"),
    [("2", DOWN, UP), ("1", DOWN, DOWN), ("", DEGRADED, DOWN), ("2", None, DOWN), ("2", DEGRADED, DOWN)],
)
def test_a_word_for_everything_is_explained_by_an_incident_that_names_its_parts(
    named: str, state: FeedState | None, said_of_api: FeedState
) -> None:
    page = Page(DOWN, (), (incident(*([named] if named else []), state=state),))

    assert said(page, [ITS_API], surfaces=[API]) is said_of_api


# Acknowledging

OURS = (at(0), at(HOUR_S))


def word(first_s: float, last_s: float | None = None, **facts: object) -> PageIncident:
    """An announcement that was first spoken of at a second of ours, and open from then on."""
    spoken = {"first_word_at": at(first_s), "last_word_at": at(first_s if last_s is None else last_s)}
    return incident("1", **{"began_at": at(first_s), **spoken, **facts})  # type: ignore[arg-type]


def lead_s(*incidents: PageIncident, ours: tuple[int, int | None] = OURS) -> float | None:
    found = acknowledged(incidents, [ITS_API], (), API, *ours)
    return None if found is None else (found.first_word_at - ours[0]) / 1000


@pytest.mark.parametrize(
    ("announced", "lead"),
    [
        (word(446), 446),
        (word(-600), -600),  # they knew first
        (word(-7200, ended_at=at(-MINUTE_S)), -7200),  # just before ours
        (word(-7200, ended_at=at(-31 * MINUTE_S)), None),
        (word(HOUR_S), HOUR_S),
        (word(HOUR_S + 1), None),  # the next one
        (word(2 * HOUR_S, began_at=at(600)), 2 * HOUR_S),  # late, and dated back into ours
        (word(26 * HOUR_S, began_at=at(600)), None),  # later than a day
        (word(600, planned=True), None),
        (word(600, state=None), None),
        (word(600, components=frozenset({"2"})), None),
        (word(600, components=frozenset()), 600),
        (word(600, began_at=None), 600),
        (word(600, first_word_at=None), None),
    ],
)
def test_which_announcement_is_of_our_incident(announced: PageIncident, lead: float | None) -> None:
    assert lead_s(announced) == lead


def test_an_incident_of_ours_that_lasts_takes_whatever_comes() -> None:
    assert lead_s(word(30 * HOUR_S), ours=(at(0), None)) == 30 * HOUR_S


def test_first_and_last_word_are_of_all_and_the_title_of_the_worst() -> None:
    mild = word(60, 120, id_="mild")
    bad = word(300, 900, id_="bad", state=DOWN, last_word_at=None)

    assert acknowledged([mild, bad], (), (), API, *OURS) == Acknowledgement(at(60), at(300), "Trouble bad")


def test_what_had_been_open_for_months_speaks_only_where_nothing_began_with_ours() -> None:
    old, fresh = word(-90 * 24 * HOUR_S, id_="old", state=DOWN), word(300, id_="fresh")

    assert lead_s(old, fresh) == 300
    assert acknowledged([old], [ITS_API], (), API, *OURS) is None, "it did not know of today"
    assert lead_s(replace(old, last_word_at=at(600))) == 600
    assert lead_s(word(-HOUR_S, id_="just before", state=DOWN)) == -HOUR_S


def test_what_was_over_before_ours_speaks_from_when_it_was_opened_again() -> None:
    over = word(-9_000, -6_000, ended_at=at(-6_000))
    (again,) = merged([over], [replace(over, last_word_at=at(300), ended_at=None)])

    assert lead_s(again) == 300
    assert lead_s(again, ours=(at(-9_600), at(-8_000))) == 600
    assert merged([again], [replace(again, last_word_at=at(900))])[0].pause == Span(at(-6_000), at(300))


@pytest.mark.parametrize(
    ("announced", "met"),
    [
        (word(60), True),
        (word(-600, ended_at=at(-60)), False),
        (word(-600, ended_at=at(60)), True),
        (word(HOUR_S + 60), False),
        (word(60, began_at=None), True),
        (word(60, began_at=None, first_word_at=None), False),
    ],
)
def test_when_an_announcement_meets_an_incident_of_ours(announced: PageIncident, met: bool) -> None:
    assert meets(announced, *OURS) is met


@pytest.mark.parametrize(
    ("api", "chat", "lead"),
    [(UP, DOWN, None), (DEGRADED, DOWN, 300), (UP, UP, 300), (UNKNOWN, DOWN, 300)],
)
def test_an_incident_that_calls_our_part_well_beside_others_is_of_theirs(
    api: FeedState, chat: FeedState, lead: float | None
) -> None:
    said_of = word(300, components=frozenset({"1", "2"}), stated=components(api=api, chat=chat))

    assert lead_s(said_of) == lead
    assert lead_s(replace(said_of, ended_at=at(900))) == 300, "all are well by then"


def test_other_regions_and_other_surfaces_acknowledge_nothing() -> None:
    elsewhere = word(300, places=frozenset({"me-central-1"}))

    assert acknowledged([elsewhere], [ITS_API], ["us-east-1"], API, *OURS) is None
    assert acknowledged([word(300)], [ITS_API], (), WEB, *OURS) is None
    assert acknowledged([word(300)], [ITS_API], (), LOGIN, *OURS) is None


def test_words_about_logging_in_acknowledge_a_log_in_without_a_part() -> None:
    spoken = word(300, title="登录异常 Cannot log in")

    found = acknowledged([spoken], [ITS_API], (), LOGIN, *OURS)

    assert found is not None
    assert found.title == "登录异常 Cannot log in"


# Platforms


@pytest.mark.parametrize(
    ("failing", "down"),
    [
        ("FFF", True),
        ("FF", False),
        ("FF.", False),  # 67 %
        ("FFFFFFF...", True),
        ("FFFFFF....", False),
        ("...", False),
        ("", False),
    ],
)
def test_a_platform_is_down_when_most_of_its_feeds_fail_together(failing: str, down: bool) -> None:
    feeds = {f"feed{number}": letter == "F" for number, letter in enumerate(failing)}
    platforms = dict.fromkeys(feeds, "statuspage")

    found = platform_down({**feeds, "lone": True, "stranger": True}, {**platforms, "lone": "instatus"})

    assert found == ({"statuspage"} if down else set())


# A user's own words for a part


@pytest.mark.parametrize(
    ("word", "narrow"),
    [("API", True), ("api", True), ("2", True), ("AP", False), ("Fax", False)],
)
def test_a_word_that_is_a_parts_own_name_means_nothing_that_is_merely_like_it(
    word: str, narrow: bool
) -> None:
    own = Part(id=word, name=word, contains=(word,))
    page = Page(None, (Component("1", "API", UP), Component("2", "API docs", DOWN)))

    assert on_page([own, ITS_API], page) == (replace(own, contains=()) if narrow else own, ITS_API)


def test_without_a_list_of_parts_its_incidents_tell_what_they_are_called() -> None:
    own = Part(name="API", contains=("API",))
    page = Page(UP, incidents=(incident("API"), incident("Batch API", id_="j")))

    assert on_page([own], page) == (Part(name="API"),)
    assert on_page([own], Page(UP)) == (own,)


@pytest.mark.parametrize(("state", "said_of_it"), [(UP, UP), (DOWN, DOWN)])
def test_a_part_that_is_called_like_a_heading_is_all_that_is_listed_under_it(
    state: FeedState, said_of_it: FeedState
) -> None:
    page = Page(
        None,
        (
            Component("1", "Chat", state, "APIs"),
            Component("2", "Files", UP, "apis"),
            Component("3", "Chat", DOWN, "Apps"),
        ),
    )
    parts = on_page([Part(API, name="APIs")], page)

    assert scoped(page, parts, (), NOW, [API]).surfaces == {API: said_of_it}
    assert parts == (Part(API, id="1"), Part(API, id="2", name="Files"))
    assert on_page([Part(API, name="Chat"), Part(API, name="Fax")], page)[0] == Part(API, name="Chat")
    assert scoped(page, on_page([Part(API, name="Fax")], page), (), NOW, [API]).missing
