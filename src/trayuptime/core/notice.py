"""What to tell the user, when, and in which one bubble."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trayuptime.core import choices, hush, uptime, words
from trayuptime.core.access import LOST
from trayuptime.core.model import Incident, IncidentKind, Instant, Key, Reach, Service, Suggestion, Vantage
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    Happening,
    PrimaryBack,
    Role,
    State,
    StillOpen,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)


class Urgency(StrEnum):
    """How loudly a notice asks for attention, the desktop's three steps."""

    LOW = "low"
    NORMAL = "normal"
    CRITICAL = "critical"


class Sign(StrEnum):
    """What a notice is of: it bears the same mark as the tray."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Action:
    """A button: `id` is `switch:PROVIDER`, `back`, `details` or `snooze`."""

    id: str
    label: str


DETAILS = Action("details", "Details")


@dataclass(frozen=True, slots=True)
class Shared:
    """What can be said of several providers in one bubble: `3 providers are down: DeepSeek, …`."""

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One bubble; a later notice of the same `key` replaces it in place.

    Attributes:
        key: the provider's id, or `VANTAGE_KEY` for this computer's own network.
        transient: it may vanish by itself and need not be kept in the desktop's list.
        sign: what it is of, however loudly it is told.
        shared: the gist of it, where others may say the same at the same time.
        of: the keys that it speaks for, where it was gathered from several.
    """

    key: str
    title: str
    body: str
    urgency: Urgency
    actions: tuple[Action, ...] = ()
    transient: bool = False
    sign: Sign = field(kw_only=True)
    shared: Shared | None = field(default=None, kw_only=True)
    of: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The bubble of this key says what is no longer true: take it away, quietly."""

    key: str


@dataclass(frozen=True, slots=True)
class Renew:
    """Part of what the bubble of this key says is no longer true: it says this now, if it is still there."""

    notice: Notice

    @property
    def key(self) -> str:
        """Of the bubble."""
        return self.notice.key


News = Notice | Renew | Withdrawal
"""What becomes of a bubble; the last two are quiet."""


FLICKERS_WITHIN_S = 300.0
"""An offline spell so soon after another is not told."""
WORTH_TELLING_S = 300.0
"""A shorter time that nobody saw within an outage is no matter to its end."""
VANTAGE_KEY = ":vantage"
"""No provider may have this id."""
HISTORY_KEY = ":history"
"""Nor this, of what happened to our own file."""
_WITNESSES = {Role.FEED: "a vendor's status page", Role.NEUTRAL: "the neutral address"}
LocalTime = Callable[[Instant], str]
"""Writes an instant as the user's own time of day, `14:02`."""


def of_history(sentence: str) -> Notice:
    """What happened to the history file, in a bubble."""
    return Notice(HISTORY_KEY, "The history", sentence, Urgency.NORMAL, sign=Sign.DEGRADED)


