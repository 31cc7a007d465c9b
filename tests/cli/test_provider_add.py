"""`provider add`: any provider in one line, its key where it belongs, and nothing half done."""

import json
import os
import stat
from pathlib import Path

import pytest

from cli.house import House, section
from cli.keyring_desk import KeyringDesk
from hostile import Hostile
from trayuptime.config.catalogue import vendors
from trayuptime.config.keys import EnvKey, FileKey, KeyringKey, NoKey
from trayuptime.config.load import load

KEY = "plainlookingsecretwithoutaprefix7391"


@pytest.fixture
def desk(house: House, tmp_path: Path) -> KeyringDesk:
    return KeyringDesk(house, tmp_path / "keyring")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in vendors():
        for name in kind.env:
            monkeypatch.delenv(name, raising=False)


def test_a_vendor_is_added_by_its_kind_alone(house: House) -> None:
    ran = house.run("provider", "add", "deepseek")

    (provider,) = load(house.config_file).providers
    assert ran.code == 0
    assert ran.out.startswith(f"Added deepseek (DeepSeek) to {house.config_file}.")
    assert "provider key deepseek" in ran.out
    assert "provider test deepseek" in ran.out
    assert (provider.id, provider.kind, provider.key) == ("deepseek", "deepseek", NoKey())
    assert stat.S_IMODE(house.config_file.stat().st_mode) == 0o600


def test_a_second_of_the_kind_gets_an_id_of_its_own(house: House) -> None:
    for _ in range(3):
        house.run("provider", "add", "deepseek")

    assert [each.id for each in load(house.config_file).providers] == ["deepseek", "deepseek-2", "deepseek-3"]


def test_the_key_of_a_variable_is_referred_to(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)

    ran = house.run("provider", "add", "deepseek", "--key-from-env", "DEEPSEEK_API_KEY")

    assert (ran.code, ran.err) == (0, "")
    assert load(house.config_file).providers[0].key == EnvKey("DEEPSEEK_API_KEY")
    assert KEY not in ran.out + house.config_file.read_text()


def test_a_variable_that_is_set_is_pointed_out_and_not_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)

    ran = house.run("provider", "add", "deepseek")

    assert "DEEPSEEK_API_KEY is set here" in ran.err
    assert load(house.config_file).providers[0].key == NoKey()


def test_a_variable_that_is_not_set_is_taken_and_told(house: House) -> None:
    ran = house.run("provider", "add", "deepseek", "--key-from-env", "MY_KEY")

    assert ran.code == 0
    assert "MY_KEY is not set here" in ran.err
    assert load(house.config_file).providers[0].key == EnvKey("MY_KEY")


def test_everything_can_be_said_in_one_line(house: House) -> None:
    house.run("provider", "add", "deepseek")
    more = [
        "--web-url",
        "https://lab.example",
        "--surfaces",
        "api,web",
        "--fallbacks",
        "deepseek",
        "--model",
        "tiny",
    ]
    url = "http://127.0.0.1:8080/v1"
    argv = ("provider", "add", "openai-compatible", "--id", "lab", "--name", "Lab", "--base-url", url, *more)

    ran = house.run(*argv, "--model", "tiny")

    lab = load(house.config_file).providers[1]
    assert ran.code == 0
    assert (lab.id, lab.name, lab.base_url, lab.fallbacks) == (
        "lab",
        "Lab",
        url,
        ("deepseek",),
    )
    assert [surface.value for surface in lab.surfaces] == ["api", "web"]
    assert lab.completion is not None


def test_a_page_is_added_by_its_address(house: House) -> None:
    ran = house.run("provider", "add", "website", "--id", "shop", "--web-url", "https://shop.example")

    assert ran.code == 0
    assert "asks shop.example; without a key" in ran.out
    assert load(house.config_file).providers[0].web_url == "https://shop.example"


