"""Vendors' words for how things stand; a word that is not here is unknown, never green.

The tables hold for all formats: the same word means the same everywhere. Sources, read 2026-11-22:
VERDICTS.md section 6 for components; Atlassian's Statuspage API for indicator and impact, where `major` is
said of partial outages and `critical` of major ones; Instatus', Better Stack's and Flashduty's own
documents.
"""

from collections.abc import Iterable

from trayuptime.core.feed import worst
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds.fields import word

_COMPONENTS = {
    **dict.fromkeys(("operational", "up", "ok"), FeedState.UP),
    **dict.fromkeys(
        ("degradedperformance", "degraded", "partialoutage", "partiallydegraded", "minoroutage"),
        FeedState.DEGRADED,
    ),
    **dict.fromkeys(("majoroutage", "fulloutage", "downtime", "down", "outage"), FeedState.DOWN),
    **dict.fromkeys(("undermaintenance", "maintenance"), FeedState.MAINTENANCE),
}
_IMPACTS = {
    **_COMPONENTS,
    "minor": FeedState.DEGRADED,
    "major": FeedState.DEGRADED,
    "critical": FeedState.DOWN,
}
_HARMLESS = frozenset({"none", "notice", "informational"})
_ENDED = frozenset(
    {
        *("resolved", "completed", "complete", "postmortem", "closed", "cancelled", "canceled", "finished"),
        *("verified", "maintenancecompleted", "maintenancecomplete", "ended", "retrospective"),
        *("已解决", "已恢复", "已完成", "已结束", "已修复"),
    }
)
_RUNNING = frozenset(
    {
        *("inprogress", "verifying", "ongoing", "maintenanceinprogress", "active", "started", "monitoring"),
        *("undermaintenance", "maintenance", "维护中", "进行中"),
    }
)
_OPEN = frozenset({"investigating", "identified", "monitoring", "update", "detected", "scheduled"})
_WATCHING = frozenset({"monitoring", "verifying"})


def of_component(value: object) -> FeedState:
    """A component's status."""
    return _COMPONENTS.get(word(value), FeedState.UNKNOWN)


def of_indicator(value: object) -> FeedState:
    """A page's word for everything."""
    return FeedState.UP if word(value) == "none" else _IMPACTS.get(word(value), FeedState.UNKNOWN)


def of_impact(value: object) -> FeedState | None:
    """How bad an incident is called; `None` for a harmless one."""
    known = _IMPACTS.get(word(value), FeedState.UNKNOWN)
    return None if word(value) in _HARMLESS or known is FeedState.UP else known


def has_ended(value: object) -> bool:
    """Whether an incident's or a maintenance's own label says that it is over; monitoring is not."""
    return word(value) in _ENDED


def is_over(label: object, ended_at: Instant | None) -> bool:
    """Whether it is over by its label, or by its end where that says nothing: it may have been reopened."""
    if word(label) in _OPEN or word(label) in _RUNNING:
        return False
    return has_ended(label) or ended_at is not None


def is_running(value: object) -> bool:
    """Whether a maintenance's label says that it has begun and is not over."""
    return word(value) in _RUNNING


def of_touched(states: Iterable[FeedState], label: object) -> FeedState | None:
    """How bad an incident is whose vendor says so only by the components that it touches.

    Args:
        states: of those components, as the incident has them now.
        label: where it stands. One that is only watched any more, with all its components operational, is
            harmless: DeepSeek's record of 2026-08-04 stayed open for two days after the component recovered.
            One that is new, with components that are still called operational, is not yet rated.
    """
    known = list(states)
    bad = [state for state in known if state is not FeedState.UP]
    if bad:
        return worst(bad)
    return None if known and (word(label) in _WATCHING or has_ended(label)) else FeedState.UNKNOWN
