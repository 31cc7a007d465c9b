"""Where common tools keep the providers they use, and in which shape.

Their own pages were read on 2026-11-26:

llm                 llm.datasette.io, docs/setup.md of simonw/llm: keys.json in its user directory
Codex CLI           openai/codex: auth.json (`OPENAI_API_KEY`), config.toml (`[model_providers.X]`)
OpenCode            opencode.ai/docs/config and /providers: opencode.json(c), auth.json of type "api"
Claude Code         code.claude.com/docs, env-vars and settings: `env` in settings.json
Gemini CLI          geminicli.com/docs/reference/configuration: .gemini/.env, then ~/.env
Aider               aider.chat/docs/config: .aider.conf.yml and .env in the home directory
Continue            docs.continue.dev: ~/.continue/config.yaml, the older config.json
Zed                 zed.dev/docs/ai: `language_models` in settings.json; its keys are in the system's keychain
AIChat              `clients` in config.yaml, as users of it write (a page of 2024-12-30)
Hugging Face        the token alone in a file, as other clients of it read (hf-hub 1.0.0 on docs.rs)
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trayuptime.config.catalogue import kinds
from trayuptime.system.finding.found import kinds_by_variable, places_by_variable
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
from trayuptime.system.secrets import Secret

_ELSEWHERE = {
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "anthropic": ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"),
}
_BRACED = re.compile(r"\{env:([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A provider as a tool's file has it.

    Attributes:
        word: what the tool calls it.
        url: of its API, if it says so.
        variable: the environment variable that the tool takes the key from.
        secret: the key itself, if it stands there; it goes no further than the module that reads the file.
        anthropic: an address that nobody knows speaks Anthropic's dialect.
    """

    word: str
    url: str | None = None
    variable: str | None = None
    secret: Secret | None = None
    anthropic: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A file of a tool.

    Attributes:
        read: what is in its text.
        bare: the file holds a key and nothing else, so that it can be referred to.
    """

    name: str
    path: Path
    read: Callable[[str], Iterator[Seen]]
    bare: bool = False


def tools(home: Path, environ: Mapping[str, str]) -> tuple[Tool, ...]:
    """The files to look into, which may be missing."""
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    support = home / "Library" / "Application Support"
    codex = Path(environ.get("CODEX_HOME") or home / ".codex")
    claude = Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    llm = Path(environ.get("LLM_USER_PATH") or config / "io.datasette.llm")
    hugging_face = Path(environ.get("HF_HOME") or cache / "huggingface")
    return (
        Tool("Codex CLI", codex / "auth.json", _codex_key),
        Tool("Codex CLI", codex / "config.toml", _codex),
        Tool("Claude Code", claude / "settings.json", _claude),
        Tool("Gemini CLI", home / ".gemini" / ".env", _dotenv),
        Tool("OpenCode", data / "opencode" / "auth.json", _opencode_keys),
        Tool("OpenCode", config / "opencode" / "opencode.json", _opencode),
        Tool("OpenCode", config / "opencode" / "opencode.jsonc", _opencode),
        Tool("Aider", home / ".aider.conf.yml", _aider),
        Tool("Continue", home / ".continue" / "config.yaml", _continue_yaml),
        Tool("Continue", home / ".continue" / "config.json", _continue_json),
        Tool("Continue", home / ".continue" / ".env", _dotenv),
        Tool("Zed", config / "zed" / "settings.json", _zed),
        Tool("AIChat", config / "aichat" / "config.yaml", _aichat),
        Tool("AIChat", support / "aichat" / "config.yaml", _aichat),
        Tool("llm", llm / "keys.json", _llm),
        Tool("llm", support / "io.datasette.llm" / "keys.json", _llm),
        Tool("Hugging Face", hugging_face / "token", _hugging_face, bare=True),
        Tool("your own", home / ".env", _dotenv),
    )


def _codex_key(text: str) -> Iterator[Seen]:
    if (secret := _secret(at(from_json(text), "OPENAI_API_KEY"))) is not None:
        yield Seen("openai", secret=secret)


def _codex(text: str) -> Iterator[Seen]:
    for name, each in table(at(from_toml(text), "model_providers")).items():
        variable, secret = word(at(each, "env_key")), _secret(at(each, "experimental_bearer_token"))
        yield Seen(name, word(at(each, "base_url")), variable, secret)


def _claude(text: str) -> Iterator[Seen]:
    env = table(at(from_json(text), "env"))
    secret = _secret(env.get("ANTHROPIC_API_KEY")) or _secret(env.get("ANTHROPIC_AUTH_TOKEN"))
    url = word(env.get("ANTHROPIC_BASE_URL"))
    if secret is not None or url is not None:
        yield Seen("anthropic", url, secret=secret, anthropic=True)


def _opencode_keys(text: str) -> Iterator[Seen]:
    for name, each in table(from_json(text)).items():
        if at(each, "type") == "api" and (secret := _secret(at(each, "key"))) is not None:
            yield Seen(name, secret=secret)


def _opencode(text: str) -> Iterator[Seen]:
    for name, each in table(at(from_json(text), "provider")).items():
        key = word(at(each, "options", "apiKey"))
        variable = _BRACED.fullmatch(key) if key else None
        anthropic = "anthropic" in (word(at(each, "npm")) or name)
        yield Seen(
            name,
            word(at(each, "options", "baseURL")),
            variable[1] if variable else None,
            None if variable else _secret(key),
            anthropic,
        )


def _aider(text: str) -> Iterator[Seen]:
    said = table(from_yaml(text))
    if (secret := _secret(said.get("openai-api-key"))) is not None:
        yield Seen("openai", word(said.get("openai-api-base")), secret=secret)
    if (secret := _secret(said.get("anthropic-api-key"))) is not None:
        yield Seen("anthropic", secret=secret)
    listed = said.get("api-key")
    for each in listed if isinstance(listed, list) else [listed]:
        name, _, key = (word(each) or "").partition("=")
        if (secret := _secret(key)) is not None:
            yield Seen(name, secret=secret)
    env = said.get("set-env")
    yield from _variables([each for each in env if isinstance(each, str)] if isinstance(env, list) else [])


def _continue_yaml(text: str) -> Iterator[Seen]:
    yield from _continue(from_yaml(text))


def _continue_json(text: str) -> Iterator[Seen]:
    yield from _continue(from_json(text))


def _continue(said: Any) -> Iterator[Seen]:
    for model in rows(at(said, "models")):
        key = word(model.get("apiKey"))
        secret = None if key is None or "{{" in key else _secret(key)
        yield Seen(word(model.get("provider")) or "", word(model.get("apiBase")), secret=secret)


def _zed(text: str) -> Iterator[Seen]:
    for name, each in table(at(from_json(text), "language_models")).items():
        if name in {"openai_compatible", "anthropic_compatible"}:
            for own, inner in table(each).items():
                yield Seen(own, word(at(inner, "api_url")), anthropic=name.startswith("anthropic"))
        elif (url := word(at(each, "api_url"))) is not None:
            yield Seen(name, url, anthropic=name == "anthropic")


def _aichat(text: str) -> Iterator[Seen]:
    for client in rows(at(from_yaml(text), "clients")):
        name = word(client.get("name")) or word(client.get("type")) or ""
        yield Seen(name, word(client.get("api_base")), secret=_secret(client.get("api_key")))


def _llm(text: str) -> Iterator[Seen]:
    for name, key in table(from_json(text)).items():
        if not name.startswith("//") and (secret := _secret(key)) is not None:
            yield Seen(name, secret=secret)


def _hugging_face(text: str) -> Iterator[Seen]:
    if (secret := _secret(text)) is not None:
        yield Seen("huggingface", secret=secret)


def _dotenv(text: str) -> Iterator[Seen]:
    yield from _variables(text.splitlines())


def _variables(lines: list[str]) -> Iterator[Seen]:
    found = dict(assignments("\n".join(lines)))
    for name, value in found.items():
        kind = kinds_by_variable().get(name)
        place = places_by_variable().get(name)
        if place is not None and (secret := _secret(value)) is not None:
            yield Seen(place.kind, place.base_url, secret=secret)
        elif kind is not None and (secret := _secret(value)) is not None:
            yield Seen(kind.id, moved(kind.id, found), secret=secret, anthropic=kind.id == "anthropic")


def moved(kind: str, environ: Mapping[str, str]) -> str | None:
    """Where the variables of a vendor's own client send it instead; `None` for its own address.

    openai 3.54.0 and anthropic 2.12.0 (PyPI) read the first of each; litellm and aider the second. The
    others' stand in the catalogue.
    """
    names = _ELSEWHERE.get(kind) or kinds()[kind].env_base
    return next((environ[name].strip() for name in names if environ.get(name, "").strip()), None)


def _secret(value: Any) -> Secret | None:
    text = word(value)
    return None if text is None or len(text) > 16 * 1024 else Secret(text)
