"""`config`, `provider`, `--version`, and what every command shares."""

import os
import subprocess
import time
from pathlib import Path
from typing import IO

import pytest

import trayuptime
from cli.house import PATIENCE_S, PROGRAM, House, section
from cli.test_run import WITHOUT_QT
from hostile import Hostile, answer
from trayuptime.config.catalogue import vendors
from trayuptime.core.state import State
from trayuptime.history import History


def test_version(house: House) -> None:
    ran = house.run("--version")

    assert (ran.code, ran.out) == (0, f"TrayUptime {trayuptime.__version__}\n")


@pytest.mark.parametrize("argv", [("nonsense",), ("config",), ("provider",), ("check", "--nonsense")])
def test_a_command_line_that_cannot_be_read_ends_with_2(house: House, argv: tuple[str, ...]) -> None:
    ran = house.run(*argv)

    assert (ran.code, ran.out) == (2, "")


def test_config_path_is_printed_although_there_is_no_file(house: House) -> None:
    ran = house.run("config", "path")

    assert (ran.code, ran.out) == (0, f"{house.config_file}\n")


def test_config_check_of_nothing_is_no_mistake(house: House) -> None:
    ran = house.run("config", "check")

    assert ran.code == 0
    assert "does not exist" in ran.out


def test_config_check_counts_who_is_watched(house: House) -> None:
    house.write(section("a", 1), section("b", 2, "enabled = false"))
    ran = house.run("config", "check")

    assert ran.code == 0
    assert ran.out == f"{house.config_file} is right: 1 providers, 1 disabled.\n"


