"""A long recording judged again by the stretch: to the last word what `replay` finds line by line."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at, key
from core.lives import life
from trayuptime.core.model import Gap, GapCause, Level, Reach, Rules, Vantage
from trayuptime.core.packed import Packed
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded, Seen
from trayuptime.core.replay import Judged, replay
from trayuptime.core.retelling import LONGEST_STRETCH, Retelling, Stretch
from trayuptime.core.state import Settled, State

RulesOf = Callable[[str], Rules]


def usual_rules(_: str) -> Rules:
    return Rules()


def told_alike(recording: Sequence[Recorded], rules_of: RulesOf = usual_rules) -> tuple[int, int]:
    """Compares both ways line by line; how many lines were told by the stretch, and how many alone."""
    plain = list(replay([replace(e, line=0) if isinstance(e, Heard) else e for e in recording], rules_of))
    retelling = Retelling(Packed(recording), rules_of)
    calm = alone = 0
    for each in retelling:
        if isinstance(each, Stretch):
            assert len(each.lines) <= LONGEST_STRETCH
            for settled in each.settled():
                (told,) = plain[calm + alone].step.happenings
                assert isinstance(told, Settled)
                assert (settled, settled.needed) == (told, told.needed)
                calm += 1
        else:
            assert each == plain[calm + alone]
            assert _needed(each) == _needed(plain[calm + alone])
            alone += 1
    assert calm + alone == len(plain)
    assert retelling.state == (plain[-1].step.state if plain else State())
    assert retelling.rules == (plain[-1].rules if plain else {})
    return calm, alone


def _needed(judged: Judged) -> list[int]:
    return [h.needed for h in judged.step.happenings if isinstance(h, Settled)]


@pytest.mark.parametrize("seed", range(12))
def test_days_of_trouble_are_told_alike(seed: int) -> None:
    calm, alone = told_alike(life(seed, 900, "abcdef"[: 1 + seed % 6]))

    assert min(calm, alone) > 50


def test_ten_calm_days_are_told_by_the_stretch() -> None:
    """Also of one that is always slow, and of answers: what is usual there is learned and forgotten."""
    luck = random.Random(7)
    surfaces = [("a", 400, Level.MODELS), ("b", 3_000, Level.MODELS), ("c", 1_000, Level.COMPLETION)]
    lines: list[Recorded] = [
        Heard(at(240 * n), key(name), Reason.OK, round(usual * luck.lognormvariate(0, 0.3), 3), level=level)
        for n in range(10 * 360)
        for name, usual, level in surfaces
    ]
    calm, alone = told_alike(lines)

    assert alone < 100
    assert calm + alone == 3 * 3_600


def test_what_is_always_down_is_told_by_the_stretch() -> None:
    lines: list[Recorded] = [
        Heard(at(60 * n + 0.25 * place), key(name), reason, 200.0)
        for n in range(500)
        for place, (name, reason) in enumerate([("a", Reason.SERVER_ERROR), ("b", Reason.OK)])
    ]
    calm, alone = told_alike(lines)

    assert alone < 60
    assert calm > 900


LETTERS: dict[str, dict[str, Any]] = {
    "S": {"reason": Reason.OK},
    "L": {"reason": Reason.OK, "latency_ms": 9_000.0},
    "0": {"reason": Reason.OK, "latency_ms": None},
    "F": {"reason": Reason.SERVER_ERROR},
    "N": {"reason": Reason.CONNECT_TIMEOUT, "latency_ms": 10_000.0},
    "V": {"reason": Reason.READ_TIMEOUT, "proven": True},
    "P": {"reason": Reason.PORTAL},
    "K": {"reason": Reason.KEY_REJECTED},
    "R": {"reason": Reason.RATE_LIMITED},
    "C": {"reason": Reason.OUT_OF_CREDIT},
    "?": {"reason": Reason.UNKNOWN, "http_status": 403},
    "!": {"reason": Reason.UNKNOWN},
    "-": {"reason": Reason.OK, "counted": False},
    "D": {"reason": Reason.OK, "level": Level.COMPLETION},
    "X": {"reason": Reason.SERVER_ERROR, "level": Level.COMPLETION},
    "E": {"reason": Reason.OK, "level": Level.REACH},
    "H": {"reason": Reason.OK, "host": "one:443"},
    "h": {"reason": Reason.OK, "reach": Reach.PRIVATE},
    "i": {"reason": Reason.OK, "interval_s": 2.0, "latency_ms": 1_900.0},
}
"""One line each; what is well is repeated, see `SCRIPTS`."""
SCRIPTS = st.lists(
    st.tuples(
        st.sampled_from([*LETTERS, *"SSSSSSDD"]),
        st.sampled_from("aaab"),
        st.sampled_from([1, 1, 2, 25]),
        st.sampled_from([60, 60, 60, 0, 10, 650, 4_000, -70]),
    ),
    max_size=25,
)


@LAW
@given(
    SCRIPTS, st.lists(st.tuples(st.integers(0, 3_000), st.sampled_from([*GapCause, *Vantage])), max_size=2)
)
def test_whatever_is_recorded_is_told_alike(
    script: list[tuple[str, str, int, int]], others: list[tuple[int, GapCause | Vantage]]
) -> None:
    second = 3_600
    recording: list[Recorded] = []
    for letter, name, times, wait_s in [("S", "a", 25, 60), ("S", "b", 25, 60), *script]:
        for _ in range(times):
            second += wait_s if times == 1 else abs(wait_s)
            more: dict[str, Any] = {"latency_ms": 100.0} | LETTERS[letter]
            recording.append(Heard(at(second), key(name), **more))
    for ago_s, what in others:
        began = at(max(0, second - ago_s))
        recording.append(
            Gap(began, began + 90_000, what) if isinstance(what, GapCause) else Seen(began, what)
        )

    told_alike(recording)


def test_nothing_recorded_is_nothing_told() -> None:
    assert told_alike([]) == (0, 0)


def test_the_state_may_be_asked_for_on_the_way() -> None:
    recording = life(3, 300, "abc")
    plain = list(replay(recording, usual_rules))
    retelling = Retelling(Packed(recording), usual_rules)
    passed = 0
    for each in retelling:
        passed += len(each.lines) if isinstance(each, Stretch) else 1
        if isinstance(each, Judged):
            assert retelling.state == plain[passed - 1].step.state

    assert passed == len(plain)
