"""What of a status page concerns the user: its words about the parts that their surfaces depend on.

The rules, from VERDICTS.md section 6. The worst word counts: down, degraded, maintenance, unknown, up.
Trouble that is known is told although something else is not known, and so is maintenance, which is known
too; but what is unknown is never green.

An incident that names parts of the page concerns those parts. One that names none belongs to whatever part
is in trouble, which may be somebody else's; where no part is, it may be anybody's and counts for everybody,
but at most as degraded: Moonshot's monitor opens `critical` ones by itself (seen 2026-09). On a page that
lists no parts there is nothing that could agree with it, so there its own word stands.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from trayuptime.core.feed import (
    RANKS,
    TROUBLES,
    Component,
    Page,
    PageIncident,
    Part,
    Scoped,
    is_open,
    rank,
    worst,
)
from trayuptime.core.model import FeedState, Instant, Surface

PLATFORM_FEEDS = 3
"""Fewer feeds than that tell nothing about their platform."""
PLATFORM_SHARE = 0.7
"""So many of a platform's feeds fail together only when the platform does."""

_EVERYWHERE = frozenset({"global", "worldwide", "all regions"})
_LOGIN = re.compile(
    r"\b(log(ging|ged)?[ -]?in|sign(ing|ed)?[ -]?(in|up)|log-?ins|sign-?(ins|ups)|registrations?)\b"
    r"|登录|登陆|注册",
    re.IGNORECASE,
)


def on_page(parts: Sequence[Part], page: Page) -> tuple[Part, ...]:
    """The parts as they are found there: one whose id or name is on the page means that alone.

    A part that is called like a heading is whatever is listed under that.
    """
    named = {(item.id, item.name) for item in page.components}
    if not named:
        named = {(word, word) for item in page.incidents for word in item.components}
    names = Counter(item.name for item in page.components)
    found: list[Part] = []
    for part in parts:
        narrow = replace(part, contains=())
        exact = any(_is(narrow, *called) for called in named)
        listed = [item for item in page.components if part.name and _same(part.name, item.group)]
        if exact or not listed:
            found.append(narrow if exact and part.contains else part)
            continue
        found += [
            Part(part.surface, id=item.id, name=item.name if names[item.name] == 1 or not item.id else "")
            for item in listed
        ]
    return tuple(found)


def scoped(
    page: Page,
    parts: Sequence[Part],
    regions: Sequence[str],
    now: Instant,
    surfaces: Collection[Surface] = tuple(Surface),
) -> Scoped:
    """What the page says to a user.

    Args:
        page: what could be read.
        parts: what of it the user's surfaces depend on, those of other surfaces left out; none: all of it.
        regions: what of its places counts; none: all of them.
        now: by our clock.
        surfaces: what the user watches.
    """
    here = [item for item in page.incidents if is_open(item, now) and is_here(item, regions)]
    if not parts:
        return _of_everything(page, here, surfaces)
    mine = [part for part in parts if part.surface is None or part.surface in surfaces]
    explained = any(item.state is not FeedState.UP for item in page.components)
    explained = explained or any(
        is_open(item, now) and (page.components or _explains(item, page.overall)) for item in page.incidents
    )
    states: dict[Surface, FeedState] = {}
    told: dict[int, PageIncident] = {}
    for surface in surfaces:
        its_parts = [part for part in mine if part.surface in (None, surface)]
        if its_parts:
            states[surface], counted = _of_parts(page, its_parts, here, explained=explained)
        else:
            counted = _of_login(here) if surface is Surface.LOGIN else {}
            states |= dict.fromkeys([surface] if _words(counted) else [], worst(_words(counted)))
        for number, item in counted.items():
            told[number] = max(told.get(number, item), item, key=rank)
    incidents = tuple(told[number] for number in sorted(told))
    return Scoped(
        worst(states.values()),
        states,
        _title(incidents, _those(mine, page.components)),
        incidents,
        tuple(part for part in mine if page.components and not _those([part], page.components)),
    )


def is_here(incident: PageIncident, regions: Sequence[str]) -> bool:
    """Whether it touches one of these regions, or names no place at all."""
    places = {place.casefold() for place in incident.places}
    wanted = {region.casefold() for region in regions}
    return not places or not wanted or bool(places & (wanted | _EVERYWHERE))


def touches(
    incident: PageIncident, parts: Sequence[Part], others: Mapping[str, AbstractSet[tuple[str, str]]]
) -> bool:
    """Whether it names one of the parts, directly or by the other name of a component."""
    named = {(word, word) for word in incident.components}
    for word in incident.components:
        named |= others.get(word, set())
    return any(_is(part, *names) for part in parts for names in named)


def is_part(part: Part, component: Component) -> bool:
    """Whether a component is one of a part."""
    return _is(part, component.id, component.name)


def names_login(incident: PageIncident) -> bool:
    """Whether it speaks of logging in or signing up, which may have no component of its own (DeepSeek's)."""
    return _LOGIN.search(f"{incident.title} {incident.text}") is not None


