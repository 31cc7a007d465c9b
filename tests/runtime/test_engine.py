"""The engine put together: real files, a real socket, real loopback vendors, a notifier of ours."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hostile import Hostile, answer, json_ok
from trayuptime.config.load import load
from trayuptime.core.gathering import Left
from trayuptime.core.notice import Notice, Sign, Urgency
from trayuptime.core.state import CameUp, GapSeen, Settled, Switched, WentDown
from trayuptime.history import NewerHistoryError, Reader
from trayuptime.runtime.clock import Clock, SystemClock
from trayuptime.runtime.engine import Engine, Shell
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.told import Told
from trayuptime.system.control import send
from trayuptime.system.paths import Home, find_home

PATIENCE_S = 20.0
BROKEN = answer("503 Service Unavailable", b"{}")
FAST = '[polling]\ninterval = "1s"\nretry_interval = "50ms"\ntimeout = "1s"\n'


class Bubbles:
    """A notifier that notes what it is asked; `shows` says whether anybody saw it."""

    def __init__(self, on_action: Callable[[str, str, str], None], left: tuple[Left, ...]) -> None:
        self.press = on_action
        self._left = left
        self.shown: list[Notice] = []
        self.renewed: list[Notice] = []
        self.closed: list[str] = []
        self.shows = True
        self.ended = False

    async def take_up(self) -> tuple[Left, ...]:
        return self._left

    async def show(self, notice: Notice, instead_of: str | None = None) -> bool:
        self.shown.append(notice)
        return self.shows

    async def renew(self, notice: Notice) -> None:
        self.renewed.append(notice)

    async def close(self, key: str) -> None:
        self.closed.append(key)

    async def aclose(self) -> None:
        self.ended = True


@dataclass
class Desk:
    """An engine with a user interface of ours; `on` tells when the engine told something."""

    home: Home
    clock: Clock = field(default_factory=SystemClock)
    engine: Engine = field(init=False)
    bubbles: list[Bubbles] = field(default_factory=list)
    left: tuple[Left, ...] = ()
    unshown: list[Notice] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    noted: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def live(self, visit: Callable[["Desk"], Coroutine[Any, Any, None]]) -> None:
        """Runs the engine while `visit` does, and stops it after."""

        async def together() -> None:
            self.changed = asyncio.Event()
            shell = Shell(self._raise, self._notifier, self._unshown, self.noted.append)
            self.engine = Engine(
                self.home,
                load(self.home.config_file),
                clock=self.clock,
                keys=KeyReader({}),
                listeners=(self._hear,),
                shell=shell,
                config_file=self.home.config_file,
            )
            running = asyncio.get_running_loop().create_task(self.engine.run())
            try:
                await visit(self)
            finally:
                self.engine.stop()
                await asyncio.wait_for(running, 2.0)

        asyncio.run(together())

    async def until(self, holds: Callable[["Desk"], bool]) -> None:
        """Waits until something is so, looking each time the engine told or showed something."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(self):
                self.changed.clear()
                await self.changed.wait()

    async def ask(self, **request: Any) -> dict[str, Any]:
        """Asks over the private socket, as a command would."""
        return await asyncio.to_thread(send, self.home.socket_path, request)

    def happened(self, kind: type[Any]) -> list[Any]:
        return [h for told in self.told for h in told.happenings if isinstance(h, kind)]

    def titles(self) -> list[str]:
        """Of every bubble so far."""
        return [notice.title for bubbles in self.bubbles for notice in bubbles.shown]

    def _hear(self, told: Told) -> None:
        self.told.append(told)
        asyncio.get_running_loop().call_later(0, self.changed.set)  # after the bubbles of it are shown

    def _notifier(self, on_action: Callable[[str, str, str], None]) -> Bubbles:
        self.bubbles.append(Bubbles(on_action, self.left))
        return self.bubbles[-1]

    def _unshown(self, notice: Notice) -> None:
        self.unshown.append(notice)
        self.changed.set()

    def _raise(self, token: str) -> bool:
        self.raised.append(token)
        return True


