"""The simulated life in small: some drawn days, and days by hand that show what it can tell apart."""

from dataclasses import replace

import pytest
from benchmarks.life.__main__ import live_both, live_one
from benchmarks.life.diary import Diary
from benchmarks.life.draw import draw
from benchmarks.life.laptop import live
from benchmarks.life.naive import watch
from benchmarks.life.report import MOST_POINTS, MOST_WAIT_S, add_up
from benchmarks.life.score import Score, Wrong, score_naive, score_ours
from benchmarks.life.story import tell
from benchmarks.life.world import (
    OWED_S,
    UNANSWERED,
    Day,
    Fault,
    Guard,
    Link,
    Session,
    Set,
    Spell,
    Timeline,
    Trouble,
)

from life.days import HOUR_S, MINUTE_S, NOON, A, B, day, naps, outage, spells, watched
from trayuptime.core.model import Reach

DRAWN = [f"test:{number}" for number in range(10)]


def scored(of: Day) -> Score:
    return score_ours(of, live(of))


def naively(of: Day) -> Score:
    return score_naive(of, watch(of), live(of))


# Drawn days


def test_ten_drawn_days_bring_no_false_alarm_and_no_missed_outage() -> None:
    lived = [live_both(draw(seed)) for seed in DRAWN]
    ours, naive = add_up([score for _, score, _ in lived]), add_up([score for _, _, score in lived])

    assert ours.results > 40_000
    assert ours.owed_outages > 30
    assert (ours.false_alarms, ours.attributions, ours.missed) == (0, 0, 0)
    assert ours.wait_s <= MOST_WAIT_S
    assert abs(ours.points) <= MOST_POINTS
    assert naive.false_alarms > 20
    assert abs(naive.points) > 50 * MOST_POINTS


def test_a_slow_name_server_is_nobodys_outage() -> None:
    ours = add_up([live_one(seed)[1] for seed in ("1:8", "1:22", "1:35")])

    assert (ours.false_alarms, ours.attributions) == (0, 0)


def test_the_same_seed_gives_the_same_figures() -> None:
    assert draw("test:3").watched == draw("test:3").watched
    assert live_one("test:3") == live_one("test:3")


def test_another_seed_is_another_day() -> None:
    assert draw("test:3").watched != draw("test:4").watched


def test_nothing_drawn_overlaps() -> None:
    for seed in DRAWN:
        drawn = draw(seed)
        lines = (
            *(troubles.all for troubles in drawn.troubles.values()),
            drawn.spells.all,
            drawn.naps.all,
            drawn.sessions.all,
        )
        for line in lines:
            times = [moment for stretch in line for moment in (stretch.start, stretch.end)]
            assert times == sorted(times)


# Days by hand


def test_a_day_without_trouble_tells_nothing() -> None:
    quiet = day()
    ours = scored(quiet)

    assert (ours.downs, ours.notices, ours.visible) == (0, 0, 0)
    assert ours.sums.covered_s == pytest.approx(2 * 3 * HOUR_S, rel=0.01)
    assert ours.results == 2 * 180


@pytest.mark.parametrize("fault", sorted(UNANSWERED | {Fault.ERROR, Fault.OVERLOADED}))
def test_an_outage_in_plain_sight_is_told_in_time(fault: Fault) -> None:
    ours = scored(day(troubles={A: [outage(fault)]}))

    assert (ours.visible, ours.downs) == (1, 1)
    assert (ours.missed, ours.late, ours.false_alarms) == ([], [], [])
    assert ours.delays[0].took_s <= OWED_S
    assert ours.sums.truly_down_s == pytest.approx(600.0)


def test_an_outage_that_nobody_told_is_missed() -> None:
    bad = day(troubles={A: [outage(Fault.ERROR)]})
    nobody = live(day())

    (missed,) = score_ours(bad, nobody).missed

    assert (missed.key, missed.at) == (A, NOON)


def test_a_down_of_a_healthy_surface_is_a_false_alarm() -> None:
    bad = day(troubles={A: [outage(Fault.ERROR)]})

    (wrong,) = score_ours(day(), _blind_to_whose(live(bad))).false_alarms

    assert wrong.key == A


def test_an_outage_told_of_the_wrong_provider_is_a_false_alarm_and_a_missed_one() -> None:
    diary = live(day(troubles={B: [outage(Fault.ERROR)]}))

    ours = score_ours(day(troubles={A: [outage(Fault.ERROR)]}), _blind_to_whose(diary))

    assert [wrong.key for wrong in ours.false_alarms] == [B]
    assert [wrong.key for wrong in ours.missed] == [A]


