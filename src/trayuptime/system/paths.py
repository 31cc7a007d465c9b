"""Where everything of one TrayUptime lives on this computer: its home.

`TRAYUPTIME_HOME=DIR` puts all of it under DIR; otherwise platformdirs decides, which reads the process's
own environment (`XDG_CONFIG_HOME` and its like).
"""

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP = "TrayUptime"
SOCKET_PATH_BYTES = 100
"""A unix socket's path may have 108 bytes on Linux and 104 on macOS, the closing zero included."""


class HomeUnusableError(Exception):
    """A directory of the home cannot be made or is not ours; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Home:
    """The files of one engine and its commands; nothing here exists until `create`.

    Attributes:
        config_file: edited by the user.
        data_dir: what must not be lost.
        cache_dir: what can be fetched again.
        log_dir: of the rotating log.
        socket_path: of the running engine, in a directory that nobody else can enter.
    """

    config_file: Path
    data_dir: Path
    cache_dir: Path
    log_dir: Path
    socket_path: Path

    @property
    def history_path(self) -> Path:
        """The store of results and incidents."""
        return self.data_dir / "history.db"

    @property
    def lock_path(self) -> Path:
        """Locked by the one engine."""
        return self.data_dir / "engine.lock"

    @property
    def windows_path(self) -> Path:
        """Where the windows were left."""
        return self.data_dir / "windows.json"

    @property
    def bubbles_path(self) -> Path:
        """Which notifications stand on the screen."""
        return self.data_dir / "bubbles.json"

    @property
    def log_path(self) -> Path:
        """The newest log file."""
        return self.log_dir / "trayuptime.log"

    def create(self) -> None:
        """Makes the directories that are missing, closed to others; those that exist keep their mode.

        Only the socket's directory is closed if it was open, and must be ours: whoever can write there
        could answer in the engine's name.

        Raises:
            HomeUnusableError: a directory cannot be made, or the socket's belongs to somebody else.
        """
        for directory in (self.config_file.parent, self.data_dir, self.cache_dir, self.log_dir):
            _make(directory)
        _make(self.socket_path.parent)
        _close_to_others(self.socket_path.parent)


def find_home(environ: Mapping[str, str]) -> Home:
    """The home that this environment names; touches nothing."""
    if named := environ.get("TRAYUPTIME_HOME"):
        root = Path(os.path.realpath(Path(named).expanduser()))
        return Home(
            config_file=root / "config.toml",
            data_dir=root / "data",
            cache_dir=root / "cache",
            log_dir=root / "logs",
            socket_path=_socket_path(root, environ),
        )
    import platformdirs  # noqa: PLC0415 - 6 to 30 ms that TRAYUPTIME_HOME does not need

    data_dir = platformdirs.user_data_path(APP, appauthor=False)
    return Home(
        config_file=platformdirs.user_config_path(APP, appauthor=False) / "config.toml",
        data_dir=data_dir,
        cache_dir=platformdirs.user_cache_path(APP, appauthor=False),
        log_dir=platformdirs.user_log_path(APP, appauthor=False),
        socket_path=_socket_path(Path(os.path.realpath(data_dir)), environ),
    )


def _socket_path(root: Path, environ: Mapping[str, str]) -> Path:
    wanted = root / "run" / "engine.sock"
    if _fits(wanted):
        return wanted
    name = hashlib.blake2s(os.fsencode(root), digest_size=8).hexdigest() + ".sock"
    for directory in _short_directories(environ):
        if _fits(directory / name):
            return directory / name
    return wanted  # no shorter place: serving there will say so


def _short_directories(environ: Mapping[str, str]) -> list[Path]:
    if sys.platform == "win32":
        return []
    uid = os.getuid()
    # cron and ssh may lack the variable; both ends must find the same place all the same
    session = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{uid}")
    private = [session / "trayuptime"] if _is_ours(session) else []
    return [*private, Path(f"/tmp/trayuptime-{uid}")]  # noqa: S108 - `create` makes sure that it is ours


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= SOCKET_PATH_BYTES


def _is_ours(directory: Path) -> bool:
    if sys.platform == "win32":
        return True
    try:
        facts = directory.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid()


def _make(directory: Path) -> None:
    try:
        for missing in reversed([path for path in (directory, *directory.parents) if not path.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise HomeUnusableError(f"Cannot make the directory {directory}: {error.strerror}.") from error
    if not directory.is_dir():
        raise HomeUnusableError(f"{directory} must be a directory, but is a file.")


def _close_to_others(directory: Path) -> None:
    if sys.platform == "win32":
        return
    if not _is_ours(directory):
        raise HomeUnusableError(f"{directory} belongs to somebody else; remove it, or set TRAYUPTIME_HOME.")
    try:
        directory.chmod(0o700)
    except OSError as error:
        raise HomeUnusableError(f"Cannot close {directory} to others: {error.strerror}.") from error
