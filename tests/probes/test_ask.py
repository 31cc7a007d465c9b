"""Asking over a real socket: whatever the other end does becomes a result, and no result holds the key."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from hostile import (
    Behaviour,
    Hostile,
    Talk,
    answer,
    bad_utf8,
    close_unanswered,
    closed_port,
    drip,
    endless_body,
    gzip_bomb,
    hang,
    html,
    huge_headers,
    json_ok,
    not_http,
    redirect,
    reset,
)
from trayuptime.config.load import read
from trayuptime.config.values import ProviderConfig
from trayuptime.core.answer import REQUEST_ID_LENGTH
from trayuptime.core.classify import DETAIL_LENGTH, EXCERPT_BYTES
from trayuptime.core.evidence import Evidence, Stream
from trayuptime.core.model import Level, Reach, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.net.redact import PLACEHOLDER
from trayuptime.net.transport import Request, Transport
from trayuptime.probes import ask, level_of, order_for

NOW = 1_774_800_000_000
KEY = "plainlookingsecretwithoutaprefix7391"
"""No pattern knows this one for a key."""


def _provider(port: int, lines: str = "", timeout: str = "250ms") -> ProviderConfig:
    text = (
        '[[provider]]\nid = "p"\nkind = "openai-compatible"\nkey = "env:X"\n'
        f'base_url = "http://127.0.0.1:{port}/v1"\ntimeout = "{timeout}"\ninterval = "1s"\n{lines}'
    )
    return read(text).providers[0]


def _ask(provider: ProviderConfig, surface: Surface = Surface.API, *, may_show: bool = True) -> Result:
    transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
    level = level_of(provider, surface, KEY, may_show_key=may_show)
    return asyncio.run(ask(order_for(provider, surface, level, KEY), transport, lambda: NOW))


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (json_ok, Reason.OK),
        (html, Reason.BAD_ANSWER),
        (bad_utf8, Reason.BAD_ANSWER),
        (answer("200 OK"), Reason.BAD_ANSWER),
        (answer("200 OK", b"[" * 100_000), Reason.BAD_ANSWER),
        (answer("404 Not Found", b"{}"), Reason.BAD_REQUEST),
        (answer("502 Bad Gateway", b"<html>"), Reason.SERVER_ERROR),
        (hang, Reason.READ_TIMEOUT),
        (drip, Reason.READ_TIMEOUT),
        (reset, Reason.CONNECTION_RESET),
        (close_unanswered, Reason.CONNECTION_RESET),
        (endless_body, Reason.BAD_ANSWER),
        (gzip_bomb, Reason.BAD_ANSWER),
        (huge_headers(200_000), Reason.BAD_ANSWER),
        (not_http, Reason.BAD_ANSWER),
        (redirect("http://127.0.0.1:1/elsewhere"), Reason.BAD_ANSWER),
    ],
)
def test_whatever_the_other_end_does_becomes_a_result(behaviour: Behaviour, reason: Reason) -> None:
    with Hostile(behaviour) as server:
        result = _ask(_provider(server.port, timeout="250ms" if behaviour in {hang, drip} else "5s"))

    assert result.reason is reason
    assert result.key.provider == "p"
    assert result.at == NOW


def test_nobody_listening_is_a_result_too() -> None:
    result = _ask(_provider(closed_port()))

    assert result.reason is Reason.CONNECT_REFUSED
    assert result.answered_at is None


@pytest.mark.parametrize(
    ("line", "reason"), [("", Reason.UNKNOWN), ("must_run = true", Reason.CONNECT_REFUSED)]
)
def test_a_local_server_that_is_switched_off_is_an_outage_only_where_it_must_run(
    line: str, reason: Reason
) -> None:
    text = (
        f'[[provider]]\nid = "p"\nkind = "llamacpp"\nbase_url = "http://127.0.0.1:{closed_port()}/v1"\n{line}'
    )

    assert _ask(read(text).providers[0]).reason is reason


@pytest.mark.parametrize("must_run", ["true", "false"])
def test_a_local_server_that_is_still_loading_is_never_down(must_run: str) -> None:
    loading = b'{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'
    with Hostile(answer("503 Service Unavailable", loading)) as server:
        lines = f'base_url = "http://127.0.0.1:{server.port}/v1"\nmust_run = {must_run}'
        result = _ask(read(f'[[provider]]\nid = "p"\nkind = "llamacpp"\n{lines}').providers[0])

    assert result.reason is Reason.UNKNOWN
    assert result.detail == "is still loading its model: Loading model"


def test_reach_takes_any_answer_for_life_and_sends_no_key() -> None:
    with Hostile(answer("401 Unauthorized", b"{}")) as server:
        result = _ask(_provider(server.port), may_show=False)
        (request,) = server.requests

    assert result.reason is Reason.OK
    assert KEY not in str(request)


def test_a_page_is_asked_without_the_key() -> None:
    with Hostile(html) as server:
        page = f'surfaces = ["api", "web"]\nweb_url = "http://127.0.0.1:{server.port}/"'
        result = _ask(_provider(server.port, page), Surface.WEB)
        (request,) = server.requests

    assert result.reason is Reason.OK
    assert KEY not in str(request)
    assert request.target == "/"


@pytest.mark.parametrize(("hops", "reason"), [(4, Reason.OK), (10, Reason.OK), (11, Reason.BAD_ANSWER)])
def test_a_page_is_followed_as_a_browser_would_or_nearly(hops: int, reason: Reason) -> None:
    def behave(talk: Talk) -> None:
        number = int(talk.request().target.strip("/") or 0)
        if number < hops:
            talk.answer("302 Found", b"", f"Location: /{number + 1}")
        else:
            talk.answer("200 OK", b"<html><title>Sign in</title>Hello</html>", "Content-Type: text/html")

    with Hostile(behave) as server:
        page = f'surfaces = ["api", "web"]\nweb_url = "http://127.0.0.1:{server.port}/"'
        result = _ask(_provider(server.port, page, timeout="5s"), Surface.WEB)

    assert result.reason is reason


def _echo(status: str, before: int) -> Callable[[Talk], None]:
    """Answers with the key it was shown, after so many other characters."""

    def behaviour(talk: Talk) -> None:
        shown = talk.request().headers["authorization"]
        message = "x" * before + f" you sent {shown} and that is wrong"
        talk.answer(status, b'{"error": {"message": "' + message.encode() + b'"}}')

    return behaviour


@pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "404 Not Found", "500 Oops", "503 Busy"])
def test_a_key_that_is_echoed_is_not_kept(status: str) -> None:
    with Hostile(_echo(status, 0)) as server:
        result = _ask(_provider(server.port))
        assert KEY in server.requests[0].headers["authorization"]

    assert KEY not in repr(result)
    assert "you sent" in result.detail + result.excerpt


class _Says:
    """A transport that always brings the same."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    async def ask(self, _request: Request) -> Evidence:
        return self.evidence


