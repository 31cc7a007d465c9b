"""This computer's network changes: what is told of the old one, and how soon the new one is believed."""

from pathlib import Path

import pytest

from runtime.world import (
    BROKEN,
    FINE,
    NO_NAME,
    REFUSED,
    Behaviour,
    Says,
    Watch,
    api,
    by_time,
    only,
    second_of,
    watch,
)
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Service, Vantage
from trayuptime.core.state import VantageChanged, WentDown

NAMES = ("a", "b", "c")


def everybody(behaviour: Behaviour) -> dict[str, Behaviour]:
    return dict.fromkeys(NAMES, behaviour)


def failures(seen: Watch) -> list[str]:
    return [str(r.reason) for name in NAMES for r in seen.results(name) if r.http_status is None]


def test_a_network_that_comes_back_is_seen_within_two_seconds(tmp_path: Path) -> None:
    """From the kernel's word on, which comes 0.3 s after the route."""
    hosts = everybody(by_time((0, FINE), (60, NO_NAME), (90, FINE)))
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(120, (90, seen.change_network))

    lost, found = seen.happened(VantageChanged)
    assert (lost.vantage, found.vantage) == (Vantage.OFFLINE, Vantage.ONLINE)
    assert second_of(found.at) == pytest.approx(91.2, abs=0.1)


def test_a_name_server_that_comes_after_the_route_is_waited_for(tmp_path: Path) -> None:
    hosts = everybody(by_time((0, FINE), (60, NO_NAME), (93.5, FINE)))
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(120, (90, seen.change_network))

    _, found = seen.happened(VantageChanged)
    assert second_of(found.at) == pytest.approx(94, abs=1)


def test_nobody_is_asked_in_the_first_second_of_another_network(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(130, (59.5, seen.change_network), (59.6, seen.check_now), (100, seen.change_network))

    assert seen.world.seconds("a.example") == [0, 60.5, 120]


def test_a_network_that_changes_while_all_is_well_asks_nobody(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b")
    seen.live(110, (70, seen.change_network))

    assert seen.world.seconds("a.example") == [0, 60]
    assert seen.world.renewed == [70]
    assert seen.gaps() == []


@pytest.mark.parametrize("status", [None, 200])
def test_a_vpn_that_comes_up_in_mid_probe_takes_the_failure_along(tmp_path: Path, status: int | None) -> None:
    """The old connection is cut by it, before the answer or in its middle; the vendor is fine."""
    hosts = {"a": by_time((0, FINE), (60, Says(status, Failure.RESET, 5)), (61, FINE))}
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(110, (62, seen.change_network))

    assert seen.world.seconds("a.example") == [0, 60, 66]
    assert [(second_of(r.at), str(r.reason)) for r in seen.results("a")] == [(0, "ok"), (66, "ok")]


def test_an_answer_that_comes_across_the_change_counts(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, Says(503, after_s=5, body=b"")))}
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(70, (62, seen.change_network))

    assert [r.http_status for r in seen.results("a")] == [200, 503]


def test_a_failure_that_waits_for_a_witness_is_forgotten_and_asked_again(tmp_path: Path) -> None:
    """The old network had lost a first; nobody on the new one can vouch for that."""
    hosts = {
        "a": by_time((0, FINE), (60, NO_NAME), (65, FINE)),
        "b": by_time((0, FINE), (60, Says(None, after_s=3600)), (65, FINE)),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts)
    seen.live(110, (62, seen.change_network))

    assert failures(seen) == []
    assert seen.world.seconds("a.example")[:4] == [0, 60, 63, 64.01]
    assert seen.happened(VantageChanged) == []


def test_what_landed_before_the_change_is_judged_before_it(tmp_path: Path) -> None:
    """In the same instant: a failure of the old network must not wait for the new one's witnesses."""
    hosts = {"a": by_time((0, FINE), (60, Says(None, REFUSED.failure, 1)), (61, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts)
    seen.live(110, (61, seen.change_network))

    assert failures(seen) == []
    assert seen.state.surface(api("a")).fails == 0


def test_failures_on_a_network_that_settles_count_for_nothing(tmp_path: Path) -> None:
    """The others answer throughout; a cannot be reached for four seconds, and no blip of it is stored."""
    hosts = {"a": by_time((0, BROKEN), (60, FINE), (70, NO_NAME), (74, FINE))}
    seen = watch(tmp_path, *NAMES, hosts=hosts, polling='interval = "10s"')
    seen.live(120, (69.5, seen.change_network))

    assert failures(seen) == []


def test_a_failure_that_lasts_beyond_the_settling_is_an_outage(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (70, REFUSED))}
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(200, (119.5, seen.change_network))

    down = only(seen.happened(WentDown))
    assert second_of(down.incident.started_at) == pytest.approx(126, abs=1)
    assert second_of(down.at) <= 126 + 2 * 10 + 1


def test_a_network_that_never_rests_still_hears_answers(tmp_path: Path) -> None:
    """It changes every second for two minutes: nobody is red, nobody is forgotten."""
    hosts = {"a": by_time((0, FINE), (60, NO_NAME), (61, FINE))}
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(180, *((second, seen.change_network) for second in range(50, 170)))

    assert failures(seen) == []
    assert len(seen.results("b")) == 3
    assert not seen.notices()


def test_a_provider_that_is_down_is_asked_at_once_on_another_network(tmp_path: Path) -> None:
    """The old one may have been what kept us from it."""
    hosts = {"a": by_time((0, REFUSED), (125, FINE))}
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(200, (130, seen.change_network))

    assert 131 in seen.world.seconds("a.example")
    assert seen.state.surface(api("a")).service is Service.UP


def test_a_lone_provider_that_nobody_vouches_for_is_asked_on_another_network(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, NO_NAME), (170, FINE))}
    seen = watch(tmp_path, "a", hosts=hosts)
    seen.live(190, (175, seen.change_network))

    assert seen.world.seconds("a.example")[-1] == 176


def test_a_server_on_this_computer_is_not_the_networks(tmp_path: Path) -> None:
    """It fails while the network settles, and that counts."""
    seen = watch(tmp_path, "a", "local", local='base_url = "http://localhost:8000/v1"')
    seen.world.hosts["localhost"] = by_time((0, FINE), (60, REFUSED))
    seen.live(65, (59.5, seen.change_network))

    assert [str(r.reason) for r in seen.results("local")] == ["ok", "connect_refused"]


def test_a_change_in_a_pause_asks_nobody(tmp_path: Path) -> None:
    hosts = everybody(by_time((0, FINE), (60, NO_NAME)))
    seen = watch(tmp_path, *NAMES, hosts=hosts)
    seen.live(200, (80, lambda: seen.poller.pause(None)), (90, seen.change_network))

    assert max(seen.world.seconds("a.example")) < 80
    assert seen.world.renewed == [90]


def test_a_look_for_a_fallback_does_not_hammer_a_network_that_settles(
    tmp_path: Path,
) -> None:
    hosts = {"a": by_time((0, BROKEN)), "b": by_time((0, FINE), (20, NO_NAME), (24.5, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(30, (20.3, seen.change_network))

    asked = [second for second in seen.world.seconds("b.example") if second > 20]
    assert 3 <= len(asked) <= 7
    assert seen.state.suggestions["a"].suggested == "b"


def test_a_look_for_a_fallback_is_not_misled_by_the_change(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, BROKEN)),
        "b": by_time((0, FINE), (20, Says(None, NO_NAME.failure, 3)), (22, FINE)),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(100, (21, seen.change_network))

    assert seen.state.suggestions["a"].suggested == "b"
    assert seen.titles() == ["a is down"]
