"""The first file is written whole, for its owner only, and never over another."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.keys import EnvKey, FileKey, KeyringKey
from trayuptime.config.load import load, read
from trayuptime.config.problems import ConfigError
from trayuptime.config.schema import POLLING
from trayuptime.config.store import Choice, first_text, write_first

CHOICES = [
    Choice("deepseek", "deepseek", EnvKey("DEEPSEEK_API_KEY"), fallbacks=("local", "claude")),
    Choice("local", "openai-compatible", base_url="http://127.0.0.1:8080/v1"),
    Choice("claude", "anthropic", KeyringKey()),
]


def test_what_was_chosen_is_what_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "config.toml"

    write_first(path, CHOICES)

    config = load(path)
    assert [(each.id, each.kind, each.key) for each in config.providers] == [
        (choice.id, choice.kind, choice.key) for choice in CHOICES
    ]
    assert config.providers[0].fallbacks == ("local", "claude")
    assert config.providers[1].base_url == "http://127.0.0.1:8080/v1"
    assert config.warnings == ()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"

    write_first(path, CHOICES)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n", encoding="utf-8")

    with pytest.raises(FileExistsError):
        write_first(path, CHOICES)

    assert path.read_text(encoding="utf-8") == "# mine\n"
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_choices_that_make_no_configuration_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"

    with pytest.raises(ConfigError, match="taken"):
        write_first(path, [CHOICES[2], CHOICES[2]])

    assert not path.parent.exists()


def refuse_links(source: object, target: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_disk_without_links_gets_the_file_too_and_keeps_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", refuse_links)  # as FAT answers
    path = tmp_path / "config.toml"

    write_first(path, CHOICES)
    written = path.read_text(encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_first(path, CHOICES[1:2])

    assert written == path.read_text(encoding="utf-8") == first_text(CHOICES)
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_the_polling_defaults_stand_in_the_file_as_a_comment_that_can_be_taken_in() -> None:
    text = first_text([])
    taken_in = "\n".join(line.removeprefix("# ") for line in text.splitlines()[3:])

    assert read(text).providers == ()
    assert set(tomllib.loads(taken_in)["polling"]) == {setting.name for setting in POLLING.settings}
    assert read(taken_in).rules == read("").rules


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_the_text_is_toml_whatever_was_chosen(word: str, path: str) -> None:
    choice = Choice(word, word, FileKey(Path("/") / path), base_url=word, fallbacks=(word,))

    (entry,) = tomllib.loads(first_text([choice]))["provider"]

    assert (entry["id"], entry["base_url"], entry["fallbacks"]) == (word, word, [word])
    assert entry["key"] == str(choice.key)
