"""It is you, not them: witnesses, being offline, sleep; what nobody saw becomes a gap."""

from pathlib import Path

import pytest

from runtime.world import FINE, NO_NAME, REFUSED, Says, always, api, by_time, only, second_of, watch
from trayuptime.core.lights import Watched, provider_light
from trayuptime.core.model import GapCause, Service, Surface, Vantage
from trayuptime.core.notice import VANTAGE_KEY
from trayuptime.core.state import VantageChanged, WentDown
from virtual_time import START

AWAY = by_time((0, FINE), (60, NO_NAME), (660, FINE))
"""Wi-Fi off for ten minutes."""


def test_witnesses_are_asked_at_once_when_the_network_fails(tmp_path: Path) -> None:
    hosts = {"bad": by_time((0, FINE), (60, REFUSED))}
    seen = watch(tmp_path, "bad", "b", "c", hosts=hosts).live(110)

    assert seen.world.seconds("bad.example")[:4] == [0, 60, 70.01, 80.02]
    assert seen.world.seconds("b.example") == [0, 60, 70.02, 80.03]
    down = only(seen.happened(WentDown))
    assert second_of(down.incident.started_at) == 60


def test_a_lone_provider_is_never_judged_by_a_network_that_nobody_else_vouches_for(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": AWAY})
    checking: list[bool] = []

    def look() -> None:
        light = provider_light(seen.state, Watched("a", "a", (Surface.API,)), START + 75_000)
        checking.append(light.checking)

    seen.live(800, (75, look))

    assert checking == [True]
    assert not seen.notices()
    assert [r for r in seen.results("a") if 60 <= second_of(r.at) < 660] == []
    gap = only(seen.gaps())
    assert (gap.cause, gap.key, second_of(gap.at)) == (GapCause.UNPROVEN, api("a"), 60)
    assert second_of(gap.until) >= 660


@pytest.mark.parametrize("several", [2, 5])
def test_ten_minutes_without_a_network_are_held_against_nobody(tmp_path: Path, several: int) -> None:
    names = [f"p{number}" for number in range(several)]
    seen = watch(tmp_path, *names, hosts=dict.fromkeys(names, AWAY)).live(900)

    stored = [r for name in names for r in seen.results(name) if 60 <= second_of(r.at) < 660]
    assert stored == []
    assert not seen.happened(WentDown)
    assert [h.vantage for h in seen.happened(VantageChanged)] == [Vantage.OFFLINE, Vantage.ONLINE]
    assert seen.titles() == ["You are offline"]
    assert seen.withdrawn() == [VANTAGE_KEY]
    gap = only(seen.gaps())
    assert (gap.cause, gap.key) == (GapCause.OFFLINE, None)
    assert (second_of(gap.at), second_of(gap.until) >= 660) == (60, True)
    assert all(seen.state.surface(api(name)).service is Service.UP for name in names)


def test_being_offline_is_noticed_within_seconds(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": AWAY, "b": AWAY}).live(100)

    lost = only(seen.happened(VantageChanged))
    assert second_of(lost.at) == pytest.approx(60, abs=1)


def test_one_provider_that_fails_alone_is_down_however_quiet_the_network(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, NO_NAME))}
    seen = watch(tmp_path, "a", "b", hosts=hosts).live(200)

    assert seen.titles() == ["a is down"]
    assert not seen.happened(VantageChanged)


def test_sleep_throws_away_what_was_in_flight_and_becomes_a_gap(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, Says(after_s=5.0)), (61, FINE))}
    seen = watch(tmp_path, "a", hosts=hosts)
    seen.live(100, (62, lambda: seen.sleep_for(3600)))

    assert [second_of(r.at) for r in seen.results("a")] == [0, 3600 + 68]
    gap = only(seen.gaps())
    assert gap.cause is GapCause.ASLEEP
    assert gap.until - gap.at == 3600 * 1000
    assert seen.world.renewed == [65]


def test_after_waking_the_network_gets_a_moment(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b")
    seen.live(100, (50, lambda: seen.sleep_for(8 * 3600)))

    assert seen.world.renewed == [60]
    assert seen.world.seconds("a.example") == [0, 63]
    assert not seen.notices()


def test_a_step_of_the_wall_clock_alone_is_no_gap(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")

    def step_back() -> None:
        seen.clock.stepped_ms -= 3600 * 1000

    seen.live(400, (100, step_back))

    assert seen.gaps() == []
    assert seen.world.seconds("a.example") == [0, 60, 120, 180, 240, 300, 360]
    assert seen.state.surface(api("a")).service is Service.UP


def test_a_doze_of_seconds_is_no_sleep(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(100, (30, lambda: seen.sleep_for(4)))

    assert seen.gaps() == []
    assert seen.world.renewed == []


def test_failures_after_waking_count_only_once_somebody_vouches(tmp_path: Path) -> None:
    gone = by_time((0, FINE), (60, NO_NAME))
    seen = watch(tmp_path, "a", "b", hosts={"a": gone, "b": gone})
    seen.live(300, (50, lambda: seen.sleep_for(3600)))

    assert not seen.happened(WentDown)
    assert seen.state.vantage is Vantage.OFFLINE


def test_silence_of_everyone_is_this_computer_too(tmp_path: Path) -> None:
    silent = always(Says(None, after_s=3600.0))
    seen = watch(tmp_path, "a", "b", hosts={"a": silent, "b": silent}).live(60)

    assert seen.state.vantage is Vantage.OFFLINE
    assert seen.results("a") == []
