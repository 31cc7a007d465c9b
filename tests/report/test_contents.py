"""What a dossier says, and what it must not say."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from history.completions import a_day_of_completions
from report.lived import (
    API,
    BEGAN,
    BERLIN,
    DAY,
    HOSTILE,
    HOUR,
    MINUTE,
    VENDOR,
    WEB,
    Vendor,
    dossier,
)
from trayuptime.core.model import Span, Surface
from trayuptime.core.retention import Retention
from trayuptime.core.sla import Against, Outcome
from trayuptime.core.window import Window
from trayuptime.report.as_json import as_json
from trayuptime.report.blocks import Document, Facts, Heading, Paragraph, Picture, Table
from trayuptime.report.drawing import Box, Ink
from trayuptime.report.html import html
from trayuptime.report.inks import LOOKS
from trayuptime.report.markdown import markdown
from trayuptime.report.pages import document
from trayuptime.report.told import budget, stamp, zones
from trayuptime.report.values import Dossier, Promise, Source
from trayuptime.runtime.dossier import Asked, NothingKnownError, read_dossier

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def _facts(of: Dossier) -> dict[str, str]:
    """The first page's."""
    return dict(next(block for block in document(of).blocks if isinstance(block, Facts)).rows)


def _table(of: Dossier, caption: str) -> Table:
    tables = [block for block in document(of).blocks if isinstance(block, Table)]
    return next(table for table in tables if table.caption.startswith(caption))


def _tree(text: str) -> ET.Element:
    return ET.fromstring(text.removeprefix("<!DOCTYPE html>"))


# The first page


def test_without_a_known_promise_nothing_is_compared(life: Vendor) -> None:
    of = dossier(life, sla=None)

    assert _facts(of)["Promised"] == "none is known, so nothing is compared."
    assert "Error budget" not in _facts(of)
    assert "Budget spent" not in _table(of, "Uptime by month").heads


def test_a_promise_of_nearly_everything_is_not_told_as_one_of_everything(life: Vendor) -> None:
    of = replace(dossier(life), promise=Promise(99.99999, Source.ASKED))

    assert _facts(of)["Promised"] == "99.99999 % in each calendar month, named for this dossier."
    assert markdown(document(of)).count("99.99999 % allows in a whole calendar month") == 1
    assert "How you measure the 99.99999 % we count on" in markdown(document(of))


def test_an_unverified_promise_says_so(life: Vendor) -> None:
    of = replace(dossier(life), promise=Promise(99.9, Source.PUBLISHED, "99.9 % in the Gold Tier"))

    assert "published by the vendor" in _facts(of)["Promised"]
    assert "99.9 % in the Gold Tier (not verified)" in _facts(of)["Promised"]


def test_a_month_that_the_window_cuts_is_called_a_part(life: Vendor) -> None:
    rows = _table(dossier(life), "Uptime by month").rows

    assert [row[0] for row in rows] == ["2026-02 (part)", "2026-03 (so far)"]


def test_uptime_never_stands_without_coverage(life: Vendor) -> None:
    table = _table(dossier(life), "Uptime by month")

    assert all(
        re.fullmatch(r"\d+\.\d{3} %\n\d+\.\d{3} % seen", cell) for row in table.rows for cell in row[1:5]
    )


def test_the_longest_outages_come_first_and_degraded_ones_are_none(life: Vendor) -> None:
    table = _table(dossier(life), "The 5 outages")

    assert [row[0] for row in table.rows] == ["#5", "#1", "#4", "#3", "#6"]


def test_announced_maintenance_is_told_apart_with_both_figures(life: Vendor) -> None:
    of = dossier(life)
    login = next(row.figures for row in of.rows if row.surface is Surface.LOGIN)

    assert login.maintenance_downtime_s == 30 * 60
    assert "30 min of it in announced maintenance" in _facts(of)["Downtime"]
    assert of.whole is not None
    assert of.whole.spent_s == of.own.downtime_s - 30 * 60


def test_a_window_in_which_nothing_was_seen_says_no_data_and_never_a_hundred(life: Vendor) -> None:
    asked = Asked(VENDOR, Window(BEGAN - 9 * DAY, BEGAN - 2 * DAY), (), life.now, BERLIN, 99.9)
    of = read_dossier(life.path, asked, live=True)
    text = markdown(document(of))

    assert _facts(of)["Uptime"].startswith("no data")
    assert "100.000 %" not in text
    assert "kept" not in _table(of, "Uptime by month").rows[0]
    assert "Too little was seen" in text


