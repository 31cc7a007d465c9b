"""What "use this one now" means: whom it leaves, when it is a way back, and when it is nothing new."""

import pytest

from core.builders import Life, at
from trayuptime.core import choices
from trayuptime.core.model import Switch

NOW = at(1_000)
NAMES = ("a", "b", "c", "d")


def life_with(trouble: str = "", *, in_use: tuple[str, str] | None = None) -> Life:
    """Four providers: those of `trouble` are down; `in_use` are the one left behind and the one used."""
    life = Life(*NAMES)
    for name in NAMES:
        life.now_s = 0.0
        life.run("S FFF" if name in trouble else "SSSS", name)
    if in_use is not None:
        life.apply(choices.choose(life.state, Switch(at(300), *in_use)))
    return life


def switch_to(life: Life, to: str, leaving: str | None = None) -> Switch | None:
    return choices.switch_to(life.state, NAMES, to, NOW, leaving)


@pytest.mark.parametrize(
    ("trouble", "to", "leaves"),
    [
        ("c", "d", "c"),
        ("bc", "d", "b"),
        ("bc", "b", "c"),
        ("", "d", "a"),
        ("", "a", "b"),
        ("d", "d", "a"),
    ],
)
def test_the_first_other_in_trouble_is_left_and_else_the_first_other(
    trouble: str, to: str, leaves: str
) -> None:
    assert switch_to(life_with(trouble), to) == Switch(NOW, leaves, to)


def test_a_lost_access_is_trouble_too() -> None:
    life = life_with().run("KK", "c")

    assert switch_to(life, "d") == Switch(NOW, "c", "d")


def test_who_is_named_is_left_whoever_else_is_in_trouble() -> None:
    assert switch_to(life_with("b"), "d", leaving="c") == Switch(NOW, "c", "d")


def test_from_the_one_in_use_another_is_switched_to() -> None:
    life = life_with("a", in_use=("a", "b"))

    assert switch_to(life, "c") == Switch(NOW, "b", "c")


def test_to_the_one_that_was_left_is_the_way_back() -> None:
    life = life_with("a", in_use=("a", "b"))

    assert switch_to(life, "a") == Switch(NOW, "b", "a", back=True)


@pytest.mark.parametrize("leaving", [None, "a"])
def test_the_switch_that_is_in_force_is_nothing_new(leaving: str | None) -> None:
    assert switch_to(life_with("a", in_use=("a", "b")), "b", leaving) is None


def test_to_use_the_same_one_instead_of_yet_another_is_a_switch_of_its_own() -> None:
    assert switch_to(life_with("ac", in_use=("a", "b")), "b", leaving="c") == Switch(NOW, "c", "b")
