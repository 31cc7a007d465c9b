"""The same things as the JSON, in lines for a person's terminal."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from trayuptime.core import beside, happenings, hush, uptime, words
from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Incident, Instant, Note, Vantage
from trayuptime.core.notice import Notice
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.recording import Heard, Recorded
from trayuptime.core.state import (
    CameUp,
    GapSeen,
    Happening,
    PrimaryBack,
    Settled,
    State,
    WentDegraded,
    WentDown,
    WentUnstable,
)
from trayuptime.core.ticks import Tick, tick_of

_MARKS = {"up": "✓", "degraded": "!", "down": "×", "unknown": "?"}
_VERDICT = re.compile(r"^[a-z]+")


def stamp(at: Instant) -> str:
    """`2026-11-23 14:02:03`, local."""
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M:%S}"


def provider_lines(state: State, lights: tuple[ProviderLight, ...], now: Instant) -> list[str]:
    """A row per provider, columns aligned."""
    name_width = max((len(light.name) for light in lights), default=0)
    rows: list[str] = []
    for light in lights:
        worst = light.worst
        latency = (
            "–" if worst.latency_ms is None or light.service != "up" else words.latency(worst.latency_ms)
        )
        since = "" if worst.since is None else f"for {words.duration((now - worst.since) / 1000)}"
        row = (
            f"{_MARKS[light.service]} {light.name:<{name_width}}  {light.service:<8}  "
            f"{_standing(light):<16}  {latency:>7}  {since}"
        )
        rows.append(row.rstrip())
        if (light.detail and worst.reason not in {None, Reason.OK}) or light.detail not in {"", "answers"}:
            rows.append(f"  {'':<{name_width}}  {light.detail}")
        if claim := beside.sentence(state, light, now) or _stale(light):
            rows.append(f"  {'':<{name_width}}  {claim}")
        rows += [f"  {'':<{name_width}}  {line}" for line in _hush_lines(state, light, now)]
        if light.suggestion is not None:
            rows.append(
                f"  {'':<{name_width}}  {happenings.advice(light.suggestion.suggested, light.suggestion.why)}"
            )
    return rows


def _hush_lines(state: State, light: ProviderLight, now: Instant) -> Iterator[str]:
    """Which of its incidents the user wants no notices of."""
    for surface in light.surfaces:
        known = None if surface.incident is None else state.hushes.get(surface.incident.id)
        if known is None or surface.incident is None or not hush.in_force(known, now):
            continue
        if known.until is None:
            yield words.known_of(f"#{surface.incident.id}")
        else:
            yield f"#{surface.incident.id} is snoozed until {stamp(known.until)}"


def _stale(light: ProviderLight) -> str:
    """What is shown of a page that says nothing of today, also where all is well."""
    if light.feed is None or not light.feed.is_stale:
        return ""
    said = words.page_says(light.feed)
    return f"{said[:1].upper()}{said[1:]}"


def vantage_line(vantage: Vantage) -> str | None:
    """What is wrong with this computer's view, if anything is."""
    if vantage is Vantage.ONLINE:
        return None
    sentence = words.view(vantage)
    return f"{sentence[:1].upper()}{sentence[1:]}; nothing is held against any provider."


def incident_line(incident: Incident, now: Instant) -> str:
    """One incident in one line."""
    end = "ongoing" if incident.ended_at is None else f"until {stamp(incident.ended_at)}"
    lasted = words.duration(uptime.duration_s(incident, now))
    down = words.duration(uptime.downtime_s(incident, now))
    reasons = ", ".join(incident.reasons)
    line = (
        f"#{incident.id}  {incident.provider} {incident.surface}  {incident.kind}  "
        f"{stamp(incident.started_at)} {end}  ({lasted}, {down} down)  {reasons}"
    )
    told = beside.story(incident, stamp)
    return f"{line}\n    {told}" if told else line


def note_lines(notes: Sequence[Note]) -> Iterator[str]:
    """What a person wrote about an incident, and ticked in its playbook, below its line."""
    for note in notes:
        if (tick := tick_of(note)) is not None:
            yield f"    {'ticked' if tick.done else 'unticked'} {tick_line(tick)}: {tick.item}"
            continue
        first, *rest = note.text.split("\n")
        yield f"    note of {stamp(note.at)}: {first}"
        for line in rest:
            yield f"      {line}".rstrip()


def tick_line(tick: Tick) -> str:
    """When it was ticked, and who said that they did."""
    return f"{stamp(tick.at)} by {tick.by}" if tick.by else stamp(tick.at)


def event_line(happening: Happening) -> str:
    """One happening in one line; a verdict begins loud."""
    whose, what = happenings.whose(happening), happenings.what(happening, stamp)
    match happening:
        case Settled(result=result) if result.latency_ms is not None:
            what += f"  {words.latency(result.latency_ms)}"
        case WentDown() | CameUp() | WentDegraded() | WentUnstable():
            what = _VERDICT.sub(lambda verdict: verdict[0].upper(), what)
    joint = " " if isinstance(happening, GapSeen | PrimaryBack) else ": "
    told = f"{whose}{joint}{what}" if whose else what
    return f"{stamp(happenings.moment(happening))}  {told}"


def recorded_line(line: Recorded, happening: Happening | None) -> str:
    """What came of a recorded line, or the line itself where nothing came of it."""
    if happening is not None:
        return event_line(happening)
    assert isinstance(line, Heard)
    what = words.says(line.reason, line.http_status)
    return f"{stamp(line.at)}  {line.key.provider} {line.key.surface}: {what}"


def notice_line(at: Instant, notice: Notice) -> str:
    """A notice as it would be shown."""
    return f"{stamp(at)}  notice: {notice.title}. {notice.body}"


def _standing(light: ProviderLight) -> str:
    if light.access is Access.UNCHECKED and not light.keyed:
        return "no key"
    return words.standing(light.access, keyed=light.keyed)
