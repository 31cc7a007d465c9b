"""A notification server that tells what it was asked and does what a test wants.

It owns `org.freedesktop.Notifications` on a given bus from a thread of its own, numbers bubbles from 1 with
each start as real servers do, and can press buttons, be slow, refuse, lack abilities, vanish and come back.
"""

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

EVERYTHING = ("actions", "body", "body-markup", "icon-static", "persistence")
_HERE = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """A method call as it came over the bus."""

    member: str
    signature: str
    body: tuple[Any, ...]
    sender: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The arguments of one `Notify`, by name; `hints` keep their signatures: `{"urgency": ("y", 2)}`."""

    app_name: str
    replaces_id: int
    app_icon: str
    summary: str
    body: str
    actions: tuple[tuple[str, str], ...]
    hints: dict[str, tuple[str, Any]]
    expire_ms: int


class FakeNotificationServer:
    """The server; use it as a context manager, or `start` and `vanish`.

    Attributes:
        address: of the bus.
        abilities: what `GetCapabilities` answers.
        refusing: answer every call with this error name instead.
        calls: all calls since it was made, over restarts.
    """

    def __init__(self, address: str, abilities: Sequence[str] = EVERYTHING) -> None:
        self.address = address
        self.abilities = tuple(abilities)
        self.refusing: str | None = None
        self.calls: list[Call] = []
        self._changed = Condition()
        self._held: list[Message] | None = None
        self._connection: DBusConnection | None = None
        self._owns_name = False
        self._thread: Thread | None = None
        self._ids = count(1)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.vanish()

    def start(self) -> None:
        """Own the name; returns once the bus has granted it."""
        connection = open_dbus_connection(self.address)
        self._ids = count(1)
        self._connection = connection
        self._thread = Thread(target=self._serve, args=(connection,), name="notification server")
        self._thread.start()
        self._send(message_bus.RequestName(_HERE.bus_name))
        with self._changed:
            assert self._changed.wait_for(lambda: self._owns_name, _PATIENCE_S), "the bus gave no name"

    def vanish(self) -> None:
        """Leave the bus as a crash would; returns once the name is free. Vanished already, it stays so."""
        connection, thread = self._connection, self._thread
        if connection is None or thread is None:
            return
        with suppress(OSError):  # the bus itself may be gone
            self._send(message_bus.ReleaseName(_HERE.bus_name))
            with self._changed:
                self._changed.wait_for(lambda: not self._owns_name, _PATIENCE_S)
            connection.sock.shutdown(socket.SHUT_RDWR)
        thread.join(_PATIENCE_S)
        connection.close()
        self._connection = None
        self._held = None

    def shown(self, at_least: int = 1) -> list[Shown]:
        """Every `Notify` so far, once there are so many."""
        return [_shown(call.body) for call in self.wait_for("Notify", at_least)]

    def wait_for(self, member: str, at_least: int = 1) -> list[Call]:
        """The calls of this name, once there are so many."""

        def enough() -> bool:
            return len(self._calls_of(member)) >= at_least

        with self._changed:
            assert self._changed.wait_for(enough, _PATIENCE_S), f"only {self._calls_of(member)}"
            return self._calls_of(member)

    def press(self, number: int, action: str, token: str | None = None, *, to: str | None = None) -> None:
        """Say that a button was pressed, preceded by its activation token if there is one.

        Args:
            number: the bubble's id.
            action: the button's id; `default` for the bubble itself.
            token: as a Wayland compositor would give it.
            to: one connection's unique name, as GNOME does; by default everyone hears it.
        """
        if token is not None:
            self.say("ActivationToken", "us", (number, token), to=to)
        self.say("ActionInvoked", "us", (number, action), to=to)

    def dismiss(self, number: int, reason: int = 2) -> None:
        """Say that a bubble is gone: 1 expired, 2 dismissed by the user, 3 closed by a call."""
        self.say("NotificationClosed", "uu", (number, reason))

    def say(self, member: str, signature: str, body: tuple[Any, ...], *, to: str | None = None) -> None:
        """Send any signal of the server's interface."""
        signal = new_signal(_HERE, member, signature, body)
        if to is not None:
            signal.header.fields[HeaderFields.destination] = to
        self._send(signal)

    def hold(self) -> None:
        """From now on hear calls but answer none."""
        with self._changed:
            self._held = []

    def release(self) -> None:
        """Answer what was held, in order, and everything from now on."""
        with self._changed:
            held, self._held = self._held or [], None
        for message in held:
            self._answer(message)

    def _serve(self, connection: DBusConnection) -> None:
        with suppress(OSError):
            while True:
                message = connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._take(message)
                else:
                    self._note(message)
        with self._changed:
            self._owns_name = False
            self._changed.notify_all()

    def _note(self, message: Message) -> None:
        member = message.header.fields.get(HeaderFields.member)
        if member in {"NameAcquired", "NameLost"} and message.body == (_HERE.bus_name,):
            with self._changed:
                self._owns_name = member == "NameAcquired"
                self._changed.notify_all()

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        signature = fields.get(HeaderFields.signature, "")
        call = Call(fields[HeaderFields.member], signature, tuple(message.body), fields[HeaderFields.sender])
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()
            if self._held is not None:
                self._held.append(message)
                return
        self._answer(message)

    def _answer(self, message: Message) -> None:
        if self.refusing is not None:
            self._send(new_error(message, self.refusing, "s", ("refused as the test wants",)))
            return
        match message.header.fields[HeaderFields.member]:
            case "GetCapabilities":
                self._send(new_method_return(message, "as", (list(self.abilities),)))
            case "Notify":
                self._send(new_method_return(message, "u", (message.body[1] or next(self._ids),)))
            case "CloseNotification":
                self._send(new_method_return(message))
                self.dismiss(message.body[0], reason=3)
            case member:
                self._send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", (member,)))

    def _send(self, message: Message) -> None:
        with self._changed:
            assert self._connection is not None, "the server is not on the bus"
            self._connection.send(message)

    def _calls_of(self, member: str) -> list[Call]:
        return [call for call in self.calls if call.member == member]


def _shown(body: tuple[Any, ...]) -> Shown:
    app_name, replaces_id, app_icon, summary, text, actions, hints, expire_ms = body
    pairs = tuple(zip(actions[::2], actions[1::2], strict=True))
    return Shown(app_name, replaces_id, app_icon, summary, text, pairs, hints, expire_ms)
