"""What happened as words for a person, the same ones in the terminal and in the windows."""

from trayuptime.core import troubles, words
from trayuptime.core.model import Instant
from trayuptime.core.notice import LocalTime
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    FeedSaid,
    GapSeen,
    Happening,
    PrimaryBack,
    Settled,
    StillOpen,
    Suggested,
    Switched,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)


def moment(happening: Happening) -> Instant:
    """When it happened, or began."""
    match happening:
        case Settled(result=result):
            return result.at
        case GapSeen(gap=gap):
            return gap.at
        case Switched(switch=switch):
            return switch.at
        case _:
            return happening.at


def whose(happening: Happening) -> str:
    """The ids of what it happened to: "deepseek api", "deepseek"; empty where it is this computer or you."""
    match happening:
        case Settled(result=result):
            return f"{result.provider} {result.surface}"
        case WentDown(key=key) | CameUp(key=key) | WentDegraded(key=key) | WentUnstable(key=key):
            return f"{key.provider} {key.surface}"
        case StillOpen(key=key):
            return f"{key.provider} {key.surface}"
        case GapSeen(gap=gap):
            return "" if gap.key is None else f"{gap.key.provider} {gap.key.surface}"
        case AccessChanged() | PrimaryBack():
            return happening.provider
        case Suggested(suggestion=suggestion):
            return suggestion.provider
        case FeedSaid(feed=feed):
            return feed.provider
        case _:
            return ""


def what(happening: Happening, local: LocalTime) -> str:
    """A clause that follows whose it is.

    Args:
        happening: of a step.
        local: how to write a time.
    """
    match happening:
        case Settled(result=result):
            return result.detail or words.says(result.reason, result.http_status)
        case WentDown():
            again = " again" if happening.reopened else ""
            since = local(troubles.fell_at(happening.incident, happening.at))
            return f"down{again} since {since}: {words.says(happening.reason)}"
        case CameUp():
            return f"up again, {words.duration(happening.downtime_s)} of downtime"
        case WentDegraded():
            return f"degraded: {words.says(happening.reason)}"
        case WentUnstable():
            return f"unstable: {words.says(happening.reason)}"
        case StillOpen():
            return f"lasts, and is snoozed no longer: {words.says(happening.reason)}"
        case AccessChanged():
            return words.standing(happening.access)
        case VantageChanged():
            return words.view(happening.vantage)
        case GapSeen(gap=gap):
            lasted = words.duration((gap.until - gap.at) / 1000)
            return f"not seen for {lasted}: {gap.cause.replace('_', ' ')}"
        case Suggested(suggestion=suggestion):
            return advice(suggestion.suggested, suggestion.why)
        case Switched(switch=switch):
            back = " back" if switch.back else ""
            return f"switched{back} from {switch.provider} to {switch.to}"
        case PrimaryBack():
            return "has been up for 15 minutes: you can go back"
    return words.page_says(happening.feed)


def advice(suggested: str | None, why: str) -> str:
    """A suggestion in one line."""
    return f"use {suggested}: {why}" if suggested is not None else why
