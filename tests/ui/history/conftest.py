"""Half a year of thirty surfaces, recorded once for all tests of the history window."""

from pathlib import Path

import pytest

from trayuptime.core.model import Instant
from ui.history.record import keys_of, record


@pytest.fixture(scope="session")
def half_a_year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Instant]:
    """A history of 180 days of ten providers with three surfaces each, and when it ends."""
    path = tmp_path_factory.mktemp("half-a-year") / "history.db"
    return path, record(path, keys_of(10), 180)


@pytest.fixture(scope="session")
def one_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Instant]:
    """A single day of one provider."""
    path = tmp_path_factory.mktemp("one-day") / "history.db"
    return path, record(path, keys_of(1), 1)
