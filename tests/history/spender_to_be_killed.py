"""Sets money aside for question after question and names each before it would be sent: `PATH`."""

import sys
from datetime import date
from pathlib import Path

from history.watching import START, never_stamped
from trayuptime.history import History

DAY = date(2026, 3, 29)
EACH_USD = 0.25


def main() -> None:
    history = History.open(Path(sys.argv[1]), never_stamped)
    for count in range(20_000):
        number = history.reserve("a", "m", EACH_USD, at=START + count, day=DAY)
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()
        if count % 2:
            history.settle(number, EACH_USD / 2)


if __name__ == "__main__":
    main()
