"""What the writer knows of each surface while it appends: its number, its newest results, its last words."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from trayuptime.core.model import Instant, Reach, Result
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.history import raw, rolled
from trayuptime.history.grains import Grain

EXCERPT_EVERY_S = 300
"""How often a surface's answer is kept while it goes on failing in the same words: 2 kB of the same again."""


@dataclass(slots=True)
class Known:
    """A surface as the writer knows it.

    Attributes:
        number: in the file.
        heard_at: when its newest result began that counted; -1 before the first.
        newest_at: the same of any result.
        place: where it was asked last, as the file has it; `None` while that is not known.
        said: the words of its last good answer.
        excerpt: whose body was kept last, and when.
    """

    number: int
    heard_at: Instant
    newest_at: Instant
    place: tuple[str, Reach] | None = None
    said: str = ""
    excerpt: tuple[tuple[Reason, int | None, str] | None, Instant] = (None, 0)

    def has_a_story(self, result: Result) -> bool:
        """Whether there is more to keep than the result: of a good one only words that are new.

        A local server that is up without a model says so with every answer.
        """
        if result.reason is not Reason.OK:
            return MEANINGS[result.reason].effect is not Effect.SUCCESS or bool(result.detail)
        before, self.said = self.said, result.detail
        return result.detail not in {"", before}

    def is_news(self, result: Result) -> bool:
        """Whether the answer's body is worth keeping: another trouble than before, or one of long ago."""
        if not result.excerpt:
            return False
        words = (result.reason, result.http_status, result.detail)
        before, kept_at = self.excerpt
        if words == before and 0 <= result.at - kept_at < EXCERPT_EVERY_S * 1000:
            return False
        self.excerpt = words, result.at
        return True


def keep_place(connection: sqlite3.Connection, known: Known, result: Result) -> None:
    """Where the surface is asked; an unknown host, as of a history from before, is none to keep."""
    place = result.host, result.reach.value
    connection.execute(
        "UPDATE surface SET host = ?, reach = ? WHERE id = ? AND (host, reach) != (?, ?)",
        (*place, known.number, *place),
    )
    known.place = result.host, result.reach


class Late:
    """What lies before results that come in late; the recent ones are read at most once a commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._fresh: dict[int, list[Grain]] | None = None

    def is_there(self, surface: int, at: Instant, heap: Sequence[tuple[int, Grain]]) -> bool:
        """Whether the surface has a result of just this time: of two the first counts."""
        if any(number == surface and grain[0] == at for number, grain in heap):
            return True
        return raw.is_there(self._connection, surface, at, self._of(surface))

    def is_forgotten(self, surface: int, at: Instant) -> bool:
        """Whether the results of that time are forgotten: their sums are final."""
        return at < rolled.final_until(self._connection, surface)

    def before(self, surface: int, at: Instant) -> Instant:
        """When the last result before it began that counted; -1 without one."""
        word = raw.before(self._connection, surface, at, self._of(surface))
        return -1 if word is None else word.at

    def _of(self, surface: int) -> Sequence[Grain]:
        if self._fresh is None:
            self._fresh = raw.recent(self._connection)
        return self._fresh.get(surface, ())
