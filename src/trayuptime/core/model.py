"""The nouns of TrayUptime as frozen values: provider, surface, result, incident, gap, rules.

Times are `Instant`: whole milliseconds since the Unix epoch, UTC. Durations are seconds (`_s`),
latencies milliseconds (`_ms`). Mappings inside a value are never changed in place: a new one replaces them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from trayuptime.core.reasons import Reason

Instant = int
"""Milliseconds since the Unix epoch, UTC."""


class Surface(StrEnum):
    """One thing of a provider that can fail by itself."""

    API = "api"
    WEB = "web"
    LOGIN = "login"


class Level(StrEnum):
    """How much a probe asks."""

    REACH = "reach"
    """Keyless; any well-formed HTTP answer of the vendor proves it is there."""
    MODELS = "models"
    """Authenticated and free."""
    COMPLETION = "completion"
    """One short streamed answer; billed; opt-in."""


class Service(StrEnum):
    """The vendor's health."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Vantage(StrEnum):
    """This computer's own view of the network."""

    ONLINE = "online"
    OFFLINE = "offline"
    PORTAL = "portal"


class Reach(StrEnum):
    """How far away a host is; a witness speaks only for hosts of its own reach."""

    LOOPBACK = "loopback"
    PRIVATE = "private"
    INTERNET = "internet"


class IncidentKind(StrEnum):
    """The worst an incident has been."""

    OUTAGE = "outage"
    DEGRADED = "degraded"
    UNSTABLE = "unstable"


class GapCause(StrEnum):
    """Why a time was not seen."""

    ASLEEP = "asleep"
    APP_OFF = "app_off"
    OFFLINE = "offline"
    PORTAL = "portal"
    PAUSED = "paused"
    UNPROVEN = "unproven"
    """A failure that no witness ever settled."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which surface of which provider."""

    provider: str
    surface: Surface


@cache
def _key(provider: str, surface: Surface) -> Key:
    """One object for each surface, so that looking it up rarely compares."""
    return Key(provider, surface)


@dataclass(frozen=True, slots=True)
class Phases:
    """How long each part of one request took, in milliseconds; `None` where it was never reached.

    `first_byte_ms` runs from the request sent to the first byte of the answer; `total_ms` is the whole
    probe, redirects included.
    """

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """What this computer knew of its own network when a probe ended; empty where it cannot be known.

    Attributes:
        local_address: ours on the connection.
        peer_address: the one that was connected to, or tried first; of the proxy where there is one.
        routes: the interfaces that a default route leads through.
        tunnels: the interfaces of VPNs that are up.
        proxy: `host:port` of the proxy in between.
    """

    local_address: str | None = None
    peer_address: str | None = None
    routes: tuple[str, ...] = ()
    tunnels: tuple[str, ...] = ()
    proxy: str | None = None


UNTIMED = Phases()
"""Of a probe of which no part was timed, or none is known any more."""
UNKNOWN_NETWORK = Network()


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer says it is billed for, in tokens."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one probe saw, classified.

    Attributes:
        at: when the probe started; a failure begins when its probe starts.
        latency_ms: the whole probe's duration, of a streamed answer until its first data; kept for failures
            too, never averaged for them.
        answered_at: when an authentic HTTP answer arrived, whatever its status: its word as a witness.
        needs_witness: a failure that may be this computer's own until another host has answered.
        portal_like: it looks like something between us and the vendor spoke.
        cut_off: this computer itself knew no way out.
        unexplained: a 429 that names no limit: no Retry-After, no rate-limit header. It may be everybody's.
        interval_s: the interval in force; a result speaks for at most 2.5 times it.
        detail: in words for a person, one sentence without its full stop.
        excerpt: the first 2 kB of the body, redacted; kept for failures only.
        request_id: the vendor's own name for this request, to quote to its support.
        network: the facts of our own network when it ended; of an answer only the proxy.
        usage: of a completion, where its answer tells it.
        tokens_per_s: of a streamed answer of more than one token.
    """

    at: Instant
    provider: str
    surface: Surface
    reason: Reason
    level: Level = Level.MODELS
    latency_ms: float | None = None
    http_status: int | None = None
    host: str = ""
    reach: Reach = Reach.INTERNET
    phases: Phases = UNTIMED
    answered_at: Instant | None = None
    needs_witness: bool = False
    portal_like: bool = False
    cut_off: bool = False
    unexplained: bool = False
    retry_after_s: float | None = None
    interval_s: float = 60.0
    detail: str = ""
    excerpt: str = ""
    request_id: str = ""
    network: Network = UNKNOWN_NETWORK
    usage: Usage | None = None
    tokens_per_s: float | None = None

    @property
    def key(self) -> Key:
        """The surface it speaks of."""
        return _key(self.provider, self.surface)

    @property
    def ended_at(self) -> Instant:
        """When it was in: a failure begins when its probe starts, but is known only at its end."""
        return self.at + round(self.latency_ms or 0.0)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, `start <= end`; half open."""

    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class Phase:
    """From `at` on, the incident's surface was like this."""

    at: Instant
    service: Service


