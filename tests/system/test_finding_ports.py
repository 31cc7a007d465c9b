"""Local servers are found by the ports that somebody listens on, and nobody is knocked at."""

import socket
from pathlib import Path

import pytest

from trayuptime.config.keys import NoKey
from trayuptime.system.finding.ports import local_servers


def proc_with(
    tmp_path: Path, *listening: tuple[str, int, str], v6: tuple[tuple[str, int, str], ...] = ()
) -> Path:
    """A /proc that tells of these sockets."""
    proc = tmp_path / "proc"
    (proc / "net").mkdir(parents=True)
    head = (
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    )
    for name, sockets in (("tcp", listening), ("tcp6", v6)):
        lines = [
            f"   0: {address}:{port:04X} 0:0 0A 0:0 00:0 0 1000 0 {port}77 1 0 100 0 0 10 0\n"
            for address, port, _ in sockets
        ]
        (proc / "net" / name).write_text(head + "".join(lines) + "broken\n1: x:ZZ 0:0 0A 1 1 1 1 1 1 1\n")
    for number, (_, port, program) in enumerate([*listening, *v6], 100):
        if program:
            (proc / str(number) / "fd").mkdir(parents=True)
            (proc / str(number) / "fd" / "3").symlink_to(f"socket:[{port}77]")
            (proc / str(number) / "comm").write_text(f"{program}\n")
    return proc


def test_a_local_server_is_found_by_its_port_and_named_by_its_program(tmp_path: Path) -> None:
    proc = proc_with(
        tmp_path, ("0100007F", 11434, "ollama"), ("00000000", 8080, "nginx"), ("0200A8C0", 1234, "")
    )

    found = {each.id: each for each in local_servers(proc)}

    assert found["ollama"].sources == ("“ollama” listens on port 11434 of this computer",)
    assert found["ollama"].ready
    assert not found["llamacpp"].ready
    assert found["llamacpp"].sources[0].startswith("“nginx” listens on port 8080")
    assert "something else" in found["llamacpp"].remark
    assert set(found) == {"ollama", "llamacpp"}
    assert all(each.key == NoKey() for each in found.values())


def test_a_server_that_only_version_six_reaches_is_asked_there(tmp_path: Path) -> None:
    loopback = "00000000000000000000000001000000"
    proc = proc_with(tmp_path, v6=((loopback, 11434, ""),))

    (found,) = local_servers(proc)

    assert found.base_url == "http://[::1]:11434/v1"


def test_looking_for_local_servers_knocks_at_no_door() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        list(local_servers())

        with pytest.raises(BlockingIOError):
            server.accept()


def test_without_a_kernel_that_tells_nothing_is_found(tmp_path: Path) -> None:
    assert list(local_servers(tmp_path)) == []
