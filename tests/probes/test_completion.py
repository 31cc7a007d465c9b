"""One short streamed answer: asked as the vendor wants it, timed until its first data, read until its end."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from hostile import Behaviour, Hostile, Talk, answer, drip, endless_body, hang, html, redirect, reset
from probes.streams import (
    EMPTY,
    KEY,
    PATHS,
    STARTED,
    WHOLE,
    asked,
    chunk,
    lines,
    provider,
    sse,
    streaming,
)
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Level, Result, Usage
from trayuptime.core.reasons import MEANINGS, Effect, Reason

OPENAI, ANTHROPIC, GEMINI = Dialect.OPENAI, Dialect.ANTHROPIC, Dialect.GEMINI
COHERE, OLLAMA, BEDROCK = Dialect.COHERE, Dialect.OLLAMA, Dialect.BEDROCK

every_dialect = pytest.mark.parametrize("dialect", list(PATHS))
every_stream = pytest.mark.parametrize("dialect", [d for d in PATHS if d is not BEDROCK])


def _ask(behaviour: Behaviour, dialect: Dialect = OPENAI, timeout_s: float = 5.0) -> Result:
    with Hostile(behaviour) as server:
        return asked(provider(dialect, server.port, timeout_s=timeout_s))


PING = [{"role": "user", "content": "ping"}]
BODIES: dict[Dialect, dict[str, Any]] = {
    OPENAI: {"model": "some/model:1", "messages": PING, "max_tokens": 1, "stream": True},
    ANTHROPIC: {"model": "some/model:1", "messages": PING, "max_tokens": 1, "stream": True},
    GEMINI: {
        "contents": [{"role": "user", "parts": [{"text": "ping"}]}],
        "generationConfig": {"maxOutputTokens": 1},
    },
    COHERE: {"model": "some/model:1", "messages": PING, "max_tokens": 1, "stream": True},
    OLLAMA: {"model": "some/model:1", "messages": PING, "stream": True, "options": {"num_predict": 1}},
    BEDROCK: {
        "messages": [{"role": "user", "content": [{"text": "ping"}]}],
        "inferenceConfig": {"maxTokens": 1},
    },
}
TARGETS = {
    GEMINI: "/v1beta/models/some%2Fmodel:1:streamGenerateContent?alt=sse",
    BEDROCK: "/model/some%2Fmodel:1/converse",
}


@every_dialect
def test_the_question_is_one_word_and_the_answer_one_token(dialect: Dialect) -> None:
    with Hostile(streaming(*WHOLE[dialect])) as server:
        asked(provider(dialect, server.port))
        (request,) = server.requests

    assert (request.method, request.target) == ("POST", TARGETS.get(dialect, PATHS[dialect]))
    assert json.loads(request.body) == BODIES[dialect]
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_what_the_catalogue_says_of_a_vendor_goes_into_the_question() -> None:
    extra = {"reasoning_effort": "none", "generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}
    with Hostile(streaming(*WHOLE[OPENAI])) as server:
        asked(provider(OPENAI, server.port, max_tokens="max_completion_tokens", extra=extra))
        asked(provider(GEMINI, server.port, extra=extra))
        openai, gemini = (json.loads(request.body) for request in server.requests)

    assert (openai["max_completion_tokens"], openai["reasoning_effort"]) == (1, "none")
    assert "max_tokens" not in openai
    assert gemini["generationConfig"] == {"maxOutputTokens": 1, "thinkingConfig": {"thinkingBudget": 0}}


@every_dialect
def test_an_answer_with_its_end_is_ok_and_tells_what_is_billed(dialect: Dialect) -> None:
    result = _ask(streaming(*WHOLE[dialect]), dialect)

    assert (result.reason, result.level, result.http_status) == (Reason.OK, Level.COMPLETION, 200)
    assert result.usage == Usage(8, 1)
    assert result.latency_ms is not None
    assert result.interval_s == 600.0


@every_dialect
def test_an_empty_answer_that_reached_its_limit_is_one(dialect: Dialect) -> None:
    assert _ask(streaming(*EMPTY[dialect]), dialect).reason is Reason.OK


@every_dialect
def test_however_the_network_cuts_an_answer_it_is_the_same(dialect: Dialect) -> None:
    body = b"".join(WHOLE[dialect]).replace(b"Pong", "Pöng 乒乓".encode())
    whole = _ask(streaming(body), dialect)
    bytewise = _ask(streaming(*(bytes([byte]) for byte in body)), dialect)

    assert whole.reason is bytewise.reason is Reason.OK
    assert whole.usage == bytewise.usage == Usage(8, 1)


@every_dialect
def test_an_answer_that_is_packed_is_read_while_it_comes(dialect: Dialect) -> None:
    body = gzip.compress(b"".join(WHOLE[dialect]))

    assert _ask(answer("200 OK", body, "Content-Encoding: gzip"), dialect).reason is Reason.OK


@every_stream
def test_nothing_is_waited_for_behind_the_end(dialect: Dialect) -> None:
    result = _ask(streaming(*WHOLE[dialect], then=Talk.wait_for_close), dialect)

    assert result.reason is Reason.OK  # or the time limit would have ended it


@every_stream
def test_an_answer_that_ends_before_its_end_is_cut(dialect: Dialect) -> None:
    missing = 3 if dialect is OPENAI else 1
    pieces = WHOLE[dialect][:-missing]

    assert _ask(streaming(*pieces), dialect).reason is Reason.STREAM_CUT
    assert _ask(streaming(*pieces, then=reset), dialect).reason is Reason.STREAM_CUT
    assert _ask(streaming(*pieces, then=hang), dialect, 0.3).reason is Reason.STREAM_CUT


def test_the_reason_to_finish_is_an_end_where_nothing_says_that_it_is_done() -> None:
    assert _ask(streaming(*WHOLE[OPENAI][:3])).reason is Reason.OK


KEEP_ALIVES: dict[Dialect, bytes] = {
    OPENAI: b": keep-alive\n\n",  # DeepSeek's, for minutes under load
    ANTHROPIC: b'event: ping\ndata: {"type": "ping"}\n\n',
    GEMINI: b"\r\n",
    COHERE: b": \n\n",
    OLLAMA: b"\n",
}


@every_stream
def test_keep_alives_until_the_time_limit_are_no_answer(dialect: Dialect) -> None:
    result = _ask(streaming(*[KEEP_ALIVES[dialect]] * 50, then=hang), dialect, 0.3)

    assert result.reason is Reason.STREAM_CUT
    assert not result.needs_witness


@every_stream
def test_keep_alives_are_no_first_data(dialect: Dialect) -> None:
    waiting = [KEEP_ALIVES[dialect]] * 6
    result = _ask(streaming(*waiting, *WHOLE[dialect], rest_s=0.05), dialect)

    assert result.reason is Reason.OK
    assert result.latency_ms is not None
    assert result.latency_ms >= 300
    assert result.phases.first_byte_ms is not None
    assert result.phases.first_byte_ms < result.latency_ms


def test_openrouters_comments_are_keep_alives() -> None:
    body = b": OPENROUTER PROCESSING\n\n"

    assert _ask(streaming(body)).reason is Reason.STREAM_CUT
    assert _ask(streaming(body, *WHOLE[OPENAI])).reason is Reason.OK


def test_a_blank_body_after_a_minute_is_deepseeks_way_to_be_down() -> None:
    assert _ask(answer("200 OK", b"\n\n\n\n")).reason is Reason.STREAM_CUT
    assert _ask(answer("200 OK")).reason is Reason.STREAM_CUT


@pytest.mark.parametrize(
    ("dialect", "events", "reason"),
    [
        (ANTHROPIC, [STARTED, {"type": "error", "error": {"type": "overloaded_error"}}], Reason.OVERLOADED),
        (ANTHROPIC, [{"type": "error", "error": {"type": "api_error", "message": "x"}}], Reason.STREAM_CUT),
        (OPENAI, [chunk({"content": "P"}), {"error": {"code": 502, "message": "gone"}}], Reason.SERVER_ERROR),
        (OPENAI, [{"error": {"code": "insufficient_quota"}}], Reason.OUT_OF_CREDIT),
        (OPENAI, [chunk({"content": "P"}, "network_error")], Reason.STREAM_CUT),  # Zhipu
        (OPENAI, [chunk({"content": ""}, "error", error={"code": 429})], Reason.RATE_LIMITED),  # OpenRouter
        (
            OPENAI,
            [{"base_resp": {"status_code": 1000, "status_msg": "unknown"}}],
            Reason.STREAM_CUT,
        ),  # MiniMax
        (OPENAI, ["not JSON"], Reason.STREAM_CUT),
        (OPENAI, [chunk({"content": "P"}), '{"choices": [{"de'], Reason.STREAM_CUT),
        (GEMINI, [{"error": {"code": 503, "status": "UNAVAILABLE"}}], Reason.OVERLOADED),
        (COHERE, [{"type": "message-end", "delta": {"finish_reason": "ERROR"}}], Reason.STREAM_CUT),
        (COHERE, [{"type": "message-end", "delta": {"error": "upstream"}}], Reason.STREAM_CUT),
    ],
)
def test_an_error_inside_a_stream_is_one_whatever_follows(
    dialect: Dialect, events: list[Any], reason: Reason
) -> None:
    named = dialect in {ANTHROPIC, COHERE}
    pieces = [*sse(*events, named=named), *WHOLE[dialect]]

    assert _ask(streaming(*pieces, then=hang), dialect).reason is reason


def test_an_error_of_ollama_stands_on_a_line() -> None:
    pieces = [*WHOLE[OLLAMA][:1], *lines({"error": "llama runner process has terminated"})]

    result = _ask(streaming(*pieces), OLLAMA)
    assert result.reason is Reason.STREAM_CUT
    assert "llama runner process has terminated" in result.detail


FINE = {"status_code": 0, "status_msg": ""}


def test_an_envelope_that_says_all_is_well_is_no_error() -> None:
    pieces = sse(chunk({"content": "P"}, "length", base_resp=FINE, error=None), "[DONE]")

    assert _ask(streaming(*pieces)).reason is Reason.OK


WHOLE_BODIES: dict[Dialect, dict[str, Any]] = {
    OPENAI: {
        "choices": [{"message": {"content": "Pong"}, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 8, "completion_tokens": 1},
    },
    ANTHROPIC: {
        "type": "message",
        "content": [{"type": "text", "text": "Pong"}],
        "stop_reason": "max_tokens",
        "usage": {"input_tokens": 8, "output_tokens": 1},
    },
    COHERE: {
        "message": {"content": [{"text": "Pong"}]},
        "finish_reason": "MAX_TOKENS",
        "usage": {"tokens": {"input_tokens": 8, "output_tokens": 1}},
    },
}


@pytest.mark.parametrize("dialect", list(WHOLE_BODIES))
@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_that_comes_all_at_once_is_an_answer(dialect: Dialect, indent: int | None) -> None:
    body = json.dumps(WHOLE_BODIES[dialect], indent=indent).encode()
    result = _ask(answer("200 OK", body, "Content-Type: application/json"), dialect)

    assert (result.reason, result.usage) == (Reason.OK, Usage(8, 1))


def test_geminis_list_of_chunks_is_an_answer() -> None:
    chunks = [json.loads(piece.removeprefix(b"data: ")) for piece in WHOLE[GEMINI]]

    assert _ask(answer("200 OK", json.dumps(chunks).encode()), GEMINI).usage == Usage(8, 1)


def test_a_question_that_gemini_blocks_is_answered() -> None:
    assert _ask(streaming(*sse({"promptFeedback": {"blockReason": "OTHER"}})), GEMINI).reason is Reason.OK


@every_dialect
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (html, Reason.BAD_ANSWER),
        (answer("200 OK", b'{"hello": "world"}'), Reason.BAD_ANSWER),
        (answer("200 OK", b'{"error": {"message": "no"}}'), None),
        (answer("401 Unauthorized", b"{}"), Reason.KEY_REJECTED),
        (answer("402 Payment Required", b"{}"), Reason.OUT_OF_CREDIT),
        (answer("404 Not Found", b'{"error": {"message": "no such model"}}'), Reason.MODEL_MISSING),
        (answer("410 Gone", b'{"message": "this model is retired"}'), Reason.MODEL_MISSING),
        (answer("429 Too Many", b"{}", "Retry-After: 7"), Reason.RATE_LIMITED),
        (answer("500 Oops", b"{}"), Reason.SERVER_ERROR),
        (answer("529 Overloaded", b"data: {}\n\n"), Reason.OVERLOADED),
        (redirect("http://127.0.0.1:1/"), Reason.BAD_ANSWER),
        (endless_body, Reason.BAD_ANSWER),
        (reset, Reason.CONNECTION_RESET),
    ],
)
def test_whatever_else_comes_is_read_as_of_any_question(
    dialect: Dialect, behaviour: Behaviour, reason: Reason | None
) -> None:
    result = _ask(behaviour, dialect)

    assert result.reason in ({reason} if reason else {Reason.BAD_ANSWER, Reason.STREAM_CUT})
    assert result.level is Level.COMPLETION


def test_a_megabyte_on_one_line_is_over_the_limit() -> None:
    result = _ask(streaming(b"data: " + b"x" * (2 << 20)))

    assert (result.reason, result.usage) == (Reason.BAD_ANSWER, None)


def test_a_line_that_drips_past_the_time_limit_is_an_ordinary_time_out() -> None:
    assert _ask(drip, timeout_s=0.3).reason is Reason.READ_TIMEOUT


def test_silence_is_an_ordinary_time_out() -> None:
    assert _ask(hang, timeout_s=0.3).reason is Reason.READ_TIMEOUT
    assert _ask(streaming(then=hang), timeout_s=0.3).reason is Reason.READ_TIMEOUT


def test_thousands_of_events_are_heard() -> None:
    pieces = b"".join(sse(*[chunk({"content": "x"})] * 4_000))
    result = _ask(streaming(pieces, *WHOLE[OPENAI]))

    assert result.reason is Reason.OK


def test_tokens_per_second_are_told_of_more_than_one() -> None:
    pieces = sse(*[chunk({"content": "x"})] * 5, chunk(finish="stop"), "[DONE]")
    result = _ask(streaming(*pieces, rest_s=0.02))

    assert result.tokens_per_s is not None
    assert 0 < result.tokens_per_s < 50  # five tokens, at least 20 ms between two of them
    assert _ask(streaming(*EMPTY[OPENAI])).tokens_per_s is None


@pytest.mark.parametrize("claimed", [-1, 10**12, True, "8", None, [8], 8.5])
def test_a_count_that_is_none_is_not_believed(claimed: object) -> None:
    usage = {"prompt_tokens": claimed, "completion_tokens": 1}

    assert _ask(streaming(*sse(chunk({"content": "x"}, "stop", usage=usage), "[DONE]"))).usage is None


HOSTILE: list[Any] = [
    *(None, 0, 1.5, "text", True, [], [[]], {}),
    *({"type": []}, {"choices": None}, {"choices": [None, 1]}),
]
INSIDE = [
    "delta",
    "message",
    "candidates",
    "content",
    "usage",
    "error",
    "choices",
    "base_resp",
    "type",
    "done",
]


@every_dialect
@pytest.mark.parametrize("value", HOSTILE)
def test_odd_json_is_no_answer_and_no_crash(dialect: Dialect, value: object) -> None:
    odd = [value, *({name: value} for name in INSIDE)]
    pieces = lines(*odd) if dialect is OLLAMA else sse(*(json.dumps(each) for each in odd))

    assert MEANINGS[_ask(streaming(*pieces), dialect).reason].effect is Effect.FAILURE


def _echo(talk: Talk) -> None:
    shown = talk.request().headers["authorization"]
    talk.answer("200 OK", sse({"error": {"message": f"you sent {shown} and that is wrong"}})[0])


def test_a_key_that_a_stream_sends_back_is_not_kept() -> None:
    result = _ask(_echo)

    assert result.reason is Reason.STREAM_CUT
    assert "you sent" in result.detail
    assert KEY not in repr(result)


@pytest.mark.parametrize(("must_run", "reason"), [(False, Reason.UNKNOWN), (True, Reason.READ_TIMEOUT)])
def test_a_local_server_that_loads_its_model_is_never_down(must_run: bool, reason: Reason) -> None:
    with Hostile(hang) as server:
        local = replace(provider(OLLAMA, server.port, timeout_s=0.3), must_run=must_run)
        result = asked(local, None)

    assert result.reason is reason
    assert ("loading its model" in result.detail) is not must_run


def test_a_local_server_that_breaks_off_in_its_answer_has_no_such_excuse() -> None:
    with Hostile(streaming(*WHOLE[OLLAMA][:1], then=hang)) as server:
        result = asked(replace(provider(OLLAMA, server.port, timeout_s=0.3), must_run=False), None)

    assert result.reason is Reason.STREAM_CUT
