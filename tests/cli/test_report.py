"""`report`: a dossier for the vendor call, with the numbers of `uptime` and `incidents` to the digit."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.house import House, section
from history.lives import HOUR_MS, Life, live
from history.watching import START
from report.lived import VENDOR, lived
from trayuptime.core.contract import iso
from trayuptime.core.model import Instant
from trayuptime.system.lock import Mode, acquire

CONFIGURED = """
[[provider]]
id = "deepseek"
kind = "deepseek"
surfaces = ["api", "login"]
maintenance = ["Mon 02:00-05:00", "Thu 00:00-03:00"]
sla = 99.5
"""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six weeks, lived once; each test has a copy."""
    life = lived(tmp_path_factory.mktemp("past") / "history.db")
    life.close()
    return life.path


@pytest.fixture
def recorded(house: House, past: Path) -> House:
    path = house.root / "data" / "history.db"
    path.parent.mkdir()
    shutil.copy(past, path)
    return house


def _report(house: House, *argv: str) -> Any:
    path = house.root / "x.json"
    ran = house.run("report", VENDOR, "-o", str(path), *argv)
    assert (ran.code, ran.out) == (0, ""), ran.err
    return json.loads(path.read_text("utf-8"))


def _essence(found: Sequence[dict[str, Any]], like: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each object the fields of its counterpart."""
    return [{name: each[name] for name in other} for each, other in zip(found, like, strict=True)]


def _ended(incidents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what grows from one command to the next while an incident lasts."""
    growing = {"duration_s", "downtime_s"}
    return [
        {name: value for name, value in each.items() if each["ended_at"] or name not in growing}
        for each in incidents
    ]


@pytest.mark.parametrize("seed", range(6))
def test_its_numbers_are_those_of_uptime_and_incidents_to_the_digit(house: House, seed: int) -> None:
    chance = random.Random(seed)
    path = house.root / "data" / "history.db"
    path.parent.mkdir()
    life = Life(path, chance)
    for _ in range(3):
        live(life, 30)
        life.tidy(chance.choice([0, 3, 10_000]))
    life.history.close()
    house.config_file.write_text(CONFIGURED)
    lock = house.root / "data" / "engine.lock"
    watched = (acquire(lock, Mode.HEADLESS) or pytest.fail("it is held")) if seed % 2 else nullcontext()
    with watched:
        _compare(house, chance, life.watching.now)


def _compare(house: House, chance: random.Random, now: Instant) -> None:
    for _ in range(3):
        end = chance.randint(START + HOUR_MS, now + HOUR_MS)
        window = f"{iso(chance.randint(START - HOUR_MS, end - 1))}..{iso(end)}"
        found = _report(house, "--since", window)
        uptime = house.run("uptime", VENDOR, "--since", window, "--json").json
        incidents = house.run("incidents", VENDOR, "--since", window, "--json").json

        assert found["uptime"] == uptime
        assert _ended(_essence(found["incidents"], incidents)) == _ended(incidents)
        for month in found["months"]:
            alone = house.run(
                "uptime", VENDOR, "--since", f"{month['since']}..{month['until']}", "--json"
            ).json
            assert month["uptime"] == alone


def test_without_a_file_it_is_markdown_on_standard_output(recorded: House) -> None:
    ran = recorded.run("report", VENDOR, "--since", "2026-02")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# deepseek: uptime dossier\n")
    assert "## A letter to the vendor" in ran.out
    assert recorded.run("report", VENDOR, "--since", "2026-02", "-o", "-").out.startswith("# deepseek")


@pytest.mark.parametrize(
    ("ending", "begins"),
    [(".md", b"# deep"), (".HTML", b"<!DOCTYPE html>"), (".json", b"{"), (".pdf", b"%PDF-")],
)
def test_the_ending_says_the_format(recorded: House, ending: str, begins: bytes) -> None:
    path = recorded.root / f"x{ending}"
    ran = recorded.program(
        "report", VENDOR, "--since", "2026-02", "-o", str(path), QT_QPA_PLATFORM="xcb", DISPLAY=""
    )

    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert path.read_bytes().startswith(begins)


def test_another_ending_is_refused_before_anything_is_read(house: House) -> None:
    ran = house.run("report", VENDOR, "-o", "x.docx")

    assert ran.code == 2
    assert ran.err == (
        "x.docx does not say which format you want: its name must end in .html, .pdf, .md or .json.\n"
    )


def test_an_id_that_nobody_knows_is_named_with_its_neighbour(recorded: House) -> None:
    ran = recorded.run("report", "deepsek")

    assert (ran.code, ran.err) == (2, 'There is no provider "deepsek"; did you mean "deepseek"?\n')


def test_without_a_history_nothing_is_written(house: House) -> None:
    house.write(section("a", 1))
    ran = house.run("report", "a", "-o", str(house.root / "x.md"))

    assert ran.code == 0
    assert ran.err.startswith("There is no history yet at ")
    assert not (house.root / "x.md").exists()
    assert house.run("report", "b").code == 2


def test_a_provider_of_which_nothing_was_recorded_is_told_so(recorded: House) -> None:
    recorded.write(section("a", 1), section("off", 2, "enabled = false"))
    watched, off = recorded.run("report", "a"), recorded.run("report", "off")

    assert watched.code == 0
    assert watched.err.startswith("Nothing was seen of a between ")
    assert watched.err.endswith("; the dossier says so.\n")
    assert "**Uptime:** no data" in watched.out
    assert (off.code, off.out) == (0, "")
    assert off.err == "Nothing was ever recorded of off: there is nothing to report.\n"


def test_a_window_that_is_none_is_a_sentence(recorded: House) -> None:
    ran = recorded.run("report", VENDOR, "--since", "2026-03..2026-02")

    assert ran.code == 2
    assert "is no window" in ran.err


@pytest.mark.parametrize("window", ["2999-01-01..2999-02-01", "2999", "2999-01-01T00:00Z"])
def test_a_window_yet_to_come_is_refused_and_nothing_is_written(recorded: House, window: str) -> None:
    path = recorded.root / "x.md"
    ran = recorded.run("report", VENDOR, "--since", window, "-o", str(path))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"There is nothing to report of {VENDOR} from ")
    assert ran.err.endswith(" on: that is yet to come.\n")
    assert not path.exists()


