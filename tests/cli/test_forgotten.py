"""What commands say of a time whose results are forgotten: all that is known, and what is not."""

from pathlib import Path

import pytest

from cli.house import House
from history.watching import DEEPSEEK, OPENAI, START, WEB, Watching, never_stamped
from trayuptime.core.contract import iso
from trayuptime.core.model import Instant, Rules
from trayuptime.core.reasons import Reason
from trayuptime.core.retention import Retention
from trayuptime.history import History

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MIDNIGHT: Instant = START // DAY_MS * DAY_MS + DAY_MS
WEEK = 7 * 86_400.0


@pytest.fixture
def lived(house: House) -> House:
    """Twenty days, with an outage on the second and one on the last but one."""
    path = house.root / "data" / "history.db"
    path.parent.mkdir(parents=True)
    history = History.open(path, never_stamped)
    watching = Watching(now=MIDNIGHT, rules=Rules(interval_s=900.0, confirm_after=2, recover_after=2))
    for number in range(20 * 96 + 8):
        watching.now = MIDNIGHT + number * 900_000 + 300
        failing = number % (17 * 96) in range(130, 140)
        for key in (DEEPSEEK, OPENAI, WEB):
            reason = Reason.SERVER_ERROR if failing and key == DEEPSEEK else Reason.OK
            watching.see(key, reason, interval_s=900.0)
        watching.commit(history)
    history.retain(Retention(WEEK))
    while history.tidy(watching.now, lambda: 0.0):
        pass
    history.close()
    return house


def _file(house: House) -> Path:
    return house.root / "data" / "history.db"


def test_figures_of_whole_days_are_what_they_were(lived: House) -> None:
    window = f"{iso(MIDNIGHT)}..{iso(MIDNIGHT + 5 * DAY_MS)}"
    (api, *_) = lived.run("uptime", "--since", window, "--json").json

    assert (api["provider"], api["surface"], api["results"]) == ("deepseek", "api", 5 * 96)
    assert (api["downtime_s"], api["outages"], api["latency_p50_ms"]) == (9_000.0, 1, 300.125)
    assert "uncounted_s" not in api
    assert "forgotten" not in lived.run("uptime", "--since", window).out


def test_of_a_part_of_a_day_it_is_said_that_its_latencies_are_not_known(lived: House) -> None:
    window = f"{iso(MIDNIGHT + 30 * HOUR_MS)}..{iso(MIDNIGHT + 40 * HOUR_MS)}"
    (api, *_) = lived.run("uptime", "--since", window, "--json").json

    assert (api["coverage"], api["downtime_s"], api["outages"]) == (1.0, 9_000.0, 1)
    assert (api["latency_p50_ms"], api["results"], api["uncounted_s"]) == (None, 0, 36_000.0)
    assert "no latencies of 10 h, whose results are forgotten" in lived.run("uptime", "--since", window).out


def test_all_of_it_begins_where_it_began(lived: House) -> None:
    (api, *_) = lived.run("uptime", "--since", f"..{iso(MIDNIGHT + 3 * DAY_MS)}", "--json").json

    assert api["since"] == iso(MIDNIGHT)
    assert api["results"] == 3 * 96


def test_an_incident_is_explained_by_its_failures(lived: House) -> None:
    ran = lived.run("incidents", "--explain", "1")

    assert ran.code == 0
    assert "Answers of that time are forgotten" in ran.out
    assert "answers 503" in ran.out
    assert "By today's rules" not in ran.out
    (account,) = lived.run("incidents", "--explain", "1", "--json").json
    assert account["found_again"] in {True, None}


def test_a_history_that_forgot_is_sound(lived: House) -> None:
    ran = lived.run("history", "verify")

    assert ran.code == 0
    assert f"{_file(lived)} is sound" in ran.out
    assert "39 days have their sums alone" in ran.out


def test_an_export_holds_what_is_left(lived: House) -> None:
    lines = lived.run("export", "deepseek", "--since", f"..{iso(MIDNIGHT + 5 * DAY_MS)}").lines

    kinds = [line.get("reason", "incident" if "incident" in line else "") for line in lines]
    assert kinds.count("server_error") == 10
    assert kinds.count("incident") == 1
    assert "ok" not in kinds
