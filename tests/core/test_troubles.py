"""An incident in words: what it is called, what it went through, what the vendor said of it."""

from dataclasses import replace

import pytest

from core.builders import Life, at, clock_time, spans
from trayuptime.core import troubles
from trayuptime.core.model import FeedState, Incident, IncidentKind, Phase, Service, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.troubles import Passage

NIGHT = Incident(
    1,
    "a",
    Surface.API,
    IncidentKind.OUTAGE,
    at(0),
    at(60),
    (Phase(at(0), Service.DOWN), Phase(at(600), Service.DEGRADED), Phase(at(1_200), Service.DOWN)),
    (Reason.SERVER_ERROR, Reason.SLOW),
    at(3_600),
    seen=spans((0, 1_800), (3_000, 3_600)),
)


FIRST = replace(NIGHT, id=1, started_at=at(0), ended_at=at(100))
SECOND = replace(NIGHT, id=2, started_at=at(110), ended_at=at(200))
WITHIN = replace(NIGHT, id=3, started_at=at(150), ended_at=at(160))
LASTS = replace(NIGHT, id=4, started_at=at(900), ended_at=None)


@pytest.mark.parametrize(
    ("second", "number"),
    [
        (50, 1),  # the next lies within the slack, and is another one
        (99, 1),
        (100, 1),  # over, and still the nearest
        (104, 1),
        (107, 2),
        (115, 2),
        (155, 3),  # of two that go on the one that began last
        (160, 2),
        (300, 2),
        (301, None),
        (800, 4),
        (950, 4),
        (1_000, 4),
    ],
)
def test_at_a_moment_is_the_incident_in_which_it_lies_or_else_the_nearest(
    second: int, number: int | None
) -> None:
    found = troubles.at_moment((FIRST, SECOND, WITHIN, LASTS), at(second), at(1_000), 100_000)

    assert (None if found is None else found.id) == number


def test_of_no_incidents_none_is_near() -> None:
    assert troubles.at_moment((), at(0), at(0), 100_000) is None


@pytest.mark.parametrize(
    ("kind", "over", "lasting"),
    [
        (IncidentKind.OUTAGE, "Alpha API was down", "Alpha API is down"),
        (IncidentKind.DEGRADED, "Alpha API was degraded", "Alpha API is degraded"),
        (IncidentKind.UNSTABLE, "Alpha API was unstable", "Alpha API is unstable"),
    ],
)
def test_one_that_is_over_was_and_one_that_lasts_is(kind: IncidentKind, over: str, lasting: str) -> None:
    incident = replace(NIGHT, kind=kind)

    assert troubles.headline("Alpha", incident) == over
    assert troubles.headline("Alpha", replace(incident, ended_at=None)) == lasting


def test_every_reason_is_told() -> None:
    assert troubles.reasons(NIGHT) == "answers with a server error; answers slowly"


def test_it_goes_from_phase_to_phase_until_its_end() -> None:
    down, slow, again = troubles.passages(NIGHT)

    assert down == Passage(Service.DOWN, at(0), at(600))
    assert slow == Passage(Service.DEGRADED, at(600), at(1_200))
    assert again == Passage(Service.DOWN, at(1_200), at(3_600))
    assert [*troubles.passages(replace(NIGHT, ended_at=None))][-1].end is None


def test_time_that_nobody_saw_is_counted_as_such() -> None:
    assert troubles.unseen_s(NIGHT, at(9_999)) == 1_200
    assert troubles.around(NIGHT, at(9_999)) == "seen at both ends of a 20 min gap, no downtime"
    assert troubles.unseen_s(replace(NIGHT, ended_at=None), at(3_700)) == 1_300
    assert troubles.around(replace(NIGHT, seen=spans((0, 3_600))), at(9_999)) == ""


