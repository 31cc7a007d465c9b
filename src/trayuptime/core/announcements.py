"""What a vendor announced over time: edits of one announcement, and which of them speak of our incident."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trayuptime.core.feed import TROUBLES, PageIncident, Part, is_open, rank
from trayuptime.core.model import FeedState, Instant, Span, Surface
from trayuptime.core.scoping import is_here, is_part, names_login, touches

EARLY_S = 1_800.0
"""An announcement that ended this long before our first failure may still be of it."""
FORESIGHT_S = 21_600.0
"""How long before our first failure a vendor's first word may be of the same trouble."""
LATE_WORD_S = 86_400.0
"""How long after our recovery a vendor may first speak of it, dating it back into our incident."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a vendor said of an incident of ours.

    Attributes:
        first_word_at: the detection lead is this less our first failure, negative where they spoke first.
        last_word_at: when they last spoke of it.
    """

    first_word_at: Instant
    last_word_at: Instant
    title: str


def merged(
    old: Sequence[PageIncident], new: Sequence[PageIncident], gone_at: Instant | None = None
) -> tuple[PageIncident, ...]:
    """All announcements by their id: the newest edit of each, with the earliest first word ever seen.

    Args:
        old: what was announced before.
        new: what is announced now, whatever it is dated; of several with one id the last word holds.
        gone_at: where a page lists only what is open: what was open and is not listed any more ended then.
    """
    now: dict[tuple[str, bool], PageIncident] = {}
    for item in sorted(new, key=lambda item: item.last_word_at or 0):
        now[_id(item)] = _joined(now[_id(item)], item) if _id(item) in now else item
    found = {_id(item): item for item in old}
    for item in old:
        if gone_at is not None and _id(item) not in now and is_open(item, gone_at):
            found[_id(item)] = replace(item, ended_at=gone_at)
    found |= {id_: _joined(found[id_], item) if id_ in found else item for id_, item in now.items()}
    return tuple(found.values())


def acknowledged(  # noqa: PLR0917 - ours has a surface and two ends
    incidents: Sequence[PageIncident],
    parts: Sequence[Part],
    regions: Sequence[str],
    surface: Surface,
    started_at: Instant,
    ended_at: Instant | None,
) -> Acknowledgement | None:
    """What the vendor said of our incident of a surface; `None` where it said nothing.

    Maintenance and what the vendor called harmless is no word about an outage. An announcement that had been
    open for long before ours speaks only where none began with ours, and only by what was said of it since:
    AWS has some that are open for months, and whoever wrote those did not know of today.

    Args:
        incidents: all that are known of its page, ended ones too.
        parts: as in `scoped`.
        regions: as in `scoped`.
        surface: ours.
        started_at: our first failure.
        ended_at: our recovery; `None` while it lasts.
    """
    speaking = [
        (said_at, item)
        for item in (since_open(each, started_at) for each in incidents)
        if item.first_word_at is not None
        and item.state is not None
        and not item.planned
        and is_here(item, regions)
        and may_concern(item, parts, surface)
        and not _spares(item, parts, surface)
        and _overlaps(item, item.first_word_at, started_at, ended_at)
        and (said_at := _said_at(item, started_at)) is not None
    ]
    with_ours = [pair for pair in speaking if _began(pair[1], pair[0]) >= started_at - round(EARLY_S * 1000)]
    speaking = with_ours or speaking
    if not speaking:
        return None
    _, main = min(speaking, key=lambda pair: (-rank(pair[1]), pair[0]))
    return Acknowledgement(
        first_word_at=min(at for at, _ in speaking),
        last_word_at=max(item.last_word_at or at for at, item in speaking),
        title=main.title,
    )


def meets(incident: PageIncident, started_at: Instant, ended_at: Instant | None) -> bool:
    """Whether an announcement's own time and that of an incident of ours have a moment in common."""
    began_at = incident.first_word_at if incident.began_at is None else incident.began_at
    if began_at is None or (ended_at is not None and began_at > ended_at):
        return False
    return incident.ended_at is None or incident.ended_at >= started_at