def test_what_was_added_is_told_as_json(house: House) -> None:
    ran = house.run("provider", "add", "openai", "--id", "work", "--json")
    listed = house.run("provider", "list", "--json")

    assert ran.json["schema"] == 1
    assert (ran.json["id"], ran.json["kind"], ran.json["key"]) == ("work", "openai", "none")
    assert listed.json == [ran.json]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["deepsek"], 'did you mean "deepseek"?'),
        (["https://x.example/v1"], "openai-compatible --base-url URL"),
        (["openai-compatible"], "base_url is missing"),
        (["website"], "web_url is missing"),
        (["website", "--web-url", "https://x.example", "--key-from-env", "A_KEY"], "no use for a website"),
        (["openai", "--base-url", "http://far.example/v1", "--key-from-env", "A_KEY"], "plain http"),
        (["openai", "--base-url", "https://u:p@x.example"], "user name or password"),
        (["openai", "--id", "no id"], "letters, digits"),
        (["openai", "--id", "a"], "taken"),
        (["openai", "--fallbacks", "nobody"], "unknown provider"),
        (["openai", "--surfaces", "api,wbe"], 'did you mean "web"?'),
        (["openai", "--no-key", "--key-stdin"], "not allowed with"),
        (["openai", "--key-file", "/no/such/file"], "No such file"),
    ],
)
def test_what_makes_no_configuration_is_refused_and_nothing_changes(
    house: House, argv: list[str], says: str
) -> None:
    house.write(section("a", 1))
    before = house.config_file.read_text()

    ran = house.run("provider", "add", *argv)

    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert house.config_file.read_text() == before


def test_a_broken_file_is_refused_untouched_with_its_problems_before_a_key_is_asked_for(
    house: House,
) -> None:
    house.config_file.write_text('# mine\n[[provider]]\nid = "a"\nkind = "opnai"\n')

    ran = house.run("provider", "add", "deepseek")

    assert (ran.code, ran.out) == (2, "")
    assert 'line 4: provider "a": kind is the unknown word "opnai"; did you mean "openai"?' in ran.err
    assert "Nothing was changed" in ran.err
    assert house.config_file.read_text().startswith("# mine\n")


def test_comments_and_order_survive(house: House) -> None:
    text = '# mine\n\n[[provider]] # first\nid = "a" # one\nkind = "openai"\n# end\n'
    house.config_file.write_text(text)
    house.config_file.chmod(0o644)

    house.run("provider", "add", "deepseek")

    assert house.config_file.read_text().startswith(text)
    assert stat.S_IMODE(house.config_file.stat().st_mode) == 0o644


def test_two_at_once_do_not_lose_one_another(desk: KeyringDesk) -> None:
    adding = [desk.start("provider", "add", "ollama") for _ in range(6)]

    codes = [process.wait(20) for process in adding]

    assert codes == [0] * 6
    assert len({each.id for each in load(desk.house.config_file).providers}) == 6


# Keys


def test_a_key_from_a_pipe_goes_into_the_keyring(desk: KeyringDesk) -> None:
    ran = desk.run("provider", "add", "deepseek", "--key-stdin", stdin=f"{KEY}\n")

    assert (ran.code, ran.err) == (0, "")
    assert "its key is in the keyring" in ran.out
    assert desk.kept() == {"deepseek": KEY}
    assert load(desk.house.config_file).providers[0].key == KeyringKey()


def test_what_is_around_a_pasted_key_is_left_out_and_told(desk: KeyringDesk) -> None:
    ran = desk.run(
        "provider", "add", "deepseek", "--key-stdin", stdin=f'\ufeffexport DEEPSEEK_API_KEY="{KEY}"\r\n'
    )

    assert desk.kept() == {"deepseek": KEY}
    assert ran.err == "Left out: a byte order mark, the name before it, its quotes.\n"


@pytest.mark.parametrize("text", ["", "\n", "two words", "one\ntwo", "$DEEPSEEK_API_KEY", "sk-…", "\x00\x01"])
def test_what_is_no_key_stores_and_writes_nothing(desk: KeyringDesk, text: str) -> None:
    ran = desk.run("provider", "add", "deepseek", "--key-stdin", stdin=text)

    assert (ran.code, ran.out) == (2, "")
    assert "nothing was stored" in ran.err
    assert desk.asked() == []
    assert not desk.house.config_file.exists()


def test_a_keyring_that_refuses_leaves_everything_as_it_was(desk: KeyringDesk) -> None:
    desk.lock()

    ran = desk.run("provider", "add", "deepseek", "--key-stdin", stdin=KEY)

    assert (ran.code, ran.out) == (1, "")
    assert "The keyring is locked." in ran.err
    assert "Nothing was written." in ran.err
    assert not desk.house.config_file.exists()
    assert len(desk.asked()) == 1


