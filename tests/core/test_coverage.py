"""Coverage: what a result speaks for, what ends its word, and whose fault the silence is."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import HOUR_S, LAW, Life, at, key, result, spans, target
from trayuptime.core import coverage, uptime
from trayuptime.core.coverage import Coverage
from trayuptime.core.model import Gap, GapCause, Reach, Result, Span, Vantage
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Blindness, Settled, State, SurfaceState
from trayuptime.core.strip import joined, strip_of

A = key("a")
NONE: tuple[Span, ...] = ()


def of(
    results: Sequence[Result], *gaps: Gap, window: tuple[float, float] = (0.0, HOUR_S), name: str = "a"
) -> Coverage:
    (span,) = spans(window)
    return coverage.coverage(key(name), span, results, gaps)


def gap(start: float, end: float, cause: GapCause = GapCause.ASLEEP, name: str | None = None) -> Gap:
    return Gap(at(start), at(end), cause, None if name is None else key(name))


def oks(*seconds: float) -> list[Result]:
    return [result(second) for second in seconds]


# What a result covers


def test_a_result_speaks_until_the_next_one() -> None:
    seen = of(oks(0, 60, 200), window=(0, 200))

    assert seen.covered == spans((0, 200))


def test_a_result_speaks_at_most_two_and_a_half_intervals() -> None:
    seen = of(oks(0, 600))

    assert seen.covered == spans((0, 150), (600, 750))


def test_the_interval_in_force_is_the_results_own() -> None:
    assert of([result(0, interval_s=10.0)]).covered == spans((0, 25))


def test_while_retry_after_is_obeyed_the_wait_is_in_force() -> None:
    life = Life("a")
    life.see(0, "R", retry_after_s=200.0)

    assert of([life.one(Settled).result]).covered == spans((0, 500))


def test_a_failure_speaks_like_a_success() -> None:
    assert of([result(0, Reason.SERVER_ERROR)]).covered == spans((0, 150))


@pytest.mark.parametrize("reason", [Reason.UNKNOWN, Reason.BAD_REQUEST, Reason.PORTAL])
def test_a_result_that_says_nothing_of_the_service_ends_the_last_word_and_covers_nothing(
    reason: Reason,
) -> None:
    seen = of([result(0), result(60, reason), result(120)], window=(0, 180))

    assert seen.covered == spans((0, 60), (120, 180))
    assert seen.gaps[GapCause.UNPROVEN] == spans((60, 120))


def test_a_word_from_before_the_window_reaches_into_it() -> None:
    assert of(oks(-100), window=(0, 600)).covered == spans((0, 50))


def test_what_a_result_says_of_later_than_the_window_does_not_count() -> None:
    assert of(oks(540), window=(0, 600)).covered == spans((540, 600))


# What a gap does


def test_a_gap_ends_a_word_at_once() -> None:
    seen = of(oks(0, 60, 120), gap(70, 100), window=(0, 180))

    assert seen.covered == spans((0, 70), (120, 180))
    assert seen.gaps[GapCause.ASLEEP] == spans((70, 120))


def test_a_gap_that_is_over_before_the_next_result_still_silenced_the_word() -> None:
    seen = of(oks(0, 140), gap(30, 30), window=(0, 150))

    assert seen.covered == spans((0, 30), (140, 150))
    assert seen.gaps[GapCause.ASLEEP] == spans((30, 140))


def test_a_gap_that_begins_with_a_result_leaves_it_nothing_to_say() -> None:
    """As after a kill: the last result is the last sign of life."""
    seen = of(oks(0, 60, 600), gap(60, 600, GapCause.APP_OFF), window=(0, 660))

    assert seen.covered == spans((0, 60), (600, 660))


def test_a_result_within_a_gap_is_seen_all_the_same() -> None:
    seen = of(oks(50), gap(0, 60), window=(0, 100))

    assert seen.covered == spans((50, 100))
    assert seen.gaps[GapCause.ASLEEP] == spans((0, 50))


def test_the_gap_of_another_surface_is_none() -> None:
    assert of(oks(0), gap(30, 60, name="a/web"), window=(0, 60)).covered == spans((0, 60))
    assert of(oks(0), gap(30, 60, name="a"), window=(0, 60)).covered == spans((0, 30))


def test_the_moment_between_waking_and_the_next_result_belongs_to_the_gap() -> None:
    seen = of(oks(0, 1003), gap(10, 1000), window=(0, 1060))

    assert seen.gaps[GapCause.ASLEEP] == spans((10, 1003))
    assert seen.unexplained == NONE


def test_a_silence_that_lasts_on_after_a_gap_is_not_the_gaps() -> None:
    seen = of(oks(0, 2000), gap(10, 1000), window=(0, 2060))

    assert seen.gaps[GapCause.ASLEEP] == spans((10, 1000))
    assert seen.unexplained == spans((1000, 2000))


def test_while_the_result_after_a_gap_is_not_in_yet_the_gap_goes_on() -> None:
    assert of(oks(0), gap(10, 100), window=(0, 110)).gaps[GapCause.ASLEEP] == spans((10, 110))
    assert of(oks(0), gap(10, 100), window=(0, 999)).gaps[GapCause.ASLEEP] == spans((10, 250))


def test_a_gap_without_any_result_is_as_long_as_it_says() -> None:
    seen = of([], gap(10, 100), window=(0, 120))

    assert seen.gaps[GapCause.ASLEEP] == spans((10, 100))
    assert seen.unexplained == spans((0, 10), (100, 120))


def test_each_moment_has_one_cause() -> None:
    doubt, off = gap(0, 300, GapCause.UNPROVEN, "a"), gap(100, 200, GapCause.APP_OFF)
    seen = of([], doubt, off, gap(150, 250, GapCause.ASLEEP), window=(0, 300))

    assert seen.gaps[GapCause.ASLEEP] == spans((150, 250))
    assert seen.gaps[GapCause.APP_OFF] == spans((100, 150))
    assert seen.gaps[GapCause.UNPROVEN] == spans((0, 100), (250, 300))


def test_time_before_the_first_result_is_not_explained_and_counts_as_app_off() -> None:
    seen = of(oks(600), window=(0, 660))

    assert seen.unexplained == spans((0, 600))
    assert seen.gap_s[GapCause.APP_OFF] == 600
    assert sum(seen.gap_s.values()) == 600


def test_an_empty_window_holds_nothing() -> None:
    for window in ((0.0, 0.0), (60.0, 0.0)):
        seen = of(oks(0), gap(10, 20), window=window)

        assert (seen.covered, seen.unexplained) == (NONE, NONE)
        assert not sum(seen.gap_s.values())


# Clocks that were set


def test_a_clock_set_back_covers_no_moment_twice() -> None:
    twice = [*oks(*range(0, 3600, 60)), *oks(*range(30, 3630, 60))]

    assert uptime.total_s(of(twice).covered) == HOUR_S


def test_a_gap_whose_end_lies_before_its_start_is_a_moment() -> None:
    seen = of(oks(0, 100), gap(50, -500), window=(0, 100))

    assert seen.covered == spans((0, 50))
    assert seen.gaps[GapCause.ASLEEP] == spans((50, 100))


# A provider's surfaces


def test_a_provider_is_seen_while_any_of_its_surfaces_is() -> None:
    api = of(oks(0, 60), gap(70, 300, GapCause.OFFLINE, "a"), window=(0, 300))
    web = of([result(100, name="a/web")], window=(0, 300), name="a/web")
    both = coverage.together([api, web])

    assert both.covered == spans((0, 70), (100, 250))
    assert both.gaps[GapCause.OFFLINE] == spans((70, 100), (250, 300))
    assert both.unexplained == NONE


# Gaps that are still open


def test_gaps_that_last_are_known_before_they_are_recorded() -> None:
    state = State(
        watched={A: target("a.example:443"), key("b"): target("127.0.0.1:80", Reach.LOOPBACK)},
        blind_since={Reach.INTERNET: Blindness(at(50), Vantage.OFFLINE)},
        surfaces={A: SurfaceState(), key("b"): SurfaceState(unproven_since=at(70))},
    )

    assert coverage.open_gaps(state, at(100)) == [
        gap(50, 100, GapCause.OFFLINE, "a"),
        gap(70, 100, GapCause.UNPROVEN, "b"),
    ]


def test_a_pause_ends_blindness() -> None:
    state = State(
        watched={A: target("a.example:443")},
        blind_since={Reach.INTERNET: Blindness(at(50), Vantage.PORTAL)},
        paused_since=at(60),
    )

    assert coverage.open_gaps(state, at(100)) == [
        gap(60, 100, GapCause.PAUSED),
        gap(50, 60, GapCause.PORTAL, "a"),
    ]


def test_nothing_is_open_while_all_is_well() -> None:
    assert coverage.open_gaps(Life("a").run("SS").state, at(100)) == []


# Laws

SECONDS = st.integers(0, 900)
RESULTS = st.lists(
    st.builds(
        result,
        SECONDS,
        st.sampled_from([Reason.OK, Reason.SERVER_ERROR, Reason.UNKNOWN]),
        interval_s=st.sampled_from([1.0, 20.0, 60.0]),
    ),
    max_size=20,
)
GAPS = st.lists(
    st.builds(gap, SECONDS, SECONDS, st.sampled_from(list(GapCause)), st.sampled_from([None, "a", "a/web"])),
    max_size=6,
)


def pieces(of_window: Coverage) -> list[Span]:
    gaps = [span for each in of_window.gaps.values() for span in each]
    return [*of_window.covered, *gaps, *of_window.unexplained]


@LAW
@given(RESULTS, GAPS, SECONDS, SECONDS)
def test_what_is_covered_and_the_gaps_are_apart_and_the_whole_window(
    results: list[Result], gaps: list[Gap], start: int, end: int
) -> None:
    seen = of(results, *gaps, window=(start, end))

    assert uptime.merged(pieces(seen)) == uptime.merged(spans((start, end)))
    assert sum(span.end - span.start for span in pieces(seen)) == max(0, end - start) * 1000
    assert all(span.start < span.end for span in pieces(seen))


@LAW
@given(RESULTS, GAPS, st.randoms())
def test_the_order_in_which_things_are_told_changes_nothing(
    results: list[Result], gaps: list[Gap], chance: Random
) -> None:
    mixed, mixed_gaps = list(results), list(gaps)
    chance.shuffle(mixed)
    chance.shuffle(mixed_gaps)

    assert of(mixed, *mixed_gaps) == of(results, *gaps)


@LAW
@given(RESULTS, GAPS, SECONDS)
def test_a_window_cut_in_two_adds_up(results: list[Result], gaps: list[Gap], cut: int) -> None:
    whole = of(results, *gaps, window=(0, 1000))
    halves = [of(results, *gaps, window=(0, cut)), of(results, *gaps, window=(cut, 1000))]

    strips = [strip_of(half, (), ()) for half in halves]
    assert joined([run for strip in strips for run in strip]) == strip_of(whole, (), ())
    for cause, seconds in whole.gap_s.items():
        assert seconds == pytest.approx(sum(half.gap_s[cause] for half in halves))


@LAW
@given(RESULTS, GAPS, st.data())
def test_a_gap_more_never_covers_more(results: list[Result], gaps: list[Gap], data: st.DataObject) -> None:
    more = data.draw(GAPS)

    assert uptime.without(of(results, *gaps, *more).covered, of(results, *gaps).covered) == NONE


@LAW
@given(RESULTS, GAPS)
def test_nothing_is_covered_further_than_two_and_a_half_intervals_from_a_result(
    results: list[Result], gaps: list[Gap]
) -> None:
    spoken = uptime.merged(Span(r.at, uptime.speaks_until(r.at, r.interval_s)) for r in results)

    assert uptime.without(of(results, *gaps).covered, spoken) == NONE
