"""A challenge or an error page of the shield in front of a vendor is neither its outage nor a wrong key."""

import pytest

from core.answers import (
    CHALLENGE,
    CHAT_PAGE,
    CLOUDFLARE_502,
    CLOUDFLARE_520,
    PAGE,
    REACH,
    judged,
)
from core.builders import evidence
from trayuptime.core.reasons import Reason


@pytest.mark.parametrize(
    ("status", "body", "headers", "reason"),
    [
        (200, CHAT_PAGE, {}, Reason.OK),
        (204, b"x", {}, Reason.OK),
        (200, b"", {}, Reason.BAD_ANSWER),
        (200, CHALLENGE, {}, Reason.UNKNOWN),
        (202, CHALLENGE, {}, Reason.UNKNOWN),
        (503, CHALLENGE, {}, Reason.UNKNOWN),
        (403, CHALLENGE, {"cf-mitigated": "challenge"}, Reason.UNKNOWN),
        (200, b"<html>?", {"cf-mitigated": "challenge"}, Reason.UNKNOWN),
        (401, b"", {}, Reason.UNKNOWN),
        (403, b"<html>Access denied", {}, Reason.UNKNOWN),
        (405, b"", {}, Reason.UNKNOWN),
        (406, b"", {}, Reason.UNKNOWN),
        (429, b"", {}, Reason.UNKNOWN),
        (404, b"<html>not here", {}, Reason.BAD_REQUEST),
        (302, b"", {}, Reason.BAD_ANSWER),
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