def test_without_a_keyring_the_way_out_is_named(desk: KeyringDesk) -> None:
    ran = desk.run(
        *("provider", "add", "deepseek", "--key-stdin"),
        stdin=KEY,
        PYTHON_KEYRING_BACKEND="no.such.Keyring",
    )

    assert ran.code == 1
    assert 'key = "env:NAME"' in ran.err
    assert not desk.house.config_file.exists()


def test_a_file_that_cannot_be_written_is_found_out_before_the_keyring_is_asked(desk: KeyringDesk) -> None:
    (desk.house.root / "config.toml").mkdir()

    ran = desk.run("provider", "add", "deepseek", "--key-stdin", stdin=KEY)

    assert ran.code == 2
    assert desk.asked() == []


def test_a_closed_file_of_its_own_is_referred_to_and_an_open_one_refused(
    house: House, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    path.write_text(KEY)
    path.chmod(0o644)
    refused = house.run("provider", "add", "openai", "--key-file", str(path))
    path.chmod(0o600)
    added = house.run("provider", "add", "openai", "--key-file", os.path.relpath(path))

    assert (refused.code, added.code) == (2, 0)
    assert f"chmod 600 {path}" in refused.err
    assert load(house.config_file).providers[0].key == FileKey(path)


KEYS_IN_ARGUMENTS = [
    ["add", "openai", KEY],
    ["add", KEY],
    ["add", "openai", "--key", KEY],
    ["add", "openai", f"--key={KEY}"],
    ["add", "openai", f"--key-stdin={KEY}"],
    ["add", "openai", "--key-from-env", KEY],
    ["add", "openai", "--key-file", KEY],
    ["add", "openai", "--name", KEY],
    ["add", "openai", "--base-url", f"https://x.example/{KEY}/v1"],
    ["add", "openai", "hunter2!"],
    ["add", "openai", "--key=hunter2!"],
    ["add", "openai", "--key-from-env", "hunter2"],
    ["add", "openai", "--key-from-env=hunter2"],
    ["add", "openai", "--key-file", "hunter2"],
    ["add", "openai", "--key-stdin=hunter2"],
    ["key", "a", KEY],
    ["key", "a", "hunter2!"],
    ["key", "a", "--key-from-env", "hunter2"],
]


@pytest.mark.parametrize("argv", KEYS_IN_ARGUMENTS, ids=" ".join)
def test_a_key_among_the_arguments_is_refused_and_not_repeated(house: House, argv: list[str]) -> None:
    house.write(section("a", 1))
    before = house.config_file.read_text()

    ran = house.run("provider", *argv)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "hunter2" not in ran.err
    assert KEY not in ran.err
    assert house.config_file.read_text() == before


# At a terminal


def test_at_a_terminal_the_key_is_asked_for_and_not_shown(desk: KeyringDesk) -> None:
    code, screen = desk.at_terminal("provider", "add", "deepseek", types=[KEY])

    assert code == 0
    assert "Key for DeepSeek" in screen
    assert KEY not in screen
    assert desk.kept() == {"deepseek": KEY}


def test_at_a_terminal_nothing_typed_is_no_key(desk: KeyringDesk) -> None:
    code, screen = desk.at_terminal("provider", "add", "deepseek", types=[""])

    assert code == 0
    assert "without a key" in screen
    assert desk.kept() == {}


@pytest.mark.parametrize(("types", "key"), [([""], EnvKey("DEEPSEEK_API_KEY")), (["n", ""], NoKey())])
def test_at_a_terminal_a_variable_is_taken_if_the_user_says_so(
    desk: KeyringDesk, types: list[str], key: object
) -> None:
    code, screen = desk.at_terminal("provider", "add", "deepseek", types=types, DEEPSEEK_API_KEY=KEY)

    assert code == 0
    assert "Use the key in the environment variable DEEPSEEK_API_KEY?" in screen
    assert load(desk.house.config_file).providers[0].key == key


def test_a_local_server_is_not_asked_for_a_key(desk: KeyringDesk) -> None:
    code, screen = desk.at_terminal("provider", "add", "ollama", types=[])

    assert code == 0
    assert "Key for" not in screen


# A running engine


def test_a_running_engine_watches_it_at_once_with_its_key(
    desk: KeyringDesk, vendor: Hostile, other: Hostile
) -> None:
    desk.house.write(section("a", vendor.port))
    with desk.house.engine() as engine:
        engine.event("result", "a")
        url = f"http://127.0.0.1:{other.port}/v1"
        argv = ("provider", "add", "openai-compatible", "--id", "b", "--base-url", url, "--key-stdin")
        ran = desk.run(*argv, stdin=KEY)
        engine.event("result", "b")
        assert engine.end() == 0

    assert ran.code == 0
    assert "Start watching" not in ran.out
    assert any(KEY in request.headers.get("authorization", "") for request in other.requests)


# What is found


def test_what_is_found_is_listed_and_nothing_is_written(desk: KeyringDesk) -> None:
    codex = desk.house.root.parent / ".codex"
    codex.mkdir()
    (codex / "auth.json").write_text(json.dumps({"OPENAI_API_KEY": KEY}))
    ran = desk.run("provider", "add", DEEPSEEK_API_KEY=KEY)
    as_json = desk.run("provider", "add", "--found", "--json", DEEPSEEK_API_KEY=KEY)

    assert ran.code == 0
    assert "  1  DeepSeek: the environment variable DEEPSEEK_API_KEY" in ran.out
    assert "OpenAI: ~/.codex/auth.json (Codex CLI)" in ran.out
    assert "copies its key into the keyring" in ran.out
    assert KEY not in ran.out + ran.err + as_json.out
    assert [(each["number"], each["kind"], each["copies_key"]) for each in as_json.json][:2] == [
        (1, "deepseek", False),
        (2, "openai", True),
    ]
    assert desk.asked() == []
    assert not desk.house.config_file.exists()


def test_what_is_chosen_of_it_is_added_with_its_key(desk: KeyringDesk) -> None:
    codex = desk.house.root.parent / ".codex"
    codex.mkdir()
    (codex / "auth.json").write_text(json.dumps({"OPENAI_API_KEY": KEY}))

    some = desk.run("provider", "add", "--found", "1", DEEPSEEK_API_KEY=KEY)
    rest = desk.run("provider", "add", "--found", "all", DEEPSEEK_API_KEY=KEY)
    again = desk.run("provider", "add", "--found", DEEPSEEK_API_KEY=KEY)

    assert (some.code, rest.code) == (0, 0)
    assert {each.id: each.key for each in load(desk.house.config_file).providers} == {
        "deepseek": EnvKey("DEEPSEEK_API_KEY"),
        "openai": KeyringKey(),
    }
    assert desk.kept() == {"openai": KEY}
    assert again.out.count("watched already") == 2


def test_a_keyring_that_refuses_is_asked_once_and_the_rest_is_added(desk: KeyringDesk) -> None:
    llm = desk.house.root.parent / ".config" / "io.datasette.llm"
    llm.mkdir(parents=True)
    (llm / "keys.json").write_text(json.dumps({"openai": KEY, "mistral": KEY}))
    desk.lock()

    ran = desk.run("provider", "add", "--found", "all", DEEPSEEK_API_KEY=KEY)

    assert ran.code == 1
    assert [each.id for each in load(desk.house.config_file).providers] == ["deepseek"]
    assert len(desk.asked()) == 1
    assert "The keyring is locked." in ran.err


@pytest.mark.parametrize("wanted", ["0", "99", "x", "1,x", "-1"])
def test_a_number_that_is_none_adds_nothing(desk: KeyringDesk, wanted: str) -> None:
    ran = desk.run("provider", "add", f"--found={wanted}", DEEPSEEK_API_KEY=KEY)

    assert ran.code == 2
    assert not desk.house.config_file.exists()


def test_at_a_terminal_what_is_found_can_be_chosen_at_once(desk: KeyringDesk) -> None:
    code, screen = desk.at_terminal("provider", "add", types=["1"], DEEPSEEK_API_KEY=KEY)

    assert code == 0
    assert "Added deepseek; key: env:DEEPSEEK_API_KEY; asks api.deepseek.com." in screen


def test_where_nothing_is_found_the_way_on_is_named(desk: KeyringDesk) -> None:
    ran = desk.run("provider", "add", "--found")

    assert ran.code == 0
    assert "provider add KIND" in ran.out or "Found on this computer" in ran.out


def test_what_answers_cost_in_a_month_is_told_before_they_are_switched_on(house: House) -> None:
    ran = house.run("provider", "add", "openai", "--model", "gpt-4o-mini", "--no-key")

    assert ran.code == 0
    assert "openai: a completion of gpt-4o-mini every 10m costs about" in ran.err
    assert "a month" in ran.err
