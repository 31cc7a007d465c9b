"""A notice is shown at once; what follows within a moment is shown together, in as few bubbles as can be."""

import asyncio
from collections.abc import Callable, Coroutine

from trayuptime.core.gathering import Left
from trayuptime.core.notice import News, Notice, Shared, Sign, Urgency, Withdrawal
from trayuptime.runtime.showing import END_S, MOMENT_S, Showing
from virtual_time import START, run

GATHERED = ":down"


def down(key: str) -> Notice:
    shared = Shared(key.upper(), "down")
    return Notice(key, f"{key.upper()} is down", "", Urgency.CRITICAL, sign=Sign.DOWN, shared=shared)


class Desktop:
    """Notes what it is asked, and when; one that `hangs` never answers, one that is `blind` shows nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, str, str]] = []
        self.unshown: list[str] = []
        self.hangs = self.blind = self.ended = False
        self.takes_s = 0.0
        self.left: tuple[Left, ...] = ()
        self.showing = Showing(self, lambda notice: self.unshown.append(notice.title))

    async def take_up(self) -> tuple[Left, ...]:
        await self._note("take up", "")
        return self.left

    async def show(self, notice: Notice, instead_of: str | None = None) -> bool:
        await self._note("show", notice.title + ("" if instead_of is None else f" instead of {instead_of}"))
        return not self.blind

    async def renew(self, notice: Notice) -> None:
        await self._note("renew", notice.title)

    async def close(self, key: str) -> None:
        await self._note("close", key)

    async def aclose(self) -> None:
        self.ended = True

    def hear(self, *news: News, at_s: float = 0) -> None:
        self.showing.take(news, START + round(at_s * 1000))

    async def _note(self, what: str, whom: str) -> None:
        self.asked.append((round(asyncio.get_running_loop().time(), 3), what, whom))
        if self.hangs:
            await asyncio.Event().wait()
        await asyncio.sleep(self.takes_s)


def live(act: Callable[[Desktop], Coroutine[None, None, None]]) -> Desktop:
    """What was asked of a desktop, in seconds from the start."""
    desktop = Desktop()
    began: list[float] = []

    async def acted() -> None:
        began.append(asyncio.get_running_loop().time())
        await act(desktop)
        await desktop.showing.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(acted())
    desktop.asked = [(round(at_s - began[0], 3), what, whom) for at_s, what, whom in desktop.asked]
    return desktop


def test_the_first_is_shown_at_once_and_the_rest_of_the_burst_together() -> None:
    async def burst(desktop: Desktop) -> None:
        desktop.hear(down("a"))
        for n, key in enumerate("bcdefg"):
            await asyncio.sleep(0.1)
            desktop.hear(down(key), at_s=n / 10)
        await asyncio.sleep(2 * MOMENT_S)

    desktop = live(burst)

    assert desktop.asked[:2] == [
        (0, "show", "A is down"),
        (MOMENT_S, "show", "7 providers are down instead of a"),
    ]
    assert {what for _, what, _ in desktop.asked[2:]} == {"close"}
    assert sorted(whom for _, _, whom in desktop.asked[2:]) == list("bcdefg")


def test_after_a_moment_of_quiet_the_next_one_waits_for_nobody() -> None:
    async def apart(desktop: Desktop) -> None:
        desktop.hear(down("a"))
        await asyncio.sleep(MOMENT_S + 0.5)
        desktop.hear(Withdrawal("a"), at_s=2)
        await asyncio.sleep(0.1)

    assert live(apart).asked == [(0, "show", "A is down"), (MOMENT_S + 0.5, "close", "a")]


def test_who_recovers_leaves_the_bubble_of_several_without_a_new_one() -> None:
    async def recover(desktop: Desktop) -> None:
        desktop.hear(*map(down, "abcd"))
        await asyncio.sleep(2 * MOMENT_S)
        desktop.hear(Withdrawal("b"), at_s=600)
        await asyncio.sleep(0.1)

    assert [(what, whom) for _, what, whom in live(recover).asked[-2:]] == [
        ("close", "b"),
        ("renew", "3 providers are down"),
    ]


def test_what_nobody_shows_is_handed_on_as_it_would_have_been_shown() -> None:
    async def unseen(desktop: Desktop) -> None:
        desktop.blind = True
        desktop.hear(*map(down, "abc"))
        await asyncio.sleep(0.1)

    assert live(unseen).unshown == ["3 providers are down"]


def test_a_burst_that_nobody_shows_is_handed_on_in_as_few_as_it_would_have_been_shown_in() -> None:
    async def burst(desktop: Desktop) -> None:
        desktop.blind = True
        for key in "abc":
            desktop.hear(down(key))
            await asyncio.sleep(MOMENT_S / 5)
        await asyncio.sleep(2 * MOMENT_S)

    assert live(burst).unshown == ["A is down", "3 providers are down"]


def test_what_is_over_before_a_slow_server_gives_up_is_not_handed_on() -> None:
    async def recover_meanwhile(desktop: Desktop) -> None:
        desktop.blind, desktop.takes_s = True, 5 * MOMENT_S
        desktop.hear(down("a"))
        await asyncio.sleep(2 * MOMENT_S)
        desktop.hear(Withdrawal("a"), at_s=2)
        await asyncio.sleep(10 * MOMENT_S)

    assert live(recover_meanwhile).unshown == []


def test_of_several_those_are_handed_on_that_are_down_yet_by_then() -> None:
    async def recover_meanwhile(desktop: Desktop) -> None:
        desktop.blind, desktop.takes_s = True, 5 * MOMENT_S
        desktop.hear(*map(down, "abcd"))
        await asyncio.sleep(2 * MOMENT_S)
        desktop.hear(Withdrawal("b"), at_s=2)
        await asyncio.sleep(2.9 * MOMENT_S)
        desktop.hear(Withdrawal("c"), at_s=4.9)
        await asyncio.sleep(10 * MOMENT_S)

    assert live(recover_meanwhile).unshown == ["2 providers are down"]


def test_what_is_over_within_the_moment_in_which_nobody_shows_it_is_not_handed_on() -> None:
    async def recover_meanwhile(desktop: Desktop) -> None:
        desktop.blind, desktop.takes_s = True, MOMENT_S / 2
        desktop.hear(down("a"))
        await asyncio.sleep(MOMENT_S / 4)
        desktop.hear(Withdrawal("a"), at_s=1)
        await asyncio.sleep(10 * MOMENT_S)

    assert live(recover_meanwhile).unshown == []


def test_the_exit_shows_what_waits_and_waits_for_no_server_that_hangs() -> None:
    async def leave(desktop: Desktop) -> None:
        desktop.hangs = True
        desktop.hear(down("a"))
        desktop.hear(down("b"))

    desktop = live(leave)

    assert [whom for _, _, whom in desktop.asked] == ["A is down", "B is down"]
    assert max(at_s for at_s, _, _ in desktop.asked) < END_S
    assert desktop.ended


def test_what_an_earlier_run_left_of_what_is_over_goes_and_what_lasts_stays() -> None:
    async def restart(desktop: Desktop) -> None:
        desktop.left = tuple(Left(key, Urgency.CRITICAL, Sign.DOWN) for key in "ab")
        desktop.showing.begin({"b": "B"})
        await asyncio.sleep(0.1)

    assert live(restart).asked == [(0, "take up", ""), (0, "close", "a")]


def test_who_recovers_after_a_restart_leaves_the_bubble_of_several() -> None:
    async def restart(desktop: Desktop) -> None:
        desktop.left = (Left(GATHERED, Urgency.CRITICAL, Sign.DOWN, of=("a", "b", "c")),)
        desktop.showing.begin({"a": "A", "b": "B", "c": "C"})
        await asyncio.sleep(0.1)
        for key in "abc":
            desktop.hear(Withdrawal(key), at_s=600)
            await asyncio.sleep(2 * MOMENT_S)

    assert [(what, whom) for _, what, whom in live(restart).asked] == [
        ("take up", ""),
        ("close", "a"),
        ("renew", "2 providers are down"),
        ("close", "b"),
        ("renew", "C is down"),
        ("close", "c"),
        ("close", GATHERED),
    ]


def test_news_waits_until_it_is_known_what_an_earlier_run_has_left() -> None:
    async def restart(desktop: Desktop) -> None:
        desktop.takes_s = 3 * MOMENT_S
        desktop.showing.begin({})
        desktop.hear(down("a"))
        await asyncio.sleep(4 * MOMENT_S)

    assert live(restart).asked == [(0, "take up", ""), (3 * MOMENT_S, "show", "A is down")]


def test_a_server_that_hangs_while_it_is_asked_for_what_is_left_does_not_hold_the_exit() -> None:
    async def restart(desktop: Desktop) -> None:
        desktop.hangs = True
        desktop.showing.begin({})
        desktop.hear(down("a"))
        await asyncio.sleep(0)

    desktop = live(restart)

    assert desktop.ended
    assert [(what, whom) for _, what, whom in desktop.asked] == [("take up", ""), ("show", "A is down")]
