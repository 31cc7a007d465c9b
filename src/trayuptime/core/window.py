"""A stretch of time that somebody wants to be told of; its words are the command line's."""

from dataclasses import dataclass

from trayuptime.core.model import Instant, Span

END_OF_TIME: Instant = 32_503_680_000_000
"""The year 3000: no recording may reach into it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, half open.

    Attributes:
        start: 0 for the beginning of all that was recorded.
        end: the first instant that is no more in it; `None` for now, or whatever is newest.
    """

    start: Instant
    end: Instant | None = None

    @property
    def before(self) -> Instant:
        """Its end, or one that lies beyond all recordings."""
        return END_OF_TIME if self.end is None else self.end

    def holds(self, at: Instant) -> bool:
        """Whether an instant lies in it."""
        return self.start <= at < self.before

    def meets(self, at: Instant, until: Instant | None) -> bool:
        """Whether something that lasted so long, or lasts, lies in it for a while."""
        return at < self.before and (until is None or until > self.start or at >= self.start)

    def until_now(self, now: Instant) -> Span:
        """What of it has been: it ends now at the latest; empty where it has not begun."""
        return Span(self.start, max(self.start, now if self.end is None else min(self.end, now)))
