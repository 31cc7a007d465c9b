"""Each format to a stated result: states, times, parts and words, with the traps of real pages."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from feeds import pages
from feeds.pages import NOW, S, at, sent
from trayuptime.core.feed import Component, FeedFormat, Page, PageIncident, Part, is_open
from trayuptime.core.model import FeedState, Surface
from trayuptime.core.scoping import on_page, scoped
from trayuptime.feeds.formats import Unreadable, parse, sniff

SAMPLES = Path(__file__).parent / "samples"
UP, DEGRADED, DOWN = FeedState.UP, FeedState.DEGRADED, FeedState.DOWN
MAINTENANCE, UNKNOWN = FeedState.MAINTENANCE, FeedState.UNKNOWN


def read(format_: FeedFormat, document: Any) -> Page:
    body = document if isinstance(document, bytes) else sent(document)
    page = parse(format_, body, NOW)
    assert isinstance(page, Page), page
    return page


def sample(name: str) -> Page:
    body = (SAMPLES / name).read_bytes()
    format_ = sniff(body)
    assert format_ is not None
    page = parse(format_, body, NOW)
    assert isinstance(page, Page), page
    return page


def only(page: Page) -> PageIncident:
    (incident,) = page.incidents
    return incident


def by_id(page: Page, id_: str, *, planned: bool = False) -> PageIncident:
    (incident,) = [item for item in page.incidents if (item.id, item.planned) == (id_, planned)]
    return incident


def states(page: Page) -> dict[str, FeedState]:
    return {item.id: item.state for item in page.components}


def whole(page: Page) -> FeedState:
    return scoped(page, (), (), NOW).state


# Statuspage


def test_a_statuspage_incident_keeps_when_it_began_and_when_it_was_first_spoken_of() -> None:
    page = read(FeedFormat.STATUSPAGE, pages.statuspage(incidents=[pages.INCIDENT]))

    assert only(page) == PageIncident(
        id="i1",
        title="Elevated errors",
        state=DEGRADED,
        began_at=at("2026-09-22T00:50"),
        first_word_at=at("2026-09-22T00:57:26.126"),
        last_word_at=at("2026-09-22T00:57:26.256"),
        components=frozenset({"c-api", "API"}),
        url="https://stspg.example/i1",
        text="We are investigating.",
    )
    assert (page.url, page.name) == ("https://status.vendor.example", "Vendor")
    assert [item.name for item in page.components] == ["API", "Chat"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("operational", UP),
        ("degraded_performance", DEGRADED),
        ("partial_outage", DEGRADED),
        ("major_outage", DOWN),
        ("full_outage", DOWN),
        ("under_maintenance", MAINTENANCE),
        ("maintenance", MAINTENANCE),
        ("banana", UNKNOWN),
        (None, UNKNOWN),
        (7, UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_component_words(word: Any, state: FeedState) -> None:
    page = read(FeedFormat.STATUSPAGE, pages.statuspage(components=[{**pages.API, "status": word}]))

    assert page.components == (Component("c-api", "API", state),)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("none", UP),
        ("minor", DEGRADED),
        ("major", DEGRADED),
        ("critical", DOWN),
        ("maintenance", MAINTENANCE),
        ("banana", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_indicator_words(word: Any, state: FeedState) -> None:
    page = read(FeedFormat.STATUSPAGE, {"page": pages.STATUSPAGE_PAGE, "status": {"indicator": word}})

    assert page.overall is state


@pytest.mark.parametrize(
    ("impact", "state"),
    [("none", None), ("minor", DEGRADED), ("critical", DOWN), ("full_outage", DOWN), ("banana", UNKNOWN)],
)
def test_impact_words(impact: str, state: FeedState | None) -> None:
    page = read(FeedFormat.STATUSPAGE, pages.statuspage(incidents=[{**pages.INCIDENT, "impact": impact}]))

    assert only(page).state is state


@pytest.mark.parametrize(
    ("status", "resolved_at", "open_"),
    [
        ("investigating", None, True),
        ("identified", None, True),
        ("monitoring", None, True),
        ("monitoring", "2026-09-22T00:58:00Z", True),  # reopened
        ("banana", None, True),
        ("banana", "2026-09-22T00:58:00Z", False),
        ("resolved", None, False),
        ("postmortem", None, False),
        ("resolved", "2026-09-22T02:00:00Z", False),  # dated ahead
    ],
)
def test_monitoring_is_open(status: str, resolved_at: str | None, open_: bool) -> None:
    entry = {**pages.INCIDENT, "status": status, "resolved_at": resolved_at}

    page = read(FeedFormat.STATUSPAGE, pages.statuspage(incidents=[entry]))

    assert is_open(only(page), NOW) is open_


def test_an_indicator_of_none_does_not_hide_an_open_incident() -> None:
    entry = {**pages.INCIDENT, "impact": "minor", "components": [pages.API]}

    page = read(FeedFormat.STATUSPAGE, pages.statuspage(incidents=[entry]))

    assert page.overall is UP
    assert whole(page) is DEGRADED


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, MAINTENANCE),  # its window has begun
        ({"scheduled_for": "2026-09-22T01:30:00Z"}, UP),
        ({"scheduled_until": "2026-09-22T00:45:00Z"}, UP),
        (
            {"status": "in_progress", "scheduled_until": "2026-09-22T00:45:00Z"},
            MAINTENANCE,
        ),  # it takes longer
        ({"status": "verifying"}, MAINTENANCE),
        ({"status": "in_progress", "scheduled_for": "2026-09-22T01:30:00Z"}, MAINTENANCE),  # it began earlier
        ({"status": "completed"}, UP),
        ({"scheduled_for": None}, UP),
    ],
)
def test_planned_maintenance_counts_in_its_window(changes: dict[str, Any], state: FeedState) -> None:
    document = pages.statuspage(scheduled_maintenances=[{**pages.MAINTENANCE, **changes}])

    page = read(FeedFormat.STATUSPAGE, document)

    assert only(page).planned
    assert whole(page) is state


def test_the_same_incident_twice_is_one_by_its_last_word() -> None:
    later = {
        **pages.INCIDENT,
        "status": "resolved",
        "incident_updates": [{"body": "Over", "created_at": "2026-09-22T00:59:00Z", "status": "resolved"}],
    }

    page = read(FeedFormat.STATUSPAGE, pages.statuspage(incidents=[later, pages.INCIDENT]))

    assert only(page).ended_at == at("2026-09-22T00:59")
    assert only(page).first_word_at == at("2026-09-22T00:57:26.126")


# incident.io


def test_incident_io_lowers_only_what_is_affected() -> None:
    page = read(FeedFormat.INCIDENTIO, pages.INCIDENTIO)

    assert states(page) == {"01API": DOWN, "01WEB": UP}
    assert only(page).state is DOWN  # though it is only monitored
    assert only(page).components == {"01API", "Chat Completions"}
    assert only(page).began_at == at("2026-09-22T00:50")
    assert only(page).first_word_at == at("2026-09-22T00:55")


def test_incident_io_impacts_give_past_incidents_their_ends() -> None:
    page = read(FeedFormat.INCIDENTIO, pages.INCIDENTIO_IMPACTS)

    assert only(page).state is DOWN
    assert (only(page).began_at, only(page).ended_at) == (at("2026-09-20T10:00"), at("2026-09-20T11:00"))


def test_incident_io_widget_tells_maintenance_that_runs_from_what_is_planned() -> None:
    page = read(FeedFormat.INCIDENTIO, pages.INCIDENTIO_WIDGET)

    going_on = [item.id for item in page.incidents if is_open(item, NOW)]
    assert sorted(going_on) == ["01INC", "01M"]
    assert by_id(page, "01INC").state is DEGRADED
    assert by_id(page, "01M", planned=True).began_at == at("2026-09-22T00:00")


def test_the_sample_of_openai_is_degraded_in_video_only() -> None:
    page = sample("openai_proxy_summary_2025.json")

    assert len(page.components) == 37
    assert [item.name for item in page.components if item.state is not UP] == ["Video generation"]
    video, chat = Part(id="01JMXCAX0QN2ZHVMS54EEN1HXB"), Part(id="01JMXBRMFE6N2NNT7DG6XZQ6PW")
    assert scoped(page, [video], (), NOW).state is DEGRADED
    assert scoped(page, [chat], (), NOW).state is UP
    assert only(page).began_at == at("2025-04-01T06:30")
    assert only(page).first_word_at == at("2025-04-08T17:48:00.517")


def test_the_sample_of_openais_history_has_all_its_incidents() -> None:
    page = sample("openai_proxy_component_impacts_2025.json")

    assert len(page.incidents) == 73
    assert sum(is_open(item, NOW) for item in page.incidents) == 1
    assert all(
        item.began_at is not None and item.components for item in page.incidents if item.state is not UNKNOWN
    )


@pytest.mark.parametrize(
    "document",
    [
        {"summary": {**pages.INCIDENTIO_QUIET["summary"], "ongoing_incidents": None}},
        {"page_title": "Vendor", "ongoing_incidents": None, "in_progress_maintenances": None},
        {"incidents": []},
    ],
)
def test_incident_io_writes_null_for_nothing(document: dict[str, Any]) -> None:
    assert whole(read(FeedFormat.INCIDENTIO, document)) is UP


# Instatus


def test_instatus_tells_incidents_and_maintenance_with_the_same_id_apart() -> None:
    page = read(FeedFormat.INSTATUS, pages.INSTATUS)

    assert by_id(page, "n1").state is DOWN
    assert by_id(page, "n1", planned=True).ended_at == at("2026-09-22T01:30")
    assert whole(page) is DOWN


@pytest.mark.parametrize(
    ("status", "state"), [("UP", UP), ("HASISSUES", DEGRADED), ("UNDERMAINTENANCE", MAINTENANCE)]
)
def test_instatus_page_words(status: str, state: FeedState) -> None:
    assert whole(read(FeedFormat.INSTATUS, {"page": {"name": "V", "status": status}})) is state


def test_instatus_components_new_and_old() -> None:
    new = read(FeedFormat.INSTATUS, pages.INSTATUS_COMPONENTS)
    old = read(FeedFormat.INSTATUS, pages.INSTATUS_OLD)

    assert states(new) == {"k1": DEGRADED, "k2": UP}
    assert states(old) == {"k1": DOWN, "k2": MAINTENANCE}


def test_the_sample_of_perplexity_is_up() -> None:
    page = sample("perplexity_summary_up_2026-06.json")

    assert (whole(page), page.name, page.url) == (UP, "Perplexity", "https://status.perplexity.com")


# Better Stack


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("operational", None),
        ("degraded", DEGRADED),
        ("downtime", DOWN),
        ("maintenance", MAINTENANCE),
        ("x", UNKNOWN),
    ],
)
def test_better_stack_words(state: str, expected: FeedState | None) -> None:
    document = json.loads(
        json.dumps(pages.BETTERSTACK).replace(
            '"aggregate_state": "degraded"', f'"aggregate_state": "{state}"'
        )
    )

    page = read(FeedFormat.BETTERSTACK, document)

    assert by_id(page, "20").state is expected
    assert page.overall is (UP if expected is None else expected)


def test_better_stack_is_resolved_by_its_state_though_it_has_no_end() -> None:
    page = read(FeedFormat.BETTERSTACK, pages.BETTERSTACK)

    assert states(page) == {"10": DEGRADED, "11": UP}  # what is not monitored is not listed
    assert not is_open(by_id(page, "21"), NOW)
    assert by_id(page, "20").components == {"10", "API"}
    assert by_id(page, "20").first_word_at == at("2026-09-22T00:55")
    assert is_open(by_id(page, "22", planned=True), NOW)
    assert page.url == "https://status.vendor.example"


# Flashduty


def test_flashduty_components_are_lowered_by_open_changes_whatever_their_label() -> None:
    page = read(FeedFormat.FLASHDUTY, pages.flashduty(pages.CHANGE))

    assert states(page) == {"01A": UP, "01C": DOWN}
    assert only(page).state is DOWN  # though its label is "monitoring"
    assert only(page).title == "网页/APP 性能异常（Web/APP Service Performance Abnormal）"
    assert only(page).text == "修复已上线 A fix is in. We are investigating."


def test_an_outage_of_the_api_is_none_of_a_chat_that_the_same_record_calls_back() -> None:
    both = [
        {"component_id": "01A", "name": "DeepSeek V4 Pro API服务(API Service)", "status": "full_outage"},
        {"component_id": "01C", "name": "对话服务(Chatservice)", "status": "operational"},
    ]
    change = {**pages.CHANGE, "affected_components": both}
    parts = [Part(Surface.API, contains=("api",)), Part(Surface.WEB, contains=("chat",))]

    said = scoped(read(FeedFormat.FLASHDUTY, pages.flashduty(change)), parts, (), NOW)

    assert said.surfaces == {Surface.API: DOWN, Surface.WEB: UP}


def test_aws_and_datadog_say_it_for_each_part_too() -> None:
    impacted = {
        **pages.AWS[0]["impacted_services"],
        "s3-us-east-1": {"service_name": "Amazon S3", "current": "1"},
    }
    aws = read(FeedFormat.AWS_EVENTS, [{**pages.AWS[0], "impacted_services": impacted}])
    touched = [
        {"id": "d1", "name": "Chat", "status": "major_outage"},
        {"id": "d2", "name": "Web", "status": "degraded"},
    ]
    datadog = read(
        FeedFormat.DATADOG,
        pages.datadog("operational", {**pages.DATADOG_INCIDENT, "componentsAffected": touched}),
    )

    assert scoped(aws, [Part(id="bedrock")], (), NOW).state is DOWN
    assert scoped(aws, [Part(id="s3")], (), NOW).state is DEGRADED
    assert scoped(datadog, [Part(id="d1")], (), NOW).state is DOWN
    assert scoped(datadog, [Part(id="d2")], (), NOW).state is DEGRADED


def test_flashduty_records_begin_no_later_than_the_first_word() -> None:
    page = read(FeedFormat.FLASHDUTY, pages.flashduty(pages.CHANGE))

    assert only(page).began_at == only(page).first_word_at == (S - 900) * 1000


def test_a_change_whose_component_has_recovered_colours_nothing_while_it_is_only_watched() -> None:
    touched = [{"component_id": "01A", "name": "API", "status": "operational"}]
    watched = {**pages.CHANGE, "affected_components": touched}

    page = read(FeedFormat.FLASHDUTY, pages.flashduty(watched))
    unrated = read(FeedFormat.FLASHDUTY, pages.flashduty({**watched, "status": "investigating"}))

    assert (whole(page), only(page).state, is_open(only(page), NOW)) == (UP, None, True)
    assert whole(unrated) is UNKNOWN


def test_a_change_in_detail_keeps_the_worst_that_it_was() -> None:
    updates = [
        *pages.CHANGE["updates"],
        {
            "at_seconds": S - 60,
            "status": "resolved",
            "component_changes": [{"component_id": "01C", "status": "operational"}],
        },
    ]
    detail = {**pages.CHANGE, "status": "resolved", "close_at_seconds": S - 60, "updates": updates}

    page = read(FeedFormat.FLASHDUTY, {"data": detail})

    assert (only(page).state, only(page).ended_at) == (DOWN, (S - 60) * 1000)


def test_flashduty_maintenance_counts_from_its_beginning_on() -> None:
    planned = {
        "change_id": 1,
        "type": "maintenance",
        "title": "升级",
        "status": "scheduled",
        "start_at_seconds": S + 600,
        "affected_components": [{"component_id": "01A", "status": "under_maintenance"}],
        "updates": [],
    }

    before = read(FeedFormat.FLASHDUTY, pages.flashduty(planned))
    within = read(FeedFormat.FLASHDUTY, pages.flashduty({**planned, "start_at_seconds": S - 600}))

    assert whole(before) is UP
    assert whole(within) is MAINTENANCE


def test_flashduty_widget() -> None:
    page = read(FeedFormat.FLASHDUTY_WIDGET, pages.FLASHDUTY_WIDGET)

    assert page.overall is DEGRADED
    assert by_id(page, "w1").state is DEGRADED
    assert sorted(item.id for item in page.incidents if is_open(item, NOW)) == ["w1", "w2"]


def test_flashduty_widgets_error_is_told() -> None:
    told = parse(FeedFormat.FLASHDUTY_WIDGET, b'{"error": "status_page_not_found"}', NOW)

    assert isinstance(told, Unreadable)
    assert told.why == "an error came instead of a Flashduty widget: status_page_not_found"


# Datadog


def test_datadog_groups_are_headings_and_the_timeline_says_how_bad_it_is() -> None:
    page = read(FeedFormat.DATADOG, pages.datadog("degraded", pages.DATADOG_INCIDENT))

    assert states(page) == {"d1": DEGRADED, "d2": UP}
    assert only(page).state is DEGRADED
    assert only(page).began_at == at("2026-09-22T00:30")
    assert only(page).first_word_at == at("2026-09-22T00:45")


def test_datadog_incidents_that_are_over_keep_their_severity() -> None:
    over = {
        **pages.DATADOG_INCIDENT,
        "currentStatus": "resolved",
        "resolved": True,
        "resolvedDate": "2026-09-22T00:40:00Z",
        "componentsAffected": [{"id": "d1", "name": "Chat", "status": "operational"}],
    }

    page = read(FeedFormat.DATADOG, pages.datadog("operational", over))

    assert (only(page).state, only(page).ended_at) == (DEGRADED, at("2026-09-22T00:40"))
    assert whole(page) is UP


# Google, AI Studio, AWS


def test_google_is_open_where_there_is_no_end() -> None:
    page = read(FeedFormat.GOOGLE, pages.GOOGLE)
    incident = by_id(page, "GEMINI")

    assert incident.state is DOWN  # the worst of its impact and its last word
    assert incident.title == "Gemini has # elevated errors"
    assert incident.components == {"Z0F", "Vertex Gemini API", "Gemini on Agents"}
    assert incident.places == {"us-central1", "Iowa (us-central1)"}
    assert incident.url == "https://status.cloud.google.com/incidents/GEMINI"
    assert not is_open(by_id(page, "OLD"), NOW)
    assert by_id(page, "OLD").url == ""


@pytest.mark.parametrize(
    ("product", "region", "state"),
    [
        ("Z0F", "us-central1", DOWN),
        ("Z0F", "europe-west4", UP),
        ("other", "us-central1", UP),
        ("Z0F", None, DOWN),
    ],
)
def test_google_counts_by_product_and_region(product: str, region: str | None, state: FeedState) -> None:
    page = read(FeedFormat.GOOGLE, pages.GOOGLE)

    assert scoped(page, [Part(id=product)], [region] if region else [], NOW).state is state


@pytest.mark.parametrize("end", [None, "absent"])
def test_googles_information_is_not_harmless(end: str | None) -> None:
    entry = {**pages.GOOGLE[1], "most_recent_update": {"status": "SERVICE_INFORMATION"}, "end": None}
    if end == "absent":
        del entry["end"]

    assert whole(read(FeedFormat.GOOGLE, [entry])) is DEGRADED


def test_the_sample_of_google_cloud_has_the_gemini_incident() -> None:
    page = sample("incidents_live_2026-07.json")
    gemini = by_id(page, "41E5S3mkTGDfkZuJZH5k")

    assert whole(page) is UP
    assert "Z0FZJAMvEB4j3NbCJs6B" in gemini.components
    assert (gemini.began_at, gemini.ended_at) == (at("2026-02-27T12:37"), at("2026-02-27T14:35"))
    assert gemini.state is DEGRADED
    assert gemini.title.startswith("Vertex AI Gemini API customers experienced increased error rates")


def test_ai_studio_counts_by_its_enumeration() -> None:
    page = read(FeedFormat.AISTUDIO, pages.AISTUDIO)

    assert by_id(page, "api-20260922").state is DOWN
    assert by_id(page, "api-20260922").components == {"1", "API"}
    assert by_id(page, "old").ended_at == (S - 8000) * 1000
    assert scoped(page, [Part(id="3")], (), NOW).state is UP


@pytest.mark.parametrize("status", ["3", 3])
@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16", "utf-8"])
def test_aws_events_in_any_encoding_with_numbers_or_strings(status: object, encoding: str) -> None:
    body = json.dumps([{**pages.AWS[0], "status": status}]).encode(encoding)

    page = read(FeedFormat.AWS_EVENTS, body)

    assert only(page).state is DOWN
    assert only(page).places == {"us-east-1", "N. Virginia"}
    assert {"bedrock-us-east-1", "bedrock", "Amazon Bedrock"} <= only(page).components
    assert "route53" not in only(page).components  # it has recovered
    assert only(page).text == "It is bad. We look."
    assert only(page).last_word_at == (S - 600) * 1000


@pytest.mark.parametrize(
    ("status", "state"), [("1", DEGRADED), ("2", DEGRADED), ("3", DOWN), ("0", UP), ("9", UNKNOWN)]
)
def test_aws_status_codes(status: str, state: FeedState) -> None:
    assert whole(read(FeedFormat.AWS_EVENTS, [{**pages.AWS[0], "status": status}])) is state


def test_aws_history_has_its_log_in_a_string() -> None:
    page = read(FeedFormat.AWS_EVENTS, pages.AWS_HISTORY)

    assert only(page).title == "Access"
    assert only(page).text == "Over. See here ."
    assert (only(page).first_word_at, only(page).ended_at) == ((S - 90_000) * 1000, (S - 80_000) * 1000)


def test_the_sample_of_aws_is_down_in_the_middle_east_only() -> None:
    page = sample("currentevents_live_2026-07.utf16be.bin")
    bedrock = [Part(contains=("bedrock",))]

    assert scoped(page, bedrock, ["me-central-1"], NOW).state is DOWN
    assert scoped(page, bedrock, ["us-east-1"], NOW).state is UP
    assert scoped(page, bedrock, (), NOW).state is DOWN


# Status.io, Slack, Cloudflare


def test_status_io_codes_and_messages() -> None:
    page = read(FeedFormat.STATUSIO, pages.STATUSIO)

    assert (page.overall, states(page)) == (DEGRADED, {"io1": DEGRADED, "io2": UP})
    assert by_id(page, "ii").state is DEGRADED
    assert by_id(page, "ii").places == {"k", "Europe"}
    assert sorted(item.id for item in page.incidents if is_open(item, NOW)) == ["ii", "im"]


def test_slack_services_are_its_components_and_notices_harmless() -> None:
    page = read(FeedFormat.SLACK, pages.SLACK)
    notice = read(
        FeedFormat.SLACK,
        {**pages.SLACK, "active_incidents": [{**pages.SLACK["active_incidents"][0], "type": "notice"}]},
    )

    assert only(page).began_at == at("2026-09-22T00:50")
    assert only(page).text == "We look ."
    assert scoped(page, [Part(name="Login/SSO")], (), NOW).state is DOWN
    assert scoped(page, [Part(name="Files")], (), NOW).state is UP
    assert whole(notice) is UP


@pytest.mark.parametrize(("status", "open_"), [("active", True), ("scheduled", False), ("completed", False)])
def test_slack_maintenance(status: str, open_: bool) -> None:
    planned = {**pages.SLACK["active_incidents"][0], "type": "maintenance", "status": status}

    page = read(FeedFormat.SLACK, {**pages.SLACK, "active_incidents": [planned]})

    assert only(page).planned
    assert is_open(only(page), NOW) is open_


def test_cloudflare_counts_what_names_the_component_and_not_what_only_mentions_it() -> None:
    page = read(FeedFormat.CLOUDFLARE, pages.CLOUDFLARE)
    said = scoped(page, [Part(id="cf1")], (), NOW)
    workers = scoped(page, [Part(id="cf2")], (), NOW)

    assert (said.state, said.title) == (DEGRADED, "API errors")
    assert (workers.state, workers.incidents) == (UP, ())
    assert by_id(page, "co").ended_at == at("2026-09-20T01:00")


def test_cloudflares_plain_list_of_components_is_read_too() -> None:
    page = read(FeedFormat.CLOUDFLARE, {"success": True, "result": pages.CLOUDFLARE["result"]["components"]})

    assert states(page) == {"cf1": DEGRADED, "cf2": UP}


# RSS


@pytest.mark.parametrize("components", [None, [{"id": "c1", "name": "API"}]])
def test_incidentio_may_call_a_part_affected_that_it_does_not_list(components: object) -> None:
    summary = {
        "name": "Vendor",
        "public_url": "https://status.vendor.example",
        "components": components,
        "affected_components": [{"component_id": "c9", "status": "full_outage"}],
        "ongoing_incidents": [],
    }
    page = read(FeedFormat.INCIDENTIO, pages.sent({"summary": summary}))

    assert scoped(page, [Part(id="c1", name="API")], (), NOW).state is DOWN


def test_a_container_in_trouble_makes_no_green_component() -> None:
    document = deepcopy(pages.STATUSIO_QUIET)
    document["result"]["status"][0]["containers"] = [
        {"id": "eu", "name": "Europe", "status": "Service Disruption", "status_code": 500}
    ]

    assert whole(read(FeedFormat.STATUSIO, pages.sent(document))) is DOWN


@pytest.mark.parametrize("components", [None, []])
def test_a_flashduty_page_without_its_parts_is_unknown(components: object) -> None:
    document = pages.flashduty()
    document["data"]["page"]["components"] = components

    assert whole(read(FeedFormat.FLASHDUTY, pages.sent(document))) is UNKNOWN


GROUPED: list[tuple[FeedFormat, Any]] = [
    (
        FeedFormat.STATUSPAGE,
        pages.statuspage(
            components=[
                {"id": "g", "name": "APIs", "group": True, "status": "operational"},
                {"id": "1", "name": "Chat", "group_id": "g", "status": "major_outage"},
                {"id": "2", "name": "Web", "group_id": None, "status": "operational"},
            ]
        ),
    ),
    (
        FeedFormat.INCIDENTIO,
        {
            "name": "Vendor",
            "public_url": "https://status.vendor.example",
            "components": [{"id": "1", "name": "Chat"}, {"id": "2", "name": "Web"}],
            "structure": {"items": [{"group": {"name": "APIs", "components": [{"component_id": "1"}]}}]},
            "affected_components": [{"component_id": "1", "status": "full_outage"}],
            "ongoing_incidents": [],
        },
    ),
    (
        FeedFormat.BETTERSTACK,
        {
            "data": {"type": "status_page", "attributes": {"company_name": "V"}},
            "included": [
                {"type": "status_page_section", "id": "9", "attributes": {"name": "APIs"}},
                {
                    "type": "status_page_resource",
                    "id": "1",
                    "attributes": {"public_name": "Chat", "status": "downtime", "status_page_section_id": 9},
                },
            ],
        },
    ),
    (
        FeedFormat.INSTATUS,
        [
            {
                "id": "g",
                "name": "APIs",
                "status": "MAJOROUTAGE",
                "isParent": True,
                "children": [{"id": "1", "name": "Chat", "status": "MAJOROUTAGE"}],
            },
            {"id": "2", "name": "Web", "status": "OPERATIONAL"},
        ],
    ),
    (
        FeedFormat.DATADOG,
        {
            "domainPrefix": "v",
            "name": "Vendor",
            "components": [
                {
                    "id": "g",
                    "name": "APIs",
                    "type": "Group",
                    "components": [{"id": "1", "name": "Chat", "status": "major_outage"}],
                },
                {"id": "2", "name": "Web", "status": "operational"},
            ],
            "incidents": [],
        },
    ),
]


@pytest.mark.parametrize(("form", "document"), GROUPED)
def test_the_heading_above_a_component_stands_for_what_is_under_it(form: FeedFormat, document: Any) -> None:
    page = read(form, pages.sent(document))

    assert scoped(page, on_page([Part(name="APIs")], page), (), NOW).state is DOWN
    assert "APIs" not in {item.name for item in page.components}


def test_rss_says_what_is_open_by_its_newest_label() -> None:
    page = read(FeedFormat.RSS, pages.RSS)

    assert by_id(page, "g1").state is DEGRADED
    assert is_open(by_id(page, "g1"), NOW)
    assert by_id(page, "g1").title == "API 不可用（API unavailable）"
    assert not is_open(by_id(page, "g2"), NOW)


@pytest.mark.parametrize(
    ("title", "description", "state"),
    [
        ("[Resolved] Errors", "We are investigating.", UP),
        ("[Investigating] Errors", "<strong>Resolved</strong> - Over.", UP),  # titles keep their first mark
        ("[Investigating] Errors", "", DEGRADED),
        ("Errors", "Status: resolved at 10:00. It was a major outage.", UP),
        ("【已解决】API 异常", "", UP),
        ("Errors", "<b>Status: Resolved</b><br/>Affected: Login (Major outage)", UP),
        ("Errors", "<strong>THIS IS A PAST EVENT</strong><strong>Resolved</strong>", UP),
        ("Errors", "This incident has been resolved.", UP),
        ("Errors", "We will post again once this is resolved. We are investigating.", DEGRADED),
        ("Errors", "<b>Status: Monitoring</b>", DEGRADED),
        ("Service disruption: Errors", "Still going on.", DEGRADED),
        ("API 不可用", "", DEGRADED),
        ("Major outage", "", DOWN),
        ("A new model", "It is fast.", UNKNOWN),
        ("", "", UNKNOWN),
        ("Scheduled maintenance", "<strong>Scheduled</strong> - soon", UP),
        ("Database maintenance", "<strong>In progress</strong> - now", MAINTENANCE),
        ("Database maintenance", "<strong>Completed</strong> - done", UP),
    ],
)
def test_rss_words(title: str, description: str, state: FeedState) -> None:
    known = pages.item("Old", "<strong>Resolved</strong>", guid="old")

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", pages.item(title, description), known))) is state


@pytest.mark.parametrize(
    "text",
    [
        "The database has been restored from backup but the API is still down.",
        "Login is restored. Chat remains completely unavailable.",
        "Was fully mitigated at 10:00 but the errors are back.",
        "This follows the incident that was resolved on Monday. We are investigating errors.",
        "API 已恢复，网页对话仍不可用",
        "问题尚未已解决，我们正在处理中，服务异常",
        "Service has been restored for most instances. We continue to see errors.",
        "The outage is mitigated. However, some requests fail.",
        "The API has been restored. Streaming requests return 503.",
        "Access to the dashboard has been restored. The API is returning errors.",
        "The issue was resolved earlier today. It has come back and we are investigating.",
        "The issue is resolved for users in the EU. Users in the US are affected.",
        "One of the two issues has been resolved. Requests to the API time out.",
        "This was resolved at 10:00. Errors have returned.",
        "服务已恢复。但部分请求失败。",
        "部分功能已恢复，API 无法使用。",
    ],
)
@pytest.mark.parametrize("form", [FeedFormat.RSS, FeedFormat.AZURE_RSS])
def test_prose_that_takes_back_that_it_is_over_is_not_green(form: FeedFormat, text: str) -> None:
    known = pages.item("Old", "<strong>Resolved</strong>", guid="old")
    feed = pages.rss("Azure Status", pages.item("Major incident", text), known)

    assert whole(read(form, feed)) in {DEGRADED, DOWN}


@pytest.mark.parametrize(
    "text",
    [
        "This incident has been resolved.",
        "The issue has been resolved and the service is operating normally.",
        "Between 1:00 and 3:00 we had increased error rates. The issue has been resolved. All is well.",
        "Service has been fully restored. We will continue to monitor.",
        "Impact is now mitigated. Some customers saw errors between 10:00 and 11:00.",
        "服务已恢复。",
        "One of our suppliers failed. This incident has been resolved.",
        "The issue that was causing elevated errors has been resolved. All services are back to normal.",
        "This has been resolved. If you continue to experience issues, contact support.",
        "The incident is resolved and users can sign in again.",
        "This is resolved. We are still investigating the root cause and working on the post-mortem.",
        "The API has been restored. However, we keep watching it.",
        "Access to the API has been restored.",
        "故障已修复，我们将继续监控。",
    ],
)
def test_prose_that_says_that_it_is_over_is_believed(text: str) -> None:
    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text)))) is UP


@pytest.mark.parametrize(
    ("description", "state"),
    [
        ("<strong>Resolved for most users</strong> - Some still fail.", DEGRADED),
        ("<strong>Partially resolved</strong> - Some still fail.", DEGRADED),
        ("<strong>Reopened</strong> - Again.<br/><strong>Resolved</strong> - Over.", DEGRADED),
        ("<strong>Fnord</strong> - Again.<br/><strong>Resolved</strong> - Over.", UNKNOWN),
        (f"{pages.update('Fnord')}{pages.update('Resolved')}", UNKNOWN),
        (f"{pages.update('Fnord')}{pages.update('Investigating')}", DEGRADED),
        (f"{pages.update('Postmortem')}{pages.update('Resolved')}", UP),
        (f"{pages.update('Resolved')}{pages.update('Fnord')}", UP),
        ("<b>Note</b>: a mail was sent. <strong>Resolved</strong> - Over.", UP),
        ("<strong>Investigating</strong> - This is not a full outage.", DEGRADED),
    ],
)
def test_a_newest_label_that_is_not_known_takes_back_an_older_one(description: str, state: FeedState) -> None:
    known = pages.item("Old", "<strong>Resolved</strong>", guid="old")

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", description), known))) is state


@pytest.mark.parametrize(
    ("title", "description", "state"),
    [
        ("Errors after database maintenance", pages.update("Investigating"), DEGRADED),
        ("Database upgrade", pages.update("In progress", "Scheduled maintenance goes on."), MAINTENANCE),
        ("Database upgrade", pages.update("In progress", "We look into errors."), DEGRADED),
        ("API 服务异常（维护后）", pages.update("调查中"), DEGRADED),
        ("Errors", "Status: Monitoring <b>Planned next steps</b>", DEGRADED),
        ("Errors", "<strong>Investigating</strong> - x <strong>Scheduled fix</strong>", DEGRADED),
        ("Upgrade", "<strong>Scheduled maintenance</strong> - soon", UP),
    ],
)
def test_what_rss_calls_maintenance(title: str, description: str, state: FeedState) -> None:
    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", pages.item(title, description)))) is state


@pytest.mark.parametrize(
    ("newer", "older", "guids"),
    [
        ("[Resolved] Slow", "[Investigating] Slow", ("i/98#update-11", "i/98#update-10")),
        (
            "[Resolved] Slow",
            "[Investigating] Slow",
            ("https://s/incident/200#0a1b2c3d4e5f60718", "https://s/incident/200#4e5f6a7b8c9d0e1f2"),
        ),
        (
            "Service is operating normally: [RESOLVED] Slow",
            "Performance issues: Slow",
            (
                "https://status.aws.amazon.com/#bedrock-us-east-1_1790038200",
                "https://status.aws.amazon.com/#bedrock-us-east-1_1789951800",
            ),
        ),
        (
            "RESOLVED: Slow",
            "UPDATE: Slow",
            ("tag:status.cloud.google.com,2026:feed:abc.d2", "tag:status.cloud.google.com,2026:feed:abc.d1"),
        ),
    ],
)
def test_an_item_for_each_update_is_one_trouble(newer: str, older: str, guids: tuple[str, str]) -> None:
    before = "Mon, 21 Sep 2026 00:50:00 GMT"
    items = (
        pages.item(newer, "x", guid=guids[0]),
        pages.item(older, "Elevated errors.", guid=guids[1], date=before),
    )
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", *items)).incidents

    assert not is_open(found, NOW)
    assert (found.first_word_at, found.last_word_at) == (
        pages.at("2026-09-21T00:50"),
        pages.at("2026-09-22T00:50"),
    )


def test_two_troubles_of_one_title_are_two() -> None:
    guid, older = (
        "https://status.aws.amazon.com/#s3_179003820{}".format,
        "Mon, 21 Sep 2026 00:{}:00 GMT".format,
    )
    items = (
        pages.item("[Investigating] Slow", "x", guid=guid(3)),
        pages.item("[Resolved] Slow", "x", guid=guid(2), date=older(50)),
        pages.item("[Investigating] Slow", "x", guid=guid(1), date=older(40)),
    )
    page = read(FeedFormat.RSS, pages.rss("Vendor", *items))

    assert sorted(is_open(item, NOW) for item in page.incidents) == [False, True]
    assert whole(page) is DEGRADED


@pytest.mark.parametrize("link", ["<link>https://status.vendor.example</link>", ""])
def test_items_that_nothing_tells_apart_are_told_by_their_title_and_date(link: str) -> None:
    items = "".join(
        f"<item><title>{title}</title>{link}<description>Status: {status}</description>"
        f"<pubDate>Tue, 22 Sep 2026 00:{minute}:00 GMT</pubDate></item>"
        for title, status, minute in (("Dashboard slow", "Resolved", 50), ("API down", "Investigating", 40))
    )

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", items))) is DEGRADED


def test_each_update_in_a_text_has_its_own_time() -> None:
    """Statuspage dates the item by its last update."""
    text = pages.update("Resolved", at="Sep 22, 00:50") + pages.update("Investigating", at="Sep 21, 23:10")
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text))).incidents

    assert found.first_word_at == found.began_at == pages.at("2026-09-21T23:10")
    assert found.ended_at == found.last_word_at == pages.at("2026-09-22T00:50")


def test_an_update_of_december_is_not_of_next_december() -> None:
    text = pages.update("Investigating", at="Dec 31, 23:10")
    date = "Thu, 01 Jan 2026 00:10:00 GMT"
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text, date=date))).incidents

    assert found.first_word_at == pages.at("2025-12-31T23:10")


def test_an_update_of_the_new_year_in_an_item_of_the_old_one_is_not_a_year_old() -> None:
    text = pages.update("Monitoring", at="Jan 1, 00:10") + pages.update("Investigating", at="Dec 31, 23:30")
    date = "Wed, 31 Dec 2025 23:30:00 GMT"
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text, date=date))).incidents

    assert (found.began_at, found.last_word_at) == (
        pages.at("2025-12-31T23:30"),
        pages.at("2026-01-01T00:10"),
    )


@pytest.mark.parametrize(("zone", "first"), [("CST", "2026-09-22T00:50"), ("PDT", "2026-09-21T23:50")])
def test_a_zone_is_believed_where_it_agrees_with_the_items_own_date(zone: str, first: str) -> None:
    """China's CST is eight hours ahead, and 17:50 in San Francisco is 00:50 UTC."""
    text = pages.update("Monitoring", at="Sep 21, 17:50") + pages.update("Investigating", at="Sep 21, 16:50")
    (found,) = read(
        FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text.replace(" UTC", f" {zone}")))
    ).incidents

    assert found.first_word_at == pages.at(first)


