"""Goes on with a history where it ended, tells each commit, and is ended by somebody: `PATH CYCLE`.

It says "opening" before it opens the file and then the number of each cycle once it is committed. In between
it does what an idle engine does: background work, a slice at a time, where the history has any.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from history.watching import CYCLE_MS, KEYS, OPENAI, RULES, START, WEB, Watching, never_stamped
from trayuptime.core import judge
from trayuptime.core.model import Gap, GapCause, Instant
from trayuptime.core.reasons import Reason
from trayuptime.history import History

CYCLES = 100_000
"""More than anybody waits for."""
NIGHT_EVERY, NIGHT_MS = 120, 7 * 3_600_000
OPENING = "opening"
Tidy = Callable[[Instant, Callable[[], float]], bool]


def live(watching: Watching, history: History | None, cycle: int) -> None:
    """The cycle of this number: every so often an outage begins and ends, or a night passes."""
    if cycle % NIGHT_EVERY == NIGHT_EVERY - 1:
        fell_asleep = watching.now
        watching.now += NIGHT_MS
        watching.apply(judge.pass_over(watching.state, Gap(fell_asleep, watching.now, GapCause.ASLEEP)))
    reasons = {OPENAI: Reason.SERVER_ERROR} if cycle % 29 in range(3, 9) else {}
    if cycle % 97 == 50:
        reasons[WEB] = Reason.OVERLOADED
    watching.cycle(history, reasons, latency_ms=150.0 + cycle * 7919 % 600)


def begins(cycle: int) -> Instant:
    """The time before the cycle of this number."""
    return START + cycle * CYCLE_MS + cycle // NIGHT_EVERY * NIGHT_MS


def cycles_in(results: int) -> int:
    """How many cycles so many results are; each is there whole or not at all."""
    cycles, rest = divmod(results, len(KEYS))
    assert not rest, f"a cycle was written in part: {results} results"
    return cycles


def main() -> None:
    say(OPENING)
    path, first = Path(sys.argv[1]), int(sys.argv[2])
    history = History.open(path, never_stamped)
    watching = Watching(now=begins(first), state=history.last_state(dict.fromkeys(KEYS, RULES)))
    tidy: Tidy = getattr(history, "tidy", _nothing)
    for cycle in range(first, CYCLES):
        live(watching, history, cycle)
        say(str(cycle))
        tidy(watching.now, time.perf_counter)


def say(word: str) -> None:
    """At once, and whole: less than a pipe's smallest buffer."""
    os.write(sys.stdout.fileno(), f"{word}\n".encode())


def _nothing(_now: Instant, _clock_s: Callable[[], float]) -> bool:
    return False


if __name__ == "__main__":
    main()
