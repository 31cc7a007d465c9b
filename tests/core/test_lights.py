"""What is shown: never green for what is not known, and the worst surface speaks."""

from dataclasses import replace

import pytest

from core.builders import HOUR_S, Life, at, key, result, spans, target
from trayuptime.core import access, choices, judge, lights, words
from trayuptime.core.lights import ProviderLight, Watched
from trayuptime.core.model import Gap, GapCause, Reach, Service, Suggestion, Surface, Switch
from trayuptime.core.reasons import Access, Reason

API, WEB = Surface.API, Surface.WEB


def shown(
    life: Life, second: float | None = None, *, watched_until: float | None = None, web: bool = False
) -> ProviderLight:
    """Provider a at a second of the test, or right after its last result."""
    surfaces = (API, WEB) if web else (API,)
    now = at(life.now_s - 59 if second is None else second)
    as_of = None if watched_until is None else at(watched_until)
    return lights.provider_light(life.state, Watched("a", "A", surfaces), now, as_of=as_of)


def test_before_the_first_result_nothing_is_known() -> None:
    light = shown(Life("a"), 0)

    assert (light.service, light.access) == (Service.UNKNOWN, Access.UNCHECKED)
    assert (light.worst.reason, light.worst.since, light.detail) == (None, None, "")
    assert not light.checking


def test_a_good_answer_is_green_with_its_latency_and_time() -> None:
    light = shown(Life("a").run("S"))

    assert (light.service, light.access) == (Service.UP, Access.OK)
    assert (light.worst.reason, light.worst.latency_ms, light.detail) == (Reason.OK, 100.0, "answers")
    assert (light.worst.checked_at, light.worst.since) == (at(0), at(0))


def test_while_unconfirmed_the_light_keeps_its_colour_and_says_checking() -> None:
    light = shown(Life("a").run("S FF"))

    assert (light.service, light.checking, light.detail) == (Service.UP, True, "answers 503; checking")
    assert not shown(Life("a").run("S FFF")).checking


def test_a_failure_that_waits_for_a_witness_is_checking_too() -> None:
    light = shown(Life("a").run("S N"))

    assert (light.service, light.checking, light.detail) == (
        Service.UP,
        True,
        "cannot be connected to; checking",
    )


def test_a_lone_provider_says_that_no_other_host_can_tell_whose_fault_it_is() -> None:
    life = Life("a").run("S NNN")
    light = shown(life)

    assert (light.service, light.checking) == (Service.UNKNOWN, True), "neither red nor green for long"
    assert light.detail == f"cannot be connected to; {words.UNVOUCHED}; checking"

    life.apply(judge.network_changed(life.state, at(190)))
    assert shown(life).detail == f"{words.UNVOUCHED}; checking", (
        "what failed over the old network is forgotten"
    )

    assert shown(life.run("S")).detail == "answers"


def test_an_outage_is_red_since_its_first_failure() -> None:
    light = shown(Life("a").run("S FFF"))

    assert (light.service, light.worst.since) == (Service.DOWN, at(60))
    assert light.incident is not None
    assert light.incident.started_at == at(60)


@pytest.mark.parametrize("letters", ["S", "S FFF"])
def test_a_word_runs_out_and_then_nothing_is_known(letters: str) -> None:
    life = Life("a").run(letters)
    last_s = life.now_s - 60

    assert shown(life, last_s + 150).service is not Service.UNKNOWN
    assert shown(life, last_s + 150.001).service is Service.UNKNOWN
    assert shown(life, last_s + 150.001).worst.since == at(last_s + 150)


def test_without_an_engine_the_light_that_was_shown_last_is_given_however_old() -> None:
    life = Life("a").run("S FFF")

    assert shown(life, 100 * HOUR_S, watched_until=200).service is Service.DOWN


def test_a_light_that_had_gone_out_before_the_engine_stopped_is_not_lit_again() -> None:
    offline = Life("a", "b").run("S").run("S", "b")
    for second in (120, 130, 140):
        offline.see(second, "N")
        offline.see(second + 1, "N", "b")
    aged = Life("a").run("S ????")

    assert shown(offline, 100 * HOUR_S, watched_until=7_200).service is Service.UNKNOWN
    assert shown(aged, 100 * HOUR_S, watched_until=7_200).service is Service.UNKNOWN


def test_a_pause_and_an_offline_computer_know_nothing() -> None:
    life = Life("a", "b").run("S")
    paused = judge.pause(life.state, at(30), None).state
    assert lights.provider_light(paused, Watched("a", "A", (API,)), at(31)).worst.since == at(30)

    life.see(60, "N")
    life.see(61, "N", "b")
    light = shown(life, 62)
    assert (light.service, light.worst.since) == (Service.UNKNOWN, at(60))


def test_offline_in_the_office_hides_nothing_of_the_internet() -> None:
    life = Life(
        targets={"a": target("a:443"), "b": target("b:1", Reach.PRIVATE), "c": target("c:1", Reach.PRIVATE)}
    )
    life.run("S")
    life.see(10, "N", "b")
    life.see(11, "N", "c")

    assert shown(life, 12).service is Service.UP


def test_a_gap_ends_the_last_word_at_once() -> None:
    life = Life("a").run("S")
    life.apply(judge.pass_over(life.state, Gap(at(10), at(20), GapCause.ASLEEP)))

    assert shown(life, 21).service is Service.UNKNOWN
    assert shown(life, 21).worst.since == at(10)


def test_what_says_nothing_is_never_shown_as_green_for_long() -> None:
    life = Life("a").run("S").run("?" * 10)

    assert shown(life).service is Service.UNKNOWN
    assert shown(life).worst.reason is Reason.UNKNOWN
    assert life.service() is Service.UP, "the definite state behind it is kept"


