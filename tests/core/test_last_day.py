"""The last day in words: uptime never without its coverage, and what was not seen with its cause."""

import pytest

from trayuptime.core.last_day import LENGTH_MS, SLOT_MS, SLOTS, bar_words, drawn, trace_words
from trayuptime.core.strip import Status, Strip
from trayuptime.core.trace import Slot, Trace

HOUR, MINUTE = 3_600_000, 60_000


@pytest.mark.parametrize(
    ("strip", "words"),
    [
        (((Status.UP, 24 * HOUR),), "100.000 % up of 24 h seen"),
        (
            ((Status.UP, 19 * HOUR + 50 * MINUTE), (Status.DOWN, 10 * MINUTE), (Status.ASLEEP, 4 * HOUR)),
            "99.166 % up of 20 h seen, 10 min down, 4 h asleep",
        ),
        (((Status.UNSEEN, 24 * HOUR),), "not watched"),
        ((), "no data"),
    ],
)
def test_a_day_in_words(strip: Strip, words: str) -> None:
    assert bar_words(strip) == f"last 24 hours: {words}"


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        ((), ""),
        ((Slot(), Slot()), ""),
        (
            (Slot(90.0, 100.0, 110.0), Slot(), Slot(95.0, 120.0, 4200.0)),
            "latency around 100 ms, at most 4.2 s",
        ),
        ((Slot(1.0, 2.0, 3.0, failures=1),), "latency around 2 ms, at most 3 ms; 1 failure"),
        ((Slot(failures=2), Slot(failures=1)), "3 failures"),
    ],
)
def test_latencies_in_words(trace: Trace, words: str) -> None:
    assert trace_words(trace) == words


@pytest.mark.parametrize("now", [1_774_800_000_000, 1_774_800_000_001, 1_774_800_899_999])
def test_a_day_is_drawn_in_whole_slots_of_which_the_last_is_not_over(now: int) -> None:
    view = drawn(now)

    assert view.end - SLOT_MS <= now < view.end
    assert view.end % SLOT_MS == 0
    assert view.end - view.start == LENGTH_MS == SLOTS * SLOT_MS
