"""Sleep that is announced, sleep that only the clock knows, and clocks that are set."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.world import BROKEN, FINE, NO_NAME, REFUSED, Says, Watch, api, by_time, only, second_of, watch
from trayuptime.core.model import Gap, GapCause, Service
from trayuptime.core.state import Settled, WentDown
from trayuptime.runtime.clock import local_time
from virtual_time import START

HOUR_S = 3_600
Act = tuple[float, Callable[[], object]]


def a_sleep_of(hours: float, seen: Watch, at_s: float) -> list[Act]:
    """Announced, slept and announced to be over, with half a second awake on either side."""
    return [
        (at_s, seen.fall_asleep),
        (at_s + 0.5, lambda: seen.sleep_for(hours * HOUR_S)),
        (at_s + 1.0, seen.wake_up),
    ]


def spans(gaps: list[Gap]) -> list[tuple[GapCause, float, float]]:
    return [(gap.cause, second_of(gap.at), second_of(gap.until)) for gap in gaps]


def test_an_announced_sleep_is_one_gap_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b")
    seen.live(300, *a_sleep_of(8, seen, 90))

    assert spans(seen.gaps()) == [(GapCause.ASLEEP, 90, 91 + 8 * HOUR_S)]
    assert seen.world.renewed == [91]


def test_waking_asks_at_once_and_not_when_the_timer_would_have_rung(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", polling='interval = "10m"')
    seen.live(300, *a_sleep_of(8, seen, 90))

    assert seen.world.seconds("a.example") == [0, 94]
    assert seen.world.seconds("b.example") == [0, 94]


def test_the_clock_may_notice_before_the_end_is_announced(tmp_path: Path) -> None:
    """Something else woke the poller first: still one gap."""
    seen = watch(tmp_path, "a")
    begins, sleeps, ends = a_sleep_of(8, seen, 90)
    seen.live(300, begins, sleeps, (90.75, seen.check_now), ends)

    assert spans(seen.gaps()) == [(GapCause.ASLEEP, 90, 90.75 + 8 * HOUR_S)]


def test_an_announcement_that_is_read_only_after_waking_adds_no_gap(tmp_path: Path) -> None:
    """The process was frozen before it could read it."""
    seen = watch(tmp_path, "a")
    seen.live(
        300,
        (90, lambda: seen.sleep_for(8 * HOUR_S)),
        (90.1, seen.fall_asleep),
        (90.1, seen.wake_up),
    )

    assert spans(seen.gaps()) == [(GapCause.ASLEEP, 90.1, 90.1 + 8 * HOUR_S)]


def test_where_no_clock_counts_sleep_the_announcement_is_enough(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(300, (90, seen.fall_asleep), (110, seen.wake_up))

    assert spans(seen.gaps()) == [(GapCause.ASLEEP, 90, 110)]
    assert seen.world.seconds("a.example")[:3] == [0, 60, 113]
    assert seen.world.renewed == [110]


def test_two_sleeps_are_two_gaps(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(400, *a_sleep_of(1, seen, 90), *a_sleep_of(2, seen, 200))

    assert spans(seen.gaps()) == [
        (GapCause.ASLEEP, 90, 91 + HOUR_S),
        (GapCause.ASLEEP, 200 + HOUR_S, 201 + 3 * HOUR_S),
    ]


def test_an_announced_sleep_that_never_comes_is_over_by_itself(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(300, (90, seen.fall_asleep))

    assert spans(seen.gaps()) == [(GapCause.ASLEEP, 90, 150)]
    assert seen.world.seconds("a.example")[:3] == [0, 60, 153]


def test_an_end_without_a_beginning_changes_nothing(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(150, (90, seen.wake_up))

    assert seen.gaps() == []
    assert seen.world.seconds("a.example") == [0, 60, 120]


@pytest.mark.parametrize("answers_at_s", [61.5, 64.0])
def test_what_is_in_flight_when_sleep_begins_is_dropped_whenever_it_lands(
    tmp_path: Path, answers_at_s: float
) -> None:
    hosts = {"a": by_time((0, FINE), (60, Says(503, after_s=answers_at_s - 60, body=b"")), (60.5, FINE))}
    seen = watch(tmp_path, "a", hosts=hosts)
    seen.live(100, *a_sleep_of(1, seen, 61))

    assert [second_of(r.at) for r in seen.results("a")] == [0, HOUR_S + 65]
    assert seen.state.surface(api("a")).fails == 0


def test_what_is_in_flight_is_hung_up_before_the_sleep(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": by_time((0, Says(after_s=5)))})
    in_flight: list[int] = []
    seen.live(2, (1, seen.fall_asleep), (1.1, lambda: in_flight.append(seen.world.in_flight.total())))

    assert in_flight == [0]


def test_nobody_is_asked_between_the_announcement_and_the_sleep(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", "c")
    seen.live(200, (58, seen.fall_asleep), (59, seen.check_now), (75, seen.wake_up))

    assert seen.world.seconds("a.example")[:2] == [0, 78]


def test_what_had_landed_before_is_on_disk_before_the_sleep(tmp_path: Path) -> None:
    """The battery may be empty before it ever wakes."""
    seen = watch(tmp_path, "a", "slow", hosts={"slow": by_time((0, Says(after_s=5)))})
    stored: list[int] = []

    def look() -> None:
        with seen.reader() as reader:
            stored.append(len(list(reader.results())))

    seen.live(2, (0.3, seen.fall_asleep), (0.3, look))

    assert stored == [1]


def test_failures_right_after_waking_count_for_nothing(tmp_path: Path) -> None:
    """The name server comes back two seconds after the network, and b is on this computer's own network."""
    seen = watch(tmp_path, "a", "b", "c")
    seen.world.hosts["a.example"] = by_time((0, FINE), (90, NO_NAME), (97, FINE))
    seen.live(300, *a_sleep_of(8, seen, 90))

    assert [r.reason.value for r in seen.results("a")] == ["ok"] * len(seen.results("a"))
    assert seen.world.seconds("a.example")[2:6] == [94, 95.01, 96.02, 97.03]
    assert not seen.notices()


