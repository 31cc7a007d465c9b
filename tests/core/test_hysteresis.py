"""How one surface's light follows its results: hysteresis, incidents, and what must never be."""

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.builders import (
    HOUR_S,
    LAW,
    SLOW_MS,
    Life,
    at,
    key,
    kinds,
    result,
    spans,
    utc,
)
from trayuptime.core import breaks, hysteresis, judge, slowness, uptime
from trayuptime.core.model import Gap, GapCause, IncidentKind, Level, Phase, Phases, Rules, Service
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.state import (
    CameUp,
    Settled,
    SurfaceState,
    WentDegraded,
    WentDown,
    WentUnstable,
)

Told = CameUp | WentDegraded | WentDown | WentUnstable


def changes(life: Life) -> list[str]:
    """What happened to the light, without the results themselves."""
    return kinds(h for h in life.happenings if isinstance(h, Told))


# Confirmation


def test_three_failures_in_a_row_are_an_outage_from_the_first_of_them() -> None:
    life = Life("a").run("S").run("FFF", every_s=10)

    down = life.one(WentDown)
    assert (down.incident.started_at, down.at) == (at(60), at(80.1))
    assert (down.incident.kind, down.incident.confirmed_at) == (IncidentKind.OUTAGE, at(80.1))
    assert (down.tell, down.reopened, down.reason) == (True, False, Reason.SERVER_ERROR)
    assert (life.service(), life.surface().since) == (Service.DOWN, at(60))


def test_one_bad_answer_is_not_yet_an_outage() -> None:
    life = Life("a").run("S F S")

    assert changes(life) == []
    assert life.service() is Service.UP


def test_a_streak_that_ends_unconfirmed_is_a_blip_without_downtime_or_notice() -> None:
    life = Life("a").run("S FF SS FF SSSS")

    assert changes(life) == []
    assert life.surface().incident is None
    assert life.bubbles == []


def test_the_first_result_ever_is_a_baseline_and_only_down_is_told() -> None:
    assert Life("a").run("S").bubbles == []
    assert changes(Life("a").run("FF S")) == []
    assert changes(Life("a").run("FFF")) == ["WentDown"]


def test_confirmation_takes_as_many_failures_as_the_user_wants() -> None:
    assert changes(Life("a", rules=Rules(confirm_after=1)).run("S F")) == ["WentDown"]
    assert changes(Life("a", rules=Rules(confirm_after=5)).run("S FFFF")) == []


def test_an_outage_collects_its_reasons_in_order() -> None:
    life = Life("a").run("S F")
    for second, reason in ((120, Reason.OVERLOADED), (180, Reason.SERVER_ERROR), (240, Reason.BAD_ANSWER)):
        life.hear(result(second, reason))

    assert life.incident().reasons == (Reason.SERVER_ERROR, Reason.OVERLOADED, Reason.BAD_ANSWER)


def test_reasons_of_an_old_blip_do_not_stain_an_outage() -> None:
    life = Life("a").run("S")
    life.hear(result(60, Reason.OVERLOADED))
    life.now_s = 120
    life.run("S FFF")

    assert life.incident().reasons == (Reason.SERVER_ERROR,)


@pytest.mark.parametrize("letter", ["B", "?"])
def test_an_answer_that_says_nothing_neither_fails_nor_heals(letter: str) -> None:
    assert changes(Life("a").run(f"S {letter * 9}")) == []
    assert changes(Life("a").run(f"S F{letter}F{letter}F", every_s=10)) == ["WentDown"]
    assert changes(Life("a").run(f"S FFF {letter * 9} {letter * 9}")) == ["WentDown"]
    assert Life("a").run(f"{letter * 3}").service() is Service.UNKNOWN


