"""A result in five whole numbers, as it lies in the file: what every form of storing has in common.

Latencies are kept to the microsecond, everything else exactly. The numbers of words never change: a new word
is added at the end, with a new schema (an older program must refuse it).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import gcd
from operator import sub

from trayuptime.core.coverage import Word
from trayuptime.core.figures import IN_TIME
from trayuptime.core.model import Instant, Level, Result
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.trace import Answer
from trayuptime.core.uptime import SPEAKS_FOR

REASONS = (
    Reason.OK,
    Reason.SLOW,
    Reason.BAD_ANSWER,
    Reason.STREAM_CUT,
    Reason.READ_TIMEOUT,
    Reason.SERVER_ERROR,
    Reason.OVERLOADED,
    Reason.DNS_FAILURE,
    Reason.CONNECT_REFUSED,
    Reason.CONNECT_TIMEOUT,
    Reason.CONNECTION_RESET,
    Reason.TLS_FAILURE,
    Reason.RATE_LIMITED,
    Reason.OUT_OF_CREDIT,
    Reason.KEY_REJECTED,
    Reason.NOT_AVAILABLE_HERE,
    Reason.MODEL_MISSING,
    Reason.BAD_REQUEST,
    Reason.UNKNOWN,
    Reason.PORTAL,
)
LEVELS = (Level.REACH, Level.MODELS, Level.COMPLETION)

_PROVEN, _COUNTED = 1 << 8, 1 << 9
_LEVEL_SHIFT, _REASON_MASK, _LEVEL_MASK = 6, 63, 3
_REASON_CODES = {reason: number for number, reason in enumerate(REASONS)}
_LEVEL_CODES = {level: number << _LEVEL_SHIFT for number, level in enumerate(LEVELS)}
_MUTE = tuple(MEANINGS[reason].effect is Effect.NOTHING for reason in REASONS)
_TIMED = tuple(reason in IN_TIME for reason in REASONS)
_FAILED = tuple(MEANINGS[reason].effect is Effect.FAILURE for reason in REASONS)
_MOST = (1 << 32) - 2
_MILLISECOND = 1_000

Grain = tuple[Instant, int, int, int, int]
"""One result of a surface, a plain tuple, for there are millions of them:

* when its probe started;
* its code: reason, level, whether it was proven and whether it counted;
* its latency in microseconds, one more than it was; 0 for none;
* its HTTP status; 0 for none;
* the interval that was in force, in milliseconds.
"""


def grain_of(result: Result, proven: bool, counted: bool) -> Grain:
    """A result as it is kept."""
    latency_ms = result.latency_ms
    return (
        result.at,
        _REASON_CODES[result.reason]
        | _LEVEL_CODES[result.level]
        | (_PROVEN if proven else 0)
        | (_COUNTED if counted else 0),
        0 if latency_ms is None else latency_of(latency_ms),
        result.http_status or 0,
        interval_of(result.interval_s),
    )


def latency_of(latency_ms: float) -> int:
    """A latency as it lies in a grain."""
    latency = round(latency_ms * 1000)
    return latency + 1 if latency < _MOST else _MOST + 1


@lru_cache(256)
def interval_of(interval_s: float) -> int:
    """An interval as it lies in a grain: at least a millisecond, or its result would never have spoken."""
    return min(max(round(interval_s * 1000), 1), _MOST)


def unit_of(latencies: Iterable[int]) -> int:
    """The coarsest unit that holds them all, in microseconds: mostly these are whole milliseconds."""
    return gcd(_MILLISECOND, *{latency - 1 for latency in latencies if latency})


def in_units(latencies: Iterable[int], unit: int) -> list[int]:
    """Latencies of grains in a unit that holds them all, one more than they are; 0 for none."""
    up = unit - 1
    return [(latency + up) // unit for latency in latencies]


def from_units(latencies: Iterable[int], unit: int) -> list[int]:
    """The same back."""
    return [(latency - 1) * unit + 1 if latency else 0 for latency in latencies]


def kinds_of(
    codes: Sequence[int], statuses: Sequence[int], intervals: Sequence[int]
) -> tuple[tuple[tuple[int, ...], ...], Sequence[int]]:
    """What hardly changes from result to result: the few there are as columns, and which each is of.

    Where there is only one, the index is empty.
    """
    each = list(zip(codes, statuses, intervals, strict=True))
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(each))}
    index = [kinds[kind] for kind in each] if len(kinds) > 1 else b""
    return tuple(zip(*kinds, strict=True)), index


def together(
    times: Sequence[Instant],
    kinds: Sequence[Sequence[int]],
    index: Sequence[int],
    latencies: Sequence[int],
) -> list[Grain]:
    """Grains of their columns; see `kinds_of`.

    Raises:
        ValueError: they are not of one length.
        IndexError: there is no such kind.
    """
    codes, statuses, intervals = (
        [column[kind] for kind in index] if index else [column[0]] * len(times) for column in kinds
    )
    return list(zip(times, codes, latencies, statuses, intervals, strict=True))


def are_words(code: int) -> bool:
    """Whether a grain's code is one that this version writes: rows of recent results have no checksum."""
    return code & _REASON_MASK < len(REASONS) and code >> _LEVEL_SHIFT & _LEVEL_MASK < len(LEVELS)


