"""What a demo's stream of events amounts to."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from trayuptime.core.model import Instant
from trayuptime.demo.timeline import INTERVAL_S, SLOW_S

Event = dict[str, Any]
BUSY_S = 0.5
"""What a loaded computer may add to one probe, in real seconds."""


def read_events(text: str) -> list[Event]:
    return [json.loads(line) for line in text.splitlines()]


def instant(text: str) -> Instant:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def named(events: Iterable[Event], *names: str) -> list[Event]:
    return [event for event in events if event["event"] in names]


def spells(events: Iterable[Event], provider: str, surface: str) -> list[tuple[str, Instant]]:
    """Each run of one reason among a surface's results, with when it began."""
    of_surface = [
        event
        for event in named(events, "result")
        if (event["provider"], event["surface"]) == (provider, surface)
    ]
    runs = groupby(of_surface, key=lambda event: str(event["reason"]))
    return [(reason, instant(next(run)["at"])) for reason, run in runs]


def grain_s(speed: float) -> float:
    """How late, in virtual seconds, a border may be seen: a poll is due, and one is under way."""
    return INTERVAL_S + (SLOW_S + BUSY_S) * speed
