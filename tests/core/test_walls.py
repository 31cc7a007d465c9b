"""A challenge or an error page of the shield in front of a vendor is neither its outage nor a wrong key."""

import pytest

from core.answers import (
    CHALLENGE,
    CHAT_PAGE,
    CLOUDFLARE_502,
    CLOUDFLARE_520,
    COMPLETION,
    MODELS,
    OPENAI,
    PAGE,
    REACH,
    judged,
)
from core.builders import evidence
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Level
from trayuptime.core.reasons import Reason


@pytest.mark.parametrize(
    ("status", "body", "headers", "reason"),
    [
        (200, CHAT_PAGE, {}, Reason.OK),
        (204, b"x", {}, Reason.OK),
        (203, CHAT_PAGE, {}, Reason.OK),
        (200, b"", {}, Reason.BAD_ANSWER),
        (200, CHALLENGE, {}, Reason.UNKNOWN),
        (202, CHALLENGE, {}, Reason.UNKNOWN),
        (503, CHALLENGE, {}, Reason.UNKNOWN),
        (403, CHALLENGE, {"cf-mitigated": "challenge"}, Reason.UNKNOWN),
        (200, b"<html>?", {"cf-mitigated": "challenge"}, Reason.UNKNOWN),
        (202, b"", {"x-amzn-waf-action": "challenge"}, Reason.UNKNOWN),
        (202, b"<html><script>window.gokuProps = {}</script>", {}, Reason.UNKNOWN),
        (405, b"<html>", {"x-amzn-waf-action": "captcha"}, Reason.UNKNOWN),
        (202, b"<html>", {"sg-captcha": "challenge"}, Reason.UNKNOWN),
        (200, b'<iframe src="/_Incapsula_Resource?CWUDNSAI=1">Incapsula incident ID: 1', {}, Reason.UNKNOWN),
        (401, b"", {}, Reason.UNKNOWN),
        (403, b"<html>Access denied", {}, Reason.UNKNOWN),
        (405, b"", {}, Reason.UNKNOWN),
        (406, b"", {}, Reason.UNKNOWN),
        (429, b"", {}, Reason.UNKNOWN),
        (404, b"<html>not here", {}, Reason.BAD_REQUEST),
        (302, b"", {}, Reason.UNKNOWN),
        (204, b"", {}, Reason.OK),
        (304, b"", {}, Reason.OK),
        (502, CLOUDFLARE_502, {}, Reason.SERVER_ERROR),
        (520, CLOUDFLARE_520, {}, Reason.SERVER_ERROR),
        (503, CHAT_PAGE, {}, Reason.SERVER_ERROR),
        (500, CHALLENGE, {}, Reason.SERVER_ERROR),
        (529, b"", {}, Reason.OVERLOADED),
        (503, b"The server is busy", {}, Reason.OVERLOADED),
    ],
)
def test_a_page_is_there_or_walled_or_broken(
    status: int, body: bytes, headers: dict[str, str], reason: Reason
) -> None:
    """A wall hides nothing but itself: a 503 that merely loads a captcha script is an outage."""
    assert judged(evidence(status, body, headers=headers), PAGE, REACH).reason is reason


@pytest.mark.parametrize("status", [401, 403, 405, 406, 429])
@pytest.mark.parametrize("level", [MODELS, COMPLETION])
@pytest.mark.parametrize("headers", [{}, {"cf-mitigated": "challenge"}])
def test_a_challenge_in_front_of_an_api_is_no_word_of_the_vendor(
    status: int, level: Level, headers: dict[str, str]
) -> None:
    body = b"<html>?" if headers else CHALLENGE

    assert judged(evidence(status, body, headers=headers), level=level).reason is Reason.UNKNOWN


def test_a_challenge_under_another_status_hides_no_outage_and_no_wrong_answer() -> None:
    assert judged(evidence(503, CHALLENGE)).reason is Reason.SERVER_ERROR
    assert judged(evidence(200, CHALLENGE)).reason is Reason.BAD_ANSWER
    assert judged(evidence(404, CHALLENGE)).reason is Reason.BAD_REQUEST