@pytest.mark.parametrize(
    "guids",
    [
        ("https://status.vendor.example/#101", "https://status.vendor.example/#102"),
        ("x.101", "x.102"),
        ("x", "x"),
    ],
)
@pytest.mark.parametrize("mark", ["API: ", "[API] ", ""])
def test_troubles_of_their_own_are_not_joined(guids: tuple[str, str], mark: str) -> None:
    other = mark.replace("API", "Chat")
    items = (
        pages.item(f"{other}elevated errors" if mark else "Chat", "Status: Resolved", guid=guids[1]),
        pages.item(f"{mark}elevated errors", "Status: Investigating", guid=guids[0]),
    )

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", *items))) is DEGRADED


def test_an_item_of_march_is_not_closed_by_one_of_today() -> None:
    guid = "https://status.aws.amazon.com/#bedrock-us-east-1_179003820{}".format
    items = (
        pages.item("[RESOLVED] Slow", "x", guid=guid(2)),
        pages.item("Service impact: Slow", "x", guid=guid(1), date="Tue, 03 Mar 2026 00:50:00 GMT"),
    )
    page = read(FeedFormat.RSS, pages.rss("AWS", *items))

    assert sorted(is_open(item, NOW) for item in page.incidents) == [False, True]


@pytest.mark.parametrize(
    ("newest", "state"),
    [
        ("Thank you for your patience.", UP),
        ("We have more to tell about it.", UP),
        ("It is investigated again: requests are failing, an outage.", DEGRADED),
    ],
)
def test_an_update_that_says_nothing_leaves_a_trouble_where_it_was(newest: str, state: FeedState) -> None:
    items = [
        pages.item("Slow", text, guid=f"i/98#update-{number}", date=f"Tue, 22 Sep 2026 00:{number}:00 GMT")
        for number, text in ((50, newest), (40, "This has been resolved."), (30, "We see elevated errors."))
    ]

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", *items))) is state
    told_of_open = [pages.item("Slow", "More soon.", guid="i/98#update-51"), items[2]]
    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", *told_of_open))) is DEGRADED


