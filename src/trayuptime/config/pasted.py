"""What people paste as a key: the key itself taken out of its wrapping, or a sentence why it cannot be one.

No sentence repeats any of it.
"""

import re
from dataclasses import dataclass

LONGEST = 16 * 1024
"""Characters; a header of more is refused by every server."""

_AROUND = " \t\r\n\v\f\x00\u00a0\u200b\u200c\u200d\u2060\ufeff"
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_SECRET_NAME = rf"(?:{_NAME})?(?:key|token|secret|password|credential)s?"
_WRAPPINGS = (
    ("its quotes", re.compile(r"(['\"`])(?P<key>[^'\"`]*)\1[,;]?")),
    ("its quotes", re.compile(r"[“”„«‘’](?P<key>[^“”»‘’]*)[“”»‘’]")),
    (
        "the name before it",
        re.compile(
            rf"(?:export\s+|setx?\s+(?:-x\s+|-gx\s+)?|\$env:){_NAME}\s*[=\s]\s*(?P<key>\S.*)", re.IGNORECASE
        ),
    ),
    (
        "the name before it",
        re.compile(rf"['\"]?{_SECRET_NAME}['\"]?\s*(?:=(?!=*$)|:)\s*(?P<key>\S.*)", re.IGNORECASE),
    ),
    (
        "the word Bearer",
        re.compile(r"(?:(?:proxy-)?authorization\s*:\s*)?bearer\s+(?P<key>.*)", re.IGNORECASE),
    ),
)
_PLACEHOLDER = re.compile(
    r"<[^<>]*>|\[[^\[\]]*\]|.*(\.\.\.|…).*|[x*•.…]+|(sk-|gsk_)?x{3,}"
    r"|(?:sk-)?(?:your|my|insert|paste|enter)[-_ ]?.*(?:key|token|here).*"
    r"|(?:api[-_ ]?)?key|change-?me|none|null",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"\$\{?\w+\}?|%\w+%|\$env:\w+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN)")
_BETWEEN = re.compile(r"[/?&=:,\s]+")
_KEY_SHAPE = re.compile(
    r"(?=[^0-9]*[0-9])(?:sk|pk|rk|ak|gsk|csk|xai|hf|r8|fw|fpk|pplx|nvapi|tgp|ghp)[-_][A-Za-z0-9_-]{16,}"
    r"|AIza[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]{16,}"
)
_LONG_RUN = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24,}")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A key as it will be kept.

    Attributes:
        key: shown nowhere.
        left_out: what was around it, in words: "its quotes".
    """

    key: str
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Pasted(…)"


class NotAKey(ValueError):  # noqa: N818 - says what the text is not, and never holds it
    """The text cannot be a key; the message is a sentence for a person."""


def unwrap(text: str | bytes) -> Pasted:
    """The key in what was typed, pasted or piped in.

    Args:
        text: with the line break it may end in; bytes as they came from a pipe.

    Raises:
        NotAKey: it is empty, more than a key, or something that only stands for one.
    """
    key = _decoded(text) if isinstance(text, bytes) else text
    if len(key) > LONGEST:
        raise NotAKey(f"That has more than {LONGEST} characters, which no key has.")
    left_out: list[str] = []
    if key != (bare := key.strip("\ufeff")):
        left_out.append("a byte order mark")
    key = bare.strip(_AROUND)
    if len([line for line in key.splitlines() if line.strip()]) > 1:
        raise NotAKey("That is more than one line; give the key alone.")
    while True:
        for what, pattern in _WRAPPINGS:
            if (found := pattern.fullmatch(key)) is not None:
                key = found["key"].strip(_AROUND)
                left_out.append(what)
                break
        else:
            break
    _check(key)
    return Pasted(key, tuple(dict.fromkeys(left_out)))


def looks_like_key(word: str) -> bool:
    """Whether a word is so much like a key that it should stand nowhere in the open."""
    return any(_KEY_SHAPE.match(part) or _LONG_RUN.search(part) for part in _BETWEEN.split(word))


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    raise NotAKey("That is no text; give the key alone.")


def _check(key: str) -> None:
    if not key:
        raise NotAKey("No key was given.")
    if _PLACEHOLDER.fullmatch(key):
        raise NotAKey("That only stands for a key, as in an example; give the key itself.")
    if _VARIABLE.fullmatch(key):
        raise NotAKey(
            "That is the name of a variable, not what it holds; use --key-from-env with the bare name."
        )
    if any(char.isspace() for char in key):
        raise NotAKey("A key has no blanks in it; give the key alone.")
    if not key.isascii() or not key.isprintable():
        raise NotAKey("A key has only letters, digits and signs of ASCII; copy it anew.")
    if "://" in key:
        raise NotAKey("That is an address, not a key.")
    if key[:1] in "{[<" or key[-1:] in "}]>":
        raise NotAKey("That is a piece of a file, not a key; give the key alone.")
