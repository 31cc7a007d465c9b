"""What holds for every format: trouble is seen, quiet is green, what comes instead is told in a sentence."""

import json
from random import Random
from typing import Any

import pytest

from feeds.mutations import stream
from feeds.pages import NOW, QUIET, TROUBLED
from trayuptime.core.feed import Component, FeedFormat, Page, Part, is_open
from trayuptime.core.model import FeedState
from trayuptime.core.scoping import scoped
from trayuptime.feeds.decoding import decoded
from trayuptime.feeds.formats import JSON_FORMATS, XML_FORMATS, Unreadable, parse, sniff

ALL = [*TROUBLED.items(), *((f"{name}, quiet", case) for name, case in QUIET.items())]
CASES = pytest.mark.parametrize(("format_", "body"), [case for _, case in ALL], ids=[name for name, _ in ALL])
FORMATS = pytest.mark.parametrize("format_", list(FeedFormat))

MUTATIONS = 20_000
"""In total, over all documents; `benchmarks/feeds.py` does a million for each."""


def read(format_: FeedFormat, body: bytes, content_type: str = "") -> Page:
    page = parse(format_, body, NOW, content_type)
    assert isinstance(page, Page), page
    return page


def state(page: Page) -> FeedState:
    return scoped(page, (), (), NOW).state


def test_every_format_is_in_the_table_and_has_documents() -> None:
    known = {*JSON_FORMATS, *XML_FORMATS}

    assert known == set(FeedFormat)
    assert {format_ for format_, _ in TROUBLED.values()} == known
    assert {format_ for format_, _ in QUIET.values()} == known


@pytest.mark.parametrize("name", TROUBLED)
def test_trouble_is_seen(name: str) -> None:
    page = read(*TROUBLED[name])

    assert state(page) in (FeedState.DOWN, FeedState.DEGRADED)
    assert scoped(page, (), (), NOW).title


@pytest.mark.parametrize("name", QUIET)
def test_quiet_is_green(name: str) -> None:
    page = read(*QUIET[name])

    assert state(page) is FeedState.UP
    assert not any(is_open(item, NOW) for item in page.incidents)


@CASES
def test_a_document_is_known_by_its_shape(format_: FeedFormat, body: bytes) -> None:
    found = sniff(body)

    # An empty list may be anybody's who lists only what is wrong.
    assert found is (None if decoded(body) == "[]" else format_)


@CASES
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_unicode_encoding_is_read(format_: FeedFormat, body: bytes, encoding: str) -> None:
    document = decoded(body)

    assert read(format_, document.encode(encoding)) == read(format_, body)


@CASES
def test_a_wrong_charset_in_the_label_changes_nothing(format_: FeedFormat, body: bytes) -> None:
    expected = read(format_, body)

    assert read(format_, body, "application/json; charset=iso-8859-1") == expected
    assert read(format_, body, "text/html; charset=banana") == expected


@FORMATS
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "an empty answer"),
        (b" \r\n\t", "an empty answer"),
        (b"<!DOCTYPE html><html><title>Status</title></html>", "a web page"),
        (b"\xef\xbb\xbf\n<html><head><title>Just a moment...</title>", "a challenge page"),
        (b"<!-- x --><!doctype HTML><p>Please complete the CAPTCHA", "a challenge page"),
        (b"<!-- -->" * 9 + b"<html>", "is not"),
        (b"Not Found", "is not"),
        (b"\x00\xff\xfe\x01" * 100, "is not"),
        (b"[" * 100_000, "is not"),
        (b"[" * 100_000 + b"]" * 100_000, "is not"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "is not"),
        (b'{"status": 1' + b"0" * 5_000 + b"}", "is not"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else None,
)
def test_what_came_instead_is_told(format_: FeedFormat, body: bytes, says: str) -> None:
    told = parse(format_, body, NOW)

    assert isinstance(told, Unreadable)
    assert says in told.why
    assert told.why.isprintable()