@pytest.mark.parametrize("letter", ["K", "C", "R"])
def test_your_own_standing_is_never_an_outage_and_ends_one(letter: str) -> None:
    life = Life("a").run(f"S {letter * 9}")
    assert (changes(life), life.service()) == ([], Service.UP)

    life = Life("a").run(f"S FFF {letter * 2}")
    assert changes(life) == ["WentDown", "CameUp"]


# Recovery


def test_two_successes_in_a_row_end_it_at_the_first_of_them() -> None:
    life = Life("a").run("S FFF F SS")

    up = life.one(CameUp)
    assert (up.incident.ended_at, up.at) == (at(300), at(360.1))
    assert up.downtime_s == 240
    assert up.tell
    assert (life.service(), life.surface().incident) == (Service.UP, None)
    assert life.surface().previous == up.incident


def test_one_success_amid_failures_is_no_recovery() -> None:
    life = Life("a").run("S FFF S F S F S FFF")

    assert changes(life) == ["WentDown"]
    assert life.service() is Service.DOWN


def test_recovery_takes_as_many_successes_as_the_user_wants() -> None:
    assert changes(Life("a", rules=Rules(recover_after=1)).run("S FFF S")) == ["WentDown", "CameUp"]
    assert changes(Life("a", rules=Rules(recover_after=4)).run("S FFF SSS")) == ["WentDown"]


def test_incidents_are_numbered_from_one_without_holes() -> None:
    life = Life("a", "b").run("S FFF SS").until(2000, "S").run("FFF SS")
    life.run("FFF", "b")

    assert [down.incident.id for down in life.all(WentDown)] == [1, 2, 3]


# Slowness


def warm(life: Life, count: int = 3) -> Life:
    return life.run("S" * count)


def test_nothing_is_slow_before_a_usual_latency_is_known() -> None:
    assert changes(Life("a").run("LLLLLL")) == []
    assert slowness.slow_over_ms(SurfaceState()) is None


@pytest.mark.parametrize(("usual_ms", "limit_ms"), [(0.0, 2000.0), (100.0, 2000.0), (900.0, 2700.0)])
def test_slow_is_three_times_the_usual_and_never_under_two_seconds(usual_ms: float, limit_ms: float) -> None:
    assert slowness.slow_over_ms(SurfaceState(baseline_ms=usual_ms)) == limit_ms
    assert slowness.slow_over_ms(SurfaceState(warm_up=(usual_ms, usual_ms, 1e9))) == limit_ms


def test_completions_have_their_own_usual_latency() -> None:
    """A thinking model takes five seconds for what a list tells in fifty milliseconds."""
    life = warm(Life("a"), 5)
    for second in range(600, 6_000, 600):
        life.see(second, "L", level=Level.COMPLETION, interval_s=600.0)

    assert changes(life) == []
    assert life.surface().deep_warm_up == (SLOW_MS,) * 9
    assert SLOW_MS not in life.surface().warm_up


def test_a_completion_is_slow_by_what_completions_take() -> None:
    surface = SurfaceState(baseline_ms=9_000.0, deep_baseline_ms=900.0)
    lookup = Phases(dns_ms=1_000.0)
    answered = result(0, level=Level.COMPLETION, latency_ms=2_800.0, phases=lookup)

    assert slowness.slow_over_ms(surface, Level.COMPLETION) == 2_700.0
    assert slowness.timed(surface, answered, lambda: True).reason is Reason.SLOW
    assert slowness.timed(surface, replace(answered, level=Level.MODELS), lambda: True).reason is Reason.OK


def test_the_historys_median_of_completions_is_kept_beside_the_other() -> None:
    state = judge.with_baseline(Life("a").state, key("a"), 100.0)
    surface = judge.with_baseline(state, key("a"), 900.0, deep=True).surface(key("a"))

    assert (surface.baseline_ms, surface.deep_baseline_ms) == (100.0, 900.0)


