"""A recording: lines of `export`, of `run --json` or of anybody, as values that can be judged again.

A line is a result `{at, provider, surface, reason, latency_ms?}`, a gap `{at, gap, until}` or a change of
vantage `{at, vantage}`; see PROPERTIES for what else it may carry. Notes, incidents and switches are passed
over. A recording with a line that cannot be understood is refused as a whole: half a story explains nothing.
"""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Reach, Surface, Vantage
from trayuptime.core.reasons import NETWORK_FAILURES, Reason
from trayuptime.core.state import Settled

MOST_PROBLEMS = 20
"""So many are told; a file that is none of ours has a problem on every line."""

PROPERTIES: Mapping[str, str] = {
    "latency_ms": "the whole probe's duration",
    "interval_s": "the interval in force; without it, the median spacing of that surface in the file",
    "proven": "a failure without an answer whose vantage was proven when it was recorded",
    "witness": "the host that proved it",
    "counted": "false: better evidence outranked it, and it was not taken into account",
    "level": "reach, models or completion; models if it is not said",
    "http_status": "of the answer",
    "reach": "loopback, private or internet; internet if it is not said",
    "host": "what witnesses count by; each surface is a host of its own if it is not said",
}
"""What a result may carry beyond its five words."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A result as it was recorded; `line` is where it stands."""

    at: Instant
    key: Key
    reason: Reason
    latency_ms: float | None = None
    interval_s: float | None = None
    proven: bool = False
    counted: bool = True
    level: Level = Level.MODELS
    http_status: int | None = None
    reach: Reach = Reach.INTERNET
    host: str = ""
    witness: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """This computer was cut off, or online again, from `at` on."""

    at: Instant
    vantage: Vantage


Recorded = Heard | Gap | Seen


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line, a sentence without its full stop."""

    line: int
    sentence: str


class RecordingError(ValueError):
    """Some lines cannot be understood; `problems` names them, the first `MOST_PROBLEMS`."""

    def __init__(self, problems: Sequence[Problem], more: int) -> None:
        super().__init__(f"{len(problems) + more} lines cannot be understood")
        self.problems = tuple(problems)
        self.more = more


class WrongError(ValueError):
    """One line, or one word of it, is wrong."""


class Problems:
    """What is wrong with a recording, while it is read."""

    def __init__(self) -> None:
        self._first: list[Problem] = []
        self._more = 0

    def add(self, line: int, wrong: WrongError) -> None:
        """One line cannot be understood."""
        if len(self._first) < MOST_PROBLEMS:
            self._first.append(Problem(line, str(wrong)))
        else:
            self._more += 1

    def refuse(self) -> None:
        """Ends the reading.

        Raises:
            RecordingError: there are any.
        """
        if self._first:
            raise RecordingError(self._first, self._more)


def parse(lines: Iterable[str]) -> list[Recorded]:
    """Everything that a recording tells, in the order of its lines.

    Raises:
        RecordingError: at least one line is none of ours.
    """
    found: list[Recorded] = []
    problems = Problems()
    for number, text in enumerate(lines, start=1):
        try:
            found += parse_line(text, number)
        except WrongError as wrong:
            problems.add(number, wrong)
    problems.refuse()
    return found


def parse_line(text: str, number: int) -> Iterator[Recorded]:
    """What one line tells, if anything.

    Raises:
        WrongError: it is none of ours.
    """
    if number == 1:
        text = text.removeprefix("\ufeff")  # some programs put a byte order mark in front of all
    if not text.strip():
        return
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongError("it is no JSON") from error
    if not isinstance(line, dict):
        raise WrongError("it is no JSON object")
    if line.get("schema", 1) != 1:
        raise WrongError(f"it is of schema {line['schema']!r}, which a newer TrayUptime wrote")
    if "event" in line:
        line = _of_event(line)
    match line:
        case {"reason": _}:
            yield _heard(line, number)
        case {"gap": _}:
            yield _gap(line)
        case {"vantage": _}:
            yield Seen(time_of(line, "at"), word_of(line, "vantage", Vantage))
        case {"incident": _} | {"note": _} | {"switch": _} | {"event": _}:
            return
        case _:
            raise WrongError('it has none of "reason", "gap" and "vantage"')


def host_of(line: Heard) -> str:
    """Whose word a line is; unless it is said, each surface is a host of its own, as most vendors have it."""
    return line.host or f"{line.key.provider} {line.key.surface}"


def heard_of(settled: Settled) -> Heard:
    """A result as the history holds it; what was settled there needs no witness again."""
    result = settled.result
    return Heard(
        at=result.at,
        key=result.key,
        reason=result.reason,
        latency_ms=result.latency_ms,
        interval_s=result.interval_s,
        proven=settled.proven or result.reason in NETWORK_FAILURES,
        counted=settled.counted,
        level=result.level,
        http_status=result.http_status,
        reach=result.reach,
        host=result.host,
        witness=settled.witness,
    )


LONGEST_TEXT = 300
"""Characters of a name or a host; no real one has so many (a host has 253 at most, RFC 1035)."""
LAST: Instant = 32_503_680_000_000
"""The year 3000; and nobody watched an AI provider before 1970."""
Line = dict[str, Any]
"""One line's JSON object, or an object within it."""
_Word = TypeVar("_Word", bound=StrEnum)


