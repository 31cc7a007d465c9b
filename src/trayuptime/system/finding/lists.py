"""Reads the files in which a tool lists its providers, each with its address or its key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

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
from trayuptime.system.finding.seen import (
    Seen,
    at_home,
    is_elsewhere,
    of_variables,
    secret_of,
    speaking,
    variable_of,
)
from trayuptime.system.secrets import Secret


def codex_key(text: str, settings: str) -> Iterator[Seen]:
    """Codex CLI's key, where it signed in with one: OpenAI's, or that of the provider that is chosen instead.

    Args:
        text: its key.
        settings: which provider is chosen, and what is known of it.
    """
    if (secret := secret_of(at(from_json(text), "OPENAI_API_KEY"))) is None:
        return
    said = from_toml(settings)
    chosen = word(at(said, "profiles", word(at(said, "profile")) or "", "model_provider"))
    name = chosen or word(at(said, "model_provider")) or "openai"
    each = at(said, "model_providers", name)
    if not isinstance(each, dict):  # one that is built in
        yield Seen(
            "openai", word(at(said, "openai_base_url")), secret=None if _is_broken(settings) else secret
        )
        return
    # Codex passes over what is said of `openai` itself. One that asks for no sign-in gets the key all the
    # same, but is not the one it was typed in for; and one with a key of its own has no need of it.
    own = any(each.get(key) is not None for key in ("env_key", "experimental_bearer_token", "auth", "aws"))
    known = name != "openai" and each.get("requires_openai_auth") is True and not own
    yield Seen(name, word(each.get("base_url")), secret=secret if known else None)


def _is_broken(toml: str) -> bool:
    return bool(toml.strip()) and from_toml(toml) is None


def codex(text: str) -> Iterator[Seen]:
    """Codex CLI's own providers."""
    for name, each in table(at(from_toml(text), "model_providers")).items():
        variable, secret = variable_of(at(each, "env_key")), secret_of(at(each, "experimental_bearer_token"))
        yield Seen(name, word(at(each, "base_url")), variable, secret)


def opencode_keys(text: str, settings: Sequence[str]) -> Iterator[Seen]:
    """OpenCode's keys, each for where its settings lead; what it signed in to otherwise has none.

    Where the settings lead elsewhere with a key of their own, it cannot be told what the one here is for.

    Args:
        text: its keys.
        settings: each that it puts together, the last one winning.
    """
    places = _opencode(settings)
    for name, each in table(from_json(text)).items():
        if at(each, "type") == "api" and (secret := secret_of(at(each, "key"))) is not None:
            said = places.get(name, {})
            url = _opencode_url(said)
            known = url is None or "apiKey" not in said
            yield Seen(name, url, None, secret if known else None, _opencode_anthropic(name, said))


def opencode(text: str, settings: Sequence[str]) -> Iterator[Seen]:
    """OpenCode's providers, with a key, or the variable or the file that holds it.

    Args:
        text: one of its settings.
        settings: as in `opencode_keys`, that one among them.
    """
    places = _opencode(settings)
    for name, each in table(at(from_json(text), "provider")).items():
        said = places.get(name, {})
        key = word(at(each, "options", "apiKey"))
        if key != word(said.get("apiKey")):
            key = None  # which stands in the others, or is another there
        braced = _BRACED.search(key or "")
        whole = braced if braced is not None and braced[0] == key else None
        yield Seen(
            name,
            _opencode_url(said),
            None if whole is None else variable_of(whole["variable"]),
            secret_of(key) if braced is None else None,
            _opencode_anthropic(name, said),
            None if whole is None else word(whole["file"]),
        )


