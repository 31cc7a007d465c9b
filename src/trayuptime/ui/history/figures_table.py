"""Uptime, coverage and latency of a provider by window, or of two that are compared."""

from PySide6.QtWidgets import QWidget

from trayuptime.core import words
from trayuptime.core.tally import percentile
from trayuptime.ui.history.past import Figured
from trayuptime.ui.history.twin import WIDEST_PX, Twin

TO_THE_MINUTE = (
    "Each window is so many times 24 hours until now. The days of all providers are those of the calendar, "
    "of which today is not over, so that their figures differ a little."
)
"""Two pages that count the same time differently have to say so."""
_COLUMNS = ("Window", "Uptime", "Coverage", "Down", "Outages", "p50", "p95", "p99")
_FIRST_TOKEN = "First token, p50 / p95"  # noqa: S105 - a model's, nobody's secret


class FiguresTable(Twin):
    """A row a window; of two providers first those of the one, then those of the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Uptime, coverage and latency by window", parent)
        self.uncut = dict.fromkeys(range(len(_COLUMNS) + 2), WIDEST_PX)
        self.setToolTip(TO_THE_MINUTE)
        self.setAccessibleDescription(TO_THE_MINUTE)

    def show_figures(
        self, own: tuple[Figured, ...], beside: tuple[Figured, ...], names: tuple[str, str]
    ) -> None:
        """Uptime and coverage, always together; the names stand in the rows where there are two."""
        every = (*own, *beside)
        measured = any(row.first_token for row in every)
        headers = (*_COLUMNS, _FIRST_TOKEN) if measured else _COLUMNS
        told = [_told(row)[: len(headers)] for row in every]
        if not beside:
            self.show_words(headers, told)
            return
        whose = [names[0]] * len(own) + [names[1]] * len(beside)
        self.show_words(("Provider", *headers), [(name, *row) for name, row in zip(whose, told, strict=True)])


def _told(row: Figured) -> tuple[str, ...]:
    of = row.figures
    latencies = (of.latency_p50_ms, of.latency_p95_ms, row.p99_ms)
    return (
        row.name,
        words.percent(of.uptime),
        words.percent(of.coverage),
        words.duration(of.downtime_s) if of.downtime_s else "–",
        str(of.outages),
        *map(_latency, latencies),
        " / ".join(_latency(percentile(row.first_token, share)) for share in (0.5, 0.95))
        if row.first_token
        else "–",
    )


def _latency(ms: float | None) -> str:
    return "–" if ms is None else words.latency(ms)
