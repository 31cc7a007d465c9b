"""A recording through the judge: the same story as it was lived, whatever the order its lines lie in."""

import json
import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.builders import DAY_S, HOUR_S, LAW, Life, at, key
from trayuptime.core import contract, replay, uptime
from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Reach, Rules, Service, Vantage
from trayuptime.core.reasons import NETWORK_FAILURES, Reason
from trayuptime.core.recording import Heard, Recorded, Seen, parse
from trayuptime.core.state import (
    CameUp,
    GapSeen,
    Happening,
    Settled,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)

LETTERS = {
    "S": Reason.OK,
    "F": Reason.SERVER_ERROR,
    "N": Reason.CONNECT_TIMEOUT,
    "D": Reason.DNS_FAILURE,
    "P": Reason.PORTAL,
    "T": Reason.TLS_FAILURE,
    "K": Reason.KEY_REJECTED,
    "R": Reason.RATE_LIMITED,
}


def heard(second: float, letter: str, name: str = "a", **more: Any) -> Heard:
    more.setdefault("latency_ms", 100.0)
    return Heard(at(second), key(name), LETTERS[letter], **more)


def row(
    letters: str, name: str = "a", *, start_s: float = 0, every_s: float = 60, **more: Any
) -> list[Heard]:
    return [
        heard(start_s + every_s * n, letter, name, **more)
        for n, letter in enumerate(letters)
        if letter != " "
    ]


def told(recording: Sequence[Recorded], rules: Rules | None = None) -> list[Happening]:
    judged = replay.replay(recording, lambda _: rules or Rules())
    return [happening for each in judged for happening in each.step.happenings]


def kinds(happenings: Iterable[Happening]) -> list[str]:
    return [type(h).__name__ for h in happenings if not isinstance(h, Settled)]


def stored(happenings: Iterable[Happening]) -> list[Reason]:
    return [h.result.reason for h in happenings if isinstance(h, Settled)]


def only(happenings: Iterable[Happening], kind: type[Any]) -> Any:
    (found,) = [h for h in happenings if isinstance(h, kind)]
    return found


# The table of the rules, as files


@pytest.mark.parametrize("reason", ["D", "N", "T", "P"])
@pytest.mark.parametrize("providers", [2, 5])
@pytest.mark.parametrize("apart_s", [0, 7])
def test_wifi_off_for_ten_minutes_stores_no_failure_and_is_one_spell(
    reason: str, providers: int, apart_s: int
) -> None:
    lines = [
        line
        for n in range(providers)
        for line in row("SSSSS" + reason * 10 + "SSSSS", "abcde"[n], start_s=n * apart_s)
    ]
    happened = told(lines)

    assert kinds(happened) == ["VantageChanged", "GapSeen", "VantageChanged"]
    assert set(stored(happened)) == {Reason.OK}


def test_wifi_off_with_a_lone_provider_is_neither_red_nor_offline() -> None:
    happened = told(row("SSS" + "N" * 10 + "SSS"))

    assert kinds(happened) == ["GapSeen"]
    assert only(happened, GapSeen).gap.cause is GapCause.UNPROVEN


@pytest.mark.parametrize("lines", ["SSFFS", "SFSFSS", "SSNS"])
def test_a_streak_that_ends_unconfirmed_is_no_news(lines: str) -> None:
    assert [kind for kind in kinds(told(row(lines))) if kind != "GapSeen"] == []


def test_a_seven_hour_outage_asleep_for_five_of_them() -> None:
    lines: list[Recorded] = [
        *row("S" * 60),
        *row("F" * 60, start_s=HOUR_S),
        Gap(at(2 * HOUR_S), at(7 * HOUR_S), GapCause.ASLEEP),
        *row("F" * 60 + "S" * 60, start_s=7 * HOUR_S),
    ]
    up = only(told(lines), CameUp)

    assert up.downtime_s == 2 * HOUR_S
    assert uptime.duration_s(up.incident, up.at) == 7 * HOUR_S


