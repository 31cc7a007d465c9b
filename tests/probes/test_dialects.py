"""Whatever shape a vendor gives to what we know, no reader stumbles: one odd answer must stop nobody."""

import asyncio
import json
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from trayuptime.core import words
from trayuptime.core.classify import classify
from trayuptime.core.evidence import Dialect, Evidence, Question, Server
from trayuptime.core.local import LOADS_WHEN_ASKED, is_in_memory
from trayuptime.core.model import Key, Level, Reach, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.net.transport import Request
from trayuptime.probes.ask import Order, ask
from trayuptime.probes.completion import Hearing
from trayuptime.probes.dialects import SPEECHES
from trayuptime.probes.dialects.piece import Piece

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    "",
    "x",
    [],
    ["COMPLETE"],
    {},
    {"a": []},
    [[]],
    [None],
]

EVENTS: dict[Dialect, list[dict[str, Any]]] = {
    Dialect.OPENAI: [
        {
            "object": "chat.completion.chunk",
            "choices": [{"delta": {"content": "a"}, "message": {"content": "a"}, "finish_reason": "length"}],
            "usage": {"prompt_tokens": 8, "completion_tokens": 1},
        },
        {"choices": [{"text": "a", "finish_reason": None}], "x_groq": {"usage": {"prompt_tokens": 8}}},
        {"base_resp": {"status_code": 0}, "type": "x", "error": None},
    ],
    Dialect.ANTHROPIC: [
        {"type": "message_start", "message": {"usage": {"input_tokens": 8, "output_tokens": 1}}},
        {"type": "content_block_start", "content_block": {"type": "text", "text": "a"}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "a"}},
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 1}},
        {
            "type": "message",
            "content": [{"type": "text", "text": "a"}],
            "stop_reason": "end_turn",
            "usage": {},
        },
    ],
    Dialect.GEMINI: [
        {
            "candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "MAX_TOKENS"}],
            "promptFeedback": {"blockReason": "SAFETY"},
            "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 1, "thoughtsTokenCount": 1},
        }
    ],
    Dialect.COHERE: [
        {"type": "content-delta", "delta": {"message": {"content": {"text": "a"}, "tool_plan": "b"}}},
        {
            "type": "message-end",
            "delta": {
                "finish_reason": "COMPLETE",
                "error": None,
                "usage": {"billed_units": {"input_tokens": 8}},
            },
        },
        {"finish_reason": "COMPLETE", "message": {"content": [{"text": "a"}]}, "usage": {"tokens": {}}},
    ],
    Dialect.OLLAMA: [
        {"message": {"content": "a", "thinking": "b"}, "done": True, "done_reason": "stop", "eval_count": 1}
    ],
    Dialect.BEDROCK: [
        {
            "output": {"message": {"content": [{"text": "a"}]}},
            "stopReason": "max_tokens",
            "usage": {"inputTokens": 8, "outputTokens": 1},
        }
    ],
}

LISTS: dict[Server, tuple[Any, Any]] = {
    Server.OLLAMA: ({"models": [{"name": "m:latest"}]}, {"models": [{"name": "m:latest"}]}),
    Server.LMSTUDIO: ({"data": [{"id": "m"}]}, {"data": [{"id": "m", "state": "loaded"}]}),
    Server.LLAMACPP: ({"data": [{"id": "m", "status": {"value": "loaded"}}]}, {"status": "ok"}),
    Server.VLLM: ({"data": [{"id": "m"}]}, {}),
    Server.LITELLM: ("I'm alive!", {"status": "healthy"}),
}


def bent(whole: Any) -> Iterator[Any]:
    """The same with each of its parts, in turn, in every odd shape."""
    places: list[tuple[Any, ...]] = [()]
    for place in places:
        part = whole
        for step in place:
            part = part[step]
        steps = part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        places += [(*place, step) for step in steps]
    for place in places:
        for odd in ODD:
            if not place:
                yield odd
                continue
            copy = deepcopy(whole)
            parent = copy
            for step in place[:-1]:
                parent = parent[step]
            parent[place[-1]] = odd
            yield copy


@pytest.mark.parametrize("dialect", EVENTS)
def test_an_event_in_any_shape_is_heard(dialect: Dialect) -> None:
    read = SPEECHES[dialect].read
    heard = 0
    for event in EVENTS[dialect]:
        assert not read(deepcopy(event), "").error
        for said in bent(event):
            if isinstance(said, dict):
                for name in ("", "error", str(event.get("type"))):
                    read(deepcopy(said), name)
                    heard += 1

    assert heard > 200


@pytest.mark.parametrize("server", LISTS)
@pytest.mark.parametrize("status", [200, 404, 503])
def test_a_server_of_ones_own_may_say_it_in_any_shape(server: Server, status: int) -> None:
    first, second = LISTS[server]
    pairs = [*((odd, second) for odd in bent(first)), *((first, odd) for odd in bent(second))]
    question = Question(
        Key("a", Surface.API), Level.MODELS, Dialect.OPENAI, keyed=False, interval_s=60.0, server=server
    )

    for one, other in pairs:
        seen = _said(one, 200, _said(other, status))
        assert classify(question, seen, 0).detail is not None
        if server in LOADS_WHEN_ASKED:
            assert is_in_memory(server, "m", seen) in {True, False, None}


def _said(body: Any, status: int, second: Evidence | None = None) -> Evidence:
    sent = json.dumps(body).encode()
    return Evidence(0, "127.0.0.1:1", Reach.LOOPBACK, status=status, body=sent, second=second)


def test_a_fault_of_ours_in_reading_one_answer_is_neither_red_nor_green(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Listing:
        async def ask(self, _request: Request) -> Evidence:
            return _said({"data": []}, 200)

    def stumble(question: Question, evidence: Evidence, now: int) -> Result:
        if evidence.body:
            raise TypeError("unhashable type")
        return classify(question, evidence, now)

    monkeypatch.setattr(sys.modules["trayuptime.probes.ask"], "classify", stumble)
    question = Question(Key("a", Surface.API), Level.MODELS, Dialect.OPENAI, keyed=False, interval_s=60.0)
    order = Order(question, Request("GET", "http://127.0.0.1:1/models"))
    told = asyncio.run(ask(order, Listing(), lambda: 0))

    assert (told.reason, told.http_status, told.detail) == (Reason.UNKNOWN, 200, words.STUMBLES)
    assert "TypeError" in caplog.text


def test_a_fault_of_ours_in_a_piece_is_a_broken_answer(caplog: pytest.LogCaptureFixture) -> None:
    def stumble(_said: dict[str, Any], _name: str) -> Piece:
        raise TypeError("unhashable type")

    hearing = Hearing(replace(SPEECHES[Dialect.OPENAI], read=stumble))
    hearing.hear(b'data: {"choices": []}\n\n', 1.0)
    hearing.end(b"", 2.0)

    assert not hearing.heard.ended
    assert "TypeError" in caplog.text
