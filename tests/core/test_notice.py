"""What the user is told, as a person would read it, and what is taken away again."""

from dataclasses import replace

import pytest

from core.builders import HOUR_S, Life, at, clock_time, key, result, target
from trayuptime.core import choices, contract, hush, judge, notice
from trayuptime.core.model import Gap, GapCause, Reach, Span, Suggestion, Switch, Vantage
from trayuptime.core.notice import Action, News, Notice, Renew, Shared, Sign, Urgency, Withdrawal
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    GapSeen,
    PrimaryBack,
    Role,
    Settled,
    Suggested,
    Switched,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)

NAMES = {"a": "DeepSeek", "b": "OpenAI", "c": "Anthropic"}
DETAILS = Action("details", "Details")
SNOOZE = Action("snooze", "Snooze 1 h")
WORKS = Suggestion("a", "b", "up, 0.6 s, key accepted", at(190))
NONE_FITS = Suggestion("a", None, "no working fallback: b key rejected", None)


def said(life: Life, happening: object, suggestion: Suggestion | None = None) -> News | None:
    return notice.decide(happening, life.state, NAMES, clock_time, suggestion)  # type: ignore[arg-type]


def bubble(life: Life, happening: object, suggestion: Suggestion | None = None) -> Notice:
    told = said(life, happening, suggestion)
    assert isinstance(told, Notice)
    return told


# Down


def test_an_outage_with_a_fallback_that_works() -> None:
    life = Life("a", "b").run("S FFF")

    assert bubble(life, life.one(WentDown), WORKS) == Notice(
        key="a",
        title="DeepSeek is down",
        body="It answers 503 since 12:01. OpenAI works: up, 0.6 s, key accepted.",
        urgency=Urgency.CRITICAL,
        actions=(Action("switch:b", "Switch to OpenAI"), DETAILS, SNOOZE),
        sign=Sign.DOWN,
        shared=Shared("DeepSeek", "down"),
    )


def test_an_outage_without_a_fallback() -> None:
    life = Life("a").run("S FFF")
    told = bubble(life, life.one(WentDown), NONE_FITS)

    assert told.body == "It answers 503 since 12:01. No working fallback: b key rejected."
    assert told.actions == (DETAILS, SNOOZE)


def test_an_outage_in_announced_maintenance_says_so_without_alarm() -> None:
    life = Life("a").run("S")
    life.state = judge.announce(life.state, {"a": (Span(at(0), at(600)),)})
    life.run("FFF")
    told = bubble(life, life.one(WentDown))

    assert told.body == "It answers 503 since 12:01. It had announced maintenance for this time."
    assert (told.urgency, told.sign) == (Urgency.NORMAL, Sign.DOWN)


def test_a_second_surface_that_goes_down_does_not_hide_the_first() -> None:
    life = Life("a", "a/web", "a/login").run("FFF", "a/web").run("FFF", "a/login").run("SSS")

    second = bubble(life, life.all(WentDown)[1])
    assert second.body == "It answers 503 since 12:03. Its web is down as well."


def test_an_outage_before_anybody_looked_for_a_fallback() -> None:
    life = Life("a").run("S FFF")

    assert bubble(life, life.one(WentDown)).body == "It answers 503 since 12:01."


def test_an_outage_of_a_provider_without_a_name_here_is_told_by_its_id() -> None:
    life = Life("x").run("S FFF", "x")
    told = bubble(life, life.one(WentDown), replace(WORKS, suggested="y"))

    assert told.title == "x is down"
    assert told.actions[0] == Action("switch:y", "Switch to y")


def went_down_silently(*witnesses: str, **targets: str) -> tuple[Life, WentDown]:
    life = Life("a", *witnesses, targets={name: target(host) for name, host in targets.items()})
    life.run("S")
    for second in (60, 80, 100):
        life.see(second, "N")
        for name in (*witnesses, *targets):
            life.see(second + 11, "S", name)
    return life, life.one(WentDown)


def test_who_answers_is_named_where_it_might_have_been_your_network() -> None:
    life, down = went_down_silently("b")
    assert bubble(life, down).body == (
        "It cannot be connected to since 12:01. OpenAI answers, so it is not your network."
    )

    life, down = went_down_silently("b", "c", "d")
    # the first to speak settled it; the others may speak later
    assert "OpenAI" in bubble(life, down).body


