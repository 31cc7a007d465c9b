"""Each sign has the picture of its mark, as pixels that no thread has to draw."""

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from trayuptime.core.notice import Sign
from trayuptime.ui.marks import Mark, colour_of
from trayuptime.ui.pictures import SIZE_PX, notice_pictures
from trayuptime.ui.theme import Scheme

_MARKS = {
    Sign.UP: Mark.UP,
    Sign.DEGRADED: Mark.DEGRADED,
    Sign.DOWN: Mark.DOWN,
    Sign.OFFLINE: Mark.OFFLINE,
}


def test_each_sign_is_shown_in_the_colour_of_its_mark(qtbot: QtBot) -> None:
    pictures = notice_pictures()

    assert pictures.keys() == set(Sign)
    for sign, mark in _MARKS.items():
        picture = pictures[sign]
        assert (picture.width, picture.height) == (SIZE_PX, SIZE_PX)
        assert len(picture.rgba) == SIZE_PX * SIZE_PX * 4
        own = colour_of(mark, Scheme.DARK)
        pixels = {picture.rgba[at : at + 4] for at in range(0, len(picture.rgba), 4)}
        assert bytes((own.red(), own.green(), own.blue(), 255)) in pixels
        assert picture.rgba[:4] == bytes(4)  # nothing in the corner


def test_red_is_for_down_alone(qtbot: QtBot) -> None:
    red = colour_of(Mark.DOWN, Scheme.DARK)
    pixel = bytes((red.red(), red.green(), red.blue(), 255))

    with_red = {sign for sign, picture in notice_pictures().items() if pixel in _pixels(picture.rgba)}

    assert with_red == {Sign.DOWN}
    assert QColor(red).isValid()


def _pixels(rgba: bytes) -> set[bytes]:
    return {rgba[at : at + 4] for at in range(0, len(rgba), 4)}
