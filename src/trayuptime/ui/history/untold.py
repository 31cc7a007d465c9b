"""What nobody was told of, for it came from a recording: incidents and gaps as the events that would tell."""

from collections.abc import Iterator, Sequence
from typing import Any

from trayuptime.core import contract, uptime
from trayuptime.core.model import Gap, Incident, IncidentKind, Instant, Key, Span, Surface

UNTOLD = "untold"
"""What such an event says of itself; none of the public contract does."""
_WORDS = {IncidentKind.OUTAGE: "down", IncidentKind.DEGRADED: "degraded", IncidentKind.UNSTABLE: "unstable"}


def untold(
    incidents: Sequence[Incident], events: Sequence[dict[str, Any]], since: Instant
) -> Iterator[dict[str, Any]]:
    """Beginning and end of the incidents of which no event tells.

    Args:
        incidents: all there are.
        events: all that were told since then.
        since: what had begun before may have been told before.
    """
    told = {event["incident"] for event in events if "incident" in event}
    for incident in incidents:
        if incident.started_at < since or incident.id in told:
            continue
        began = contract.iso(incident.started_at)
        reason = {"reason": incident.reasons[0].value} if incident.reasons else {}
        yield _event(_WORDS[incident.kind], incident.started_at, incident, started_at=began, **reason)
        if incident.ended_at is not None:
            down = uptime.common(uptime.down_spans(incident.phases, incident.ended_at), incident.seen)
            ended = contract.iso(incident.ended_at)
            down_s = uptime.total_s(down)
            yield _event("up", incident.ended_at, incident, ended_at=ended, downtime_s=down_s)


def untold_gaps(
    gaps: Sequence[Gap], events: Sequence[dict[str, Any]], since: Instant
) -> Iterator[dict[str, Any]]:
    """The gaps of which no event tells, as such events.

    A merge cuts a gap of this computer into those of its surfaces: the event of the whole tells of each.

    Args:
        gaps: that began since then.
        events: all that were told since then.
        since: what had begun before may have been told before.
    """
    told: dict[tuple[str, Key | None], list[Span]] = {}
    for event in events:
        if event["event"] == "gap":
            span = Span(contract.instant(event["at"]), contract.instant(event["until"]))
            key = Key(event["provider"], Surface(event["surface"])) if "provider" in event else None
            told.setdefault((event["cause"], key), []).append(span)
    for gap in gaps:
        cause = gap.cause.value
        tellers = [*told.get((cause, None), ()), *(told.get((cause, gap.key), ()) if gap.key else ())]
        if gap.at < since or any(span.start <= gap.at and gap.until <= span.end for span in tellers):
            continue
        whose = {} if gap.key is None else {"provider": gap.key.provider, "surface": gap.key.surface.value}
        at, until = contract.iso(gap.at), contract.iso(gap.until)
        yield {"event": "gap", "at": at, "cause": cause, "until": until, UNTOLD: True, **whose}


def _event(word: str, at: Instant, incident: Incident, **more: str | float) -> dict[str, Any]:
    return {
        "event": word,
        "at": contract.iso(at),
        "provider": incident.provider,
        "surface": incident.surface.value,
        "incident": incident.id,
        UNTOLD: True,
        **more,
    }
