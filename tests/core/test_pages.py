"""A page is there when it is reachable, leads where its vendor leads people, and is a page at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import CHAT_PAGE, PAGE, REACH, judged
from core.builders import evidence
from trayuptime.core import words
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Result
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.sites import site_of

HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}
TEXT = {"content-type": "text/plain"}
OWN = frozenset({"chatgpt.com", "openai.com"})


def seen(status: int, body: bytes = b"", headers: dict[str, str] | None = None, **more: Any) -> Result:
    asked = {name: more.pop(name) for name in ("own_sites", "wants_page") if name in more}
    return judged(evidence(status, body, headers=headers or {}, **more), PAGE, REACH, **asked)


def page(title: str, body: str = "<div id=root></div><script src=a.js></script>") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("https://auth.openai.com:443", Reason.OK),
        ("https://chatgpt.com:8443", Reason.OK),
        ("https://AUTH.OpenAI.com.:443", Reason.OK),
        ("https://login.microsoftonline.com:443", Reason.OK),
        ("https://accounts.google.com:443", Reason.OK),
        ("https://tenant.eu.auth0.com:443", Reason.OK),
        ("https://www.hugedomains.com:443", Reason.UNKNOWN),
        ("http://portal.hotel.example:80", Reason.UNKNOWN),
        ("https://openai.com.evil.example:443", Reason.UNKNOWN),
        ("https://notopenai.com:443", Reason.UNKNOWN),
        ("http://10.0.0.1:80", Reason.UNKNOWN),
        ("weird:", Reason.UNKNOWN),
        (None, Reason.UNKNOWN),
    ],
)
def test_a_page_leads_to_its_own_vendor_or_it_is_not_known_to_work(
    status: int, to: str | None, reason: Reason
) -> None:
    assert seen(status, redirected_to=to, own_sites=OWN).reason is reason


def test_whom_a_page_sends_people_to_is_said() -> None:
    away = seen(302, redirected_to="https://parking.example:443", own_sites=OWN)

    assert away.detail == (
        "sends people on to parking.example, which is not known to be its own; has it moved?"
    )
    assert seen(302).detail == "sends people on, but not where to"


def test_a_host_without_a_site_is_known_by_its_whole_name() -> None:
    assert (
        seen(302, redirected_to="http://10.0.0.7:3000", own_sites=frozenset({"10.0.0.7"})).reason is Reason.OK
    )


@pytest.mark.parametrize(
    ("body", "headers", "vendor", "website"),
    [
        (CHAT_PAGE, {}, Reason.OK, Reason.OK),
        (page("Chat"), HTML, Reason.OK, Reason.OK),
        (b"<!-- built -->\n<html><body>hi</body></html>", TEXT, Reason.OK, Reason.OK),
        (page("Blank", "just words"), HTML, Reason.OK, Reason.OK),
        (b'{"status":"ok"}', JSON, Reason.BAD_ANSWER, Reason.OK),
        (b'{"error":{"message":"no upstream"}}', JSON, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (b'{"error":"?"}', HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (b"OK", TEXT, Reason.BAD_ANSWER, Reason.OK),
        (b"OK", {}, Reason.BAD_ANSWER, Reason.OK),
        (b"\x89PNG\r\n\x1a\n", {"content-type": "image/png"}, Reason.BAD_ANSWER, Reason.OK),
        (b"", HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (b" \n ", HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (
            b"<html><head><title>x</title></head><body>&nbsp;\n</body></html>",
            HTML,
            Reason.BAD_ANSWER,
            Reason.OK,
        ),
        (b"<html><body></body></html>", HTML, Reason.BAD_ANSWER, Reason.OK),
        (page("Index of /", "<a href=x>x</a>"), HTML, Reason.BAD_ANSWER, Reason.OK),
        (page("Welcome to nginx!", "<h1>Welcome</h1>"), HTML, Reason.BAD_ANSWER, Reason.OK),
        (page("Apache2 Ubuntu Default Page: It works"), HTML, Reason.BAD_ANSWER, Reason.OK),
        (page("502 Bad Gateway", "<h1>502</h1>"), HTML, Reason.SERVER_ERROR, Reason.SERVER_ERROR),
        (page("504 Gateway Time-out"), HTML, Reason.SERVER_ERROR, Reason.SERVER_ERROR),
        (page("chat.example | 522: Connection timed out"), HTML, Reason.SERVER_ERROR, Reason.SERVER_ERROR),
        (page("ERROR: The request could not be satisfied"), HTML, Reason.SERVER_ERROR, Reason.SERVER_ERROR),
        (page("Application Error"), HTML, Reason.SERVER_ERROR, Reason.SERVER_ERROR),
        (page("We&#39;ll be right back"), HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (page("We will be back soon!"), HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (page("Site under maintenance"), HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (page("Down for Maintenance"), HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (page("Maintenance"), HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (page("系统维护中"), HTML, Reason.BAD_ANSWER, Reason.BAD_ANSWER),
        (page("Car maintenance assistant"), HTML, Reason.OK, Reason.OK),
        (page("5000 questions answered"), HTML, Reason.OK, Reason.OK),
        (page("Error handling in Python"), HTML, Reason.OK, Reason.OK),
        (page("vendor.example", "Buy this domain"), HTML, Reason.UNKNOWN, Reason.UNKNOWN),
        (
            page("x", "<script src='https://img.sedoparking.com/a.js'></script>"),
            HTML,
            Reason.UNKNOWN,
            Reason.UNKNOWN,
        ),
        (page("Blog", "how to buy this domain" + "." * 70_000), HTML, Reason.OK, Reason.OK),
    ],
)
def test_a_vendors_page_is_a_page_and_a_website_anything_but_an_error(
    body: bytes, headers: dict[str, str], vendor: Reason, website: Reason
) -> None:
    assert seen(200, body, headers).reason is vendor
    assert seen(200, body, headers, wants_page=False).reason is website


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, Reason.BAD_REQUEST),
        (410, Reason.BAD_REQUEST),
        (451, Reason.NOT_AVAILABLE_HERE),
        (400, Reason.BAD_REQUEST),
        (408, Reason.SERVER_ERROR),
        (503, Reason.SERVER_ERROR),
        (999, Reason.UNKNOWN),
    ],
)
def test_a_page_that_is_missing_is_no_outage_and_maintenance_under_its_own_status_is(
    status: int, reason: Reason
) -> None:
    assert seen(status, page("We'll be right back"), HTML).reason is reason


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_missing_is_called_so(status: int) -> None:
    assert seen(status, b"<html><title>Not found</title>gone</html>").detail == words.NO_PAGE


def test_what_is_wrong_with_a_page_is_said() -> None:
    said = {
        seen(200, b"OK", TEXT).detail,
        seen(200, b"OK").detail,
        seen(200, page("502 Bad Gateway"), HTML).detail,
        seen(200, page("Maintenance"), HTML).detail,
        seen(200, page("Index of /"), HTML).detail,
        seen(200, b"<html></html>", HTML).detail,
        seen(200, page("x", "buy this domain"), HTML).detail,
    }

    assert said == {
        "answers, but not with a page (text/plain)",
        "answers, but not with a page (of no kind)",
        'shows an error page: "502 bad gateway"',
        "says that it is under maintenance",
        "shows a bare server instead of its page",
        "shows a blank page",
        "shows a page of somebody who deals in domains",
    }


def test_of_a_page_over_our_limit_the_beginning_must_do() -> None:
    assert seen(200, b"<html><body></body></html>", HTML, failure=Failure.LIMIT).reason is Reason.OK
    assert seen(200, b"", HTML, failure=Failure.LIMIT).reason is Reason.OK
    assert (
        seen(200, page("503 Service Unavailable"), HTML, failure=Failure.LIMIT).reason is Reason.SERVER_ERROR
    )


@given(st.integers(200, 499), st.binary(max_size=300), st.sampled_from([HTML, JSON, TEXT, {}]), st.booleans())
def test_whatever_a_page_says_is_told_without_an_accident(
    status: int, body: bytes, headers: dict[str, str], wants_page: bool
) -> None:
    result = seen(status, body, headers, wants_page=wants_page)

    assert result.detail or MEANINGS[result.reason].effect is Effect.SUCCESS
    assert result.detail == " ".join(result.detail.split())


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("chat.example.com", "example.com"),
        ("EXAMPLE.com.", "example.com"),
        ("open.bigmodel.cn", "bigmodel.cn"),
        ("a.b.example.com.cn", "example.com.cn"),
        ("www.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("com.ai", "com.ai"),
        ("x.ai", "x.ai"),
        ("console.x.ai", "x.ai"),
        ("localhost", None),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("::1", None),
        ("", None),
    ],
)
def test_hosts_of_one_registered_name_are_one_site(host: str, site: str | None) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize("to", ["file:///etc/passwd", "javascript:alert(1)", "https://"])
def test_a_page_that_points_to_no_page_is_not_known_to_be_there(to: str) -> None:
    away = seen(302, redirected_to=to, own_sites=frozenset({""}))

    assert (away.reason, away.detail) == (Reason.UNKNOWN, words.LEADS_NOWHERE)


def test_an_empty_page_is_called_empty() -> None:
    empty = seen(200, headers={"content-type": "text/html"})

    assert empty.detail.endswith(": an empty body")
