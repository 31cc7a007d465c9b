"""A table of words beside a picture: headers for who cannot see them, quiet as things change."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from trayuptime.ui.history.twin import WIDEST_PX, Twin

HEADERS = ("Lane", "Was", "For")


def test_every_cell_has_words_with_its_header(qtbot: QtBot) -> None:
    twin = Twin("Time line, in words")
    qtbot.addWidget(twin)
    twin.show_words(HEADERS, [("API", "down", ""), ("web", "up", "3 h")])

    said = [
        twin.words.data(twin.words.index(0, column), Qt.ItemDataRole.AccessibleTextRole)
        for column in range(3)
    ]

    assert said == ["API", "Was: down", "For: none"]
    assert twin.accessibleName() == "Time line, in words"


def test_as_many_rows_as_before_change_in_place(qtbot: QtBot) -> None:
    twin = Twin("words")
    qtbot.addWidget(twin)
    twin.show_words(HEADERS, [("a", "b", "c"), ("d", "e", "f")])
    twin.setCurrentIndex(twin.words.index(1, 0))

    with qtbot.assertNotEmitted(twin.words.modelReset):
        twin.show_words(HEADERS, [("a", "b", "c"), ("d", "e", "g")])

    assert twin.currentIndex().row() == 1
    assert twin.words.data(twin.words.index(1, 2)) == "g"


def test_enter_chooses_a_row(qtbot: QtBot) -> None:
    twin = Twin("words")
    qtbot.addWidget(twin)
    twin.show_words(HEADERS, [("a", "b", "c"), ("d", "e", "f")])
    twin.show()
    twin.setFocus()
    QTest.keyClick(twin, Qt.Key.Key_Down)

    with qtbot.waitSignal(twin.asked) as told:
        QTest.keyClick(twin, Qt.Key.Key_Return)

    assert told.args == [1]


def test_columns_fit_their_words_but_none_takes_all_the_room(qtbot: QtBot) -> None:
    twin = Twin("words")
    qtbot.addWidget(twin)

    twin.show_words(HEADERS, [("short", "W" * 500, "end")])

    assert twin.columnWidth(0) >= twin.fontMetrics().horizontalAdvance("short")
    assert twin.columnWidth(1) <= WIDEST_PX


def test_other_columns_are_fitted_anew(qtbot: QtBot) -> None:
    twin = Twin("words")
    qtbot.addWidget(twin)
    twin.resize(900, 200)
    twin.show()
    twin.show_words(HEADERS, [("a", "b", "c")])

    twin.show_words(("Provider", *HEADERS), [("A provider of some name", "a", "b", "c")])

    assert twin.columnWidth(0) > twin.fontMetrics().horizontalAdvance("A provider of some name")
