"""Better evidence than one answer: completions over model lists, balances over 402s, pages beside 429s."""

from dataclasses import replace

import pytest

from core.builders import LETTERS, Life, at, key, result, target
from trayuptime.core import claims, crosscheck, judge, uptime
from trayuptime.core.access import ANSWER_COMES_S
from trayuptime.core.claims import Claim
from trayuptime.core.crosscheck import (
    BALANCE_LAGS_S,
    BALANCE_SPEAKS_S,
    CROWDED_AFTER,
    FEED_SPEAKS_S,
    SPURIOUS_CREDIT,
)
from trayuptime.core.model import Balance, Feed, FeedState, IncidentKind, Level, Service
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import AccessChanged, CameUp, Settled, WentDown

COMPLETION = Level.COMPLETION


def counted(life: Life) -> list[Reason]:
    return [settled.result.reason for settled in life.all(Settled) if settled.counted]


def page(life: Life, second: float, state: FeedState, name: str = "a") -> None:
    life.apply(claims.hear(life.state, Claim(Feed(at(second), name, state))))


def balance(life: Life, second: float, *, available: bool | None) -> None:
    life.apply(judge.hear_balance(life.state, Balance(at(second), "a", available)))


# A completion outranks a model list


def test_shallow_green_does_not_hide_that_every_completion_fails() -> None:
    """OpenAI on 2023-11-08: /models answered 200 all through it."""
    life = Life("a")
    for second in range(0, 1_800, 600):
        life.see(second, "F", level=COMPLETION, interval_s=600.0)
        for later in range(second + 60, second + 600, 60):
            life.see(later, "S")

    assert life.service() is Service.DOWN
    assert life.one(WentDown).incident.started_at == at(0)
    assert counted(life) == [Reason.SERVER_ERROR] * 3


def test_a_model_list_that_fails_for_everyone_is_no_outage_while_completions_work() -> None:
    """Gemini on 2025-09-04: ListModels failed for all, generation was fine."""
    life = Life("a")
    for second in range(0, 2_400, 600):
        life.see(second, "S", level=COMPLETION, interval_s=600.0)
        for later in range(second + 60, second + 600, 60):
            life.see(later, "F")

    assert life.service() is Service.UP
    assert life.surface().fails == 0
    assert life.bubbles == []
    assert counted(life) == [Reason.OK] * 4


def test_what_is_outranked_covers_nothing_and_says_nothing_of_the_key() -> None:
    life = Life("a")
    life.see(0, "C", level=COMPLETION, interval_s=600.0)
    life.see(10, "C", level=COMPLETION, interval_s=600.0)
    before = life.surface()
    life.see(60, "S")

    assert life.surface() == before
    assert life.state.access("a").access is Access.OUT_OF_CREDIT


def test_a_completion_outranks_until_the_next_one_is_due_and_a_little_longer() -> None:
    life = Life("a")
    life.see(0, "S", level=COMPLETION, interval_s=600.0)
    for second in (749, 750, 760, 770):
        life.see(second, "F")

    assert life.one(WentDown).incident.started_at == at(750)


@pytest.mark.parametrize(("answers", "lists"), [("S", "F"), ("F", "S")])
def test_where_no_completion_can_be_asked_the_list_is_heard_at_once(answers: str, lists: str) -> None:
    life = Life("a")
    for second in (0, 10, 20):
        life.see(second, answers, level=COMPLETION, interval_s=21_600.0)
    for second in (60, 70, 80):
        _see_alone(life, second, lists)

    assert life.service() is (Service.DOWN if lists == "F" else Service.UP)
    assert judge.without_answers(life.state, result(90), at(90), for_good=False).state is life.state


def test_a_completion_that_says_nothing_of_the_service_outranks_nothing() -> None:
    life = Life("a")
    life.see(0, "B", level=COMPLETION, interval_s=600.0)
    life.run("FFF")

    assert life.service() is Service.DOWN


