"""Where windows were left outlives the program, and no file of ours can spoil a start."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QApplication

from trayuptime.ui.places import Places
from trayuptime.ui.placing import Place

PLACE = Place(QPoint(-12, 340), QSize(400, 555))


@pytest.fixture
def path(tmp_path: Path, qapp: QApplication) -> Path:
    return tmp_path / "windows.json"


@pytest.mark.parametrize("place", [PLACE, Place(QPoint(0, 0)), Place(size=QSize(1, 1)), Place()])
def test_a_place_is_the_same_at_the_next_start(path: Path, place: Place) -> None:
    places = Places(path)
    places.keep("panel", PLACE)
    places.keep("history", Place(QPoint(1, 2)))
    places.keep("panel", place)
    places.finish()

    again = Places(path)

    assert again.of("panel") == place
    assert again.of("history") == Place(QPoint(1, 2))
    assert again.of("settings") is None
    assert [each.name for each in path.parent.iterdir()] == ["windows.json"]


def test_a_place_is_known_at_once(path: Path) -> None:
    places = Places(path)

    places.keep("panel", PLACE)

    assert places.of("panel") == PLACE
    places.finish()


def test_without_a_file_it_lasts_as_long_as_the_program(qapp: QApplication) -> None:
    places = Places()
    places.keep("panel", PLACE)

    assert places.of("panel") == PLACE
    assert Places().of("panel") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"windows": {}}',
        '{"schema": 2, "windows": {"panel": {"x": 1, "y": 1}}}',
        '{"schema": 1, "windows": []}',
        '{"schema": 1, "windows": {"panel": 7}}',
        "\xff",
    ],
)
def test_a_file_that_says_nothing_places_nothing(path: Path, text: str) -> None:
    path.write_text(text, encoding="latin-1")

    assert Places(path).of("panel") is None


@pytest.mark.parametrize("x", ["null", '"1"', "1.5", "99999999999999999999", "-9999999"])
def test_a_number_that_no_screen_has_is_none(path: Path, x: str) -> None:
    path.write_text(f'{{"schema": 1, "windows": {{"panel": {{"x": {x}, "y": 1, "width": 5, "height": 6}}}}}}')

    assert Places(path).of("panel") == Place(None, QSize(5, 6))


def test_a_home_that_cannot_be_written_costs_the_place_alone(tmp_path: Path, qapp: QApplication) -> None:
    places = Places(tmp_path / "no such folder" / "windows.json")

    places.keep("panel", PLACE)
    places.finish()

    assert places.of("panel") == PLACE
