"""A network that loses one question in so many: the more the others lose, the less a silence proves."""

import random

import pytest

from core.builders import Life, at, result, way
from trayuptime.core import judge, scatter
from trayuptime.core.draft import Draft
from trayuptime.core.model import Vantage
from trayuptime.core.reasons import Reason
from trayuptime.core.state import CameUp, Settled, VantageChanged, WentDown, WentUnstable


def lossy(loss: float, minutes: int, seed: int = 1, *, dead: int | None = None) -> Life:
    """Three providers on a network that loses answers by chance; `dead` is when a vanishes for good."""
    chance = random.Random(seed)
    life = Life("a", "b", "c")
    for minute in range(minutes):
        for offset, name in enumerate("abc"):
            second = 60.0 * minute + offset
            gone = chance.random() < loss or (name == "a" and dead is not None and minute >= dead)
            life.see(second, "N" if gone else "S", name)
            if gone:  # somebody else answers at once
                life.see(second + 0.5, "S", "c" if name != "c" else "b")
    return life


def threes(life: Life, name: str) -> int:
    """How often three losses in a row were settled for a surface."""
    lost = [s.result.reason is not Reason.OK for s in life.all(Settled) if s.result.provider == name]
    return sum(all(lost[at : at + 3]) and not lost[at - 1] for at in range(1, len(lost) - 2))


@pytest.mark.parametrize("loss", [0.1, 0.2, 0.3])
def test_a_network_that_loses_answers_makes_hardly_anybody_down(loss: float) -> None:
    """Fifty hours of it; three losses in a row, by which others go, come dozens of times."""
    lives = [lossy(loss, 600, seed) for seed in range(5)]
    downs = sum(len(life.all(WentDown)) for life in lives)
    in_a_row = sum(threes(life, name) for life in lives for name in "abc")

    assert in_a_row >= 5
    assert downs <= in_a_row / 30


def test_it_hides_no_outage_that_lasts() -> None:
    life = lossy(0.1, 200, dead=100)

    assert life.all(WentDown, "a")
    assert not life.all(WentDown, "b")


def test_on_a_good_network_three_are_enough_and_one_lost_answer_changes_nothing() -> None:
    life = Life("a", "b", "c").run("S" * 10).run("S", "c")
    life.see(610, "N", "b")
    life.see(611, "S", "c")
    life.see(620, "S", "b")
    for second in (660, 680, 700):
        life.see(second, "N")
        life.see(second + 1, "S", "c")

    assert life.all(WentDown, "a")


def test_two_vendors_that_are_both_gone_do_not_excuse_each_other() -> None:
    life = Life("a", "b", "c")
    for second in range(0, 600, 60):
        for offset, name in enumerate("abc"):
            life.see(second + offset, "N" if second >= 300 and name != "c" else "S", name)

    assert life.all(WentDown, "a")
    assert life.all(WentDown, "b")


def test_what_a_vendor_answers_is_its_own_on_any_network() -> None:
    life = lossy(0.3, 60)
    life.now_s = 3_600
    life.run("FFF")

    assert life.all(WentDown, "a")


def test_a_surface_that_flaps_like_everybody_is_not_unstable() -> None:
    assert lossy(0.3, 300).all(WentUnstable) == []


def test_a_surface_that_flaps_alone_is() -> None:
    life = Life("a", "b")
    for second in range(0, 1_200, 60):
        life.see(second, "N" if second % 120 else "S")
        life.see(second + 1, "S", "b")

    assert len(life.all(WentUnstable)) == 1
    assert life.all(CameUp) == []


def test_the_more_others_lost_lately_the_more_it_takes_and_an_answer_needs_no_more() -> None:
    life = lossy(0.3, 60)
    draft = Draft(life.state, life.rules)

    assert 4 < scatter.in_a_row(draft, result(3_600, Reason.CONNECT_TIMEOUT), 3) <= scatter.MOST_IN_ROW
    assert scatter.in_a_row(draft, result(3_600, Reason.SERVER_ERROR), 3) == 3
    assert scatter.in_a_row(draft, result(90_000, Reason.CONNECT_TIMEOUT), 3) == 3, "that was long ago"


def test_late_words_count_as_lost() -> None:
    life = Life("a", "b", "c").run("S")
    life.see(1, "S", "b", latency_ms=9_000.0)
    life.see(2, "S", "c", latency_ms=9_000.0)

    assert scatter.in_a_row(Draft(life.state, life.rules), result(60, Reason.DNS_FAILURE), 3) > 3


def test_one_prompt_witness_among_many_late_ones_proves_less() -> None:
    life = Life("a", "b", "c", "d").run("S")
    for minute in range(10):
        for offset, name in enumerate("bcd"):
            late = (minute + offset) % 3 != 0
            life.see(60 * minute + offset, "S", name, **way(4_000 if late else 100, 5_000 if late else 900))
    draft = Draft(life.state, life.rules)

    assert scatter.in_a_row(draft, result(600, Reason.READ_TIMEOUT), 3) > 10
    assert scatter.in_a_row(draft, result(600, Reason.CONNECT_REFUSED), 3) == 3, "nobody's slowness does that"
    assert scatter.in_a_row(draft, result(9_000, Reason.READ_TIMEOUT), 3) == 3, "that was long ago"


def test_what_was_late_over_another_network_says_nothing_of_this_one() -> None:
    life = Life("a", "b", "c").run("S")
    for minute in range(10):
        for name in "bc":
            life.see(60 * minute, "S", name, **way(4_000, 5_000))
    life.apply(judge.network_changed(life.state, at(605)))

    assert scatter.in_a_row(Draft(life.state, life.rules), result(660, Reason.READ_TIMEOUT), 3) == 3


