"""Amazon's Converse, not streamed: its stream is binary frames, which tell no more of one token."""

from typing import Any

from trayuptime.probes.dialects.piece import ERROR, PING, Piece, entries, tokens, within


def body(_model: str, max_tokens: str) -> dict[str, Any]:
    """The question; the model stands in its address."""
    return {
        "messages": [{"role": "user", "content": [{"text": PING}]}],
        "inferenceConfig": {max_tokens or "maxTokens": 1},
    }


def read(said: dict[str, Any], _name: str) -> Piece:
    """The whole answer: why it stopped is its end."""
    if said.get("error") or said.get("__type"):
        return ERROR
    usage = said.get("usage")
    stopped = bool(said.get("stopReason"))
    text = any(part.get("text") for part in entries(within(said, "output", "message", "content")))
    return Piece(
        data=text or stopped,
        text=text,
        ended=stopped,
        final=stopped,
        tokens_in=tokens(within(usage, "inputTokens")),
        tokens_out=tokens(within(usage, "outputTokens")),
    )