@pytest.mark.parametrize(
    "text",
    [
        "<p>The incident has been resolved.</p><strong>Outage window</strong><p>10 to 11</p>",
        "<h3>Confirmed impact</h3><p>x</p><h3>Resolved</h3>",
        "<b>Resolved: API unavailable</b>",
        pages.update("Root cause") + pages.update("Resolved"),
        pages.update("Final update") + pages.update("Resolved"),
    ],
)
def test_a_heading_opens_nothing_that_is_over(text: str) -> None:
    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text)))) is UP


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (pages.update("Investigating", "Batches reach status: completed without a file."), DEGRADED),
        (pages.update("Resolved") + pages.update("Investigating", "They remain at status: in progress."), UP),
        ("We are investigating why <b>verified organizations</b> get errors.", DEGRADED),
        ("<h3>Situation</h3><p>It fails, we are investigating.</p><h3>Completed actions</h3>", DEGRADED),
        ("<b>Resolved so far:</b> EU. We are investigating the rest.", DEGRADED),
        ("<strong>Resolved / Monitoring</strong>", DEGRADED),
        ("<strong>监控中/Monitoring</strong> - 问题已修复，正在监控。", DEGRADED),
        ("<strong>观察中</strong> - 问题已修复，持续观察", DEGRADED),
        ("<strong>Resolved in EU</strong> - US is down, an outage", DEGRADED),
        ("<strong>Resolved at 10:00 UTC for all users</strong>", UP),
        ("<strong>Fixed</strong> - The outage is over.", UP),
        ("部分用户登录异常，现已恢复。", UP),
        ("服务已恢复。如仍有问题，请联系客服。", UP),
        ("This incident has been resolved. If you are still seeing errors, contact support.", UP),
        ("This incident has been resolved. The API was unavailable for 20 minutes.", UP),
        ("The issue has been resolved.<p>We will tell once the issue is resolved.</p>", UP),
        ("We will tell once the issue is resolved. We are investigating.", DEGRADED),
        ("<b>Status: Monitoring</b><ul><li><b>Resolved</b> - Chat</li></ul>", DEGRADED),
        ("<b>Status: Investigating</b><br/><b>Fixed</b> - the EU is back; the US is failing", DEGRADED),
        ("<b>Status: Resolved</b><br/>All is well.<ul><li><b>GPT-5</b> - recovered 10:05</li></ul>", UP),
        ("<b>Status: Resolved</b><br/><strong>Root cause</strong> - an outage of a disk", UP),
        (pages.update("Planned fix", "The API is down.") + pages.update("Investigating"), DEGRADED),
        ("<b>Planned next steps</b><p>All requests fail, we are investigating.</p>", DEGRADED),
        ("The outage is past.\nStatus: Resolved", UP),
        ("<p>Incident Status: Resolved</p> It was an outage.", UP),
        ("<p>Incident Status: Monitoring</p><p>The database has been resolved. Errors go on.</p>", DEGRADED),
        ("<b>Resolved - Sep 21, 10:00 UTC</b><p>ok</p><b>Investigating - Sep 21, 9:00 UTC</b>", UP),
        ("<b>Resolved (post-mortem published)</b> an outage", UP),
        ("Status: Resolved / Operational", UP),
    ],
)
def test_only_what_says_where_it_stands_closes_a_trouble(text: str, state: FeedState) -> None:
    known = pages.item("Old", "<strong>Resolved</strong>", guid="old")

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text), known))) is state


