"""Columns of a table: by their words, all in view where that can be, until the user gives them a width."""

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from trayuptime.ui.history.tables import Table, shared

LONG = "answers with a server error, over and over again, for as long as anybody can remember"


@pytest.mark.parametrize(
    ("wanted", "least", "room", "given"),
    [
        ([100, 50], [40, 40], 200, [100, 50]),
        ([100, 50], [40, 40], 120, [70, 50]),
        ([100, 50], [40, 40], 90, [45, 45]),
        ([100, 50, 20], [40, 40, 20], 100, [40, 40, 20]),
        ([100, 50], [40, 40], 10, [40, 40]),
        ([300, 300, 30], [80, 20, 20], 330, [150, 150, 30]),
        ([30, 10], [40, 20], 500, [40, 20]),
        ([], [], 10, []),
    ],
)
def test_the_widest_give_first_and_none_less_than_its_header(
    wanted: list[int], least: list[int], room: int, given: list[int]
) -> None:
    assert shared(wanted, least, room) == given


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    model = QStandardItemModel()
    model.setHorizontalHeaderLabels(["Started", "A rather long header", "Reason"])
    model.appendRow([QStandardItem(each) for each in ("24 Sep 15:00", "x", LONG)])
    model.appendRow([QStandardItem(each) for each in ("24 Sep 15:00", LONG, "x")])
    made = Table(model, "table")
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    made.fit(400)
    return made


def widths(table: Table) -> list[int]:
    return [table.columnWidth(column) for column in range(3)]


def test_all_columns_are_in_view_and_no_header_is_cut(table: Table) -> None:
    for px in (500, 1200, 360):
        table.resize(px, 200)
        QTest.qWait(0)

        assert sum(widths(table)) == table.viewport().width()
        for column, width in enumerate(widths(table)):
            assert width >= table.horizontalHeader().sectionSizeHint(column)
    assert not table.horizontalScrollBar().isVisible()
    table.resize(1200, 200)
    table.fit(100)
    assert sum(widths(table)) == table.viewport().width()
    assert table.columnWidth(0) >= table.fontMetrics().horizontalAdvance("24 Sep 15:00")


def test_a_column_that_may_not_be_cut_has_room_for_its_words(table: Table) -> None:
    table.uncut = {2: 10_000}

    for px in (480, 300):
        table.resize(px, 200)
        QTest.qWait(0)

        assert table.columnWidth(2) >= 400


def test_words_that_get_longer_get_room_and_keep_it(table: Table) -> None:
    model = table.model()
    table.resize(1200, 200)
    before = table.columnWidth(0)
    model.setData(model.index(0, 0), "24 Sep 15:00:00 and later")
    table.widen(400)
    wide = table.columnWidth(0)
    model.setData(model.index(0, 0), "24 Sep")
    table.widen(400)

    assert wide > before
    assert table.columnWidth(0) == wide


def test_words_that_get_longer_take_no_width_from_the_user(table: Table) -> None:
    table.resize(1200, 200)
    table.horizontalHeader().resizeSection(0, 77)
    table.model().setData(table.model().index(0, 0), LONG)

    table.widen(400)

    assert table.columnWidth(0) == 77


def test_a_width_that_the_user_gave_stays(table: Table) -> None:
    table.horizontalHeader().resizeSection(1, 77)  # as dragging does

    table.resize(900, 200)

    assert table.columnWidth(1) == 77