@pytest.fixture(autouse=True)
def _no_proxy_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.fixture
def vendor() -> Iterator[Hostile]:
    with Hostile(json_ok) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Hostile]:
    with Hostile(json_ok) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, vendor: Hostile, other: Hostile) -> Desk:
    """A home with provider a and its fallback b."""
    home = find_home({"TRAYUPTIME_HOME": str(tmp_path / "home")})
    home.create()
    home.config_file.write_text(FAST + _section("a", vendor, 'fallbacks = ["b"]') + _section("b", other))
    return Desk(home)


def _section(name: str, server: Hostile, more: str = "") -> str:
    return (
        f'[[provider]]\nid = "{name}"\nkind = "openai-compatible"\nbase_url = "{server.url("/v1")}"\n{more}\n'
    )


def _results(desk: Desk, provider: str) -> int:
    return sum(1 for h in desk.happened(Settled) if h.result.provider == provider)


def test_an_outage_becomes_a_bubble_and_its_button_a_switch(desk: Desk, vendor: Hostile) -> None:
    async def visit(desk: Desk) -> None:
        vendor.behaviour = BROKEN
        await desk.until(lambda d: "a is down" in d.titles())
        desk.bubbles[0].press("a", "switch:b", "")
        await desk.until(lambda d: bool(d.happened(Switched)))

    desk.live(visit)

    (switch,) = [h.switch for h in desk.happened(Switched)]
    assert (switch.provider, switch.to) == ("a", "b")
    assert [action.id for action in desk.bubbles[0].shown[0].actions] == ["switch:b", "details", "snooze"]
    assert desk.bubbles[0].ended
    with Reader(desk.home.history_path) as reader:
        assert reader.switches() == [switch]


def test_the_button_that_snoozes_takes_the_bubble_away_for_an_hour(desk: Desk, vendor: Hostile) -> None:
    async def visit(desk: Desk) -> None:
        vendor.behaviour = BROKEN
        await desk.until(lambda d: "a is down" in d.titles())
        desk.bubbles[0].press("a", "snooze", "")
        await desk.until(lambda d: bool(d.bubbles[0].closed))

    desk.live(visit)

    (known,) = desk.told[-1].state.hushes.values()
    assert known.until is not None
    assert known.until - known.since == pytest.approx(3_600_000, abs=5_000)
    assert desk.bubbles[0].closed == ["a"]
    assert desk.raised == []


def test_what_somebody_knows_is_told_over_the_socket_and_may_be_taken_back(
    desk: Desk, vendor: Hostile
) -> None:
    answers: list[dict[str, Any]] = []
    known: list[int | None] = []

    async def visit(desk: Desk) -> None:
        vendor.behaviour = BROKEN
        await desk.until(lambda d: "a is down" in d.titles())
        for until in (None, 5_000_000_000_000):
            answers.append(await desk.ask(do="hush", incident=1, until=until))
            known.append(desk.told[-1].state.hushes[1].until)
        answers.extend([await desk.ask(do="unhush", incident=1) for _ in range(2)])
        answers.append(await desk.ask(do="hush", incident=2, until=None))

    desk.live(visit)

    assert known == [None, 5_000_000_000_000]
    assert answers[:3] == [{"ok": True}] * 3
    assert answers[3:] == [
        {"error": "Incident 1 is told of as any other."},
        {"error": "There is no incident 2."},
    ]
    assert desk.told[-1].state.hushes == {}


def test_a_button_of_what_is_no_longer_there_is_harmless(desk: Desk) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        press = desk.bubbles[0].press
        press("a", "switch:gone", "")
        press("a", "back", "")
        press("a", "snooze", "")
        press("a", "details", "token-1")
        press("a", "", "token-2")

    desk.live(visit)

    assert desk.happened(Switched) == []
    assert desk.raised == ["token-1", "token-2"]


def test_going_back_by_button_is_recorded(desk: Desk) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        desk.bubbles[0].press("a", "switch:b", "")
        desk.bubbles[0].press("a", "back", "")
        await desk.until(lambda d: len(d.happened(Switched)) == 2)

    desk.live(visit)

    assert [h.switch.back for h in desk.happened(Switched)] == [False, True]


def test_a_notice_that_nobody_could_show_goes_to_the_shell(desk: Desk, vendor: Hostile) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: bool(d.bubbles))
        desk.bubbles[0].shows = False
        vendor.behaviour = BROKEN
        await desk.until(lambda d: bool(d.unshown))

    desk.live(visit)

    assert [notice.title for notice in desk.unshown] == ["a is down"]


