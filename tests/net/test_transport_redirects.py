import pytest

import hostile
from hostile import Hostile, Talk
from net.asking import KEY, SECRET, ask, transport_with
from trayuptime.core.evidence import Failure
from trayuptime.net.resolve import Address
from trayuptime.net.target import is_same_site, origin_of, parse_url, stays_home
from trayuptime.net.transport import Transport


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_the_key_never_follows_to_another_origin(transport: Transport, status: str) -> None:
    with Hostile(hostile.json_ok) as thief, Hostile(hostile.redirect(thief.url("/steal"), status)) as server:
        seen = ask(transport, server.url(), secret_headers=SECRET)

    assert seen.status == int(status[:3])
    assert seen.failure is None
    assert seen.redirected_to == f"http://127.0.0.1:{thief.port}"
    assert thief.connections == 0


def test_another_name_of_the_same_place_is_another_origin(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server:
        server.behaviour = hostile.redirect(server.url("/v2", name="localhost"))
        seen = ask(transport, server.url(), secret_headers=SECRET)

    assert seen.redirected_to == f"http://localhost:{server.port}"
    assert len(server.requests) == 1


def test_the_key_follows_within_its_origin(transport: Transport) -> None:
    with Hostile(hostile.redirect_then_ok("/v2/models?x=1")) as server:
        seen = ask(transport, server.url(), secret_headers=SECRET)

    assert (seen.status, seen.body, seen.redirected_to) == (200, hostile.OK_BODY, None)
    assert [received.target for received in server.requests] == ["/", "/v2/models?x=1"]
    assert all(received.headers["authorization"] == f"Bearer {KEY}" for received in server.requests)


def test_a_keyless_question_follows_within_its_site_and_says_where_it_ended(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as other, Hostile(hostile.redirect(other.url("/chat"))) as server:
        seen = ask(transport, server.url(), headers={"X-Harmless": "1"})

    assert (seen.status, seen.redirected_to) == (200, f"http://127.0.0.1:{other.port}")
    assert seen.host == f"127.0.0.1:{server.port}"
    assert other.requests[0].headers["host"] == f"127.0.0.1:{other.port}"
    assert other.requests[0].headers["x-harmless"] == "1"


def test_a_page_that_sets_a_cookie_first_gets_it_back(transport: Transport) -> None:
    with Hostile(hostile.redirect_then_ok("/chat")) as server:
        ask(transport, server.url())

    assert server.requests[1].headers["cookie"] == "seen=1"


def test_cookies_do_not_outlive_their_question(transport: Transport) -> None:
    with Hostile(hostile.redirect_then_ok("/chat")) as server:
        ask(transport, server.url())
        ask(transport, server.url())

    assert "cookie" not in server.requests[2].headers


@pytest.mark.parametrize("details", [{}, {"secret_headers": SECRET}])
def test_a_circle_ends_where_it_closes(transport: Transport, details: dict[str, object]) -> None:
    def behave(talk: Talk) -> None:
        talk.answer("302 Found", b"", f"Location: {'/b' if talk.request().target == '/' else '/'}")

    with Hostile(behave) as server:
        seen = ask(transport, server.url(), **details)

    assert (seen.failure, seen.status, seen.failure_text) == (
        Failure.LIMIT,
        302,
        "it redirects in a circle",
    )
    assert [received.target for received in server.requests] == ["/", "/b"]


def _leads_on(talk: Talk) -> None:
    """From each address to the next, without an end."""
    number = int(talk.request().target.strip("/") or 0)
    talk.answer("302 Found", b"", f"Location: /{number + 1}")


@pytest.mark.parametrize(("details", "most"), [({}, 3), ({"redirects": 10}, 10)])
def test_redirects_are_followed_so_far_and_no_further(
    transport: Transport, details: dict[str, object], most: int
) -> None:
    with Hostile(_leads_on) as server:
        seen = ask(transport, server.url(), **details)

    assert (seen.failure, seen.failure_text) == (Failure.LIMIT, f"more than {most} redirects")
    assert len(server.requests) == most + 1


def test_a_page_that_sets_a_cookie_and_leads_to_itself_is_no_circle(transport: Transport) -> None:
    def behave(talk: Talk) -> None:
        if "cookie" in talk.request().headers:
            talk.answer("200 OK", b"welcome")
        else:
            talk.answer("302 Found", b"", "Location: /", "Set-Cookie: seen=1")

    with Hostile(behave) as server:
        seen = ask(transport, server.url())

    assert (seen.status, seen.body) == (200, b"welcome")


def test_a_redirect_to_something_else_than_the_web_is_only_reported(transport: Transport) -> None:
    with Hostile(hostile.redirect("vendor-app://open/chat")) as server:
        seen = ask(transport, server.url())

    assert (seen.status, seen.failure) == (302, None)
    assert seen.redirected_to == "vendor-app://open:0"


@pytest.mark.parametrize(
    "location",
    [
        *("javascript:alert(1)", "mailto:a@b.example", "about:blank", "data:text/html,x", "http://[broken/"),
        *(
            "https://xn--/",
            "http://h:x/",
            "http://h:99999999/",
            "http://a b/",
            "http://" + "a" * 40_000,
        ),
    ],
    ids=lambda location: location[:16],
)
@pytest.mark.parametrize("details", [{}, {"secret_headers": SECRET}])
def test_what_points_nowhere_is_an_answer_all_the_same(
    transport: Transport, location: str, details: dict[str, object]
) -> None:
    with Hostile(hostile.redirect(location)) as server:
        seen = ask(transport, server.url(), **details)

    assert (seen.status, seen.failure) == (302, None)


def test_another_site_is_not_contacted_and_answers_for_nobody(transport: Transport) -> None:
    with Hostile(hostile.redirect("http://nobody.example:9/")) as server:
        seen = ask(transport, server.url())

    assert (seen.status, seen.failure) == (302, None)
    assert seen.redirected_to == "http://nobody.example:9"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("https://example.com", "https://www.example.com", True),
        ("https://chat.example.com", "https://login.example.com.", True),
        ("https://example.com", "https://example.org", False),
        ("https://192.0.2.1", "https://192.0.2.1:8443", True),
        ("https://192.0.2.1", "https://198.51.2.1", False),
        ("https://[2001:db8::1]", "https://[2001:db8::2]", False),
        ("https://localhost", "https://otherhost", False),
    ],
)
def test_a_site_goes_by_the_end_of_its_name(old: str, new: str, same: bool) -> None:
    assert is_same_site(parse_url(old), parse_url(new)) is same


