"""All providers at a glance: the one sentence, which mark stands for it, how we know, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trayuptime.core import beside, slowness, words
from trayuptime.core.access import LOST
from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import IncidentKind, Instant, Key, Reach, Service, Suggestion, Vantage
from trayuptime.core.notice import LocalTime
from trayuptime.core.reasons import Reason
from trayuptime.core.state import State, SurfaceState

NAMED = 2
"""How many providers in trouble are named; the others are counted."""
NAME_CHARS = 28
"""Longer names are cut short in sentences, so that two of them fit into a tooltip."""


class Overall(StrEnum):
    """What all lights together come to, the worst first."""

    CRASHED = "crashed"
    PAUSED = "paused"
    DOWN = "down"
    OFFLINE = "offline"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Summary:
    """All providers at a glance.

    Attributes:
        headline: in words, without a full stop.
        down: how many providers are down.
        key_trouble: the user's own access is lost somewhere.
        checking: a failure is being confirmed somewhere.
        checked_at: the newest answer of all.
    """

    overall: Overall
    headline: str
    down: int = 0
    key_trouble: bool = False
    checking: bool = False
    checked_at: Instant | None = None


def summarize(state: State, lights: Sequence[ProviderLight]) -> Summary:
    """The summary of what is shown.

    Nothing that is unknown is ever shown as up: one provider without a known light keeps the whole from it.
    """
    by_service = {service: [light for light in lights if light.service is service] for service in Service}
    overall, headline = _verdict(state, lights, by_service)
    return Summary(
        overall,
        headline,
        down=len(by_service[Service.DOWN]),
        key_trouble=any(light.access in LOST for light in lights),
        checking=any(light.checking for light in lights),
        checked_at=max((s.checked_at for x in lights for s in x.surfaces if s.checked_at), default=None),
    )


def account(state: State, lights: Sequence[ProviderLight], local: LocalTime, now: Instant) -> tuple[str, ...]:
    """What happens and how we know, a sentence each; nothing while all is well.

    The network is called fine only where something proves it: the failing answer itself, or another host's.
    """
    if state.paused_since is not None:
        until = "until you resume" if state.paused_until is None else f"until {local(state.paused_until)}"
        return (f"Nobody is asked {until}.",)
    if state.vantage is Vantage.OFFLINE:
        return ("No host answers, so nothing is held against any provider.",)
    if state.vantage is Vantage.PORTAL:
        return ("Until then nothing is held against any provider.",)
    return (
        *_troubles(state, lights, local),
        *_claims(state, lights, now),
        *_doubts(lights),
        *_refusals(state, lights, local),
        *_unasked(state, lights),
    )


def advice(state: State, lights: Sequence[ProviderLight]) -> Suggestion | None:
    """The advice to show: none that is followed already, or whose provider has since got into trouble too."""
    by_id = {light.id: light for light in lights}
    in_use = None if state.choice is None else state.choice.switch.to
    for light in lights:
        suggestion = light.suggestion
        if suggestion is None or suggestion.suggested in {None, in_use}:
            continue
        suggested = by_id.get(suggestion.suggested or "")
        if suggested is not None and suggested.service is not Service.DOWN and suggested.access not in LOST:
            return suggestion
    return None


def shorten(name: str) -> str:
    """A provider's name as it stands in a sentence."""
    return name if len(name) <= NAME_CHARS else f"{name[: NAME_CHARS - 1].rstrip()}…"


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """`A`, `A and B`, `A, B and 3 more`."""
    shown, more = [shorten(name) for name in names[:most]], len(names) - most
    last = f"{more} more" if more > 0 else shown.pop()
    return f"{', '.join(shown)} and {last}" if shown else last


def _verdict(
    state: State, lights: Sequence[ProviderLight], by_service: dict[Service, list[ProviderLight]]
) -> tuple[Overall, str]:
    down, degraded = by_service[Service.DOWN], by_service[Service.DEGRADED]
    if not lights:
        return Overall.UNKNOWN, "Nothing is being watched"
    if state.paused_since is not None:
        return Overall.PAUSED, "Paused"
    if down:
        return Overall.DOWN, _named(down, len(lights), "down")
    if state.vantage is not Vantage.ONLINE:
        return Overall.OFFLINE, _capital(words.view(state.vantage))
    if degraded:
        return Overall.DEGRADED, _named(degraded, len(lights), "degraded")
    if unknown := by_service[Service.UNKNOWN]:
        if all(light.worst.checked_at is None for light in lights):
            return Overall.UNKNOWN, "Asking for the first time"
        return Overall.UNKNOWN, _named(unknown, len(lights), "unknown")
    return Overall.UP, _all_up(lights)


def _all_up(lights: Sequence[ProviderLight]) -> str:
    """Whoever sees only this line, as on GNOME, has to learn of a lost key from it too."""
    refusing = [light for light in lights if light.access in LOST]
    if len(lights) == 1:
        own = f", but {words.says(Reason(lights[0].access))}" if refusing else ""
        return f"{shorten(lights[0].name)} is up{own}"
    if not refusing:
        return f"All {len(lights)} up"
    if len(refusing) == 1:
        return f"All {len(lights)} up, but {_names(refusing)} {words.says(Reason(refusing[0].access))}"
    return f"All {len(lights)} up, but you cannot use {_names(refusing)}"


def _named(lights: Sequence[ProviderLight], of: int, word: str) -> str:
    """`DeepSeek is down`, `2 of 12 down: OpenAI, DeepSeek`."""
    if len(lights) == 1:
        return f"{_names(lights)} is {word}"
    return f"{len(lights)} of {of} {word}: {_names(lights)}"


