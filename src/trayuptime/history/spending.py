"""What was spent: every billed question has its row before it is sent, so that no end makes it forgotten."""

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from trayuptime.core.model import Instant

KEPT_DAYS = 400
"""A year is there to be looked at; of a model asked every ten seconds that is three million rows."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What is known of a provider's spending.

    Attributes:
        today_usd: everything of the day, answered or not.
        last_usd: what the model's last answer that cost anything has cost.
        asked_at: when a question was sent last, of whichever model; `None` before the first.
    """

    today_usd: float = 0.0
    last_usd: float = 0.0
    asked_at: Instant | None = None


def look_up(connection: sqlite3.Connection, provider: str, model: str, day: date) -> Spent:
    """What is known before a question; each look-up has its index, so that it costs the same in any year."""
    (today_usd,) = connection.execute(
        "SELECT total(usd) FROM spending WHERE provider = ? AND day = ?", (provider, day.isoformat())
    ).fetchone()
    last = connection.execute(
        "SELECT usd FROM spending WHERE provider = ? AND model = ? AND settled AND usd > 0"
        " ORDER BY id DESC LIMIT 1",
        (provider, model),
    ).fetchone()
    row = connection.execute(
        "SELECT at FROM spending WHERE provider = ? ORDER BY id DESC LIMIT 1", (provider,)
    ).fetchone()
    return Spent(today_usd, 0.0 if last is None else last[0], None if row is None else row[0])


def reserve(
    connection: sqlite3.Connection, provider: str, model: str, usd: float, *, at: Instant, day: date
) -> int:
    """Sets money aside for one question, and forgets those of another year; returns its number."""
    oldest = day - timedelta(days=KEPT_DAYS)
    connection.execute("DELETE FROM spending WHERE provider = ? AND day < ?", (provider, oldest.isoformat()))
    written = connection.execute(
        "INSERT INTO spending (at, day, provider, model, usd) VALUES (?, ?, ?, ?, ?)",
        (at, day.isoformat(), provider, model, usd),
    )
    assert written.lastrowid is not None
    return written.lastrowid


def settle(connection: sqlite3.Connection, number: int, usd: float) -> None:
    """What a question has cost in the end."""
    connection.execute("UPDATE spending SET usd = ?, settled = 1 WHERE id = ?", (usd, number))
