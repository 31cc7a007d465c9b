"""The icon and the desktop entry that are installed are those of the program."""

import importlib.util
import subprocess
from configparser import ConfigParser
from pathlib import Path

from pytestqt.qtbot import QtBot

from trayuptime import app

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "resources" / f"{app.DESKTOP_FILE}.desktop"


def test_the_icon_master_is_drawn_from_the_shapes_of_today(qtbot: QtBot) -> None:
    spec = importlib.util.spec_from_file_location("icon", ROOT / "packaging" / "icon.py")
    assert spec is not None
    assert spec.loader is not None
    icon = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(icon)

    assert icon.MASTER.read_text(encoding="utf-8") == icon.svg(), "run packaging/icon.py"


def test_the_desktop_entry_starts_the_program_under_the_name_that_it_gives_itself() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    entry.read(ENTRY, encoding="utf-8")
    main = entry["Desktop Entry"]

    assert (main["Name"], main["Exec"], main["Icon"]) == (app.NAME, "trayuptime", app.DESKTOP_FILE)
    assert (ROOT / "resources" / f"{main['Icon']}.svg").exists()


def test_the_desktop_entry_is_valid() -> None:
    done = subprocess.run(["desktop-file-validate", ENTRY], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
