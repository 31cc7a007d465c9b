"""Last days as the history would tell them, from a line for each."""

from trayuptime.core.last_day import LENGTH_MS, SLOT_MS, SLOTS, LastDay, drawn
from trayuptime.core.model import Instant, Service, Span, Surface
from trayuptime.core.strip import SEEN, Run, Status, Strip, joined
from trayuptime.core.trace import Answer, trace_of
from trayuptime.ui.view import View
from ui.tellings import NOW, at

HOUR_MS, MINUTE_MS = 3_600_000, 60_000


def calm(*, latency_ms: float = 600.0) -> LastDay:
    """Up all the time, and asked once a minute."""
    return day_of(latency_ms=latency_ms)


def day_of(*last: Run, latency_ms: float = 600.0, now: Instant | None = None) -> LastDay:
    """A day that ends with these runs, and was up before; asked once a minute while it was seen."""
    end = at(NOW) if now is None else now
    rest = LENGTH_MS - sum(ms for _, ms in last)
    strip = joined([(Status.UP, rest), *last])
    window, view = Span(end - LENGTH_MS, end), drawn(end)
    answers = [each for each in _answers(strip, window, latency_ms) if each[0] >= view.start]
    return LastDay(window, strip, {surface: trace_of(answers, view, SLOTS) for surface in Surface})


def unseen() -> LastDay:
    """Nobody has ever watched it."""
    return day_of((Status.UNSEEN, LENGTH_MS))


def every_status() -> LastDay:
    """Two hours of each, from the left; what is asleep begins the day."""
    runs = [(status, 2 * HOUR_MS) for status in Status]
    return day_of(*runs, (Status.UP, LENGTH_MS - len(runs) * 2 * HOUR_MS))


def _answers(strip: Strip, window: Span, latency_ms: float) -> list[Answer]:
    """A little up and down, so that a line can be seen."""
    found: list[Answer] = []
    start = window.start
    for status, ms in strip:
        for moment in range(start, start + ms, MINUTE_MS) if status in SEEN else ():
            since = moment - window.start
            wave = 1 + (since // SLOT_MS % 5 + since // MINUTE_MS % 3) / 10
            slow = 3 if status == Status.DEGRADED else 1
            down = status == Status.DOWN
            found.append((moment, moment + 150_000, None if down else latency_ms * wave * slow, down))
        start += ms
    return found


def days_for(view: View) -> dict[str, LastDay]:
    """A day for each provider of a view, of different kinds, that ends as its light says."""
    kinds: tuple[tuple[Run, ...], ...] = (
        (),
        ((Status.ASLEEP, 8 * HOUR_MS), (Status.UP, 10 * HOUR_MS)),
        ((Status.DEGRADED, HOUR_MS), (Status.UP, 5 * HOUR_MS)),
        ((Status.OFFLINE, 40 * MINUTE_MS), (Status.UP, 3 * HOUR_MS)),
        ((Status.PAUSED, 2 * HOUR_MS), (Status.APP_OFF, 3 * HOUR_MS), (Status.UP, 9 * HOUR_MS)),
    )
    words = {Service.DOWN: Status.DOWN, Service.DEGRADED: Status.DEGRADED}
    found: dict[str, LastDay] = {}
    for n, light in enumerate(view.lights):
        now = view.told.at
        status, since = words.get(light.service), light.worst.since
        ends: tuple[Run, ...] = () if status is None or since is None else ((status, now - since),)
        latency_ms = light.worst.latency_ms or 600.0
        found[light.id] = day_of(*kinds[n % len(kinds)], *ends, latency_ms=latency_ms, now=now)
    return found