@pytest.mark.parametrize("said", ["Completed the rollback in three of five clusters", "Verified the cause"])
def test_azures_status_in_prose_closes_nothing(said: str) -> None:
    text = f"<strong>Current Status:</strong> {said}; requests still fail."
    feed = pages.rss("Azure Status", pages.item("Azure OpenAI - East US", text))

    assert whole(read(FeedFormat.AZURE_RSS, feed)) is DEGRADED


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Database upgrade", "<strong>Planned work</strong> - On Nov 30"),
        ("Database upgrade", "<b>Status: Planned for Nov 30</b>"),
        ("Scheduled maintenance", "<strong>Scheduled</strong> - x<p>Affects: <b>Monitoring</b></p>"),
        ("Scheduled maintenance", "<b>Status: Scheduled</b><br><b>Outage</b>: 10 minutes"),
        ("Scheduled maintenance on Nov 12", "On Nov 12 the API will be unavailable."),
        ("Maintenance", "The maintenance is complete. The API was unavailable for 5 minutes."),
    ],
)
def test_what_is_planned_is_no_trouble_of_now(title: str, text: str) -> None:
    known = pages.item("Old", "<strong>Resolved</strong>", guid="old")
    page = read(FeedFormat.RSS, pages.rss("Vendor", pages.item(title, text), known))

    assert whole(page) is UP
    assert by_id(page, "g1", planned=True)


