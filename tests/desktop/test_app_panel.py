"""The panel on a real desktop: beside its icon, and from then on where its user drags it."""

import time

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Desktop
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.placer import SETTLED_MS

pytestmark = pytest.mark.desktop

SCREEN = (1280, 800)


def click_icon(app: App) -> None:
    app.wait_for_face(Face(Mark.UP))
    app.desktop.click(*app.wait_until_drawn(Mark.UP))


def opened(app: App) -> tuple[int, int, int, int]:
    """Where it is once it is there: left, top, width and height."""
    click_icon(app)
    app.wait_for_window()
    shown_s = time.monotonic()
    app.desktop.wait_until(lambda: time.monotonic() - shown_s > 2 * SETTLED_MS / 1000, "it has settled")
    return app.window_geometry()


def test_the_panel_opens_beside_the_icon_and_stays_where_it_is_dragged(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    app = App(desktop, POLLING + provider("alpha", "Alpha AI", vendors[0].openai_url))
    app.start()

    left, top, width, height = opened(app)
    artefacts.shot(desktop, "beside the icon")
    assert SCREEN[0] - 40 < left + width <= SCREEN[0]
    assert top < 120

    app.place_window(100, 300)
    desktop.wait_until(lambda: app.window_geometry()[0] < 200, "it is dragged away")
    dragged = app.window_geometry()
    app.close_window(app.wait_for_window())
    app.wait_for_no_window()
    assert opened(app) == dragged

    app.press("Quit TrayUptime")
    assert app.wait_for_end() == 0
    app.start()
    assert opened(app) == dragged
    assert dragged[2:] == (width, height)