def test_two_witnesses_are_named_at_most() -> None:
    life = Life("a", "b", "c", "d").run("S FF")
    for name in "bcd":
        life.see(170, "S", name)
    life.run("F")

    assert bubble(life, life.one(WentDown)).body == (
        "It answers 503 since 12:01. OpenAI and Anthropic answer, so it is not your network."
    )


def test_a_provider_on_the_same_host_is_no_witness_in_the_words_either() -> None:
    life = Life(targets={"a": target("one:443"), "b": target("one:443")}).run("S FFF")

    assert bubble(life, life.one(WentDown)).body == "It answers 503 since 12:01."


def test_a_word_from_before_this_failure_is_not_quoted() -> None:
    life = Life("a", "b").run("SSS LLL")
    life.see(400, "S", "b")
    life.now_s = 500
    life.run("FFF")

    assert "OpenAI" not in bubble(life, life.one(WentDown)).body


def test_your_network_is_no_matter_on_loopback_nor_for_what_is_no_longer_watched() -> None:
    here = {"a": target("127.0.0.1:1", Reach.LOOPBACK), "b": target("127.0.0.1:2", Reach.LOOPBACK)}
    life = Life(targets=here).run("S NN")
    life.see(170, "S", "b")
    life.run("N")
    assert bubble(life, life.one(WentDown)).body == "It cannot be connected to since 12:01."

    life.state = replace(life.state, watched={})
    assert bubble(life, life.one(WentDown)).body == "It cannot be connected to since 12:01."


def test_an_outage_told_without_its_last_result_still_has_words() -> None:
    life = Life("a").run("S FFF")
    state = replace(life.state, surfaces={})
    told = notice.decide(life.one(WentDown), state, NAMES, clock_time)

    assert isinstance(told, Notice)
    assert told.body == "It answers with a server error since 12:01."


def test_a_surface_is_named_where_there_are_several() -> None:
    life = Life("a", "a/web").run("S FFF", "a/web")

    assert bubble(life, life.one(WentDown)).title == "DeepSeek web is down"


def test_a_reopened_incident_only_takes_the_recovery_away() -> None:
    life = Life("a").run("S FFF SS FFF")

    assert said(life, life.all(WentDown)[-1]) == Withdrawal("a")


def test_a_relapse_within_an_incident_is_not_told_again() -> None:
    life = Life("a").run("SSS FFF LLL FFF")

    assert [told.title for told in life.bubbles] == ["A is down"]


# Down no more, and not up


def test_what_is_only_slow_by_now_is_no_longer_said_to_be_down() -> None:
    life = Life("a").run("SSS FFF LLL")

    assert said(life, life.one(WentDegraded)) == Withdrawal("a")
    assert len(life.bubbles) == 1


def test_a_bubble_goes_on_saying_who_is_still_down_when_another_is_down_no_more() -> None:
    life = Life("a", "a/web", "a/login").run("SSS FFF").run("SSS FFF", "a/web").run("SSS FFF", "a/login")

    life.run("LLL")

    assert said(life, life.one(WentDegraded)) == Renew(
        Notice(
            "a",
            "DeepSeek web and log-in are still down",
            "Its API is down no more, but answers slowly.",
            Urgency.NORMAL,
            (DETAILS, SNOOZE),
            sign=Sign.DOWN,
            shared=Shared("DeepSeek", "down"),
        )
    )


def test_a_bubble_goes_on_saying_who_is_still_down_when_a_recovery_was_none() -> None:
    life = Life("a", "a/web").run("SSS FFF").run("SSS FFF SS", "a/web")
    assert life.bubbles[-1].body.endswith("Its API is still down.")

    life.run("FFF", "a/web")

    life.run("SS", "a/web")  # so soon that it is not told

    renewed = [told.notice for told in life.told if isinstance(told, Renew)]
    assert [each.title for each in renewed] == ["A API is still down"] * 2
    assert [each.body for each in renewed] == ["Its web is down again.", "Its web is up again."]


def test_who_was_said_to_be_up_and_fell_again_is_not_said_to_be_still_down() -> None:
    life = Life("a", "a/web").run("SSS FFF").run("SSS FFF SS FFF", "a/web")

    life.run("LLL").run("SS", "a/web")  # an end that is not told, and takes nothing back

    assert life.told[-1] == Withdrawal("a")


