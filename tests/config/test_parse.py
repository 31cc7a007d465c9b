"""Durations read and write the same; the table of settings agrees with itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.parse import Rejected, amount, duration, show_duration, text
from trayuptime.config.schema import SECTIONS
from trayuptime.config.sections import in_unit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("10s", 10.0), ("5m", 300.0), ("2h", 7200.0), ("7d", 604800.0), ("0s", 0.0)],
)
def test_a_duration_is_a_number_with_its_unit(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "value", ["", "10", "s", "1.5s", "-1s", "10S", " 10s", "10s ", "1m30s", "١s", 10, True, 1.0, []]
)
def test_anything_else_is_no_duration(value: object) -> None:
    with pytest.raises(Rejected, match="must be a duration in quotes"):
        duration(value)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (10, '"10s"'),
        ("10", '"10s"'),
        ("10 s", '"10s"'),
        ("2 Hours", '"2h"'),
        ("5min.", '"5m"'),
        ("1S", '"1s"'),
    ],
)
def test_a_near_duration_is_offered(value: object, hint: str) -> None:
    with pytest.raises(Rejected, match=rf"did you mean {hint}\?"):
        duration(value)


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_a_duration_is_shown_as_it_can_be_read(milliseconds: int) -> None:
    assert duration(show_duration(milliseconds / 1000)) == pytest.approx(milliseconds / 1000)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.05, "50ms"), (1.5, "1500ms"), (60.0, "1m"), (90.0, "90s"), (604800.0, "7d"), (0.0, "0ms")],
)
def test_a_duration_is_shown_in_its_largest_whole_unit(seconds: float, shown: str) -> None:
    assert show_duration(seconds) == shown


def test_text_must_be_text() -> None:
    with pytest.raises(Rejected, match="must be text in quotes"):
        text(1)


def test_every_setting_has_help_and_a_default_within_its_limits() -> None:
    for section in SECTIONS:
        names = [setting.name for setting in section.settings]
        assert len(names) == len(set(names))
        for setting in section.settings:
            assert setting.help
            assert not setting.help.endswith(".")
            if setting.least is not None and setting.default is not None:
                assert setting.least <= setting.default
                assert setting.least_on_loopback is None or setting.least_on_loopback <= setting.least
            if setting.most is not None and setting.default is not None:
                assert setting.default <= setting.most
            if setting.unit == "duration" and setting.default is not None:
                assert duration(in_unit(setting, setting.default)) == setting.default


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, "1", None])
def test_a_number_that_no_amount_can_be_is_refused(value: object) -> None:
    with pytest.raises(Rejected, match="must be a number"):
        amount(value)
