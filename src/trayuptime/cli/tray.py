"""`trayuptime`: the tray app; without a display the same engine, headless."""

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from trayuptime.cli.common import CommandError, Exit, Place, say
from trayuptime.system.display import Display, NoDisplay, find_display
from trayuptime.system.lock import EngineLock, LockUnusableError, Mode, acquire, holder

if TYPE_CHECKING:
    from trayuptime.ui.commands import Source

PATIENCE_S = 10.0
"""How long another one may take to start or to leave before it is called silent."""


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Shows the tray app, or raises the window of the one that runs already."""
    display = find_display(place.environ)
    if isinstance(display, NoDisplay):
        from trayuptime.cli.run import run_headless  # noqa: PLC0415 - only without a display

        say(f"{display.why} Watching headless, without a display.")
        return run_headless(place, as_json=args.json, starter=args.starter)
    place.home.create()
    give_up_at = time.monotonic() + PATIENCE_S
    while (lock := _lock(place)) is None:
        if _raise_other(place):
            return Exit.OK
        if time.monotonic() > give_up_at:
            raise CommandError(f"{_other(place)} has this home, but does not answer.", Exit.TAKEN)
        time.sleep(0.02)
    with lock:
        return _show(place, display)


def _show(place: Place, display: Display) -> Exit:
    if display.platform:
        os.environ.setdefault("QT_QPA_PLATFORM", display.platform)
    need_qt()
    from trayuptime import app  # noqa: PLC0415 - Qt takes most of the start

    def load_source() -> "Source":
        from trayuptime.cli.tray_engine import tray_engine  # noqa: PLC0415 - once the icon is there

        return tray_engine(place)

    return Exit(app.run(place.home, load_source, place.environ))


def need_qt() -> None:
    """Makes sure that Qt can be loaded; otherwise Qt itself would end the process without a sentence.

    Raises:
        CommandError: a system library is missing; the message has the line that installs it.
    """
    if sys.platform != "linux":
        return
    from trayuptime.system.qt_libraries import can_load, install_line, missing_libraries  # noqa: PLC0415

    if can_load():
        return
    missing = missing_libraries()
    line = install_line(missing)
    how = f"Install them with:\n  {line}" if line else "Install what holds them."
    raise CommandError(f"Qt needs system libraries that are missing: {', '.join(missing)}. {how}")


def _lock(place: Place) -> EngineLock | None:
    try:
        return acquire(place.home.lock_path, Mode.TRAY)
    except LockUnusableError as error:
        raise CommandError(str(error)) from error


def _raise_other(place: Place) -> bool:
    """Whether the window of the other one is shown; it may not listen yet, or be about to leave."""
    from trayuptime.system.control import ControlUnavailableError, NoEngineError, send  # noqa: PLC0415

    token = place.environ.get("XDG_ACTIVATION_TOKEN", "")
    try:
        answer = send(place.home.socket_path, {"do": "raise", "token": token})
    except NoEngineError:
        return False
    except ControlUnavailableError as error:
        raise CommandError(str(error), Exit.TAKEN) from error
    if not answer.get("ok"):
        raise CommandError(f"{_other(place)} watches for this home; it has no window.", Exit.TAKEN)
    say("TrayUptime is running already; its window is shown.")
    return True


def _other(place: Place) -> str:
    other = holder(place.home.lock_path)
    who = "" if other is None or other.pid is None else f" (process {other.pid})"
    return f"A headless engine{who}" if other and other.mode is Mode.HEADLESS else f"Another engine{who}"