def test_an_answer_through_a_place_that_proves_nothing_is_not_authentic() -> None:
    def lookup(host: str, port: int) -> list[Address]:
        raise AssertionError((host, port))

    with Hostile(hostile.redirect("http://portal.test/")) as proxy:
        seen = ask(transport_with(lookup), "http://vendor.test/", proxy=proxy.url())

    assert (seen.status, seen.network.proxy is not None, seen.authentic) == (302, True, False)


UPGRADE = ("http://vendor.test/a", "https://vendor.test/b")


@pytest.mark.parametrize(
    ("old", "new", "home"),
    [
        ("https://vendor.test/a", "https://vendor.test:443/b", True),
        ("https://VENDOR.test/a", "https://vendor.test/b", True),
        (*UPGRADE, True),
        (*reversed(UPGRADE), False),
        ("http://vendor.test:8080/", "https://vendor.test/", False),
        ("http://vendor.test/", "https://vendor.test:8443/", False),
        ("http://vendor.test/", "https://www.vendor.test/", False),
        ("https://vendor.test/", "https://vendor.test.evil.test/", False),
        ("https://vendor.test/", "https://vendor.test:8443/", False),
    ],
)
def test_home_is_the_same_origin_or_its_move_to_https(old: str, new: str, home: bool) -> None:
    assert stays_home(parse_url(old), parse_url(new)) is home


def test_an_origin_names_its_port() -> None:
    assert origin_of(parse_url("https://[2001:db8::1]/x?key=1")) == "https://[2001:db8::1]:443"


def test_a_name_that_no_name_can_be_is_refused_and_ends_nothing(transport: Transport) -> None:
    seen = ask(transport, "https://xn--/v1")

    assert (seen.status, seen.failure, seen.failure_text) == (
        None,
        Failure.REFUSED_BY_US,
        "the address is not valid",
    )