def test_config_check_says_which_key_file_would_be_refused(house: House, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("sk-1")
    path.chmod(0o644)
    house.write(section("a", 1, f'key = "file:{path}"'))
    ran = house.run("config", "check")

    assert ran.code == 0
    assert f"chmod 600 {path}" in ran.err


def test_config_check_tells_every_mistake_with_its_line(house: House) -> None:
    house.config_file.write_text('[[provider]]\nid = "a"\nkind = "opnai"\n\n[[provider]]\nid = "b b"\n')
    ran = house.run("config", "check")

    assert (ran.code, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert len(lines) >= 2
    assert 'line 3: provider "a"' in lines[0]
    assert 'did you mean "openai"?' in lines[0]


def test_config_check_refuses_a_literal_key_without_showing_it(house: House) -> None:
    house.config_file.write_text(
        '[[provider]]\nid = "a"\nkind = "openai"\nkey = "sk-live-0123456789abcdef"\n'
    )
    ran = house.run("config", "check")

    assert ran.code == 2
    assert "trayuptime provider key a" in ran.err
    assert "0123456789" not in ran.err + ran.out


def test_provider_list_shows_where_the_key_is_and_never_the_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-live-0123456789abcdef")
    house.write(
        section("a", 1, 'key = "env:MY_KEY"', 'fallbacks = ["b"]'), section("b", 2, "enabled = false")
    )
    ran = house.run("provider", "list")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "a  openai-compatible  api  key: env:MY_KEY  fallbacks: b",
        "b  openai-compatible  api  key: none  (disabled)",
    ]


def test_provider_list_of_nothing_says_where_to_write(house: House) -> None:
    ran = house.run("provider", "list")

    assert ran.code == 0
    assert str(house.config_file) in ran.out


def test_the_catalogue_names_every_kind(house: House) -> None:
    ran = house.run("provider", "catalog")

    assert ran.code == 0
    named = [line.split("  ")[0] for line in ran.out.splitlines()]
    assert named[: len(vendors())] == [kind.id for kind in vendors()]
    assert "openai-compatible" in ran.out
    assert "website" in ran.out


def test_provider_test_shows_the_answer_with_its_timings(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    ran = house.run("provider", "test", "a")

    assert ran.code == 0
    assert f"API: ok (HTTP 200), asked 127.0.0.1:{vendor.port} at level models" in ran.out
    assert "first byte" in ran.out
    assert len(vendor.requests) == 1


def test_provider_test_says_what_to_do(house: House, vendor: Hostile) -> None:
    vendor.behaviour = answer("401 Unauthorized", b"{}")
    house.write(section("a", vendor.port))
    wants = house.run("provider", "test", "a")
    vendor.behaviour = answer("404 Not Found", b"{}")
    lost = house.run("provider", "test", "a")

    assert "trayuptime provider key a" in wants.out
    assert "usually ends in /v1" in lost.out
    assert lost.code == 0


def _hold(house: House, host: Hostile) -> None:
    """A watcher was told to leave it alone."""
    now = time.time_ns() // 1_000_000
    (house.root / "data").mkdir()
    history = History.open(house.root / "data" / "history.db", lambda: "aside")
    history.append((), State(holds={f"127.0.0.1:{host.port}": now + 120_000}), now)
    history.close()


def test_provider_test_asks_nobody_who_asked_to_wait(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    _hold(house, vendor)
    ran = house.run("provider", "test", "a")

    assert "API: not asked, it asked to wait for another " in ran.out
    assert vendor.connections == 0


WAITS = answer("429 Too Many Requests", b"{}", "Retry-After: 120")
PAID = '[provider.completion]\nmodel = "m"\nusd_in = 1\nusd_out = 1\n'


def test_provider_test_leaves_a_host_alone_that_asks_for_it_midway(house: House, vendor: Hostile) -> None:
    vendor.behaviour = WAITS
    page = f'surfaces = ["api", "web"]\nweb_url = "{vendor.url("/chat")}"'
    house.write(section("a", vendor.port, page, PAID))
    ran = house.run("provider", "test", "a", "--completion")

    assert [request.target for request in vendor.requests] == ["/v1/models"]
    assert "web: not asked, it asked to wait for another " in ran.out
    assert "  not asked: it asked to wait for another " in ran.out


def test_provider_test_does_not_show_a_rejected_key_again(
    house: House, vendor: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "sk-test-0123456789abcdef")
    vendor.behaviour = answer("401 Unauthorized", b"{}")
    house.write(section("a", vendor.port, 'key = "env:A_KEY"', PAID))
    ran = house.run("provider", "test", "a", "--completion")

    assert [request.method for request in vendor.requests] == ["GET"]
    assert "  not asked: its key was just rejected" in ran.out


@pytest.mark.parametrize("before", [False, True])
def test_provider_test_asks_a_service_whose_other_host_wants_to_be_left_alone(
    house: House, vendor: Hostile, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    """Hugging Face's arrangement: the hub knows the key, the router answers."""
    monkeypatch.setenv("A_KEY", "sk-test-0123456789abcdef")
    with Hostile(WAITS) as hub:
        facts = f'base_url = "{vendor.url("/v1")}"\naccount = {{ url = "{hub.url("/who")}" }}'
        (house.root / "catalogue.toml").write_text(f"[vendor.huggingface]\n{facts}\n")
        lines = f'base_url = "{vendor.url("/v1")}"\nkey = "env:A_KEY"'
        house.write(f'[[provider]]\nid = "a"\nkind = "huggingface"\n{lines}\n')
        if before:
            _hold(house, hub)
        ran = house.run("provider", "test", "a")

    assert f"API: ok (HTTP 200), asked 127.0.0.1:{vendor.port} at level reach" in ran.out
    assert f"  its key was not checked: 127.0.0.1:{hub.port} asked to wait for " in ran.out
    assert len(hub.requests) == (0 if before else 1)


def test_a_key_is_never_taken_from_the_command_line(house: House) -> None:
    house.write(section("a", 1))

    assert house.run("provider", "key", "a", "sk-live-0123456789abcdef").code == 2


def test_no_key_on_standard_input_stores_nothing(house: House) -> None:
    house.write(section("a", 1))
    ran = house.program("provider", "key", "a")

    assert (ran.code, ran.out) == (2, "")
    assert "nothing was stored" in ran.err


def test_output_that_cannot_be_written_is_a_sentence_and_no_verdict(house: House, vendor: Hostile) -> None:

    house.write(section("a", vendor.port))
    for argv in (("status",), ("check", "--json"), ("run", "--headless")):
        with Path("/dev/full").open("w") as full:
            done = _into(full, house, argv)
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1] == "The output cannot be written: No space left on device."
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("argv", [("status",), ("provider", "catalog"), ("check", "--json")])
def test_a_reader_that_has_left_is_no_accident(house: House, vendor: Hostile, argv: tuple[str, ...]) -> None:

    house.write(section("a", vendor.port))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = _into(writing, house, argv)
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("argv", [("status", "--json"), ("check", "--json"), ("suggest",)])
def test_no_command_without_a_window_imports_qt(house: House, vendor: Hostile, argv: tuple[str, ...]) -> None:

    house.write(section("a", vendor.port))
    done = subprocess.run(
        [*WITHOUT_QT, *argv],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=house._environ({}),
    )

    assert "QT:[];" in done.stderr


def _into(stream: IO[str] | int, house: House, argv: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *argv],
        stdout=stream,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=False,
        text=True,
        timeout=PATIENCE_S,
        env=house._environ({}),
    )
