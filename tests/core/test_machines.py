"""Two machines' gaps and incidents as one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.core import machines, uptime
from trayuptime.core.coverage import Word
from trayuptime.core.machines import Sight, Watch
from trayuptime.core.model import (
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Phase,
    Service,
    Span,
    Surface,
)
from trayuptime.core.reasons import Reason

KEY = Key("deepseek", Surface.API)
UP, DOWN, SLOW = Service.UP, Service.DOWN, Service.DEGRADED


def _incident(start: Instant, end: Instant | None, *phases: tuple[Instant, Service]) -> Incident:
    return Incident(
        1,
        KEY.provider,
        KEY.surface,
        IncidentKind.OUTAGE,
        start,
        start + 1,
        tuple(Phase(*each) for each in phases or ((start, DOWN),)),
        (Reason.SERVER_ERROR,),
        end,
        seen=(Span(start, start if end is None else end),),
    )


def _asleep(at: Instant, until: Instant) -> Gap:
    return Gap(at, until, GapCause.ASLEEP)


# Sight and gaps


def test_a_time_is_seen_that_either_saw() -> None:
    one = Watch([Word(0, 10, mute=False)], [_asleep(5, 40)])
    other = Watch([Word(8, 18, mute=False), Word(18, 28, mute=False)], [])

    seen = machines.sight(KEY, Span(0, 50), one, other)

    assert seen == Sight((Span(0, 5),), (Span(8, 28),), (Span(0, 5), Span(8, 28)))
    assert machines.cut(_asleep(5, 40), seen) == [Span(5, 8), Span(28, 40)]


def test_a_gap_that_begins_while_the_other_watches_ends_nobodys_word() -> None:
    one = Watch([Word(0, 10, mute=False)], [_asleep(5, 7)])
    other = Watch([Word(-2, 8, mute=False)], [])

    seen = machines.sight(KEY, Span(0, 20), one, other)

    assert seen.both == (Span(0, 10),)
    assert machines.cut(_asleep(5, 7), seen) == []


def test_a_gap_of_which_the_other_saw_nothing_is_left_alone() -> None:
    one = Watch([Word(6, 9, mute=False)], [_asleep(5, 20)])
    other = Watch([Word(30, 40, mute=False)], [])

    assert machines.cut(_asleep(5, 20), machines.sight(KEY, Span(0, 50), one, other)) is None


@pytest.mark.parametrize(("at", "left"), [(5, None), (12, [])])
def test_a_gap_of_no_length_goes_where_the_other_saw_that_moment(
    at: Instant, left: list[Span] | None
) -> None:
    one = Watch([], [_asleep(at, at)])
    other = Watch([Word(10, 20, mute=False)], [])

    assert machines.cut(_asleep(at, at), machines.sight(KEY, Span(0, 50), one, other)) == left


def test_a_gap_of_no_length_that_nobody_saw_ends_a_word() -> None:
    one = Watch([Word(0, 10, mute=False)], [_asleep(5, 5)])

    assert machines.sight(KEY, Span(0, 50), one, Watch([], [])).both == (Span(0, 5),)


# Incidents


def test_of_two_incidents_each_moment_is_as_bad_as_the_worse() -> None:
    ours = replace(
        _incident(10, 50, (10, SLOW), (30, DOWN)), recoveries=(20,), vendor_title="Elevated errors"
    )
    theirs = replace(
        _incident(20, 60, (20, DOWN), (25, UP), (40, SLOW)),
        reasons=(Reason.OVERLOADED, Reason.SERVER_ERROR),
        acknowledged_at=33,
        vendor_title="We look into it",
        recoveries=(25,),
    )

    whole = machines.joined(ours, theirs)

    assert (whole.started_at, whole.confirmed_at, whole.ended_at) == (10, 11, 60)
    assert whole.phases == (
        Phase(10, SLOW),
        Phase(20, DOWN),
        Phase(25, SLOW),
        Phase(30, DOWN),
        Phase(50, SLOW),
    )
    assert whole.reasons == (Reason.SERVER_ERROR, Reason.OVERLOADED)
    assert whole.recoveries == (20, 25)
    assert whole.seen == (Span(10, 60),)
    assert (whole.acknowledged_at, whole.vendor_title) == (33, "Elevated errors")


def test_the_worst_kind_is_that_of_the_whole() -> None:
    kinds = [IncidentKind.DEGRADED, IncidentKind.UNSTABLE, IncidentKind.OUTAGE]
    for mine in kinds:
        for its in kinds:
            one, other = (replace(_incident(0, 5), kind=kind) for kind in (mine, its))
            assert machines.joined(one, other).kind is max(mine, its, key=kinds.index)


def test_one_that_lasts_ends_where_it_was_last_seen() -> None:
    assert machines.ended(replace(_incident(3, None), seen=(Span(3, 8), Span(9, 12)))).ended_at == 12
    assert machines.ended(replace(_incident(3, None), seen=())).ended_at == 3
    assert machines.ended(_incident(3, 7)).ended_at == 7


def test_the_part_before_a_time() -> None:
    incident = replace(_incident(10, 50, (10, DOWN), (30, UP), (40, DOWN)), recoveries=(30,))

    assert machines.until(incident, 10) is None
    assert machines.until(incident, 50) is incident
    part = machines.until(incident, 25)
    assert part is not None
    assert (part.ended_at, part.phases, part.recoveries, part.seen) == (
        25,
        (Phase(10, DOWN),),
        (),
        (Span(10, 25),),
    )


def test_one_of_no_length_keeps_its_phase() -> None:
    short = _incident(10, 10)

    assert machines.joined(short, short).phases == short.phases
    late = _incident(10, 30, (20, DOWN))
    cut = machines.until(late, 15)
    assert cut is not None
    assert cut.phases == late.phases


@pytest.mark.parametrize(
    ("start", "end", "is_one"),
    [(0, 10, False), (0, 11, True), (15, 15, True), (19, 30, True), (20, 30, False)],
)
def test_only_what_overlaps_is_one_trouble(start: Instant, end: Instant, is_one: bool) -> None:
    assert machines.overlap(_incident(10, 20), _incident(start, end)) is is_one
    assert machines.overlap(_incident(start, end), _incident(10, 20)) is is_one


@st.composite
def _incidents(draw: st.DrawFn) -> Incident:
    start = draw(st.integers(0, 40))
    end = start + draw(st.integers(0, 40))
    times = sorted(draw(st.sets(st.integers(start, end), max_size=4)) | {start})
    services = draw(st.lists(st.sampled_from([UP, DOWN, SLOW]), min_size=len(times), max_size=len(times)))
    return _incident(start, end, *zip(times, services, strict=True))


def _spans(incident: Incident) -> tuple[tuple[Span, ...], ...]:
    end = incident.ended_at or 0
    return uptime.down_spans(incident.phases, end), uptime.degraded_spans(incident.phases, end), incident.seen


@given(one=_incidents(), other=_incidents())
def test_joined_the_other_way_round_it_tells_the_same(one: Incident, other: Incident) -> None:
    whole = machines.joined(one, other)

    assert _spans(whole) == _spans(machines.joined(other, one))
    down = uptime.merged((*_spans(one)[0], *_spans(other)[0]))
    assert _spans(whole)[0] == down
    if machines.overlap(one, other):
        degraded = uptime.merged((*_spans(one)[1], *_spans(other)[1]))
        assert _spans(whole)[1] == uptime.without(degraded, down)


@given(one=_incidents(), other=_incidents())
def test_joined_twice_nothing_changes(one: Incident, other: Incident) -> None:
    whole = machines.joined(one, other)

    assert machines.joined(whole, other) == whole
    assert machines.joined(whole, one) == whole
