"""The time to first token: the latency of each completion that answered, found among all results.

It lies nowhere else, so whatever becomes of a result becomes of it, and where there are no completions it
takes no room. Beside them what asks less is outranked, but measured all the same: told apart, neither line
jumps when the money for completions is spent. Days without any are known without unpacking all of them.
"""

import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from trayuptime.core.model import Instant, Span
from trayuptime.history import grains, hourly, packing, raw
from trayuptime.history.counted import Counts
from trayuptime.history.grains import Grain
from trayuptime.history.hourly import Pace

_REMEMBERED = 800
"""Stretches at rest, some kB each: a page that is open reads its year again and again; see `forget`."""


class Apart(NamedTuple):
    """The answers of some time.

    Attributes:
        asked_at: when each completion was asked that answered, in the order of time.
        took_ms: how long its first token took.
        others: each hour's latencies of what asked less than a completion, whether or not it counted.
        first_tokens: each hour's times to first token.
    """

    asked_at: Sequence[Instant]
    took_ms: Sequence[float]
    others: Sequence[Pace]
    first_tokens: Sequence[Pace]


def days(
    connection: sqlite3.Connection, surface: int, window: Span, fresh: Sequence[Grain]
) -> Iterator[tuple[Instant, Apart]]:
    """The days of UTC of which completions answered, or outranked what answered; in the order of time.

    Args:
        connection: to the history, within one transaction.
        surface: its number.
        window: what lies outside it is cut off.
        fresh: the results of the surface that are not packed yet, in the order of time.

    Raises:
        TornError: packed results are damaged.
    """
    for day in _days(connection, surface, window, fresh):
        end = day + raw.DAY_MS
        if window.start <= day and end <= window.end and not raw.between(fresh, day, end):
            yield day, _at_rest(connection, surface, day)
        else:
            start, end = max(day, window.start), min(end, window.end)
            yield day, _apart(raw.of_surface(connection, surface, start, end, fresh))


def forget() -> None:
    """Lets go of what was remembered, when nobody looks any more; it is found anew when somebody does."""
    _unpacked.cache_clear()


def _days(
    connection: sqlite3.Connection, surface: int, window: Span, fresh: Sequence[Grain]
) -> list[Instant]:
    bodies = connection.execute(
        "SELECT since, body FROM packed WHERE surface = ?1 AND since < ?3 AND newest >= ?2"
        " AND since >= ?2 - ?4",
        (surface, window.start, window.end, raw.DAY_MS),
    )
    found = {start for start, body in bodies if any(map(_tells, packing.codes(body)))}
    found |= {grain[0] for grain in raw.between(fresh, window.start, window.end) if _tells(grain[1])}
    return sorted({at // raw.DAY_MS * raw.DAY_MS for at in found})


def _tells(code: int) -> bool:
    return grains.is_first_token(code) or (grains.is_lesser_answer(code) and not grains.is_counted(code))


def _at_rest(connection: sqlite3.Connection, surface: int, day: Instant) -> Apart:
    bodies = connection.execute(
        "SELECT body FROM packed WHERE surface = ? AND since >= ? AND since < ? ORDER BY since",
        (surface, day, day + raw.DAY_MS),
    )
    stretches = [_unpacked(body) for (body,) in bodies]
    if len(stretches) == 1:
        return stretches[0]
    return Apart(*([each for part in parts for each in part] for parts in zip(*stretches, strict=True)))


@lru_cache(_REMEMBERED)
def _unpacked(body: bytes) -> Apart:
    """A stretch is one of whole hours."""
    return _apart(packing.unpack(body))


def _apart(results: Sequence[Grain]) -> Apart:
    codes = {grain[1] for grain in results}
    deep = {code for code in codes if grains.is_first_token(code)}
    lesser = {code for code in codes if grains.is_lesser_answer(code)}
    hours = list(_by_hour(results))
    answered = [(at, (latency - 1) / 1000) for at, code, latency, *_ in results if latency and code in deep]
    return Apart(
        array("q", [at for at, _ in answered]),
        array("d", [ms for _, ms in answered]),
        hourly.paces_of((start, _counts(within, lesser)) for start, within in hours),
        hourly.paces_of((start, _counts(within, deep)) for start, within in hours) if deep else (),
    )


def _counts(results: Sequence[Grain], codes: Collection[int]) -> Counts:
    return Counter([grain[2] - 1 for grain in results if grain[2] and grain[1] in codes])


def _by_hour(results: Sequence[Grain]) -> Iterator[tuple[Instant, Sequence[Grain]]]:
    at = 0
    while at < len(results):
        hour = results[at][0] // raw.HOUR_MS * raw.HOUR_MS
        end = bisect_left(results, (hour + raw.HOUR_MS,), lo=at)
        yield hour, results[at:end]
        at = end
