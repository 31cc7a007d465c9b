"""One engine per home, and an end within two seconds however it comes, with everything on disk."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.app import POLLING, App, provider
from desktop.bed import Desktop, Part
from desktop.conftest import MakeDesktop
from desktop.vendors import Vendor, silent_server
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

HANGING_RESOLVER = """
import socket, time
from pathlib import Path

resolve = socket.getaddrinfo

def getaddrinfo(host, *arguments, **named):
    if host in ("far.invalid", b"far.invalid"):
        Path({sign!r}).touch()
        time.sleep(60)
    return resolve(host, *arguments, **named)

socket.getaddrinfo = getaddrinfo
"""
PARTS = frozenset({Part.WINDOW_MANAGER, Part.PANEL})


def configured(desktop: Desktop, vendor: Vendor, more: str = "") -> App:
    return App(desktop, POLLING + provider("alpha", "Alpha AI", vendor.openai_url) + more)


def terminate(app: App) -> None:
    assert app.process is not None
    app.process.terminate()


def interrupt(app: App) -> None:
    assert app.process is not None
    app.process.send_signal(signal.SIGINT)


def quit_by_command(app: App) -> None:
    assert "The engine has quit." in app.run("quit")


def quit_by_menu(app: App) -> None:
    app.press("Quit TrayUptime")


ENDS: dict[str, Callable[[App], None]] = {
    "SIGTERM": terminate,
    "SIGINT": interrupt,
    "the command": quit_by_command,
    "the menu": quit_by_menu,
}


def test_a_second_start_shows_the_window_of_the_first(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts=PARTS)
    app = configured(desktop, vendors[0])
    first = app.start()
    app.wait_for_item()

    # At once: the first has its icon, and is still putting the rest together.
    assert "its window is shown" in app.run()

    app.wait_for_window()
    app.wait_for_face(Face(Mark.UP))
    assert first.poll() is None
    assert len(desktop.tray.items()) == 1


def test_two_that_start_at_the_same_moment_become_one(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts=PARTS)
    app = configured(desktop, vendors[0])

    both = [app.start(), app.start()]

    def one_has_ended() -> "subprocess.Popen[bytes] | None":
        return next((process for process in both if process.poll() is not None), None)

    ended = desktop.wait_until(one_has_ended, "one of them ends")
    assert ended.returncode == 0
    app.wait_for_window()
    assert len(desktop.tray.items()) == 1


def test_after_a_kill_a_new_start_works_at_once(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts=PARTS)
    app = configured(desktop, vendors[0])
    vendors[0].fail()
    killed = app.start()
    app.wait_for_face(Face(Mark.DOWN))
    killed.kill()
    killed.wait()
    (before,) = app.ask("incidents")

    app.start()

    app.wait_for_face(Face(Mark.DOWN))
    assert [i["id"] for i in app.ask("incidents")] == [before["id"]]
    assert "its window is shown" in app.run()
    app.wait_for_window()


@pytest.mark.parametrize("failing", [1, 4])
def test_a_bubble_that_a_killed_app_has_left_goes_when_all_is_up_again(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], failing: int
) -> None:
    watched = [provider(f"p{n}", f"Provider {n}", vendors[0].openai_url) for n in range(failing)]
    watched += [provider(f"h{n}", f"Healthy {n}", vendors[1].openai_url) for n in range(2)]
    app = App(desktop, POLLING + "".join(watched))
    killed = app.start()
    app.wait_for_face(Face(Mark.UP))
    vendors[0].fail()
    told = "Provider 0 is down" if failing == 1 else f"{failing} providers are down"
    desktop.wait_until(lambda: told in _titles(desktop)[-1:], "a bubble tells of it")
    desktop.wait_until(lambda: _kept(app), "it is kept for the next run")
    killed.kill()
    killed.wait()

    app.start()
    app.wait_for_item()
    app.wait_for_row(told if failing == 1 else f"{failing} of {failing + 2} down: ")
    assert desktop.bubbles_on_screen() == 1
    assert _titles(desktop)[-1] == told

    vendors[0].heal()
    app.wait_for_row(f"All {failing + 2} up")
    desktop.wait_until(lambda: _titles(desktop)[-1].endswith("up again"), "the end is told")
    # That one goes by itself; the other would stay for ever.
    desktop.wait_until(lambda: desktop.bubbles_on_screen() == 0, "nothing says any more that it is down")


def test_where_a_headless_engine_runs_the_app_says_so_and_leaves_it_alone(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts=PARTS)
    app = configured(desktop, vendors[0])
    headless = app.start("run", "--headless")
    desktop.wait_until(vendors[0].served, "the engine asks")

    said = app.run(code=4)

    assert f"A headless engine (process {headless.pid}) watches for this home" in said
    assert desktop.tray.items() == []
    assert headless.poll() is None


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_in_time_with_everything_on_disk(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], end: str
) -> None:
    desktop = make_desktop(parts=PARTS)
    with silent_server() as silent:
        port = silent.getsockname()[1]
        app = configured(
            desktop,
            vendors[0],
            provider("mute", "Mute AI", f"http://127.0.0.1:{port}/v1", more='timeout = "60s"'),
        )
        vendors[0].fail()
        app.start()
        app.wait_for_face(Face(Mark.DOWN))
        app.press("Alpha AI is down")
        app.wait_for_window()
        hanging, _ = silent.accept()  # a question without an answer is in the air
        with hanging:
            ENDS[end](app)

            assert app.wait_for_end() == 0
    assert desktop.tray.items() == []
    (incident,) = app.ask("incidents")
    assert (incident["provider"], incident["ended_at"]) == ("alpha", None)


def test_a_name_look_up_that_hangs_cannot_hold_the_end(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], tmp_path: Path
) -> None:
    desktop = make_desktop(parts=PARTS)
    hangs = tmp_path / "hangs"
    (tmp_path / "sitecustomize.py").write_text(HANGING_RESOLVER.format(sign=str(hangs)))
    app = App(
        desktop,
        provider("alpha", "Alpha AI", vendors[0].openai_url)
        + provider("far", "Far AI", "https://far.invalid/v1"),
    )
    process = app.start(environ={"PYTHONPATH": f"{tmp_path}:{desktop.environ.get('PYTHONPATH', '')}"})
    desktop.wait_until(hangs.exists, "the look-up hangs")
    app.wait_for_row("Alpha AI: up")

    process.terminate()

    assert app.wait_for_end() == 0
    assert app.ask("status")["providers"][0]["service"] == "up"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_even_where_no_icon_can_be_shown_and_the_window_is_open(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], number: signal.Signals
) -> None:
    desktop = make_desktop(parts={Part.WINDOW_MANAGER})
    app = configured(desktop, vendors[0])
    process = app.start()
    desktop.wait_until(vendors[0].served, "the engine asks")
    app.run()
    app.wait_for_window()

    process.send_signal(number)

    assert app.wait_for_end() == 0


def test_a_signal_in_the_middle_of_the_start_ends_it(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor]
) -> None:
    desktop = make_desktop(parts=PARTS)
    app = configured(desktop, vendors[0])
    process = app.start()
    app.wait_for_item()

    process.terminate()

    assert app.wait_for_end() == 0
    assert desktop.tray.items() == []


def _titles(desktop: Desktop) -> list[str]:
    return [bubble.summary for bubble in desktop.bubbles()]


def _kept(app: App) -> bool:
    path = app.home / "data" / "bubbles.json"
    return path.exists() and '"id"' in path.read_text()
