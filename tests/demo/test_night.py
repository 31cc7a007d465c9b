"""The whole demo as a user starts it. It cannot be hurried: a slow answer takes its two real seconds."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.account import Event, grain_s, instant, named, read_events, spells
from trayuptime.cli.main import main
from trayuptime.core.reasons import Access
from trayuptime.demo.show import Demo, throw_away_home
from trayuptime.demo.timeline import FASTEST, NIGHT, STARTS_AT, Mood, spells_s

ENDS_WITHIN_S = 300.0


def _start(temporary: Path, *options: str) -> subprocess.Popen[str]:
    environ = {
        name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}
    }
    return subprocess.Popen(
        [sys.executable, "-m", "trayuptime", "demo", *options],
        env={**environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Shown:
    events: list[Event]
    said: str
    code: int
    left_behind: list[Path]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    temporary = tmp_path_factory.mktemp("demo")
    demo = _start(temporary, "--headless", "--json", "--speed", f"{FASTEST:g}")
    try:
        out, said = demo.communicate(timeout=ENDS_WITHIN_S)
    finally:
        demo.kill()
        demo.wait()
    return Shown(read_events(out), said, demo.returncode, list(temporary.iterdir()))


def test_it_ends_by_itself_and_leaves_nothing_behind(shown: Shown) -> None:
    assert (shown.code, shown.left_behind) == (0, [])


def test_it_says_what_is_shown_beside_the_stream(shown: Shown) -> None:
    first, *_ = shown.said.splitlines()

    assert first.startswith("Simulated vendors on this computer replay DeepSeek's night of 29 March 2026")
    assert "No network is used" in first


def test_the_chat_page_is_seen_as_it_was_within_the_polling_grain(shown: Shown) -> None:
    before, *seen = spells(shown.events, "deepseek", "web")

    assert before[0] == "ok"
    assert [reason for reason, _ in seen] == ["server_error", "slow", "server_error", "slow", "ok"]
    late_s = [(at - turn.at) / 1000 for (_, at), turn in zip(seen, NIGHT, strict=True)]
    assert min(late_s) >= -FASTEST  # a question that was on its way for a part of a second
    assert max(late_s) <= grain_s(FASTEST)


def test_it_is_one_outage_in_four_phases_and_a_fallback_for_each_time_it_is_down(shown: Shown) -> None:
    told = [
        (event["event"], event.get("surface"))
        for event in shown.events
        if event["event"] not in {"result", "notify", "access", "feed"}
    ]

    assert told == [
        ("down", "web"),
        ("suggest", None),
        ("degraded", "web"),
        ("down", "web"),
        ("suggest", None),
        ("degraded", "web"),
        ("up", "web"),
    ]
    changes = named(shown.events, "down", "degraded", "up")
    assert {(event["provider"], event["incident"]) for event in changes} == {("deepseek", 1)}
    assert not any("reopened" in event for event in changes)


def test_the_incident_lasts_from_the_first_failure_to_the_first_lasting_success(shown: Shown) -> None:
    _, first_failure, _, _, _, recovery = spells(shown.events, "deepseek", "web")
    [up] = named(shown.events, "up")

    starts = {instant(event["started_at"]) for event in named(shown.events, "down", "degraded")}
    assert starts == {first_failure[1]}
    assert instant(up["ended_at"]) == recovery[1]


def test_the_downtime_is_seven_hours_thirteen_minutes_within_the_polling_grain(shown: Shown) -> None:
    [up] = named(shown.events, "up")

    recorded_s = sum(spells_s(NIGHT, Mood.DOWN))
    assert abs(up["downtime_s"] - recorded_s) <= 2 * grain_s(FASTEST)


def test_there_is_one_bubble_for_the_outage_and_one_for_the_recovery(shown: Shown) -> None:
    down, up = named(shown.events, "notify")

    assert (down["provider"], down["title"], down["urgency"]) == (
        "deepseek",
        "DeepSeek (simulated) web is down",
        "critical",
    )
    assert down["actions"][0] == {"id": "switch:openrouter", "label": "Switch to OpenRouter (simulated)"}
    assert (up["provider"], up["title"]) == ("deepseek", "DeepSeek (simulated) web is up again")


def test_the_vendors_own_page_is_read_beside(shown: Shown) -> None:
    said = [event["state"] for event in named(shown.events, "feed")]

    assert said == ["up", "down", "degraded", "down", "degraded", "up"]


def test_the_healthy_fallback_is_suggested(shown: Shown) -> None:
    for suggestion in named(shown.events, "suggest"):
        assert suggestion["suggested"] == "openrouter"
        assert suggestion["why"].startswith("up, ")


def test_everybody_else_is_well_all_night(shown: Shown) -> None:
    for provider in ("deepseek", "openrouter", "local"):
        assert [reason for reason, _ in spells(shown.events, provider, "api")] == ["ok"]
    assert {event["access"] for event in named(shown.events, "access")} <= {Access.OK}


def test_the_first_answers_are_of_its_own_night(shown: Shown) -> None:
    first = instant(named(shown.events, "result")[0]["at"])

    assert 0 <= (first - STARTS_AT) / 1000 <= grain_s(FASTEST)


@pytest.mark.parametrize("speed", ["0.5", "320.1", "nan", "inf", "-300"])
def test_a_speed_out_of_range_is_refused_in_a_sentence(
    speed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--headless", f"--speed={speed}"]) == 2
    assert capsys.readouterr().err.startswith("--speed must be from 1 to 320: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_soon_with_nothing_left_behind(number: signal.Signals, tmp_path: Path) -> None:
    demo = _start(tmp_path, "--speed", "100")
    assert demo.stdout is not None
    lines = iter(demo.stdout)
    while "local api: answers" not in next(lines):
        pass
    during = list(tmp_path.iterdir())
    demo.send_signal(number)
    _, said = demo.communicate(timeout=10)

    assert len(during) == 1
    assert (demo.returncode, said, list(tmp_path.iterdir())) == (0, "", [])


def test_what_the_demo_shows_can_be_ticked_like_any_engines() -> None:
    async def show() -> str:
        with throw_away_home() as home:
            began = asyncio.Event()
            demo = Demo(home, speed=100.0, listeners=(lambda _told: began.set(),))
            running = asyncio.get_running_loop().create_task(demo.run())
            await began.wait()
            said = demo.tick(99, "Tell Anna", done=True)
            demo.stop()
            await running
            return said

    assert asyncio.run(show()) == "There is no incident 99."


def test_a_reader_that_leaves_ends_it_too(tmp_path: Path) -> None:
    demo = _start(tmp_path, "--headless", "--json")
    assert demo.stdout is not None
    demo.stdout.readline()
    demo.stdout.close()
    demo.stdout = None
    demo.communicate(timeout=10)

    assert (demo.returncode, list(tmp_path.iterdir())) == (0, [])


def test_without_a_display_it_is_shown_as_lines(tmp_path: Path) -> None:
    demo = _start(tmp_path)
    assert demo.stdout is not None
    lines = [demo.stdout.readline() for _ in range(3)]
    demo.terminate()
    demo.communicate(timeout=10)

    assert lines[1].startswith("No display (")
    assert lines[2].startswith("It ends by itself after about 2 min")
