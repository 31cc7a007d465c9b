"""The neutral address that a user may name: asked when nobody else can speak, and at no other time."""

from pathlib import Path

import pytest

from runtime.world import (
    FINE,
    KEYED,
    NO_NAME,
    REFUSED,
    Ring,
    Says,
    World,
    always,
    api,
    by_time,
    config,
    only,
    second_of,
    watch,
)
from trayuptime.core.model import GapCause, Service, Vantage
from trayuptime.core.state import VantageChanged, WentDown
from trayuptime.runtime.once import check
from trayuptime.runtime.told import Keys
from virtual_time import VirtualClock, run

NAMED = '[network]\nneutral_url = "https://neutral.example/"'
PAGE = Says(body=b"<html>Example</html>")


def test_in_good_times_nobody_neutral_is_asked(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", polling=NAMED).live(600)

    assert seen.world.seconds("neutral.example") == []


def test_without_leave_nobody_but_the_users_own_providers_is_asked(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": by_time((0, FINE), (60, REFUSED))}).live(300)

    assert {asked.host for asked in seen.world.asked} == {"a.example:443"}
    assert not seen.happened(WentDown)


def test_it_proves_a_lone_providers_outage(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, REFUSED), (300, FINE)), "neutral": always(PAGE)}
    seen = watch(tmp_path, "a", hosts=hosts, polling=NAMED).live(500)

    assert second_of(only(seen.happened(WentDown)).incident.started_at) == 60
    assert seen.world.seconds("neutral.example")[:3] == [60.01, 70.02, 80.03]
    assert seen.titles() == ["a is down", "a is up again"]


def test_where_it_is_silent_too_it_is_you(tmp_path: Path) -> None:
    away = by_time((0, PAGE), (60, NO_NAME), (660, PAGE))
    hosts = {"a": by_time((0, FINE), (60, NO_NAME), (660, FINE)), "neutral": away}
    seen = watch(tmp_path, "a", hosts=hosts, polling=NAMED).live(900)

    assert [h.vantage for h in seen.happened(VantageChanged)] == [Vantage.OFFLINE, Vantage.ONLINE]
    assert not seen.happened(WentDown)
    assert only(seen.gaps()).cause is GapCause.OFFLINE
    assert len(seen.world.seconds("neutral.example")) < 10, "it is not asked all the time"


def test_the_other_providers_are_asked_first(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, REFUSED)), "neutral": always(PAGE)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, polling=NAMED).live(200)

    assert len(seen.happened(WentDown)) == 1
    assert seen.world.seconds("neutral.example") == []


def test_no_key_ever_reaches_it_and_nothing_is_stored_of_it(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, REFUSED)), "neutral": always(PAGE)}
    ring = Ring(a="sk-secret")
    seen = watch(tmp_path, "a", hosts=hosts, ring=ring, polling=NAMED, a=KEYED).live(200)

    assert {asked.key for asked in seen.world.asked if asked.host.startswith("neutral")} == {None}
    assert {told.watched[0].id for told in seen.told} == {"a"}
    with seen.reader() as reader:
        assert {settled.result.provider for settled in reader.results()} == {"a"}


def test_a_configuration_that_is_read_again_while_it_is_asked_harms_nothing(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, REFUSED)), "neutral": always(Says(body=b"x", after_s=5.0))}
    seen = watch(tmp_path, "a", hosts=hosts, polling=NAMED)
    seen.live(200, (62, lambda: seen.poller.reconfigure(config("a", polling=NAMED))))

    assert len(seen.happened(WentDown)) == 1


@pytest.mark.parametrize(
    ("neutral", "service", "vantage"),
    [(PAGE, Service.DOWN, Vantage.ONLINE), (NO_NAME, Service.UNKNOWN, Vantage.OFFLINE)],
)
def test_a_single_check_asks_it_as_well(neutral: Says, service: Service, vantage: Vantage) -> None:
    clock = VirtualClock()
    world = World(clock, {"a.example": always(NO_NAME), "neutral.example": always(neutral)})
    state = run(check(config("a", polling=NAMED), ("a",), world, clock, Keys({}, {})))

    assert (state.surface(api("a")).service, state.vantage) == (service, vantage)


def test_an_outage_in_the_users_own_maintenance_hours_is_marked(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, Says(503, body=b"")))}
    hours = 'maintenance = ["Sun 16:00-17:00"]'  # it is Sunday, 16:00 UTC
    marked = watch(tmp_path, "a", hosts=hosts, a=hours).live(200)

    assert only(marked.happened(WentDown)).incident.in_maintenance
    assert "It had announced maintenance for this time." in marked.notices()[0][1].body


def test_maintenance_hours_are_looked_up_again_as_days_go_by(tmp_path: Path) -> None:
    week_s = 7 * 86_400.0
    hosts = {"a": by_time((0, FINE), (week_s + 60, Says(503, body=b"")))}
    hours = 'interval = "1h"\nmaintenance = ["Sun 16:00-20:00"]'
    seen = watch(tmp_path, "a", hosts=hosts, a=hours).live(week_s + 4_000)

    assert only(seen.happened(WentDown)).incident.in_maintenance
