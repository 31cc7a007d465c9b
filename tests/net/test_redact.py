import html
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.net.redact import PLACEHOLDER, redact


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abcd1234EFGH5678.",
        "key sk-ant-api03-AbCd_ef-123456 was rejected",
        "Authorization: Bearer abcdef0123456789",
        "authorization=Basic dXNlcjpwYXNz0",
        "x-api-key: 0123456789abcdef",
        '{"api_key": "0123456789abcdef"}',
        "x-goog-api-key: whatever1234",
        "API key AIzaSyD-0123456789abcdef not valid",
        "GET https://host.test/v1?key=0123456789abcdef&alt=sse",
        "via http://user:pass0rd@proxy.test:3128",
        "gsk_0123456789abcdefgh",
        "hf_AbCdEfGhIjKlMnOp",
        "xai-0123456789abcdef",
        "nvapi-0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    ],
)
def test_what_looks_like_a_key_is_hidden(text: str) -> None:
    hidden = redact(text)

    assert PLACEHOLDER in hidden
    for fragment in ("0123456789", "1234EFGH", "AbCd", "dXNlc", "whatever1234", "pass0rd", "eyJzdWI"):
        assert fragment not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "Missing bearer or basic authentication in header",
        "task-force and risk-assessment-department are words",
        "no connection to https://api.openai.com/v1/models within 10 s",
        "the value of X-Api-Key holds a character that HTTP does not allow",
        "Invalid API key",
        "API key: none",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_known_secrets_are_hidden_in_every_spelling() -> None:
    secrets = ["Bearer plainword/secret"]

    assert redact("got plainword/secret back", secrets) == f"got {PLACEHOLDER} back"
    assert redact("?q=plainword%2Fsecret", secrets) == f"?q={PLACEHOLDER}"


@pytest.mark.parametrize(
    "echo",
    [
        "sk-a%2fCd%2bEf0123%3d%3d",
        "sk-a%2FCd%2BEf0123%3D%3D",
        "sk-a/Cd%2BEf0123%3D%3D",
        r"sk-a\/Cd+Ef0123==",
        r"sk-a\u002fCd\u002bEf0123\u003d\u003d",
        r"sk-a\u002FCd\u002BEf0123\u003D\u003D",
        "sk-a&#47;Cd&#43;Ef0123&#61;&#61;",
        "sk-a&#x2F;Cd&#x2B;Ef0123&#x3D;&#x3D;",
        "c2stYS9DZCtFZjAxMjM9",
    ],
)
def test_a_key_that_a_server_echoes_escaped_is_hidden(echo: str) -> None:
    told = redact(f"no such key {echo} here", ["Bearer sk-a/Cd+Ef0123=="])

    assert "Cd" not in told.replace("no such key", "")
    assert "0123" not in told
    assert "c2stYS9D" not in told


def test_a_longer_secret_leaves_no_part_of_itself() -> None:
    assert redact("abcdefghij", ["abcdef", "abcdefghij"]) == PLACEHOLDER


def test_secrets_too_short_to_be_one_are_left() -> None:
    assert redact("a cat sat", ["a"]) == "a cat sat"


@given(st.text(), st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=6), st.text())
def test_no_known_secret_survives(before: str, secret: str, after: str) -> None:
    hidden = redact(before + secret + after, [secret])

    assert secret not in hidden.replace(PLACEHOLDER, " ")


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("secret", ['sk-Zq9/+aB"c\\d=Xy77LONGKEY', "sk-<b>&'quoted'-0123456789"])
@pytest.mark.parametrize(
    "echo",
    [
        json.dumps,
        lambda key: json.dumps(json.dumps(key)),
        lambda key: json.dumps(key).replace("/", "\\/"),
        html.escape,
        lambda key: html.escape(key, quote=False),
        lambda key: html.escape(json.dumps(key)),
        lambda key: json.dumps(html.escape(key)),
    ],
    ids=[
        "json",
        "json in json",
        "json with slashes",
        "html",
        "html without quotes",
        "json in html",
        "html in json",
    ],
)
def test_a_key_of_odd_signs_is_hidden_as_json_and_html_write_it(
    secret: str, echo: Callable[[str], str]
) -> None:
    hidden = redact(f"invalid key: {echo(secret)} (end)", [f"Bearer {secret}"])

    assert PLACEHOLDER in hidden
    assert not any(
        secret[at : at + 6] in hidden for at in range(len(secret) - 6) if secret[at : at + 6].isalnum()
    )
