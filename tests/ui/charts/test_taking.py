"""A chart is taken along by menu, keys and drag, and what goes wrong is a sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDrag, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from trayuptime.ui.charts.exhibit import Exhibit, drawn, tab_separated
from trayuptime.ui.charts.taking import Taking, mime_data
from ui.charts.shown import Chart, exhibit


class Dragged:
    """What somebody was given, and found in the file at that moment."""

    def __init__(self, drag: QDrag) -> None:
        data = drag.mimeData()
        self.image = QImage(data.imageData())
        self.paths = [Path(url.toLocalFile()) for url in data.urls()]
        self.of_files = [QImage(str(path)) for path in self.paths]
        self.has_thumb = not drag.pixmap().isNull()


class Page(QWidget):
    """Two charts, taken along together, and what was told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.charts = [Chart(), Chart()]
        self.is_empty = False
        self.taking = Taking(self.charts, self.shown, "P&icture", self, self._let_go)
        self.told: list[str] = []
        self.dragged: list[Dragged] = []
        self.taking.told.connect(self.told.append)
        layout = QVBoxLayout(self)
        for each in (*self.charts, self.taking.button):
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            layout.addWidget(each)
        self.resize(400, 300)

    def shown(self) -> Exhibit | None:
        return None if self.is_empty else exhibit(*self.charts)

    def _let_go(self, drag: QDrag) -> None:
        self.dragged.append(Dragged(drag))

    def image(self) -> QImage:
        return drawn(exhibit(*self.charts), self.charts[0])


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    made = Page()
    qtbot.addWidget(made)
    QGuiApplication.clipboard().clear()
    made.show()
    QTest.qWaitForWindowActive(made)
    yield made
    made.taking.menu.close()


def same(one: QImage, other: QImage) -> bool:
    form = QImage.Format.Format_RGB32
    return one.convertToFormat(form) == other.convertToFormat(form)


# Keys and menu


@pytest.mark.parametrize("number", [0, 1])
def test_ctrl_c_on_any_of_the_charts_copies_all_of_them(page: Page, number: int) -> None:
    page.charts[number].setFocus()

    QTest.keyClick(page.charts[number], Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert same(QGuiApplication.clipboard().image(), page.image())
    assert page.told == ["The picture is in the clipboard."]


def test_ctrl_c_elsewhere_is_not_ours(page: Page) -> None:
    page.taking.button.setFocus()

    QTest.keyClick(page.taking.button, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().image().isNull()


def test_shift_f10_opens_the_menu(page: Page) -> None:
    page.charts[1].setFocus()

    QTest.keyClick(page.charts[1], Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)

    assert page.taking.menu.isVisible()


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse])
def test_the_menu_key_and_a_right_click_open_it(page: Page, reason: QContextMenuEvent.Reason) -> None:
    chart, at = page.charts[0], QPoint(5, 5)

    QApplication.sendEvent(chart, QContextMenuEvent(reason, at, chart.mapToGlobal(at)))

    assert page.taking.menu.isVisible()


def test_the_button_opens_it_by_mouse_and_keyboard(page: Page) -> None:
    QTest.mouseClick(page.taking.button, Qt.MouseButton.LeftButton)
    assert page.taking.menu.isVisible()
    page.taking.menu.close()

    page.taking.button.setFocus()
    QTest.keyClick(page.taking.button, Qt.Key.Key_Space)
    assert page.taking.menu.isVisible()


def test_the_menu_says_all_that_can_be_done(page: Page) -> None:
    words = [action.text().replace("&", "") for action in page.taking.menu.actions()]

    assert words == ["Copy picture", "Save picture…", "Copy as table"]
    assert page.taking.button.accessibleName() == "Picture: copy, save or drag it out"


def test_where_nothing_is_shown_nothing_can_be_taken(page: Page) -> None:
    page.is_empty = True
    page.taking.open_menu(QPoint(0, 0))
    page.taking.copy_picture()
    page.taking.copy_table()
    page.taking.save_picture()
    page.taking.drag()

    assert not any(action.isEnabled() for action in page.taking.menu.actions())
    assert QGuiApplication.clipboard().image().isNull()
    assert not QGuiApplication.clipboard().text()
    assert page.told == []


def test_a_table_goes_into_the_clipboard_as_text(page: Page) -> None:
    page.taking.table_action.trigger()

    assert QGuiApplication.clipboard().text() == tab_separated(exhibit().table())


# Files


def test_a_picture_is_to_be_saved_as_it_is_now_under_a_name(page: Page, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.taking.save_asked) as asked:
        page.taking.save_action.trigger()

    image, name = asked.args
    assert same(image, page.image())
    assert name == "Alpha-AI-days"


# Dragging


def pull(button: QWidget, far: int) -> None:
    start = QPointF(button.rect().center())
    QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=start.toPoint())
    to = start + QPointF(far, 0)
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        to,
        button.mapToGlobal(to),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(button, moved)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=start.toPoint())


def test_what_is_dragged_is_the_picture_and_its_file(page: Page, tmp_path: Path) -> None:
    data = mime_data(page.image(), tmp_path / "a b.png")

    assert data.hasImage()
    assert [url.toLocalFile() for url in data.urls()] == [str(tmp_path / "a b.png")]
    assert not mime_data(page.image(), None).hasUrls()


def test_the_button_is_what_one_drags_it_out_by(page: Page) -> None:
    pull(page.taking.button, QApplication.startDragDistance() + 5)

    (given,) = page.dragged
    assert same(given.image, page.image())
    assert [path.name for path in given.paths] == ["Alpha-AI-days.png"]
    assert same(given.of_files[0], page.image())
    assert given.has_thumb
    assert not page.taking.menu.isVisible()


def test_a_shaky_click_on_the_button_is_a_click(page: Page) -> None:
    pull(page.taking.button, QApplication.startDragDistance() - 2)

    assert page.dragged == []
    assert page.taking.menu.isVisible()


def test_a_file_stays_for_whoever_reads_it_late_and_goes_with_the_next_one(page: Page) -> None:
    page.taking.drag()
    assert page.dragged[0].paths[0].exists()

    page.taking.drag()

    first, second = (each.paths[0] for each in page.dragged)
    assert not first.parent.exists()
    assert second.exists()


def test_the_last_file_goes_when_the_program_ends(page: Page) -> None:
    page.taking.drag()

    page.taking.forget()

    assert not page.dragged[0].paths[0].parent.exists()


def test_where_no_file_can_be_made_the_picture_alone_is_dragged(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))

    page.taking.drag()

    assert page.dragged[0].paths == []
    assert same(page.dragged[0].image, page.image())