def _banned(code: int) -> bytes:
    return (
        b"<!DOCTYPE html><html><head><title>Access denied | used Cloudflare to restrict access</title></head>"
        b'<body><h1><span data-translate="error">Error</span>\n<span>%d</span></h1></body></html>' % code
    )


RAY = {"cf-ray": "8e69-SJC"}


@pytest.mark.parametrize("dialect", [OPENAI, PAGE])
@pytest.mark.parametrize(
    ("status", "body", "headers", "reason"),
    [
        (403, _banned(1009), {}, Reason.NOT_AVAILABLE_HERE),
        (403, b"error code: 1009", RAY, Reason.NOT_AVAILABLE_HERE),
        (429, _banned(1015), {}, Reason.RATE_LIMITED),
        (429, b"error code: 1015", {"server": "cloudflare"}, Reason.RATE_LIMITED),
        (
            429,
            b'{"title":"Error 1015: You are being rate limited","error_code":1015,"cloudflare_error":true}',
            RAY,
            Reason.RATE_LIMITED,
        ),
        (403, _banned(1020), {}, Reason.BAD_REQUEST),
        (403, b"error code: 1010", RAY, Reason.BAD_REQUEST),
        (401, b"error code: 1020", RAY, Reason.BAD_REQUEST),
    ],
)
def test_cloudflares_own_errors_are_told_apart(
    dialect: Dialect, status: int, body: bytes, headers: dict[str, str], reason: Reason
) -> None:
    level = REACH if dialect is PAGE else MODELS

    assert judged(evidence(status, body, headers=headers), dialect, level).reason is reason


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"error code: 1009", {}),
        (b"error code: 10095", RAY),
        (b"error code: 1009 or so", RAY),
        (b"<html>Error 1009", RAY),
        (b"error: 2009", RAY),
        (b'{"error_code":1009}', RAY),
        (b'{"error_code":"1009","cloudflare_error":true}', RAY),
        (b'{"message":"error 1009"}', RAY),
    ],
)
def test_what_merely_looks_like_one_of_them_is_an_ordinary_refusal(
    body: bytes, headers: dict[str, str]
) -> None:
    assert judged(evidence(403, body, headers=headers)).reason is Reason.BAD_REQUEST


def test_a_shield_that_keeps_this_computer_out_says_so() -> None:
    seen = judged(evidence(403, _banned(1020)))

    assert seen.detail == "is behind Cloudflare, which does not let this computer in"


@pytest.mark.parametrize("status", [*range(520, 529), 530])
@pytest.mark.parametrize("dialect", [OPENAI, PAGE])
def test_cloudflares_server_errors_are_the_vendors(status: int, dialect: Dialect) -> None:
    level = REACH if dialect is PAGE else MODELS

    assert judged(evidence(status, b"error code: %d" % status, headers=RAY), dialect, level).reason is (
        Reason.SERVER_ERROR
    )
    assert (
        judged(evidence(530, b"error code: 1016", headers=RAY), dialect, level).reason is Reason.SERVER_ERROR
    )


def test_where_being_there_is_all_that_was_asked_a_shield_is_there() -> None:
    assert judged(evidence(403, _banned(1009)), level=REACH).reason is Reason.OK
    assert judged(evidence(403, CHALLENGE), level=REACH).reason is Reason.OK


@pytest.mark.parametrize(
    ("status", "level", "reason"),
    [
        (200, Level.MODELS, Reason.UNKNOWN),
        (202, Level.MODELS, Reason.UNKNOWN),
        (403, Level.MODELS, Reason.UNKNOWN),
        (503, Level.MODELS, Reason.UNKNOWN),
        (503, Level.REACH, Reason.UNKNOWN),
        (403, Level.REACH, Reason.OK),
    ],
)
def test_a_challenge_that_is_named_in_a_header_is_none_of_an_apis_answers(
    status: int, level: Level, reason: Reason
) -> None:
    seen = evidence(status, b"<html>", headers={"cf-mitigated": "challenge"})

    assert judged(seen, level=level).reason is reason