@pytest.mark.parametrize("letter", ["B", "?"])
def test_a_completion_that_says_nothing_leaves_the_word_to_the_list(letter: str) -> None:
    life = Life("a")
    life.see(0, "S", level=COMPLETION, interval_s=600.0)
    life.see(600, letter, level=COMPLETION, interval_s=600.0)
    life.see(660, "S")

    assert counted(life)[-1] is Reason.OK
    assert life.surface().latest == life.surface().last


def test_a_completion_that_says_nothing_does_not_end_what_completions_have_found() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(110, "B", level=COMPLETION, interval_s=600.0)
    life.see(160, "S")
    life.see(170, "S")

    assert life.service() is Service.DOWN


def test_a_host_that_cannot_be_reached_fails_whatever_was_going_to_be_asked() -> None:
    life = Life("a", "b")
    life.see(0, "S", level=COMPLETION, interval_s=600.0)
    for second in (60, 80, 100):
        life.see(second, "N")
        life.see(second + 11, "S", "b")

    assert life.one(WentDown).reason is Reason.CONNECT_TIMEOUT


def _deep_and_down(life: Life, letter: str) -> None:
    """Down by three failures of this letter while a completion speaks."""
    life.see(0, "S", level=COMPLETION, interval_s=600.0)
    for second in (60, 80, 100):
        life.see(second, letter, level=COMPLETION, interval_s=600.0)
        life.see(second + 11, "S", "b")
    assert life.service() is Service.DOWN


def test_whatever_reaches_a_host_again_ends_an_outage_of_nothing_but_that() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "N")
    life.see(160, "S")
    life.see(170, "S")

    assert life.service() is Service.UP


def test_a_list_does_not_end_what_completions_have_found() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "S")
    life.see(170, "S")

    assert life.service() is Service.DOWN


def test_not_even_once_no_completion_speaks_any_more() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    for second in range(160, 3_000, 60):
        life.see(second, "S")
    assert not crosscheck.is_deep(life.surface(), at(3_000))
    assert crosscheck.only_an_answer_can_tell(life.surface(), at(3_000))
    assert life.all(CameUp) == []


def test_an_answer_that_never_comes_is_not_waited_for_longer_than_a_day() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    later = 100 + 1.25 * 600 + ANSWER_COMES_S
    life.see(later - 60, "S")
    life.see(later - 30, "S")
    assert life.all(CameUp) == []
    life.see(later + 60, "S")
    life.see(later + 70, "S")

    assert life.service() is Service.UP


def test_what_an_answer_told_of_an_earlier_outage_is_no_word_on_this_one() -> None:
    """The list was red beside the first, and recovered after the answers did."""
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "F")
    life.see(170, "S", level=COMPLETION, interval_s=600.0)
    life.see(180, "S", level=COMPLETION, interval_s=600.0)
    assert life.service() is Service.UP
    for second in (300, 310, 320):
        life.see(second, "F", level=COMPLETION, interval_s=600.0)

    assert crosscheck.only_an_answer_can_tell(life.surface(), at(330))


def test_an_answer_that_was_good_lets_the_list_bear_it_out() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "S")
    life.see(170, "S", level=COMPLETION, interval_s=600.0)
    _see_alone(life, 180, "S")

    assert life.service() is Service.UP


@pytest.mark.parametrize("letter", ["F", "N"])
def test_a_list_that_breaks_and_recovers_while_an_answer_is_waited_for_ends_nothing(letter: str) -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "S")
    life.see(2_000, letter)
    life.see(2_011, "S", "b")
    life.see(2_020, "S")
    life.see(2_080, "S")

    assert life.all(CameUp) == []


def test_while_an_answer_is_waited_for_a_key_that_is_rejected_is_told() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "S")
    life.see(2_000, "K")
    life.see(2_010, "K")

    assert life.one(AccessChanged).access is Access.KEY_REJECTED
    assert life.all(CameUp) == []


def test_a_standing_that_answers_found_lost_is_the_lists_again_after_a_day() -> None:
    life = Life("a")
    life.see(0, "C", level=COMPLETION, interval_s=600.0)
    life.see(10, "C", level=COMPLETION, interval_s=600.0)
    life.see(ANSWER_COMES_S - 60, "S")
    life.see(ANSWER_COMES_S - 50, "S")
    assert life.state.access("a").access is Access.OUT_OF_CREDIT
    life.see(ANSWER_COMES_S + 60, "S")
    life.see(ANSWER_COMES_S + 70, "S")

    assert life.state.access("a").access is Access.OK


