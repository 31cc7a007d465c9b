"""The words that people read: every enum has them, and times read as a person would say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core import words
from trayuptime.core.model import Feed, FeedState, GapCause, Rules, Service, Surface, Vantage
from trayuptime.core.reasons import Access, Reason


def test_nothing_is_without_words() -> None:
    said = [
        *map(words.says, Reason),
        *map(words.standing, Access),
        *map(words.view, Vantage),
        *map(words.light, Service),
        *map(words.part, Surface),
        *map(words.unseen, GapCause),
        *map(words.page_word, FeedState),
    ]

    assert all(said)
    assert not any(sentence.endswith(".") or "_" in sentence for sentence in said)


def test_time_that_nobody_watched_is_told_from_time_when_the_app_was_off() -> None:
    """Both stand in one legend; in figures they are one."""
    assert words.unseen(GapCause.APP_OFF) == "app off"
    assert words.uncovered(GapCause.APP_OFF) == words.NOT_WATCHED == "not watched"
    others = set(GapCause) - {GapCause.APP_OFF}
    assert all(words.uncovered(cause) == words.unseen(cause) for cause in others)


def test_no_two_reasons_read_the_same() -> None:
    assert len({words.says(reason) for reason in Reason}) == len(Reason)


def test_a_server_error_names_its_status_and_nothing_else_does() -> None:
    assert words.says(Reason.SERVER_ERROR, 503) == "answers 503"
    assert words.says(Reason.SERVER_ERROR) == "answers with a server error"
    assert words.says(Reason.OVERLOADED, 529) == "says it is overloaded"


def test_a_server_without_keys_accepts_none() -> None:
    assert words.standing(Access.OK) == "key accepted"
    assert words.standing(Access.OK, keyed=False) == "no key needed"
    assert words.standing(Access.RATE_LIMITED, keyed=False) == "rate limited"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0 ms"), (0.4, "0 ms"), (420, "420 ms"), (999.4, "999 ms"), (999.5, "1.0 s"), (1400, "1.4 s")],
)
def test_a_latency_changes_its_unit_at_a_second(milliseconds: float, text: str) -> None:
    assert words.latency(milliseconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (600, "10 min"),
        (601, "10 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (6 * 3600 + 57 * 60 + 29, "6 h 57 min"),
        (7 * 3600 + 13 * 60 + 44, "7 h 13 min"),
        (47 * 3600 + 59 * 60, "47 h 59 min"),
        (48 * 3600, "2 d"),
        (76 * 3600, "3 d 4 h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@LAW
@given(st.floats(0, 1e9))
def test_every_duration_can_be_said(seconds: float) -> None:
    said = words.duration(seconds).split()

    assert len(said) in {2, 4}
    assert all(number.isdigit() for number in said[::2])


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.000 %"),
        (0.000009, "0.000 %"),
        (1e-05, "0.001 %"),
        (0.57, "57.000 %"),
        (0.875, "87.500 %"),
        (0.99027, "99.027 %"),
        (1 - 25_200 / 2_592_000, "99.027 %"),
        (0.999999, "99.999 %"),
        (1 - 1e-16, "99.999 %"),
        (1.0, "100.000 %"),
        (None, "no data"),
    ],
)
def test_a_percentage_is_rounded_down(share: float | None, text: str) -> None:
    assert words.percent(share) == text


@LAW
@given(st.integers(0, 100_000))
def test_a_percentage_of_three_decimals_reads_as_it_is(thousandths: int) -> None:
    assert words.percent(thousandths / 100_000) == f"{thousandths // 1000}.{thousandths % 1000:03} %"


def test_uptime_is_never_told_without_its_coverage() -> None:
    assert words.uptime(0.9972027, 0.9930555) == "uptime 99.720 %, coverage 99.305 %"
    assert words.uptime(None, 0.0) == "no data, coverage 0.000 %"
    assert words.uptime(None, None) == "no data"


def test_an_outage_across_a_gap_says_how_it_was_seen() -> None:
    assert words.seen_around(5 * 3600) == "seen at both ends of a 5 h gap"


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (Feed(None, "a", FeedState.UNKNOWN), "their page has not been read yet"),
        (Feed(1, "a", FeedState.UNKNOWN), "their page says something that is not understood"),
        (Feed(1, "a", FeedState.UP), "their page says operational"),
        (Feed(1, "a", FeedState.DOWN, title="API errors"), "their page says down: API errors"),
        (Feed(1, "a", FeedState.UP, unread=3), "their page has not been read lately"),
        (
            Feed(1, "a", FeedState.UP, unread=3, why="it answers 403"),
            "their page cannot be read: it answers 403",
        ),
        (
            Feed(1, "a", FeedState.UP, frozen=True),
            "their page stayed green through an outage and has not changed since, so it counts for nothing",
        ),
    ],
)
def test_what_a_page_says_is_a_clause(feed: Feed, said: str) -> None:
    assert words.page_says(feed) == said


def test_the_thresholds_are_a_sentence() -> None:
    usual, fast = words.rules_in_force(Rules()), words.rules_in_force(Rules(retry_interval_s=0.05))

    assert usual == (
        "Today's rules: down after 3 failures in a row, up after 2 answers in a row, asked every 1 min,"
        " in doubt every 10 s."
    )
    assert fast.endswith("in doubt every 50 ms.")
