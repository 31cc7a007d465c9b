"""The marks as pictures for notifications: made in the GUI thread, given to whoever shows them."""

from collections.abc import Mapping

from PySide6.QtGui import QImage

from trayuptime.core.notice import Sign
from trayuptime.system.notifications import Picture
from trayuptime.ui.marks import Mark, pixmap
from trayuptime.ui.theme import Scheme

SIZE_PX = 64
"""Enough for a dense screen; a server makes it smaller if it likes."""
_MARKS = {
    Sign.UP: Mark.UP,
    Sign.DEGRADED: Mark.DEGRADED,
    Sign.DOWN: Mark.DOWN,
    Sign.OFFLINE: Mark.OFFLINE,
}


def notice_pictures() -> Mapping[Sign, Picture]:
    """The picture of each sign, outlined: a bubble may have any colour. A `QGuiApplication` must exist."""
    return {sign: _picture(mark) for sign, mark in _MARKS.items()}


def _picture(mark: Mark) -> Picture:
    drawn = pixmap(mark, SIZE_PX, Scheme.DARK, outlined=True).toImage()
    image = drawn.convertToFormat(QImage.Format.Format_RGBA8888)
    return Picture(image.width(), image.height(), bytes(image.constBits()))