def test_a_post_mortem_ends_nothing_later() -> None:
    text = (
        pages.update("Postmortem", at="Sep 20, 11:00")
        + pages.update("Resolved", at="Aug 26, 09:00")
        + pages.update("Monitoring", at="Aug 26, 08:30")
        + pages.update("Resolved", at="Aug 26, 08:20")
        + pages.update("Investigating", at="Aug 26, 08:00")
    )
    item = pages.item("Errors", text, date="Wed, 26 Aug 2026 08:00:00 GMT")
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", item)).incidents

    assert found.ended_at == pages.at("2026-08-26T09:00")
    assert found.last_word_at == pages.at("2026-09-20T11:00")


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ("<li>API (Partial outage)</li><li>Sora (Operational)</li>", {"API", "Sora"}),
        ("<li>API (EU)</li>", {"API (EU)"}),
        ("<li><b>API</b> (Partial outage)</li><li>Sora (Operational)</li>", set()),
    ],
)
def test_a_list_of_parts_that_cannot_be_read_is_no_list(items: str, names: set[str]) -> None:
    text = f"<b>Status: Investigating</b><br/><b>Affected components</b><ul>{items}</ul>"
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text))).incidents

    assert found.components == names


@pytest.mark.parametrize("link", ["https://status.vendor.example/i/7", "https://status.vendor.example/"])
def test_items_of_one_address_and_one_title_are_one_trouble_unless_it_is_the_pages(link: str) -> None:
    items = "".join(
        f"<item><title>[{mark}] API errors</title><link>{link}</link><description>x</description>"
        f"<pubDate>Tue, 22 Sep 2026 00:{minute}:00 GMT</pubDate></item>"
        for mark, minute in (("Resolved", 50), ("In Progress", 40))
    )
    page = read(FeedFormat.RSS, pages.rss("Vendor", items))

    assert len(page.incidents) == (1 if link.endswith("7") else 2)


