"""Sleep as the login manager announces it, on a real bus."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from socket import AF_UNIX, socket
from typing import Any, TypeVar

import pytest

from fake_logind import FakeLogind
from private_bus import private_bus
from trayuptime.system.logind import LogindWatch
from trayuptime.system.sleep import NullSleepWatch, watch_sleep

PATIENCE_S = 10.0
T = TypeVar("T")


class Sleeper:
    """A watch and what it told: `True` for the beginning, `False` for the end."""

    def __init__(self, address: str, pauses_s: tuple[float, ...]) -> None:
        self._told: asyncio.Queue[bool] = asyncio.Queue()
        self._listening: asyncio.Queue[None] = asyncio.Queue()
        self.watch = LogindWatch(
            lambda: self._told.put_nowait(True),
            lambda: self._told.put_nowait(False),
            address,
            listening=lambda: self._listening.put_nowait(None),
            pauses_s=pauses_s,
        )

    async def listens(self) -> None:
        await asyncio.wait_for(self._listening.get(), PATIENCE_S)

    async def told(self) -> bool:
        return await asyncio.wait_for(self._told.get(), PATIENCE_S)

    def heard_more(self) -> bool:
        return not self._told.empty()


def run(
    address: str,
    act: Callable[[Sleeper], Coroutine[Any, Any, T]],
    pauses_s: tuple[float, ...] = (),
) -> T:
    """Act beside a watch, then close it: no task may be left, no file open."""

    async def acted() -> T:
        sleeper = Sleeper(address, pauses_s)
        try:
            return await act(sleeper)
        finally:
            await sleeper.watch.aclose()
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return asyncio.run(acted())


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path) as running:
        yield running.address


def test_sleep_and_waking_are_told_in_their_order(bus: str) -> None:
    async def sleep_twice(sleeper: Sleeper) -> list[bool]:
        await sleeper.listens()
        for begins in (True, False, True, False):
            logind.prepare_for_sleep(begins)
        return [await sleeper.told() for _ in range(4)]

    with FakeLogind(bus) as logind:
        assert run(bus, sleep_twice) == [True, False, True, False]


def test_a_login_manager_may_start_later(bus: str) -> None:
    async def start(sleeper: Sleeper) -> bool:
        await sleeper.listens()
        with FakeLogind(bus) as logind:
            logind.prepare_for_sleep(True)
            return await sleeper.told()

    assert run(bus, start)


def test_nobody_else_can_put_us_to_sleep(bus: str) -> None:
    """Neither another program on the bus, nor one that writes to our connection alone."""

    async def lie(sleeper: Sleeper) -> bool:
        await sleeper.listens()
        liar.prepare_for_sleep(True)
        for number in range(1, 20):
            liar.prepare_for_sleep(True, to=f":1.{number}")
        liar.settle()
        logind.say("SessionNew", "so", ("1", "/one"))
        logind.say("PrepareForSleep", "s", ("true",))
        logind.prepare_for_sleep(False)  # never without a beginning
        logind.prepare_for_sleep(True)
        first = await sleeper.told()
        return first and not sleeper.heard_more()

    with FakeLogind(bus) as logind, FakeLogind(bus, "org.example.Liar") as liar:
        assert run(bus, lie)


def test_a_fault_in_what_is_called_does_not_end_the_listening(bus: str) -> None:
    async def fail() -> list[str]:
        faults: list[str] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: faults.append(str(context["exception"]))
        )
        heard, listening = asyncio.Event(), asyncio.Event()
        watch = LogindWatch(_fail, heard.set, bus, listening=listening.set)
        await asyncio.wait_for(listening.wait(), PATIENCE_S)
        logind.prepare_for_sleep(True)
        logind.prepare_for_sleep(False)
        await asyncio.wait_for(heard.wait(), PATIENCE_S)
        await watch.aclose()
        return faults

    with FakeLogind(bus) as logind:
        assert asyncio.run(fail()) == ["as the test wants"]


async def _look_around() -> None:
    """By now it has looked for a bus and found none."""
    for _ in range(50):
        await asyncio.sleep(0)


def _fail() -> None:
    raise LookupError("as the test wants")


def test_a_bus_that_comes_later_is_found(tmp_path: Path) -> None:
    """Its socket alone tells: there is no pause after which it would be tried again."""

    async def come(sleeper: Sleeper) -> bool:
        await _look_around()
        with private_bus(tmp_path) as bus, FakeLogind(bus.address) as logind:
            await sleeper.listens()
            logind.prepare_for_sleep(True)
            return await sleeper.told()

    assert run(f"unix:path={tmp_path}/bus", come)


def test_a_bus_that_dies_and_comes_back_is_listened_to_again(tmp_path: Path) -> None:
    async def die(sleeper: Sleeper) -> list[bool]:
        with private_bus(tmp_path):
            await sleeper.listens()
        with private_bus(tmp_path) as bus, FakeLogind(bus.address) as logind:
            await sleeper.listens()
            logind.prepare_for_sleep(True)
            return [await sleeper.told()]

    assert run(f"unix:path={tmp_path}/bus", die, pauses_s=(0.0,)) == [True]


def test_whoever_is_left_asleep_by_a_dying_bus_is_called_awake(tmp_path: Path) -> None:
    async def die(sleeper: Sleeper) -> list[bool]:
        with private_bus(tmp_path) as bus, FakeLogind(bus.address) as logind:
            await sleeper.listens()
            logind.prepare_for_sleep(True)
            told = [await sleeper.told()]
            bus.stop()
            return [*told, await sleeper.told()]

    assert run(f"unix:path={tmp_path}/bus", die) == [True, False]


@pytest.mark.parametrize(
    "address",
    ["", "tcp:host=localhost,port=1", "unix:abstract=/nobody/listens/here", "unix:path=/nowhere/bus"],
)
def test_a_machine_without_a_bus_is_no_trouble(address: str) -> None:
    async def wait(sleeper: Sleeper) -> bool:
        await _look_around()
        return sleeper.heard_more()

    assert run(address, wait) is False


def test_a_bus_that_never_answers_holds_nothing(tmp_path: Path) -> None:
    async def leave(sleeper: Sleeper) -> bool:
        accepted, _ = await asyncio.to_thread(listener.accept)
        with accepted:
            return sleeper.heard_more()

    with closing(socket(AF_UNIX)) as listener:
        listener.bind(str(tmp_path / "bus"))
        listener.listen()

        assert run(f"unix:path={tmp_path}/bus", leave) is False


def test_only_linux_has_a_login_manager(bus: str) -> None:
    async def watch(platform: str) -> type:
        watch = watch_sleep(_fail, _fail, platform, {"DBUS_SYSTEM_BUS_ADDRESS": bus})
        await watch.aclose()
        return type(watch)

    assert asyncio.run(watch("linux")) is LogindWatch
    assert asyncio.run(watch("darwin")) is asyncio.run(watch("win32")) is NullSleepWatch
