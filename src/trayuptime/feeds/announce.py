"""A vendor's announcement as a value: incidents and maintenance of every format end up here."""

from collections.abc import Iterable

from trayuptime.core.feed import Component, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds.fields import earliest, latest


def incident(
    id_: str,
    title: str,
    state: FeedState | None,
    *,
    over: bool,
    now: Instant,
    began_at: Instant | None = None,
    ended_at: Instant | None = None,
    words_at: Iterable[Instant | None] = (),
    components: Iterable[str] = (),
    stated: Iterable[Component] = (),
    places: Iterable[str] = (),
    url: str = "",
    text: str = "",
) -> PageIncident:
    """What went wrong, or goes wrong.

    Args:
        id_: the page's own; where it gives none, the title and the beginning stand for it.
        title: one line.
        state: how bad, `None` for harmless.
        over: whether the vendor calls it over; then it has an end, even where none is given.
        now: by our clock.
        began_at: as the vendor dates it. One who spoke of it before knew of it before (DeepSeek 2025-01-27).
        ended_at: as the vendor dates it; not believed while it is not over.
        words_at: when the vendor spoke of it.
        components: ids and names.
        stated: how it calls each of them now, where it says.
        places: regions.
        url: its own page.
        text: what was said of it.
    """
    spoken = list(words_at)
    first_at = earliest(*spoken)
    last_at = latest(*spoken)
    began_at = earliest(began_at, first_at)
    end = next(at for at in (ended_at, last_at, began_at, now) if at is not None)
    return PageIncident(
        id=id_ or f"{title}@{began_at}",
        title=title,
        state=state,
        began_at=began_at,
        first_word_at=first_at,
        last_word_at=last_at,
        ended_at=min(end, now) if over else None,
        components=_named(components),
        stated=tuple(stated),
        places=_named(places),
        url=url,
        text=text,
    )


def maintenance(
    id_: str,
    title: str,
    *,
    running: bool,
    over: bool,
    now: Instant,
    starts_at: Instant | None = None,
    ends_at: Instant | None = None,
    words_at: Iterable[Instant | None] = (),
    components: Iterable[str] = (),
    places: Iterable[str] = (),
    url: str = "",
    text: str = "",
) -> PageIncident:
    """What is planned: it counts in its window, and past its planned end while the vendor says it goes on.

    Args:
        id_: as in `incident`.
        title: one line.
        running: whether the vendor says that it goes on right now.
        over: whether the vendor calls it over.
        now: by our clock.
        starts_at: planned or actual. One without a date that goes on had begun when that was said last; if it
            does not go on, it never counts.
        ends_at: planned or actual.
        words_at: when the vendor spoke of it.
        components: ids and names.
        places: regions.
        url: its own page.
        text: what was said of it.
    """
    spoken = list(words_at)
    if over:
        end = next(at for at in (ends_at, latest(*spoken), starts_at, now) if at is not None)
        ends_at = min(end, now)
    elif running:
        said_at = latest(*(at for at in spoken if at is not None and at <= now))
        starts_at = min(next(at for at in (starts_at, said_at, now) if at is not None), now)
        ends_at = None
    return PageIncident(
        id=id_ or f"{title}@{starts_at}",
        title=title,
        state=FeedState.MAINTENANCE,
        began_at=starts_at,
        first_word_at=earliest(*spoken),
        last_word_at=latest(*spoken),
        ended_at=ends_at,
        components=_named(components),
        places=_named(places),
        planned=True,
        url=url,
        text=text,
    )


def _named(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if word)
