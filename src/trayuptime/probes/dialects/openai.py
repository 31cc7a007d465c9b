"""OpenAI's chat completions, and what everybody else makes of them."""

from typing import Any

from trayuptime.probes.dialects.piece import ERROR, NOTHING, PING, Piece, entries, tokens, within

_SAYS = ("content", "reasoning_content", "reasoning", "refusal", "tool_calls", "text")
_ABNORMAL = frozenset({"network_error", "error"})
"""How Zhipu and OpenRouter tell, as a reason to finish, that the answer broke off."""
_FINE = frozenset({None, 0, "0", ""})


def body(model: str, max_tokens: str) -> dict[str, Any]:
    """The question."""
    return {
        "model": model,
        "messages": [{"role": "user", "content": PING}],
        max_tokens or "max_tokens": 1,
        "stream": True,
    }


def read(said: dict[str, Any], name: str) -> Piece:
    """One chunk.

    Its reason to finish ends an answer as well as `[DONE]`, which some gateways leave out; what is billed
    may stand in a chunk between the two.
    """
    if _is_error(said, name):
        return ERROR
    choices = entries(said.get("choices"))
    finishes = [each["finish_reason"] for each in choices if each.get("finish_reason")]
    if any(finish in _ABNORMAL for finish in finishes if isinstance(finish, str)):
        return ERROR
    text = any(_says(within(each, name)) for each in choices for name in ("delta", "message"))
    text = text or any(each.get("text") for each in choices)
    usage = said.get("usage") or within(said, "x_groq", "usage")
    if not choices and usage is None:
        return NOTHING
    return Piece(
        data=text or bool(finishes),
        text=text,
        ended=bool(finishes),
        tokens_in=tokens(within(usage, "prompt_tokens")),
        tokens_out=tokens(within(usage, "completion_tokens")),
    )


def _says(part: object) -> bool:
    return isinstance(part, dict) and any(part.get(name) for name in _SAYS)


def _is_error(said: dict[str, Any], name: str) -> bool:
    if name == "error" or said.get("error") or said.get("object") == "error":
        return True
    if said.get("type") == "error":
        return True
    code = within(said, "base_resp", "status_code")  # MiniMax
    return not isinstance(code, dict | list) and code not in _FINE
