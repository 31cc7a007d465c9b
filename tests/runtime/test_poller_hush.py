"""What the user knows of or has put off: no more bubbles, one more, and always the end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.world import (
    BROKEN,
    FINE,
    NO_NAME,
    Behaviour,
    Says,
    Watch,
    always,
    api,
    by_time,
    only,
    second_of,
    watch,
)
from trayuptime.core.hush import NothingToHushError
from trayuptime.core.model import Service
from trayuptime.core.pauses import Snooze
from trayuptime.core.state import CameUp, State, StillOpen, WentDown
from trayuptime.history import History
from virtual_time import START

HOUR_S = 3600
DOWN = by_time((0, FINE), (60, BROKEN))
"""Down from second 60 on, which is told at 80."""


def heals(second: float) -> Behaviour:
    return by_time((0, FINE), (60, BROKEN), (second, FINE))


def a_down(home: Path, behaviour: Behaviour = DOWN) -> Watch:
    return watch(home, "a", "b", hosts={"a": behaviour})


def knows(seen: Watch) -> Callable[[], None]:
    return lambda: seen.poller.hush([1], None)


def snoozes(seen: Watch, until_s: float) -> Callable[[], None]:
    return lambda: seen.poller.hush([1], START + round(until_s * 1000))


def later(home: Path, behaviour: Behaviour, after_s: int = 1_000) -> Watch:
    """The next run, so long after the beginning of the first."""
    again = a_down(home, behaviour)
    again.clock.stepped_ms = after_s * 1000
    return again


# I know


def test_what_is_known_is_taken_off_the_screen_and_told_when_it_ends(tmp_path: Path) -> None:
    seen = a_down(tmp_path, heals(7_200))
    seen.live(7_400, (300, knows(seen)))

    assert seen.titles() == ["a is down", "a is up again"]
    assert seen.withdrawn() == ["a"]


def test_what_is_known_is_told_to_every_listener_and_is_red_all_the_same(tmp_path: Path) -> None:
    seen = a_down(tmp_path)
    seen.live(400, (300, knows(seen)))

    told = next(each for each in seen.told if each.state.hushes)
    assert second_of(told.at) == 300
    assert told.state.surface(api("a")).service is Service.DOWN
    assert seen.state.surface(api("a")).service is Service.DOWN


def test_what_is_known_is_known_over_a_restart(tmp_path: Path) -> None:
    first = a_down(tmp_path)
    first.live(400, (300, knows(first)))
    again = later(tmp_path, by_time((0, BROKEN), (600, FINE))).live(800)

    assert first.titles() == ["a is down"]
    assert again.titles() == ["a is up again"]
    assert again.told[0].state.hushes.keys() == {1}


def test_it_is_on_disk_at_once(tmp_path: Path) -> None:
    seen = a_down(tmp_path)
    kept: list[object] = []

    def look() -> None:
        with seen.reader() as reader:
            kept.append(dict(reader.state().hushes))

    seen.live(400, (300, knows(seen)), (300, look))

    assert kept == [dict(seen.state.hushes)]
    assert seen.state.hushes


def test_known_before_its_bubble_it_has_none_and_its_end_is_told(tmp_path: Path) -> None:
    hosts = {"a": heals(200), "b": by_time((0, FINE), (70, Says(after_s=8.0)))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(400, (82, knows(seen)))

    assert second_of(only(seen.happened(WentDown)).at) < 82
    assert seen.titles() == ["a is up again"]
    assert seen.state.untold == {}


def test_known_and_over_before_its_advice_it_is_told_to_be_over(tmp_path: Path) -> None:
    """A fallback that hangs: the end comes while the bubble of the beginning still waits for it."""
    hosts = {"a": heals(82), "b": by_time((0, FINE), (61, Says(after_s=60.0)))}
    polling = 'recover_after = 1\nretry_interval = "1s"\ntimeout = "60s"'
    seen = watch(tmp_path, "a", "b", hosts=hosts, polling=polling, a='fallbacks = ["b"]')
    seen.live(200, (70, knows(seen)))

    up = only(seen.happened(CameUp))
    assert up.tell
    assert seen.titles() == ["a is up again"]


def test_what_happened_before_it_was_known_is_told_as_it_was(tmp_path: Path) -> None:
    seen = a_down(tmp_path, heals(300))
    refused: list[str] = []

    def know_late() -> None:
        try:
            seen.poller.hush([1], None)
        except NothingToHushError as error:
            refused.append(str(error))

    seen.live(700, (650, know_late))

    assert refused == ["Incident 1 is over: there is nothing more to tell of it."]
    assert seen.titles() == ["a is down", "a is up again"]


# Snooze


def test_what_was_put_off_and_lasts_is_told_once_more_with_advice_of_that_moment(tmp_path: Path) -> None:
    hosts = {"a": DOWN, "b": by_time((0, BROKEN), (2_000, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(3 * HOUR_S, (300, lambda: seen.poller.snooze([2], Snooze.HOUR)))

    assert [(n.title, n.key) for _, n in seen.notices() if n.key == "a"] == [
        ("a is down", "a"),
        ("a is still down", "a"),
    ]
    second, notice = [each for each in seen.notices() if each[1].key == "a"][1]
    assert 300 + HOUR_S <= second <= 300 + HOUR_S + 61
    assert "b works: up" in notice.body
    assert [action.id for action in notice.actions] == ["switch:b", "details", "snooze"]
    assert only(seen.happened(StillOpen)).incident.id == 2


def test_what_was_put_off_and_ends_is_told_to_have_ended_and_no_more(tmp_path: Path) -> None:
    seen = a_down(tmp_path, heals(1_000))
    seen.live(2 * HOUR_S, (300, snoozes(seen, HOUR_S)))

    assert seen.titles() == ["a is down", "a is up again"]
    assert seen.state.hushes == {}


def test_a_snooze_goes_on_over_a_restart(tmp_path: Path) -> None:
    first = a_down(tmp_path)
    first.live(400, (300, snoozes(first, HOUR_S)))
    again = later(tmp_path, always(BROKEN)).live(2 * HOUR_S)

    assert first.titles() == ["a is down"]
    assert again.titles() == ["a is still down"]
    assert HOUR_S <= again.notices()[0][0] <= HOUR_S + 61


def test_a_snooze_that_is_over_by_the_next_start_is_told_once_it_is_seen(tmp_path: Path) -> None:
    first = a_down(tmp_path)
    first.live(400, (300, snoozes(first, 900)))
    again = later(tmp_path, always(BROKEN), after_s=86_400).live(200)

    assert again.titles() == ["a is still down"]


def test_nothing_is_told_again_while_this_computer_is_offline(tmp_path: Path) -> None:
    gone = (1_000, NO_NAME)
    hosts = {
        "a": by_time((0, FINE), (60, BROKEN), gone, (5_000, BROKEN)),
        "b": by_time((0, FINE), gone, (5_000, FINE)),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts)
    seen.live(5_400, (300, snoozes(seen, 2_000)))

    assert [n.title for _, n in seen.notices() if n.key == "a"] == ["a is down", "a is still down"]
    assert seen.notices()[-1][0] >= 5_000


def test_a_pause_over_the_end_of_a_snooze_tells_nothing_before_it_is_over(tmp_path: Path) -> None:
    seen = a_down(tmp_path)
    seen.live(
        4_400,
        (300, snoozes(seen, 1_000)),
        (900, lambda: seen.poller.pause(None)),
        (4_000, seen.resume),
    )

    assert seen.titles() == ["a is down", "a is still down"]
    assert seen.notices()[-1][0] >= 4_000


@pytest.mark.parametrize(
    ("length", "until_s"), [(Snooze.HOUR, 300 + HOUR_S), (Snooze.FOUR_HOURS, 300 + 4 * HOUR_S)]
)
def test_a_length_is_by_the_pollers_own_clock(tmp_path: Path, length: Snooze, until_s: int) -> None:
    seen = a_down(tmp_path)
    seen.live(400, (300, lambda: seen.poller.snooze([1], length)))

    until = seen.state.hushes[1].until
    assert until is not None
    assert second_of(until) == until_s


def test_a_length_leaves_known_what_is_known_and_shortens_no_other(tmp_path: Path) -> None:
    hosts = dict.fromkeys(("a", "b", "c"), DOWN)
    seen = watch(tmp_path, "a", "b", "c", "d", hosts=hosts)

    def snooze_all() -> None:
        numbers = sorted(
            each.incident.id for each in seen.state.surfaces.values() if each.incident is not None
        )
        assert numbers == [1, 2, 3]
        seen.poller.hush([1], None)
        seen.poller.hush([2], START + 9 * HOUR_S * 1000)
        seen.poller.snooze(numbers, Snooze.HOUR)

    seen.live(400, (300, snooze_all))

    ends = [seen.state.hushes[number].until for number in (1, 2, 3)]
    assert ends == [None, START + 9 * HOUR_S * 1000, START + (300 + HOUR_S) * 1000]


def test_what_is_told_again_as_the_engine_stops_is_told(tmp_path: Path) -> None:
    hosts = {"a": DOWN, "b": by_time((0, FINE), (500, Says(after_s=9.0)))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(605, (300, snoozes(seen, 599)))

    assert seen.happened(StillOpen)
    assert seen.titles() == ["a is down", "a is still down"]


def killed_as_it_is_told_again(home: Path) -> None:
    """What an engine leaves that is killed in its look for advice: the snooze is over, the bubble waits."""
    hosts = {"a": DOWN, "b": by_time((0, FINE), (600, Says(after_s=9.0)))}
    seen = watch(home, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    left: list[State] = []

    def die() -> None:
        assert seen.happened(StillOpen)
        assert seen.titles() == ["a is down"]
        with seen.reader() as reader:
            left.append(reader.state())

    seen.live(604, (300, snoozes(seen, 599)), (603, die))
    history = History.open(home / "history.db", str)
    history.save(left[0], START + 603_000)  # not what a stop in good order left after it
    history.close()


def test_what_a_killed_engine_had_yet_to_tell_again_is_told_by_the_next(tmp_path: Path) -> None:
    killed_as_it_is_told_again(tmp_path)
    again = later(tmp_path, always(BROKEN)).live(400)

    assert again.titles() == ["a is still down"]
    assert again.state.hushes == {}


def test_what_a_killed_engine_had_yet_to_tell_again_and_is_over_is_told_to_be_over(tmp_path: Path) -> None:
    killed_as_it_is_told_again(tmp_path)
    again = later(tmp_path, always(FINE)).live(400)

    assert again.titles() == ["a is up again"]


def test_what_was_told_again_is_on_disk_as_told_at_once(tmp_path: Path) -> None:
    seen = a_down(tmp_path)
    kept: list[object] = []

    def look() -> None:
        assert seen.titles()[-1] == "a is still down"
        with seen.reader() as reader:
            kept.append(reader.state().hushes)

    seen.live(700, (300, snoozes(seen, 590)), (610, look))

    assert kept == [{}]


def test_what_needs_no_advice_is_told_again_at_once_and_that_is_kept(tmp_path: Path) -> None:
    seen = a_down(tmp_path, lambda second: BROKEN if second >= 60 and second % 60 < 5 else FINE)
    seen.live(1_200, (600, snoozes(seen, 900)))

    assert seen.titles() == ["a is unstable", "a is still unstable"]
    with seen.reader() as reader:
        assert reader.state().hushes == {}


def test_what_is_being_told_again_can_be_put_off_once_more(tmp_path: Path) -> None:
    hosts = {"a": DOWN, "b": by_time((0, FINE), (600, Says(after_s=9.0)))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(2_000, (300, snoozes(seen, 599)), (603, snoozes(seen, 1_700)))

    assert [second_of(again.at) > 1_700 for again in seen.happened(StillOpen)] == [False, True]
    assert seen.titles() == ["a is down", "a is still down"]


def test_an_end_while_advice_is_looked_for_is_all_that_is_told(tmp_path: Path) -> None:
    hosts = {"a": heals(605), "b": by_time((0, FINE), (600, Says(after_s=40.0)))}
    polling = 'recover_after = 1\nretry_interval = "1s"\ntimeout = "45s"'
    seen = watch(tmp_path, "a", "b", hosts=hosts, polling=polling, a='fallbacks = ["b"]')
    seen.live(800, (300, snoozes(seen, 599)), (610, seen.check_now))

    assert second_of(only(seen.happened(StillOpen)).at) < 605
    assert seen.titles() == ["a is down", "a is up again"]


# Taken back


def test_what_is_taken_back_is_told_no_second_time_but_hushed_no_more(tmp_path: Path) -> None:
    seen = a_down(tmp_path, heals(2_000))
    seen.live(2_200, (300, snoozes(seen, 900)), (400, lambda: seen.poller.unhush([1])))

    assert seen.titles() == ["a is down", "a is up again"]
    assert not seen.happened(StillOpen)
    assert seen.told[-1].state.hushes == {}


def test_what_is_taken_back_is_kept_with_the_answers_that_led_to_it(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": DOWN, "b": always(Says(after_s=2.0))})
    kept: list[tuple[float, float]] = []

    def take_back() -> None:  # the answer of this minute still waits for that of another
        seen.poller.unhush([1])
        with seen.reader() as reader:
            latest, results = reader.state().surface(api("a")).latest, list(reader.results(0, 1 << 50))
        assert latest is not None
        kept.append(
            (
                second_of(latest.at),
                max(second_of(each.result.at) for each in results if each.result.provider == "a"),
            )
        )

    seen.live(400, (300, knows(seen)), (360.3, take_back))

    assert kept == [(360, 360)]


def test_taken_back_stays_taken_back_over_a_restart(tmp_path: Path) -> None:
    first = a_down(tmp_path)
    first.live(400, (300, knows(first)), (350, lambda: first.poller.unhush([1])))
    again = later(tmp_path, always(BROKEN)).live(200)

    assert again.told[0].state.hushes == {}
