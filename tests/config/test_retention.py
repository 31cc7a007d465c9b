"""How long results are kept: for ever, or as the file says."""

import pytest

from trayuptime.config.load import read
from trayuptime.config.problems import ConfigError, Problem
from trayuptime.core.retention import Retention

DAY_S = 86_400.0


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        read(f"[history]\n{text}\n")
    return caught.value.problems


def test_everything_is_kept_for_ever_unless_somebody_says_otherwise() -> None:
    assert read("").retention == Retention()
    assert read("").retention.is_endless
    assert read('[history]\nkeep = "forever"\nkeep_failures = "forever"').retention.is_endless


@pytest.mark.parametrize(
    ("age", "days"), [("7d", 7), ("90d", 90), ("26w", 182), ("6mo", 186), ("1y", 366), ("2y", 732)]
)
def test_an_age_is_days_weeks_months_or_years(age: str, days: int) -> None:
    retention = read(f'[history]\nkeep = "{age}"').retention

    assert retention == Retention(days * DAY_S)
    assert not retention.is_endless


def test_failures_may_be_kept_longer_and_all_of_it_in_some_room() -> None:
    retention = read('[history]\nkeep = "90d"\nkeep_failures = "2y"\nmax_size = "500MB"').retention

    assert retention == Retention(90 * DAY_S, 732 * DAY_S, 500_000_000)
    assert read('[history]\nmax_size = "2GB"').retention.most_bytes == 2_000_000_000


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('keep = "2 years"', 2, 'keep must be "forever" or an age in quotes; did you mean "2y"?'),
        ('keep = "3 months"', 2, 'did you mean "3mo"?'),
        ('keep = "for ever"', 2, 'did you mean "forever"?'),
        ("keep = 90", 2, 'such as "90d", "26w", "6mo" or "2y"'),
        ('keep = "24h"', 2, 'such as "90d"'),
        ('keep = "6d"', 2, "keep must be at least 7d"),
        ('keep = "90d"\nkeep_failures = "30d"', 3, 'must not be shorter than keep, which is "90d"'),
        ('keep = "2y"\nkeep_failures = "30d"', 3, 'must not be shorter than keep, which is "2y"'),
        ('keep_failures = "1y"', 2, 'must not be shorter than keep, which is "forever"'),
        ("max_size = 500", 2, 'max_size must be a size in quotes; did you mean "500MB"?'),
        ('max_size = "1 gb"', 2, 'did you mean "1GB"?'),
        ('max_size = "plenty"', 2, 'such as "500MB" or "2GB"'),
        ('max_size = "5MB"', 2, "max_size must be at least 10MB"),
        ('keeps = "2y"', 2, 'unknown key "keeps"; did you mean "keep"?'),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, words: str) -> None:
    (problem,) = problems_of(text)

    assert words in problem.message
    assert (problem.line, problem.where) == (line, "[history]")


def test_of_a_mistake_and_what_follows_from_it_the_mistake_is_told() -> None:
    (problem,) = problems_of('keep = "2 years"\nkeep_failures = "30d"')

    assert "did you mean" in problem.message


def test_it_is_one_table() -> None:
    with pytest.raises(ConfigError, match=r"history must be a table: write \[history\] once"):
        read('history = "2y"')
