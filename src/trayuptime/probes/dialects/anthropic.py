"""Anthropic's messages."""

from typing import Any

from trayuptime.probes.dialects.piece import (
    ERROR,
    KEEPS_ALIVE,
    NOTHING,
    PING,
    Piece,
    entries,
    tokens,
    within,
)

_SAYS = ("text", "thinking", "partial_json")


def body(model: str, max_tokens: str) -> dict[str, Any]:
    """The question."""
    return {
        "model": model,
        max_tokens or "max_tokens": 1,
        "stream": True,
        "messages": [{"role": "user", "content": PING}],
    }


def read(said: dict[str, Any], name: str) -> Piece:
    """One event: only `message_stop` is the end."""
    match said.get("type") or name:
        case "ping":
            return KEEPS_ALIVE
        case "error":
            return ERROR
        case "message_start":
            return _billed(within(said, "message", "usage"))
        case "content_block_start":
            return _text(within(said, "content_block"))
        case "content_block_delta":
            return _text(within(said, "delta"))
        case "message_delta":
            billed = _billed(said.get("usage"))
            stopped = bool(within(said, "delta", "stop_reason"))
            return Piece(data=stopped, tokens_in=billed.tokens_in, tokens_out=billed.tokens_out)
        case "message_stop":
            return Piece(ended=True, final=True)
        case "message":  # all of it at once: the stream was not heeded
            billed = _billed(said.get("usage"))
            text = any(_text(each).text for each in entries(said.get("content")))
            whole = text or bool(said.get("stop_reason"))
            return Piece(whole, text, whole, whole, tokens_in=billed.tokens_in, tokens_out=billed.tokens_out)
    return ERROR if said.get("error") else NOTHING


def _text(part: object) -> Piece:
    said = isinstance(part, dict) and any(part.get(name) for name in _SAYS)
    return Piece(data=True, text=True) if said else NOTHING


def _billed(usage: object) -> Piece:
    return Piece(
        tokens_in=tokens(within(usage, "input_tokens")), tokens_out=tokens(within(usage, "output_tokens"))
    )
