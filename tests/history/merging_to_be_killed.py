"""Merges a history, or compacts one, and is killed by itself after so many steps of SQLite's.

`merge PATH OTHER STEPS` or `compact PATH STEPS`; without steps enough it ends by itself.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from history.merging import merge
from history.watching import never_stamped
from trayuptime.history import History, files
from trayuptime.history.compact import Compaction

Connect = Callable[[Path, str], sqlite3.Connection]


def main(what: str, path: Path, *rest: str) -> None:
    left = int(rest[-1])

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

    if what == "compact":
        Compaction(path, connect).run()
        return
    with closing(History.open(path, never_stamped, connect)) as history:
        merge(history, Path(rest[0]))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
