"""A laptop's months with some providers, recorded through the real judge into a real history."""

from collections.abc import Sequence
from pathlib import Path

from history.watching import START, Watching, never_stamped
from trayuptime.core import claims, judge
from trayuptime.core.claims import Claim
from trayuptime.core.model import Feed, FeedState, Gap, GapCause, Instant, Key, Rules, Surface
from trayuptime.core.reasons import Reason
from trayuptime.history import History

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
INTERVAL_S = 6 * 3_600.0
RULES = Rules(interval_s=INTERVAL_S, confirm_after=1, recover_after=1)
"""Four answers a day, and the first failure counts: months are soon told."""
HOURS = (3, 9, 15, 21)
FAILING = 15
"""UTC."""
READ_MS = 20 * 60_000
"""So long after the answers pages are read."""


def keys_of(providers: int, surfaces: Sequence[Surface] = tuple(Surface)) -> tuple[Key, ...]:
    """`p0` to `pN`, each with these surfaces."""
    return tuple(Key(f"p{number}", surface) for number in range(providers) for surface in surfaces)


def record(path: Path, keys: Sequence[Key], days: int) -> Instant:
    """Days of UTC, asleep until 3 h; on every (N + 5)th one `pN` is down from 15 to 21 h, but for its log-in.

    Its own page, read 20 minutes after each answer, says so. Returns when all of it ends, a midnight.
    """
    watching = Watching(tuple(keys), RULES, now=START // DAY_MS * DAY_MS)
    pages = {key.provider: f"https://status.{key.provider}.example" for key in keys}
    watching.apply(claims.follow(watching.state, pages, watching.now))
    history = History.open(path, never_stamped)
    for day in range(days):
        midnight = watching.now
        for hour in HOURS:
            watching.now = midnight + hour * HOUR_MS
            if hour == HOURS[0]:
                watching.apply(judge.pass_over(watching.state, Gap(midnight, watching.now, GapCause.ASLEEP)))
            for key in keys:
                failing = is_troubled(key, day) and hour == FAILING
                reason = Reason.SERVER_ERROR if failing else Reason.OK
                watching.see(key, reason, flight_ms=0, interval_s=INTERVAL_S)
            watching.now += READ_MS
            for provider, page in pages.items():
                failing = is_troubled(Key(provider, Surface.API), day) and hour == FAILING
                said = Feed(watching.now, provider, FeedState.DOWN if failing else FeedState.UP, url=page)
                watching.apply(claims.hear(watching.state, Claim(said)))
        watching.now = midnight + DAY_MS
        watching.commit(history)
    while history.tidy(watching.now, lambda: 0.0):
        pass
    history.close()
    return watching.now


def is_troubled(key: Key, day: int) -> bool:
    """Whether a surface fails on a day, counted from 0."""
    return day % (int(key.provider[1:]) + 5) == 4 and key.surface is not Surface.LOGIN
