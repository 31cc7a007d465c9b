"""The model of a time line changes in place, whatever comes after whatever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from trayuptime.ui.history.incident_shown import Moment
from trayuptime.ui.history.incident_timeline import COLUMNS, TimelineModel
from trayuptime.ui.history.incidents_model import IncidentsModel
from ui.history.test_incidents_table import rows

Letters = st.text("abc", max_size=8)


def moments(letters: str) -> tuple[Moment, ...]:
    return tuple(Moment(0, letter, letter, "measured", letter) for letter in letters)


def shown(model: TimelineModel) -> str:
    return "".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


@given(before=Letters, after=Letters)
def test_after_any_change_it_shows_what_it_was_given(before: str, after: str) -> None:
    model = TimelineModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    model.replace(moments(before))
    model.replace(moments(after))

    assert shown(model) == after
    assert tester.model() is model


@pytest.mark.parametrize(
    ("before", "row", "after", "then"),
    [("abc", 1, "abcd", 1), ("abc", 2, "axbc", 3), ("abc", 2, "ac", 1), ("abc", 1, "aXc", 1)],
    ids=["added", "put between", "taken away", "changed"],
)
def test_what_is_looked_at_goes_where_it_goes(before: str, row: int, after: str, then: int) -> None:
    model = TimelineModel()
    model.replace(moments(before))
    place = QPersistentModelIndex(model.index(row, 0))

    model.replace(moments(after))

    assert place.row() == then


def test_what_is_no_row_has_no_data() -> None:
    model = TimelineModel()

    assert model.data(model.index(0, 0)) is None
    assert model.moment(-1) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in range(len(COLUMNS))] == list(COLUMNS)


def test_the_models_keep_what_qt_asks_of_one(qtbot: QtBot) -> None:
    model = IncidentsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    model.replace(rows(9))
    model.seek("alpha", None, None)
    model.sort(3, Qt.SortOrder.DescendingOrder)

    assert tester.model() is model
    assert model.rowCount() == 4
