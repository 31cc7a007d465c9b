"""Cohere's chat, version 2."""

from typing import Any

from trayuptime.probes.dialects.piece import ERROR, NOTHING, PING, Piece, entries, tokens, within

_ABNORMAL = frozenset({"ERROR", "TIMEOUT"})


def body(model: str, max_tokens: str) -> dict[str, Any]:
    """The question."""
    return {
        "model": model,
        "messages": [{"role": "user", "content": PING}],
        max_tokens or "max_tokens": 1,
        "stream": True,
    }


def read(said: dict[str, Any], name: str) -> Piece:
    """One event: `message-end` is the end, and says why."""
    match said.get("type") or name:
        case "content-start" | "content-delta" | "tool-plan-delta" | "tool-call-start" | "tool-call-delta":
            message = within(said, "delta", "message")
            content = within(message, "content")
            says = any(within(content, name) for name in ("text", "thinking"))
            says = says or any(within(message, name) for name in ("tool_plan", "tool_calls"))
            return Piece(data=True, text=True) if says else NOTHING
        case "message-end":
            delta = said.get("delta")
            if within(delta, "error") or str(within(delta, "finish_reason")) in _ABNORMAL:
                return ERROR
            return _ended(within(delta, "usage"))
        case "error":
            return ERROR
    if said.get("finish_reason"):  # all of it at once: the stream was not heeded
        if str(said["finish_reason"]) in _ABNORMAL:
            return ERROR
        text = any(part.get("text") for part in entries(within(said, "message", "content")))
        return _ended(said.get("usage"), text=text)
    return ERROR if said.get("error") else NOTHING


def _ended(usage: object, *, text: bool = False) -> Piece:
    billed = within(usage, "billed_units") or within(usage, "tokens")
    return Piece(
        data=True,
        text=text,
        ended=True,
        final=True,
        tokens_in=tokens(within(billed, "input_tokens")),
        tokens_out=tokens(within(billed, "output_tokens")),
    )