def test_a_list_that_failed_too_may_say_when_it_is_over() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "F")
    assert not crosscheck.only_an_answer_can_tell(life.surface(), at(160))
    life.see(2_000, "S")
    life.see(2_060, "S")

    assert life.service() is Service.UP


def test_a_list_that_recovered_before_the_answers_did_may_not() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "F")
    life.see(220, "S")

    assert crosscheck.only_an_answer_can_tell(life.surface(), at(220))


def test_who_asks_no_answers_any_more_believes_the_list() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    _see_alone(life, 160, "S")

    assert life.service() is Service.UP
    assert not life.one(CameUp).tell  # nobody saw how it ended


def test_who_asks_no_answers_any_more_sees_a_list_that_fails_and_recovers() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    _see_alone(life, 160, "F")
    assert life.service() is Service.DOWN
    _see_alone(life, 170, "S")
    _see_alone(life, 180, "S")

    assert life.service() is Service.UP
    assert life.one(CameUp).tell


def test_an_unreachable_host_does_not_hand_an_outage_over_to_the_list() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "N")
    life.see(171, "S", "b")
    life.see(180, "S")
    life.see(190, "S")

    assert life.service() is Service.DOWN


def test_a_single_failure_to_reach_the_host_is_over_with_the_next_list() -> None:
    life = Life("a", "b")
    life.see(0, "S", level=COMPLETION, interval_s=600.0)
    life.see(60, "N")
    life.see(71, "S", "b")
    assert life.surface().fails == 1
    life.see(80, "S")

    assert life.surface().fails == 0
    assert not crosscheck.is_deep(life.surface(), at(1_500))


# 402 and the balance


def test_a_402_asks_for_the_balance_and_is_believed_without_one() -> None:
    life = Life("a")
    assert life.see(0, "C").ask_balance == {"a"}
    life.see(0.2, "C")

    assert life.one(AccessChanged).access is Access.OUT_OF_CREDIT
    assert life.service() is Service.UP


@pytest.mark.parametrize("available", [False, None])
def test_a_402_that_the_balance_confirms_is_your_own(available: bool | None) -> None:
    life = Life("a")
    life.see(0, "C")
    balance(life, 0.1, available=available)

    assert life.see(0.2, "C").ask_balance == frozenset()
    assert life.one(AccessChanged).access is Access.OUT_OF_CREDIT


def test_spurious_402s_to_an_account_in_credit_are_the_vendors_failure() -> None:
    """DeepSeek in January 2025."""
    life = Life("a").run("S")
    life.see(60, "C")
    balance(life, 60.5, available=True)
    life.see(61, "C")
    balance(life, 661, available=True)
    for second in (662, 672, 682):
        life.see(second, "C")

    assert life.one(WentDown).reason is Reason.BAD_ANSWER
    assert life.surface().latest is not None
    assert life.surface().latest.detail == SPURIOUS_CREDIT  # type: ignore[union-attr]
    assert life.all(AccessChanged) == []


@pytest.mark.parametrize("level", [Level.MODELS, COMPLETION])
def test_402s_to_an_account_whose_balance_may_lag_behind_are_held(level: Level) -> None:
    life = Life("a").run("S")
    balance(life, 59, available=True)
    for second in range(60, 660, 10):
        life.see(second, "C", level=level)
    balance(life, 60 + BALANCE_LAGS_S - 1, available=True)
    life.see(661, "C", level=level)
    balance(life, 662, available=False)
    life.see(663, "C", level=level)
    life.see(664, "C", level=level)

    assert life.all(WentDown) == []
    assert life.surface().fails == 0
    assert life.one(AccessChanged).access is Access.OUT_OF_CREDIT


def test_a_balance_that_admits_it_at_last_ends_the_streak() -> None:
    life = Life("a", "b").run("S")
    balance(life, 60, available=True)
    life.see(61, "C")
    life.see(62, "F", "b")
    balance(life, 661, available=True)
    life.see(662, "C")
    life.see(672, "C")
    assert life.surface().fails == 2
    balance(life, 673, available=False)

    assert life.surface().fails == 0
    assert life.surface("b").fails == 1


