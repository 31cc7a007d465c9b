"""The public JSON: every object, key and word that scripts rely on is made here and nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from trayuptime.core import claims, uptime
from trayuptime.core.hush import in_force
from trayuptime.core.lights import ProviderLight, SurfaceLight
from trayuptime.core.model import (
    UNKNOWN_NETWORK,
    UNTIMED,
    Feed,
    FeedState,
    Gap,
    Incident,
    Instant,
    Level,
    Network,
    Note,
    Phases,
    Reach,
    Result,
    Suggestion,
    Surface,
    Switch,
    Vantage,
)
from trayuptime.core.notice import HISTORY_KEY, VANTAGE_KEY, Notice
from trayuptime.core.reasons import NETWORK_FAILURES
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    FeedSaid,
    GapSeen,
    Happening,
    Hush,
    PrimaryBack,
    Settled,
    Suggested,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)

if TYPE_CHECKING:
    from trayuptime.core.figures import Figures  # 5 ms of import that an engine's start does without
from trayuptime.core.ticks import Tick, remarks_of, ticks_of

SCHEMA = 1
Json = dict[str, Any]


def iso(at: Instant) -> str:
    """`2026-11-22T05:10:11.123Z`."""
    minutes, millis = divmod(at, 60_000)
    return f"{_minute(minutes)}:{millis // 1000:02d}.{millis % 1000:03d}Z"


def instant(text: str) -> Instant:
    """The reverse of `iso`."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def feed_state(word: str) -> FeedState:
    """What an event says of a page; a word of a newer version says nothing that is known here."""
    return FeedState(word) if word in set(FeedState) else FeedState.UNKNOWN


@lru_cache(maxsize=64)
def _minute(minutes: int) -> str:
    """Kept, for whole cycles of results lie in one."""
    return f"{datetime.fromtimestamp(minutes * 60, UTC):%Y-%m-%dT%H:%M}"


def iso_or_null(at: Instant | None) -> str | None:
    """The same, or `null`."""
    return None if at is None else iso(at)


def status(
    at: Instant,
    vantage: Vantage,
    *,
    engine_running: bool,
    lights: tuple[ProviderLight, ...],
    hushes: Mapping[int, Hush] = MappingProxyType({}),
) -> Json:
    """The object of `status --json` and `check --json`.

    `hushed` stands only at a provider of which there is an open incident that the user wants no notices of
    now: one whose snooze is over is told of as soon as an answer shows that it lasts, and is not listed.
    """
    return {
        "schema": SCHEMA,
        "at": iso(at),
        "vantage": vantage.value,
        "engine_running": engine_running,
        "providers": [_provider(light, at) | _hushed(light, hushes, at) for light in lights],
    }


def incident(value: Incident, now: Instant, notes: Sequence[Note] = ()) -> Json:
    """One object of `incidents --json`.

    `in_maintenance` stands in it only where it is true, the vendor's last word and its title only where the
    vendor has acknowledged it, `notes` and `ticks` only where there are any.
    """
    marked: Json = {"in_maintenance": True} if value.in_maintenance else {}
    if value.acknowledged_at is not None:
        marked |= {
            "vendor_last_word_at": iso_or_null(value.vendor_last_at),
            "vendor_title": value.vendor_title,
        }
    if remarks := remarks_of(notes):
        marked["notes"] = [{"at": iso(note.at), "text": note.text} for note in remarks]
    if ticks := ticks_of(notes):
        marked["ticks"] = [tick(each) for each in ticks]
    return {
        "schema": SCHEMA,
        "id": value.id,
        "provider": value.provider,
        "surface": value.surface.value,
        "kind": value.kind.value,
        "started_at": iso(value.started_at),
        "ended_at": iso_or_null(value.ended_at),
        "confirmed_at": iso(value.confirmed_at),
        "duration_s": uptime.duration_s(value, now),
        "downtime_s": uptime.downtime_s(value, now),
        "phases": [{"at": iso(phase.at), "service": phase.service.value} for phase in value.phases],
        "reasons": [reason.value for reason in value.reasons],
        "recoveries": [iso(at) for at in value.recoveries],
        "vendor_acknowledged_at": iso_or_null(value.acknowledged_at),
        "detection_lead_s": claims.lead_s(value),
    } | marked


def suggestion(value: Suggestion) -> Json:
    """The object of `suggest --json`, one for each provider in trouble."""
    return {"schema": SCHEMA, **_suggestion(value)}


