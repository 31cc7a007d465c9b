"""A key is taken out of what it was pasted in, and what is none is refused without repeating it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.config.pasted import LONGEST, NotAKey, looks_like_key, unwrap

KEY = "sk-proj-Zr8vQ2mWn4Lk7Xc1Hd9T=="


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (KEY, ()),
        (f"{KEY}\n", ()),
        (f"  {KEY}\r\n\r\n", ()),
        (f"\u00a0{KEY}\u200b", ()),
        (f"\ufeff{KEY}\n", ("a byte order mark",)),
        (f'"{KEY}"', ("its quotes",)),
        (f"'{KEY}',", ("its quotes",)),
        (f"“{KEY}”", ("its quotes",)),
        (f"Bearer {KEY}", ("the word Bearer",)),
        (f"Authorization: Bearer {KEY}", ("the name before it", "the word Bearer")),
        (f"authorization: bearer {KEY}", ("the word Bearer",)),
        (f"x-api-key: {KEY}", ("the name before it",)),
        (f"export OPENAI_API_KEY={KEY}", ("the name before it",)),
        (f'export OPENAI_API_KEY="{KEY}"', ("the name before it", "its quotes")),
        (f"OPENAI_API_KEY={KEY}", ("the name before it",)),
        (f"OPENAI_API_KEY = '{KEY}'", ("the name before it", "its quotes")),
        (f"set OPENAI_API_KEY={KEY}", ("the name before it",)),
        (f'setx OPENAI_API_KEY "{KEY}"', ("the name before it", "its quotes")),
        (f"set -gx OPENAI {KEY}", ("the name before it",)),
        (f'$env:OPENAI_API_KEY = "{KEY}"', ("the name before it", "its quotes")),
        (f'"apiKey": "{KEY}",', ("the name before it", "its quotes")),
        (f"token: {KEY}", ("the name before it",)),
    ],
)
def test_what_is_around_a_key_is_left_out_and_told(text: str, left_out: tuple[str, ...]) -> None:
    pasted = unwrap(text)

    assert pasted.key == KEY
    assert set(pasted.left_out) <= {*left_out, "the name before it"}
    assert bool(pasted.left_out) == bool(left_out)
    assert KEY not in repr(pasted)


@pytest.mark.parametrize("key", ["abc", "a.b-c_d~e+f/g==", "key-2f9a", "0", "Ab=1", "id.secret", "tok_en"])
def test_an_odd_key_is_kept_as_it_is(key: str) -> None:
    assert unwrap(key).key == key
    assert unwrap(key).left_out == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_pipe_may_bring_it_in_any_usual_encoding(encoding: str) -> None:
    assert unwrap(f"{KEY}\r\n".encode(encoding)).key == KEY


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No key was given"),
        (" \n\n", "No key was given"),
        ('""', "No key was given"),
        ("one\ntwo", "more than one line"),
        ("two words", "blanks"),
        ("schlüssel", "ASCII"),
        ("sk-\x07bell", "ASCII"),
        ("sk-…", "stands for a key"),
        ("sk-...abc", "stands for a key"),
        ("<your key>", "stands for a key"),
        ("YOUR_API_KEY", "stands for a key"),
        ("your-api-key-here", "stands for a key"),
        ("xxxxxxxx", "stands for a key"),
        ("********", "stands for a key"),
        ("$OPENAI_API_KEY", "name of a variable"),
        ("${OPENAI_API_KEY}", "name of a variable"),
        ("OPENAI_API_KEY", "name of a variable"),
        ("https://api.example/v1", "address"),
        ('{"key":1}', "piece of a file"),
        ("x" * (LONGEST + 1), "more than"),
        ("ab" * LONGEST, "more than"),
        (b"\xff\xfe\x00", "no text"),
        (b"\x80abc", "no text"),
    ],
)
def test_what_is_no_key_is_refused_with_a_reason(text: str | bytes, says: str) -> None:
    with pytest.raises(NotAKey, match=says):
        unwrap(text)


def outcome(text: str | bytes) -> tuple[str | None, str]:
    """The key, and what was said instead."""
    try:
        return unwrap(text).key, ""
    except NotAKey as error:
        return None, str(error)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=12))
def test_no_refusal_repeats_what_was_given(text: str) -> None:
    key, refusal = outcome(text)

    assert text not in refusal
    assert key is None or (key in text and key.isascii() and key.isprintable() and key == key.strip())


@given(st.binary(max_size=40))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    key, refusal = outcome(data)

    assert key or refusal.endswith(".")


@pytest.mark.parametrize(
    "word",
    [
        "sk-proj-Zr8vQ2mWn4Lk7Xc1Hd9T",
        "sk-ant-api03-wVb7Yq3Kp9L",
        "AIzaSyD4mQ8vR2nL6wX1kB7zT0",
        "gsk_R4nD0mW0rdsL1keTh1s",
        "plainlookingsecretwithoutaprefix7391",
        "0123456789abcdef0123456789abcdef",
        "https://api.example/sk-proj-Zr8vQ2mWn4Lk7Xc1Hd9T/v1",
    ],
)
def test_a_key_among_words_is_seen(word: str) -> None:
    assert looks_like_key(word)


@pytest.mark.parametrize(
    "word",
    [
        "deepseek",
        "OPENAI_API_KEY",
        "AZURE_OPENAI_API_KEY",
        "openai-compatible",
        "https://generativelanguage.googleapis.com/v1beta",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "accounts/fireworks/models/llama-v3p1-8b-instruct",
        "anthropic/claude-haiku-4-5-20251001",
        "xai-main",
        "hf-router-production",
        "/tmp/pytest-of-root/pytest-0/test_a_key_from_a_file/key",
        "deepseek,openai,anthropic,local-2",
    ],
)
def test_ordinary_words_are_no_keys(word: str) -> None:
    assert not looks_like_key(word)
