"""A real desktop, headless and a test's own: X server, window manager, panel, notifications, keyring.

Every program comes from Debian's packages (packaging/debian-packages.txt) and runs on a display, a bus and a
home that nobody else uses. Each start waits until the program can be used; at the end everything is killed.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from jeepney import DBusAddress, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.blocking import Proxy, open_dbus_connection

from desktop.dunst import Bubble, parse_bubbles, write_configuration
from desktop.ground import end, fresh_environ, marked, x_server
from desktop.tray import WATCHER, Tray
from private_bus import private_bus

PACKAGES = Path(__file__).parents[2] / "packaging" / "debian-packages.txt"
PROGRAMS = (
    *("Xvfb", "dbus-daemon", "openbox", "xfce4-panel", "dunst", "dunstctl", "gnome-keyring-daemon"),
    *("xdotool", "xprop", "import"),
)
PATIENCE_S = 20.0
T = TypeVar("T")


class Part(StrEnum):
    """What a desktop may lack."""

    WINDOW_MANAGER = "openbox"
    KEYRING = "gnome-keyring"
    NOTIFICATIONS = "dunst"
    PANEL = "xfce4-panel"


EVERYTHING = frozenset(Part)
NOTHING: frozenset[Part] = frozenset()


class Desktop:
    """A running session; made by `open_desktop` around the X server and the bus that run already.

    Attributes:
        root: everything of the session is below it.
        environ: what a program of this session sees.
        logs: a file for each program started.
        tray: the tray as a panel sees it.
    """

    def __init__(self, root: Path, environ: dict[str, str]) -> None:
        self.root = root
        self.environ = environ
        self.logs = root / "logs"
        self.tray = Tray(environ["DBUS_SESSION_BUS_ADDRESS"])
        self._foundation = marked(root)
        self._running: list[subprocess.Popen[bytes]] = []
        self._parts: dict[Part, subprocess.Popen[bytes]] = {}

    def start(self, *parts: Part) -> None:
        """Start these parts side by side; returns when each of them can be used."""
        for part in parts:
            assert part not in self._parts, f"{part} runs already"
            launch, _ = _STARTS[part]
            self._parts[part] = launch(self)
        for part in parts:
            _, wait = _STARTS[part]
            wait(self)

    def stop(self, part: Part) -> None:
        """End a part; returns when its place on the bus is free."""
        end([self._parts.pop(part)])
        if name := _BUS_NAMES.get(part):
            self.wait_for_name(name, owned=False)

    def crash(self, part: Part) -> None:
        """Kill a part without a word; returns when its place on the bus is free."""
        self._parts[part].kill()
        self.stop(part)

    def restart(self, part: Part) -> None:
        """Stop and start again, as after a crash."""
        self.stop(part)
        self.start(part)

    def spawn(
        self, argv: Sequence[str | Path], environ: Mapping[str, str] | None = None, *, log: str | None = None
    ) -> "subprocess.Popen[bytes]":
        """Run a program in the session; what it says goes to its log, and at the end it is killed.

        Args:
            argv: program and arguments.
            environ: added to the session's.
            log: name of its log; by default the program's.
        """
        with (self.logs / f"{log or Path(argv[0]).name}.log").open("ab") as out:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**self.environ, **(environ or {})},
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def run(self, *argv: str | Path, timeout_s: float = PATIENCE_S) -> str:
        """Run a program in the session to its end and return what it printed; an error fails the test."""
        done = subprocess.run(
            argv, env=self.environ, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        assert done.returncode == 0, f"{argv} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def wait_until(self, claim: Callable[[], T | None], what: str, timeout_s: float = PATIENCE_S) -> T:
        """Look 50 times a second until the claim holds, and return what it was."""
        give_up_at = time.monotonic() + timeout_s
        while not (found := claim()):
            assert time.monotonic() < give_up_at, f"after {timeout_s} s still waiting: {what}"
            time.sleep(0.02)
        return found

    def wait_for_name(self, name: str, *, owned: bool = True, timeout_s: float = PATIENCE_S) -> None:
        """Wait for the bus to say that somebody owns this name, or that nobody does any more."""
        changed = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
        changed.add_arg_condition(0, name)
        give_up_at = time.monotonic() + timeout_s
        with closing(open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
            bus = Proxy(message_bus, connection, timeout=timeout_s)
            with connection.filter(changed, bufsize=100) as changes:
                bus.AddMatch(changed)
                (now,) = bus.NameHasOwner(name)
                while bool(now) is not owned:
                    patience_s = give_up_at - time.monotonic()
                    assert patience_s > 0, f"after {timeout_s} s: is {name} owned? still {bool(now)}"
                    with suppress(TimeoutError):
                        now = connection.recv_until_filtered(changes, timeout=patience_s).body[2] != ""

    def bubbles(self) -> list[Bubble]:
        """Every notification that dunst has shown so far, replacements included, oldest first."""
        log = self.logs / "dunst.log"
        return parse_bubbles(log.read_text()) if log.exists() else []

    def bubbles_on_screen(self) -> int:
        """How many bubbles dunst shows at this moment."""
        return int(self.run("dunstctl", "count", "displayed"))

    def press_bubble(self, label: str) -> None:
        """Choose the button of this label from dunst's context menu, whichever bubble it belongs to."""
        (self.root / "choice").write_text(f"#{label} (")
        self.run("dunstctl", "context")

    def lock_keyring(self) -> None:
        """Lock the keyring; nobody is there to answer the prompt that would unlock it."""
        with closing(open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
            lock = new_method_call(_secrets("org.freedesktop.Secret.Service"), "Lock", "ao", ([_LOGIN],))
            (locked, _) = connection.send_and_get_reply(lock, timeout=PATIENCE_S).body
        assert locked, "the keyring would not lock"

    def unlock_keyring(self) -> None:
        """Unlock it with its password, by the way that GNOME's own dialogs and log-in take."""
        with closing(open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
            open_ = new_method_call(
                _secrets("org.freedesktop.Secret.Service"), "OpenSession", "sv", ("plain", ("s", ""))
            )
            (_, session) = connection.send_and_get_reply(open_, timeout=PATIENCE_S).body
            unlock = new_method_call(
                _secrets("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
                "UnlockWithMasterPassword",
                "o(oayays)",
                (_LOGIN, (session, b"", b"pass", "text/plain")),
            )
            answer = connection.send_and_get_reply(unlock, timeout=PATIENCE_S)
        assert answer.header.message_type is MessageType.method_return, answer.body

    def click(self, x: int, y: int, button: int = 1) -> None:
        """A real click at a place on the screen; 1 is the left button, 2 the middle one, 3 the right one."""
        self.run("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def screenshot(self, path: Path) -> Path:
        """Write the whole screen to a file of any format that ImageMagick knows, and return its path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run("import", "-window", "root", "-depth", "8", path)
        return path

    def find_colour(self, rgb: tuple[int, int, int], top_px: int | None = None) -> tuple[int, int] | None:
        """The middle of all that has exactly this colour, on the screen or so far down from its top."""
        shot = self.screenshot(self.root / "looking.ppm").read_bytes()
        magic, size, _, pixels = shot.split(b"\n", 3)
        assert magic == b"P6"
        width = int(size.split()[0])
        found = list(_positions(pixels if top_px is None else pixels[: 3 * width * top_px], bytes(rgb)))
        if not found:
            return None
        columns, rows = sorted(n % width for n in found), sorted(n // width for n in found)
        return (columns[0] + columns[-1]) // 2, (rows[0] + rows[-1]) // 2

    def told(self) -> str:
        """All logs, each under its name."""
        return "\n".join(
            f"=== {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.logs.iterdir())
        )

    def end(self) -> None:
        """Kill everything that was started here, even what went into the background."""
        end(reversed(self._running))
        for pid in marked(self.root) - self._foundation:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.wait_until(lambda: marked(self.root) <= self._foundation, "every process of the session is gone")


@contextmanager
def open_desktop(
    root: Path, parts: Iterable[Part] = EVERYTHING, size: tuple[int, int] = (1280, 800), scale: int = 1
) -> Iterator[Desktop]:
    """A session with X server and bus, and of the rest what is asked for.

    Args:
        root: an empty folder, of at most some 80 bytes because sockets are made below it.
        parts: what to start; more can be started later.
        size: of the screen, in pixels.
        scale: what Qt and GTK programs multiply their sizes with.
    """
    with ExitStack() as stack:
        environ = fresh_environ(root, scale)
        (root / "logs").mkdir()
        environ["DISPLAY"] = stack.enter_context(x_server(root / "logs" / "Xvfb.log", environ, size))
        bus = stack.enter_context(private_bus(root, environ))
        # The one program that the panel needs started for it; a notification server or a keyring that started
        # by itself would spoil the tests of their absence.
        shutil.copy("/usr/share/dbus-1/services/org.xfce.Xfconf.service", bus.services)
        environ["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        desktop = Desktop(root, environ)
        stack.callback(desktop.end)
        try:
            desktop.start(*parts)
        except AssertionError as error:
            error.add_note(desktop.told())
            raise
        yield desktop


def missing_programs() -> list[str]:
    """Programs of the desktop that this machine lacks."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


def install_line() -> str:
    """The command that installs all of them on Debian or Ubuntu."""
    lines = PACKAGES.read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith("#")]
    return " ".join(["apt-get install --no-install-recommends", *packages])


_LOGIN = "/org/freedesktop/secrets/collection/login"
_BUS_NAMES = {
    Part.KEYRING: "org.freedesktop.secrets",
    Part.NOTIFICATIONS: "org.freedesktop.Notifications",
    Part.PANEL: WATCHER,
}
_PANEL_LAYOUT = """\
<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="icon-size" type="uint" value="16"/>
      <property name="size" type="uint" value="26"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock"/>
  </property>
</channel>
"""


def _launch_window_manager(desktop: Desktop) -> "subprocess.Popen[bytes]":
    return desktop.spawn(["openbox", "--sm-disable"])


def _await_window_manager(desktop: Desktop) -> None:
    def manages() -> bool:
        return "window id" in desktop.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")

    desktop.wait_until(manages, "openbox manages windows")


def _secrets(interface: str) -> DBusAddress:
    return DBusAddress("/org/freedesktop/secrets", _BUS_NAMES[Part.KEYRING], interface)


def _launch_keyring(desktop: Desktop) -> "subprocess.Popen[bytes]":
    # It takes the password of its new login keyring from the standard input, to the end of file.
    command = "printf pass | exec gnome-keyring-daemon --foreground --unlock --components=secrets"
    return desktop.spawn(["sh", "-c", command], log="gnome-keyring")


def _await_keyring(desktop: Desktop) -> None:
    desktop.wait_for_name(_BUS_NAMES[Part.KEYRING])


def _launch_notifications(desktop: Desktop) -> "subprocess.Popen[bytes]":
    configuration = write_configuration(desktop.root)
    return desktop.spawn(["dunst", "-print", "-conf", configuration])


def _await_notifications(desktop: Desktop) -> None:
    desktop.wait_for_name(_BUS_NAMES[Part.NOTIFICATIONS])


def _launch_panel(desktop: Desktop) -> "subprocess.Popen[bytes]":
    # A layout that is there already, or the first start asks which one to take.
    layout = Path(desktop.environ["XDG_CONFIG_HOME"], "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml")
    layout.parent.mkdir(parents=True, exist_ok=True)
    layout.write_text(_PANEL_LAYOUT)
    return desktop.spawn(["xfce4-panel", "--disable-wm-check", "--sm-client-disable"])


def _await_panel(desktop: Desktop) -> None:
    desktop.wait_for_name(WATCHER)
    desktop.wait_until(desktop.tray.has_host, "the panel draws tray items")


_STARTS: "dict[Part, tuple[Callable[[Desktop], subprocess.Popen[bytes]], Callable[[Desktop], None]]]" = {
    Part.WINDOW_MANAGER: (_launch_window_manager, _await_window_manager),
    Part.KEYRING: (_launch_keyring, _await_keyring),
    Part.NOTIFICATIONS: (_launch_notifications, _await_notifications),
    Part.PANEL: (_launch_panel, _await_panel),
}


def _positions(pixels: bytes, rgb: bytes) -> Iterator[int]:
    at = pixels.find(rgb)
    while at >= 0:
        if at % 3 == 0:
            yield at // 3
        at = pixels.find(rgb, at + 1)