def event(happening: Happening) -> Json | None:
    """One line of `run --json`, `demo --json` or `replay --json`; `None` where nothing is said in public."""
    match happening:
        case Settled(result=result):
            return _event("result", result.at, result.provider, result.surface.value, **_result(result))
        case WentDown():
            more = {"incident": happening.incident.id, "started_at": iso(happening.incident.started_at)}
            if happening.reopened:
                more["reopened"] = True
            return _surface_event("down", happening, reason=happening.reason.value, **more)
        case CameUp():
            return _surface_event(
                "up",
                happening,
                incident=happening.incident.id,
                ended_at=iso_or_null(happening.incident.ended_at),
                downtime_s=happening.downtime_s,
            )
        case WentDegraded() | WentUnstable():
            name = "degraded" if isinstance(happening, WentDegraded) else "unstable"
            return _surface_event(
                name,
                happening,
                incident=happening.incident.id,
                started_at=iso(happening.incident.started_at),
                reason=happening.reason.value,
            )
        case AccessChanged():
            return _event("access", happening.at, happening.provider, access=happening.access.value)
        case VantageChanged():
            name = "online" if happening.vantage is Vantage.ONLINE else "offline"
            return _event(name, happening.at, vantage=happening.vantage.value)
        case GapSeen(gap=gap):
            return _gap(gap)
        case Suggested():
            return _event("suggest", happening.at, **_suggestion(happening.suggestion))
        case PrimaryBack():
            return _event("back", happening.at, happening.provider, suggested=happening.provider)
        case FeedSaid(feed=feed):
            said = {"state": feed.says.value, "title": feed.title, "url": feed.url}
            return _event("feed", happening.at, feed.provider, **said)
    return None


def notified(at: Instant, notice: Notice) -> Json:
    """The `notify` event."""
    return _event(
        "notify",
        at,
        None if notice.key in {VANTAGE_KEY, HISTORY_KEY} else notice.key,
        title=notice.title,
        body=notice.body,
        urgency=notice.urgency.value,
        actions=[{"id": action.id, "label": action.label} for action in notice.actions],
    )


def exported(settled: Settled) -> Json:
    """A result as `export --format jsonl` writes it and `replay` reads it.

    What is in a history was settled, so every failure without an answer is proven there: by a witness, or
    because it was on this computer itself and needed none.
    """
    result = settled.result
    line: Json = {
        "schema": SCHEMA,
        "at": iso(result.at),
        "provider": result.provider,
        "surface": result.surface.value,
        "reason": result.reason.value,
    }
    if result.latency_ms is not None:
        line["latency_ms"] = round(result.latency_ms, 3)
    line["interval_s"] = result.interval_s
    if result.http_status is not None:  # of some reasons it tells whether anything was answered
        line["http_status"] = result.http_status
    if result.level is not Level.MODELS:
        line["level"] = result.level.value
    if result.host:
        line["host"] = result.host
    if result.reach is not Reach.INTERNET:
        line["reach"] = result.reach.value
    if settled.proven or result.reason in NETWORK_FAILURES:
        line["proven"] = True
    if settled.witness:
        line["witness"] = settled.witness
    if not settled.counted:
        line["counted"] = False
    if has_evidence(result) and (kept := _evidence(result)):
        line["evidence"] = kept
    return line


def has_evidence(result: Result) -> bool:
    """Whether anything may have been kept of a result beside its numbers; quick, for there are millions."""
    return bool(
        result.detail
        or result.phases is not UNTIMED
        or result.network is not UNKNOWN_NETWORK
        or result.request_id
        or result.excerpt
    )


def _evidence(result: Result) -> Json:
    """What was kept of a result beside its numbers; only what there is."""
    kept: Json = {
        "detail": result.detail,
        "excerpt": result.excerpt,
        "request_id": result.request_id,
        "phases": {name: ms for name, ms in phases(result.phases).items() if ms is not None},
        "network": network(result.network),
    }
    return {name: value for name, value in kept.items() if value}


def exported_incident(value: Incident, now: Instant) -> Json:
    """An incident as a line of an export, with the times when it was `seen`; replay ignores it."""
    seen = [{"since": iso(span.start), "until": iso(span.end)} for span in value.seen]
    return {"schema": SCHEMA, "incident": incident(value, now) | {"seen": seen}}


def tick(value: Tick) -> Json:
    """What was ticked in an incident's playbook, or not any more; `by` only where somebody said who."""
    who: Json = {"by": value.by} if value.by else {}
    return {"at": iso(value.at), "item": value.item, "done": value.done} | who


def exported_note(value: Note, number: int) -> Json:
    """A note as a line of an export; replay ignores it.

    Args:
        value: the note.
        number: of its incident in this file.
    """
    return {
        "schema": SCHEMA,
        "at": iso(value.at),
        "note": {
            "provider": value.provider,
            "surface": value.surface.value,
            "started_at": iso(value.started_at),
            "incident": number,
            "text": value.text,
        },
    }


def exported_gap(gap: Gap) -> Json:
    """A gap as a line of an export; one of a single surface names it."""
    line: Json = {"schema": SCHEMA, "at": iso(gap.at), "gap": gap.cause.value, "until": iso(gap.until)}
    if gap.key is not None:
        line |= {"provider": gap.key.provider, "surface": gap.key.surface.value}
    return line


def phases(value: Phases) -> Mapping[str, float | None]:
    """The phase timings of one probe, in milliseconds."""
    return {
        "dns_ms": _rounded(value.dns_ms),
        "connect_ms": _rounded(value.connect_ms),
        "tls_ms": _rounded(value.tls_ms),
        "first_byte_ms": _rounded(value.first_byte_ms),
        "total_ms": _rounded(value.total_ms),
    }


