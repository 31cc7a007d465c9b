"""Who quits while something is still read is let go: the program ends, and does not crash."""

import os
import subprocess
import sys

import pytest

_QUIT = """
import sys
import time

from PySide6.QtCore import QCoreApplication, QThread
from shiboken6 import delete

from trayuptime.ui.leaving import leave_running


class Reading(QThread):
    def run(self):
        while endless:
            time.sleep(0.01)


def run():
    application = QCoreApplication([])
    reading = Reading(application)
    reading.start()
    leave_running(reading)
    print("left", flush=False)
    if not endless:
        reading.wait()
    if deleted:
        delete(reading)
    return 7


endless, deleted = (bool(int(each)) for each in sys.argv[1:])
sys.exit(run())
"""


@pytest.mark.parametrize(("endless", "deleted", "code"), [(1, 0, 0), (0, 0, 7), (0, 1, 7)])
def test_a_thread_that_does_not_end_keeps_nobody_from_leaving(endless: int, deleted: int, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _QUIT, str(endless), str(deleted)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == code, done.stderr
    assert done.stdout == "left\n"
    assert done.stderr == ""
