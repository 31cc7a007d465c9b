"""The tray as a panel sees it: items at the watcher, their icons and tooltips, their menus, over the bus."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

WATCHER = "org.kde.StatusNotifierWatcher"
_ITEM = "org.kde.StatusNotifierItem"
_MENU = "com.canonical.dbusmenu"
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One row of an exported menu.

    Attributes:
        number: its id within the menu.
        label: as a panel draws it, without the underscore that marks the access key; empty for a separator.
        raw_label: as it came over the bus.
        ticked: None where a row cannot be ticked.
        rows: of its submenu.
    """

    number: int
    label: str
    raw_label: str
    enabled: bool
    visible: bool
    separator: bool
    ticked: bool | None
    rows: "tuple[MenuRow, ...]"


class Tray:
    """The tray of one session; an item is named as the watcher names it, `:1.7/StatusNotifierItem`."""

    def __init__(self, address: str) -> None:
        self._address = address

    def items(self) -> list[str]:
        """The registered items, oldest first; none where there is no watcher."""
        watcher = DBusAddress("/StatusNotifierWatcher", WATCHER, WATCHER)
        try:
            return list(self._get(watcher, "RegisteredStatusNotifierItems"))
        except DBusErrorResponse:
            return []

    def has_host(self) -> bool:
        """Whether somebody draws what is registered."""
        try:
            return bool(
                self._get(
                    DBusAddress("/StatusNotifierWatcher", WATCHER, WATCHER), "IsStatusNotifierHostRegistered"
                )
            )
        except DBusErrorResponse:
            return False

    def property_of(self, item: str, name: str) -> Any:
        """A property of `org.kde.StatusNotifierItem`, such as `Status`, `Title`, `Id`."""
        return self._get(_address_of(item), name)

    def tooltip(self, item: str) -> str:
        """The text of the tooltip: its title, and its second line if there is one."""
        _, _, title, text = self.property_of(item, "ToolTip")
        return "\n".join(part for part in (title, text) if part)

    def pixmaps(self, item: str) -> list[tuple[int, int, bytes]]:
        """The icon in each size it is offered in: width, height, and ARGB bytes in network order."""
        return [(width, height, bytes(argb)) for width, height, argb in self.property_of(item, "IconPixmap")]

    def activate(self, item: str) -> None:
        """Left click, as far as the application can tell."""
        self._call(_address_of(item), "Activate", "ii", (0, 0))

    def activate_secondarily(self, item: str) -> None:
        """Middle click, as far as the application can tell."""
        self._call(_address_of(item), "SecondaryActivate", "ii", (0, 0))

    def menu(self, item: str) -> tuple[MenuRow, ...]:
        """The exported menu, after announcing as a panel does that it is about to be shown."""
        menu = self._menu_of(item)
        self._call(menu, "AboutToShow", "i", (0,))
        _, layout = self._call(menu, "GetLayout", "iias", (0, -1, []))
        return _row(layout).rows

    def labels(self, item: str) -> list[str]:
        """What one reads in the menu: visible rows without separators, submenus after their row."""
        return [row.label for row in _seen(self.menu(item)) if not row.separator]

    def press(self, item: str, label: str) -> None:
        """Press the row of this label, in whatever submenu it is; it must be there, visible and enabled."""
        rows = [row for row in _seen(self.menu(item)) if row.label == label and row.enabled]
        assert rows, f"no row {label!r} to press among {self.labels(item)}"
        self._call(self._menu_of(item), "Event", "isvu", (rows[0].number, "clicked", ("s", ""), 0))

    def _menu_of(self, item: str) -> DBusAddress:
        return DBusAddress(self.property_of(item, "Menu"), _address_of(item).bus_name, _MENU)

    def _get(self, thing: DBusAddress, name: str) -> Any:
        properties = thing.with_interface("org.freedesktop.DBus.Properties")
        ((_, value),) = self._call(properties, "Get", "ss", (thing.interface, name))
        return value

    def _call(
        self, thing: DBusAddress, member: str, signature: str, body: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        with closing(open_dbus_connection(self._address)) as connection:
            call = new_method_call(thing, member, signature, body)
            reply = connection.send_and_get_reply(call, timeout=_PATIENCE_S)
        if reply.header.message_type is MessageType.error:
            raise DBusErrorResponse(reply)
        answer: tuple[Any, ...] = reply.body
        return answer


def _address_of(item: str) -> DBusAddress:
    name, _, path = item.partition("/")
    return DBusAddress(f"/{path}", name, _ITEM)


def _row(layout: tuple[Any, ...]) -> MenuRow:
    number, properties, children = layout
    told = {name: value for name, (_, value) in properties.items()}
    raw_label = told.get("label", "")
    return MenuRow(
        number=number,
        label=re.sub(r"_(.)", r"\1", raw_label),
        raw_label=raw_label,
        enabled=told.get("enabled", True),
        visible=told.get("visible", True),
        separator=told.get("type") == "separator",
        ticked=told.get("toggle-state") == 1 if told.get("toggle-type") else None,
        rows=tuple(_row(child) for _, child in children),
    )


def _seen(rows: tuple[MenuRow, ...]) -> Iterator[MenuRow]:
    for row in rows:
        if row.visible:
            yield row
            yield from _seen(row.rows)
