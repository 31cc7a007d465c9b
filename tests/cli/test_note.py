"""`note`: what a person knows of an incident, written by the engine or by the command itself."""

import os
import pty
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from cli.house import PATIENCE_S, PROGRAM, House, Ran, section
from history.watching import Watching, go_down, never_stamped
from hostile import Hostile, answer
from trayuptime.core.model import Note
from trayuptime.core.notes import LONGEST
from trayuptime.history import History, Reader

BROKEN = answer("503 Service Unavailable", b"{}")
KEY = "sk-verysecretverysecret4711"
STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


@pytest.fixture
def lived(house: House) -> House:
    """A home with incident 1 in it, which lasts, and no engine."""
    path = _history(house)
    path.parent.mkdir()
    history = History.open(path, never_stamped)
    watching = Watching()
    go_down(watching, history)
    history.close()
    return house


def _history(house: House) -> Path:
    return house.root / "data" / "history.db"


def _kept(house: House) -> list[Note]:
    with Reader(_history(house)) as reader:
        return reader.notes()


def _texts(house: House) -> list[str]:
    return [note.text for note in _kept(house)]


def _piped(house: House, *argv: str, data: bytes) -> Ran:
    environ = {**os.environ, "TRAYUPTIME_HOME": str(house.root)}
    done = subprocess.run(
        [*PROGRAM, "note", *argv],
        check=False,
        capture_output=True,
        input=data,
        timeout=PATIENCE_S,
        env=environ,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_note_is_written_without_an_engine_and_shown(lived: House) -> None:
    ran = lived.run("note", "1", "We", "called them.")
    shown = lived.run("incidents")

    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(rf"Noted at #1, deepseek api of {STAMP}\.\n", ran.out)
    assert re.search(rf"^#1 .*\n    note of {STAMP}: We called them\.$", shown.out, re.MULTILINE)


def test_notes_are_public_json_only_where_there_are_any(lived: House) -> None:
    before = lived.run("incidents", "--json").json[0]
    lived.run("note", "1", "first")
    lived.run("note", "1", "second")
    after = lived.run("incidents", "--json").json[0]
    explained = lived.run("incidents", "--explain", "1", "--json").json[0]

    assert "notes" not in before
    assert [note["text"] for note in after["notes"]] == ["first", "second"]
    assert all(set(note) == {"at", "text"} for note in after["notes"])
    assert explained["notes"] == after["notes"]


def test_an_explanation_shows_the_notes_too(lived: House) -> None:
    lived.run("note", "1", "first")

    assert re.search(
        rf"^    note of {STAMP}: first$", lived.run("incidents", "--explain", "1").out, re.MULTILINE
    )


def test_a_note_goes_through_the_running_engine(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    vendor.behaviour = BROKEN
    with house.engine() as engine:
        down = engine.event("down", "a")
        ran = house.run("note", str(down["incident"]), "their fault")
        unknown = house.run("note", "99", "x")
        engine.event("result", "a")
        assert engine.end() == 0

    assert (ran.code, ran.err) == (0, "")
    assert (unknown.code, unknown.out) == (2, "")
    assert _texts(house) == ["their fault"]
    assert house.run("incidents", "--json").json[0]["notes"][0]["text"] == "their fault"


def test_lines_come_from_the_standard_input(lived: House) -> None:
    ran = _piped(lived, "1", data="Zeile eins\r\n\r\n\tZwölf 名前\n\n".encode())

    assert (ran.code, ran.err) == (0, "")
    assert _texts(lived) == ["Zeile eins\n\n    Zwölf 名前"]
    assert "Zeile eins\n\n          Zwölf 名前\n" in lived.run("incidents").out


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The note is empty. Nothing was written."),
        (b" \n\t\n", "The note is empty."),
        (b"x" * (LONGEST + 1), "The note has 2,001 characters; a note may have at most 2,000."),
        (b"x" * 1_000_000, "A note may have at most 2,000 characters."),
        (b"\xff\xfe", "The note is no text in UTF-8."),
        (b"\x1b[2J", "The note holds a character that cannot be shown: U+001B."),
    ],
    ids=["nothing", "blank", "long", "endless", "bytes", "control"],
)
def test_what_is_no_note_is_refused(lived: House, data: bytes, says: str) -> None:
    ran = _piped(lived, "1", data=data)

    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert _kept(lived) == []


def test_at_a_terminal_it_is_asked_for(lived: House) -> None:
    leader, follower = pty.openpty()
    environ = {**os.environ, "TRAYUPTIME_HOME": str(lived.root)}
    with subprocess.Popen(
        [*PROGRAM, "note", "1"], stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
    ) as process:
        os.close(follower)
        assert process.stderr is not None
        asked = process.stderr.readline().decode()
        os.write(leader, b"typed\n\x04")
        assert process.wait(PATIENCE_S) == 0
    with suppress(OSError):
        os.close(leader)

    assert re.match(rf"Your note at #1, deepseek api of {STAMP}; end it with Ctrl\+D", asked)
    assert _texts(lived) == ["typed"]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("note",), "INCIDENT"),
        (("note", "first", "x"), "invalid int value"),
        (("note", "7", "x"), "There is no incident 7; known are 1 to 1."),
        (("note", "-1", "x"), "-1"),
        (("note", "1" * 40, "x"), "There is no incident 1111"),
    ],
)
def test_wrong_usage_ends_with_2(lived: House, argv: tuple[str, ...], says: str) -> None:
    ran = lived.run(*argv)

    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert _kept(lived) == []


def test_without_a_history_there_is_nothing_to_note(house: House) -> None:
    ran = house.run("note", "1", "x")

    assert ran.code == 2
    assert "There is no history yet at" in ran.err
    assert not _history(house).exists()


def test_a_key_in_a_note_is_kept_nowhere(lived: House) -> None:
    ran = lived.run("note", "1", f"we tried {KEY} too")

    assert ran.code == 0
    assert "What looked like a key in it is not kept." in ran.err
    assert _texts(lived) == ["we tried [redacted] too"]
    assert not [
        path for path in lived.root.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()
    ]


def test_a_key_in_a_note_is_kept_by_no_engine(house: House, vendor: Hostile) -> None:
    plain = "plainlookingsecretwithoutaprefix7391"
    house.write(section("a", vendor.port, 'key = "env:A_KEY"'))
    vendor.behaviour = BROKEN
    with house.engine(A_KEY=plain) as engine:
        engine.event("down", "a")
        ran = house.run("note", "1", f"it is {plain}")
        assert engine.end() == 0

    assert "not kept" in ran.err
    assert _texts(house) == ["it is [redacted]"]
    assert not [
        path for path in house.root.rglob("*") if path.is_file() and plain.encode() in path.read_bytes()
    ]
