"""Every scenario: the user is told what its file says, when it says so, and nothing else."""

from pathlib import Path

import pytest

from scenarios.compare import differences
from scenarios.player import play
from scenarios.reader import read_scenario

HERE = Path(__file__).parent
OFFSETS_S = {"vendors": (0.0,), "laptop": (0.0, 37.0), "rules": (0.0, 37.0)}
"""Per room, the places in the slots from which its files are played; the long ones from one alone."""
FILES = [path for room in OFFSETS_S for path in sorted((HERE / room).glob("*.toml"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_user_is_told_this_and_nothing_else(
    path: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    scenario = read_scenario(path)
    if scenario.fault:
        request.applymarker(pytest.mark.xfail(reason=scenario.fault, strict=True))

    for offset_s in OFFSETS_S[path.parent.name]:
        home = tmp_path / f"{offset_s:g}"
        home.mkdir()
        found = differences(scenario, play(scenario, home, offset_s=offset_s))
        assert not found, "\n".join([f"from second {offset_s:g} of the slots:", *found])
