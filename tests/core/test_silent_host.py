"""One host that is silent to all that is asked of it: the failures of its surfaces count together."""

import pytest

from core.builders import Life, at, clock_time, key, target
from trayuptime.core import explain, judge
from trayuptime.core.model import Gap, GapCause, Reach, Rules
from trayuptime.core.recording import Heard
from trayuptime.core.replay import Judged
from trayuptime.core.state import Role, Settled, Target, WentDown
from trayuptime.history.snapshot import pack, unpack

HOST = "gateway.example:443"
FIVE = ("a", "b", "c", "d", "e")
TIME_OUT_MS = 10_000.0


def gateway(*names: str, rules: Rules | None = None) -> Life:
    """Providers behind one gateway, and a witness elsewhere; all have answered at second 0."""
    life = Life(*names, "w", targets=dict.fromkeys(names, target(HOST)), rules=rules)
    for place, name in enumerate((*names, "w")):
        life.see(place / 10, "S", name)
    return life


def silent(
    life: Life, second: float, name: str, *, letter: str = "N", latency_ms: float = TIME_OUT_MS
) -> None:
    """A question that is not answered, and a word of the witness once it has ended."""
    life.see(second, letter, name, latency_ms=latency_ms)
    life.see(second + latency_ms / 1000 + 0.1, "S", "w")


def downs(life: Life) -> dict[str, float]:
    """When each surface went down, in seconds of the test."""
    return {f"{down.key.provider}": (down.at - at(0)) / 1000 for down in life.all(WentDown)}


def test_five_behind_a_gateway_that_hangs_are_down_as_soon_as_one_alone_would_be() -> None:
    alone = gateway("a")
    for second in (60, 80, 100):
        silent(alone, second, "a")
    life = gateway(*FIVE)
    for place, name in enumerate(FIVE):
        assert downs(life) == {}
        silent(life, 60 + 10 * place, name)

    assert downs(alone) == {"a": 110}
    assert downs(life) == dict.fromkeys(FIVE, 110)


def test_each_has_failed_itself_and_its_outage_begins_with_that() -> None:
    life = gateway(*FIVE, "f")
    for place, name in enumerate(FIVE):
        silent(life, 60 + 10 * place, name)

    assert {down.key.provider: down.incident.started_at for down in life.all(WentDown)} == {
        name: at(60 + 10 * place) for place, name in enumerate(FIVE)
    }
    assert life.surface("f").incident is None, "it was not asked in that time"


def test_one_that_was_just_to_be_asked_again_waits_for_its_own_answer() -> None:
    life = gateway("a", "b", "c", "d")
    for second, name in ((60, "a"), (70, "b"), (80, "c"), (92.2, "d"), (102, "a")):
        silent(life, second, name, latency_ms=9_000.0)
    assert downs(life) == dict.fromkeys("abc", 111), "d is due at 111.2"

    silent(life, 111.2, "d")
    assert downs(life)["d"] == 121.2


def test_two_that_fail_twice_each_are_not_down_together() -> None:
    life = gateway("a", "b")
    for second in (60, 120):
        silent(life, second, "a")
        silent(life, second + 10, "b")
    life.see(180, "S", "a")
    life.see(180.2, "S", "b")

    assert downs(life) == {}


@pytest.mark.parametrize("latency_ms", [50.0, TIME_OUT_MS])
def test_in_a_recording_one_that_fails_twice_is_not_down_with_one_that_fails_three_times(
    latency_ms: float,
) -> None:
    life = gateway("a", "b", rules=Rules(can_ask=False))
    for second in (60, 120, 180):
        silent(life, second, "a", latency_ms=latency_ms)
        if second < 180:
            silent(life, second + latency_ms / 1000 + 0.2, "b", latency_ms=latency_ms)
    life.see(192, "S", "b")

    assert list(downs(life)) == ["a"]


def test_a_time_that_nobody_watched_makes_no_silence_longer() -> None:
    life = gateway("a", "b", "c")
    silent(life, 60, "a", latency_ms=50.0)
    life.apply(judge.pass_over(life.state, Gap(at(65), at(400), GapCause.ASLEEP)))
    silent(life, 401, "b", latency_ms=50.0)
    silent(life, 401.2, "c", latency_ms=50.0)

    assert downs(life) == {}


def test_an_answer_is_remembered_over_a_gap() -> None:
    life = gateway("a", "b/web", "c")
    silent(life, 60, "a")
    life.see(75, "?", "b/web")
    life.apply(judge.pass_over(life.state, Gap(at(76), at(90), GapCause.ASLEEP)))
    silent(life, 91, "b/web")
    silent(life, 101, "c")

    assert downs(life) == {}


def test_what_failed_at_another_host_is_not_counted_with_it() -> None:
    life = Life("a", "b", "w", targets={"b": target(HOST)})
    for name in "abw":
        life.see(0, "S", name)
    silent(life, 60, "a")
    silent(life, 80, "a")
    life.targets[key("a")] = target(HOST)
    life.apply(judge.watch(life.state, life.targets, at(91)))
    silent(life, 105, "b")

    assert downs(life) == {}


def test_one_word_of_a_witness_proves_no_three_in_turn() -> None:
    life = gateway(*"abc", rules=Rules(timeout_s=30.0))
    for second, name in ((60, "a"), (101, "b"), (140.5, "c")):
        life.see(second, "N", name, latency_ms=500.0)
    life.see(141, "S", "w")

    assert downs(life) == {}


