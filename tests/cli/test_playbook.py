"""`playbook`: the user's own list, what is offered instead, and ticks that stay with an incident."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cli.house import House, section
from history.watching import Watching, go_down, never_stamped
from hostile import Hostile, answer
from trayuptime.core.model import Note
from trayuptime.history import History, Reader

BROKEN = answer("503 Service Unavailable", b"{}")
CONFIG = """\
[[provider]]
id = "deepseek"
kind = "deepseek"
fallbacks = ["openai", "off"]

[[provider]]
id = "openai"
kind = "openai"

[[provider]]
id = "off"
kind = "groq"
enabled = false
"""
OWN = "# Mine\n- [ ] Tell Anna\n- [ ] Switch\n"
KEY = "sk-verysecretverysecret4711"


@pytest.fixture
def lived(house: House) -> House:
    """A home with incident 1 of deepseek in it, which lasts, and no engine."""
    path = _history(house)
    path.parent.mkdir()
    history = History.open(path, never_stamped)
    go_down(Watching(), history)
    history.close()
    house.config_file.write_text(CONFIG)
    return house


def _history(house: House) -> Path:
    return house.root / "data" / "history.db"


def _file(house: House, provider: str = "deepseek") -> Path:
    return house.root / "playbooks" / f"{provider}.md"


def _own(house: House, text: str | bytes = OWN) -> Path:
    path = _file(house)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _notes(house: House) -> list[str]:
    with Reader(_history(house)) as reader:
        return [note.text for note in reader.notes()]


def _done(house: House) -> dict[str, bool]:
    shown = house.run("playbook", "--incident", "1", "--json").json
    return {each["item"]: each["done"] for each in shown["items"]}


def test_a_provider_without_a_playbook_is_offered_one_and_nothing_is_written(lived: House) -> None:
    ran = lived.run("playbook", "deepseek")

    assert ran.code == 0
    assert ran.out.startswith("# When DeepSeek fails\n")
    assert "- [ ] Switch to OpenAI: `trayuptime switch openai`\n" in ran.out
    assert "groq" not in ran.out.lower()  # disabled: nobody can switch to it
    assert "<https://status.deepseek.com>" in ran.out
    assert ran.err == (
        "deepseek has no playbook of yours yet; this one is offered. To make it yours: "
        "trayuptime playbook deepseek --new\n"
    )
    assert not _file(lived).parent.exists()


def test_the_offered_one_is_written_when_asked_for_and_never_over_another(lived: House) -> None:
    first = lived.run("playbook", "deepseek", "--new")
    written = _file(lived).read_text()
    _file(lived).write_text("mine")
    again = lived.run("playbook", "deepseek", "--new")

    assert (first.code, first.out) == (0, f"Written to {_file(lived)}: edit it as you like.\n")
    assert written.startswith("# When DeepSeek fails\n")
    assert (again.code, again.out) == (2, "")
    assert again.err == f"There is {_file(lived)} already; nothing was written.\n"
    assert _file(lived).read_text() == "mine"
    assert list(_file(lived).parent.iterdir()) == [_file(lived)]


def test_ones_own_is_printed_as_it_was_written(lived: House) -> None:
    _own(lived, f"{OWN}\ntext\n```\nmake  x\n```\n")

    ran = lived.run("playbook", "deepseek")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{OWN}\ntext\n    make  x\n"


def test_the_list_says_who_has_one(lived: House) -> None:
    _own(lived)
    (lived.root / "playbooks" / "off.md").mkdir()

    ran = lived.run("playbook")
    listed = lived.run("playbook", "--json").json

    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"deepseek  {_file(lived)}  2 to do",
        "openai  none of yours yet",
        f"off  {_file(lived, 'off')} cannot be read: it is not a file.",
    ]
    assert [(each["provider"], each["own"], each["items"]) for each in listed] == [
        ("deepseek", True, 2),
        ("openai", False, 8),
        ("off", True, None),
    ]


def test_a_playbook_as_json(lived: House) -> None:
    _own(lived, f"{OWN}- [ ] switch\n")

    assert lived.run("playbook", "deepseek", "--json").json == {
        "schema": 1,
        "provider": "deepseek",
        "path": str(_file(lived)),
        "own": True,
        "items": ["Tell Anna", "Switch", "switch (2)"],
        "text": f"{OWN}- [ ] switch\n",
    }
    assert lived.run("playbook", "openai", "--new", "--json").json["own"] is True


def test_ticks_are_kept_with_the_incident_and_shown(lived: House) -> None:
    _own(lived)

    ran = lived.run("playbook", "--incident", "1", "--tick", "1", "2", "--by", "Kim")
    back = lived.run("playbook", "--incident", "1", "--untick", "2")

    assert (ran.code, ran.err, back.code) == (0, "", 0)
    assert ran.out.startswith("#1  deepseek api  outage  ")
    assert "\n# Mine\n1  [x] Tell Anna  (" in ran.out
    assert " by Kim)\n2  [x] Switch  (" in ran.out
    assert ran.out.endswith("\n2 of 2 done.\n")
    assert back.out.endswith("2  [ ] Switch\n\n1 of 2 done.\n")
    assert _notes(lived) == ["[x] Tell Anna\nby Kim", "[x] Switch\nby Kim", "[ ] Switch"]


def test_a_tick_reads_as_one_wherever_notes_are_shown(lived: House) -> None:
    _own(lived)
    lived.run("playbook", "--incident", "1", "--tick", "1", "--by", "Kim")
    lived.run("note", "1", "We", "called.")
    lived.run("playbook", "--incident", "1", "--untick", "1")

    shown = lived.run("incidents").out.splitlines()
    (told,) = lived.run("incidents", "--json").json
    explained = lived.run("incidents", "--explain", "1")

    assert [line.split(" 20")[0].strip() for line in shown[1:]] == ["ticked", "note of", "unticked"]
    assert shown[1].endswith(" by Kim: Tell Anna")
    assert [note["text"] for note in told["notes"]] == ["We called."]
    assert [{**tick, "at": ""} for tick in told["ticks"]] == [
        {"at": "", "item": "Tell Anna", "done": True, "by": "Kim"},
        {"at": "", "item": "Tell Anna", "done": False},
    ]
    assert "    ticked 20" in explained.out
    assert "[x]" not in explained.out


def test_a_tick_alone_makes_no_notes_in_json(lived: House) -> None:
    lived.run("playbook", "--incident", "1", "--tick", "1")

    assert "notes" not in lived.run("incidents", "--json").json[0]


def test_what_is_done_already_is_not_kept_twice(lived: House) -> None:
    _own(lived)
    for _ in range(2):
        lived.run("playbook", "--incident", "1", "--tick", "1")
    lived.run("playbook", "--incident", "1", "--untick", "2")

    assert _notes(lived) == ["[x] Tell Anna"]


def test_an_edit_loses_no_tick_and_what_is_gone_can_be_unticked(lived: House) -> None:
    _own(lived)
    lived.run("playbook", "--incident", "1", "--tick", "1", "2")
    _own(lived, "- [ ] Breathe\n- [ ] switch\n")

    ran = lived.run("playbook", "--incident", "1")
    back = lived.run("playbook", "--incident", "1", "--untick", "3")

    assert "1  [ ] Breathe\n2  [x] switch  (" in ran.out
    assert "\nNo more in the playbook:\n3  [x] Tell Anna  (" in ran.out
    assert "No more" not in back.out
    assert _done(lived) == {"Breathe": False, "switch": True}


def test_in_an_outage_what_is_offered_can_be_ticked_at_once(lived: House) -> None:
    ran = lived.run("playbook", "--incident", "1", "--tick", "1")
    lived.run("playbook", "deepseek", "--new")

    assert ran.code == 0
    assert ran.out.endswith("deepseek has no playbook of yours yet; this one is offered.\n")
    assert _done(lived)["Ask once more: `trayuptime check deepseek`"]


def test_an_incidents_checklist_as_json(lived: House) -> None:
    _own(lived)

    shown = lived.run("playbook", "--incident", "1", "--tick", "2", "--by", "Kim", "--json").json

    first, second = shown.pop("items")
    assert first == {"number": 1, "item": "Tell Anna", "done": False, "at": None, "by": None, "gone": False}
    assert second.pop("at").endswith("Z")
    assert second == {"number": 2, "item": "Switch", "done": True, "by": "Kim", "gone": False}
    assert shown.pop("started_at").endswith("Z")
    assert shown == {
        "schema": 1,
        "incident": 1,
        "provider": "deepseek",
        "surface": "api",
        "path": str(_file(lived)),
        "own": True,
        "trouble": None,
    }


def test_a_provider_that_is_no_longer_watched_has_its_playbook_still(lived: House) -> None:
    _own(lived)
    lived.run("provider", "remove", "deepseek")
    shown = lived.run("playbook", "--incident", "1")
    printed = lived.run("playbook", "deepseek")
    _file(lived).unlink()
    without = lived.run("playbook", "--incident", "1")

    assert "1  [ ] Tell Anna" in shown.out
    assert printed.out == OWN
    assert "# When deepseek fails\n" in without.out


def test_a_configuration_that_is_broken_holds_up_nobody_in_an_outage(lived: House) -> None:
    lived.config_file.write_text("[oops")
    _own(lived)
    own = lived.run("playbook", "deepseek")
    _file(lived).unlink()

    ran = lived.run("playbook", "--incident", "1", "--tick", "1")

    assert (ran.code, ran.err) == (0, "")
    assert (own.code, own.out, own.err) == (0, OWN, "")
    assert "# When deepseek fails\n" in ran.out
    assert _notes(lived) == ["[x] Ask once more: `trayuptime check deepseek`"]


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _large(path: Path) -> None:
    path.write_bytes(b"- [ ] a\n" * 1_300_000)


def _many(path: Path) -> None:
    path.write_bytes(b"- [ ] a\n" * 1_001)


def _latin(path: Path) -> None:
    path.write_bytes("# x\n- [ ] Z\xfcrich\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (Path.mkdir, "cannot be read: it is not a file."),
        (_pipe, "cannot be read: it is not a file."),
        (_loop, "cannot be read: its symbolic link leads nowhere."),
        (_large, "is larger than 256 KiB; a playbook is a short checklist."),
        (_many, "has 1,001 lines; a playbook may have at most 1,000."),
        (_latin, "is not UTF-8 text (line 2); save it with that encoding."),
    ],
)
def test_a_file_that_is_no_playbook_is_told_and_no_tick_is_lost(
    lived: House, make: Callable[[Path], None], says: str
) -> None:
    _own(lived)
    lived.run("playbook", "--incident", "1", "--tick", "1")
    _file(lived).unlink()
    make(_file(lived))

    printed = lived.run("playbook", "deepseek")
    new = lived.run("playbook", "deepseek", "--new")
    shown = lived.run("playbook", "--incident", "1")
    ticked = lived.run("playbook", "--incident", "1", "--tick", "1")

    sentence = f"{_file(lived)} {says}"
    assert (printed.code, printed.out, printed.err) == (2, "", f"{sentence}\n")
    assert (new.code, new.err) == (2, f"There is {_file(lived)} already; nothing was written.\n")
    assert (shown.code, shown.err) == (2, f"{sentence}\n")
    assert "\nNo more in the playbook:\n1  [x] Tell Anna  (" in shown.out
    assert (ticked.code, ticked.out, ticked.err) == (2, "", f"{sentence} Nothing was ticked.\n")
    assert _notes(lived) == ["[x] Tell Anna"]


def test_a_playbook_without_anything_to_do_says_how(lived: House) -> None:
    path = _own(lived, "Call Anna.\n")

    ran = lived.run("playbook", "deepseek")
    ticked = lived.run("playbook", "--incident", "1", "--tick", "1")

    assert (ran.code, ran.out) == (0, "Call Anna.\n")
    assert ran.err == f"Nothing to do stands in {path}: a line that begins with `- [ ]` can be ticked.\n"
    assert ticked.err == "There is no item 1; there is none in the playbook. Nothing was ticked.\n"
    assert _notes(lived) == []


@pytest.mark.parametrize("number", ["0", "3", "-1", "99999999999999999999"])
def test_an_item_that_is_not_there_is_refused_with_all_others(lived: House, number: str) -> None:
    _own(lived)

    ran = lived.run("playbook", "--incident", "1", "--tick", "1", number)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"There is no item {int(number)}; there are 1 to 2. Nothing was ticked.\n"
    assert _notes(lived) == []


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("nobody",), 'There is no provider "nobody"; known: deepseek, openai, off.'),
        (("opnai", "--new"), 'There is no provider "opnai"; did you mean "openai"?'),
        (("--new",), "Whose? Write `trayuptime playbook ID --new`."),
        (("--tick", "1"), "Ticks are kept with an incident: add --incident N."),
        (("deepseek", "--by", "Kim"), "Ticks are kept with an incident: add --incident N."),
        (
            ("deepseek", "--incident", "1"),
            "An incident has its provider's playbook: write --incident N without ID and --new.",
        ),
        (("--incident", "1", "--by", "Kim"), "Who did what? Add --tick K or --untick K."),
        (
            ("--incident", "1", "--tick", "1", "--untick", "1"),
            "Item 1 is either done or not. Nothing was ticked.",
        ),
        (("--incident", "7"), "There is no incident 7; known are 1 to 1."),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(lived: House, argv: tuple[str, ...], says: str) -> None:
    ran = lived.run("playbook", *argv)

    assert (ran.code, ran.out, ran.err) == (2, "", f"{says}\n")


def test_without_a_history_there_is_no_incident(house: House) -> None:
    ran = house.run("playbook", "--incident", "1")

    assert (ran.code, ran.err) == (2, f"There is no history yet at {_history(house)}.\n")


def test_without_providers_there_is_nothing_to_list(house: House) -> None:
    ran = house.run("playbook")

    assert ran.code == 2
    assert ran.err.startswith("No provider is configured. ")


def test_a_key_in_a_playbook_is_neither_shown_nor_kept(lived: House) -> None:
    _own(lived, f"- [ ] Use {KEY} at the console\n")

    printed = lived.run("playbook", "deepseek")
    told = lived.run("playbook", "deepseek", "--json")
    ticked = lived.run("playbook", "--incident", "1", "--tick", "1")
    named = lived.run("playbook", "--incident", "1", "--untick", "1", "--by", KEY)

    assert printed.out == "- [ ] Use [redacted] at the console\n"
    assert "1  [x] Use [redacted] at the console  (" in ticked.out
    assert named.err == "--by is a name, and looks like a key. Nothing was ticked.\n"
    assert _notes(lived) == ["[x] Use [redacted] at the console"]
    assert KEY not in printed.out + told.out + ticked.out + named.out


def test_a_key_that_the_engine_knows_is_kept_by_no_tick(house: House, vendor: Hostile) -> None:
    plain = "plainlookingsecretwithoutaprefix7391"
    house.write(section("a", vendor.port, 'key = "env:A_KEY"'))
    (house.root / "playbooks").mkdir()
    _file(house, "a").write_text(f"- [ ] Tell Anna\n- [ ] Use {plain}\n")
    vendor.behaviour = BROKEN
    with house.engine(A_KEY=plain) as engine:
        number = str(engine.event("down", "a")["incident"])
        ran = house.run("playbook", "--incident", number, "--tick", "1", "2")
        assert engine.end() == 0

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "What looks like a key stands in that item or name, and is kept nowhere. It was not ticked.\n"
    )
    assert _notes(house) == ["[x] Tell Anna"]


def test_a_name_that_a_terminal_would_obey_is_refused(lived: House) -> None:
    ran = lived.run("playbook", "--incident", "1", "--tick", "1", "--by", "Kim\x1b[2J")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "What is to be ticked holds a character that cannot be shown: U+001B. It was not ticked.\n"
    )
    assert _notes(lived) == []


def test_a_history_that_cannot_be_written_is_told_and_ends_with_1(lived: House) -> None:
    with closing(sqlite3.connect(_history(lived), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = lived.run("playbook", "--incident", "1", "--tick", "1")
        other.execute("ROLLBACK")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err
    assert _notes(lived) == []


def test_control_characters_reach_no_terminal(lived: House) -> None:
    _own(lived, "- [ ] a\x1b[31mb\u202e\n\x9b1m\n")

    shown = lived.run("playbook", "deepseek").out
    told = lived.run("playbook", "deepseek", "--json").json["text"]
    lived.run("playbook", "--incident", "1", "--tick", "1")

    assert told == shown == "- [ ] a\ufffd[31mb\ufffd\n\ufffd1m\n"
    assert _notes(lived) == ["[x] a\ufffd[31mb\ufffd"]


def test_ticks_go_through_an_export_into_another_history(
    lived: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _own(lived)
    lived.run("playbook", "--incident", "1", "--tick", "1", "2", "--by", "Zoë")
    lived.run("playbook", "--incident", "1", "--untick", "2")
    file = tmp_path / "out.jsonl"
    assert lived.run("export", "-o", str(file)).code == 0

    other = House(tmp_path / "other", lived.capsys)
    (other.root / "playbooks").mkdir(parents=True)
    other.config_file.write_text(CONFIG)
    _own(other)
    monkeypatch.setenv("TRAYUPTIME_HOME", str(other.root))
    for _ in range(2):
        assert other.run("import", str(file)).code == 0

    assert _done(other) == {"Tell Anna": True, "Switch": False}
    assert _notes(other) == ["[x] Tell Anna\nby Zoë", "[x] Switch\nby Zoë", "[ ] Switch"]


def test_ticks_of_two_machines_are_merged(
    lived: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _own(lived, "- [ ] a\n- [ ] b\n- [ ] c\n")
    other = House(tmp_path / "other", lived.capsys)
    (other.root / "data").mkdir(parents=True)
    (other.root / "playbooks").mkdir()
    other.config_file.write_text(CONFIG)
    _own(other, _file(lived).read_text())
    monkeypatch.setenv("TRAYUPTIME_HOME", str(other.root))
    history = History.open(_history(other), never_stamped)
    go_down(Watching(), history)
    history.close()
    other.run("playbook", "--incident", "1", "--tick", "1", "2")
    monkeypatch.setenv("TRAYUPTIME_HOME", str(lived.root))
    lived.run("playbook", "--incident", "1", "--tick", "3")

    assert lived.run("history", "merge", str(_history(other))).code == 0
    assert _done(lived) == {"a": True, "b": True, "c": True}
    lived.run("playbook", "--incident", "1", "--untick", "1")
    assert lived.run("history", "merge", str(_history(other))).code == 0

    assert _done(lived) == {"a": False, "b": True, "c": True}


def test_a_renamed_provider_keeps_its_playbook_and_its_ticks(lived: House) -> None:
    _own(lived)
    lived.run("playbook", "--incident", "1", "--tick", "2")

    ran = lived.run("provider", "rename", "deepseek", "ds")

    assert (ran.code, ran.err) == (0, "")
    assert not _file(lived).exists()
    assert _file(lived, "ds").read_text() == OWN
    assert _done(lived) == {"Tell Anna": False, "Switch": True}


def test_a_rename_takes_no_other_playbooks_place(lived: House) -> None:
    _own(lived)
    _file(lived, "ds").write_text("other")

    ran = lived.run("provider", "rename", "deepseek", "ds")

    assert ran.code == 0
    assert ran.err == (
        f"Its playbook is still called {_file(lived)}, for there is {_file(lived, 'ds')} already.\n"
    )
    assert (_file(lived).read_text(), _file(lived, "ds").read_text()) == (OWN, "other")


def test_a_rename_says_where_a_command_still_has_the_old_name(lived: House) -> None:
    _own(lived, "- [ ] Ask: `trayuptime check deepseek`\n")
    _file(lived, "openai").write_text("- [ ] `trayuptime switch deepseek-2`, then call deepseek\n")
    _file(lived, "off").mkdir()

    ran = lived.run("provider", "rename", "deepseek", "ds")

    assert ran.code == 0
    assert ran.err == f"A command in {_file(lived, 'ds')} still names deepseek.\n"


def test_a_removed_provider_leaves_its_playbook_and_says_so(lived: House) -> None:
    path = _own(lived)

    ran = lived.run("provider", "remove", "deepseek")

    assert f"Its playbook stays: {path}\n" in ran.out
    assert path.read_text() == OWN
    assert "playbook" not in lived.run("provider", "remove", "openai").out


def test_ticks_go_through_the_running_engine(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    vendor.behaviour = BROKEN
    with house.engine() as engine:
        number = str(engine.event("down", "a")["incident"])
        ticked = house.run("playbook", "--incident", number, "--tick", "1", "--by", "Kim")
        back = house.run("playbook", "--incident", number, "--untick", "1")
        again = house.run("playbook", "--incident", number, "--tick", "1", "--json")
        named = house.run("playbook", "--incident", number, "--tick", "2", "--by", KEY)
        renamed = house.run("provider", "rename", "a", "b")
        assert engine.end() == 0

    assert (ticked.code, ticked.err, back.code, renamed.code) == (0, "", 0, 0)
    assert again.json["items"][0]["done"] is True
    assert (named.code, named.out) == (2, "")
    assert named.err.startswith("What looks like a key stands in that item or name, ")
    assert KEY not in named.err
    first = "Ask once more: `trayuptime check a`"
    assert _notes(house) == [f"[x] {first}\nby Kim", f"[ ] {first}", f"[x] {first}"]


def test_a_note_that_was_ticked_by_hand_or_by_another_version_counts_too(lived: House) -> None:
    _own(lived)
    lived.run("note", "1", "[x] tell anna")
    with Reader(_history(lived)) as reader:
        (kept,) = reader.notes()
        (incident,) = reader.incidents()

    assert kept == Note("deepseek", incident.surface, incident.started_at, kept.at, "[x] tell anna")
    assert _done(lived) == {"Tell Anna": True, "Switch": False}
