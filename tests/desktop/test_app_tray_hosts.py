"""A tray host that comes late, crashes, or never comes: the app stays within reach."""

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Desktop, Part
from desktop.conftest import MakeDesktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

NO_HOST = "This desktop shows no status icons…"


def started(desktop: Desktop, vendor: Vendor) -> App:
    app = App(desktop, POLLING + provider("alpha", "Alpha AI", vendor.openai_url))
    app.start(environ=ENVIRON)
    desktop.wait_until(vendor.served, "the engine asks")
    return app


def test_a_panel_that_starts_later_gets_the_icon(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER})
    app = started(desktop, vendors[0])

    desktop.start(Part.PANEL)

    app.wait_for_face(Face(Mark.UP))
    app.wait_until_drawn(Mark.UP)
    assert app.rows()[0] == "Alpha AI is up"
    assert app.windows() == []


def test_a_panel_that_crashed_gets_the_icon_back_as_it_was(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    vendors[0].fail()
    desktop = make_desktop(parts={Part.WINDOW_MANAGER, Part.NOTIFICATIONS, Part.PANEL})
    app = started(desktop, vendors[0])
    app.wait_for_face(Face(Mark.DOWN))
    before = app.rows()

    desktop.crash(Part.PANEL)
    gone = desktop.tray.items()
    desktop.start(Part.PANEL)

    assert gone == []
    app.wait_for_face(Face(Mark.DOWN))
    app.wait_until_drawn(Mark.DOWN)
    assert app.rows() == before
    assert app.tooltip().startswith("TrayUptime: Alpha AI is down")
    assert len(desktop.tray.items()) == 1
    assert len(desktop.bubbles()) == 1
    artefacts.shot(desktop, "after the crash")


def test_without_a_tray_host_the_window_comes_by_itself_and_goes_when_there_is_one(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER})
    reader = ScreenReader(desktop)
    app = started(desktop, vendors[0])

    app.wait_for_window()
    reader.wait_for(NO_HOST)
    reader.wait_for("Alpha AI is up")
    artefacts.shot(desktop, "no tray host")
    desktop.start(Part.PANEL)

    app.wait_for_face(Face(Mark.UP))
    app.wait_for_no_window()
    app.press("Alpha AI is up")
    app.wait_for_window()
    assert NO_HOST[:-1] not in reader.text()


def test_without_a_tray_host_closing_asks_and_a_second_start_brings_the_window_back(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER})
    reader = ScreenReader(desktop)
    app = started(desktop, vendors[0])

    assert "is running already" in app.run()
    window = app.wait_for_window()
    desktop.wait_until(lambda: app.active_window() == window, "it has the keyboard")
    app.close_window(window)
    reader.wait_for("This desktop shows no status icons.")
    artefacts.shot(desktop, "closing asks")
    reader.press("Keep watching")
    app.wait_for_no_window()
    app.run()

    assert app.wait_for_window() == window
    desktop.start(Part.PANEL)
    app.wait_for_face(Face(Mark.UP))
    assert app.windows() == [window]  # the user opened it, so it stays
    app.close_window(window)
    app.wait_for_no_window()
    assert app.process is not None
    assert app.process.poll() is None


def test_without_a_tray_host_closing_can_quit(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER})
    reader = ScreenReader(desktop)
    app = started(desktop, vendors[0])
    app.run()
    window = app.wait_for_window()
    desktop.wait_until(lambda: app.active_window() == window, "it has the keyboard")

    app.close_window(window)
    reader.press("Quit")

    assert app.wait_for_end() == 0