def test_a_label_that_nobody_knows_takes_back_what_is_over_for_some_days() -> None:
    text = pages.update("Fnord", at="Sep 10, 00:50") + pages.update("Resolved", at="Sep 9, 00:50")
    old = pages.item("Errors", text, date="Thu, 10 Sep 2026 00:50:00 GMT")

    assert whole(read(FeedFormat.RSS, pages.rss("Vendor", old))) is UP


def test_one_trouble_is_not_half_maintenance() -> None:
    title, date = "Errors after database maintenance", "Tue, 22 Sep 2026 00:{}:00 GMT".format
    items = [
        pages.item(title, f"<strong>{label}</strong> - x", guid=f"i/9#update-{minute}", date=date(minute))
        for minute, label in ((50, "Resolved"), (40, "Investigating"))
    ]
    (found,) = read(FeedFormat.RSS, pages.rss("Vendor", *items)).incidents

    assert not found.planned
    assert not is_open(found, NOW)


@pytest.mark.parametrize(
    ("listed", "state"), [("Sora (Degraded performance)", UP), ("Responses (Full outage)", DOWN)]
)
def test_rss_of_incidentio_names_its_parts(listed: str, state: FeedState) -> None:
    text = f"<b>Status: Investigating</b><br/>x<br/><b>Affected components</b><ul><li>{listed}</li></ul>"
    page = read(FeedFormat.RSS, pages.rss("Vendor", pages.item("Errors", text)))

    assert scoped(page, [Part(name="Responses")], (), NOW).state is state


