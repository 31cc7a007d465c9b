"""A scenario file says what it says, and what nobody can play is refused."""

from pathlib import Path

import pytest

from scenarios.reader import Scenario, parse_scenario, read_scenario
from scenarios.times import Unreadable, clock, length, moment, seconds, window
from trayuptime.config.problems import ConfigError
from trayuptime.core.model import Key, Surface

FILE = """
title = "One"
rule = "None."
from = 2026-05-04T09:00:00Z
until = "10:00"

[[provider]]
id = "a"
surfaces = ["api", "web"]

[world]
"09:10" = { a.web = "503", laptop = "no network", you = "pause" }

[expect]
told = [{ when = "09:10 .. 09:11", who = "a", title = "a web is down" }]
events = []
incidents = []
gaps = []
"""
NINE = 1_777_885_200_000


def _with(old: str, new: str) -> Scenario:
    assert old in FILE
    return parse_scenario(FILE.replace(old, new))


def test_what_happens_is_sorted_by_who_it_happens_to() -> None:
    scenario = parse_scenario(FILE)

    assert scenario.start == NINE
    assert [turn.word for turn in scenario.answers[Key("a", Surface.WEB)]] == ["503"]
    assert scenario.answers[Key("a", Surface.API)] == ()
    assert [turn.word for turn in scenario.network] == ["no network"]
    assert [turn.word for turn in scenario.wishes] == ["pause"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('rule = "None."', 'rule = "None."\nmood = "grey"', "mood"),
        ('title = "a web is down"', 'title = "a web is down", colour = "red"', "colour"),
        ("gaps = []", "", "gaps"),
        ('id = "a"', 'id = "a"\nshoe_size = 46', "shoe_size"),
        ('a.web = "503"', 'a.web = "5oo"', "5oo"),
        ('a.web = "503"', 'a.web = "in turn: ok, moody"', "moody"),
        ('a.web = "503"', 'b.web = "503"', "b.web"),
        ('a.web = "503"', 'a.login = "503"', "a.login"),
        ('a.web = "503"', "a.web = 503", "a.web"),
        ('laptop = "no network"', 'laptop = "on fire"', "on fire"),
        ('laptop = "no network"', 'laptop = "clock soon"', "soon"),
        ('you = "pause"', 'you = "panic"', "panic"),
        ('laptop = "no network"', 'laptop = "lid opened"', "lid opened"),
        ('laptop = "no network"', 'laptop = "app starts"', "app starts"),
        ('laptop = "no network", you = "pause"', 'laptop = "lid closed"', "never opened"),
        ('laptop = "no network"', 'laptop = "app quits"', "pause"),
        ("2026-05-04T09:00:00Z", "2026-05-04T09:00:00", "zone"),
        ('"09:10" = {', '"9.10" = {', "9.10"),
        ('"09:10" = {', '"05-04 09:10" = {}\n"09:05" = {', "09:05"),
    ],
)
def test_what_nobody_can_play_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises((ValueError, ConfigError), match=says):
        _with(old, new)


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "torn.toml"
    path.write_text("title =")

    with pytest.raises(Unreadable, match=r"torn\.toml"):
        read_scenario(path)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("09:00", "05-04 09:00:00"),
        ("09:00:01", "05-04 09:00:01"),
        ("08:59:59", "05-05 08:59:59"),
        ("05-04 08:00", "05-04 08:00:00"),
        ("05-16 00:00", "05-16 00:00:00"),
    ],
)
def test_a_time_of_day_is_the_first_from_the_start_on_and_a_date_is_that_day(text: str, at: str) -> None:
    assert clock(moment(text, NINE)) == at


def test_a_date_of_january_follows_a_start_in_december() -> None:
    december = moment("12-30 00:00", NINE)

    assert moment("01-02 00:00", december) - december == 3 * 86_400_000


def test_a_window_has_both_its_ends_and_a_moment_alone_is_that_second() -> None:
    assert NINE in window("09:00 .. 09:01", NINE)
    assert NINE + 60_000 in window("09:00 .. 09:01", NINE)
    assert NINE + 60_001 not in window("09:00 .. 09:01", NINE)
    assert NINE + 999 in window("09:00", NINE)
    assert NINE + 1000 not in window("09:00", NINE)


def test_a_length_has_its_tolerance() -> None:
    seven = length("7:13:44 ± 0:00:10")

    assert [7 * 3600 + 13 * 60 + 44 + off in seven for off in (-11, -10, 10, 11)] == [
        False,
        True,
        True,
        False,
    ]
    assert seconds("-1:00:00") == -3600
    with pytest.raises(Unreadable, match="an hour"):
        length("an hour")