def test_flapping_is_one_unstable_incident() -> None:
    happened = told(row("FS" * 10 + "S" * 30))

    assert kinds(happened) == ["WentUnstable", "CameUp"]


def test_a_recorded_proof_needs_no_witness() -> None:
    happened = told(row("SNNNSS", proven=True))

    assert kinds(happened) == ["WentDown", "CameUp"]


def test_the_witness_is_any_other_line_that_came_since() -> None:
    happened = told(row("SNNNSS") + row("SSSSSS", "b", start_s=30))

    assert kinds(happened) == ["WentDown", "CameUp"]
    failures = [h for h in happened if isinstance(h, Settled) and h.result.reason is not Reason.OK]
    assert [failure.witness for failure in failures] == ["b api"] * 3


@pytest.mark.parametrize("failing", ["a", "z"])
@pytest.mark.parametrize("latency_ms", [None, 0, 5, 100, 10_000])
@pytest.mark.parametrize("word_ms", [0, 200, 900])
def test_neither_names_nor_latencies_decide_whether_a_word_of_the_same_instant_counts(
    failing: str, latency_ms: float | None, word_ms: float
) -> None:
    lost = row("S" + "N" * 20 + "SS", failing, latency_ms=latency_ms)
    happened = told(lost + row("S" * 23, "m", latency_ms=word_ms))

    assert kinds(happened) == ["WentDown", "CameUp"]
    assert only(happened, CameUp).downtime_s == 1_200


def test_a_sparse_recording_lets_its_witnesses_come_late() -> None:
    happened = told(row("SNNNSS", every_s=300) + row("SSSSSS", "b", start_s=150, every_s=300))

    assert kinds(happened) == ["WentDown", "CameUp"]


def test_a_rare_word_proves_only_what_came_shortly_before_it() -> None:
    """Wi-Fi off for two minutes, and a witness that is asked every five: its word comes when all is well."""
    lines = row("SSDDDSS") + row("S" * 3, "b", start_s=-55, every_s=305)

    assert "WentDown" not in kinds(told(lines))


def test_a_real_outage_is_found_by_rare_words_as_well() -> None:
    lines = row("SS" + "D" * 30 + "SS") + row("S" * 8, "b", start_s=10, every_s=300)

    assert "WentDown" in kinds(told(lines))


def test_a_local_server_is_no_witness_and_needs_none() -> None:
    local: dict[str, Any] = {"reach": Reach.LOOPBACK}

    assert "WentDown" not in kinds(told(row("SNNNSS") + row("SSSSSS", "b", **local)))
    assert kinds(told(row("SNNNSS", **local))) == ["WentDown", "CameUp"]


@pytest.mark.parametrize("every", [2, 3, 4, 6])
def test_an_outage_is_whole_though_the_only_witness_loses_a_question_now_and_then(every: int) -> None:
    flaky = "".join("N" if n % every == 0 and n > 20 else "S" for n in range(430))
    happened = told(row("SSS" + "N" * 420 + "SSSSSS") + row(flaky, "b", start_s=5))

    assert kinds(happened).count("VantageChanged") == 0
    (downtime_s,) = [h.downtime_s for h in happened if isinstance(h, CameUp) and h.key == key("a")]
    assert 25_200.0 - 60 <= downtime_s <= 25_200.0


def test_the_other_surface_of_a_provider_is_a_witness() -> None:
    assert kinds(told(row("SNNNSS") + row("SSSSSS", "a/web"))) == ["WentDown", "CameUp"]


def test_two_providers_at_one_host_are_no_witnesses_for_each_other() -> None:
    shared: dict[str, Any] = {"host": "one:443"}

    assert "WentDown" not in kinds(told(row("SNNNSS", **shared) + row("SSSSSS", "b", **shared)))


def test_who_is_no_longer_recorded_is_not_waited_for() -> None:
    lines = row("S" * 40 + "N" * 10 + "S") + row("S" * 40 + "N" * 10 + "S", "b") + row("S" * 5, "c")
    happened = told(lines)

    assert kinds(happened) == ["VantageChanged", "GapSeen", "VantageChanged"]