def test_a_local_server_that_is_switched_off_is_unknown_at_once() -> None:
    life = Life(targets={"a": target("127.0.0.1:1", Reach.LOOPBACK)}).run("SS")
    life.see(120, "?", http_status=None, answered_at=None)

    light = shown(life, 121)
    assert (light.service, light.worst.since) == (Service.UNKNOWN, at(120))
    life.see(180, "S")
    assert shown(life, 181).service is Service.UP


def test_a_light_without_a_result_behind_it_is_unknown() -> None:
    life = Life("a").run("S")
    life.state = replace(life.state, surfaces={key("a"): replace(life.surface(), last=None)})

    assert shown(life, 1).service is Service.UNKNOWN


def test_a_surface_that_is_not_watched_yet_has_its_own_word_only() -> None:
    life = Life("a").run("S")
    life.state = replace(life.state, watched={})

    assert shown(life, 1).service is Service.UP


@pytest.mark.parametrize(
    ("api", "web", "worst"),
    [
        ("SSSS", "SSSS", Service.UP),
        ("SSSS", "SFFF", Service.DOWN),
        ("SFFF", "SSSS", Service.DOWN),
        ("SSSS", "", Service.UP),
        ("", "SFFF", Service.DOWN),
        ("????", "SSSS", Service.UP),
        ("", "", Service.UNKNOWN),
    ],
)
def test_the_worst_known_surface_speaks_for_its_provider(api: str, web: str, worst: Service) -> None:
    life = Life("a", "a/web").run(api)
    life.now_s = 0.0
    light = shown(life.run(web, "a/web"), 200, web=True)

    assert light.service is worst
    assert light.worst.service is worst


def test_degraded_is_worse_than_up_and_better_than_down() -> None:
    life = Life("a", "a/web").run("SSS LLL")
    life.now_s = 0.0
    life.run("SSSSSS", "a/web")
    assert shown(life, 350, web=True).service is Service.DEGRADED

    life.now_s = 360.0
    life.run("FFF", "a/web")
    light = shown(life, 490, web=True)
    assert light.service is Service.DOWN
    assert light.worst.surface is WEB


def test_what_comes_and_goes_says_so_while_it_answers() -> None:
    assert shown(Life("a").run("SFSFSFS")).detail == words.UNSTABLE
    assert shown(Life("a").run("SFSFSFSF")).detail.startswith("answers 5")


def test_where_there_are_several_surfaces_the_words_name_the_one_that_speaks() -> None:
    life = Life("a", "a/web").run("SSSS")
    life.now_s = 0.0
    life.run("SFFF", "a/web")

    assert shown(life, 200, web=True).detail == "web answers 503"
    assert shown(Life("a", "a/web"), 0, web=True).detail == ""


def test_an_incident_of_a_quiet_surface_is_still_the_providers() -> None:
    life = Life("a", "a/web").run("SSS FFF")
    life.state = replace(life.state, paused_since=at(400))
    light = lights.provider_light(life.state, Watched("a", "A", (WEB, API)), at(500))

    assert light.service is Service.UNKNOWN
    assert light.incident is not None
    assert light.incident == replace(life.incident(), seen=spans((180, 400))), "as far as it was seen"


def test_your_own_standing_is_told_beside_the_service() -> None:
    life = Life("a").run("S")
    for second in (60, 61):
        life.hear(result(second, Reason.KEY_REJECTED, detail="rejects your key: Incorrect API key"))
    life.now_s = 120

    light = shown(life)
    assert (light.service, light.access) == (Service.UP, Access.KEY_REJECTED)
    assert light.detail == "rejects your key: Incorrect API key"

    life.run("F")
    assert shown(life).detail == "answers 503; checking; rejects your key: Incorrect API key"


def test_a_standing_without_details_is_told_in_our_own_words() -> None:
    assert shown(Life("a").run("S CC F")).detail.endswith("; out of credit")


def test_while_a_host_asked_to_wait_its_last_word_stands_and_the_rest_of_the_wait_is_told() -> None:
    life = Life("a").run("S")
    life.see(60, "R", retry_after_s=1_000.0)

    light = shown(life, 1_000)
    assert light.service is Service.UP
    assert light.detail == "answers that you ask too often; rate limited; it asked to wait for another 1 min"
    assert shown(life, 1_060.1).detail == "answers that you ask too often; rate limited"


def test_a_wait_of_another_host_is_not_told_here() -> None:
    life = Life("a", "b").run("S")
    life.see(60, "R", "b", retry_after_s=1_000.0)

    assert shown(life, 61).detail == "answers"


def test_troubles_and_choices_are_told() -> None:
    life = Life("a", "b").run("S")
    life.apply(choices.choose(life.state, Switch(at(1), "a", "b")))
    life.state = access.with_trouble(life.state, "a", "the keyring is locked")

    assert shown(life).detail == "answers; the keyring is locked; you switched to b"


def test_a_choice_about_another_provider_is_not_told_here() -> None:
    life = Life("a", "b").run("S")
    life.apply(choices.choose(life.state, Switch(at(1), "b", "a")))

    assert shown(life).detail == "answers"


def test_a_suggestion_belongs_to_the_provider_in_trouble() -> None:
    life = Life("a", "b").run("S FFF")
    advice = Suggestion("a", "b", "up", at(180))
    life.apply(choices.advise(life.state, advice, at(181)))

    assert shown(life).suggestion == advice
    assert lights.provider_light(life.state, Watched("b", "B", (API,)), at(182)).suggestion is None


def test_an_answer_that_says_nothing_leaves_the_light_alone_while_the_last_one_speaks() -> None:
    life = Life("a").run("S ?")

    light = lights.provider_light(life.state, Watched("a", "A", (API,)), at(90))

    assert light.service is Service.UP