@FORMATS
@pytest.mark.parametrize(
    "data",
    [None, True, 5, "operational", {}, {"status": "ok"}, [None], [[]], {"data": None}, {"components": "up"}],
)
def test_json_of_another_kind_is_no_page(format_: FeedFormat, data: Any) -> None:
    told = parse(format_, json.dumps(data).encode(), NOW)

    assert isinstance(told, Unreadable)


@pytest.mark.parametrize("format_", JSON_FORMATS)
def test_an_error_is_told_in_its_own_words(format_: FeedFormat) -> None:
    told = parse(format_, b'{"error": {"message": "status_page_\\u202enot_found"}}', NOW)

    assert isinstance(told, Unreadable)
    assert "status_page_ not_found" in told.why


@pytest.mark.parametrize("format_", XML_FORMATS)
@pytest.mark.parametrize("body", [b"<svg><title>x</title></svg>", b"<?xml version='1.0'?><opml/>"])
def test_xml_of_another_kind_is_no_page(format_: FeedFormat, body: bytes) -> None:
    assert isinstance(parse(format_, body, NOW), Unreadable)
    assert sniff(body) is None


@pytest.mark.parametrize("format_", XML_FORMATS)
@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!-- <rss> --><!doctype rss SYSTEM "file:///etc/passwd">',
        "<! ENTITY x>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused_before_the_parser_sees_it(
    format_: FeedFormat, prolog: str, encoding: str
) -> None:
    document = f'<?xml version="1.0"?>{prolog}<rss><channel><title>&b;</title></channel></rss>'

    told = parse(format_, document.encode(encoding), NOW)

    assert isinstance(told, Unreadable)
    assert "DOCTYPE" in told.why
    assert sniff(document.encode(encoding)) is None


@CASES
def test_half_a_megabyte_more_changes_nothing(format_: FeedFormat, body: bytes) -> None:
    document = decoded(body)
    padded = (
        document + " " * 500_000 if document.startswith(("[", "{")) else f"{document}<!--{'x' * 500_000}-->"
    )

    assert read(format_, padded.encode()) == read(format_, body)


WORDS = (
    *(
        "operational",
        "degraded_performance",
        "partial_outage",
        "full_outage",
        "degraded",
        "OPERATIONAL",
        "UP",
    ),
    *(
        "major_outage",
        "critical",
        "major",
        "minor",
        "none",
        "PARTIALOUTAGE",
        "MAJOROUTAGE",
        "HASISSUES",
        "100",
        "400",
    ),
)


@pytest.mark.parametrize("name", [name for name, (format_, _) in QUIET.items() if format_ in JSON_FORMATS])
def test_an_unknown_word_is_never_green(name: str) -> None:
    format_, body = QUIET[name]
    document = decoded(body)
    known = [word for word in ("operational", "none", "UP", "Operational", "ok") if f'"{word}"' in document]
    if not known:
        assert format_ in (
            *(FeedFormat.GOOGLE, FeedFormat.AISTUDIO, FeedFormat.AWS_EVENTS, FeedFormat.FLASHDUTY),
            *(FeedFormat.STATUSPAGE, FeedFormat.INCIDENTIO),
        ), "only lists of troubles say nothing of how all is"
        return
    for word in known:
        document = document.replace(f'"{word}"', '"banana"').replace(
            '"status_code": 100', '"status_code": 12345'
        )

    page = parse(format_, document.encode(), NOW)

    assert isinstance(page, Unreadable) or state(page) is FeedState.UNKNOWN


def _nulled(data: Any) -> Any:
    """Every field null, one level down."""
    if isinstance(data, dict):
        return {name: _nulled(item) if isinstance(item, dict | list) else None for name, item in data.items()}
    return [_nulled(item) for item in data] if isinstance(data, list) else None


@pytest.mark.parametrize("name", [name for name, (format_, _) in TROUBLED.items() if format_ in JSON_FORMATS])
def test_a_document_full_of_nulls_is_never_green(name: str) -> None:
    format_, body = TROUBLED[name]

    page = parse(format_, json.dumps(_nulled(json.loads(decoded(body)))).encode(), NOW)

    assert isinstance(page, Unreadable) or state(page) is not FeedState.UP