def test_a_402_long_after_a_good_answer_begins_a_dispute_of_its_own() -> None:
    life = Life("a")
    balance(life, 0, available=True)
    life.see(1, "C")
    life.see(60, "S")
    balance(life, 601, available=True)
    life.see(602, "C")

    assert Reason.BAD_ANSWER not in counted(life)


def test_an_account_that_says_itself_that_it_is_empty_is_the_balance() -> None:
    """The account or the balance is the question; a 402 in passing is none of its words."""
    life = Life("a")
    life.see(0, "S", level=COMPLETION, interval_s=600.0)
    balance(life, 1, available=True)
    life.see(60, "C", http_status=200)
    life.see(70, "C", level=COMPLETION, interval_s=600.0)
    life.see(70.2, "C", level=COMPLETION, interval_s=600.0)

    assert life.service() is Service.UP
    assert Reason.BAD_ANSWER not in counted(life)
    assert life.one(AccessChanged).access is Access.OUT_OF_CREDIT


def test_an_empty_account_ends_what_its_402s_were_taken_for() -> None:
    life = Life("a")
    balance(life, 0, available=True)
    life.see(1, "C", level=COMPLETION, interval_s=600.0)
    balance(life, 601, available=True)
    for second in (602, 612, 622):
        life.see(second, "C", level=COMPLETION, interval_s=600.0)
    assert life.service() is Service.DOWN
    life.see(660, "C", http_status=200)
    life.see(670, "C", level=COMPLETION, interval_s=600.0)

    assert life.service() is Service.UP


def test_an_empty_account_does_not_end_an_outage_that_completions_have_found() -> None:
    life = Life("a", "b")
    _deep_and_down(life, "F")
    life.see(160, "C", http_status=200)
    life.see(170, "C", http_status=200)

    assert life.service() is Service.DOWN


def test_spurious_402s_do_not_end_an_outage() -> None:
    life = Life("a").run("FFF")
    balance(life, 170, available=True)
    life.run("CCCC")

    assert life.all(CameUp) == []


def test_an_old_balance_is_not_believed() -> None:
    life = Life("a")
    balance(life, 0, available=True)
    step = life.see(BALANCE_SPEAKS_S + 1, "C")

    assert step.ask_balance == {"a"}
    assert counted(life) == [Reason.OUT_OF_CREDIT]


# 429 to everybody


@pytest.mark.parametrize("state", [FeedState.DEGRADED, FeedState.DOWN])
def test_a_429_that_names_no_limit_is_an_overload_once_it_lasts_and_the_page_agrees(state: FeedState) -> None:
    life = Life("a")
    for second in range(0, 60 * (CROWDED_AFTER + 2), 60):
        page(life, second, state)
        life.see(second, "R", unexplained=True)

    assert counted(life) == [Reason.RATE_LIMITED] * 4 + [Reason.OVERLOADED] * 3
    assert life.one(WentDown).incident.started_at == at(240)


@pytest.mark.parametrize("state", [FeedState.UP, FeedState.MAINTENANCE, FeedState.UNKNOWN])
def test_without_a_second_opinion_a_429_stays_your_own_rate(state: FeedState) -> None:
    life = Life("a")
    for second in range(0, 1_200, 60):
        page(life, second, state)
        life.see(second, "R", unexplained=True)

    assert set(counted(life)) == {Reason.RATE_LIMITED}
    assert life.service() is Service.UP


def test_a_429_that_names_its_limit_is_your_own_whatever_the_page_says() -> None:
    life = Life("a")
    for second in range(0, 1_200, 60):
        page(life, second, FeedState.DOWN)
        life.see(second, "R")

    assert set(counted(life)) == {Reason.RATE_LIMITED}


def test_any_other_answer_in_between_starts_the_count_anew() -> None:
    life = Life("a")
    page(life, 0, FeedState.DOWN)
    for second, letter in enumerate("RRRRSRRRR"):
        life.see(second * 60, letter, unexplained=letter == "R")

    assert Reason.OVERLOADED not in counted(life)