def _names(lights: Sequence[ProviderLight]) -> str:
    return ", ".join(shorten(light.name) for light in lights[:NAMED]) + (" …" if len(lights) > NAMED else "")


def _troubles(state: State, lights: Sequence[ProviderLight], local: LocalTime) -> list[str]:
    """Of those that are down, or else degraded; one of them is `It`, for the headline has just named it."""
    for service in (Service.DOWN, Service.DEGRADED):
        troubled = [light for light in lights if light.service is service]
        if not troubled:
            continue
        proofs = [_proof(state, light, lights) for light in troubled]
        if len(troubled) == 1:
            proof = f"; {proofs[0]}" if proofs[0] else ""
            return [f"{_subject(troubled[0])} {_does(state, troubled[0], local)}{proof}."]
        sentences = [f"{shorten(x.name)} {_does(state, x, local)}." for x in troubled[:NAMED]]
        if service is Service.DOWN and all(proofs):
            sentences.append("Your network is fine.")
        return sentences
    return []


def _subject(light: ProviderLight) -> str:
    return "It" if len(light.surfaces) == 1 else f"Its {words.part(light.worst.surface)}"


def _does(state: State, light: ProviderLight, local: LocalTime) -> str:
    """`answers 503 since 14:02`."""
    surface = state.surface(Key(light.id, light.worst.surface))
    last, incident = surface.last, light.worst.incident
    since = "" if light.worst.since is None else f" since {local(light.worst.since)}"
    if incident is not None and incident.recoveries:  # one incident, whose page begins with its first fall
        since = f" again{since}, first at {local(incident.started_at)}"
    if light.service is Service.DOWN and surface.oks:
        return "has just answered and is asked again before it counts as up"
    if light.service is Service.DEGRADED and incident is not None:
        if incident.kind is IncidentKind.UNSTABLE:
            return f"{words.UNSTABLE}{since}"
        return f"{words.says(Reason.SLOW)}{since}{_how_slowly(surface)}"
    assert last is not None  # else nothing would be known of it
    return f"{words.says(last.reason, last.http_status)}{since}"


def _how_slowly(surface: SurfaceState) -> str:
    """Figures only of an answer that was slow itself: one in time, or a failure, does not end it yet."""
    last = surface.last
    if last is None or last.reason is not Reason.SLOW or last.latency_ms is None:
        return ""
    usual_ms = slowness.usual_ms(surface, last.level)
    return (
        "" if usual_ms is None else f" ({words.latency(last.latency_ms)}, usually {words.latency(usual_ms)})"
    )


def _proof(state: State, light: ProviderLight, lights: Sequence[ProviderLight]) -> str:
    """What proves that it is them; nothing for a server on this computer, which needs no network."""
    key = Key(light.id, light.worst.surface)
    own, last, since = state.watched.get(key), state.surface(key).last, light.worst.since
    if own is None or own.reach is Reach.LOOPBACK or since is None or light.service is not Service.DOWN:
        return ""
    if last is not None and last.answered_at is not None and last.answered_at >= since:
        return "your network is fine"
    answering = [
        shorten(other.name)
        for other in lights
        if other.id != light.id and _has_answered(state, other, own.host, own.reach, since)
    ][:NAMED]
    if not answering:
        return ""
    verb = "answers" if len(answering) == 1 else "answer"
    return f"{' and '.join(answering)} {verb}, so it is not your network"


def _has_answered(state: State, light: ProviderLight, but: str, reach: Reach, since: Instant) -> bool:
    targets = [state.watched.get(Key(light.id, surface.surface)) for surface in light.surfaces]
    hosts = {x.host for x in targets if x is not None and x.reach is reach and x.host != but}
    return any(host in state.testimonies and state.testimonies[host].at >= since for host in hosts)


def _claims(state: State, lights: Sequence[ProviderLight], now: Instant) -> list[str]:
    """What the vendors' own pages say, where that is worth a sentence."""
    in_trouble = [light for light in lights if light.service in {Service.DOWN, Service.DEGRADED}]
    lone = len(in_trouble) == 1
    found = [(light, beside.sentence(state, light, now, alone=not lone)) for light in lights]
    said = [(light, text) for light, text in found if text][:NAMED]
    if lone and len(said) == 1 and in_trouble == [said[0][0]]:
        return [f"{said[0][1]}."]
    return [f"{shorten(light.name)}: {text[:1].lower()}{text[1:]}." for light, text in said]


def _doubts(lights: Sequence[ProviderLight]) -> list[str]:
    """Failures that do not count yet."""
    found = [(x, s) for x in lights for s in x.surfaces if s.checking and s.service is not Service.DOWN]
    sentences = [f"{shorten(light.name)} {surface.detail}." for light, surface in found[:NAMED]]
    return [*sentences, "It is asked again before that counts."] if sentences else []


def _refusals(state: State, lights: Sequence[ProviderLight], local: LocalTime) -> list[str]:
    sentences = []
    for light in [x for x in lights if x.access in LOST][:NAMED]:
        since = state.access(light.id).since
        when = "" if since is None else f" since {local(since)}"
        sentences.append(f"{shorten(light.name)} {words.says(Reason(light.access))}{when}.")
    return sentences


def _unasked(state: State, lights: Sequence[ProviderLight]) -> list[str]:
    """What keeps providers from being asked as the user wants, each reason once: a keyring is that of all."""
    whose: dict[str, list[str]] = {}
    for light in lights:
        if light.id in state.troubles:
            whose.setdefault(state.troubles[light.id], []).append(light.name)
    return [f"{listed(names)}: {why}" for why, names in whose.items()]


def _capital(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
