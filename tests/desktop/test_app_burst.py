"""Many outages at once, on a real desktop: one bubble, one panel that fits, and one bubble at the end."""

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Desktop
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

FREE_PX = 800 - 27 - 25
"""Of the bed's screen, without its panel and without the frame that its window manager draws."""
FAILING, HEALTHY = 7, 23


def test_seven_of_thirty_that_fail_at_once_are_one_bubble(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    failing, healthy = vendors
    watched = [provider(f"f{n}", f"Failing {n}", failing.openai_url) for n in range(FAILING)]
    watched += [provider(f"h{n}", f"Healthy {n}", healthy.openai_url) for n in range(HEALTHY)]
    app = App(desktop, POLLING + "".join(watched))
    app.start()
    app.wait_for_face(Face(Mark.UP))

    failing.fail(503)
    app.wait_for_row(f"{FAILING} of {FAILING + HEALTHY} down: ")
    desktop.wait_until(lambda: _titles(desktop)[-1:] == ["7 providers are down"], "one bubble tells of all")
    artefacts.shot(desktop, "seven down")
    assert desktop.bubbles_on_screen() == 1
    assert len(_titles(desktop)) <= 3
    assert desktop.bubbles()[-1].body == "Failing 0, Failing 1, Failing 2 and 4 more."

    desktop.press_bubble("Details")
    app.wait_for_window()
    desktop.wait_until(lambda: app.window_geometry()[3] <= FREE_PX, "the panel is on the screen as a whole")
    artefacts.shot(desktop, "seven down, the panel")
    high = app.window_geometry()[3]

    desktop.run("xdotool", "mousemove", "200", "400")  # onto it
    failing.heal()
    app.wait_for_row(f"All {FAILING + HEALTHY} up")
    desktop.wait_until(lambda: _titles(desktop)[-1:] == ["7 providers are up again"], "so is the end")
    assert app.window_geometry()[3] == high
    desktop.run("xdotool", "mousemove", "900", "600")
    desktop.wait_until(lambda: app.window_geometry()[3] < high, "the panel is lower again")
    artefacts.shot(desktop, "up again")
    assert desktop.bubbles_on_screen() == 1


def _titles(desktop: Desktop) -> list[str]:
    return [bubble.summary for bubble in desktop.bubbles()]
