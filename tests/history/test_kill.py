"""kill -9 at any instant costs the cycle that was being written, at most."""

from pathlib import Path
from random import Random

import pytest

from history.killing import kill_over_and_over

FILES, KILLS = 3, 4
"""A dozen; `python -m benchmarks.history.kill` does hundreds."""


@pytest.mark.parametrize("file", range(FILES))
def test_a_killed_engine_loses_at_most_its_last_cycle(path: Path, file: int) -> None:
    survived = list(kill_over_and_over(path, Random(file), KILLS))

    assert {each.found - each.committed for each in survived} <= {0, 1}
    assert survived[-1].total > KILLS
