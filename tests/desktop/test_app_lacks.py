"""A desktop without notifications, a bus or a screen: said in words, and watched all the same."""

import signal

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import NOTHING, Desktop, Part
from desktop.conftest import MakeDesktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

NO_SCREEN = ":63999"
"""Beyond those that the bed starts."""


def configured(desktop: Desktop, vendor: Vendor) -> App:
    return App(desktop, POLLING + provider("alpha", "Alpha AI", vendor.openai_url))


def test_without_a_notification_server_the_window_says_it_and_a_later_server_gets_the_next(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER, Part.PANEL})
    reader = ScreenReader(desktop)
    app = configured(desktop, vendors[0])
    app.start(environ=ENVIRON)
    app.wait_for_face(Face(Mark.UP))
    assert app.windows() == []

    vendors[0].fail()
    app.wait_for_window()
    reader.wait_for("Alpha AI is down. It answers 503 since…")
    app.wait_for_face(Face(Mark.DOWN))
    app.wait_until_drawn(Mark.DOWN)
    artefacts.shot(desktop, "told in the window")
    assert desktop.tray.property_of(app.wait_for_item(), "Status") == "Active"  # no stock icon in our place
    desktop.start(Part.NOTIFICATIONS)
    vendors[0].heal()

    desktop.wait_until(desktop.bubbles, "the new server is told")
    assert [bubble.summary for bubble in desktop.bubbles()] == ["Alpha AI is up again"]


def test_a_notification_server_that_starts_again_gets_the_next_notice(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER, Part.PANEL, Part.NOTIFICATIONS})
    app = configured(desktop, vendors[0])
    vendors[0].fail()
    app.start()
    desktop.wait_until(desktop.bubbles, "a first notice")

    desktop.restart(Part.NOTIFICATIONS)
    vendors[0].heal()

    desktop.wait_until(lambda: len(desktop.bubbles()) == 2, "a second notice")
    assert [bubble.summary for bubble in desktop.bubbles()] == ["Alpha AI is down", "Alpha AI is up again"]
    assert desktop.bubbles_on_screen() == 1
    assert app.windows() == []


def test_without_a_bus_the_icon_goes_the_old_way_and_the_window_tells(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER, Part.PANEL})
    app = configured(desktop, vendors[0])
    process = app.start(environ={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={desktop.root}/no-bus"})

    x, y = app.wait_until_drawn(Mark.UP)
    assert desktop.tray.items() == []
    vendors[0].fail()
    window = app.wait_for_window()
    app.wait_until_drawn(Mark.DOWN)
    artefacts.shot(desktop, "no bus")
    desktop.click(x - 4, y)
    app.wait_for_no_window()
    desktop.click(x + 4, y)  # beside the first place, or it might be a double click
    assert app.wait_for_window() == window

    process.terminate()
    assert app.wait_for_end() == 0


def test_without_the_variable_that_names_the_bus_everything_works_all_the_same(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER, Part.PANEL})
    app = configured(desktop, vendors[0])
    process = app.start(without=["DBUS_SESSION_BUS_ADDRESS"])

    app.wait_until_drawn(Mark.UP)
    vendors[0].fail()
    app.wait_for_window()

    process.terminate()
    assert app.wait_for_end() == 0


@pytest.mark.parametrize(
    ("display", "why"),
    [("", "DISPLAY is not set."), (NO_SCREEN, f"DISPLAY is {NO_SCREEN}, but nothing answers there.")],
    ids=["no display", "a display that has died"],
)
def test_without_a_screen_it_watches_headless_and_says_so(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], display: str, why: str
) -> None:
    desktop = make_desktop(parts=NOTHING)
    app = configured(desktop, vendors[0])
    process = app.start("run", "--starter", environ={"DISPLAY": display})

    desktop.wait_until(vendors[0].served, "the engine asks")
    first, second, *_ = app.said().splitlines()
    assert why in first
    assert "headless" in first
    assert second.startswith("Watching alpha")
    vendors[0].fail()
    desktop.wait_until(lambda: "down" in app.said(), "it says that Alpha AI is down")

    process.send_signal(signal.SIGINT)
    assert app.wait_for_end() == 0
    (incident,) = app.ask("incidents")
    assert incident["provider"] == "alpha"
