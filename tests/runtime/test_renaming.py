"""A rename is whole or not at all, and one that was cut short is finished by doing it again."""

from pathlib import Path

import pytest

from trayuptime.config.load import load
from trayuptime.config.problems import ConfigError
from trayuptime.config.values import Config
from trayuptime.history import HistoryError
from trayuptime.runtime.renaming import CannotRename, rename

TEXT = """\
# mine
[[provider]]
id = "a"
kind = "openai"

[[provider]]
id = "b"
kind = "groq"
fallbacks = ["a"]
"""


class Past:
    """A history that knows some ids, and may refuse to be written or die on the way."""

    def __init__(self, *known: str, trouble: BaseException | None = None) -> None:
        self.known = set(known)
        self.trouble = trouble

    def rename(self, path: Path, old: str, new: str) -> Config:
        def carry(_: Config) -> None:
            if self.trouble is not None:
                raise self.trouble
            self.known = {new if name == old else name for name in self.known}

        return rename(path, old, new, knows=self.known.__contains__, carry=carry)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    return path


def ids(path: Path) -> list[str]:
    return [provider.id for provider in load(path).providers]


def test_file_and_history_are_renamed(path: Path) -> None:
    past = Past("a", "b")

    config = past.rename(path, "a", "new")

    assert config.providers[1].fallbacks == ("new",)
    assert ids(path) == ["new", "b"]
    assert past.known == {"new", "b"}
    assert path.read_text().startswith("# mine\n")


def test_a_history_that_cannot_be_written_leaves_the_file_as_it_was(path: Path) -> None:
    _write_playbooks(path, "a")
    with pytest.raises(HistoryError):
        Past("a", trouble=HistoryError("full")).rename(path, "a", "new")

    assert path.read_text() == TEXT
    assert _playbooks(path) == {"a.md": "a"}


def test_a_playbook_of_the_new_id_is_not_taken_for_the_old_ones(path: Path) -> None:
    _write_playbooks(path, "new")
    with pytest.raises(HistoryError):
        Past("a", trouble=HistoryError("full")).rename(path, "a", "new")

    assert _playbooks(path) == {"new.md": "new"}


def _write_playbooks(path: Path, *providers: str) -> None:
    path.with_name("playbooks").mkdir()
    for provider in providers:
        (path.with_name("playbooks") / f"{provider}.md").write_text(provider)


def _playbooks(path: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in path.with_name("playbooks").iterdir()}


def test_a_rename_that_was_cut_short_is_finished_by_doing_it_again(path: Path) -> None:
    past = Past("a", "b", trouble=KeyboardInterrupt())
    _write_playbooks(path, "a")
    with pytest.raises(KeyboardInterrupt):
        past.rename(path, "a", "new")
    past.trouble = None
    past.known.add("new")  # it was watched meanwhile

    past.rename(path, "a", "new")

    assert ids(path) == ["new", "b"]
    assert past.known == {"new", "b"}
    assert _playbooks(path) == {"new.md": "a"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nobody", "new", 'no provider "nobody"'),
        ("a", "past", "earlier provider"),
        ("nobody", "b", 'no provider "nobody"'),
    ],
)
def test_what_would_mix_or_find_nothing_is_refused(path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(CannotRename, match=says):
        Past("a", "b", "past").rename(path, old, new)

    assert path.read_text() == TEXT


@pytest.mark.parametrize(
    ("new", "says"),
    [("b", 'There is a provider "b" already'), ("not an id", "letters, digits"), ("", "letters, digits")],
)
def test_an_id_that_is_none_or_taken_is_refused(path: Path, new: str, says: str) -> None:
    with pytest.raises((ConfigError, CannotRename), match=says):
        Past("a", "b").rename(path, "a", new)

    assert path.read_text() == TEXT


def test_a_broken_file_is_left_alone(path: Path) -> None:
    path.write_text(TEXT + "[oops")

    with pytest.raises(ConfigError, match="line 10"):
        Past("a").rename(path, "a", "new")
