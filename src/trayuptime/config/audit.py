"""What is wrong with the facts of a kind as a whole, and with kinds beside each other."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from trayuptime.config.facts import NAMES
from trayuptime.config.kinds import Kind
from trayuptime.config.problems import did_you_mean, shown
from trayuptime.config.urls import host_of, is_loopback
from trayuptime.core.reasons import MEANINGS, Effect, Reason

Fault = tuple[tuple[str | int, ...], str]
"""Where in an entry, and what."""


def faults(kind: Kind, entry: Mapping[str, Any]) -> Iterator[Fault]:
    """What does not fit together in one kind, each of whose facts is right by itself.

    Args:
        kind: with its dialect and, of the user's entry, with what is shipped under it.
        entry: its table as the file has it; only what stands there is complained of.
    """
    for check in _CHECKS:
        yield from check(kind, entry)


def duplicates(kinds: Iterable[Kind]) -> Iterator[tuple[Kind, Kind]]:
    """Kinds that ask the same host in the same dialect, the later one first."""
    seen: dict[object, Kind] = {}
    for kind in kinds:
        if kind.base_url is None:
            continue
        parts = urlsplit(kind.base_url)
        first = seen.setdefault((kind.dialect, parts.hostname, parts.port), kind)
        if first is not kind:
            yield kind, first


def gaps(kind: Kind) -> Iterator[str]:
    """The groups of facts that a shipped kind must have, or a reason why not, and has not."""
    if kind.dialect is None:
        return
    if not (kind.base_url or kind.example):
        yield "an address"
    if not (kind.models_path or kind.models_urls or kind.account):
        yield "a free question"
    if not kind.auth_header or not kind.auth_format:
        yield "the form of its key"
    if not (kind.env or kind.keyless or kind.note):
        yield "a variable that holds its key"
    if not (kind.completion or kind.no_completion):
        yield "a completion, or no_completion"
    if not (kind.feeds or kind.no_feed):
        yield "a feed, or no_feed"
    if not (kind.console_url or kind.keyless or is_loopback(host_of(kind.base_url or ""))):
        yield "where its keys are made"
    if not (kind.facts or kind.unverified or kind.generic):
        yield "a source"


def _missing(kind: Kind, entry: Mapping[str, Any]) -> Iterator[Fault]:
    if kind.dialect is not None and not kind.generic and kind.base_url is None:
        yield (), 'base_url is missing, such as base_url = "https://api.example.com/v1"'
    if kind.dialect is not None and not (kind.models_path or kind.models_urls):
        yield (), "models_path is missing: a free question for its address, such as /models"
    if kind.env and not (kind.auth_header and kind.auth_format):
        yield (), "auth_header and auth_format are missing: how the key is sent"
    if kind.generic and "base_url" in entry:
        yield ("base_url",), "base_url is each user's own here; it stands in config.toml"


def _contradictions(kind: Kind, _entry: Mapping[str, Any]) -> Iterator[Fault]:
    if kind.balance_available and not kind.balance_url:
        yield ("balance_available",), "balance_available needs a balance_url"
    if kind.no_feed and kind.feeds:
        yield ("no_feed",), "no_feed and feeds contradict each other"
    if kind.no_completion and kind.completion:
        yield ("no_completion",), "no_completion and completion contradict each other"
    if kind.parts and not kind.feeds:
        yield ("parts",), "parts of no feed: add feeds"
    plain = (kind.base_url or "").startswith("http://")
    if plain and not kind.keyless and not is_loopback(host_of(kind.base_url or "")):
        yield ("base_url",), "base_url must begin with https://, for a key goes there"


def _models(kind: Kind, _entry: Mapping[str, Any]) -> Iterator[Fault]:
    if kind.completion is None:
        return
    ids = [model.id for model in kind.completion.models]
    for index, model in enumerate(kind.completion.models):
        place = ("completion", "models", index)
        if model.id in ids[:index]:
            yield place, f"models names {shown(model.id)} twice"
        if (model.usd_in is None) is not (model.usd_out is None):
            yield place, "a model needs both usd_in and usd_out, or neither"
        if model.usd_in is not None and not (kind.facts or "completion" in kind.unverified):
            yield place, 'a price without a source: name it in facts, or "completion" in unverified'


def _extra(kind: Kind, entry: Mapping[str, Any]) -> Iterator[Fault]:
    if kind.completion is None:
        return
    limits = _LIMITS | {_plain(kind.completion.max_tokens)}
    for name, value in entry.get("completion", {}).get("extra", {}).items():
        inside = value if name in _HOLDERS and isinstance(value, dict) else {}
        wrong: list[tuple[str, ...]] = [(name,)] if _plain(name) in _OURS | limits else []
        wrong += [(name, word) for word in inside if _plain(word) in _MANY | limits]
        for path in wrong:
            message = f"extra must not set {shown(path[-1])}: a budget is kept by what is asked, and how much"
            yield ("completion", "extra", *path), message


def _plain(name: str) -> str:
    """One word in however it is written: `maxTokens` and `max_tokens` are the same."""
    return name.replace("_", "").lower()


def _errors(_kind: Kind, entry: Mapping[str, Any]) -> Iterator[Fault]:
    for index, row in enumerate(entry.get("errors", ())):
        place = ("errors", index)
        if not any(row.get(name) for name in ("status", "codes", "says")):
            yield place, "errors has a row without a condition: give status, codes or says"
        reason = Reason(row["reason"])
        if reason in _NEVER_AN_ERROR:
            yield (*place, "reason"), f"reason {reason} is no meaning of an error"
        elif row.get("unverified") and MEANINGS[reason].effect is Effect.FAILURE:
            yield (*place, "reason"), "an unverified row must not make an outage"


def _parts(_kind: Kind, entry: Mapping[str, Any]) -> Iterator[Fault]:
    for index, row in enumerate(entry.get("parts", ())):
        if not any(row.get(name) for name in ("id", "name", "contains")):
            yield ("parts", index), "parts has one that names nothing: give id, name or contains"


def _unverified(kind: Kind, entry: Mapping[str, Any]) -> Iterator[Fault]:
    for index, name in enumerate(entry.get("unverified", ())):
        if name not in NAMES:
            hint = did_you_mean(name, NAMES)
            yield ("unverified", index), f"unverified names the unknown fact {shown(name)}{hint}"
        elif not getattr(kind, name):
            yield ("unverified", index), f"unverified names {name}, which is not known"


_NEVER_AN_ERROR = {Reason.OK, Reason.SLOW, Reason.PORTAL}
_LIMITS = frozenset({"maxtokens", "maxcompletiontokens", "maxoutputtokens", "maxnewtokens", "numpredict"})
_MANY = frozenset({"n", "bestof", "candidatecount"})
_OURS = _MANY | {"model", "models", "messages", "contents", "input", "prompt", "stream"}
_HOLDERS = frozenset({"generationConfig", "inferenceConfig", "options"})
"""Where Gemini, Bedrock and Ollama have the limit; in other tables `max_tokens` may be that of thinking."""
_CHECKS: tuple[Callable[[Kind, Mapping[str, Any]], Iterator[Fault]], ...] = (
    _missing,
    _contradictions,
    _models,
    _extra,
    _errors,
    _parts,
    _unverified,
)
