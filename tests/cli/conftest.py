from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.house import House
from hostile import Hostile, json_ok


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    """An empty home, also of the commands that run inside this process."""
    root = tmp_path / "home"
    root.mkdir()
    monkeypatch.setenv("TRAYUPTIME_HOME", str(root))
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
    return House(root, capsys)


@pytest.fixture
def vendor() -> Iterator[Hostile]:
    """A healthy server; give it another `behaviour` to break it."""
    with Hostile(json_ok) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Hostile]:
    """Another one."""
    with Hostile(json_ok) as server:
        yield server
