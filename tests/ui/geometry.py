"""Whether all that a window says can be read: nothing is cut off, nothing lies over anything else."""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar, QWidget

_ARROW_PX = 20
"""Of a combo box, beside its words."""
_MARGINS_PX = 8
"""Of a line edit, both together."""


def faults(window: QWidget) -> list[str]:
    """What of it cannot be read, a sentence each."""
    shown = [each for each in window.findChildren(QWidget) if each.isVisibleTo(window)]
    found = [f"{_called(each)} {fault}" for each in shown for fault in _cut_off(each)]
    for parent in (window, *shown):
        found += _overlaps(parent)
    return found


def _cut_off(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() if widget.text() and widget.wordWrap():
            if widget.height() < widget.heightForWidth(widget.width()) and not widget.toolTip():
                yield "has not room for its lines"
            words = widget.text().replace("\u200b", " ").split()
            if max(map(widget.fontMetrics().horizontalAdvance, words), default=0) > widget.width():
                yield "has not room for its longest word"
        case QLabel() if widget.text():
            if widget.width() < widget.sizeHint().width():
                yield "is cut off"
        case QAbstractButton() if widget.text():
            if widget.width() < widget.sizeHint().width():
                yield "is cut off"
        case QComboBox():
            if widget.width() < widget.fontMetrics().horizontalAdvance(widget.currentText()) + _ARROW_PX:
                yield "is cut off"
        case QLineEdit() if not widget.text():
            if (
                widget.width()
                < widget.fontMetrics().horizontalAdvance(widget.placeholderText()) + _MARGINS_PX
            ):
                yield "is cut off"
        case QTabBar():
            if widget.width() < widget.sizeHint().width() and not widget.usesScrollButtons():
                yield "is cut off"
        case _:
            pass


def _overlaps(parent: QWidget) -> Iterator[str]:
    """What a layout has put together lies side by side, and inside."""
    layout = parent.layout()
    if layout is None:
        return
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    children = [
        each
        for each in parent.findChildren(QWidget, options=direct)
        if each.isVisibleTo(parent) and not each.isWindow() and layout.indexOf(each) >= 0
    ]
    for each in children:
        if not parent.rect().contains(each.geometry()):
            yield f"{_called(each)} is not inside of {_called(parent)}"
    for one, other in combinations(children, 2):
        if one.geometry().intersects(other.geometry()):
            yield f"{_called(one)} lies over {_called(other)}"


def _called(widget: QWidget) -> str:
    said = getattr(widget, "text", None)
    words = said() if callable(said) else ""
    return f"{type(widget).__name__} {words or widget.accessibleName()!r}"
