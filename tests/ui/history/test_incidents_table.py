"""The incidents table: sorted, filtered and counted, by keyboard alone, thousands of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.builders import at
from trayuptime.core.model import Incident, IncidentKind, Note, Phase, Service, Span, Surface
from trayuptime.core.notes import about, by_incident
from trayuptime.core.reasons import Reason
from trayuptime.ui.history.incident_rows import COLUMNS, IncidentRow, rows_of
from trayuptime.ui.history.incidents import IncidentsTable
from trayuptime.ui.marks import Mark
from ui.history.nights import HOSTILE, NAMES

HOUR_S = 3_600.0
_REASONS = (Reason.SERVER_ERROR, Reason.OVERLOADED, Reason.CONNECT_TIMEOUT)
_SERVICES = {
    IncidentKind.OUTAGE: Service.DOWN,
    IncidentKind.DEGRADED: Service.DEGRADED,
    IncidentKind.UNSTABLE: Service.DEGRADED,
}


def incident(number: int, **more: object) -> Incident:
    """The first begins at noon, each other one two hours later; they last a minute for their number."""
    kind, surface = tuple(IncidentKind)[number % 3], tuple(Surface)[number % 2]
    start, end = at(number * 2 * HOUR_S), at(number * 2 * HOUR_S + 60 * (number % 50 + 1))
    made = Incident(
        number,
        "ab"[number % 2],
        surface,
        kind,
        start,
        start + 20_000,
        (Phase(start, _SERVICES[kind]),),
        (_REASONS[number % 3],),
        end,
        seen=(Span(start, end),),
        acknowledged_at=start + 300_000 if number % 4 == 0 else None,
        vendor_title="Elevated errors" if number % 4 == 0 else "",
    )
    return replace(made, **more)  # type: ignore[arg-type]  # the fields by their names


def rows(count: int, *others: Incident) -> tuple[IncidentRow, ...]:
    found = [*map(incident, range(1, count + 1)), *others]
    return rows_of(found, {}, NAMES, at(10_000 * HOUR_S))


@pytest.fixture
def table(qtbot: QtBot) -> IncidentsTable:
    made = IncidentsTable()
    qtbot.addWidget(made)
    made.resize(1000, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def column(table: IncidentsTable, name: str) -> list[str]:
    model, at_ = table.table.model(), COLUMNS.index(name)
    return [model.index(row, at_).data() for row in range(model.rowCount())]


def numbers(table: IncidentsTable) -> list[int]:
    return [row.number for row in table.model.shown]


def test_none_is_said_so(table: IncidentsTable) -> None:
    assert table.words.text() == "No incident is known."
    assert not table.table.isVisible()
    assert not table.count.isVisible()


def test_one_is_a_row_and_counted(table: IncidentsTable) -> None:
    table.show_rows(rows(0, incident(3)))

    assert table.count.text() == "1 incident, 4 min down"
    assert not table.words.isVisible()


def test_the_newest_is_on_top(table: IncidentsTable) -> None:
    table.show_rows(rows(5))

    assert numbers(table) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_sorts_both_ways(name: str, table: IncidentsTable) -> None:
    table.show_rows(rows(40))
    by = COLUMNS.index(name)

    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        table.table.sortByColumn(by, order)
        found = [row.order[by] for row in table.model.shown]
        assert found == sorted(found, reverse=order is Qt.SortOrder.DescendingOrder)
        ties = [
            (one.started_at, other.started_at)
            for one, other in zip(table.model.shown, table.model.shown[1:], strict=False)
            if one.order[by] == other.order[by]
        ]
        assert all(newer > older for newer, older in ties)


def test_durations_sort_by_their_length_and_not_by_their_words(table: IncidentsTable) -> None:
    table.show_rows(rows(20))
    table.table.sortByColumn(COLUMNS.index("Lasted"), Qt.SortOrder.AscendingOrder)

    assert column(table, "Lasted")[:3] == ["2 min", "3 min", "4 min"]
    assert column(table, "Lasted")[-1] == "21 min"


def test_space_sorts_by_the_column_of_the_cursor_and_back(table: IncidentsTable) -> None:
    table.show_rows(rows(9))
    table.table.setFocus()
    table.table.setCurrentIndex(table.model.index(0, COLUMNS.index("Lasted")))

    QTest.keyClick(table.table, Qt.Key.Key_Space)
    assert numbers(table) == list(range(1, 10))
    QTest.keyClick(table.table, Qt.Key.Key_Space)

    assert numbers(table) == list(range(9, 0, -1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("overloaded", lambda number: number % 3 == 1),
        ("ALPHA out", lambda number: number % 2 == 0 and number % 3 == 0),
        ("elevated", lambda number: number % 4 == 0),
        ("nowhere", lambda _: False),
    ],
)
def test_every_word_of_the_filter_has_to_be_found(
    text: str, found: Callable[[int], bool], table: IncidentsTable
) -> None:
    table.show_rows(rows(24))

    table.field.setText(text)

    assert numbers(table) == [number for number in range(24, 0, -1) if found(number)]
    assert table.words.text() == ("" if any(map(found, range(1, 25))) else "None of them fits the filter.")


def test_kind_and_surface_narrow_it_and_what_is_left_is_counted(table: IncidentsTable) -> None:
    table.show_rows(rows(12))

    table.kinds.setCurrentText("Outages")
    assert numbers(table) == [12, 9, 6, 3]
    assert table.count.text() == "4 of 12 incidents, 34 min down"
    table.surfaces.setCurrentText("web")

    assert numbers(table) == [9, 3]
    table.kinds.setCurrentText("Degraded")
    assert table.count.text() == "2 of 12 incidents, never down"


def test_a_note_is_found_too(table: IncidentsTable) -> None:
    one = incident(3)
    note = Note(one.provider, one.surface, one.started_at, one.started_at, "Ticket 4711")
    found = rows_of([one, incident(4)], by_incident([note]), NAMES, at(0))
    table.show_rows(found)

    table.field.setText("4711")

    assert numbers(table) == [3]
    assert (column(table, "Notes"), about(one)) == (["1"], ("b", Surface.WEB, one.started_at))


def test_enter_and_a_double_click_ask_for_the_incident(table: IncidentsTable, qtbot: QtBot) -> None:
    table.show_rows(rows(5))
    table.take_focus()
    table.table.choose(1)

    with qtbot.waitSignal(table.incident_asked) as asked:
        QTest.keyClick(table.table, Qt.Key.Key_Return)
    assert asked.args == [4]
    place = table.table.visualRect(table.model.index(2, 0)).center()
    with qtbot.waitSignal(table.incident_asked) as asked:
        QTest.mouseClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert asked.args == [3]


def test_the_filter_leads_to_the_table_and_escape_empties_it(table: IncidentsTable, qtbot: QtBot) -> None:
    table.show_rows(rows(9))
    table.focus_filter()
    assert QApplication.focusWidget() is table.field
    QTest.keyClicks(table.field, "elev")
    assert numbers(table) == [8, 4]

    QTest.keyClick(table.field, Qt.Key.Key_Escape)
    assert (table.field.text(), len(numbers(table))) == ("", 9)
    QTest.keyClick(table.field, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is table.table
    QTest.keyClick(table.table, Qt.Key.Key_End)
    with qtbot.waitSignal(table.incident_asked) as asked:
        QTest.keyClick(table.table, Qt.Key.Key_Enter)

    assert asked.args == [1]


def test_escape_empties_the_filter_before_it_closes_a_window(table: IncidentsTable, qtbot: QtBot) -> None:
    closing = QShortcut(QKeySequence(Qt.Key.Key_Escape), table)
    table.show_rows(rows(9))
    table.focus_filter()
    table.field.setText("elev")

    with qtbot.assertNotEmitted(closing.activated):
        QTest.keyClick(table.field, Qt.Key.Key_Escape)
    assert table.field.text() == ""
    with qtbot.waitSignal(closing.activated):
        QTest.keyClick(table.field, Qt.Key.Key_Escape)


def test_tab_leads_from_the_filter_over_the_menus_to_the_table(table: IncidentsTable) -> None:
    table.show_rows(rows(9))
    table.focus_filter()
    walked: list[QWidget] = []
    for _ in range(5):
        focus = QApplication.focusWidget()
        assert focus is not None
        walked.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)

    assert walked == [table.field, table.kinds, table.surfaces, table.table, table.field]


def test_every_cell_and_every_row_has_words(table: IncidentsTable) -> None:
    table.show_rows(rows(8))

    for row, shown in enumerate(table.model.shown):
        said = [
            table.model.index(row, n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(len(COLUMNS))
        ]
        assert said[0] == shown.sentence
        assert all(said)
        assert not any(cell.endswith(("–", ": ")) for cell in said)
    names = (table.field, table.kinds, table.surfaces, table.table)
    assert all(widget.accessibleName() for widget in names)


def test_a_mark_stands_beside_its_word(table: IncidentsTable) -> None:
    found = {row.kind: row.mark for row in rows(6)}

    assert found == {
        IncidentKind.OUTAGE: Mark.DOWN,
        IncidentKind.DEGRADED: Mark.DEGRADED,
        IncidentKind.UNSTABLE: Mark.DEGRADED,
    }


# While it is looked at


def test_new_rows_leave_what_is_looked_at_where_it_is(table: IncidentsTable) -> None:
    table.show_rows(rows(100))
    table.field.setText("alpha")
    table.table.choose(30)
    table.table.verticalScrollBar().setValue(25)
    chosen = table.model.shown[30].number

    table.show_rows(rows(104))
    QApplication.processEvents()

    row = table.table.currentIndex().row()
    assert (table.model.shown[row].number, row) == (chosen, 32)
    assert table.table.verticalScrollBar().value() == 27
    assert table.field.text() == "alpha"


def test_a_filter_that_hides_the_chosen_one_and_is_taken_back_finds_it_again(table: IncidentsTable) -> None:
    table.show_rows(rows(100))
    table.table.choose(40)
    chosen = table.model.shown[40].number

    table.field.setText("nowhere")
    assert not table.table.currentIndex().isValid()
    table.field.clear()

    assert table.model.shown[table.table.currentIndex().row()].number == chosen


def test_the_same_rows_are_not_drawn_again(table: IncidentsTable, qtbot: QtBot) -> None:
    table.show_rows(rows(5))

    with qtbot.assertNotEmitted(table.model.modelReset):
        table.show_rows(rows(5))


def test_two_thousand_are_all_there(table: IncidentsTable) -> None:
    table.show_rows(rows(2_000))

    assert table.count.text().startswith("2,000 incidents, ")
    table.field.setText("overloaded alpha")
    assert table.count.text().startswith("333 of 2,000 incidents")


def test_what_strangers_wrote_is_a_cell_and_no_more(table: IncidentsTable) -> None:
    hostile = incident(4, vendor_title=HOSTILE, provider=HOSTILE)
    table.show_rows(rows(0, hostile))

    for cell in (name for name in COLUMNS if column(table, name)):
        (text,) = column(table, cell)
        assert text.isprintable()
        assert len(text) <= 120
        tip = table.model.index(0, COLUMNS.index(cell)).data(Qt.ItemDataRole.ToolTipRole)
        assert "<b>" not in tip
    assert table.width() == 1000
