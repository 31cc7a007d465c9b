"""Strangers' text on its way into a document: what cannot be shown goes, what would be markup is text."""

import re

_CALLS = re.compile(r"(?<!\w)@(?=\w)|#(?=\d)")
_JOINERS = "\u200c\u200d"
"""They change how the letters beside them look, and nothing else."""


def shown(text: str) -> str:
    """Without control characters, and without those that turn the direction of what follows."""
    return "".join([_shown(char) for char in text])


def escaped(text: str) -> str:
    """For HTML, its attributes and SVG."""
    text = shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def unmentioned(text: str) -> str:
    """Calls nobody and links no issue where a forge shows it: an invisible space follows the sign.

    A backslash does not do that. GitHub looks for names in the text that is left once Markdown is done, and
    in the plain text of a letter; so dependabot (its pull request 3157 of 2021) and Renovate (30842 of 2024),
    both read 2026-11-27, put the same space there.
    """
    return _CALLS.sub(lambda found: f"{found[0]}\u200b", text)


def _shown(char: str) -> str:
    if char.isprintable() or char == "\n" or char in _JOINERS:
        return char
    return " " if char.isspace() else ""