def test_an_answer_exactly_at_the_limit_is_in_time() -> None:
    life = warm(Life("a"))
    for second, latency_ms in ((180, 2000.0), (240, 2000.1)):
        life.hear(result(second, latency_ms=latency_ms))

    assert [settled.result.reason for settled in life.all(Settled)[-2:]] == [Reason.OK, Reason.SLOW]


def test_an_answer_without_a_latency_is_not_slow() -> None:
    life = warm(Life("a"))
    life.hear(result(180, latency_ms=None))

    assert life.all(Settled)[-1].result.reason is Reason.OK


def test_the_historys_median_takes_the_place_of_the_first_latencies() -> None:
    life = warm(Life("a"), 30)
    assert len(life.surface().warm_up) == slowness.WARM_UP

    life.state = judge.with_baseline(life.state, key("a"), SLOW_MS)
    assert changes(life.run("LLLL")) == []


def test_three_slow_answers_in_a_row_are_degraded_and_three_in_time_end_it() -> None:
    life = warm(Life("a")).run("LLL")

    slow = life.one(WentDegraded)
    assert (slow.incident.started_at, slow.incident.kind) == (at(180), IncidentKind.DEGRADED)
    assert (slow.reason, life.service()) == (Reason.SLOW, Service.DEGRADED)

    life.run("SS L SS")
    assert life.service() is Service.DEGRADED
    life.run("S")
    up = life.one(CameUp)
    assert (up.incident.ended_at, up.downtime_s, up.tell) == (at(540), 0, False)
    assert life.bubbles == []


def test_two_slow_answers_are_nothing() -> None:
    assert changes(warm(Life("a")).run("LL S LL F LL")) == []


def test_an_answer_about_the_key_is_not_measured_for_slowness() -> None:
    assert changes(warm(Life("a")).run("KKK", latency_ms=SLOW_MS)) == []


# Phases of one incident


def test_slow_then_down_is_one_incident_that_became_an_outage_and_is_told_once() -> None:
    life = warm(Life("a")).run("LLL FFF SS")

    down = life.one(WentDown)
    assert down.tell
    assert (down.incident.id, down.incident.kind) == (1, IncidentKind.OUTAGE)
    assert down.incident.started_at == at(180)
    assert down.incident.phases == (Phase(at(180), Service.DEGRADED), Phase(at(360), Service.DOWN))
    assert life.one(CameUp).downtime_s == 180


def test_down_slow_down_is_one_incident_in_phases_told_once() -> None:
    life = warm(Life("a")).run("FFF LLL FFF LLL SSS")

    assert changes(life) == ["WentDown", "WentDegraded", "WentDown", "WentDegraded", "CameUp"]
    assert {h.incident.id for h in life.happenings if isinstance(h, Told)} == {1}
    assert [down.tell for down in life.all(WentDown)] == [True, False]
    assert life.one(CameUp).downtime_s == 360
    assert life.incident().ended_at == at(180 + 12 * 60)


def test_a_slow_answer_alone_does_not_end_an_outage_but_the_next_one_in_time_does() -> None:
    life = warm(Life("a")).run("FFF LL")
    assert life.service() is Service.DOWN

    assert changes(life.run("S")) == ["WentDown", "CameUp"]
    assert life.incident().ended_at == at(360)


def test_a_failure_amid_slowness_is_a_blip_in_it() -> None:
    life = warm(Life("a")).run("LLL FF LLL S F SSS")

    assert changes(life) == ["WentDegraded", "CameUp"]
    assert life.incident().ended_at == at((3 + 3 + 2 + 3 + 2) * 60)
    assert life.incident().reasons == (Reason.SLOW, Reason.SERVER_ERROR)


def deepseeks_night(every_s: float) -> Life:
    """2026-03-29/30 as the vendor recorded it; see the sources in the demo."""
    life = Life("deepseek", rules=Rules(interval_s=every_s))
    first_s = utc("2026-03-29T15:30:00")
    life.now_s = first_s
    for letter, end in (
        ("S", "2026-03-29T16:20:14"),
        ("F", "2026-03-29T16:36:29"),
        ("L", "2026-03-29T18:16:16"),
        ("F", "2026-03-30T01:13:45"),
        ("L", "2026-03-30T02:33:42"),
        ("S", "2026-03-30T03:30:00"),
    ):
        life.until(utc(end), letter, "deepseek", every_s=every_s)
    return life