def test_every_request_of_a_command_is_answered(desk: Desk) -> None:
    answers: dict[str, dict[str, Any]] = {}

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0 and _results(d, "b") > 0)
        for request in (
            {"do": "ping"},
            {"do": "raise", "token": "t"},
            {"do": "pause", "until": None},
            {"do": "resume"},
            {"do": "keys"},
            {"do": "switch", "to": "b"},
            {"do": "switch_back"},
            {"do": "suggest", "provider": "a"},
        ):
            answers[str(request["do"])] = await desk.ask(**request)
        answers["nothing to go back to"] = await desk.ask(do="switch_back")

    desk.live(visit)

    suggestion = answers.pop("suggest")["suggestion"]
    assert (suggestion["provider"], suggestion["suggested"]) == ("a", "b")
    assert answers == {
        "ping": {"ok": True},
        "raise": {"ok": True},
        "pause": {"ok": True},
        "resume": {"ok": True},
        "keys": {"ok": True},
        "switch": {"ok": True, "from": "a"},
        "switch_back": {"ok": True, "to": "a"},
        "nothing to go back to": {"ok": True, "to": None},
    }
    assert desk.raised == ["t"]
    assert len(desk.happened(GapSeen)) == 1


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"do": "dance"},
        {"do": 7},
        {"do": "pause"},
        {"do": "pause", "until": "tomorrow"},
        {"do": "switch"},
        {"do": "switch", "to": "nobody"},
        {"do": "switch", "to": ["b"]},
        {"do": "suggest", "provider": "nobody"},
        {"do": "hush", "incident": 1, "until": None},
        {"do": "hush", "incident": 1, "until": "tomorrow"},
        {"do": "unhush", "incident": 1},
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_harms_nobody(
    desk: Desk, request_: dict[str, Any]
) -> None:
    answers: list[dict[str, Any]] = []

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        answers.append(await desk.ask(**request_))
        answers.append(await desk.ask(do="ping"))

    desk.live(visit)

    assert list(answers[0]) == ["error"]
    assert answers[1] == {"ok": True}


def test_check_now_asks_without_waiting_for_the_next_slot(desk: Desk, vendor: Hostile) -> None:
    slow = desk.home.config_file.read_text().replace('interval = "1s"', 'interval = "1h"', 1)
    desk.home.config_file.write_text(slow)

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") == 1)
        assert await desk.ask(do="check_now") == {"ok": True}
        await desk.until(lambda d: _results(d, "a") == 2)

    desk.live(visit)

    assert len(vendor.requests) == 2


def test_quit_over_the_socket_is_answered_and_ends_the_engine(desk: Desk) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        assert await desk.ask(do="quit") == {"ok": True}

    desk.live(visit)

    assert not desk.home.socket_path.exists()


def test_an_edit_of_the_file_is_taken_over(desk: Desk, vendor: Hostile) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        desk.home.config_file.write_text(FAST + _section("renamed", vendor))
        await desk.until(lambda d: _results(d, "renamed") > 0)

    desk.live(visit)

    assert [provider.id for provider in desk.told[-1].watched] == ["renamed"]


def test_a_bad_edit_keeps_the_last_good_configuration_and_says_so(desk: Desk) -> None:
    good = desk.home.config_file.read_text()

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        desk.home.config_file.write_text(good.replace("interval", "intervall", 1))
        await desk.until(lambda d: d.told[-1].trouble is not None)
        before = _results(desk, "a")
        await desk.until(lambda d: _results(d, "a") > before)
        trouble.append(str(desk.told[-1].trouble))
        desk.home.config_file.write_text(good)
        await desk.until(lambda d: d.told[-1].trouble is None)

    trouble: list[str] = []
    desk.live(visit)

    assert "The last good configuration stays in force" in trouble[0]
    assert "config.toml line 2" in trouble[0]


def test_a_file_that_is_removed_keeps_the_last_good_configuration(desk: Desk) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        desk.home.config_file.unlink()
        await desk.until(lambda d: d.told[-1].trouble is not None)
        before = _results(desk, "a")
        await desk.until(lambda d: _results(d, "a") > before)

    desk.live(visit)

    assert "is gone" in str(desk.told[-1].trouble)