def test_news_that_tells_of_no_trouble_acknowledges_none() -> None:
    known = pages.item("Old", "<strong>Resolved</strong>", guid="old")
    page = read(FeedFormat.RSS, pages.rss("Vendor", pages.item("A new model", "It is fast."), known))

    assert by_id(page, "g1").first_word_at is None


@pytest.mark.parametrize(
    ("title", "text", "state"),
    [
        ("Azure SQL Database - Brazil South - Investigating", "", UP),
        ("Azure OpenAI - East US - Investigating", "", DEGRADED),
        ("Azure Kubernetes Service (AKS) - East US", "Azure OpenAI requests may fail as well.", DEGRADED),
        ("Azure Kubernetes Service (AKS) - East US", "", UP),
        ("Azure Networking - East US", "", DEGRADED),
        ("Multiple services - East US", "", DEGRADED),
        ("Power event in West Europe", "", DEGRADED),
        ("Azure AI Services - East US", "", DEGRADED),
        ("Azure Platform - West Europe", "", DEGRADED),
        ("Azure SQL Database and dependent services - East US", "", DEGRADED),
        ("Azure Cosmos DB - East US", f"<p>{'We look. ' * 300}Azure OpenAI is affected.</p>", DEGRADED),
    ],
)
def test_azure_names_the_service_in_its_title(title: str, text: str, state: FeedState) -> None:
    page = read(FeedFormat.AZURE_RSS, pages.rss("Azure Status", pages.item(title, text)))

    assert scoped(page, [Part(contains=("openai", "foundry"))], (), NOW).state is state


