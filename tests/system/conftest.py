"""A home directory for what is found in it."""

from pathlib import Path

import pytest

from found_at_home import Put


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def put(home: Path) -> Put:
    def put(name: str, text: str) -> Path:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return put
