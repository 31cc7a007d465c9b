"""The network goes away and comes back while the tray icon is watched: never red, and at most one notice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from itertools import groupby
from threading import Event

import pytest
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

from desktop.app import COMMAND, App, Artefacts
from desktop.bed import Desktop
from netns.bed import Bed, open_bed
from trayuptime.ui.marks import Face, Mark

pytestmark = [pytest.mark.desktop, pytest.mark.netns]

POLLING = '[polling]\ninterval = "10s"\nretry_interval = "1s"\ntimeout = "2s"\n'
LOOK_EVERY_S = 0.1


@pytest.fixture
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with open_bed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed


def started_on_the_laptop(desktop: Desktop, bed: Bed, config: str) -> App:
    """The app in a network of its own; display and bus are sockets in the file system, and stay in reach."""
    app = App(desktop, config)
    argv = [*bed.network.laptop_command, *COMMAND]
    app.process = desktop.spawn(argv, {"TRAYUPTIME_HOME": str(app.home)}, log="trayuptime")
    return app


@contextmanager
def faces_seen(app: App) -> Iterator[list[Face]]:
    """The faces that the icon has meanwhile: looked at whenever it says that it is new, and in between."""
    new_icon = MatchRule(type="signal", interface="org.kde.StatusNotifierItem", member="NewIcon")
    seen: list[Face] = []
    enough = Event()
    with closing(open_dbus_connection(app.desktop.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
        Proxy(message_bus, connection).AddMatch(new_icon)
        with connection.filter(new_icon, bufsize=1000) as changes, ThreadPoolExecutor(1) as thread:

            def look() -> None:
                while not enough.is_set():
                    if (face := app.face()) is not None:
                        seen.append(face)
                    with suppress(TimeoutError):
                        connection.recv_until_filtered(changes, timeout=LOOK_EVERY_S)

            looked = thread.submit(look)
            try:
                yield seen
            finally:
                enough.set()
            looked.result()


def test_a_network_that_goes_and_comes_back_is_grey_once_and_never_red(
    desktop: Desktop, bed: Bed, artefacts: Artefacts
) -> None:
    alpha, beta = bed.vendor("alpha"), bed.vendor("beta")
    app = started_on_the_laptop(desktop, bed, POLLING + bed.section(alpha) + bed.section(beta))
    app.wait_for_face(Face(Mark.UP))
    artefacts.shot(desktop, "1 up")

    with faces_seen(app) as faces:
        desktop.wait_until(lambda: faces, "the icon is watched")
        bed.network.switch_off()
        app.press("Check now")
        app.wait_for_face(Face(Mark.OFFLINE))
        offline = app.tooltip()
        desktop.wait_until(lambda: desktop.bubbles_on_screen() == 1, "a notification")
        artefacts.shot(desktop, "2 offline")
        bed.network.switch_on()
        app.press("Check now")
        app.wait_for_face(Face(Mark.UP))
        online = app.tooltip()
        artefacts.shot(desktop, "3 back")

    # For the moment between the first answer and the last one nothing is known of the others.
    known = [face.mark for face in faces if face.mark is not Mark.UNKNOWN]
    marks = [mark for mark, _ in groupby(known)]
    artefacts.note(
        marks=marks, offline=offline, online=online, bubbles=[b.summary for b in desktop.bubbles()]
    )
    assert marks == [Mark.UP, Mark.OFFLINE, Mark.UP]
    assert [bubble.summary for bubble in desktop.bubbles()] == ["You are offline"]
    desktop.wait_until(lambda: desktop.bubbles_on_screen() == 0, "the notice is taken away")

    # A real outage is red, on the same network.
    alpha.stop()
    app.press("Check now")
    app.wait_for_face(Face(Mark.DOWN))
    desktop.wait_until(lambda: len(desktop.bubbles()) == 2, "a second notification")
    artefacts.shot(desktop, "4 red")
    _, down = desktop.bubbles()
    assert (down.summary, down.urgency) == ("alpha is down", "critical")
    assert "beta answers, so it is not your network." in down.body
    assert app.tooltip().startswith("TrayUptime: alpha is down")
