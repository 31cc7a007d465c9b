"""Draws a day from its seed: the same seed is the same day, on every machine and in every process.

Vendors fail far more often here than they do in life, so that a thousand days try every kind of trouble
some hundred times; lids, networks and VPNs come and go about as they do.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import TypeVar

from benchmarks.life.world import (
    DAY_S,
    OUTAGES,
    RULES,
    UNANSWERED,
    Day,
    Fault,
    Guard,
    Link,
    Session,
    Set,
    Spell,
    Stretch,
    Timeline,
    Trouble,
    Watched,
)

from trayuptime.core.model import Key, Reach, Surface

HOUR_S = 3_600.0
S = TypeVar("S", bound=Stretch)


def draw(seed: str) -> Day:
    """The day of a seed."""
    dice = Random(seed)
    watched = _watched(dice)
    offset_s = dice.uniform(0.0, RULES.interval_s)
    sessions = _sessions(dice)
    naps = _naps(dice, sessions, offset_s)
    jolts = _jolts(dice, naps, offset_s)
    return Day(
        seed=seed,
        watched=watched,
        troubles=_troubles(dice, watched),
        account=_account(dice, watched),
        spells=_spells(dice, sessions, naps, jolts),
        jolts=jolts,
        naps=Timeline(naps),
        sessions=Timeline(sessions),
        clock=_clock(dice),
        guard=dice.choice(tuple(Guard)),
        knows_routes=dice.random() < 0.5,
        offset_s=offset_s,
    )


def _watched(dice: Random) -> tuple[Watched, ...]:
    """One to six providers; some share a host with another, one may be a server on this very computer."""
    found: list[Watched] = []
    names = "abcdef"[: dice.choices(range(1, 7), (12, 20, 25, 20, 13, 10))[0]]
    gateways: list[str] = []
    for name in names:
        if name != "a" and dice.random() < 0.12:
            local = Watched(Key(name, Surface.API), "127.0.0.1:8080", Reach.LOOPBACK, False, 8.0)
            if all(each.host != local.host for each in found):
                found.append(local)
                continue
        keyed = dice.random() < 0.7
        host = f"api.{name}.example:443"
        if gateways and dice.random() < 0.15:
            host = dice.choice(gateways)
        gateways.append(host)
        usual_ms = dice.lognormvariate(math.log(250), 0.6)
        found.append(Watched(Key(name, Surface.API), host, Reach.INTERNET, keyed, usual_ms))
        for surface, often in ((Surface.WEB, 0.4), (Surface.LOGIN, 0.12)):
            if dice.random() < often:
                its_own = f"{surface.value}.{name}.example:443"
                where = host if dice.random() < 0.25 else its_own
                found.append(Watched(Key(name, surface), where, Reach.INTERNET, False, usual_ms * 1.5))
    return tuple(found)


# The laptop


def _sessions(dice: Random) -> list[Session]:
    """When the app runs: from midnight or from the morning on, started anew now and then."""
    start = 0.0 if dice.random() < 0.7 else dice.uniform(6, 9) * HOUR_S
    ends = sorted(dice.uniform(start + HOUR_S, DAY_S) for _ in range(dice.choices((0, 1, 3), (7, 2, 1))[0]))
    sessions: list[Session] = []
    for end in ends:
        if end - start > 60:
            sessions.append(Session(start, end, killed=dice.random() < 0.3))
            start = end + _long(dice, 30, 1.5, most=2 * HOUR_S)
    if start < DAY_S - 60:
        sessions.append(Session(start, DAY_S))
    return sessions


def _naps(dice: Random, sessions: Sequence[Session], offset_s: float) -> list[Stretch]:
    """The night, and lids closed for seconds to hours, every third in the middle of a round of probes."""
    lids = [(dice.uniform(0, 2.0) * HOUR_S, dice.uniform(5, 8) * HOUR_S)] if dice.random() < 0.85 else []
    lids += [
        (dice.uniform(6.5 * HOUR_S, DAY_S), _long(dice, 600, 1.8, most=4 * HOUR_S))
        for _ in range(_count(dice, 4))
    ]
    naps: list[Stretch] = []
    slept_s = 0.0
    for start, length_s in sorted(lids):
        begins = _in_a_round(dice, start, offset_s + slept_s) if dice.random() < 0.34 else start
        within = any(session.start < begins and begins + length_s < session.end - 1 for session in sessions)
        if within and (not naps or begins > naps[-1].end + 1):
            naps.append(Stretch(begins, begins + length_s))
            slept_s += length_s
    return naps


def _jolts(dice: Random, naps: Sequence[Stretch], offset_s: float) -> list[float]:
    """A VPN goes up or down, every other time in the middle of a round of probes."""
    if dice.random() < 0.6:
        return []
    jolts = []
    for _ in range(_count(dice, 5)):
        at = dice.uniform(7 * HOUR_S, DAY_S)
        slept_s = sum(nap.end - nap.start for nap in naps if nap.end < at)
        jolts.append(_in_a_round(dice, at, offset_s + slept_s) if dice.random() < 0.5 else at)
    return sorted(jolts)


def _spells(
    dice: Random, sessions: Sequence[Session], naps: Sequence[Stretch], jolts: Sequence[float]
) -> Timeline[Spell]:
    """The network after waking and after a VPN switch, then wherever the laptop is carried."""
    found: list[Spell] = []
    comes_back = [nap.end for nap in naps] + [session.start for session in sessions if dice.random() < 0.3]
    for at in comes_back:
        _place(found, [Spell(at, at + _long(dice, 2, 1.0, most=60), Link.GONE)])
    for at in jolts:
        if dice.random() < 0.7:
            _place(found, [Spell(at, at + dice.uniform(0.1, 5), Link.SILENT)])
    for _ in range(_count(dice, 5)):
        at = dice.uniform(0, DAY_S)
        kind = dice.choices(range(6), (30, 20, 12, 8, 8, 10))[0]
        _place(found, _ROAMING[kind](dice, at))
    return Timeline(found)


def _lost(dice: Random, at: float) -> list[Spell]:
    return [Spell(at, at + _long(dice, 60, 2.0, most=5 * HOUR_S), Link.GONE)]


def _stuck(dice: Random, at: float) -> list[Spell]:
    return [Spell(at, at + _long(dice, 20, 1.2, most=1_800), Link.SILENT)]


def _portal(dice: Random, at: float) -> list[Spell]:
    away = at + dice.uniform(1, 20)
    return [Spell(at, away, Link.GONE), Spell(away, away + _long(dice, 240, 1.2, most=7_200), Link.PORTAL)]


def _nameless(dice: Random, at: float) -> list[Spell]:
    return [Spell(at, at + _long(dice, 300, 1.2, most=7_200), Link.NAMELESS)]


def _sluggish(dice: Random, at: float) -> list[Spell]:
    return [Spell(at, at + _long(dice, 1_200, 1.0, most=7_200), Link.SLUGGISH)]


def _between_cells(dice: Random, at: float) -> list[Spell]:
    """A handful of short losses, as on the way through a building."""
    spells = []
    for _ in range(dice.randint(3, 9)):
        lost_s = dice.uniform(0.5, 6)
        spells.append(Spell(at, at + lost_s, dice.choice((Link.GONE, Link.SILENT))))
        at += lost_s + dice.uniform(3, 30)
    return spells


_ROAMING: tuple[Callable[[Random, float], list[Spell]], ...] = (
    _lost,
    _stuck,
    _portal,
    _nameless,
    _sluggish,
    _between_cells,
)


def _clock(dice: Random) -> list[Set]:
    """NTP's small corrections, and now and then an hour."""
    if dice.random() < 0.8:
        return []
    by_s = dice.choice((dice.uniform(-2, 2), dice.uniform(-2, 2), dice.uniform(-90, 90), -3_600, 3_600))
    return [Set(dice.uniform(0, DAY_S), round(by_s, 3))]