def test_an_old_reading_of_the_page_is_no_second_opinion() -> None:
    life = Life("a")
    page(life, 0, FeedState.DOWN)
    for second in range(0, 1_800, 120):
        life.see(second, "R", unexplained=True)

    overloaded = [s.result.at for s in life.all(Settled) if s.result.reason is Reason.OVERLOADED]
    assert overloaded == [at(480), at(FEED_SPEAKS_S)]


def test_a_second_key_at_the_same_host_is_a_second_opinion_when_it_lasts_there_too() -> None:
    shared = {"a": target("one.example:443"), "b": target("one.example:443"), "c": target("c.example:443")}
    life = Life(targets=shared)
    for second in range(0, 60 * 8, 60):
        life.see(second, "R", "b", unexplained=True)
        life.see(second + 1, "R", "a", unexplained=True)
        life.see(second + 2, "R", "c", unexplained=True)

    assert life.all(WentDown, "a")
    assert not life.all(WentDown, "c")


def test_a_second_key_that_was_asked_long_ago_is_none() -> None:
    life = Life(targets={"a": target("one.example:443"), "b": target("one.example:443")})
    for second in range(0, 300, 60):
        life.see(second, "R", "b", unexplained=True)
    for second in range(3_600, 4_200, 60):
        life.see(second, "R", "a", unexplained=True)

    assert Reason.OVERLOADED not in counted(life)


def test_come_back_later_does_not_end_an_outage_that_the_page_admits() -> None:
    """OpenAI on 2023-11-08 from 15:03 on."""
    life = Life("a").run("FFF")
    for second in range(180, 1_980, 60):
        page(life, second, FeedState.DOWN)
        life.see(second, "R", unexplained=True)
    life.now_s = 1_980
    life.run("SS")

    up = life.one(CameUp)
    assert up.incident.ended_at == at(1_980)
    assert up.incident.reasons == (Reason.SERVER_ERROR, Reason.OVERLOADED)
    assert len(life.all(WentDown)) == 1


def test_come_back_later_ends_an_outage_without_a_page_only_when_it_lasts() -> None:
    life = Life("a").run("FFF")
    for second in range(180, 420, 60):
        life.see(second, "R", unexplained=True)
    assert life.service() is Service.DOWN
    assert life.state.access("a").access is Access.RATE_LIMITED, "the user hears of it all the same"

    life.see(420, "R", unexplained=True)
    life.see(480, "R", unexplained=True)
    assert life.one(CameUp).incident.ended_at == at(420)


def test_a_page_that_cannot_be_read_any_more_ends_no_outage_that_it_admitted() -> None:
    life = Life("a")
    for second in range(0, 600, 60):
        page(life, second, FeedState.DOWN)
        life.see(second, "R", unexplained=True)
    silent = replace(life.state.feeds["a"], unread=5)
    life.state = replace(life.state, feeds={"a": silent})
    shown = {}
    for second in range(600, 1_800, 60):
        life.see(second, "R", unexplained=True)
        shown[second] = life.service()

    last_word_s = 540 + FEED_SPEAKS_S
    assert all(shown[second] is Service.DOWN for second in shown if second < last_word_s + 240)
    assert life.one(CameUp).incident.ended_at == at(last_word_s + 60 * CROWDED_AFTER)


def test_what_is_held_covers_no_time() -> None:
    life = Life("a").run("FFF")
    for second in range(180, 540, 60):
        life.see(second, "R", unexplained=True)

    incident = life.incident()
    assert incident.kind is IncidentKind.OUTAGE
    assert uptime.downtime_s(incident, at(540)) == pytest.approx(120 + 2.5 * 60)
    assert life.surface().latest is not None
    assert life.surface(key("a").provider).crowded == 6


def _see_alone(life: Life, second: float, letter: str) -> None:
    """A lesser question's result, and no completion will be asked beside it."""
    heard = result(second, LETTERS[letter])
    life.apply(judge.without_answers(life.state, heard, at(second), for_good=True))
    life.see(second, letter)
