"""What is loaded after Qt is not read a second time, as text."""

import subprocess
import sys

LOADED = """
import linecache
import trayuptime.app
from trayuptime.ui.sources import leave_unread
{told}
from trayuptime.runtime import engine
from trayuptime.ui import panel, shell
print(sum('trayuptime' in name for name in linecache.cache))
"""


def _sources_kept(told: str) -> int:
    found = subprocess.run(
        [sys.executable, "-c", LOADED.format(told=told)], check=True, capture_output=True, text=True
    )
    return int(found.stdout)


def test_no_source_of_ours_is_read_and_kept_that_is_loaded_after_qt() -> None:
    assert _sources_kept("leave_unread()") == 0


def test_qt_for_python_still_reads_them_unless_it_is_told() -> None:
    """Once it does not, the module that tells it can go."""
    assert _sources_kept("") > 100
