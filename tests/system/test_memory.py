"""What is no longer used is given back."""

import ctypes
import gc
import weakref
from types import SimpleNamespace

import pytest

from trayuptime.system.memory import give_back


class _Circle:
    """Refers to itself, as widgets and their slots do."""

    def __init__(self) -> None:
        self.itself = self


def test_what_refers_to_itself_goes_although_the_collector_rests() -> None:
    gc.disable()
    try:
        gone = weakref.ref(_Circle())
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()


def test_the_c_library_is_asked_to_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(malloc_trim=asked.append))

    give_back()

    assert asked == [0]


def test_a_c_library_that_does_not_know_the_word_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace())

    give_back()


def test_elsewhere_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_name: object) -> None:
        raise AssertionError

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", refuse)

    give_back()
