"""A packed recording gives back every line, and puts them into the order in which they were lived."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at, key
from trayuptime.core.model import Gap, GapCause, Level, Vantage
from trayuptime.core.order import in_order, landed, spells
from trayuptime.core.packed import Packed
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded, Seen

HEARD = st.builds(
    Heard,
    st.integers(0, 12).map(lambda n: at(10 * n)),
    st.sampled_from("ab").map(key),
    st.sampled_from([Reason.OK, Reason.SERVER_ERROR]),
    st.sampled_from([None, 0.0, 12.5, 20_000.0]),
    level=st.sampled_from([Level.MODELS, Level.COMPLETION]),
)
GAPS = st.builds(
    lambda start, lasts, cause, name: Gap(
        at(10 * start), at(10 * start + lasts), cause, key(name) if name else None
    ),
    st.integers(0, 12),
    st.integers(0, 99),
    st.sampled_from(GapCause),
    st.sampled_from(["", "", "a"]),
)
SEEN = st.builds(Seen, st.integers(0, 12).map(lambda n: at(10 * n)), st.sampled_from(Vantage))
LINES = st.lists(HEARD | HEARD | HEARD | GAPS | SEEN, max_size=15)


def arranged(lines: Sequence[Recorded]) -> Packed:
    packed = Packed(lines)
    packed.arrange()
    packed.arrange()
    return packed


@LAW
@given(LINES)
def test_every_line_comes_back(lines: list[Recorded]) -> None:
    packed = Packed(lines)

    assert list(packed) == lines
    assert len(packed) == sum(isinstance(line, Heard) for line in lines)


@LAW
@given(LINES, st.sampled_from(["as it lies", "by time", "by surface"]))
def test_the_order_is_that_of_a_replay(lines: list[Recorded], order: str) -> None:
    if order == "by time":
        lines.sort(key=lambda line: line.at)
    elif order == "by surface":
        lines.sort(key=lambda line: (line.key.provider if isinstance(line, Heard) else "", line.at))
    expected = landed(in_order(spells(lines)))
    packed = arranged(lines)

    assert list(packed) == expected
    times = [line.at for line in expected if isinstance(line, Heard)]
    assert packed.is_set_back == (times != sorted(times))


def test_a_long_recording_that_lies_surface_by_surface_is_put_in_order() -> None:
    luck = random.Random(3)
    more: dict[str, Any] = {"latency_ms": 90.0}
    lines: list[Recorded] = [
        replace(Heard(at(60 * n), key(name), Reason.OK), at=at(60 * n) + luck.randrange(900), **more)
        for name in "abc"
        for n in range(300)
    ]

    assert list(arranged(lines)) == in_order(lines)


@pytest.mark.parametrize("kept", [True, False])
def test_what_was_in_flight_into_a_sleep_is_dropped(kept: bool) -> None:
    lines = [Heard(at(60 * n), key("a"), Reason.OK, 10_000.0) for n in range(4)]
    gap = Gap(at(130 if kept else 125), at(150), GapCause.ASLEEP)

    assert len(arranged([*lines, gap])) == (4 if kept else 3)
