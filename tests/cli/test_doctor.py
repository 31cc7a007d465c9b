"""`doctor`: what works, what not, and what to do about it."""

import re

from cli.house import House, section
from hostile import Hostile

NAMES = [
    *("versions", "configuration", "history", "clock", "network", "display", "Qt libraries", "tray host"),
    *("notifications", "keyring", "engine"),
]
NO_DESKTOP = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}


def test_without_a_desktop_it_says_what_is_missing_and_what_to_do(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    ran = house.program("doctor", "--json", **NO_DESKTOP)

    assert (ran.code, ran.err) == (1, "")
    found = ran.json
    assert set(found) == {"schema", "at", "ok", "checks"}
    assert (found["schema"], found["ok"]) == (1, False)
    assert [check["name"] for check in found["checks"]] == NAMES
    assert all(set(check) == {"name", "ok", "detail", "advice"} for check in found["checks"])
    by_name = {check["name"]: check for check in found["checks"]}
    for name in ("display", "tray host", "notifications", "keyring"):
        assert not by_name[name]["ok"]
        assert by_name[name]["advice"]
    for name in ("versions", "configuration", "history", "clock", "engine"):
        assert by_name[name]["ok"]
    assert vendor.requests == []


def test_in_words_each_thing_has_its_line(house: House) -> None:
    ran = house.program("doctor", **NO_DESKTOP)

    named = re.findall(r"^(?:ok  |NOT ) ([^:]+):", ran.out, re.MULTILINE)
    assert named == NAMES
    assert ran.code == 1


def test_a_broken_configuration_and_a_damaged_history_are_found(house: House) -> None:
    house.config_file.write_text("[[provider]\n")
    (house.root / "data").mkdir()
    (house.root / "data" / "history.db").write_bytes(b"this is no database at all" * 200)
    ran = house.program("doctor", "--json", **NO_DESKTOP)

    checks = {check["name"]: check for check in ran.json["checks"]}
    assert "config.toml line 1" in checks["configuration"]["detail"]
    assert "history.db" in checks["history"]["detail"]
    assert not checks["configuration"]["ok"]
    assert not checks["history"]["ok"]


def test_a_running_engine_is_seen(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        ran = house.program("doctor", "--json", **NO_DESKTOP)
        assert engine.end() == 0

    checks = {check["name"]: check for check in ran.json["checks"]}
    assert checks["engine"]["detail"] == "running"
    assert "last written" in checks["history"]["detail"]
