"""How fast a day is judged again: ten providers, 14,400 results, beside only reading the same lines.

`python benchmarks/replay.py`. The reference parses each line as JSON and does nothing with it; the ratio says
what judging costs on top. Nothing here fails because of a time.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

from trayuptime.core import recording
from trayuptime.core.contract import iso
from trayuptime.core.model import Rules
from trayuptime.core.replay import replay
from trayuptime.core.state import WentDown

START = 1_774_785_600_000
PROVIDERS, MINUTES, ROUNDS = 10, 1_440, 7


def main() -> None:
    """Measures CPU time in this process, several rounds in turn."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.jsonl"
        file.write_text("\n".join(_day()) + "\n")
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(_cpu_s(lambda: _judge(file)))
            bare.append(_cpu_s(lambda: _read(file)))
    ratio = statistics.median(o / b for o, b in zip(ours, bare, strict=True))
    print(f"{machine.describe()}. Load average {machine.load():.1f}.")
    print(
        f"{PROVIDERS * MINUTES} results judged: {_told(ours)} CPU s; only read: {_told(bare)}; {ratio:.1f} ×"
    )


def _judge(file: Path) -> None:
    with file.open() as lines:
        recorded = recording.parse(lines)
    downs = sum(
        isinstance(happening, WentDown)
        for judged in replay(recorded, lambda _: Rules())
        for happening in judged.step.happenings
    )
    assert downs > 0


def _read(file: Path) -> None:
    with file.open() as lines:
        for line in lines:
            json.loads(line)


def _cpu_s(work: Callable[[], None]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def _told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f}–{max(seconds):.2f})"


def _day() -> list[str]:
    """A day in the shape of an export: two outages, some blips, latencies like a vendor's; seeded."""
    chance = random.Random(20260329)
    lines = []
    for minute in range(MINUTES):
        for number in range(PROVIDERS):
            down = (number == 3 and 300 < minute < 540) or (number == 7 and 900 < minute < 930)
            reason = "server_error" if down or chance.random() < 0.001 else "ok"
            lines.append(
                json.dumps(
                    {
                        "schema": 1,
                        "at": iso(START + minute * 60_000 + number * 17),
                        "provider": f"p{number}",
                        "surface": "api",
                        "reason": reason,
                        "latency_ms": round(chance.lognormvariate(6, 0.4), 3),
                        "interval_s": 60.0,
                    }
                )
            )
    return lines


if __name__ == "__main__":
    main()
