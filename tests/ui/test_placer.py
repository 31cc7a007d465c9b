"""What only the user did to a window is remembered, and holds as long as the screen is there."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from trayuptime.ui.placer import Placer
from trayuptime.ui.places import Places
from trayuptime.ui.placing import Place


class Window(QWidget):
    """A window that wants to be 300 × 200."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, 200)


class Bed:
    """A window with its placer, shown and hidden as an application does."""

    def __init__(self, qtbot: QtBot, *, can_move: bool = True) -> None:
        self.places = Places()
        self.window = Window()
        self.placer = Placer(self.window, "panel", self.places, can_move=lambda: can_move)
        qtbot.addWidget(self.window)

    def show(self, near: QRect | None = None) -> None:
        self.placer.put(near)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)

    def settle(self) -> None:
        self.placer._settling.timeout.emit()

    def drag(self, to: QPoint) -> None:
        """As a window manager does it for the user."""
        _handle(self.window).setFramePosition(to)
        QApplication.processEvents()

    def stretch(self, to: QSize) -> None:
        _handle(self.window).resize(to)
        QApplication.processEvents()


def _handle(window: QWidget) -> QWindow:
    handle = window.windowHandle()
    assert handle is not None
    return handle


@pytest.fixture
def bed(qtbot: QtBot) -> Bed:
    return Bed(qtbot)


def screen() -> QRect:
    return QGuiApplication.primaryScreen().availableGeometry()


def test_a_window_opens_beside_the_icon(bed: Bed) -> None:
    icon = QRect(screen().bottomRight() - QPoint(30, 30), QSize(22, 22))

    bed.show(near=icon)

    frame = bed.window.frameGeometry()
    assert screen().contains(frame)
    assert frame.bottom() < icon.top()
    assert frame.right() > icon.left() - 40
    assert bed.window.size() == QSize(300, 200)


@pytest.mark.parametrize("may_shrink", [True, False])
def test_one_whose_content_would_not_fit_is_never_smaller_than_it(qtbot: QtBot, may_shrink: bool) -> None:
    places, window = Places(), Window()
    qtbot.addWidget(window)
    places.keep("other", Place(None, QSize(200, 300)))

    Placer(window, "other", places, may_shrink=may_shrink).put(None)

    assert window.size() == (QSize(200, 300) if may_shrink else QSize(300, 300))


def test_what_nobody_moved_is_not_remembered(bed: Bed) -> None:
    bed.show(near=QRect(700, 700, 22, 22))
    bed.settle()
    bed.window.resize(300, 260)  # it grew for bad news

    bed.window.hide()

    assert bed.places.of("panel") is None


def test_what_the_window_manager_does_at_first_is_not_the_users_wish(bed: Bed) -> None:
    bed.show()
    bed.drag(QPoint(5, 5))
    bed.stretch(QSize(640, 480))

    bed.window.hide()

    assert bed.places.of("panel") is None


def test_where_the_user_drags_it_there_it_opens_again(bed: Bed) -> None:
    bed.show(near=QRect(700, 700, 22, 22))
    bed.settle()
    bed.drag(QPoint(33, 44))
    bed.window.hide()
    assert bed.places.of("panel") == Place(QPoint(33, 44))
    bed.window.move(0, 0)

    bed.show(near=QRect(700, 700, 22, 22))

    assert bed.window.pos() == QPoint(33, 44)
    assert bed.window.size() == QSize(300, 200)


def test_a_size_that_the_user_gave_it_lasts_and_the_icon_still_draws_it(bed: Bed) -> None:
    icon = QRect(700, 700, 22, 22)
    bed.show(near=icon)
    bed.settle()
    bed.stretch(QSize(420, 260))
    bed.window.hide()
    assert bed.places.of("panel") == Place(None, QSize(420, 260))

    bed.show(near=icon)

    assert bed.window.size() == QSize(420, 260)
    assert bed.window.frameGeometry().bottom() < icon.top()


def test_a_window_is_never_smaller_than_what_it_shows(bed: Bed) -> None:
    bed.places.keep("panel", Place(None, QSize(400, 50)))

    bed.show()

    assert bed.window.size() == QSize(400, 200)


def test_a_window_fits_on_the_screen_however_large_it_was(bed: Bed) -> None:
    bed.places.keep("panel", Place(QPoint(0, 0), QSize(9000, 9000)))

    bed.show()

    assert bed.window.width() <= screen().width()
    assert bed.window.frameGeometry().height() <= screen().height()


def test_left_half_outside_it_opens_inside(bed: Bed) -> None:
    bed.places.keep("panel", Place(screen().bottomRight() - QPoint(100, 60), QSize(300, 200)))

    bed.show()
    bed.settle()

    assert screen().contains(bed.window.frameGeometry())
    assert bed.window.size() == QSize(300, 200)


