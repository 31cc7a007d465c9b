"""A recording's lines as values, and a clear word about every line that is none."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at, key, result
from trayuptime.core import contract
from trayuptime.core.model import Gap, GapCause, Level, Reach, Vantage
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import MOST_PROBLEMS, Heard, Recorded, RecordingError, Seen, heard_of, parse
from trayuptime.core.state import GapSeen, Happening, Settled, VantageChanged

NOON = "2026-03-29T12:00:00.000Z"
LINE: dict[str, Any] = {"at": NOON, "provider": "a", "surface": "api", "reason": "ok"}


def one(**line: Any) -> Recorded:
    (found,) = parse([json.dumps(line)])
    return found


def complaint(text: str) -> str:
    with pytest.raises(RecordingError) as caught:
        parse(["", text])
    (problem,) = caught.value.problems
    assert problem.line == 2
    return problem.sentence


def test_five_words_are_a_result() -> None:
    assert one(**LINE) == Heard(at(0), key("a"), Reason.OK, line=1)


def test_a_result_may_carry_more() -> None:
    more = {
        "latency_ms": 0,
        "interval_s": 12.5,
        "proven": True,
        "counted": False,
        "level": "completion",
        "http_status": 503,
        "reach": "loopback",
        "host": "x:1",
        "witness": "y:2",
        "somebody's own": 1,
    }

    assert one(**LINE, **more) == Heard(
        at(0),
        key("a"),
        Reason.OK,
        latency_ms=0.0,
        interval_s=12.5,
        proven=True,
        counted=False,
        level=Level.COMPLETION,
        http_status=503,
        reach=Reach.LOOPBACK,
        host="x:1",
        witness="y:2",
        line=1,
    )


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert len(parse(["\ufeff" + json.dumps(LINE), json.dumps(LINE)])) == 2


def test_gaps_and_changes_of_vantage() -> None:
    later = "2026-03-29T14:00:00+01:00"

    assert one(at=NOON, gap="asleep", until=later) == Gap(at(0), at(3_600), GapCause.ASLEEP)
    assert one(at=NOON, gap="unproven", until=NOON, provider="a", surface="web") == Gap(
        at(0), at(0), GapCause.UNPROVEN, key("a/web")
    )
    assert one(at=NOON, vantage="offline") == Seen(at(0), Vantage.OFFLINE)


def test_what_is_not_judged_is_passed_over() -> None:
    others = [
        "",
        "  ",
        '{"incident": {}}',
        '{"note": "x"}',
        '{"switch": {}}',
        '{"event": "notify", "reason": "ok"}',
    ]

    assert parse(others) == []


def test_what_an_engine_printed_can_be_judged_again() -> None:
    gap = Gap(at(0), at(60), GapCause.ASLEEP)
    told: list[Happening] = [
        Settled(result(0, Reason.CONNECT_TIMEOUT), proven=True),
        GapSeen(gap),
        VantageChanged(at(70), Vantage.OFFLINE),
    ]
    printed = [json.dumps(contract.event(each)) for each in told]
    (heard, gap_again, seen) = parse(printed)

    assert isinstance(heard, Heard)
    assert (heard.reason, heard.proven, heard.latency_ms) == (Reason.CONNECT_TIMEOUT, True, 100.0)
    assert gap_again == gap
    assert seen == Seen(at(70), Vantage.OFFLINE)


def test_an_export_reads_back_as_it_was() -> None:
    settled = Settled(
        result(0, Reason.READ_TIMEOUT, level=Level.REACH, reach=Reach.PRIVATE),
        proven=True,
        witness="b:443",
        counted=False,
    )

    assert one(**contract.exported(settled)) == Heard(
        at(0),
        key("a"),
        Reason.READ_TIMEOUT,
        latency_ms=100.0,
        interval_s=60.0,
        proven=True,
        counted=False,
        level=Level.REACH,
        reach=Reach.PRIVATE,
        host="a.example:443",
        witness="b:443",
        line=1,
    )


@pytest.mark.parametrize("reason", Reason)
def test_what_the_history_holds_is_what_its_export_says(reason: Reason) -> None:
    """`incidents --explain` reads the one and `replay` the other: both must come to the same verdicts."""
    needed_none = Settled(result(0, reason), proven=False)
    vouched_for = Settled(
        result(0, reason, "a/web", level=Level.COMPLETION, latency_ms=None, interval_s=12.5),
        proven=True,
        witness="b:443",
        counted=False,
    )

    for settled in (needed_none, vouched_for):
        exported = one(**contract.exported(settled))
        assert replace(heard_of(settled), line=1) == exported


def test_in_a_history_a_failure_without_an_answer_is_proven_and_any_other_only_if_it_had_to_be() -> None:
    assert heard_of(Settled(result(0, Reason.CONNECT_REFUSED), proven=False)).proven
    assert not heard_of(Settled(result(0, Reason.SERVER_ERROR), proven=False)).proven


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[1]", "it is no JSON object"),
        ('{"at": "x"}', 'it has none of "reason", "gap" and "vantage"'),
        ('{"schema": 2, "reason": "ok"}', "it is of schema 2, which a newer TrayUptime wrote"),
    ],
)
def test_a_line_that_is_none_of_ours_is_named(text: str, sentence: str) -> None:
    assert complaint(text) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"reason": "servererror"},
            'its reason is the unknown word "servererror"; did you mean "server_error"',
        ),
        ({"surface": "x"}, 'its surface is the unknown word "x"; it is one of api, web, login'),
        ({"surface": None}, 'it has no "surface"'),
        ({"provider": 7}, 'its "provider" is no text'),
        ({"provider": ""}, 'its "provider" is no text'),
        ({"at": "yesterday"}, 'its "at" is no time: "yesterday"'),
        (
            {"at": "2026-03-29T12:00:00"},
            'its "at" names no time zone: "2026-03-29T12:00:00"; UTC ends with Z',
        ),
        ({"at": "0001-01-01T00:00:00+14:00"}, 'its "at" is beyond all clocks: "0001-01-01T00:00:00+14:00"'),
        ({"latency_ms": -1}, 'its "latency_ms" cannot be "-1"'),
        ({"latency_ms": True}, 'its "latency_ms" cannot be "True"'),
        ({"latency_ms": float("inf")}, 'its "latency_ms" cannot be "inf"'),
        ({"latency_ms": 10**400}, 'its "latency_ms" cannot be "1000000000000000000000000000000000000000…"'),
        ({"interval_s": 0}, 'its "interval_s" cannot be "0"'),
        ({"http_status": 7}, 'its "http_status" cannot be "7"'),
        ({"http_status": "x\x07" * 50}, 'its "http_status" cannot be "' + "x?" * 20 + '…"'),
        ({"proven": 1}, 'its "proven" is neither true nor false'),
        ({"gap": "asleep", "reason": None, "until": "2026-03-29T11:00:00Z"}, 'it has no "reason"'),
    ],
)
def test_a_word_that_cannot_be_is_named_with_its_place(change: dict[str, Any], sentence: str) -> None:
    assert complaint(json.dumps(LINE | change)) == sentence


def test_a_gap_that_ends_before_it_begins_is_none() -> None:
    line = {"at": NOON, "gap": "asleep", "until": "2026-03-29T11:00:00Z"}

    assert complaint(json.dumps(line)) == 'its "until" is before its "at"'


def test_every_bad_line_counts_and_the_first_are_told() -> None:
    with pytest.raises(RecordingError, match="50 lines") as caught:
        parse(["x"] * 50)

    assert len(caught.value.problems) == MOST_PROBLEMS
    assert caught.value.more == 50 - MOST_PROBLEMS


@LAW
@given(
    st.lists(st.text(), max_size=5) | st.lists(st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
)
def test_nothing_that_stands_in_a_file_makes_us_stumble(lines: list[str]) -> None:
    try:
        found = parse(lines)
    except RecordingError as error:
        assert error.problems  # noqa: PT017 - either way is right, only one of them ours
    else:
        assert found == []


def test_what_would_write_to_the_terminal_by_itself_is_refused() -> None:
    line = json.dumps(LINE | {"provider": "a\x1b[2J\nb"})

    assert complaint(line) == 'its "provider" holds a character that cannot be shown: "a?[2J?b"'
