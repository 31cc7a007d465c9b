"""`doctor`: what works here, what does not, and what to do about it."""

import argparse
import asyncio
import os
import platform
import socket
import sys
import time
import urllib.request
from dataclasses import dataclass
from importlib import metadata

import trayuptime
from trayuptime.cli import remote
from trayuptime.cli.common import CommandError, Exit, Place, has_history, load_config, say, say_json
from trayuptime.config.overlay import OVERLAY_FILE
from trayuptime.core import contract
from trayuptime.history import HistoryError, Reader, suspect
from trayuptime.system import secrets
from trayuptime.system.desktop import Found, look_at_desktop
from trayuptime.system.display import NoDisplay, find_display
from trayuptime.system.qt_libraries import NoQtError, install_line, missing_libraries


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `advice` says what to do where it is not well."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Looks at everything that TrayUptime leans on."""
    checks = [
        _versions(),
        _config(place),
        _store(place),
        _clock(),
        _network(),
        _display(place),
        _qt(),
        *_desktop(place),
        _keyring(place),
        _engine(place),
    ]
    well = all(check.ok for check in checks)
    if args.json:
        say_json(
            {
                "schema": contract.SCHEMA,
                "at": contract.iso(time.time_ns() // 1_000_000),
                "ok": well,
                "checks": [
                    {"name": c.name, "ok": c.ok, "detail": c.detail, "advice": c.advice} for c in checks
                ],
            }
        )
    else:
        for check in checks:
            say(f"{'ok  ' if check.ok else 'NOT '} {check.name}: {check.detail}")
            if check.advice is not None:
                say(f"     {check.advice}")
    return Exit.OK if well else Exit.DOWN


def _versions() -> Check:
    parts = [f"TrayUptime {trayuptime.__version__}", f"Python {platform.python_version()}"]
    parts += [f"{name} {metadata.version(name)}" for name in ("PySide6-Essentials", "httpx", "keyring")]
    return Check("versions", ok=True, detail=", ".join(parts))


def _config(place: Place) -> Check:
    try:
        config = load_config(place)
    except CommandError as error:
        return Check("configuration", ok=False, detail=str(error), advice=f"Edit {place.home.config_file}.")
    if config.old_catalogue:
        wrong = "\n".join(str(warning) for warning in config.warnings)
        own = place.home.config_file.with_name(OVERLAY_FILE)
        return Check("configuration", ok=False, detail=wrong, advice=f"Edit {own}; it is left aside.")
    if not config.exists:
        return Check("configuration", ok=True, detail=f"{place.home.config_file} does not exist yet")
    return Check("configuration", ok=True, detail=f"{len(config.providers)} providers")


def _store(place: Place) -> Check:
    path = place.home.history_path
    try:
        if not has_history(place):
            return Check("history", ok=True, detail=f"{path} does not exist yet")
    except CommandError as error:
        return Check("history", ok=False, detail=str(error), advice="Give yourself the right to.")
    try:
        with Reader(path) as reader:
            seen = reader.last_seen()
    except HistoryError as error:
        return Check(
            "history", ok=False, detail=str(error), advice="Nothing in it is deleted; see the README."
        )
    if suspect.is_marked(path):
        detail = f"{path}: damage was found when it was read"
        return Check("history", ok=False, detail=detail, advice=f"{suspect.REMEDY.capitalize()}.")
    if not os.access(path, os.W_OK):
        return Check(
            "history", ok=False, detail=f"{path} cannot be written", advice="Give yourself the right to."
        )
    last = "empty" if seen is None else f"last written {contract.iso(seen)}"
    return Check("history", ok=True, detail=f"{path}: {path.stat().st_size // 1024} KiB, {last}")


def _clock() -> Check:
    year = time.gmtime().tm_year
    if year < 2025:
        return Check("clock", ok=False, detail=f"it says {year}", advice="Set the clock: TLS needs it too.")
    return Check("clock", ok=True, detail=contract.iso(time.time_ns() // 1_000_000))


def _network() -> Check:
    """Whether there is a way out, and through what; nothing is sent to find out."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(
                ("192.0.2.1", 9)
            )  # an address for documents: connecting a datagram socket only looks
    except OSError as error:
        advice = "Providers on this computer are watched all the same."
        return Check("network", ok=False, detail=f"no way out: {error.strerror}", advice=advice)
    proxies = ", ".join(sorted(urllib.request.getproxies()))
    detail = "there is a way out" + (f"; the environment names a proxy for {proxies}" if proxies else "")
    return Check("network", ok=True, detail=detail)


def _display(place: Place) -> Check:
    found = find_display(place.environ)
    if isinstance(found, NoDisplay):
        return Check(
            "display",
            ok=False,
            detail=found.why,
            advice="Without one, `trayuptime run --headless` watches all the same.",
        )
    return Check("display", ok=True, detail=str(found))


def _qt() -> Check:
    if sys.platform != "linux":
        return Check("Qt libraries", ok=True, detail="bundled")
    try:
        missing = missing_libraries()
    except NoQtError as error:
        return Check("Qt libraries", ok=False, detail=str(error), advice="Install TrayUptime anew.")
    if missing:
        return Check(
            "Qt libraries", ok=False, detail=f"missing: {', '.join(missing)}", advice=install_line(missing)
        )
    return Check("Qt libraries", ok=True, detail="all there")


def _desktop(place: Place) -> list[Check]:
    found = asyncio.run(look_at_desktop(place.environ))
    return [_tray(found), _notifications(found)]


def _tray(found: Found) -> Check:
    if found.tray_host:
        return Check("tray host", ok=True, detail="a panel shows status icons")
    return Check(
        "tray host",
        ok=False,
        detail=found.tray_problem,
        advice="The window and the notifications work without; on GNOME the extension "
        "“AppIndicator and KStatusNotifierItem Support” brings the icon.",
    )


def _notifications(found: Found) -> Check:
    if found.server is None:
        return Check(
            "notifications",
            ok=False,
            detail=found.server_problem,
            advice="Start a notification server (your desktop's own, or dunst).",
        )
    if "actions" not in found.capabilities:
        return Check("notifications", ok=True, detail=f"{found.server}, which shows no buttons")
    return Check("notifications", ok=True, detail=f"{found.server}, with buttons")


def _keyring(place: Place) -> Check:
    keyring = asyncio.run(secrets.describe(place.environ))
    if keyring.problem is not None:
        return Check("keyring", ok=False, detail=keyring.backend, advice=keyring.problem.sentence)
    return Check("keyring", ok=True, detail=keyring.backend)


def _engine(place: Place) -> Check:
    return Check("engine", ok=True, detail="running" if remote.running(place) else "not running")