@pytest.mark.parametrize(
    ("api", "web", "state"),
    [("resolved", "downtime", UP), ("degraded", "downtime", DEGRADED), ("downtime", "resolved", DOWN)],
)
def test_better_stack_calls_each_part_of_a_report_by_its_own_word(
    api: str, web: str, state: FeedState
) -> None:
    document = deepcopy(pages.BETTERSTACK)
    parts = [item for item in document["included"] if item["type"] == "status_page_resource"]
    for part in parts:
        part["attributes"]["status"] = "operational"
    reports = [item for item in document["included"] if item["type"] == "status_report"]
    report = reports[0]
    document["included"] = [item for item in document["included"] if item not in reports[1:]]
    report["attributes"] |= {"aggregate_state": "downtime", "ends_at": None}
    report["attributes"]["affected_resources"] = [
        {"status_page_resource_id": parts[0]["id"], "status": api},
        {"status_page_resource_id": parts[1]["id"], "status": web},
    ]
    for item in document["included"]:
        if item["type"] == "status_update":
            item["attributes"].pop("affected_resources", None)
    name = parts[0]["attributes"]["public_name"]

    assert (
        scoped(read(FeedFormat.BETTERSTACK, pages.sent(document)), [Part(name=name)], (), NOW).state is state
    )


def test_azures_power_that_is_restored_is_not_its_service() -> None:
    text = (
        "Current Status: Power has been restored and we are working to recover. Azure OpenAI requests fail."
    )

    assert whole(read(FeedFormat.AZURE_RSS, pages.rss("Azure Status", pages.item("Power", text)))) is DEGRADED


@pytest.mark.parametrize("items", [(), (pages.item("A new model", "It is fast."),)])
def test_a_feed_without_any_word_of_status_says_nothing(items: tuple[str, ...]) -> None:
    page = read(FeedFormat.RSS, pages.rss("Blog", *items))

    assert page.overall is None
    assert whole(page) is UNKNOWN


def test_atom_is_read_as_rss() -> None:
    page = read(FeedFormat.RSS, pages.ATOM)

    assert page.url == "https://status.vendor.example"
    assert by_id(page, "tag:1").state is DEGRADED
    assert by_id(page, "tag:1").last_word_at == at("2026-09-22T00:55")
    assert not is_open(by_id(page, "tag:2"), NOW)


def test_xai_has_an_item_for_each_surface_of_an_incident() -> None:
    page = read(FeedFormat.XAI_RSS, pages.XAI)

    assert scoped(page, [Part(contains=("api",))], (), NOW).state is DOWN
    assert scoped(page, [Part(name="grok.com")], (), NOW).state is UP
    assert by_id(page, "INC1@API").title == "Models outage"
    assert by_id(page, "INC1@API").first_word_at == at("2026-09-22T00:55")
    assert by_id(page, "INC1@API").began_at == at("2026-09-22T00:50")
    assert by_id(page, "INC1@grok.com").ended_at == at("2026-09-22T00:58")


@pytest.mark.parametrize(
    ("severity", "state"), [("disruption", DEGRADED), ("available", UP), ("banana", UNKNOWN)]
)
def test_xai_severities(severity: str, state: FeedState) -> None:
    feed = pages.rss("xAI", pages.xai_item("API", "IDENTIFIED", severity))

    assert whole(read(FeedFormat.XAI_RSS, feed)) is state


def test_an_empty_feed_of_somebody_elses_is_not_azures_all_clear() -> None:
    page = read(FeedFormat.AZURE_RSS, pages.rss("Parked domain"))

    assert whole(page) is UNKNOWN


def test_an_azure_guid_is_used_again_so_its_date_belongs_to_the_id() -> None:
    feed = pages.rss(
        "Azure Status",
        pages.item("Storage", "Errors"),
        pages.item("DNS", "Errors", date="Tue, 22 Sep 2026 00:40:00 Z"),
    )

    page = read(FeedFormat.AZURE_RSS, feed)

    assert [item.title for item in page.incidents] == ["DNS", "Storage"]
    assert whole(page) is DEGRADED


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("tuip_empty_2026-06-24.xml", UP),
        ("tuip_item_synthetic.xml", DEGRADED),
        ("aws_all_rss_2026-06.xml", DEGRADED),
    ],
)
def test_the_samples_of_rss(name: str, state: FeedState) -> None:
    assert whole(sample(name)) is state


# DeepSeek's record of 2026-03-29, the seven hours


def test_the_seven_hours_stay_open_through_every_label() -> None:
    full, degraded, fine = "full_outage", "degraded", "operational"
    phases = [
        (1774801214, "investigating", full, DOWN),
        (1774802189, "investigating", degraded, DEGRADED),
        (1774805059, "monitoring", degraded, DEGRADED),
        (1774808176, "investigating", full, DOWN),
        (1774833225, "monitoring", degraded, DEGRADED),
        (1774838008, "monitoring", fine, UP),
    ]
    updates: list[dict[str, Any]] = []
    seen = []
    for second, label, status, _ in phases:
        updates.append(
            {
                "at_seconds": second,
                "status": label,
                "component_changes": [{"component_id": "01C", "status": status}],
            }
        )
        change = {
            "change_id": 498991839811287,
            "type": "incident",
            "title": "DeepSeek 网页/APP 性能异常",
            "status": label,
            "affected_components": [
                {"component_id": "01C", "name": "对话服务(Chatservice)", "status": status}
            ],
            "start_at_seconds": 1774801214,
            "updates": list(updates),
        }
        page = parse(FeedFormat.FLASHDUTY, sent(pages.flashduty(change)), second * 1000)
        assert isinstance(page, Page)
        chat = scoped(page, [Part(Surface.WEB, contains=("对话",))], (), second * 1000)
        api = scoped(page, [Part(Surface.API, contains=("api",))], (), second * 1000)
        assert api.state is UP
        assert [item.id for item in chat.incidents] == ["498991839811287"]
        seen.append(chat.state)

    assert seen == [state for *_, state in phases]


def test_a_page_that_lost_its_parts_and_its_word_is_no_page_without_troubles() -> None:
    lost = b'{"page": {}, "components": [], "incidents": []}'
    list_of_troubles = b'{"page": {}, "incidents": []}'

    for body, overall in ((lost, FeedState.UNKNOWN), (list_of_troubles, FeedState.UP)):
        page = parse(FeedFormat.STATUSPAGE, body, NOW)
        assert isinstance(page, Page)
        assert page.overall is overall
