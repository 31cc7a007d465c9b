"""The bed itself: what a smallest tray application does in it can be seen and touched from outside."""

import asyncio
import sys
from pathlib import Path

import pytest

from desktop.bed import PROGRAMS, Desktop, Part, install_line, missing_programs
from desktop.conftest import MakeDesktop
from trayuptime.core.notice import Action, Notice, Sign, Urgency
from trayuptime.system.notifications.freedesktop import FreedesktopNotifier

pytestmark = pytest.mark.desktop

GREEN = (10, 200, 30)
APP = f"""
import signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon
signal.signal(signal.SIGTERM, signal.SIG_DFL)
app = QApplication([])
app.setApplicationName("SmallApp")
app.setQuitOnLastWindowClosed(False)
icon = QIcon()
for size in (16, 22, 24, 32, 64):
    pixmap = QPixmap(size, size)
    pixmap.fill(QColor(*{GREEN}))
    icon.addPixmap(pixmap)
menu = QMenu()
menu.addAction("All 2 up").setEnabled(False)
menu.addSeparator()
menu.addAction("Check now").triggered.connect(lambda: print("pressed Check now", flush=True))
more = menu.addMenu("Pause")
more.addAction("gpt__4 for 1 h").triggered.connect(lambda: print("pressed 1 h", flush=True))
ticked = menu.addAction("Autostart")
ticked.setCheckable(True)
tray = QSystemTrayIcon(icon)
tray.setToolTip("2 of 2 up")
tray.setContextMenu(menu)
tray.activated.connect(lambda reason: print("activated", reason.name, flush=True))
tray.show()
print("scale", app.primaryScreen().devicePixelRatio(), flush=True)
app.exec()
"""
DOWN = Notice(
    "deepseek",
    "DeepSeek is down",
    "answers 503 & <html>\nsince 14:02",
    Urgency.CRITICAL,
    (Action("switch:openrouter", "Switch to OpenRouter"), Action("details", "Details")),
    sign=Sign.DOWN,
)
BACK = Notice("deepseek", "DeepSeek is back", "after 12 min", Urgency.LOW, transient=True, sign=Sign.UP)


def start_app(desktop: Desktop) -> None:
    (desktop.root / "app.py").write_text(APP)
    desktop.spawn([sys.executable, desktop.root / "app.py"], log="app")


def wait_for_item(desktop: Desktop) -> str:
    (item,) = desktop.wait_until(desktop.tray.items, "the icon is registered")
    return item


def wait_for_line(desktop: Desktop, line: str) -> None:
    log = desktop.logs / "app.log"
    desktop.wait_until(lambda: line in log.read_text().splitlines(), f"the app says {line!r}")


def test_an_icon_is_registered_and_its_face_can_be_read(desktop: Desktop) -> None:
    start_app(desktop)
    item = wait_for_item(desktop)

    assert desktop.tray.property_of(item, "Id") == "SmallApp"
    assert desktop.tray.tooltip(item) == "2 of 2 up"
    sizes = {width: argb for width, _, argb in desktop.tray.pixmaps(item)}
    assert {16, 22, 24, 32, 64} <= set(sizes)
    assert sizes[22] == bytes((255, *GREEN)) * 22 * 22


def test_the_menu_can_be_read_and_its_rows_pressed(desktop: Desktop) -> None:
    start_app(desktop)
    item = wait_for_item(desktop)

    assert desktop.tray.labels(item) == ["All 2 up", "Check now", "Pause", "gpt_4 for 1 h", "Autostart"]
    first, line, _, pause, autostart = desktop.tray.menu(item)
    assert not first.enabled
    assert line.separator
    assert pause.rows[0].raw_label == "gpt__4 for 1 h"
    assert (pause.ticked, autostart.ticked) == (None, False)
    desktop.tray.press(item, "gpt_4 for 1 h")
    wait_for_line(desktop, "pressed 1 h")
    desktop.tray.press(item, "Autostart")
    desktop.wait_until(lambda: desktop.tray.menu(item)[4].ticked, "the row is ticked")
    with pytest.raises(AssertionError, match="no row 'All 2 up' to press"):
        desktop.tray.press(item, "All 2 up")


def test_clicks_arrive_over_the_bus_and_with_a_real_mouse(desktop: Desktop) -> None:
    start_app(desktop)
    item = wait_for_item(desktop)

    desktop.tray.activate_secondarily(item)
    wait_for_line(desktop, "activated MiddleClick")
    x, y = desktop.wait_until(lambda: desktop.find_colour(GREEN), "the icon is drawn")
    assert y < 26  # in the panel
    desktop.click(x, y)
    wait_for_line(desktop, "activated Trigger")


