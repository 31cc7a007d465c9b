"""The first minute: choices with their hosts, a file that the loader accepts, and never over another one."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from trayuptime.config.keys import EnvKey, KeyringKey, NoKey
from trayuptime.config.load import load
from trayuptime.config.store import Choice
from trayuptime.system.finding import Found
from trayuptime.ui.first_run import FirstRun
from trayuptime.ui.offers import offers, with_fallbacks

SECRET = "sk-first-run-0123456789"
TWO_KEYS = {"OPENAI_API_KEY": SECRET, "DEEPSEEK_API_KEY": SECRET}


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "config.toml"


def first_run(qtbot: QtBot, config_file: Path, environ: Mapping[str, str]) -> FirstRun:
    page = FirstRun(config_file, environ)
    qtbot.addWidget(page)
    page.show()
    return page


def test_a_vendor_with_a_key_is_ticked_and_one_without_is_not() -> None:
    found = {offer.choice.id: offer for offer in offers(TWO_KEYS)}

    assert {id_ for id_, offer in found.items() if offer.chosen} == {"openai", "deepseek"}
    assert found["openai"].choice.key == EnvKey("OPENAI_API_KEY")
    assert found["anthropic"].choice.key == NoKey()


def test_vendors_with_a_key_stand_first() -> None:
    chosen = [offer.chosen for offer in offers(TWO_KEYS)]

    assert chosen == sorted(chosen, reverse=True)


def test_every_offer_names_the_host_it_would_ask_and_where_the_key_lies() -> None:
    words = {offer.choice.id: offer.words for offer in offers(TWO_KEYS)}

    assert words["openai"] == "with the key in OPENAI_API_KEY · asks api.openai.com and status.openai.com"
    assert words["anthropic"] == (
        "without a key, only whether it is there · asks api.anthropic.com and status.claude.com"
    )


def test_an_empty_variable_is_no_key() -> None:
    assert not any(offer.chosen for offer in offers({"OPENAI_API_KEY": ""}))


def test_no_key_is_shown(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)

    assert SECRET not in " ".join(label.text() for label in page.findChildren(QLabel))


def test_a_screen_reader_hears_the_host_with_the_choice(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)

    assert page.boxes[0].accessibleDescription().endswith("asks api.openai.com and status.openai.com")


def test_with_nothing_ticked_there_is_nothing_to_watch(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, {})
    assert not page.watch.isEnabled()

    page.boxes[0].setChecked(True)

    assert page.watch.isEnabled()


def test_nothing_is_written_before_the_button_is_pressed(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)

    page.boxes[-1].setChecked(True)

    assert not config_file.parent.exists()


def test_what_is_written_is_what_was_ticked(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)
    (gemini,) = (box for box in page.boxes if box.text() == "Google Gemini")
    gemini.setChecked(True)

    with qtbot.waitSignal(page.written):
        page.watch.click()

    config = load(config_file)
    assert {provider.id: provider.key for provider in config.providers} == {
        "openai": EnvKey("OPENAI_API_KEY"),
        "deepseek": EnvKey("DEEPSEEK_API_KEY"),
        "gemini": NoKey(),
    }
    assert SECRET not in config_file.read_text()
    assert page.answer.text().startswith("Written to ")
    assert not page.watch.isEnabled()


@pytest.mark.parametrize("environ", [{}, TWO_KEYS], ids=["no keys", "two keys"])
def test_all_that_is_offered_makes_a_configuration(
    qtbot: QtBot, config_file: Path, environ: Mapping[str, str]
) -> None:
    page = first_run(qtbot, config_file, environ)
    for box in page.boxes:
        box.setChecked(True)

    page.watch.click()

    assert len(load(config_file).providers) == len(page.boxes)


def test_those_with_a_key_stand_in_for_each_other_and_for_the_rest() -> None:
    keyed, other, bare = Choice("a", "a", EnvKey("A")), Choice("b", "b", EnvKey("B")), Choice("c", "c")

    fallbacks = {choice.id: choice.fallbacks for choice in with_fallbacks([keyed, bare, other])}

    assert fallbacks == {"a": ("b",), "b": ("a",), "c": ("a", "b")}


def test_a_file_that_is_there_is_left_alone(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)
    config_file.parent.mkdir()
    config_file.write_text("# mine\n")

    page.watch.click()

    assert config_file.read_text() == "# mine\n"
    assert "exists already" in page.answer.accessibleName()
    assert page.answer.isVisible()


def test_a_place_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    page = first_run(qtbot, tmp_path / "file" / "config.toml", TWO_KEYS)

    page.watch.click()

    said = page.answer.accessibleName()
    assert "could not be written" in said
    assert said.endswith(".")
    assert page.watch.isEnabled()


CODEX = Found(
    "mistral", "mistral", ("~/.codex/auth.json (Codex CLI)",), KeyringKey(), lambda: SECRET, base_url=None
)
OLLAMA = Found("ollama", "ollama", ("“ollama” listens on port 11434 of this computer",))
LAB = Found(
    "openai-compatible", "lab", ("~/.continue/config.yaml (Continue)",), base_url="http://127.0.0.1:9/v1"
)
UNSET = Found("xai", "xai", ("~/.bashrc",), EnvKey("XAI_API_KEY"), ready=False, remark="not set here")
OPENAI = Found("openai", "openai", ("~/.aider.conf.yml (Aider)",), KeyringKey(), lambda: SECRET)


def looked(qtbot: QtBot, config_file: Path, environ: Mapping[str, str], *found: Found) -> FirstRun:
    """A first run that has looked through the computer."""
    page = FirstRun(config_file, environ, lambda: found)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.looked):
        page.show()
    return page


def test_what_is_found_is_offered_with_its_source_and_its_host_and_not_ticked() -> None:
    found = {offer.name: offer for offer in offers({}, [CODEX, OLLAMA, LAB])}

    assert found["Mistral"].words == (
        "copies its key from ~/.codex/auth.json (Codex CLI) into the keyring · asks api.mistral.ai"
    )
    assert found["Ollama"].words == "“ollama” listens on port 11434 of this computer · asks 127.0.0.1"
    assert found["lab"].words == "~/.continue/config.yaml (Continue) · asks 127.0.0.1"
    assert not any(offer.chosen for offer in found.values())


def test_a_vendor_is_offered_once_with_the_key_that_needs_least() -> None:
    with_variable = [offer.choice for offer in offers({"OPENAI_API_KEY": SECRET}, [OPENAI])]
    without = [offer.choice for offer in offers({}, [OPENAI])]

    assert [choice.key for choice in with_variable if choice.kind == "openai"] == [EnvKey("OPENAI_API_KEY")]
    assert [choice.key for choice in without if choice.kind == "openai"] == [KeyringKey()]


def test_what_cannot_be_used_as_it_is_is_not_offered() -> None:
    assert not [offer for offer in offers({}, [UNSET]) if offer.choice.kind == "xai"]


def test_a_key_whose_variables_name_another_server_is_not_taken_for_the_vendors() -> None:
    environ = {"OPENAI_API_KEY": SECRET, "OPENAI_BASE_URL": "https://gateway.example/v1"}

    assert not [offer for offer in offers(environ) if offer.chosen]


def test_every_offer_has_an_id_of_its_own() -> None:
    other = replace(LAB, base_url="http://127.0.0.1:8/v1")

    ids = [offer.choice.id for offer in offers({}, [LAB, other, CODEX])]

    assert len(ids) == len(set(ids))


def test_what_was_ticked_stays_ticked_when_more_is_found(qtbot: QtBot, config_file: Path) -> None:
    page = FirstRun(config_file, {}, lambda: (CODEX, OLLAMA))
    qtbot.addWidget(page)
    (gemini,) = (box for box in page.boxes if box.text() == "Google Gemini")
    gemini.setChecked(True)
    with qtbot.waitSignal(page.looked):
        page.show()

    ticked = [box.text() for box in page.boxes if box.isChecked()]

    assert ticked == ["Google Gemini"]
    assert {"Mistral", "Ollama"} <= {box.text() for box in page.boxes}


def test_nothing_is_looked_for_before_the_page_is_shown(qtbot: QtBot, config_file: Path) -> None:
    looks: list[bool] = []

    def look() -> tuple[Found, ...]:
        looks.append(True)
        return ()

    page = FirstRun(config_file, {}, look)
    qtbot.addWidget(page)

    before = list(looks)
    with qtbot.waitSignal(page.looked):
        page.show()

    assert (before, looks) == ([], [True])


def keyring(tmp_path: Path, kind: str) -> dict[str, str]:
    """An environment with a keyring that the helper uses, or refuses."""
    return {**os.environ, "PYTHON_KEYRING_BACKEND": kind, "XDG_DATA_HOME": str(tmp_path)}


def test_a_key_that_cannot_be_copied_leaves_its_provider_without_one_and_is_told(
    qtbot: QtBot, config_file: Path, tmp_path: Path
) -> None:
    page = looked(qtbot, config_file, keyring(tmp_path, "keyring.backends.null.Keyring"), CODEX, OPENAI)
    for box in page.boxes:
        box.setChecked(box.text() in {"Mistral", "OpenAI"})

    with qtbot.waitSignal(page.written, timeout=20_000):
        page.watch.click()

    assert {provider.id: provider.key for provider in load(config_file).providers} == {
        "mistral": NoKey(),
        "openai": NoKey(),
    }
    assert page.answer.text().startswith("Written to ")
    assert "does not keep secrets safe" in page.answer.text()
    assert SECRET not in page.answer.text() + config_file.read_text()


def test_a_file_that_cannot_be_written_is_told_after_copying_too(
    qtbot: QtBot, config_file: Path, tmp_path: Path
) -> None:
    page = looked(qtbot, config_file, keyring(tmp_path, "keyring.backends.null.Keyring"), CODEX)
    config_file.parent.mkdir()
    config_file.write_text("# mine\n")
    for box in page.boxes:
        box.setChecked(box.text() == "Mistral")

    with qtbot.waitSignal(page.ended, timeout=20_000):
        page.watch.click()

    assert config_file.read_text() == "# mine\n"
    assert "exists already" in page.answer.text()
    assert page.watch.isEnabled()
