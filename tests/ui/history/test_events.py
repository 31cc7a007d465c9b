"""The history window reads a real history file, away from the GUI thread, and shows it in words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trayuptime.core import contract
from trayuptime.core.model import (
    Feed,
    FeedState,
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Key,
    Phase,
    Service,
    Span,
    Suggestion,
    Surface,
    Switch,
    Vantage,
)
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    FeedSaid,
    GapSeen,
    Happening,
    PrimaryBack,
    State,
    Suggested,
    SurfaceState,
    Switched,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)
from trayuptime.history import History, Reader
from trayuptime.ui.history.event_model import WHAT
from trayuptime.ui.history.event_rows import Row, as_it_fell, row_of
from trayuptime.ui.history.events import WIDEST_PX
from trayuptime.ui.history.untold import untold, untold_gaps
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.marks import Mark
from trayuptime.ui.view import view_of
from ui.tellings import NOW, at, down, telling, up

NAMES = {"alpha": "Alpha AI", "beta": "Beta Models"}
KEY = Key("alpha", Surface.API)


def incident() -> Incident:
    found = view_of(telling(down())).lights[0].incident
    assert found is not None
    return found


def went_down(clock: str = "14:02:31") -> WentDown:
    return WentDown(at(clock), KEY, incident(), Reason.SERVER_ERROR, reopened=False, tell=True)


def came_up() -> CameUp:
    ended = replace(incident(), ended_at=at("14:05:00"))
    return CameUp(at("14:05:10"), KEY, ended, 180.0, tell=True)


def row(happening: Happening) -> Row:
    event = contract.event(happening)
    assert event is not None
    return row_of(event, NAMES, {})


def test_an_outage_that_its_incident_did_not_begin_with_is_told_since_its_own_first_failure() -> None:
    """The contract's event tells when the incident began: with slow answers, or with an earlier fall."""
    slow_first = replace(
        incident(), phases=(Phase(at("14:02:00"), Service.DEGRADED), Phase(at("14:03:18"), Service.DOWN))
    )
    event = contract.event(replace(went_down("14:03:40"), incident=slow_first))
    assert event is not None

    told = row_of(as_it_fell(event, slow_first), NAMES, {})

    assert told.details == "answers with a server error since 14:03:18"
    assert as_it_fell(event, None) is event
    another = replace(slow_first, started_at=at("13:00"))  # it got the number when two were merged
    assert as_it_fell(event, another) is event


# The rows


@pytest.mark.parametrize(
    ("happening", "who", "what", "details"),
    [
        (went_down(), "Alpha AI API", "down", "answers with a server error since 14:02:00"),
        (
            replace(went_down(), reopened=True),
            "Alpha AI API",
            "down again",
            "answers with a server error since 14:02:00",
        ),
        (came_up(), "Alpha AI API", "up again", "since 14:05:00, after 3 min of downtime"),
        (
            WentDegraded(at(NOW), KEY, incident(), Reason.SLOW),
            "Alpha AI API",
            "degraded",
            "answers slowly since 14:02:00",
        ),
        (
            WentUnstable(at(NOW), KEY, incident(), Reason.SERVER_ERROR),
            "Alpha AI API",
            "unstable",
            "fails and recovers over and over since 14:02:00",
        ),
        (
            AccessChanged(at(NOW), "beta", Access.KEY_REJECTED, Access.OK, ""),
            "Beta Models",
            "access",
            "key rejected",
        ),
        (
            VantageChanged(at(NOW), Vantage.OFFLINE),
            "this computer",
            "offline",
            "this computer is offline",
        ),
        (
            GapSeen(Gap(at("13:00"), at("13:30"), GapCause.APP_OFF)),
            "this computer",
            "not seen",
            "TrayUptime was not running, until 13:30:00",
        ),
        (
            Suggested(at(NOW), Suggestion("alpha", "beta", "up, 0.6 s", at(NOW))),
            "Alpha AI",
            "suggestion",
            "use Beta Models: up, 0.6 s",
        ),
        (
            Suggested(at(NOW), Suggestion("alpha", None, "no working fallback: beta is down", None)),
            "Alpha AI",
            "suggestion",
            "no working fallback: beta is down",
        ),
        (PrimaryBack(at(NOW), "alpha"), "Alpha AI", "back", "up for 15 minutes without a break"),
        (
            FeedSaid(at(NOW), Feed(at(NOW), "alpha", FeedState.DOWN, title="API errors")),
            "Alpha AI",
            "their page: down",
            "API errors",
        ),
    ],
)
def test_a_row_says_who_what_and_how(happening: Happening, who: str, what: str, details: str) -> None:
    said = row(happening)

    assert (said.who, said.what, said.details) == (who, what, details)


