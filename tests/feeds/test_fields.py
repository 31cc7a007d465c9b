"""A stranger's fields: what comes out is always of the kind that was asked for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from feeds.pages import at
from trayuptime.feeds.decoding import decoded
from trayuptime.feeds.fields import instant, number, talk, text, url, word

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("API  is\r\ndown\t ", "API is down"),
        ("对话服务 (Chat)", "对话服务 (Chat)"),
        ("a\u202eb\x00c\ud800d\u200be", "a b c d e"),
        ("<b>Bold</b> &amp; <i>sly</i>", "Bold & sly"),
        ("&lt;p&gt;Twice&lt;/p&gt; &amp;lt;b&amp;gt;", "Twice <b>"),
        ("<script>alert('x')</script>Words<style>p{}</style>", "Words"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("**Title:**\n# Errors \\# one", "Title: Errors # one"),
        (17, "17"),
        (1.5, "1.5"),
        (10**30, ""),
        (float("nan"), ""),
        (True, ""),
        (None, ""),
        ({"a": 1}, ""),
        (["a"], ""),
        ("x" * 900, "x" * 300),
    ],
)
def test_text_is_one_plain_line(value: Any, shown: str) -> None:
    assert text(value) == shown


def test_what_was_said_is_joined_and_bounded() -> None:
    assert talk(["<p>New</p>", None, "old"]) == "New old"
    assert len(talk(["x" * 700] * 100)) == 1_000


@pytest.mark.parametrize(
    "value",
    [
        *(
            "2026-09-22T01:00:00Z",
            "2026-09-22T01:00:00.000Z",
            "2026-09-22T03:00:00+02:00",
            "2026-09-22 01:00",
        ),
        *("2026-09-21T18:00:00-07:00", "Tue, 22 Sep 2026 01:00:00 GMT", "Mon, 21 Sep 2026 18:00:00 PDT"),
        *("Tue, 22 Sep 2026 01:00:00 Z", "22 Sep 2026 01:00:00 +0000"),
        *(1790038800, 1790038800.0, 1790038800000, "1790038800", "1790038800000", " 1790038800 "),
    ],
)
def test_a_time_is_read_however_it_is_written(value: Any) -> None:
    assert instant(value) == at("2026-09-22T01:00")


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            True,
            "",
            "soon",
            "2026-13-45",
            "0001-01-01T00:00:00-23:59",
            "9999-12-31T23:59:59+23:59",
            0,
            -1,
        ),
        *(
            10**400,
            10**30,
            float("nan"),
            float("inf"),
            "9" * 30,
            [],
            {},
            "Mon, 99 Foo 0 99:99:99 +9999",
            "中" * 9,
        ),
        *("1969-12-31T00:00:00Z", "2026-09-22T01:00:00Z" * 9, "20", "٢٠٢٦-٠٩-٢٢"),
    ],
)
def test_what_is_no_time_is_none(value: Any) -> None:
    assert instant(value) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (3, 3),
        ("3", 3),
        (3.0, 3),
        ("60", 60),
        (True, None),
        ("three", None),
        (None, None),
        (float("inf"), None),
        (10**40, None),
    ],
)
def test_numbers(value: Any, found: int | None) -> None:
    assert number(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("https://status.example.com/x?y=1", "https://status.example.com/x?y=1"),
        (" http://a.example ", "http://a.example"),
        ("javascript:alert(1)", ""),
        ("https://a.example/ b", ""),
        ("https://a\u202e.example", ""),
        ("https://" + "a" * 3_000, ""),
        (5, ""),
    ],
)
def test_only_addresses_of_the_web_are_kept(value: Any, found: str) -> None:
    assert url(value) == found


@pytest.mark.parametrize("value", ["MAJOROUTAGE", "major_outage", "Major Outage", " major-outage "])
def test_a_word_is_the_same_however_it_is_written(value: str) -> None:
    assert word(value) == "majoroutage"


@LAW
@given(JSON)
def test_whatever_is_there_the_kind_is_right(value: Any) -> None:
    assert text(value).isprintable()
    assert len(text(value)) <= 300
    assert isinstance(word(value), str)
    assert url(value).isprintable()
    assert isinstance(instant(value), int | None)
    assert isinstance(number(value), int | None)


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        ("错误".encode("gbk"), "text/xml; charset=GBK", "错误"),
        ("错误".encode("gb18030"), 'application/rss+xml;charset="gb18030"', "错误"),
        (
            '<?xml version="1.0" encoding="big5"?>錯誤'.encode("big5"),
            "",
            '<?xml version="1.0" encoding="big5"?>錯誤',
        ),
        ("é".encode("latin-1"), "text/xml; charset=iso-8859-1", "é"),
        ("错误".encode(), "text/xml; charset=gbk", "错误"),
        (b"\xff\xff", "text/xml; charset=utf-7", "��"),
        (b"\xff\xff", "text/xml; charset=rot13", "��"),
        (b"\xff\xff", "", "��"),
        (b"", "", ""),
        (b"\x00", "", "\x00"),
    ],
)
def test_bytes_are_decoded_whatever_their_label(body: bytes, content_type: str, shown: str) -> None:
    assert decoded(body, content_type) == shown


@LAW
@given(st.binary(max_size=60), st.text(max_size=30))
def test_any_bytes_are_decoded(body: bytes, content_type: str) -> None:
    assert isinstance(decoded(body, f"text/xml; charset={content_type}"), str)
