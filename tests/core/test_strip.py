"""A window as a strip: cut, joined and read again without a loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core.coverage import Coverage
from trayuptime.core.coverage import together as all_seen
from trayuptime.core.model import GapCause, Span
from trayuptime.core.strip import (
    CAUSES,
    SEEN,
    Status,
    Strip,
    cut,
    either,
    joined,
    spans,
    strip_of,
    together,
    totals,
    unseen_until,
)
from trayuptime.core.uptime import merged, without

UP, DOWN, ASLEEP, UNSEEN = Status.UP, Status.DOWN, Status.ASLEEP, Status.UNSEEN
DAY: Strip = ((UNSEEN, 10), (UP, 20), (DOWN, 5), (UP, 15), (ASLEEP, 50))
STRIPS = st.lists(st.tuples(st.sampled_from(list(Status)), st.integers(0, 50)), max_size=12).map(joined)


def test_the_strip_of_a_window_holds_each_moment_once() -> None:
    gaps: dict[GapCause, tuple[Span, ...]] = dict.fromkeys(GapCause, ())
    gaps[GapCause.ASLEEP] = (Span(150, 200),)
    seen = Coverage(Span(100, 200), (Span(110, 150),), gaps, (Span(100, 110),))

    found = strip_of(seen, (Span(130, 135),), (Span(140, 150),))

    assert found == (
        (UNSEEN, 10), (UP, 20), (DOWN, 5), (UP, 5), (Status.DEGRADED, 10), (ASLEEP, 50)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (Span(1000, 1100), DAY),
        (Span(900, 1005), ((UNSEEN, 5),)),
        (Span(1031, 1034), ((DOWN, 3),)),
        (Span(1034, 1036), ((DOWN, 1), (UP, 1))),
        (Span(1100, 1200), ()),
        (Span(1050, 1050), ()),
    ],
)
def test_a_part_is_cut_out_to_the_millisecond(window: Span, found: Strip) -> None:
    assert cut(DAY, 1000, window) == found


def test_runs_of_one_status_that_touch_are_one_and_empty_ones_vanish() -> None:
    assert joined([(UP, 1), (DOWN, 0), (UP, 2), (DOWN, 3)]) == ((UP, 3), (DOWN, 3))


def test_when_it_was_so_is_told_in_spans() -> None:
    assert spans(DAY, 1000, *SEEN) == (Span(1010, 1050),)
    assert spans(DAY, 1000, UP) == (Span(1010, 1030), Span(1035, 1050))


@LAW
@given(strip=STRIPS, at=st.integers(0, 700))
def test_two_halves_are_the_whole(strip: Strip, at: int) -> None:
    whole = Span(0, 700)
    halves = [cut(strip, 0, part) for part in (Span(0, at), Span(at, 700))]

    assert joined([run for half in halves for run in half]) == cut(strip, 0, whole)
    assert [sum(pair) for pair in zip(*map(totals, halves), strict=True)] == totals(strip)


def test_every_cause_has_its_status() -> None:
    assert set(CAUSES.values()) == set(GapCause)
    assert {*CAUSES, *SEEN, UNSEEN} == set(Status)


def test_of_two_watchers_what_either_saw_counts_and_the_worse_of_it() -> None:
    one: Strip = ((UNSEEN, 10), (UP, 20), (ASLEEP, 10))
    other: Strip = ((UP, 5), (Status.OFFLINE, 15), (DOWN, 5), (UNSEEN, 10), (Status.APP_OFF, 5))

    assert either(one, other) == (
        (UP, 5), (Status.OFFLINE, 5), (UP, 10), (DOWN, 5), (UP, 5), (ASLEEP, 10)
    )  # fmt: skip


@LAW
@given(STRIPS, STRIPS)
def test_it_plays_no_part_which_of_the_two_is_which(one: Strip, other: Strip) -> None:
    lasts = min(sum(ms for _, ms in one), sum(ms for _, ms in other))
    one, other = (cut(each, 0, Span(0, lasts)) for each in (one, other))

    both = either(one, other)
    assert both == either(other, one)
    assert sum(totals(both)) == lasts
    assert either(one, one) == one
    seen = [sum(totals(each)[status] for status in SEEN) for each in (one, other, both)]
    assert max(seen[:2]) <= seen[2]


@LAW
@given(parts=st.lists(STRIPS, min_size=1, max_size=4))
def test_a_provider_is_down_while_any_of_its_surfaces_is_and_seen_while_any_was(parts: list[Strip]) -> None:
    length = min(sum(ms for _, ms in strip) for strip in parts)
    surfaces = [cut(strip, 0, Span(0, length)) for strip in parts]

    found = together(surfaces)

    seen = [_coverage(strip, length) for strip in surfaces]
    down = merged(span for strip in surfaces for span in spans(strip, 0, DOWN))
    degraded = merged(span for strip in surfaces for span in spans(strip, 0, Status.DEGRADED))
    assert found == strip_of(all_seen(seen), down, without(degraded, down))


def _coverage(strip: Strip, length: int) -> Coverage:
    gaps = {cause: spans(strip, 0, status) for status, cause in CAUSES.items()}
    return Coverage(Span(0, length), spans(strip, 0, *SEEN), gaps, spans(strip, 0, UNSEEN))


def test_what_was_before_somebody_watched_is_unseen_whatever_gap_it_lay_in() -> None:
    strip = ((Status.ASLEEP, 50), (Status.UNSEEN, 20), (Status.UP, 30))

    assert unseen_until(strip, 1_000, 1_070) == ((Status.UNSEEN, 70), (Status.UP, 30))
    assert unseen_until(strip, 1_000, 1_025) == ((Status.UNSEEN, 25), (Status.ASLEEP, 25), *strip[1:])
    assert unseen_until(strip, 1_000, 900) == strip
    assert unseen_until(strip, 1_000, 10_000) == ((Status.UNSEEN, 100),)
