"""Appends cycle after cycle and names each once it is committed, until somebody ends it: `PATH`."""

import sys
from pathlib import Path

from history.watching import OPENAI, Watching, never_stamped
from trayuptime.core.reasons import Reason
from trayuptime.history import History

CYCLES = 20_000
"""More than anybody waits for."""


def live(watching: Watching, history: History | None, cycle: int) -> None:
    """The cycle of this number: every so often an outage begins and ends."""
    watching.cycle(history, {OPENAI: Reason.SERVER_ERROR} if cycle % 13 in range(3, 9) else {})


def main() -> None:
    history = History.open(Path(sys.argv[1]), never_stamped)
    watching = Watching()
    for cycle in range(CYCLES):
        live(watching, history, cycle)
        sys.stdout.write(f"{cycle}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
