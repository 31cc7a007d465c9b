"""What is found in a home directory; no key is in it, and nobody is asked."""

from collections.abc import Callable
from pathlib import Path

from trayuptime.system.finding import Found, find

KEY = "sk-found-0123456789abcdef"
Put = Callable[[str, str], Path]


def found_in(home: Path, tmp_path: Path, **environ: str) -> dict[str, Found]:
    """By id; no port is listened on."""
    everything = find(environ, home, proc=tmp_path / "no proc")
    assert KEY not in repr(everything)
    return {each.id: each for each in everything}
