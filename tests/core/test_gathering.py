"""Several that say the same within a burst are one bubble, which never says what is so no more."""

from collections.abc import Sequence
from dataclasses import replace

from core.builders import at
from trayuptime.core.gathering import BURST_S, Deed, Gathering, Left, Show, gather, resume
from trayuptime.core.notice import (
    DETAILS,
    HISTORY_KEY,
    Action,
    News,
    Notice,
    Renew,
    Shared,
    Sign,
    Urgency,
    Withdrawal,
)

SWITCH = Action("switch:z", "Switch to Zeta")
DOWN, UP = ":down", ":up again"


def down(key: str, urgency: Urgency = Urgency.CRITICAL) -> Notice:
    title, shared = f"{key.upper()} is down", Shared(key.upper(), "down")
    return Notice(key, title, "It answers 503.", urgency, (SWITCH, DETAILS), sign=Sign.DOWN, shared=shared)


def up(key: str) -> Notice:
    title, shared = f"{key.upper()} is up again", Shared(key.upper(), "up again")
    body = "It was down for 3 min."
    return Notice(key, title, body, Urgency.LOW, (DETAILS,), transient=True, sign=Sign.UP, shared=shared)


def unstable(key: str) -> Notice:
    title, shared = f"{key.upper()} is unstable", Shared(key.upper(), "unstable")
    return Notice(key, title, "", Urgency.NORMAL, (DETAILS,), sign=Sign.DEGRADED, shared=shared)


class Screen:
    """What a desktop shows that does what it is told, and whose user closes what they like."""

    def __init__(self) -> None:
        self.gathering = Gathering()
        self.bubbles: dict[str, Notice] = {}
        self.popped = 0
        """How many bubbles have come up anew, each somewhere of its own."""

    def hear(self, second: float, *news: News) -> None:
        self.gathering, deeds = gather(self.gathering, news, at(second))
        for deed in deeds:
            self._do(deed)

    def said(self) -> list[tuple[str, str]]:
        return [(each.title, each.body) for each in self.bubbles.values()]

    def titles(self) -> list[str]:
        return [each.title for each in self.bubbles.values()]

    def _do(self, deed: Deed) -> None:
        match deed:
            case Show(notice, instead_of):
                before = self.bubbles.pop(instead_of, None) if instead_of is not None else None
                self.popped += before is None and notice.key not in self.bubbles
                self.bubbles[notice.key] = notice
            case Renew(notice) if notice.key in self.bubbles:
                self.bubbles[notice.key] = notice
            case Withdrawal(key):
                self.bubbles.pop(key, None)
            case Renew():
                pass


def screen(*letters: str, second: float = 0, apart_s: float = 0) -> Screen:
    """On which each of these has gone down."""
    made = Screen()
    for n, letter in enumerate(letters):
        made.hear(second + n * apart_s, down(letter))
    return made


def news(letters: Sequence[str]) -> list[Notice]:
    return [down(letter) for letter in letters]


def test_seven_outages_in_one_look_are_one_bubble() -> None:
    desktop = Screen()

    desktop.hear(0, *news("abcdefg"))

    assert list(desktop.bubbles.values()) == [
        Notice(
            DOWN,
            "7 providers are down",
            "A, B, C and 4 more.",
            Urgency.CRITICAL,
            (DETAILS,),
            sign=Sign.DOWN,
            of=tuple("abcdefg"),
        )
    ]
    assert desktop.popped == 1


def test_one_and_two_keep_their_own_with_their_buttons() -> None:
    desktop = screen("a", "b")

    assert list(desktop.bubbles.values()) == news("ab")


def test_the_first_of_a_burst_is_shown_at_once_and_its_bubble_becomes_that_of_all() -> None:
    desktop = screen("a")
    assert desktop.titles() == ["A is down"]

    desktop.hear(1, *news("bcdefg"))

    assert desktop.said() == [("7 providers are down", "A, B, C and 4 more.")]
    assert desktop.popped == 1


def test_one_after_the_other_is_one_bubble_from_the_third_on() -> None:
    desktop = screen("a", "b", "c", "d", apart_s=BURST_S / 3)

    assert desktop.said() == [("4 providers are down", "A, B, C and 1 more.")]


