import pytest

from trayuptime.core.choices import BACK_AFTER_S
from trayuptime.core.hysteresis import SLOW_AFTER
from trayuptime.core.model import Rules
from trayuptime.core.slowness import SLOW_FLOOR_MS
from trayuptime.core.uptime import SPEAKS_FOR
from trayuptime.demo.timeline import (
    ENDS_AT,
    FASTEST,
    INTERVAL_S,
    NIGHT,
    SLOW_S,
    STARTS_AT,
    Mood,
    at,
    mood_at,
    spells_s,
)

SPARE_S = 0.25
"""What a busy computer may add to a slow answer, in real seconds."""


@pytest.mark.parametrize(
    ("time", "mood"),
    [
        ("2026-03-29T15:55:00Z", Mood.HEALTHY),
        ("2026-03-29T16:20:13.999Z", Mood.HEALTHY),
        ("2026-03-29T16:20:14Z", Mood.DOWN),
        ("2026-03-29T16:36:28.999Z", Mood.DOWN),
        ("2026-03-29T16:36:29Z", Mood.SLOW),
        ("2026-03-29T18:16:15.999Z", Mood.SLOW),
        ("2026-03-29T18:16:16Z", Mood.DOWN),
        ("2026-03-30T01:13:44.999Z", Mood.DOWN),
        ("2026-03-30T01:13:45Z", Mood.SLOW),
        ("2026-03-30T02:33:41.999Z", Mood.SLOW),
        ("2026-03-30T02:33:42Z", Mood.HEALTHY),
        ("2026-03-31T00:00:00Z", Mood.HEALTHY),
    ],
)
def test_the_vendor_answers_as_its_record_says(time: str, mood: Mood) -> None:
    assert mood_at(NIGHT, at(time)) is mood


def test_the_night_has_seven_hours_thirteen_minutes_and_forty_four_seconds_of_downtime() -> None:
    assert sum(spells_s(NIGHT, Mood.DOWN)) == 7 * 3600 + 13 * 60 + 44


def test_a_last_spell_without_an_end_has_no_length() -> None:
    assert spells_s(NIGHT, Mood.HEALTHY) == ()


def test_there_are_answers_before_the_first_failure_and_time_to_be_back_after_the_last() -> None:
    assert (NIGHT[0].at - STARTS_AT) / 1000 >= 3 * INTERVAL_S
    assert (ENDS_AT - NIGHT[-1].at) / 1000 >= BACK_AFTER_S + INTERVAL_S + SLOW_S * FASTEST


def test_a_slow_answer_is_slow_by_the_rules_and_in_time_for_the_transport() -> None:
    assert SLOW_FLOOR_MS / 1000 < SLOW_S < Rules().timeout_s / 2


def test_at_the_highest_speed_slow_answers_are_still_in_a_row() -> None:
    assert (SLOW_S + SPARE_S) * FASTEST <= SPEAKS_FOR * INTERVAL_S


def test_at_the_highest_speed_every_slow_spell_has_answers_to_spare() -> None:
    for spell_s in spells_s(NIGHT, Mood.SLOW):
        apart_s = max((SLOW_S + SPARE_S) * FASTEST, INTERVAL_S)
        answers = 1 + int((spell_s - INTERVAL_S) // apart_s)  # the first of them an interval late
        assert answers > SLOW_AFTER
