"""A dossier as a document: the first page, then what stands behind it."""

from trayuptime.report import details, method
from trayuptime.report.blocks import Document
from trayuptime.report.first_page import first_page
from trayuptime.report.told import to_minute
from trayuptime.report.values import Dossier


def document(of: Dossier) -> Document:
    """All of it, in the order of reading."""
    between = f"{to_minute(of.window.start, of.zone)} to {to_minute(of.window.end, of.zone)}"
    return Document(
        title=f"{of.name}: uptime dossier, {between}",
        footer=f"{of.name}: uptime dossier, {between}",
        blocks=[
            *first_page(of),
            *details.figures(of),
            *details.incidents(of),
            *details.latencies(of),
            *details.hours(of),
            *method.method(of),
            *method.letter(of),
        ],
    )