def test_whatever_is_a_look_apart_is_told_apart() -> None:
    desktop = screen("a", "b", "c", apart_s=BURST_S / 2 + 1)

    assert desktop.titles() == ["A is down", "B is down", "C is down"]


def test_a_bubble_of_several_is_left_by_whoever_recovers() -> None:
    desktop = screen(*"abcd")

    desktop.hear(600, up("b"))

    assert desktop.said() == [
        ("3 providers are down", "A, C and D."),
        ("B is up again", "It was down for 3 min."),
    ]


def test_the_last_one_left_has_its_own_words_again() -> None:
    desktop = screen(*"abc")

    desktop.hear(600, up("a"), Withdrawal("b"))

    assert desktop.said() == [("C is down", "It answers 503."), ("A is up again", "It was down for 3 min.")]
    assert desktop.bubbles[DOWN].actions == (DETAILS,)


def test_a_bubble_that_the_user_has_closed_does_not_come_back_when_one_recovers() -> None:
    desktop = screen(*"abc")
    desktop.bubbles.clear()

    desktop.hear(600, up("b"))

    assert desktop.titles() == ["B is up again"]


def test_all_that_recover_at_once_take_the_place_of_what_said_that_they_are_down() -> None:
    desktop = screen(*"abcdefg")
    desktop.popped = 0

    desktop.hear(600, *map(up, "abcdefg"))

    assert desktop.said() == [("7 providers are up again", "A, B, C and 4 more.")]
    assert (desktop.bubbles[UP].urgency, desktop.bubbles[UP].transient) == (Urgency.LOW, True)
    assert desktop.popped == 0


def test_the_last_that_recovers_takes_the_place_too() -> None:
    desktop = screen(*"abc")
    desktop.popped = 0

    desktop.hear(600, up("a"), up("b"))
    desktop.hear(900, up("c"))

    assert desktop.titles() == ["A is up again", "B is up again", "C is up again"]
    assert desktop.popped == 2


def test_all_that_are_hushed_leave_nothing_behind() -> None:
    desktop = screen(*"abc")

    desktop.hear(600, *map(Withdrawal, "abc"))

    assert desktop.said() == []


def test_three_that_were_told_apart_and_recover_at_once_leave_one_bubble() -> None:
    desktop = screen(*"abc", apart_s=600)
    desktop.popped = 0

    desktop.hear(3_600, *map(up, "abc"))

    assert desktop.titles() == ["3 providers are up again"]
    assert desktop.popped == 0


def test_one_more_within_the_burst_joins_and_one_after_it_has_its_own() -> None:
    desktop = screen(*"abc")

    desktop.hear(BURST_S - 1, down("d"))
    assert desktop.titles() == ["4 providers are down"]
    desktop.hear(3 * BURST_S, down("e"))

    assert desktop.titles() == ["4 providers are down", "E is down"]


def test_who_is_down_in_part_by_now_stays_among_those_that_are_down() -> None:
    partly = replace(down("c"), title="C web is still down", body="Its API is down no more.")
    desktop = screen(*"abc")
    desktop.popped = 0

    desktop.hear(600, Renew(partly))
    assert desktop.said() == [("3 providers are down", "A, B and C.")]
    desktop.hear(1_200, Withdrawal("a"), Withdrawal("b"))

    assert desktop.said() == [(partly.title, partly.body)]
    assert desktop.popped == 0


def test_a_bubble_of_ones_own_is_renewed_and_counts_in_a_burst_as_before() -> None:
    partly = replace(down("a"), title="A web is still down")
    desktop = screen("a")

    desktop.hear(1, Renew(partly))
    assert desktop.titles() == [partly.title]
    desktop.hear(2, *news("bc"))

    assert desktop.said() == [("3 providers are down", "A, B and C.")]


def test_what_is_renewed_before_it_was_ever_shown_is_shown_so() -> None:
    partly = replace(down("a"), title="A web is still down")
    desktop = Screen()

    desktop.hear(0, down("a"), Renew(partly), Renew(down("b")))

    assert desktop.titles() == [partly.title], "nobody was told of the other one"


def test_what_is_renewed_among_others_that_say_something_else_has_its_own() -> None:
    desktop = Screen()
    desktop.hear(0, *map(unstable, "abc"))

    desktop.hear(600, Renew(down("a")))

    assert desktop.titles() == ["2 providers are unstable", "A is down"]


