"""Tellings as the engine would make them, from a line for each provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from types import MappingProxyType

from trayuptime.core.lights import Watched
from trayuptime.core.model import (
    Feed,
    FeedState,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Phase,
    Reach,
    Result,
    Service,
    Suggestion,
    Surface,
    Switch,
    Vantage,
)
from trayuptime.core.notice import News
from trayuptime.core.reasons import NETWORK_FAILURES, Access, Reason
from trayuptime.core.state import (
    AccessState,
    Blindness,
    Choice,
    Happening,
    Hush,
    State,
    SurfaceState,
    Target,
    Testimony,
)
from trayuptime.runtime.told import Told

_TODAY = datetime.now().astimezone().date()
"""One day for all of a run, also where it goes on past midnight."""


def at(clock: str) -> Instant:
    """`14:02` or `14:02:03` of today, in the time zone of whoever runs the tests."""
    moment = datetime.combine(_TODAY, time.fromisoformat(clock))
    return round(moment.timestamp() * 1000)


NOW = "14:09:00"
"""When every telling is told."""
_CHECKED = "14:08:41"
_STATUSES = {Reason.SERVER_ERROR: 503, Reason.OVERLOADED: 529, Reason.KEY_REJECTED: 401}


@dataclass(frozen=True)
class Provider:
    """A provider in a telling; up for hours unless it is said otherwise.

    Attributes:
        reason: of the last answer.
        asked: it has been asked at all.
        checking: its last answer was a failure that does not count yet.
        advice: who to use instead; `""`: nobody fits; `None`: nobody was looked for.
        trouble: what keeps its key from being used.
        page: what its own status page says; `None`: it has none.
    """

    id: str
    name: str
    service: Service = Service.UP
    reason: Reason = Reason.OK
    since: str = "09:12"
    latency_ms: float = 610.0
    access: Access = Access.OK
    asked: bool = True
    checking: bool = False
    advice: str | None = None
    trouble: str | None = None
    keyed: bool = True
    kind: IncidentKind | None = None
    reach: Reach = Reach.INTERNET
    surfaces: tuple[Surface, ...] = (Surface.API,)
    detail: str = ""
    page: FeedState | None = None
    page_title: str = ""

    @property
    def host(self) -> str:
        return f"{self.id}.example:443"


def up(id_: str = "alpha", name: str = "Alpha AI", **more: object) -> Provider:
    return Provider(id_, name, **more)  # type: ignore[arg-type]  # the fields above, by their names


def down(id_: str = "alpha", name: str = "Alpha AI", **more: object) -> Provider:
    facts = {"service": Service.DOWN, "reason": Reason.SERVER_ERROR, "since": "14:02", **more}
    return Provider(id_, name, **facts)  # type: ignore[arg-type]


def slow(id_: str = "alpha", name: str = "Alpha AI", **more: object) -> Provider:
    facts = {
        "service": Service.DEGRADED,
        "reason": Reason.SLOW,
        "since": "13:40",
        "latency_ms": 4200.0,
        **more,
    }
    return Provider(id_, name, **facts)  # type: ignore[arg-type]


def unknown(id_: str = "alpha", name: str = "Alpha AI", **more: object) -> Provider:
    return Provider(id_, name, Service.UNKNOWN, asked=False, **more)  # type: ignore[arg-type]


@dataclass
class _Making:
    surfaces: dict[Key, SurfaceState] = field(default_factory=dict)
    accesses: dict[str, AccessState] = field(default_factory=dict)
    watched: dict[Key, Target] = field(default_factory=dict)
    testimonies: dict[str, Testimony] = field(default_factory=dict)
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)


def telling(
    *providers: Provider,
    vantage: Vantage = Vantage.ONLINE,
    paused: bool = False,
    paused_until: str | None = None,
    switched: tuple[str, str] | None = None,
    trouble: str | None = None,
    keyring_locked: bool = False,
    known: tuple[str, ...] = (),
    snoozed: Mapping[str, str] = MappingProxyType({}),
    happenings: tuple[Happening, ...] = (),
    notices: tuple[News, ...] = (),
) -> Told:
    """What the engine tells; `switched` is the provider left and the one used, `snoozed` until when."""
    making = _Making()
    for provider in providers:
        _add(making, provider)
    blind = {} if vantage is Vantage.ONLINE else dict.fromkeys(Reach, Blindness(at("14:05"), vantage))
    state = State(
        surfaces=making.surfaces,
        accesses=making.accesses,
        watched=making.watched,
        testimonies=making.testimonies,
        blind_since=blind,
        suggestions=making.suggestions,
        troubles=making.troubles,
        feeds=making.feeds,
        hushes=_hushes(making, known, snoozed),
        choice=None if switched is None else Choice(Switch(at("14:03"), *switched)),
        paused_since=at("14:00") if paused else None,
        paused_until=None if paused_until is None else at(paused_until),
    )
    watched = tuple(Watched(p.id, p.name, p.surfaces, keyed=p.keyed) for p in providers)
    return Told(at(NOW), state, happenings, notices, watched, trouble, keyring_locked)


def _hushes(making: _Making, known: tuple[str, ...], snoozed: Mapping[str, str]) -> dict[int, Hush]:
    found: dict[int, Hush] = {}
    for key, surface in making.surfaces.items():
        incident = surface.incident
        if incident is not None and key.provider in {*known, *snoozed}:
            until = at(snoozed[key.provider]) if key.provider in snoozed else None
            found[incident.id] = Hush(at("14:04"), until, incident.kind)
    return found


def _add(making: _Making, provider: Provider) -> None:
    for surface in provider.surfaces:
        key = Key(provider.id, surface)
        making.watched[key] = Target(provider.host, provider.reach)
        opened = sum(surface.incident is not None for surface in making.surfaces.values())
        making.surfaces[key] = _surface(provider, key, number=opened + 1)
    if provider.asked and not provider.checking and provider.service is not Service.DOWN:
        making.testimonies[provider.host] = Testimony(provider.reach, at(_CHECKED))
    making.accesses[provider.id] = AccessState(
        provider.access if provider.asked else Access.UNCHECKED, at("13:30")
    )
    if provider.page is not None:
        making.feeds[provider.id] = Feed(
            at(_CHECKED), provider.id, provider.page, provider.page_title, url="https://status.example.com"
        )
    if provider.trouble is not None:
        making.troubles[provider.id] = provider.trouble
    if provider.advice is not None:
        why = "up, 0.6 s, key accepted" if provider.advice else "no working fallback: beta key rejected"
        verified = at("14:02:31") if provider.advice else None
        making.suggestions[provider.id] = Suggestion(provider.id, provider.advice or None, why, verified)


def _surface(provider: Provider, key: Key, number: int) -> SurfaceState:
    if not provider.asked:
        return SurfaceState()
    last = Result(
        at(_CHECKED),
        provider.id,
        key.surface,
        provider.reason,
        latency_ms=provider.latency_ms,
        http_status=_STATUSES.get(provider.reason),
        host=provider.host,
        answered_at=None if provider.reason in NETWORK_FAILURES else at(_CHECKED),
        detail=provider.detail,
    )
    return SurfaceState(
        service=provider.service,
        since=at(provider.since),
        last=last,
        latest=last,
        fails=1 if provider.checking or provider.service is Service.DOWN else 0,
        incident=_incident(provider, key, number),
        baseline_ms=640.0,
    )


def _incident(provider: Provider, key: Key, number: int) -> Incident | None:
    kinds = {Service.DOWN: IncidentKind.OUTAGE, Service.DEGRADED: IncidentKind.DEGRADED}
    kind = provider.kind or kinds.get(provider.service)
    if kind is None:
        return None
    began = at(provider.since)
    phases = (Phase(began, provider.service),)
    return Incident(number, provider.id, key.surface, kind, began, began, phases, (provider.reason,))
