"""The file is written whole: a first one never over another, an edit over nothing but what it read."""

import os
import stat
import tomllib
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.edit import add_provider
from trayuptime.config.keys import EnvKey, FileKey, KeyringKey
from trayuptime.config.load import load, read
from trayuptime.config.problems import ConfigError
from trayuptime.config.schema import POLLING
from trayuptime.config.store import (
    Choice,
    NotWritten,
    RefusedEdit,
    add,
    change,
    first_text,
    prepared,
    write_first,
)
from trayuptime.config.values import PricedModel
from trayuptime.core.budget import Price

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


MINE = b'# mine\r\n[[provider]]\r\nid = "a"   # one\r\nkind = "openai"\r\n'


def test_an_added_provider_stands_below_and_everything_above_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINE)
    path.chmod(0o640)

    config = add(path, CHOICES[1])

    assert [each.id for each in config.providers] == ["a", "local"]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + MINE)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_a_missing_file_begins_as_that_of_a_new_user(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"

    add(path, CHOICES[1])

    assert path.read_text(encoding="utf-8") == first_text([CHOICES[1]])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real, path = tmp_path / "dotfiles" / "watch.toml", tmp_path / "config.toml"
    real.write_bytes(MINE)
    path.symlink_to(real)

    add(path, CHOICES[1])

    assert path.is_symlink()
    assert len(load(real).providers) == 2


@pytest.mark.parametrize(
    "content",
    [b"id = ", b'[[provider]]\nid = "a"\nkind = "opnai"\n', b"\xff\xfe\x00", b'[[provider]]\nid = "a"\n'],
)
def test_a_broken_file_is_left_as_it_is_with_its_problems_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        add(path, CHOICES[1])

    assert not isinstance(caught.value, RefusedEdit)
    assert caught.value.problems[0].file
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_an_edit_that_makes_no_configuration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(MINE)

    with pytest.raises(RefusedEdit, match="taken"):
        add(path, Choice("a", "openai"))

    assert path.read_bytes() == MINE


def test_a_directory_or_a_pipe_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    for name in ("folder", "pipe"):
        with pytest.raises(ConfigError, match="not a file"):
            add(tmp_path / name, CHOICES[1])


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NotWritten, match=r"cannot be written: .*\. Nothing was changed\."):
        add(tmp_path / "file" / "config.toml", CHOICES[1])


def test_what_an_editor_saves_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(MINE)
    seen: list[str] = []

    def edit(text: str) -> str:
        if not seen:
            path.write_bytes(b"# theirs\r\n" + MINE)
        seen.append(text)
        return add_provider(text, CHOICES[1].settings())

    change(path, edit)

    assert len(seen) == 2
    assert path.read_bytes().startswith(b"# theirs\r\n# mine")


def test_a_file_that_appears_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    def edit(text: str) -> str:
        if not path.exists():
            path.write_bytes(MINE)
        return add_provider(text, CHOICES[1].settings())

    assert [each.id for each in change(path, edit).providers] == ["a", "local"]


def test_an_editor_that_never_rests_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(MINE)

    def edit(text: str) -> str:
        path.write_bytes(path.read_bytes() + b"# again\r\n")
        return text

    with pytest.raises(NotWritten, match="again and again"):
        change(path, edit)


def test_while_somebody_edits_others_wait_and_then_say_so(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(MINE)

    with prepared(path, lambda text: text), pytest.raises(NotWritten, match="somebody else"):
        change(path, lambda text: text + "# x\n", wait_s=0)

    assert path.read_bytes() == MINE


def test_what_is_prepared_and_not_committed_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(MINE)

    with prepared(path, lambda text: add_provider(text, CHOICES[1].settings())) as ready:
        assert len(ready.config.providers) == 2

    assert path.read_bytes() == MINE
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_many_who_add_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    choices = [Choice(f"p{number}", "ollama") for number in range(8)]
    threads = [Thread(target=add, args=(path, choice)) for choice in choices]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {each.id for each in load(path).providers} == {choice.id for choice in choices}


def test_everything_that_can_be_chosen_is_written(tmp_path: Path) -> None:
    choice = Choice(
        "far",
        "openai-compatible",
        EnvKey("K"),
        base_url="http://far.example/v1",
        name="Far away",
        surfaces=("api", "web"),
        web_url="https://far.example",
        login_url="https://far.example/in",
        feed="https://status.far.example",
        allow_http=True,
        model="tiny",
        usd_in=0.5,
        usd_out=1.0,
    )

    (provider,) = add(tmp_path / "config.toml", choice).providers

    assert (provider.id, provider.name, provider.key) == ("far", "Far away", EnvKey("K"))
    assert (provider.web_url, provider.login_url) == ("https://far.example", "https://far.example/in")
    assert provider.completion is not None
    assert provider.completion.model == PricedModel("tiny", Price(0.5, 1.0))
