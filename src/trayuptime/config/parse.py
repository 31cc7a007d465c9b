"""From a TOML value to a typed one, or to everything that is wrong with it.

Rejected        the value is not usable; `.faults` say why, and never repeat what may be a secret
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from trayuptime.config.problems import did_you_mean, shown
from trayuptime.config.urls import BadUrl

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value is refused: continues the sentence "KEY …"; `element` counts from 0 in a list."""

    message: str
    element: int | None = None


class Rejected(ValueError):  # noqa: N818 - the value is
    """A value that is not usable."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(*faults)


def refuse(message: str) -> Rejected:
    """The exception for a single fault."""
    return Rejected(Fault(message))


def duration(value: object) -> float:
    """Seconds of `500ms`, `10s`, `5m`, `2h` or `7d`."""
    if isinstance(value, str) and (found := _DURATION.fullmatch(value)):
        return int(found["count"]) * _SECONDS[found["unit"]]
    raise refuse(f"must be a duration in quotes{_near_duration(value)}")


def age(value: object) -> float | None:
    """Seconds of `30d`, `12w`, `6mo` or `2y`; `None` for `forever`.

    A month is 31 days and a year 366, so that nothing goes sooner than a calendar would have it.
    """
    if value == FOREVER:
        return None
    if isinstance(value, str) and (found := _AGE.fullmatch(value)):
        return int(found["count"]) * _DAYS[found["unit"]] * _SECONDS["d"]
    raise refuse(f'must be "{FOREVER}" or an age in quotes{_near_age(value)}')


def show_age(seconds: float) -> str:
    """The age as the file writes it, in its largest whole unit."""
    days = round(seconds / _SECONDS["d"])
    unit = next(unit for unit in ("y", "mo", "d") if days % _DAYS[unit] == 0)
    return f"{days // _DAYS[unit]}{unit}"


def size(value: object) -> int:
    """Bytes of `500MB` or `2GB`: millions of them, or thousands of millions."""
    if isinstance(value, str) and (found := _SIZE.fullmatch(value)):
        return int(found["count"]) * _BYTES[found["unit"]]
    raise refuse(f"must be a size in quotes{_near_size(value)}")


def show_size(count: float) -> str:
    """Bytes as the file writes them, in whole gigabytes or in megabytes."""
    unit = "GB" if count and count % _BYTES["GB"] == 0 else "MB"
    return f"{count / _BYTES[unit]:g}{unit}"


def show_duration(seconds: float) -> str:
    """The duration as the file writes it, in its largest whole unit."""
    for unit in ("d", "h", "m", "s"):
        if seconds >= _SECONDS[unit] and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds * 1000:.0f}ms"


def whole(value: object) -> int:
    """A whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise refuse("must be a whole number without quotes")


def amount(value: object) -> float:
    """A number, not infinite."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return float(value)
    raise refuse("must be a number without quotes, such as 0.05")


def flag(value: object) -> bool:
    """`true` or `false`."""
    if isinstance(value, bool):
        return value
    raise refuse("must be true or false, without quotes")


def text(value: object) -> str:
    """A string."""
    if isinstance(value, str):
        return value
    raise refuse("must be text in quotes")


def line_of_text(value: object) -> str:
    """One printable line of at most 60 characters."""
    line = text(value)
    if not line.strip() or len(line) > _LONGEST_LINE or not line.isprintable():
        raise refuse(f"must be one line of text, 1 to {_LONGEST_LINE} characters")
    return line.strip()


def identifier(value: object) -> str:
    """The user's own name for a provider."""
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
        return value
    raise refuse("must be 1 to 64 letters, digits, - and _, and begin with a letter or digit")


def url(check: Callable[[str], str]) -> Callable[[object], str]:
    """A parser for URLs that `check` accepts."""

    def parse(value: object) -> str:
        try:
            return check(text(value))
        except BadUrl as problem:
            raise refuse(str(problem)) from None

    return parse