def test_an_answer_that_may_have_been_none_bears_no_witness() -> None:
    """`bad_request` may be a question that we did not send; with a status it was answered."""
    asked = [Heard(at(60 * n), key("b"), Reason.BAD_REQUEST) for n in range(6)]
    answered = [Heard(at(60 * n), key("b"), Reason.BAD_REQUEST, http_status=422) for n in range(6)]

    assert "WentDown" not in kinds(told(row("SNNNSS") + asked))
    assert "WentDown" in kinds(told(row("SNNNSS") + answered))


def test_what_did_not_count_does_not_count_again() -> None:
    happened = told(row("S") + row("FFFF", start_s=60, counted=False))

    assert kinds(happened) == []
    assert len(stored(happened)) == 5


def test_a_completion_outranks_the_models_beside_it() -> None:
    deep = row("S" * 4, every_s=600, level=Level.COMPLETION, interval_s=600.0)
    shallow = [line for start in range(0, 2_400, 600) for line in row("F" * 9, start_s=start + 60)]

    assert kinds(told(deep + shallow)) == []


# Vantage and gaps


def test_a_portal_in_front_of_one_is_recorded_against_nobody() -> None:
    happened = told(row("S" + "P" * 7 + "S") + row("S" * 9, "b", start_s=5))

    assert set(stored(happened)) == {Reason.OK}
    assert [kind for kind in kinds(happened) if kind != "GapSeen"] == []


def test_a_noted_offline_spell_drops_what_failed_in_it() -> None:
    lines: list[Recorded] = [
        *row("SSS" + "N" * 10 + "SSS"),
        Seen(at(170), Vantage.OFFLINE),
        Seen(at(770), Vantage.ONLINE),
    ]
    happened = told(lines)

    assert kinds(happened) == ["VantageChanged", "GapSeen", "VantageChanged"]
    assert set(stored(happened)) == {Reason.OK}


@pytest.mark.parametrize(
    ("cause", "seen"), [(GapCause.OFFLINE, Vantage.OFFLINE), (GapCause.PORTAL, Vantage.PORTAL)]
)
def test_an_exported_offline_gap_is_the_spell_that_was_told(cause: GapCause, seen: Vantage) -> None:
    happened = told([*row("SSS"), Gap(at(170), at(770), cause), *row("SSS", start_s=780)])

    assert [h.vantage for h in happened if isinstance(h, VantageChanged)] == [seen, Vantage.ONLINE]
    assert only(happened, GapSeen).gap == Gap(at(170), at(770), cause)


def test_a_gap_of_one_surface_is_only_its_own() -> None:
    mine = Gap(at(170), at(770), GapCause.OFFLINE, key("a"))
    happened = told([*row("SSS"), mine, *row("SSS", start_s=780)])

    assert only(happened, GapSeen).gap == mine
    assert "VantageChanged" not in kinds(happened)


def test_a_gap_ends_the_speech_of_what_was_heard_just_before() -> None:
    asleep = Gap(at(120), at(HOUR_S), GapCause.ASLEEP)
    lines: list[Recorded] = [*row("FFF"), asleep, *row("FSS", start_s=HOUR_S)]

    assert only(told(lines), CameUp).downtime_s == 120 + 60


# Order


def test_the_order_of_surfaces_in_the_file_is_no_matter() -> None:
    one, other = row("SNNNSS"), row("SSSSSS", "b")

    assert kinds(told(one + other)) == kinds(told(other + one)) == ["WentDown", "CameUp"]


@pytest.mark.parametrize("completion_first", [True, False])
def test_of_two_lines_at_one_instant_the_deeper_is_heard_whatever_their_order(completion_first: bool) -> None:
    """A model list that answers beside completions that fail is no green."""
    pairs = [
        (heard(60.0 * n, "F", level=Level.COMPLETION), heard(60.0 * n, "S", level=Level.MODELS))
        for n in range(5)
    ]
    lines = [line for pair in pairs for line in (pair if completion_first else reversed(pair))]

    assert kinds(told(lines)) == ["WentDown"]


