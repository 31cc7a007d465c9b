"""What nobody was told of, for it came from a recording: incidents as the events that would have told."""

from collections.abc import Iterator, Sequence
from typing import Any

from trayuptime.core import contract, uptime
from trayuptime.core.model import Incident, IncidentKind, Instant

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
