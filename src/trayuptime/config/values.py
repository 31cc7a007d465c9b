"""What a configuration says, resolved: probes need nothing but these frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from trayuptime.config.keys import KeyRef, NoKey
from trayuptime.config.problems import Problem
from trayuptime.core.budget import Price
from trayuptime.core.evidence import Dialect, ErrorRow, FieldRow, Server
from trayuptime.core.feed import FeedFormat, Part
from trayuptime.core.maintenance import Weekly
from trayuptime.core.model import Level, Rules, Surface
from trayuptime.core.retention import FOREVER, Retention


class ModelsAnswer(StrEnum):
    """What a good answer to the authenticated question looks like."""

    LIST = "list"
    """The dialect's own model list."""
    OBJECT = "object"
    """Any JSON object; what the key is worth, not a list."""


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One address at which a status page can be read by a program.

    Attributes:
        every_s: asked no more often than that, in seconds, where its shield wants a slower pace than ours.
    """

    format: FeedFormat
    url: str
    every_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """Where the vendor's own status page is, and what of it concerns this provider.

    Attributes:
        page_url: what a person would open.
        sources: where it can be read, the best first; empty where `page_url` is the user's own word, whose
            format is found out by asking.
        parts: what of it the watched surfaces depend on; empty for the whole page.
        regions: which of its places count; empty for all.
        chosen: the user named the parts, so that one that is not there is worth a word.
    """

    page_url: str
    sources: tuple[FeedSource, ...] = ()
    parts: tuple[Part, ...] = ()
    regions: tuple[str, ...] = ()
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class AccountQuestion:
    """A free question about the key itself.

    Attributes:
        url: absolute; in the catalogue also a path below the base URL and its version.
        fields: what certain fields of the answer, a JSON object, mean.
    """

    url: str
    method: str = "GET"
    fields: tuple[FieldRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedModel:
    """A model that may be asked, and what it costs."""

    id: str
    price: Price


@dataclass(frozen=True, slots=True)
class Completion:
    """The user's leave to ask one billed answer now and then.

    Attributes:
        models: the user's own first, then those that the catalogue names for when it is retired.
        url: where it is asked, with `{model}` in the model's place where that stands in the address.
        max_tokens: what the limit of the answer is called; empty for the dialect's own word.
        extra: put into the question as it is: what turns reasoning or searching off.
    """

    models: tuple[PricedModel, ...]
    every_s: float
    daily_budget_usd: float
    url: str
    max_tokens: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def model(self) -> PricedModel:
        """The user's own."""
        return self.models[0]


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One provider as it is watched; the catalogue is merged in.

    Attributes:
        name: for people; the catalogue's, else the id.
        fallbacks: ids, the user's first choice first; each is configured.
        dialect: `None` for a website.
        base_url: as the dialect's own clients take it: OpenAI with its version, the others without;
            without a slash at the end; `None` for a website.
        models_url: the free question that proves a key; `None` for a website.
        models_answer: the shape of its answer.
        models_public: it answers without a key too, so a good answer leaves the access light alone.
        account: asked instead of the models, or besides them where it lives on another host; `None` where
            the models prove the key well enough.
        balance_url: where the account's balance is told, free of charge; `None` where nobody documents it.
        balance_available: the dotted path in its answer to a yes or no, or to a number that is more than 0
            while there is money; empty without `balance_url`.
        reach_url: what is asked without a key; a website's page.
        errors: the vendor's own error rows, asked before the dialect's.
        must_run: a closed port is an outage; otherwise it is a local server that is not running.
        server: the program that ought to answer, which has questions of its own; `None` where any will do.
        web_url: known whenever `surfaces` has `web`.
        login_url: known whenever `surfaces` has `login`.
        headers: sent with every question to the API; never a secret.
        auth_header: the header that carries the key; `None` for a website.
        auth_format: its value, with `{key}` in the key's place.
        keyless_level: how much is asked of the API while there is no key.
        allow_http: the key may go over plain HTTP to a host that is not loopback.
        proxy: `auto` (the environment's), `none`, or a URL without credentials.
        ca_bundle: certificates to trust besides the system's; whether it can be read is not checked here.
        feed: the vendor's status page; `None` where there is none, or it is not wanted.
        completion: `None` where nothing may be spent.
        maintenance: when an outage is one by plan, by the user's own clock.
        sla: the monthly uptime that the user's contract promises, in percent.
    """

    id: str
    name: str
    kind: str
    reach_url: str
    rules: Rules
    surfaces: tuple[Surface, ...] = (Surface.API,)
    enabled: bool = True
    fallbacks: tuple[str, ...] = ()
    key: KeyRef = field(default_factory=NoKey)
    dialect: Dialect | None = None
    base_url: str | None = None
    models_url: str | None = None
    models_answer: ModelsAnswer = ModelsAnswer.LIST
    models_public: bool = False
    account: AccountQuestion | None = None
    balance_url: str | None = None
    balance_available: str = ""
    errors: tuple[ErrorRow, ...] = ()
    must_run: bool = True
    server: Server | None = None
    web_url: str | None = None
    login_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    auth_header: str | None = None
    auth_format: str | None = None
    keyless_level: Level = Level.REACH
    allow_http: bool = False
    proxy: str = "auto"
    ca_bundle: Path | None = None
    feed: FeedConfig | None = None
    completion: Completion | None = None
    maintenance: tuple[Weekly, ...] = ()
    sla: float | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file.

    Attributes:
        providers: in the order of the file, disabled ones too.
        rules: the file's own defaults, for a provider that is added while running.
        warnings: what is written there but does nothing in this version, and what is wrong with the user's
            catalogue.
        old_catalogue: the user's catalogue has mistakes, so an earlier one, or only what is shipped, is in
            force.
        exists: there is such a file.
        neutral_url: the address that the user lets us ask when nobody else can speak; `None`: nobody is.
        retention: how long results are kept.
    """

    rules: Rules
    providers: tuple[ProviderConfig, ...] = ()
    warnings: tuple[Problem, ...] = ()
    exists: bool = True
    neutral_url: str | None = None
    old_catalogue: bool = False
    retention: Retention = FOREVER

    def rules_of(self, provider: str) -> Rules:
        """The thresholds of a provider by its id; of one that is not configured, the file's own."""
        return next((each.rules for each in self.providers if each.id == provider), self.rules)
