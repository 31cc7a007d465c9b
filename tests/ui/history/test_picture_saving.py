"""A picture is written beside one's work, and what became of it is told as of any other file."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from trayuptime.ui.history.picture_saving import PictureSaving


@pytest.fixture
def pictures(qtbot: QtBot) -> Iterator[PictureSaving]:
    made = PictureSaving()
    qtbot.addWidget(made.delivery)
    yield made
    made.finish()


def image() -> QImage:
    drawn = QImage(40, 30, QImage.Format.Format_RGB32)
    drawn.fill(Qt.GlobalColor.darkCyan)
    return drawn


def written(pictures: PictureSaving, path: Path, qtbot: QtBot) -> str:
    """What is told after it was tried."""
    with qtbot.waitSignal(pictures.finished):
        pictures.write(image(), path)
    return told(pictures)


def told(pictures: PictureSaving) -> str:
    return pictures.delivery.words.accessibleName()


def test_it_is_where_one_says_and_can_be_opened(
    pictures: PictureSaving, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "näme.png"

    assert written(pictures, path, qtbot) == f"The picture is in {path}."

    assert QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32) == image()
    assert not pictures.delivery.open_file.isHidden()
    assert not pictures.delivery.show_folder.isHidden()


def test_the_dialog_offers_a_name_and_saves(pictures: PictureSaving, tmp_path: Path, qtbot: QtBot) -> None:
    pictures.ask(image(), "Alpha-AI-days")
    dialog = pictures.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    assert [Path(name).name for name in dialog.selectedFiles()] == ["Alpha-AI-days.png"]

    with qtbot.waitSignal(pictures.finished):
        dialog.fileSelected.emit(str(tmp_path / "a.png"))

    assert (tmp_path / "a.png").exists()


def test_the_window_does_not_wait_for_the_disk(
    pictures: PictureSaving, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = threading.Event()

    def slow(_file: int) -> None:
        disk.wait(30)

    monkeypatch.setattr("trayuptime.system.whole_file.os.fsync", slow)

    pictures.write(image(), tmp_path / "a.png")

    assert pictures.busy
    assert told(pictures) == "The picture is being written to a.png…"
    with qtbot.waitSignal(pictures.finished):
        disk.set()
    assert told(pictures) == f"The picture is in {tmp_path / 'a.png'}."


def test_why_there_is_none_is_told(pictures: PictureSaving, tmp_path: Path, qtbot: QtBot) -> None:
    gone, long = tmp_path / "gone" / "a.png", tmp_path / ("x" * 300)

    assert written(pictures, gone, qtbot) == (
        f"There is no picture: {gone} cannot be written: No such file or directory."
    )
    assert (
        written(pictures, long, qtbot)
        == f"There is no picture: {long} cannot be written: File name too long."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_or_a_folder_is_refused_and_nobody_waits_for_its_reader(
    pictures: PictureSaving, tmp_path: Path, qtbot: QtBot
) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)

    for path in (pipe, tmp_path):
        assert written(pictures, path, qtbot) == f"There is no picture: {path} is no file."
