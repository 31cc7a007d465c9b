"""The shared view: never beyond what there is, still under the pointer, on with now as that goes on."""

import pytest
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Span
from trayuptime.ui.charts.time_view import SHORTEST_MS, TimeView

HOUR = 3_600_000
ALL = Span(0, 1_000 * HOUR)


@pytest.fixture
def view(qapp: object) -> TimeView:
    return TimeView(ALL)


def test_it_begins_with_everything(view: TimeView) -> None:
    assert view.span == ALL


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (Span(10 * HOUR, 20 * HOUR), Span(10 * HOUR, 20 * HOUR)),
        (Span(-5 * HOUR, 5 * HOUR), Span(0, 10 * HOUR)),
        (Span(995 * HOUR, 1_005 * HOUR), Span(990 * HOUR, 1_000 * HOUR)),
        (Span(-HOUR, 2_000 * HOUR), ALL),
        (Span(HOUR, HOUR + 1), Span(HOUR, HOUR + SHORTEST_MS)),
    ],
)
def test_what_is_asked_for_is_shown_as_far_as_there_is_time(view: TimeView, asked: Span, shown: Span) -> None:
    view.show(asked)

    assert view.span == shown


def test_zooming_keeps_the_moment_under_the_pointer(view: TimeView) -> None:
    view.show(Span(100 * HOUR, 200 * HOUR))

    view.zoom(2, at=125 * HOUR)

    assert view.span == Span(round(112.5 * HOUR), round(162.5 * HOUR))


def test_zooming_without_a_moment_keeps_the_middle(view: TimeView) -> None:
    view.show(Span(100 * HOUR, 200 * HOUR))

    view.zoom(0.5)

    assert view.span == Span(50 * HOUR, 250 * HOUR)


def test_panning_stops_at_the_ends(view: TimeView) -> None:
    view.show(Span(100 * HOUR, 200 * HOUR))

    view.pan(-150 * HOUR)

    assert view.span == Span(0, 100 * HOUR)


def test_a_view_of_everything_stays_one_as_time_goes_on(view: TimeView) -> None:
    view.limit(Span(0, 1_001 * HOUR))

    assert view.span == Span(0, 1_001 * HOUR)


def test_a_view_until_now_goes_on_with_now_and_another_stays(view: TimeView) -> None:
    view.show(Span(990 * HOUR, 1_000 * HOUR))
    view.limit(Span(0, 1_001 * HOUR))
    assert view.span == Span(991 * HOUR, 1_001 * HOUR)

    view.show(Span(100 * HOUR, 200 * HOUR))
    view.limit(Span(0, 1_002 * HOUR))
    assert view.span == Span(100 * HOUR, 200 * HOUR)


def test_it_tells_of_a_move_only_where_there_was_one(view: TimeView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.moved):
        view.show_all()
        view.pan(HOUR)
    with qtbot.waitSignal(view.moved):
        view.zoom(2)


def test_what_is_pointed_at_lies_within_all_there_is(view: TimeView) -> None:
    view.point(-5)
    assert view.at == 0
    view.point(ALL.end)
    assert view.at == ALL.end - 1
    view.point(None)
    assert view.at is None


def test_pointing_can_bring_a_moment_into_view(view: TimeView) -> None:
    view.show(Span(0, 10 * HOUR))

    view.point(500 * HOUR)
    assert view.span == Span(0, 10 * HOUR)
    view.point(501 * HOUR, reveal=True)
    assert view.span == Span(496 * HOUR, 506 * HOUR)


def test_less_than_a_minute_of_history_is_a_view_too(qapp: object) -> None:
    view = TimeView(Span(1_000, 1_500))

    view.zoom(3)
    view.pan(99)

    assert view.span == Span(1_000, 1_000 + SHORTEST_MS)
