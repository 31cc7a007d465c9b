"""A restart in the middle of an outage: same incident, no second notice, the whole duration at the end."""

from dataclasses import replace
from pathlib import Path

from runtime.world import BROKEN, FINE, NO_NAME, Watch, always, api, by_time, only, second_of, watch
from trayuptime.core.model import GapCause, Service
from trayuptime.core.state import CameUp, GapSeen, WentDown
from trayuptime.history import History
from virtual_time import START

AWAY_S = 1000
"""The second run begins so long after the first one did."""


def _second_run(home: Path, *ids: str, heals_at: float | None) -> Watch:
    hosts = {"a": always(BROKEN) if heals_at is None else by_time((0, BROKEN), (heals_at, FINE))}
    again = watch(home, *ids, hosts=hosts)
    again.clock.stepped_ms = AWAY_S * 1000
    return again


def _first_run(home: Path) -> Watch:
    return watch(home, "a", "b", hosts={"a": by_time((0, FINE), (60, BROKEN))}).live(400)


def test_no_second_notice_for_the_same_incident(tmp_path: Path) -> None:
    first = _first_run(tmp_path)
    again = _second_run(tmp_path, "a", "b", heals_at=None).live(400)

    assert first.titles() == ["a is down"]
    assert again.titles() == []
    assert again.happened(WentDown) == []
    assert again.state.surface(api("a")).service is Service.DOWN


def test_the_recovery_carries_the_whole_duration(tmp_path: Path) -> None:
    first = _first_run(tmp_path)
    again = _second_run(tmp_path, "a", "b", heals_at=300).live(500)

    down, up = only(first.happened(WentDown)), only(again.happened(CameUp))
    assert up.incident.id == down.incident.id
    assert up.incident.started_at == down.incident.started_at == START + 60_000
    assert second_of(up.incident.ended_at) == AWAY_S + 300
    assert again.titles() == ["a is up again"]
    (_, notice) = only(again.notices())
    assert "The trouble lasted 20 min, from 16:01 to 16:21; down for" in notice.body


def test_the_time_between_is_a_gap(tmp_path: Path) -> None:
    _first_run(tmp_path)
    again = _second_run(tmp_path, "a", "b", heals_at=None).live(100)

    gap = only(again.happened(GapSeen)).gap
    assert gap.cause is GapCause.APP_OFF
    assert (second_of(gap.at), second_of(gap.until)) == (400, AWAY_S)


def test_downtime_counts_only_what_was_seen(tmp_path: Path) -> None:
    _first_run(tmp_path)
    again = _second_run(tmp_path, "a", "b", heals_at=300).live(500)

    up = only(again.happened(CameUp))
    assert up.downtime_s == (400 - 60) + 300


def test_a_recovery_while_nobody_watched_is_told_at_the_next_start(tmp_path: Path) -> None:
    _first_run(tmp_path)
    again = _second_run(tmp_path, "a", "b", heals_at=0).live(100)

    assert again.titles() == ["a is up again"]


def test_an_unconfirmed_streak_does_not_survive_a_long_night(tmp_path: Path) -> None:
    watch(tmp_path, "a", "b", hosts={"a": by_time((0, FINE), (60, BROKEN))}).live(75)
    again = _second_run(tmp_path, "a", "b", heals_at=None).live(5)

    assert again.happened(WentDown) == []
    assert again.state.surface(api("a")).fails == 1


def test_a_first_run_tells_no_gap(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a").live(100)

    assert seen.gaps() == []


def test_retry_after_survives_a_restart(tmp_path: Path) -> None:
    from runtime.world import Says  # noqa: PLC0415 - only here

    wait = Says(429, headers={"retry-after": "3000"}, body=b"")
    watch(tmp_path, "a", "b", hosts={"a": always(wait)}).live(30)
    again = watch(tmp_path, "a", "b")
    again.clock.stepped_ms = AWAY_S * 1000
    again.live(500)

    assert again.world.seconds("a.example") == []
    assert again.world.seconds("b.example") != []


def test_being_offline_at_the_end_of_a_run_is_not_held_against_the_next(tmp_path: Path) -> None:
    gone = by_time((0, FINE), (60, NO_NAME))
    first = watch(tmp_path, "a", "b", hosts={"a": gone, "b": gone}).live(200)
    again = watch(tmp_path, "a", "b")
    again.clock.stepped_ms = AWAY_S * 1000
    again.live(100)

    assert first.titles() == ["You are offline"]
    assert again.titles() == []
    assert again.state.blind_since == {}
    assert [gap.cause for gap in again.gaps()] == [GapCause.OFFLINE, GapCause.APP_OFF]


def _with_a_notice_owed(home: Path) -> Path:
    """The history of an engine that was killed while its bubble waited for advice."""
    first = _first_run(home)
    (incident,) = [s.incident for s in first.state.surfaces.values() if s.incident is not None]
    history = History.open(home / "history.db", str)
    history.save(replace(first.state, untold={"a": incident.id}), START + 400_000)
    history.close()
    return home


def test_a_notice_that_a_killed_engine_owed_is_given_when_the_trouble_is_seen_again(
    tmp_path: Path,
) -> None:
    owed = _with_a_notice_owed(tmp_path)
    again = _second_run(owed, "a", "b", heals_at=None).live(200)

    assert again.titles() == ["a is down"]
    assert again.state.untold == {}


def test_the_end_of_what_was_never_told_is_not_told_either(tmp_path: Path) -> None:
    owed = _with_a_notice_owed(tmp_path)
    again = _second_run(owed, "a", "b", heals_at=0).live(200)

    assert again.titles() == []
