"""However the network cuts the bytes, the events are the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.net.events import KEEP_ALIVE, SPLITTERS, Event, Framing

SSE, NDJSON = Framing.SSE, Framing.NDJSON


def _events(framing: Framing, *pieces: bytes) -> list[Event]:
    splitter = SPLITTERS[framing]()
    taken = [event for piece in pieces for event in splitter.take(piece)]
    return [*taken, *splitter.end()]


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"data: one\n\n", [Event(b"one")]),
        (b"data:one\n\n", [Event(b"one")]),
        (b"data:  one\n\n", [Event(b" one")]),
        (b"data: one\r\n\r\n", [Event(b"one")]),
        (b"data: one\r\r", [Event(b"one")]),
        (b"\xef\xbb\xbfdata: one\n\n", [Event(b"one")]),
        (b"data: one\ndata: two\n\n", [Event(b"one\ntwo")]),
        (b"event: ping\ndata: {}\n\n", [Event(b"{}", "ping")]),
        (b"event:ping\nid: 7\nretry: 3\ndata: {}\n\n", [Event(b"{}", "ping")]),
        (b": keep-alive\n\n", [KEEP_ALIVE, KEEP_ALIVE]),
        (b": OPENROUTER PROCESSING\n\ndata: x\n\n", [KEEP_ALIVE, KEEP_ALIVE, Event(b"x")]),
        (b"\n\n\n", [KEEP_ALIVE] * 3),
        (b"data\n\n", [KEEP_ALIVE]),
        (b"data: \n\n", [KEEP_ALIVE]),
        (b"event: nothing\n\n", [KEEP_ALIVE]),
        (b"unknown: field\nline without a colon\n\n", [KEEP_ALIVE]),
        (b"data: one\n\ndata: [DONE]", [Event(b"one"), Event(b"[DONE]")]),
        (b"data: one\n\ndata: [DONE]\n", [Event(b"one"), Event(b"[DONE]")]),
        (b'{"error": "no stream at all"}', []),
        (b"", []),
    ],
)
def test_server_sent_events_are_read_as_the_standard_says(body: bytes, events: list[Event]) -> None:
    assert _events(SSE, body) == events


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b'{"a":1}\n{"b":2}\n', [Event(b'{"a":1}'), Event(b'{"b":2}')]),
        (b'{"a":1}\r\n\r\n{"b":2}', [Event(b'{"a":1}'), KEEP_ALIVE, Event(b'{"b":2}')]),
        (b"  \n", [KEEP_ALIVE]),
        (b"", []),
    ],
)
def test_json_lines_are_read_one_by_one(body: bytes, events: list[Event]) -> None:
    assert _events(NDJSON, body) == events


def test_a_body_that_is_no_stream_has_no_events() -> None:
    assert _events(Framing.WHOLE, b"data: x\n\n") == []


PARTS = st.lists(
    st.sampled_from(
        [
            b"data: ",
            b"data:",
            b": ",
            b"event: x",
            b"\n",
            b"\r",
            b"\r\n",
            b"\n\n",
            "déjà 会".encode(),
            b"\xef\xbb\xbf",
        ]
    ),
    max_size=20,
)


@given(PARTS, st.lists(st.integers(0, 200), max_size=8), st.sampled_from([SSE, NDJSON]))
def test_where_a_body_is_cut_makes_no_difference(
    parts: list[bytes], cuts: list[int], framing: Framing
) -> None:
    body = b"".join(parts)
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    pieces = [body[start:end] for start, end in pairwise(places)]

    assert _events(framing, *pieces) == _events(framing, body)
    assert _events(framing, *(bytes([byte]) for byte in body)) == _events(framing, body)


def test_a_line_of_a_megabyte_that_comes_byte_by_byte_is_one_event() -> None:
    line = b"data: " + b"x" * 100_000

    assert _events(SSE, *(bytes([byte]) for byte in line), b"\n", b"\n") == [Event(line[6:])]