def test_one_that_flaps_by_itself_says_nothing_of_the_network_while_others_lose_nothing() -> None:
    life = Life("a", "b", "c", "d")
    for minute in range(30):
        for offset, name in enumerate("cd"):
            life.see(60 * minute + offset, "S", name)
        life.see(60 * minute + 2, "N" if minute % 2 else "S", "b")
        life.see(60 * minute + 3, "S", "c")
        if minute >= 20:
            life.see(60 * minute + 4, "N")
            life.see(60 * minute + 5, "S", "d")

    down = life.all(WentDown, "a")[0]
    assert down.incident.started_at == down.at - 120_100, "three failures, as on any good network"


def test_what_was_down_before_is_no_evidence_against_ourselves() -> None:
    """Two providers: one is gone for good, the other loses a question now and then."""
    life = Life("a", "b").run("S").run("S", "b")
    for minute in range(3, 60):
        life.see(60 * minute, "N", latency_ms=10_000.0)
        lost = minute >= 10 and minute % 4 == 0
        life.see(60 * minute + 11, "N" if lost else "S", "b")
        life.see(60 * minute + 22, "S", "b")

    assert life.all(VantageChanged) == []
    assert life.all(WentDown, "a")


def test_both_of_two_that_fail_again_and_again_are_this_computer() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    for second in (180, 200, 220):
        life.see(second, "N")
        life.see(second + 1, "S", "b")
    for second in (300, 311, 322):
        life.see(second, "N")
        life.see(second + 1, "N", "b")

    assert life.all(WentDown, "a")
    assert [change.vantage for change in life.all(VantageChanged)] == [Vantage.OFFLINE]


def lossy_for_everybody(until_s: float) -> Life:
    """From minute 20 on a and b lose every other question until a moment, and c none."""
    life = Life("a", "b", "c")
    for second in range(0, round(until_s), 60):
        lost = second >= 1_200 and second % 120 == 0
        for offset, (name, other) in enumerate((("a", "c"), ("b", "c"))):
            life.see(second + 10 * offset, "N" if lost else "S", name)
            life.see(second + 10 * offset + 1, "S", other)
    life.now_s = until_s
    return life


def test_a_calm_surface_does_not_turn_unstable_when_the_losses_of_others_are_long_ago() -> None:
    life = lossy_for_everybody(1_900)
    for second in range(1_920, 4_500, 150):
        life.see(second, "S")

    assert life.all(WentUnstable) == []


def test_what_was_lost_over_another_network_is_no_flapping_on_this_one() -> None:
    life = lossy_for_everybody(1_900)
    life.apply(judge.network_changed(life.state, at(1_905)))
    life.see(1_920, "S")
    life.see(1_980, "F")
    life.see(1_990, "S")

    assert life.all(WentUnstable) == []
    assert [sample.reason for sample in life.surface().recent if sample.failed] == [Reason.SERVER_ERROR]


def slow_names(minutes: int, *names: str) -> Life:
    """A prompt minute, and so many in which every name takes seconds."""
    life = Life("a", *names).run("S")
    for minute in range(minutes + 1):
        for offset, name in enumerate(names):
            life.see(60 * minute + offset, "S", name, **(way(4_000, 5_000) if minute else way(20, 200)))
    life.now_s = 60.0 * (minutes + 1)
    return life


def needed(life: Life) -> int:
    """How many time-outs in a row would make a down now."""
    silent = result(life.now_s, Reason.READ_TIMEOUT)
    return scatter.in_a_row(Draft(life.state, life.rules), silent, 3)


def test_a_poor_spell_that_is_over_asks_for_no_more_failures() -> None:
    life = slow_names(15, "b", "c", "d")
    assert needed(life) > 3

    for minute in range(4):
        for offset, name in enumerate("bcd"):
            life.see(life.now_s + 60 * minute + offset, "S", name, **way(20, 200))
    life.now_s += 240
    assert needed(life) == 3


def test_one_prompt_answer_does_not_end_it_nor_do_many_that_came_before_the_last_late_one() -> None:
    life = slow_names(15, "b", "c", "d")
    for minute in range(4):
        for offset, name in enumerate("bcd"):
            life.see(life.now_s + 60 * minute + offset, "S", name, **way(20, 200))
    life.see(life.now_s + 239, "S", "b", **way(4_000, 5_000))
    life.now_s += 250
    life.see(life.now_s, "S", "c", **way(20, 200))
    life.now_s += 1

    assert needed(life) > 3


def test_it_is_not_over_where_it_went_on_into_the_failures_themselves() -> None:
    life = slow_names(15, "b", "c", "d")
    life.see(life.now_s, "N", latency_ms=10_000.0)
    life.see(life.now_s + 5, "S", "b", **way(4_000, 5_000))
    for second in range(11, 40):
        life.see(life.now_s + second, "S", "cd"[second % 2], **way(20, 200))
    life.now_s += 40

    assert life.surface().fails == 1
    assert needed(life) > 3


def test_a_late_answer_from_before_the_last_twenty_is_not_set_against_these() -> None:
    life = Life("a", "b", "c", "d").run("S")
    for name in "bcd":
        life.see(1, "S", name, **way(20, 200))
        life.see(2, "S", name, **way(4_000, 5_000))
    for at_s in range(60, 60 * 22, 60):
        for name in "bcd":
            life.see(at_s, "S", name, **way(20, 200))
    life.now_s = 60.0 * 22

    assert needed(life) == 3