def test_of_two_contradictory_lines_the_failure_is_heard_whatever_their_order() -> None:
    lines = [line for n in range(5) for line in (heard(60.0 * n, "S"), heard(60.0 * n, "F"))]

    assert kinds(told(lines)) == kinds(told(lines[::-1])) == ["WentDown"]


def test_failures_inside_a_recorded_offline_gap_belong_to_it() -> None:
    gap = Gap(at(175), at(775), GapCause.OFFLINE)
    for several in (1, 2, 5):
        lines = [line for n in range(several) for line in row("SSS" + "D" * 10 + "SSS", "abcde"[n])]
        happened = told([*lines, gap])

        assert kinds(happened) == ["VantageChanged", "GapSeen", "VantageChanged"]
        assert set(stored(happened)) == {Reason.OK}


def test_a_repeated_line_counts_once() -> None:
    assert kinds(told(row("SF") * 3)) == []


def test_one_failure_written_down_three_times_is_one_failure() -> None:
    happened = told([*row("S"), *[heard(60, "F")] * 3, *row("S", start_s=120)])

    assert kinds(happened) == []
    assert stored(happened) == [Reason.OK, Reason.SERVER_ERROR, Reason.OK]


def test_a_clock_set_back_in_mid_run_is_judged_as_it_was_lived() -> None:
    lines = [*row("S" * 60), *row("S" * 10 + "FFF" + "S" * 60)]
    happened = told(lines)

    assert kinds(happened) == ["WentDown", "CameUp"]
    up = only(happened, CameUp)
    assert 0 <= up.downtime_s <= uptime.duration_s(up.incident, up.at) == 180


def test_a_clock_set_back_in_mid_outage_loses_none_of_it() -> None:
    up = only(told([*row("S" * 60 + "FFF"), *row("F" * 5 + "SSSS" + "S" * 60)]), CameUp)

    assert up.downtime_s == 8 * 60
    assert uptime.duration_s(up.incident, up.at) == 8 * 60


def test_two_surfaces_with_a_clock_set_back_bear_each_other_witness() -> None:
    lines = [
        line
        for start in (3_600, 0)
        for n in range(30)
        for line in (
            heard(start + 60 * n, "S", "b"),
            heard(start + 60 * n + 1, "N" if start == 0 and 10 < n < 14 else "S"),
        )
    ]

    assert kinds(told(lines)) == ["WentDown", "CameUp"]


@pytest.mark.parametrize("order", [(0, 2, 3, 6, 5, 4, 1), (6, 5, 4, 3, 2, 1, 0), (4, 5, 6, 0, 1, 2, 3)])
def test_lines_that_are_merely_in_another_order_are_no_clock_set_back(order: tuple[int, ...]) -> None:
    lines = row("SSFFFSS")

    assert told([lines[at] for at in order]) == told(lines)


@pytest.mark.parametrize("shift_s", [15.0, 30.0, 45.0])
def test_a_clock_set_back_by_any_part_of_an_interval_is_found_out(shift_s: float) -> None:
    lines = [*row("S" * 11), *row("FFFF" + "S" * 8, start_s=shift_s)]

    assert kinds(told(lines)) == ["WentDown", "CameUp"]


def test_two_days_in_the_wrong_order_are_no_clock_set_back() -> None:
    first = [*row("SS"), *row("FFFF", start_s=120, every_s=10), *row("SSSS", start_s=180)]
    second = row("S" * 10, start_s=3_600)

    assert told([*second, *first]) == told([*first, *second])


def test_a_file_that_holds_its_lines_twice_is_judged_once() -> None:
    lines = [*row("SS"), *row("FFFF", start_s=120, every_s=10), *row("SSSS", start_s=180)]

    assert told([*lines, *lines]) == told(lines)