def test_a_frame_that_is_larger_than_was_thought_makes_the_window_smaller(bed: Bed) -> None:
    kept = Place(None, QSize(9000, 9000))
    bed.places.keep("panel", kept)
    bed.show()
    assert not screen().contains(bed.window.frameGeometry())

    bed.settle()

    assert screen().contains(bed.window.frameGeometry())
    bed.settle()
    bed.window.hide()
    assert bed.places.of("panel") == kept  # on a larger one it is as large as its user wished


@pytest.mark.parametrize("corner", [QPoint(5000, 100), QPoint(100, -500), QPoint(-5000, 100)])
def test_a_place_on_a_screen_that_is_gone_is_forgotten(bed: Bed, corner: QPoint) -> None:
    bed.places.keep("panel", Place(corner))

    bed.show(near=QRect(700, 700, 22, 22))

    assert screen().contains(bed.window.frameGeometry())


def test_a_maximised_window_tells_no_place(bed: Bed) -> None:
    bed.show()
    bed.settle()
    bed.drag(QPoint(33, 44))
    bed.window.showMaximized()

    bed.window.hide()

    assert bed.places.of("panel") is None


def test_a_window_that_grows_stays_on_the_screen(bed: Bed) -> None:
    bed.show(near=QRect(700, screen().bottom() - 24, 22, 22))
    before = bed.window.frameGeometry()

    bed.window.resize(300, 400)

    after = bed.window.frameGeometry()
    assert screen().contains(after)
    assert after.top() < before.top()


def test_where_the_desktop_places_windows_only_a_size_is_kept(qtbot: QtBot) -> None:
    bed = Bed(qtbot, can_move=False)
    bed.show(near=QRect(700, 700, 22, 22))
    corner = bed.window.pos()
    bed.settle()
    bed.drag(QPoint(33, 44))
    bed.stretch(QSize(420, 260))

    bed.window.hide()

    assert corner == QPoint(0, 0)
    assert bed.places.of("panel") == Place(None, QSize(420, 260))


class Grown(Window):
    """A window whose content wants another height now and then."""

    wants_px = 200

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, self.wants_px)

    def want(self, height: int, placer: Placer, *, may_shrink: bool = True) -> int:
        self.wants_px = height
        placer.fit(may_shrink=may_shrink)
        QApplication.processEvents()
        return self.height()


@pytest.fixture
def grown(qtbot: QtBot) -> tuple[Grown, Placer]:
    window = Grown()
    qtbot.addWidget(window)
    return window, Placer(window, "panel", Places())


def show(window: QWidget, placer: Placer, near: QRect | None = None) -> None:
    placer.put(near)
    window.show()
    QTest.qWaitForWindowExposed(window)


def test_a_window_follows_its_content_up_and_down(grown: tuple[Grown, Placer]) -> None:
    window, placer = grown
    show(window, placer)

    assert window.want(400, placer) == 400
    assert window.want(250, placer, may_shrink=False) == 400
    assert window.want(250, placer) == 250


def test_a_window_is_never_higher_than_the_screen_with_its_frame(grown: tuple[Grown, Placer]) -> None:
    window, placer = grown
    show(window, placer)

    window.want(5_000, placer)

    assert screen().contains(window.frameGeometry())


def test_a_window_that_was_guessed_too_high_is_made_lower_once_its_frame_is_known(
    grown: tuple[Grown, Placer],
) -> None:
    window, placer = grown
    show(window, placer)
    window.resize(300, screen().height())

    placer._settling.timeout.emit()

    assert screen().contains(window.frameGeometry())


def test_a_window_keeps_beside_the_icon_below_it_when_it_gets_lower(grown: tuple[Grown, Placer]) -> None:
    window, placer = grown
    icon = QRect(screen().bottomRight() - QPoint(30, 30), QSize(22, 22))
    show(window, placer, near=icon)

    window.want(400, placer)
    bottom = window.frameGeometry().bottom()
    window.want(250, placer)

    assert window.frameGeometry().bottom() == bottom
    assert 0 < icon.top() - bottom < 16


def test_what_the_user_has_made_larger_follows_nothing(grown: tuple[Grown, Placer]) -> None:
    window, placer = grown
    show(window, placer)
    placer._settling.timeout.emit()
    _handle(window).resize(300, 350)
    QApplication.processEvents()

    assert window.want(200, placer) == 350
    assert window.want(400, placer) == 400

    window.hide()
    show(window, placer)
    assert window.height() == 400, "as large as it was left"
    assert window.want(200, placer) == 400


def test_a_maximised_window_stays_so(grown: tuple[Grown, Placer]) -> None:
    window, placer = grown
    show(window, placer)
    window.showMaximized()
    QApplication.processEvents()
    before = window.size()

    window.want(250, placer)

    assert window.size() == before
