"""Notifications of the freedesktop desktops (GNOME, KDE, Xfce, dunst …): one bubble per key, with buttons.

The protocol: https://specifications.freedesktop.org/notification-spec/1.2/ (read 2026-11-22). What servers
add to it: GNOME sends its signals to the sender's connection only and refuses to replace another
connection's bubble, so one connection lives as long as the notifier; dunst believes an urgency only when it
is a byte; ids start again with every server, so no id outlives the server that gave it.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from jeepney import DBusAddress, message_bus

from trayuptime.core.gathering import Left
from trayuptime.core.notice import Notice, Sign, Urgency
from trayuptime.system.bus import (
    Body,
    Bus,
    BusLostError,
    CallRefusedError,
    open_bus,
    session_bus_address,
)
from trayuptime.system.notifications import OnAction, Picture
from trayuptime.system.notifications.standing import Standing

SERVER = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
DETAILS = "details"
"""The action id that a click on the bubble itself stands for."""


class FreedesktopNotifier:
    """Shows notices through whatever server owns `org.freedesktop.Notifications`; lives on one asyncio loop.

    The bus is opened with the first notice and kept. A missing bus or server answers at once and is asked
    again with every notice; a bus that hangs is left alone for ten seconds, doubled each time up to five
    minutes.
    """

    def __init__(
        self,
        on_action: OnAction,
        *,
        app_name: str = "TrayUptime",
        desktop_entry: str = "trayuptime",
        pictures: Mapping[Sign, Picture] = MappingProxyType({}),
        address: str | None = None,
        standing: Path | None = None,
        limit_s: float = 5.0,
    ) -> None:
        """A notifier that has not looked for a bus yet.

        Args:
            on_action: told what was pressed, on the loop, from a callback of its own.
            app_name: shown by servers that find no desktop entry.
            desktop_entry: base name of the `.desktop` file, without the suffix.
            pictures: the icon for each sign; without one the server uses the desktop entry's.
            address: the bus; by default the session's, looked up whenever it is opened.
            standing: keeps for the next run what stands on the screen; without it that is forgotten.
            limit_s: how long a call of ours may take, whatever the bus and the server do.
        """
        self._on_action = on_action
        self._app_name = app_name
        self._desktop_entry = desktop_entry
        self._pictures = pictures
        self._address = address
        self._limit_s = limit_s
        self._bubbles: dict[str, _Bubble] = {}
        self._keys: dict[int, str] = {}
        self._tokens: dict[int, str] = {}
        self._standing = None if standing is None else Standing(standing)
        self._owner = ""
        self._life = ""
        self._abilities: frozenset[str] = frozenset()
        self._bus: Bus | None = None
        self._meeting = asyncio.Lock()
        self._retry_at = 0.0
        self._pause_s = _FIRST_PAUSE_S
        self._under_way: set[asyncio.Task[bool]] = set()
        self._closed = False

    async def take_up(self) -> tuple[Left, ...]:
        """Take what an earlier run has left for its own, where the same server is still there."""
        if self._standing is None:
            return ()
        life, left = await self._standing.read()
        if not left or not await self._within_limit(self._take_up(life, left)):
            return ()
        return tuple(left)

    async def show(self, notice: Notice, instead_of: str | None = None) -> bool:
        """Show a notice, in place of the earlier one of the same key, or of another.

        Returns:
            False when no server is known to show it within `limit_s`. A server that wakes up later may still
            show it, unless a newer notice of the key came in between.
        """
        bubble = self._bubbles.setdefault(notice.key, _Bubble())
        if instead_of is not None and bubble.is_quiet:
            bubble = self._bubbles[notice.key] = self._bubbles.pop(instead_of, bubble)
            instead_of = None
        async with bubble.lock:
            shown = await self._show_next(notice, bubble)
        if instead_of is not None and instead_of != notice.key:
            await self.close(instead_of)
        return shown

    async def renew(self, notice: Notice) -> None:
        """Let the bubble of the notice's key say this from now on, if there is one or may be one later."""
        bubble = self._bubbles.setdefault(notice.key, _Bubble())
        async with bubble.lock:
            if bubble.id or bubble.under_way:
                await self._show_next(notice, bubble)

    async def close(self, key: str) -> None:
        """Take the bubble of this key off the screen, if there is one."""
        bubble = self._bubbles.setdefault(key, _Bubble())
        async with bubble.lock:
            bubble.turn += 1
            if bubble.id:
                await self._within_limit(self._close(bubble))

    async def aclose(self) -> None:
        """Leave the bus; bubbles stay on the screen, later calls do nothing."""
        self._closed = True
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._leave()
        if self._standing is not None:
            await self._standing.aclose()

    async def _within_limit(self, work: Coroutine[Any, Any, bool]) -> bool:
        # The work goes on beyond the limit: cancelled, it would never learn the id of a bubble that appears
        # late, and a later notice could neither replace nor close it.
        if self._closed:
            work.close()
            return False
        task = asyncio.create_task(work, name="notification call")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait({task}, timeout=self._limit_s)
        return task.done() and not task.cancelled() and task.result()

    async def _show_next(self, notice: Notice, bubble: "_Bubble") -> bool:
        bubble.turn += 1
        return await self._within_limit(self._show(notice, bubble, bubble.turn))

    async def _take_up(self, life: str, left: Mapping[Left, int]) -> bool:
        try:
            async with self._meeting:
                if self._bus is None:
                    self._bus = await self._open()
                if await _owner(self._bus):  # nobody is woken: a server that starts now shows nothing yet
                    await self._greet(self._bus)
        except (BusLostError, CallRefusedError):
            return False
        if not life or self._life != life:
            return False
        for says, number in left.items():
            self._bubbles[says.key] = _Bubble(number, says, is_inherited=True)
            self._keys[number] = says.key
        return True

    async def _show(self, notice: Notice, bubble: "_Bubble", turn: int) -> bool:
        bubble.under_way += 1
        try:
            bus = await self._meet_server()
            if bubble.turn != turn:
                return False
            given = await self._notify(bus, notice, bubble)
            # No await before this line: a press may be the very next message on the connection. Kept longer
            # than the bubble lives: some servers report it closed before they report what closed it.
            self._keys[given] = notice.key
            if bubble.turn == turn:
                bubble.id, bubble.says, bubble.is_inherited = given, _left(notice), False
                self._keep()
                return True
            await bus.call(SERVER, "CloseNotification", "u", (given,))
        except (BusLostError, CallRefusedError):
            return False
        finally:
            bubble.under_way -= 1
        return False

    async def _notify(self, bus: Bus, notice: Notice, bubble: "_Bubble") -> int:
        try:
            (given,) = await bus.call(SERVER, "Notify", "susssasa{sv}i", self._arguments(notice, bubble.id))
        except CallRefusedError:
            if not bubble.is_inherited:
                raise
            # GNOME lets nobody replace what another connection has shown, and has taken it away with that.
            bubble.id, bubble.is_inherited = 0, False
            (given,) = await bus.call(SERVER, "Notify", "susssasa{sv}i", self._arguments(notice, 0))
        return int(given)

    async def _close(self, bubble: "_Bubble") -> bool:
        bus, number = self._bus, bubble.id
        bubble.id = 0
        with suppress(BusLostError, CallRefusedError):
            # By now the number may belong to another application's bubble on another server.
            if bus is not None and await _owner(bus) == self._owner:
                await bus.call(SERVER, "CloseNotification", "u", (number,))
                self._keep()
                return True
        return False

    def _keep(self) -> None:
        if self._standing is not None:
            standing = {b.says: b.id for b in self._bubbles.values() if b.id and b.says is not None}
            self._standing.keep(self._life, standing)

    async def _meet_server(self) -> Bus:
        async with self._meeting:
            if self._bus is not None:
                try:
                    await self._greet(self._bus)
                except BusLostError:
                    await self._leave()
                else:
                    return self._bus
            self._bus = await self._open()
            await self._greet(self._bus)
            return self._bus

    async def _open(self) -> Bus:
        now = asyncio.get_running_loop().time()
        address = self._address or session_bus_address()
        if address is None or now < self._retry_at:
            raise BusLostError("no session bus, or one that hung a moment ago")
        try:
            async with asyncio.timeout(self._limit_s):
                bus = await open_bus(address, SERVER, self._hear)
        except TimeoutError as error:
            self._retry_at = asyncio.get_running_loop().time() + self._pause_s
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
            raise BusLostError("the session bus hangs") from error
        self._pause_s = _FIRST_PAUSE_S
        return bus

    async def _greet(self, bus: Bus) -> None:
        owner = await _owner(bus)
        if not owner:
            await bus.call(message_bus, "StartServiceByName", "su", (SERVER.bus_name, 0))
            owner = await _owner(bus)
        if owner == self._owner:
            return
        self._forget()
        (abilities,) = await bus.call(SERVER, "GetCapabilities")
        self._abilities = frozenset(abilities)
        self._life = await _life(bus, owner)
        self._owner = owner

    async def _leave(self) -> None:
        bus, self._bus = self._bus, None
        self._forget()
        if bus is not None:
            await bus.aclose()

    def _forget(self) -> None:
        self._owner = self._life = ""
        self._keys.clear()
        self._tokens.clear()
        for bubble in self._bubbles.values():
            bubble.id = 0

    def _hear(self, sender: str, member: str, body: Body) -> None:
        # Ids of other servers and of other applications' bubbles mean nothing here.
        if sender != self._owner or not body or body[0] not in self._keys:
            return
        key = self._keys[body[0]]
        match member, body:
            case "ActivationToken", (number, str(token)):
                self._tokens[number] = token
            case "ActionInvoked", (number, str(action)):
                asked = DETAILS if action == _BODY_CLICK else action
                token = self._tokens.pop(number, "")
                # A fault in the callback belongs to the loop's handler and must not end the listening.
                asyncio.get_running_loop().call_soon(self._on_action, key, asked, token)
            case "NotificationClosed", (number, _):
                for bubble in self._bubbles.values():  # by the number: it may have another key by now
                    if bubble.id == number:
                        bubble.id = 0
                self._keep()
            case _:
                pass

    def _arguments(self, notice: Notice, replaced: int) -> Body:
        manner = _MANNERS[notice.urgency]
        hints: dict[str, _Variant] = {
            "urgency": ("y", manner.level),
            "category": ("s", _CATEGORIES[notice.sign]),
            "desktop-entry": ("s", self._desktop_entry),
        }
        if manner.stays:
            hints["resident"] = ("b", True)
        if notice.transient:
            hints["transient"] = ("b", True)
        if picture := self._pictures.get(notice.sign):
            size = (picture.width, picture.height, picture.width * 4)
            hints["image-data"] = ("(iiibiiay)", (*size, True, 8, 4, picture.rgba))
        body = escape(notice.body, quote=False) if "body-markup" in self._abilities else notice.body
        actions = _buttons(notice) if "actions" in self._abilities else []
        expire_ms = 0 if manner.stays else -1
        return (self._app_name, replaced, "", notice.title, body, actions, hints, expire_ms)


