"""What the page of an incident is given: all that the history knows of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.builders import Life, at
from history.watching import DEEPSEEK, OPENAI, WEB, Watching, never_stamped
from trayuptime.core.model import Feed, FeedState, Rules
from trayuptime.core.reasons import Reason
from trayuptime.core.retention import Retention
from trayuptime.core.state import FeedSaid
from trayuptime.history import History, Reader, UnknownIncidentError
from trayuptime.ui.history import incident_reading
from trayuptime.ui.history import incident_times as times
from trayuptime.ui.history.incident_reading import IncidentQuestion
from trayuptime.ui.history.incident_rows import COLUMNS, IncidentsQuestion, down_s, read_incidents
from trayuptime.ui.history.incident_shown import IncidentShown, Moment
from trayuptime.ui.marks import Mark
from ui.history.nights import HOSTILE, NAMES, URL, Night, hear, outage, recovered, whole_night, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def night(path: Path) -> Night:
    return whole_night(path)


def facts(shown: IncidentShown) -> dict[str, str]:
    return {fact.name: fact.text for fact in shown.facts}


def told(shown: IncidentShown, who: str) -> list[str]:
    return [moment.what for moment in shown.moments if moment.who == who]


def row(shown: IncidentShown, begins: str) -> Moment:
    return next(moment for moment in shown.moments if moment.what.startswith(begins))


def test_its_head_says_what_it_was_and_for_how_long(night: Night) -> None:
    shown = night.read()

    assert (shown.title, shown.mark, shown.lasts) == ("Alpha AI API was down", Mark.DOWN, False)
    assert shown.when.startswith(f"1 h 41 min · {times.minute(at(240))}")
    assert shown.exact == f"{times.exact(at(240))} – {times.exact(at(6_300))}"


def test_its_facts_are_those_of_the_command(night: Night) -> None:
    found = facts(night.read())

    assert (found["Duration"], found["Downtime"]) == ("1 h 41 min", "38 min")
    assert found["Not seen"] == "1 h 3 min; seen at both ends of a 1 h 3 min gap, no downtime"
    assert found["Confirmed"] == "1 min later"
    assert found["Reason"] == "It cannot be connected to; answers with a server error"
    assert "Phases" not in found


def test_the_time_line_tells_results_verdicts_gaps_and_their_rules(night: Night) -> None:
    shown = night.read()

    assert told(shown, "verdict")[0].startswith("down since")
    assert told(shown, "verdict")[1] == "up again, 38 min of downtime"
    assert told(shown, "not seen") == ["not seen for 1 h: asleep"]
    first = shown.moments[0]
    assert first.why[0] == "failure 1 in a row; 2 more would make it down"
    assert first.why[1] == "b.example:443 had answered since it began, so it was not this computer's network"
    assert [moment.at for moment in shown.moments] == sorted(moment.at for moment in shown.moments)


def test_what_goes_on_alike_is_one_row_with_how_often_and_how_slow(night: Night) -> None:
    assert row(night.read(), "answers 503, 39 times until ").what.endswith(" · 301 ms to 339 ms")


def test_evidence_is_kept_to_the_letter(night: Night) -> None:
    evidence = row(night.read(), "answers 503 ").evidence

    for fact in (
        "status 503  request req_0",
        "took: dns 12 ms, connect 31 ms, tls 44 ms, first byte 210 ms, total 300 ms",
        "this computer: local address 192.168.1.23, peer address 203.0.113.9, routes wlan0, tunnels tun0",
        '    {"error": {"message": "The service is overloaded", "type": "server_error"}}',
    ):
        assert fact in evidence


def test_evidence_of_thousands_has_an_end_that_says_so(path: Path) -> None:
    life = outage()
    for _ in range(300):
        life.see(life.now_s, "F", excerpt="again", detail="answers 503")
        life.now_s += 60

    shown = write(path, recovered(life), life.now_s + 10).read()

    assert row(shown, "answers 503, 315 times").evidence.endswith("… and of 215 more; `export` has them all")


def test_their_words_your_notes_and_the_switch_stand_at_their_times(night: Night) -> None:
    shown = night.read()

    assert told(shown, "their page") == [
        "first word: Elevated API errors",
        "down: Elevated API errors",
        "last word: Elevated API errors",
    ]
    assert told(shown, "you") == [
        "switched from Alpha AI to Beta Models",
        "note: Called their support, ticket 4711.",
        "note: They say a database was full.",
    ]
    assert told(shown, "suggestion") == ["use Beta Models: up, 0.6 s, key accepted"]
    assert [note.text for note in shown.notes][1] == "They say a database was full.\nNo date for a fix yet."


def test_their_page_is_told_with_the_lead_and_with_what_it_said_at_first(night: Night) -> None:
    shown = night.read()

    assert "6 min after our first failure" in shown.theirs
    assert shown.theirs.endswith("\nWhen it began their page said operational.")
    assert shown.their_url == URL


def test_a_page_that_was_red_for_hours_by_then_said_it_of_something_else(path: Path) -> None:
    life = outage(page=False)
    long_red = Feed(at(-20_000), "a", FeedState.DOWN, "Fax is out", URL)
    life.happenings.insert(0, FeedSaid(at(-20_000), long_red))

    shown = write(path, recovered(life), 7_200).read()

    assert shown.theirs == (
        "Nothing: their page did not speak of it.\n"
        "When it began their page said down, of something else as far as it told."
    )


def test_a_page_that_nobody_reads_said_nothing_that_is_known(path: Path) -> None:
    shown = write(path, recovered(outage(page=False)), 7_200).read()

    unread = "Nothing is known: no status page of theirs was read then."
    assert (shown.theirs, shown.their_url) == (unread, "")


def test_a_page_that_was_first_read_long_after_it_was_not_silent_about_it(path: Path) -> None:
    life = recovered(outage(page=False))
    life.apply(hear(life, 40_000, FeedState.UP))
    shown = write(path, life, 50_000).read()

    assert shown.theirs == "Nothing is known: no status page of theirs was read then."
    assert shown.their_url == URL
    assert "did not speak" not in shown.ticket


def test_one_that_came_back_and_went_again_has_its_phases(path: Path) -> None:
    life = Life("a").run("SFFFFSSFFFFSS")
    shown = write(path, life, life.now_s + 10).read()

    found = facts(shown)
    assert [line.split(" ", 3)[3] for line in found["Phases"].split("\n")] == [
        "down, 4 min",
        "up, 2 min",
        "down, 4 min",
    ]
    assert found["Recovered before"] == times.minute(at(300))
    assert told(shown, "verdict")[2].startswith("down again since")


def test_one_that_lasts_and_was_reopened_says_since_when_as_the_panel_does(path: Path) -> None:
    life = Life("a").run("SFFFFSSFFFF")
    (fell,) = [surface.since for surface in life.state.surfaces.values()]
    shown = write(path, life, life.now_s).read()

    assert fell is not None
    assert shown.when.endswith(f" · again since {times.minute(fell)}")


def test_a_fluttering_one_and_a_slow_one_have_a_mark_of_their_own(path: Path) -> None:
    life = Life("a").run("S" * 30 + "FS" * 12 + "S" * 25)
    shown = write(path, life, life.now_s + 10).read()

    assert (shown.title, shown.mark) == ("Alpha AI API was unstable", Mark.DEGRADED)
    assert Mark.DEGRADED in {moment.mark for moment in shown.moments if moment.who == "verdict"}
    assert "Not seen" not in facts(shown)


def test_announced_maintenance_is_a_fact() -> None:
    life = Life("a").run("SFFFFSS")

    found = list(incident_reading._facts(replace(life.incident(), in_maintenance=True), at(0)))

    assert found[-1].name == "Maintenance"


def test_what_was_ticked_stands_at_its_time_and_is_no_note(path: Path) -> None:
    ticks = ("[x] Told Anna\nby Bo", "[ ] Told Anna", "Anna knew.")
    night = write(path, recovered(outage()), 7_200, ticks)

    shown = night.read()

    assert told(shown, "you")[1:] == ["ticked by Bo: Told Anna", "unticked: Told Anna", "note: Anna knew."]
    assert [note.text for note in shown.notes] == ["Anna knew."]
    assert [each["Notes"] for each in rows(night)] == ["1"]


def test_the_questions_of_the_window_are_answered_so(night: Night) -> None:
    with Reader(night.path) as reader:
        page = IncidentQuestion(1, NAMES, lambda _: Rules(), night.now)
        first = replace(page, judged=False)

        assert page.answer(reader) == night.read()
        assert first.answer(reader) == night.read(judged=False)
        assert page.kind != first.kind
        assert replace(page, number=7).answer(reader) is None
        assert [row.number for row in IncidentsQuestion("a", NAMES, night.now).answer(reader)] == [1]
        assert IncidentsQuestion("b", NAMES, night.now, watching=False).answer(reader) == ()


def test_one_that_lasts_says_so(path: Path) -> None:
    night = write(path, outage(), 6_300)

    shown = night.read()

    assert (shown.title, shown.lasts) == ("Alpha AI API is down", True)
    assert f" · since {times.minute(at(240))}" in shown.when
    assert facts(shown)["Ended"] == "it lasts"
    assert shown.exact.endswith(" – lasting")
    assert "ongoing" in shown.ticket.splitlines()[0]


def test_other_thresholds_are_told_with_the_verdicts_of_then(night: Night) -> None:
    shown = night.read(rules=Rules(confirm_after=500))

    assert any("other thresholds were in force then" in remark for remark in shown.remarks)
    assert told(shown, "verdict") == []
    assert told(shown, "told then")[0].startswith("down: answers with a server error since")
    assert [moment.mark for moment in shown.moments if moment.who == "told then"] == [Mark.DOWN, Mark.UP]


def test_before_it_is_judged_all_but_the_rules_is_told(night: Night) -> None:
    first, whole = night.read(judged=False), night.read()

    assert (first.title, first.facts, first.theirs, first.notes) == (
        whole.title,
        whole.facts,
        whole.theirs,
        whole.notes,
    )
    assert first.remarks[-1].startswith("The rules behind each row")
    assert told(first, "measured") == [
        f"cannot be connected to, 2 times until {times.clock(at(270))} · 10.0 s",
        f"answers 503, 40 times until {times.clock(at(1_470))} · 300 ms to 339 ms",
        f"answers 503, 15 times until {times.clock(at(6_240))} · 100 ms",
        "answers · 100 ms",
    ]
    assert told(first, "not seen") == told(whole, "not seen")
    assert [moment.mark for moment in first.moments if moment.who == "told then"] == [Mark.DOWN, Mark.UP]
    assert not any("other thresholds" in remark for remark in first.remarks)


def test_what_was_told_of_the_next_one_is_not_told_of_this(path: Path) -> None:
    life = Life("a").run("SFFFFSS" + "S" * 20 + "FFFFSS")

    night = write(path, life, life.now_s + 10)

    for number in (1, 2):
        rows_ = [moment for moment in night.read(number, judged=False).moments if moment.who == "told then"]
        assert [moment.mark for moment in rows_] == [Mark.DOWN, Mark.UP]


def test_one_whose_answers_are_forgotten_is_told_by_its_failures(path: Path) -> None:
    history = History.open(path, never_stamped)
    watching = Watching(rules=Rules(interval_s=900.0, confirm_after=2, recover_after=2))
    began = watching.now
    for number in range(20 * 96):
        watching.now = began + number * 900_000
        for each in (DEEPSEEK, OPENAI, WEB):
            down = each == DEEPSEEK and number in range(130, 140)
            watching.see(each, Reason.SERVER_ERROR if down else Reason.OK, interval_s=900.0)
        watching.commit(history)
    history.retain(Retention(7 * 86_400.0))
    while history.tidy(watching.now, lambda: 0.0):
        pass
    history.close()

    shown = Night(path, watching.now).read(rules=watching.rules)

    assert any(remark.startswith("Answers of that time are forgotten") for remark in shown.remarks)
    assert told(shown, "measured")[0].startswith("answers 503")
    assert "Requests that failed: 10. With" in shown.ticket


def test_one_without_evidence_has_its_rows_all_the_same(path: Path) -> None:
    shown = write(path, Life("a").run("SFFFSSS"), 600).read()

    (first, *_) = shown.moments
    assert first.what == "answers 503 · 100 ms"
    assert "request " not in first.evidence
    assert "With a request id: 0." in shown.ticket


def test_what_strangers_wrote_hides_nothing(path: Path) -> None:
    shown = write(path, recovered(outage(excerpt=HOSTILE, title=HOSTILE)), 7_200, ("a\nb",)).read()

    pieces = [shown.title, shown.theirs, *(f.text for f in shown.facts)]
    for moment in shown.moments:
        pieces += [moment.what, moment.evidence, *moment.why]
        assert len(moment.what) < 400
        assert "\n" not in moment.what
    for piece in pieces:
        assert all(char.isprintable() or char == "\n" for char in piece)


def test_a_number_that_is_none_is_refused(night: Night) -> None:
    with pytest.raises(UnknownIncidentError, match="no incident 7"):
        night.read(7)


def test_of_another_provider_nothing_is_told(path: Path) -> None:
    life = recovered(outage())
    life.see(life.now_s, "S", "b")

    shown = write(path, life, life.now_s + 10).read()

    assert not any("Beta" in moment.what for moment in shown.moments if moment.who == "measured")


# The table's rows


def rows(night: Night, provider: str | None = None) -> list[dict[str, str]]:
    with Reader(night.path) as reader:
        found = read_incidents(reader, names=NAMES, now=night.now, provider=provider)
    return [dict(zip(COLUMNS, each.cells, strict=True)) for each in found]


def test_a_row_has_words_for_every_column(night: Night) -> None:
    (found,) = rows(night)

    assert found["Started"] == times.minute(at(240))
    assert {name: found[name] for name in COLUMNS[1:]} == {
        "Surface": "Alpha AI API",
        "Kind": "outage",
        "Lasted": "1 h 41 min",
        "Downtime": "38 min",
        "Reason": "cannot be connected to; answers with a server error",
        "Notes": "2",
        "Their word": "6 min after us: Elevated API errors",
    }


def test_of_one_provider_only_the_surface_is_named(night: Night) -> None:
    assert [each["Surface"] for each in rows(night, "a")] == ["API"]
    assert rows(night, "b") == []


def test_a_row_can_be_found_by_what_it_does_not_show(night: Night) -> None:
    with Reader(night.path) as reader:
        (found,) = read_incidents(reader, names=NAMES, now=night.now)

    assert "ticket 4711" in found.found_by
    assert found.sentence == (
        f"outage of Alpha AI API, {found.cells[0]}, lasted 1 h 41 min, 38 min down,"
        " cannot be connected to; answers with a server error,"
        " their first word 6 min after us: Elevated API errors, 2 notes"
    )


def test_two_that_were_down_at_one_time_count_once(path: Path) -> None:
    life = Life("a", "a/web").run("S").run("S", "a/web")
    for second in range(120, 720, 60):
        for name in ("a", "a/web"):
            life.see(second, "F", name)
    night = write(path, life, 720)

    with Reader(night.path) as reader:
        found = read_incidents(reader, names={}, now=night.now, watched_until=night.now)

    assert len(found) == 2
    assert down_s(found) == down_s(found[:1])
    assert found[0].cells[3].endswith(" so far")


def test_events_are_read_up_to_a_time(night: Night) -> None:
    with Reader(night.path) as reader:
        every = [event["at"] for event in reader.transitions()]
        some = [event["at"] for event in reader.transitions(until=at(900))]

    assert some
    assert some == [when for when in every if when < "2026-03-29T12:15:00.000Z"]