def test_an_outage_during_the_sleep_is_found_after_it(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (91, REFUSED))}
    seen = watch(tmp_path, "a", "b", hosts=hosts)
    seen.live(300, *a_sleep_of(8, seen, 90))

    down = only(seen.happened(WentDown))
    assert down.incident.started_at >= START + (91 + 8 * HOUR_S) * 1000


def test_stopping_in_an_announced_sleep_is_a_stop(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a").live(62, (61, lambda: None))
    asleep = watch(tmp_path, "a")
    asleep.live(62, (61, asleep.fall_asleep))

    assert asleep.ended_s == 62
    assert seen.gaps() == []


def test_a_look_for_a_fallback_survives_a_sleep(tmp_path: Path) -> None:
    """Its own questions are thrown away as well; they are asked again after waking."""
    hosts = {"bad": by_time((0, BROKEN)), "b": by_time((0, FINE), (20, Says(after_s=5)), (21, FINE))}
    seen = watch(tmp_path, "bad", "b", hosts=hosts, bad='fallbacks = ["b"]\ntimeout = "20s"')
    seen.live(100, *a_sleep_of(1, seen, 22))

    assert seen.world.seconds("b.example")[1:3] == [pytest.approx(20.6, abs=0.1), 26]
    assert seen.titles() == ["bad is down"]
    assert seen.state.suggestions["bad"].suggested == "b"


# Clocks that are set


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_a_clock_that_is_set_is_no_gap_and_no_haste(tmp_path: Path, step_s: int) -> None:
    seen = watch(tmp_path, "a", "b")
    seen.live(400, (100, lambda: _set_clock(seen, step_s)))

    assert seen.gaps() == []
    assert seen.world.seconds("a.example") == [0, 60, 120, 180, 240, 300, 360]
    assert seen.state.surface(api("a")).service is Service.UP
    assert not seen.notices()


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_an_outage_is_found_and_ends_across_a_clock_that_is_set(tmp_path: Path, step_s: int) -> None:
    hosts = {"a": by_time((0, FINE), (60, REFUSED), (300, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts)
    seen.live(500, (75, lambda: _set_clock(seen, step_s)))

    assert [notice.title for _, notice in seen.notices()] == ["a is down", "a is up again"]
    previous = seen.state.surface(api("a")).previous
    assert previous is not None
    assert previous.ended_at is not None
    assert previous.ended_at >= previous.started_at
    assert seen.gaps() == []


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_the_gap_of_a_sleep_is_as_long_as_the_sleep_when_the_clock_is_set_in_it(
    tmp_path: Path, step_s: int
) -> None:
    seen = watch(tmp_path, "a")
    begins, sleeps, ends = a_sleep_of(8, seen, 90)
    seen.live(300, begins, sleeps, (90.6, lambda: _set_clock(seen, step_s)), ends)

    gap = only(seen.gaps())
    assert gap.until - gap.at == (8 * HOUR_S + 1) * 1000
    assert second_of(gap.until) == 91 + 8 * HOUR_S + step_s


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_answers_in_flight_while_the_clock_is_set_count_once(tmp_path: Path, step_s: int) -> None:
    hosts = {"a": by_time((0, FINE), (60, Says(after_s=5)), (61, FINE))}
    seen = watch(tmp_path, "a", hosts=hosts)
    seen.live(130, (62, lambda: _set_clock(seen, step_s)))

    assert len(seen.results("a")) == 3
    assert all(h.result.latency_ms is not None and h.result.latency_ms >= 0 for h in seen.happened(Settled))


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves the user to another time zone; at the end everybody is home again."""
    with monkeypatch.context() as away:
        yield lambda name: away.setenv("TZ", name)
    time.tzset()


def test_another_time_zone_is_no_gap_and_no_haste(tmp_path: Path, zone: Callable[[str], None]) -> None:
    zone("Europe/Berlin")
    seen = watch(tmp_path, "a", "b", hosts={"a": by_time((0, FINE), (60, REFUSED), (180, FINE))})
    seen.local_time = local_time
    seen.live(300, (150, lambda: zone("Asia/Tokyo")))

    assert seen.gaps() == []
    assert seen.world.seconds("b.example") == [0, 60, 70.02, 80.03, 120, 180, 240]
    down, back = (notice.body for _, notice in seen.notices())
    assert "since 29 Mar 18:01" in down
    assert "from 30 Mar 01:01 to 30 Mar 01:03" in back


def test_the_time_of_day_is_the_one_of_the_zone_the_user_is_in_now(zone: Callable[[str], None]) -> None:
    zone("Europe/Berlin")
    before = local_time(START)
    zone("Asia/Tokyo")

    assert (before, local_time(START)) == ("29 Mar 18:00", "30 Mar 01:00")


def _set_clock(seen: Watch, step_s: int) -> None:
    seen.clock.stepped_ms += step_s * 1000