def _opencode(settings: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What all the settings together say of each provider."""
    found: dict[str, dict[str, Any]] = {}
    for text in settings:
        for name, each in table(at(from_json(text), "provider")).items():
            paths = (("api",), ("npm",), ("options", "baseURL"), ("options", "apiKey"))
            said = {path[-1]: at(each, *path) for path in paths}
            found.setdefault(name, {}).update(
                (key, value) for key, value in said.items() if value is not None
            )
    return found


def _opencode_url(said: Mapping[str, Any]) -> str | None:
    return word(said.get("baseURL")) or word(said.get("api"))


def _opencode_anthropic(name: str, said: Mapping[str, Any]) -> bool:
    return "anthropic" in (word(said.get("npm")) or name)


def aider(text: str, dotenv: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """Aider's options, each as the variable that it stands for: keys, addresses and others.

    Args:
        text: its options.
        dotenv: the variables in the home directory, which it reads too.
        environ: of the user, which may lead elsewhere.
    """
    found = _aider(text)
    read = dict(assignments(dotenv))
    yield from of_variables(found, found, _aider_own(read), read, _aider_own(environ), environ)
    named = kinds_by_variable().keys() | places_by_variable().keys()
    for name, key in _aider_keys(table(from_yaml(text))):  # those that have another variable with others
        if _aider_variable(name) not in named:
            yield Seen(name, secret=secret_of(key))


def home_dotenv(text: str, aider_options: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """Well-known variables; where Aider would send one of them elsewhere, it cannot be told what it is for.

    Args:
        text: the variables.
        aider_options: the options of Aider, which reads these variables as others do.
        environ: of the user, which may lead elsewhere.
    """
    found, options = dict(assignments(text)), _aider(aider_options)
    for seen in of_variables(found, found, environ):
        known = seen.url is not None or not is_elsewhere(seen.word, options, _aider_own({**environ, **found}))
        yield seen if known else replace(seen, secret=None)


def _aider(text: str) -> dict[str, str]:
    said = table(from_yaml(text))
    found = dict(assignments("\n".join(_listed(said.get("set-env")))))
    found |= {_aider_variable(name): key for name, key in _aider_keys(said)}
    for option, variable in _AIDER.items():
        if (value := word(said.get(option))) is not None:
            found[variable] = value
    return found


def _aider_keys(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = (each.partition("=") for each in _listed(said.get("api-key")))
    return [(name.strip(), key.strip()) for name, _, key in pairs if key.strip()]


def _aider_variable(name: str) -> str:
    return f"{name.upper()}_API_KEY"


def _aider_own(found: Mapping[str, str]) -> dict[str, str]:
    """The address that its own variable holds."""
    return {"OPENAI_API_BASE": found.get("AIDER_OPENAI_API_BASE", "")}


def _listed(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


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


def crush(text: str) -> Iterator[Seen]:
    """Crush's providers; what a shell would have to put together is left out."""
    for name, each in table(at(from_json(text), "providers")).items():
        url, key = word(at(each, "base_url")), _expanded(at(each, "api_key"))
        said = word(at(each, "type")) or _CRUSH_OWN.get(name, "openai-compat")
        if key is None or at(each, "disable") is True or at(each, "oauth") is not None or "$" in (url or ""):
            continue
        if url is None and key == _NO_KEY:
            continue  # something else of a vendor is remembered
        own = said if said in _CRUSH_LOCAL else name
        seen = speaking(_CRUSH_SPEAKS.get(said, "openai" if said in _CRUSH_LOCAL else ""), own, url, *key)
        if seen is not None:
            yield seen


def mods(text: str) -> Iterator[Seen]:
    """The APIs of mods: those with a key or an address of the user's own, for its file begins with many."""
    for name, each in table(at(from_yaml(text), "apis")).items():
        url, secret = word(at(each, "base-url")), secret_of(at(each, "api-key"))
        if secret is None and (
            url is None or url.rstrip("/") in _MODS_BEGINS_WITH or at(each, "api-key-cmd")
        ):
            continue
        variable = None if secret is not None else variable_of(at(each, "api-key-env"))
        match name:
            case "azure" | "azure-ad":
                continue  # its address is more than what stands here
            case "google":
                url = None  # which it does not read
            case "cohere" if url is not None and not at_home("cohere", url):
                continue
        speaks = {"anthropic": "anthropic", "google": "gemini"}.get(name, "openai")
        seen = speaking(speaks, name, url, variable, secret)
        if seen is not None:
            yield seen


def kimi(text: str) -> Iterator[Seen]:
    """The providers of Kimi Code CLI that have a key; where it signed in there is none."""
    for name, each in table(at(from_toml(text), "providers")).items():
        secret, speaks = secret_of(at(each, "api_key")), _KIMI_SPEAKS.get(word(at(each, "type")) or "", "")
        seen = speaking(speaks, name, word(at(each, "base_url")), secret=secret)
        if secret is not None and seen is not None:
            yield seen


def claude_code_router(text: str) -> Iterator[Seen]:
    """The providers that Claude Code Router leads to."""
    for each in rows(at(from_json(text), "Providers")):
        name, url = word(each.get("name")), word(each.get("api_base_url"))
        key, used = _expanded(each.get("api_key")), at(each, "transformer", "use")
        uses = {use for use in used if isinstance(use, str)} if isinstance(used, list) else set()
        if name is None or url is None or key is None or "$" in url or uses & _ROUTED_OTHERWISE:
            continue
        speaks = next((_ROUTED[use] for use in sorted(uses) if use in _ROUTED), "openai")
        seen = speaking(speaks, name, url, *key)
        if seen is not None:
            yield seen


def hugging_face(text: str) -> Iterator[Seen]:
    """The token, which is all there is."""
    if (secret := secret_of(text)) is not None:
        yield Seen("huggingface", secret=secret)


def _expanded(value: Any) -> tuple[str | None, Secret | None] | None:
    """The variable, or the key, that a text stands for where `$NAME` in it is a variable's value.

    `None` where it is put together from more.
    """
    text = word(value)
    if text is None or "$" not in text:
        return None, secret_of(text)
    match = _DOLLAR.fullmatch(text)
    return None if match is None else (match[1] or match[2], None)


_NO_KEY = (None, None)
_AIDER = {
    "openai-api-key": "OPENAI_API_KEY",
    "openai-api-base": "OPENAI_API_BASE",
    "anthropic-api-key": "ANTHROPIC_API_KEY",
}
"""The options that stand for a variable each."""
_DOLLAR = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]{0,99})\}|([A-Za-z_][A-Za-z0-9_]{0,99}))")
_BRACED = re.compile(r"\{(?:env:(?P<variable>[^}]*)|file:(?P<file>[^}]*))\}")

