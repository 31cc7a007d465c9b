"""What the judge knows at one moment, and what a step told: frozen values, replaced and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trayuptime.core.model import (
    Balance,
    Feed,
    Gap,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Reach,
    Result,
    Service,
    Span,
    Suggestion,
    Switch,
    Vantage,
)
from trayuptime.core.reasons import NETWORK_FAILURES, Access, Reason


@dataclass(frozen=True, slots=True)
class Sample:
    """One settled outcome, for telling a flapping surface."""

    at: Instant
    failed: bool
    reason: Reason

    @property
    def is_silent(self) -> bool:
        """Nothing was answered."""
        return self.failed and self.reason in NETWORK_FAILURES


@dataclass(frozen=True, slots=True)
class SurfaceState:
    """One surface as the rules see it.

    Attributes:
        service: the last definite light; how it may be *shown* is `lights.py`'s business.
        since: when that light began.
        last: the last settled result that was a success or a failure.
        latest: the last settled result of any kind; it differs where one said nothing about the service.
        fails, first_fail, fail_reasons: the failing streak, its start and its distinct reasons.
        oks, first_ok: the streak of successes and its start.
        slows, first_slow: the streak of slow answers within it.
        fast, first_fast: the streak of answers in time within it.
        recent: the last outcomes since something was confirmed, oldest first.
        steady: outcomes in a row that did not change.
        seen: when results spoke since the failing streak began, while no incident is open.
        cut_at: when a gap ended the last result's speech.
        mute_at: when a result that says nothing of the service followed it.
        unproven_since: the first failure that no witness settled, until something is settled again.
        shallow_red: since it fails, what asks less than a completion has failed too, all the time; `None`
            while it has not been asked.
        deep_trouble: completions found what degrades it, and lesser questions do not tell when that is over.
        deep_until: until when the last completion speaks, which outranks whatever asks less.
        crowded: answers in a row that said "too many requests" and named no limit.
        incident: the open one; `previous`: the last closed one, which may be reopened; `earlier`: those that
            closed within the day before it, of which the vendor may yet speak.
        baseline_ms: the median latency of the last days, from the history; `warm_up` until there is one.
        deep_baseline_ms, deep_warm_up: the same of completions, which take their own time.
    """

    service: Service = Service.UNKNOWN
    since: Instant | None = None
    last: Result | None = None
    latest: Result | None = None
    fails: int = 0
    first_fail: Instant | None = None
    fail_reasons: tuple[Reason, ...] = ()
    oks: int = 0
    first_ok: Instant | None = None
    slows: int = 0
    first_slow: Instant | None = None
    fast: int = 0
    first_fast: Instant | None = None
    recent: tuple[Sample, ...] = ()
    steady: int = 0
    seen: tuple[Span, ...] = ()
    cut_at: Instant | None = None
    mute_at: Instant | None = None
    unproven_since: Instant | None = None
    incident: Incident | None = None
    previous: Incident | None = None
    earlier: tuple[Incident, ...] = ()
    baseline_ms: float | None = None
    warm_up: tuple[float, ...] = ()
    deep_baseline_ms: float | None = None
    deep_warm_up: tuple[float, ...] = ()
    deep_until: Instant | None = None
    shallow_red: bool | None = None
    deep_trouble: bool = False
    crowded: int = 0


@dataclass(frozen=True, slots=True)
class AccessState:
    """The access light of one provider.

    Attributes:
        doubt: a change that has been seen once and is asked again.
        told: the last standing that was news, so that a spell of rate limits swallows and repeats nothing.
        by_answer: what a completion found wrong with it: a list that is fine does not mend that.
        answer_at: when one was asked last.
    """

    access: Access = Access.UNCHECKED
    since: Instant | None = None
    asked_at: Instant | None = None
    detail: str = ""
    doubt: Access | None = None
    told: Access = Access.UNCHECKED
    by_answer: Access | None = None
    answer_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Testimony:
    """The last authentic answer of a host.

    Attributes:
        late: our own network or name server took long over it, as far as we can tell.
        best_ms: the shortest way to this host so far over this network: name, connection and TLS.
        late_at: when the last late ones came over this network, oldest first.
        proxy: what it came through; it speaks for no host that is asked through another, or through none.
    """

    reach: Reach
    at: Instant
    late: bool = False
    best_ms: float | None = None
    late_at: tuple[Instant, ...] = ()
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The user's switch that is in force.

    Attributes:
        away: the provider left behind was in trouble at some time since, so its return is news.
        back_told: that return has been told.
    """

    switch: Switch
    away: bool = False
    back_told: bool = False


