"""The figures of a window: every row of the table that promises numbers, and the laws they obey."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import DAY_S, HOUR_S, LAW, LETTERS, Life, at, key, result, spans
from trayuptime.core import judge, uptime, words
from trayuptime.core.figures import Figures, Record, figures, record, together
from trayuptime.core.model import (
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Phase,
    Result,
    Service,
    Span,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.state import CameUp, GapSeen, Settled, WentDown
from trayuptime.core.tally import percentile, tally

MONTH_S = 30 * DAY_S


@dataclass
class Told:
    """What a history holds; `figures` of it as the command makes them."""

    results: list[Result] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    def record(self, end_s: float, start_s: float = 0.0, name: str = "a") -> Record:
        own = [result for result in self.results if result.key == key(name)]
        return record(key(name), Span(at(start_s), at(end_s)), own, self.gaps, self.incidents)

    def figures(self, end_s: float, start_s: float = 0.0, name: str = "a") -> Figures:
        return figures(self.record(end_s, start_s, name))


def told(life: Life, *, quiet: Sequence[tuple[float, float]] = ()) -> Told:
    """What a life left in the history, between quiet times that need no judging."""
    results = [settled.result for settled in life.all(Settled)]
    calm = [result(float(second)) for start, end in quiet for second in range(int(start), int(end), 60)]
    incidents = [
        incident
        for surface in life.state.surfaces.values()
        for incident in (surface.previous, surface.incident)
        if incident is not None
    ]
    return Told([*results, *calm], [seen.gap for seen in life.all(GapSeen)], incidents)


def seen_every_minute(end_s: float, *incidents: Incident, name: str = "a", start_s: float = 0.0) -> Told:
    results = [result(float(second), name=name) for second in range(int(start_s), int(end_s), 60)]
    return Told(results, [], list(incidents))


def outage(
    start_s: float, end_s: float | None, name: str = "a", phases: Sequence[tuple[float, Service]] = ()
) -> Incident:
    own = key(name)
    return Incident(
        id=1,
        provider=own.provider,
        surface=own.surface,
        kind=IncidentKind.OUTAGE,
        started_at=at(start_s),
        confirmed_at=at(start_s),
        phases=tuple(Phase(at(second), service) for second, service in phases or [(start_s, Service.DOWN)]),
        ended_at=None if end_s is None else at(end_s),
    )


# The table


@pytest.mark.parametrize(
    ("window_s", "shown"), [(MONTH_S, "99.027 %"), (DAY_S, "70.833 %")], ids=["30 d", "24 h"]
)
def test_one_outage_of_seven_hours_in_a_fully_covered_window(window_s: float, shown: str) -> None:
    begins, ends = 10 * HOUR_S, 17 * HOUR_S
    life = Life("a").until(begins, "S").until(ends, "F").until(ends + HOUR_S, "S")
    value = told(life, quiet=[(ends + HOUR_S, window_s)]).figures(window_s)

    assert value.coverage == 1.0
    assert value.downtime_s == value.longest_outage_s == value.mttr_s == 7 * HOUR_S
    assert words.percent(value.uptime) == shown
    assert (value.outages, value.mtbf_s) == (1, window_s - 7 * HOUR_S)
    assert (len(life.all(WentDown)), len(life.all(CameUp)), len(life.bubbles)) == (1, 1, 2)


def test_asleep_for_five_of_the_seven_hours() -> None:
    begins, ends = 10 * HOUR_S, 17 * HOUR_S
    lid_closed, lid_opened = begins + HOUR_S, begins + 6 * HOUR_S
    life = Life("a").until(begins, "S").until(lid_closed, "F")
    life.apply(judge.pass_over(life.state, Gap(at(lid_closed), at(lid_opened), GapCause.ASLEEP)))
    life.now_s = lid_opened
    life.until(ends, "F").until(ends + HOUR_S, "S")
    value = told(life, quiet=[(ends + HOUR_S, MONTH_S)]).figures(MONTH_S)

    assert value.downtime_s == 2 * HOUR_S
    assert words.percent(value.coverage) == "99.305 %"
    assert words.percent(value.uptime) == "99.720 %"
    assert words.seen_around(value.longest_unseen_s) == "seen at both ends of a 5 h gap"
    assert value.gap_s == dict.fromkeys(GapCause, 0.0) | {GapCause.ASLEEP: 5 * HOUR_S}
    assert len(life.bubbles) == 2
    incident = life.incident()
    assert uptime.duration_s(incident, at(MONTH_S)) == 7 * HOUR_S
    assert uptime.longest_unseen(incident, at(MONTH_S)) == Span(at(lid_closed), at(lid_opened))


def test_asleep_from_23_to_7_without_failures() -> None:
    life = Life("a").until(11 * HOUR_S, "S")  # tests begin at noon
    life.apply(judge.pass_over(life.state, Gap(at(11 * HOUR_S), at(19 * HOUR_S), GapCause.ASLEEP)))
    life.now_s = 19 * HOUR_S
    value = told(life.until(DAY_S, "S")).figures(DAY_S)

    assert life.bubbles == []
    assert words.percent(value.uptime) == "100.000 %"
    assert value.gap_s[GapCause.ASLEEP] == 8 * HOUR_S
    assert value.covered_s == 16 * HOUR_S


def test_ten_minutes_without_wi_fi_are_a_gap_of_everybody_and_nobodys_downtime() -> None:
    names, lost, back = ("a", "b", "c", "d", "e"), HOUR_S, HOUR_S + 600
    life = Life(*names).live(
        lambda _, second: Reason.CONNECT_TIMEOUT if lost <= second < back else Reason.OK, 2 * HOUR_S
    )
    values = [told(life).figures(2 * HOUR_S, name=name) for name in names]

    assert {value.uptime for value in values} == {1.0}
    assert {settled.result.reason for settled in life.all(Settled)} == {Reason.OK}
    assert len(life.bubbles) in {1, 2}  # that it is back may be told by taking the first one away
    for value in values:
        unseen = value.gap_s[GapCause.OFFLINE]
        assert 600 <= unseen <= 600 + 60
        assert value.covered_s == 2 * HOUR_S - unseen


def test_a_blip_is_no_downtime() -> None:
    value = told(Life("a").run("SFFSS")).figures(300)

    assert (value.uptime, value.downtime_s, value.outages) == (1.0, 0.0, 0)
    assert (value.longest_outage_s, value.mttr_s, value.mtbf_s) == (0.0, None, None)


def test_an_unstable_surface_is_degraded_and_not_down() -> None:
    value = told(Life("a").run("FS" * 10)).figures(1200)

    assert (value.downtime_s, value.outages, value.uptime) == (0.0, 0, 1.0)
    assert value.degraded_s == 1200


def test_a_rate_limit_leaves_uptime_untouched() -> None:
    life = Life("a").run("S")
    life.see(60, "R", retry_after_s=200.0)
    life.see(265, "S")
    value = told(life).figures(300)

    assert (value.uptime, value.coverage) == (1.0, 1.0)


def test_a_restart_in_mid_outage_costs_only_the_time_that_was_not_seen() -> None:
    life = Life("a").run("S FFF FF")
    life.apply(judge.pass_over(life.state, Gap(at(300), at(1800), GapCause.APP_OFF)))
    life.now_s = 1800.0
    value = told(life.run("FF SS")).figures(2040)

    assert value.downtime_s == (300 - 60) + 120
    assert value.gap_s[GapCause.APP_OFF] == 1500
    assert value.longest_unseen_s == 1500
    assert value.outages == 1


def test_a_clock_set_back_an_hour_makes_nothing_negative_and_nothing_over_a_hundred() -> None:
    life = Life("a").until(2 * HOUR_S, "S").run("FFFF")
    life.now_s = HOUR_S
    value = told(life.run("FFFF").until(3 * HOUR_S, "S")).figures(3 * HOUR_S)

    assert value.uptime is not None
    assert 0.0 <= value.uptime <= 1.0
    assert value.coverage == 1.0
    assert 0 <= value.downtime_s <= value.covered_s
    assert min(value.gap_s.values()) >= 0


def test_overlapping_incidents_of_a_provider_are_down_once() -> None:
    api = seen_every_minute(DAY_S, outage(0, 2 * HOUR_S)).record(DAY_S)
    web = seen_every_minute(DAY_S, outage(HOUR_S, 3 * HOUR_S, "a/web"), name="a/web").record(
        DAY_S, name="a/web"
    )
    value = figures(together([api, web]))

    assert value.downtime_s == value.longest_outage_s == 3 * HOUR_S
    assert words.percent(value.uptime) == "87.500 %"
    assert value.outages == 1
    assert value.results == 2 * 1440


def test_overlapping_incidents_of_one_surface_are_down_once() -> None:
    value = seen_every_minute(DAY_S, outage(0, 2 * HOUR_S), outage(HOUR_S, 3 * HOUR_S)).figures(DAY_S)

    assert words.percent(value.uptime) == "87.500 %"
    assert value.outages == 1


def test_tracked_since_yesterday_and_asked_for_thirty_days() -> None:
    value = seen_every_minute(MONTH_S, start_s=29 * DAY_S).figures(MONTH_S)

    assert words.uptime(value.uptime, value.coverage) == "uptime 100.000 %, coverage 3.333 %"
    assert value.covered_s == DAY_S
    assert value.gap_s[GapCause.APP_OFF] == 29 * DAY_S


# Downtime and outages


def test_downtime_counts_within_covered_time_only() -> None:
    value = Told([result(0), result(600)], [], [outage(0, 1000)]).figures(1000)

    assert (value.covered_s, value.downtime_s, value.uptime) == (300, 300, 0.0)
    assert value.longest_unseen_s == 450


def test_an_outage_that_lasts_has_no_recovery_in_the_window() -> None:
    both = seen_every_minute(1200, outage(0, 100), outage(600, None))
    lasting = both.figures(1200)

    assert (lasting.outages, lasting.downtime_s, lasting.mttr_s) == (2, 700, 100)
    assert lasting.longest_outage_s == 600
    assert lasting.mtbf_s == 250
    assert both.figures(1200, 600).mttr_s is None


def test_an_outage_that_ends_with_the_window_has_ended_in_it() -> None:
    assert seen_every_minute(600, outage(0, 600)).figures(600).mttr_s == 600


def test_an_outage_that_nobody_saw_in_the_window_is_not_counted_in_it() -> None:
    value = Told([result(900)], [], [outage(0, 800)]).figures(1000)

    assert (value.outages, value.downtime_s, value.uptime) == (0, 0.0, 1.0)


def test_an_outage_after_the_window_is_none_of_it() -> None:
    assert seen_every_minute(600, outage(700, 900), outage(800, None)).figures(600).outages == 0


def test_the_incident_of_another_surface_is_none() -> None:
    assert seen_every_minute(600, outage(0, 600, "a/web")).figures(600).downtime_s == 0


def test_an_incident_in_phases_is_one_outage() -> None:
    night = [(0.0, Service.DOWN), (100.0, Service.DEGRADED), (200.0, Service.DOWN), (300.0, Service.DEGRADED)]
    value = seen_every_minute(600, outage(0, 400, phases=night)).figures(600)

    assert (value.outages, value.downtime_s, value.degraded_s) == (1, 200, 200)
    assert value.longest_outage_s == 200
    assert value.longest_unseen_s == 0


def test_a_provider_is_degraded_only_while_it_is_not_down() -> None:
    slow = outage(0, 300, "a/web", [(0.0, Service.DEGRADED)])
    web = seen_every_minute(600, slow, name="a/web").record(600, name="a/web")
    api = seen_every_minute(600, outage(100, 200)).record(600)
    value = figures(together([api, web]))

    assert (value.downtime_s, value.degraded_s) == (100, 200)


def test_the_longest_gap_within_an_outage_is_that_of_its_worst_surface() -> None:
    api = Told([result(0), result(600)], [], [outage(0, 700)]).record(1000)
    web = seen_every_minute(1000, outage(0, 700, "a/web"), name="a/web").record(1000, name="a/web")

    assert figures(together([web, api])).longest_unseen_s == 450
    assert figures(together([web])).longest_unseen_s == 0


# No data


def test_where_nothing_was_covered_there_is_no_uptime() -> None:
    value = Told().figures(600)

    assert (value.uptime, value.coverage) == (None, 0.0)
    assert words.uptime(value.uptime, value.coverage) == "no data, coverage 0.000 %"


@pytest.mark.parametrize("end_s", [0.0, -60.0])
def test_an_empty_window_has_no_data(end_s: float) -> None:
    value = seen_every_minute(600).figures(end_s)

    assert (value.uptime, value.coverage, value.results) == (None, None, 0)
    assert words.uptime(value.uptime, value.coverage) == "no data"


# Latency


def test_latency_is_of_answers_only_and_a_slow_one_is_an_answer() -> None:
    heard = [
        result(0, latency_ms=100.0),
        result(60, Reason.SLOW, latency_ms=9000.0),
        result(120, Reason.SERVER_ERROR, latency_ms=1.0),
        result(180, Reason.KEY_REJECTED, latency_ms=2.0),
    ]
    value = Told(heard).figures(240)

    assert (value.latency_p50_ms, value.latency_p95_ms, value.results) == (100.0, 9000.0, 4)


def test_no_milliseconds_are_a_value_and_none_is_a_hole() -> None:
    value = Told([result(0, latency_ms=0.0), result(60, latency_ms=None)]).figures(120)

    assert (value.latency_p50_ms, value.latency_p95_ms) == (0.0, 0.0)


def test_without_an_answer_there_is_no_latency() -> None:
    value = Told([result(0, Reason.SERVER_ERROR)]).figures(60)

    assert (value.latency_p50_ms, value.latency_p95_ms) == (None, None)


def test_results_are_those_that_began_in_the_window() -> None:
    value = seen_every_minute(600).figures(300, 60)

    assert value.results == 4


def test_the_latency_of_a_provider_is_of_all_its_surfaces() -> None:
    api = Told([result(0, latency_ms=300.0)]).record(60)
    web = Told([result(0, name="a/web", latency_ms=100.0)]).record(60, name="a/web")
    value = figures(together([api, web]))

    assert (value.latency_p50_ms, value.latency_p95_ms) == (100.0, 300.0)


@pytest.mark.parametrize(
    ("count", "share", "found"), [(1, 0.5, 1), (2, 0.5, 1), (3, 0.5, 2), (20, 0.95, 19), (21, 0.95, 20)]
)
def test_a_percentile_is_a_value_that_was_measured(count: int, share: float, found: float) -> None:
    assert percentile(tally([float(n) for n in range(1, count + 1)]), share) == found


# Maintenance


def test_downtime_in_announced_maintenance_is_kept_apart_and_both_figures_are_given() -> None:
    value = figures(seen_every_minute(1000, outage(0, 300)).record(1000), spans((100, 300), (500, 600)))

    assert (value.downtime_s, value.uptime) == (300, 0.7)
    assert value.maintenance_downtime_s == 200
    assert value.uptime_but_maintenance == 700 / 800


def test_an_outage_in_maintenance_that_a_page_announced_is_left_out_of_the_second_figure() -> None:
    marked = replace(outage(100, 300), in_maintenance=True)
    value = figures(seen_every_minute(1000, marked, outage(500, 600)).record(1000))

    assert (value.downtime_s, value.maintenance_downtime_s) == (300, 200)
    assert value.uptime_but_maintenance == 700 / 800


def test_maintenance_of_one_surface_excuses_no_outage_of_another() -> None:
    marked, own = replace(outage(100, 300), in_maintenance=True), outage(200, 300, name="a/web")
    kept = seen_every_minute(1000, marked).record(1000)
    web = seen_every_minute(1000, own, name="a/web").record(1000, name="a/web")
    value = figures(together([kept, web]))

    assert (value.downtime_s, value.maintenance_downtime_s) == (200, 100)


def test_of_an_outage_in_the_hours_that_the_user_knows_of_what_goes_beyond_them_counts() -> None:
    marked = replace(outage(100, 300), in_maintenance=True)
    value = figures(seen_every_minute(1000, marked).record(1000), spans((50, 200)))

    assert value.maintenance_downtime_s == 100


def test_when_all_that_was_seen_was_maintenance_nothing_is_left_to_judge() -> None:
    value = figures(seen_every_minute(600, outage(0, 600)).record(600), spans((0, 600)))

    assert (value.uptime, value.uptime_but_maintenance) == (0.0, None)


# Laws

LIVES = st.lists(
    st.tuples(st.sampled_from("SSSFFFL?GZ"), st.integers(1, 8), st.sampled_from([10, 60, 200])), max_size=10
)


def lived(runs: Sequence[tuple[str, int, int]]) -> Told:
    """Runs of one letter each; `G` is a sleep, `Z` a clock set back."""
    life = Life("a")
    for letter, times, every_s in runs:
        if letter in LETTERS:
            life.run(letter * times, every_s=every_s)
        elif letter == "Z":
            life.now_s = max(0.0, life.now_s - times * every_s)
        else:
            slept = Gap(at(life.now_s), at(life.now_s + times * every_s), GapCause.ASLEEP)
            life.apply(judge.pass_over(life.state, slept))
            life.now_s += times * every_s
    return told(life)


@LAW
@given(LIVES, st.integers(1, 9000), st.integers(0, 3000))
def test_uptime_lies_between_nothing_and_all(
    runs: list[tuple[str, int, int]], end_s: int, start_s: int
) -> None:
    value = lived(runs).figures(end_s, start_s)

    assert value.uptime is None or 0.0 <= value.uptime <= 1.0
    assert value.coverage is None or 0.0 <= value.coverage <= 1.0
    assert (value.uptime is None) == (value.covered_s == 0)
    assert 0 <= value.longest_outage_s <= value.downtime_s
    assert value.downtime_s + value.degraded_s <= value.covered_s + 1e-6


@LAW
@given(LIVES, st.integers(1, 9000))
def test_up_and_down_are_covered_time_and_gaps_are_the_rest(
    runs: list[tuple[str, int, int]], end_s: int
) -> None:
    of = lived(runs).record(end_s)
    value = figures(of)
    up = uptime.without(of.coverage.covered, of.down)

    assert uptime.without(of.down, of.coverage.covered) == ()
    assert uptime.total_s(up) + value.downtime_s == pytest.approx(value.covered_s)
    assert value.covered_s + sum(value.gap_s.values()) == pytest.approx(end_s)


@LAW
@given(LIVES, st.integers(1, 9000), st.integers(0, 9000))
def test_a_window_cut_in_two_adds_up(runs: list[tuple[str, int, int]], end_s: int, cut_s: int) -> None:
    history = lived(runs)
    whole = history.figures(end_s)
    halves = [history.figures(min(cut_s, end_s)), history.figures(end_s, min(cut_s, end_s))]

    for name in ("covered_s", "downtime_s", "degraded_s", "results"):
        assert getattr(whole, name) == pytest.approx(sum(getattr(half, name) for half in halves))


@LAW
@given(LIVES, st.data())
def test_where_results_are_lost_downtime_stays_within_what_is_covered(
    runs: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    history = lived(runs)
    kept = data.draw(
        st.lists(st.sampled_from(history.results), unique=True) if history.results else st.just([])
    )
    value = Told(kept, history.gaps, history.incidents).figures(9000)

    assert value.downtime_s <= value.covered_s


@LAW
@given(LIVES)
def test_incidents_and_uptime_tell_of_the_same_downtime(runs: list[tuple[str, int, int]]) -> None:
    """As long as the clock goes forward: the judge keeps its own account of when it saw."""
    history = lived([("S", 1, 60), *(run for run in runs if run[0] != "Z")])
    ended = [incident for incident in history.incidents if incident.ended_at is not None]
    value = Told(history.results, history.gaps, ended).figures(100_000)

    assert value.downtime_s == pytest.approx(sum(uptime.downtime_s(each, 0) for each in ended))


@LAW
@given(LIVES, LIVES)
def test_a_provider_is_down_at_least_as_long_as_each_of_its_surfaces(
    one: list[tuple[str, int, int]], other: list[tuple[str, int, int]]
) -> None:
    records = [lived(one).record(9000), lived(other).record(9000)]
    value, parts = figures(together(records)), [figures(each) for each in records]

    assert max(part.downtime_s for part in parts) <= value.downtime_s + 1e-6
    assert value.downtime_s <= sum(part.downtime_s for part in parts) + 1e-6
    assert value.covered_s >= max(part.covered_s for part in parts)
    assert value.covered_s + sum(value.gap_s.values()) == pytest.approx(9000)
