"""The application as its user has it: started as a command, seen in the tray, asked from a terminal."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jeepney import DBusErrorResponse

from desktop.bed import PATIENCE_S, Desktop
from desktop.closing import close_window
from trayuptime.ui.marks import Face, Mark, colour_of
from trayuptime.ui.theme import Scheme

BIN = Path(sys.executable).with_name("trayuptime")
COMMAND: tuple[str, ...] = (str(BIN),) if BIN.exists() else (sys.executable, "-m", "trayuptime")
GONE_WITHIN_S = 2.0
"""The contract: whatever goes on, the process has ended by then."""
KEY = "sk-desktop-0123456789abcdef"
KEY_ENVIRON = {"DESKTOP_TEST_KEY": KEY}

POLLING = """\
[polling]
interval = "1s"
retry_interval = "100ms"
timeout = "2s"
"""


def provider(id_: str, name: str, base_url: str, *, key: str = "env:DESKTOP_TEST_KEY", more: str = "") -> str:
    """A `[[provider]]` of the OpenAI dialect; `more` is further lines of it."""
    return (
        f'[[provider]]\nid = "{id_}"\nname = "{name}"\nkind = "openai-compatible"\n'
        f'base_url = "{base_url}"\nkey = "{key}"\n{more}\n'
    )


class App:
    """One home of TrayUptime in one session, and the process that watches for it."""

    def __init__(self, desktop: Desktop, config: str | None) -> None:
        self.desktop = desktop
        self.home = desktop.root / "th"
        self.home.mkdir()
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        if config is not None:
            self.configure(config)

    def configure(self, config: str) -> None:
        """Save the configuration file as an editor does: a new file in the old one's place."""
        new = self.home / "config.toml.new"
        new.write_text(config)
        new.replace(self.home / "config.toml")

    def start(
        self, *arguments: str, environ: Mapping[str, str] | None = None, without: Sequence[str] = ()
    ) -> "subprocess.Popen[bytes]":
        """Start `trayuptime` with these arguments; does not wait.

        Args:
            arguments: of its command line.
            environ: added to the session's.
            without: variables that it does not see.
        """
        extra = {"TRAYUPTIME_HOME": str(self.home), **KEY_ENVIRON, **(environ or {})}
        lacking = ["env", *(f"--unset={name}" for name in without)] if without else []
        self.started_at = time.perf_counter()
        self.process = self.desktop.spawn([*lacking, *COMMAND, *arguments], extra, log="trayuptime")
        return self.process

    def run(
        self, *arguments: str, code: int = 0, stdin: str = "", environ: Mapping[str, str] | None = None
    ) -> str:
        """Run another `trayuptime` for the same home to its end, and return all that it printed.

        Fails unless it ends with this code.
        """
        done = subprocess.run(
            [*COMMAND, *arguments],
            env={
                **self.desktop.environ,
                "TRAYUPTIME_HOME": str(self.home),
                **KEY_ENVIRON,
                **(environ or {}),
            },
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, f"trayuptime {arguments} ended with {done.returncode}: {printed}"
        return printed

    def ask(self, *arguments: str, code: int = 0) -> Any:
        """What a command with `--json` answers."""
        return json.loads(self.run(*arguments, "--json", code=code))

    def said(self) -> str:
        """What the started one printed."""
        return (self.desktop.logs / "trayuptime.log").read_text(errors="replace")

    # The icon

    def wait_for_item(self) -> str:
        """Wait until the icon is registered; returns its name at the watcher, and notes how long it took."""
        item = self.desktop.wait_until(self._item, "the icon is registered")
        self.registered_s = time.perf_counter() - self.started_at
        return item

    def face(self) -> Face | None:
        """Which face the panel is shown; `None` while there is no icon. Pixels that are no face fail."""
        with suppress(DBusErrorResponse):
            if item := self._item():
                return _read(self.desktop.tray.pixmaps(item))
        return None

    def wait_for_face(self, face: Face) -> None:
        """Wait until the panel is shown this face."""
        try:
            self.desktop.wait_until(lambda: self.face() == face, f"the icon is {face}")
        except AssertionError as error:
            error.add_note(f"it is {self.face()}: {self.tooltip()}")
            raise

    def tooltip(self) -> str:
        """The icon's tooltip; empty while there is no icon."""
        with suppress(DBusErrorResponse):
            if item := self._item():
                return self.desktop.tray.tooltip(item)
        return ""

    def rows(self) -> list[str]:
        """The menu's rows; none while there is no icon."""
        with suppress(DBusErrorResponse):
            if item := self._item():
                return self.desktop.tray.labels(item)
        return []

    def wait_for_row(self, words: str) -> str:
        """Wait until a row of the menu begins with these words, and return it whole."""

        def found() -> str | None:
            return next((row for row in self.rows() if row.startswith(words)), None)

        try:
            return self.desktop.wait_until(found, f"the menu says {words!r}")
        except AssertionError as error:
            error.add_note(f"it says {self.rows()}")
            raise

    def press(self, row: str) -> None:
        """Press a row of the menu."""
        self.desktop.tray.press(self.wait_for_item(), row)

    def wait_until_drawn(self, mark: Mark, top_px: int | None = None) -> tuple[int, int]:
        """Wait until the panel has drawn a mark of this colour; returns where.

        Args:
            mark: which.
            top_px: look only so far down, where a bubble below may show the same mark.
        """
        colour = colour_of(mark, Scheme.DARK)
        rgb = (colour.red(), colour.green(), colour.blue())
        return self.desktop.wait_until(lambda: self.desktop.find_colour(rgb, top_px), f"{mark} is drawn")

    # Windows

    def windows(self, title: str = "TrayUptime") -> list[str]:
        """The X ids of the windows of exactly this title that are on the screen, minimised ones not."""
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"],
            env=self.desktop.environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )  # it ends with 1 where it finds none
        return done.stdout.split()

    def wait_for_window(self, title: str = "TrayUptime") -> str:
        """Wait until a window of this title is on the screen; returns its X id."""
        return self.desktop.wait_until(lambda: self.windows(title), f"there is a window {title!r}")[0]

    def wait_for_no_window(self, title: str = "TrayUptime") -> None:
        """Wait until none is."""
        self.desktop.wait_until(lambda: not self.windows(title), f"no window {title!r} is there any more")

    def place_window(self, x: int, y: int) -> None:
        """Move the panel's window, frame and all, so that its upper left corner is there."""
        window = self.wait_for_window()
        self.desktop.run("xdotool", "windowmove", "--sync", window, str(x), str(y))

    def window_geometry(self) -> tuple[int, int, int, int]:
        """Where the panel's window is, without its frame, in pixels: left, top, width and height."""
        told = self.desktop.run("xdotool", "getwindowgeometry", "--shell", self.wait_for_window())
        found = dict(line.split("=") for line in told.splitlines())
        left, top, width, height = (int(found[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return left, top, width, height

    def bottom_of_window(self) -> int:
        """Where the panel's window ends, in pixels from the top of the screen."""
        _, top, _, height = self.window_geometry()
        return top + height

    def active_window(self) -> str:
        """The X id of the window that has the keyboard; empty where none has."""
        told = self.desktop.run("xprop", "-root", "_NET_ACTIVE_WINDOW")
        number = told.partition("#")[2].strip()
        return str(int(number, 16)) if number else ""

    def close_window(self, window: str) -> None:
        """Have a window closed, as the button on its frame does it."""
        close_window(self.desktop.environ["DISPLAY"], int(window))

    # The end

    def wait_for_end(self) -> int:
        """The exit code; fails unless the process is gone within the limit."""
        assert self.process is not None
        return self.process.wait(GONE_WITHIN_S)

    def _item(self) -> str | None:
        return next(iter(self.desktop.tray.items()), None)


class Artefacts:
    """What a test leaves to be looked at: pictures, and figures in `notes.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._notes: dict[str, object] = {}

    def shot(self, desktop: Desktop, name: str) -> Path:
        """Keep a picture of the whole screen."""
        return desktop.screenshot(self.folder / f"{name}.png")

    def note(self, **figures: object) -> None:
        """Keep figures; units are in their names."""
        self._notes |= figures
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "notes.json").write_text(json.dumps(self._notes, indent=2) + "\n")


def artefacts_folder() -> Path:
    """`TRAYUPTIME_ARTEFACTS`, or `build/artefacts` of this checkout."""
    return Path(os.environ.get("TRAYUPTIME_ARTEFACTS") or Path(__file__).parents[2] / "build" / "artefacts")


def running(process: "subprocess.Popen[bytes]") -> bool:
    """Whether it has not ended."""
    return process.poll() is None


def _read(pixmaps: list[tuple[int, int, bytes]]) -> Face:
    """The one face that all of these are a picture of."""
    seen = {width: hashlib.sha256(argb).hexdigest() for width, _, argb in pixmaps}
    assert seen, "there is no picture"
    for face, drawn in _drawings().items():
        if seen.items() <= drawn.items():
            return face
    raise AssertionError(f"no face of ours looks like that in {sorted(seen)} px")


@cache
def _drawings() -> dict[Face, dict[int, str]]:
    """Every face by what it looks like in each size; drawn by a process of its own, without a screen."""
    done = subprocess.run(
        [sys.executable, "-c", _DRAW],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    drawings: dict[Face, dict[int, str]] = {}
    for line in json.loads(done.stdout):
        face = Face(Mark(line["mark"]), line["checking"], line["key_badge"], line["count"])
        drawings.setdefault(face, {})[line["width"]] = line["digest"]
    return drawings


_DRAW = """
import hashlib, itertools, json
from array import array
from PySide6.QtGui import QGuiApplication, QImage
from trayuptime.ui.marks import TRAY_SIZES_PX, Face, Mark, tray_icon

application = QGuiApplication([])
lines = []
for mark, checking, key_badge, count in itertools.product(Mark, (False, True), (False, True), (0, 2)):
    icon = tray_icon(Face(mark, checking, key_badge, count))
    for size in TRAY_SIZES_PX:
        image = icon.pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        pixels = array("I", bytes(image.constBits()))
        pixels.byteswap()
        digest = hashlib.sha256(pixels.tobytes()).hexdigest()
        facts = {"mark": mark, "checking": checking, "key_badge": key_badge, "count": count}
        lines.append({**facts, "width": size, "digest": digest})
print(json.dumps(lines))
"""