def test_a_recovery_has_the_vendors_own_words_beside_it() -> None:
    event = contract.event(came_up())
    assert event is not None
    said = row_of(event, NAMES, {1: "their first word 14:20, 18 min after our first failure"})

    assert said.details.endswith("of downtime; their first word 14:20, 18 min after our first failure")


@pytest.mark.parametrize(("back", "what"), [(False, "switched"), (True, "switched back")])
def test_a_switch_is_the_users_and_has_names(back: bool, what: str) -> None:
    said = row_of(contract.exported_switch(Switch(at(NOW), "alpha", "beta", back)), NAMES, {})

    assert (said.who, said.what, said.details) == ("you", what, "from Alpha AI to Beta Models")


def test_a_provider_that_is_gone_keeps_its_id() -> None:
    event = contract.event(PrimaryBack(at(NOW), "removed"))
    assert event is not None

    assert row_of(event, NAMES, {}).who == "removed"


def test_a_time_of_another_day_has_its_day() -> None:
    yesterday = at("14:02") - 86_400_000
    long_ago = replace(went_down(), incident=replace(incident(), started_at=yesterday))

    day = f"{datetime.fromtimestamp(yesterday / 1000).astimezone():%a %d %b}"
    assert row(long_ago).details == f"answers with a server error since {day} 14:02:00"


def test_another_year_is_named() -> None:
    event = {**(contract.event(went_down()) or {}), "at": "2019-06-01T12:00:00.000Z"}

    assert " 2019 " in row_of(event, NAMES, {}).when


@pytest.mark.parametrize("cause", GapCause)
def test_every_gap_has_its_cause_in_words(cause: GapCause) -> None:
    assert "_" not in row(GapSeen(Gap(at("13:00"), at("13:30"), cause))).details


def test_what_is_a_light_has_its_mark() -> None:
    assert row(went_down()).mark is Mark.DOWN
    assert row(came_up()).mark is Mark.UP
    assert row(PrimaryBack(at(NOW), "alpha")).mark is None


# The window


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    made = History.open(path, lambda: "now")
    yield made
    made.close()


@pytest.fixture
def window(path: Path, qtbot: QtBot) -> HistoryWindow:
    made = opened(path)
    qtbot.addWidget(made)
    return made


def opened(
    path: Path, open_file: Callable[[Path], Reader] = Reader, alpha: str = "Alpha AI"
) -> HistoryWindow:
    """The page of what happened, not shown yet."""
    made = HistoryWindow(path, open_file, pause_ms=0)
    made.show_view(view_of(telling(up("alpha", alpha), up("beta", "Beta Models"))))
    made.pages.setCurrentWidget(made.events)
    return made


def write(history: History, *happenings: Happening) -> None:
    history.append(happenings, State(), at(NOW))


def open_and_read(window: HistoryWindow, qtbot: QtBot) -> list[list[str]]:
    with qtbot.waitSignal(window.refreshed):
        window.show()
        window.refresh()
    return cells(window)


def cells(window: HistoryWindow) -> list[list[str]]:
    model = window.events.table.model()
    return [_row(model, n) for n in range(model.rowCount())]


def _row(model: QAbstractItemModel, number: int) -> list[str]:
    return [model.index(number, column).data() for column in range(model.columnCount())]


def test_an_empty_history_says_so(window: HistoryWindow, history: History, qtbot: QtBot) -> None:
    assert open_and_read(window, qtbot) == []
    assert window.events.words.accessibleName().startswith("Nothing has happened yet.")
    assert not window.events.table.isVisible()


def test_it_says_that_it_reads_before_it_knows_that_nothing_is_there(window: HistoryWindow) -> None:
    assert window.words.accessibleName() == "Reading…"


