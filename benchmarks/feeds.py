"""A million spoiled documents for each parser of status pages: not one may raise; a Markdown table.

`python -m benchmarks.feeds [--mutations N] [--format WORD] [--seed SEED] [--jobs N]`. Ends with 1 where a
parser raised, after printing the document and what it raised.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from feeds.mutations import stream
from feeds.pages import NOW, QUIET, TROUBLED
from trayuptime.core.feed import FeedFormat, Page, Part
from trayuptime.core.model import FeedState
from trayuptime.core.scoping import scoped
from trayuptime.feeds.formats import parse

AT_A_TIME = 10_000
_PARTS = (Part(contains=("api",)), Part(id="c-api"))
_SHOWN = 2_000

Piece = tuple[FeedFormat, bytes, str, int]
"""A format, a document of it, the seed, and how many mutations."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some mutations.

    Attributes:
        outcomes: how many were read, by what they said, and how many were not.
        raised: the documents at which a parser raised, and what.
    """

    format: FeedFormat
    outcomes: Counter[str]
    raised: tuple[tuple[bytes, str], ...]
    took_s: float


def main() -> int:
    """Spoils, reads, prints; 0 where nothing raised."""
    asked = _arguments()
    pieces = list(_pieces(asked.format or list(FeedFormat), asked.mutations, asked.seed))
    began = perf_counter()
    with Pool(asked.jobs) as pool:
        tallies = pool.map(read_spoiled, pieces, chunksize=1)
    print(
        f"{sum(sum(tally.outcomes.values()) for tally in tallies):,} mutations, seed {asked.seed}, ", end=""
    )
    print(f"{asked.jobs} processes, {perf_counter() - began:.0f} s")
    print("\n".join(table(tallies)))
    raised = [pair for tally in tallies for pair in tally.raised]
    for document, what in raised[:5]:
        print("", what, document[:_SHOWN], sep="\n")
    return 1 if raised else 0


def read_spoiled(piece: Piece) -> Tally:
    """Spoils one document many times, and reads each."""
    format_, document, seed, count = piece
    outcomes: Counter[str] = Counter()
    raised: list[tuple[bytes, str]] = []
    began = perf_counter()
    mutations = stream(document, seed)
    for _ in range(count):
        spoilt = next(mutations)
        try:
            page = parse(format_, spoilt, NOW)
            said = scoped(page, _PARTS, ["us-east-1"], NOW).state if isinstance(page, Page) else "unreadable"
            outcomes[said] += 1
        except Exception as error:  # noqa: BLE001 - any at all is what is looked for
            outcomes["raised"] += 1
            raised.append((spoilt, repr(error)))
    return Tally(format_, outcomes, tuple(raised), perf_counter() - began)


def table(tallies: Sequence[Tally]) -> list[str]:
    """A row for each format."""
    columns = ["unreadable", *FeedState, "raised"]
    rows = [f"| format | mutations | {' | '.join(columns)} | µs each |", "|---" * (len(columns) + 3) + "|"]
    for format_ in dict.fromkeys(tally.format for tally in tallies):
        mine = [tally for tally in tallies if tally.format is format_]
        outcomes = sum((tally.outcomes for tally in mine), Counter[str]())
        count = sum(outcomes.values())
        each_us = sum(tally.took_s for tally in mine) / max(count, 1) * 1e6
        shares = " | ".join(f"{outcomes[name]:,}" for name in columns)
        rows.append(f"| {format_} | {count:,} | {shares} | {each_us:.0f} |")
    return rows


def _pieces(formats: Sequence[FeedFormat], mutations: int, seed: str) -> Sequence[Piece]:
    documents = [*TROUBLED.items(), *((f"{name}, quiet", case) for name, case in QUIET.items())]
    pieces: list[Piece] = []
    for format_ in formats:
        mine = [(name, body) for name, (known, body) in documents if known is format_]
        at_a_time = min(AT_A_TIME, -(-mutations // len(mine)))  # few mutations are of every document too
        for number, start in enumerate(range(0, mutations, at_a_time)):
            name, body = mine[number % len(mine)]
            pieces.append((format_, body, f"{seed}:{name}:{number}", min(at_a_time, mutations - start)))
    return pieces


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.feeds")
    parser.add_argument("--mutations", type=int, default=1_000_000, help="for each format")
    parser.add_argument("--format", type=FeedFormat, nargs="*")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
