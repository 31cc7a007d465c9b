"""The user switches, and goes back; the primary's return is told once."""

from pathlib import Path

import pytest

from runtime.world import BROKEN, FINE, by_time, only, second_of, watch
from trayuptime.core.state import PrimaryBack, Switched

NIGHT = by_time((0, FINE), (60, BROKEN), (300, FINE))
LIST_B = 'fallbacks = ["b"]'


def test_a_switch_is_recorded_and_kept(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": NIGHT}, a=LIST_B)
    seen.live(200, (150, lambda: seen.poller.switch("b")))

    switch = only(seen.happened(Switched)).switch
    assert (second_of(switch.at), switch.provider, switch.to, switch.back) == (150, "a", "b", False)
    assert seen.state.choice is not None
    with seen.reader() as reader:
        assert reader.switches() == [switch]


def test_a_switch_leaves_the_provider_in_trouble_unless_told_otherwise(tmp_path: Path) -> None:
    seen = watch(tmp_path, "good", "bad", "b", hosts={"bad": NIGHT})
    left: list[str] = []
    seen.live(
        250,
        (20, lambda: left.append(seen.poller.switch("b").provider)),
        (30, lambda: seen.poller.switch_back() and None),
        (150, lambda: left.append(seen.poller.switch("b").provider)),
        (155, lambda: seen.poller.switch_back() and None),
        (160, lambda: left.append(seen.poller.switch("b", leaving="good").provider)),
    )

    assert left == ["good", "bad", "good"]


def test_what_is_in_use_is_not_switched_to_again_and_what_was_left_is_gone_back_to(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", "c")
    seen.live(
        60,
        (10, lambda: seen.poller.switch("c")),
        (20, lambda: seen.poller.switch("c")),
        (30, lambda: seen.poller.switch("a")),
    )

    with seen.reader() as reader:
        assert [(s.provider, s.to, s.back) for s in reader.switches()] == [
            ("a", "c", False),
            ("c", "a", True),
        ]


def test_the_primary_is_back_once_after_fifteen_minutes_without_a_break(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": NIGHT}, a=LIST_B)
    seen.live(4000, (150, lambda: seen.poller.switch("b")))

    back = only(seen.happened(PrimaryBack))
    assert 300 + 900 <= second_of(back.at) <= 300 + 900 + 60
    assert seen.titles() == ["a is down", "a is up again", "a is back"]


def test_a_break_within_the_fifteen_minutes_starts_them_anew(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (300, FINE), (900, BROKEN), (1100, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=LIST_B)
    seen.live(4000, (150, lambda: seen.poller.switch("b")))

    back = only(seen.happened(PrimaryBack))
    assert second_of(back.at) >= 1100 + 900


def test_going_back_is_recorded_and_ends_the_choice(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": NIGHT}, a=LIST_B)
    made: list[object] = []
    seen.live(
        700,
        (150, lambda: seen.poller.switch("b")),
        (600, lambda: made.append(seen.poller.switch_back())),
        (610, lambda: made.append(seen.poller.switch_back())),
    )

    there, back = (h.switch for h in seen.happened(Switched))
    assert (back.provider, back.to, back.back) == (there.to, there.provider, True)
    assert made == [back, None]
    assert seen.state.choice is None


def test_an_unknown_provider_cannot_be_switched_to(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a").live(10)

    with pytest.raises(KeyError):
        seen.poller.switch("nobody")
