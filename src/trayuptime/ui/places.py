"""The places in which windows were left, in a small file beside the history: lost, it costs nothing."""

import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSize, QThreadPool

from trayuptime.ui.placing import Place

LEAVE_MS = 1_000
"""How long the end of the program waits for the file to be written."""
_FARTHEST_PX = 1 << 20
_SCHEMA = 1

_log = logging.getLogger(__name__)


class Places(QObject):
    """Read once, at the beginning; written in a thread of its own, one writing after the other."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Reads the file.

        Args:
            path: of the file; without one nothing outlives the program.
            parent: the owner.
        """
        super().__init__(parent)
        self._path = path
        self._places = {} if path is None else _read(path)
        self._writers = QThreadPool(self)
        self._writers.setMaxThreadCount(1)

    def of(self, window: str) -> Place | None:
        """Where a window of this name was left; `None` where its user never moved it."""
        return self._places.get(window)

    def keep(self, window: str, place: Place) -> None:
        """Remembers it, from now on and for the next start."""
        if place == self._places.get(window):
            return
        self._places = {**self._places, window: place}
        if self._path is not None:
            path, text = self._path, _text_of(self._places)
            self._writers.start(lambda: _write(path, text))

    def finish(self) -> None:
        """Waits for a writing under way; before the application ends."""
        self._writers.waitForDone(LEAVE_MS)


def _read(path: Path) -> dict[str, Place]:
    """What the file holds that can be understood; whoever edits it gets what it says, or nothing."""
    try:
        found = json.loads(path.read_bytes())
        windows = found["windows"] if found["schema"] == _SCHEMA else {}
        return {str(name): _place_of(each) for name, each in windows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _log.info("where the windows were left cannot be read: %s", error)
        return {}


def _place_of(found: dict[str, Any]) -> Place:
    x, y, width, height = (_number(found.get(name)) for name in ("x", "y", "width", "height"))
    corner = None if x is None or y is None else QPoint(x, y)
    return Place(corner, None if not width or not height else QSize(abs(width), abs(height)))


def _number(found: object) -> int | None:
    """A whole number that a screen may have; no other can be given to Qt."""
    return found if isinstance(found, int) and abs(found) < _FARTHEST_PX else None


def _text_of(places: dict[str, Place]) -> str:
    windows: dict[str, dict[str, int]] = {}
    for name, place in places.items():
        windows[name] = {} if place.corner is None else {"x": place.corner.x(), "y": place.corner.y()}
        if place.size is not None:
            windows[name] |= {"width": place.size.width(), "height": place.size.height()}
    return json.dumps({"schema": _SCHEMA, "windows": windows}) + "\n"


def _write(path: Path, text: str) -> None:
    """Whole or not at all; a home that cannot be written has told so elsewhere."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(text)
        new.replace(path)
    except OSError as error:
        _log.info("where the windows were left is not kept: %s", error)
