"""Here, cold, loading, not running or another program: each told apart, and no model is loaded by asking."""

import asyncio
from typing import Any

import pytest

import hostile
from hostile import Behaviour, Hostile, Talk, answer, closed_port
from probes.local_servers import BUSY, LOADING, OK, litellm, llamacpp, lmstudio, ollama, program, router, vllm
from trayuptime.config.load import read
from trayuptime.config.values import ProviderConfig
from trayuptime.core import words
from trayuptime.core.evidence import Evidence, Server
from trayuptime.core.local import is_in_memory
from trayuptime.core.model import Level, Phases, Reach, Result, Surface
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.net.transport import Request, Transport
from trayuptime.probes import ask, ask_of_memory, ask_whole, level_of, order_for

NOW = 1_774_800_000_000
KEY = "local-key-0123456789"
LOCAL = ("ollama", "lmstudio", "llamacpp", "vllm")
COLD, EMPTY = "is running, no model is loaded", "is running, no model is installed"


def _provider(kind: str, port: int, lines: str = "", path: str = "/v1") -> ProviderConfig:
    text = f'[[provider]]\nid = "p"\nkind = "{kind}"\nbase_url = "http://127.0.0.1:{port}{path}"\n{lines}'
    return read(text).providers[0]


def _ask(provider: ProviderConfig, secret: str | None = None) -> Result:
    transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
    level = level_of(provider, Surface.API, secret, may_show_key=True)
    return asyncio.run(ask(order_for(provider, Surface.API, level, secret), transport, lambda: NOW))


def _asked(kind: str, behaviour: Behaviour, lines: str = "") -> Result:
    with Hostile(behaviour) as server:
        return _ask(_provider(kind, server.port, lines))


@pytest.mark.parametrize(
    ("kind", "behaviour", "reason", "detail"),
    [
        ("ollama", ollama(["a"], ["a"]), Reason.OK, ""),
        ("ollama", ollama(["a"], []), Reason.OK, COLD),
        ("ollama", ollama(["a"], None), Reason.OK, COLD),
        ("ollama", ollama([], []), Reason.OK, EMPTY),
        ("ollama", ollama(None, None), Reason.OK, EMPTY),
        ("lmstudio", lmstudio({"a": "loaded", "b": "not-loaded"}), Reason.OK, ""),
        ("lmstudio", lmstudio({"a": "not-loaded"}), Reason.OK, COLD),
        ("lmstudio", lmstudio({}), Reason.OK, COLD),
        ("lmstudio", lmstudio({"a": "loading"}), Reason.UNKNOWN, "is still loading its model"),
        ("lmstudio", lmstudio({"a": "loaded"}, v0=False), Reason.OK, ""),
        ("llamacpp", llamacpp(), Reason.OK, ""),
        ("llamacpp", llamacpp(loading=True), Reason.UNKNOWN, "is still loading its model"),
        ("llamacpp", llamacpp(sleeping=True), Reason.OK, ""),
        ("llamacpp", router("loaded", "unloaded"), Reason.OK, ""),
        ("llamacpp", router("sleeping"), Reason.OK, ""),
        ("llamacpp", router("unloaded", "failed"), Reason.OK, COLD),
        ("llamacpp", router("unloaded", "loading"), Reason.UNKNOWN, "is still loading its model"),
        ("vllm", vllm(), Reason.OK, ""),
        ("vllm", vllm(dead=True), Reason.SERVER_ERROR, "is running, but its engine is not"),
        ("litellm", litellm(), Reason.OK, ""),
        (
            "litellm",
            program({}, (BUSY, {"status": "shutting_down"})),
            Reason.SERVER_ERROR,
            "answers 503",
        ),
        ("litellm", litellm(ready=False), Reason.SERVER_ERROR, "is running, but says it is not ready"),
    ],
)
def test_each_program_is_understood_in_its_own_words(
    kind: str, behaviour: Behaviour, reason: Reason, detail: str
) -> None:
    result = _asked(kind, behaviour)

    assert (result.reason, result.detail) == (reason, detail)


@pytest.mark.parametrize("must_run", ["true", "false"])
@pytest.mark.parametrize("kind", LOCAL)
def test_loading_is_never_down_whichever_question_says_so(kind: str, must_run: str) -> None:
    result = _asked(kind, program({}, (BUSY, LOADING)), f"must_run = {must_run}")

    assert result.reason is Reason.UNKNOWN
    assert result.detail.startswith("is still loading its model")


@pytest.mark.parametrize("kind", LOCAL)
def test_a_closed_port_is_not_running_and_an_outage_of_what_must_run(kind: str) -> None:
    may, must = (_ask(_provider(kind, closed_port(), f"must_run = {word}")) for word in ("false", "true"))

    assert (may.reason, may.detail) == (Reason.UNKNOWN, "is not running")
    assert (must.reason, must.detail) == (Reason.CONNECT_REFUSED, "is not running")


