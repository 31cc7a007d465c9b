"""The engine's thread: what dies there is heard here, begins again when asked, and ends when told."""

import asyncio
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from pytestqt.qtbot import QtBot

from trayuptime.core.hush import NothingToHushError
from trayuptime.core.pauses import Snooze
from trayuptime.runtime import engine
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.told import Listener
from trayuptime.system.notifications import NullNotifier
from trayuptime.ui.bridge import Bridge
from trayuptime.ui.commands import NOT_WATCHING, NOT_WRITTEN, EngineCommands
from ui.tellings import telling, up

INCIDENT = 7


class _Life:
    """An engine that says one thing, and then waits for its end or dies at once."""

    poller: Poller | None = None
    ticked: ClassVar[list[tuple[str, bool, str]]]
    noted: ClassVar[list[tuple[str, str]]]

    def __init__(self, listeners: tuple[Listener, ...], shell: engine.Shell, *, dies: bool) -> None:
        self._listeners = listeners
        self._dies = dies
        self.shell = shell
        self._over = asyncio.Event()

    async def run(self) -> None:
        for listener in self._listeners:
            listener(telling(up()))
        if self._dies:
            raise RuntimeError("boom")
        await self._over.wait()

    def stop(self) -> None:
        self._over.set()

    def unlock_keyring(self) -> None:
        for listener in self._listeners:
            listener(telling(up("beta", "Beta Models")))

    def note(self, incident: int, text: str) -> str:
        if incident != INCIDENT:
            return "There is no such incident."
        self.noted.append((text, threading.current_thread().name))
        self.shell.noted(incident)
        return ""

    def tick(self, incident: int, item: str, *, done: bool) -> str:
        if incident != INCIDENT:
            return "There is no such incident."
        self.ticked.append((item, done, threading.current_thread().name))
        self.shell.noted(incident)
        return ""


class _Source:
    """Makes lives; the first of them dies if it is said so."""

    def __init__(self, *, first_dies: bool) -> None:
        self._first_dies = first_dies
        self.made = 0

    def __call__(self, listeners: tuple[Listener, ...], shell: engine.Shell) -> _Life:
        self.made += 1
        return _Life(listeners, shell, dies=self._first_dies and self.made == 1)


@pytest.fixture(autouse=True)
def _nothing_ticked() -> None:
    _Life.ticked = []
    _Life.noted = []


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.deleteLater()


def commands(bridge: Bridge, source: _Source) -> EngineCommands:
    return EngineCommands(bridge, source, lambda _on_action: NullNotifier())


def test_what_the_engine_tells_is_heard(bridge: Bridge, qtbot: QtBot) -> None:
    asked = commands(bridge, _Source(first_dies=False))

    with qtbot.waitSignal(bridge.told) as heard:
        asked.restart()
    asked.finish()

    assert heard.args is not None
    assert heard.args[0].watched[0].name == "Alpha AI"


def test_a_dead_engine_is_reported_with_its_traceback_and_can_begin_again(
    bridge: Bridge, qtbot: QtBot
) -> None:
    source = _Source(first_dies=True)
    asked = commands(bridge, source)

    with qtbot.waitSignal(bridge.crashed) as heard:
        asked.restart()
    assert heard.args is not None
    assert "RuntimeError: boom" in heard.args[0]
    with qtbot.waitSignal(bridge.told):
        qtbot.waitUntil(lambda: _began_again(asked, source))
    asked.finish()


def _began_again(asked: EngineCommands, source: _Source) -> bool:
    asked.restart()  # does nothing while the dead thread has not quite gone
    return source.made >= 2


def test_a_living_engine_is_not_begun_twice(bridge: Bridge, qtbot: QtBot) -> None:
    source = _Source(first_dies=False)
    asked = commands(bridge, source)
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    asked.restart()
    asked.finish()

    assert source.made == 1