def test_deepseeks_night_is_one_incident_with_its_seven_hours_thirteen_minutes_and_44_seconds() -> None:
    life = deepseeks_night(60)

    incident = life.incident("deepseek")
    assert incident.id == 1
    assert incident.kind is IncidentKind.OUTAGE
    assert incident.started_at == at(utc("2026-03-29T16:20:14"))
    assert incident.ended_at == at(utc("2026-03-30T02:33:42"))
    assert uptime.downtime_s(incident, at(0)) == 7 * 3600 + 13 * 60 + 44
    assert changes(life) == ["WentDown", "WentDegraded", "WentDown", "WentDegraded", "CameUp"]
    assert [bubble.title for bubble in life.bubbles] == ["Deepseek is down", "Deepseek is up again"]


# Reopening


def broken_again(after_s: float) -> Life:
    """Down for five minutes, up at second 360, and failing again some time after that."""
    life = Life("a").run("S FFFFF")
    return life.until(360 + after_s, "S").run("FFF")


@pytest.mark.parametrize("after_s", [120, 300, 600])
def test_a_failure_within_ten_minutes_of_the_end_reopens_the_incident_quietly(after_s: float) -> None:
    life = broken_again(after_s)

    first, again = life.all(WentDown)
    assert (again.reopened, again.tell) == (True, False)
    assert again.incident.id == first.incident.id
    assert again.incident.started_at == first.incident.started_at
    assert again.incident.recoveries == (at(360),)
    assert again.incident.ended_at is None
    assert (life.surface().incident, life.surface().previous) == (again.incident, None)

    life.run("F SS")
    assert life.all(CameUp)[-1].downtime_s == 300 + 240
    assert life.incident().recoveries == (at(360),)


def test_a_failure_beyond_ten_minutes_is_a_new_incident_with_a_new_bubble() -> None:
    again = broken_again(601).all(WentDown)[-1]

    assert (again.reopened, again.tell, again.incident.id) == (False, True, 2)
    assert again.incident.recoveries == ()


def test_an_incident_can_be_reopened_again_and_again() -> None:
    life = Life("a").run("S" + "FFF SSS" * 5)

    assert {h.incident.id for h in life.happenings if isinstance(h, Told)} == {1}
    assert [down.tell for down in life.all(WentDown)] == [True, False, False, False, False]
    assert len(life.incident().recoveries) == 4
    assert life.all(CameUp)[-1].downtime_s == 5 * 180


def test_an_outage_right_after_a_spell_of_slowness_reopens_it_and_is_told() -> None:
    life = warm(Life("a")).run("LLL SSS FFF")

    down = life.one(WentDown)
    assert (down.reopened, down.tell, down.incident.kind) == (True, True, IncidentKind.OUTAGE)
    assert down.incident.started_at == at(180)


def test_an_outage_after_the_clock_was_set_back_is_not_taken_for_the_last_one() -> None:
    """It would be silent for as long as the clock was set back."""
    life = Life("a").until(2 * HOUR_S, "S").run("FFF SS")
    life.now_s -= HOUR_S
    life.run("SS FFF")

    assert [down.tell for down in life.all(WentDown)] == [True, True]


# Flapping


def test_six_changes_in_twenty_results_are_one_unstable_incident_and_one_notice() -> None:
    life = Life("a").run("FS" * 10)

    unstable = life.one(WentUnstable)
    assert changes(life) == ["WentUnstable"]
    assert unstable.incident.started_at == at(0)
    assert (unstable.incident.kind, life.service()) == (IncidentKind.UNSTABLE, Service.DEGRADED)
    assert [bubble.title for bubble in life.bubbles] == ["A is unstable"]


