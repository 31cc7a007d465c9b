"""A fault of our own in the poller: a red icon and a report instead of silence, and a way on."""

from pathlib import Path

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Part
from desktop.conftest import MakeDesktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

INJECTED = """
from pathlib import Path
import sys
import trayuptime.probes

ask = sys.modules["trayuptime.probes.ask"]

sound = ask.classify

def classify(*arguments):
    if Path({flaw!r}).exists():
        raise RuntimeError("a flaw of our own")
    return sound(*arguments)

ask.classify = classify
"""


def test_a_crash_of_the_poller_turns_the_icon_red_is_reported_and_can_be_left_behind(
    make_desktop: MakeDesktop,
    vendors: tuple[Vendor, Vendor],
    artefacts: Artefacts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER, Part.PANEL, Part.NOTIFICATIONS})
    reader = ScreenReader(desktop)
    flaw = tmp_path / "flaw"
    (tmp_path / "sitecustomize.py").write_text(INJECTED.format(flaw=str(flaw)))
    before = desktop.environ.get("PYTHONPATH")
    path = f"{tmp_path}:{before}" if before else str(tmp_path)
    app = App(desktop, POLLING + provider("alpha", "Alpha AI", vendors[0].openai_url))
    process = app.start(environ={**ENVIRON, "PYTHONPATH": path})
    app.wait_for_face(Face(Mark.UP))

    flaw.touch()
    app.wait_for_face(Face(Mark.DOWN))
    app.wait_for_row("TrayUptime has stopped watching")
    assert "has stopped watching" in app.tooltip()
    report = desktop.wait_until(
        lambda: next((t for t in reader.things() if "a flaw of our own" in t.words), None), "the report"
    )
    assert report
    app.wait_for_window("TrayUptime has stopped watching")
    app.wait_until_drawn(Mark.DOWN)
    artefacts.shot(desktop, "crash report")
    asked = len(vendors[0].served())
    flaw.unlink()
    reader.press("Watch again")

    app.wait_for_face(Face(Mark.UP))
    app.wait_for_row("Alpha AI is up")
    app.wait_for_no_window("TrayUptime has stopped watching")
    assert len(vendors[0].served()) > asked
    assert app.ask("incidents") == []
    assert "a flaw of our own" in (app.home / "logs" / "trayuptime.log").read_text()
    process.terminate()
    assert app.wait_for_end() == 0
