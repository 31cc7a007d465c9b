"""`uptime`: the figures of what was recorded, for scripts and in words."""

import time
from typing import Any

import pytest

from cli.house import House, section
from core.test_contract import UPTIME_KEYS
from history.watching import a_result, host_of, never_stamped
from trayuptime.core import judge
from trayuptime.core.contract import iso
from trayuptime.core.model import Gap, GapCause, Instant, Key, Reach, Rules, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Happening, Settled, State, Step, Target
from trayuptime.history import History
from trayuptime.system.lock import Mode, acquire

API, WEB, OTHER = Key("a", Surface.API), Key("a", Surface.WEB), Key("b", Surface.API)
HOUR = 3_600_000
RULES = dict.fromkeys((API, WEB, OTHER), Rules())


class Past:
    """A history that ends now: what every surface answered each minute."""

    def __init__(self, house: House, ended_h: float = 0.0) -> None:
        self.now: Instant = time.time_ns() // 1_000_000 - round(ended_h * HOUR)
        path = house.root / "data" / "history.db"
        path.parent.mkdir()
        self._history = History.open(path, never_stamped)
        targets = {key: Target(host_of(key), Reach.INTERNET) for key in RULES}
        self._state = judge.watch(State(), targets, self.now).state
        self._waiting: list[Happening] = []

    def see(self, start_h: float, end_h: float, reason: Reason = Reason.OK) -> "Past":
        """The API says this from so many hours before the end to so many; everybody else is well."""
        for at in range(self.ago(start_h), self.ago(end_h), 60_000):
            for key in RULES:
                heard = a_result(key, reason if key == API else Reason.OK, at, interval_s=60.0)
                self._apply(judge.step(self._state, heard, RULES, at + 300))
        return self

    def sleep(self, start_h: float, end_h: float) -> "Past":
        gap = Gap(self.ago(start_h), self.ago(end_h), GapCause.ASLEEP)
        return self._apply(judge.pass_over(self._state, gap))

    def pause(self, start_h: float) -> "Past":
        return self._apply(judge.pause(self._state, self.ago(start_h), None))

    def ago(self, hours: float) -> Instant:
        return self.now - round(hours * HOUR)

    def end(self) -> None:
        self._history.append(self._waiting, self._state, self.now)
        self._history.close()

    def _apply(self, step: Step) -> "Past":
        self._state = step.state
        self._waiting += step.happenings
        if any(not isinstance(happening, Settled) for happening in step.happenings):
            self._history.append(self._waiting, self._state, self.now)
            self._waiting = []
        return self


@pytest.fixture
def lived(house: House) -> House:
    """Ten hours: the API was down from the sixth to the second hour before now, asleep in between."""
    past = Past(house).see(10, 6).see(6, 5, Reason.SERVER_ERROR).sleep(5, 3)
    past.see(3, 2, Reason.SERVER_ERROR).see(2, 0).end()
    house.write(section("a", 1, 'surfaces = ["api"]'), section("b", 2))
    return house


