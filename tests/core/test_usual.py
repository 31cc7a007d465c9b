"""The median of a sliding week is that of all its latencies put in order."""

import random

import pytest

from core.builders import DAY_S, HOUR_S, at
from trayuptime.core.usual import BASELINE_LEAST, BASELINE_OVER_MS, DAY_MS, Usual

Answer = tuple[int, float, bool]


def median_of(answers: list[Answer], now: int) -> float | None:
    known = [each for each in answers if each[0] >= now - BASELINE_OVER_MS]
    young = bool(known) and now - known[0][0] < DAY_MS
    usual = sorted(latency_ms for _, latency_ms, slow in known if not (slow and young))
    return usual[len(usual) // 2] if len(usual) >= BASELINE_LEAST else None


@pytest.mark.parametrize("habit", ["steady", "scattered", "drifting", "jumping", "whole"])
def test_the_median_is_that_of_the_week(habit: str) -> None:
    luck = random.Random(habit)
    usual = Usual()
    answers: list[Answer] = []
    found: list[float | None] = []
    for hour in range(24 * 20):
        now = at(hour * HOUR_S + (9 * DAY_S if hour > 24 * 18 else 0))
        found.append(median_of(answers, now))
        assert usual.look_up(now) == found[-1]
        for n in range(luck.choice([0, 5, 12])):
            drift = {"drifting": hour / 50, "jumping": float(hour // 100 % 2)}.get(habit, 0)
            latency_ms = 300 * luck.lognormvariate(drift, 0.0 if habit == "steady" else 0.4)
            if habit == "whole":
                latency_ms = round(latency_ms / 100) * 100.0
            answers.append((now + n, latency_ms, luck.random() < 0.1))
            usual.learn([answers[-1][:2]], slow=answers[-1][2])

    assert None in found
    assert len(set(found)) > 1


def test_it_is_looked_up_once_an_hour_and_when_the_clock_was_set_back() -> None:
    usual = Usual()
    assert usual.is_due(at(0))
    usual.look_up(at(0))

    assert not usual.is_due(at(0))
    assert not usual.is_due(at(HOUR_S - 1))
    assert usual.is_due(at(HOUR_S))
    assert usual.is_due(at(-1))
    assert usual.due_at(at(5)) == at(HOUR_S)
    assert usual.due_at(at(-1)) == at(-1)