def test_who_is_hushed_is_not_said_to_be_still_down() -> None:
    life = Life("a", "a/web").run("SSS FFF").run("SSS FFF", "a/web")
    api, web = (each.incident.id for each in life.all(WentDown))
    before = life.state

    life.state = hush.hush(before, (web,), at(400))
    life.run("LLL")
    assert said(life, life.one(WentDegraded)) == Withdrawal("a")

    life = Life("a", "a/web").run("SSS FFF").run("SSS FFF", "a/web")
    life.state = hush.hush(before, (api,), at(400))
    life.run("LLL")
    assert said(life, life.one(WentDegraded)) is None, "it is of the web"


def test_a_later_bubble_that_says_nothing_of_it_stays() -> None:
    life = Life("a").run("SSS FFF LLL")
    rejected = replace(life.state.access("a"), access=Access.KEY_REJECTED, since=at(300))
    life.state = replace(life.state, accesses={"a": rejected})
    assert said(life, life.one(WentDegraded)) is None, "it says that the key is rejected"

    life = Life("a", "a/web").run("SSS FFF").run("S FS FS FS", "a/web")
    assert life.bubbles[-1].title == "A web is unstable"
    life.run("LLL")
    assert said(life, life.one(WentDegraded)) is None


def test_an_end_that_is_not_told_takes_no_later_bubble_of_another_away() -> None:
    life = Life("a", "a/web").run("SSS FFF SS FFF", "a/web").run("S FS FS FS", every_s=20)
    assert life.bubbles[-1].title == "A API is unstable"

    life.run("SS", "a/web")

    assert said(life, life.all(CameUp)[-1]) is None


def test_a_recovery_that_was_told_with_it_since_is_no_such_bubble() -> None:
    life = Life("a", "a/web", "a/login").run("SSS FFF").run("S FS FS FS", "a/web")
    life.run("SSS FFF SS", "a/login")
    assert life.bubbles[-1].body.endswith("Its API is still down.")

    life.run("LLL")

    assert said(life, life.one(WentDegraded)) == Withdrawal("a")


def test_a_fall_after_it_was_said_to_be_down_no_more_takes_that_back() -> None:
    life = Life("a").run("SSS FFF LLL FFF")
    assert said(life, life.all(WentDown)[-1]) == Withdrawal("a")


def test_a_fall_does_not_take_away_what_is_said_of_another_surface() -> None:
    life = Life("a", "a/web").run("SSS FFF LLL").run("SSS FFF", "a/web").run("FFF")
    assert said(life, life.all(WentDown)[-1]) is None


# Up


def test_a_recovery_says_how_long() -> None:
    life = Life("a").run("S").until(60 + 6 * HOUR_S + 57 * 60, "F").run("SS")

    assert bubble(life, life.one(CameUp)) == Notice(
        key="a",
        title="DeepSeek is up again",
        body="It was down for 6 h 57 min, from 12:01 to 18:58.",
        urgency=Urgency.LOW,
        actions=(DETAILS,),
        transient=True,
        sign=Sign.UP,
        shared=Shared("DeepSeek", "up again"),
    )


def test_a_recovery_from_an_outage_in_phases_says_both_lengths() -> None:
    life = Life("a").run("SSS FFF LLL SSS")

    assert bubble(life, life.one(CameUp)).body == (
        "The trouble lasted 6 min, from 12:03 to 12:09; down for 3 min of it."
    )


def test_a_recovery_from_an_outage_that_was_slept_through_says_what_nobody_saw() -> None:
    life = Life("a").run("F" * 60)
    life.apply(judge.pass_over(life.state, Gap(at(3_600), at(6 * 3_600), GapCause.ASLEEP)))
    life.now_s = 6 * 3_600
    life.run("F" * 60 + "SS")

    assert bubble(life, life.one(CameUp)).body == (
        "The trouble lasted 7 h, from 12:00 to 19:00; down for 2 h of it, seen at both ends of a 5 h gap."
    )


def test_a_recovery_from_instability_says_so() -> None:
    life = Life("a").run("S FS FS FS" + "S" * 19)

    assert bubble(life, life.one(CameUp)).body == "It was unstable for 5 min, from 12:01 to 12:06."


def test_the_end_of_mere_slowness_is_not_told() -> None:
    life = Life("a").run("SSS LLL SSS")

    assert said(life, life.one(WentDegraded)) is None
    assert said(life, life.one(CameUp)) is None