def test_of_a_provider_that_never_was_there_is_nothing_to_tell(life: Vendor) -> None:
    with pytest.raises(NothingKnownError, match=r"^Nothing was ever recorded of nobody"):
        read_dossier(life.path, Asked("nobody", Window(0), (), life.now, BERLIN), live=True)


def test_an_outage_that_lasts_is_not_called_over(tmp_path: Path) -> None:
    life = Vendor(tmp_path / "history.db", (API,))
    life.well(BEGAN + HOUR)
    for _ in range(9):
        life.ask({API: 0}, MINUTE)
    life.history.close()
    of = dossier(life, start=BEGAN)

    assert _table(of, "1 incident").rows[0][4] == "lasts"
    assert _table(of, "The outage").rows[0][3] == "8 min, lasts"


def test_a_window_of_years_is_told_by_month_with_the_older_months_behind(tmp_path: Path) -> None:
    life = Vendor(tmp_path / "history.db", (API,), interval_ms=8 * HOUR)
    life.well(BEGAN + 500 * DAY)
    life.close()
    of = dossier(life, start=BEGAN)
    tables = [block for block in document(of).blocks if isinstance(block, Table)]
    months = [table.rows for table in tables if table.caption.startswith("Uptime by month")]

    assert of.pace_by == "month"
    assert [len(rows) for rows in months] == [12, 6]
    assert months[1][0][0] == "2026-02 (part)"
    assert months[0][-1][0] == "2027-07 (so far)"


# What lies behind it


def test_what_is_forgotten_is_said_and_never_guessed(tmp_path: Path) -> None:
    life = Vendor(tmp_path / "history.db", (API, WEB))
    life.well(BEGAN + 3 * DAY)
    life.down(API, 50)
    life.well(BEGAN + 30 * DAY)
    life.history.retain(Retention(timedelta(days=7).total_seconds()))
    life.close()
    of = dossier(life, start=BEGAN)
    text = markdown(document(of))

    assert set(of.forgotten) == {Surface.API, Surface.WEB}
    assert "are forgotten, but for failures: API 2026-03-" in text
    assert "50 × answers 503" in text
    assert any(figures.uncounted_s for pace in of.paces for figures in pace.of.values())


