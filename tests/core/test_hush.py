"""What the user knows of or has put off: told no more, told once more, and never shown as anything else."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import HOUR_S, LAW, Life, at, clock_time, kinds, result
from trayuptime.core import hush, judge, notice
from trayuptime.core.hush import NothingToHushError
from trayuptime.core.lights import ProviderLight, Watched, provider_light
from trayuptime.core.model import Gap, GapCause, IncidentKind, Instant, Result, Service, Surface
from trayuptime.core.notice import Notice, Shared, Sign, Urgency, Withdrawal
from trayuptime.core.reasons import Reason
from trayuptime.core.state import CameUp, Happening, Hush, Settled, State, Step, StillOpen, WentDown
from trayuptime.core.summary import account, summarize

FLAPS = "SFSFSFSFSF"
"""Enough for an `unstable` incident, and none of it a bubble of an outage."""


class HushedLife(Life):
    """A life whose user says what they know; every step is followed, as the poller does."""

    now: Instant = at(0)

    def hear(self, heard: Result, now_s: float | None = None) -> Step:
        self.now = heard.ended_at if now_s is None else at(now_s)
        return super().hear(heard, now_s)

    def apply(self, step: Step) -> Step:
        return super().apply(hush.follow(step, self.now))

    def know(self, name: str = "a") -> "HushedLife":
        return self._hush(name, None)

    def snooze(self, until_s: float, name: str = "a") -> "HushedLife":
        return self._hush(name, at(until_s))

    def _hush(self, name: str, until: Instant | None) -> "HushedLife":
        self.state = hush.hush(self.state, [self.incident(name).id], self.now, until)
        return self

    def run(self, letters: str, name: str = "a", **more: object) -> "HushedLife":
        super().run(letters, name, **more)  # type: ignore[arg-type]  # as there
        return self

    @property
    def titles(self) -> list[str]:
        return [told.title for told in self.bubbles]


def down() -> HushedLife:
    """Down since second 60, told at 180; the next answer comes at 240."""
    return HushedLife("a").run("S FFF")


# Known


def test_what_is_known_is_told_no_more_until_it_ends() -> None:
    life = down().know()
    life.run("F" * 600).run("SS")

    assert life.titles == ["A is down", "A is up again"]
    assert life.state.hushes  # it may yet be opened again


def test_a_hush_is_forgotten_once_the_incident_cannot_be_opened_again() -> None:
    life = down().know().run("SS")

    assert life.state.hushes.keys() == {1}
    assert not life.run("S" * 20).state.hushes


def test_a_hush_of_what_nobody_judges_any_more_is_forgotten() -> None:
    life = down().know()
    life.state = replace(life.state, surfaces={})
    life.run("S")

    assert not life.state.hushes


def test_what_is_known_is_known_when_it_is_opened_again() -> None:
    life = down().know().run("SSS FFF")

    assert life.one(CameUp).incident.id == life.all(WentDown)[-1].incident.id
    assert hush.covers(life.state, life.incident())


def test_what_was_put_off_is_put_off_until_a_fall_that_opens_it_again_is_confirmed() -> None:
    life = down().snooze(2 * HOUR_S).run("S" * 10 + "FFF")  # the first one 10 min after the end
    assert life.all(WentDown)[-1].reopened

    assert hush.covers(life.state, life.incident())
    life.until(3 * HOUR_S, "F")
    assert life.one(StillOpen).incident.id == 1


def test_one_that_is_known_and_opened_again_has_no_bubble_but_of_its_ends() -> None:
    life = down().know()
    life.run("SSS FFF").until(HOUR_S, "F").run("SS")

    assert [type(told) for told in life.told] == [Notice, Notice, Withdrawal, Notice]
    assert life.titles == ["A is down", "A is up again", "A is up again"]
    assert life.told[2] == Withdrawal("a")  # it said that this one is up again


def test_of_one_that_is_known_an_end_soon_after_one_that_was_told_is_told_no_more() -> None:
    life = down().know().run("SS FFF SS")

    assert life.titles == ["A is down", "A is up again"]
    assert life.all(CameUp)[0].incident.id == life.all(CameUp)[1].incident.id


@pytest.mark.parametrize(
    ("until_s", "told_s"),
    [(HOUR_S, HOUR_S), (300, 540)],
    ids=["while it is put off", "after that time"],
)
def test_one_that_was_put_off_and_is_opened_again_is_told_once_as_what_it_is(
    until_s: float, told_s: float
) -> None:
    life = down().snooze(until_s)
    life.run("SSS FFF").until(2 * HOUR_S, "F").run("SS")

    assert life.titles == ["A is down", "A is up again", "A is down again", "A is up again"]
    assert at(told_s) <= life.one(StillOpen).at <= at(told_s + 61)


def test_one_that_was_told_as_down_again_is_not_said_to_be_so_after_an_end_that_is_not_told() -> None:
    life = down().snooze(400).run("SS").run("FFF", every_s=20)
    assert life.titles[-1] == "A is down again"

    life.run("SS", every_s=20)

    assert not life.all(CameUp)[-1].tell
    assert life.told[-1] == Withdrawal("a")


def test_the_next_incident_is_news() -> None:
    life = down().know().run("S" * 30).run("FFF")

    assert life.titles == ["A is down", "A is up again", "A is down"]
    assert not life.state.hushes


def test_another_surface_of_the_same_provider_is_news() -> None:
    life = HushedLife("a", "a/web").run("S FFF").know()
    life.run("FFF", "a/web")

    assert life.titles == ["A API is down", "A web is down"]
    assert life.state.hushes.keys() == {1}


def test_what_is_worse_than_what_was_known_is_news_and_known_no_more() -> None:
    life = HushedLife("a").run(FLAPS)
    assert life.incident().kind is IncidentKind.UNSTABLE
    life.know().run("FFF")

    assert life.titles == ["A is unstable", "A is down"]
    assert not life.state.hushes


def test_news_that_waited_for_advice_is_not_told_to_who_knows_it() -> None:
    life = down()
    life.state = replace(life.state, untold={"a": 1, "b": 7})
    life.know()

    assert notice.decide(life.one(WentDown), life.state, {}, clock_time) is None
    assert life.state.untold == {"b": 7}  # or else its end would not be told


# Put off


def test_what_was_put_off_and_lasts_is_told_once_more() -> None:
    life = down().snooze(HOUR_S)
    life.until(HOUR_S, "F")
    assert life.titles == ["A is down"]
    life.run("F" * 100).run("SS")

    assert life.titles == ["A is down", "A is still down", "A is up again"]
    assert life.one(StillOpen).at == at(HOUR_S) + 100  # with the first answer from then on
    assert life.bubbles[1] == Notice(
        key="a",
        title="A is still down",
        body="It answers 503 since 12:01.",
        urgency=Urgency.CRITICAL,
        actions=life.bubbles[0].actions,
        sign=Sign.DOWN,
        shared=Shared("A", "down"),
    )


def test_what_was_put_off_and_is_over_is_told_to_be_over_alone() -> None:
    life = down().snooze(HOUR_S).run("SS")
    life.until(2 * HOUR_S, "S")

    assert life.titles == ["A is down", "A is up again"]
    assert not life.state.hushes


def test_an_end_that_is_under_way_is_no_time_to_tell_again() -> None:
    life = down().snooze(240).run("SS")

    assert life.titles == ["A is down", "A is up again"]


def test_what_was_put_off_twice_is_told_once_more() -> None:
    life = down().snooze(HOUR_S).run("F")
    life.snooze(2 * HOUR_S).until(3 * HOUR_S, "F")

    assert life.titles == ["A is down", "A is still down"]
    assert life.one(StillOpen).at == at(2 * HOUR_S) + 100


def test_a_failure_that_nobody_proved_is_no_time_to_tell_again() -> None:
    life = HushedLife("a", "b").run("S FFF")
    life.snooze(240)
    life.see(300, "N")
    assert not life.all(StillOpen)
    life.see(320, "S", "b")

    assert life.one(StillOpen).reason is Reason.CONNECT_TIMEOUT


def test_a_failure_that_does_not_count_is_no_time_to_tell_again() -> None:
    life = down().snooze(240)
    failure = Settled(result(300, Reason.SERVER_ERROR), proven=False)

    assert kinds(hush.follow(Step(life.state, (failure,)), at(300)).happenings) == ["Settled", "StillOpen"]
    outranked = Step(life.state, (replace(failure, counted=False),))
    assert hush.follow(outranked, at(300)) is outranked


def test_time_that_nobody_saw_tells_nothing() -> None:
    life = down().snooze(HOUR_S)
    life.now = at(5 * HOUR_S)
    life.apply(judge.pass_over(life.state, Gap(at(240), at(5 * HOUR_S), GapCause.ASLEEP)))

    assert life.titles == ["A is down"]
    assert life.state.hushes


def test_an_unstable_one_is_told_again_with_its_next_failure() -> None:
    life = HushedLife("a").run(FLAPS)
    life.snooze(600).run("SSSF")

    assert life.titles == ["A is unstable", "A is still unstable"]
    told = life.bubbles[1]
    assert told.body == "It fails and recovers over and over since 12:01. Last: answers with a server error."
    assert (told.urgency, told.sign) == (Urgency.NORMAL, Sign.DEGRADED)
    assert notice.wants_advice(life.one(StillOpen)) is None


def test_one_that_is_slow_by_now_is_told_again_as_that() -> None:
    life = HushedLife("a").run("SSSSS FFF")
    life.snooze(1_000).run("LLL")
    assert life.service() is Service.DEGRADED
    life.until(1_000, "L").run("SL")

    assert life.titles == ["A is down", "A is degraded"]
    assert life.bubbles[1].body == "It is down no more, but answers slowly since 12:08."
    assert notice.wants_advice(life.one(WentDown)) == "a"


def test_who_is_down_when_it_is_told_again_wants_advice_anew() -> None:
    life = down().snooze(240).run("F")

    assert notice.wants_advice(life.one(StillOpen)) == "a"


def test_what_is_being_told_again_is_told_of_as_any_other_and_once() -> None:
    life = down().snooze(240).run("FFF")

    assert life.one(StillOpen)
    assert life.state.hushes[1].being_told
    assert not hush.in_force(life.state.hushes[1], at(0))
    assert not hush.covers(life.state, life.incident())


def test_once_it_is_told_nothing_more_is_kept_of_the_snooze() -> None:
    life = HushedLife("a", "a/web", "b").run("S FFF").run("FFF", "a/web").run("FFF", "b")
    life.snooze(life.now_s).run("F").snooze(HOUR_S, "a/web").snooze(life.now_s, "b").run("F", "b")
    assert {n: each.being_told for n, each in life.state.hushes.items()} == {1: True, 2: False, 3: True}

    told = hush.told_again(life.state, "a")
    assert told.hushes.keys() == {2, 3}
    assert hush.told_again(told, "a") is told
    ended = life.run("SS", "b").state
    assert hush.told_again(ended, "b").hushes.keys() == {1, 2}  # over before it was told: that was told


def test_what_was_being_told_as_a_run_ended_is_told_by_the_next() -> None:
    life = down().snooze(240).run("F")
    life.state = hush.taken_up(life.state)
    assert hush.taken_up(life.state) is life.state
    life.run("F")

    assert len(life.all(StillOpen)) == 2


def test_what_was_told_again_and_put_off_again_meanwhile_is_not_told() -> None:
    life = down().snooze(240).run("F")
    life.snooze(HOUR_S)

    assert notice.decide(life.one(StillOpen), life.state, {}, clock_time) is None


def test_a_clock_that_is_set_changes_no_length() -> None:
    life = down().snooze(HOUR_S)
    known = Hush(at(180), None, IncidentKind.OUTAGE)
    state = replace(life.state, hushes={**life.state.hushes, 2: known})
    later = judge.clock_stepped(state, 86_400_000)

    assert later.hushes[1].until == at(HOUR_S) + 86_400_000
    assert later.hushes[2] == replace(known, since=at(180) + 86_400_000)
    assert [hush.in_force(later.hushes[1], at(86_400 + s)) for s in (HOUR_S - 1, HOUR_S)] == [True, False]
    assert hush.in_force(known, at(1e9))


# Taken back, and refused


def test_what_is_taken_back_is_told_as_ever() -> None:
    life = down().know()
    life.state = hush.unhush(life.state, [1, 9])

    assert not life.state.hushes
    with pytest.raises(NothingToHushError, match=r"^Incident 1 is told of as any other\.$"):
        hush.unhush(life.state, [1])


@pytest.mark.parametrize(
    ("letters", "number", "why"),
    [
        ("S FFF", 2, "There is no incident 2."),
        ("S FFF", 0, "There is no incident 0."),
        ("S FFF SS", 1, "Incident 1 is over: there is nothing more to tell of it."),
        ("SSSSS LLL", 1, "Incident 1 is of slow answers, of which no notification tells."),
    ],
)
def test_what_cannot_be_hushed_is_refused_with_the_reason(letters: str, number: int, why: str) -> None:
    state = Life("a").run(letters).state

    with pytest.raises(NothingToHushError) as refused:
        hush.hush(state, [number], at(600))
    assert str(refused.value) == why


def test_what_would_be_told_sooner_is_what_is_neither_known_nor_put_off_for_longer() -> None:
    hushes = {n: Hush(at(0), until, IncidentKind.OUTAGE) for n, until in ((1, None), (2, at(9)), (3, at(4)))}

    assert hush.sooner(State(hushes=hushes), [1, 2, 3, 4], at(10)) == (2, 3, 4)
    assert hush.sooner(State(hushes=hushes), [1, 2, 3, 4], at(8)) == (3, 4)


def test_of_several_the_open_ones_are_hushed() -> None:
    state = Life("a", "a/web", "b").run("FFF").run("FFF", "a/web").run("FFF", "b").state

    assert hush.told_of(state, "a") == (1, 2)
    assert hush.told_of(replace(state, untold={"a": 2}), "a") == (1,)  # its bubble has yet to come
    assert hush.hush(state, [1, 3, 99], at(600)).hushes.keys() == {1, 3}


# The bubble that is on the screen


def test_the_bubble_of_what_is_hushed_is_taken_away() -> None:
    life = down().know()

    assert notice.hushed(life.state, [1]) == (Withdrawal("a"),)
    assert notice.hushed(life.state, [9]) == ()


def test_a_bubble_that_tells_of_another_surface_too_stays() -> None:
    life = HushedLife("a", "a/web").run("S FFF").run("FFF", "a/web")
    life.know("a")
    assert notice.hushed(life.state, [1]) == ()
    life.know("a/web")

    assert notice.hushed(life.state, [1, 2]) == (Withdrawal("a"),)


@pytest.mark.parametrize(("letters", "stays"), [("S FFF KK", True), ("S KK FFF", False)])
def test_a_bubble_that_tells_of_a_lost_key_since_stays(letters: str, stays: bool) -> None:
    life = HushedLife("a").run(letters)
    incident = life.surface().incident
    if incident is None:  # the answers that rejected the key have ended it
        life.run("FFF")
        incident = life.incident()
    state = replace(life.state, hushes={incident.id: Hush(life.now, None, incident.kind)})

    assert bool(notice.hushed(state, [incident.id])) is not stays


# Laws

NAMES = ("a", "a/web", "b")
_ACTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(NAMES), st.text("SSSFFFFLNK?", min_size=1, max_size=12)),
        st.tuples(st.sampled_from(NAMES), st.sampled_from([None, 0.0, 300.0, 3_000.0])),
        st.tuples(st.sampled_from(NAMES), st.just(False)),
    ),
    min_size=3,
    max_size=25,
)
"""Letters are answers, a number of seconds or none is a hush, `False` takes it back."""


def _lived(acts: list[tuple[str, object]], *, hushing: bool) -> HushedLife:
    life = HushedLife(*NAMES)
    for name, act in acts:
        incident = life.surface(name).incident
        if isinstance(act, str):
            for letter in act:
                for other in NAMES:  # whoever is asked, the others answer: every vantage is proven
                    life.see(life.now_s, letter if other == name else "S" if letter == "N" else letter, other)
                life.now_s += 60
        elif hushing and incident is not None:
            if act is False:
                life.state = replace(life.state, hushes={})
            elif hush.is_told(incident):
                seconds = None if act is None else life.now_s + float(act)  # type: ignore[arg-type]
                life.state = hush.hush(
                    life.state, [incident.id], life.now, None if seconds is None else at(seconds)
                )
    return life


def _bare(state: State) -> State:
    return replace(state, hushes={})


def _lights(life: HushedLife) -> tuple[ProviderLight, ...]:
    watched = (Watched("a", "A", (Surface.API, Surface.WEB)), Watched("b", "B", (Surface.API,)))
    return tuple(provider_light(life.state, each, life.now) for each in watched)


def _without_again(happenings: list[Happening]) -> list[Happening]:
    return [each for each in happenings if not isinstance(each, StillOpen)]


@LAW
@given(_ACTS)
def test_no_light_no_incident_and_no_word_of_the_head_is_another_for_a_hush(
    acts: list[tuple[str, object]],
) -> None:
    hushed, plain = _lived(acts, hushing=True), _lived(acts, hushing=False)
    lights = _lights(hushed)

    assert lights == _lights(plain)
    assert _bare(hushed.state) == plain.state
    assert _without_again(hushed.happenings) == plain.happenings
    assert summarize(hushed.state, lights) == summarize(plain.state, lights)
    told = [account(life.state, lights, clock_time, life.now) for life in (hushed, plain)]
    assert told[0] == told[1]


@LAW
@given(_ACTS)
def test_every_end_and_every_new_trouble_is_told_whatever_was_hushed(acts: list[tuple[str, object]]) -> None:
    hushed, plain = _lived(acts, hushing=True), _lived(acts, hushing=False)
    again = [told for told in hushed.bubbles if re.search(r" is still | degraded$| down again$", told.title)]

    assert [told for told in hushed.told if told not in again] == plain.told


@LAW
@given(_ACTS)
def test_nothing_is_told_again_that_was_not_put_off_and_nothing_twice(acts: list[tuple[str, object]]) -> None:
    hushed = _lived(acts, hushing=True)
    put_off = sum(isinstance(act, float) for _, act in acts)

    assert len(hushed.all(StillOpen)) <= put_off
    for each in hushed.state.hushes.values():
        assert each.kind is not IncidentKind.DEGRADED
    for told in hushed.all(StillOpen):
        assert told.incident.ended_at is None


@LAW
@given(st.integers(1, 200), st.text("FN", min_size=230, max_size=260))
def test_what_was_put_off_and_never_recovers_is_told_exactly_once_more(minutes: int, failures: str) -> None:
    life = HushedLife("a", "b").run("S FFF")
    until_s = life.now_s + minutes * 60
    life.snooze(until_s)
    for letter in failures:
        life.see(life.now_s, letter)
        life.see(life.now_s + 20, "S", "b")
        life.now_s += 60

    again = life.one(StillOpen)
    assert at(until_s) <= again.at <= at(until_s + 60)
    assert life.titles == ["A is down", "A is still down"]
    assert kinds(life.happenings).count("WentDown") == 1