def test_an_end_without_its_time_is_told_by_when_it_was_noticed() -> None:
    life = Life("a").run("S FFF SS")
    up = life.one(CameUp)
    odd = replace(up, incident=replace(up.incident, ended_at=None))

    assert bubble(life, odd).body == "The trouble lasted 4 min, from 12:01 to 12:05; down for 3 min of it."


def test_a_recovery_never_hides_that_another_surface_is_still_down() -> None:
    """One bubble per provider: this one takes the place of the one that said so."""
    life = Life("a", "a/web", "a/login").run("S FFF").run("S FFF", "a/web").run("S FFF", "a/login")
    life.run("SS", "a/web")
    told = bubble(life, life.one(CameUp))
    assert told.body.endswith(" Its API and log-in are still down.")
    assert (told.urgency, told.transient) == (Urgency.NORMAL, False)

    life.run("SS", "a/login")
    assert bubble(life, life.all(CameUp)[-1]).body.endswith(" Its API is still down.")
    life.run("SS")
    up = life.all(CameUp)[-1]
    assert "still" not in bubble(life, up).body
    life.run("FFF")
    assert "still" not in bubble(life, up).body, "down again is not still down"


# Unstable, access, vantage, back


def test_instability_is_told_without_alarm() -> None:
    life = Life("a").run("S FS FS FS")

    assert bubble(life, life.one(WentUnstable)) == Notice(
        key="a",
        title="DeepSeek is unstable",
        body="It fails and recovers over and over since 12:01. Last: answers with a server error.",
        urgency=Urgency.NORMAL,
        actions=(DETAILS, SNOOZE),
        sign=Sign.DEGRADED,
        shared=Shared("DeepSeek", "unstable"),
    )


def access(changed: Access, before: Access = Access.OK, detail: str = "") -> AccessChanged:
    return AccessChanged(at(60), "a", changed, before, detail)


def test_a_lost_access_is_told_in_the_vendors_words_with_a_fallback() -> None:
    change = access(Access.KEY_REJECTED, detail="rejects your key: Incorrect API key provided")

    assert bubble(Life("a"), change, WORKS) == Notice(
        key="a",
        title="DeepSeek: key rejected",
        body=(
            "DeepSeek rejects your key: Incorrect API key provided. OpenAI works: up, 0.6 s, key accepted."
        ),
        urgency=Urgency.NORMAL,
        actions=(Action("switch:b", "Switch to OpenAI"), DETAILS),
        sign=Sign.DEGRADED,
    )


@pytest.mark.parametrize(
    ("suggestion", "more"), [(None, ""), (NONE_FITS, " No working fallback: b key rejected.")]
)
def test_a_lost_access_without_words_or_fallback_has_ours(suggestion: Suggestion | None, more: str) -> None:
    told = bubble(Life("a"), access(Access.OUT_OF_CREDIT), suggestion)

    assert told.body == f"DeepSeek answers, but: out of credit.{more}"
    assert told.actions == (DETAILS,)


def test_a_regained_access_is_told_quietly() -> None:
    told = bubble(Life("a"), access(Access.OK, Access.KEY_REJECTED))

    assert (told.title, told.body) == ("DeepSeek can be used again", "Your key is accepted.")
    assert (told.urgency, told.transient) == (Urgency.LOW, True)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (Access.RATE_LIMITED, Access.OK),
        (Access.OK, Access.RATE_LIMITED),
        (Access.MODEL_MISSING, Access.OK),
        (Access.OK, Access.UNCHECKED),
        (Access.RATE_LIMITED, Access.KEY_REJECTED),
    ],
)
def test_other_changes_of_access_are_no_news(now: Access, before: Access) -> None:
    assert said(Life("a"), access(now, before)) is None


def test_a_network_that_was_not_there_at_the_start_is_no_news() -> None:
    assert said(Life("a"), VantageChanged(at(0), Vantage.OFFLINE)) is None


def test_what_happened_to_the_history_is_a_bubble_of_no_provider() -> None:
    told = notice.of_history("The history was damaged.")

    assert (told.title, told.body, told.actions) == ("The history", "The history was damaged.", ())
    assert "provider" not in contract.notified(at(0), told)


