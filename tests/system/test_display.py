import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trayuptime.system.display import Display, NoDisplay, find_display


@contextmanager
def _listening(address: str) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        yield


def _stale(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fsencode(path))
    return path


def test_without_any_variable_there_is_no_display() -> None:
    assert find_display({}, "linux") == NoDisplay("WAYLAND_DISPLAY is not set. DISPLAY is not set.")


@pytest.mark.parametrize(("platform", "qt"), [("win32", "windows"), ("darwin", "cocoa")])
def test_windows_and_macos_always_have_one(platform: str, qt: str) -> None:
    assert find_display({}, platform) == Display(qt)


@pytest.mark.parametrize("named", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_a_display_of_qts_own_is_one(named: str) -> None:
    found = find_display({"QT_QPA_PLATFORM": named}, "linux")

    assert isinstance(found, Display)
    assert found.platform in {"offscreen", "minimal", "vnc"}


def test_a_named_platform_is_asked_whether_it_is_there() -> None:
    assert isinstance(find_display({"QT_QPA_PLATFORM": "xcb"}, "linux"), NoDisplay)
    assert isinstance(find_display({"QT_QPA_PLATFORM": "wayland-egl"}, "linux"), NoDisplay)


def test_a_wayland_socket_that_answers_is_a_display(tmp_path: Path) -> None:
    with _listening(str(tmp_path / "wayland-0")):
        by_name = find_display({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}, "linux")
        by_path = find_display({"WAYLAND_DISPLAY": str(tmp_path / "wayland-0")}, "linux")

    assert by_name == by_path == Display("wayland", str(tmp_path / "wayland-0"))


def test_a_wayland_socket_left_behind_is_none(tmp_path: Path) -> None:
    path = _stale(tmp_path / "wayland-0")

    found = find_display({"WAYLAND_DISPLAY": str(path)}, "linux")

    assert isinstance(found, NoDisplay)
    assert f"WAYLAND_DISPLAY is {path}, but nothing answers there." in found.why


def test_x_is_found_where_wayland_is_dead(tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": str(_stale(tmp_path / "wayland-0")), "DISPLAY": str(tmp_path / "x:0")}

    with _listening(str(tmp_path / "x:0")):
        found = find_display(environ, "linux")

    assert found == Display("xcb", environ["DISPLAY"])


def test_an_x_server_is_found_by_its_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX) as server:
        for number in itertools.count(50_000):
            try:
                server.bind(f"\0/tmp/.X11-unix/X{number}")
            except OSError:
                continue
            break
        server.listen()

        found = [find_display({"DISPLAY": name}, "linux") for name in (f":{number}", f"unix:{number}.0")]

    assert found == [Display("xcb", f":{number}"), Display("xcb", f"unix:{number}.0")]


def test_a_forwarded_x_server_is_found_over_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        found = find_display({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux")

    assert found == Display("xcb", f"127.0.0.1:{number}.0")


@pytest.mark.parametrize("named", [":59534", "127.0.0.1:59535", "nonsense", ":x", ":99999", "/nowhere/x:0.0"])
def test_a_dead_or_senseless_display_is_none_and_named(named: str) -> None:
    found = find_display({"DISPLAY": named}, "linux")

    assert isinstance(found, NoDisplay)
    assert f"DISPLAY is {named}, but nothing answers there." in found.why
