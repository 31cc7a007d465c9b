"""Vendors and generic kinds as data, from `catalogue.toml` beside this module."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urljoin

from trayuptime.config.values import ModelsAnswer
from trayuptime.core.evidence import Dialect, ErrorRow, Server
from trayuptime.core.feed import FeedFormat, Part
from trayuptime.core.model import Surface
from trayuptime.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One address at which a vendor's status page can be read by a program.

    Attributes:
        every_s: asked no more often than that, in seconds, where its shield wants a slower pace than ours.
    """

    format: FeedFormat
    url: str
    every_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """A model that a short answer can be asked of; prices in USD, `None` where they are not known.

    Attributes:
        usd_in, usd_out: per million tokens.
        usd_request: for each request, on top.
    """

    id: str
    usd_in: float | None = None
    usd_out: float | None = None
    usd_request: float = 0.0


@dataclass(frozen=True, slots=True)
class CompletionFacts:
    """How one short answer is asked for.

    Attributes:
        models: the cheapest first, then those to fall back on when it is retired.
        path: put between `base_url` and its version; `None` for the dialect's own.
        max_tokens: what the dialect's limit of the answer is called here; empty for the dialect's own word.
        extra: put into the body as it is: what turns reasoning or searching off.
    """

    models: tuple[Model, ...] = ()
    path: str | None = None
    max_tokens: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one kind before the user says anything.

    Attributes:
        generic: it is no vendor, so the user says where it is.
        dialect: `None` for a website; then nothing about an API is known.
        base_url: as the dialect's own clients take it; `None` where generic.
        example: what a `base_url` of it looks like, where the user has to give one.
        version: put between `base_url` and a path.
        models_path: the free question that proves a key, with its query.
        reach_path: asked on its host without a key, where `models_path` would not do.
        errors: what its errors mean, before the dialect's own table.
        env: well-known variables that hold its key, the first one winning.
        keyless: it commonly needs no key.
        local: it runs on a desktop and may well be switched off.
        server: the program whose own questions tell more of it.
        feeds: where its status page can be read, the best first; the next is tried where one cannot be read.
        parts: what of that page its surfaces depend on; empty for the whole page.
        regions: what of that page's places counts; empty for all of them.
        status_url: its status page for people.
        completion: `None` where no short answer can be asked for.
        facts: the sources; package names with versions are PyPI's.
        unverified: attributes without a source.
    """

    id: str
    name: str
    generic: bool = False
    dialect: Dialect | None = None
    base_url: str | None = None
    example: str | None = None
    version: str = ""
    models_path: str | None = None
    reach_path: str | None = None
    models_answer: ModelsAnswer = ModelsAnswer.LIST
    models_public: bool = False
    auth_header: str | None = None
    auth_format: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    env: tuple[str, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    keyless: bool = False
    local: bool = False
    server: Server | None = None
    web_url: str | None = None
    login_url: str | None = None
    console_url: str | None = None
    status_url: str | None = None
    feeds: tuple[FeedSource, ...] = ()
    parts: tuple[Part, ...] = ()
    regions: tuple[str, ...] = ()
    completion: CompletionFacts | None = None
    facts: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its word, vendors first, each group in the order of the file."""
    source = files("trayuptime.config").joinpath("catalogue.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    dialects = data["dialect"]
    return {
        word: _kind(word, entry, dialects, generic=group == "generic")
        for group in ("vendor", "generic")
        for word, entry in data[group].items()
    }


def vendors() -> tuple[Kind, ...]:
    """The kinds whose address is known."""
    return tuple(kind for kind in kinds().values() if not kind.generic)


def models_url(kind: Kind, base_url: str) -> str:
    """Where the free question is asked at `base_url`, which may or may not end with its version."""
    root, version = _split_version(kind, base_url)
    return f"{root}{version}{kind.models_path}"


def reach_url(kind: Kind, base_url: str) -> str:
    """Where it is asked without a key; its path begins at the host."""
    return models_url(kind, base_url) if kind.reach_path is None else urljoin(base_url, kind.reach_path)


def client_base_url(kind: Kind, base_url: str) -> str:
    """`base_url` as the dialect's own clients take it: without the version that they add themselves.

    OpenAI's add none.
    """
    root, version = _split_version(kind, base_url)
    if kind.dialect is Dialect.OPENAI:
        return f"{root}{version}"
    return root if version == kind.version else base_url


_VERSION = re.compile(r"/v[0-9]+((alpha|beta)[0-9]*)?$")


def _split_version(kind: Kind, base_url: str) -> tuple[str, str]:
    found = _VERSION.search(base_url)
    if kind.version and found:
        return base_url[: found.start()], found.group()
    return base_url, kind.version


def _kind(word: str, entry: dict[str, Any], dialects: dict[str, Any], *, generic: bool) -> Kind:
    facts = {**dialects.get(entry.get("dialect", ""), {}), **entry}
    for name in ("env", "facts", "unverified"):
        facts[name] = tuple(facts.get(name, ()))
    if "dialect" in facts:
        facts["dialect"] = Dialect(facts["dialect"])
    facts["models_answer"] = ModelsAnswer(facts.get("models_answer", ModelsAnswer.LIST))
    if "server" in facts:
        facts["server"] = Server(facts["server"])
    facts["errors"] = tuple(_error_row(**row) for row in facts.get("errors", ()))
    facts["feeds"] = tuple(_feed_source(**row) for row in facts.get("feeds", ()))
    facts["parts"] = tuple(_part(**row) for row in facts.get("parts", ()))
    facts["regions"] = tuple(facts.get("regions", ()))
    if "completion" in facts:
        facts["completion"] = _completion_facts(**facts["completion"])
    return Kind(id=word, generic=generic, **facts)


def _feed_source(*, format: str, url: str, every_s: float = 0.0) -> FeedSource:  # noqa: A002 - the file's word
    return FeedSource(FeedFormat(format), url, every_s)


def _part(*, surface: str | None = None, contains: Sequence[str] = (), **words: str) -> Part:
    return Part(None if surface is None else Surface(surface), contains=tuple(contains), **words)


def _completion_facts(*, models: Sequence[Mapping[str, Any]], **facts: Any) -> CompletionFacts:
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
