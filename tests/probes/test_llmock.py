"""Every dialect that llmock speaks, against llmock, which nobody here wrote."""

import asyncio
from typing import Any

import pytest

from desktop.vendors import Vendor
from trayuptime.config.load import read
from trayuptime.core.model import Level, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.net.transport import Transport
from trayuptime.probes import ask, completion, level_of, order_for

NOW = 1_774_800_000_000
KEY = "sk-test-0123456789abcdef"
KINDS = {"openai": "/v1", "anthropic": "/anthropic", "gemini": "/gemini"}
PATHS = {"openai": "/v1/models", "anthropic": "/anthropic/v1/models", "gemini": "/gemini/v1beta/models"}

every_kind = pytest.mark.parametrize("kind", list(KINDS))


def _ask(vendor: Vendor, kind: str, *, keyed: bool = True, timeout: str = "5s") -> Result:
    text = (
        f'[[provider]]\nid = "p"\nkind = "{kind}"\nkey = "env:X"\ntimeout = "{timeout}"\n'
        f'base_url = "http://127.0.0.1:{vendor.port}{KINDS[kind]}"'
    )
    (provider,) = read(text).providers
    transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
    level = level_of(provider, Surface.API, KEY if keyed else None, may_show_key=True)
    order = order_for(provider, Surface.API, level, KEY if keyed else None)
    return asyncio.run(ask(order, transport, lambda: NOW))


def _break(vendor: Vendor, **behaviour: Any) -> None:
    vendor._call("POST", "scenario", {"behaviors": [{"times": 1, **behaviour}]})


@every_kind
def test_a_healthy_vendor_accepts_the_key(vendor: Vendor, kind: str) -> None:
    result = _ask(vendor, kind)

    assert (result.reason, result.level, result.http_status) == (Reason.OK, Level.MODELS, 200)
    assert result.latency_ms is not None
    assert result.latency_ms > 0
    assert result.answered_at == NOW
    assert [line.path for line in vendor.served()] == [PATHS[kind]]


@every_kind
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.KEY_REJECTED),
        (402, Reason.OUT_OF_CREDIT),
        (500, Reason.SERVER_ERROR),
        (502, Reason.SERVER_ERROR),
        (529, Reason.OVERLOADED),
    ],
)
def test_each_failure_has_its_reason(vendor: Vendor, kind: str, status: int, reason: Reason) -> None:
    _break(vendor, type="fail", status=status)
    result = _ask(vendor, kind)

    assert (result.reason, result.http_status) == (reason, status)
    assert result.answered_at == NOW
    assert not result.needs_witness
    assert KEY not in repr(result)


@every_kind
def test_a_503_is_a_failure_by_either_name(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="fail", status=503)
    result = _ask(vendor, kind)

    # llmock words it per dialect: Gemini's UNAVAILABLE and an "overloaded" mean overload
    assert result.reason in {Reason.SERVER_ERROR, Reason.OVERLOADED}
    assert result.http_status == 503


@every_kind
def test_a_429_says_how_long_to_wait(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="fail", status=429, retry_after=200)
    result = _ask(vendor, kind)

    assert (result.reason, result.http_status, result.retry_after_s) == (Reason.RATE_LIMITED, 429, 200.0)


@every_kind
def test_an_answer_that_does_not_come_is_a_time_out(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="delay", seconds=2.0)
    result = _ask(vendor, kind, timeout="300ms")

    assert result.reason is Reason.READ_TIMEOUT
    assert result.answered_at is None
    assert result.phases.connect_ms is not None
    assert result.phases.first_byte_ms is None


@every_kind
def test_reach_is_satisfied_with_any_answer(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="fail", status=401)
    result = _ask(vendor, kind, keyed=False)

    assert (result.reason, result.level, result.http_status) == (Reason.OK, Level.REACH, 401)


@every_kind
def test_reach_still_sees_a_server_error(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="fail", status=500)

    assert _ask(vendor, kind, keyed=False).reason is Reason.SERVER_ERROR


# Completions

COMPLETIONS = {
    "openai": "/v1/chat/completions",
    "anthropic": "/anthropic/v1/messages",
    "gemini": "/gemini/v1beta/models/gemini-2.5-flash-lite:streamGenerateContent",
    "cohere": "/cohere/v2/chat",
}
MODELS = {
    "openai": "gpt-4o-mini",
    "anthropic": "claude-haiku-5-5",
    "gemini": "gemini-2.5-flash-lite",
    "cohere": "command-r7b-12-2024",
}
BASES = {**KINDS, "cohere": "/cohere"}
"""Of Cohere it has the answers, but not the address that proves a key."""

every_answer = pytest.mark.parametrize("kind", list(BASES))


def _complete(vendor: Vendor, kind: str, timeout: str = "5s") -> Result:
    text = (
        f'[[provider]]\nid = "p"\nkind = "{kind}"\nkey = "env:X"\ntimeout = "{timeout}"\n'
        f'base_url = "http://127.0.0.1:{vendor.port}{BASES[kind]}"\n'
        f'[provider.completion]\nmodel = "{MODELS[kind]}"'
    )
    (provider,) = read(text).providers
    transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
    order = completion.order(provider, MODELS[kind], KEY)
    return asyncio.run(ask(order, transport, lambda: NOW))


@every_answer
def test_a_healthy_vendor_answers_in_a_stream(vendor: Vendor, kind: str) -> None:
    result = _complete(vendor, kind)

    assert (result.reason, result.level, result.http_status) == (Reason.OK, Level.COMPLETION, 200)
    assert [line.path for line in vendor.served()] == [COMPLETIONS[kind]]


@every_answer
@pytest.mark.parametrize(
    ("status", "reasons"),
    [
        (401, {Reason.KEY_REJECTED}),
        (402, {Reason.OUT_OF_CREDIT}),
        (429, {Reason.RATE_LIMITED}),
        (500, {Reason.SERVER_ERROR}),
        (503, {Reason.SERVER_ERROR, Reason.OVERLOADED}),
        (529, {Reason.OVERLOADED}),
    ],
)
def test_each_failure_of_a_completion_has_its_reason(
    vendor: Vendor, kind: str, status: int, reasons: set[Reason]
) -> None:
    _break(vendor, type="fail", status=status)
    result = _complete(vendor, kind)

    assert result.reason in reasons
    assert result.http_status == status
    assert KEY not in repr(result)


@every_answer
@pytest.mark.parametrize("fault", ["disconnect", "truncate", "malformed"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_stream_that_breaks_is_cut(vendor: Vendor, kind: str, fault: str, after: int) -> None:
    _break(vendor, type="stream_fault", kind=fault, after_chunks=after)
    result = _complete(vendor, kind)

    assert result.reason in {Reason.STREAM_CUT, Reason.CONNECTION_RESET}


@every_answer
def test_a_stream_that_stalls_past_the_time_limit_is_cut(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="stream_fault", kind="stall", after_chunks=2, stall_seconds=2.0)

    assert _complete(vendor, kind, timeout="500ms").reason in {Reason.STREAM_CUT, Reason.READ_TIMEOUT}


@every_answer
def test_a_slow_first_token_is_what_is_timed(vendor: Vendor, kind: str) -> None:
    _break(vendor, type="slow_first_token", seconds=0.3)
    result = _complete(vendor, kind)

    assert result.reason is Reason.OK
    assert result.latency_ms is not None
    assert result.latency_ms >= 300
