"""A page's bytes spoiled at random: bits flipped, pieces cut out or doubled, nodes replaced by odd values.

Seeded by a string, so that whatever fails can be had again.
"""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

from trayuptime.feeds.decoding import decoded

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 3, 1e308, -1e-308, float("nan"), float("inf"), 10**30, -(10**18), 2**63),
    *(
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e]gnorw[",
        "￿",
        "0",
        "-1",
        "99999999999999999999",
        "1e400",
        "NaN",
        "null",
    ),
    *(
        "operational",
        "OPERATIONAL",
        "full_outage",
        "banana",
        "resolved",
        "scheduled",
        "in_progress",
        "2026-13-45",
    ),
    *(
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59+23:59",
        "0001-01-01T00:00:00-23:59",
        "Mon, 99 Foo 0 99:99:99 +9999",
    ),
    *(
        "<b>bold",
        "<script>x</script>",
        "&#x110000;",
        "&amp;" * 50,
        "<" * 500,
        "a" * 5_000,
        "中" * 900,
        "[" * 80,
    ),
    *(
        [],
        {},
        [[]],
        [None],
        [{}],
        {"": None},
        {"id": []},
        [[[[[[[[]]]]]]]],
        ["id", "title", 1, [[]]],
        [1, 2, 3],
    ),
    *(
        {"components": [{"components": [{"components": []}]}]},
        [{"children": [{"children": "x"}]}],
        ["x"] * 50,
    ),
)
_PIECES = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"]]>",
        b"<",
        b"&",
        b"<![CDATA[",
        b"<!DOCTYPE x>",
        b"</rss>",
        b"<html>",
    ),
    *(
        b"null",
        b"{}",
        b"[]",
        b'"',
        b"\\u0000",
        b"\\ud800",
        b"1e999",
        b"[" * 50,
        b"<item>" * 9,
        b"Status: ",
        b"<b>",
    ),
)


def mutated(document: bytes, random: Random) -> bytes:
    """The document with one to three things wrong with it."""
    for _ in range(random.randint(1, 3)):
        document = random.choice(_WAYS)(document, random)
    return document


def stream(document: bytes, seed: str) -> Iterator[bytes]:
    """Mutations without end."""
    random = Random(seed)
    with suppress(ValueError):
        data = json.loads(decoded(document))
        while True:
            if random.random() < 0.6:
                spoilt = _replaced(data, random)
                yield spoilt if random.random() < 0.8 else mutated(spoilt, random)
            else:
                yield mutated(document, random)
    while True:
        yield mutated(document, random)


def _replaced(data: Any, random: Random) -> bytes:
    """JSON with one to three nodes replaced."""
    data = copy.deepcopy(data)
    for _ in range(random.randint(1, 3)):
        path = random.choice(list(_paths(data)) or [()])
        data = _put(data, path, random.choice(ODD))
    return json.dumps(data).encode()


def _paths(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _paths(value, (*at, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _paths(value, (*at, index))


def _put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return copy.deepcopy(value)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = copy.deepcopy(value)
    return data


def _flipped(document: bytes, random: Random) -> bytes:
    spoilt = bytearray(document)
    for _ in range(random.randint(1, 8)):
        if spoilt:
            spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _truncated(document: bytes, random: Random) -> bytes:
    return document[: random.randrange(len(document) + 1)]


def _cut(document: bytes, random: Random) -> bytes:
    start = random.randrange(len(document) + 1)
    return document[:start] + document[start + random.randint(1, 40) :]


def _doubled(document: bytes, random: Random) -> bytes:
    start = random.randrange(len(document) + 1)
    return document[: start + random.randint(1, 200)] + document[start:]


def _stuffed(document: bytes, random: Random) -> bytes:
    start = random.randrange(len(document) + 1)
    return document[:start] + random.choice(_PIECES) + document[start:]


_WAYS = (_flipped, _truncated, _cut, _doubled, _stuffed)