# The vendors


def _troubles(dice: Random, watched: Sequence[Watched]) -> dict[Key, Timeline[Trouble]]:
    found: dict[Key, list[Trouble]] = {each.key: [] for each in watched}
    if dice.random() < 0.06:
        _fall_together(dice, watched, found)
    for each in watched:
        for trouble in _of_surface(dice, each):
            for key in _hit_too(dice, each, trouble, watched):
                _place(found[key], [trouble])
    return {key: Timeline(troubles) for key, troubles in found.items()}


def _fall_together(dice: Random, watched: Sequence[Watched], found: dict[Key, list[Trouble]]) -> None:
    """What several vendors stand on gives way: most of them cannot be reached at once."""
    at = dice.uniform(7, 22) * HOUR_S
    end = at + _long(dice, 1_800, 1.0, most=4 * HOUR_S)
    fault = dice.choice((Fault.BLACK_HOLE, Fault.RESET, Fault.NAME, Fault.ERROR))
    for host in dict.fromkeys(each.host for each in watched if each.reach is Reach.INTERNET):
        late_s = dice.uniform(0, 90)
        if dice.random() < 0.7:
            for each in watched:
                if each.host == host:
                    _place(found[each.key], [Trouble(at + late_s, end + late_s, fault)])


def _of_surface(dice: Random, watched: Watched) -> Iterable[Trouble]:
    for _ in range(_count(dice, 0.9)):
        at = dice.uniform(0, DAY_S)
        yield Trouble(at, at + _long(dice, 900, 1.3, least=60, most=8 * HOUR_S), _fault(dice, watched))
    for _ in range(_count(dice, 1.0)):
        at = dice.uniform(0, DAY_S)
        yield Trouble(at, at + dice.uniform(1, 45), _fault(dice, watched))
    if dice.random() < 0.1:
        yield from _flapping(dice, _fault(dice, watched))
    if dice.random() < 0.12:
        at = dice.uniform(6 * HOUR_S, DAY_S)
        length_s = _long(dice, 1_200, 1.0, most=2 * HOUR_S)
        yield Trouble(at, at + length_s, _fault(dice, watched), rate=dice.uniform(0.05, 0.7))
    if dice.random() < 0.12:
        at = dice.uniform(6 * HOUR_S, DAY_S)
        yield Trouble(at, at + _long(dice, 1_200, 1.0, most=3 * HOUR_S), Fault.SLOW)