def test_five_changes_are_not_yet_unstable() -> None:
    assert changes(Life("a").run("S F S F S F")) == []
    assert changes(Life("a").run("S F S F S F S")) == ["WentUnstable"]


def test_changes_within_an_outage_do_not_make_its_end_unstable() -> None:
    assert changes(Life("a").run("S FFF SFSFSFSS SSSS")) == ["WentDown", "CameUp"]


def test_changes_long_ago_are_forgotten() -> None:
    assert changes(Life("a").run("S F S F S" + "S" * 20 + "F S F S")) == []


def test_it_ends_after_twenty_steady_results_without_downtime() -> None:
    life = Life("a").run("S FS FS FS").run("S" * 18)
    assert life.service() is Service.DEGRADED

    life.run("S")
    up = life.one(CameUp)
    assert (up.downtime_s, up.tell) == (0, True)
    assert up.incident.kind is IncidentKind.UNSTABLE
    assert up.incident.ended_at == at(360)
    assert [bubble.title for bubble in life.bubbles] == ["A is unstable", "A is up again"]


def test_a_failure_among_them_starts_the_count_anew() -> None:
    life = Life("a").run("S FS FS FS").run("S" * 15 + "F" + "S" * 19)

    assert life.service() is Service.DEGRADED
    assert changes(life.run("S"))[-1] == "CameUp"


def test_three_failures_in_a_row_turn_it_into_an_outage_of_the_same_incident() -> None:
    life = Life("a").run("S FS FS FS FFF")

    down = life.one(WentDown)
    assert (down.incident.id, down.incident.kind) == (1, IncidentKind.OUTAGE)
    assert (down.tell, down.reopened) == (True, False)
    assert down.incident.started_at == at(60)
    assert [b.title for b in life.bubbles] == ["A is unstable", "A is down"]
    assert life.run("SS").one(CameUp).downtime_s == 180


def test_slowness_that_starts_to_flap_becomes_unstable_in_the_same_incident() -> None:
    life = warm(Life("a")).run("LLL").run("SFSFSFS")

    assert changes(life) == ["WentDegraded", "WentUnstable"]
    assert life.incident().id == 1
    assert life.incident().kind is IncidentKind.UNSTABLE


def test_an_outage_that_flaps_in_its_slow_phase_stays_an_outage() -> None:
    life = warm(Life("a")).run("FFF LLL").run("SFSFSFSF")

    assert changes(life) == ["WentDown", "WentDegraded"]
    assert life.incident().kind is IncidentKind.OUTAGE


# Gaps


def gap(start_s: float, end_s: float, cause: GapCause = GapCause.ASLEEP) -> Gap:
    return Gap(at(start_s), at(end_s), cause)


def test_failures_on_both_sides_of_a_long_gap_are_not_in_a_row() -> None:
    life = Life("a").run("S FF")
    life.apply(judge.pass_over(life.state, gap(150, 8 * HOUR_S)))
    life.now_s = 8 * HOUR_S

    assert changes(life.run("FF")) == []
    assert life.run("F").one(WentDown).incident.started_at == at(8 * HOUR_S)


def test_a_gap_shorter_than_the_last_word_breaks_no_streak() -> None:
    life = Life("a").run("S FF")
    life.apply(judge.pass_over(life.state, gap(150, 170)))

    assert changes(life.run("F")) == ["WentDown"]


def test_time_without_results_breaks_a_streak_even_where_nobody_noted_a_gap() -> None:
    """Two failures before a provider was switched off for a day, one after: that is no outage since then."""
    life = Life("a").run("S FF")
    life.now_s += 24 * HOUR_S
    assert changes(life.run("F")) == []

    assert life.run("FF").one(WentDown).incident.started_at == at(180 + 24 * HOUR_S)


