"""What tells this installation from others: its place in time, drawn once, so that not all ask at once."""

import secrets
from contextlib import suppress
from pathlib import Path

SLOTS_S = 900
"""Installations are spread over this many seconds."""


def offset_s(data_dir: Path) -> float:
    """This installation's place in the slots, 0 to `SLOTS_S`: the same at every start.

    It stands in a file of its own; where that cannot be kept, another one is drawn at the next start.
    """
    path = data_dir / "offset"
    with suppress(OSError, ValueError):
        known = float(path.read_text(encoding="ascii"))
        if 0 <= known < SLOTS_S:
            return known
    drawn = secrets.randbelow(SLOTS_S * 1000) / 1000
    with suppress(OSError):
        path.write_text(f"{drawn}\n", encoding="ascii")
    return drawn
