"""What changes nothing but what came last, and what has more to it."""

from dataclasses import replace
from typing import Any

import pytest

from core.builders import Life, at, key, result, way
from trayuptime.core import calm, choices, judge
from trayuptime.core.calm import Calm
from trayuptime.core.model import Key, Level, Result, Rules, Suggestion, Switch
from trayuptime.core.reasons import Reason
from trayuptime.core.state import State

RULES: dict[Key, Rules] = {key("a"): Rules(), key("b"): Rules()}


def well(letters: str = "S" * 25) -> Life:
    return Life("a", "b").run(letters).run(letters, "b")


def answer(second: float, **more: Any) -> Result:
    return result(second, name="b", **more)


def begun(state: State, like: Result) -> Calm:
    stretch = calm.begin(state, like)
    assert stretch is not None
    return stretch


@pytest.mark.parametrize("level", [Level.MODELS, Level.REACH])
def test_a_stretch_is_what_the_judge_makes_of_each(level: Level) -> None:
    """With the words of the running engine, whose watched hosts and access are known."""
    life = well("S" * 25 + "F" + "S" * 5)
    stretch = begun(life.state, answer(life.now_s, level=level, detail="answers"))
    state = life.state
    for n, took_ms in enumerate([120.0, 90.0, 1_999.5, 0.0]):
        second = life.now_s + 60 * n
        assert stretch.takes(at(second), took_ms)
        heard = answer(second, level=level, latency_ms=took_ms, detail="answers")
        state = judge.step(state, heard, RULES, heard.ended_at).state
    stretch.settle()

    assert calm.look(life.state, [stretch]) == state


def test_an_outage_that_goes_on_is_what_the_judge_makes_of_each_failure() -> None:
    life = well("S" * 25 + "FFFFF")
    failing: dict[str, Any] = {"reason": Reason.SERVER_ERROR}
    stretch = begun(life.state, answer(life.now_s, **failing))
    state = life.state
    for n, took_ms in enumerate([120.0, 90.0, 1_999.5] * 8):
        second = life.now_s + 100 * n
        assert stretch.takes(at(second), took_ms)
        heard = answer(second, latency_ms=took_ms, **failing)
        state = judge.step(state, heard, RULES, heard.ended_at).state
        if n % 5 == 0:
            stretch.settle()
    stretch.settle()

    assert calm.look(life.state, [stretch]) == state
    assert not stretch.takes(at(second + 151), 90.0)
    assert calm.begin(life.state, answer(life.now_s, reason=Reason.OVERLOADED)) is None


def test_what_was_not_taken_leaves_no_trace() -> None:
    life = well()
    stretch = begun(life.state, answer(life.now_s))

    assert not stretch.takes(at(life.now_s), 2_000.5)
    assert not stretch.takes(at(life.now_s + 3_600), 90.0)
    assert stretch.settle() == []
    assert calm.look(life.state, [stretch]) == life.state


@pytest.mark.parametrize(
    "more",
    [
        way(20.0, 150.0),
        {"reason": Reason.SLOW},
        {"reason": Reason.SERVER_ERROR},
        {"reason": Reason.CONNECT_TIMEOUT},
        {"reason": Reason.KEY_REJECTED},
        {"reason": Reason.RATE_LIMITED, "unexplained": True},
        {"reason": Reason.KEY_REJECTED, "level": Level.COMPLETION},
        {"answered_at": None},
        {"retry_after_s": 5.0},
        {"host": ""},
        {"host": "new.example:443"},
        {"reason": Reason.UNKNOWN},
    ],
)
def test_there_is_more_to_other_answers(more: dict[str, Any]) -> None:
    life = well()

    assert calm.begin(life.state, answer(life.now_s, **more)) is None


@pytest.mark.parametrize("letters", ["S" * 5, "S" * 25 + "F", "S" * 25 + "FFF", "S" * 25 + "FFFSS", "?" * 5])
def test_there_is_more_to_a_surface_in_doubt_or_hardly_known(letters: str) -> None:
    life = well(letters)

    assert calm.begin(life.state, answer(life.now_s)) is None


def test_there_is_more_to_it_while_the_user_has_switched_or_is_advised() -> None:
    life = well()
    advised = {"b": Suggestion("b", None, "none", None)}
    switched = choices.choose(life.state, Switch(at(0), "b", "a")).state

    assert calm.begin(switched, answer(life.now_s)) is None
    assert calm.begin(replace(life.state, suggestions=advised), answer(life.now_s)) is None
    assert calm.begin(replace(life.state, watched={}), answer(life.now_s)) is None


def test_an_answer_over_the_network_before_is_none_of_a_stretch() -> None:
    life = well()
    state = judge.network_changed(life.state, at(life.now_s)).state
    stretch = begun(state, answer(life.now_s))

    assert not stretch.takes(at(life.now_s - 1), 100.0)
    assert stretch.takes(at(life.now_s), 100.0)


def test_a_list_is_of_a_stretch_once_the_last_completion_speaks_no_longer() -> None:
    life = well()
    life.see(1_500, "S", "b", level=Level.COMPLETION, interval_s=60.0)
    state = life.state
    over = state.surface(key("b")).deep_until
    assert over == at(1_575)
    stretch = begun(state, answer(1_575))

    assert not stretch.takes(over - 1, 100.0)
    assert stretch.takes(over, 100.0)
    stretch.settle()
    heard = answer(1_575)
    assert calm.look(state, [stretch]) == judge.step(state, heard, RULES, heard.ended_at).state
