"""Changes single settings in the text of a configuration and leaves every other character where it is.

Each edit is made twice: in the text, and on what the text says. A text that then does not say what it should
is given up, so that an unusual way of writing costs a sentence and never a setting. (tomlkit 0.15.2 was tried
first: it puts a new key behind the comment of the next provider, and takes that comment away with this one.)
"""

import copy
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trayuptime.config.lines import Layout, Stretch, lay_out
from trayuptime.config.problems import KeyPath

Edit = Callable[[str], str]
"""From a valid text, its lines ending in mere line feeds, to another."""
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?\n")
_COMMENT_LINE = re.compile(r"\n[ \t]*#[^\n]*")


class NotEditable(Exception):  # noqa: N818 - says what the text is
    """The text cannot be changed safely; the message is a sentence for a person."""


def add_provider(text: str, settings: Mapping[str, Any]) -> str:
    """The text with one more provider, the last.

    Raises:
        NotEditable: the providers are written in a way that nothing can be added to.
    """
    wanted = tomllib.loads(text)
    wanted.setdefault("provider", []).append(copy.deepcopy(dict(settings)))
    array = lay_out(text).values.get(("provider",))
    if array is not None:
        return _checked(_with_element(text, array, toml(settings)), wanted)
    above = text if not text or text.endswith("\n") else f"{text}\n"
    return _checked(f"{above}{chr(10) if above.strip() else ''}{table(settings)}", wanted)


def remove_provider(text: str, provider: str) -> str:
    """The text without a provider, and without it among the fallbacks of others.

    What stands directly above its header and below its last setting goes with it; other comments stay.

    Raises:
        KeyError: there is no such provider.
        NotEditable: as `add_provider`.
    """
    index = index_of(text, provider)
    wanted = tomllib.loads(text)
    del wanted["provider"][index]
    if not wanted["provider"] and ("provider",) not in lay_out(text).values:
        del wanted["provider"]
    for each in wanted.get("provider", []):
        if provider in each.get("fallbacks", []):
            each["fallbacks"].remove(provider)
    for path in _named_in_fallbacks(text, provider):
        text = _without_element(text, path)
    layout = lay_out(text)
    if ("provider", index) in layout.values:
        return _checked(_without_element(text, ("provider", index)), wanted)
    for place in reversed(range(len(_pieces(text, layout, ("provider", index))))):
        # Found anew each time: a comment above a later piece goes with it, and lay within the one before.
        text = _cut(text, _pieces(text, lay_out(text), ("provider", index))[place])
    return _checked(text, wanted)


def rename_provider(text: str, old: str, new: str) -> str:
    """The text with another id for a provider, in the fallbacks of others too.

    Raises:
        KeyError: there is no such provider.
        NotEditable: as `add_provider`.
    """
    index = index_of(text, old)
    wanted = tomllib.loads(text)
    wanted["provider"][index]["id"] = new
    for each in wanted["provider"]:
        if old in each.get("fallbacks", []):
            each["fallbacks"] = [new if name == old else name for name in each["fallbacks"]]
    for path in (("provider", index, "id"), *_named_in_fallbacks(text, old)):
        text = _replaced(text, lay_out(text).values[path], toml(new))
    return _checked(text, wanted)


def set_setting(text: str, provider: str, name: str, value: Any) -> str:
    """The text with a setting of a provider at this value, added below its others where it is new.

    Raises:
        KeyError: there is no such provider.
        NotEditable: as `add_provider`.
    """
    index = index_of(text, provider)
    wanted = tomllib.loads(text)
    wanted["provider"][index][name] = copy.deepcopy(value)
    layout = lay_out(text)
    path: KeyPath = ("provider", index)
    line = f"{name} = {toml(value)}"
    if (*path, name) in layout.values:
        return _checked(_replaced(text, layout.values[*path, name], toml(value)), wanted)
    if path in layout.values:  # an inline table
        return _checked(_with_element(text, layout.values[path], line), wanted)
    (first, *_) = _pieces(text, layout, path)
    at = _end_of_line(text, _last_mark(layout, first))
    return _checked(f"{text[:at]}\n{line}{text[at:]}", wanted)


def ids_of(text: str) -> tuple[str, ...]:
    """The providers' ids in the order of the text."""
    return tuple(each["id"] for each in tomllib.loads(text).get("provider", []))


def index_of(text: str, provider: str) -> int:
    """The provider's place among the others, from 0.

    Raises:
        KeyError: there is no such provider.
    """
    ids = ids_of(text)
    if provider not in ids:
        raise KeyError(provider)
    return ids.index(provider)


