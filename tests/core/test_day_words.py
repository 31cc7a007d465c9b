"""A day in words: never up where nothing was seen, and every part of it that lasted a second."""

from dataclasses import replace
from datetime import date

import pytest

from core.test_figures import outage
from trayuptime.core.day_words import day_words, reasons_of, sums_words
from trayuptime.core.days import DayCell
from trayuptime.core.model import Incident, Span
from trayuptime.core.reasons import Reason
from trayuptime.core.strip import STATUSES, Status

MINUTE, HOUR = 60_000, 3_600_000


def sums(**ms: int) -> tuple[int, ...]:
    found = [0] * STATUSES
    for name, value in ms.items():
        found[Status[name]] = value
    return tuple(found)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (sums(UP=24 * HOUR), ["100.000 % up of 24 h seen"]),
        (
            sums(UP=22 * HOUR - 2 * MINUTE, DOWN=12 * MINUTE, ASLEEP=110 * MINUTE),
            ["99.097 % up of 22 h 10 min seen", "12 min down", "1 h 50 min asleep"],
        ),
        (sums(UP=HOUR, DEGRADED=HOUR), ["100.000 % up of 2 h seen", "1 h degraded"]),
        (sums(ASLEEP=24 * HOUR), ["24 h asleep"]),
        (sums(UNSEEN=24 * HOUR), ["not watched"]),
        (sums(UP=HOUR, UNSEEN=HOUR), ["100.000 % up of 1 h seen", "1 h not watched"]),
        (sums(UP=HOUR, OFFLINE=999), ["100.000 % up of 1 h seen"]),
        (sums(), ["no data"]),
    ],
)
def test_what_is_said_of_a_stretch_of_time(of: tuple[int, ...], said: list[str]) -> None:
    assert sums_words(of) == said


def test_a_second_of_downtime_never_reads_as_all_up() -> None:
    assert sums_words(sums(UP=24 * HOUR - 1_000, DOWN=1_000))[0].startswith("99.998 % up")


def test_a_day_has_its_date_and_why() -> None:
    cell = DayCell(date(2026, 11, 11), Span(0, 24 * HOUR), sums(UP=23 * HOUR, DOWN=HOUR))

    assert day_words(cell, ["answers 503"]) == (
        "Wed 11 Nov 2026 · 95.833 % up of 24 h seen · 1 h down (answers 503)"
    )


def of_span(span: Span, *reasons: Reason) -> Incident:
    return replace(outage(0, 1), started_at=span.start, ended_at=span.end, reasons=reasons)


def test_the_reasons_are_those_of_incidents_that_overlap_it_each_once() -> None:
    cell = DayCell(date(2026, 11, 11), Span(24 * HOUR, 48 * HOUR), sums())
    incidents = [
        of_span(Span(0, 24 * HOUR), Reason.OVERLOADED),
        of_span(Span(23 * HOUR, 25 * HOUR), Reason.SERVER_ERROR),
        of_span(Span(30 * HOUR, 31 * HOUR), Reason.SERVER_ERROR, Reason.READ_TIMEOUT),
        replace(of_span(Span(47 * HOUR, 48 * HOUR), Reason.TLS_FAILURE), ended_at=None),
        of_span(Span(48 * HOUR, 49 * HOUR), Reason.DNS_FAILURE),
    ]

    found = reasons_of(cell, incidents)

    assert len(found) == 3
    assert found[:2] == ["answers with a server error", "does not answer in time"]