def test_the_time_to_first_token_is_told_where_completions_were_asked(tmp_path: Path) -> None:
    life = Vendor(tmp_path / "history.db", (API, WEB))
    life.well(BEGAN + 14 * DAY)
    midnight = (BEGAN // DAY + 9) * DAY
    first = a_day_of_completions(life.history, midnight, API)
    life.close()

    of = dossier(life, start=BEGAN)

    (table,) = (x for x in document(of).blocks if isinstance(x, Table) and "percentile by" in x.caption)
    assert list(table.heads[-2:]) == ["API first token p50", "API first token p95"]
    measured = [list(row[-2:]) for row in table.rows if row[-1] != "–"]
    assert measured == [["835 ms", "868 ms"]]
    rows = json.loads(as_json(of))["latency"]
    told = [row["surfaces"]["api"] for row in rows if "first_token_p50_ms" in row["surfaces"]["api"]]
    assert [(x["first_token_p50_ms"], x["first_token_p95_ms"]) for x in told] == [
        (first[35][1], first[68][1])
    ]
    assert all("first_token_p50_ms" not in row["surfaces"]["web"] for row in rows)


def test_a_note_and_the_vendors_word_stand_with_their_incident(life: Vendor) -> None:
    first = [block for block in document(dossier(life)).blocks if isinstance(block, Facts)][1]
    facts = dict(first.rows)

    assert facts["Note of 2026-02-19 01:54"] == "Called them.\nThey <b>knew</b> | nothing."
    assert facts["Their word"].startswith("their first word 2026-02-19 01:34:00 CET, 33 min after our first")
    assert facts["Their page"].startswith("2026-02-19 01:54:00 CET: down: <script>")
    assert facts["Playbook"] == "2026-02-19 01:54:00 CET: done by Ada: Told the team"
    assert "request req-" in facts["Evidence"]


@pytest.fixture
def followed(tmp_path: Path) -> Vendor:
    """An outage before the vendor's page is read, one in which it says nothing, and one after it is left."""
    life = Vendor(tmp_path / "history.db", (API,))
    life.well(BEGAN + DAY)
    life.down(API, 10)
    life.well(BEGAN + 2 * DAY)
    life.page_is_well()
    life.well(BEGAN + 3 * DAY)
    life.down(API, 11)
    life.well(BEGAN + 4 * DAY)
    life.leave_page()
    life.well(BEGAN + 5 * DAY)
    life.down(API, 12)
    life.close()
    return life


def test_a_page_that_was_not_read_in_an_outage_was_not_silent_of_it(followed: Vendor) -> None:
    of = dossier(followed, start=BEGAN)
    word = [dict(block.rows).get("Their word") for block in document(of).blocks if isinstance(block, Facts)]

    unread, silent = "none is known: no page was read then", "their page did not speak of it"
    assert word == [None, unread, silent, unread]
    assert [row[-1] for row in _table(of, "The 3 outages").rows] == ["not read", "none", "not read"]
    assert _facts(of)["Detection lead"] == (
        "the vendor's page was read in 1 of 3 outages, and did not speak of it."
    )
    assert [case["page_read"] for case in json.loads(as_json(of))["incidents"]] == [False, True, False]


def test_where_no_page_was_read_in_any_outage_it_was_not_late(followed: Vendor) -> None:
    until = Window(BEGAN, BEGAN + 2 * DAY)
    of = read_dossier(followed.path, Asked(VENDOR, until, (), followed.now, BERLIN), live=True)

    assert _facts(of)["Detection lead"] == "no status page of the vendor was read during an outage."


def test_a_week_in_which_nothing_was_measured_is_left_out_of_the_table_in_words(life: Vendor) -> None:
    of = dossier(life, start=BEGAN - 30 * DAY)
    rows = _table(of, "Median and 95th percentile").rows

    assert all(set(row[1:]) != {"–"} for row in rows)
    assert len(of.paces) > len(rows)
    left_out = len(of.paces) - len(rows)
    assert f"Nothing was measured in {left_out} weeks, left out of the table." in markdown(document(of))


def test_each_picture_says_in_words_what_it_shows(life: Vendor) -> None:
    pictures = [block for block in document(dossier(life)).blocks if isinstance(block, Picture)]

    assert [bool(picture.words) for picture in pictures] == [True] * 5
    assert pictures[0].words.startswith("46 days; something was down on 5 of them")


def test_red_is_for_down_alone_and_time_not_seen_is_not_drawn_as_up(life: Vendor) -> None:
    bars = next(block for block in document(dossier(life)).blocks if isinstance(block, Picture)).drawing
    boxes = [shape for shape in bars.shapes if isinstance(shape, Box)]
    first_days = [box.ink for box in boxes][:3]

    assert [ink for ink, look in LOOKS.items() if look.fill == LOOKS[Ink.DOWN].fill] == [Ink.DOWN]
    assert first_days == [Ink.NOTHING] * 3  # three days before anybody watched
    assert Ink.UNSEEN in {box.ink for box in boxes}


def test_downtime_in_an_hour_that_was_hardly_seen_is_told_too(tmp_path: Path) -> None:
    life = Vendor(tmp_path / "history.db", (API,), interval_ms=MINUTE)
    life.well(BEGAN + 4 * HOUR)
    life.down(API, 9)
    life.close()
    of = dossier(life, start=BEGAN)

    (row,) = _table(of, "The hours of the week that were down most").rows
    assert (row[0], row[2]) == ("Mon 05:00–06:00", "9 min")
    assert "Most often down: Mon 05:00–06:00; of 163 hours" in markdown(document(of))


# Markup


def test_the_page_is_well_formed_whatever_strangers_write(life: Vendor) -> None:
    of = dossier(life)
    named = replace(of, name="<script>x</script>\x00 & 'Co' \"Ltd\"")
    tree = _tree(html(document(named)))

    assert {element.tag for element in tree.iter()}.isdisjoint({"script", f"{XHTML}script"})
    assert tree.find("head/title") is not None
    assert 'alert("x")' in "".join(tree.itertext())  # it is read, not run


def test_the_page_asks_for_nothing_from_anywhere(life: Vendor) -> None:
    tree = _tree(html(document(dossier(life))))
    loading = {"src", "href", "srcset", "action", "data", "poster", "background"}
    elements = {element.tag.rpartition("}")[2] for element in tree.iter()}

    assert not [
        name for element in tree.iter() for name in element.attrib if name.rpartition("}")[2] in loading
    ]
    assert elements.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form", "a"})
    assert "@import" not in html(document(dossier(life)))
    assert not re.search(r"url\((?!#)", html(document(dossier(life))))


def test_the_page_can_be_read_by_those_who_do_not_see_it(life: Vendor) -> None:
    tree = _tree(html(document(dossier(life))))
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]

    assert tree.attrib["lang"] == "en"
    assert len(ids) == len(set(ids))
    for table in tree.iter("table"):
        assert table.find("caption") is not None
        assert {head.attrib.get("scope") for head in table.iter("th")} == {"col", "row"}
    for picture in tree.iter(f"{SVG}svg"):
        assert picture.attrib["role"] == "img"
        assert set(picture.attrib["aria-labelledby"].split()) <= set(ids)
    levels = [int(each.tag[1]) for each in tree.iter() if each.tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_markdown_obeys_nothing_that_strangers_write() -> None:
    text = markdown(
        Document(
            "",
            "",
            [
                Heading(1, HOSTILE),
                Paragraph("- no list"),
                Paragraph("1. nor this"),
                Table("a | b", ["head|"], [["cell | x\nnext `code`"]]),
                Facts([("a*b*", "see www.evil.example, @everyone")]),
            ],
        )
    )

    assert "<script>" not in text.replace("\\<", "").replace("\\>", "")
    assert "\u202e" not in text
    assert "\n\\- no list\n" in text
    assert "\n1\\. nor this\n" in text
    assert "| cell \\| x<br>next \\`code\\` |" in text
    assert "https\\:" not in text
    assert "http\\://evil.example" in text
    assert "www\\.evil" in text
    assert "\\@\u200beveryone" in text


def test_json_has_the_words_of_the_public_contract(life: Vendor) -> None:
    found: dict[str, Any] = json.loads(as_json(dossier(life)))

    assert found["schema"] == 1
    assert [row["surface"] for row in found["uptime"]] == ["api", "web", "login", None]
    assert found["promise"] == {"percent": 99.9, "source": "asked", "text": None, "verified": False}
    assert found["months"][0]["against"][-1] == {
        "surface": None,
        "outcome": "broken",
        "allowed_s": pytest.approx(28 * 86.4),
        "spent_s": 62 * 60,
    }
    assert len(found["hours_of_week"]) == 168
    assert len(found["days"]["api"]) == 46
    assert found["incidents"][0]["failures"] == [{"reason": "server_error", "http_status": 503, "count": 50}]


# Words


@pytest.mark.parametrize(
    ("spent_s", "told"),
    [
        (0.0, "0 s of 1 h (0 %)"),
        (1.0, "1 s of 1 h (under 1 %)"),
        (3_599.0, "59 min of 1 h (99 %)"),
        (3_600.0, "1 h of 1 h (100 %)"),
        (3_601.0, "1 h of 1 h (101 %)"),
    ],
)
def test_a_budget_is_called_spent_when_it_is(spent_s: float, told: str) -> None:
    assert budget(Against(Outcome.KEPT, 3_600.0, spent_s)) == told


def test_without_any_budget_there_is_no_share_of_it() -> None:
    assert budget(Against(Outcome.BROKEN, 0.0, 60.0)) == "1 min of none"


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        (BERLIN, "CET (UTC+01:00) and CEST (UTC+02:00)"),
        (UTC, "UTC (UTC+00:00)"),
        (ZoneInfo("America/Sao_Paulo"), "UTC-03:00"),  # its own name is a number
        (ZoneInfo("Asia/Kolkata"), "IST (UTC+05:30)"),
    ],
)
def test_the_zone_is_named_with_its_offset(zone: tzinfo, told: str) -> None:
    assert zones(Span(BEGAN, BEGAN + 60 * DAY), zone) == told


def test_an_hour_that_the_clocks_repeat_is_told_from_the_first() -> None:
    first = round(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp() * 1000)

    assert [stamp(at, BERLIN) for at in (first, first + HOUR)] == [
        "2026-10-25 02:30:00 CEST",
        "2026-10-25 02:30:00 CET",
    ]
