"""A history in a folder of its own, closed at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from history.watching import never_stamped
from trayuptime.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    history = History.open(path, never_stamped)
    yield history
    history.close()
