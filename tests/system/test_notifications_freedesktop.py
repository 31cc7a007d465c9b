"""Notices on a real bus, before a notification server that does what each test needs."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

import fake_notification_server
from fake_notification_server import FakeNotificationServer
from private_bus import private_bus
from trayuptime.core.gathering import Left
from trayuptime.core.notice import Action, Notice, Sign, Urgency
from trayuptime.system.bus import Bus, session_bus_address
from trayuptime.system.notifications import Picture
from trayuptime.system.notifications.freedesktop import FreedesktopNotifier

BUTTONS = (Action("switch:openrouter", "Switch to OpenRouter"), Action("details", "Details"))
DOWN = Notice("deepseek", "DeepSeek is down", "503 since 14:02", Urgency.CRITICAL, BUTTONS, sign=Sign.DOWN)
BACK = Notice("deepseek", "DeepSeek is back", "after 7 h 13 min", Urgency.LOW, transient=True, sign=Sign.UP)
UNSTABLE = Notice("deepseek", "It is unstable", "6 changes", Urgency.NORMAL, BUTTONS, sign=Sign.DEGRADED)
OFFLINE = Notice(":vantage", "You are offline", "", Urgency.LOW, sign=Sign.OFFLINE)
OTHER = Notice("openai", "OpenAI is down", "timeout", Urgency.CRITICAL, BUTTONS, sign=Sign.DOWN)
SEVERAL = Notice(":down", "3 providers are down", "A, B and C.", Urgency.CRITICAL, sign=Sign.DOWN)
PATIENCE_S = 10.0
SHORT_S = 0.5
T = TypeVar("T")


class Desk:
    """A notifier and what was pressed."""

    def __init__(self, address: str | None, **options: Any) -> None:
        self._presses: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        self.notifier = FreedesktopNotifier(self._note, address=address, **options)

    async def pressed(self) -> tuple[str, str, str]:
        return await asyncio.wait_for(self._presses.get(), PATIENCE_S)

    def _note(self, key: str, action: str, token: str) -> None:
        self._presses.put_nowait((key, action, token))


def run(address: str | None, act: Callable[[Desk], Coroutine[Any, Any, T]], **options: Any) -> T:
    """Act at a desk, then clear it: whatever happened, no task may be left."""

    async def acted() -> T:
        desk = Desk(address, **options)
        try:
            return await act(desk)
        finally:
            await desk.notifier.aclose()
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return asyncio.run(acted())


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path) as running:
        yield running.address


def test_a_notice_leaves_with_the_signature_that_servers_insist_on(bus: str) -> None:
    with FakeNotificationServer(bus) as server:
        shown = run(bus, lambda desk: desk.notifier.show(DOWN))

        assert shown
        (call,) = server.wait_for("Notify")
        assert call.signature == "susssasa{sv}i"
        (notify,) = server.shown()
        assert (notify.app_name, notify.summary, notify.body) == ("TrayUptime", DOWN.title, DOWN.body)
        assert notify.hints["desktop-entry"] == ("s", "trayuptime")


@pytest.mark.parametrize(
    ("notice", "level", "category", "extra"),
    [
        (DOWN, 2, "network.error", {"resident"}),
        (UNSTABLE, 1, "network", set()),
        (BACK, 0, "network.connected", {"transient"}),
        (OFFLINE, 0, "network.disconnected", set()),
    ],
)
def test_the_urgency_is_a_byte_and_decides_the_stay_and_the_sign_the_category(
    bus: str, notice: Notice, level: int, category: str, extra: set[str]
) -> None:
    with FakeNotificationServer(bus) as server:
        run(bus, lambda desk: desk.notifier.show(notice))

        (notify,) = server.shown()
        assert notify.hints["urgency"] == ("y", level)
        assert notify.hints["category"] == ("s", category)
        assert notify.expire_ms == (0 if level == 2 else -1)
        assert set(notify.hints) == {"urgency", "category", "desktop-entry", *extra}
        assert all(notify.hints[hint] == ("b", True) for hint in extra)


def test_buttons_are_sent_and_a_click_on_the_bubble_means_details(bus: str) -> None:
    with FakeNotificationServer(bus) as server:
        run(bus, lambda desk: desk.notifier.show(DOWN))

        (notify,) = server.shown()
        assert notify.actions == (
            ("default", "Details"),
            ("switch:openrouter", "Switch to OpenRouter"),
            ("details", "Details"),
        )


def test_a_server_without_actions_gets_no_buttons(bus: str) -> None:
    with FakeNotificationServer(bus, abilities=["body"]) as server:
        run(bus, lambda desk: desk.notifier.show(DOWN))

        (notify,) = server.shown()
        assert notify.actions == ()


@pytest.mark.parametrize(
    ("abilities", "body"),
    [(["body", "body-markup"], '&lt;html&gt; &amp; "more"'), (["body"], '<html> & "more"')],
)
def test_markup_is_escaped_only_where_the_server_reads_markup(
    bus: str, abilities: list[str], body: str
) -> None:
    notice = Notice("x", "a < b", '<html> & "more"', Urgency.NORMAL, sign=Sign.DEGRADED)
    with FakeNotificationServer(bus, abilities) as server:
        run(bus, lambda desk: desk.notifier.show(notice))

        (notify,) = server.shown()
        assert notify.summary == "a < b"
        assert notify.body == body


def test_the_picture_of_the_sign_travels_as_pixels(bus: str) -> None:
    pixels = bytes(range(2 * 3 * 4))
    pictures = {Sign.DOWN: Picture(2, 3, pixels)}
    with FakeNotificationServer(bus) as server:
        run(bus, lambda desk: desk.notifier.show(DOWN), pictures=pictures)

        (notify,) = server.shown()
        assert notify.hints["image-data"] == ("(iiibiiay)", (2, 3, 8, True, 8, 4, pixels))


def test_a_later_notice_replaces_the_earlier_one_of_its_key_and_no_other(bus: str) -> None:
    async def night(desk: Desk) -> list[bool]:
        return [await desk.notifier.show(notice) for notice in (DOWN, OTHER, BACK)]

    with FakeNotificationServer(bus) as server:
        assert run(bus, night) == [True, True, True]
        assert [notify.replaces_id for notify in server.shown(3)] == [0, 0, 1]


def test_a_bubble_can_go_on_as_that_of_another_key(bus: str) -> None:
    async def go_on(desk: Desk) -> tuple[str, str, str]:
        await desk.notifier.show(DOWN)
        await desk.notifier.show(SEVERAL, instead_of=DOWN.key)
        await desk.notifier.show(DOWN)
        server.press(1, "details")
        return await desk.pressed()

    with FakeNotificationServer(bus) as server:
        assert run(bus, go_on) == (SEVERAL.key, "details", "")
        assert [notify.replaces_id for notify in server.shown(3)] == [0, 1, 0]


def test_a_bubble_that_went_on_as_another_is_known_to_be_closed(bus: str) -> None:
    async def close_between(desk: Desk) -> None:
        await desk.notifier.show(DOWN)
        server.hold()
        going_on = asyncio.create_task(desk.notifier.show(SEVERAL, instead_of=DOWN.key))
        await asyncio.to_thread(server.wait_for, "Notify", 2)
        server.dismiss(1)
        server.release()
        await going_on
        server.dismiss(1)
        server.press(1, "details")  # the signals keep their order
        await desk.pressed()
        await desk.notifier.show(SEVERAL)

    with FakeNotificationServer(bus) as server:
        run(bus, close_between)

        assert [notify.replaces_id for notify in server.shown(3)] == [0, 1, 0]


def test_a_key_that_has_a_bubble_keeps_it_and_the_other_goes(bus: str) -> None:
    async def keep(desk: Desk) -> None:
        for notice in (SEVERAL, DOWN):
            await desk.notifier.show(notice)
        await desk.notifier.show(SEVERAL, instead_of=DOWN.key)
        await desk.notifier.show(OTHER, instead_of="nobody")

    with FakeNotificationServer(bus) as server:
        run(bus, keep)

        assert [notify.replaces_id for notify in server.shown(4)] == [0, 0, 1, 0]
        assert [call.body for call in server.wait_for("CloseNotification")] == [(2,)]


def test_a_bubble_that_appears_late_is_not_left_beside_the_one_that_went_on(bus: str) -> None:
    async def overtake(desk: Desk) -> list[bool]:
        await desk.notifier.show(SEVERAL)
        server.hold()
        late = await desk.notifier.show(DOWN)
        going_on = asyncio.create_task(desk.notifier.show(BACK, instead_of=SEVERAL.key))
        await asyncio.sleep(0)
        server.release()
        return [late, await going_on]

    with FakeNotificationServer(bus) as server:
        assert run(bus, overtake, limit_s=SHORT_S) == [False, True]

        assert [n.summary for n in server.shown(3)] == [SEVERAL.title, DOWN.title, BACK.title]
        closed = {number for call in server.wait_for("CloseNotification", 2) for number in call.body}
        assert closed == {1, 2}


def test_a_bubble_that_appears_late_says_what_was_renewed_meanwhile(bus: str) -> None:
    fewer = replace(SEVERAL, title="2 providers are down")

    async def renew(desk: Desk) -> bool:
        await desk.notifier.show(OTHER)
        server.hold()
        shown = await desk.notifier.show(SEVERAL)
        renewing = asyncio.create_task(desk.notifier.renew(fewer))
        await asyncio.sleep(0)
        server.release()
        await renewing
        return shown

    with FakeNotificationServer(bus) as server:
        assert not run(bus, renew, limit_s=SHORT_S)

        assert [n.summary for n in server.shown(3)] == [OTHER.title, SEVERAL.title, fewer.title]
        assert [call.body for call in server.wait_for("CloseNotification")] == [(2,)]


def test_only_a_bubble_that_is_still_there_is_renewed(bus: str) -> None:
    async def renew(desk: Desk) -> None:
        await desk.notifier.renew(DOWN)
        await desk.notifier.show(DOWN)
        await desk.notifier.renew(BACK)
        server.dismiss(1)
        server.press(1, "details")
        await desk.pressed()
        await desk.notifier.renew(DOWN)

    with FakeNotificationServer(bus) as server:
        run(bus, renew)

        assert [(n.summary, n.replaces_id) for n in server.shown(2)] == [(DOWN.title, 0), (BACK.title, 1)]
        assert len(server.wait_for("Notify")) == 2


def test_two_notices_at_once_replace_instead_of_racing(bus: str) -> None:
    async def at_once(desk: Desk) -> tuple[bool, bool]:
        return await asyncio.gather(desk.notifier.show(DOWN), desk.notifier.show(BACK))

    with FakeNotificationServer(bus) as server:
        assert all(run(bus, at_once))
        assert [(n.summary, n.replaces_id) for n in server.shown(2)] == [(DOWN.title, 0), (BACK.title, 1)]


def test_what_the_server_can_do_is_asked_once(bus: str) -> None:
    async def twice(desk: Desk) -> None:
        await desk.notifier.show(DOWN)
        await desk.notifier.show(BACK)

    with FakeNotificationServer(bus) as server:
        run(bus, twice)

        assert len(server.wait_for("GetCapabilities")) == 1


def test_a_bubble_the_user_dismissed_is_not_replaced(bus: str) -> None:
    async def dismiss_between(desk: Desk) -> None:
        await desk.notifier.show(DOWN)
        server.dismiss(1)
        server.press(1, "details")  # the signals keep their order, so this one proves the other has arrived
        await desk.pressed()
        await desk.notifier.show(BACK)

    with FakeNotificationServer(bus) as server:
        run(bus, dismiss_between)

        assert [notify.replaces_id for notify in server.shown(2)] == [0, 0]


def test_closing_takes_the_bubble_away_once(bus: str) -> None:
    async def show_and_close_twice(desk: Desk) -> None:
        await desk.notifier.show(DOWN)
        await desk.notifier.close("deepseek")
        await desk.notifier.close("deepseek")
        await desk.notifier.close("nobody")
        await desk.notifier.show(DOWN)

    with FakeNotificationServer(bus) as server:
        run(bus, show_and_close_twice)

        assert [call.body for call in server.wait_for("CloseNotification")] == [(1,)]
        assert [notify.replaces_id for notify in server.shown(2)] == [0, 0]


@pytest.mark.parametrize(
    ("pressed", "asked"),
    [("switch:openrouter", "switch:openrouter"), ("details", "details"), ("default", "details")],
)
def test_a_pressed_button_comes_back_with_its_key_and_token(bus: str, pressed: str, asked: str) -> None:
    async def press(desk: Desk) -> tuple[str, str, str]:
        await desk.notifier.show(OTHER)
        await desk.notifier.show(DOWN)
        server.press(2, pressed, token="token-7")
        return await desk.pressed()

    with FakeNotificationServer(bus) as server:
        assert run(bus, press) == ("deepseek", asked, "token-7")


def test_a_token_serves_one_press_only(bus: str) -> None:
    async def press_twice(desk: Desk) -> list[tuple[str, str, str]]:
        await desk.notifier.show(DOWN)
        server.press(1, "details", token="token-7")
        server.press(1, "details")
        return [await desk.pressed(), await desk.pressed()]

    with FakeNotificationServer(bus) as server:
        tokens = [token for _, _, token in run(bus, press_twice)]

        assert tokens == ["token-7", ""]


def test_a_press_sent_to_our_connection_alone_arrives_as_on_gnome(bus: str) -> None:
    async def press(desk: Desk) -> tuple[str, str, str]:
        await desk.notifier.show(DOWN)
        (call,) = server.wait_for("Notify")
        server.press(1, "details", to=call.sender)
        return await desk.pressed()

    with FakeNotificationServer(bus) as server:
        assert run(bus, press) == ("deepseek", "details", "")


def test_a_press_reported_after_the_bubble_closed_still_counts(bus: str) -> None:
    async def press(desk: Desk) -> tuple[str, str, str]:
        await desk.notifier.show(DOWN)
        server.dismiss(1)
        server.press(1, "switch:openrouter")
        return await desk.pressed()

    with FakeNotificationServer(bus) as server:
        assert run(bus, press) == ("deepseek", "switch:openrouter", "")


def test_buttons_of_other_applications_and_malformed_signals_are_ignored(bus: str) -> None:
    async def strangers(desk: Desk) -> tuple[str, str, str]:
        await desk.notifier.show(DOWN)
        server.press(99, "details")
        server.say("ActionInvoked", "u", (1,))
        server.say("ActionInvoked", "ss", ("1", "details"))
        server.say("ActionInvoked", "", ())
        server.say("SomethingNew", "us", (1, "details"))
        server.press(1, "switch:openrouter")
        return await desk.pressed()

    with FakeNotificationServer(bus) as server:
        assert run(bus, strangers) == ("deepseek", "switch:openrouter", "")


def test_a_fault_in_the_callback_reaches_the_loop_and_does_not_deafen_us(bus: str) -> None:
    async def press_twice(server: FakeNotificationServer) -> tuple[str, list[str]]:
        faults: list[str] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: faults.append(str(context["exception"]))
        )
        heard: asyncio.Queue[str] = asyncio.Queue()

        def on_action(key: str, action: str, _: str) -> None:
            if action == "details":
                raise LookupError("a fault of ours")
            heard.put_nowait(key)

        notifier = FreedesktopNotifier(on_action, address=bus)
        await notifier.show(DOWN)
        server.press(1, "details")
        server.press(1, "switch:openrouter")
        key = await asyncio.wait_for(heard.get(), PATIENCE_S)
        await notifier.aclose()
        return key, faults

    with FakeNotificationServer(bus) as server:
        assert asyncio.run(press_twice(server)) == ("deepseek", ["a fault of ours"])


def test_after_a_restart_of_the_server_no_old_id_is_used_or_believed(bus: str) -> None:
    async def restart_between(desk: Desk) -> tuple[str, str, str]:
        await desk.notifier.show(OTHER)
        await desk.notifier.show(DOWN)
        server.vanish()
        server.abilities = ("body",)
        server.start()
        server.press(2, "details")  # another application's bubble by now
        await desk.notifier.close("openai")
        assert await desk.notifier.show(BACK)
        server.press(1, "details")
        return await desk.pressed()

    with FakeNotificationServer(bus) as server:
        assert run(bus, restart_between) == ("deepseek", "details", "")

        assert [notify.replaces_id for notify in server.shown(3)] == [0, 0, 0]
        assert server.shown(3)[-1].actions == ()
        assert "CloseNotification" not in {call.member for call in server.calls}


def test_without_a_server_nothing_is_shown_until_one_comes(bus: str) -> None:
    server = FakeNotificationServer(bus)

    async def come_and_go(desk: Desk) -> list[bool]:
        before = await desk.notifier.show(DOWN)
        server.start()
        during = await desk.notifier.show(DOWN)
        server.vanish()
        return [before, during, await desk.notifier.show(BACK)]

    assert run(bus, come_and_go) == [False, True, False]


def test_a_server_that_can_be_started_is_started(tmp_path: Path) -> None:
    program = tmp_path / "server.py"
    program.write_text(
        "import os\n"
        "from fake_notification_server import FakeNotificationServer\n"
        # Its thread, and with it the program, lives as long as the bus.
        "FakeNotificationServer(os.environ['DBUS_STARTER_ADDRESS']).start()\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(Path(fake_notification_server.__file__).parent)}
    with private_bus(tmp_path, environ) as bus:
        (bus.services / "some.service").write_text(
            f"[D-BUS Service]\nName=org.freedesktop.Notifications\nExec={sys.executable} {program}\n"
        )

        assert run(bus.address, lambda desk: desk.notifier.show(DOWN), limit_s=PATIENCE_S)


def test_an_error_from_the_server_means_not_shown_and_the_next_notice_tries_again(bus: str) -> None:
    async def refuse_once(desk: Desk) -> list[bool]:
        server.refusing = "org.example.Busy"
        refused = await desk.notifier.show(DOWN)
        server.refusing = None
        return [refused, await desk.notifier.show(DOWN)]

    with FakeNotificationServer(bus) as server:
        assert run(bus, refuse_once) == [False, True]


def test_a_slow_server_costs_no_more_than_the_limit_and_its_late_bubble_is_replaced(bus: str) -> None:
    async def slow(desk: Desk) -> list[bool]:
        await desk.notifier.show(OTHER)
        server.hold()
        down = await desk.notifier.show(DOWN)
        server.release()
        server.press(2, "details")  # answers and signals keep their order, so the late id is known after this
        await desk.pressed()
        return [down, await desk.notifier.show(BACK)]

    with FakeNotificationServer(bus) as server:
        assert run(bus, slow, limit_s=SHORT_S) == [False, True]
        assert [notify.replaces_id for notify in server.shown(3)] == [0, 0, 2]


def test_a_late_bubble_that_was_overtaken_is_closed(bus: str) -> None:
    async def overtaken(desk: Desk) -> list[bool]:
        await desk.notifier.show(OTHER)
        server.hold()
        shown = [await desk.notifier.show(DOWN), await desk.notifier.show(BACK)]
        server.release()
        await asyncio.to_thread(server.wait_for, "CloseNotification")
        return shown

    with FakeNotificationServer(bus) as server:
        assert run(bus, overtaken, limit_s=SHORT_S) == [False, False]
        assert [call.body for call in server.wait_for("CloseNotification")] == [(2,)]


def test_a_notice_overtaken_before_it_left_is_dropped(bus: str) -> None:
    async def overtaken(desk: Desk) -> bool:
        server.hold()  # even the question what the server can do
        await desk.notifier.show(DOWN)
        await desk.notifier.show(BACK)
        server.release()
        return await desk.notifier.show(OTHER)

    with FakeNotificationServer(bus) as server:
        assert run(bus, overtaken, limit_s=SHORT_S)
        assert [notify.summary for notify in server.shown(2)] == [BACK.title, OTHER.title]


def test_a_bubble_closed_before_the_server_woke_up_does_not_stay(bus: str) -> None:
    async def close_early(desk: Desk) -> None:
        await desk.notifier.show(OTHER)
        server.hold()
        await desk.notifier.show(DOWN)
        await desk.notifier.close("deepseek")
        server.release()
        await asyncio.to_thread(server.wait_for, "CloseNotification")

    with FakeNotificationServer(bus) as server:
        run(bus, close_early, limit_s=SHORT_S)

        assert [call.body for call in server.wait_for("CloseNotification")] == [(2,)]


@pytest.mark.parametrize(
    "address",
    ["unix:path=/nonexistent/bus", "autolaunch:", "tcp:host=127.0.0.1,port=9", "disabled:", "nonsense"],
)
def test_an_address_without_a_usable_bus_means_not_shown(address: str) -> None:
    async def everything(desk: Desk) -> bool:
        await desk.notifier.close("deepseek")
        return await desk.notifier.show(DOWN)

    assert not run(address, everything)


def test_without_any_bus_in_the_environment_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)

    assert not run(None, lambda desk: desk.notifier.show(DOWN))


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, None),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, "unix:path=/run/user/7/bus"),
        ({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/b", "XDG_RUNTIME_DIR": "/r"}, "unix:path=/b"),
    ],
)
def test_the_bus_is_where_the_session_says_or_where_systemd_keeps_it(
    environ: dict[str, str], address: str | None
) -> None:
    assert session_bus_address(environ) == address


def test_a_bus_that_was_restarted_is_found_again(tmp_path: Path) -> None:
    async def restart(desk: Desk) -> list[bool]:
        with private_bus(tmp_path) as bus, FakeNotificationServer(bus.address):
            shown = [await desk.notifier.show(DOWN)]
        shown.append(await desk.notifier.show(DOWN))
        with private_bus(tmp_path) as bus, FakeNotificationServer(bus.address) as server:
            shown.append(await desk.notifier.show(BACK))
            (notify,) = server.shown()
            assert notify.replaces_id == 0
        return shown

    assert run(f"unix:path={tmp_path}/bus", restart) == [True, False, True]


@pytest.mark.parametrize("dying", ["bus", "server"])
def test_a_bus_or_server_that_dies_during_a_call_means_not_shown(tmp_path: Path, dying: str) -> None:
    async def die(desk: Desk) -> bool:
        with private_bus(tmp_path) as bus, FakeNotificationServer(bus.address) as server:
            await desk.notifier.show(OTHER)
            server.hold()
            showing = asyncio.create_task(desk.notifier.show(DOWN))
            await asyncio.to_thread(server.wait_for, "Notify", 2)
            if dying == "bus":
                bus.stop()
            else:
                server.vanish()
            return await showing

    assert not run(f"unix:path={tmp_path}/bus", die)


def test_a_bus_that_hangs_costs_the_limit_once_and_is_then_left_alone_for_a_while(tmp_path: Path) -> None:
    async def hang(desk: Desk) -> list[bool]:
        shown = [await desk.notifier.show(DOWN), await desk.notifier.show(OTHER)]
        accepted, _ = listener.accept()
        accepted.close()
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody knocked a second time
            listener.accept()
        return shown

    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(tmp_path / "bus"))
        listener.listen()

        assert run(f"unix:path={tmp_path}/bus", hang, limit_s=SHORT_S) == [False, False]


def test_a_bus_that_hangs_up_or_talks_nonsense_means_not_shown(tmp_path: Path) -> None:
    async def serve(answers: list[bytes], desk: Desk) -> list[bool]:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answers.pop(0))
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_unix_server(answer, tmp_path / "bus"):
            return [await desk.notifier.show(DOWN) for _ in range(len(answers))]

    answers = [b"", b"HTTP/1.1 400 Bad Request\r\n", b"OK 1234\r\n"]

    assert run(f"unix:path={tmp_path}/bus", lambda desk: serve(answers, desk)) == [False] * 3


def test_at_the_end_no_task_is_left_and_nothing_is_shown_any_more(bus: str) -> None:
    async def end(desk: Desk) -> list[bool]:
        server.hold()
        showing = asyncio.create_task(desk.notifier.show(DOWN))
        await asyncio.to_thread(server.wait_for, "GetCapabilities")
        await desk.notifier.aclose()
        await desk.notifier.aclose()
        return [await showing, await desk.notifier.show(BACK)]

    with FakeNotificationServer(bus) as server:
        assert run(bus, end) == [False, False]


@pytest.fixture
def standing(tmp_path: Path) -> Path:
    return tmp_path / "bubbles.json"


def _kept(**but: Any) -> str:
    bubble = {"id": 1, "key": "a", "urgency": "low", "sign": "up", "of": [], **but}
    return json.dumps({"schema": 1, "server": "x", "bubbles": [bubble]})


def keys_left(bus: str, standing: Path) -> list[str]:
    """What another run takes up."""
    return [left.key for left in run(bus, lambda desk: desk.notifier.take_up(), standing=standing)]


def test_the_next_run_replaces_and_closes_what_this_one_has_left(bus: str, standing: Path) -> None:
    async def leave(desk: Desk) -> None:
        for notice in (DOWN, OTHER, replace(SEVERAL, of=("a", "b"))):
            await desk.notifier.show(notice)

    async def go_on(desk: Desk) -> tuple[Left, ...]:
        left = await desk.notifier.take_up()
        server.press(2, "details")
        assert await desk.pressed() == (OTHER.key, "details", "")
        await desk.notifier.show(BACK)
        await desk.notifier.close(OTHER.key)
        await desk.notifier.renew(SEVERAL)
        return left

    with FakeNotificationServer(bus) as server:
        run(bus, leave, standing=standing)
        left = run(bus, go_on, standing=standing)

        assert left == (
            Left(DOWN.key, Urgency.CRITICAL, Sign.DOWN),
            Left(OTHER.key, Urgency.CRITICAL, Sign.DOWN),
            Left(SEVERAL.key, Urgency.CRITICAL, Sign.DOWN, of=("a", "b")),
        )
        replaced = [(n.summary, n.replaces_id) for n in server.shown(5)[3:]]
        assert replaced == [(BACK.title, 1), (SEVERAL.title, 3)]
        assert [call.body for call in server.wait_for("CloseNotification")] == [(2,)]
        assert keys_left(bus, standing) == [SEVERAL.key]


def test_what_the_user_has_dismissed_and_what_goes_by_itself_is_not_left(bus: str, standing: Path) -> None:
    async def leave(desk: Desk) -> None:
        for notice in (DOWN, replace(BACK, key="openai"), replace(UNSTABLE, key="other")):
            await desk.notifier.show(notice)
        server.dismiss(1)
        server.press(3, "details")  # the signals keep their order
        await desk.pressed()

    with FakeNotificationServer(bus) as server:
        run(bus, leave, standing=standing)

        assert keys_left(bus, standing) == ["other"]


def test_what_was_left_with_another_server_is_not_touched(bus: str, standing: Path) -> None:
    async def go_on(desk: Desk) -> None:
        assert await desk.notifier.take_up() == ()
        await desk.notifier.close(DOWN.key)
        await desk.notifier.show(DOWN)

    with FakeNotificationServer(bus) as server:
        run(bus, lambda desk: desk.notifier.show(DOWN), standing=standing)
        server.vanish()
        server.start()
        run(bus, go_on, standing=standing)

        assert [notify.replaces_id for notify in server.shown(2)] == [0, 0]
        assert "CloseNotification" not in {call.member for call in server.calls}


def test_another_bus_on_which_the_server_has_the_same_name_is_another_server(
    tmp_path: Path, standing: Path
) -> None:
    left = []
    for session in ("evening", "morning"):
        (tmp_path / session).mkdir()
        with private_bus(tmp_path / session) as running, FakeNotificationServer(running.address):
            left.append(keys_left(running.address, standing))
            run(running.address, lambda desk: desk.notifier.show(DOWN), standing=standing)

    assert left == [[], []]


def test_where_nobody_serves_any_more_nothing_is_left_and_nobody_is_woken(
    bus: str, standing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeNotificationServer(bus):
        run(bus, lambda desk: desk.notifier.show(DOWN), standing=standing)
    asked: list[str] = []
    call = Bus.call

    async def note(self: Bus, service: Any, member: str, *arguments: Any) -> Any:
        asked.append(member)
        return await call(self, service, member, *arguments)

    monkeypatch.setattr(Bus, "call", note)

    assert keys_left(bus, standing) == []
    assert asked == ["GetNameOwner"]


def test_without_a_file_nothing_is_left(bus: str) -> None:
    with FakeNotificationServer(bus):
        run(bus, lambda desk: desk.notifier.show(DOWN))

        assert run(bus, lambda desk: desk.notifier.take_up()) == ()


def test_without_a_bus_nothing_is_left(bus: str, standing: Path, tmp_path: Path) -> None:
    with FakeNotificationServer(bus):
        run(bus, lambda desk: desk.notifier.show(DOWN), standing=standing)

    assert keys_left(f"unix:path={tmp_path}/nobody", standing) == []


def test_where_nobody_may_replace_what_an_earlier_run_has_shown_it_is_shown_anew(
    bus: str, standing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = FakeNotificationServer._answer

    def refuse_to_replace(self: FakeNotificationServer, message: Any) -> None:
        self.refusing = "org.freedesktop.DBus.Error.InvalidArgs" if message.body[1:2] == (1,) else None
        answer(self, message)

    with FakeNotificationServer(bus) as server:
        run(bus, lambda desk: desk.notifier.show(DOWN), standing=standing)
        monkeypatch.setattr(FakeNotificationServer, "_answer", refuse_to_replace)

        async def go_on(desk: Desk) -> bool:
            await desk.notifier.take_up()
            return await desk.notifier.show(BACK)

        assert run(bus, go_on, standing=standing)
        assert [notify.replaces_id for notify in server.shown(3)] == [0, 1, 0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": 2}',
        '{"schema": 1, "server": "x", "bubbles": 3}',
        _kept(id=0),
        _kept(id=1 << 32),
        _kept(urgency="?"),
        _kept(of=None),
    ],
)
def test_a_file_that_cannot_be_understood_leaves_nothing(bus: str, standing: Path, text: str) -> None:
    standing.write_text(text)
    with FakeNotificationServer(bus):
        assert keys_left(bus, standing) == []


def test_where_nothing_can_be_kept_bubbles_are_shown_all_the_same(bus: str, tmp_path: Path) -> None:
    with FakeNotificationServer(bus):
        assert run(bus, lambda desk: desk.notifier.show(DOWN), standing=tmp_path / "nowhere" / "bubbles.json")
