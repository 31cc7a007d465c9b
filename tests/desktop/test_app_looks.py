"""Pictures of the tray, the panel and the history, at 100 % and 200 %, to be looked at."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Desktop, Part
from desktop.conftest import MakeDesktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

PARTS = frozenset({Part.WINDOW_MANAGER, Part.PANEL, Part.NOTIFICATIONS})


def a_day_before(now_s: float) -> Iterator[dict[str, object]]:
    """Three providers once a minute: the computer slept at night, DeepSeek was down for half an hour."""
    chance = Random(1)
    asleep, down = range(22, 15, -1), range(300, 270, -1)
    slept_at, woke_at = (now_s - hours * 3600 for hours in (asleep.start, asleep.stop))
    yield {"at": _stamp(slept_at), "gap": "asleep", "until": _stamp(woke_at)}
    for minute in range(24 * 60, 0, -1):
        at_s = now_s - minute * 60
        if slept_at <= at_s < woke_at:
            continue
        for id_, usual_ms in (("deepseek", 900), ("openrouter", 480), ("local", 400)):
            failed = id_ == "deepseek" and minute in down
            yield {
                "at": _stamp(at_s),
                "provider": id_,
                "surface": "api",
                "reason": "server_error" if failed else "ok",
                "latency_ms": round(usual_ms * chance.lognormvariate(0, 0.2)),
                "interval_s": 60,
            }


def _stamp(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def an_evening(desktop: Desktop, vendors: tuple[Vendor, Vendor]) -> App:
    """DeepSeek is down, and two others are up; the panel is open."""
    failing, healthy = vendors
    healthy.slow_down(0.4)  # as one across the net
    app = App(
        desktop,
        POLLING
        + provider("deepseek", "DeepSeek", failing.openai_url, more='fallbacks = ["openrouter"]')
        + provider("openrouter", "OpenRouter", healthy.openai_url)
        + provider("local", "Local model", f"{healthy.openai_url}/", key="none"),
    )
    recording = desktop.root / "day.jsonl"
    recording.write_text("".join(f"{json.dumps(line)}\n" for line in a_day_before(time.time())))
    app.run("import", str(recording))
    reader = ScreenReader(desktop)
    app.start(environ=ENVIRON)
    app.wait_for_face(Face(Mark.UP))
    failing.fail()
    app.wait_for_face(Face(Mark.DOWN))
    app.wait_for_row("Switch to OpenRouter")
    desktop.wait_until(desktop.bubbles, "the bubble")
    app.press("DeepSeek is down")
    app.wait_for_window()
    reader.wait_for("Switch to OpenRouter…")
    app.wait_until_drawn(Mark.DOWN)
    return app


@pytest.mark.parametrize(("scale", "size"), [(1, (1280, 800)), (2, (2560, 1600))], ids=["100 %", "200 %"])
def test_tray_panel_and_history_can_be_looked_at(
    make_desktop: MakeDesktop,
    vendors: tuple[Vendor, Vendor],
    artefacts: Artefacts,
    scale: int,
    size: tuple[int, int],
) -> None:
    desktop = make_desktop(parts=PARTS, scale=scale, size=size)
    app = an_evening(desktop, vendors)

    artefacts.shot(desktop, "down")
    app.press("History")
    app.wait_for_window("TrayUptime – History")
    artefacts.shot(desktop, "history")
    app.press("Until resumed")
    app.wait_for_face(Face(Mark.PAUSED))
    artefacts.shot(desktop, "paused")
    app.press("Resume")
    vendors[0].heal()
    app.wait_for_face(Face(Mark.UP))
    picture = artefacts.shot(desktop, "up")

    assert desktop.run("identify", "-format", "%w %h", picture).split() == [str(side) for side in size]


def test_the_picture_of_tray_and_panel_for_the_readme_is_taken(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts=PARTS, size=(780, 600))
    # It paints the root window and says nothing, but ends with 1.
    desktop.spawn(["display", "-size", "780x600", "-window", "root", "xc:#3b4252"]).wait()
    app = an_evening(desktop, vendors)
    app.place_window(16, 64)
    # Only where it is asked for: a test run leaves the checkout as it was.
    folder = Path(os.environ.get("TRAYUPTIME_PICTURES") or artefacts.folder)

    whole = artefacts.shot(desktop, "whole")
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / "tray-and-panel.png"
    cut = f"780x{app.bottom_of_window() + 20}+0+0"
    desktop.run("convert", whole, "-crop", cut, "+repage", "-strip", picture)

    width, height = desktop.run("identify", "-format", "%w %h", picture).split()
    assert int(width) == 780
    assert 200 < int(height) <= 600