def table(settings: Mapping[str, Any]) -> str:
    """A `[[provider]]` with its tables."""
    own = [f"{name} = {toml(value)}" for name, value in settings.items() if not isinstance(value, Mapping)]
    lines = ["[[provider]]", *own]
    for name, inner in settings.items():
        if isinstance(inner, Mapping):
            lines += ["", f"[provider.{name}]", *(f"{key} = {toml(value)}" for key, value in inner.items())]
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A value as TOML, on one line, whatever letters it holds."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{"".join(map(_letter, value))}"'
        case Mapping():
            return f"{{ {', '.join(f'{name} = {toml(inner)}' for name, inner in value.items())} }}"
        case Sequence():
            return f"[{', '.join(map(toml, value))}]"
    return str(value)


def _letter(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def _checked(text: str, wanted: Mapping[str, Any]) -> str:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        found = None
    if found != wanted:
        raise NotEditable(
            "The providers are written there in a way that only you can change; edit it by hand."
        )
    return text


def _named_in_fallbacks(text: str, provider: str) -> list[KeyPath]:
    return [
        ("provider", index, "fallbacks", place)
        for index, each in enumerate(tomllib.loads(text).get("provider", []))
        for place, name in enumerate(each.get("fallbacks", []))
        if name == provider
    ]


def _replaced(text: str, where: Stretch, value: str) -> str:
    return text[: where.start] + value + text[where.end :]


# Arrays and inline tables


def _with_element(text: str, array: Stretch, element: str) -> str:
    """With an element behind the last one, before a comma or comment that may follow it."""
    ends = [inner.end for inner in lay_out(text).values.values() if array.start < inner.start < array.end - 1]
    if not ends:
        return f"{text[: array.start + 1]} {element} {text[array.start + 1 :]}"
    at = max(ends)
    return f"{text[:at]}, {element}{text[at:]}"


def _without_element(text: str, path: KeyPath) -> str:
    """Without one element, and with the commas, lines and comments of the others as they were."""
    values = lay_out(text).values
    *array, place = path
    assert isinstance(place, int)
    own, whole = values[path], values[tuple(array)]
    before, after = values.get((*array, place - 1)), values.get((*array, place + 1))
    start, end = own.start if before is None else before.end, own.end if after is None else after.start
    if "#" in text[start : own.start] + text[own.end : end]:
        comma = _COMMA.match(text, own.end)
        if after is None or comma is not None:
            return _without_line(text, own, own.end if comma is None else comma.end())
    if after is not None:
        return text[: own.start] + text[after.start :]
    if before is not None:
        return text[: before.end] + text[own.end :]
    return _replaced(text, whole, "[]")


def _without_line(text: str, own: Stretch, end: int) -> str:
    """Without an element up to its end, and without its line where only its comment is left there."""
    start = text.rfind("\n", 0, own.start) + 1
    rest = _REST_OF_LINE.match(text, end)
    if rest is not None and not text[start : own.start].strip():
        return text[:start] + text[rest.end() :]
    return text[: own.start] + text[end:]


# Tables


def _pieces(text: str, layout: Layout, path: KeyPath) -> list[Stretch]:
    """From each header of a table, and of the tables in it, to the next header."""
    starts = [start for start, _ in layout.headers]
    ends = [*starts[1:], len(text)]
    return [
        Stretch(start, end)
        for (start, found), end in zip(layout.headers, ends, strict=True)
        if found[: len(path)] == path
    ]


def _cut(text: str, piece: Stretch) -> str:
    layout = lay_out(text)
    start = _start_of_comment(text, layout, piece.start)
    end = _end_of_line(text, _last_mark(layout, piece))
    others = _start_of_comment(
        text, layout, piece.end
    )  # a comment that touches both headers is the next one's
    while (below := _COMMENT_LINE.match(text, end)) is not None and below.end() < others:
        end = below.end()
    above, rest = text[:start].rstrip("\n"), text[end:].lstrip("\n")
    if not above:
        return rest
    return f"{above}\n\n{rest}" if rest else f"{above}\n"


def _start_of_comment(text: str, layout: Layout, at: int) -> int:
    """Where the comment directly above a header begins; one that begins the file speaks of all of it."""
    values = [value.end for value in layout.values.values() if value.start < at]
    above = _end_of_line(text, max(values)) if values else 0  # its own comment, and lines within a string
    lines = text[above:at].splitlines(keepends=True)
    count = len(lines)
    while count and lines[count - 1].lstrip(" \t").startswith("#"):
        count -= 1
    return at if not above and not count else above + len("".join(lines[:count]))


def _last_mark(layout: Layout, piece: Stretch) -> int:
    """The end of the last value in a piece, or the beginning of its header where there is none."""
    ends = [value.end for value in layout.values.values() if piece.start < value.start < piece.end]
    return max(ends, default=piece.start)


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
