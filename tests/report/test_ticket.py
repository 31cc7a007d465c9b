"""What is pasted into a vendor's form: to the letter, and whatever strangers wrote.

`TRAYUPTIME_GOLDEN=1` writes the files anew, to be looked at before they are committed.
"""

import os
import re
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import at, result, spans
from trayuptime.core.model import Incident, IncidentKind, Network, Phase, Phases, Reach, Service, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled
from trayuptime.report.ticket import Case, Said, code, fenced, text, ticket, without_addresses

GOLDEN = Path(__file__).parent / "golden"
PARTED = "\u200b"
"""What parts a sign from a name."""
INDIA = timezone(timedelta(hours=5, minutes=30))
AT_HOME = Network("192.168.1.23", "203.0.113.9", ("wlan0",), ("tun0",), "proxy.corp.example:3128")
KEY = "sk-verysecretverysecret4711"
HOSTILE = (
    "| a | b |\n# no heading\n```\nfence\n````\n<script>alert(1)</script> ![x](http://evil.example/x) "
    f"\u202e @everyone #1 from 198.51.100.7 and 2001:db8::17 at 12:05:09 with {KEY}"
)
NIGHT = Incident(
    7,
    "a",
    Surface.API,
    IncidentKind.OUTAGE,
    at(0),
    at(60),
    (Phase(at(0), Service.DOWN),),
    (Reason.SERVER_ERROR,),
    at(25_020),
    seen=spans((0, 10_000), (11_200, 25_020)),
    acknowledged_at=at(2_100),
    vendor_last_at=at(24_000),
    vendor_title="Elevated API errors",
)


def failed(second: float, reason: Reason = Reason.SERVER_ERROR, **more: Any) -> Settled:
    facts: dict[str, Any] = {"network": AT_HOME, "phases": Phases(12.0, 31.0, 44.0, 210.0, 300.0), **more}
    return Settled(result(second, reason, **facts), proven=True)


def answered(second: float) -> Settled:
    return Settled(result(second), proven=True)


