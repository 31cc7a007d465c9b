"""What a page claimed lies beside what we saw, and nothing is claimed for it where nobody could read it."""

from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core import strip as strips
from trayuptime.core.claimed import claimed_strip
from trayuptime.core.model import FeedState
from trayuptime.core.strip import Status

RUNS = st.lists(st.tuples(st.sampled_from(Status), st.integers(1, 50)), min_size=1, max_size=20)
SAID = st.lists(st.tuples(st.integers(0, 1_000), st.sampled_from(FeedState)), max_size=10).map(
    lambda said: sorted(said, key=lambda each: each[0])
)


def test_each_claim_lasts_until_the_next() -> None:
    said = [(20, FeedState.DOWN), (50, FeedState.UP)]

    assert claimed_strip(said, ((Status.UP, 100),), 0) == (
        (Status.UNSEEN, 20),
        (Status.DOWN, 30),
        (Status.UP, 50),
    )


def test_a_claim_from_before_speaks_at_the_start() -> None:
    assert claimed_strip([(5, FeedState.UP)], ((Status.UP, 10),), 100) == ((Status.UP, 10),)


def test_what_it_says_after_the_end_is_not_told() -> None:
    assert claimed_strip([(500, FeedState.DOWN)], ((Status.UP, 10),), 0) == ((Status.UNSEEN, 10),)


def test_nothing_is_claimed_while_this_computer_slept() -> None:
    ours = ((Status.UP, 10), (Status.ASLEEP, 10), (Status.DOWN, 10))

    assert claimed_strip([(0, FeedState.UP)], ours, 0) == (
        (Status.UP, 10),
        (Status.ASLEEP, 10),
        (Status.UP, 10),
    )


def test_nothing_is_claimed_while_nobody_read_it() -> None:
    """In a pause no page is read, and of a provider that was removed none is."""
    ours = ((Status.UP, 10), (Status.PAUSED, 10), (Status.UNSEEN, 10))

    assert claimed_strip([(0, FeedState.UP)], ours, 0) == ((Status.UP, 10), (Status.UNSEEN, 20))


def test_a_page_that_is_read_no_more_says_nothing_since_its_last_word() -> None:
    said = [(0, FeedState.DOWN), (10, FeedState.UP)]

    assert claimed_strip(said, ((Status.UP, 30),), 0, is_read=False) == (
        (Status.DOWN, 10),
        (Status.UNSEEN, 20),
    )
    assert claimed_strip([], ((Status.UP, 30),), 0, is_read=False) == ((Status.UNSEEN, 30),)


def test_an_unknown_word_is_never_green_and_maintenance_is_no_trouble() -> None:
    said = [(0, FeedState.UNKNOWN), (10, FeedState.MAINTENANCE), (20, FeedState.DEGRADED)]

    assert claimed_strip(said, ((Status.UP, 30),), 0) == (
        (Status.UNSEEN, 10),
        (Status.PAUSED, 10),
        (Status.DEGRADED, 10),
    )


@given(SAID, RUNS)
@LAW
def test_it_is_as_long_as_what_we_saw(
    said: list[tuple[int, FeedState]], runs: list[tuple[Status, int]]
) -> None:
    ours = strips.joined(runs)

    claimed = claimed_strip(said, ours, 100)

    assert sum(ms for _, ms in claimed) == sum(ms for _, ms in ours)
    assert claimed == strips.joined(claimed)
