"""The windows as a screen reader finds them: every word and button, and a press on any of them.

Qt speaks AT-SPI over a bus of its own (https://gitlab.gnome.org/GNOME/at-spi2-core, read 2026-11-23), which a
program of Debian's at-spi2-core brings.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from desktop.bed import Desktop

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
ENVIRON = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
"""What a program needs to speak up before anybody asks."""
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_CHECKED, _SENSITIVE, _SHOWING = 1 << 4, 1 << 24, 1 << 25
_OF_SCREEN = 0
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a window.

    Attributes:
        role: `label`, `push button`, `check box`, `table cell`, … in the words of AT-SPI.
        words: its name; of a field for text, the text.
        place: where it is on the bus.
    """

    role: str
    words: str
    enabled: bool
    checked: bool
    place: tuple[str, str]


class ScreenReader:
    """Reads what is on the screen of one session."""

    def __init__(self, desktop: Desktop) -> None:
        """Start the bus of accessibility; programs started later with `ENVIRON` are on it."""
        desktop.spawn([LAUNCHER, "--launch-immediately"])
        desktop.wait_for_name("org.a11y.Bus")
        self._desktop = desktop
        launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        with closing(open_dbus_connection(desktop.environ["DBUS_SESSION_BUS_ADDRESS"])) as session:
            (self._address,) = _call(session, launcher, "GetAddress")

    def things(self) -> list[Thing]:
        """Everything with words that is showing, in the order of the windows."""
        with closing(open_dbus_connection(self._address)) as bus:
            return list(_walk(bus, ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")))

    def text(self) -> str:
        """All words, a line for each thing."""
        return "\n".join(thing.words for thing in self.things())

    def wait_for(self, words: str, timeout_s: float = 20.0) -> Thing:
        """Wait until something says exactly this, or begins with it where `words` ends with `…`."""

        def found() -> Thing | None:
            return next((thing for thing in self.things() if _says(thing, words)), None)

        try:
            return self._desktop.wait_until(found, f"somebody says {words!r}", timeout_s)
        except AssertionError as error:
            error.add_note(self.text())
            raise

    def press(self, words: str) -> None:
        """Press the button, or tick the box, that says exactly this, as soon as it is there and enabled."""

        def button() -> Thing | None:
            found = (thing for thing in self.things() if thing.role in _PRESSABLE and _says(thing, words))
            return next((thing for thing in found if thing.enabled), None)

        name, path = self._desktop.wait_until(button, f"there is a button {words!r}").place
        with closing(open_dbus_connection(self._address)) as bus:
            _call(bus, DBusAddress(path, name, "org.a11y.atspi.Action"), "DoAction", "i", (0,))

    def middle_of(self, words: str) -> tuple[int, int]:
        """Where on the screen the middle is of what says exactly this."""
        name, path = self.wait_for(words).place
        with closing(open_dbus_connection(self._address)) as bus:
            component = DBusAddress(path, name, "org.a11y.atspi.Component")
            ((left, top, width, height),) = _call(bus, component, "GetExtents", "u", (_OF_SCREEN,))
        return left + width // 2, top + height // 2


_PRESSABLE = frozenset({"push button", "check box", "button"})


def _says(thing: Thing, words: str) -> bool:
    return thing.words.startswith(words[:-1]) if words.endswith("…") else thing.words == words


def _walk(bus: DBusConnection, place: tuple[str, str]) -> Iterator[Thing]:
    name, path = place
    accessible = DBusAddress(path, name, _ACCESSIBLE)
    try:
        (role,) = _call(bus, accessible, "GetRoleName")
        properties = accessible.with_interface("org.freedesktop.DBus.Properties")
        ((_, words),) = _call(bus, properties, "Get", "ss", (_ACCESSIBLE, "Name"))
        ((state, _),) = _call(bus, accessible, "GetState")
        (children,) = _call(bus, accessible, "GetChildren")
        if role == "text":
            (words,) = _call(bus, accessible.with_interface("org.a11y.atspi.Text"), "GetText", "ii", (0, -1))
    except DBusErrorResponse:
        return  # it went away while it was looked at
    if words and state & _SHOWING:
        yield Thing(role, words, bool(state & _SENSITIVE), bool(state & _CHECKED), place)
    for child in children:
        yield from _walk(bus, child)


def _call(
    bus: DBusConnection,
    thing: DBusAddress,
    member: str,
    signature: str | None = None,
    body: tuple[Any, ...] = (),
) -> tuple[Any, ...]:
    reply = bus.send_and_get_reply(new_method_call(thing, member, signature, body), timeout=_PATIENCE_S)
    if reply.header.message_type is MessageType.error:
        raise DBusErrorResponse(reply)
    answer: tuple[Any, ...] = reply.body
    return answer