def _flapping(dice: Random, fault: Fault) -> Iterable[Trouble]:
    at = dice.uniform(6 * HOUR_S, DAY_S - HOUR_S)
    end = at + dice.uniform(600, 3_000)
    while at < end:
        bad_s = dice.uniform(15, 120)
        yield Trouble(at, at + bad_s, fault, flapping=True)
        at += bad_s + dice.uniform(15, 180)


def _fault(dice: Random, watched: Watched) -> Fault:
    if watched.reach is Reach.LOOPBACK:
        return dice.choice((Fault.REFUSED, Fault.ERROR, Fault.HANG))
    possible = sorted(OUTAGES if watched.keyed else OUTAGES - {Fault.PAGE})
    return dice.choices(possible, [3 if fault is Fault.ERROR else 1 for fault in possible])[0]


def _hit_too(dice: Random, first: Watched, trouble: Trouble, watched: Sequence[Watched]) -> list[Key]:
    """A host that cannot be reached fails in all it serves; a name server in all names of its vendor."""
    if trouble.fault not in UNANSWERED or trouble.rate < 1.0:
        return [first.key]
    vendor_wide = trouble.fault is Fault.NAME and dice.random() < 0.5
    hosts = {first.host} | {
        each.host for each in watched if vendor_wide and each.key.provider == first.key.provider
    }
    return [each.key for each in watched if each.host in hosts]


def _account(dice: Random, watched: Sequence[Watched]) -> dict[str, Timeline[Trouble]]:
    found: dict[str, Timeline[Trouble]] = {}
    for name in sorted({each.key.provider for each in watched if each.keyed}):
        spells: list[Trouble] = []
        if dice.random() < 0.2:
            at = dice.uniform(6 * HOUR_S, DAY_S)
            wait_s = dice.choice((0, 20, 60, 200, 600))
            _place(spells, [Trouble(at, at + _long(dice, 400, 1.0, most=7_200), Fault.RATE, wait_s=wait_s)])
        for fault in (Fault.CREDIT, Fault.KEY):
            if dice.random() < 0.07:
                at = dice.uniform(6 * HOUR_S, DAY_S)
                _place(spells, [Trouble(at, at + _long(dice, 3_600, 1.0, most=6 * HOUR_S), fault)])
        found[name] = Timeline(spells)
    return found


def _place(found: list[S], more: Iterable[S]) -> None:
    """Adds what overlaps nothing that is there already."""
    for each in more:
        if not any(each.start <= other.end and other.start <= each.end for other in found):
            found.append(each)


def _in_a_round(dice: Random, near: float, slots_from: float) -> float:
    """A moment just after a slot, when probes are under way."""
    slots = math.floor((near - slots_from) / RULES.interval_s)
    return slots_from + slots * RULES.interval_s + dice.uniform(0.0, 0.6)


def _count(dice: Random, mean: float) -> int:
    """Poisson's, by its own definition."""
    left, count = math.exp(-mean), -1
    product = 1.0
    while product > left:
        product *= dice.random()
        count += 1
    return max(count, 0)


def _long(dice: Random, median_s: float, spread: float, *, least: float = 1.0, most: float) -> float:
    return min(max(dice.lognormvariate(math.log(median_s), spread), least), most)