def platform_down(failing: Mapping[str, bool], platforms: Mapping[str, str]) -> frozenset[str]:
    """The platforms that are down themselves, so that their silent pages tell nothing of the vendors.

    Args:
        failing: by feed, whether it could not be read.
        platforms: by feed, whose software or hosting it is; a feed that is not in it does not count.
    """
    read: dict[str, list[bool]] = {}
    for feed, fails in failing.items():
        if feed in platforms:
            read.setdefault(platforms[feed], []).append(fails)
    return frozenset(
        platform
        for platform, fails in read.items()
        if len(fails) >= PLATFORM_FEEDS and sum(fails) >= PLATFORM_SHARE * len(fails)
    )


def _of_everything(page: Page, here: Sequence[PageIncident], surfaces: Collection[Surface]) -> Scoped:
    incidents = tuple(_agreed(item, page, page.components) for item in here)
    said = [page.overall] if page.overall is not None else []
    said += [item.state for item in page.components]
    state = worst([*said, *(item.state for item in incidents if item.state is not None)])
    return Scoped(state, dict.fromkeys(surfaces, state), _title(incidents, page.components), incidents)


def _of_parts(
    page: Page, parts: Sequence[Part], here: Sequence[PageIncident], *, explained: bool
) -> tuple[FeedState, dict[int, PageIncident]]:
    """What the page says of these parts, and by their number the incidents that concern them.

    An overall word that nothing listed explains concerns everybody.
    """
    components = _those(parts, page.components)
    ours = _in_trouble(components) or not _in_trouble(page.components)
    others = _by_either_name(page.components)
    counted = {
        number: _for_parts(_agreed(item, page, components), parts)
        for number, item in enumerate(here)
        if (touches(item, parts, others) if item.components else ours)
    }
    said = [*(item.state for item in components), *_of_all(page, explained=explained)]
    # What is listed, but not there, is unknown; an incident may still tell of it.
    return worst([*(said or [FeedState.UNKNOWN]), *_words(counted)]), counted


def _of_all(page: Page, *, explained: bool) -> list[FeedState]:
    """What its word for everything adds: trouble that nothing listed explains, or that all else is well."""
    if page.overall in TROUBLES and not explained:
        return [page.overall]
    if page.overall is None or page.components:
        return []
    return [FeedState.UP if page.overall in TROUBLES else page.overall]


def _explains(incident: PageIncident, overall: FeedState | None) -> bool:
    """Whether it names its parts, and is as bad for them as the page's word for everything."""
    as_bad = incident.state is not None and overall is not None and rank(incident) >= RANKS[overall]
    return bool(incident.components) and as_bad


def _of_login(here: Sequence[PageIncident]) -> dict[int, PageIncident]:
    return {number: item for number, item in enumerate(here) if names_login(item)}


def _agreed(incident: PageIncident, page: Page, components: Sequence[Component]) -> PageIncident:
    """One that names no part is at most degraded on a page where none of these components agrees."""
    if incident.state is not FeedState.DOWN or incident.components or not page.components:
        return incident
    agreed = any(item.state is FeedState.DOWN for item in components)
    return incident if agreed else replace(incident, state=FeedState.DEGRADED)


def _for_parts(incident: PageIncident, parts: Sequence[Part]) -> PageIncident:
    """As bad as it calls these parts themselves, where it says; one that is not rated yet stays unknown."""
    stated = worst([item.state for item in _those(parts, incident.stated)])
    if stated is FeedState.UNKNOWN or incident.state is FeedState.UNKNOWN:
        return incident
    return replace(incident, state=None if stated is FeedState.UP else stated)


def _words(counted: Mapping[int, PageIncident]) -> list[FeedState]:
    return [item.state for item in counted.values() if item.state is not None]


def _title(incidents: Sequence[PageIncident], components: Sequence[Component]) -> str:
    counting = [item for item in incidents if item.state not in (None, FeedState.UP)]
    if counting:
        return max(counting, key=lambda item: (rank(item), item.last_word_at or 0)).title
    wrong = [item for item in components if item.state is not FeedState.UP]
    return max(wrong, key=lambda item: RANKS[item.state]).name if wrong else ""


def _same(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()


def _is(part: Part, id_: str, name: str) -> bool:
    name = name.casefold()
    return (
        (part.id != "" and part.id.casefold() == id_.casefold())
        or (part.name != "" and part.name.casefold() == name)
        or any(word.casefold() in name for word in part.contains)
    )


def _those(parts: Sequence[Part], components: Sequence[Component]) -> list[Component]:
    return [item for item in components if any(is_part(part, item) for part in parts)]


def _in_trouble(components: Sequence[Component]) -> bool:
    return any(item.state in TROUBLES for item in components)


def _by_either_name(components: Sequence[Component]) -> dict[str, set[tuple[str, str]]]:
    """By an id or a name, the id and name of whatever has it; names may come twice."""
    found: dict[str, set[tuple[str, str]]] = {}
    for item in components:
        for word in (item.id, item.name):
            found.setdefault(word, set()).add((item.id, item.name))
    return found
