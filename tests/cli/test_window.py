"""`--since` and `--until`: every word for a window, by the clock on the user's wall."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.house import House, section
from trayuptime.cli.window import WindowError, window
from trayuptime.core.model import Span
from trayuptime.core.window import Window
from trayuptime.system.zone import SystemZone

BERLIN, KOLKATA, NEW_YORK = "Europe/Berlin", "Asia/Kolkata", "America/New_York"
KATHMANDU, SAMOA, UTC_ZONE = "Asia/Kathmandu", "Pacific/Apia", "UTC"
NOW = "2026-11-26T17:30:00Z"
HOUR = 3_600_000


def at(text: str) -> int:
    """The instant of a moment in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def ends(since: str | None, until: str | None = None, usual: str = "") -> tuple[str, str | None]:
    """Both ends in UTC, to the minute or as exact as they are."""
    found = window(since, until, at(NOW), SystemZone(), usual)
    return _text(found.start), None if found.end is None else _text(found.end)


def _text(instant: int) -> str:
    moment = datetime.fromtimestamp(instant / 1000, UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds").removesuffix(".000").removesuffix(":00")


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This process lives there for the time of a test."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "since", "start", "end"),
    [
        # stretches are the same everywhere, also across a change of the clocks
        (BERLIN, "24h", "2026-11-25T17:30", None),
        (KATHMANDU, "90s", "2026-11-26T17:28:30", None),
        (NEW_YORK, "30d", "2026-10-27T17:30", None),
        (BERLIN, "2w", "2026-11-12T17:30", None),
        (KOLKATA, "6mo", "2026-05-30T17:30", None),
        (BERLIN, "1y", "2025-11-26T17:30", None),
        (BERLIN, "60y", "1970-01-01T00:00", None),
        # a day goes on until now, and begins at the local midnight
        (UTC_ZONE, "2026-03-29", "2026-03-29T00:00", None),
        (BERLIN, "2026-03-29", "2026-03-28T23:00", None),
        (BERLIN, "2026-03-30", "2026-03-29T22:00", None),
        (BERLIN, "2026-10-25", "2026-10-24T22:00", None),
        (BERLIN, "2026-10-26", "2026-10-25T23:00", None),
        (NEW_YORK, "2026-03-08", "2026-03-08T05:00", None),
        (NEW_YORK, "2026-03-09", "2026-03-09T04:00", None),
        (KOLKATA, "2026-03-29", "2026-03-28T18:30", None),
        (KATHMANDU, "2024-02-29", "2024-02-28T18:15", None),
        # a month, and a year, is the whole of it
        (UTC_ZONE, "2026-03", "2026-03-01T00:00", "2026-04-01T00:00"),
        (BERLIN, "2026-03", "2026-02-28T23:00", "2026-03-31T22:00"),
        (BERLIN, "2026-10", "2026-09-30T22:00", "2026-10-31T23:00"),
        (NEW_YORK, "2026-11", "2026-11-01T04:00", "2026-12-01T05:00"),
        (KOLKATA, "2024-02", "2024-01-31T18:30", "2024-02-29T18:30"),
        (KATHMANDU, "2025-12", "2025-11-30T18:15", "2025-12-31T18:15"),
        (BERLIN, "2025", "2024-12-31T23:00", "2025-12-31T23:00"),
        (NEW_YORK, "2024", "2024-01-01T05:00", "2025-01-01T05:00"),
        # times, with a zone or by the wall clock; the first of two, and none that is skipped
        (BERLIN, "2026-03-29T12:00Z", "2026-03-29T12:00", None),
        (BERLIN, "2026-03-29T12:00:00.123456-07:00", "2026-03-29T19:00:00.123", None),
        (KOLKATA, "2026-03-29T12:00+05:45", "2026-03-29T06:15", None),
        (KATHMANDU, "2026-03-29T12:00", "2026-03-29T06:15", None),
        (KATHMANDU, "2026-03-29 12:00:01.5019", "2026-03-29T06:15:01.501", None),
        (BERLIN, "2026-03-29T02:30", "2026-03-29T01:00", None),
        (BERLIN, "2026-10-25T02:30", "2026-10-25T00:30", None),
        (NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30", None),
        # ranges
        (BERLIN, "2026-03-01..2026-04-01", "2026-02-28T23:00", "2026-03-31T22:00"),
        (NEW_YORK, "2026-03-01..2026-04-01", "2026-03-01T05:00", "2026-04-01T04:00"),
        (BERLIN, "2026-03-29..2026-03-30", "2026-03-28T23:00", "2026-03-29T22:00"),
        (BERLIN, "2026-10-25..2026-10-26", "2026-10-24T22:00", "2026-10-25T23:00"),
        (KOLKATA, "2025-12-31..2026-01-01", "2025-12-30T18:30", "2025-12-31T18:30"),
        (KATHMANDU, "2024-02-28..2024-03-01", "2024-02-27T18:15", "2024-02-29T18:15"),
        (BERLIN, "2026-01..2026-03", "2025-12-31T23:00", "2026-02-28T23:00"),
        (BERLIN, "2025..2026", "2024-12-31T23:00", "2025-12-31T23:00"),
        (BERLIN, "2026-03-01..", "2026-02-28T23:00", None),
        (BERLIN, "..2026-04-01", "1970-01-01T00:00", "2026-03-31T22:00"),
        (BERLIN, "..", "1970-01-01T00:00", None),
        (BERLIN, "48h..24h", "2026-11-24T17:30", "2026-11-25T17:30"),
        (BERLIN, "2026-03-01T00:00Z..2026-03-02T00:00", "2026-03-01T00:00", "2026-03-01T23:00"),
        # beyond all histories
        (BERLIN, "1969-07-20..2026-04-01", "1970-01-01T00:00", "2026-03-31T22:00"),
        (BERLIN, "0001-01-01..9999-12-31", "1970-01-01T00:00", "3000-01-01T00:00"),
        (BERLIN, "0001-01-01T00:00+14:00..9999", "1970-01-01T00:00", "3000-01-01T00:00"),
        (BERLIN, "2999", "2998-12-31T23:00", "3000-01-01T00:00"),
    ],
    indirect=["zone"],
)
def test_the_words_of_since(zone: str, since: str, start: str, end: str | None) -> None:
    assert ends(since) == (start, end)


@pytest.mark.parametrize(
    ("since", "until", "start", "end"),
    [
        ("2026-03-01", "2026-04-01", "2026-02-28T23:00", "2026-03-31T22:00"),
        ("2026-01", "2026-03", "2025-12-31T23:00", "2026-02-28T23:00"),
        ("2025", "2025-07", "2024-12-31T23:00", "2025-06-30T22:00"),
        ("30d", "7d", "2026-10-27T17:30", "2026-11-19T17:30"),
        ("30d", "2026-11-01T12:00Z", "2026-10-27T17:30", "2026-11-01T12:00"),
        (None, "2026-04-01", "1970-01-01T00:00", "2026-03-31T22:00"),
    ],
)
@pytest.mark.parametrize("zone", [BERLIN], indirect=True)
def test_an_end_of_its_own(zone: str, since: str | None, until: str, start: str, end: str) -> None:
    assert ends(since, until) == (start, end)


@pytest.mark.parametrize(
    ("until", "start", "end"),
    [
        (None, "2026-10-27T17:30", None),
        ("2026-04-01T00:00Z", "2026-03-02T00:00", "2026-04-01T00:00"),
        ("2027-01-01T00:00Z", "2026-10-27T17:30", "2027-01-01T00:00"),
    ],
)
def test_the_usual_window_goes_back_from_its_end(until: str | None, start: str, end: str | None) -> None:
    assert ends(None, until, usual="30d") == (start, end)


@pytest.mark.parametrize("zone", [SAMOA], indirect=True)
def test_a_day_that_a_country_skipped_is_no_window(zone: str) -> None:
    assert ends("2011-12-29..2011-12-31") == ("2011-12-29T10:00", "2011-12-30T10:00")
    with pytest.raises(WindowError, match="ends where it begins"):
        ends("2011-12-30..2011-12-31")


@pytest.mark.parametrize(
    ("zone_name", "day", "since", "until"),
    [
        (BERLIN, "2026-03-29..2026-03-30", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"),
        (NEW_YORK, "2025-11-02..2025-11-03", "2025-11-02T04:00:00.000Z", "2025-11-03T05:00:00.000Z"),
        (KATHMANDU, "2025-12-31..2026-01-01", "2025-12-30T18:15:00.000Z", "2025-12-31T18:15:00.000Z"),
    ],
)
def test_the_days_of_a_command_are_those_of_its_zone(
    house: House, zone_name: str, day: str, since: str, until: str
) -> None:
    house.write(section("a", 1))
    ran = house.program("uptime", "--since", day, "--json", TZ=zone_name)

    assert {(row["since"], row["until"]) for row in ran.json} == {(since, until)}


BAD_WORDS = [
    *("yesterday", "", " ", "2026-13", "2026-02-30", "2025-02-29", "24", "24x", "24 h", "-24h", "1h30m"),
    *("٣d", "0000", "2026-3", "2026-03-29T25:00", "1234567d", "2026-03-01...2026-04-01", "a..b..c"),
    *("2026-03-01..yesterday", "yesterday..", "2026-03-01..2026-04-31"),
]


@pytest.mark.parametrize("text", BAD_WORDS)
@pytest.mark.parametrize("command", [("uptime",), ("incidents",), ("export", "--format", "jsonl")])
def test_what_is_no_window_is_named_with_the_forms(house: House, command: tuple[str, ...], text: str) -> None:
    ran = house.run(*command, f"--since={text}")

    assert (ran.code, ran.out) == (2, "")
    assert "argument --since: " in ran.err
    assert "is no time; write 24h, 30d, 6mo, 2026-03, 2026-03-29, " in ran.err
    assert any(repr(part) in ran.err for part in (text, text.partition("..")[0], text.partition("..")[2]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--since=2026-04..2026-03"], "'2026-04..2026-03' is no window: it ends before it begins"),
        (["--since=2026-04..2026-04"], "'2026-04..2026-04' is no window: it ends where it begins"),
        (["--since=24h..48h"], "'24h..48h' is no window: it ends before it begins"),
        (["--since=1h", "--until=1h"], "'1h..1h' is no window: it ends where it begins."),
        (["--since=1h", "--until=2020"], "'1h..2020' is no window: it ends before it begins."),
        (["--until=1970"], "'--until 1970' is no window: it ends where it begins."),
        (["--since=2024..2025", "--until=2026"], "'2024..2025' has an end of its own; leave out --until"),
        (["--since=2026-01..", "--until=2026-03"], "'2026-01..' has an end of its own; leave out --until"),
        (["--until=2026-01..2026-02"], "argument --until: '2026-01..2026-02' is a range; give it to --since"),
        (["--until=tomorrow"], "argument --until: 'tomorrow' is no time; write 24h"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [("uptime",), ("incidents",), ("export", "--format", "jsonl")])
def test_what_contradicts_itself_is_refused_in_a_sentence(
    house: House, command: tuple[str, ...], arguments: list[str], sentence: str
) -> None:
    ran = house.run(*command, *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err


def test_a_window_in_the_future_ends_now_for_figures() -> None:
    assert Window(5, 9).until_now(7) == Span(5, 7)
    assert Window(5, 9).until_now(20) == Span(5, 9)
    assert Window(5).until_now(7) == Span(5, 7)
    assert Window(5, 9).until_now(3) == Span(5, 5)


@pytest.mark.parametrize(
    ("began", "ended", "does"),
    [
        (0, 9, False),
        (0, 10, False),
        (0, 11, True),
        (0, None, True),
        (12, 13, True),
        (10, 10, True),
        (19, 30, True),
        (20, 30, False),
        (20, None, False),
    ],
)
def test_what_lasts_lies_in_each_window_that_it_overlaps(began: int, ended: int | None, does: bool) -> None:
    assert Window(10, 20).meets(began, ended) is does


def test_both_ends_of_a_window_hold_what_they_should() -> None:
    assert [Window(10, 20).holds(at) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert Window(10).holds(10**13)