def test_a_clock_that_is_set_back_makes_no_burst_of_what_was_told_before() -> None:
    desktop = Screen()
    desktop.hear(7_200, *map(up, "abc"), down("x"), down("y"))

    desktop.hear(3_600, up("d"), down("z"))

    assert sorted(desktop.titles()) == [
        "3 providers are up again",
        "D is up again",
        "X is down",
        "Y is down",
        "Z is down",
    ]


def test_a_second_burst_joins_those_that_are_down_yet_and_no_recovery_of_long_ago() -> None:
    desktop = screen(*"abc")
    desktop.hear(600, *news("def"))
    assert desktop.said() == [("6 providers are down", "A, B, C and 3 more.")]

    desktop.hear(1_200, *map(up, "abc"))
    desktop.hear(1_800, *map(up, "def"))

    assert desktop.said() == [("3 providers are up again", "D, E and F.")]


def test_who_is_told_again_is_told_by_itself() -> None:
    desktop = screen(*"abc")

    desktop.hear(3_600, down("a"))

    assert desktop.said() == [("2 providers are down", "B and C."), ("A is down", "It answers 503.")]


def test_all_that_are_told_again_stay_one_bubble() -> None:
    desktop = screen(*"abc")
    desktop.popped = 0

    desktop.hear(3_600, *news("abc"))

    assert desktop.said() == [("3 providers are down", "A, B and C.")]
    assert desktop.popped == 0


def test_what_says_something_else_is_shown_as_it_is() -> None:
    offline = Notice(":vantage", "You are offline", "", Urgency.LOW, transient=True, sign=Sign.OFFLINE)
    desktop = Screen()

    desktop.hear(0, *news("ab"), offline, up("c"))

    assert sorted(desktop.titles()) == ["A is down", "B is down", "C is up again", "You are offline"]


def test_only_the_last_word_of_each_counts() -> None:
    desktop = Screen()

    desktop.hear(0, *news("abc"), up("a"), Withdrawal("b"))

    assert desktop.titles() == ["C is down", "A is up again"]


def test_several_are_as_urgent_as_the_worst_of_them() -> None:
    desktop = Screen()

    desktop.hear(0, down("a", Urgency.NORMAL), down("b"), down("c", Urgency.NORMAL))

    assert desktop.bubbles[DOWN].urgency is Urgency.CRITICAL


def test_a_bubble_that_is_told_anew_as_another_one_empties_stays() -> None:
    desktop = screen(*"abc")
    desktop.hear(600, *map(unstable, "def"))

    desktop.hear(1_200, *map(Withdrawal, "def"), *news("abc"))

    assert desktop.said() == [("3 providers are down", "A, B and C.")]


def left(key: str, *of: str) -> Left:
    return Left(key, Urgency.CRITICAL, Sign.DOWN, of)


def test_a_bubble_that_an_earlier_run_has_left_goes_when_nothing_stands_for_it_any_more() -> None:
    bubbles = [left("a"), left("b"), left(":down", "a", "c")]

    assert resume(bubbles, {"b": "B"}) == (Gathering(), [Withdrawal("a"), Withdrawal(":down")])


def test_what_was_left_of_this_computer_s_own_is_about_no_provider_and_stays() -> None:
    assert resume([left(HISTORY_KEY)], {}) == (Gathering(), [])


def test_a_bubble_of_several_that_an_earlier_run_has_left_goes_on_untouched() -> None:
    gathering, deeds = resume([left(":down", "a", "b")], {"a": "A", "b": "B"})

    assert deeds == []
    assert [said.title for said in gathering.groups["down"].notices] == ["A is down", "B is down"]


def test_a_bubble_of_several_that_an_earlier_run_has_left_tells_of_those_that_are_still_so() -> None:
    _, deeds = resume([left(":down", "a", "b", "c")], {"a": "A", "c": "C"})

    (renewed,) = deeds
    assert isinstance(renewed, Renew)
    said = renewed.notice
    assert (said.key, said.title, said.body, said.of) == (
        ":down",
        "2 providers are down",
        "A and C.",
        ("a", "c"),
    )
    assert (said.urgency, said.sign) == (Urgency.CRITICAL, Sign.DOWN)
