"""When the poller asks: in slots, faster in doubt, after a Retry-After, never a host twice at once."""

from pathlib import Path
from typing import Any

from runtime.world import BROKEN, FINE, SILENT, Says, Watch, always, api, by_time, only, second_of, watch
from trayuptime.core.model import Service
from trayuptime.core.reasons import Reason
from trayuptime.core.state import CameUp, WentDown

TEN = tuple(f"p{number}" for number in range(10))
WAIT = Says(429, headers={"retry-after": "200"}, body=b"")


def test_ten_surfaces_wake_the_computer_once_per_interval(tmp_path: Path) -> None:
    seen = watch(tmp_path, *TEN).live(600)

    slots = {round(second / 60) * 60 for name in TEN for second in seen.world.seconds(f"{name}.example")}
    distance = [abs(asked.second - round(asked.second / 60) * 60) for asked in seen.world.asked]
    assert slots == set(range(0, 600, 60))
    assert max(distance) < 0.5
    assert len([told for told in seen.told if told.happenings]) == 10


def test_doubt_is_asked_again_after_the_retry_interval_counted_from_the_end_of_the_probe(
    tmp_path: Path,
) -> None:
    hosts = {"bad": by_time((0, FINE), (60, SILENT))}
    seen = watch(tmp_path, "bad", "good", hosts=hosts).live(200)

    assert seen.world.seconds("bad.example") == [0, 60, 80, 100, 180]
    down = only(seen.happened(WentDown))
    assert second_of(down.incident.started_at) == 60


def test_confirm_after_failures_in_a_row_make_it_down_and_fewer_do_not(tmp_path: Path) -> None:
    blip = {"a": by_time((0, FINE), (60, BROKEN), (80, FINE))}
    polling = "confirm_after = 3"
    seen = watch(tmp_path, "a", hosts=blip, polling=polling).live(300)

    assert [r.reason for r in seen.results("a")][1:4] == [Reason.SERVER_ERROR, Reason.SERVER_ERROR, Reason.OK]
    assert not seen.happened(WentDown)
    assert not seen.notices()


def test_recovery_is_asked_for_at_the_retry_interval_and_ends_at_its_first_success(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (200, FINE))}
    seen = watch(tmp_path, "a", hosts=hosts).live(300)

    assert [s for s in seen.world.seconds("a.example") if s >= 200] == [240, 250.2]
    up = only(seen.happened(CameUp))
    assert second_of(up.incident.ended_at) == 240
    assert up.downtime_s == 180
    assert seen.titles() == ["a is down", "a is up again"]


def test_retry_after_holds_for_every_surface_of_the_host(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, WAIT), (61, FINE))}
    same = 'base_url = "https://a.example/v2"'
    seen = watch(tmp_path, "a", "b", hosts=hosts, b=same).live(400)

    assert [s for s in seen.world.seconds("a.example") if 60.2 < s < 260.2] == []
    assert min(s for s in seen.world.seconds("a.example") if s > 61) >= 260.2
    assert seen.state.surface(api("a")).service is Service.UP
    assert not seen.happened(WentDown)


def test_check_now_asks_everyone_but_those_who_said_retry_after(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": by_time((0, FINE), (60, WAIT), (61, FINE))})
    seen.live(120, (75, seen.check_now))

    assert seen.world.seconds("a.example") == [0, 60]
    assert seen.world.seconds("b.example") == [0, 60, 75]


def test_at_most_eight_are_asked_at_once(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(20)]
    seen = watch(tmp_path, *names, hosts={name: always(Says(after_s=5.0)) for name in names}).live(50)

    assert seen.world.most_at_once == 8
    assert all(seen.results(name) for name in names)


def test_a_host_is_never_asked_twice_at_once(tmp_path: Path) -> None:
    same = 'base_url = "https://a.example/v2"'
    page = 'base_url = "https://a.example/v1"\nsurfaces = ["api", "web"]\nweb_url = "https://a.example/"'
    seen = watch(tmp_path, "a", "b", hosts={"a": always(Says(after_s=3.0))}, a=page, b=same).live(300)

    assert len(seen.world.seconds("a.example")) >= 15
    assert seen.world.most_at_one_host == 1


def test_the_host_of_two_fallbacks_is_not_asked_twice_at_once_either(tmp_path: Path) -> None:
    same = 'base_url = "https://a.example/v2"'
    hosts = {"a": always(Says(after_s=3.0)), "bad": by_time((0, FINE), (60, BROKEN))}
    seen = watch(tmp_path, "bad", "a", "b", hosts=hosts, bad='fallbacks = ["a", "b"]', b=same).live(300)

    assert seen.titles() == ["bad is down"]
    assert seen.world.most_at_one_host == 1
    suggestion = seen.state.suggestions["bad"]
    assert suggestion.suggested == "a"


def test_a_look_for_fallbacks_keeps_to_eight_at_once(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(12)]
    hosts: dict[str, Any] = {name: always(Says(after_s=1.0)) for name in names}
    hosts["bad"] = by_time((0, FINE), (60, BROKEN))
    listed = ", ".join(f'"{name}"' for name in names)
    seen = watch(tmp_path, "bad", *names, hosts=hosts, bad=f"fallbacks = [{listed}]").live(200)

    assert seen.world.most_at_once == 8
    assert seen.state.suggestions["bad"].suggested == "p0"


def test_a_probe_that_outlasts_its_interval_is_still_one_at_a_time(tmp_path: Path) -> None:
    polling = 'interval = "10s"\ntimeout = "30s"'
    seen = watch(tmp_path, "a", hosts={"a": always(Says(after_s=25.0))}, polling=polling).live(200)

    assert seen.world.most_at_one_host == 1
    assert len(seen.results("a")) >= 5


def test_a_day_of_ten_providers_is_all_there_and_nothing_grows(tmp_path: Path) -> None:
    def thrice(second: float) -> Says:
        return BROKEN if second % 28_800 > 28_000 else FINE

    seen = watch(tmp_path, *TEN, hosts={"p0": thrice}, p0='fallbacks = ["p1"]')
    sizes: list[dict[str, int]] = []

    def measure() -> None:
        sizes.append(_sizes(seen))

    seen.live(86_400, (39_000, measure), (82_200, measure))

    assert sizes[0] == sizes[1]
    assert (len(seen.happened(WentDown)), len(seen.happened(CameUp))) == (3, 2)
    per_provider = {name: len(seen.results(name)) for name in TEN[2:]}
    assert set(per_provider.values()) == {1440}
    with seen.reader() as reader:
        assert sum(1 for _ in reader.results()) == len(seen.world.asked)


def _sizes(seen: Watch) -> dict[str, int]:
    """Every collection that the poller holds, its flights' and its state's included."""
    poller = seen.poller
    holders: list[object] = [
        poller,
        poller._flights,
        poller._counsel,
        poller._teller,
        poller._almanac,
        poller._agenda,
    ]
    found = {f"{type(h).__name__}.{n}": len(v) for h in holders for n, v in vars(h).items() if _counts(v)}
    state = seen.state
    fields = {f"State.{name}": getattr(state, name) for name in state.__dataclass_fields__}
    return found | {name: len(value) for name, value in fields.items() if _counts(value)}


def _counts(value: object) -> bool:
    return isinstance(value, dict | list | set | tuple) or type(value).__name__ == "deque"
