"""Why: the rule, the witness and how many more were needed, of every kind of verdict."""

from collections.abc import Sequence

import pytest

from core.builders import HOUR_S, Life, at, clock_time, key, target
from core.test_replay import heard, row
from trayuptime.core import choices, claims, explain, judge, replay
from trayuptime.core.claims import Claim
from trayuptime.core.explain import Explained
from trayuptime.core.model import Feed, FeedState, Gap, GapCause, Level, Reach, Rules, Span, Switch, Vantage
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded, Seen
from trayuptime.core.replay import Judged
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    GapSeen,
    PrimaryBack,
    Settled,
    State,
    Step,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)


def explained(recording: Sequence[Recorded], rules: Rules | None = None) -> list[Explained]:
    judged = replay.replay(recording, lambda _: rules or Rules())
    return [each for line in judged for each in explain.explain(line, clock_time)]


def why(kind: type[object] | None, steps: Sequence[Explained]) -> list[tuple[str, ...]]:
    found = [e for e in steps if (e.happening is None if kind is None else isinstance(e.happening, kind))]
    return [each.why for each in found]


def test_a_calm_answer_needs_no_reason() -> None:
    assert why(Settled, explained(row("SSS"))) == [(), (), ()]


def test_failures_are_counted_until_they_are_enough() -> None:
    steps = explained(row("SFFFFSSS"))

    answered = "it was answered, so no witness is needed"
    assert why(Settled, steps)[1:] == [
        ("failure 1 in a row; 2 more would make it down", answered),
        ("failure 2 in a row; 1 more would make it down", answered),
        ("failure 3 in a row; 3 make it down", answered),
        ("it is down already", answered),
        ("1 answer in a row; 1 more would make it up",),
        ("2 answers in a row",),
        (),
    ]
    assert why(WentDown, steps) == [("3 failures in a row, the first at 12:01",)]
    assert why(CameUp, steps) == [("2 answers in a row, the first at 12:05",)]


def test_an_answer_amid_failures_did_not_last_and_a_short_streak_was_a_blip() -> None:
    assert why(Settled, explained(row("FFFSF")))[4][0] == "the 1 answer before it did not last"
    assert why(Settled, explained(row("SFFS")))[3] == (
        "it ends a streak of 2 that was not confirmed: a blip, no downtime",
    )


def test_who_proved_a_failure_is_named() -> None:
    seen = explained(row("SN") + row("SSS", "b", start_s=30))
    assert (
        why(Settled, seen)[2][1] == "b api has answered since it began, so it was not this computer's network"
    )
    (waits,) = why(None, seen)
    assert waits[0] == (
        "it waits for a witness: no other host has answered since it began;"
        " it would be failure 1 in a row, 3 make it down"
    )

    recorded = [heard(0, "N", proven=True, witness="c:443"), heard(60, "N", proven=True)]
    assert [reasons[1] for reasons in why(Settled, explained(recorded))] == [
        "c:443 had answered since it began, so it was not this computer's network",
        "the recording says that it was proven not to be this computer's network",
    ]

    local = explained([heard(0, "N", reach=Reach.LOOPBACK)])
    assert why(Settled, local)[0][1] == "it is on this computer itself, so no witness is needed"


def test_a_failure_that_waited_is_explained_by_the_line_that_settled_it() -> None:
    words = [heard(20 * n + 5, "S", "b") for n in range(4)]
    steps = explained([*row("SNNN", every_s=20), *words])

    failures = [reasons for reasons in why(Settled, steps) if reasons]
    assert [reasons[0] for reasons in failures] == [
        "failure 1 in a row; 2 more would make it down",
        "failure 2 in a row; 1 more would make it down",
        "failure 3 in a row; 3 make it down",
    ]


def test_an_offline_spell_names_who_was_silent_and_who_spoke() -> None:
    steps = explained(row("SNNNS") + row("SNNN", "b", start_s=1))

    assert why(VantageChanged, steps) == [
        (
            "every host that could tell is silent: a api, b api",
            "nothing of this is held against any provider",
        ),
        ("a api has answered",),
    ]
    assert why(None, steps)[-1] == ("dropped: this computer is cut off, so it says nothing about the vendor",)
    assert why(GapSeen, steps) == [("no host could be reached",)]


def test_a_noted_spell_is_the_recordings_word() -> None:
    steps = explained([*row("S"), Seen(at(30), Vantage.OFFLINE), Seen(at(90), Vantage.ONLINE)])

    assert why(VantageChanged, steps) == [("the recording says so",), ("the recording says so",)]


def test_what_began_in_a_spell_and_ended_after_it_is_dropped() -> None:
    lines: list[Recorded] = [*row("S"), Seen(at(30), Vantage.OFFLINE), Seen(at(90), Vantage.ONLINE)]
    steps = explained([*lines, heard(95, "S", "b"), heard(89, "N", "c", latency_ms=10_000.0)])

    assert why(None, steps)[-1] == ("dropped: this computer is cut off, so it says nothing about the vendor",)
    crossed = Judged(heard(89, "N"), {key("a"): Rules()}, State(), Step(State()), at(99))
    (dropped,) = explain.explain(crossed, clock_time)
    assert dropped.why == ("dropped: it began while this computer was cut off",)


@pytest.mark.parametrize("cause", list(GapCause))
def test_every_gap_has_its_words(cause: GapCause) -> None:
    steps = explained([*row("S"), Gap(at(60), at(600), cause)])

    (words,) = why(GapSeen, steps)[0]
    assert words