def since_open(incident: PageIncident, started_at: Instant) -> PageIncident:
    """One that had been called over before our incident began, and was opened again, speaks from then on."""
    pause = incident.pause
    if pause is None or started_at <= pause.start:
        return incident
    return replace(incident, began_at=pause.end, first_word_at=pause.end)


def is_planned(
    incidents: Sequence[PageIncident],
    parts: Sequence[Part],
    regions: Sequence[str],
    surface: Surface,
    started_at: Instant,
) -> bool:
    """Whether an outage of a surface began in announced maintenance; arguments as in `acknowledged`."""
    return any(
        item.planned
        and item.began_at is not None
        and item.began_at <= started_at
        and (item.first_word_at is None or item.first_word_at <= started_at)
        and (item.ended_at is None or started_at < item.ended_at)
        and is_here(item, regions)
        and may_concern(item, parts, surface)
        for item in incidents
    )


def _said_at(incident: PageIncident, started_at: Instant) -> Instant | None:
    """The first word that can be of our incident; of one that is older, the last, if that came since."""
    first, last = incident.first_word_at, incident.last_word_at
    if first is not None and first >= started_at - round(FORESIGHT_S * 1000):
        return first
    return last if last is not None and last >= started_at else None


def may_concern(incident: PageIncident, parts: Sequence[Part], surface: Surface) -> bool:
    """Whether it may be about a surface, by the parts that it names; as `acknowledged`."""
    its_parts = _of(parts, surface)
    if not parts or (its_parts and not incident.components):
        return True
    if its_parts:
        return touches(incident, its_parts, {})
    return surface is Surface.LOGIN and names_login(incident)


def _of(parts: Sequence[Part], surface: Surface) -> list[Part]:
    return [part for part in parts if part.surface in (None, surface)]


def _spares(incident: PageIncident, parts: Sequence[Part], surface: Surface) -> bool:
    """Whether it is open, and its own list calls ours well and others not."""
    mine = {
        item.state for item in incident.stated if any(is_part(part, item) for part in _of(parts, surface))
    }
    others = any(item.state in TROUBLES for item in incident.stated)
    return incident.ended_at is None and mine == {FeedState.UP} and others


def _overlaps(
    incident: PageIncident, first_word_at: Instant, started_at: Instant, ended_at: Instant | None
) -> bool:
    began_at = _began(incident, first_word_at)
    if incident.ended_at is not None and incident.ended_at < started_at - round(EARLY_S * 1000):
        return False
    if ended_at is None:
        return True
    return began_at <= ended_at and first_word_at <= ended_at + round(LATE_WORD_S * 1000)


def _began(incident: PageIncident, first_word_at: Instant) -> Instant:
    return first_word_at if incident.began_at is None else incident.began_at


def _id(incident: PageIncident) -> tuple[str, bool]:
    """Incidents and maintenance are numbered apart."""
    return incident.id, incident.planned


def _begins(old: PageIncident, new: PageIncident) -> Instant | None:
    """An incident may be dated back, never forward; maintenance may be moved as long as it has an end."""
    moved = new.planned and (new.ended_at is not None or old.ended_at is not None)
    if old.began_at is None or new.began_at is None or moved:
        return old.began_at if new.began_at is None else new.began_at
    return min(old.began_at, new.began_at)


def _pause(old: PageIncident, new: PageIncident) -> Span | None:
    """The time for which it was over, where the newer edit opens it again."""
    over_at, again_at = old.ended_at, new.last_word_at
    if new.planned or over_at is None or new.ended_at is not None or again_at is None or again_at <= over_at:
        return None
    return Span(over_at, again_at)


def _joined(old: PageIncident, new: PageIncident) -> PageIncident:
    """The newer edit, which may be dated back, with what only the older one knew."""
    words = [at for at in (old.last_word_at, new.last_word_at) if at is not None]
    first = [at for at in (old.first_word_at, new.first_word_at) if at is not None]
    return replace(
        new,
        began_at=_begins(old, new),
        pause=_pause(old, new) or old.pause,
        first_word_at=min(first, default=None),
        last_word_at=max(words, default=None),
        components=new.components or old.components,
        places=new.places or old.places,
        url=new.url or old.url,
        text=new.text or old.text,
    )
