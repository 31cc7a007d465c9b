"""Nothing that the judge may yet tell otherwise is taken for settled."""

from dataclasses import replace

import pytest

from trayuptime.core.hysteresis import REOPEN_WITHIN_S
from trayuptime.core.model import Incident, IncidentKind, Instant, Key, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Sample, State, SurfaceState
from trayuptime.core.undecided import undecided_since

KEY, OTHER = Key("a", Surface.API), Key("b", Surface.API)
AT: Instant = 1_774_800_000_000
BEFORE = AT - round(REOPEN_WITHIN_S * 1000)
OPEN = Incident(1, "a", Surface.API, IncidentKind.OUTAGE, AT - 1, AT, ())


def _since(surface: SurfaceState) -> Instant | None:
    return undecided_since(State(surfaces={KEY: surface}), KEY)


def test_of_a_surface_that_is_well_nothing_is_in_doubt() -> None:
    assert _since(SurfaceState(oks=9, first_ok=AT, fast=9, first_fast=AT)) is None
    assert undecided_since(State(), KEY) is None


@pytest.mark.parametrize(
    "surface",
    [
        SurfaceState(fails=1, first_fail=AT),
        SurfaceState(slows=2, first_slow=AT),
        SurfaceState(recent=(Sample(AT, failed=True, reason=Reason.OVERLOADED),)),
        SurfaceState(incident=OPEN, oks=1, first_ok=AT),
        SurfaceState(incident=OPEN, fast=1, first_fast=AT),
    ],
)
def test_a_streak_may_yet_be_confirmed_and_join_an_incident_before_it(surface: SurfaceState) -> None:
    assert _since(surface) == BEFORE
    assert undecided_since(State(surfaces={KEY: surface}), OTHER) is None


def test_a_gap_without_an_end_holds_for_all_it_is_of() -> None:
    paused = State(paused_since=AT)
    doubtful = State(surfaces={KEY: SurfaceState(unproven_since=AT, fails=1, first_fail=AT + 1)})

    assert undecided_since(paused, KEY) == AT
    assert undecided_since(doubtful, KEY) == BEFORE + 1
    assert undecided_since(replace(doubtful, paused_since=5), OTHER) == 5