def test_stopping_before_it_began_is_a_clean_end(desk: Desk, vendor: Hostile) -> None:
    async def stopped() -> None:
        engine = Engine(desk.home, load(desk.home.config_file), clock=SystemClock(), keys=KeyReader({}))
        engine.stop()
        await asyncio.wait_for(engine.run(), 2.0)

    asyncio.run(stopped())

    assert vendor.requests == []
    assert desk.home.history_path.exists()


def test_a_newer_history_ends_it_with_a_sentence(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.home.history_path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    async def tried() -> None:
        engine = Engine(desk.home, load(desk.home.config_file), clock=SystemClock(), keys=KeyReader({}))
        await engine.run()

    with pytest.raises(NewerHistoryError, match="left untouched"):
        asyncio.run(tried())


def test_without_a_history_watching_goes_on_until_there_can_be_one(desk: Desk, vendor: Hostile) -> None:
    desk.home.history_path.mkdir()

    async def visit(desk: Desk) -> None:
        vendor.behaviour = BROKEN
        await desk.until(lambda d: "a is down" in d.titles())
        assert desk.told[-1].trouble is not None
        desk.home.history_path.rmdir()
        await desk.until(lambda d: d.told[-1].trouble is None)

    desk.live(visit)

    with Reader(desk.home.history_path) as reader:
        assert len(list(reader.results())) == len(desk.happened(Settled))
        assert [incident.provider for incident in reader.incidents()] == ["a"]


def test_a_damaged_history_is_set_aside_and_watching_goes_on(desk: Desk) -> None:
    desk.home.history_path.write_bytes(b"this is no database at all" * 200)

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)

    desk.live(visit)

    aside = [path.name for path in desk.home.data_dir.iterdir() if "damaged" in path.name]
    assert len(aside) == 1


def test_an_outage_survives_into_the_next_engine(desk: Desk, vendor: Hostile) -> None:
    vendor.behaviour = BROKEN

    async def first(desk: Desk) -> None:
        await desk.until(lambda d: bool(d.happened(WentDown)))

    async def second(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 1)
        vendor.behaviour = json_ok
        await desk.until(lambda d: "a is up again" in d.titles())

    desk.live(first)
    again = Desk(desk.home)
    again.live(second)

    assert again.happened(WentDown) == []
    assert [notice.title for notice in again.bubbles[0].shown] == ["a is up again"]


def test_what_a_killed_engine_has_left_goes_where_nothing_stands_for_it(desk: Desk, vendor: Hostile) -> None:
    vendor.behaviour = BROKEN

    async def first(desk: Desk) -> None:
        await desk.until(lambda d: bool(d.happened(WentDown)))

    async def second(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 1)
        assert desk.bubbles[0].closed == ["b", "removed"]

    desk.live(first)
    left = tuple(Left(key, Urgency.CRITICAL, Sign.DOWN) for key in ("a", "b", "removed"))
    again = Desk(desk.home, left=left)
    again.live(second)

    assert again.bubbles[0].shown == []


def test_a_provider_that_is_down_is_renamed_and_stays_down_in_the_same_incident(
    desk: Desk, vendor: Hostile
) -> None:
    answers: list[dict[str, Any]] = []

    async def visit(desk: Desk) -> None:
        vendor.behaviour = BROKEN
        await desk.until(lambda d: "a is down" in d.titles())
        answers.append(await desk.ask(do="rename", **{"from": "a", "to": "new"}))
        vendor.behaviour = json_ok
        await desk.until(lambda d: bool(d.happened(CameUp)))

    desk.live(visit)

    assert answers == [{"ok": True}]
    (down,), (up,) = desk.happened(WentDown), desk.happened(CameUp)
    assert (up.key.provider, up.incident.id) == ("new", down.incident.id)
    assert "a" in desk.bubbles[0].closed
    assert load(desk.home.config_file).providers[0].id == "new"
    with Reader(desk.home.history_path) as reader:
        assert {each.result.provider for each in reader.results()} == {"new", "b"}
        assert [incident.provider for incident in reader.incidents()] == ["new"]


