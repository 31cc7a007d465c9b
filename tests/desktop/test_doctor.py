"""`doctor` tells what a real desktop has and what a bare one lacks."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from desktop.bed import Desktop, Part
from trayuptime.system.desktop import look_at_desktop

pytestmark = pytest.mark.desktop


def doctor(desktop: Desktop) -> tuple[int, dict[str, dict[str, Any]]]:
    home = {"TRAYUPTIME_HOME": str(desktop.root / "home")}
    ran = subprocess.run(
        [sys.executable, "-m", "trayuptime", "doctor", "--json"],
        env={**desktop.environ, **home},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, {check["name"]: check for check in json.loads(ran.stdout)["checks"]}


def test_on_a_whole_desktop_everything_works(desktop: Desktop) -> None:
    code, checks = doctor(desktop)

    assert (code, [name for name, check in checks.items() if not check["ok"]]) == (0, [])
    assert "dunst" in checks["notifications"]["detail"]
    assert "SecretService" in checks["keyring"]["detail"]


def test_on_a_bare_desktop_what_is_missing_is_named_with_the_way_out(bare_desktop: Desktop) -> None:
    code, checks = doctor(bare_desktop)

    assert code == 1
    assert {name for name, check in checks.items() if not check["ok"]} == {
        "tray host",
        "notifications",
        "keyring",
    }
    assert "AppIndicator" in checks["tray host"]["advice"]
    assert "env:NAME" in checks["keyring"]["advice"]


def test_a_look_at_the_desktop_sees_what_is_there(bare_desktop: Desktop) -> None:
    bare = asyncio.run(look_at_desktop(bare_desktop.environ))
    bare_desktop.start(Part.WINDOW_MANAGER, Part.NOTIFICATIONS, Part.PANEL)
    whole = asyncio.run(look_at_desktop(bare_desktop.environ))

    assert (bare.tray_host, bare.server) == (False, None)
    assert whole.tray_host
    assert "actions" in whole.capabilities


def test_without_a_bus_the_look_ends_with_a_sentence(bare_desktop: Desktop) -> None:
    dead = {**bare_desktop.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={bare_desktop.root}/nothing"}

    assert "does not answer" in asyncio.run(look_at_desktop(dead)).tray_problem
    assert "no D-Bus session" in asyncio.run(look_at_desktop({})).server_problem