def decide(
    happening: Happening,
    state: State,
    names: Mapping[str, str],
    local: LocalTime,
    suggestion: Suggestion | None = None,
) -> News | None:
    """What the user is told of one happening, if anything.

    Args:
        happening: of a step, already on disk.
        state: after it.
        names: the providers' display names by id.
        local: how to write a time.
        suggestion: the advice that belongs to a `down` or a lost access.
    """
    match happening:
        case WentDown(tell=True) | StillOpen() if hush.covers(state, happening.incident):
            return None
        case WentDown(tell=True):
            return _down(happening, state, names, local, suggestion)
        case WentDown(reopened=True):
            if _news_since(state, happening.key, happening.incident.told_up_at or 0):
                return None
            # It said that this one is up again.
            return _taken_back(happening, state, names, "is down again")
        case WentDown():
            # Put off and told once more while it was degraded, its bubble says that it is down no more.
            return None if _others_told(state, happening.key) else Withdrawal(happening.key.provider)
        case WentDegraded(incident=Incident(told=told)) if told is not None:
            if _says_nothing_of(state, happening.key, _fell_at(happening.incident)):
                return None
            if hush.covers(state, happening.incident) and _down_beside(happening.key, state):
                return None  # its own bubble is gone already
            # It said that this one is down.
            slow = f"is down no more, but {words.says(happening.reason)}"
            return _taken_back(happening, state, names, slow)
        case CameUp(tell=True):
            return _up(happening, state, names, local)
        case CameUp(incident=Incident(told=told, told_up_at=None)) if told is not None:
            provider = happening.key.provider
            return None if has_news(state, provider) else Withdrawal(provider)
        case CameUp(incident=Incident(told=told)) if told is not None:
            if _says_nothing_of(state, happening.key, _fell_at(happening.incident)):
                return None
            # Put off and told once more since the end that was told, its bubble says that it is down again.
            return _taken_back(happening, state, names, "is up again")
        case WentUnstable():
            name = _name(happening.key, state, names)
            since = local(happening.incident.started_at)
            body = f"It {words.UNSTABLE} since {since}. Last: {words.says(happening.reason)}."
            title = f"{name} is unstable"
            return Notice(
                happening.key.provider,
                title,
                body,
                Urgency.NORMAL,
                (DETAILS, _SNOOZE),
                sign=Sign.DEGRADED,
                shared=_shared(happening.key, names, "unstable"),
            )
        case StillOpen() if happening.incident.phases[-1].service is Service.DOWN:
            return _down(happening, state, names, local, suggestion)
        case StillOpen():
            return _still_degraded(happening, state, names, local)
        case AccessChanged():
            return _access(happening, names, suggestion)
        case VantageChanged(vantage=Vantage.ONLINE):
            return Withdrawal(VANTAGE_KEY)
        case VantageChanged() if not state.testimonies:
            return None  # nothing ever answered since the start: at log-in a network takes its time
        case VantageChanged() if _flickers(happening, state):
            return None
        case VantageChanged():
            return _offline(happening)
        case PrimaryBack():
            name = names.get(happening.provider, happening.provider)
            body = "It has been up for 15 minutes without a break."
            actions = (Action("back", f"Switch back to {name}"), DETAILS)
            return Notice(happening.provider, f"{name} is back", body, Urgency.NORMAL, actions, sign=Sign.UP)
    return None


def hushed(state: State, numbers: Iterable[int]) -> tuple[Withdrawal, ...]:
    """The bubbles that the user is done with, having hushed these incidents; one that tells of more stays."""
    known = set(numbers)
    done: dict[str, Instant] = {}
    for key, surface in state.surfaces.items():
        if surface.incident is not None and surface.incident.id in known:
            told_at = max(surface.incident.confirmed_at, done.get(key.provider, 0))
            done[key.provider] = told_at
    return tuple(
        Withdrawal(name) for name, told_at in done.items() if not _tells_of_more(state, name, told_at)
    )


def has_news(state: State, provider: str) -> bool:
    """Whether what a bubble said of a provider may still be true."""
    surfaces = (surface for key, surface in state.surfaces.items() if key.provider == provider)
    told = any(each.incident is not None and each.incident.told is not None for each in surfaces)
    return told or choices.in_trouble(state, provider)


def wants_advice(happening: Happening) -> str | None:
    """The provider for which a fallback must be looked for, or `None`."""
    match happening:
        case WentDown():
            return happening.key.provider
        case StillOpen() if happening.incident.phases[-1].service is Service.DOWN:
            return happening.key.provider
        case AccessChanged() if happening.access in LOST and happening.access is not happening.before:
            return happening.provider
    return None


_SNOOZE = Action("snooze", "Snooze 1 h")


