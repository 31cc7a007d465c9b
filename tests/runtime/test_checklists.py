"""A checklist is read from the playbook and the history as they are at that moment."""

from dataclasses import replace
from pathlib import Path

import pytest

from history.watching import Watching, go_down, never_stamped
from trayuptime.config.load import load
from trayuptime.config.playbooks import PlaybookError
from trayuptime.core.checklist import Task
from trayuptime.core.playbook import Heading
from trayuptime.core.ticks import Tick
from trayuptime.history import History, Reader, UnknownIncidentError
from trayuptime.runtime.checklists import (
    IncidentChecklist,
    checklist_in,
    checklist_of,
    playbook_of,
    write_offered,
)

CONFIG = '[[provider]]\nid = "deepseek"\nkind = "deepseek"\n'


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Of an incident 1 of deepseek, in which Anna was told."""
    path = tmp_path / "history.db"
    history = History.open(path, never_stamped)
    watching = Watching()
    go_down(watching, history)
    history.tick(1, Tick("Tell Anna", True, watching.now, "Kim"))
    history.note(1, "They called.", watching.now)
    history.close()
    return path


def _own(config_file: Path, text: str) -> Path:
    path = config_file.parent / "playbooks" / "deepseek.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def _read(history: Path, number: int, config_file: Path) -> IncidentChecklist:
    with Reader(history) as reader:
        return checklist_in(reader, number, config_file)


def test_a_window_reads_the_users_list_with_the_incidents_ticks(config_file: Path, history: Path) -> None:
    path = _own(config_file, "# Mine\n- [ ] Tell Anna\n- [ ] Switch\n")

    shown = _read(history, 1, config_file)

    assert (shown.incident.id, shown.path, shown.own, shown.trouble) == (1, path, True, "")
    heading, anna, switch = shown.checklist.rows
    assert heading == Heading(1, "Mine")
    assert isinstance(anna, Task)
    assert anna.tick is not None
    assert (anna.done, anna.tick.by) == (True, "Kim")
    assert switch == Task(2, "Switch", "Switch")
    assert shown.checklist.gone == ()


def test_without_a_list_of_the_users_one_is_offered(config_file: Path, history: Path) -> None:
    shown = _read(history, 1, config_file)

    assert not shown.own
    assert shown.checklist.rows[0] == Heading(1, "When DeepSeek fails")
    assert [task.words for task in shown.checklist.gone] == ["Tell Anna"]
    assert not (config_file.parent / "playbooks").exists()


def test_a_list_that_cannot_be_read_hides_no_tick(config_file: Path, history: Path) -> None:
    path = _own(config_file, "a\n" * 2_000)

    shown = _read(history, 1, config_file)

    assert shown.own
    assert shown.trouble == f"{path} has 2,000 lines; a playbook may have at most 1,000."
    assert [task.words for task in shown.checklist.tasks] == ["Tell Anna"]


def test_what_is_watched_is_known_without_the_file(config_file: Path) -> None:
    config = load(config_file)
    config_file.write_text("[oops")

    assert playbook_of("deepseek", config_file, config).text.startswith("# When DeepSeek fails\n")
    assert playbook_of("deepseek", config_file).text.startswith("# When deepseek fails\n")


def test_there_is_no_checklist_of_no_incident(config_file: Path, history: Path) -> None:
    with pytest.raises(UnknownIncidentError, match=r"There is no incident 2\."):
        _read(history, 2, config_file)


def test_an_id_that_no_file_may_have_is_offered_a_list_all_the_same(config_file: Path, history: Path) -> None:
    incident = replace(_read(history, 1, config_file).incident, provider="../x")

    shown = checklist_of(incident, [], config_file)

    assert (shown.path, shown.own, shown.trouble) == (None, False, "")
    assert shown.checklist.rows[0] == Heading(1, "When ../x fails")
    with pytest.raises(PlaybookError, match="No file can be called"):
        write_offered("../x", config_file)


def test_what_is_offered_becomes_the_users_own_when_they_say_so(config_file: Path) -> None:
    offered = playbook_of("deepseek", config_file)

    path = write_offered("deepseek", config_file)

    own = playbook_of("deepseek", config_file)
    assert (own.path, own.own, own.text, own.lines) == (path, True, offered.text, offered.lines)
    with pytest.raises(PlaybookError, match="already; nothing was written"):
        write_offered("deepseek", config_file)


def test_what_looks_like_a_key_is_not_in_what_is_shown(config_file: Path) -> None:
    _own(config_file, "- [ ] Use sk-verysecretverysecret4711\n")

    assert "secret" not in repr(playbook_of("deepseek", config_file))
