"""Rows of the tray's menu: words put in place, and a provider's row with what can be done about its trouble.

A submenu is made when a provider is first in trouble and then kept: it shows and hides its rows.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu

from trayuptime.core.pauses import Snooze
from trayuptime.ui.hushing import KNOW, UNDO, Trouble, snooze_words

DETAILS = "Details"


class ProviderRow(QObject):
    """A row that opens the window; while notifications tell of the provider, one with rows of its own."""

    window_asked = Signal()
    incident_asked = Signal(int)
    """More of an incident, by its number."""
    hush_asked = Signal(object, object)
    unhush_asked = Signal(object)
    """As of `HushLinks`."""

    def __init__(self, menu: QMenu, before: QAction, parent: QObject | None = None) -> None:
        """It is hidden until it is given words.

        Args:
            menu: in which.
            before: the row that it stands before.
            parent: the owner.
        """
        super().__init__(parent)
        self._menu = menu
        self._plain = QAction(menu)
        self._plain.setVisible(False)
        self._plain.triggered.connect(lambda *_: self.window_asked.emit())
        menu.insertAction(before, self._plain)
        self._more: _More | None = None

    def show(self, words: str, icon: QIcon, trouble: Trouble | None) -> None:
        """Its words as a menu has to be given them, and what may be said of its trouble."""
        if trouble is not None:
            self._made().offer(trouble)
        for row in self._rows():
            put(row, words if (row is self._plain) is (trouble is None) else None)
            if row.icon().cacheKey() != icon.cacheKey():
                row.setIcon(icon)

    def hide(self) -> None:
        """It is of nobody just now."""
        for row in self._rows():
            put(row, None)

    def _made(self) -> "_More":
        if self._more is None:
            self._more = _More(self, self._menu)
            rows = self._menu.actions()
            self._menu.insertMenu(rows[rows.index(self._plain) + 1], self._more.menu)
        return self._more

    def _rows(self) -> tuple[QAction, ...]:
        return (self._plain,) if self._more is None else (self._plain, self._more.menu.menuAction())


class _More:
    """The rows under a provider's: as the panel offers them, and in its words."""

    def __init__(self, row: ProviderRow, parent: QMenu) -> None:
        self._row = row
        self._trouble = Trouble("", ())
        self.menu = QMenu(parent)
        self._heard = [self._add(snooze_words(length), self._snooze(length)) for length in Snooze]
        self._heard.append(self._add(KNOW, lambda: row.hush_asked.emit(self._trouble.incidents, None)))
        self._undo = self._add(UNDO, lambda: row.unhush_asked.emit(self._trouble.incidents))
        self.menu.addSeparator()
        self._add(DETAILS, self._open)

    def offer(self, trouble: Trouble) -> None:
        """What can be said of it now."""
        self._trouble = trouble
        for row in self._heard:
            show(row, visible=trouble.hush is None)
        show(self._undo, visible=trouble.hush is not None)

    def _add(self, words: str, call: Callable[[], object]) -> QAction:
        row = self.menu.addAction(words)
        row.triggered.connect(lambda *_: call())
        return row

    def _snooze(self, length: Snooze) -> Callable[[], object]:
        return lambda: self._row.hush_asked.emit(self._trouble.incidents, length)

    def _open(self) -> None:
        self._row.incident_asked.emit(self._trouble.incidents[0])


def put(row: QAction, words: str | None) -> None:
    """A row's words; a row without any is hidden."""
    if words is not None and row.text() != words:
        row.setText(words)
    show(row, visible=words is not None)


def show(row: QAction, *, visible: bool) -> None:
    """Nothing is told to a panel that it knows."""
    if row.isVisible() != visible:
        row.setVisible(visible)