RESULTS = (
    failed(0, Reason.CONNECT_TIMEOUT, latency_ms=10_000.0, phases=Phases(12.0)),
    *(failed(60 * n, latency_ms=300.0 + n, request_id=f"req_{n}") for n in range(1, 400)),
    failed(24_960, excerpt='{"error": "overloaded"}'),
    answered(25_020),
    answered(25_080),
)
SAID = (
    Said(at(-600), "up", ""),
    Said(at(2_100), "down", "Elevated API errors"),
    Said(at(25_000), "banana", ""),
)
WHOLE = Case(NIGHT, "Alpha AI", RESULTS, SAID, at(30_000), INDIA)
CASES = {
    "whole night": WHOLE,
    "lasting": replace(
        WHOLE,
        incident=replace(NIGHT, ended_at=None, acknowledged_at=None, recoveries=(at(9_000),)),
        results=(Settled(result(60, Reason.SERVER_ERROR), proven=True, witness="b.example:443"),),
        said=SAID[:1],
        zone=UTC,
    ),
    "slow": replace(
        WHOLE,
        incident=replace(NIGHT, kind=IncidentKind.DEGRADED, in_maintenance=True, seen=spans((0, 25_020))),
        results=(
            failed(0, Reason.SLOW, latency_ms=9_000.0, network=Network("fd00::1", routes=("eth0",))),
            answered(9),
        ),
    ),
    "forgotten": replace(WHOLE, results=RESULTS[:3], forgotten=True, said=()),
    "nothing kept": replace(WHOLE, results=(), said=(), incident=replace(NIGHT, acknowledged_at=None)),
    "hostile": replace(
        WHOLE,
        incident=replace(NIGHT, vendor_title=HOSTILE),
        name="*Alpha* [AI](x) | <b>",
        results=(failed(0, excerpt=HOSTILE, request_id="`r|eq`", host="ho`st|:443"),),
        said=(Said(at(60), "down", HOSTILE),),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_ticket_is_what_it_was(name: str) -> None:
    written = ticket(CASES[name])
    file = GOLDEN / f"ticket {name}.md"
    if os.environ.get("TRAYUPTIME_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")

    assert written == file.read_text(encoding="utf-8")


def test_it_names_the_first_and_the_last_request_and_how_many() -> None:
    row = next(line for line in ticket(WHOLE).splitlines() if line.startswith("| HTTP 503"))

    assert row == (
        "| HTTP 503: it answers with a server error | 400 | 2026-03-29 12:01:00 | `req_1`"
        " | 2026-03-29 18:56:00 | `req_399` |"
    )
    assert "Requests that failed: 401 of 403. With a request id: 399." in ticket(WHOLE)


def test_slow_answers_before_the_first_failure_are_no_failure() -> None:
    slow_first = replace(
        NIGHT, phases=(Phase(NIGHT.started_at, Service.DEGRADED), Phase(at(78), Service.DOWN))
    )

    first, second = ticket(replace(WHOLE, incident=slow_first)).splitlines()[2:4]

    assert first.startswith("- **Degraded since:** 2026-03-29 12:00:00 UTC")
    assert second.startswith("- **First failure:** 2026-03-29 12:01:18 UTC")


def test_what_was_set_aside_is_in_no_number_and_quoted_nowhere() -> None:
    aside = failed(30, Reason.BAD_ANSWER, http_status=200, request_id="req_aside", excerpt="set aside")
    with_it = replace(WHOLE, results=(*RESULTS, replace(aside, counted=False)))

    assert ticket(with_it) == ticket(WHOLE)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_address_of_ours_no_key_and_nobody_else_is_named(case: Case) -> None:
    written = ticket(case)

    for secret in (
        "192.168.1.23",
        "203.0.113.9",
        "198.51.100.7",
        "2001:db8",
        "fd00",
        KEY,
        "b.example",
        "corp",
    ):
        assert secret not in written


def test_a_host_of_our_own_network_is_not_named() -> None:
    at_home = Settled(result(0, Reason.SERVER_ERROR, host="10.0.0.7:8080", reach=Reach.PRIVATE), proven=True)

    assert "10.0.0.7" not in ticket(replace(WHOLE, results=(at_home,)))


def test_a_stranger_adds_no_line_of_markdown() -> None:
    lines = ticket(CASES["hostile"]).splitlines()
    begun = next(number for number, line in enumerate(lines) if line.startswith("`````"))
    ended = next(n for n, line in enumerate(lines[begun + 1 :], begun + 1) if line == "`````")
    outside = lines[:begun] + lines[ended + 1 :]

    assert sum(line.startswith("#") for line in outside) == 4
    assert sum(line.startswith("```") for line in outside) == 0
    row = next(line for line in outside if line.startswith("| HTTP"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 7
    assert not any(re.search(r"(?<!\\)[<\[@]", re.sub(r"`+.*?`+", "", line)) for line in outside)
    assert all(line.replace(PARTED, "").isprintable() for line in lines)


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("ask @octocat or (@team/core)", "ask \\@\u200boctocat or (\\@\u200bteam/core)"),
        ("@here", "\\@\u200bhere"),
        ("as in #12 and owner/repo#7", "as in \\#\u200b12 and owner/repo\\#\u200b7"),
        ("write to help@vendor.example", "write to help\\@vendor.example"),
        ("5 @ 3, C# 7, @", "5 \\@ 3, C\\# 7, \\@"),
    ],
)
def test_a_strangers_words_call_nobody_and_link_no_issue(written: str, called: str) -> None:
    assert text(written) == called


@given(st.text())
def test_no_text_leaves_its_place(written: str) -> None:
    assert text(written).replace(PARTED, "").isprintable()
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>|\[\]`*_]", text(written))

    inline = code(written)
    run = re.match("`*", inline)
    assert run is not None
    assert not inline or run[0] not in re.findall("`+", inline[len(run[0]) : len(inline) - len(run[0])])

    first, *inside, last = fenced(written).split("\n")
    assert first == f"{last}text"
    assert not any(line.strip() == last or line.strip().startswith(last) for line in inside)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("from 198.51.100.7.", "from [address]."),
        ("you are 2001:db8::17", "you are [address]"),
        ("you are ::ffff:198.51.100.7 there", "you are [address] there"),
        ("at 12:05:09 on version 1.2.3", "at 12:05:09 on version 1.2.3"),
    ],
)
def test_an_answer_does_not_say_who_asked(said: str, left: str) -> None:
    assert without_addresses(said) == left
