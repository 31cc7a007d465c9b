"""Reads Goose's files: the settings that name its provider, its keys, and providers of the user's own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from trayuptime.system.finding.reading import from_json, from_yaml, table, word
from trayuptime.system.finding.seen import Seen, at_home, secret_of, variable_of


def goose(text: str) -> Iterator[Seen]:
    """The provider that is chosen, and those that have an address among the settings.

    A key in these settings is none: Goose takes it from the variable, the system's keychain or `secrets`.
    """
    said = table(from_yaml(text))
    chosen = word(said.get("GOOSE_PROVIDER"))
    for name in _VENDORS:
        seen = _place(name, said)
        if seen is not None and (name == chosen or word(said.get(f"{name.upper()}_HOST")) is not None):
            yield seen


def secrets(text: str, settings: str) -> Iterator[Seen]:
    """The keys of a Goose that has no keychain, each for where the settings send it."""
    found, said = table(from_yaml(text)), table(from_yaml(settings))
    for name in _VENDORS:
        seen, secret = _place(name, said), secret_of(found.get(f"{name.upper()}_API_KEY"))
        if seen is not None and seen.variable is not None and secret is not None:
            yield replace(seen, variable=None, secret=secret)


def own(text: str) -> Iterator[Seen]:
    """A provider of the user's own; where a command fetches its key, there is none to be had."""
    said = table(from_json(text))
    engine = (word(said.get("engine")) or "").casefold().removesuffix("_compatible")
    parts = _PARTS.fullmatch(word(said.get("base_url")) or "")
    if parts is None or engine not in {"openai", "anthropic", "ollama"} or said.get("auth") is not None:
        return
    host, path = parts["host"], (parts["path"] or "").rstrip("/")
    if engine == "openai":
        path = f"/{(word(said.get('base_path')) or path or 'v1').lstrip('/')}"
    if engine == "ollama" and host.startswith("http://") and parts["port"] is None:
        host += ":11434"
    name = engine if engine == "ollama" else word(said.get("name")) or ""
    variable = None if said.get("requires_auth") is False else variable_of(said.get("api_key_env"))
    yield Seen(name, host + path, variable, anthropic=engine == "anthropic")


def _place(name: str, said: Mapping[str, Any]) -> Seen | None:
    """Where the settings send it, and the variable of its key."""
    host, variable = word(said.get(f"{name.upper()}_HOST")), f"{name.upper()}_API_KEY"
    match name:
        case "ollama" if host is None or host in {"localhost", "127.0.0.1", "::1"}:
            return Seen(name)
        case "ollama":
            return Seen(name, re.sub("^(?!https?://)", "http://", host or ""))
        case "litellm" if host is None:
            return None
        case "openai" | "litellm" if host is not None:
            path = word(said.get(f"{name.upper()}_BASE_PATH")) or "v1/chat/completions"
            return Seen(name, f"{host.rstrip('/')}/{path.lstrip('/')}", variable)
        case "anthropic":
            return Seen(name, host, variable, anthropic=True)
        case _ if host is None or at_home(_KINDS.get(name, name), host):
            return Seen(name, None, variable)
    return None  # of the others' gateways, it is not said where behind the host they answer


_VENDORS = ("anthropic", "google", "groq", "litellm", "mistral", "ollama", "openai", "openrouter", "xai")
_KINDS = {"google": "gemini"}
_PARTS = re.compile(r"(?P<host>https?://(?:\[[^/\]]*\]|[^/:?#]+)(?P<port>:\d+)?)(?P<path>/[^?#]*)?")
