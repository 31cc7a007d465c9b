"""In which formats a dossier is written, by the ending of its file."""

from collections.abc import Callable
from pathlib import PurePath

from trayuptime.report.as_json import as_json
from trayuptime.report.blocks import Document
from trayuptime.report.html import html
from trayuptime.report.markdown import markdown
from trayuptime.report.pages import document
from trayuptime.report.values import Dossier

ENDINGS = (".html", ".pdf", ".md", ".json")
USUAL = ".md"

Printed = Callable[[Document], bytes]
"""What makes a PDF of a document; that takes Qt, which is not known here."""


def ending_of(path: PurePath) -> str | None:
    """The ending that says the format; `None` where it says none."""
    ending = path.suffix.lower()
    return ending if ending in ENDINGS else None


def written(of: Dossier, ending: str, printed: Printed) -> bytes:
    """The whole file.

    Args:
        of: the dossier.
        ending: one of `ENDINGS`.
        printed: called for a PDF alone.
    """
    match ending:
        case ".json":
            return as_json(of).encode()
        case ".html":
            return html(document(of)).encode()
        case ".pdf":
            return printed(document(of))
    return markdown(document(of)).encode()
