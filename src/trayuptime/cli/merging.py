"""Placeholder."""

from pathlib import Path

from trayuptime.cli.common import Place


def merge_into_history(place: Place, path: Path) -> str:
    """To come."""
    import shutil

    shutil.copy(path, place.home.history_path)
    return str(path)
