"""An error, maintenance or a bare server is known by a whole title, never by how an innocent one begins."""

import pytest

from core.answers import PAGE, REACH, judged
from core.builders import evidence
from trayuptime.core.reasons import Reason


def seen(title: str, *, wants_page: bool = True) -> Reason:
    page = f"<!doctype html><html><head><title>{title}</title></head><body><script src=a.js></script></body>"
    return judged(evidence(200, page.encode()), PAGE, REACH, wants_page=wants_page).reason


@pytest.mark.parametrize("wants_page", [True, False])
@pytest.mark.parametrize(
    "title",
    [
        "500 Global | Venture Capital",
        "511 SF Bay",
        "511 | Traffic of the Bay Area",
        "501(c)(3) lookup",
        "529 plans explained",
        "529 - College savings",
        "500px",
        "500 words a day",
        "Fortune | 500",
        "503: A Space Story",
        "5000 questions answered",
        "504 plans and IEPs",
        "520 Bar and Grill",
        "Error 503: how to find out what it means",
        "502 Bad Gateway - HTTP | MDN",
        "502 Bad Gateway: causes and cures",
        "What a 502 Bad Gateway is",
        "Internal Server Error explained",
        "Error handling in Python",
        "Error: a novel",
        "Application errors by language",
        "Maintenance tips for your car",
        "Maintenance | Acme handbook",
        "Car maintenance assistant",
        "Scheduled maintenance planner",
        "Website maintenance services",
        "We'll be back: an oral history",
        "汽车维护中心",
        "电脑系统维护教程",
        "服务不可用怎么办",
        "Access denied: the movie",
        "Access denied | A film by nobody",
        "Are you human? a game",
        "Security check list",
        "Security check-up",
        "Captcha alternatives",
        "Just a moment with the founders",
        "One moment, please: short stories",
        "Robot check-in at hotels",
        "It works on my machine",
        "It Works! Global",
        "IIS Windows hardening guide",
        "Test page for the new design",
        "Directory listing for plumbers",
        "Index of economic freedom",
    ],
)
def test_an_innocent_page_is_there(title: str, wants_page: bool) -> None:
    assert seen(title, wants_page=wants_page) is Reason.OK


@pytest.mark.parametrize("wants_page", [True, False])
@pytest.mark.parametrize(
    ("title", "reason"),
    [
        *(
            (title, Reason.SERVER_ERROR)
            for title in (
                "500",
                "503.",
                "Error 500",
                "Error: 502",
                "HTTP Error 503",
                "500 | Acme",
                "503 - Acme",
                "500 Internal Server Error",
                "500 - Internal server error.",
                "500: INTERNAL_SERVER_ERROR",
                "HTTP Status 500 – Internal Server Error",
                "500 Server Error",
                "500 Error",
                "Error 502 (Server Error)!!1",
                "Server Error (500)",
                "We're sorry, but something went wrong (500)",
                "500: Something went wrong",
                "500 | Oops! Something went wrong",
                "501 Not Implemented",
                "502 Bad Gateway",
                "502 Bad Gateway | Acme",
                "502 Proxy Error",
                "503 Service Temporarily Unavailable",
                "503 Backend fetch failed",
                "504 Gateway Time-out",
                "504 Gateway Timeout",
                "509 Bandwidth Limit Exceeded",
                "529 Overloaded",
                "529: Site is overloaded",
                "chat.example | 520: Web server is returning an unknown error",
                "chat.example | 521: Web server is down",
                "chat.example | 522: Connection timed out",
                "chat.example | 524: A timeout occurred",
                "chat.example | 525: SSL handshake failed",
                "chat.example | 530: Origin DNS error",
                "Bad Gateway",
                "Internal Server Error",
                "Service Unavailable",
                "Internal Server Error | Acme",
                "ERROR: The request could not be satisfied",
                "Application Error",
                "服务不可用",
                "抱歉，服务暂不可用，请稍后再试",
                "503 服务暂不可用",
            )
        ),
        *(
            (title, Reason.BAD_ANSWER)
            for title in (
                "Maintenance",
                "Site under maintenance",
                "Down for Maintenance",
                "Scheduled maintenance",
                "Under maintenance | Acme",
                "Acme - Down for maintenance",
                "Acme is under maintenance",
                "We'll be right back",
                "Temporarily unavailable",
                "系统维护中",
                "系统维护",
                "网站正在维护",
                "系统正在升级维护中，请稍后再试",
                "某某 - 系统维护中",
                "系统维护公告",
            )
        ),
        *(
            (title, Reason.UNKNOWN)
            for title in (
                "Just a moment...",
                "Access denied",
                "Are you human?",
                "Security check",
                "安全验证",
            )
        ),
    ],
)
def test_an_error_maintenance_or_a_wall_is_known_by_its_title(
    title: str,
    reason: Reason,
    wants_page: bool,
) -> None:
    assert seen(title, wants_page=wants_page) is reason


@pytest.mark.parametrize(
    "title",
    [
        "Welcome to nginx!",
        "Welcome to OpenResty!",
        "Index of /",
        "Index of /pub",
        "Directory listing for /",
        "It works!",
        "IIS Windows Server",
        "Apache2 Ubuntu Default Page: It works",
        "Test Page for the Nginx HTTP Server on Fedora",
        "Test Page for the HTTP Server on Rocky Linux",
        "HTTP Server Test Page powered by: Apache",
        "Caddy works!",
        "Domain Default page",
    ],
)
def test_a_bare_server_is_nobodys_page(title: str) -> None:
    assert seen(title) is Reason.BAD_ANSWER
    assert seen(title, wants_page=False) is Reason.OK
