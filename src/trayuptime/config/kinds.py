"""What is known of a kind before the user says anything: the values that the catalogue is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trayuptime.config.values import AccountQuestion, FeedSource, ModelsAnswer
from trayuptime.core.evidence import Dialect, ErrorRow, Server
from trayuptime.core.feed import Part


@dataclass(frozen=True, slots=True)
class Model:
    """A model that a short answer can be asked of; prices in USD, `None` where they are not known.

    Attributes:
        usd_in, usd_out: per million tokens.
        usd_request: for each request, on top.
        reasons: it thinks before it answers, or may; what it thinks is billed as output.
        unverified: the price has one source, or is the dearest of several.
    """

    id: str
    usd_in: float | None = None
    usd_out: float | None = None
    usd_request: float = 0.0
    reasons: bool = False
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class CompletionFacts:
    """How one short answer is asked for.

    Attributes:
        models: the cheapest first, then those to fall back on when it is retired; empty where it is the
            user who knows what there is.
        path: put between `base_url` and its version; `None` for the dialect's own.
        max_tokens: what the dialect's limit of the answer is called here; empty for the dialect's own word.
        extra: merged into the body, tables within it too: what turns reasoning or searching off.
        usd_request: the dearest fee for one request that is known of models that are not among these.
    """

    models: tuple[Model, ...] = ()
    path: str | None = None
    max_tokens: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    usd_request: float = 0.0


@dataclass(frozen=True, slots=True)
class OtherBase:
    """Another address of the same vendor, for the user to choose with `base_url`.

    Attributes:
        region: what it is for, one word: `cn`, `eu`.
        own_keys: keys of the first address are not known there, nor the other way round.
        env: well-known variables that hold a key of its own.
    """

    region: str
    url: str
    own_keys: bool = False
    env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherDialect:
    """Another dialect that the vendor speaks with the same keys; watched as a kind of that dialect."""

    dialect: Dialect
    url: str


@dataclass(frozen=True, slots=True)
class AuthForm:
    """Another header for a key that lies in a certain variable, because it is a key of another sort."""

    env: str
    header: str
    format: str


@dataclass(frozen=True, slots=True)
class Sla:
    """The availability that the vendor promises, in its words.

    Attributes:
        verified: read at the vendor itself; otherwise somebody else tells so.
        percent: the same as a number, where it is one monthly uptime that every customer is promised.
    """

    text: str
    verified: bool = False
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one kind before the user says anything.

    Attributes:
        generic: it is no vendor, or each user has an address of their own, so the user says where it is.
        dialect: `None` for a website; then nothing about an API is known.
        base_url: as the dialect's own clients take it; `None` where generic.
        base_urls: other addresses of the same vendor.
        also_speaks: where it answers in another dialect.
        example: what a `base_url` of it looks like, words in capitals standing for the user's own.
        env_words: well-known variables that hold such a word.
        version: put between `base_url` and a path.
        models_path: the free question that proves a key, with its query.
        models_urls: the same at another path or host, absolute, with the example's words in capitals; the
            first whose words `base_url` has is asked, and none where that is not the vendor's own.
        reach_path: asked on its host without a key, where `models_path` would not do.
        account: a better question than the models: one about the key itself.
        balance_url: where the account's balance is told: a path below `base_url` and version, or absolute.
        balance_available: the dotted path in that answer to a yes or no, or to a number that is more than 0
            while there is money.
        auth_forms: further forms of the key, by the variable that holds it.
        errors: what its errors mean, before the dialect's own table.
        env: well-known variables that hold its key, the first one winning.
        env_base: well-known variables that hold another base URL.
        keyless: it commonly needs no key.
        local: it runs on a desktop and may well be switched off.
        server: the program whose own questions tell more of it.
        feeds: where its status page can be read, the best first; the next is tried where one cannot be read.
        parts: what of that page its surfaces depend on; empty for the whole page.
        regions: what of that page's places counts; empty for all of them.
        no_feed: why there is none.
        status_url: its status page for people.
        completion: `None` where no short answer can be asked for.
        no_completion: why not.
        rate_headers: where its answers tell how much may still be asked; a name ends in `*` for a family.
        note: what its user has to know beforehand; continues the sentence "NAME …".
        facts: the sources; package names with versions are PyPI's.
        unverified: attributes without a source.
    """

    id: str
    name: str
    generic: bool = False
    dialect: Dialect | None = None
    base_url: str | None = None
    base_urls: tuple[OtherBase, ...] = ()
    also_speaks: tuple[OtherDialect, ...] = ()
    example: str | None = None
    env_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    version: str = ""
    models_path: str | None = None
    models_urls: tuple[str, ...] = ()
    reach_path: str | None = None
    models_answer: ModelsAnswer = ModelsAnswer.LIST
    models_public: bool = False
    account: AccountQuestion | None = None
    balance_url: str | None = None
    balance_available: str = ""
    auth_header: str | None = None
    auth_format: str | None = None
    auth_forms: tuple[AuthForm, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    env: tuple[str, ...] = ()
    env_base: tuple[str, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    keyless: bool = False
    local: bool = False
    server: Server | None = None
    web_url: str | None = None
    login_url: str | None = None
    console_url: str | None = None
    billing_url: str | None = None
    status_url: str | None = None
    feeds: tuple[FeedSource, ...] = ()
    parts: tuple[Part, ...] = ()
    regions: tuple[str, ...] = ()
    no_feed: str = ""
    completion: CompletionFacts | None = None
    no_completion: str = ""
    rate_headers: tuple[str, ...] = ()
    sla: Sla | None = None
    note: str = ""
    facts: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def proves(self) -> tuple[str, ...]:
        """What a good answer to the free question shows, with a key where there is one."""
        if self.dialect is None or (self.models_public and self.account is None and not self.balance_url):
            return ("address",)
        return ("address", "key", "balance") if self.balance_available else ("address", "key")
