"""Reads other programs' files: small ones, whatever is in them, and never for long.

Nothing is raised; what cannot be read holds nothing.
"""

import json
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

LARGEST = 512 * 1024
"""Bytes; a configuration that is larger is none."""


def text_of(path: Path) -> str:
    """The text of a regular file; empty where it is missing, unreadable, large, binary or a pipe."""
    try:
        # without waiting: a pipe in its place has nobody at its other end
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError):
        return ""
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > LARGEST:
            return ""
        data = b""
        while len(data) <= LARGEST and (piece := os.read(handle, LARGEST + 1 - len(data))):
            data += piece
    except OSError:
        return ""
    finally:
        os.close(handle)
    if len(data) > LARGEST or b"\0" in data:
        return ""
    return data.decode("utf-8-sig", "replace")


def from_json(text: str) -> Any:
    """JSON with comments and commas too many, as editors allow; `None` for anything else."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        bare = _JSON_COMMENT.sub(lambda found: found[1] or " ", text)
        return json.loads(_JSON_COMMA.sub(lambda found: found[1] or "", bare))
    except (ValueError, RecursionError):
        return None


def from_toml(text: str) -> Any:
    """TOML; `None` for anything else."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def from_yaml(text: str) -> Any:
    """The part of YAML in which tools are configured: mappings, lists and plain or quoted values on one line.

    What else there is (anchors, blocks of text, several documents) is passed over.
    """
    lines = []
    for raw in text.splitlines()[:_LINES]:
        bare = _YAML_COMMENT.sub("", raw).rstrip()
        if bare.strip() and not bare.startswith(("---", "%")):
            lines.append((len(bare) - len(bare.lstrip()), bare.strip()))
    value, _ = _block(lines, 0, 0)
    return value


def at(value: Any, *path: str) -> Any:
    """What stands at a path of keys; `None` where any of them is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def table(value: Any) -> dict[str, Any]:
    """The mapping itself, or an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The mappings of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def word(value: Any) -> str | None:
    """A text that says something, else `None`."""
    return value.strip() if isinstance(value, str) and value.strip() else None


def assignments(text: str) -> list[tuple[str, str]]:
    """The `NAME=value` lines of a `.env` file or a shell's profile, after `export` or `set -gx` too."""
    found = []
    for line in text.splitlines()[:_LINES]:
        match = _ASSIGNMENT.fullmatch(line.strip())
        if match is not None:
            found.append((match["name"], _plain(match["value"].strip())))
    return found


_LINES = 20_000
_DEEPEST = 12
_STRING = r'"(?:\\.|[^"\\])*"'
_JSON_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_JSON_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)
_YAML_COMMENT = re.compile(r"(^|\s)#[^'\"]*$")
_YAML_PAIR = re.compile(r"""(?P<name>"[^"]*"|'[^']*'|[^\s"'#:][^"'#:]*?)\s*:(?:\s+(?P<value>.*))?""")
_ASSIGNMENT = re.compile(
    r"(?:export\s+|set\s+(?:-\w+\s+)+)?(?P<name>[A-Za-z_][A-Za-z0-9_]{0,99})(?:\s*=\s*|\s+)(?P<value>.*)"
)

_Lines = list[tuple[int, str]]


def _block(lines: _Lines, start: int, depth: int) -> tuple[Any, int]:
    """The value that begins at a line, and the line after it."""
    if start >= len(lines) or depth > _DEEPEST:
        return None, len(lines)
    indent, first = lines[start]
    return (_list if first.startswith("- ") or first == "-" else _mapping)(lines, start, indent, depth)


def _mapping(lines: _Lines, at_line: int, indent: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while at_line < len(lines) and lines[at_line][0] == indent and not lines[at_line][1].startswith("- "):
        pair = _YAML_PAIR.fullmatch(lines[at_line][1])
        at_line += 1
        if pair is None:
            continue
        name, value = _plain(pair["name"]), pair["value"]
        deeper = at_line < len(lines) and (
            lines[at_line][0] > indent or (lines[at_line][0] == indent and lines[at_line][1].startswith("- "))
        )
        if not value and deeper:
            found[name], at_line = _block(lines, at_line, depth + 1)
        else:
            found[name] = _scalar(value or "")
        while at_line < len(lines) and lines[at_line][0] > indent:
            at_line += 1  # more of a value than is understood
    return found, max(at_line, 1)


def _list(lines: _Lines, at_line: int, indent: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while at_line < len(lines) and lines[at_line][0] == indent and lines[at_line][1][:1] == "-":
        inner = lines[at_line][1][1:].strip()
        if inner and _YAML_PAIR.fullmatch(inner) is None:
            found.append(_scalar(inner))
            at_line += 1
            continue
        end = at_line + 1
        while end < len(lines) and lines[end][0] > indent:
            end += 1
        own = lines[at_line + 1 : end]
        if inner:  # its first pair stands beside the dash: as if on a line of its own
            own = [(own[0][0] if own else indent + 2, inner), *own]
        value, _ = _block(own, 0, depth + 1)
        found.append(value)
        at_line = end
    return found, max(at_line, 1)


def _scalar(text: str) -> Any:
    if text[:1] == "[" and text[-1:] == "]":
        return [_plain(each.strip()) for each in text[1:-1].split(",") if each.strip()]
    return _plain(text)


def _plain(text: str) -> str:
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    return text
