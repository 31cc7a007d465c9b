"""Opens a history and is killed by itself, after so many steps of SQLite's: `PATH STEPS`."""

import os
import signal
import sqlite3
import sys
from pathlib import Path

from trayuptime.history import files


def main(path: Path, steps: int) -> None:
    left = steps

    def count() -> int:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def connect(path: Path, query: str) -> sqlite3.Connection:
        connection = files.connect(path, query)
        connection.set_progress_handler(count, 1)
        return connection

    files.open_for_writing(path, connect=connect)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
