"""Qt for Python reads the source of every module that is imported after it; here it need not.

It looks for its own name in each, for whoever wants Qt in snake case (`from __feature__ import snake_case`),
which nothing here does, and Python keeps every line that was read so: 12.5 MB of 408 modules, for as long as
the program runs, and some 50 ms of its start (PySide6 6.11, CPython 3.11).
"""

import linecache
import sys
from types import ModuleType


def leave_unread() -> None:
    """Called before the rest is loaded.

    Of each further module PySide hears what it hears in a packaged program, where there are no sources:
    that it is none of its concern. One that asks in another way goes on reading.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None:
        vars(feature)["_mod_uses_pyside"] = _is_no_concern
    linecache.clearcache()


def _is_no_concern(_: ModuleType) -> bool:
    return False