def _down(
    down: WentDown | StillOpen,
    state: State,
    names: Mapping[str, str],
    local: LocalTime,
    suggestion: Suggestion | None,
) -> Notice:
    latest = state.surface(down.key).latest
    what = words.says(down.reason, None if latest is None else latest.http_status)
    # Its incident may have begun with slow answers, long before it was down.
    sentences = [f"It {what} since {local(down.incident.phases[-1].at)}."]
    if witnesses := _witnesses(down, state, names):
        verb = "answers" if len(witnesses) == 1 else "answer"
        who = " and ".join(witnesses)
        if witnesses[0] in _WITNESSES.values():
            who = who[:1].upper() + who[1:]
        sentences.append(f"{who} {verb}, so it is not your network.")
    if others := _still_down(down.key, state):
        # This bubble takes the place of theirs.
        verb = "is" if len(others) == 1 else "are"
        sentences.append(f"Its {' and '.join(others)} {verb} down as well.")
    actions: tuple[Action, ...] = (DETAILS, _SNOOZE)
    if suggestion is not None and suggestion.suggested is not None:
        name = names.get(suggestion.suggested, suggestion.suggested)
        sentences.append(f"{name} works: {suggestion.why}.")
        actions = (Action(f"switch:{suggestion.suggested}", f"Switch to {name}"), *actions)
    elif suggestion is not None:
        sentences.append(f"{suggestion.why[:1].upper()}{suggestion.why[1:]}.")
    title = f"{_name(down.key, state, names)} is {_since_told(down)}"
    urgency = Urgency.CRITICAL
    if down.incident.in_maintenance:
        sentences.insert(1, "It had announced maintenance for this time.")
        urgency = Urgency.NORMAL
    shared = _shared(down.key, names, "down")
    return Notice(
        down.key.provider, title, " ".join(sentences), urgency, actions, sign=Sign.DOWN, shared=shared
    )


def _since_told(down: WentDown | StillOpen) -> str:
    """How it is now, to who has heard how it was."""
    if not isinstance(down, StillOpen):
        return "down"
    # Of one that was opened again the last word was that it is up, and that bubble is gone.
    return "still down" if down.incident.told_up_at is None else "down again"


def _still_degraded(lasts: StillOpen, state: State, names: Mapping[str, str], local: LocalTime) -> Notice:
    name, incident = _name(lasts.key, state, names), lasts.incident
    if incident.kind is IncidentKind.UNSTABLE:
        title = f"{name} is still unstable"
        body = f"It {words.UNSTABLE} since {local(incident.started_at)}. Last: {words.says(lasts.reason)}."
    else:  # what the user put off was that it is down
        title = f"{name} is degraded"
        since = local(incident.phases[-1].at)
        body = f"It is down no more, but {words.says(lasts.reason)} since {since}."
    return Notice(lasts.key.provider, title, body, Urgency.NORMAL, (DETAILS, _SNOOZE), sign=Sign.DEGRADED)


def _taken_back(
    happening: WentDown | WentDegraded | CameUp, state: State, names: Mapping[str, str], now: str
) -> Renew | Withdrawal:
    """What was said of a surface is not so any more; what the same bubble said of others is."""
    key = happening.key
    beside = _down_beside(key, state)
    if not beside:
        return Withdrawal(key.provider)
    others = " and ".join(words.part(each.surface) for each in beside)
    name, verb = names.get(key.provider, key.provider), "is" if len(beside) == 1 else "are"
    title = f"{name} {others} {verb} still down"
    body = f"Its {words.part(key.surface)} {now}."
    actions, shared = (DETAILS, _SNOOZE), _shared(key, names, "down")
    return Renew(Notice(key.provider, title, body, Urgency.NORMAL, actions, sign=Sign.DOWN, shared=shared))


def _down_beside(key: Key, state: State) -> list[Key]:
    """The other surfaces of a provider that are down, of which the user was told and wants to be.

    None that was said to be up and fell again: neither that nor its next end is told.
    """
    return [
        other
        for other, surface in state.surfaces.items()
        if other.provider == key.provider and other != key and surface.service is Service.DOWN
        if (known := surface.incident) is not None and known.told and known.told_up_at is None
        if not hush.covers(state, known)
    ]


