"""One connection to a message bus on the running asyncio loop: calls with replies out, signals in."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeAlias

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.auth import BEGIN, Authenticator
from jeepney.bus import get_bus
from jeepney.io.asyncio import DBusConnection, DBusRouter
from jeepney.io.common import RouterClosed

Body: TypeAlias = tuple[Any, ...]
OnSignal: TypeAlias = Callable[[str, str, Body], None]
"""Called as (sender's unique name, member, arguments)."""


class BusLostError(Exception):
    """There is no bus, or it went away; nothing more can be asked on this connection."""


class CallRefusedError(Exception):
    """The bus or the service answered with an error instead of a result."""


class Bus:
    """An authenticated connection that both sends and listens; made by `open_bus`, ended by `aclose`."""

    def __init__(self, connection: "_Connection", router: DBusRouter, stack: AsyncExitStack) -> None:
        self._connection = connection
        self._router = router
        self._stack = stack

    async def call(
        self, service: DBusAddress, member: str, signature: str | None = None, body: Body = ()
    ) -> Body:
        """Call a method and wait for its result, however long the service takes.

        Raises:
            BusLostError: the connection ended, now or earlier.
            CallRefusedError: an error came back, or nobody owns the name.
        """
        return await _ask(self._router, new_method_call(service, member, signature, body))

    async def wait_until_lost(self) -> None:
        """Return once the bus is gone: there will be no further signal."""
        await self._connection.ended.wait()

    async def aclose(self) -> None:
        """End the connection and its tasks, whatever state the bus is in."""
        await self._stack.aclose()


async def open_bus(address: str, service: DBusAddress, on_signal: OnSignal, *, directed: bool = True) -> Bus:
    """Connect, and listen to the signals of one service.

    jeepney's own `open_dbus_router` would leave its socket open when the handshake fails or is cancelled, and
    when the bus died before it is closed; hence the handshake here.

    Args:
        address: a D-Bus address such as `unix:path=/run/user/1000/bus`.
        service: whose signals to subscribe to.
        on_signal: called on the loop, in the order of arrival.
        directed: signals sent to this connection alone arrive as well. The bus vouches for the sender of
            the others; these anybody may send, so whoever takes them must look at the sender.

    Raises:
        BusLostError: nothing usable answers there.
    """
    async with AsyncExitStack() as stack:
        try:
            connection, router = await _connect(address, stack)
            rule = MatchRule(
                type="signal",
                sender=service.bus_name,
                interface=service.interface,
                path=service.object_path,
            )
            await _ask(router, message_bus.AddMatch(rule))
        except CallRefusedError as refused:
            raise BusLostError("the bus refused us") from refused
        # The rule names the service; messages carry the unique name instead.
        here = MatchRule(type="signal", interface=service.interface, path=service.object_path)
        inbox: asyncio.Queue[Message] = asyncio.Queue()
        stack.enter_context(router.filter(here, queue=inbox))
        listener = asyncio.create_task(_listen(inbox, on_signal, directed=directed), name="bus signals")
        stack.push_async_callback(_cancel, listener)
        kept = stack.pop_all()
    return Bus(connection, router, kept)


def session_bus_address(environ: Mapping[str, str] = os.environ) -> str | None:
    """Where the user's bus is, or None; a bare `XDG_RUNTIME_DIR` is enough where systemd keeps it."""
    if address := environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    runtime = environ.get("XDG_RUNTIME_DIR")
    return f"unix:path={runtime}/bus" if runtime else None


def system_bus_address(environ: Mapping[str, str] = os.environ) -> str:
    """Where the machine's own bus is, whether or not it is there (D-Bus specification, well-known buses)."""
    return environ.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/run/dbus/system_bus_socket"


class _Connection(DBusConnection):  # type: ignore[misc] # jeepney ships no types
    """One that remembers its end, of which jeepney's router tells only whoever waits for a reply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(reader, writer)
        self.ended = asyncio.Event()

    async def receive(self) -> Message:
        try:
            return await super().receive()
        except BaseException:
            self.ended.set()
            raise


async def _connect(address: str, stack: AsyncExitStack) -> tuple[_Connection, DBusRouter]:
    try:
        reader, writer = await asyncio.open_unix_connection(get_bus(address))
        connection = _Connection(reader, writer)
        stack.push_async_callback(_hang_up, writer)
        authenticator = Authenticator()
        for line in authenticator:
            writer.write(line)
            await writer.drain()
            if not (answer := await reader.read(1024)):
                raise BusLostError("the bus hung up while we introduced ourselves")
            authenticator.feed(answer)
        writer.write(BEGIN)
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError and ValueError are how jeepney says that it cannot use such an address or answer.
        raise BusLostError(str(error)) from error
    router = DBusRouter(connection)
    stack.push_async_callback(_end, router)
    (connection.unique_name,) = await _ask(router, message_bus.Hello())
    return connection, router


async def _ask(router: DBusRouter, message: Message) -> Body:
    try:
        reply = await router.send_and_get_reply(message)
    except (RouterClosed, KeyError, EOFError, OSError) as error:
        # jeepney 0.9 turns RouterClosed into KeyError: a closing router empties the table of waiting replies
        # that each of them then removes itself from.
        raise BusLostError("the bus went away") from error
    if reply.header.message_type is MessageType.error:
        raise CallRefusedError(str(DBusErrorResponse(reply)))
    body: Body = reply.body
    return body


async def _listen(inbox: asyncio.Queue[Message], on_signal: OnSignal, *, directed: bool) -> None:
    while True:
        message = await inbox.get()
        fields = message.header.fields
        if directed or HeaderFields.destination not in fields:
            on_signal(fields.get(HeaderFields.sender, ""), fields[HeaderFields.member], message.body)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _end(router: DBusRouter) -> None:
    # Where the bus has died, this is where its receiver hands over why; that it died is known by then. An
    # InvalidStateError killed the receiver when an answer met a call that was cancelled in the same instant.
    with suppress(EOFError, OSError, asyncio.InvalidStateError):
        await router.__aexit__(None, None, None)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    # Not close(): that waits until a bus which no longer reads has read everything.
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
