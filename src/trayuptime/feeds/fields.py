"""A stranger's JSON, one field at a time: whatever is there, what comes out is of the kind asked for."""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from trayuptime.core.answer import one_line
from trayuptime.core.model import Instant

LONGEST = 300
"""Characters of a title, a name or an id."""
LONGEST_TALK = 1_000
"""Characters of what a vendor says of an incident, all its words together."""
LONGEST_URL = 2_000

_LOOKED_AT = 4_000
"""Characters of a field that are looked at: markup may take the most of it."""
_BLOCKS = re.compile(r"<(script|style)\b[^<>]*>.{0,1000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"</?[A-Za-z!][^<>]*>")
_MARKDOWN = re.compile(r"\*\*|^#+\s|\\(?=[#*_\-])", re.MULTILINE)
_NUMBER = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?")
_EARLIEST: Instant = 946_684_800_000
"""2000-01-01: no status page is older; what is dated before is no date."""
_LATEST: Instant = 4_102_444_800_000
"""2100-01-01."""
_MILLISECONDS_FROM = 1e11
"""A larger number counts milliseconds: as seconds it would be in the year 5138."""


def record(value: object) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[dict[str, Any]]:
    """The objects of a list; whatever else is in it is passed over."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def are_records(holder: dict[str, Any], *names: str) -> bool:
    """Whether each of these fields is a list of objects, null, or not there at all.

    What is passed over cannot be told from what is well, so a list that has become something else makes the
    whole document another shape.
    """
    values = (holder.get(name) for name in names)
    return all(
        value is None or (isinstance(value, list) and len(records(value)) == len(value)) for value in values
    )


def listed(value: object) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def one_of(value: dict[str, Any], names: Sequence[str]) -> Any:
    """The first of these fields that holds anything."""
    return next((value[name] for name in names if value.get(name) not in (None, "")), None)


def text(value: object) -> str:
    """Words as one line without markup, control or direction characters; a number as its digits."""
    return _line(value)[:LONGEST].rstrip()


def talk(values: Iterable[object]) -> str:
    """All that was said, in the order given, as one line."""
    said = ""
    for value in values:
        if len(said) >= LONGEST_TALK:
            break
        said = f"{said} {_line(value)}".strip()
    return said[:LONGEST_TALK].rstrip()


def key(value: object) -> str:
    """An id as text; empty for what is none."""
    if isinstance(value, str):
        return one_line(value[:LONGEST])
    return text(value)


def url(value: object) -> str:
    """An address of the web, else nothing."""
    words = value.strip() if isinstance(value, str) else ""
    good = words.isascii() and words.isprintable() and " " not in words and len(words) <= LONGEST_URL
    return words if good and words.lower().startswith(("https://", "http://")) else ""


def word(value: object) -> str:
    """One of a vendor's fixed words, however it is written: `MAJOROUTAGE` is `major_outage`."""
    if not isinstance(value, str):
        return text(value)
    return "".join(char for char in value[:LONGEST].casefold() if char.isalnum())


def number(value: object) -> int | None:
    """A whole number, also one in quotes."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**15 else None
    if isinstance(value, float):
        return int(value) if isfinite(value) and abs(value) < 10**15 else None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(float(value))
    return None


def instant(value: object) -> Instant | None:
    """A time in ISO 8601, as in e-mail, or as seconds or milliseconds since 1970; `None` for what is none.

    A time without a zone is taken to be UTC.
    """
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return _written(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        count = float(value)
    except OverflowError:
        return None
    if not isfinite(count):
        return None
    return _sane(count if abs(count) >= _MILLISECONDS_FROM else count * 1000)


def earliest(*times: Instant | None) -> Instant | None:
    """The first of those that are known."""
    return min((time for time in times if time is not None), default=None)


def latest(*times: Instant | None) -> Instant | None:
    """The last of those that are known."""
    return max((time for time in times if time is not None), default=None)


def _line(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if not isinstance(value, str):
        return str(value) if abs(value) < 10**20 else ""
    plain = value[:_LOOKED_AT]
    if "<" in plain or "&" in plain:
        # Twice: feeds escape the markup of what they quote.
        plain = html.unescape(_bare(html.unescape(_bare(plain))))
    if "*" in plain or "#" in plain:
        plain = _MARKDOWN.sub("", plain)
    return one_line(plain)


def _bare(markup: str) -> str:
    return _TAGS.sub(" ", _BLOCKS.sub(" ", markup))


def _written(value: str) -> Instant | None:
    if not 8 <= len(value) <= 64 or not value.isascii():  # "20260101" is the shortest
        return None
    try:
        time = datetime.fromisoformat(value) if value[:4].isdigit() else parsedate_to_datetime(value)
        if time.tzinfo is None:
            time = time.replace(tzinfo=UTC)
        return _sane(time.timestamp() * 1000)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _sane(milliseconds: float) -> Instant | None:
    return round(milliseconds) if _EARLIEST <= milliseconds < _LATEST else None