_CRUSH_OWN = dict.fromkeys(("azure", "bedrock", "vertexai"), "") | {
    "anthropic": "anthropic",
    "gemini": "google",
}
"""What those that Crush knows by name speak, where it is not what OpenAI does; "" where none can be asked."""
_CRUSH_SPEAKS = {
    "openai": "openai",
    "openai-compat": "openai",
    "openrouter": "openai",
    "anthropic": "anthropic",
    "google": "gemini",
}
_CRUSH_LOCAL = {"ollama", "lmstudio", "llamacpp", "litellm"}
_KIMI_SPEAKS = {
    "kimi": "openai",
    "openai_legacy": "openai",
    "openai_responses": "openai",
    "anthropic": "anthropic",
    "gemini": "gemini",
}
_ROUTED = {"gemini": "gemini", "Anthropic": "anthropic"}
_ROUTED_OTHERWISE = {"gemini-cli", "vertex-gemini", "qwen-cli", "rovo-cli"}
"""What leads through a sign-in or a cloud's own."""
_MODS_BEGINS_WITH = {
    "https://api.openai.com/v1",
    "https://api.anthropic.com/v1",
    "https://api.cohere.com/v1",
    "http://localhost:11434",
    "https://api.perplexity.ai",
    "https://api.groq.com/openai/v1",
    "https://api.cerebras.ai/v1",
    "https://api.sambanova.ai/v1",
    "http://localhost:8080",
    "https://api.mistral.ai/v1",
    "https://api.deepseek.com",
    "https://models.github.ai/inference",
}
"""The addresses in its file before anybody changed it, but those with a word to fill in."""