def network(value: Network) -> Json:
    """The facts of this computer's own network at a failure; only what is known."""
    facts: Json = {
        "local_address": value.local_address,
        "peer_address": value.peer_address,
        "routes": list(value.routes),
        "tunnels": list(value.tunnels),
        "proxy": value.proxy,
    }
    return {name: fact for name, fact in facts.items() if fact}


def exported_switch(switch: Switch) -> Json:
    """What the user switched, as a line of an export; replay ignores it."""
    return {
        "schema": SCHEMA,
        "at": iso(switch.at),
        "switch": {"provider": switch.provider, "to": switch.to, "back": switch.back},
    }


def _hushed(light: ProviderLight, hushes: Mapping[int, Hush], now: Instant) -> Json:
    own = [each.incident.id for each in light.surfaces if each.incident is not None]
    held = [n for n in own if n in hushes and in_force(hushes[n], now)]
    known = [{"incident": n, "until": iso_or_null(hushes[n].until)} for n in held]
    return {"hushed": known} if known else {}


def _provider(light: ProviderLight, now: Instant) -> Json:
    worst, open_incident, advice = light.worst, light.incident, light.suggestion
    return {
        "id": light.id,
        "name": light.name,
        "service": light.service.value,
        "access": light.access.value,
        "since": iso_or_null(worst.since),
        "reason": None if worst.reason is None else worst.reason.value,
        "detail": light.detail,
        "latency_ms": _rounded(worst.latency_ms),
        "checked_at": iso_or_null(worst.checked_at),
        "surfaces": [_surface(surface) for surface in light.surfaces],
        "incident": None if open_incident is None else incident(open_incident, now),
        "suggestion": None
        if advice is None
        else {
            "suggested": advice.suggested,
            "why": advice.why,
            "verified_at": iso_or_null(advice.verified_at),
        },
        "feed": None if light.feed is None else _feed(light.feed),
    }


def _feed(value: Feed) -> Json:
    return {
        "state": value.says.value,
        "stale": value.is_stale,
        "url": value.url,
        "checked_at": iso_or_null(value.at),
    }


def _surface(light: SurfaceLight) -> Json:
    return {
        "surface": light.surface.value,
        "service": light.service.value,
        "reason": None if light.reason is None else light.reason.value,
        "checked_at": iso_or_null(light.checked_at),
    }


def _suggestion(value: Suggestion) -> Json:
    return {
        "provider": value.provider,
        "suggested": value.suggested,
        "why": value.why,
        "verified_at": iso_or_null(value.verified_at),
        "alternatives": [
            {"provider": other.provider, "usable": other.usable, "why": other.why}
            for other in value.alternatives
        ],
    }


def _result(result: Result) -> Json:
    return {
        "reason": result.reason.value,
        "latency_ms": _rounded(result.latency_ms),
        "http_status": result.http_status,
        "phases": phases(result.phases),
        "level": result.level.value,
    }


def _gap(gap: Gap) -> Json:
    provider, surface = (None, None) if gap.key is None else (gap.key.provider, gap.key.surface.value)
    return _event("gap", gap.at, provider, surface, cause=gap.cause.value, until=iso(gap.until))


def _surface_event(
    name: str, happening: WentDown | CameUp | WentDegraded | WentUnstable, **more: Any
) -> Json:
    return _event(name, happening.at, happening.key.provider, happening.key.surface.value, **more)


def _event(
    name: str, at: Instant, provider: str | None = None, surface: str | None = None, **more: Any
) -> Json:
    line: Json = {"schema": SCHEMA, "at": iso(at), "event": name}
    if provider is not None:
        line["provider"] = provider
    if surface is not None:
        line["surface"] = surface
    return line | more


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def uptime_row(provider: str, surface: Surface | None, value: "Figures") -> Json:
    """One object of `uptime --json`; a provider's own row has no surface.

    `maintenance` is there only where downtime lay in an announced one: its seconds, which are among
    `downtime_s`, and the uptime without them. `uncounted_s` is there only where results of a part of the
    window are forgotten: the percentiles and `results` know nothing of these seconds, all else does.
    """
    row: Json = {
        "schema": SCHEMA,
        "provider": provider,
        "surface": None if surface is None else surface.value,
        "since": iso(value.window.start),
        "until": iso(value.window.end),
        "uptime": value.uptime,
        "coverage": value.coverage,
        "covered_s": value.covered_s,
        "downtime_s": value.downtime_s,
        "degraded_s": value.degraded_s,
        "gap_s": {cause.value: seconds for cause, seconds in value.gap_s.items()},
        "outages": value.outages,
        "longest_outage_s": value.longest_outage_s,
        "mttr_s": value.mttr_s,
        "mtbf_s": value.mtbf_s,
        "latency_p50_ms": _rounded(value.latency_p50_ms),
        "latency_p95_ms": _rounded(value.latency_p95_ms),
        "results": value.results,
    }
    if value.maintenance_downtime_s:
        row["maintenance"] = {
            "downtime_s": value.maintenance_downtime_s,
            "uptime": value.uptime_but_maintenance,
        }
    if value.uncounted_s:
        row["uncounted_s"] = value.uncounted_s
    return row