def test_the_rows_are_those_of_the_public_contract(lived: House) -> None:
    ran = lived.run("uptime", "--since", "8h", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert [(row["provider"], row["surface"]) for row in ran.json] == [
        ("a", "api"),
        ("a", "web"),
        ("a", None),
        ("b", "api"),
        ("b", None),
    ]
    assert all(list(row) == UPTIME_KEYS for row in ran.json)


def test_what_was_down_and_what_was_not_seen(lived: House) -> None:
    api, web, own, *_ = lived.run("uptime", "a", "--since", "8h", "--json").json

    assert api["downtime_s"] == own["downtime_s"] == pytest.approx(2 * 3600, abs=70)
    assert api["coverage"] == own["coverage"] == pytest.approx(6 / 8, abs=0.01)
    assert api["uptime"] == own["uptime"] == pytest.approx(4 / 6, abs=0.01)
    assert api["gap_s"]["asleep"] == pytest.approx(2 * 3600, abs=70)
    assert (api["outages"], web["outages"], own["outages"]) == (1, 0, 1)
    assert (web["uptime"], web["latency_p50_ms"]) == (1.0, 300.125)
    assert own["results"] == api["results"] + web["results"]


def test_time_before_anything_was_watched_lowers_the_coverage_alone(lived: House) -> None:
    rows = lived.run("uptime", "b", "--json").json

    assert {row["uptime"] for row in rows} == {1.0}
    assert rows[0]["coverage"] == pytest.approx(8 / (30 * 24), abs=0.001)
    assert rows[0]["gap_s"]["app_off"] == pytest.approx((30 * 24 - 10) * 3600, abs=200)


def test_the_same_in_words(lived: House) -> None:
    ran = lived.run("uptime", "--since", "8h")
    since, *rows = ran.out.splitlines()

    assert since.startswith("Since ")
    assert [row.split("  ")[0] for row in rows] == ["a api", "a web", "a", "b api"]
    assert "uptime 66." in rows[0]
    assert "coverage 7" in rows[0]
    assert "2 h down in 1 outage, seen at both ends of a 2 h gap" in rows[0].replace("1 h 59 min", "2 h")
    assert "not seen: 2 h asleep" in rows[0]
    assert "p50 300 ms, p95 300 ms" in rows[0]
    assert "down" not in rows[1]


def _of(house: House, start: Instant | None, end: Instant) -> dict[str, Any]:
    row: dict[str, Any] = house.run(
        "uptime", "a", "--since", f"{'' if start is None else iso(start)}..{iso(end)}", "--json"
    ).json[0]
    return row


def test_a_window_in_the_past_has_the_figures_of_that_time(house: House) -> None:
    past = Past(house).see(10, 6).see(6, 5, Reason.SERVER_ERROR).sleep(5, 3)
    past.see(3, 2, Reason.SERVER_ERROR).see(2, 0).end()
    row = _of(house, past.ago(8), past.ago(4))

    assert (row["since"], row["until"]) == (iso(past.ago(8)), iso(past.ago(4)))
    assert row["downtime_s"] == pytest.approx(3600, abs=70)
    assert row["coverage"] == pytest.approx(3 / 4, abs=0.01)
    assert row["uptime"] == pytest.approx(2 / 3, abs=0.01)
    assert row["gap_s"]["asleep"] == pytest.approx(3600, abs=70)
    assert (row["outages"], row["mttr_s"], row["results"]) == (1, None, 180)


@pytest.mark.parametrize("cut_h", [6.5, 5.5, 4.0, 3.004, 2.5, 1.99])
def test_two_halves_of_a_time_are_the_whole(house: House, cut_h: float) -> None:
    """Also where the cut is between the end of a gap and the result that comes next."""
    past = Past(house).see(10, 6).see(6, 5, Reason.SERVER_ERROR).sleep(5, 3.005)
    past.see(3, 2, Reason.SERVER_ERROR).see(2, 0).end()
    start, cut, end = past.ago(8), past.ago(cut_h), past.ago(1)
    whole, first, second = _of(house, start, end), _of(house, start, cut), _of(house, cut, end)

    for name in ("covered_s", "downtime_s", "degraded_s", "results"):
        assert first[name] + second[name] == pytest.approx(whole[name]), name
    for cause, seconds in whole["gap_s"].items():
        assert first["gap_s"][cause] + second["gap_s"][cause] == pytest.approx(seconds), cause
    assert whole["gap_s"]["app_off"] == 0


def test_a_window_without_a_beginning_begins_with_the_history(lived: House) -> None:
    now = time.time_ns() // 1_000_000
    row = _of(lived, None, now - HOUR)

    assert row["coverage"] == pytest.approx(7 / 9, abs=0.01)
    assert row["gap_s"]["app_off"] == 0


def test_a_window_that_has_ended_names_both_its_ends(lived: House) -> None:
    assert " until " not in lived.run("uptime", "--since", "8h").out.splitlines()[0]
    assert " until " in lived.run("uptime", "--since", "8h", "--until", "4h").out.splitlines()[0]


def test_what_is_paused_now_was_not_paused_before(house: House) -> None:
    Past(house).see(4, 2).pause(2).end()
    api, *_ = house.run("uptime", "a", "--since", "4h..3h", "--json").json

    assert api["coverage"] == pytest.approx(1.0, abs=0.02)
    assert api["gap_s"]["paused"] == 0


def test_incidents_are_those_that_overlap_the_window(lived: House) -> None:
    """It lasted from the sixth to the second hour before now."""
    shown = {
        since: len(lived.run("incidents", "--since", since, "--json").json)
        for since in ("8h..7h", "7h..5h", "5h..4h", "3h..1h", "90m..30m")
    }

    assert shown == {"8h..7h": 0, "7h..5h": 1, "5h..4h": 1, "3h..1h": 1, "90m..30m": 0}


def test_an_outage_in_announced_maintenance_is_told_with_both_figures(house: House) -> None:
    Past(house).see(3, 2).see(2, 1, Reason.SERVER_ERROR).see(1, 0).end()
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    always = ", ".join(f'"{day} 00:00-00:00"' for day in days)
    house.write(section("a", 1, f"maintenance = [{always}]"))
    api, *_ = house.run("uptime", "a", "--since", "3h", "--json").json
    words = house.run("uptime", "a", "--since", "3h").out

    assert api["maintenance"]["downtime_s"] == api["downtime_s"] == pytest.approx(3600, abs=70)
    assert api["uptime"] < 0.7
    assert api["maintenance"]["uptime"] == 1.0
    assert "1 h of it in announced maintenance, 100.000 % without" in words


def test_what_nobody_watches_any_more_is_not_seen(house: House) -> None:
    """The engine is gone since two hours, and nobody has recorded that yet."""
    Past(house, ended_h=2).see(2, 0).end()
    (api, *_) = house.run("uptime", "a", "--since", "4h", "--json").json

    assert api["coverage"] == pytest.approx(0.5, abs=0.01)
    assert api["gap_s"]["app_off"] == pytest.approx(2 * 3600, abs=70)


def test_a_pause_that_lasts_is_a_gap_before_it_ends(house: House) -> None:
    Past(house).see(4, 2).pause(2).end()
    with acquire(house.root / "data" / "engine.lock", Mode.HEADLESS) or pytest.fail("it is held"):
        api, *_ = house.run("uptime", "a", "--since", "4h", "--json").json

    assert api["gap_s"]["paused"] == pytest.approx(2 * 3600, abs=70)
    assert api["gap_s"]["app_off"] < 70


def test_several_outages_and_a_degraded_time_in_words(house: House) -> None:
    past = Past(house).see(4, 3.5).see(3.5, 3, Reason.SERVER_ERROR).see(3, 2)
    past.see(2, 1, Reason.SERVER_ERROR).see(1, 0.5)
    for minute in range(30):
        ago_h = 0.5 - minute / 60
        past.see(ago_h, ago_h - 0.01, Reason.SERVER_ERROR if minute % 2 else Reason.OK)
    past.end()
    out = house.run("uptime", "a", "--since", "4h").out.splitlines()[1]

    assert "in 2 outages, the longest " in out
    assert " degraded; " in out


def test_a_provider_that_was_never_asked_has_no_data(house: House) -> None:
    house.write(section("a", 1))
    (api, own) = house.run("uptime", "--json").json

    assert (api["uptime"], api["coverage"], own["uptime"], own["coverage"]) == (None, 0.0, None, 0.0)
    assert "no data, coverage 0.000 %" in house.run("uptime").out


def test_a_window_that_has_not_begun_is_no_data(lived: House) -> None:
    ran = lived.run("uptime", "b", "--since", "2100-01-01T00:00Z")

    assert ran.out.splitlines()[1] == "b api  no data"
    row, _ = lived.run("uptime", "b", "--since", "2100-01-01T00:00Z", "--json").json
    assert (row["since"], row["until"], row["coverage"]) == (
        "2100-01-01T00:00:00.000Z",
        "2100-01-01T00:00:00.000Z",
        None,
    )


def test_a_history_without_anything_in_it_is_no_mistake(house: House) -> None:
    (house.root / "data").mkdir()
    History.open(house.root / "data" / "history.db", never_stamped).close()
    house.write(section("a", 1))

    assert [row["coverage"] for row in house.run("uptime", "--json").json] == [0.0, 0.0]


def test_without_providers_and_history_nothing_is_known(house: House) -> None:
    assert house.run("uptime").out == "Nothing is known: no provider has been watched yet.\n"
    assert house.run("uptime", "--json").json == []


def test_a_mistyped_id_ends_with_2(lived: House) -> None:
    ran = lived.run("uptime", "c")

    assert (ran.code, ran.out) == (2, "")
    assert 'There is no provider "c"' in ran.err


def test_a_broken_configuration_is_named_and_the_past_is_told(lived: House) -> None:
    lived.config_file.write_text("[[provider")
    ran = lived.run("uptime", "--since", "8h", "--json")

    assert ran.code == 0
    assert "config.toml" in ran.err
    assert {row["provider"] for row in ran.json} == {"a", "b"}


def test_one_that_is_no_longer_configured_is_told_when_it_is_named(lived: House) -> None:
    lived.write(section("new", 1))
    rows = lived.run("uptime", "b", "--since", "2100-01-01", "--json").json

    assert [(row["provider"], row["surface"]) for row in rows] == [("b", "api"), ("b", None)]


def test_a_history_that_cannot_be_read_ends_with_2(lived: House) -> None:
    (lived.root / "data" / "history.db").write_bytes(b"no database at all" * 100)
    ran = lived.run("uptime")

    assert (ran.code, ran.out) == (2, "")
    assert "history.db" in ran.err


@pytest.mark.parametrize("ended_h", [0.0, 0.01, 2.0])
def test_an_outage_that_lasts_has_the_same_downtime_in_both_commands(house: House, ended_h: float) -> None:
    past = Past(house, ended_h).see(3, 1).see(1, 0.005, Reason.SERVER_ERROR)
    past.end()
    house.write(section("a", 1, 'surfaces = ["api"]'))
    (incident,) = house.run("incidents", "--json").json
    (row, *_) = house.run("uptime", "a", "--since", "8h", "--json").json

    assert incident["ended_at"] is None
    assert incident["downtime_s"] == pytest.approx(row["downtime_s"], abs=1.0)
    assert incident["downtime_s"] > 3_500
