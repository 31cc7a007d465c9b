"""What an export tells beside its results, read back: incidents, notes, switches, what failures looked like.

The opposite of `contract.exported_incident`, `contract.exported_note` and `contract.exported`. What came from
a stranger is bounded here as it is where it is first written; a text that holds a key is not known from
another here, so whoever keeps it redacts it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from trayuptime.core import uptime
from trayuptime.core.answer import REQUEST_ID_LENGTH, one_line
from trayuptime.core.classify import DETAIL_LENGTH, EXCERPT_BYTES
from trayuptime.core.model import (
    UNKNOWN_NETWORK,
    UNTIMED,
    Incident,
    IncidentKind,
    Instant,
    Network,
    Note,
    Phase,
    Phases,
    Service,
    Span,
    Switch,
)
from trayuptime.core.notes import UnfitNoteError, note_text
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import (
    Line,
    WrongError,
    amount,
    flag_of,
    key_of,
    optional,
    shown,
    text_of,
    time_of,
    word_of,
)

LONGEST_TITLE = 300
"""Characters of a vendor's title for an incident."""
LONGEST_ADDRESS = 300
MOST = 100_000
"""Phases, recoveries or stretches of one incident; years of one that comes and goes have a few thousand."""
MOST_INTERFACES = 32

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a result beside its numbers; empty where there was nothing. See `Result`."""

    detail: str = ""
    excerpt: str = ""
    request_id: str = ""
    phases: Phases = UNTIMED
    network: Network = UNKNOWN_NETWORK


def incident_of(line: Line) -> Incident:
    """The incident of a line that has one, under the number 0: those of another file mean nothing here.

    Nobody has been told of it. It begins with its first phase at the latest; its end may lie before its start
    where a clock was set back, and whoever adds that up copes with it.

    Raises:
        WrongError: it is none.
    """
    told = _object(line, "incident")
    key = key_of(told)
    phases = tuple(_each(told, "phases", _phase))
    if not phases:
        raise WrongError('its "phases" are empty')
    return Incident(
        id=0,
        provider=key.provider,
        surface=key.surface,
        kind=word_of(told, "kind", IncidentKind),
        started_at=min(time_of(told, "started_at"), *(phase.at for phase in phases)),
        confirmed_at=time_of(told, "confirmed_at"),
        phases=phases,
        reasons=tuple(dict.fromkeys(_each(told, "reasons", _reason))),
        ended_at=_time_or_none(told, "ended_at"),
        recoveries=tuple(_each(told, "recoveries", _time)),
        seen=uptime.merged(_each(told, "seen", _span)),
        in_maintenance=flag_of(told, "in_maintenance", default=False),
        acknowledged_at=_time_or_none(told, "vendor_acknowledged_at"),
        vendor_last_at=_time_or_none(told, "vendor_last_word_at"),
        vendor_title=one_line(_text(told, "vendor_title", LONGEST_TITLE)),
    )


def note_of(line: Line) -> Note:
    """The note of a line that has one.

    Raises:
        WrongError: it is none.
    """
    told = _object(line, "note")
    key = key_of(told)
    text = told.get("text")
    if not isinstance(text, str):
        raise WrongError('it has no "text"' if text is None else 'its "text" is no text')
    try:
        text = note_text(text)
    except UnfitNoteError as error:
        raise WrongError(f'its "text" {error}') from None
    return Note(key.provider, key.surface, time_of(told, "started_at"), time_of(line, "at"), text)


def switch_of(line: Line) -> Switch:
    """The switch of a line that has one.

    Raises:
        WrongError: it is none.
    """
    told = _object(line, "switch")
    back = flag_of(told, "back", default=False)
    return Switch(time_of(line, "at"), text_of(told, "provider"), text_of(told, "to"), back=back)


def kept_of(line: Line) -> Kept | None:
    """What a result's line tells beside its numbers; `None` where it tells nothing.

    Too long a text is cut.

    Raises:
        WrongError: it is of another shape.
    """
    if line.get("evidence") is None:
        return None
    told = _object(line, "evidence")
    kept = Kept(
        detail=one_line(_text(told, "detail", DETAIL_LENGTH)),
        excerpt=_excerpt(_text(told, "excerpt", EXCERPT_BYTES)),
        request_id=one_line(_text(told, "request_id", REQUEST_ID_LENGTH)),
        phases=_phases(told) if told.get("phases") is not None else UNTIMED,
        network=_network(told) if told.get("network") is not None else UNKNOWN_NETWORK,
    )
    return None if kept == Kept() else kept


def _phase(item: object) -> Phase:
    line = _as_object(item)
    return Phase(time_of(line, "at"), word_of(line, "service", Service))


def _span(item: object) -> Span:
    line = _as_object(item)
    start, end = time_of(line, "since"), time_of(line, "until")
    if end < start:
        raise WrongError('its "until" is before its "since"')
    return Span(start, end)


def _reason(item: object) -> Reason:
    return word_of({"reason": item}, "reason", Reason)


def _time(item: object) -> Instant:
    return time_of({"time": item}, "time")


def _time_or_none(line: Line, name: str) -> Instant | None:
    return None if line.get(name) is None else time_of(line, name)


def _phases(told: Line) -> Phases:
    line = _object(told, "phases")
    return Phases(**{field.name: optional(line, field.name, amount) for field in fields(Phases)})


def _network(told: Line) -> Network:
    line = _object(told, "network")
    words = {
        name: one_line(_text(line, name, LONGEST_ADDRESS)) or None
        for name in ("local_address", "peer_address", "proxy")
    }
    interfaces = {
        name: tuple(_each(line, name, _interface, MOST_INTERFACES)) for name in ("routes", "tunnels")
    }
    return Network(**words, **interfaces)  # type: ignore[arg-type]


def _interface(item: object) -> str:
    return one_line(_text({"name": item}, "name", LONGEST_ADDRESS))


def _excerpt(text: str) -> str:
    """Without the halves of characters that no file can hold, which JSON can spell."""
    return text.encode("utf-8", "replace").decode()


def _each(line: Line, name: str, parse: Callable[[object], _T], most: int = MOST) -> Iterator[_T]:
    items = line.get(name)
    if items is None:
        return
    if not isinstance(items, list):
        raise WrongError(f'its "{name}" are no list')
    if len(items) > most:
        raise WrongError(f'its "{name}" are {len(items):,}, more than {most:,}')
    for number, item in enumerate(items, start=1):
        try:
            yield parse(item)
        except WrongError as wrong:
            raise WrongError(f'of its "{name}", number {number}: {wrong}') from None


def _object(line: Line, name: str) -> Line:
    value = line.get(name)
    if not isinstance(value, dict):
        raise WrongError(f'it has no "{name}"' if value is None else f'its "{name}" is no object')
    return value


def _as_object(item: object) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise WrongError(f"it is no object: {shown(str(item))}")
    return item


def _text(line: Line, name: str, longest: int) -> str:
    """A text that may be missing, cut to so many characters; empty then."""
    value = line.get(name, "")
    if value is not None and not isinstance(value, str):
        raise WrongError(f'its "{name}" is no text')
    return (value or "")[:longest]