def test_failures_minutes_apart_are_in_a_row_where_many_wait_for_one_hanging_host() -> None:
    assert changes(Life("a").run("S").run("FFF", every_s=300)) == ["WentDown"]
    assert changes(Life("a").run("S").run("FFFFFF", every_s=601)) == []
    hourly = Life("a", rules=Rules(interval_s=HOUR_S)).run("S FFF", every_s=HOUR_S, interval_s=HOUR_S)
    assert changes(hourly) == ["WentDown"]


def test_a_success_before_and_one_after_a_gap_are_no_recovery() -> None:
    life = Life("a").run("S FFF S")
    life.now_s += HOUR_S

    assert life.run("S").service() is Service.DOWN
    assert life.run("S").incident().ended_at == at(300 + HOUR_S)


def test_downtime_is_counted_only_where_results_spoke() -> None:
    """Asleep for five of seven hours: two hours of downtime, seven of duration."""
    life = Life("a").run("S").until(HOUR_S, "F")
    life.apply(judge.pass_over(life.state, gap(HOUR_S, 6 * HOUR_S)))
    life.now_s = 6 * HOUR_S
    life.until(7 * HOUR_S + 60, "F").run("SS")

    up = life.one(CameUp)
    assert up.downtime_s == 2 * HOUR_S
    assert uptime.duration_s(up.incident, at(0)) == 7 * HOUR_S
    assert up.incident.seen == spans((60, HOUR_S), (6 * HOUR_S, 7 * HOUR_S + 120))


def test_a_fully_seen_outage_of_seven_hours_counts_every_second_of_it() -> None:
    life = Life("a").run("S").until(60 + 7 * HOUR_S, "F").run("SS")

    assert life.one(CameUp).downtime_s == 7 * HOUR_S


def test_a_result_speaks_for_two_and_a_half_intervals_at_most() -> None:
    life = Life("a").run("S FFF")
    life.now_s += 1000
    life.run("F SS")

    assert life.one(CameUp).downtime_s == 120 + 150 + 60


def test_what_was_seen_of_an_old_blip_is_no_part_of_an_outage() -> None:
    assert Life("a").run("S FF S FFF").incident().seen == spans((240, 360))


def test_what_is_neither_success_nor_failure_ends_the_last_word_for_good() -> None:
    life = Life("a").run("S FFF").run("??", every_s=40)
    life.run("F SS")

    assert life.one(CameUp).downtime_s == 180 + 60


def test_a_gap_is_not_bridged_by_an_answer_that_says_nothing() -> None:
    life = Life("a").run("S FFF", every_s=60)
    life.apply(judge.pass_over(life.state, gap(190, 270)))
    life.now_s = 280
    life.run("?", every_s=20).run("F SS")

    assert life.one(CameUp).incident.seen == spans((60, 190), (300, 420))


# A clock that jumps


def test_a_clock_set_back_gives_no_negative_time_and_no_start_in_the_future() -> None:
    life = Life("a").until(2 * HOUR_S, "S").run("F")
    life.now_s -= HOUR_S
    life.run("FFF S")

    down = life.one(WentDown)
    assert down.incident.started_at <= down.incident.confirmed_at
    life.now_s -= 3 * HOUR_S
    life.run("SS")
    up = life.one(CameUp)
    assert up.downtime_s >= 0
    assert uptime.duration_s(up.incident, at(0)) >= 0


# Laws

STREAM = st.text(st.sampled_from("SSSFFFLLK?RB"), max_size=60)
STEPS = st.lists(st.sampled_from([10.0, 60.0, 60.0, 60.0, 170.0, 700.0, 40_000.0]), min_size=60, max_size=60)


def lived(letters: str, steps: list[float]) -> Life:
    life = warm(Life("a"))
    for letter, step_s in zip(letters, steps, strict=False):
        life.run(letter, every_s=step_s)
    return life