def _up(up: CameUp, state: State, names: Mapping[str, str], local: LocalTime) -> Notice:
    incident = up.incident
    ended = incident.ended_at if incident.ended_at is not None else up.at
    lasted = words.duration(uptime.duration_s(incident, ended))
    times = f"from {local(incident.started_at)} to {local(ended)}"
    if incident.kind is IncidentKind.UNSTABLE:
        body = f"It was unstable for {lasted}, {times}."
    elif abs(uptime.duration_s(incident, ended) - up.downtime_s) < 1:
        body = f"It was down for {lasted}, {times}."
    else:
        body = f"The trouble lasted {lasted}, {times}; down for {words.duration(up.downtime_s)} of it."
        unseen = uptime.longest_unseen(incident, ended)
        if unseen is not None and uptime.total_s((unseen,)) >= WORTH_TELLING_S:
            body = f"{body[:-1]}, {words.seen_around(uptime.total_s((unseen,)))}."
    title = f"{_name(up.key, state, names)} is up again"
    access = state.access(up.key.provider).access
    if access in LOST:
        # It takes the place of the bubble that said so.
        body = f"{body} But it {words.says(Reason(access))}."
        return Notice(up.key.provider, title, body, Urgency.NORMAL, (DETAILS,), sign=Sign.DEGRADED)
    if others := _still_down(up.key, state):
        # This bubble takes the place of theirs, so it has to say it and must not vanish.
        verb = "is" if len(others) == 1 else "are"
        body = f"{body} Its {' and '.join(others)} {verb} still down."
        return Notice(up.key.provider, title, body, Urgency.NORMAL, (DETAILS,), sign=Sign.DEGRADED)
    return Notice(
        up.key.provider,
        title,
        body,
        Urgency.LOW,
        (DETAILS,),
        transient=True,
        sign=Sign.UP,
        shared=_shared(up.key, names, "up again"),
    )


def _news_since(state: State, key: Key, told_up_at: Instant) -> bool:
    """Whether a bubble about something else of a provider has taken the place of that of a recovery."""
    access = state.access(key.provider)
    if access.access in LOST and (access.since or 0) > told_up_at:
        return True
    return any(each.told and each.confirmed_at > told_up_at for each in _others(state, key))


def _others_told(state: State, key: Key) -> bool:
    """Whether a bubble of a provider may tell of something else than this surface."""
    told = any(each.told is not None for each in _others(state, key))
    return told or state.access(key.provider).access in LOST


def _says_nothing_of(state: State, key: Key, fell_at: Instant) -> bool:
    """Whether what was told last of a provider is silent about a surface that was down; no outage is."""
    access = state.access(key.provider)
    if access.access in LOST and (access.since or 0) > fell_at:
        return True
    # The end of another one is told with all that is still down.
    spoke_at = max(fell_at, _last_end_told_at(state, key.provider))
    unstable = (each for each in _others(state, key) if each.told is IncidentKind.UNSTABLE)
    return any(each.confirmed_at > spoke_at for each in unstable)


def _fell_at(incident: Incident) -> Instant:
    """When it was down last, or began."""
    down = (phase.at for phase in incident.phases if phase.service is Service.DOWN)
    return max(down, default=incident.started_at)


def _last_end_told_at(state: State, provider: str) -> Instant:
    own = (surface for key, surface in state.surfaces.items() if key.provider == provider)
    incidents = (each for surface in own for each in (surface.incident, surface.previous))
    return max((each.told_up_at or 0 for each in incidents if each is not None), default=0)


def _others(state: State, key: Key) -> Iterator[Incident]:
    """What is open at the other surfaces of a provider."""
    for other, surface in state.surfaces.items():
        if other.provider == key.provider and other != key and surface.incident is not None:
            yield surface.incident