@pytest.mark.parametrize(
    ("cause", "kept"), [(GapCause.ASLEEP, 2), (GapCause.PAUSED, 2), (GapCause.APP_OFF, 3)]
)
def test_what_was_in_flight_when_this_computer_fell_asleep_is_thrown_away(cause: GapCause, kept: int) -> None:
    failures = [heard(60 * n, "F", latency_ms=10_000.0) for n in range(3)]
    gap = Gap(at(125), at(7_200), cause)

    assert len(stored(told([*failures, gap]))) == kept


def test_lines_in_no_order_at_all_are_put_in_order() -> None:
    lines = row("S" * 50 + "FFFF" + "S" * 50)
    random.Random(7).shuffle(lines)

    assert kinds(told(lines)) == ["WentDown", "CameUp"]


# The usual latency


def test_slowness_is_measured_against_the_recordings_own_past() -> None:
    lines = row("S" * 200, latency_ms=900.0) + row("S" * 5, start_s=200 * 60, latency_ms=2_500.0)
    assert kinds(told(lines)) == []

    late = row("S" * 200, latency_ms=900.0) + row("S" * 5, start_s=200 * 60, latency_ms=2_900.0)
    assert kinds(told(late)) == ["WentDegraded"]
    assert only(told(late), WentDegraded).incident.started_at == at(200 * 60)


def test_a_slow_hour_on_the_first_day_does_not_pass_for_usual() -> None:
    lines = row("S" * 40, latency_ms=300.0) + row("S" * 120, start_s=2_400, latency_ms=4_000.0)

    assert kinds(told(lines)) == ["WentDegraded"]


def test_what_is_slow_for_days_becomes_usual() -> None:
    lines = row("S" * 200, every_s=900, latency_ms=300.0)
    later = row("S" * 400, start_s=200 * 900, every_s=900, latency_ms=4_000.0)

    assert kinds(told(lines + later)) == ["WentDegraded", "CameUp"]


def test_the_past_of_more_than_seven_days_is_forgotten() -> None:
    quick = row("S" * 200, latency_ms=100.0)
    slower = row("S" * 200, start_s=8 * DAY_S, latency_ms=1_900.0)
    late = row("S" * 5, start_s=8 * DAY_S + 200 * 60, latency_ms=5_000.0)

    assert kinds(told(quick + slower + late)) == []


def test_without_an_interval_the_median_spacing_is_in_force() -> None:
    lines = [*row("FFF", every_s=600), *row("FFS S", start_s=1_800, every_s=600)]
    (up,) = [h for h in told([*lines, *row("SS", start_s=6_000, every_s=600)]) if isinstance(h, CameUp)]

    assert up.downtime_s == 3_000


def test_a_single_line_has_the_configured_interval() -> None:
    judged = list(replay.replay(row("S"), lambda _: Rules(interval_s=17.0)))

    assert judged[0].rules[key("a")].interval_s == 17.0
    assert list(replay.replay([], lambda _: Rules())) == []


def test_the_users_own_thresholds_are_heeded() -> None:
    assert kinds(told(row("SFFFFSSS"), Rules(confirm_after=5))) == []
    assert kinds(told(row("SFSSS"), Rules(confirm_after=1, recover_after=3))) == ["WentDown", "CameUp"]


# A life, exported and judged again


def lived(life: Life) -> list[Recorded]:
    lines = [contract.exported(h) for h in life.happenings if isinstance(h, Settled)]
    gaps = [contract.exported_gap(h.gap) for h in life.happenings if isinstance(h, GapSeen)]
    return parse(json.dumps(line) for line in (*lines, *gaps))


def story(happenings: Iterable[Happening]) -> list[tuple[str, Instant, str]]:
    verdicts = (WentDown, CameUp, WentDegraded, WentUnstable)
    return sorted(
        (type(h).__name__, h.incident.started_at, h.key.provider)
        for h in happenings
        if isinstance(h, verdicts)
    )


