"""The last day is read in a thread of its own, only while somebody looks, and a hole where it cannot be."""

import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from history.watching import DEEPSEEK, OPENAI, WEB, Watching
from trayuptime.core.figures import figures, together
from trayuptime.core.last_day import LENGTH_MS, SLOT_MS, drawn
from trayuptime.core.lights import Watched
from trayuptime.core.model import Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.strip import SEEN, Status, totals
from trayuptime.history import History, Reader
from trayuptime.runtime.told import Told
from trayuptime.ui.lately import NEWS_MS, NO_DAYS, UNSETTLED_SLOTS, LastDays, Lately, last_days

WATCHED = (
    Watched("deepseek", "DeepSeek", (Surface.API, Surface.WEB)),
    Watched("openai", "OpenAI", (Surface.API,)),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    history = History.open(path, lambda: "now")
    yield history
    history.close()


def told_of(watching: Watching) -> Told:
    return Told(watching.now, watching.state, watched=WATCHED)


def days_of(path: Path, watching: Watching, before: LastDays = NO_DAYS) -> LastDays:
    with Reader(path) as reader:
        return last_days(reader, told_of(watching), watching.now, before)


# What is read


def test_a_provider_is_down_while_any_of_its_surfaces_is(history: History, path: Path) -> None:
    watching = Watching()
    for reason in (Reason.OK,) * 40 + (Reason.SERVER_ERROR,) * 20 + (Reason.OK,) * 10:
        watching.cycle(history, {WEB: reason})

    days = days_of(path, watching)

    window = Span(watching.now - LENGTH_MS, watching.now)
    with Reader(path) as reader, reader.windows(window) as windows:
        for provider, keys in (("deepseek", (DEEPSEEK, WEB)), ("openai", (OPENAI,))):
            truth = figures(together([windows.record(key, window) for key in keys]))
            sums = totals(days[provider].strip)
            assert sum(sums) == LENGTH_MS
            assert sums[Status.DOWN] / 1000 == truth.downtime_s
            assert sum(sums[status] for status in SEEN) / 1000 == truth.covered_s
    assert totals(days["deepseek"].strip)[Status.DOWN] == 600_000
    assert sum(slot.failures for slot in days["deepseek"].traces[Surface.WEB]) == 20
    assert sum(slot.failures for slot in days["deepseek"].traces[Surface.API]) == 0


def test_time_before_the_first_answer_is_not_up(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)

    sums = totals(days_of(path, watching)["openai"].strip)

    assert sums[Status.UP] == 299  # since the probe began
    assert sums[Status.UNSEEN] == LENGTH_MS - 299


def test_a_pause_that_lasts_is_a_pause_already(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    watching.state = replace(watching.state, paused_since=watching.now)
    watching.now += 3_600_000

    assert totals(days_of(path, watching)["openai"].strip)[Status.PAUSED] == 3_600_000


def test_a_provider_without_any_answer_has_an_empty_day(history: History, path: Path) -> None:
    days = days_of(path, Watching())

    assert days["openai"].strip == ((Status.UNSEEN, LENGTH_MS),)
    assert set(days["openai"].traces[Surface.API]) == {(None, None, None, 0, False)}


@pytest.mark.parametrize("later_cycles", [1, 29, 31, 200])
def test_what_is_read_in_parts_is_what_is_read_at_once(
    history: History, path: Path, later_cycles: int
) -> None:
    watching = Watching()
    for n in range(400):
        watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR if 350 < n < 390 else Reason.OK})
    before = days_of(path, watching)
    for n in range(later_cycles):
        watching.cycle(history, {OPENAI: Reason.SERVER_ERROR if n < 9 else Reason.OK}, latency_ms=40.0 + n)

    assert days_of(path, watching, before) == days_of(path, watching)


@pytest.mark.parametrize("interval_s", [60.0, 1_500.0, 3_600.0])
def test_a_line_is_not_broken_at_a_pace_slower_than_its_slots(
    history: History, path: Path, interval_s: float
) -> None:
    watching = Watching()
    began = watching.now
    before = NO_DAYS
    while watching.now < began + 12 * 3_600_000:
        watching.see(OPENAI, Reason.OK, latency_ms=40.0, flight_ms=0, interval_s=interval_s)
        watching.commit(history)
        before = days_of(path, watching, before)
        watching.now += round(interval_s * 1000)
    watching.now -= round(interval_s * 1000)

    trace = days_of(path, watching, before)["openai"].traces[Surface.API]
    assert trace == days_of(path, watching)["openai"].traces[Surface.API]
    assert [slot.follows for slot in trace if slot.low_ms is not None][1:] == [True] * (
        len([slot for slot in trace if slot.low_ms is not None]) - 1
    )