@dataclass(frozen=True, slots=True)
class Hush:
    """The user wants no more notices of an open incident.

    Attributes:
        since: when they said so.
        until: from when on it is told once more if it still lasts; `None`: they know of it, and want to hear
            nothing before its end.
        kind: the worst that the incident had been by then; of a worse one they know nothing yet.
        being_told: it is over and told once more, but the notice still waits for advice.
    """

    since: Instant
    until: Instant | None
    kind: IncidentKind
    being_told: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Everything a step needs to know.

    Attributes:
        watched: every surface that is being asked, and where: who could be a witness.
        waiting: failures that wait for a witness, oldest first.
        blind_since: per reach, when this computer was found cut off, and how.
        last_blind: per reach, the last such time that is over; it need not survive a restart.
        holds: per host, no probe before this time (Retry-After).
        troubles: per provider, what keeps the user's own key from being used, a sentence for a person.
        untold: per provider, the incident whose notice still waits for advice.
        hushes: by an open incident's number, that the user wants no more notices of it; see `hush.py`.
        network_since: when this computer's own network last changed; earlier questions tell nothing of it.
        feeds: per provider that has a status page, what that said last.
        balances: per provider, what its balance endpoint said last. Like `network_since`, they need not
            survive a restart: they are asked anew.
        maintenance: per provider, when it has announced to be down by plan.
        next_incident: the number of the next incident, counted from 1 and never used twice.
    """

    surfaces: Mapping[Key, SurfaceState] = field(default_factory=dict)
    accesses: Mapping[str, AccessState] = field(default_factory=dict)
    watched: Mapping[Key, "Target"] = field(default_factory=dict)
    testimonies: Mapping[str, Testimony] = field(default_factory=dict)
    waiting: tuple[Result, ...] = ()
    blind_since: Mapping[Reach, "Blindness"] = field(default_factory=dict)
    last_blind: Mapping[Reach, Span] = field(default_factory=dict)
    holds: Mapping[str, Instant] = field(default_factory=dict)
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    choice: Choice | None = None
    paused_since: Instant | None = None
    paused_until: Instant | None = None
    untold: Mapping[str, int] = field(default_factory=dict)
    next_incident: int = 1
    network_since: Instant | None = None
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    balances: Mapping[str, Balance] = field(default_factory=dict)
    maintenance: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    hushes: Mapping[int, "Hush"] = field(default_factory=dict)

    @property
    def vantage(self) -> Vantage:
        """This computer's view: of the internet where something out there is asked, else of what is near."""
        reaches = {target.reach for target in self.watched.values() if target.role is Role.SURFACE}
        for reach in (Reach.INTERNET, Reach.PRIVATE):
            if reach in reaches:
                blindness = self.blind_since.get(reach)
                return Vantage.ONLINE if blindness is None else blindness.vantage
        return Vantage.ONLINE

    def surface(self, key: Key) -> SurfaceState:
        """The surface's state; a blank one before its first result."""
        return self.surfaces.get(key, _BLANK)

    def access(self, provider: str) -> AccessState:
        """The provider's access state; unchecked before any authenticated answer."""
        return self.accesses.get(provider, _UNCHECKED)


class Role(StrEnum):
    """What a host is asked for."""

    SURFACE = "surface"
    FEED = "feed"
    """A vendor's status page: a witness like any other, judged by nobody."""
    NEUTRAL = "neutral"
    """An address that the user named; asked only when no other host can speak."""


@dataclass(frozen=True, slots=True)
class Target:
    """The host that a surface is asked at, or one that is asked for its word alone."""

    host: str
    reach: Reach
    role: Role = Role.SURFACE