LISTS = (
    *("components", "incidents", "scheduled_maintenances", "ongoing_incidents", "affected_components"),
    *("in_progress_maintenances", "activeIncidents", "included", "active_changes", "active_incidents"),
)


@pytest.mark.parametrize("odd", [{}, "none", 5, [None], ["i1"], [[]]])
@pytest.mark.parametrize("name", [name for name, (format_, _) in ALL if format_ in JSON_FORMATS])
def test_a_list_that_has_become_something_else_is_another_shape(name: str, odd: Any) -> None:
    format_, body = dict(ALL)[name]
    data = json.loads(decoded(body))
    holders = [data, *data.values()] if isinstance(data, dict) else []
    pages = [holder.get("page") for holder in holders if isinstance(holder, dict)]
    places = [place for place in (*holders, *pages) if isinstance(place, dict)]
    for place in places:
        for list_ in set(LISTS) & set(place):
            was = place[list_]
            place[list_] = odd

            told = parse(format_, json.dumps(data).encode(), NOW)

            assert isinstance(told, Unreadable) or state(told) is not FeedState.UP, list_
            place[list_] = was


def _doubled(data: Any) -> Any:
    """Every list of objects with its entries twice."""
    if isinstance(data, dict):
        return {name: _doubled(item) for name, item in data.items()}
    if isinstance(data, list):
        twice = 2 if any(isinstance(item, dict) for item in data) else 1
        return [_doubled(item) for item in data] * twice
    return data


@pytest.mark.parametrize("name", [name for name, (format_, _) in TROUBLED.items() if format_ in JSON_FORMATS])
def test_names_and_ids_that_come_twice_change_nothing(name: str) -> None:
    format_, body = TROUBLED[name]
    once = read(format_, body)

    twice = read(format_, json.dumps(_doubled(json.loads(decoded(body)))).encode())

    assert state(twice) is state(once)
    assert len(twice.incidents) == len(once.incidents)


@CASES
def test_hostile_titles_become_one_bounded_line(format_: FeedFormat, body: bytes) -> None:
    hostile = "<script>alert(1)</script>A<b>B</b> \\u202eC\\n" + "x" * 5_000
    document = decoded(body)
    for title in (
        "Elevated errors",
        "Errors",
        "Models outage",
        "Storage - Service issue",
        "API 不可用",
        "Slow",
        "Old",
    ):
        escaped = hostile if document.startswith(("[", "{")) else "A &lt;b&gt;B&lt;/b&gt; C" + "x" * 5_000
        document = document.replace(title, escaped)

    page = read(format_, document.encode())

    for told in (*(item.title for item in page.incidents), *(item.name for item in page.components)):
        assert len(told) <= 300
        assert told.isprintable()
        assert "<" not in told


def shaped(page: Page | Unreadable) -> None:
    """That a page is one, whatever it was read from."""
    if isinstance(page, Unreadable):
        assert page.why.isprintable()
        return
    for item in page.incidents:
        assert item.id, item
        assert all(len(word) <= 1_000 and word.isprintable() for word in (item.title, item.text))
        assert all(
            at is None or isinstance(at, int) for at in (item.began_at, item.first_word_at, item.ended_at)
        )
        assert item.first_word_at is None or item.last_word_at is not None
    assert all(isinstance(item, Component) and item.name.isprintable() for item in page.components)
    said = scoped(page, [Part(contains=("api",)), Part(id="c-api")], ["us-east-1"], NOW)
    assert said.title.isprintable()


@pytest.mark.parametrize(("name", "case"), ALL, ids=[name for name, _ in ALL])
def test_no_mutation_makes_a_parser_stumble(name: str, case: tuple[FeedFormat, bytes]) -> None:
    format_, body = case
    mutations = stream(body, f"ci:{name}")
    choose = Random(name)

    for number in range(MUTATIONS // len(ALL) + 1):
        spoilt = next(mutations)
        shaped(parse(format_, spoilt, NOW))
        if number % 10 == 0:
            sniff(spoilt)
            shaped(parse(choose.choice(list(FeedFormat)), spoilt, NOW))
