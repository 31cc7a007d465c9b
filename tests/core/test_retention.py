"""Everything is kept for ever unless somebody says otherwise."""

from dataclasses import replace

import pytest

from trayuptime.core.retention import FOREVER, Retention


def test_nothing_is_ever_forgotten_unless_asked_for() -> None:
    assert Retention() == FOREVER
    assert FOREVER.is_endless


@pytest.mark.parametrize("field", ["answers_s", "failures_s", "most_bytes"])
def test_any_limit_is_an_end(field: str) -> None:
    assert not replace(FOREVER, **{field: 10_000_000}).is_endless
