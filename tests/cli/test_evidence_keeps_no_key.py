"""Whatever a vendor does with the key that it was shown: neither the history nor an export of it holds it."""

import json
from base64 import b64encode

import pytest

from cli.house import House, section
from hostile import Behaviour, Hostile, Talk

KEY = "plainlookingsecretwithoutaprefix7391"
"""No pattern knows this one for a key."""
OTHERS = "sk-somebodyelses0123456789abcdef"
FORMS = (KEY, b64encode(KEY.encode()).decode(), OTHERS)


def _echo(talk: Talk) -> None:
    """Says it in the answer's words and its rest, in another's name, and in the name of the request."""
    shown = talk.request().headers["authorization"]
    said = {"error": {"message": f"you sent {shown}", "also": list(FORMS), "request_id": f"in {KEY}"}}
    body = json.dumps(said).encode()
    talk.answer("500 Oops", body, f"x-request-id: for {shown}", f"cf-ray: {KEY}")


def _echo_elsewhere(talk: Talk) -> None:
    shown = talk.request().headers["authorization"]
    talk.answer("302 Found", b"", f"Location: http://{KEY}.example/{shown.split()[1]}")


@pytest.mark.parametrize("echo", [_echo, _echo_elsewhere])
def test_no_key_reaches_the_file_or_an_export(house: House, vendor: Hostile, echo: Behaviour) -> None:
    house.write(section("a", vendor.port, 'key = "env:A_KEY"'))
    vendor.behaviour = echo
    with house.engine(A_KEY=KEY) as engine:
        down = engine.event("down", "a")
        house.run("note", str(down["incident"]), f"they sent back {KEY}")
        assert engine.end() == 0
    told = house.run("export").lines
    for suffix in ("jsonl", "csv", "parquet"):
        assert house.run("export", "-o", str(house.root / f"all.{suffix}")).code == 0
    explained = house.run("incidents", "--explain", str(down["incident"]), "--json").out

    assert KEY in vendor.requests[0].headers["authorization"]
    failed = [line["evidence"] for line in told if line.get("reason") not in {None, "ok"}]
    assert len(failed) >= 3
    assert all("[redacted]" in json.dumps(each) for each in failed)
    assert not [form for form in FORMS if form in explained]
    files = {path: path.read_bytes() for path in house.root.rglob("*") if path.is_file()}
    assert not [(path, form) for path, data in files.items() for form in FORMS if form.encode() in data]
