"""`provider remove`, `rename`, `key`: file, history and keyring change together or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.house import House, section
from cli.keyring_desk import KeyringDesk
from history.watching import DEEPSEEK, Watching, never_stamped
from hostile import Hostile, answer
from trayuptime.config.keys import EnvKey, KeyringKey, NoKey
from trayuptime.config.load import load
from trayuptime.core.reasons import Reason
from trayuptime.history import History, Reader, files

KEY = "plainlookingsecretwithoutaprefix7391"
BROKEN = answer("503 Service Unavailable", b"{}")
TEXT = """\
# mine

# the main one
[[provider]]
id = "a" # one
kind = "openai"
key = "keyring"

# the other
[[provider]]
id = "b"
kind = "groq"
fallbacks = ["a"] # in need
"""


@pytest.fixture
def desk(house: House, tmp_path: Path) -> KeyringDesk:
    desk = KeyringDesk(house, tmp_path / "keyring")
    house.config_file.write_text(TEXT)
    return desk


def keys(house: House) -> dict[str, object]:
    return {each.id: each.key for each in load(house.config_file).providers}


def recorded(house: House) -> set[str]:
    """Whose results are in the history."""
    with Reader(house.root / "data" / "history.db") as reader:
        return {each.result.provider for each in reader.results()}


# remove


def test_a_removed_provider_is_gone_with_its_key_and_who_fell_back_on_it_is_told(desk: KeyringDesk) -> None:
    desk.run("provider", "key", "a", stdin=KEY)

    ran = desk.run("provider", "remove", "a")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"Removed a from {desk.house.config_file}. Its history is kept.",
        "b no longer falls back on it; it has no fallback.",
        "Its key was taken out of the keyring.",
    ]
    assert desk.kept() == {}
    assert desk.house.config_file.read_text() == (
        '# mine\n\n# the other\n[[provider]]\nid = "b"\nkind = "groq"\nfallbacks = [] # in need\n'
    )


def test_its_key_can_be_kept(desk: KeyringDesk) -> None:
    desk.run("provider", "key", "a", stdin=KEY)

    ran = desk.run("provider", "remove", "a", "--keep-key")
    later = desk.run("provider", "key", "a", "--delete")

    assert "trayuptime provider key a --delete" in ran.out
    assert (ran.code, later.code) == (0, 0)
    assert desk.kept() == {}


def test_a_key_that_cannot_be_taken_out_is_told_with_the_way(desk: KeyringDesk) -> None:
    desk.run("provider", "key", "a", stdin=KEY)
    desk.lock()

    ran = desk.run("provider", "remove", "a")

    assert ran.code == 1
    assert "trayuptime provider key a --delete" in ran.err
    assert list(keys(desk.house)) == ["b"]


def test_who_is_not_there_cannot_be_removed(house: House) -> None:
    house.write(section("deepseek", 1))

    ran = house.run("provider", "remove", "deepsek")

    assert (ran.code, ran.out) == (2, "")
    assert 'did you mean "deepseek"?' in ran.err


def test_a_running_engine_stops_to_watch_the_last_one_too(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        ran = house.run("provider", "remove", "a")
        status = house.run("status", "--json")
        assert engine.end() == 0

    assert ran.code == 0
    assert status.json["providers"] == []
    assert recorded(house) == {"a"}


# rename


def test_a_renamed_provider_keeps_history_key_and_place(desk: KeyringDesk, vendor: Hostile) -> None:
    house = desk.house
    house.write(section("a", vendor.port, 'key = "keyring"'), section("b", vendor.port, 'fallbacks = ["a"]'))
    desk.run("provider", "key", "a", stdin=KEY)
    vendor.behaviour = BROKEN
    with house.engine() as engine:
        engine.event("down", "a")
        assert engine.end() == 0

    ran = desk.run("provider", "rename", "a", "new")
    incidents = desk.run("incidents", "--json").json

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "a is called new now; its history goes on under that name.",
        "b falls back on new now.",
    ]
    assert keys(house) == {"new": KeyringKey(), "b": NoKey()}
    assert desk.kept() == {"new": KEY}
    assert "a" not in recorded(house)
    assert "new" in {incident["provider"] for incident in incidents}


def test_a_running_engine_goes_on_in_the_same_incident(desk: KeyringDesk, vendor: Hostile) -> None:
    house = desk.house
    house.write(section("a", vendor.port, 'key = "keyring"'))
    desk.run("provider", "key", "a", stdin=KEY)
    vendor.behaviour = BROKEN
    with house.engine() as engine:
        down = engine.event("down", "a")
        ran = desk.run("provider", "rename", "a", "new")
        asked_before = len(vendor.requests)
        engine.event("result", "new")
        vendor.behaviour = answer("200 OK", b'{"object": "list", "data": []}')
        up = engine.event("up", "new")
        while not any(
            KEY in each.headers.get("authorization", "") for each in vendor.requests[asked_before:]
        ):
            engine.event("result", "new")  # a slow keyring is not waited for
        assert engine.end() == 0

    assert ran.code == 0
    assert up["incident"] == down["incident"]
    assert recorded(house) == {"new"}
    assert desk.kept() == {"new": KEY}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("a", "b", "already"),
        ("a", "no id", "letters, digits"),
        ("nobody", "c", 'no provider "nobody"'),
        ("a", "a", "already"),
    ],
)
def test_a_rename_that_cannot_be_changes_nothing(desk: KeyringDesk, old: str, new: str, says: str) -> None:
    desk.run("provider", "key", "a", stdin=KEY)

    ran = desk.run("provider", "rename", old, new)

    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert desk.house.config_file.read_text() == TEXT
    assert desk.kept() == {"a": KEY}


def test_a_keyring_that_refuses_stops_a_rename_before_anything_changed(desk: KeyringDesk) -> None:
    desk.lock()

    ran = desk.run("provider", "rename", "a", "new")

    assert ran.code == 1
    assert "Nothing was changed" in ran.err
    assert desk.house.config_file.read_text() == TEXT


def test_a_rename_that_was_cut_short_is_finished_by_another(desk: KeyringDesk, vendor: Hostile) -> None:
    house = desk.house
    house.write(section("a", vendor.port, 'key = "keyring"'))
    desk.run("provider", "key", "a", stdin=KEY)
    with house.engine() as engine:
        engine.event("result", "a")
        assert engine.end() == 0
    house.config_file.write_text(house.config_file.read_text().replace('"a"', '"new"'))  # and there it died

    ran = desk.run("provider", "rename", "a", "new")

    assert ran.code == 0
    assert recorded(house) == {"new"}
    with closing(sqlite3.connect(house.root / "data" / "history.db")) as connection:
        assert connection.execute("SELECT provider FROM surface").fetchall() == [("new",)]


def test_what_a_damaged_history_still_holds_is_renamed_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = house.root / "data" / "history.db"
    history.parent.mkdir()
    watching = Watching(keys=(DEEPSEEK,))
    with closing(History.open(history, never_stamped)) as lived:
        for cycle in range(300):
            watching.cycle(lived, {DEEPSEEK: Reason.SERVER_ERROR} if cycle % 10 < 5 else None)
    files.set_aside(history, "20260330T011345Z")
    monkeypatch.setattr("trayuptime.history.store._OPENING_RECOVERS_S", 0.0)
    monkeypatch.setattr("trayuptime.history.salvage.SMALL", 0)
    house.write(section("deepseek", 1))

    ran = house.run("provider", "rename", "deepseek", "new")

    assert ran.code == 0, ran.err
    with Reader(history) as reader:
        assert {event["provider"] for event in reader.transitions(newest=60)} == {"new"}
        assert {incident.provider for incident in reader.incidents()} == {"new"}
        assert len(list(reader.results())) == 300
    assert recorded(house) == {"new"}


def test_a_copy_of_the_key_that_stays_behind_is_told(desk: KeyringDesk) -> None:
    desk.run("provider", "key", "a", stdin=KEY)
    (desk.folder / "undeletable").touch()

    ran = desk.run("provider", "rename", "a", "new")

    assert ran.code == 1
    assert "provider key a --delete" in ran.err
    assert keys(desk.house)["new"] == KeyringKey()
    assert desk.kept()["new"] == KEY


# key


@pytest.mark.parametrize("line", ["", 'key = "none" # for now\n', 'key = "env:A_KEY"\n'])
def test_a_stored_key_is_referred_to_from_then_on(desk: KeyringDesk, line: str) -> None:
    desk.house.config_file.write_text(f'# mine\n[[provider]]\nid = "a"\nkind = "openai"\n{line}# end\n')

    ran = desk.run("provider", "key", "a", stdin=f"{KEY}\n")

    text = desk.house.config_file.read_text()
    assert ran.code == 0
    assert desk.kept() == {"a": KEY}
    assert keys(desk.house) == {"a": KeyringKey()}
    assert text.startswith("# mine\n")
    assert text.endswith("# end\n")
    assert ("# for now" in text) == ("# for now" in line)
    assert 'key = "keyring" now' in ran.out


def test_another_key_takes_the_place_of_the_first_and_the_file_stays_as_it_is(desk: KeyringDesk) -> None:
    desk.run("provider", "key", "a", stdin="the-first-key")

    ran = desk.run("provider", "key", "a", stdin=KEY)

    assert ran.code == 0
    assert desk.kept() == {"a": KEY}
    assert desk.house.config_file.read_text() == TEXT


def test_a_key_can_be_said_to_be_elsewhere(desk: KeyringDesk) -> None:
    ran = desk.run("provider", "key", "a", "--key-from-env", "A_KEY", A_KEY=KEY)

    assert ran.code == 0
    assert keys(desk.house)["a"] == EnvKey("A_KEY")
    assert desk.asked() == []


def test_a_deleted_key_is_referred_to_no_more(desk: KeyringDesk) -> None:
    desk.run("provider", "key", "a", stdin=KEY)

    ran = desk.run("provider", "key", "a", "--delete")
    again = desk.run("provider", "key", "a", "--delete")

    assert (ran.code, again.code) == (0, 0)
    assert desk.kept() == {}
    assert keys(desk.house)["a"] == NoKey()
    assert 'id = "a" # one' in desk.house.config_file.read_text()


@pytest.mark.parametrize("argv", [[], ["--delete"]], ids=["store", "delete"])
def test_a_keyring_that_refuses_leaves_the_file_as_it_was(desk: KeyringDesk, argv: list[str]) -> None:
    desk.lock()

    ran = desk.run("provider", "key", "a", *argv, stdin=KEY)

    assert (ran.code, ran.out) == (1, "")
    assert "locked" in ran.err
    assert "Nothing was" in ran.err
    assert desk.house.config_file.read_text() == TEXT


def test_a_page_has_no_use_for_a_key(desk: KeyringDesk) -> None:
    desk.house.config_file.write_text(
        '[[provider]]\nid = "a"\nkind = "website"\nweb_url = "https://x.example"\n'
    )

    ran = desk.run("provider", "key", "a", stdin=KEY)

    assert ran.code == 2
    assert "no use for a website" in ran.err
    assert desk.kept() == {}


@pytest.mark.parametrize("argv", [["nobody"], []])
def test_a_key_of_nobody_is_refused(desk: KeyringDesk, argv: list[str]) -> None:
    ran = desk.run("provider", "key", *argv, stdin=KEY)

    assert ran.code == 2
    assert desk.asked() == []


def test_an_engine_is_told_to_ask_an_unlocked_keyring_again(desk: KeyringDesk, vendor: Hostile) -> None:
    desk.house.write(section("a", vendor.port, 'key = "keyring"'))
    (desk.folder / "kept").write_text(f'{{"TrayUptime/a api-key": "{KEY}"}}')
    desk.lock()
    alone = desk.run("provider", "key", "--again")
    with desk.house.engine() as engine:
        engine.event("result", "a")
        (desk.folder / "locked").unlink()
        ran = desk.run("provider", "key", "--again")
        while not any(KEY in request.headers.get("authorization", "") for request in vendor.requests):
            engine.event("result", "a")
        assert engine.end() == 0

    assert (alone.code, ran.code) == (1, 0)


@pytest.mark.parametrize("command", [("remove", "a"), ("key", "a", "--delete")])
def test_where_no_keyring_can_be_reached_none_is_said_to_be_emptied(
    desk: KeyringDesk, command: tuple[str, ...]
) -> None:
    ran = desk.run("provider", *command, PYTHON_KEYRING_BACKEND="no.such.Keyring")

    assert ran.code == 1
    assert "taken out of the keyring" not in ran.out
    assert "holds no key" not in ran.out
    assert "No keyring can be used here." in ran.err