def test_slowness_says_over_what_and_how_many_it_takes() -> None:
    steps = explained(row("SSS") + row("SSSS", start_s=180, latency_ms=4_000.0) + row("SSSS", start_s=420))

    assert why(Settled, steps)[3] == ("slow: over 2.0 s; 1 in a row, 3 make it degraded",)
    assert why(WentDegraded, steps) == [
        ("3 slow answers in a row", "mere slowness changes the light; it makes no bubble")
    ]
    assert why(Settled, steps)[7] == ("1 in time in a row; 3 end it",)
    assert why(CameUp, steps) == [
        (
            "3 answers in time in a row, the first at 12:07",
            "it was never down: no downtime",
            "its beginning was not told, so its end is not either",
        )
    ]
    recorded_slow = explained([Heard(at(0), key("a"), Reason.SLOW)])
    assert why(Settled, recorded_slow)[0] == ("slow; 1 in a row, 3 make it degraded",)


def test_flapping_and_its_end() -> None:
    steps = explained(row("FS" * 10 + "S" * 30))

    assert why(WentUnstable, steps) == [
        ("6 changes or more in the last 20 results, and never enough failures in a row to be down",)
    ]
    assert ("2 steady results; 20 end it",) in why(Settled, steps)
    assert why(CameUp, steps)[0][0].startswith("20 steady results, the first at ")


def test_reopening_says_how_soon_and_a_relapse_that_it_was_told() -> None:
    reopened = explained(row("FFFSSFFF"))
    assert why(WentDown, reopened)[1] == (
        "3 failures in a row, the first at 12:05",
        "it began 2 min after the last end, within 10 min: the same incident, no new bubble",
    )

    slow = row("SSSFFF") + row("SSS", start_s=360, latency_ms=4_000.0) + row("FFF", start_s=540)
    assert why(WentDown, explained(slow))[1][1] == "it was told before in this incident: no new bubble"


def test_an_outage_seen_at_both_ends_of_a_gap() -> None:
    lines: list[Recorded] = [*row("FFF"), Gap(at(180), at(5 * HOUR_S), GapCause.ASLEEP)]
    steps = explained([*lines, *row("FSS", start_s=5 * HOUR_S)])

    assert why(CameUp, steps)[0][1] == "seen at both ends of a 4 h 57 min gap, which counts as no downtime"


def test_access_is_told_after_a_second_look_but_a_rate_limit_at_once() -> None:
    steps = explained(row("SKKR"))

    assert why(AccessChanged, steps) == [
        ("seen twice, the second time asked for at once",),
        ("told at once: asking a second time is what it forbids",),
    ]


def test_what_says_nothing_and_what_did_not_count() -> None:
    mute = explained([Heard(at(0), key("a"), Reason.UNKNOWN)])
    assert why(Settled, mute) == [("it says nothing about the service: neither a success nor a failure",)]

    outranked = explained([heard(0, "S", level=Level.COMPLETION, interval_s=600.0), heard(60, "F")])
    assert why(Settled, outranked)[1] == (
        "a completion speaks for this surface; a lesser question is not counted beside it",
    )
    noted = explained([Heard(at(0), key("a"), Reason.OK, counted=False, level=Level.COMPLETION)])
    assert why(Settled, noted) == [("the recording says that it was not counted",)]
    held = explained([Heard(at(0), key("a"), Reason.RATE_LIMITED, counted=False)])
    assert "it may be everybody's" in why(Settled, held)[0][0]


def judged_live(life: Life, step: Step, before: State) -> Judged:
    return Judged(heard(0, "S"), dict.fromkeys(life.targets, Rules()), before, step, at(0))


def test_what_is_no_verdict_needs_no_reason() -> None:
    life = Life("a", "b").run("S FFF")
    life.apply(choices.choose(life.state, Switch(at(life.now_s), "a", "b")))
    life.run("S" * 15)
    before = life.state
    step = life.see(life.now_s, "S")
    steps = explain.explain(judged_live(life, step, before), clock_time)

    assert life.one(PrimaryBack)
    assert why(PrimaryBack, steps) == [()]


def test_an_overload_names_the_second_opinion() -> None:
    life = Life("a").run("S FFF")
    life.apply(claims.hear(life.state, Claim(Feed(at(300), "a", FeedState.DOWN))))
    before = life.state
    step = life.see(300, "R", unexplained=True)

    assert explain.explain(judged_live(life, step, before), clock_time)[0].why[-1] == (
        "a 429 that names no limit, and a second opinion that it is everybody's"
    )


def test_an_outage_in_announced_maintenance_says_so() -> None:
    life = Life(targets={"a": target("a:1")}).run("FF")
    life.state = judge.announce(life.state, {"a": (Span(at(0), at(600)),)})
    before = life.state
    step = life.see(120, "F")

    assert explain.explain(judged_live(life, step, before), clock_time)[1].why[-1] == (
        "the vendor had announced maintenance for this time"
    )


def test_on_a_network_that_loses_answers_it_says_why_it_takes_more() -> None:
    lossy = row("SN" * 10 + "S", "b", proven=True) + row("NS" * 10 + "S", "c", start_s=1, proven=True)
    steps = explained([*lossy, *row("N" * 12, start_s=1_210, every_s=20, proven=True)])

    mine = [e for e in steps if isinstance(e.happening, Settled) and e.happening.result.key == key("a")]
    assert mine[2].why[:2] == (
        "failure 3 in a row; 13 more would make it down",
        "others lost answers too lately, so it takes 16 of them",
    )


def test_an_end_that_follows_soon_after_another_says_why_it_is_not_told() -> None:
    steps = explained(row("FFFSSFFFSS"))

    assert why(CameUp, steps)[1][-1] == "another end of it was told a few minutes ago: no new bubble"