def reason_of(code: int) -> Reason:
    """The reason in a grain's code."""
    return REASONS[code & _REASON_MASK]


def reason_number(code: int) -> int:
    """Which of `REASONS` a grain's code holds."""
    return code & _REASON_MASK


def level_of(code: int) -> Level:
    """The level in a grain's code."""
    return LEVELS[code >> _LEVEL_SHIFT & _LEVEL_MASK]


def is_proven(code: int) -> bool:
    """Whether its vantage was proven."""
    return bool(code & _PROVEN)


def is_counted(code: int) -> bool:
    """Whether it was taken into account."""
    return bool(code & _COUNTED)


def count(results: Sequence[Grain]) -> int:
    """How many of them were taken into account."""
    return len([grain for grain in results if grain[1] & _COUNTED])


def is_first_token(code: int) -> bool:
    """Whether its latency is the time to first token: that of a completion which answered, and counted."""
    answered = _TIMED[code & _REASON_MASK] and level_of(code) is Level.COMPLETION
    return answered and bool(code & _COUNTED)


def is_lesser_answer(code: int) -> bool:
    """Whether something that asks less than a completion was answered, if outranked by one or not."""
    return _TIMED[code & _REASON_MASK] and level_of(code) is not Level.COMPLETION


def latency_ms(latency: int) -> float | None:
    """A grain's latency as milliseconds."""
    return (latency - 1) / 1000 if latency else None


def answers(results: Iterable[Grain]) -> list[Answer]:
    """Those that counted, as a line of latencies needs them."""
    return [
        (
            at,
            at + round(SPEAKS_FOR * interval_ms),
            (latency - 1) / 1000 if latency and _TIMED[code & _REASON_MASK] else None,
            _FAILED[code & _REASON_MASK],
        )
        for at, code, latency, _, interval_ms in results
        if code & _COUNTED
    ]


def are_calm(results: Sequence[Grain]) -> bool:
    """Whether results in the order of time all counted, none was mute, and each spoke until the next one."""
    codes = {grain[1] for grain in results}
    if any(not code & _COUNTED or _MUTE[code & _REASON_MASK] for code in codes):
        return False
    shortest_ms = min([grain[4] for grain in results])
    times = [grain[0] for grain in results]
    return max(map(sub, times[1:], times), default=0) <= round(SPEAKS_FOR * shortest_ms)


def word_of(grain: Grain) -> Word:
    """For how long it speaks."""
    at, code, _, _, interval_ms = grain
    return Word(at, at + round(SPEAKS_FOR * interval_ms), _MUTE[code & _REASON_MASK])
