"""From an entry of the catalogue's files to a kind; the entry must be right, which `facts` checks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trayuptime.config.kinds import AuthForm, CompletionFacts, Kind, Model, OtherBase, OtherDialect, Sla
from trayuptime.config.values import AccountQuestion, FeedSource, ModelsAnswer
from trayuptime.core.evidence import Dialect, ErrorRow, FieldRow, Server
from trayuptime.core.feed import FeedFormat, Part
from trayuptime.core.model import Surface
from trayuptime.core.reasons import Reason

_LISTS = ("env", "env_base", "models_urls", "regions", "rate_headers", "facts", "unverified")

ADDRESS = ("models_urls", "account", "balance_url", "balance_available", "base_urls", "also_speaks")
"""What belongs to the address that the catalogue gave: nothing of it may outlive another `base_url`."""


def kind_of(word: str, entry: Mapping[str, Any], dialect: Mapping[str, Any], *, generic: bool) -> Kind:
    """The kind that an entry describes.

    Args:
        word: what it is called in a configuration.
        entry: its table.
        dialect: the table of its dialect, which gives what the entry does not say itself.
        generic: whether its address is the user's own.
    """
    facts: dict[str, Any] = {**dialect, **entry}
    for name in _LISTS:
        facts[name] = tuple(facts.get(name, ()))
    if "dialect" in facts:
        facts["dialect"] = Dialect(facts["dialect"])
    if "server" in facts:
        facts["server"] = Server(facts["server"])
    facts["models_answer"] = ModelsAnswer(facts.get("models_answer", ModelsAnswer.LIST))
    for name, make in _TABLES.items():
        facts[name] = tuple(make(**row) for row in facts.get(name, ()))
    facts["env_words"] = {word: tuple(names) for word, names in facts.get("env_words", {}).items()}
    if "account" in facts:
        facts["account"] = _account(**facts["account"])
    if "sla" in facts:
        facts["sla"] = Sla(**facts["sla"])
    if "completion" in facts:
        facts["completion"] = _completion_facts(**facts["completion"])
    return Kind(id=word, generic=generic, **facts)


def laid_over(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A shipped entry with the user's own facts in their places.

    A list takes the other's place as a whole; of a completion, each fact by itself. Another address does not
    inherit what is asked at the old one's other hosts: a key would go where its user never sent it.
    """
    base = dict(shipped)
    if own.get("base_url", base.get("base_url")) != base.get("base_url"):
        base = {name: fact for name, fact in base.items() if name not in ADDRESS or _stays(name, fact)}
    for name, other in (("no_feed", "feeds"), ("no_completion", "completion")):
        if other in own:
            base.pop(name, None)
    if "completion" in own and "completion" in base:
        return {**base, **own, "completion": {**base["completion"], **own["completion"]}}
    return {**base, **own}


def _stays(name: str, fact: Any) -> bool:
    """A path goes wherever the base URL goes; a whole address belongs to the vendor's own."""
    address = fact.get("url") if isinstance(fact, dict) else fact
    return name == "balance_available" or (isinstance(address, str) and address.startswith("/"))


def _account(*, url: str, method: str = "GET", accepted: str = "") -> AccountQuestion:
    fields = (FieldRow(accepted, Reason.KEY_REJECTED),) if accepted else ()
    return AccountQuestion(url, method, fields)


def _other_base(*, env: Sequence[str] = (), **facts: Any) -> OtherBase:
    return OtherBase(env=tuple(env), **facts)


def _other_dialect(*, dialect: str, url: str) -> OtherDialect:
    return OtherDialect(Dialect(dialect), url)


def _feed_source(*, format: str, url: str, every_s: float = 0.0) -> FeedSource:  # noqa: A002 - the file's word
    return FeedSource(FeedFormat(format), url, every_s)


def _part(*, surface: str | None = None, contains: Sequence[str] = (), **words: str) -> Part:
    return Part(None if surface is None else Surface(surface), contains=tuple(contains), **words)


def _completion_facts(*, models: Sequence[Mapping[str, Any]] = (), **facts: Any) -> CompletionFacts:
    return CompletionFacts(models=tuple(Model(**model) for model in models), **facts)


def _error_row(
    *,
    reason: str,
    status: Sequence[int] = (),
    codes: Sequence[str | int] = (),
    says: Sequence[str] = (),
    detail: str = "",
    unverified: bool = False,  # noqa: ARG001 - a mark for the reader of the file
) -> ErrorRow:
    return ErrorRow(
        reason=Reason(reason),
        statuses=frozenset(status),
        codes=frozenset(str(code).lower() for code in codes),
        says=tuple(says),
        detail=detail,
    )


_TABLES: Mapping[str, Callable[..., Any]] = {
    "errors": _error_row,
    "feeds": _feed_source,
    "parts": _part,
    "base_urls": _other_base,
    "also_speaks": _other_dialect,
    "auth_forms": AuthForm,
}
