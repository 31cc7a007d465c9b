"""Where a window goes: where its user left it, else beside the icon that was clicked; on a screen always."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

GAP_PX = 8
"""Between the window and the icon, or the edge of the screen."""
GRIP_PX = 48
"""So much of a window's upper end must be on a screen, so that it can be taken hold of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window was left.

    Attributes:
        corner: of its frame, upper left; `None` where only its size is the user's, or the desktop hides it.
        size: without the frame; `None` where it is not the user's.
    """

    corner: QPoint | None = None
    size: QSize | None = None


def beside(icon: QRect, window: QSize, free: QRect) -> QPoint:
    """The corner of a window beside an icon, on the free part of the screen.

    Args:
        icon: or what is known of it: where the pointer was when it was clicked.
        window: its size, frame and all.
        free: the screen without its panels, as far as they are known.
    """
    wanted = QRect(QPoint(0, 0), window)
    wanted.moveCenter(icon.center())
    upright = icon.right() < free.left() or icon.left() > free.right()  # a panel at a side
    if not upright and icon.center().y() > free.center().y():
        wanted.moveBottom(icon.top() - GAP_PX)
    elif not upright:
        wanted.moveTop(icon.bottom() + GAP_PX)
    return held(wanted, free.adjusted(GAP_PX, GAP_PX, -GAP_PX, -GAP_PX))


def held(window: QRect, free: QRect) -> QPoint:
    """The corner nearest to a window's own with which all of it is free, or else its upper left part."""
    x = max(free.left(), min(window.left(), free.right() - window.width() + 1))
    y = max(free.top(), min(window.top(), free.bottom() - window.height() + 1))
    return QPoint(x, y)


def is_reachable(corner: QPoint, width: int, screens: Sequence[QRect]) -> bool:
    """Whether a window there could be seen and taken hold of; the screen it was left on may be gone."""
    grip = QRect(corner, QSize(width, GRIP_PX))
    on_screen = [grip & screen for screen in screens]
    return any(part.width() >= GRIP_PX and part.height() >= GRIP_PX for part in on_screen)
