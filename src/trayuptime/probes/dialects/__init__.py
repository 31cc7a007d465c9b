"""How one short answer is asked for and read, a small module for each wire language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trayuptime.core.evidence import Dialect
from trayuptime.net.events import Framing
from trayuptime.probes.dialects import anthropic, bedrock, cohere, gemini, ollama, openai
from trayuptime.probes.dialects.piece import Piece


@dataclass(frozen=True, slots=True)
class Speech:
    """One wire language.

    Attributes:
        body: makes the question of the model's id and the limit's name, empty for the dialect's own word.
        read: what an event brings, by its JSON object and its name.
        framing: how the answer is cut into events.
        accept: the kind of answer that is asked for.
    """

    body: Callable[[str, str], dict[str, Any]]
    read: Callable[[dict[str, Any], str], Piece]
    framing: Framing = Framing.SSE
    accept: str = "text/event-stream, application/json;q=0.9"


SPEECHES: dict[Dialect, Speech] = {
    Dialect.OPENAI: Speech(openai.body, openai.read),
    Dialect.ANTHROPIC: Speech(anthropic.body, anthropic.read),
    Dialect.GEMINI: Speech(gemini.body, gemini.read),
    Dialect.COHERE: Speech(cohere.body, cohere.read),
    Dialect.OLLAMA: Speech(ollama.body, ollama.read, Framing.NDJSON, "application/x-ndjson"),
    Dialect.BEDROCK: Speech(bedrock.body, bedrock.read, Framing.WHOLE, "application/json"),
}
"""Every dialect that has an API."""
