"""Playbooks are files of the user's: read whatever they are, and never written over."""

import os
from pathlib import Path

import pytest

from trayuptime.config.load import read
from trayuptime.config.playbooks import (
    LARGEST,
    PlaybookError,
    offered_playbook,
    playbook_path,
    playbooks_naming,
    read_playbook,
    rename_playbook,
    write_playbook,
)

CONFIG = """\
[[provider]]
id = "a"
kind = "bedrock"
base_url = "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1"
fallbacks = ["off", "mine", "b"]

[[provider]]
id = "b"
kind = "groq"
name = "Groq *fast*"
feed = "https://status.example.com"

[[provider]]
id = "off"
kind = "openai"
enabled = false

[[provider]]
id = "mine"
kind = "openai-compatible"
base_url = "http://127.0.0.1:8080/v1"
"""


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def path_of(config_file: Path, provider: str) -> Path:
    path = playbook_path(config_file, provider)
    assert path is not None
    return path


def offer(provider: str) -> str:
    config = read(CONFIG)
    (found,) = [each for each in config.providers if each.id == provider]
    return offered_playbook(found, config.providers)


def test_it_lies_beside_the_configuration(config_file: Path) -> None:
    assert path_of(config_file, "deepseek") == config_file.parent / "playbooks" / "deepseek.md"


@pytest.mark.parametrize("provider", ["", "../x", "a/b", "a.b", "a\x00", ".", "ä", "x" * 65])
def test_an_id_that_a_recording_brought_leads_to_no_file(config_file: Path, provider: str) -> None:
    assert playbook_path(config_file, provider) is None
    assert not rename_playbook(config_file, "a", provider)
    assert not rename_playbook(config_file, provider, "a")


def test_what_was_written_is_read(config_file: Path) -> None:
    path = path_of(config_file, "a")
    assert read_playbook(path) is None

    write_playbook(path, "# ä\n")

    assert read_playbook(path) == "# ä\n"
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_written_over_what_is_there(config_file: Path) -> None:
    path = path_of(config_file, "a")
    write_playbook(path, "one")

    with pytest.raises(PlaybookError, match=r"a\.md already; nothing was written"):
        write_playbook(path, "two")

    assert read_playbook(path) == "one"
    assert list(path.parent.iterdir()) == [path]


def test_a_link_that_leads_nowhere_is_not_written_through(config_file: Path, tmp_path: Path) -> None:
    path = path_of(config_file, "a")
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PlaybookError, match="already"):
        write_playbook(path, "two")

    assert read_playbook(path) is None
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_in_the_place_of_the_folder_is_told(config_file: Path) -> None:
    path = path_of(config_file, "a")
    path.parent.write_text("x")

    assert read_playbook(path) is None
    with pytest.raises(PlaybookError, match=r"There is .*playbooks already; nothing was written"):
        write_playbook(path, "one")


def test_a_folder_that_leads_nowhere_is_told(config_file: Path) -> None:
    path = path_of(config_file, "a")
    path.parent.symlink_to(path.parent)

    with pytest.raises(PlaybookError, match="leads nowhere"):
        read_playbook(path)
    with pytest.raises(PlaybookError, match=r"There is .*playbooks already; nothing was written"):
        write_playbook(path, "one")
    assert not rename_playbook(config_file, "a", "b")
    assert playbooks_naming(config_file, "a") == []


def test_the_playbooks_whose_commands_name_an_id_are_found(config_file: Path) -> None:
    texts = {
        "a": "`trayuptime check a`",
        "b": "- [ ] Run: trayuptime switch a, then breathe",
        "c": "`trayuptime switch a-2` and `trayuptime switch ba`, for a",
        "d": "a",
    }
    for name, text in texts.items():
        write_playbook(path_of(config_file, name), text)
    path_of(config_file, "e").write_bytes(b"trayuptime check a \xff")

    assert playbooks_naming(config_file, "a") == [path_of(config_file, "a"), path_of(config_file, "b")]


def test_without_the_configurations_folder_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="cannot be written: No such file"):
        write_playbook(path_of(tmp_path / "gone" / "config.toml", "a"), "one")


def test_the_largest_file_is_read_and_no_larger_one(config_file: Path) -> None:
    path = path_of(config_file, "a")
    write_playbook(path, "x" * LARGEST)
    assert read_playbook(path) == "x" * LARGEST

    with path.open("a") as file:
        file.write("x")

    with pytest.raises(PlaybookError, match="is larger than 256 KiB"):
        read_playbook(path)


def test_a_linked_file_is_read_and_the_link_renamed(config_file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.md"
    real.write_text("mine")
    path = path_of(config_file, "a")
    path.parent.mkdir()
    path.symlink_to(real)

    assert read_playbook(path) == "mine"
    assert rename_playbook(config_file, "a", "b")

    assert path_of(config_file, "b").readlink() == real
    assert not os.path.lexists(path)


def test_a_rename_takes_the_place_of_nothing(config_file: Path) -> None:
    assert not rename_playbook(config_file, "a", "b")
    write_playbook(path_of(config_file, "a"), "one")
    write_playbook(path_of(config_file, "b"), "two")

    assert not rename_playbook(config_file, "a", "b")

    assert read_playbook(path_of(config_file, "a")) == "one"
    assert read_playbook(path_of(config_file, "b")) == "two"


def test_what_is_offered_knows_the_vendor_and_the_fallbacks_that_can_be_switched_to() -> None:
    text = offer("a")

    assert text.startswith("# When a fails\n")
    assert "- [ ] Switch to mine: `trayuptime switch mine`\n" in text
    assert "switch to Groq \\*fast\\*: `trayuptime switch b`\n" in text
    assert "switch off" not in text
    assert "They promise 99.9 % a month in each region; credits of 10, 25 and 100 %.\n" in text


def test_the_status_page_that_is_offered_is_the_users_own_choice() -> None:
    assert "<https://status.example.com>" in offer("b")


def test_a_server_on_this_computer_is_ones_own() -> None:
    text = offer("mine")

    assert "Start it again" in text
    assert "support" not in text
