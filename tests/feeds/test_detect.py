"""From the address of a status page to where it may be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from feeds.pages import NOW, QUIET, TROUBLED
from trayuptime.core.feed import FeedFormat, Page
from trayuptime.feeds.detect import candidates, read
from trayuptime.feeds.formats import Unreadable

HTML = b"<!doctype html><title>Status</title>"


@pytest.mark.parametrize(
    "address", ["https://status.example.com", "https://status.example.com/", " https://STATUS.example.com "]
)
def test_an_unknown_page_is_tried_in_the_order_of_how_common_each_product_is(address: str) -> None:
    paths = [
        (known.value, url.lower().removeprefix("https://status.example.com"))
        for known, url in candidates(address)
    ]

    assert paths == [
        ("statuspage", "/api/v2/summary.json"),
        ("incidentio", "/proxy/status.example.com"),
        ("incidentio", "/api/v1/summary"),
        ("instatus", "/summary.json"),
        ("instatus", "/v3/summary.json"),
        ("betterstack", "/index.json"),
        ("datadog", "/config.json"),
        ("flashduty-widget", "/api/widget/v1/summary.json"),
        ("rss", "/history.atom"),
        ("rss", "/history.rss"),
        ("rss", "/feed"),
        ("rss", "/feed.rss"),
        ("rss", "/feed.xml"),
        ("rss", "/rss.xml"),
        ("rss", "/atom.xml"),
        ("rss", "/rss"),
        ("cloudflare", "/api/v3/summary"),
        ("slack", "/api/v2.0.0/current"),
        ("statuspage", "/api/v2/incidents.json"),
        ("google", "/incidents.json"),
        ("aws-events", "/public/currentevents"),
        ("azure-rss", "/en-us/status/feed/"),
    ]


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("https://status.openai.com", ("incidentio", "https://status.openai.com/proxy/status.openai.com")),
        ("https://status.claude.com/", ("statuspage", "https://status.claude.com/api/v2/summary.json")),
        ("https://status.anthropic.com", ("statuspage", "https://status.claude.com/api/v2/summary.json")),
        (
            "https://status.deepseek.com",
            ("flashduty", "https://status.deepseek.com/api/status-page/6410630422455/summary/active"),
        ),
        (
            "https://deepseek.statuspage.io/api/v2/summary.json",  # frozen, and green for ever
            ("flashduty", "https://status.deepseek.com/api/status-page/6410630422455/summary/active"),
        ),
        ("https://status.cloud.google.com", ("google", "https://status.cloud.google.com/incidents.json")),
        (
            "https://www.google.com/appsstatus/dashboard/",
            ("google", "https://www.google.com/appsstatus/dashboard/incidents.json"),
        ),
        (
            "https://azure.status.microsoft/en-us/status",
            ("azure-rss", "https://rssfeed.azure.status.microsoft/en-us/status/feed/"),
        ),
        (
            "https://health.aws.amazon.com/health/status",
            ("aws-events", "https://health.aws.amazon.com/public/currentevents"),
        ),
        ("https://status.x.ai", ("xai-rss", "https://status.x.ai/feed.xml")),
        ("https://status.together.ai", ("betterstack", "https://status.together.ai/index.json")),
        ("https://status.openrouter.ai", ("datadog", "https://status.openrouter.ai/config.json")),
        (
            "https://acme.statuspage.datadoghq.com",
            ("datadog", "https://acme.statuspage.datadoghq.com/config.json"),
        ),
        ("https://acme.instatus.com", ("instatus", "https://acme.instatus.com/v3/summary.json")),
        ("https://acme.betteruptime.com", ("betterstack", "https://acme.betteruptime.com/index.json")),
        ("https://acme.statuspage.io", ("statuspage", "https://acme.statuspage.io/api/v2/summary.json")),
        (
            "https://www.cloudflarestatus.com",
            ("cloudflare", "https://www.cloudflarestatus.com/api/v3/summary"),
        ),
        ("https://slack-status.com", ("slack", "https://slack-status.com/api/v2.0.0/current")),
    ],
)
def test_known_hosts_come_first(address: str, first: tuple[str, str]) -> None:
    assert candidates(address)[0] == first


@pytest.mark.parametrize(
    ("path", "format_"),
    [
        ("/api/v2/components.json", "statuspage"),
        ("/api/v2/scheduled-maintenances/upcoming.json", "statuspage"),
        ("/proxy/status.example.com/incidents", "incidentio"),
        ("/proxy/status.example.com/component_impacts", "incidentio"),
        ("/api/v1/summary", "incidentio"),
        ("/v3/components.json", "instatus"),
        ("/v2/components.json", "instatus"),
        ("/index.json", "betterstack"),
        ("/config.json", "datadog"),
        ("/api/status-page/123/summary/active", "flashduty"),
        ("/api/widget/v1/summary.json", "flashduty-widget"),
        ("/incidents.json", "google"),
        ("/public/events", "aws-events"),
        ("/1.0/status/5b36dc6502d06804c08349f7", "statusio"),
        ("/api/v2.0.0/current", "slack"),
        ("/api/v3/summary", "cloudflare"),
        ("/api/v3/components?per_page=500", "cloudflare"),
        ("/api/v3/incidents.atom", "rss"),
        ("/anything/history.rss", "rss"),
        ("/en-us/status/feed/", "rss"),
        ("/unheard-of.json", "statuspage"),
    ],
)
def test_an_address_that_looks_like_a_feed_is_tried_as_it_stands(path: str, format_: str) -> None:
    address = f"http://127.0.0.1:8080{path}"

    assert candidates(address)[0] == (format_, address)


@pytest.mark.parametrize("address", ["https://[", "https://[::1", "https://\u2100.example/x"])
def test_what_is_no_address_has_no_candidates(address: str) -> None:
    assert candidates(address) == ()


@pytest.mark.parametrize(
    "address", ["https://deepseek.statuspage.io", "https://deepseek.statuspage.io/api/v2/summary.json"]
)
def test_nobody_is_sent_to_a_page_that_is_green_for_ever(address: str) -> None:
    assert not any("statuspage.io" in url for _, url in candidates(address))


def test_nothing_is_guessed_on_hosts_that_serve_their_own_format() -> None:
    assert candidates("https://health.aws.amazon.com/public/events") == (
        (FeedFormat.AWS_EVENTS, "https://health.aws.amazon.com/public/events"),
        (FeedFormat.AWS_EVENTS, "https://health.aws.amazon.com/public/currentevents"),
    )


def test_a_page_below_a_path_is_tried_there_too() -> None:
    urls = [url for _, url in candidates("https://example.com/status/")]

    assert urls.index("https://example.com/api/v2/summary.json") < urls.index(
        "https://example.com/status/api/v2/summary.json"
    )
    assert "https://example.com/status/history.rss" in urls


def test_a_feed_of_xai_and_azure_keeps_its_own_reading() -> None:
    assert candidates("https://status.x.ai/feed.xml")[0][0] is FeedFormat.XAI_RSS
    assert candidates("https://azure.status.microsoft/en-us/status/feed/")[0][0] is FeedFormat.AZURE_RSS


def test_what_is_there_counts_more_than_what_was_guessed() -> None:
    wanted, body = TROUBLED["slack"]

    found, page = read(FeedFormat.STATUSPAGE, body, NOW)

    assert found is wanted
    assert isinstance(page, Page)


def test_a_guess_that_fits_is_kept() -> None:
    assert read(FeedFormat.AZURE_RSS, QUIET["azure"][1], NOW)[0] is FeedFormat.AZURE_RSS
    assert read(FeedFormat.GOOGLE, b"[]", NOW)[0] is FeedFormat.GOOGLE


def test_a_web_page_at_a_candidate_is_no_feed() -> None:
    found, told = read(FeedFormat.STATUSPAGE, HTML, NOW)

    assert found is FeedFormat.STATUSPAGE
    assert told == Unreadable("a web page came instead of a Statuspage document")


@LAW
@given(st.text(max_size=40), st.text(max_size=20))
def test_any_address_has_candidates_or_none_but_never_twice(host: str, path: str) -> None:
    urls = [url for _, url in candidates(f"https://{host}/{path}")]

    assert len(urls) == len(set(urls))
