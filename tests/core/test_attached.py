"""What an export tells beside its results is read back as it was, or refused in a clear word."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at, result
from trayuptime.core import contract
from trayuptime.core.attached import MOST, Kept, incident_of, kept_of, note_of
from trayuptime.core.classify import EXCERPT_BYTES
from trayuptime.core.model import (
    Incident,
    IncidentKind,
    Network,
    Note,
    Phase,
    Phases,
    Service,
    Span,
    Surface,
)
from trayuptime.core.notes import LONGEST
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import WrongError
from trayuptime.core.state import Settled

INCIDENT = Incident(
    id=7,
    provider="deepseek",
    surface=Surface.API,
    kind=IncidentKind.OUTAGE,
    started_at=at(60),
    confirmed_at=at(80),
    phases=(Phase(at(60), Service.DOWN), Phase(at(900), Service.DEGRADED)),
    reasons=(Reason.SERVER_ERROR, Reason.OVERLOADED),
    ended_at=at(1_800),
    recoveries=(at(300), at(600)),
    seen=(Span(at(60), at(400)), Span(at(500), at(1_800))),
    told=IncidentKind.OUTAGE,
    told_up_at=at(1_800),
    in_maintenance=True,
    acknowledged_at=at(0),
    vendor_last_at=at(1_900),
    vendor_title="Störung – 服务异常",
)
NOTE = Note("deepseek", Surface.API, at(60), at(5_000), "We called them.\n\nTicket 4711 👩\u200d🔧")
KEPT = Kept(
    detail="answers with an error (status 503)",
    excerpt='{"error":\n\t"overloaded"}',
    request_id="req_1",
    phases=Phases(dns_ms=1.5, connect_ms=0.0, total_ms=2_000.125),
    network=Network("192.0.2.1", "198.51.100.7:443", ("eth0",), ("wg0", "tun1"), "proxy:3128"),
)


def as_read(line: contract.Json) -> dict[str, Any]:
    """The line as whoever reads the file has it."""
    read: dict[str, Any] = json.loads(json.dumps(line))
    return read


def told(**changes: Any) -> dict[str, Any]:
    """An incident's line with some of its words changed."""
    line = as_read(contract.exported_incident(INCIDENT, at(9_000)))
    line["incident"] |= changes
    return line


@pytest.mark.parametrize(
    "incident",
    [
        INCIDENT,
        replace(INCIDENT, ended_at=None, recoveries=(), reasons=(), seen=(), in_maintenance=False),
        replace(INCIDENT, acknowledged_at=None, vendor_last_at=None, vendor_title=""),
        replace(INCIDENT, ended_at=at(30)),  # the clock was set back
    ],
)
def test_an_incident_comes_back_as_it_was_but_untold_and_without_its_number(incident: Incident) -> None:
    line = as_read(contract.exported_incident(incident, at(9_000)))

    assert incident_of(line) == replace(incident, id=0, told=None, told_up_at=None)


def test_an_incident_of_incidents_json_may_be_given_too() -> None:
    line = as_read({"incident": contract.incident(INCIDENT, at(9_000))})

    assert incident_of(line) == replace(INCIDENT, id=0, told=None, told_up_at=None, seen=())


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"provider": None}, 'it has no "provider"'),
        ({"provider": "a\x1b[2J"}, 'its "provider" holds a character that cannot be shown'),
        ({"surface": "apu"}, 'its surface is the unknown word "apu"; did you mean "api"'),
        ({"kind": "outrage"}, 'did you mean "outage"'),
        ({"started_at": 5}, 'its "started_at" is no text'),
        ({"started_at": "2026-03-29"}, 'its "started_at" names no time zone'),
        ({"confirmed_at": None}, 'it has no "confirmed_at"'),
        ({"ended_at": "9999-01-01T00:00:00Z"}, 'its "ended_at" is beyond all clocks'),
        ({"phases": None}, 'its "phases" are empty'),
        ({"phases": []}, 'its "phases" are empty'),
        ({"phases": {}}, 'its "phases" are no list'),
        ({"phases": [5]}, 'of its "phases", number 1: it is no object: "5"'),
        ({"phases": [{"at": "soon", "service": "down"}]}, 'of its "phases", number 1: its "at" is no time'),
        ({"phases": [{"at": "2026-03-29T12:00:00Z"}]}, 'of its "phases", number 1: it has no "service"'),
        ({"phases": [0] * (MOST + 1)}, 'its "phases" are 100,001, more than 100,000'),
        ({"reasons": ["ok", "tired"]}, 'of its "reasons", number 2: its reason is the unknown word "tired"'),
        ({"reasons": [None]}, 'of its "reasons", number 1: it has no "reason"'),
        ({"recoveries": [[]]}, 'of its "recoveries", number 1: its "time" is no text'),
        (
            {"seen": [{"since": "2026-03-29T12:00:01Z", "until": "2026-03-29T12:00:00Z"}]},
            'of its "seen", number 1: its "until" is before its "since"',
        ),
        ({"in_maintenance": 1}, 'its "in_maintenance" is neither true nor false'),
        ({"vendor_title": ["x"]}, 'its "vendor_title" is no text'),
    ],
)
def test_an_incident_of_another_shape_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WrongError) as caught:
        incident_of(told(**changes))

    assert complaint in str(caught.value)


