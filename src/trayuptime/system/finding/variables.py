"""Reads the files in which a tool keeps keys and addresses under the names of variables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from trayuptime.system.finding.reading import assignments, at, from_json, from_toml, rows, table, word
from trayuptime.system.finding.seen import (
    Seen,
    is_elsewhere,
    of_variables,
    secret_of,
    speaking,
    texts,
    variable_of,
    with_keys,
)


def claude(text: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """Claude Code's variables, of Anthropic or a gateway that speaks as it does.

    Args:
        text: its settings.
        environ: of the user, which may name the gateway.
    """
    env = table(at(from_json(text), "env"))
    secret = secret_of(env.get("ANTHROPIC_API_KEY")) or secret_of(env.get("ANTHROPIC_AUTH_TOKEN"))
    url = word(env.get("ANTHROPIC_BASE_URL"))
    if secret is not None or url is not None:
        url = url or word(environ.get("ANTHROPIC_BASE_URL"))
        yield Seen("anthropic", url, secret=secret, anthropic=True)


def dotenv(text: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """Well-known variables."""
    found = dict(assignments(text))
    yield from of_variables(found, found, environ)


def qwen(text: str, dotenv: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """Qwen Code's providers, and the variables among its settings.

    Args:
        text: its settings.
        dotenv: the variables beside them, which come first.
        environ: of the user, which may lead elsewhere.
    """
    said = from_json(text)
    written = texts(at(said, "env"))
    found = {name: value for name, value in written.items() if "$" not in value}
    where = written | dict(assignments(dotenv))  # an address that is put together leads to nobody
    yield from with_keys(_qwen_places(said), found, where, environ)
    auth = at(said, "security", "auth")
    key, url, speaks = (word(at(auth, name)) or "" for name in ("apiKey", "baseUrl", "selectedType"))
    seen = speaking(speaks, speaks, url or None, secret=secret_of(key))
    if seen is not None and key and "$" not in key + url:
        # its address may be among the variables, but that is not known
        yield replace(seen, secret=None) if not url and is_elsewhere(seen.word, where) else seen


def qwen_dotenv(text: str, settings: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """Qwen Code's variables: each key for the provider that its settings take it for."""
    said, found = from_json(settings), dict(assignments(text))
    places = [place for place in _qwen_places(said) if place.variable in found]
    yield from with_keys(places, found, texts(at(said, "env")) | found, environ)


def _qwen_places(said: Any) -> list[Seen]:
    """Where its models are; many share one place."""
    named, found = table(at(said, "providerProtocol")), dict[Seen, None]()
    for name, models in table(at(said, "modelProviders")).items():
        speaks = name if name in _QWEN_KEYS else word(named.get(name)) or ""
        for model in rows(models):
            url, variable = word(model.get("baseUrl")), variable_of(model.get("envKey"))
            if "$" in (url or ""):
                continue
            seen = speaking(speaks, name if url else speaks, url, variable or _QWEN_KEYS.get(speaks))
            if seen is not None:
                found[seen] = None
    return list(found)


def fabric(text: str) -> Iterator[Seen]:
    """Fabric's keys, each with the address that stands beside it, and the servers without a key."""
    found = dict(assignments(text))
    for name, value in found.items():
        vendor = name.removesuffix("_API_KEY")
        url, key = word(found.get(f"{vendor}_API_BASE_URL")), secret_of(value)
        called = _FABRIC.get(vendor) or (vendor if url else None)
        if vendor == name or key is None or called is None or vendor == "AZURE":
            continue  # of Azure, the address is more than stands here
        yield Seen(called, url, secret=key, anthropic=called == "anthropic")
    ollama, lm_studio = word(found.get("OLLAMA_API_URL")), word(found.get("LM_STUDIO_API_URL"))
    if ollama is not None and ollama != "http://localhost:11434":  # which stands there in any case
        yield Seen("ollama", ollama)
    if lm_studio is not None:
        yield Seen("lmstudio", lm_studio)


def shell_gpt(text: str) -> Iterator[Seen]:
    """ShellGPT's key; with LiteLLM it may be anybody's, and is left."""
    found = dict(assignments(text))
    key, url = secret_of(found.get("OPENAI_API_KEY")), word(found.get("API_BASE_URL"))
    if key is not None and found.get("USE_LITELLM") != "true":
        yield Seen("openai", None if url == "default" else url, secret=key)


def gptme(text: str, beside: str, *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """The providers and variables of one of gptme's two files; both tell where a client is sent."""
    said = from_toml(text)
    found = texts(at(said, "env"))
    where = texts(at(from_toml(beside), "env")) | found
    places = []
    for each in rows(at(said, "providers")):
        name, url, key = word(each.get("name")), word(each.get("base_url")), secret_of(each.get("api_key"))
        if name is None or url is None:
            continue
        own = f"{name.upper().replace('-', '_')}_API_KEY"
        variable = variable_of(each.get("api_key_env")) or (own if own in where else None)
        places.append(Seen(name, url, None if key else variable, key))
    local = found.get("OPENAI_API_BASE") or found.get("OPENAI_BASE_URL")
    if local and "OPENAI_API_KEY" not in where:
        places.append(Seen("local", local))
    for seen in with_keys(places, found, where, environ):
        yield replace(seen, secret=None) if _is_proxied(seen, where, environ) else seen


def gptme_keys(text: str, settings: Sequence[str], *, environ: Mapping[str, str]) -> Iterator[Seen]:
    """The keys that gptme was told at its prompt.

    Its clients of OpenAI and Anthropic follow the first variable of each; where its settings have another
    address, or there is a proxy, it cannot be told what a key is for.
    """
    said = [texts(at(from_toml(each), "env")) for each in settings]
    for name, key in table(at(from_toml(text), "providers")).items():
        if (secret := secret_of(key)) is None:
            continue
        follows = name in {"openai", "anthropic"}
        url = word(environ.get(f"{name.upper()}_BASE_URL")) if follows else None
        seen = Seen(name, url, secret=secret, anthropic=name == "anthropic")
        unknown = _is_proxied(seen, *said, environ) or (follows and url is None and is_elsewhere(name, *said))
        yield replace(seen, secret=None) if unknown else seen


def _is_proxied(seen: Seen, *where: Mapping[str, str]) -> bool:
    """It is a vendor whose key gptme may send to a proxy of its user's."""
    proxied = seen.word in {"openai", "anthropic", "openrouter"}
    return proxied and any(word(each.get("LLM_PROXY_URL")) for each in where)


_QWEN_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY"}
"""The protocols that can be watched, and the variable of a model that names none."""
_FABRIC = {
    "ANTHROPIC": "anthropic",
    "CEREBRAS": "cerebras",
    "DEEPSEEK": "deepseek",
    "GEMINI": "gemini",
    "GROKAI": "xai",
    "GROQ": "groq",
    "LITELLM": "litellm",
    "MISTRAL": "mistral",
    "OPENAI": "openai",
    "OPENROUTER": "openrouter",
    "PERPLEXITY": "perplexity",
    "TOGETHER": "together",
}
"""What stands before `_API_KEY`, of those that are in the catalogue."""
