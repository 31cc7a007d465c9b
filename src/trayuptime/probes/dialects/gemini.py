"""Google's streamGenerateContent, as server-sent events."""

from typing import Any

from trayuptime.probes.dialects.piece import ERROR, PING, Piece, entries, tokens, within

_UNSAID = "FINISH_REASON_UNSPECIFIED"


def body(_model: str, max_tokens: str) -> dict[str, Any]:
    """The question; the model stands in its address."""
    return {
        "contents": [{"role": "user", "parts": [{"text": PING}]}],
        "generationConfig": {max_tokens or "maxOutputTokens": 1},
    }


def read(said: dict[str, Any], name: str) -> Piece:
    """One chunk: why a candidate finished is the end, and a question that is blocked is answered."""
    if said.get("error") or name == "error":
        return ERROR
    candidates = entries(said.get("candidates"))
    parts = [part for each in candidates for part in entries(within(each, "content", "parts"))]
    text = any(part.get("text") or part.get("functionCall") for part in parts)
    finished = any((each.get("finishReason") or _UNSAID) != _UNSAID for each in candidates)
    finished = finished or bool(within(said, "promptFeedback", "blockReason"))
    usage = said.get("usageMetadata")
    answered = tokens(within(usage, "candidatesTokenCount"))
    thought = tokens(within(usage, "thoughtsTokenCount"))
    return Piece(
        data=text or finished,
        text=text,
        ended=finished,
        final=finished,
        tokens_in=tokens(within(usage, "promptTokenCount")),
        tokens_out=None if usage is None else (answered or 0) + (thought or 0),
    )