@pytest.mark.parametrize("kind", [*LOCAL, "litellm"])
@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/behind/a/gate", "/behind/a/gate/v1"])
def test_its_own_paths_are_found_whether_or_not_the_address_ends_with_the_version(
    kind: str, path: str
) -> None:
    root = path.removesuffix("/").removesuffix("/v1")
    good = {"/api/tags": {"models": [{"name": "a"}]}, "/v1/models": {"data": [{"id": "a"}]}}
    pages: dict[str, tuple[str, Any]] = {root + own: (OK, body) for own, body in good.items()}
    with Hostile(program({**pages, "/health/liveliness": (OK, "I'm alive!")})) as server:
        provider = _provider(kind, server.port, path=path)
        result = _ask(provider)

    assert (result.reason, result.http_status) == (Reason.OK, 200)
    assert provider.base_url == f"http://127.0.0.1:{server.port}{root}/v1"
    seconds = {"ollama": "/api/ps", "lmstudio": "/api/v0/models", "litellm": "/health/readiness"}
    prefix = "" if kind == "litellm" else root
    assert server.requests[1].target == prefix + seconds.get(kind, "/health")


@pytest.mark.parametrize(
    ("kind", "behaviour"),
    [
        ("ollama", ollama(["a"], [])),
        ("lmstudio", lmstudio({"a": "not-loaded"})),
        ("llamacpp", router("unloaded")),
        ("vllm", vllm()),
        ("litellm", litellm()),
    ],
)
def test_no_model_is_loaded_by_asking(kind: str, behaviour: Behaviour) -> None:
    harmless = {
        *("/api/version", "/api/tags", "/api/ps", "/v1/models", "/api/v0/models"),
        *("/health", "/version", "/health/liveliness", "/health/readiness"),
    }
    with Hostile(behaviour) as server:
        _ask(_provider(kind, server.port))

    assert {(each.method, each.body) for each in server.requests} == {("GET", b"")}
    assert {each.target for each in server.requests} <= harmless
    assert len(server.requests) == 2


SPRING = {"timestamp": "2026-11-26", "status": 500, "error": "Internal Server Error", "path": "/v1/models"}


def _log_in_first(talk: Talk) -> None:
    if talk.request().target == "/login":
        talk.answer("200 OK", b"<html>Log in", "Content-Type: text/html")
    else:
        talk.answer("302 Found", b"", "Location: /login")


STRANGERS: list[tuple[str, Behaviour]] = [
    ("a page", hostile.html),
    ("a page at every path but ours", answer("404 Not Found", b"<html>not here")),
    ("another JSON API", program({}, (OK, {"hello": "world"}))),
    ("a list of something", program({}, (OK, [1, 2, 3]))),
    ("models of another kind", program({}, (OK, {"models": "many", "data": "much"}))),
    ("null", program({}, (OK, None))),
    ("nothing", answer("200 OK")),
    ("plain words", answer("200 OK", b"OK")),
    ("a redirect to a log-in", _log_in_first),
    ("a redirect to elsewhere", hostile.redirect("http://127.0.0.1:9/login")),
    ("a redirect that never ends", hostile.redirect("/again")),
    ("another protocol", hostile.not_http),
    ("too much", hostile.endless_body),
    ("FastAPI", program({}, ("404 Not Found", {"detail": "Not Found"}))),
    ("a gate", answer("401 Unauthorized", b"", "WWW-Authenticate: Basic")),
    ("a gate of Spring", program({}, ("401 Unauthorized", {**SPRING, "error": "Unauthorized"}))),
]
STRANGERS_THAT_FAIL: list[tuple[str, Behaviour]] = [
    ("Spring that fails", program({}, ("500 Internal Server Error", SPRING))),
    ("nginx without what is behind it", answer("502 Bad Gateway", b"<html>502 Bad Gateway")),
    (
        "a storage that fails",
        answer("503 Slow Down", b'<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>'),
    ),
]


@pytest.mark.parametrize("behaviour", [b for _, b in STRANGERS], ids=[name for name, _ in STRANGERS])
@pytest.mark.parametrize("kind", [*LOCAL, "litellm"])
def test_another_program_at_its_port_is_neither_it_nor_its_outage(kind: str, behaviour: Behaviour) -> None:
    result = _asked(kind, behaviour)

    assert MEANINGS[result.reason].effect is Effect.NOTHING
    assert f"something else answers at {result.host}" in result.detail


