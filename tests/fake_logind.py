"""A login manager that says what a test wants, on a bus of the test's own."""

from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, HeaderFields, MessageType, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_HERE = DBusAddress(
    "/org/freedesktop/login1",
    bus_name="org.freedesktop.login1",
    interface="org.freedesktop.login1.Manager",
)


class FakeLogind:
    """It owns `org.freedesktop.login1` while entered."""

    def __init__(self, address: str, name: str = _HERE.bus_name) -> None:
        self._address = address
        self._name = name
        self._connection: DBusConnection

    def __enter__(self) -> Self:
        self._connection = open_dbus_connection(self._address)
        self._connection.send(message_bus.RequestName(self._name))
        self._wait_for_bus()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def prepare_for_sleep(self, begins: bool, *, to: str | None = None) -> None:
        """Announce it to everybody, or to one connection alone."""
        self.say("PrepareForSleep", "b", (begins,), to=to)

    def say(self, member: str, signature: str, body: tuple[Any, ...], *, to: str | None = None) -> None:
        signal = new_signal(_HERE, member, signature, body)
        if to is not None:
            signal.header.fields[HeaderFields.destination] = to
        self._connection.send(signal)

    def settle(self) -> None:
        """Return once the bus has passed on all that was said."""
        self._connection.send(message_bus.GetId())
        self._wait_for_bus()

    def _wait_for_bus(self) -> None:
        while self._connection.receive().header.message_type is not MessageType.method_return:
            pass
