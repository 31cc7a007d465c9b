"""The end of the program while a thread still reads or writes: it waits for none longer than it said.

To destroy a thread that runs is a crash, and when an application ends PySide destroys all that Python owns.
"""

import atexit
import logging
import os
import sys

from PySide6.QtCore import QCoreApplication, QThread
from shiboken6 import isValid

_left: list[QThread] = []
_kept: list[QCoreApplication] = []


def leave_running(thread: QThread) -> None:
    """Keeps a thread that does not end in time; if it never does, the process ends without it.

    Nothing is lost by that: every step of the engine is on disk by then, and a file that is being written
    replaces an older one only when it is whole.
    """
    thread.setParent(None)
    _left.append(thread)
    if not _kept and (application := QCoreApplication.instance()) is not None:
        _kept.append(application)
        atexit.register(_leave)  # later than PySide's own, and so called before it


def _leave() -> None:
    if any(isValid(thread) and thread.isRunning() for thread in _left):  # one that has ended may be deleted
        logging.shutdown()
        if sys.stdout is not None:  # a program without a console has none
            sys.stdout.flush()
        os._exit(0)  # as the event loop ends when one quits
