"""All providers in one sentence: the worst is said first, and nothing unknown passes for up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, Life, at
from trayuptime.core import judge, lights
from trayuptime.core.lights import Watched
from trayuptime.core.model import Service, Surface
from trayuptime.core.summary import Overall, Summary, summarize

STORIES = {
    "up": "SSSSSSS",
    "down": "SSSSFFF",
    "slow": "SSSSLLL",
    "mute": "S??????",
    "new": "",
    "key": "SSSSSKK",
}


def lived(*stories: str) -> Life:
    life = Life(*"abcdefgh"[: len(stories)])
    for name, story in zip("abcdefgh", stories, strict=False):
        life.now_s = 0.0
        life.run(STORIES[story], name)
    return life


def summary_of(life: Life, second: float = 361) -> Summary:
    providers = [key.provider for key in life.targets]
    shown = [
        lights.provider_light(life.state, Watched(name, name.upper(), (Surface.API,)), at(second))
        for name in providers
    ]
    return summarize(life.state, shown)


@pytest.mark.parametrize(
    ("stories", "overall", "headline"),
    [
        ([], Overall.UNKNOWN, "Nothing is being watched"),
        (["up"], Overall.UP, "A is up"),
        (["up", "up", "up"], Overall.UP, "All 3 up"),
        (["down"], Overall.DOWN, "A is down"),
        (["up", "down"], Overall.DOWN, "B is down"),
        (["down", "up", "down"], Overall.DOWN, "2 of 3 down: A, C"),
        (["down", "down", "down", "up"], Overall.DOWN, "3 of 4 down: A, B …"),
        (["slow", "down", "mute"], Overall.DOWN, "B is down"),
        (["slow", "up", "mute"], Overall.DEGRADED, "A is degraded"),
        (["up", "mute"], Overall.UNKNOWN, "B is unknown"),
        (["up", "new"], Overall.UNKNOWN, "B is unknown"),
        (["new", "new"], Overall.UNKNOWN, "Asking for the first time"),
        (["key"], Overall.UP, "A is up, but rejects your key"),
        (["key", "up"], Overall.UP, "All 2 up, but A rejects your key"),
        (["key", "up", "key"], Overall.UP, "All 3 up, but you cannot use A, C"),
        (["key", "key", "key"], Overall.UP, "All 3 up, but you cannot use A, B …"),
        (["slow", "up", "slow"], Overall.DEGRADED, "2 of 3 degraded: A, C"),
        (["mute", "up", "mute"], Overall.UNKNOWN, "2 of 3 unknown: A, C"),
    ],
)
def test_the_worst_is_said_first(stories: list[str], overall: Overall, headline: str) -> None:
    said = summary_of(lived(*stories))

    assert (said.overall, said.headline) == (overall, headline)
    assert said.down == stories.count("down")


def test_what_concerns_you_is_flagged_beside_it() -> None:
    assert summary_of(lived("key", "up")).key_trouble
    assert not summary_of(lived("up", "down")).key_trouble

    life = lived("up", "up")
    life.see(362, "F")
    assert summary_of(life, 363).checking
    assert not summary_of(lived("up", "down")).checking


def test_the_newest_answer_of_all_is_named() -> None:
    life = lived("up", "up", "new")
    life.see(420, "S", "b")

    assert summary_of(life, 421).checked_at == at(420)
    assert summary_of(Life("a"), 0).checked_at is None


def test_a_pause_comes_before_everything_and_offline_before_what_is_only_unknown() -> None:
    life = lived("down", "up")
    life.state = judge.pause(life.state, at(361), None).state
    assert summary_of(life).overall is Overall.PAUSED

    life = lived("up", "up")
    life.see(362, "N")
    life.see(363, "N", "b")
    said = summary_of(life, 364)
    assert (said.overall, said.headline) == (Overall.OFFLINE, "This computer is offline")


@LAW
@given(st.lists(st.sampled_from(list(STORIES)), max_size=6))
def test_up_means_that_every_single_one_is_known_to_be_up(stories: list[str]) -> None:
    life = lived(*stories)

    if summary_of(life).overall is Overall.UP:
        assert set(stories) <= {"up", "key"}
        assert {life.service(name) for name in "abcdef"[: len(stories)]} == {Service.UP}
