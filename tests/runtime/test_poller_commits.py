"""Decide, commit, tell, in this order; a cycle is one commit; a full disk silences nobody."""

import logging
from pathlib import Path

import pytest

from runtime.world import BROKEN, FINE, SILENT, Diary, Says, always, api, by_time, second_of, watch
from trayuptime.core.model import Service
from trayuptime.core.state import CameUp, Settled, WentDown

TEN = tuple(f"p{number}" for number in range(10))


def test_the_results_of_a_cycle_are_one_commit(tmp_path: Path) -> None:
    seen = watch(tmp_path, *TEN).live(200)

    assert [len(commit) for commit in seen.diary.commits] == [10, 10, 10, 10]


def test_a_result_waits_half_a_second_for_a_slow_one_and_no_longer(tmp_path: Path) -> None:
    hosts = {"slow": always(Says(after_s=5.0))}
    seen = watch(tmp_path, "quick", "slow", hosts=hosts).live(20)

    told = [second_of(told.at) for told in seen.told if told.happenings]
    assert told == [0.7, 5.0]


def test_a_transition_waits_for_nobody(tmp_path: Path) -> None:
    hosts = {"bad": always(BROKEN), "slow": always(SILENT)}
    seen = watch(tmp_path, "bad", "slow", hosts=hosts).live(60)

    down_at = [
        second_of(told.at) for told in seen.told if any(isinstance(h, WentDown) for h in told.happenings)
    ]
    assert down_at[0] == 20.4


def test_everything_is_committed_before_anyone_is_told(tmp_path: Path) -> None:
    hosts = {"bad": by_time((0, FINE), (60, BROKEN), (300, FINE))}
    seen = watch(tmp_path, "bad", "good", hosts=hosts, bad='fallbacks = ["good"]').live(600)

    assert seen.happened(CameUp)
    assert seen.log.count("tell") > 10
    before_tell = [seen.log[index - 1] for index, word in enumerate(seen.log) if word == "tell"]
    assert set(before_tell) == {"commit"}


def test_what_was_told_is_what_is_on_disk(tmp_path: Path) -> None:
    hosts = {"bad": by_time((0, FINE), (60, BROKEN), (300, FINE))}
    seen = watch(tmp_path, "bad", "good", hosts=hosts).live(600)

    with seen.reader() as reader:
        stored = [(s.result.at, s.result.provider, s.result.reason) for s in reader.results()]
        incidents = reader.incidents()
    told = sorted((h.result.at, h.result.provider, h.result.reason) for h in seen.happened(Settled))
    assert sorted(stored) == told
    assert [incident.ended_at for incident in incidents] == [
        h.incident.ended_at for h in seen.happened(CameUp)
    ]


def test_a_history_that_cannot_be_written_silences_nobody_and_catches_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hosts = {"bad": by_time((0, FINE), (60, BROKEN))}
    seen = watch(tmp_path, "bad", hosts=hosts)

    def fill() -> None:
        seen.diary.full = True

    def empty() -> None:
        seen.diary.full = False

    with caplog.at_level(logging.ERROR):
        seen.live(400, (50, fill), (200, empty))

    troubled = [second_of(told.at) for told in seen.told if told.trouble is not None]
    assert troubled[0] == 60.2
    assert troubled[-1] < 240
    assert seen.titles() == ["bad is down"]
    assert [record.message for record in caplog.records] == ["the history cannot be written: disk full"]
    with seen.reader() as reader:
        stored = [second_of(settled.result.at) for settled in reader.results()]
        assert [incident.provider for incident in reader.incidents()] == ["bad"]
    assert stored == [second_of(result.at) for result in seen.results("bad")]


def test_a_history_that_refuses_the_last_save_does_not_stop_the_end(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")

    def fill() -> None:
        seen.diary.full = True

    seen.live(100, (90, fill))

    assert seen.ended_s == 100
    assert seen.state.surface(api("a")).service is Service.UP


def test_a_crash_in_a_probe_surfaces(tmp_path: Path) -> None:
    def bug(second: float) -> Says:
        return Says(after_s=1 / max(0, 59 - second))

    with pytest.raises(ZeroDivisionError):
        watch(tmp_path, "a", hosts={"a": bug}).live(100)


def test_a_crash_in_a_listener_surfaces(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")

    def add() -> None:
        seen.poller.listeners.append(lambda told: [][len(told.happenings)])

    with pytest.raises(IndexError):
        seen.live(100, (30, add))


def test_stopping_waits_for_no_probe(tmp_path: Path) -> None:
    hosts = {name: always(SILENT) for name in TEN}
    seen = watch(tmp_path, *TEN, hosts=hosts).live(5)

    assert seen.ended_s == 5
    assert not seen.world.in_flight.total()


def test_what_was_not_yet_committed_is_at_the_end(tmp_path: Path) -> None:
    hosts = {"slow": always(SILENT)}
    seen = watch(tmp_path, "quick", "slow", hosts=hosts).live(0.3)

    with seen.reader() as reader:
        assert [settled.result.provider for settled in reader.results()] == ["quick"]
    assert isinstance(seen.diary, Diary)