@pytest.mark.parametrize("history", [True, False])
def test_an_id_that_nobody_knows_is_told_before_its_window(recorded: House, history: bool) -> None:
    if not history:
        (recorded.root / "data" / "history.db").unlink()
    ran = recorded.run("report", "nobody", "--since", "2999")

    assert ran.code == 2
    assert ran.err.startswith('There is no provider "nobody"')


def test_a_window_before_anybody_watched_is_told_as_such(recorded: House) -> None:
    ran = recorded.run("report", VENDOR, "--since", "2025-01-10..2025-01-20")

    assert ran.code == 0
    assert ran.err.startswith(f"Nothing was seen of {VENDOR} between 2025-01-10 00:00:00")
    assert "**Uptime:** no data: nothing was seen in this window." in ran.out
    assert "Our own record of that time holds no data." in ran.out


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(recorded: House, tmp_path: Path) -> None:
    (tmp_path / "full.md").symlink_to("/dev/full")
    kept = tmp_path / "folder" / "x.md"
    kept.parent.mkdir()
    full = recorded.run("report", VENDOR, "--since", "2026-02", "-o", str(tmp_path / "full.md"))
    nowhere = recorded.run("report", VENDOR, "--since", "2026-02", "-o", str(tmp_path / "none" / "x.md"))
    kept.write_text("older")
    recorded.run("report", "nobody", "-o", str(kept))

    assert (full.code, nowhere.code) == (2, 2)
    assert full.err.endswith("full.md cannot be written: No space left on device.\n")
    assert nowhere.err.endswith("x.md cannot be written: No such file or directory.\n")
    assert kept.read_text() == "older"


@pytest.mark.parametrize("sla", ["0.999", "101", "much", "nan"])
def test_a_promise_that_is_no_percentage_is_refused(house: House, sla: str) -> None:
    ran = house.run("report", VENDOR, "--sla", sla)

    assert ran.code == 2
    assert f"'{sla}' is no uptime; write one between 50 and 100 percent, such as 99.9" in ran.err


def test_the_nearest_word_is_what_it_is_held_against(recorded: House) -> None:
    recorded.config_file.write_text(CONFIGURED)
    configured, asked = (_report(recorded, "--since", "2026-02", *more) for more in ((), ("--sla", "99.95%")))
    recorded.config_file.write_text(CONFIGURED.replace("sla = 99.5", ""))
    none = _report(recorded, "--since", "2026-02")
    recorded.config_file.write_text(
        CONFIGURED.replace("sla = 99.5", "").replace('kind = "deepseek"', 'kind = "bedrock"\nkey = "none"')
        + 'base_url = "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1"\n'
        + 'login_url = "https://example.com/login"\n'
    )
    published = _report(recorded, "--since", "2026-02")

    assert (configured["promise"]["percent"], configured["promise"]["source"]) == (99.5, "configured")
    assert (asked["promise"]["percent"], asked["promise"]["source"]) == (99.95, "asked")
    assert (none["promise"]["percent"], none["against"]) == (None, None)
    assert (published["promise"]["percent"], published["promise"]["source"]) == (99.9, "published")
    assert published["promise"]["verified"] is True


def test_a_broken_configuration_is_told_and_what_was_recorded_too(recorded: House) -> None:
    recorded.config_file.write_text("[[provider]\n")
    ran = recorded.run("report", VENDOR, "--since", "2026-02")

    assert ran.code == 0
    assert "config.toml" in ran.err
    assert ran.out.startswith("# deepseek")
    assert "- **Configuration:** could not be read when this was made" in ran.out
    assert "configured no more" not in ran.out
    assert "**Promised:** your configuration could not be read, so nothing is compared." in ran.out
    assert _report(recorded, "--since", "2026-02")["configured"] == "unread"


def test_a_disabled_provider_is_called_disabled_and_not_asked_at_a_pace(recorded: House) -> None:
    recorded.config_file.write_text(CONFIGURED + "enabled = false\n")
    ran = recorded.run("report", VENDOR, "--since", "2026-02")

    assert "; disabled in the configuration" in ran.out
    assert "the pace set today" not in ran.out


def test_only_a_pdf_takes_qt(recorded: House) -> None:
    script = (
        "import sys; from trayuptime.cli.main import main;"
        f"main(['report', '{VENDOR}', '--since', '2026-02', '-o', sys.argv[1]]);"
        "sys.exit('PySide6' in sys.modules)"
    )
    codes = [
        subprocess.run(
            [sys.executable, "-c", script, str(recorded.root / f"x.{ending}")],
            env={**recorded._environ({})},
            check=False,
        ).returncode
        for ending in ("html", "json", "md", "pdf")
    ]

    assert codes == [0, 0, 0, 1]


def test_half_a_year_is_what_it_tells_without_a_word(recorded: House) -> None:
    found = _report(recorded)

    assert _length_d(found) == pytest.approx(180, abs=0.001)
    assert _length_d(_report(recorded, "--until", "2026-03-15T00:00Z")) == pytest.approx(180, abs=0.001)


def _length_d(found: Any) -> float:
    since, until = (datetime.fromisoformat(found[name]) for name in ("since", "until"))
    return (until - since).total_seconds() / 86_400