@pytest.mark.parametrize(
    "behaviour", [b for _, b in STRANGERS_THAT_FAIL], ids=[name for name, _ in STRANGERS_THAT_FAIL]
)
def test_a_stranger_that_fails_is_an_outage_only_of_what_must_run(behaviour: Behaviour) -> None:
    """LiteLLM always must."""
    may = [_asked(kind, behaviour) for kind in LOCAL]
    must = [*(_asked(kind, behaviour, "must_run = true") for kind in LOCAL), _asked("litellm", behaviour)]

    assert {result.reason for result in may} == {Reason.UNKNOWN}
    assert {result.reason for result in must} == {Reason.SERVER_ERROR}
    assert all("something else answers" in result.detail for result in (*may, *must))


PLAIN_500 = answer("500 Internal Server Error", b"Internal Server Error", "Content-Type: text/plain")
NGINX_502 = answer(
    "502 Bad Gateway",
    b"<html>\r\n<head><title>502 Bad Gateway</title></head><body><hr><center>nginx</center></body></html>",
    "Content-Type: text/html",
)
FAILED, ELSE = Reason.SERVER_ERROR, Reason.UNKNOWN


@pytest.mark.parametrize(
    ("behaviour", "of_one_that_may", "of_one_that_must", "of_litellm"),
    [
        (PLAIN_500, FAILED, FAILED, FAILED),
        (program({}, ("500 Oops", {"detail": "Internal Server Error"})), FAILED, FAILED, FAILED),
        (program({}, ("500 Oops", {"error": "out of memory"})), FAILED, FAILED, FAILED),
        (answer("502 Bad Gateway"), FAILED, FAILED, FAILED),
        (program({}, ("500 Oops", ["what", "ever"])), FAILED, FAILED, FAILED),
        (NGINX_502, ELSE, FAILED, FAILED),
        (answer("404 Not Found", b"<html>not here"), ELSE, Reason.BAD_REQUEST, ELSE),
        (program({}, ("404 Not Found", {"error": "no such page"})), ELSE, Reason.BAD_REQUEST, ELSE),
    ],
    ids=["plain", "FastAPI", "error", "empty", "list", "nginx", "HTML 404", "JSON 404"],
)
def test_a_server_error_is_its_own_in_whatever_words_but_a_page(
    behaviour: Behaviour, of_one_that_may: Reason, of_one_that_must: Reason, of_litellm: Reason
) -> None:
    may = {_asked(kind, behaviour).reason for kind in LOCAL}
    must = {_asked(kind, behaviour, "must_run = true").reason for kind in LOCAL}

    assert (may, must) == ({of_one_that_may}, {of_one_that_must})
    assert _asked("litellm", behaviour).reason is of_litellm


@pytest.mark.parametrize("kind", [*LOCAL, "litellm"])
def test_a_shield_in_front_of_it_is_neither_a_stranger_nor_its_outage(kind: str) -> None:
    shield = answer(
        "503 Service Unavailable", b"<html>", "Content-Type: text/html", "cf-mitigated: challenge"
    )

    assert _asked(kind, shield).reason is Reason.UNKNOWN


def test_an_error_of_its_own_is_not_called_a_strangers() -> None:
    assert _asked("vllm", PLAIN_500).detail == "answers 500"


@pytest.mark.parametrize("behaviour", [hostile.html, answer("502 Bad Gateway", b"<html>")])
def test_another_program_at_the_port_of_one_that_must_run_is_its_outage(behaviour: Behaviour) -> None:
    result = _asked("llamacpp", behaviour, "must_run = true")

    assert MEANINGS[result.reason].effect is Effect.FAILURE
    assert "something else answers" in result.detail


@pytest.mark.parametrize("other", [llamacpp(), vllm(), lmstudio({"a": "loaded"}), litellm()])
def test_no_other_program_is_called_an_ollama(other: Behaviour) -> None:
    result = _asked("ollama", other)

    assert result.reason is Reason.UNKNOWN
    assert "something else answers" in result.detail


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("lmstudio", llamacpp()),
        ("lmstudio", vllm()),
        ("llamacpp", lmstudio({"a": "loaded"})),
        ("llamacpp", llamacpp(health=False)),
        ("llamacpp", vllm()),
        ("vllm", llamacpp(health=False)),
    ],
)
def test_one_that_speaks_the_right_dialect_is_up_but_not_called_by_a_name_that_is_not_its_own(
    kind: str, other: Behaviour
) -> None:
    result = _asked(kind, other)

    assert (result.reason, result.detail) == (
        Reason.OK,
        "answers as it should, but not quite as this program does",
    )


