"""What it takes to export a long history: lines a second of CPU time, and whether memory grows with it.

The bare reference writes as many lines by `json.dumps` and reads nothing. Run as
`python -m benchmarks.export [RESULTS]`; Linux only, for the peak of memory.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from trayuptime.core.model import Key, Reach, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.history import History

START = 1_774_800_000_000
KEYS = [Key(name, Surface.API) for name in ("deepseek", "openai", "anthropic", "openrouter", "local")]
AT_ONCE = 20_000
BARE = """
import json, sys
line = {
    "schema": 1, "at": "2026-03-29T16:00:00.000Z", "provider": "deepseek", "surface": "api", "reason": "ok",
    "latency_ms": 300.125, "interval_s": 30.0, "http_status": 200, "host": "api.deepseek.example:443",
}
for n in range(int(sys.argv[1])):
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\\n")
"""


def main() -> None:
    """Prints a Markdown table."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        few_home, home = Path(folder, "few"), Path(folder, "many")
        fill(few_home, many // 10)
        fill(home, many)
        bare_s, _ = run([sys.executable, "-c", BARE, str(many)], home)
        print("| | lines a second of CPU | ratio to bare | peak MB | beyond that of a tenth, MB |")
        print("|---|---|---|---|---|")
        print(f"| bare json.dumps | {many / bare_s:,.0f} | 1.00 | | |")
        for name in ("jsonl", "csv", "parquet"):
            command = [sys.executable, "-m", "trayuptime", "export", "--format", name]
            _, few_mb = run(command, few_home)
            took_s, mb = run(command, home)
            grown = mb - few_mb
            print(f"| {name} | {many / took_s:,.0f} | {bare_s / took_s:.2f} | {mb:.0f} | {grown:+.1f} |")


def fill(home: Path, results: int) -> None:
    """A history of so many results, each half a minute, one in a hundred a failure."""
    (home / "data").mkdir(parents=True)
    history = History.open(home / "data" / "history.db", lambda: "")
    for first in range(0, results, AT_ONCE):
        settled = list(made(range(first, min(first + AT_ONCE, results))))
        history.append(settled, State(), settled[-1].result.at)
    history.close()


def made(numbers: range) -> Iterator[Settled]:
    """The results of these numbers."""
    for number in numbers:
        key = KEYS[number % len(KEYS)]
        at = START + number // len(KEYS) * 30_000 + number % len(KEYS)
        failed = number % 100 == 0
        result = Result(
            at,
            key.provider,
            key.surface,
            Reason.SERVER_ERROR if failed else Reason.OK,
            latency_ms=100 + number * 7919 % 900_000 / 1000,
            http_status=503 if failed else 200,
            host=f"api.{key.provider}.example:443",
            reach=Reach.LOOPBACK if key.provider == "local" else Reach.INTERNET,
            interval_s=30.0,
        )
        yield Settled(result, proven=False)


def run(command: list[str], home: Path) -> tuple[float, float]:
    """Seconds of CPU and peak MB of a command, whose output goes to a pipe that is drained."""
    environ = {**os.environ, "TRAYUPTIME_HOME": str(home)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environ)
    assert process.stdout is not None
    while process.stdout.read(1 << 20):
        pass
    _, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    assert status == 0, command
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
