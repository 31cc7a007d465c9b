"""The incidents table and an incident's page in light and dark, plain and dense, drawn to be looked at.

The pictures lie beside the panel's, in `history/`; see `test_looks.py`. Red is where something was down.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.builders import Life
from trayuptime.core.model import IncidentKind
from trayuptime.ui.history.incident_page import IncidentPage
from trayuptime.ui.history.incident_shown import IncidentShown
from trayuptime.ui.history.incidents import IncidentsTable
from trayuptime.ui.theme import Scheme
from trayuptime.ui.view import view_of
from ui.history.nights import HOSTILE, outage, recovered, whole_night, write
from ui.history.test_incidents_table import rows
from ui.looks import PALETTES
from ui.tellings import down, telling
from ui.test_looks import FOLDER, pixels, reddish

Draw = Callable[[QWidget, str], QImage]


@pytest.fixture(params=list(Scheme))
def draw(request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot) -> Iterator[Draw]:
    """Leaves pictures of a widget under a name, in the palette of a scheme, and returns the plain one."""
    before = QApplication.palette()
    QApplication.setPalette(PALETTES[request.param])

    def drawn(widget: QWidget, name: str) -> QImage:
        qtbot.addWidget(widget)
        widget.show()
        QApplication.processEvents()
        for ratio in (2, 1):
            picture = QPixmap(widget.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            widget.render(picture)
            place = FOLDER / "history" / f"{name} {request.param} {ratio}x.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            assert picture.save(str(place))
        return picture.toImage()

    yield drawn
    QApplication.setPalette(before)


def whole(path: Path) -> IncidentShown:
    return whole_night(path).read()


def lasting(path: Path) -> IncidentShown:
    return write(path, outage(), 6_300, ("Called their support.",)).read()


def hostile(path: Path) -> IncidentShown:
    return write(path, recovered(outage(excerpt=HOSTILE, title=HOSTILE)), 7_200, (f"<b>{'x' * 400}",)).read()


def slow(path: Path) -> IncidentShown:
    life = Life("a").run("S" * 30).run("LLLLLSSSSSS")
    return write(path, life, life.now_s + 10).read()


MAKERS = {"whole": whole, "lasting": lasting, "hostile": hostile, "slow": slow}


def page_of(shown: IncidentShown, width_px: int = 1_000) -> IncidentPage:
    page = IncidentPage()
    page.resize(width_px, 680)
    page.show_incident(shown)
    page.timeline.choose(2)
    return page


@pytest.mark.parametrize("name", MAKERS)
def test_a_page_is_red_where_something_was_down(name: str, draw: Draw, tmp_path: Path) -> None:
    page = page_of(MAKERS[name](tmp_path / "history.db"))

    drawn = pixels(draw(page, f"incident {name}"))

    assert any(map(reddish, drawn)) == (name != "slow")
    assert page.sides.horizontalScrollBar().maximum() == 0
    labels = [label for label in page.findChildren(QLabel) if label.isVisible() and label.wordWrap()]
    assert [label.text() for label in labels if label.height() < label.heightForWidth(label.width())] == []


@pytest.mark.parametrize(
    ("name", "hushes", "width_px"),
    [
        ("told of", {}, 1_000),
        ("snoozed", {"snoozed": {"a": "15:04"}}, 1_000),
        ("known", {"known": ("a",)}, 1_000),
        ("told of, narrow", {}, 640),
        ("known, narrow", {"known": ("a",)}, 640),
    ],
)
def test_the_links_of_one_that_lasts_leave_room_for_its_name(
    name: str, hushes: dict[str, Any], width_px: int, draw: Draw, tmp_path: Path
) -> None:
    page = page_of(lasting(tmp_path / "history.db"), width_px)
    page.show_view(view_of(telling(down("a"), **hushes)))

    draw(page, f"incident {name}")

    assert page.width() == width_px
    assert page.hush.isVisible()
    assert page.hushed.isVisible() == bool(hushes)
    for label in (page.title, page.when, page.hushed):
        assert label.height() >= label.heightForWidth(label.width()) or not label.isVisible()


def test_a_narrow_page_has_room_for_both_columns(draw: Draw, tmp_path: Path) -> None:
    page = page_of(whole(tmp_path / "history.db"), 720)

    draw(page, "incident narrow")

    assert page.width() == 720
    assert min(page.timeline.width(), page.sides.width()) >= 220


def test_a_page_without_an_incident_is_quiet(draw: Draw) -> None:
    page = IncidentPage()
    page.resize(1_000, 680)
    page.say("There is no incident 7.")

    assert not any(map(reddish, pixels(draw(page, "incident none"))))


@pytest.mark.parametrize("count", [0, 1, 40, 2_000])
def test_a_table_is_red_where_something_was_down(count: int, draw: Draw) -> None:
    table = IncidentsTable()
    table.resize(1_000, 420)
    table.show_rows(rows(count))

    drawn = pixels(draw(table, f"incidents {count}"))

    assert any(map(reddish, drawn)) == (count > 1)


def test_a_table_of_what_was_never_down_has_no_red(draw: Draw) -> None:
    table = IncidentsTable()
    table.resize(1_000, 420)
    table.show_rows(tuple(row for row in rows(40) if row.kind is not IncidentKind.OUTAGE))
    table.field.setText("overloaded")

    assert not any(map(reddish, pixels(draw(table, "incidents filtered"))))


def test_nothing_that_fits_is_a_sentence(draw: Draw) -> None:
    table = IncidentsTable()
    table.resize(1_000, 420)
    table.show_rows(tuple(replace(row) for row in rows(9)))
    table.field.setText("nowhere")

    draw(table, "incidents none fit")

    assert table.words.isVisible()