def test_the_keyring_is_asked_again_in_the_engines_thread(bridge: Bridge, qtbot: QtBot) -> None:
    asked = commands(bridge, _Source(first_dies=False))
    asked.unlock_keyring()  # nobody is there yet
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    with qtbot.waitSignal(bridge.told) as heard:
        asked.unlock_keyring()
    asked.finish()

    assert heard.args is not None
    assert heard.args[0].watched[0].name == "Beta Models"


def test_a_tick_is_kept_by_the_engine_which_tells_when_it_is(bridge: Bridge, qtbot: QtBot) -> None:
    asked = commands(bridge, _Source(first_dies=False))
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    for done in (True, False):
        with qtbot.waitSignal(bridge.noted) as heard:
            asked.tick(INCIDENT, "Tell Anna", done=done)
        assert heard.args == [INCIDENT]
    asked.finish()

    assert _Life.ticked == [("Tell Anna", True, "engine"), ("Tell Anna", False, "engine")]


def test_a_tick_that_is_not_kept_is_told_with_the_reason(bridge: Bridge, qtbot: QtBot) -> None:
    asked = commands(bridge, _Source(first_dies=False))
    with qtbot.waitSignal(bridge.unticked) as nobody:
        asked.tick(INCIDENT, "Tell Anna", done=True)  # nobody is there yet
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    with qtbot.waitSignal(bridge.unticked) as refused:
        asked.tick(INCIDENT + 1, "Tell Anna", done=True)
    asked.finish()
    with qtbot.waitSignal(bridge.unticked) as over:
        asked.tick(INCIDENT, "Tell Anna", done=True)

    assert nobody.args == over.args == [INCIDENT, NOT_WATCHING]
    assert refused.args == [INCIDENT + 1, "There is no such incident."]
    assert _Life.ticked == []


def test_a_note_is_kept_by_the_engine_or_it_is_told_why_not(bridge: Bridge, qtbot: QtBot) -> None:
    asked = commands(bridge, _Source(first_dies=False))
    with qtbot.waitSignal(bridge.unwritten) as nobody:
        asked.note(INCIDENT, "the night shift saw it too")
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    with qtbot.waitSignal(bridge.noted) as heard:
        asked.note(INCIDENT, "the night shift saw it too")
    with qtbot.waitSignal(bridge.unwritten) as refused:
        asked.note(INCIDENT + 1, "the night shift saw it too")
    asked.finish()

    assert nobody.args == [INCIDENT, NOT_WRITTEN]
    assert heard.args == [INCIDENT]
    assert refused.args == [INCIDENT + 1, "There is no such incident."]
    assert _Life.noted == [("the night shift saw it too", "engine")]


def test_the_end_is_told_only_of_a_life_that_ended_well(bridge: Bridge, qtbot: QtBot) -> None:
    asked = commands(bridge, _Source(first_dies=False))
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    with qtbot.waitSignal(bridge.ended):
        asked.finish()


class _Ended:
    """A poller whose incidents have all just ended."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def hush(self, incidents: tuple[int, ...], until: int | None) -> None:
        self._refuse("hush", incidents, until)

    def snooze(self, incidents: tuple[int, ...], length: Snooze) -> None:
        self._refuse("snooze", incidents, length)

    def unhush(self, incidents: tuple[int, ...]) -> None:
        self._refuse("unhush", incidents)

    def _refuse(self, *asked: object) -> None:
        self.asked.append(asked)
        raise NothingToHushError("Incident 1 is over: there is nothing more to tell of it.")


def test_what_was_known_too_late_reaches_the_poller_and_harms_nobody(
    bridge: Bridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = _Ended()
    monkeypatch.setattr(_Life, "poller", ended)
    asked = commands(bridge, _Source(first_dies=False))
    with qtbot.waitSignal(bridge.told):
        asked.restart()

    asked.hush((1,), None)
    asked.hush((1, 2), Snooze.HOUR)
    asked.unhush((1,))
    with qtbot.waitSignal(bridge.told):  # what was posted before has been done by then
        asked.unlock_keyring()
    asked.finish()

    assert ended.asked == [("hush", (1,), None), ("snooze", (1, 2), Snooze.HOUR), ("unhush", (1,))]