def test_an_outage_slept_through_is_owed_to_nobody() -> None:
    ours = scored(day(troubles={A: [outage(Fault.ERROR, NOON + 60)]}, naps=naps(lasts_s=HOUR_S)))

    assert (ours.visible, ours.downs) == (0, 0)


def test_an_outage_without_a_witness_is_owed_to_nobody() -> None:
    alone = day(watched("a"), troubles={A: [outage(Fault.BLACK_HOLE)]})

    assert scored(alone).visible == 0


def test_a_server_on_this_computer_needs_no_witness() -> None:
    near = watched("a", host="127.0.0.1:8080", reach=Reach.LOOPBACK)
    ours = scored(day(near, troubles={A: [outage(Fault.REFUSED)]}))

    assert (ours.visible, ours.downs) == (1, 1)


@pytest.mark.parametrize("link", [Link.GONE, Link.SILENT, Link.PORTAL, Link.NAMELESS])
def test_a_lost_network_is_a_vendors_fault_for_the_naive_alone(link: Link) -> None:
    lost = day(spells=spells(link))

    assert scored(lost).downs == 0
    assert len(naively(lost).false_alarms) == 2


@pytest.mark.parametrize("guard", list(Guard))
def test_a_lid_closed_in_the_middle_of_a_probe_costs_nobody_anything(guard: Guard) -> None:
    slots_from = NOON - HOUR_S
    asleep = day(naps=naps(slots_from + 30 * MINUTE_S + 0.1, HOUR_S), guard=guard)
    ours = scored(asleep)

    assert (ours.downs, ours.notices) == (0, 0)
    assert ours.sums.covered_s <= 2 * (2 * HOUR_S + MINUTE_S)


@pytest.mark.parametrize("by_s", [-HOUR_S, -2.0, HOUR_S])
def test_a_clock_that_is_set_hides_no_outage_and_invents_none(by_s: float) -> None:
    ours = scored(day(troubles={A: [outage(Fault.ERROR)]}, clock=[Set(NOON + 200, by_s)]))

    assert (ours.downs, ours.false_alarms, ours.missed) == (1, [], [])


def test_a_wait_that_a_host_asked_for_does_not_outlive_a_clock_set_back() -> None:
    limited = {"a": Timeline([Trouble(NOON, NOON + 70, Fault.RATE, wait_s=200)])}
    ours = scored(
        day(
            watched("a", keyed=True),
            watched("b"),
            troubles={A: [outage(Fault.ERROR, NOON + 400)]},
            account=limited,
            clock=[Set(NOON + 100, -HOUR_S)],
        )
    )

    assert (ours.visible, ours.missed) == (1, [])


def test_a_spell_of_429_is_an_alarm_of_the_naive_alone() -> None:
    keyed = watched("a", keyed=True)
    limited = day(keyed, watched("b"), account={"a": Timeline([Trouble(NOON, NOON + 600, Fault.RATE)])})

    assert scored(limited).downs == 0
    assert len(naively(limited).false_alarms) == 1


def test_an_outage_of_somebody_else_is_no_excuse_for_a_false_alarm() -> None:
    both = day(
        troubles={A: [outage(Fault.ERROR)]}, spells=Timeline([Spell(NOON + 700, NOON + 900, Link.GONE)])
    )
    naive = naively(both)

    assert [wrong.key for wrong in naive.false_alarms] == [A, B]
    assert naive.downs == 3


def test_one_incident_told_twice_is_wrong() -> None:
    bad = day(troubles={A: [outage(Fault.ERROR)]})
    diary = live(bad)
    diary.told.append(diary.told[0])

    (wrong,) = score_ours(bad, diary).attributions

    assert (wrong.what, wrong.key) == ("down was told twice", A)


def test_a_restart_in_mid_outage_tells_nothing_again() -> None:
    sessions = [Session(NOON - HOUR_S, NOON + 200, killed=True), Session(NOON + 300, NOON + HOUR_S)]
    ours = scored(day(troubles={A: [outage(Fault.ERROR)]}, sessions=Timeline(sessions)))

    assert (ours.downs, ours.attributions, ours.notices) == (1, [], 2)


def test_a_story_tells_what_was_true_and_what_was_seen() -> None:
    seed = DRAWN[0]
    told = live(draw(seed)).told[0]
    story = "\n".join(tell(seed, Wrong("told for a trial", told.key, told.at)))

    assert f"day {seed}" in story
    assert f"counts: {told.key.provider}/{told.key.surface}" in story
    assert type(told.happening).__name__ in story


def _blind_to_whose(diary: Diary) -> Diary:
    """The same diary of a world in which none of the failures was a vendor's."""
    diary.told = [
        replace(told, outcomes=tuple(replace(outcome, theirs=False) for outcome in told.outcomes))
        for told in diary.told
    ]
    return diary
