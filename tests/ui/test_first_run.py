"""The first minute: choices with their hosts, a file that the loader accepts, and never over another one."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from trayuptime.config.keys import EnvKey, NoKey
from trayuptime.config.load import load
from trayuptime.config.store import Choice
from trayuptime.ui.first_run import FirstRun, offers, with_fallbacks

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

    assert words["openai"] == "with the key in OPENAI_API_KEY · asks api.openai.com"
    assert words["anthropic"] == "without a key, only whether it is there · asks api.anthropic.com"


def test_an_empty_variable_is_no_key() -> None:
    assert not any(offer.chosen for offer in offers({"OPENAI_API_KEY": ""}))


def test_no_key_is_shown(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)

    assert SECRET not in " ".join(label.text() for label in page.findChildren(QLabel))


def test_a_screen_reader_hears_the_host_with_the_choice(qtbot: QtBot, config_file: Path) -> None:
    page = first_run(qtbot, config_file, TWO_KEYS)

    assert page.boxes[0].accessibleDescription().endswith("asks api.openai.com")


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
