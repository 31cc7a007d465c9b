"""Whatever comes in late, or is written in another way, leaves no sum behind that is not true any more."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from history.watching import DEEPSEEK, START, Watching, a_result
from trayuptime.core.figures import figures, record
from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Result, Rules, Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Settled, State
from trayuptime.history import History, Reader

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MIDNIGHT = START // DAY_MS * DAY_MS + DAY_MS
OLD, NEW = Key("old", Surface.API), Key("new", Surface.API)


class Diary:
    """A history, and beside it every result and gap that it was told."""

    def __init__(self, history: History, path: Path) -> None:
        self.history = history
        self.path = path
        self.results: list[Result] = []
        self.gaps: list[Gap] = []

    def put(self, at: Instant, key: Key = DEEPSEEK, *, counted: bool = True, **more: Any) -> None:
        settled = Settled(a_result(key, Reason.OK, at, **more), proven=False, counted=counted)
        self.history.append([settled], State(), at)
        if counted:
            self.results.append(settled.result)

    def put_gap(self, gap: Gap) -> None:
        self.history.append([GapSeen(gap)], State(), gap.until)
        self.gaps.append(gap)

    def tidy(self, now: Instant) -> None:
        while self.history.tidy(now, lambda: 0.0):
            pass

    def check(self, window: Span, key: Key = DEEPSEEK, results: Iterable[Result] | None = None) -> None:
        told: Sequence[Result] = self.results if results is None else list(results)
        own = [each for each in told if each.key == key]
        with Reader(self.path) as reader:
            gaps, incidents = reader.gaps(), reader.incidents()
            with reader.windows(window) as windows:
                assert figures(windows.totals(key, window)) == figures(
                    record(key, window, own, gaps, incidents)
                )

    def check_until_tidied(self, window: Span, key: Key = DEEPSEEK) -> None:
        renamed = [replace(result, provider=key.provider) for result in self.results]
        for days in (0, 5, 10):
            self.check(window, key, renamed)
            self.tidy(window.end + days * DAY_MS)
        self.check(window, key, renamed)


@pytest.fixture
def diary(history: History, path: Path) -> Diary:
    return Diary(history, path)


def test_days_of_two_ids_that_become_one_are_summed_up_anew(diary: Diary) -> None:
    for number in range(4 * 48):
        diary.put(MIDNIGHT + number * DAY_MS // 48, NEW if number // 24 % 2 else OLD, interval_s=900.0)
    diary.tidy(MIDNIGHT + 6 * DAY_MS)

    diary.history.rename("old", "new", State(), MIDNIGHT + 6 * DAY_MS)

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + 5 * DAY_MS), NEW)


def test_a_word_of_the_other_id_speaks_over_midnight(diary: Diary) -> None:
    for number in range(12):
        diary.put(MIDNIGHT + number * 2 * HOUR_MS, NEW, interval_s=7_200.0)
        diary.put(MIDNIGHT + DAY_MS + (3 + number * 2) * HOUR_MS, OLD, interval_s=7_200.0)
    diary.tidy(MIDNIGHT + 4 * DAY_MS)

    diary.history.rename("old", "new", State(), MIDNIGHT + 4 * DAY_MS)

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + 3 * DAY_MS), NEW)


def test_a_gap_of_an_id_that_was_never_asked_becomes_the_others(diary: Diary) -> None:
    for number in range(96):
        diary.put(MIDNIGHT + number * DAY_MS // 48, OLD, interval_s=900.0)
    diary.put_gap(Gap(MIDNIGHT + 5 * HOUR_MS + 60_000, MIDNIGHT + 7 * HOUR_MS, GapCause.UNPROVEN, NEW))
    diary.tidy(MIDNIGHT + 3 * DAY_MS)

    diary.history.rename("old", "new", State(), MIDNIGHT + 3 * DAY_MS)

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + 2 * DAY_MS), NEW)


def test_the_next_result_that_counts_may_lie_among_recent_ones(diary: Diary) -> None:
    for number in range(9):
        diary.put(MIDNIGHT + number * 2 * HOUR_MS, level=Level.COMPLETION, interval_s=10_800.0)
    diary.put(MIDNIGHT + 23 * HOUR_MS, counted=False)
    diary.put(MIDNIGHT + DAY_MS + 90 * 60_000, interval_s=60.0)
    diary.tidy(MIDNIGHT + DAY_MS + 101 * 60_000)

    diary.put_gap(Gap(MIDNIGHT + 18 * HOUR_MS, MIDNIGHT + 20 * HOUR_MS, GapCause.OFFLINE))

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + DAY_MS))


def test_an_incident_that_nobody_goes_on_with_ends_in_the_sums_too(diary: Diary) -> None:
    rules = Rules(interval_s=3_600.0, confirm_after=2, recover_after=2)
    watching = Watching(keys=(DEEPSEEK,), rules=rules)
    for hour in range(24):
        watching.now = MIDNIGHT + hour * HOUR_MS
        reason = Reason.SERVER_ERROR if hour > 18 else Reason.OK
        watching.see(DEEPSEEK, reason, flight_ms=0, interval_s=3_600.0)
        diary.results += [each.result for each in watching.happenings if isinstance(each, Settled)]
        watching.commit(diary.history)
    diary.tidy(MIDNIGHT + 3 * DAY_MS)

    diary.history.end_open()

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + DAY_MS))


def test_of_two_results_of_one_moment_the_second_says_nothing(diary: Diary) -> None:
    diary.put(MIDNIGHT, interval_s=60.0)
    diary.put(MIDNIGHT + 3 * DAY_MS, interval_s=60.0)
    diary.tidy(MIDNIGHT + 3 * DAY_MS)

    diary.put(MIDNIGHT, interval_s=36_000.0)
    diary.results.pop()

    diary.check_until_tidied(Span(MIDNIGHT + 1, MIDNIGHT + DAY_MS))


def test_nor_where_the_first_did_not_count(diary: Diary) -> None:
    diary.put(MIDNIGHT + 20 * HOUR_MS, interval_s=3_600.0)
    diary.put_gap(Gap(MIDNIGHT + 21 * HOUR_MS, MIDNIGHT + 22 * HOUR_MS, GapCause.OFFLINE))
    diary.put(MIDNIGHT + 26 * HOUR_MS, counted=False)
    diary.put(MIDNIGHT + 26 * HOUR_MS, interval_s=60.0)
    diary.results.pop()
    diary.tidy(MIDNIGHT + 25 * HOUR_MS + 1)
    diary.put(MIDNIGHT + 27 * HOUR_MS, interval_s=60.0)

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + DAY_MS))


def test_a_gap_that_ends_before_it_begins_cuts_what_spoke_all_the_same(diary: Diary) -> None:
    for number in range(96):
        diary.put(MIDNIGHT + number * DAY_MS // 48, interval_s=900.0)
    diary.put_gap(Gap(MIDNIGHT + 5 * HOUR_MS + 60_000, MIDNIGHT + 4 * HOUR_MS, GapCause.ASLEEP))

    diary.check_until_tidied(Span(MIDNIGHT, MIDNIGHT + DAY_MS))


def test_of_two_ids_that_become_one_the_result_of_the_older_stays_wherever_it_lies(
    diary: Diary, path: Path
) -> None:
    diary.put(MIDNIGHT, NEW, latency_ms=1.0)
    diary.tidy(MIDNIGHT + DAY_MS)
    diary.put(MIDNIGHT, OLD, latency_ms=2.0)

    diary.history.rename("old", "new", State(), MIDNIGHT)

    with Reader(path) as reader:
        assert [each.result.latency_ms for each in reader.results()] == [2.0]
