"""AI Studio's status list: arrays without names, as its page's own call answers (seen 2026-04-22).

An incident is `[id, title, severity, [[status, date, [seconds], text], …], …, [parts]]`. The call needs the
page's own key, so nobody is sent there; this reads what a user's own mirror may serve.
"""

from typing import Any

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce
from trayuptime.feeds.fields import instant, key, listed, number, talk, text

_PARTS = {1: "API", 2: "Multimodal Live", 3: "AI Studio"}
_SEVERITIES = {1: FeedState.DEGRADED, 2: FeedState.DOWN}
_RESOLVED = 4
_DEEPEST = 6
_SHORTEST = 4


def fits(data: Any) -> bool:
    """Whether incidents of that shape are in it."""
    return bool(_incidents(data))


def read(data: Any, now: Instant) -> Page:
    """The page: all is well but for what is open."""
    return Page(overall=FeedState.UP, incidents=tuple(_incident(item, now) for item in _incidents(data)))


def _incidents(data: Any) -> list[list[Any]]:
    """The innermost list whose entries begin with an id."""
    for _ in range(_DEEPEST):
        if not isinstance(data, list) or not data:
            return []
        if _is_incident(data[0]):
            return data if all(_is_incident(item) for item in data) else []
        data = data[0]
    return []


def _is_incident(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= _SHORTEST
        and isinstance(value[0], str)
        and isinstance(value[1], str)
        and isinstance(value[3], list)
    )


def _incident(entry: list[Any], now: Instant) -> PageIncident:
    updates = sorted(
        (item for item in entry[3] if isinstance(item, list) and item), key=lambda item: _at(item) or 0
    )
    parts = [number(item) for item in listed(entry[-1])] if len(entry) > _SHORTEST else []
    times = [_at(item) for item in updates]
    over = bool(updates) and number(updates[-1][0]) == _RESOLVED
    return announce.incident(
        key(entry[0]),
        text(entry[1]),
        _SEVERITIES.get(number(entry[2]) or 0, FeedState.UNKNOWN),
        over=over,
        now=now,
        began_at=times[0] if times else None,
        ended_at=times[-1] if times else None,
        words_at=times,
        components=[word for part in parts if part in _PARTS for word in (str(part), _PARTS[part])],
        text=talk(item[3] for item in reversed(updates) if len(item) >= _SHORTEST),
    )


def _at(update: list[Any]) -> Instant | None:
    times = listed(update[2]) if len(update) >= 3 else []
    return instant(times[0]) if times else None
