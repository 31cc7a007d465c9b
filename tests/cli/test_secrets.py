"""A key is shown to its vendor and to nobody else: no output, file, log or process table holds it."""

from pathlib import Path

import pytest

from cli.house import House, section
from cli.keyring_desk import KeyringDesk
from hostile import Behaviour, Hostile, Talk, answer, json_ok

KEY = "plainlookingsecretwithoutaprefix7391"
"""Nothing about it looks like a key, so only knowing it protects it."""


def _echo(status: str) -> Behaviour:
    """Fails, and repeats the key in the body and in a header."""

    def behaviour(talk: Talk) -> None:
        shown = talk.request().headers.get("authorization", "nothing")
        body = f'{{"error": {{"message": "wrong: {shown}", "param": "{shown}", "type": "{shown}"}}}}'
        talk.answer(status, body.encode(), f"X-Echo: {shown}", "Content-Type: application/json")

    return behaviour


def _files_with_key(root: Path) -> list[str]:
    return [str(path) for path in root.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def _processes_with_key() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if KEY.encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:  # it has ended
            continue
    return found


@pytest.mark.parametrize("status", ["500 Oops", "401 Unauthorized", "400 Bad Request", "200 OK"])
def test_an_engine_keeps_no_key_that_its_vendor_repeats(
    house: House, vendor: Hostile, other: Hostile, status: str
) -> None:
    vendor.behaviour = _echo(status)
    keyed = ('key = "env:MY_KEY"', 'fallbacks = ["b"]')
    house.write(section("a", vendor.port, *keyed), section("b", other.port))
    with house.engine(MY_KEY=KEY) as engine:
        for _ in range(2):
            engine.event("result", "a")
        running = _files_with_key(house.root)
        shown = [house.run(*argv) for argv in (("status", "--json"), ("status",), ("incidents", "--json"))]
        table = _processes_with_key()
        assert engine.end() == 0
        said = engine.rest() + engine.errors()
    shown.append(house.run("export", "--format", "jsonl"))

    assert any(KEY in request.headers.get("authorization", "") for request in vendor.requests)
    assert not any(KEY in str(request) for request in other.requests)
    assert (running, _files_with_key(house.root), table) == ([], [], [])
    assert KEY not in said
    assert not any(KEY in ran.out + ran.err for ran in shown)


@pytest.mark.parametrize("status", ["500 Oops", "401 Unauthorized", "404 Not Found"])
def test_commands_that_ask_show_no_key_either(
    house: House, vendor: Hostile, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    vendor.behaviour = _echo(status)
    monkeypatch.setenv("MY_KEY", KEY)
    house.write(section("a", vendor.port, 'key = "env:MY_KEY"'))
    ran = [
        house.run(*argv)
        for argv in (("check",), ("check", "--json"), ("provider", "test", "a"), ("provider", "list"))
    ]

    assert any(KEY in request.headers.get("authorization", "") for request in vendor.requests)
    assert not any(KEY in one.out + one.err for one in ran)
    assert _files_with_key(house.root) == []


def test_a_key_from_a_file_is_kept_just_as_secret(house: House, vendor: Hostile, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(KEY + "\n")
    secret.chmod(0o600)
    vendor.behaviour = _echo("500 Oops")
    house.write(section("a", vendor.port, f'key = "file:{secret}"'))
    with house.engine() as engine:
        engine.event("down", "a")
        assert engine.end() == 0
        said = engine.rest() + engine.errors()

    assert KEY in vendor.requests[0].headers["authorization"]
    assert KEY not in said
    assert _files_with_key(house.root) == []


def test_a_key_file_that_others_may_read_is_refused_and_said(
    house: House, vendor: Hostile, tmp_path: Path
) -> None:
    secret = tmp_path / "key"
    secret.write_text(KEY + "\n")
    secret.chmod(0o644)
    house.write(section("a", vendor.port, f'key = "file:{secret}"'))
    ran = house.run("check")

    assert "chmod 600" in ran.out
    assert KEY not in str(vendor.requests)


def test_a_key_that_cannot_be_read_leaves_the_provider_reachable_and_says_so(
    house: House, vendor: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    house.write(section("a", vendor.port, 'key = "env:MY_KEY"'))
    ran = house.run("check", "--json")

    assert ran.code == 0
    (provider,) = ran.json["providers"]
    assert (provider["service"], provider["access"]) == ("up", "unchecked")
    assert "MY_KEY is not set" in provider["detail"]


def test_the_log_is_closed_to_others_and_holds_no_key(house: House, vendor: Hostile) -> None:
    vendor.behaviour = answer("200 OK", KEY.encode())
    house.write(section("a", vendor.port, 'key = "env:MY_KEY"'))
    with house.engine(MY_KEY=KEY) as engine:
        engine.event("result", "a")
        vendor.behaviour = json_ok
        house.config_file.write_text(f'[[provider]]\nid = "a"\nkind = "openai"\nkey = "{KEY}"\n')
        engine.error("last good")
        assert engine.end() == 0
        assert KEY not in engine.errors()
    house.config_file.unlink()
    log = house.root / "logs" / "trayuptime.log"

    assert log.stat().st_mode & 0o077 == 0
    assert "last good" in log.read_text()
    assert _files_with_key(house.root) == []


def test_the_history_is_closed_to_others(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result", "a")
        modes = {path.name: path.stat().st_mode & 0o077 for path in (house.root / "data").iterdir()}
        folders = [house.root / name for name in ("data", "logs", "run", "cache")]
        closed = [folder.stat().st_mode & 0o077 == 0 for folder in folders]
        assert engine.end() == 0

    assert "history.db" in modes
    assert all(closed)


def test_a_plain_http_vendor_elsewhere_never_sees_a_key(house: House) -> None:
    far = section("a", 1, 'key = "env:K"').replace("127.0.0.1:1", "192.0.2.1")
    house.write(far, polling='interval = "10s"\nretry_interval = "1s"')
    ran = house.run("config", "check")

    assert ran.code == 2
    assert "plain http" in ran.err


def test_no_command_that_handles_keys_leaves_one_anywhere(
    house: House, vendor: Hostile, tmp_path: Path
) -> None:
    desk = KeyringDesk(house, tmp_path / "keyring")
    vendor.behaviour = _echo("401 Unauthorized")
    url = f"http://127.0.0.1:{vendor.port}/v1"
    add = ("provider", "add", "openai-compatible", "--base-url", url, "--key-stdin")
    house.write()
    said = [
        desk.run(*add, "--id", "a", stdin=f'export MY_KEY="{KEY}"\n'),
        desk.run(*add, "--id", "b", "--json", stdin=f"Bearer {KEY}"),
        desk.run(*add, "--id", "c", stdin=f"{KEY} {KEY}"),
        desk.run("provider", "key", "b", stdin=f"{KEY}\n"),
    ]
    with house.engine() as engine:
        engine.event("result", "a")
        said += [
            desk.run("provider", "key", "a", stdin=f"{KEY}\n"),
            desk.run("provider", "test", "a"),
            desk.run("provider", "rename", "a", "d"),
            desk.run("provider", "list", "--json"),
            desk.run("provider", "add", "--found"),
        ]
        engine.event("result", "d")
        table = _processes_with_key()
        said += [desk.run("provider", "remove", "b"), desk.run("provider", "key", "d", "--delete")]
        assert engine.end() == 0
        told = engine.rest() + engine.errors()

    assert [ran.code for ran in said] == [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]
    assert any(KEY in request.headers.get("authorization", "") for request in vendor.requests)
    assert _files_with_key(house.root) == []
    assert desk.kept() == {}
    assert table == []
    assert KEY not in told
    assert not any(KEY in ran.out + ran.err for ran in said)
    assert not any(KEY in seen for _, seen in desk.asked())
