"""A key is a place; anything else is refused."""

from pathlib import Path

import pytest

from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey, NoKey, NotAReference, parse_key_ref

HOME = Path("/home/ann")


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("none", NoKey()),
        ("keyring", KeyringKey()),
        ("env:DEEPSEEK_API_KEY", EnvKey("DEEPSEEK_API_KEY")),
        ("env:_x1", EnvKey("_x1")),
        ("file:/run/secrets/x", FileKey(Path("/run/secrets/x"))),
        ("file:~/keys/x", FileKey(Path("/home/ann/keys/x"))),
    ],
)
def test_the_four_kinds_of_place_are_read(text: str, reference: KeyRef) -> None:
    assert parse_key_ref(text, home=HOME) == reference


@pytest.mark.parametrize("reference", [NoKey(), KeyringKey(), EnvKey("A_B"), FileKey(Path("/run/x"))])
def test_a_reference_is_written_as_it_is_read(reference: KeyRef) -> None:
    assert parse_key_ref(str(reference), home=HOME) == reference


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'did you mean "none"?'),
        ("sk-1234", "must not hold the key itself"),
        ("keyring:", "must not hold the key itself"),
        ("Keyring", 'did you mean "keyring"?'),
        (" none ", 'did you mean "none"?'),
        ("env:", "must name an environment variable"),
        ("env:1A", "must name an environment variable"),
        ("env:A B", "must name an environment variable"),
        ("env:A\n", "must name an environment variable"),
        ("file:", "must name a file"),
        ("file:relative", "must name a file"),
        ("file:~", "must name a file"),
        ("file:~bob/x", "must name a file"),
        ("file:/a\x00b", "must name a file"),
    ],
)
def test_anything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(NotAReference) as caught:
        parse_key_ref(text, home=HOME)

    assert words in str(caught.value)
