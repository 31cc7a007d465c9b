"""A thousand laptop-days in virtual time: what the rules tell, held against what was true; a Markdown table.

`python -m benchmarks.life [--days N] [--seed SEED] [--jobs N]`. Ends with 1 where something that is owed does
not hold, after telling the first such days. `--day SEED` looks at one day alone.
"""

import argparse
import sys
from collections.abc import Sequence
from multiprocessing import Pool

from benchmarks.life.draw import draw
from benchmarks.life.laptop import live
from benchmarks.life.naive import watch
from benchmarks.life.report import add_up, table
from benchmarks.life.score import Score, Wrong, score_naive, score_ours
from benchmarks.life.story import tell
from benchmarks.life.world import Day

STORIES = 3
AT_A_TIME = 5

Lived = tuple[str, Score, Score]
"""The day's seed, our score, and the naive rules'."""


def main() -> int:
    """Lives the days and prints; 0 where everything owed holds."""
    asked = _arguments()
    seeds = [asked.day] if asked.day else [f"{asked.seed}:{number}" for number in range(asked.days)]
    if asked.jobs > 1:
        with Pool(asked.jobs) as pool:
            days = pool.map(live_one, seeds, AT_A_TIME)
    else:
        days = [live_one(seed) for seed in seeds]
    ours = add_up([score for _, score, _ in days])
    naive = add_up([score for _, _, score in days])
    print(f"{len(seeds)} laptop-days, seeds {seeds[0]} to {seeds[-1]}")
    print("\n".join(table(ours, naive)))
    wrongs = _wrongs(days)
    for seed, wrong in wrongs[:STORIES]:
        print("", *tell(seed, wrong), sep="\n")
    for seed, wrong in wrongs[STORIES:]:
        print(f"also day {seed}, second {wrong.at:.0f}: {wrong.what}")
    return 0 if ours.holds else 1


def live_one(seed: str) -> Lived:
    """The day of a seed, watched both ways."""
    return live_both(draw(seed))


def live_both(day: Day) -> Lived:
    """One day, watched both ways."""
    diary = live(day)
    return day.seed, score_ours(day, diary), score_naive(day, watch(day), diary)


def _wrongs(days: Sequence[Lived]) -> list[tuple[str, Wrong]]:
    return [
        (seed, wrong)
        for seed, ours, _ in days
        for wrong in (*ours.false_alarms, *ours.attributions, *ours.missed)
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.life")
    parser.add_argument("--days", type=int, default=1_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--day", help="one day alone, such as 1:35")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
