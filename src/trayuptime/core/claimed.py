"""What a vendor's page called its service over time, as a strip to lay beside ours."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from trayuptime.core import strip as strips
from trayuptime.core.model import FeedState, Instant
from trayuptime.core.strip import Status, Strip

_STATUS: Mapping[FeedState, Status] = {
    FeedState.UP: Status.UP,
    FeedState.DEGRADED: Status.DEGRADED,
    FeedState.DOWN: Status.DOWN,
    FeedState.MAINTENANCE: Status.PAUSED,
    FeedState.UNKNOWN: Status.UNSEEN,
}
_UNREAD = {
    Status.ASLEEP: Status.ASLEEP,
    Status.APP_OFF: Status.APP_OFF,
    Status.OFFLINE: Status.OFFLINE,
    Status.PORTAL: Status.PORTAL,
    Status.PAUSED: Status.UNSEEN,  # a pause of theirs is maintenance
    Status.UNSEEN: Status.UNSEEN,
}
"""What of our own keeps their page from being read, and what it is called then."""


def claimed_strip(
    said: Iterable[tuple[Instant, FeedState]], ours: Strip, start: Instant, *, is_read: bool = True
) -> Strip:
    """Its claims, each until the next; nothing where this computer could not read it.

    Announced maintenance is told as a pause, for it is one; what is not known stays unseen.

    Args:
        said: when it began to say what, in the order of time.
        ours: what we saw of its provider.
        start: when that begins, and the strip too.
        is_read: it is read to this day; what it said last holds no longer where it is not.
    """
    end = start + sum(ms for _, ms in ours)
    known = [(at, state) for at, state in said if at < end]
    points = [(start, FeedState.UNKNOWN), *(known if is_read else known[:-1])]
    if not is_read and known:
        points.append((known[-1][0], FeedState.UNKNOWN))
    runs = []
    for (at, state), (until, _) in pairwise([*points, (end, FeedState.UNKNOWN)]):
        within = min(until, end) - max(at, start)
        if within > 0:
            runs.append((_STATUS[state].value, within))
    return _unread(strips.joined(runs), ours)


def _unread(claimed: Strip, ours: Strip) -> Strip:
    """With our own gaps in it; both are as long."""
    out: list[tuple[int, int]] = []
    theirs, left = iter(claimed), 0
    status = Status.UNSEEN.value
    for own, ms in ours:
        missing = ms
        while missing:
            if not left:
                status, left = next(theirs)
            length = min(left, missing)
            out.append((_UNREAD.get(Status(own), Status(status)), length))
            left -= length
            missing -= length
    return strips.joined(out)
