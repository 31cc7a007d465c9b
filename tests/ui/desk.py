"""A whole shell on a desktop that a test makes up, with an engine that only listens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from trayuptime.runtime.told import Told
from trayuptime.ui.bridge import Bridge
from trayuptime.ui.history.checklist_window import ChecklistWindow
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.lately import Lately
from trayuptime.ui.panel import Panel
from trayuptime.ui.shell import Shell
from ui.fakes import FakeCommands, FakeIcon, FakePlace


@dataclass
class Desk:
    """A whole shell on a desktop that the test makes up, with an engine that only listens."""

    bridge: Bridge
    panel: Panel
    commands: FakeCommands
    place: FakePlace
    menu: QMenu
    shell: Shell
    config_file: Path
    left: list[bool]
    lately: Lately
    checklists: list[ChecklistWindow]

    @property
    def history(self) -> HistoryWindow:
        """The shell's, made if there is none."""
        return self.shell.history

    @property
    def icon(self) -> FakeIcon:
        return FakeIcon.made[-1]

    @property
    def checklist(self) -> ChecklistWindow:
        """The window of a playbook; there is one once it was opened."""
        (window,) = self.checklists
        return window

    def tell(self, told: Told) -> None:
        """As the engine would; returns when everything is drawn."""
        self.bridge.tell(told)
        QApplication.processEvents()

    @property
    def rows(self) -> list[str]:
        """What the menu says, as it is shown."""
        return [action.text() for action in self.menu.actions() if action.isVisible() and action.text()]

    def press(self, words: str) -> None:
        """A row of the menu."""
        (row,) = (row for row in _actions(self.menu) if row.isVisible() and row.text().startswith(words))
        row.trigger()
        QApplication.processEvents()


def _actions(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        submenu = action.menu()
        if isinstance(submenu, QMenu):
            yield from _actions(submenu)
        else:
            yield action


MakeDesk = Callable[..., Desk]
