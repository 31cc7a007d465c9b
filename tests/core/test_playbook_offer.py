"""The playbook that is offered: what is known, as things to do, and nothing that is not known."""

from dataclasses import replace

import pytest

from trayuptime.core.playbook import Heading, Item, lines_in
from trayuptime.core.playbook_offer import Known, Named, offered

BARE = Known(Named("ds", "DeepSeek"))
FULL = replace(
    BARE,
    fallbacks=[Named("or", "OpenRouter"), Named("local", "Ollama")],
    status_url="https://status.example.com",
    console_url="https://console.example.com",
    promise="99.9 % a month",
)


def items(known: Known) -> list[str]:
    return [line.words for line in lines_in(offered(known)) if isinstance(line, Item)]


def headings(known: Known) -> list[str]:
    return [line.words for line in lines_in(offered(known)) if isinstance(line, Heading)]


def test_everything_known_is_something_to_do() -> None:
    assert items(FULL) == [
        "Ask once more: `trayuptime check ds`",
        "Read their status page: <https://status.example.com>",
        "Switch to OpenRouter: `trayuptime switch or`",
        "Where that does not answer either, switch to Ollama: `trayuptime switch local`",
        "Change what does not switch by itself: (which programs, where)",
        "Those who are waiting for it: (who, how)",
        "Their support, with what `trayuptime incidents --explain N` says: <https://console.example.com>",
        "What we are owed, and until when to ask for it: (where the contract is)",
        "Go back: `trayuptime switch --back`",
        "Write down what we learned: `trayuptime note N`",
    ]
    assert headings(FULL) == ["When DeepSeek fails", "First", "Switch", "Tell", "Contract", "Afterwards"]


def test_of_who_nothing_is_known_the_user_is_asked() -> None:
    found = items(BARE)

    assert "Their support, with what `trayuptime incidents --explain N` says: (where)" in found
    assert any(words.startswith("Choose somebody else: there is no fallback yet") for words in found)
    assert not any("switch --back" in words or "status page" in words for words in found)
    assert "promise" not in offered(BARE)


@pytest.mark.parametrize(
    ("verified", "says"),
    [(True, "They promise 99.9 % a month.\n"), (False, "99.9 % a month (not verified).\n")],
)
def test_a_promise_is_told_with_its_doubt(verified: bool, says: str) -> None:
    assert says in offered(replace(FULL, promise_verified=verified))


def test_a_server_of_ones_own_has_no_support_and_no_contract() -> None:
    found = replace(BARE, provider=Named("local", "Ollama"), local=True)

    assert "Is it running? Start it again: (how)" in items(found)
    assert not any("support" in words or "contract" in words for words in items(found))
    assert "Contract" not in headings(found)


def test_a_name_is_words_and_no_markup() -> None:
    known = replace(FULL, provider=Named("a", "*A* <b>[x](y)`"), fallbacks=[Named("b_c", "b_c")])

    assert offered(known).startswith("# When \\*A\\* \\<b\\>\\[x\\](y)\\` fails\n")
    assert "Switch to b\\_c: `trayuptime switch b_c`" in items(known)