def test_within_a_slot_only_the_last_hours_are_read_again(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    day = days_of(path, watching)["openai"]
    view = drawn(watching.now)
    settled = (Status.ASLEEP, view.end - UNSETTLED_SLOTS * SLOT_MS - day.window.start)
    before = {"openai": replace(day, strip=(settled, *day.strip))}

    again = days_of(path, watching, before)["openai"]

    assert again.strip[0] == settled
    assert again.strip[-1] == day.strip[-1]


def test_a_surface_that_was_added_has_everything_read(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    before = days_of(path, watching)
    fewer = {"deepseek": replace(before["deepseek"], traces={})}

    assert days_of(path, watching, fewer) == before


# When


class CountedFile:
    """Opens a history, and knows how often and in which threads."""

    def __init__(self) -> None:
        self.opened_in: list[QThread] = []

    def __call__(self, path: Path) -> Reader:
        self.opened_in.append(QThread.currentThread())
        return Reader(path)


@pytest.fixture
def file() -> CountedFile:
    return CountedFile()


@pytest.fixture
def lately(path: Path, file: CountedFile, qtbot: QtBot) -> Iterator[Lately]:
    lately = Lately(path, file)
    yield lately
    lately.finish()


def read(lately: Lately, qtbot: QtBot) -> LastDays:
    """What comes when somebody looks."""
    with qtbot.waitSignal(lately.changed) as told:
        lately.want(True)
    qtbot.waitUntil(lambda: lately._reading is None)
    days: LastDays = told.args[0]
    return days


def test_it_is_read_in_another_thread_when_somebody_looks(
    lately: Lately, file: CountedFile, history: History, qtbot: QtBot
) -> None:
    watching = Watching()
    watching.cycle(history)
    lately.hear(told_of(watching))
    assert file.opened_in == []

    days = read(lately, qtbot)

    assert set(days) == {"deepseek", "openai"}
    assert len(file.opened_in) == 1
    assert QThread.currentThread() not in file.opened_in


def test_nothing_is_read_before_anything_was_told(lately: Lately, file: CountedFile) -> None:
    lately.want(True)

    assert file.opened_in == []


def test_nothing_is_read_while_nobody_looks(
    lately: Lately, file: CountedFile, history: History, qtbot: QtBot
) -> None:
    watching = Watching()
    lately.hear(told_of(watching))
    read(lately, qtbot)
    lately.want(False)
    lately._rest.stop()

    for _ in range(20):
        watching.now += NEWS_MS
        lately.hear(told_of(watching))
    lately._aged()

    assert lately._reading is None
    assert len(file.opened_in) == 1


def test_a_day_that_nobody_looks_at_is_forgotten_when_it_is_old(
    lately: Lately, history: History, qtbot: QtBot
) -> None:
    lately.hear(told_of(Watching()))
    read(lately, qtbot)
    lately.want(False)

    with qtbot.waitSignal(lately.changed) as told:
        lately._ageing.timeout.emit()

    assert told.args == [{}]


def test_while_somebody_looks_it_is_read_again_when_it_is_old(
    lately: Lately, file: CountedFile, history: History, qtbot: QtBot
) -> None:
    lately.hear(told_of(Watching()))
    read(lately, qtbot)

    with qtbot.waitSignal(lately.changed):
        lately._ageing.timeout.emit()

    assert len(file.opened_in) == 2


def test_news_are_read_after_a_rest_and_all_at_once(
    lately: Lately, file: CountedFile, history: History, qtbot: QtBot
) -> None:
    watching = Watching()
    lately.hear(told_of(watching))
    read(lately, qtbot)
    for _ in range(5):
        watching.cycle(history)
        lately.hear(told_of(watching))
    assert len(file.opened_in) == 1

    with qtbot.waitSignal(lately.changed) as told:
        lately._rest.timeout.emit()

    assert len(file.opened_in) == 2
    assert told.args[0]["openai"].window.end >= watching.now


def test_what_is_told_a_moment_later_is_no_news(
    lately: Lately, file: CountedFile, history: History, qtbot: QtBot
) -> None:
    watching = Watching()
    lately.hear(told_of(watching))
    read(lately, qtbot)
    lately._rest.stop()

    watching.now += NEWS_MS // 2
    lately.hear(told_of(watching))

    assert lately._reading is None


@pytest.mark.parametrize("wrong", ["absent", "damaged", "newer", "locked"])
def test_a_history_that_cannot_be_read_is_a_hole(
    wrong: str, lately: Lately, history: History, path: Path, qtbot: QtBot
) -> None:
    lately.hear(told_of(Watching()))
    read(lately, qtbot)
    history.close()
    match wrong:
        case "absent":
            path.unlink()
        case "damaged":
            path.write_bytes(b"no history at all" * 500)
        case "newer":
            with sqlite3.connect(path) as connection:
                connection.execute("PRAGMA user_version = 99")
            connection.close()
    holder = sqlite3.connect(path) if wrong == "locked" else None
    if holder is not None:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")

    with qtbot.waitSignal(lately.changed) as told:
        lately._ageing.timeout.emit()
    if holder is not None:
        holder.close()

    assert told.args == [{}]


def test_a_fault_of_ours_leaves_a_hole_too(
    lately: Lately, history: History, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = Watching()
    watching.cycle(history)
    lately.hear(told_of(watching))
    read(lately, qtbot)

    def breaks(_path: Path) -> Reader:
        raise RuntimeError("boom")

    faults: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: faults.append(error))
    monkeypatch.setattr(lately, "_open", partial(breaks, Path()))
    with qtbot.waitSignal(lately.changed) as told:
        lately._ageing.timeout.emit()
    qtbot.waitUntil(lambda: lately._reading is None)

    assert told.args == [{}]
    assert [str(error) for error in faults] == ["boom"]


def test_a_reading_under_way_is_waited_for_at_the_end(lately: Lately, history: History) -> None:
    lately.hear(told_of(Watching()))
    lately.want(True)
    reading = lately._reading
    assert reading is not None

    lately.finish()

    assert reading.isFinished()
