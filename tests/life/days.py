"""Days written by hand: two or three providers and one thing that happens, two hours after midnight."""

from typing import Any

from benchmarks.life.world import Day, Fault, Link, Session, Spell, Stretch, Timeline, Trouble, Watched

from trayuptime.core.model import Key, Reach, Surface

NOON = 43_200.0
MINUTE_S = 60.0
HOUR_S = 3_600.0
A = Key("a", Surface.API)
B = Key("b", Surface.API)


def watched(name: str, **more: Any) -> Watched:
    """The API of a provider, without a key, on a host of its own."""
    facts: dict[str, Any] = {
        "host": f"{name}.example:443",
        "reach": Reach.INTERNET,
        "keyed": False,
        "usual_ms": 200.0,
    }
    return Watched(Key(name, Surface.API), **(facts | more))


def day(*who: Watched, troubles: dict[Key, list[Trouble]] | None = None, **more: Any) -> Day:
    """A day of a laptop that watches from 11 to 14 o'clock, unless said otherwise."""
    who = who or (watched("a"), watched("b"))
    happens = troubles or {}
    more.setdefault("sessions", Timeline([Session(NOON - HOUR_S, NOON + 2 * HOUR_S)]))
    lines = {each.key: Timeline(happens.get(each.key, [])) for each in who}
    return Day("by hand", who, troubles=lines, **more)


def outage(fault: Fault, start: float = NOON, lasts_s: float = 600.0) -> Trouble:
    return Trouble(start, start + lasts_s, fault)


def spells(link: Link, start: float = NOON, lasts_s: float = 600.0) -> Timeline[Spell]:
    return Timeline([Spell(start, start + lasts_s, link)])


def naps(start: float = NOON, lasts_s: float = 600.0) -> Timeline[Stretch]:
    return Timeline([Stretch(start, start + lasts_s)])