@pytest.mark.parametrize("line", [{}, {"incident": None}, {"incident": []}, {"incident": "x"}])
def test_what_is_no_object_is_no_incident(line: dict[str, Any]) -> None:
    with pytest.raises(WrongError, match='"incident"'):
        incident_of(line)


def test_time_that_was_seen_twice_counts_once() -> None:
    span = {"since": "2026-03-29T12:00:00Z", "until": "2026-03-29T12:10:00Z"}

    assert incident_of(told(seen=[span, span])).seen == (Span(at(0), at(600)),)


def test_a_vendors_words_are_one_line_of_a_sane_length() -> None:
    title = incident_of(told(vendor_title="a\x1b]0;b\u202e\ud800\n" + "x" * 5_000)).vendor_title

    assert title.startswith("a ]0;b x")
    assert title.isprintable()
    assert len(title) <= 300


def test_a_note_comes_back_as_it_was() -> None:
    assert note_of(as_read(contract.exported_note(NOTE, 7))) == NOTE


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"text": None}, 'it has no "text"'),
        ({"text": 5}, 'its "text" is no text'),
        ({"text": " \n\t"}, 'its "text" is empty'),
        ({"text": "x" * (LONGEST + 1)}, 'its "text" has 2,001 characters; a note may have at most 2,000'),
        ({"text": "a\x1b[2Jb"}, 'its "text" holds a character that cannot be shown: U+001B'),
        ({"text": "\ud800"}, "U+D800"),
        ({"text": "user\u202egnp.exe"}, "U+202E"),
        ({"started_at": None}, 'it has no "started_at"'),
        ({"surface": "toaster"}, "its surface is the unknown word"),
    ],
)
def test_a_note_of_another_shape_is_refused(changes: dict[str, Any], complaint: str) -> None:
    line = as_read(contract.exported_note(NOTE, 7))
    line["note"] |= changes
    with pytest.raises(WrongError) as caught:
        note_of(line)

    assert complaint in str(caught.value)


def test_evidence_comes_back_as_it_was() -> None:
    kept = {name: getattr(KEPT, name) for name in KEPT.__slots__}
    settled = Settled(result(0, Reason.SERVER_ERROR, **kept), proven=False)

    assert kept_of(as_read(contract.exported(settled))) == KEPT


def test_a_result_without_evidence_says_nothing_of_it() -> None:
    line = contract.exported(Settled(result(0), proven=False))

    assert "evidence" not in line
    assert kept_of(line) is None
    assert kept_of({"evidence": None}) is None
    assert kept_of({"evidence": {}}) is None


def test_evidence_is_cut_to_what_we_would_keep() -> None:
    wild = {
        "detail": "a\x1b[2J\n" * 1_000,
        "excerpt": "\ud800" + "x" * 9_000,
        "request_id": "r\x00" * 1_000,
        "network": {"proxy": "p" * 9_000, "routes": ["e\nth0"]},
    }
    kept = kept_of({"evidence": wild})

    assert kept is not None
    assert len(kept.detail) <= 500
    assert kept.detail.isprintable()
    assert kept.excerpt == "?" + "x" * (EXCERPT_BYTES - 1)
    assert len(kept.request_id) <= 128
    assert kept.network == Network(proxy="p" * 300, routes=("e th0",))


@pytest.mark.parametrize(
    ("evidence", "complaint"),
    [
        (5, 'its "evidence" is no object'),
        ({"detail": 5}, 'its "detail" is no text'),
        ({"phases": [1]}, 'its "phases" is no object'),
        ({"phases": {"dns_ms": -1}}, 'its "dns_ms" cannot be "-1"'),
        ({"phases": {"dns_ms": float("nan")}}, 'its "dns_ms" cannot be "nan"'),
        ({"network": {"routes": "eth0"}}, 'its "routes" are no list'),
        ({"network": {"routes": [None, 5]}}, 'of its "routes", number 2: its "name" is no text'),
        ({"network": {"tunnels": [""] * 33}}, 'its "tunnels" are 33, more than 32'),
    ],
)
def test_evidence_of_another_shape_is_refused(evidence: Any, complaint: str) -> None:
    with pytest.raises(WrongError) as caught:
        kept_of({"evidence": evidence})

    assert complaint in str(caught.value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@LAW
@given(name=st.sampled_from(sorted(told()["incident"])), value=ANYTHING)
def test_whatever_stands_in_a_line_it_is_a_value_or_a_word_about_it(name: str, value: Any) -> None:
    note = as_read(contract.exported_note(NOTE, 7))
    note["note"][name] = value
    complaints: list[str] = []
    for parse, line in (
        (incident_of, told(**{name: value})),
        (note_of, note),
        (kept_of, {"evidence": {name: value}}),
        (
            kept_of,
            {"evidence": {"phases": {"dns_ms": value}, "network": {"proxy": value, "routes": [value]}}},
        ),
    ):
        try:
            parse(line)
        except WrongError as wrong:
            complaints.append(str(wrong))

    assert all(complaint.isprintable() for complaint in complaints)
