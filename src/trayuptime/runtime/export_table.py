"""An export as one flat table: its columns, and a line of any kind as a row of it.

The columns' names, order and meaning are part of the public contract; new ones come last. What a kind of
line does not have is empty. Several words in one cell are parted by `; `.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from trayuptime.core.contract import Json
from trayuptime.core.model import GapCause, IncidentKind, Level, Reach, Surface
from trayuptime.core.reasons import Reason

TYPES = ("result", "incident", "gap", "switch", "note")


class Kind(Enum):
    """What the cells of a column hold, besides nothing."""

    WORD = auto()
    """One of a closed list."""
    TEXT = auto()
    """Anybody's: what a spreadsheet may not run."""
    LIST = auto()
    """Several of our own words or times."""
    TIME = auto()
    """`2026-11-22T05:10:11.123Z`."""
    NUMBER = auto()
    WHOLE = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `words` are all that stand in it, where these are a closed list."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()


def _words(name: str, words: Sequence[str]) -> Column:
    return Column(name, Kind.WORD, tuple(map(str, words)))


COLUMNS = (
    _words("type", TYPES),
    Column("at", Kind.TIME),
    Column("until", Kind.TIME),
    Column("provider", Kind.TEXT),
    _words("surface", list(Surface)),
    # of a result
    _words("reason", list(Reason)),
    Column("latency_ms", Kind.NUMBER),
    Column("http_status", Kind.WHOLE),
    _words("level", list(Level)),
    Column("interval_s", Kind.NUMBER),
    Column("host", Kind.TEXT),
    _words("reach", list(Reach)),
    Column("proven", Kind.FLAG),
    Column("witness", Kind.TEXT),
    Column("counted", Kind.FLAG),
    # of a gap
    _words("cause", list(GapCause)),
    # of an incident, and of a note the first two
    Column("incident", Kind.WHOLE),
    Column("started_at", Kind.TIME),
    _words("kind", list(IncidentKind)),
    Column("confirmed_at", Kind.TIME),
    Column("duration_s", Kind.NUMBER),
    Column("downtime_s", Kind.NUMBER),
    Column("phases", Kind.LIST),
    Column("reasons", Kind.LIST),
    Column("recoveries", Kind.LIST),
    Column("in_maintenance", Kind.FLAG),
    Column("vendor_acknowledged_at", Kind.TIME),
    Column("vendor_last_word_at", Kind.TIME),
    Column("vendor_title", Kind.TEXT),
    Column("detection_lead_s", Kind.NUMBER),
    # of a switch
    Column("to", Kind.TEXT),
    Column("back", Kind.FLAG),
    # of a note
    Column("text", Kind.TEXT),
    # of a result, again
    Column("detail", Kind.TEXT),
    Column("request_id", Kind.TEXT),
)
NAMES = tuple(column.name for column in COLUMNS)

_UNSAID = {
    "type": "result",
    "level": Level.MODELS.value,
    "reach": Reach.INTERNET.value,
    "proven": False,
    "counted": True,
}
"""What a result's line leaves out, for it goes without saying there."""
_OF_EVIDENCE = ("detail", "request_id")


def row(line: Json) -> list[Any]:
    """The cells of an export's line, in the order of the columns.

    Raises:
        KeyError: it is none of ours.
    """
    cells = _UNSAID | line if "reason" in line else _cells(line)
    if "evidence" in line:
        cells |= {name: line["evidence"].get(name) for name in _OF_EVIDENCE}
    return [cells.get(name) for name in NAMES]


def _cells(line: Json) -> Json:
    match line:
        case {"gap": cause}:
            return {**line, "type": "gap", "cause": cause}
        case {"switch": switch}:
            return {**switch, "type": "switch", "at": line["at"]}
        case {"note": note}:
            return {**note, "type": "note", "at": line["at"]}
    incident = line["incident"]
    return {
        "in_maintenance": False,
        **incident,
        "type": "incident",
        "at": incident["started_at"],
        "until": incident["ended_at"],
        "incident": incident["id"],
        "phases": _listed(f"{phase['at']} {phase['service']}" for phase in incident["phases"]),
        "reasons": _listed(incident["reasons"]),
        "recoveries": _listed(incident["recoveries"]),
    }


def _listed(words: Any) -> str | None:
    return "; ".join(words) or None
