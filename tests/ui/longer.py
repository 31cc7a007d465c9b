"""A language of long words, as a translation may be, in every window that is made meanwhile.

Nothing is translated yet, so words are made longer where they come to Qt: what is said, what is written on a
button, in a menu, a table or a tab, and what charts are told to write beside their lanes.
"""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabWidget,
)

from trayuptime.core import words
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.history.event_model import EventModel
from trayuptime.ui.history.incident_timeline import TimelineModel
from trayuptime.ui.history.incidents_model import IncidentsModel
from trayuptime.ui.history.past import THEIRS
from trayuptime.ui.history.twin import TwinModel
from trayuptime.ui.pieces import Words

_MADE_WITH_WORDS = (QPushButton, QLabel)
_WRITTEN = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}


def longer(words: str) -> str:
    """Half as long again, in one word where it can."""
    return " ".join(f"{word}{'ßungen'[: len(word) // 2 + 1]}" for word in words.split(" ")) if words else ""


def speak_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, until the test is over."""

    def lengthen(of: type, name: str, which: int = 0) -> None:
        said: Callable[..., Any] = getattr(of, name)

        def say(self: object, *args: Any, **more: Any) -> Any:
            given = [longer(each) if at == which else each for at, each in enumerate(args)]
            return said(self, *given, **more)

        monkeypatch.setattr(of, name, say)

    lengthen(Words, "say")
    for of, name, which in (
        (QAbstractButton, "setText", 0),
        (QComboBox, "addItem", 0),
        (QTabWidget, "addTab", 1),
        (QMenu, "addAction", 0),
        (QLineEdit, "setPlaceholderText", 0),
        (QDialogButtonBox, "addButton", 0),
        (QFormLayout, "addRow", 0),
    ):
        lengthen(of, name, which)
    for made in _MADE_WITH_WORDS:
        _make_longer(monkeypatch, made)
    for model in (TwinModel, IncidentsModel, EventModel, TimelineModel):
        _tell_longer(monkeypatch, model, "data", 1)
        _tell_longer(monkeypatch, model, "headerData", 2)
    part, word = words.part, Legend._word
    monkeypatch.setattr(words, "part", lambda surface: longer(part(surface)))
    monkeypatch.setattr("trayuptime.ui.history.past.THEIRS", longer(THEIRS))
    monkeypatch.setattr("trayuptime.ui.history.provider_page.THEIRS", longer(THEIRS))
    monkeypatch.setattr("trayuptime.ui.history.strand.THEIRS", longer(THEIRS))
    monkeypatch.setattr(Legend, "_word", lambda self, of: longer(word(self, of)))


def _make_longer(monkeypatch: pytest.MonkeyPatch, of: type) -> None:
    make = of.__init__  # type: ignore[misc]

    def init(self: object, *args: Any, **more: Any) -> None:
        make(self, *(longer(each) if isinstance(each, str) else each for each in args), **more)

    monkeypatch.setattr(of, "__init__", init)


def _tell_longer(monkeypatch: pytest.MonkeyPatch, model: type, name: str, role_at: int) -> None:
    told: Callable[..., Any] = getattr(model, name)

    def tell(self: object, *args: Any) -> Any:
        found = told(self, *args)
        role = args[role_at] if len(args) > role_at else Qt.ItemDataRole.DisplayRole
        return longer(found) if isinstance(found, str) and role in _WRITTEN else found

    monkeypatch.setattr(model, name, tell)
