"""What a probe asks and what the transport saw of the answer, before anybody judges it.

Units are those of `model.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trayuptime.core.model import Instant, Key, Level, Network, Phases, Reach, Usage
from trayuptime.core.reasons import Reason


class Dialect(StrEnum):
    """The wire language of a surface."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    COHERE = "cohere"
    OLLAMA = "ollama"
    BEDROCK = "bedrock"
    """The Converse API with a bearer token; nothing is signed."""
    OTHER = "other"
    """A JSON API in a language of its own; only the free question of the catalogue is asked."""
    PAGE = "page"
    """A web page: reachable is all that is asked of it."""


class Server(StrEnum):
    """A program for models that a user runs; each has questions of its own that load nothing."""

    OLLAMA = "ollama"
    LMSTUDIO = "lmstudio"
    LLAMACPP = "llamacpp"
    VLLM = "vllm"
    LITELLM = "litellm"


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One row of a vendor's error table; every condition that is given must hold.

    Attributes:
        statuses: HTTP statuses; empty for any.
        codes: any of these stands in the body as an error's type, code, status or reason, in lower case;
            numbers as their digits; empty for any.
        says: any of these phrases stands in the body, in lower case; empty for any.
        detail: what it means, for a person, where the reason's own words are not enough.
    """

    reason: Reason
    statuses: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    says: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """What a field of a good answer says of the user's own standing, where it says no.

    It says no where it is false, or a number, in quotes too, of 0 or less. Where it is absent or anything
    else, nothing is claimed.

    Attributes:
        path: names from the answer's root on, with dots between them.
        detail: what it means, for a person, where the reason's own words are not enough.
    """

    path: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a probe is about to ask, as far as judging the answer needs it.

    Attributes:
        keyed: the user's own key goes with it.
        lists_models: a good answer is the dialect's model list; otherwise any JSON object will do.
        fields: what certain fields of that object mean.
        errors: the vendor's own rows, asked before the dialect's.
        must_run: a closed port is an outage; otherwise it is a local server that is not running.
        server: the program that ought to answer; `None` where any will do.
        own_sites: of a page, the sites and hosts that belong to the same vendor.
        wants_page: a page for people is expected; otherwise anything that is no error.
    """

    key: Key
    level: Level
    dialect: Dialect
    keyed: bool
    interval_s: float
    lists_models: bool = True
    fields: tuple[FieldRow, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    must_run: bool = True
    server: Server | None = None
    own_sites: frozenset[str] = frozenset()
    wants_page: bool = True


class Failure(StrEnum):
    """How a probe ended without a whole, well-formed HTTP answer; the transport's words."""

    DNS = "dns"
    REFUSED = "refused"
    CONNECT_TIMEOUT = "connect_timeout"
    RESET = "reset"
    TLS = "tls"
    READ_TIMEOUT = "read_timeout"
    PROXY = "proxy"
    """The proxy itself failed or refused; nothing was learned about the vendor."""
    LIMIT = "limit"
    """A limit of ours passed: body, headers or redirects."""
    MALFORMED = "malformed"
    """Bytes came back that are not HTTP, or an encoding that was not asked for."""
    REFUSED_BY_US = "refused_by_us"
    """Never sent: it would have put a key on a plain or foreign connection."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What a streamed answer brought, read event by event.

    Attributes:
        data_events: events with something in them: a piece of the answer, or why it ended.
        first_data_ms: from the request sent to the first of those; a keep-alive is none.
        keep_alives: blank lines, comments and pings.
        ended: the dialect's own end was seen, so nothing was cut off.
        error: the body of an error that came as an event; empty if none did.
        tokens: of the answer, as its usage tells, else its pieces of text; `None` where none was heard.
        last_data_ms: from the request sent to the last of the data events.
        usage: what it says it is billed for; `None` where it does not.
    """

    data_events: int = 0
    first_data_ms: float | None = None
    keep_alives: int = 0
    ended: bool = False
    error: bytes = b""
    tokens: int | None = None
    last_data_ms: float | None = None
    usage: Usage | None = None

    @property
    def tokens_per_s(self) -> float | None:
        """After the first token, which is waited for; `None` where there was no second one."""
        first_ms, last_ms, tokens = self.first_data_ms, self.last_data_ms, self.tokens
        if first_ms is None or last_ms is None or tokens is None or tokens < 2 or last_ms <= first_ms:
            return None
        return (tokens - 1) * 1000.0 / (last_ms - first_ms)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the transport saw of one probe, before anybody judges it.

    Attributes:
        began_at: when the probe started.
        host: `name:port` that was asked first.
        reach: how far away that host is, from its address where one is known.
        authentic: the answer was surely the asked host's own: over verified TLS, or not from the internet.
        headers: of the last answer, names in lower case.
        body: of the last answer, decompressed, at most the limit of 1 MiB.
        redirected_to: the foreign `scheme://host:port` that an answer pointed to and that was not followed.
        failure_text: the error in words, without secrets.
        cut_off: this computer itself knew no way out: no route, or no name server and no default route.
        stream: of a streamed answer, what came in it.
        network: the facts of our own network at that time.
        second: what the same host said to a second question, where one was asked.
    """

    began_at: Instant
    host: str
    reach: Reach
    phases: Phases = field(default_factory=Phases)
    authentic: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: Failure | None = None
    failure_text: str = ""
    redirected_to: str | None = None
    cut_off: bool = False
    stream: Stream | None = None
    network: Network = field(default_factory=Network)
    second: "Evidence | None" = None