def list_of(parse_one: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    """A parser for lists without repetition; every bad element is reported."""

    def parse(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise refuse('must be a list in brackets, such as ["…", "…"]')
        good: list[str] = []
        faults: list[Fault] = []
        for index, element in enumerate(value):
            try:
                one = parse_one(element)
            except Rejected as rejected:
                faults += [Fault(f"{_nth(index)} {fault.message}", index) for fault in rejected.faults]
                continue
            if one in good:
                faults.append(Fault(f"names {shown(one)} twice", index))
            good.append(one)
        if faults:
            raise Rejected(*faults)
        return tuple(good)

    return parse


def words_of(kind: type[Word]) -> Callable[[object], tuple[Word, ...]]:
    """A parser for a list, not empty, of an enumeration's words."""
    parse_words = list_of(lambda value: one_of(kind, value))

    def parse(value: object) -> tuple[Word, ...]:
        found = tuple(map(kind, parse_words(value)))
        if not found:
            raise refuse(f"must name at least one of {', '.join(kind)}")
        return found

    return parse


def one_of(valid: Iterable[str], value: object) -> str:
    """The value, if it is one of the valid words."""
    choices = list(map(str, valid))
    word = text(value)
    if word in choices:
        return word
    hint = did_you_mean(word, choices) or f"; valid are {', '.join(choices)}"
    raise refuse(f"is the unknown word {shown(word)}{hint}")


FOREVER = "forever"
_LARGEST = 1e300
"""Below what no number of any length overflows."""
_LONGEST_LINE = 60
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?P<count>[0-9]{1,12})(?P<unit>ms|s|m|h|d)")
_DAYS = {"d": 1, "w": 7, "mo": 31, "y": 366}
_AGE = re.compile(r"(?P<count>[0-9]{1,5})(?P<unit>d|w|mo|y)")
_BYTES = {"MB": 1_000_000, "GB": 1_000_000_000}
_SIZE = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>MB|GB)")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LOOSE_DURATION = re.compile(r"\s*([0-9]{1,9})\s*([A-Za-z]*)\.?\s*")
_LOOSE_UNITS = {
    "": "s",
    **dict.fromkeys(("msec", "msecs", "millis", "millisecond", "milliseconds", "ms"), "ms"),
    **dict.fromkeys(("sec", "secs", "second", "seconds", "s"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "m"), "m"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "h"), "h"),
    **dict.fromkeys(("day", "days", "d"), "d"),
}

_LOOSE_AGES = {
    **dict.fromkeys(("day", "days", "d"), "d"),
    **dict.fromkeys(("week", "weeks", "w"), "w"),
    **dict.fromkeys(("month", "months", "mon", "mo", "m"), "mo"),
    **dict.fromkeys(("year", "years", "yr", "yrs", "y", "a"), "y"),
}
_LOOSE_SIZES = {
    **dict.fromkeys(("", "m", "mb", "mib", "mbyte", "megabytes"), "MB"),
    **dict.fromkeys(("g", "gb", "gib", "gbyte", "gigabytes"), "GB"),
}


def _near_age(value: object) -> str:
    found = _LOOSE_DURATION.fullmatch(value) if isinstance(value, str) else None
    if found and (unit := _LOOSE_AGES.get(found[2].casefold())):
        return f'; did you mean "{found[1]}{unit}"?'
    if isinstance(value, str) and (near := did_you_mean(value, (FOREVER,))):
        return near
    return ', such as "90d", "26w", "6mo" or "2y"'


def _near_size(value: object) -> str:
    plain = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    found = _LOOSE_DURATION.fullmatch(plain)
    if found and (unit := _LOOSE_SIZES.get(found[2].casefold())):
        return f'; did you mean "{found[1]}{unit}"?'
    return ', such as "500MB" or "2GB"'


def _near_duration(value: object) -> str:
    plain = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    found = _LOOSE_DURATION.fullmatch(plain)
    if found and (unit := _LOOSE_UNITS.get(found[2].casefold())):
        return f'; did you mean "{found[1]}{unit}"?'
    return ', such as "500ms", "10s", "5m", "2h" or "7d"'


def _nth(index: int) -> str:
    return f"element {index + 1}"
