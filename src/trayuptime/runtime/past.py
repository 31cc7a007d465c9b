"""What the history holds of a window, as figures: the one way in which `uptime` and the dossier read it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from trayuptime.config.values import ProviderConfig
from trayuptime.core.coverage import open_gaps
from trayuptime.core.figures import Record, Row, figures, record, together
from trayuptime.core.maintenance import maintenance_spans
from trayuptime.core.model import Gap, GapCause, Instant, Key, Span, Surface
from trayuptime.core.state import State
from trayuptime.history import Reader
from trayuptime.history.windows import Windows

Surfaces = Mapping[str, Sequence[Surface]]
"""The surfaces to tell of, by provider."""


@dataclass(frozen=True, slots=True)
class Past:
    """One moment's look at the history; lives as long as the file is open.

    Attributes:
        window: begins with the first result where its beginning was left open.
        heard: the surfaces that were asked in it, or whose last answer speaks into it.
        known: every surface that there is anything of.
        reader: the file, and `windows` its figures; `None` where there is none.
        watched_until: how far what lasts has been seen; `None` for when the engine last wrote anything.
    """

    window: Span
    heard: Sequence[Key] = ()
    known: Sequence[Key] = ()
    reader: Reader | None = None
    windows: Windows | None = None
    watched_until: Instant | None = None

    def record(self, key: Key, window: Span) -> Record:
        """What a window holds of a surface."""
        return record(key, window, (), (), ()) if self.windows is None else self.windows.record(key, window)


def unwatched(window: Span) -> Past:
    """The past of a home without a history."""
    return Past(window if window.start else _begun(window, None))


@contextmanager
def look_back(path: Path, window: Span, now: Instant, *, live: bool) -> Iterator[Past]:
    """Opens the history for a window.

    Args:
        path: of the file, which is there.
        window: which begins with the first result where it begins with 0.
        now: until when gaps that have begun reach.
        live: an engine watches; otherwise nobody has since it last wrote, which is a gap.

    Raises:
        HistoryError: it cannot be read, also while the past is looked at.
    """
    with Reader(path) as reader, reader.snapshot():
        if not window.start:
            window = _begun(window, reader.first_heard(window.end))
        state = reader.state()
        gaps = _gaps_of(state, reader.last_seen(), now, watching=live)
        with reader.windows(window, gaps) as windows:
            known = list(dict.fromkeys([*state.surfaces, *reader.known()]))
            yield Past(
                window, windows.heard(window), known, reader, windows, watched_until=now if live else None
            )


def gaps_now(reader: Reader, now: Instant, *, watching: bool) -> list[Gap]:
    """The gaps that have begun and are in no row yet; while no engine watches, that is one too."""
    return _gaps_of(reader.state(), reader.last_seen(), now, watching=watching)


def _gaps_of(state: State, seen: Instant | None, now: Instant, *, watching: bool) -> list[Gap]:
    gaps = open_gaps(state, now if watching or seen is None else seen)
    if not watching and seen is not None and state.surfaces:
        gaps.append(Gap(seen, now, GapCause.APP_OFF))  # as the next engine will record it
    return gaps


def asked_for(past: Past, ids: Sequence[str], configured: Mapping[str, ProviderConfig]) -> Surfaces:
    """Each provider with its surfaces: those configured, and those heard of in the window.

    One that is named also with what is known of it from before.

    Args:
        past: the window.
        ids: those to tell of; empty for all.
        configured: those that are watched, by id.
    """
    surfaces: dict[str, list[Surface]] = {name: [] for name in ids}
    for provider in configured.values():
        surfaces.setdefault(provider.id, []).extend(provider.surfaces)
    for key in (*past.heard, *(key for key in past.known if key.provider in ids)):
        surfaces.setdefault(key.provider, []).append(key.surface)
    return {
        name: list(dict.fromkeys(found))
        for name, found in surfaces.items()
        if found and (not ids or name in ids)
    }


def rows_of(
    surfaces: Surfaces,
    configured: Mapping[str, ProviderConfig],
    window: Span,
    record_of: Callable[[Key, Span], Record],
    zone: tzinfo,
) -> Iterator[Row]:
    """For each provider a row for each surface, then its own.

    Args:
        surfaces: at least one of each provider.
        configured: whose maintenance is known.
        window: of which to tell.
        record_of: what it holds of a surface; see `Past.record`.
        zone: of the user's wall clock, by which maintenance goes.
    """
    for provider, of_provider in surfaces.items():
        weekly = configured[provider].maintenance if provider in configured else ()
        planned = maintenance_spans(weekly, zone, window)
        records = {surface: record_of(Key(provider, surface), window) for surface in of_provider}
        yield from (Row(provider, surface, figures(each, planned)) for surface, each in records.items())
        yield Row(provider, None, figures(together(list(records.values())), planned))


def enabled(providers: Iterable[ProviderConfig]) -> dict[str, ProviderConfig]:
    """Those that are watched, by id."""
    return {provider.id: provider for provider in providers if provider.enabled}


def _begun(window: Span, first: Instant | None) -> Span:
    """The window from the first result on: no beginning was named."""
    return Span(window.end if first is None else first, window.end)