def _page(title: str, body: str = "", pad: int = 0) -> bytes:
    padding = "<p>An ordinary page has some length.</p>" * pad
    head = f"<!DOCTYPE html><html lang=en><head><title>{title}</title></head>"
    return f"{head}<body>{body}{padding}</body></html>".encode()


@pytest.mark.parametrize("status", [200, 202, 403, 429, 503])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (_page("Just a moment..."), {}),
        (_page("Attention Required! | Cloudflare"), {}),
        (_page("Vercel Security Checkpoint"), {}),
        (_page("?"), {"x-vercel-mitigated": "challenge"}),
        (_page("?"), {"x-vercel-mitigated": "deny"}),
        (_page("Access to this page has been denied", "<div id='px-captcha'></div>"), {}),
        (_page("?", "<div id=px-captcha></div>"), {}),
        (_page("?", "<a href='https://www.perimeterx.com/whywasiblocked'>why</a>"), {}),
        (_page("chat.example", "<script>var dd={'host':'geo.captcha-delivery.com'}</script>"), {}),
        (_page("?", "<script src='https://ct.captcha-delivery.com/c.js'></script>"), {}),
        (_page("?", "<div id='sec-if-cpt-container'></div>"), {}),
        (_page("?"), {"sec-cp-challenge": "true"}),
        (b'<!doctypehtml><meta name="aliyun_waf_aa" content="1"><script>var _waf_is_mobile', {}),
        (b"<html><script>var arg1='9F';function setCookie(){x='acw_sc__v2'}</script></html>", {}),
        (_page("滑动验证页面"), {}),
        (_page("Human Verification", "<script src='x/captcha.js'>"), {}),
        (_page("Pardon Our Interruption"), {}),
        (_page("?", "<script>sucuri_cloudproxy_js=''</script>"), {}),
        (_page("Are you a robot?"), {}),
        (_page("?", "<noscript>In order to continue, we need to verify that you're not a robot."), {}),
        (_page("?", "Our systems have detected unusual traffic from your computer network"), {}),
    ],
)
def test_every_shields_interstitial_is_a_wall_under_any_status_it_comes_with(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    assert judged(evidence(status, body, headers=headers), PAGE, REACH).reason is Reason.UNKNOWN


@pytest.mark.parametrize("status", [403, 405, 406, 428, 429])
@pytest.mark.parametrize(
    "body",
    [
        _page(
            "Access Denied", "You don't have permission to access this. https://errors.edgesuite.net/18.ab"
        ),
        b"<html><title>405</title>Sorry, your request has been blocked. errors.aliyun.com</html>",
        b"",
        b'{"error":"forbidden"}',
    ],
)
def test_a_refusal_of_a_page_is_a_wall_whoever_words_it(status: int, body: bytes) -> None:
    assert judged(evidence(status, body), PAGE, REACH).reason is Reason.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        _page(
            "Log in", "<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script><form>"
        ),
        _page("Log in", "<div class='cf-turnstile'></div><label>Verify you are human</label><form>"),
        _page("Sign in", "<script src='https://www.google.com/recaptcha/api.js'></script><form>"),
        _page("Sign in", "<script src='https://www.recaptcha.net/recaptcha/enterprise.js'></script>"),
        _page("Sign up", "<script src='https://js.hcaptcha.com/1/api.js'></script><form>"),
        _page("Sign in", "<script src='https://js.datadome.co/tags.js'></script><form>"),
        _page(
            "Sign in",
            "<script>window._pxAppId='PX1'</script><script src='//client.perimeterx.net/PX1/main.min.js'>",
        ),
        _page("登录", "<script src='https://g.alicdn.com/AWSC/AWSC/awsc.js'></script><form>"),
        _page("Security check-up: how we protect you", "<p>Read on"),
        _page("Blog", "Why you are asked to verify that you're not a robot", pad=1_000),
        _page(
            "Chat", "<meta http-equiv=content-security-policy content='*.captcha-delivery.com'>", pad=1_000
        ),
    ],
)
@pytest.mark.parametrize("status", [200, 203])
def test_a_log_in_page_that_merely_loads_a_captcha_is_a_page(status: int, body: bytes) -> None:
    assert judged(evidence(status, body), PAGE, REACH).reason is Reason.OK