def test_a_screenshot_shows_what_is_on_the_screen(desktop: Desktop, tmp_path: Path) -> None:
    start_app(desktop)
    desktop.wait_until(lambda: desktop.find_colour(GREEN), "the icon is drawn")

    shot = desktop.screenshot(tmp_path / "shots" / "tray.png")

    assert shot.read_bytes().startswith(b"\x89PNG")
    assert desktop.find_colour((1, 2, 3)) is None


def test_a_notice_reaches_the_real_server_and_its_buttons_come_back(desktop: Desktop) -> None:
    async def night() -> list[tuple[str, str]]:
        pressed: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        notifier = FreedesktopNotifier(
            lambda key, action, _: pressed.put_nowait((key, action)),
            address=desktop.environ["DBUS_SESSION_BUS_ADDRESS"],
        )
        assert await notifier.show(DOWN)
        await asyncio.to_thread(desktop.press_bubble, "Switch to OpenRouter")
        told = [await asyncio.wait_for(pressed.get(), 10)]
        assert await notifier.show(DOWN)
        await asyncio.to_thread(desktop.run, "dunstctl", "action", "0")
        told.append(await asyncio.wait_for(pressed.get(), 10))
        assert await notifier.show(DOWN)
        assert await notifier.show(BACK)
        await notifier.aclose()
        return told

    assert asyncio.run(night()) == [("deepseek", "switch:openrouter"), ("deepseek", "details")]

    desktop.wait_until(lambda: len(desktop.bubbles()) == 4, "four bubbles")
    *_, down, back = desktop.bubbles()
    assert (down.app, down.summary, down.urgency) == ("TrayUptime", DOWN.title, "critical")
    assert (down.category, down.desktop_entry) == ("network.error", "trayuptime")
    assert down.body == "answers 503 &amp; &lt;html&gt;\nsince 14:02"  # markup, drawn as it was written
    assert down.actions["switch:openrouter"] == "Switch to OpenRouter"
    assert (back.number, back.urgency, back.transient) == (down.number, "low", True)
    assert desktop.bubbles_on_screen() == 1


def test_the_keyring_keeps_a_key_until_it_is_locked(desktop: Desktop) -> None:
    ask = "import keyring; print(keyring.get_keyring().name, keyring.get_password('service', 'name'))"
    store = "import keyring; keyring.set_password('service', 'name', 'secret')"

    desktop.run(sys.executable, "-c", store)

    assert desktop.run(sys.executable, "-c", ask).split() == ["SecretService", "Keyring", "secret"]
    desktop.lock_keyring()
    with pytest.raises(AssertionError, match="Locked"):
        desktop.run(sys.executable, "-c", ask)


def test_a_bare_desktop_has_no_tray_no_notifications_and_no_keyring(bare_desktop: Desktop) -> None:
    backend = "import keyring; print(keyring.get_keyring().name)"
    notifier = FreedesktopNotifier(print, address=bare_desktop.environ["DBUS_SESSION_BUS_ADDRESS"])

    async def show() -> bool:
        shown = await notifier.show(DOWN)
        await notifier.aclose()
        return shown

    assert bare_desktop.tray.items() == []
    assert not bare_desktop.tray.has_host()
    assert not asyncio.run(show())
    assert "SecretService" not in bare_desktop.run(sys.executable, "-c", backend)


def test_a_panel_can_come_late_and_come_back(bare_desktop: Desktop) -> None:
    bare_desktop.start(Part.PANEL)
    start_app(bare_desktop)
    item = wait_for_item(bare_desktop)

    bare_desktop.stop(Part.PANEL)
    gone = bare_desktop.tray.items()
    bare_desktop.start(Part.PANEL)

    assert gone == []
    assert wait_for_item(bare_desktop) == item


def test_the_screen_can_be_of_another_size_and_scale(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(parts={Part.PANEL}, size=(2560, 1440), scale=2)
    start_app(desktop)

    wait_for_line(desktop, "scale 2.0")
    _, size, _ = desktop.screenshot(desktop.root / "all.ppm").read_bytes().split(b"\n", 2)
    assert size == b"2560 1440"


def test_at_the_end_nothing_is_left_running(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(parts={Part.PANEL})
    desktop.spawn(["sh", "-c", "setsid sleep 1000 & echo $!"], log="background")
    log = desktop.logs / "background.log"
    pid = desktop.wait_until(lambda: log.read_text().strip(), "it runs")

    desktop.end()

    command = Path("/proc", pid, "cmdline")
    assert not command.exists() or command.read_bytes() == b""  # a zombie that nobody has asked about yet


def test_a_machine_without_the_programs_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert missing_programs() == []
    monkeypatch.setenv("PATH", str(tmp_path))

    assert missing_programs() == list(PROGRAMS)
    assert {"xvfb", "xfce4-panel", "libxcb-cursor0"} <= set(install_line().split())
    assert "#" not in install_line()
