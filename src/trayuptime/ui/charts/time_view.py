"""The stretch of time that charts show together, and the moment in it that one points at."""

from PySide6.QtCore import QObject, Signal

from trayuptime.core.model import Instant, Span

SHORTEST_MS = 60_000
"""Nobody needs to see single seconds any larger."""


class TimeView(QObject):
    """What is in view, within the limits of what there is; charts that share it move together."""

    moved = Signal()
    """Other time is in view."""
    pointed = Signal()
    """One points at another moment, or at none."""

    def __init__(self, limits: Span, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limits = limits
        self._span = limits
        self._at: Instant | None = None

    @property
    def limits(self) -> Span:
        """All there is."""
        return self._limits

    @property
    def span(self) -> Span:
        """What is in view."""
        return self._span

    @property
    def at(self) -> Instant | None:
        """The moment one points at."""
        return self._at

    def limit(self, limits: Span) -> None:
        """There is other time than before; a view that reached until now goes on with it."""
        before, self._limits = self._limits, limits
        if self._span == before:
            self.show(limits)
        elif self._span.end >= before.end:
            ahead = limits.end - before.end
            self.show(Span(self._span.start + ahead, self._span.end + ahead))
        else:
            self.show(self._span)

    def show(self, span: Span) -> None:
        """Brings time into view: as near to this as the limits allow."""
        whole = self._limits.end - self._limits.start
        length = min(max(span.end - span.start, SHORTEST_MS), max(whole, SHORTEST_MS))
        start = min(max(span.start, self._limits.start), max(self._limits.end - length, self._limits.start))
        shown = Span(start, start + length)
        if shown != self._span:
            self._span = shown
            self.moved.emit()

    def show_all(self) -> None:
        """Everything."""
        self.show(self._limits)

    def zoom(self, factor: float, at: Instant | None = None) -> None:
        """Makes time so many times as wide; the moment `at`, or else the middle, stays where it is."""
        start, end = self._span.start, self._span.end
        fixed = (start + end) // 2 if at is None else at
        length = max((end - start) / factor, SHORTEST_MS)
        share = (fixed - start) / (end - start)
        begin = round(fixed - share * length)
        self.show(Span(begin, begin + round(length)))

    def pan(self, ms: float) -> None:
        """Moves on in time, or back."""
        self.show(Span(self._span.start + round(ms), self._span.end + round(ms)))

    def point(self, at: Instant | None, *, reveal: bool = False) -> None:
        """Points at a moment, or at none.

        Args:
            at: the moment; one beyond the limits is brought back to them.
            reveal: brings it into view.
        """
        if at is not None:
            at = min(max(at, self._limits.start), self._limits.end - 1)
        if at is not None and reveal and not self._span.start <= at < self._span.end:
            half = (self._span.end - self._span.start) // 2
            self.show(Span(at - half, at + half))
        if at != self._at:
            self._at = at
            self.pointed.emit()