@pytest.mark.parametrize(
    "second",
    [
        hostile.hang,
        hostile.reset,
        hostile.not_http,
        hostile.gzip_bomb,
        hostile.html,
        answer("500 Internal Server Error"),
        answer("200 OK", b"[]"),
        answer("200 OK", b'{"models": "x", "data": [1]}'),
        answer("200 OK", b'{"models": [null], "data": {}}'),
    ],
)
@pytest.mark.parametrize("kind", LOCAL)
def test_a_second_question_that_is_not_answered_takes_nothing_from_the_first(
    kind: str, second: Behaviour
) -> None:
    good = {"/api/tags": (OK, {"models": [{"name": "a"}]}), "/v1/models": (OK, {"data": [{"id": "a"}]})}

    def behave(talk: Talk) -> None:
        (program(good) if not talk.server.requests else second)(talk)

    with Hostile(behave) as server:
        result = _ask(_provider(kind, server.port, 'timeout = "300ms"'))

    assert result.reason is Reason.OK
    assert result.answered_at == NOW


def test_both_questions_share_one_time_limit() -> None:
    order = order_for(_provider("ollama", 9, 'timeout = "4s"'), Surface.API, Level.MODELS, None)
    asker = _Slow(phases=Phases(total_ms=1_500.0))
    asyncio.run(ask(order, asker, lambda: NOW))
    late = _Slow(phases=Phases(total_ms=4_000.0))
    asyncio.run(ask(order, late, lambda: NOW))

    assert asker.limits_s == [4.0, 2.5]
    assert late.limits_s == [4.0]


class _Slow:
    """An Ollama whose answers take as long as it is said."""

    def __init__(self, phases: Phases) -> None:
        self._phases = phases
        self.limits_s: list[float] = []

    async def ask(self, request: Request) -> Evidence:
        self.limits_s.append(request.timeout_s)
        body = b'{"models":[{"name":"a"}]}'
        return Evidence(NOW, "h:9", Reach.LOOPBACK, self._phases, authentic=True, status=200, body=body)


@pytest.mark.parametrize("kind", LOCAL)
@pytest.mark.parametrize(
    "body", [b"", b'{"error":{"message":"Invalid API Key","type":"authentication_error"}}']
)
def test_a_wrong_key_is_the_users_own_affair(kind: str, body: bytes) -> None:
    with Hostile(answer("401 Unauthorized", body)) as server:
        result = _ask(_provider(kind, server.port, 'key = "env:X"'), KEY)

    assert (result.reason, result.http_status) == (Reason.KEY_REJECTED, 401)


def test_the_key_goes_with_both_questions_and_comes_back_with_neither() -> None:
    echo = {"/api/tags": (OK, {"models": [{"name": KEY}]}), "/api/ps": (OK, {"models": [], "seen": KEY})}
    with Hostile(program(echo)) as server:
        result = _ask(_provider("ollama", server.port, 'key = "env:X"'), KEY)

    assert [each.headers["authorization"] for each in server.requests] == [f"Bearer {KEY}"] * 2
    assert KEY not in repr(result)


@pytest.mark.parametrize(("status", "reason"), [(500, Reason.SERVER_ERROR), (503, Reason.SERVER_ERROR)])
@pytest.mark.parametrize("kind", LOCAL)
def test_an_error_of_its_own_is_a_failure(kind: str, status: int, reason: Reason) -> None:
    body = b'{"error":{"message":"out of memory","type":"server_error"}}'

    assert _asked(kind, answer(f"{status} Oops", body)).reason is reason


@pytest.mark.parametrize(
    ("behaviour", "reason", "detail", "known"),
    [
        (llamacpp(), Reason.OK, "", True),
        (llamacpp(sleeping=None), Reason.OK, "", True),
        (llamacpp(sleeping=True), Reason.OK, "", False),
        (llamacpp(loading=True), Reason.UNKNOWN, "is still loading its model", None),
        (lmstudio({"a": "loaded"}), Reason.OK, words.NOT_ITSELF, None),
        (vllm(), Reason.OK, words.NOT_ITSELF, None),
    ],
)
def test_before_an_answer_llamacpp_is_asked_what_is_in_memory(
    behaviour: Behaviour, reason: Reason, detail: str, known: bool | None
) -> None:
    with Hostile(behaviour) as server:
        provider = _provider("llamacpp", server.port)
        order = order_for(provider, Surface.API, Level.MODELS, None)
        transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
        asked = ask_whole(ask_of_memory(order, Server.LLAMACPP), transport, lambda: NOW)
        result, evidence = asyncio.run(asked)

    assert [request.target for request in server.requests] == ["/v1/models", "/props"]
    assert (result.reason, result.detail) == (reason, detail)
    assert is_in_memory(Server.LLAMACPP, "tiny.gguf", evidence) is known
