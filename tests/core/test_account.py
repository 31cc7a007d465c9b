"""What happens and how we know it: no claim without a proof, and nothing said while all is well."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, Life, at, clock_time, key, result, target
from trayuptime.core import access, choices, judge, lights
from trayuptime.core.lights import ProviderLight, Watched
from trayuptime.core.model import Reach, Suggestion, Surface, Switch, Vantage
from trayuptime.core.reasons import Reason
from trayuptime.core.summary import NAME_CHARS, account, advice, shorten

INTERNET, PRIVATE, LOOPBACK = Reach.INTERNET, Reach.PRIVATE, Reach.LOOPBACK


def shown(life: Life, second: float | None = None) -> list[ProviderLight]:
    """Every provider at a second of the test, or right after the last letter that was run."""
    surfaces: dict[str, list[Surface]] = {}
    for of in life.targets:
        surfaces.setdefault(of.provider, []).append(of.surface)
    now = at(life.now_s - 59 if second is None else second)
    return [
        lights.provider_light(life.state, Watched(name, name.upper(), tuple(has)), now)
        for name, has in surfaces.items()
    ]


def said(life: Life, second: float | None = None) -> tuple[str, ...]:
    now = at(life.now_s - 59 if second is None else second)
    return account(life.state, shown(life, second), clock_time, now)


def together(*stories: str, **more: Reach) -> Life:
    """Providers a, b, c …, each with its letters at the same minutes, on the internet unless it is said."""
    names = "abcdefgh"[: len(stories)]
    life = Life(*names, targets={name: target(f"{name}:1", reach) for name, reach in more.items()})
    for minute in range(max(len(story) for story in stories)):
        for n, (name, story) in enumerate(zip(names, stories, strict=True)):
            if minute < len(story):
                life.see(60 * minute + n, story[minute], name)
    life.now_s = 60 * max(len(story) for story in stories)
    return life


def test_an_outage_that_was_reopened_names_both_its_falls() -> None:
    life = together("SFFFSSFFF", "SSSSSSSSS")

    assert said(life) == ("It answers 503 again since 12:06, first at 12:01; your network is fine.",)


# While nobody is asked, and while nobody can be


def test_nothing_is_said_while_all_is_well() -> None:
    assert said(together("SSSS", "SSSS")) == ()
    assert said(Life("a"), 0) == ()
    assert account(Life().state, [], clock_time, at(0)) == ()


@pytest.mark.parametrize(
    ("until_s", "sentence"),
    [(3_600.0, "Nobody is asked until 13:00."), (None, "Nobody is asked until you resume.")],
)
def test_a_pause_says_how_long_and_nothing_else(until_s: float | None, sentence: str) -> None:
    life = together("SFFF", "SSKK")
    life.state = judge.pause(life.state, at(200), None if until_s is None else at(until_s)).state

    assert said(life) == (sentence,)


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (Vantage.OFFLINE, "No host answers, so nothing is held against any provider."),
        (Vantage.PORTAL, "Until then nothing is held against any provider."),
    ],
)
def test_without_a_network_nothing_is_held_against_anybody(view: Vantage, sentence: str) -> None:
    life = together("SFFF", "SSKK")
    life.apply(judge.see_vantage(life.state, view, at(200)))

    assert said(life) == (sentence,)


# Down, and what proves that it is them


def test_an_answer_that_fails_proves_the_network_itself() -> None:
    assert said(together("SFFF")) == ("It answers 503 since 12:01; your network is fine.",)


@pytest.mark.parametrize(
    ("others", "witnesses"),
    [(1, "B answers"), (2, "B and C answer"), (5, "B and C answer")],
)
def test_a_silent_one_is_them_because_others_answer_of_whom_two_are_named(
    others: int, witnesses: str
) -> None:
    life = together("SNNN", *["SSSS"] * others)

    assert said(life) == (f"It cannot be connected to since 12:01; {witnesses}, so it is not your network.",)


def test_only_who_is_as_far_away_is_named_as_a_witness() -> None:
    life = together("SNNN", "SSSS", "SSSS", a=PRIVATE, c=PRIVATE)

    assert said(life) == ("It cannot be connected to since 12:01; C answers, so it is not your network.",)


def test_who_shares_its_host_is_not_named_as_a_witness() -> None:
    shared = {name: target("gateway:443") for name in "ab"}
    life = Life("a", "b", "c", targets=shared)
    for second in (0, 60, 120, 180):
        life.see(second, "N" if second else "S")
        life.see(second + 1, "S", "b")
        life.see(second + 2, "S", "c")
    life.now_s = 240

    assert said(life) == ("It cannot be connected to since 12:01; C answers, so it is not your network.",)


def test_a_provider_is_not_named_as_its_own_witness() -> None:
    life = Life(targets={"a": target("api.a:443"), "a/web": target("www.a:443")})
    for second in (0, 60, 120, 180):
        life.see(second, "N" if second else "S")
        life.see(second + 1, "S", "a/web")
    life.now_s = 240

    assert said(life) == ("Its API cannot be connected to since 12:01.",)


def test_without_a_word_of_anybody_since_it_failed_the_network_is_not_called_fine() -> None:
    life = together("SNNN", "SSSS")
    life.apply(judge.watch(life.state, {key("a"): life.targets[key("a")]}, at(190)))
    del life.targets[key("b")]

    assert said(life) == ("It cannot be connected to since 12:01.",)


def test_a_witness_that_fell_silent_before_proves_nothing() -> None:
    life = together("SNNN", "SSSS")
    before = {host: replace(word, at=at(59)) for host, word in life.state.testimonies.items()}
    life.state = replace(life.state, testimonies=before)

    assert said(life) == ("It cannot be connected to since 12:01.",)


def test_a_server_on_this_computer_says_nothing_of_the_network() -> None:
    assert said(together("SNNN", "SSSS", a=LOOPBACK)) == ("It cannot be connected to since 12:01.",)
    assert said(together("SFFF", a=LOOPBACK)) == ("It answers 503 since 12:01.",)


def test_of_several_that_are_down_two_are_told_and_the_network_if_each_of_them_proves_it() -> None:
    fine = "Your network is fine."

    assert said(together("SFFF", "SSFFF", "SFFF", "SSSSS")) == (
        "A answers 503 since 12:01.",
        "B answers 503 since 12:02.",
        fine,
    )
    assert said(together("SFFF", "SNNN", "SSSS"))[-1] == fine
    assert fine not in said(together("SFFF", "SFFF", b=LOOPBACK))


def test_one_surface_of_several_is_named_by_what_it_is() -> None:
    life = Life("a", "a/web").run("SSSS")
    life.now_s = 0.0
    life.run("SFFF", "a/web")

    assert said(life) == ("Its web answers 503 since 12:01; your network is fine.",)


def test_the_first_answer_after_an_outage_does_not_count_as_up_yet() -> None:
    assert said(together("SFFFS")) == (
        "It has just answered and is asked again before it counts as up; your network is fine.",
    )
    assert said(together("SFFFSS")) == ()


# Degraded


def test_slowness_is_told_beside_what_is_usual_where_that_is_known() -> None:
    life = together("SSSLLL")
    assert said(life) == ("It answers slowly since 12:03.",)

    life.state = judge.with_baseline(life.state, key("a"), 640.0)
    assert said(life) == ("It answers slowly since 12:03 (9.0 s, usually 640 ms).",)


def test_slowness_without_a_latency_has_no_figures() -> None:
    life = together("SSS")
    for second in (180, 240, 300):
        life.hear(result(second, Reason.SLOW, latency_ms=None))
    life.state = judge.with_baseline(life.state, key("a"), 640.0)

    assert said(life, 301) == ("It answers slowly since 12:03.",)


def test_slowness_stays_what_it_is_until_something_else_is_confirmed() -> None:
    """A first failure has no "since 12:03", and an answer in time is no proof of slowness."""
    slow = "It answers slowly since 12:03."
    assert said(together("SSSLLLF")) == (slow, "A answers 503.", "It is asked again before that counts.")

    life = together("SSSLLLS")
    life.state = judge.with_baseline(life.state, key("a"), 640.0)
    assert said(life) == (slow,)


def test_flapping_is_told_as_what_it_is_whatever_came_last() -> None:
    sentence = "It fails and recovers over and over since 12:01."

    assert said(together("SFSFSFS")) == (sentence,)
    assert said(together("SFSFSFSF"))[0] == sentence


def test_of_several_that_are_degraded_nothing_is_said_of_the_network() -> None:
    assert said(together("SSSLLL", "SSSLLL", "SSSSSS")) == (
        "A answers slowly since 12:03.",
        "B answers slowly since 12:03.",
    )


def test_who_is_degraded_is_not_told_while_another_is_down() -> None:
    assert said(together("SSSLLL", "SSSFFF")) == ("It answers 503 since 12:03; your network is fine.",)


# What does not count yet, and the user's own standing


def test_a_failure_that_does_not_count_yet_says_so() -> None:
    again = "It is asked again before that counts."

    assert said(together("SFF")) == ("A answers 503.", again)
    assert said(together("SF", "SF", "SF")) == ("A answers 503.", "B answers 503.", again)
    assert again not in said(together("SFFF"))


def test_what_is_down_already_is_beyond_doubt_whatever_its_last_failure_waits_for() -> None:
    life = together("SFFFN")

    assert life.state.waiting
    assert said(life) == ("It answers 503 since 12:01; your network is fine.",)


def test_a_rejected_key_and_an_empty_balance_are_told_since_when_and_two_of_them() -> None:
    assert said(together("SSKK", "SCC", "SSKK", "SSSS")) == (
        "A rejects your key since 12:03.",
        "B says your credit is used up since 12:02.",
    )
    assert said(together("SSRR")) == (), "a rate limit passes by itself"


def test_what_keeps_a_key_from_being_read_is_told() -> None:
    life = together("SS", "SS")
    life.state = access.with_trouble(life.state, "b", "The keyring is locked.")

    assert said(life) == ("B: The keyring is locked.",)


def test_one_locked_keyring_is_told_once_however_many_keys_are_in_it() -> None:
    life = together("S", "S", "S", "S", "S")
    for name in "abce":
        life.state = access.with_trouble(life.state, name, "The keyring is locked.")
    life.state = access.with_trouble(life.state, "d", "There is no such file.")

    assert said(life) == ("A, B and 2 more: The keyring is locked.", "D: There is no such file.")


def test_their_trouble_comes_before_doubts_and_doubts_before_your_own_trouble() -> None:
    life = together("SFFF", "SSSF", "SSKK", "SSSS")
    life.state = access.with_trouble(life.state, "d", "The keyring is locked.")

    assert said(life) == (
        "It answers 503 since 12:01; your network is fine.",
        "B answers 503.",
        "It is asked again before that counts.",
        "C rejects your key since 12:03.",
        "D: The keyring is locked.",
    )


# Advice


def with_advice(life: Life, **suggested: str | None) -> Life:
    for name, to in suggested.items():
        life.apply(choices.advise(life.state, Suggestion(name, to, "up, 0.6 s", at(200)), at(200)))
    return life


def advised(life: Life) -> tuple[str, str | None] | None:
    found = advice(life.state, shown(life))
    return None if found is None else (found.provider, found.suggested)


def test_advice_is_shown_while_it_is_good() -> None:
    assert advised(together("SFFF", "SSSS")) is None
    assert advised(with_advice(together("SFFF", "SSSS"), a="b")) == ("a", "b")


@pytest.mark.parametrize(
    "fallback",
    ["SFFF", "SSKK", "SSCC"],
    ids=["down itself", "its key rejected", "its credit used up"],
)
def test_advice_is_not_shown_once_its_provider_has_got_into_trouble_too(fallback: str) -> None:
    assert advised(with_advice(together("SFFF", fallback), a="b")) is None


def test_advice_to_use_one_that_is_no_longer_watched_or_nobody_is_not_shown() -> None:
    assert advised(with_advice(together("SFFF", "SSSS"), a="gone")) is None
    assert advised(with_advice(together("SFFF", "SSSS"), a=None)) is None


def test_advice_that_was_followed_is_not_shown_again() -> None:
    life = with_advice(together("SFFF", "SSSS"), a="b")
    life.apply(choices.choose(life.state, Switch(at(200), "a", "b")))

    assert advised(life) is None


def test_the_first_advice_that_is_still_good_is_shown() -> None:
    life = with_advice(together("SFFF", "SFFF", "SSKK", "SSSS"), a="c", b="d")

    assert advised(life) == ("b", "d")


# Names


def test_a_long_name_is_cut_short_and_never_before_a_blank() -> None:
    fits = "n" * NAME_CHARS

    assert shorten(fits) == fits
    assert shorten(fits + "n") == "n" * (NAME_CHARS - 1) + "…"
    assert shorten("n" * (NAME_CHARS - 2) + " and more") == "n" * (NAME_CHARS - 2) + "…"


@LAW
@given(st.text())
def test_no_name_is_longer_than_two_of_them_have_room_for(name: str) -> None:
    assert len(shorten(name)) <= NAME_CHARS
    assert name.startswith(shorten(name).removesuffix("…"))