def test_what_happened_stands_there_newest_first(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    write(history, went_down(), Switched(Switch(at("14:03"), "alpha", "beta")), came_up())

    rows = open_and_read(window, qtbot)

    assert [(who, what) for _, who, what, _ in rows] == [
        ("Alpha AI API", "up again"),
        ("you", "switched"),
        ("Alpha AI API", "down"),
    ]
    assert window.events.table.isVisible()
    assert not window.words.isVisible()


def keep(history: History, *incidents: Incident) -> None:
    """As an import does: without an event."""
    for each in incidents:
        state = SurfaceState(service=Service.UP, previous=each)
        history.append((), State(surfaces={Key(each.provider, each.surface): state}), at(NOW))


def imported(number: int = 7, **more: Any) -> Incident:
    facts: dict[str, Any] = {
        "ended_at": at("14:05"),
        "phases": (Phase(at("14:02"), Service.DOWN),),
        "seen": (Span(at("14:02"), at("14:05")),),
        "reasons": (Reason.OVERLOADED, Reason.SERVER_ERROR),
    }
    return replace(incident(), id=number, **{**facts, **more})


def test_an_imported_incident_stands_there_and_that_nobody_was_told(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    keep(history, imported())

    rows = open_and_read(window, qtbot)

    assert [(who, what, details) for _, who, what, details in rows] == [
        (
            "Alpha AI API",
            "up again",
            "since 14:05:00, after 3 min of downtime; from a recording, nobody was told",
        ),
        (
            "Alpha AI API",
            "down",
            "says it is overloaded since 14:02:00; from a recording, nobody was told",
        ),
    ]


def test_what_was_told_stands_there_once(window: HistoryWindow, history: History, qtbot: QtBot) -> None:
    write(history, went_down(), came_up())
    keep(history, replace(imported(), id=incident().id))

    assert [what for _, _, what, _ in open_and_read(window, qtbot)] == ["up again", "down"]


def test_what_had_begun_before_the_oldest_event_that_was_read_may_have_been_told_before() -> None:
    began = imported().started_at

    assert list(untold([imported()], [], began + 1)) == []
    assert [event["event"] for event in untold([imported()], [], began)] == ["down", "up"]


def recorded_gap(history: History, gap: Gap) -> None:
    """As an import leaves it: no event tells of it."""
    with history._transaction(synced=False) as connection:
        names = (None, None) if gap.key is None else (gap.key.provider, gap.key.surface.value)
        connection.execute(
            "INSERT INTO gap VALUES (?, ?, ?, ?, ?)", (gap.at, gap.until, gap.cause.value, *names)
        )


def test_an_imported_gap_stands_there_and_that_nobody_was_told(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    recorded_gap(history, Gap(at("12:00"), at("12:30"), GapCause.ASLEEP, KEY))
    recorded_gap(history, Gap(at("11:00"), at("11:30"), GapCause.OFFLINE))

    rows = open_and_read(window, qtbot)

    never = "; from a recording, nobody was told"
    assert [(who, what, details) for _, who, what, details in rows] == [
        ("Alpha AI API", "not seen", f"this computer slept, until 12:30:00{never}"),
        ("this computer", "not seen", f"this computer was offline, until 11:30:00{never}"),
    ]


def test_a_gap_that_was_told_stands_there_once(window: HistoryWindow, history: History, qtbot: QtBot) -> None:
    write(history, GapSeen(Gap(at("13:00"), at("13:30"), GapCause.APP_OFF)))

    assert [what for _, _, what, _ in open_and_read(window, qtbot)] == ["not seen"]


WHOLE = contract.event(GapSeen(Gap(at("13:00"), at("13:30"), GapCause.ASLEEP)))
OURS = contract.event(GapSeen(Gap(at("13:00"), at("13:30"), GapCause.ASLEEP, KEY)))


@pytest.mark.parametrize(
    ("event", "gap", "told"),
    [
        (WHOLE, Gap(at("13:10"), at("13:30"), GapCause.ASLEEP, KEY), True),
        (WHOLE, Gap(at("13:10"), at("13:31"), GapCause.ASLEEP, KEY), False),
        (WHOLE, Gap(at("13:10"), at("13:30"), GapCause.OFFLINE, KEY), False),
        (OURS, Gap(at("13:10"), at("13:30"), GapCause.ASLEEP, KEY), True),
        (OURS, Gap(at("13:10"), at("13:30"), GapCause.ASLEEP), False),
        (OURS, Gap(at("13:10"), at("13:30"), GapCause.ASLEEP, Key("alpha", Surface.WEB)), False),
    ],
)
def test_an_event_tells_of_what_lies_in_its_gap(event: dict[str, Any], gap: Gap, told: bool) -> None:
    assert (list(untold_gaps([gap], [event], 0)) == []) is told
    assert list(untold_gaps([gap], [], gap.at + 1)) == []


@pytest.mark.parametrize(
    ("kind", "word"),
    [(IncidentKind.OUTAGE, "down"), (IncidentKind.DEGRADED, "degraded"), (IncidentKind.UNSTABLE, "unstable")],
)
def test_a_recording_may_not_say_why_nor_how_it_ended(kind: IncidentKind, word: str) -> None:
    (event,) = untold([imported(kind=kind, reasons=(), ended_at=None)], [], 0)
    said = row_of(event, NAMES, {})

    assert said.what == word
    assert said.details.endswith("since 14:02:00; from a recording, nobody was told")
    assert said.mark in {Mark.DOWN, Mark.DEGRADED}


def test_the_file_is_read_away_from_the_gui_thread(path: Path, history: History, qtbot: QtBot) -> None:
    threads: list[QThread] = []

    def open_file(path: Path) -> Reader:
        threads.append(QThread.currentThread())
        return Reader(path)

    window = opened(path, open_file)
    qtbot.addWidget(window)

    open_and_read(window, qtbot)

    assert len(threads) == 1
    assert threads[0] is not window.thread()


def test_new_rows_come_in_on_top_and_what_was_selected_stays(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    write(history, went_down())
    open_and_read(window, qtbot)
    window.events.table.selectRow(0)
    inserted: list[tuple[int, int]] = []

    def note(_parent: QModelIndex, first: int, last: int) -> None:
        inserted.append((first, last))

    window.events.table.model().rowsInserted.connect(note)

    write(history, came_up())
    with qtbot.waitSignal(window.refreshed):
        window.refresh()

    assert inserted == [(0, 0)]
    assert [index.row() for index in window.events.table.selectionModel().selectedRows()] == [1]


def test_five_hundred_rows_are_no_burden(window: HistoryWindow, history: History, qtbot: QtBot) -> None:
    write(history, *(went_down(f"{n // 60:02}:{n % 60:02}:00") for n in range(500)))

    assert len(open_and_read(window, qtbot)) == 500
    assert window.events.table.rowHeight(499) == window.events.table.rowHeight(0)


def test_what_is_looked_at_stays_though_the_oldest_rows_go(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    write(history, *(went_down(f"{n // 60:02}:{n % 60:02}:00") for n in range(500)))
    open_and_read(window, qtbot)
    table = window.events.table
    table.selectRow(200)
    looked_at, place = table.currentIndex().data(), table.visualRect(table.currentIndex()).top()

    write(history, came_up())
    with qtbot.waitSignal(window.refreshed):
        window.refresh()

    assert table.model().rowCount() == 500
    assert [index.data() for index in table.selectionModel().selectedRows()] == [looked_at]
    assert table.visualRect(table.currentIndex()).top() == place


def test_a_refresh_while_reading_reads_once_more(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    window.show()
    with qtbot.waitSignal(window.refreshed):
        window.refresh()
        write(history, went_down())
        window.refresh()
        window.refresh()

    assert len(cells(window)) == 1


def test_a_closed_window_reads_nothing(window: HistoryWindow, history: History) -> None:
    window.refresh()

    assert not any(thread.isRunning() for thread in window.findChildren(QThread))


def test_other_names_are_shown_at_once(window: HistoryWindow, history: History, qtbot: QtBot) -> None:
    write(history, went_down())
    open_and_read(window, qtbot)

    with qtbot.waitSignal(window.refreshed):
        window.show_view(view_of(telling(up("alpha", "Renamed"))))

    assert cells(window)[0][1] == "Renamed API"


def test_a_file_that_cannot_be_read_is_told_and_the_rows_stay(
    window: HistoryWindow, history: History, path: Path, qtbot: QtBot
) -> None:
    write(history, went_down())
    open_and_read(window, qtbot)
    history.close()
    path.write_bytes(b"this is no history" * 1000)

    with qtbot.waitSignal(window.refreshed):
        window.refresh()

    assert window.words.isVisible()
    assert str(path) in window.words.accessibleName()
    assert len(cells(window)) == 1


def test_names_get_room_but_not_all_of_it(window: HistoryWindow, history: History, qtbot: QtBot) -> None:
    window.show_view(view_of(telling(up("alpha", "W" * 200))))
    write(history, went_down())
    open_and_read(window, qtbot)

    widths = [window.events.table.columnWidth(column) for column in range(4)]

    assert max(widths[:3]) <= WIDEST_PX
    assert widths[3] >= 150


def test_a_cell_tells_its_words_to_who_cannot_see_it(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    write(history, went_down())
    open_and_read(window, qtbot)
    model = window.events.table.model()

    for column in range(model.columnCount()):
        assert model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
    assert not model.index(0, WHAT).data(Qt.ItemDataRole.DecorationRole).isNull()
    assert window.events.table.accessibleName() == "What happened, newest first"


def test_escape_closes_it_and_tab_leaves_the_table(
    window: HistoryWindow, history: History, qtbot: QtBot
) -> None:
    write(history, went_down(), came_up())
    open_and_read(window, qtbot)
    QTest.qWaitForWindowActive(window)
    window.events.table.setFocus()
    window.events.table.selectRow(0)

    QTest.keyClick(window.events.table, Qt.Key.Key_Tab)
    assert window.events.table.currentIndex().column() == 0
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)

    assert not window.isVisible()


def test_the_end_waits_for_a_reading_under_way(window: HistoryWindow, history: History) -> None:
    window.show()
    window.refresh()

    window.finish()

    assert all(thread.isFinished() for thread in window.findChildren(QThread))