def _of_event(line: Line) -> Line:
    """A line of `run --json` in the words of an export; what was only told, not seen, stays an event."""
    match line.get("event"):
        case "result":
            return {**line, "proven": True}
        case "gap":
            return {**line, "gap": line.get("cause")}
        case "offline" | "online":
            return line
    return {"event": line["event"]}


def _heard(line: Line, number: int) -> Heard:
    return Heard(
        at=time_of(line, "at"),
        key=key_of(line),
        reason=word_of(line, "reason", Reason),
        latency_ms=optional(line, "latency_ms", amount),
        interval_s=optional(line, "interval_s", _positive),
        proven=flag_of(line, "proven", default=False),
        counted=flag_of(line, "counted", default=True),
        level=word_of(line, "level", Level) if "level" in line else Level.MODELS,
        http_status=optional(line, "http_status", _status),
        reach=word_of(line, "reach", Reach) if "reach" in line else Reach.INTERNET,
        host=text_of(line, "host") if "host" in line else "",
        witness=text_of(line, "witness") if "witness" in line else "",
        line=number,
    )


def _gap(line: Line) -> Gap:
    at, until = time_of(line, "at"), time_of(line, "until")
    if until < at:
        raise WrongError('its "until" is before its "at"')
    key = key_of(line) if line.get("provider") is not None else None
    return Gap(at, until, word_of(line, "gap", GapCause), key)


def key_of(line: Line) -> Key:
    """The surface that it speaks of.

    Raises:
        WrongError: it names none.
    """
    return Key(text_of(line, "provider"), word_of(line, "surface", Surface))


def time_of(line: Line, name: str) -> Instant:
    """A time that must be there.

    Raises:
        WrongError: it is missing, or none that a clock shows.
    """
    text = text_of(line, name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongError(f'its "{name}" is no time: {shown(text)}') from None
    if moment.tzinfo is None:
        raise WrongError(f'its "{name}" names no time zone: {shown(text)}; UTC ends with Z')
    at = round(moment.timestamp() * 1000)
    if not 0 <= at < LAST:
        raise WrongError(f'its "{name}" is beyond all clocks: {shown(text)}')
    return at


def word_of(line: Line, name: str, words: type[_Word]) -> _Word:
    """One word of a closed list, which must be there.

    Raises:
        WrongError: it is missing, or unknown.
    """
    text = text_of(line, name)
    try:
        return words(text)
    except ValueError:
        near = difflib.get_close_matches(text, [word.value for word in words], n=1)
        hint = f'; did you mean "{near[0]}"' if near else f"; it is one of {', '.join(words)}"
        raise WrongError(f"its {name} is the unknown word {shown(text)}{hint}") from None


def text_of(line: Line, name: str) -> str:
    """A text of one line that must be there.

    Raises:
        WrongError: it is missing, empty or too long, or cannot be shown.
    """
    value = line.get(name)
    if not isinstance(value, str) or not value:
        raise WrongError(f'it has no "{name}"' if value is None else f'its "{name}" is no text')
    if len(value) > LONGEST_TEXT:
        raise WrongError(f'its "{name}" is too long: {len(value):,} characters')
    if not value.isprintable():  # it would be written to a terminal as it is
        raise WrongError(f'its "{name}" holds a character that cannot be shown: {shown(value)}')
    return value


def flag_of(line: Line, name: str, *, default: bool) -> bool:
    """True or false; what goes without saying where it is missing.

    Raises:
        WrongError: it is neither.
    """
    value = line.get(name, default)
    if not isinstance(value, bool):
        raise WrongError(f'its "{name}" is neither true nor false')
    return value


def optional(line: Line, name: str, parse: Callable[[object], Any]) -> Any:
    """What may be missing: `None` then.

    Args:
        line: the object.
        name: of the value.
        parse: makes something of it; `None` where it cannot.

    Raises:
        WrongError: it is there and wrong.
    """
    value = line.get(name)
    if value is None:
        return None
    parsed = parse(value)
    if parsed is None:
        raise WrongError(f'its "{name}" cannot be {shown(str(value))}')
    return parsed


def amount(value: object) -> float | None:
    """A number of 0 or more, for `optional`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e12 else None  # 30 years in milliseconds; never nan


def _positive(value: object) -> float | None:
    return amount(value) or None


def _status(value: object) -> int | None:
    return value if isinstance(value, int) and 100 <= value <= 599 else None


def shown(text: str) -> str:
    """A stranger's words in a sentence: quoted, cut short, without what a terminal would obey."""
    plain = "".join(char if char.isprintable() else "?" for char in text[:40])
    return f'"{plain}{"…" if len(text) > 40 else ""}"'
