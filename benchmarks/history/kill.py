"""Kills an engine hundreds of times at any instant and checks its file each time: nothing committed is lost.

`python -m benchmarks.history.kill [--rounds N] [--seed SEED] [--folder PATH]`. The same as
`tests/history/test_kill.py`, for longer; ends with 1 after the first file that is not as it must be, which it
keeps. A power cut is something else: only a machine that is switched off can tell.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from history.killing import Survived, kill_over_and_over

LONGEST_S = 2.0
"""Of an engine's life; some hours of its own time."""
ROUNDS_EACH = 20
"""Kills that one file has to survive: every look at it reads all of it."""


def main() -> int:
    """Kills and tells."""
    asked = _arguments()
    began_s = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tu-kill-", dir=asked.folder))
    survived: list[Survived] = []
    try:
        for number in range(-(-asked.rounds // ROUNDS_EACH)):
            file = folder / f"{number}.db"
            rounds = min(ROUNDS_EACH, asked.rounds - len(survived))
            survived += kill_over_and_over(file, Random(f"{asked.seed}:{number}"), rounds, LONGEST_S)
            for each in folder.glob(f"{file.name}*"):
                each.unlink()
    except AssertionError as error:
        print(f"Kill {len(survived) + 1} of seed {asked.seed}: {error}; see {folder}", file=sys.stderr)
        return 1
    folder.rmdir()
    cycles = sum(each.found for each in survived)
    untold = sum(each.found > each.committed for each in survived)
    early = sum(not each.found for each in survived)
    print(f"{len(survived)} kills, {cycles} cycles in {time.monotonic() - began_s:.0f} s.")
    print(f"Everything committed is there, as it was; {untold} times the cycle after it, too.")
    print(f"{early} kills came before a first commit.")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=300, help="kills")
    parser.add_argument("--seed", default="1", help="of the instants, as far as a machine obeys them")
    parser.add_argument("--folder", default=None, help="where the files are made")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
