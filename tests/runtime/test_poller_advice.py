"""A fallback is looked for at the moment of need, and the notice waits for it, but not for long."""

from pathlib import Path
from typing import Any

import pytest

from runtime.world import (
    BROKEN,
    FINE,
    KEYED,
    NO_CREDIT,
    SILENT,
    WRONG_KEY,
    Ring,
    Says,
    always,
    by_time,
    only,
    second_of,
    watch,
)
from trayuptime.core.model import Suggestion
from trayuptime.core.state import Suggested

BAD = by_time((0, FINE), (60, BROKEN))
DOWN_AT = 80.6
"""Asked at 60, 70.2 and 80.4, and answered each time after 0.2 s."""


def test_the_fallback_is_asked_at_that_moment_and_the_bubble_offers_it(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": BAD}, a='fallbacks = ["b"]').live(110)

    assert seen.world.seconds("b.example") == [0, 60, DOWN_AT]
    second, notice = only(seen.notices())
    assert second == pytest.approx(DOWN_AT + 0.2, abs=0.01)
    assert [action.label for action in notice.actions] == ["Switch to b", "Details", "Snooze 1 h"]
    assert "b works: up, 0.2 s, no key needed." in notice.body
    assert only(seen.happened(Suggested)).suggestion.suggested == "b"


def test_the_notice_waits_at_most_one_time_out(tmp_path: Path) -> None:
    hosts = {"a": BAD, "b": by_time((0, FINE), (75, SILENT))}
    seen = watch(tmp_path, "a", "b", "c", hosts=hosts, a='fallbacks = ["b"]').live(95)

    second, notice = only(seen.notices())
    assert second == pytest.approx(DOWN_AT + 10, abs=0.1)
    assert "No working fallback: b" in notice.body
    assert [action.label for action in notice.actions] == ["Details", "Snooze 1 h"]


def test_a_later_fallback_that_hangs_does_not_hold_up_a_clear_choice(tmp_path: Path) -> None:
    hosts = {"a": BAD, "c": by_time((0, FINE), (75, SILENT))}
    seen = watch(tmp_path, "a", "b", "c", hosts=hosts, a='fallbacks = ["b", "c"]').live(95)

    second, notice = only(seen.notices())
    assert second == pytest.approx(DOWN_AT + 1.2, abs=0.1)
    assert "b works" in notice.body


def test_an_earlier_fallback_is_waited_for_before_a_later_one_is_named(tmp_path: Path) -> None:
    hosts = {"a": BAD, "b": by_time((0, FINE), (75, Says(after_s=4.0)))}
    seen = watch(tmp_path, "a", "b", "c", hosts=hosts, a='fallbacks = ["b", "c"]').live(110)

    assert only(seen.happened(Suggested)).suggestion.suggested == "b"


def test_a_fallback_that_answers_late_still_counts_as_a_result(tmp_path: Path) -> None:
    slow = 'timeout = "30s"'
    hosts = {"a": BAD, "b": by_time((0, FINE), (75, Says(after_s=20.0)))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]', b=slow).live(130)

    assert seen.state.suggestions["a"].suggested is None
    assert DOWN_AT in [second_of(r.at) for r in seen.results("b")]


def test_the_first_that_answers_usably_is_suggested_in_the_users_order(tmp_path: Path) -> None:
    hosts = {"a": BAD, "broken": always(BROKEN), "poor": always(NO_CREDIT), "wrong": always(WRONG_KEY)}
    listed = 'fallbacks = ["broken", "poor", "wrong", "unread", "good", "better"]'
    more = dict.fromkeys(("poor", "wrong", "unread"), KEYED)
    names = ("a", "better", "good", "unread", "wrong", "poor", "broken")
    ring = Ring(poor="sk-p", wrong="sk-w")
    seen = watch(tmp_path, *names, hosts=hosts, ring=ring, a=listed, **more).live(120)

    suggestion = seen.state.suggestions["a"]
    assert suggestion.suggested == "good"
    assert [(other.provider, other.usable) for other in suggestion.alternatives] == [
        ("broken", False),
        ("poor", False),
        ("wrong", False),
        ("unread", False),
        ("good", True),
        ("better", True),
    ]


def test_none_fits_is_said_with_what_is_wrong_with_each(tmp_path: Path) -> None:
    hosts = {"a": BAD, "b": always(BROKEN)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]').live(110)

    notice = next(notice for _, notice in seen.notices() if notice.title == "a is down")
    assert "No working fallback: b answers 503" in notice.body


def test_without_a_list_the_notice_says_so_at_once(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": BAD}).live(110)

    second, notice = only(seen.notices())
    assert second == pytest.approx(DOWN_AT, abs=0.01)
    assert "none is configured for a" in notice.body


def test_a_fallback_under_retry_after_is_left_alone(tmp_path: Path) -> None:
    wait = Says(429, headers={"retry-after": "200"}, body=b"")
    hosts = {"a": BAD, "b": by_time((0, FINE), (60, wait), (61, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]').live(110)

    assert seen.world.seconds("b.example") == [0, 60]
    assert seen.state.suggestions["a"].suggested is None


def test_lost_access_asks_for_a_fallback_too(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, NO_CREDIT))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="sk-1"), hosts=hosts, a=KEYED + '\nfallbacks = ["b"]').live(
        110
    )

    notice = only(seen.notices())[1]
    assert notice.title == "a: out of credit"
    assert notice.actions[0].label == "Switch to b"


def test_advice_ends_with_the_trouble(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (200, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]').live(400)

    assert len(seen.happened(Suggested)) == 1
    assert seen.state.suggestions == {}


def test_a_recovery_that_overtakes_the_advice_is_told_after_what_it_ends(tmp_path: Path) -> None:
    polling = 'interval = "10s"\nretry_interval = "1s"\nrecover_after = 1'
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (65, FINE)), "b": by_time((0, FINE), (61, SILENT))}
    seen = watch(tmp_path, "a", "b", "c", hosts=hosts, polling=polling, a='fallbacks = ["b"]').live(90)

    assert seen.titles() == ["a is down", "a is up again"]


def test_news_that_waits_for_advice_is_told_when_the_engine_ends(tmp_path: Path) -> None:
    hosts = {"a": BAD, "b": by_time((0, FINE), (75, SILENT))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]').live(DOWN_AT + 2)

    assert seen.titles() == ["a is down"]


def test_a_suggestion_that_is_asked_for_is_looked_for_now(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", a='fallbacks = ["b"]')
    found: list[Suggestion] = []
    errors: list[Any] = []

    def ask() -> None:
        import asyncio  # noqa: PLC0415 - the loop is there only now

        async def look() -> None:
            found.append(await seen.poller.suggest("a"))
            try:
                await seen.poller.suggest("nobody")
            except KeyError as error:
                errors.append(error.args[0])

        tasks.append(asyncio.get_running_loop().create_task(look()))

    tasks: list[Any] = []
    seen.live(60, (30, ask))

    assert [suggestion.suggested for suggestion in found] == ["b"]
    assert errors == ["nobody"]
    assert seen.world.seconds("b.example")[:2] == [0, 30]
    assert seen.state.suggestions == {}
    assert seen.notices() == []


def test_a_provider_down_again_in_one_incident_makes_no_second_bubble(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN), (300, FINE), (500, BROKEN), (800, FINE))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]').live(1000)

    assert seen.titles().count("a is down") == 1
