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
            yield Seen(_time(line, "at"), _word(line, "vantage", Vantage))
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


LAST: Instant = 32_503_680_000_000
"""The year 3000; and nobody watched an AI provider before 1970."""
_Word = TypeVar("_Word", bound=StrEnum)
_Line = dict[str, Any]


def _of_event(line: _Line) -> _Line:
    """A line of `run --json` in the words of an export; what was only told, not seen, stays an event."""
    match line.get("event"):
        case "result":
            return {**line, "proven": True}
        case "gap":
            return {**line, "gap": line.get("cause")}
        case "offline" | "online":
            return line
    return {"event": line["event"]}


def _heard(line: _Line, number: int) -> Heard:
    return Heard(
        at=_time(line, "at"),
        key=_key(line),
        reason=_word(line, "reason", Reason),
        latency_ms=_optional(line, "latency_ms", _amount),
        interval_s=_optional(line, "interval_s", _positive),
        proven=_flag(line, "proven", default=False),
        counted=_flag(line, "counted", default=True),
        level=_word(line, "level", Level) if "level" in line else Level.MODELS,
        http_status=_optional(line, "http_status", _status),
        reach=_word(line, "reach", Reach) if "reach" in line else Reach.INTERNET,
        host=_text(line, "host") if "host" in line else "",
        witness=_text(line, "witness") if "witness" in line else "",
        line=number,
    )


def _gap(line: _Line) -> Gap:
    at, until = _time(line, "at"), _time(line, "until")
    if until < at:
        raise WrongError('its "until" is before its "at"')
    key = _key(line) if line.get("provider") is not None else None
    return Gap(at, until, _word(line, "gap", GapCause), key)


def _key(line: _Line) -> Key:
    return Key(_text(line, "provider"), _word(line, "surface", Surface))


def _time(line: _Line, name: str) -> Instant:
    text = _text(line, name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongError(f'its "{name}" is no time: {_shown(text)}') from None
    if moment.tzinfo is None:
        raise WrongError(f'its "{name}" names no time zone: {_shown(text)}; UTC ends with Z')
    at = round(moment.timestamp() * 1000)
    if not 0 <= at < LAST:
        raise WrongError(f'its "{name}" is beyond all clocks: {_shown(text)}')
    return at


def _word(line: _Line, name: str, words: type[_Word]) -> _Word:
    text = _text(line, name)
    try:
        return words(text)
    except ValueError:
        near = difflib.get_close_matches(text, [word.value for word in words], n=1)
        hint = f'; did you mean "{near[0]}"' if near else f"; it is one of {', '.join(words)}"
        raise WrongError(f"its {name} is the unknown word {_shown(text)}{hint}") from None


def _text(line: _Line, name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str) or not value:
        raise WrongError(f'it has no "{name}"' if value is None else f'its "{name}" is no text')
    if not value.isprintable():  # it would be written to a terminal as it is
        raise WrongError(f'its "{name}" holds a character that cannot be shown: {_shown(value)}')
    return value


def _flag(line: _Line, name: str, *, default: bool) -> bool:
    value = line.get(name, default)
    if not isinstance(value, bool):
        raise WrongError(f'its "{name}" is neither true nor false')
    return value


def _optional(line: _Line, name: str, parse: Callable[[object], Any]) -> Any:
    value = line.get(name)
    if value is None:
        return None
    parsed = parse(value)
    if parsed is None:
        raise WrongError(f'its "{name}" cannot be {_shown(str(value))}')
    return parsed


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e12 else None  # 30 years in milliseconds; never nan


def _positive(value: object) -> float | None:
    return _amount(value) or None


def _status(value: object) -> int | None:
    return value if isinstance(value, int) and 100 <= value <= 599 else None


def _shown(text: str) -> str:
    plain = "".join(char if char.isprintable() else "?" for char in text[:40])
    return f'"{plain}{"…" if len(text) > 40 else ""}"'