def test_any_answer_of_the_host_in_between_begins_anew() -> None:
    life = gateway(*FIVE)
    silent(life, 60, "a")
    silent(life, 70, "b")
    life.see(80, "S", "c")
    silent(life, 90, "d")
    silent(life, 100, "e")
    silent(life, 110, "b")

    assert downs(life) == {}


@pytest.mark.parametrize("letter", ["F", "K", "R", "B", "?"])
def test_an_error_is_an_answer(letter: str) -> None:
    life = gateway("a", "b", "c")
    silent(life, 60, "a")
    silent(life, 80, "b")
    life.see(95, letter, "a")
    silent(life, 100, "c")

    assert downs(life) == {}


def test_a_surface_that_hangs_alone_speaks_for_no_other() -> None:
    life = gateway("a", "b")
    for minute in range(1, 20):
        life.see(60 * minute, "S", "b")
        silent(life, 60 * minute + 1, "a")
    silent(life, 1_200, "b")
    silent(life, 1_211, "a")
    silent(life, 1_222, "b")

    assert list(downs(life)) == ["a"]


def test_refusals_at_once_are_no_faster_for_being_many() -> None:
    life = gateway(*FIVE)
    for second in (60, 70):
        for place, name in enumerate(FIVE):
            silent(life, second + place / 10, name, latency_ms=50.0)
    assert downs(life) == {}

    silent(life, 80, "a", latency_ms=50.0)
    assert list(downs(life)) == ["a"], "its own three"


def test_whoever_asks_for_more_failures_gets_them() -> None:
    life = gateway("a", "b")
    life.rules[key("b")] = Rules(confirm_after=6)
    for second in range(60, 200, 20):
        silent(life, second, "a" if second < 120 else "b")
        assert list(downs(life)) == (["a"] if second >= 100 else [])
    silent(life, 200, "b")

    assert list(downs(life)) == ["a", "b"], "the fifth of its own, after its neighbour had gone down"


def test_what_failed_long_ago_is_not_in_a_row() -> None:
    life = gateway("a", "b", "c")
    silent(life, 60, "a")
    silent(life, 70, "b")
    silent(life, 1_200, "c")

    assert downs(life) == {}


def test_on_a_network_that_loses_answers_it_takes_more_of_them() -> None:
    life = Life(*FIVE, "v", "w", targets=dict.fromkeys(FIVE, target(HOST)))
    for second in range(0, 900, 60):
        for place, name in enumerate(FIVE):
            life.see(second + place / 10, "S", name)
        for place, (name, other) in enumerate((("v", "w"), ("w", "v")), start=1):
            life.see(second + 10 * place, "N" if second % 180 == 0 else "S", name)
            life.see(second + 10 * place + 1, "S", other)
    for place, name in enumerate(FIVE):
        silent(life, 960 + 10 * place, name)
    assert downs(life) == {}

    for place in range(5, 20):
        silent(life, 960 + 10 * place, FIVE[place % 5])
    assert set(downs(life)) == set(FIVE), "it does not hide what lasts"


def test_a_restart_in_between_changes_nothing() -> None:
    life = gateway(*FIVE)
    for place, name in enumerate(FIVE):
        silent(life, 60 + 10 * place, name)
        life.state, _ = unpack(pack(life.state, 0))
        life.apply(judge.watch(life.state, life.targets, at(70 + 10 * place)))

    assert downs(life) == dict.fromkeys(FIVE, 110)


def test_a_page_of_the_vendors_at_the_same_host_is_no_surface() -> None:
    life = gateway("a", "b")
    life.targets[key("feed")] = Target(HOST, Reach.INTERNET, Role.FEED)
    life.apply(judge.watch(life.state, life.targets, at(1)))
    silent(life, 60, "a")
    silent(life, 80, "feed")
    silent(life, 100, "b")

    assert downs(life) == {}


def test_of_a_providers_surfaces_the_first_is_told_last_for_its_bubble_stays() -> None:
    life = gateway("a", "a/web", "a/login")
    for second, name in ((60, "a/login"), (70, "a"), (80, "a/web"), (100, "a/login")):
        silent(life, second, name)

    assert [down.key for down in life.all(WentDown)] == [key("a/login"), key("a/web"), key("a")]
    assert life.bubbles[-1].title == "A API is down"


def test_the_reason_names_the_host_and_how_long_it_has_been_silent() -> None:
    life = gateway(*FIVE)
    for place, name in enumerate(FIVE[:4]):
        silent(life, 60 + 10 * place, name)
    life.see(100, "N", "e", latency_ms=TIME_OUT_MS)
    before = life.state
    step = life.see(110.1, "S", "w")
    line = Heard(at(110.1), key("w"), step.happenings[0].result.reason)  # type: ignore[union-attr]
    steps = explain.explain(Judged(line, life.rules, before, step, at(110.2)), clock_time)

    of_e = next(each.why for each in steps if isinstance(each.happening, Settled))
    assert of_e[0] == "failure 1 in a row; those of its host's other surfaces count with it"
    first = [each.why for each in steps if isinstance(each.happening, WentDown)][-1]
    sentence = f"1 failure since 12:01, and its host {HOST} has answered none of 5 questions since 12:01"
    assert first == (f"{sentence}, of whichever surface",)