def _tells_of_more(state: State, provider: str, told_at: Instant) -> bool:
    """Whether a provider's bubble may tell of something else than what was told by then and is hushed."""
    own = (surface.incident for key, surface in state.surfaces.items() if key.provider == provider)
    if any(each is not None and each.told is not None and not hush.covers(state, each) for each in own):
        return True
    access = state.access(provider)
    return access.access in LOST and (access.since or 0) > told_at


def _still_down(recovered: Key, state: State) -> list[str]:
    return [
        words.part(key.surface)
        for key, surface in state.surfaces.items()
        if key.provider == recovered.provider and key != recovered and surface.service is Service.DOWN
    ]


def _access(changed: AccessChanged, names: Mapping[str, str], suggestion: Suggestion | None) -> Notice | None:
    name = names.get(changed.provider, changed.provider)
    if changed.access is changed.before:
        return None
    if changed.access in LOST:
        body = f"{name} {changed.detail or f'answers, but: {words.standing(changed.access)}'}."
        actions: tuple[Action, ...] = (DETAILS,)
        if suggestion is not None and suggestion.suggested is not None:
            to = names.get(suggestion.suggested, suggestion.suggested)
            body += f" {to} works: {suggestion.why}."
            actions = (Action(f"switch:{suggestion.suggested}", f"Switch to {to}"), DETAILS)
        elif suggestion is not None:
            body += f" {suggestion.why[:1].upper()}{suggestion.why[1:]}."
        title = f"{name}: {words.standing(changed.access)}"
        return Notice(changed.provider, title, body, Urgency.NORMAL, actions, sign=Sign.DEGRADED)
    if changed.before in LOST and changed.access is Access.OK:
        title = f"{name} can be used again"
        return Notice(
            changed.provider,
            title,
            _REGAINED[changed.before],
            Urgency.LOW,
            (DETAILS,),
            transient=True,
            sign=Sign.UP,
        )
    return None


_REGAINED = {
    Access.KEY_REJECTED: "Your key is accepted.",
    Access.OUT_OF_CREDIT: "Your account has credit again.",
    Access.NOT_AVAILABLE_HERE: "It is available from here again.",
}


def _offline(changed: VantageChanged) -> Notice:
    if changed.vantage is Vantage.PORTAL:
        title, body = "This network asks you to log in", "Until then nothing is held against any provider."
    else:
        title, body = "You are offline", "No host answers, so nothing is held against any provider."
    return Notice(VANTAGE_KEY, title, body, Urgency.LOW, (), transient=True, sign=Sign.OFFLINE)


def _flickers(changed: VantageChanged, state: State) -> bool:
    """Whether this computer was cut off a moment ago as well: the icon says it, more bubbles would nag."""
    return changed.vantage is Vantage.OFFLINE and any(
        0 <= changed.at - span.end < FLICKERS_WITHIN_S * 1000 for span in state.last_blind.values()
    )


def _witnesses(down: WentDown | StillOpen, state: State, names: Mapping[str, str]) -> list[str]:
    """The names of at most two other providers, on other hosts, that have answered since it failed."""
    own = state.watched.get(down.key)
    if own is None or own.reach is Reach.LOOPBACK:
        return []
    failing_since = down.incident.phases[-1].at  # the incident itself may have begun long before
    out: dict[str, None] = {}
    for key, target in state.watched.items():
        testimony = state.testimonies.get(target.host)
        may_speak = target.reach is own.reach and target.host != own.host
        if may_speak and testimony is not None and testimony.at >= failing_since:
            out[_WITNESSES.get(target.role) or names.get(key.provider, key.provider)] = None
    out.pop(names.get(down.key.provider, down.key.provider), None)
    return list(out)[:2]


def _shared(key: Key, names: Mapping[str, str], what: str) -> Shared:
    return Shared(names.get(key.provider, key.provider), what)


def _name(key: Key, state: State, names: Mapping[str, str]) -> str:
    name = names.get(key.provider, key.provider)
    several = sum(other.provider == key.provider for other in state.watched) > 1
    return f"{name} {words.part(key.surface)}" if several else name