@LAW
@given(st.integers(0, 10_000))
def test_an_exported_life_tells_the_same_story(seed: int) -> None:
    chance = random.Random(seed)
    spells: list[tuple[float, float, str, Reason]] = []
    # Far apart, and silent one at a time: what others lose meanwhile is weighed in the order of landing.
    for start in range(600, 14_000, 2_400):
        why = chance.choice(list(Reason))
        silent = why in NETWORK_FAILURES or why is Reason.PORTAL
        names = chance.sample("abc", 1 if silent else chance.randint(1, 3))
        spells += [(start, start + chance.choice([30, 90, 400, 1_500]), name, why) for name in names]

    def world(of: Key, second: float) -> Reason:
        hit = [why for start, end, name, why in spells if of.provider == name and start <= second < end]
        return hit[0] if hit else Reason.OK

    life = Life("a", "b", "c").live(world, 16_000)
    again = told(lived(life))

    assert story(again) == story(life.happenings)


# Laws

CALM = "SSSSSSSSSS"
FILES = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("SSSSSFFNNDTPKR"), st.sampled_from([0, 0, 0, 10, 60, 600])
    ),
    max_size=60,
)


def recorded(script: Sequence[tuple[str, str, int]]) -> list[Heard]:
    lines: list[Heard] = []
    second = 0
    for name, letter, wait in script:
        second += wait
        lines.append(heard(second, letter, name))
    return list({(line.at, line.key): line for line in lines}.values())


@LAW
@given(FILES)
def test_replaying_twice_is_identical(script: list[tuple[str, str, int]]) -> None:
    assert told(recorded(script)) == told(recorded(script))


@LAW
@given(FILES, st.randoms(use_true_random=False))
def test_permuting_results_of_the_same_instant_changes_nothing(
    script: list[tuple[str, str, int]], chance: random.Random
) -> None:
    lines = recorded(script)
    mixed = sorted(chance.sample(lines, len(lines)), key=lambda line: line.at)

    assert told(mixed) == told(lines)


@LAW
@given(FILES)
def test_no_transition_repeats(script: list[tuple[str, str, int]]) -> None:
    happened = told(recorded(script))
    for name in "abc":
        lights = [
            Service.DOWN if isinstance(h, WentDown) else Service.UP
            for h in happened
            if isinstance(h, WentDown | CameUp) and h.key == key(name)
        ]
        assert all(before is not after for before, after in pairwise(lights) if after is Service.UP)
        assert not lights or lights[0] is Service.DOWN or "WentUnstable" in kinds(happened)
    views = [h.vantage for h in happened if isinstance(h, VantageChanged)]
    assert all(before is not after for before, after in pairwise(views))


@LAW
@given(FILES)
def test_no_failure_without_an_answer_is_stored_without_a_witness(script: list[tuple[str, str, int]]) -> None:
    for happening in told(recorded(script)):
        if isinstance(happening, Settled) and happening.result.reason in NETWORK_FAILURES:
            assert happening.proven
            assert happening.witness not in {"", happening.result.host}


@LAW
@given(
    st.lists(st.sampled_from([*"SSSSSSFFF", "N"]), min_size=20, max_size=80), st.integers(2, 15), st.data()
)
def test_deleting_an_offline_stretch_never_adds_an_outage(
    letters: list[str], length: int, data: st.DataObject
) -> None:
    """Everybody is silent for a while; the same story without those lines has no outage more."""
    start = data.draw(st.integers(0, len(letters)))
    assume(letters[start : start + 1] != ["N"])  # it would be one more silent line of the stretch
    shift_s = 60 * length
    before = row("".join(letters[:start])) + row("S" * start, "b", start_s=1)
    after_s = 60 * start + shift_s
    after = row("".join(letters[start:]), start_s=after_s)
    after += row("S" * (len(letters) - start), "b", start_s=after_s + 1)
    silence = row("N" * length, start_s=60 * start) + row("N" * length, "b", start_s=60 * start + 1)
    with_it = [h for h in told(before + silence + after) if isinstance(h, WentDown)]
    without = [h for h in told(before + after) if isinstance(h, WentDown)]

    assert len(without) <= len(with_it)
