"""No message of the configuration repeats what may be a secret, wherever it was put."""

import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.load import read
from trayuptime.config.problems import ConfigError, shown

SECRETS = [
    "sk-proj-Zr8vQ2mWn4Lk7Xc1Hd9T",
    "sk-ant-api03-wVb7Yq3Kp9",
    "AIzaSyD4mQ8vR2nL6wX1kB7zT0",
    "gsk_R4nD0mW0rdsL1keTh1s",
    "Zr8vQ2mWn4Lk7Xc1Hd9TgF5sA3pJ6uE0",
    "Bearer q8W2mZr4",
]
PLACES = [
    '[[provider]]\nid = "a"\nkind = "deepseek"\nkey = "{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nkey = "env: {}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nkey = "file:{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nkey = "keyring:{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nkey = {}',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nkey = ["{}"]',
    '[[provider]]\nid = "a"\nkind = "deepseek"\napi_key = "{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nproxy = "{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nproxy = "http://me:{}@proxy.example:8080"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nbase_url = "https://h.example/v1?key={}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nbase_url = "https://{}@h.example/v1"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nbase_url = "https://h.example/v1#{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nweb_url = "https://h.example/?access_token={}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nfeed = "https://me:{}@h.example/"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nca_bundle = "{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\ninterval = "{}"',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nsurfaces = ["{}"]',
    '[[provider]]\nid = "a"\nkind = "deepseek"\nfallbacks = ["{}"]',
    '[[provider]]\nid = "a"\nkind = "deepseek"\n"{}" = 1',
    '[[provider]]\nid = "a"\nkind = "{}"',
    '[[provider]]\nid = "{}"\nkey = "{}"',
    '["{}"]\na = 1',
    '["{}"]\n["{}"]',
    'a = {{ "{}" = 1, "{}" = 2 }}',
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_in_the_wrong_place_is_refused_and_not_repeated(place: str, secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(place.replace("{}", secret).replace("{{", "{").replace("}}", "}"))

    told = [*map(str, caught.value.problems), *map(repr, caught.value.problems), str(caught.value)]
    told += traceback.format_exception_only(caught.value)
    assert not [line for line in told if secret in line]
    assert not [line for line in told if secret.rsplit(" ", maxsplit=1)[-1] in line]


REFUSALS = {
    (
        'key must not hold the key itself: store it with "trayuptime provider key a" and write'
        ' key = "keyring", or write key = "env:DEEPSEEK_API_KEY"'
    ),
    'key is not a valid word; did you mean "keyring"?',
    'key is not a valid word; did you mean "none"?',
    "key must name an environment variable after env: (letters, digits and _)",
    'key must name a file after file: by its whole path, or from "~/"',
}


def messages_about(key: str) -> set[str]:
    try:
        read(f'[[provider]]\nid = "a"\nkind = "deepseek"\nkey = "{key}"')
    except ConfigError as error:
        return {problem.message for problem in error.problems}
    return set()


@settings(deadline=None)
@given(st.sampled_from(["", "env:", "file:", "Keyring", "none"]), st.text("abcXYZ019+/_.:-~ ", max_size=80))
def test_the_refusal_of_a_key_is_one_of_few_fixed_sentences(prefix: str, rest: str) -> None:
    messages = messages_about(prefix + rest)

    assert messages <= REFUSALS
    assert messages or prefix + rest in {"none", "keyring"} or prefix in {"env:", "file:"}


def test_the_refusal_of_a_key_says_how_to_store_it() -> None:
    with pytest.raises(ConfigError) as caught:
        read('[[provider]]\nid = "work"\nkind = "mistral"\nkey = "Zr8vQ2mWn4Lk7Xc1"')

    assert "trayuptime provider key work" in str(caught.value)
    assert 'key = "keyring"' in str(caught.value)
    assert 'key = "env:MISTRAL_API_KEY"' in str(caught.value)


@pytest.mark.parametrize(
    "head", ['kind = "openai-compatible"\nbase_url = "https://h.example/v1"', 'kind = "x"']
)
def test_the_refusal_names_some_variable_where_the_kind_has_none(head: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f'[[provider]]\n{head}\nkey = "Zr8vQ2mWn4Lk7Xc1"')

    assert "trayuptime provider key ID" in str(caught.value)
    assert 'key = "env:NAME"' in str(caught.value)


@pytest.mark.parametrize(
    "word", ["hf-router", "xai-main", "sk-local", "openrouter-eu", "token-plan", "gpt-4o-mini"]
)
def test_ordinary_words_are_shown(word: str) -> None:
    assert shown(word) == f'"{word}"'


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://h.example/v1", True),
        ("http://192.168.1.5:8080/v1", True),
        ("http://127.0.0.1:8080/v1", False),
        ("http://[::1]:8080/v1", False),
        ("http://gateway.localhost/v1", False),
        ("https://h.example/v1", False),
        ("http://localhost.example/v1", True),
        ("HTTP://h.example/v1", True),
    ],
)
def test_a_key_goes_over_plain_http_only_to_loopback(url: str, refused: bool) -> None:
    text = f'[[provider]]\nid = "a"\nkind = "openai-compatible"\nkey = "keyring"\nbase_url = "{url}"\n'

    if refused:
        with pytest.raises(ConfigError, match=r"line 5: .* over plain http"):
            read(text)
    assert read(text + "allow_http = true").providers[0].allow_http
    assert read(text.replace("keyring", "none")).providers[0].base_url is not None
    if not refused:
        assert not read(text).providers[0].allow_http