@dataclass(frozen=True, slots=True)
class Incident:
    """One trouble of one surface, from its first failure to its first lasting success.

    Attributes:
        started_at: the first failure.
        confirmed_at: when the rules were satisfied that it is one.
        ended_at: the first success of the recovering streak; `None` while it lasts.
        recoveries: earlier ends, before it was reopened.
        seen: when results spoke for the surface since the start, merged; downtime counts inside only.
        told: the user has had a notice of it, and of which kind.
        told_up_at: which end of it the user was told last; ends that follow soon after are not told again.
        in_maintenance: it was found during maintenance that the vendor had announced.
        acknowledged_at: when the vendor's own page first spoke of it, which may be before us.
        vendor_last_at: when it last did.
        vendor_title: in whose words.
    """

    id: int
    provider: str
    surface: Surface
    kind: IncidentKind
    started_at: Instant
    confirmed_at: Instant
    phases: tuple[Phase, ...]
    reasons: tuple[Reason, ...] = ()
    ended_at: Instant | None = None
    recoveries: tuple[Instant, ...] = ()
    seen: tuple[Span, ...] = ()
    told: IncidentKind | None = None
    in_maintenance: bool = False
    told_up_at: Instant | None = None
    acknowledged_at: Instant | None = None
    vendor_last_at: Instant | None = None
    vendor_title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What the user wrote about an incident, which its surface and its start name in every file.

    Attributes:
        started_at: of the incident.
        at: when it was written.
        text: see `notes.note_text`.
    """

    provider: str
    surface: Surface
    started_at: Instant
    at: Instant
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Time we could not see; `surface` is `None` where it holds for all of them."""

    at: Instant
    until: Instant
    cause: GapCause
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Advice to use another provider now.

    Attributes:
        provider: the failed one.
        suggested: who to use instead, or `None` when none fits.
        why: for a person: "up, 0.6 s, key accepted", or what is wrong with each.
        verified_at: when the suggested one was last seen to answer usably.
        alternatives: each fallback in the user's order with its own why.
    """

    provider: str
    suggested: str | None
    why: str
    verified_at: Instant | None
    alternatives: tuple["Alternative", ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """One fallback as it was found."""

    provider: str
    usable: bool
    why: str


@dataclass(frozen=True, slots=True)
class Switch:
    """The user's choice to use another provider; `provider` is the one left behind."""

    at: Instant
    provider: str
    to: str
    back: bool = False


class FeedState(StrEnum):
    """What a vendor's own page says of the parts that matter."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"


STALE_AFTER = 3
"""Polls in a row that could not read a page until what it said last is shown no longer."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a vendor's status page says, scoped to the surfaces of one provider of the user.

    Attributes:
        at: when it was last read; `None` before the first time.
        state: of all that concerns the user.
        title: the vendor's words for the worst of it; empty while all is well.
        url: where a person reads it.
        surfaces: the same of each surface alone.
        every_s: how often it is read.
        unread: polls in a row that could not read it.
        why: what came instead, a clause for a person; empty while it can be read.
        frozen: it stayed green through an outage that we confirmed, or another address of it disagrees.
        note: what else is wrong with it, a clause; empty where nothing is.
        first_at: when it was first read.
        since: per surface that it calls degraded or down, from which reading on it was at least as bad.
    """

    at: Instant | None
    provider: str
    state: FeedState
    title: str = ""
    url: str = ""
    surfaces: Mapping[Surface, FeedState] = field(default_factory=dict, hash=False)
    every_s: float = 60.0
    unread: int = 0
    why: str = ""
    frozen: bool = False
    note: str = ""
    first_at: Instant | None = None
    since: Mapping[Surface, Instant] = field(default_factory=dict, hash=False)

    @property
    def is_stale(self) -> bool:
        """What it said last is no word of today."""
        return self.frozen or self.unread >= STALE_AFTER

    @property
    def says(self) -> FeedState:
        """What may be shown of it: nothing that is stale."""
        return FeedState.UNKNOWN if self.is_stale or self.at is None else self.state

    def says_of(self, surface: Surface) -> FeedState:
        """The same of one surface: unknown where it speaks of others alone."""
        return FeedState.UNKNOWN if self.says is FeedState.UNKNOWN else self.said_of(surface)

    def said_of(self, surface: Surface) -> FeedState:
        """What it said last of a surface, stale or not; where it tells none apart, of all."""
        return self.surfaces.get(surface, FeedState.UNKNOWN) if self.surfaces else self.state


@dataclass(frozen=True, slots=True)
class Balance:
    """What a vendor says of the user's balance; `available` is `None` where it said nothing of use.

    Attributes:
        disputed_since: when a 402 first contradicted it, this reading or an earlier one that said the same.
    """

    at: Instant
    provider: str
    available: bool | None
    disputed_since: Instant | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of one surface, from the configuration.

    Attributes:
        patience_s: the least that a failure waits for a witness; no setting: a recording, where nobody can
            be asked, needs more of it.
        can_ask: a host can be asked once more before this computer is called offline; not in a recording.
    """

    interval_s: float = 60.0
    retry_interval_s: float = 10.0
    confirm_after: int = 3
    recover_after: int = 2
    timeout_s: float = 10.0
    patience_s: float = 5.0
    can_ask: bool = True

    @property
    def proves_within_s(self) -> float:
        """A witness proves failures that ended at most this long before: by then a lost network may be back.

        Three time-outs: the first witnesses are asked when a failure has ended, then all others, then one
        that failed once more.
        """
        return max(self.patience_s, 3 * self.timeout_s)