_Variant: TypeAlias = tuple[str, Any]
_BODY_CLICK = "default"
_FIRST_PAUSE_S = 10.0
_LONGEST_PAUSE_S = 300.0


@dataclass(slots=True)
class _Bubble:
    """What is known of one key's bubble.

    Attributes:
        id: the server's number for it, 0 when none is on the screen.
        says: what the next run has to know of it; `None` where it goes by itself, or may stay for ever.
        is_inherited: an earlier run has shown it, over a connection of its own.
        turn: counts shows and closes, so that a late answer knows it was overtaken.
        under_way: counts what was sent and may yet appear, beyond the limit too.
        lock: one call at a time, so that two quick notices replace instead of race.
    """

    id: int = 0
    says: Left | None = None
    is_inherited: bool = field(default=False, kw_only=True)
    turn: int = 0
    under_way: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_quiet(self) -> bool:
        """Nothing of it is on the screen, nor on its way there."""
        return not (self.id or self.under_way or self.lock.locked())


@dataclass(frozen=True, slots=True)
class _Manner:
    level: int
    stays: bool


_MANNERS = {
    Urgency.LOW: _Manner(0, stays=False),
    Urgency.NORMAL: _Manner(1, stays=False),
    Urgency.CRITICAL: _Manner(2, stays=True),
}
_CATEGORIES = {
    Sign.UP: "network.connected",
    Sign.DEGRADED: "network",
    Sign.DOWN: "network.error",
    Sign.OFFLINE: "network.disconnected",
}


def _buttons(notice: Notice) -> list[str]:
    labels = {action.id: action.label for action in notice.actions}
    buttons = {_BODY_CLICK: labels.get(DETAILS, "Details"), **labels}
    return [text for pair in buttons.items() for text in pair]


def _left(notice: Notice) -> Left | None:
    # An end that was told stays true.
    if notice.transient or notice.sign is Sign.UP:
        return None
    return Left(notice.key, notice.urgency, notice.sign, notice.of)


async def _life(bus: Bus, owner: str) -> str:
    """The server's name on this bus in its present life; another bus gives the same names again."""
    try:
        (bus_id,) = await bus.call(message_bus, "GetId")
    except CallRefusedError:
        return ""
    return f"{bus_id} {owner}"


async def _owner(bus: Bus) -> str:
    try:
        (owner,) = await bus.call(message_bus, "GetNameOwner", "s", (SERVER.bus_name,))
    except CallRefusedError:
        return ""
    return str(owner)
