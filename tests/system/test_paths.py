import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from trayuptime.system.paths import SOCKET_PATH_BYTES, HomeUnusableError, find_home


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory under which a socket may have its path, which is counted in bytes."""
    with TemporaryDirectory(prefix="tu-") as path:
        yield Path(path)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_variable_puts_everything_under_one_directory(tmp_path: Path) -> None:
    home = find_home({"TRAYUPTIME_HOME": str(tmp_path)})

    assert home.config_file == tmp_path / "config.toml"
    assert home.history_path == tmp_path / "data" / "history.db"
    assert home.lock_path == tmp_path / "data" / "engine.lock"
    assert home.cache_dir == tmp_path / "cache"
    assert home.log_path == tmp_path / "logs" / "trayuptime.log"
    assert home.socket_path == tmp_path / "run" / "engine.sock"


def test_without_it_the_places_are_those_of_the_desktop(
    short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(short_path / kind))

    home = find_home({})

    assert home.config_file == short_path / "CONFIG" / "TrayUptime" / "config.toml"
    assert home.history_path == short_path / "DATA" / "TrayUptime" / "history.db"
    assert home.cache_dir == short_path / "CACHE" / "TrayUptime"
    assert home.log_path.is_relative_to(short_path / "STATE" / "TrayUptime")
    assert home.socket_path == short_path / "DATA" / "TrayUptime" / "run" / "engine.sock"


def test_the_same_home_by_another_name_is_the_same_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)

    by_link = find_home({"TRAYUPTIME_HOME": str(tmp_path / "link")})
    from_here = find_home({"TRAYUPTIME_HOME": "real"})

    assert by_link == from_here == find_home({"TRAYUPTIME_HOME": str(tmp_path / "real")})


def test_a_long_home_has_its_socket_in_the_session_directory(short_path: Path) -> None:
    session = short_path / "s"
    session.mkdir()
    long, other = (str(short_path / (letter * 100)) for letter in "ab")

    path = find_home({"TRAYUPTIME_HOME": long, "XDG_RUNTIME_DIR": str(session)}).socket_path
    others = find_home({"TRAYUPTIME_HOME": other, "XDG_RUNTIME_DIR": str(session)}).socket_path

    assert path.parent == others.parent == session / "trayuptime"
    assert path != others
    assert len(os.fsencode(path)) <= SOCKET_PATH_BYTES


def test_a_long_home_without_a_session_has_its_socket_in_a_directory_named_by_user(tmp_path: Path) -> None:
    environ = {"TRAYUPTIME_HOME": str(tmp_path / ("a" * 100)), "XDG_RUNTIME_DIR": str(tmp_path / "missing")}

    path = find_home(environ).socket_path

    assert path.parent == Path(f"/tmp/trayuptime-{os.getuid()}")


def test_what_is_made_is_closed_to_others(tmp_path: Path) -> None:
    home = find_home({"TRAYUPTIME_HOME": str(tmp_path / "a" / "b")})

    home.create()
    home.create()

    for made in (home.config_file.parent, home.data_dir, home.cache_dir, home.log_dir, tmp_path / "a"):
        assert _mode(made) == 0o700


def test_an_open_socket_directory_is_closed(tmp_path: Path) -> None:
    home = find_home({"TRAYUPTIME_HOME": str(tmp_path)})
    home.socket_path.parent.mkdir(mode=0o755)

    home.create()

    assert _mode(home.socket_path.parent) == 0o700


def test_a_socket_directory_that_is_somebody_elses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    home = find_home({"TRAYUPTIME_HOME": str(tmp_path)})
    home.socket_path.parent.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(HomeUnusableError, match="belongs to somebody else"):
        home.create()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(HomeUnusableError, match=r"data must be a directory"):
        find_home({"TRAYUPTIME_HOME": str(tmp_path)}).create()


def test_a_directory_that_cannot_be_made_is_named() -> None:
    with pytest.raises(HomeUnusableError, match="Cannot make the directory /proc/nowhere"):
        find_home({"TRAYUPTIME_HOME": "/proc/nowhere"}).create()