def light_after(change: Told) -> Service:
    match change:
        case WentDown():
            return Service.DOWN
        case CameUp():
            return Service.UP
        case _:
            return Service.DEGRADED


@LAW
@given(STREAM, STEPS)
def test_the_light_changes_only_from_one_thing_to_another(letters: str, steps: list[float]) -> None:
    life = lived(letters, steps)
    told = [h for h in life.happenings if isinstance(h, Told)]
    lights = [Service.UP, *map(light_after, told)]

    for before, after in pairwise(lights):
        escalated = before is after is Service.DEGRADED
        assert before is not after or escalated
    assert life.service() is lights[-1]
    assert (life.surface().incident is None) is (lights[-1] is Service.UP)


@LAW
@given(STREAM, STEPS)
def test_incidents_are_well_formed(letters: str, steps: list[float]) -> None:
    life = lived(letters, steps)
    told = [h for h in life.happenings if isinstance(h, Told)]

    for change in told:
        incident = change.incident
        assert incident.started_at <= incident.confirmed_at <= change.at
        assert [phase.at for phase in incident.phases] == sorted(phase.at for phase in incident.phases)
        assert incident.phases[0].at == incident.started_at
        assert list(incident.recoveries) == sorted(incident.recoveries)
        assert len(set(incident.reasons)) == len(incident.reasons) > 0
        if incident.ended_at is not None:
            assert incident.started_at <= incident.ended_at <= change.at
        now = life.happenings[-1].at if isinstance(life.happenings[-1], Told) else at(life.now_s)
        assert 0 <= uptime.downtime_s(incident, now) <= uptime.duration_s(incident, now)


@LAW
@given(STREAM, STEPS)
def test_an_incident_is_told_at_most_once_for_each_kind(letters: str, steps: list[float]) -> None:
    life = lived(letters, steps)
    down = [h.incident.id for h in life.all(WentDown) if h.tell]
    unstable = [h.incident.id for h in life.all(WentUnstable)]

    assert len(down) == len(set(down))
    assert len(unstable) == len(set(unstable))
    assert {h.incident.id for h in life.all(WentDown)} == set(down)


@LAW
@given(STREAM, STEPS)
def test_incidents_are_counted_without_holes(letters: str, steps: list[float]) -> None:
    life = lived(letters, steps)
    opened = dict.fromkeys(h.incident.id for h in life.happenings if isinstance(h, Told))

    assert list(opened) == list(range(1, len(opened) + 1))
    assert life.state.next_incident == len(opened) + 1


@LAW
@given(STREAM, STEPS)
def test_the_same_results_give_the_same_story(letters: str, steps: list[float]) -> None:
    assert lived(letters, steps).happenings == lived(letters, steps).happenings


@LAW
@given(st.text(st.sampled_from("SFL"), max_size=60))
@example("FFSFFSFFSFFS")
def test_nobody_is_down_without_three_failures_in_a_row_nor_up_again_without_two_answers(
    letters: str,
) -> None:
    life = warm(Life("a")).run(letters)
    seen = "".join("F" if reason_failed(s) else "S" for s in life.all(Settled))

    for number, happening in enumerate(life.happenings):
        so_far = seen[: sum(isinstance(h, Settled) for h in life.happenings[:number])]
        if isinstance(happening, WentDown):
            assert so_far.endswith("FFF")
        if isinstance(happening, CameUp):
            assert so_far.endswith("SS")
    assert life.service() is not Service.UP or not seen.endswith("FFF")


def reason_failed(settled: Settled) -> bool:
    return MEANINGS[settled.result.reason].effect is Effect.FAILURE


