"""The real keyring: a key in it is used and shows nowhere else; without it, or locked, watching goes on."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from jeepney import HeaderFields, MessageType, message_bus, new_method_return
from jeepney.io.blocking import Proxy, open_dbus_connection

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import EVERYTHING, Desktop, Part
from desktop.conftest import MakeDesktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor, recorder
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

SECRET = "sk-keyring-5f3a9c1e7b2d4860"
MODELS = {"object": "list", "data": [{"id": "tiny", "object": "model", "created": 1, "owned_by": "us"}]}
REJECTED = {"error": {"message": f"Incorrect API key provided: {SECRET}.", "code": "invalid_api_key"}}


class Leaks:
    """Looks for the secret wherever others could read it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.seen: set[str] = set()

    def look_at_processes(self) -> None:
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                if process.name.isdecimal() and SECRET.encode() in (process / "cmdline").read_bytes():
                    self.seen.add(f"arguments of process {process.name}")

    def look_everywhere(self) -> set[str]:
        self.look_at_processes()
        desktop = self._app.desktop
        for path in desktop.root.rglob("*"):
            with suppress(OSError):
                if path.is_file() and SECRET.encode() in path.read_bytes():
                    self.seen.add(str(path))
        told = [*map(str, desktop.bubbles()), *self._app.rows(), self._app.tooltip(), desktop.told()]
        if SECRET in "\n".join(told):
            self.seen.add("notifications, menu or logs")
        return self.seen


@contextmanager
def silent_prompter(desktop: Desktop) -> Iterator[list[str]]:
    """The desktop's asker for passwords, which never gets an answer: yields the names of what was called."""
    calls: list[str] = []
    over = Event()

    def serve() -> None:
        with closing(open_dbus_connection(desktop.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
            Proxy(message_bus, connection).RequestName("org.gnome.keyring.SystemPrompter")
            while not over.is_set():
                with suppress(TimeoutError):
                    message = connection.receive(timeout=0.05)
                    if message.header.message_type is MessageType.method_call:
                        calls.append(message.header.fields[HeaderFields.member])
                        connection.send(new_method_return(message))

    thread = Thread(target=serve, name="prompter")
    thread.start()
    try:
        desktop.wait_for_name("org.gnome.keyring.SystemPrompter")
        yield calls
    finally:
        over.set()
        thread.join()


def longest_answer_s(app: App, looks: int) -> float:
    """How long the slowest of so many questions to the GUI thread took."""
    item = app.wait_for_item()
    slowest = 0.0
    for _ in range(looks):
        began = time.perf_counter()
        assert app.desktop.tray.labels(item)
        slowest = max(slowest, time.perf_counter() - began)
    return slowest


def test_a_key_in_the_keyring_is_used_and_shows_up_nowhere_else(
    desktop: Desktop, artefacts: Artefacts
) -> None:
    rejecting = Event()

    def answer(_path: str, headers: dict[str, str]) -> tuple[int, object]:
        right = headers.get("authorization") == f"Bearer {SECRET}" and not rejecting.is_set()
        return (200, MODELS) if right else (401, REJECTED)

    with recorder(answer) as vendor:
        app = App(
            desktop,
            POLLING + provider("alpha", "Alpha AI", f"http://127.0.0.1:{vendor.port}/v1", key="keyring"),
        )
        leaks = Leaks(app)

        app.run("provider", "key", "alpha", stdin=f"{SECRET}\n")
        app.start()

        def used() -> bool:
            leaks.look_at_processes()
            return app.face() == Face(Mark.UP)

        desktop.wait_until(used, "the icon is green")
        assert f"Bearer {SECRET}" in vendor.headers("Authorization")
        (alpha,) = app.ask("status")["providers"]
        assert alpha["access"] == "ok"
        # The vendor now quotes the key in its refusal, which is told, logged and kept.
        rejecting.set()
        app.wait_for_face(Face(Mark.UP, key_badge=True))
        desktop.wait_until(desktop.bubbles, "it is told")
        artefacts.shot(desktop, "key rejected")
        assert SECRET not in app.run("provider", "test", "alpha")
        app.run("export", "--format", "jsonl", "-o", str(desktop.root / "export.jsonl"))

        assert leaks.look_everywhere() == set()
        (rejected,) = desktop.bubbles()
        assert rejected.summary == "Alpha AI: key rejected"
        (app.home / "planted").write_text(SECRET)
        assert leaks.look_everywhere() == {str(app.home / "planted")}


def test_without_a_keyring_a_provider_is_watched_by_reach_and_the_trouble_is_shown(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts=EVERYTHING - {Part.KEYRING})
    reader = ScreenReader(desktop)
    app = App(desktop, POLLING + provider("alpha", "Alpha AI", vendors[0].openai_url, key="keyring"))
    app.start(environ=ENVIRON)

    app.wait_for_face(Face(Mark.UP))
    (alpha,) = app.ask("status")["providers"]
    assert (alpha["service"], alpha["access"]) == ("up", "unchecked")
    assert "No keyring can be used here." in alpha["detail"]
    app.press("Alpha AI is up")
    desktop.wait_until(lambda: "No keyring can be used here." in reader.text(), "the window says it")
    artefacts.shot(desktop, "no keyring")


def test_a_locked_keyring_asks_once_and_nothing_waits_for_it(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    app = App(
        desktop,
        POLLING
        + provider("alpha", "Alpha AI", vendors[0].openai_url, key="keyring")
        + provider("beta", "Beta Models", vendors[1].openai_url, key="keyring"),
    )
    app.run("provider", "key", "alpha", stdin=f"{SECRET}\n")
    app.run("provider", "key", "beta", stdin=f"{SECRET}\n")
    desktop.lock_keyring()
    with silent_prompter(desktop) as calls:
        process = app.start()
        desktop.wait_until(lambda: "BeginPrompting" in calls, "the user is asked for the password")

        artefacts.note(longest_answer_while_asked_ms=round(longest_answer_s(app, 100) * 1000, 1))
        app.wait_for_face(Face(Mark.UP))  # both are watched by reach meanwhile
        app.press("Check now")
        asked = len(vendors[0].served())
        desktop.wait_until(lambda: len(vendors[0].served()) > asked + 2, "it goes on asking")
        assert calls.count("BeginPrompting") == 1
        process.terminate()

        assert app.wait_for_end() == 0


def test_a_locked_keyring_is_asked_again_from_the_menu(desktop: Desktop, artefacts: Artefacts) -> None:
    def answer(_path: str, headers: dict[str, str]) -> tuple[int, object]:
        return (200, MODELS) if headers.get("authorization") == f"Bearer {SECRET}" else (401, REJECTED)

    with recorder(answer) as vendor:
        url = f"http://127.0.0.1:{vendor.port}/v1"
        app = App(desktop, POLLING + provider("alpha", "Alpha AI", url, key="keyring"))
        app.run("provider", "key", "alpha", stdin=f"{SECRET}\n")
        desktop.lock_keyring()
        app.start()

        app.wait_for_row("Unlock keyring")
        app.press("Alpha AI is up")
        app.wait_for_window()
        artefacts.shot(desktop, "keyring locked")
        assert f"Bearer {SECRET}" not in vendor.headers("Authorization")
        desktop.unlock_keyring()
        app.press("Unlock keyring…")

        desktop.wait_until(lambda: f"Bearer {SECRET}" in vendor.headers("Authorization"), "the key is used")
        desktop.wait_until(lambda: not any(r.startswith("Unlock") for r in app.rows()), "the row is gone")
        assert app.ask("status")["providers"][0]["access"] == "ok"
