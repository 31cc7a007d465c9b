"""How fast a recording is judged again, beside only reading the same lines.

`python benchmarks/replay.py [results]`: a day line by line, as `replay` does, and a million results, or so
many, by the stretch, and once more as an import stores them. The reference parses each line as JSON and does
nothing with it; the ratio says what judging costs on top. Nothing here fails because of a time.
"""

import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

from trayuptime.core import recording, shapes
from trayuptime.core.contract import iso
from trayuptime.core.model import Rules
from trayuptime.core.replay import replay
from trayuptime.core.retelling import Retelling, Stretch
from trayuptime.core.state import WentDown
from trayuptime.history import retold
from trayuptime.history.retold import Attached

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
    _measure_long(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)


def _measure_long(results: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.jsonl"
        with file.open("w") as out:
            out.writelines(_long(results))
        bare_s = _cpu_s(lambda: _read(file))
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began_s = time.process_time()
        with file.open() as lines:
            recorded = shapes.read(lines)
        read_s = time.process_time() - began_s
        retelling = Retelling(recorded, lambda _: Rules())
        calm = alone = downs = 0
        for told in retelling:
            if isinstance(told, Stretch):
                calm += sum(1 for _ in told.settled())
            else:
                alone += 1
                downs += sum(isinstance(happening, WentDown) for happening in told.step.happenings)
        took_s = time.process_time() - began_s
        began_s = time.process_time()
        retold.write(Path(folder) / "told.db", recorded, lambda _: Rules(), Attached({}))
        stored_s = read_s + time.process_time() - began_s
        size = (Path(folder) / "told.db").stat().st_size
        grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024
    each_us = 1e6 / (calm + alone)
    print(
        f"{calm + alone} results, {downs} outages, {calm / (calm + alone):.1%} calm:"
        f" {read_s * each_us:.1f} µs each to read, {(took_s - read_s) * each_us:.1f} µs to judge and settle;"
        f" {(calm + alone) / took_s:,.0f} a second; only read: {bare_s * each_us:.1f} µs;"
        f" {took_s / bare_s:.1f} ×; {grown_mb:.0f} MB more at most"
    )
    print(
        f"Read, judged and stored: {(calm + alone) / stored_s:,.0f} results a second,"
        f" {size / (calm + alone):.1f} bytes each; {stored_s / bare_s:.1f} ×"
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


def _long(results: int) -> Iterator[str]:
    """Months in the shape of an export: an outage of each every few weeks, blips, slow hours; seeded."""
    chance = random.Random(20260329)
    down_until, slow_until = [0] * PROVIDERS, [0] * PROVIDERS
    for place in range(results):
        minute, number = divmod(place, PROVIDERS)
        fate = chance.random()
        if fate < 1 / 30_000:
            down_until[number] = minute + chance.choice([5, 15, 40, 120, 420])
        elif fate > 1 - 1 / 30_000:
            slow_until[number] = minute + chance.choice([20, 60, 180])
        failed = minute < down_until[number] or chance.random() < 0.001
        latency_ms = chance.lognormvariate(6, 0.4) * (6 if minute < slow_until[number] else 1)
        at = iso(START + minute * 60_000 + number * 6_000 + chance.randrange(900))
        reason, status = ("server_error", 503) if failed else ("ok", 200)
        yield (
            f'{{"schema": 1, "at": "{at}", "provider": "p{number}", "surface": "api", "reason": "{reason}",'
            f' "latency_ms": {latency_ms:.3f}, "interval_s": 60.0, "http_status": {status},'
            f' "host": "p{number}.example:443"}}\n'
        )


if __name__ == "__main__":
    main()
