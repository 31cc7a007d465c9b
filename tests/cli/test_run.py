"""`run --headless`: a line per event, no Qt, one engine per home, a quick and clean end."""

import json
import re
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from cli.house import PATIENCE_S, PROGRAM, House, section
from hostile import Hostile, Talk, answer, json_ok
from trayuptime.core.contract import iso
from trayuptime.history import Reader

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BROKEN = answer("503 Service Unavailable", b"{}")
HEAD = {"schema", "at", "event"}
KEYS = {
    "result": HEAD | {"provider", "surface", "reason", "latency_ms", "http_status", "phases", "level"},
    "down": HEAD | {"provider", "surface", "incident", "started_at", "reason"},
    "up": HEAD | {"provider", "surface", "incident", "ended_at", "downtime_s"},
    "suggest": HEAD | {"provider", "suggested", "why", "verified_at", "alternatives"},
    "notify": HEAD | {"provider", "title", "body", "urgency", "actions"},
    "gap": HEAD | {"cause", "until"},
    "access": HEAD | {"provider", "access"},
}
WITHOUT_QT = (
    sys.executable,
    "-c",
    """
import sys, trayuptime.cli.main as cli
code = cli.main()
found = [name for name in sys.modules if "PySide6" in name or "shiboken" in name]
sys.stderr.write(f"QT:{found};\\n")
sys.exit(code)
""",
)


def _check_keys(line: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(line)
    assert set(event) == KEYS[event["event"]], event
    assert event["schema"] == 1
    assert UTC.fullmatch(event["at"])
    return event


def test_an_outage_is_told_in_the_public_events(house: House, vendor: Hostile, other: Hostile) -> None:
    house.write(section("a", vendor.port, 'fallbacks = ["b"]'), section("b", other.port))
    with house.engine() as engine:
        engine.event("result", "a")
        vendor.behaviour = BROKEN
        down = engine.event("down", "a")
        suggest = engine.event("suggest", "a")
        notified = engine.event("notify", "a")
        vendor.behaviour = json_ok
        up = engine.event("up", "a")
        recovered = engine.event("notify", "a")
        assert engine.end() == 0
        said = engine.rest().splitlines()

    events = [_check_keys(line) for line in said]
    assert {event["event"] for event in events} == {"result", "down", "suggest", "notify", "up"}
    assert up["incident"] == down["incident"]
    assert down["started_at"] < down["at"]
    assert suggest["suggested"] == "b"
    assert suggest["alternatives"] == [{"provider": "b", "usable": True, "why": suggest["why"]}]
    assert (notified["title"], notified["urgency"]) == ("a is down", "critical")
    assert notified["actions"] == [
        {"id": "switch:b", "label": "Switch to b"},
        {"id": "details", "label": "Details"},
        {"id": "snooze", "label": "Snooze 1 h"},
    ]
    assert (recovered["title"], recovered["urgency"]) == ("a is up again", "low")
    result = next(event for event in events if event["event"] == "result")
    assert set(result["phases"]) == {"dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "total_ms"}
    assert (result["level"], result["http_status"], result["reason"]) == ("models", 200, "ok")


def test_what_is_told_is_on_disk_already(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        told = engine.event("result")
        with Reader(house.root / "data" / "history.db") as reader:
            stored = [iso(settled.result.at) for settled in reader.results()]
        assert engine.end() == 0

    assert told["at"] in stored


def test_in_words_it_says_what_it_watches_and_a_line_per_event(house: House, vendor: Hostile) -> None:
    vendor.behaviour = BROKEN
    house.write(section("a", vendor.port))
    with house.engine("--starter") as engine:
        first = engine.line()
        while "DOWN" not in (line := engine.line()):
            pass
        engine.end()

    assert first == "Watching a. Ctrl-C ends it.\n"
    assert re.match(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  a api: DOWN since .*: answers with a server error$", line
    )


def test_it_never_imports_qt(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine(command=WITHOUT_QT) as engine:
        engine.event("result")
        assert engine.end() == 0
        assert "QT:[];" in engine.errors()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_soon_with_0_and_without_a_word(
    house: House, vendor: Hostile, number: signal.Signals
) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        assert engine.end(number) == 0
        assert "Traceback" not in engine.errors()
    assert not (house.root / "run" / "engine.sock").exists()


def test_a_signal_ends_it_soon_although_its_probes_hang(house: House, vendor: Hostile) -> None:
    asked = threading.Event()

    def hang(talk: Talk) -> None:
        talk.request()
        asked.set()
        talk.wait_for_close()

    vendor.behaviour = hang
    house.write(section("a", vendor.port), polling='interval = "1s"\ntimeout = "60s"')
    with house.engine() as engine:
        assert asked.wait(PATIENCE_S)
        assert engine.end() == 0


def test_a_second_engine_ends_with_4_and_names_the_first(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        second = house.program("run", "--headless")
        assert engine.end() == 0

    assert (second.code, second.out) == (4, "")
    assert f"process {engine.process.pid}" in second.err


def test_the_next_engine_goes_on_where_a_killed_one_ended(house: House, vendor: Hostile) -> None:
    vendor.behaviour = BROKEN
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        down = engine.event("down")
        engine.process.kill()
    with house.engine() as engine:
        gap = engine.event("gap")
        vendor.behaviour = json_ok
        up = engine.event("up")
        assert engine.end() == 0
        assert '"event": "down"' not in engine.rest()

    assert set(gap) == KEYS["gap"]
    assert gap["cause"] == "app_off"
    assert up["incident"] == down["incident"]


def test_an_edit_is_taken_over_and_a_bad_one_keeps_the_last_good(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result", "a")
        house.config_file.write_text("[[provider]]\nid = 7\n")
        complaint = engine.error("last good")
        engine.event("result", "a")
        house.write(section("a", vendor.port), section("b", other.port))
        engine.event("result", "b")
        assert engine.end() == 0

    assert "config.toml line " in complaint


def test_a_reader_that_leaves_ends_it_without_a_traceback(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    done = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" | head -n 1', "bash", *PROGRAM, "run", "--headless", "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=house._environ({}),
    )

    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.returncode == 0


def test_the_starter_set_names_its_hosts_before_it_asks_them(house: House) -> None:
    with house.engine(
        "--starter", HTTPS_PROXY="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9"
    ) as engine:
        first = engine.line()
        assert engine.end() == 0

    assert first.startswith("Nothing is configured: watching ")
    for host in (
        "api.deepseek.com",
        "api.openai.com",
        "api.anthropic.com",
        "generativelanguage.googleapis.com",
    ):
        assert host in first


def test_with_json_only_events_are_on_standard_output(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        first = engine.line()
        assert engine.end() == 0
        assert "Watching a." in engine.errors()

    assert json.loads(first)["event"] == "result"


def test_a_home_that_cannot_be_made_is_a_sentence(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    (house.root / "data").write_text("a file where a directory should be")
    ran = house.program("run", "--headless")

    assert ran.code == 2
    assert str(house.root / "data") in ran.err
    assert "Traceback" not in ran.err
