"""Answers as each vendor streams them, and a provider of each dialect to ask them of."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from hostile import Talk
from trayuptime.config.keys import EnvKey
from trayuptime.config.values import Completion, PricedModel, ProviderConfig
from trayuptime.core.budget import FREE
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Result, Rules
from trayuptime.net.transport import Transport
from trayuptime.probes import ask, completion

NOW = 1_774_800_000_000
KEY = "plainlookingsecretwithoutaprefix7391"

PATHS = {
    Dialect.OPENAI: "/v1/chat/completions",
    Dialect.ANTHROPIC: "/v1/messages",
    Dialect.GEMINI: "/v1beta/models/{model}:streamGenerateContent?alt=sse",
    Dialect.COHERE: "/v2/chat",
    Dialect.OLLAMA: "/api/chat",
    Dialect.BEDROCK: "/model/{model}/converse",
}


def sse(*events: Any, named: bool = False) -> list[bytes]:
    """Server-sent events, one piece each; a string is sent as it is."""
    pieces = []
    for event in events:
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        name = f"event: {event['type']}\n" if named and isinstance(event, dict) else ""
        pieces.append(f"{name}data: {data}\n\n".encode())
    return pieces


def lines(*events: Any) -> list[bytes]:
    return [json.dumps(event).encode() + b"\n" for event in events]


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One of OpenAI's."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "choices": [choice], **more}


STARTED = {
    "type": "message_start",
    "message": {"content": [], "usage": {"input_tokens": 8, "output_tokens": 1}},
}
STOPPED = {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 1}}

WHOLE: dict[Dialect, list[bytes]] = {
    Dialect.OPENAI: sse(
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Pong"}),
        chunk(finish="length"),
        {"choices": [], "usage": {"prompt_tokens": 8, "completion_tokens": 1}},
        "[DONE]",
    ),
    Dialect.ANTHROPIC: sse(
        STARTED,
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Pong"}},
        {"type": "content_block_stop", "index": 0},
        STOPPED,
        {"type": "message_stop"},
        named=True,
    ),
    Dialect.GEMINI: sse(
        {"candidates": [{"content": {"parts": [{"text": "Pong"}], "role": "model"}}]},
        {
            "candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}],
            "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 1},
        },
    ),
    Dialect.COHERE: sse(
        {"type": "message-start", "delta": {"message": {"role": "assistant", "content": []}}},
        {"type": "content-start", "delta": {"message": {"content": {"type": "text", "text": ""}}}},
        {"type": "content-delta", "delta": {"message": {"content": {"text": "Pong"}}}},
        {"type": "content-end"},
        {
            "type": "message-end",
            "delta": {
                "finish_reason": "MAX_TOKENS",
                "usage": {"billed_units": {"input_tokens": 8, "output_tokens": 1}},
            },
        },
        named=True,
    ),
    Dialect.OLLAMA: lines(
        {"model": "m", "message": {"role": "assistant", "content": "Pong"}, "done": False},
        {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "length",
            "prompt_eval_count": 8,
            "eval_count": 1,
        },
    ),
    Dialect.BEDROCK: lines(
        {
            "output": {"message": {"role": "assistant", "content": [{"text": "Pong"}]}},
            "stopReason": "max_tokens",
            "usage": {"inputTokens": 8, "outputTokens": 1, "totalTokens": 9},
        }
    ),
}
"""One good answer, event by event."""

EMPTY: dict[Dialect, list[bytes]] = {
    Dialect.OPENAI: sse(chunk({"role": "assistant", "content": ""}), chunk(finish="length"), "[DONE]"),
    Dialect.ANTHROPIC: sse(STARTED, STOPPED, {"type": "message_stop"}, named=True),
    Dialect.GEMINI: sse({"candidates": [{"finishReason": "MAX_TOKENS", "index": 0}]}),
    Dialect.COHERE: sse(
        {"type": "message-start"}, {"type": "message-end", "delta": {"finish_reason": "MAX_TOKENS"}}
    ),
    Dialect.OLLAMA: lines(
        {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "length"}
    ),
    Dialect.BEDROCK: lines({"output": {"message": {"content": []}}, "stopReason": "max_tokens"}),
}
"""No word of an answer, but the reason why it ended: the one token went into nothing."""


def provider(dialect: Dialect, port: int, *, timeout_s: float = 5.0, **more: Any) -> ProviderConfig:
    base = f"http://127.0.0.1:{port}"
    return ProviderConfig(
        id="p",
        name="P",
        kind="test",
        reach_url=base,
        models_url=f"{base}/models",
        rules=Rules(timeout_s=timeout_s),
        key=EnvKey("X"),
        dialect=dialect,
        auth_header="Authorization",
        auth_format="Bearer {key}",
        completion=Completion(
            (PricedModel("some/model:1", FREE),), 600.0, 1.0, base + PATHS[dialect], **more
        ),
    )


def asked(of: ProviderConfig, secret: str | None = KEY) -> Result:
    """One completion of it, over a real connection."""
    assert of.completion is not None
    transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
    return asyncio.run(ask(completion.order(of, of.completion.model.id, secret), transport, lambda: NOW))


def streaming(
    *pieces: bytes,
    rest_s: float = 0.0,
    then: Callable[[Talk], None] | None = None,
    kind: str = "text/event-stream",
) -> Callable[[Talk], None]:
    """Sends each piece as a chunk of its own, and ends the body unless `then` does something else."""

    def behave(talk: Talk) -> None:
        talk.request()
        talk.send(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for piece in pieces:
            if rest_s and not talk.rest(rest_s):
                return
            talk.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if then is None:
            talk.send(b"0\r\n\r\n")
        else:
            then(talk)

    return behave