@pytest.mark.parametrize("status", [200, 500])
def test_a_key_that_is_echoed_in_a_stream_or_in_the_name_of_a_request_is_not_kept(status: int) -> None:
    order = order_for(_provider(1), Surface.API, Level.MODELS, KEY)
    order = replace(order, question=replace(order.question, level=Level.COMPLETION))
    error = f'{{"error":{{"message":"you sent {KEY}"}}}}'.encode()
    seen = Evidence(
        NOW,
        "h:1",
        Reach.LOOPBACK,
        status=status,
        headers={"x-request-id": f"for {KEY}"},
        body=error,
        stream=Stream(data_events=1, error=error),
    )
    result = asyncio.run(ask(order, _Says(seen), lambda: NOW))

    assert result.reason is (Reason.STREAM_CUT if status == 200 else Reason.SERVER_ERROR)
    assert KEY not in repr(result)
    assert "you sent" in result.detail
    assert "you sent" in result.excerpt
    assert result.request_id.startswith("for ")


@pytest.mark.parametrize("before", [0, 110, 120])
def test_the_name_of_a_request_that_went_well_is_kept_without_the_key(before: int) -> None:
    named = {"request-id": "x" * before + " " + KEY}
    seen = Evidence(NOW, "h:1", Reach.LOOPBACK, status=200, body=b'{"data":[]}', headers=named)
    order = order_for(_provider(1), Surface.API, Level.MODELS, KEY)
    result = asyncio.run(ask(order, _Says(seen), lambda: NOW))

    assert result.reason is Reason.OK
    assert KEY[:6] not in result.request_id
    assert PLACEHOLDER[:6] in result.request_id


@pytest.mark.parametrize("before", [*range(110, 150, 8), *range(1_960, 2_040, 8)])
def test_not_even_a_piece_of_a_key_is_kept_where_the_text_is_cut(before: int) -> None:
    with Hostile(_echo("500 Oops", before)) as server:
        result = _ask(_provider(server.port))

    assert KEY[:6] not in result.detail
    assert KEY[:6] not in result.excerpt


def test_a_strangers_words_are_kept_as_one_line_of_a_sane_length() -> None:
    far = f"http://{'a' * 20_000}.example/"
    named = answer("500 Oops", b"\xff\x1b" * 9_000, f"x-request-id: {'r' * 5_000}")
    kept = []
    for behaviour in (redirect(far), named):
        with Hostile(behaviour) as server:
            kept.append(_ask(_provider(server.port, timeout="5s")))

    assert [len(each.detail) for each in kept] == [DETAIL_LENGTH, len("answers 500")]
    assert all(each.detail.isprintable() for each in kept)
    assert len(kept[1].request_id) == REQUEST_ID_LENGTH
    assert len(kept[1].excerpt) <= EXCERPT_BYTES


def test_a_key_on_a_redirect_is_not_kept() -> None:
    with Hostile(redirect(f"http://127.0.0.1:9/login?key={KEY}")) as server:
        result = _ask(_provider(server.port))

    assert KEY not in repr(result)