@LAW
@given(
    st.text(st.sampled_from("SFL"), max_size=60), st.lists(st.floats(-7200, 7200), min_size=60, max_size=60)
)
@example("S" * 3 + "LLL" * 3, [60.0, 60.0, 60.0, -3600.0, *[10.0] * 56])
@example("F" * 11 + "SSSFSFSFS", [0.0] * 18 + [-1.0] * 42)
def test_no_clock_makes_time_negative(letters: str, steps: list[float]) -> None:
    life = Life("a")
    for letter, step_s in zip(letters, steps, strict=False):
        life.run(letter, every_s=step_s)

    for change in (h for h in life.happenings if isinstance(h, Told)):
        assert uptime.duration_s(change.incident, change.at) >= 0
        assert uptime.downtime_s(change.incident, change.at) >= 0
        assert change.incident.started_at <= change.incident.confirmed_at


def test_a_first_answer_lights_a_surface_without_a_word() -> None:
    surface, happened, judged = hysteresis.settle(
        SurfaceState(), result(0), Rules(), 7, timed=bool, may_be_unstable=bool
    )

    assert (surface.service, happened, judged) == (Service.UP, (), result(0))


@pytest.mark.parametrize("step_s", [-3_600.0, 3_600.0])
def test_a_clock_that_is_set_in_mid_outage_leaves_it_its_length(step_s: float) -> None:
    life = Life("a").run("S" * 3 + "F" * 10)
    life.state = judge.clock_stepped(life.state, round(step_s * 1000))
    life.now_s += step_s
    life.run("F" * 10 + "SS")

    up = life.one(CameUp)
    assert up.downtime_s == 20 * 60
    assert up.incident.started_at == at(180 + step_s)
    assert up.incident.ended_at == at(180 + step_s + 20 * 60)
    assert len(life.bubbles) == 2


def test_a_clock_that_is_set_in_mid_streak_breaks_it_not() -> None:
    life = Life("a").run("S FF")
    life.state = judge.clock_stepped(life.state, -3_600_000)
    life.now_s -= 3_600
    life.run("F")

    assert life.one(WentDown).incident.started_at == at(60 - 3_600)


def test_a_clock_that_is_set_moves_every_time_of_what_is_under_way() -> None:
    life = Life("a").run("SLLL").run("F")
    life.see(life.now_s, "?")
    moved = breaks.shifted(life.surface(), 1_000)

    assert breaks.shifted(moved, -1_000) == life.surface()
    assert moved != life.surface()
    assert breaks.shifted(SurfaceState(), 5) == SurfaceState()


def test_an_answer_changes_of_a_surface_only_what_an_answer_changes() -> None:
    """It is put together field by field, for its speed: a field that is new must not be forgotten there."""
    by_an_answer = {
        *(
            "last",
            "latest",
            "oks",
            "first_ok",
            "slows",
            "first_slow",
            "fast",
            "first_fast",
            "recent",
            "steady",
        ),
        *("fails", "first_fail", "fail_reasons", "warm_up", "seen", "cut_at", "mute_at", "shallow_red"),
    }
    life = Life("a").run("S FFF SS")
    before = replace(
        life.surface(),
        unproven_since=at(1),
        incident=life.incident(),
        baseline_ms=100.0,
        deep_baseline_ms=200.0,
        deep_warm_up=(300.0,),
        deep_until=at(2),
        deep_trouble=True,
        earlier=(life.incident(),),
        crowded=3,
    )
    after, _, _ = hysteresis.settle(before, result(life.now_s), Rules(), 7, timed=bool, may_be_unstable=bool)

    for field in fields(SurfaceState):
        if field.name not in by_an_answer:
            assert getattr(before, field.name) != field.default, "so that it is seen when it gets lost"
            kept = getattr(before, field.name)
            assert getattr(after, field.name) == kept or field.name == "incident"
    assert after.incident is not None
    assert after.incident.id == life.incident().id


def test_an_open_incident_whose_results_are_lost_was_seen_no_longer_than_before() -> None:
    outage = Life("a").run("S FFF").surface()
    lost = replace(outage, last=None)

    assert hysteresis.open_incident(lost, at(9_000)) == outage.incident