def test_of_a_recovery_in_between_it_is_not_said_that_nobody_saw_it() -> None:
    """Results spoke all the time, and what they said was up."""
    life = Life("a").run("SSFFFFSSSSFFFF")

    again = life.incident()
    assert again.recoveries
    assert troubles.unseen_s(again, again.seen[-1].end) == 0


def test_an_outage_began_with_its_first_failure_whatever_its_incident_began_with() -> None:
    assert troubles.fell_at(NIGHT, at(60)) == at(0)
    assert troubles.fell_at(NIGHT, at(1_230)) == at(1_200)
    slow_first = replace(NIGHT, phases=(Phase(at(0), Service.DEGRADED), Phase(at(78), Service.DOWN)))
    assert troubles.fell_at(slow_first, at(100)) == at(78)
    assert troubles.fell_at(replace(NIGHT, phases=()), at(100)) == at(0)


@pytest.mark.parametrize("letters", ["S" * 30 + "LLLLLSSSSSS", "S" * 30 + "FS" * 12 + "S" * 25, "SFFFFSS"])
def test_of_one_that_was_watched_all_the_time_nothing_is_unseen(letters: str) -> None:
    life = Life("a").run(letters)

    assert life.incident().ended_at is not None
    assert troubles.unseen_s(life.incident(), at(life.now_s)) == 0


def test_a_gap_in_one_that_was_only_slow_is_unseen() -> None:
    slow = replace(
        NIGHT, kind=IncidentKind.DEGRADED, phases=(Phase(at(0), Service.DEGRADED),), seen=spans((60, 1_800))
    )

    assert troubles.unseen_s(slow, at(9_999)) == 1_800


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    assert troubles.unseen_s(replace(NIGHT, ended_at=None), at(-60)) == 0


def test_their_word_is_told_with_its_distance_from_ours() -> None:
    said = replace(NIGHT, acknowledged_at=at(900), vendor_last_at=at(900), vendor_title="Errors")

    assert troubles.lead(said) == "15 min after us"
    assert troubles.lead(replace(said, acknowledged_at=at(-60))) == "1 min before us"
    told = troubles.their_word(said, clock_time, was_read=True, is_page=True)
    assert told == "Their first word 12:15, 15 min after our first failure: Errors"


def test_silence_is_told_for_what_it_is() -> None:
    lasting = replace(NIGHT, ended_at=None)

    assert troubles.lead(NIGHT) == ""
    assert troubles.their_word(NIGHT, clock_time, was_read=True, is_page=True).endswith(
        "did not speak of it."
    )
    assert troubles.their_word(lasting, clock_time, was_read=True, is_page=True).endswith(
        "did not speak of it so far."
    )
    unread = "Nothing is known: no status page of theirs was read"
    assert troubles.their_word(NIGHT, clock_time, was_read=False, is_page=False) == f"{unread} then."
    assert troubles.their_word(lasting, clock_time, was_read=False, is_page=False) == f"{unread} so far."
    frozen = troubles.their_word(NIGHT, clock_time, was_read=False, is_page=True)
    assert frozen == "Nothing is known: their page could not be read then, or not be relied on."


UP, DOWN, UNKNOWN = FeedState.UP, FeedState.DOWN, FeedState.UNKNOWN


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ((), False),
        ([(-60, UP)], True),
        ([(-120, UP), (-60, UNKNOWN)], False),
        ([(-120, UNKNOWN), (-60, UP)], True),
        ([(-60, UNKNOWN), (60, UNKNOWN)], False),
        ([(-60, UNKNOWN), (60, DOWN)], True),
        ([(60, UP), (120, UNKNOWN)], True),
    ],
)
def test_a_page_is_silent_only_where_it_was_read(said: list[tuple[int, FeedState]], read: bool) -> None:
    words = [(at(seconds), state) for seconds, state in said]

    assert troubles.page_was_read(NIGHT, words) is read
    assert troubles.page_was_read(replace(NIGHT, acknowledged_at=at(60)), words)
