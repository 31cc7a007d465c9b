"""Reads the files in which a tool lists its providers, each with its address or its key."""

import re
from collections.abc import Iterator
from typing import Any

from trayuptime.system.finding.reading import (
    assignments,
    at,
    from_json,
    from_toml,
    from_yaml,
    rows,
    table,
    word,
)
from trayuptime.system.finding.seen import Seen, of_variables, secret_of


def codex_key(text: str) -> Iterator[Seen]:
    """Codex CLI's key of OpenAI, where it signed in with one."""
    if (secret := secret_of(at(from_json(text), "OPENAI_API_KEY"))) is not None:
        yield Seen("openai", secret=secret)


def codex(text: str) -> Iterator[Seen]:
    """Codex CLI's own providers."""
    for name, each in table(at(from_toml(text), "model_providers")).items():
        variable, secret = word(at(each, "env_key")), secret_of(at(each, "experimental_bearer_token"))
        yield Seen(name, word(at(each, "base_url")), variable, secret)


def opencode_keys(text: str) -> Iterator[Seen]:
    """OpenCode's keys; what it signed in to otherwise has none."""
    for name, each in table(from_json(text)).items():
        if at(each, "type") == "api" and (secret := secret_of(at(each, "key"))) is not None:
            yield Seen(name, secret=secret)


def opencode(text: str) -> Iterator[Seen]:
    """OpenCode's providers, with a key or the variable that holds it."""
    for name, each in table(at(from_json(text), "provider")).items():
        key = word(at(each, "options", "apiKey"))
        variable = _BRACED.fullmatch(key) if key else None
        anthropic = "anthropic" in (word(at(each, "npm")) or name)
        yield Seen(
            name,
            word(at(each, "options", "baseURL")),
            variable[1] if variable else None,
            None if variable else secret_of(key),
            anthropic,
        )


def aider(text: str) -> Iterator[Seen]:
    """Aider's options: two vendors' keys, a list of others, and variables."""
    said = table(from_yaml(text))
    if (secret := secret_of(said.get("openai-api-key"))) is not None:
        yield Seen("openai", word(said.get("openai-api-base")), secret=secret)
    if (secret := secret_of(said.get("anthropic-api-key"))) is not None:
        yield Seen("anthropic", secret=secret)
    listed = said.get("api-key")
    for each in listed if isinstance(listed, list) else [listed]:
        name, _, key = (word(each) or "").partition("=")
        if (secret := secret_of(key)) is not None:
            yield Seen(name, secret=secret)
    env = said.get("set-env")
    lines = [each for each in env if isinstance(each, str)] if isinstance(env, list) else []
    yield from of_variables(dict(assignments("\n".join(lines))))


def continue_yaml(text: str) -> Iterator[Seen]:
    """Continue's models."""
    yield from _continue(from_yaml(text))


def continue_json(text: str) -> Iterator[Seen]:
    """Continue's models, as its older versions wrote them."""
    yield from _continue(from_json(text))


def _continue(said: Any) -> Iterator[Seen]:
    for model in rows(at(said, "models")):
        key = word(model.get("apiKey"))
        secret = None if key is None or "{{" in key else secret_of(key)
        yield Seen(word(model.get("provider")) or "", word(model.get("apiBase")), secret=secret)


def zed(text: str) -> Iterator[Seen]:
    """Zed's addresses; its keys are elsewhere."""
    for name, each in table(at(from_json(text), "language_models")).items():
        if name in {"openai_compatible", "anthropic_compatible"}:
            for own, inner in table(each).items():
                yield Seen(own, word(at(inner, "api_url")), anthropic=name.startswith("anthropic"))
        elif (url := word(at(each, "api_url"))) is not None:
            yield Seen(name, url, anthropic=name == "anthropic")


def aichat(text: str) -> Iterator[Seen]:
    """AIChat's clients."""
    for client in rows(at(from_yaml(text), "clients")):
        name = word(client.get("name")) or word(client.get("type")) or ""
        yield Seen(name, word(client.get("api_base")), secret=secret_of(client.get("api_key")))


def llm(text: str) -> Iterator[Seen]:
    """The keys of llm, under the names of its plugins."""
    for name, key in table(from_json(text)).items():
        if not name.startswith("//") and (secret := secret_of(key)) is not None:
            yield Seen(name, secret=secret)


def hugging_face(text: str) -> Iterator[Seen]:
    """The token, which is all there is."""
    if (secret := secret_of(text)) is not None:
        yield Seen("huggingface", secret=secret)


_BRACED = re.compile(r"\{env:([A-Za-z_][A-Za-z0-9_]*)\}")
