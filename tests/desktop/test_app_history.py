"""A new user's walk on a real desktop: the icon, the panel, the history, an incident, the dossier."""

import json
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Desktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

BAR_PX = 27
"""The height of the desktop's own panel, at the top; the bubble further down has the same mark."""
DROP_TARGET = Path(__file__).with_name("drop_target.py")
PICTURE = "Picture: copy, save or drag it out"
PANEL, HISTORY = "TrayUptime", "TrayUptime – History"


def key(desktop: Desktop, *keys: str) -> None:
    desktop.run("xdotool", "key", "--clearmodifiers", *keys)


def test_from_the_icon_to_the_dossier(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts, tmp_path: Path
) -> None:
    failing, healthy = vendors
    failing.fail(503)
    reader = ScreenReader(desktop)
    app = App(
        desktop,
        POLLING
        + provider("alpha", "Alpha AI", failing.openai_url)
        + provider("beta", "Beta Models", healthy.openai_url),
    )
    app.start(environ=ENVIRON)

    # The icon is red, whatever the bubble beside it shows: a click opens the panel
    desktop.wait_until(desktop.bubbles_on_screen, "there is a bubble")
    desktop.click(*app.wait_until_drawn(Mark.DOWN, BAR_PX))
    app.wait_for_window(PANEL)
    reader.wait_for("Alpha AI is down")
    artefacts.shot(desktop, "panel")

    # Details lead to the incident, with what made it
    reader.press("Details")
    app.wait_for_window(HISTORY)
    reader.wait_for("Alpha AI API is down")
    reader.wait_for("Today's rules: down after 3 failures in a row…")
    artefacts.shot(desktop, "incident")

    # Back leads to all days, Enter to a provider; its lanes are told
    key(desktop, "Escape")
    reader.wait_for("Days")
    key(desktop, "ctrl+Home", "Return")
    reader.wait_for("Time line")
    reader.wait_for("Alpha AI")
    artefacts.shot(desktop, "provider")

    # The dossier, of the time that is offered and under a name that is typed
    reader.press("Dossier…")
    app.wait_for_window("Dossier")
    artefacts.shot(desktop, "of which time")
    reader.press("Save as…")
    target = tmp_path / "call.json"
    app.wait_for_window("Dossier of alpha")
    key(desktop, "ctrl+a")
    desktop.run("xdotool", "type", "--clearmodifiers", str(target))
    key(desktop, "Return")
    reader.wait_for(f"The dossier is in {target}.")
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["provider"] == "alpha"
    artefacts.shot(desktop, "dossier")

    # The same in the terminal
    (listed,) = app.ask("incidents")
    assert [each["id"] for each in told["incidents"]] == [listed["id"]]

    # Escape leads out, and the panel is still there to be closed
    key(desktop, "Escape")
    key(desktop, "Escape")
    app.wait_for_no_window(HISTORY)
    assert app.windows(PANEL)


def test_a_picture_is_dragged_out_of_the_window_into_another_program(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    healthy, _ = vendors
    reader = ScreenReader(desktop)
    app = App(desktop, POLLING + provider("alpha", "Alpha AI", healthy.openai_url))
    app.start(environ=ENVIRON)
    app.wait_for_face(Face(Mark.UP))
    app.press("History")
    app.wait_for_window(HISTORY)
    desktop.spawn([sys.executable, DROP_TARGET, *map(str, (20, 500, 200, 120))], log="drop_target")
    target = app.wait_for_window("Another program")

    from_x, from_y = reader.middle_of(PICTURE)
    pointer = partial(desktop.run, "xdotool")
    pointer("mousemove", str(from_x), str(from_y), "mousedown", "1")
    for step in (4, 8, 16, 32):  # as a hand does: what jumps is no drag
        pointer("mousemove", "--sync", str(from_x + step), str(from_y))
    pointer("mousemove", "--window", target, "60", "60")
    desktop.wait_until(lambda: _told_by_target(desktop), "the picture is over the other program")
    artefacts.shot(desktop, "dragged")
    pointer("mouseup", "1")

    desktop.wait_until(lambda: len(_told_by_target(desktop)) == 2, "it is dropped")
    entered, dropped = _told_by_target(desktop)
    assert entered == {"entered": True}
    width, height = dropped["image"]
    assert width > height > 100
    assert dropped["of_file"] == dropped["image"]
    assert re.fullmatch(r"[a-z0-9 -]+\.png", dropped["name"], re.IGNORECASE)


def _told_by_target(desktop: Desktop) -> list[dict[str, Any]]:
    lines = (desktop.logs / "drop_target.log").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]