@pytest.mark.parametrize(
    ("to", "says"), [("b", "already"), ("no id", "letters, digits"), ("a", "already")], ids=str
)
def test_a_rename_that_cannot_be_is_refused_and_nothing_changes(desk: Desk, to: str, says: str) -> None:
    before = desk.home.config_file.read_text()
    answers: list[dict[str, Any]] = []

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        answers.append(await desk.ask(do="rename", **{"from": "a", "to": to}))

    desk.live(visit)

    assert says in answers[0]["error"]
    assert desk.home.config_file.read_text() == before


@pytest.mark.parametrize("mended", ["written", "closed to others", "named anew"])
def test_a_key_in_a_file_is_used_as_soon_as_it_is_there(
    desk: Desk, vendor: Hostile, tmp_path: Path, mended: str
) -> None:
    path, renamed = tmp_path / "key", tmp_path / "other"
    section = _section("a", vendor, f'key = "file:{path}"')
    desk.home.config_file.write_text(FAST.replace('interval = "1s"', 'interval = "600s"', 1) + section)
    path.write_text("sk-good" if mended == "closed to others" else "sk-bad")
    path.chmod(0o644 if mended == "closed to others" else 0o600)
    vendor.behaviour = answer("401 Unauthorized", b'{"error": {"code": "invalid_api_key"}}')

    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: bool(_shown(vendor)) or _has_no_key(d))
        await desk.until(lambda d: _results(d, "a") > 0)
        if mended == "closed to others":
            path.chmod(0o600)
        elif mended == "written":
            path.write_text("sk-good")
        else:
            desk.home.config_file.write_text(
                desk.home.config_file.read_text().replace(str(path), str(renamed))
            )
            await desk.until(_has_no_key)
            renamed.write_text("sk-good")
            renamed.chmod(0o600)
        before = _results(desk, "a")
        await desk.until(lambda d: "Bearer sk-good" in _shown(vendor) and _results(d, "a") > before)

    desk.live(visit)


def _has_no_key(desk: Desk) -> bool:
    return bool(desk.told) and desk.told[-1].state.troubles.get("a") is not None


def _shown(vendor: Hostile) -> list[str]:
    """The keys that a vendor was shown."""
    return [value for request in vendor.requests if (value := request.headers.get("authorization"))]


def test_a_file_that_is_emptied_on_purpose_is_taken_over(desk: Desk) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(lambda d: _results(d, "a") > 0)
        desk.home.config_file.write_text(FAST)
        assert await desk.ask(do="reread") == {"ok": True}
        await desk.until(lambda d: d.told[-1].watched == ())

    desk.live(visit)

    assert desk.told[-1].trouble is None


def test_ticks_and_notes_are_kept_and_the_shell_hears_of_each(desk: Desk, vendor: Hostile) -> None:
    early: list[str] = []
    said: list[dict[str, Any]] = []

    async def visit(desk: Desk) -> None:
        early.append(desk.engine.tick(1, "a", done=True))  # before its first turn
        vendor.behaviour = BROKEN
        await desk.until(lambda d: bool(d.happened(WentDown)))
        tick = partial(desk.ask, do="tick", incident=1)
        requests: list[dict[str, Any]] = [
            {"item": "Tell Anna", "done": True, "by": "Kim"},
            {"item": "Tell Anna", "done": False},
            {"item": "Use sk-verysecretverysecret4711", "done": True},
            {"item": "\x1b", "done": True},
            {"item": "a", "done": True, "incident": 9},
            {"item": "a", "done": 1},
        ]
        said.extend([await tick(**request) for request in requests])
        await desk.ask(do="note", incident=1, text="They called.")

    desk.live(visit)

    assert early == ["Watching has not begun yet; nothing was ticked."]
    assert said[:2] == [{"ok": True}] * 2
    assert said[2]["error"].startswith("What looks like a key stands in that item or name, ")
    assert said[3]["error"].startswith("What is to be ticked holds a character that cannot be shown")
    assert said[4] == {"error": "There is no incident 9."}
    assert said[5] == {"error": "this engine does not know that request"}
    assert desk.noted == [1, 1, 1]
    with Reader(desk.home.history_path) as reader:
        assert [note.text for note in reader.notes()] == [
            "[x] Tell Anna\nby Kim",
            "[ ] Tell Anna",
            "They called.",
        ]
