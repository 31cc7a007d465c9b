"""What came of a scenario against what must come: every difference as a sentence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import TypeVar

from scenarios.player import Story
from scenarios.reader import EVERYONE, Bubble, Hole, Scenario, Silence, TakenAway, Trouble
from scenarios.times import clock, span
from trayuptime.core import uptime
from trayuptime.core.model import Gap, Incident, Instant, Key
from trayuptime.core.notice import Notice

E = TypeVar("E")
F = TypeVar("F")


def differences(scenario: Scenario, story: Story) -> list[str]:
    """Every way in which the story is another than the scenario's; empty if there is none."""
    return [
        *_in_order("told", scenario.told, story.told, _bubble_fits, _bubble),
        *_in_order("taken away", scenario.taken_away, story.taken_away, _removal_fits, _removal),
        *_in_order("event", scenario.events, story.events, lambda e, f: e == f[1], _event),
        *_in_order("incident", scenario.incidents, story.incidents, _incident_fits, _incident),
        *_in_order("gap", scenario.gaps, story.gaps, _gap_fits, _gap),
        *_lights(scenario, story),
        *_silence("asked", scenario.not_asked, story.asked),
        *_silence("stored", scenario.not_stored, story.stored),
    ]


def _in_order(
    what: str,
    expected: Sequence[E],
    found: Sequence[F],
    fits: Callable[[E, F], bool],
    words: Callable[[F], str],
) -> Iterator[str]:
    for one, other in zip_longest(expected, found):
        if one is None:
            yield f"{what}, but not expected: {words(other)}"
        elif other is None:
            yield f"{what}: expected, but it did not come: {_in_words(one)}"
        elif not fits(one, other):
            yield f"{what}: expected {_in_words(one)}, but it was {words(other)}"


def _in_words(expected: object) -> str:
    """What a file says, in the order of its columns."""
    if isinstance(expected, str):
        return f'"{expected}"'
    assert is_dataclass(expected)
    parts = ((part.name, getattr(expected, part.name)) for part in fields(expected))
    return ", ".join(f"{name} {value}" for name, value in parts if value not in {"", None})


def _bubble_fits(expected: Bubble, found: tuple[Instant, str, Notice]) -> bool:
    at, who, notice = found
    in_words = expected.title in notice.title and expected.says in notice.body
    return at in expected.when and who == expected.who and in_words


def _bubble(found: tuple[Instant, str, Notice]) -> str:
    at, who, notice = found
    return f"{clock(at)} {who}: {notice.title!r}: {notice.body}"


def _removal_fits(expected: TakenAway, found: tuple[Instant, str]) -> bool:
    at, who = found
    return at in expected.when and who == expected.who


def _removal(found: tuple[Instant, str]) -> str:
    return f"{clock(found[0])} {found[1]}"


def _event(found: tuple[Instant, str]) -> str:
    return f'"{found[1]}" at {clock(found[0])}'


def _incident_fits(expected: Trouble, found: Incident) -> bool:
    phases = tuple(phase.service.value for phase in found.phases)
    return (
        _name(Key(found.provider, found.surface)) == expected.who
        and found.kind is expected.kind
        and found.started_at in expected.start
        and _ends(expected, found)
        and _downtime_s(found) in expected.downtime
        and expected.phases in {None, phases}
        and len(found.recoveries) == expected.recoveries
    )


def _ends(expected: Trouble, found: Incident) -> bool:
    if expected.end is None or found.ended_at is None:
        return expected.end is None and found.ended_at is None
    return found.ended_at in expected.end


def _incident(found: Incident) -> str:
    end = "open" if found.ended_at is None else clock(found.ended_at)
    phases = ", ".join(phase.service.value for phase in found.phases)
    return (
        f"{found.kind} of {_name(Key(found.provider, found.surface))} from {clock(found.started_at)} to"
        f" {end}, down {span(_downtime_s(found))}, phases {phases}, recoveries {len(found.recoveries)}"
    )


def _downtime_s(found: Incident) -> float:
    """While it lasts, as far as it was seen."""
    until = found.seen[-1].end if found.seen else found.started_at
    return uptime.downtime_s(found, until)


def _gap_fits(expected: Hole, found: Gap) -> bool:
    who = EVERYONE if found.key is None else _name(found.key)
    fits = found.at in expected.start and found.until in expected.end
    return who == expected.who and found.cause is expected.cause and fits


def _gap(found: Gap) -> str:
    who = EVERYONE if found.key is None else _name(found.key)
    return f"{found.cause} {who} from {clock(found.at)} to {clock(found.until)}"


def _lights(scenario: Scenario, story: Story) -> Iterator[str]:
    for expected in scenario.lights:
        shown = story.lights[expected.at]
        for who, light in expected.shown.items():
            if shown.get(who) != light:
                yield f"light of {who} at {clock(expected.at)}: expected {light}, but it was {shown.get(who)}"


def _silence(what: str, silences: Sequence[Silence], found: Sequence[tuple[Instant, Key]]) -> Iterator[str]:
    for silence in silences:
        loud = [
            at
            for at, key in found
            if at in silence.when and silence.who in {EVERYONE, key.provider, _name(key)}
        ]
        if loud:
            yield f"{what}, but must not be: {silence.who} at {', '.join(clock(at) for at in loud[:5])}"


def _name(key: Key) -> str:
    return f"{key.provider}.{key.surface}"
