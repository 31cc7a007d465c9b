"""Reads long recordings: what a line says beyond its time and latency many say, and it is understood once.

A line is cut at its time and at its latency. What is left, its shape, is put around two other times and
latencies and read like any line: where these come out as the result's own, the text between holds them alone,
so every line of that shape is the same result at its own time. All other lines are read one by one.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from trayuptime.core.model import Instant
from trayuptime.core.packed import Packed
from trayuptime.core.recording import LAST, Heard, Problems, WrongError, parse_line

MOST_SHAPES = 10_000
"""Who writes something new into every line has it read line by line."""
_MOST_MINUTES = 10_000
_MINUTE_MS = 60_000

_CUT = re.compile(
    r'(.*?"at": ?")'
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}):([0-5][0-9])(?:\.([0-9]{3}))?"
    r'(Z".*?"latency_ms": ?)'
    r"((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?)"
    r"([,}].*)",
    re.DOTALL,
)
_TRIALS = (
    ("2001-02-03T04:05:06.789", "1234.5", 981_173_106_789, 1234.5),
    ("1999-12-31T23:59:58.001", "0.25", 946_684_798_001, 0.25),
)

_Shape = tuple[str, str, str]


def read(lines: Iterable[str]) -> Packed:
    """The same as `recording.parse`, packed, and without the lines' numbers.

    Raises:
        RecordingError: at least one line is none of ours.
    """
    packed = Packed()
    problems = Problems()
    forms: dict[_Shape, int | None] = {}
    minutes = _Minutes()
    cut, add = _CUT.fullmatch, packed.add
    for number, text in enumerate(lines, start=1):
        if (found := cut(text)) is not None:
            head, minute, second, millis, middle, latency, tail = found.groups()
            form = forms.get((head, middle, tail))
            start = minutes[minute]
            if form is not None and start is not None:
                add(start + int(second) * 1000 + int(millis or 0), float(latency), form)
                continue
        try:
            for line in parse_line(text, number):
                packed.append(line)
        except WrongError as wrong:
            problems.add(number, wrong)
        else:
            if found is not None and len(forms) < MOST_SHAPES and number > 1:
                shape = (head, middle, tail)
                if shape not in forms:
                    forms[shape] = _form(shape, packed)
    problems.refuse()
    return packed


def _form(shape: _Shape, packed: Packed) -> int | None:
    """What every line of a shape says; `None` where its time or its latency is not what was cut out."""
    head, middle, tail = shape
    found: int | None = None
    for time, latency, at, latency_ms in _TRIALS:
        try:
            said = list(parse_line(f"{head}{time}{middle}{latency}{tail}", 0))
        except WrongError:  # as a gap that ends where it was cut
            return None
        if len(said) != 1 or not isinstance(said[0], Heard):
            return None
        if (said[0].at, said[0].latency_ms) != (at, latency_ms):
            return None
        found = packed.form(said[0])
    return found


class _Minutes(dict[str, Instant | None]):
    """When minutes begin, as they are written; `None` for what is no time."""

    def __missing__(self, minute: str) -> Instant | None:
        if len(self) >= _MOST_MINUTES:  # most come one after the other, so the old ones are not needed again
            self.clear()
        try:
            start = round(datetime.fromisoformat(f"{minute}:00Z").timestamp() * 1000)
        except ValueError:
            start = -1
        self[minute] = start if 0 <= start <= LAST - _MINUTE_MS else None
        return self[minute]
