"""Ollama's own chat: a JSON object a line."""

from typing import Any

from trayuptime.probes.dialects.piece import ERROR, PING, Piece, tokens, within


def body(model: str, max_tokens: str) -> dict[str, Any]:
    """The question."""
    return {
        "model": model,
        "messages": [{"role": "user", "content": PING}],
        "stream": True,
        "options": {max_tokens or "num_predict": 1},
    }


def read(said: dict[str, Any], _name: str) -> Piece:
    """One line: `done` is the end."""
    if said.get("error"):
        return ERROR
    text = any(within(said, "message", name) for name in ("content", "thinking", "tool_calls"))
    done = said.get("done") is True
    return Piece(
        data=text or done,
        text=text,
        ended=done,
        final=done,
        tokens_in=tokens(said.get("prompt_eval_count")),
        tokens_out=tokens(said.get("eval_count")),
    )
