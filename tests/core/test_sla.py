"""A month held against a promise: what it allows, what is spent, and how sure that is."""

from dataclasses import replace

import pytest

from trayuptime.core.coverage import Coverage
from trayuptime.core.figures import Figures, Record, figures
from trayuptime.core.model import GapCause, Span
from trayuptime.core.sla import Outcome, against, percent_of, written

MINUTE, DAY = 60_000, 86_400_000
MONTH = Span(0, 30 * DAY)
NONE: dict[GapCause, tuple[Span, ...]] = dict.fromkeys(GapCause, ())


def _figures(covered_ms: int, down_ms: int, planned_ms: int = 0) -> Figures:
    covered = (Span(0, covered_ms),) if covered_ms else ()
    down = (Span(0, down_ms),) if down_ms else ()
    seen = Coverage(MONTH, covered, NONE, (Span(covered_ms, MONTH.end),))
    return figures(Record(seen, down, (), down, (), None, (), 0), [Span(0, planned_ms)] if planned_ms else ())


@pytest.mark.parametrize(
    ("covered_ms", "down_ms", "outcome"),
    [
        (0, 0, Outcome.NO_DATA),
        (30 * DAY, 0, Outcome.KEPT),
        (30 * DAY, 43 * MINUTE + 12_000, Outcome.KEPT),  # 99.9 % to the millisecond
        (30 * DAY, 43 * MINUTE + 12_001, Outcome.BROKEN),
        (3 * DAY, 4 * MINUTE + 19_200, Outcome.KEPT),
        (3 * DAY, 4 * MINUTE + 19_201, Outcome.BELOW),  # the rest of the month could make it good
        (3 * DAY, 44 * MINUTE, Outcome.BROKEN),  # nothing could
    ],
)
def test_what_was_seen_is_told_from_what_is_certain(covered_ms: int, down_ms: int, outcome: Outcome) -> None:
    held = against(_figures(covered_ms, down_ms), MONTH, 99.9)

    assert held.outcome is outcome
    assert held.allowed_s == pytest.approx(43.2 * 60)
    assert held.spent_s == down_ms / 1000


def test_announced_maintenance_spends_nothing() -> None:
    held = against(_figures(30 * DAY, 60 * MINUTE, planned_ms=50 * MINUTE), MONTH, 99.9)

    assert (held.outcome, held.spent_s) == (Outcome.KEPT, 600.0)
    assert held.spent == pytest.approx(10 / 43.2)


def test_all_of_what_was_seen_in_announced_maintenance_is_no_data() -> None:
    assert against(_figures(DAY, DAY, planned_ms=DAY), MONTH, 99.9).outcome is Outcome.NO_DATA


def test_a_promise_of_a_hundred_allows_nothing() -> None:
    kept, broken = (against(_figures(30 * DAY, ms), MONTH, 100.0) for ms in (0, 1))

    assert (kept.outcome, kept.spent, broken.outcome, broken.spent) == (
        Outcome.KEPT,
        None,
        Outcome.BROKEN,
        None,
    )


def test_figures_of_an_uptime_equal_to_the_promise_keep_it() -> None:
    value = replace(_figures(30 * DAY, 43_200_000 // 1000 * 60), window=MONTH)

    assert value.uptime == 0.999
    assert against(value, MONTH, 99.9).outcome is Outcome.KEPT


@pytest.mark.parametrize(
    ("text", "percent"), [("99.9", 99.9), ("99,95 %", 99.95), (" 100% ", 100.0), ("50", 50.0)]
)
def test_a_promise_is_read_as_people_write_it(text: str, percent: float) -> None:
    assert percent_of(text) == percent


@pytest.mark.parametrize("text", ["", "0.999", "100.1", "much", "nan", "99.9.9", "1e1000"])
def test_what_is_no_percentage_is_no_promise(text: str) -> None:
    with pytest.raises(ValueError, match="is no uptime; write one between 50 and 100 percent"):
        percent_of(text)


@pytest.mark.parametrize("text", ["99.9", "99.99999", "99.9999999", "100", "50"])
def test_a_promise_is_shown_to_its_last_digit(text: str) -> None:
    assert written(percent_of(text)) == text
