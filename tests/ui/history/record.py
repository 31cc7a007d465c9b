"""A laptop's months with some providers, recorded through the real judge into a real history."""

from collections.abc import Sequence
from pathlib import Path

from history.watching import START, Watching, never_stamped
from trayuptime.core import judge
from trayuptime.core.model import Feed, FeedState, Gap, GapCause, Instant, Key, Rules, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import FeedSaid
from trayuptime.history import History

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
INTERVAL_S = 6 * 3_600.0
RULES = Rules(interval_s=INTERVAL_S, confirm_after=1, recover_after=1)
"""Four answers a day, and the first failure counts: months are soon told."""
HOURS = (3, 9, 15, 21)
FAILING = 15
"""UTC."""


def keys_of(providers: int, surfaces: Sequence[Surface] = tuple(Surface)) -> tuple[Key, ...]:
    """`p0` to `pN`, each with these surfaces."""
    return tuple(Key(f"p{number}", surface) for number in range(providers) for surface in surfaces)


def record(path: Path, keys: Sequence[Key], days: int) -> Instant:
    """Days of UTC, asleep until 3 h; on every (N + 5)th one `pN` is down from 15 to 21 h, but for its log-in.

    Its own page says so from 15 to 21 h. Returns when all of it ends, a midnight.
    """
    watching = Watching(tuple(keys), RULES, now=START // DAY_MS * DAY_MS)
    history = History.open(path, never_stamped)
    for day in range(days):
        midnight = watching.now
        for hour in HOURS:
            watching.now = midnight + hour * HOUR_MS
            if hour == HOURS[0]:
                watching.apply(judge.pass_over(watching.state, Gap(midnight, watching.now, GapCause.ASLEEP)))
            for key in keys:
                troubled = is_troubled(key, day)
                failing = troubled and hour == FAILING
                reason = Reason.SERVER_ERROR if failing else Reason.OK
                watching.see(key, reason, flight_ms=0, interval_s=INTERVAL_S)
                if troubled and key.surface is Surface.API and hour in {15, 21}:
                    state = FeedState.DOWN if failing else FeedState.UP
                    page = f"https://status.{key.provider}.example"
                    said = Feed(watching.now, key.provider, state, url=page)
                    watching.happenings.append(FeedSaid(watching.now, said))
        watching.now = midnight + DAY_MS
        watching.commit(history)
    while history.tidy(watching.now, lambda: 0.0):
        pass
    history.close()
    return watching.now


def is_troubled(key: Key, day: int) -> bool:
    """Whether a surface fails on a day, counted from 0."""
    return day % (int(key.provider[1:]) + 5) == 4 and key.surface is not Surface.LOGIN
