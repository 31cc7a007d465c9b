"""A history with everything in it that a dossier tells of, the same each time it is lived."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from history.watching import Watching, never_stamped
from trayuptime.core import claims, judge
from trayuptime.core.claims import Claim
from trayuptime.core.feed import PageIncident
from trayuptime.core.model import (
    Feed,
    FeedState,
    Gap,
    GapCause,
    Instant,
    Key,
    Rules,
    Surface,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.window import Window
from trayuptime.history import History
from trayuptime.report.values import Dossier
from trayuptime.runtime.dossier import Asked, read_dossier

VENDOR = "deepseek"
API, WEB, LOGIN = (Key(VENDOR, surface) for surface in Surface)
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
BEGAN: Instant = 1_771_200_000_000
"""16 February 2026, 00:00 UTC: the clocks of Europe change in the sixth week from there."""
HOSTILE = '<script>alert("x")</script> | **bold** & [a](http://evil.example) \u202e'
FAILURES = (
    (Reason.SERVER_ERROR, 503, "answers 503", '{"error": {"message": "<b>busy</b> | try later"}}'),
    (Reason.OVERLOADED, 529, "says it is overloaded", '{"type": "overloaded_error"}'),
    (Reason.READ_TIMEOUT, None, "does not answer in time", ""),
)


@dataclass
class Vendor:
    """Watches one vendor's surfaces, with a second one beside it that vouches for the network."""

    path: Path
    keys: tuple[Key, ...] = (API, WEB, LOGIN)
    seed: int = 6
    interval_ms: int = 15 * MINUTE
    now: Instant = BEGAN

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.chance = random.Random(self.seed)
        self.history = History.open(self.path, never_stamped)
        rules = Rules(interval_s=self.interval_ms / 1000)
        self.watching = Watching(self.keys, rules, self.now)
        self.watching.apply(claims.follow(self.watching.state, {VENDOR: "https://status.example"}, self.now))

    def well(self, until: Instant) -> None:
        """All answers, each with a latency of its own."""
        while self.now < until:
            self.ask({})

    def down(self, key: Key, minutes: int, kind: int = 0) -> None:
        """So long it fails, asked once a minute; then it is well for a while."""
        until = self.now + minutes * MINUTE
        while self.now < until:
            self.ask({key: kind}, MINUTE)
        for _ in range(4):
            self.ask({}, MINUTE)

    def slow(self, key: Key, times: int = 6) -> None:
        for _ in range(times):
            self.ask({}, MINUTE, slow=key)
        for _ in range(6):
            self.ask({}, MINUTE)

    def sleep(self, hours: float) -> None:
        began, self.now = self.now, self.now + round(hours * HOUR)
        self.watching.apply(judge.pass_over(self.watching.state, Gap(began, self.now, GapCause.ASLEEP)))
        self._commit()

    def page_says(self, title: str, first_word_at: Instant, *, planned: bool = False) -> None:
        """Their page announces something."""
        said = PageIncident(
            f"p{first_word_at}",
            title,
            FeedState.MAINTENANCE if planned else FeedState.DOWN,
            began_at=first_word_at,
            first_word_at=first_word_at,
            last_word_at=self.now,
            ended_at=self.now + HOUR if planned else None,
            planned=planned,
        )
        state = FeedState.MAINTENANCE if planned else FeedState.DOWN
        feed = Feed(self.now, VENDOR, state, title, "https://status.example")
        self.watching.apply(claims.hear(self.watching.state, Claim(feed, (said,))))
        self._commit()

    def page_is_well(self) -> None:
        """Their page is read, and announces nothing."""
        feed = Feed(self.now, VENDOR, FeedState.UP, "", "https://status.example")
        self.watching.apply(claims.hear(self.watching.state, Claim(feed)))
        self._commit()

    def leave_page(self) -> None:
        """Nobody reads it any more."""
        self.watching.apply(claims.follow(self.watching.state, {}, self.now))
        self._commit()

    def note(self, number: int, text: str) -> None:
        self.history.note(number, text, self.now)

    def close(self) -> None:
        while self.history.tidy(self.now, lambda: 0.0):
            pass
        self.history.close()

    def ask(self, failing: dict[Key, int], ms: int | None = None, slow: Key | None = None) -> None:
        """All surfaces once, those failing by their kind of failure."""
        self.now += ms or self.interval_ms
        self.watching.now = self.now
        for key in self.keys:
            kind = failing.get(key)
            if kind is not None:
                reason, status, detail, excerpt = FAILURES[kind]
                more: dict[str, Any] = (
                    {"answered_at": None} if status is None else {"request_id": f"req-{self.now % 997}"}
                )
                self.watching.see(
                    key, reason, http_status=status, detail=detail, excerpt=excerpt, **self._pace(ms), **more
                )
            elif key == slow:
                self.watching.see(key, Reason.SLOW, latency_ms=4_321.0, **self._pace(ms))
            else:
                latency = self.chance.choice([180.0, 210.0, 260.0, 260.0, 300.0, 420.0, 1_300.0])
                self.watching.see(key, Reason.OK, latency_ms=latency, **self._pace(ms))
        self._commit()

    def _pace(self, ms: int | None) -> dict[str, Any]:
        return {"interval_s": (ms or self.interval_ms) / 1000}

    def _commit(self) -> None:
        self.watching.commit(self.history)


def lived(path: Path) -> Vendor:
    """Six weeks: outages of every kind, nights asleep, words of the vendor, a note, and a week unwatched."""
    life = Vendor(path)
    life.well(BEGAN + 3 * DAY)
    life.down(API, 50)
    life.page_says(HOSTILE, life.now - 20 * MINUTE)
    life.note(1, "[x] Told the team\nby Ada")
    life.note(1, "Called them.\nThey <b>knew</b> | nothing.")
    life.well(BEGAN + 5 * DAY)
    life.slow(API)
    life.sleep(8)
    life.down(WEB, 12, kind=2)
    life.well(BEGAN + 9 * DAY)
    life.sleep(7 * 24)
    life.well(BEGAN + 20 * DAY)
    life.down(LOGIN, 30, kind=1)
    life.page_says("Scheduled work", life.now - HOUR, planned=True)
    life.well(BEGAN + 30 * DAY)
    life.down(API, 400)
    life.well(BEGAN + 42 * DAY)
    life.down(API, 9, kind=1)
    return life


BERLIN = ZoneInfo("Europe/Berlin")


def dossier(life: Vendor, *, sla: float | None = 99.9, start: Instant = BEGAN - 3 * DAY) -> Dossier:
    """Of all of it, and three days before: the provider is configured no more."""
    asked = Asked(VENDOR, Window(start), (), life.now, BERLIN, sla)
    return read_dossier(life.path, asked, live=True)
