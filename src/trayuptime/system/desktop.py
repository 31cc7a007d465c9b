"""Looks at the desktop once, for `doctor`: is there a tray host, and who shows notifications?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from jeepney import DBusAddress

from trayuptime.system.bus import (
    Bus,
    BusLostError,
    CallRefusedError,
    open_bus,
    session_bus_address,
)

_WATCHER = DBusAddress(
    "/StatusNotifierWatcher",
    bus_name="org.kde.StatusNotifierWatcher",
    interface="org.freedesktop.DBus.Properties",
)
_SERVER = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What is there; a problem is a sentence, and empty where there is none.

    Attributes:
        tray_host: something shows status icons.
        server: the notification server's name and version.
        capabilities: what that server can do, in the words of the Desktop Notifications specification.
    """

    tray_host: bool = False
    tray_problem: str = ""
    server: str | None = None
    server_problem: str = ""
    capabilities: frozenset[str] = field(default_factory=frozenset)


async def look_at_desktop(environ: Mapping[str, str]) -> Found:
    """Asks the session bus; takes at most a few seconds, raises nothing."""
    address = session_bus_address(environ)
    if address is None:
        problem = "there is no D-Bus session (DBUS_SESSION_BUS_ADDRESS is not set)"
        return Found(tray_problem=problem, server_problem=problem)
    try:
        async with asyncio.timeout(LIMIT_S):
            bus = await open_bus(address, _SERVER, lambda _sender, _member, _body: None)
            try:
                return await _look(bus)
            finally:
                await bus.aclose()
    except (BusLostError, TimeoutError) as error:
        problem = f"the session bus at {address} does not answer: {error or 'time is up'}"
        return Found(tray_problem=problem, server_problem=problem)


async def _look(bus: Bus) -> Found:
    tray, tray_problem = await _tray(bus)
    try:
        name, _vendor, version, _spec = await bus.call(_SERVER, "GetServerInformation")
        (capabilities,) = await bus.call(_SERVER, "GetCapabilities")
    except CallRefusedError as error:
        return Found(tray, tray_problem, None, f"nobody shows notifications ({error})")
    return Found(tray, tray_problem, f"{name} {version}", "", frozenset(capabilities))


async def _tray(bus: Bus) -> tuple[bool, str]:
    arguments = ("org.kde.StatusNotifierWatcher", "IsStatusNotifierHostRegistered")
    try:
        ((_, shown),) = await bus.call(_WATCHER, "Get", "ss", arguments)
    except CallRefusedError:
        return False, "no panel on this desktop shows status icons (org.kde.StatusNotifierWatcher is unowned)"
    if not shown:
        return False, "the tray service runs, but no panel draws its icons"
    return True, ""