@dataclass(frozen=True, slots=True)
class Blindness:
    """Since when, and whether for want of a network or behind a portal."""

    since: Instant
    vantage: Vantage


_BLANK = SurfaceState()
_UNCHECKED = AccessState()


@dataclass(frozen=True, slots=True)
class Settled:
    """A result that counts, and may be stored.

    Attributes:
        proven: its vantage had to be proven, and was.
        witness: the host whose answer proved it; empty where none was needed.
        counted: it was taken into account; else better evidence outranks it (see `crosscheck.py`).
        after: the surface once it was, for explaining; not kept, and no part of what it is.
        needed: the failures in a row that make its surface down at this moment; the same.
    """

    result: Result
    proven: bool
    witness: str = ""
    counted: bool = True
    after: SurfaceState | None = field(default=None, compare=False, repr=False)
    needed: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Silence:
    """Of one host to all its surfaces.

    Attributes:
        asked: when each question was asked that it did not answer, in order; those of surfaces that are down
            already are left out.
        took_down: such a surface went down in it, a moment ago.
    """

    host: str
    asked: tuple[Instant, ...]
    took_down: bool

    @property
    def since(self) -> Instant:
        """When the first of them was asked."""
        return self.asked[0]


@dataclass(frozen=True, slots=True)
class WentDown:
    """A surface is down: confirmed, reopened, or again in one incident, which is told only once (`tell`).

    Attributes:
        silence: of its host, where the failures of others there had to count with its own; for explaining.
    """

    at: Instant
    key: Key
    incident: Incident
    reason: Reason
    reopened: bool
    tell: bool
    silence: Silence | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CameUp:
    """A surface has recovered; `tell` if its trouble had been told."""

    at: Instant
    key: Key
    incident: Incident
    downtime_s: float
    tell: bool


@dataclass(frozen=True, slots=True)
class WentDegraded:
    """A surface answers, but slowly."""

    at: Instant
    key: Key
    incident: Incident
    reason: Reason


@dataclass(frozen=True, slots=True)
class WentUnstable:
    """A surface fails and recovers over and over."""

    at: Instant
    key: Key
    incident: Incident
    reason: Reason


@dataclass(frozen=True, slots=True)
class StillOpen:
    """An incident that the user had put off was seen to last, after the time until which they had."""

    at: Instant
    key: Key
    incident: Incident
    reason: Reason


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """The user's own standing at a provider changed.

    Attributes:
        before: the standing that was told last; a rate limit passes by itself and tells nothing.
    """

    at: Instant
    provider: str
    access: Access
    before: Access
    detail: str


@dataclass(frozen=True, slots=True)
class VantageChanged:
    """This computer lost or regained its view."""

    at: Instant
    vantage: Vantage


@dataclass(frozen=True, slots=True)
class GapSeen:
    """Time that could not be seen has ended."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class Suggested:
    """A fallback was looked for."""

    at: Instant
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class Switched:
    """The user acted on advice, or went back."""

    switch: Switch


@dataclass(frozen=True, slots=True)
class PrimaryBack:
    """The provider that the user left has been up long enough to go back to."""

    at: Instant
    provider: str


@dataclass(frozen=True, slots=True)
class FeedSaid:
    """A vendor's own page says something else than before, or can be read no longer."""

    at: Instant
    feed: Feed


Transition = (
    WentDown
    | CameUp
    | WentDegraded
    | WentUnstable
    | StillOpen
    | AccessChanged
    | VantageChanged
    | GapSeen
    | Suggested
    | Switched
    | PrimaryBack
    | FeedSaid
)
Happening = Settled | Transition
"""What a step told, in order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the judge: the new state and what happened.

    Attributes:
        ask_now: surfaces whose answer is needed at once (a changed access).
        ask_witnesses: hosts whose word is needed to settle a failure.
        ask_balance: providers whose balance endpoint should confirm that credit is used up.
    """

    state: State
    happenings: tuple[Happening, ...] = ()
    ask_now: frozenset[Key] = frozenset()
    ask_witnesses: frozenset[str] = frozenset()
    ask_balance: frozenset[str] = frozenset()
