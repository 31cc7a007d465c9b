"""Strangers' text on its way into a document: what cannot be shown goes, what would be markup is text."""

_JOINERS = "\u200c\u200d"
"""They change how the letters beside them look, and nothing else."""


def shown(text: str) -> str:
    """Without control characters, and without those that turn the direction of what follows."""
    return "".join([_shown(char) for char in text])


def escaped(text: str) -> str:
    """For HTML, its attributes and SVG."""
    text = shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def _shown(char: str) -> str:
    if char.isprintable() or char == "\n" or char in _JOINERS:
        return char
    return " " if char.isspace() else ""