def test_being_offline_is_one_quiet_bubble_that_goes_away_by_itself() -> None:
    told = bubble(Life("a").run("S"), VantageChanged(at(0), Vantage.OFFLINE))

    assert (told.key, told.title) == (notice.VANTAGE_KEY, "You are offline")
    assert (told.urgency, told.transient, told.actions) == (Urgency.LOW, True, ())
    assert told.sign is Sign.OFFLINE, "no green tick beside it"
    behind = bubble(Life("a").run("S"), VantageChanged(at(0), Vantage.PORTAL))
    assert (behind.title, behind.sign) == ("This network asks you to log in", Sign.OFFLINE)
    assert said(Life("a"), VantageChanged(at(9), Vantage.ONLINE)) == Withdrawal(notice.VANTAGE_KEY)


def test_a_primary_that_is_back_offers_the_way_back() -> None:
    told = bubble(Life("a", "b"), PrimaryBack(at(0), "a"))

    assert (told.title, told.sign) == ("DeepSeek is back", Sign.UP)
    assert told.actions == (Action("back", "Switch back to DeepSeek"), DETAILS)


def test_results_gaps_and_choices_are_no_news() -> None:
    life = Life("a", "b").run("S N S")
    life.apply(choices.advise(life.state, WORKS, at(200)))
    life.apply(choices.choose(life.state, Switch(at(200), "a", "b")))
    kinds = (Settled, GapSeen, Suggested, Switched)
    quiet = [h for h in life.happenings if isinstance(h, kinds)]

    assert {type(h) for h in quiet} == set(kinds)
    assert [said(life, happening) for happening in quiet] == [None] * len(quiet)


# Advice


def test_a_fallback_is_looked_for_on_down_and_on_lost_access() -> None:
    life = Life("a").run("S FFF SS")

    assert notice.wants_advice(life.one(WentDown)) == "a"
    assert notice.wants_advice(life.one(CameUp)) is None
    assert notice.wants_advice(access(Access.KEY_REJECTED)) == "a"
    assert notice.wants_advice(access(Access.RATE_LIMITED)) is None
    assert notice.wants_advice(access(Access.OK, Access.KEY_REJECTED)) is None


def test_a_strangers_words_reach_a_bubble_only_as_a_change_of_access() -> None:
    life = Life("a").run("S")
    for second in (60, 61):
        life.hear(result(second, Reason.OUT_OF_CREDIT, detail="says your credit is used up: top up"))

    assert life.bubbles[-1].body == "A says your credit is used up: top up."
    assert life.surface().latest is not None
    assert life.state.access(key("a").provider).access is Access.OUT_OF_CREDIT


def test_a_network_that_comes_and_goes_is_told_once() -> None:
    life = Life("a", "b").run("S").run("S", "b")
    for start in (120, 300, 480, 1_200):
        life.see(start, "N")
        life.see(start + 1, "N", "b")
        life.see(start + 60, "S")

    assert [told.title for told in life.bubbles] == ["You are offline", "You are offline"]


def test_a_recovery_does_not_hide_that_the_key_is_still_rejected() -> None:
    life = Life("a").run("FFF KK")

    told = bubble(life, life.one(CameUp))
    assert told.body.endswith("But it rejects your key.")
    assert not told.transient


def test_an_incident_that_ends_again_and_again_is_not_told_each_time() -> None:
    life = Life("a").run("FFFSS" * 12)

    ends = [up for up in life.all(CameUp) if up.tell]
    assert len(life.all(CameUp)) == 12
    assert len(ends) == 6
    assert len(life.bubbles) == 1 + len(ends)


def test_a_down_that_came_after_slow_answers_says_since_when_it_fails() -> None:
    life = Life("a").run("S" * 5 + "LLLL FFF")

    down = next(told for told in life.bubbles if told.title == "A is down")
    assert "since 12:09." in down.body
    assert life.incident().started_at == at(5 * 60)


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.FEED, "A vendor's status page answers, so it is not your network."),
        (Role.NEUTRAL, "The neutral address answers, so it is not your network."),
    ],
)
def test_a_witness_that_is_no_provider_is_called_what_it_is(role: Role, sentence: str) -> None:
    life = Life("a", targets={":other/web": replace(target("other.example:443"), role=role)})
    for minute, letter in enumerate("SNNNN"):
        life.see(60 * minute, letter)
        life.see(60 * minute + 1, "S", ":other/web")

    assert sentence in life.bubbles[0].body
