"""Pause and resume: nobody is asked, and the time is a gap."""

from pathlib import Path

from runtime.world import BROKEN, FINE, Says, api, by_time, only, second_of, watch
from trayuptime.core.model import GapCause, Service
from trayuptime.core.state import WentDown
from virtual_time import START


def test_a_pause_asks_nobody_until_resumed_and_becomes_a_gap(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b")
    seen.live(430, (100, lambda: seen.poller.pause(None)), (400, seen.resume))

    assert seen.world.seconds("a.example")[:3] == [0, 60, 400]
    gap = only(seen.gaps())
    assert (gap.cause, gap.key) == (GapCause.PAUSED, None)
    assert (second_of(gap.at), second_of(gap.until)) == (100, 400)


def test_a_pause_until_a_time_ends_by_itself(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(350, (100, lambda: seen.poller.pause(START + 300_000)))

    assert seen.world.seconds("a.example")[2] == 300
    assert seen.state.paused_since is None
    assert [second_of(gap.until) for gap in seen.gaps()] == [300]


def test_pausing_again_only_moves_the_end(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(
        350,
        (100, lambda: seen.poller.pause(START + 200_000)),
        (150, lambda: seen.poller.pause(START + 300_000)),
    )

    gap = only(seen.gaps())
    assert (second_of(gap.at), second_of(gap.until)) == (100, 300)


def test_a_pause_is_told_and_survives_a_restart(tmp_path: Path) -> None:
    first = watch(tmp_path, "a")
    first.live(200, (100, lambda: first.poller.pause(None)))
    second = watch(tmp_path, "a")
    second.clock.stepped_ms = 1_000_000
    second.live(200)

    assert first.told[-1].state.paused_since == START + 100_000
    assert second.world.asked == []
    assert second.state.paused_since == START + 100_000


def test_resuming_what_is_not_paused_is_harmless(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(100, (30, seen.resume))

    assert seen.gaps() == []
    assert seen.world.seconds("a.example")[:2] == [0, 30]


def test_doubt_from_before_a_long_pause_is_forgotten(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (65, Says()))}
    seen = watch(tmp_path, "a", hosts=hosts)
    seen.live(1300, (62, lambda: seen.poller.pause(None)), (1262, seen.resume))

    assert not seen.happened(WentDown)
    assert seen.state.surface(api("a")).fails == 0
    assert seen.state.surface(api("a")).service is Service.UP
