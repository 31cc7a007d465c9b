"""Which time of a day could be seen at all, and which outages nobody could have taken for health."""

from collections.abc import Mapping, Sequence

from benchmarks.life.laptop import SEEN_AFTER_S
from benchmarks.life.world import (
    DAY_S,
    UNANSWERED,
    Day,
    Fault,
    Stretch,
    Trouble,
    Watched,
    overlap,
    union,
    without,
)

from trayuptime.core.model import Reach
from trayuptime.runtime.settling import AFTER_CHANGE_S, AFTER_SLEEP_S, SETTLED_AFTER_S


def outages(day: Day, watched: Watched) -> list[Trouble]:
    """Those that nobody could take for health; a page is an answer while the key may not be shown."""
    account = day.account.get(watched.key.provider)
    hidden = account is not None and any(trouble.fault is Fault.KEY for trouble in account.all)
    return [
        trouble
        for trouble in day.troubles[watched.key].all
        if trouble.is_outage and not (hidden and trouble.fault is Fault.PAGE)
    ]


class Sight:
    """Which time of a day could be seen at all."""

    def __init__(self, day: Day, holds: Mapping[str, Sequence[Stretch]]) -> None:
        self._day = day
        self._holds = holds
        waking = [Stretch(nap.start, nap.end + AFTER_SLEEP_S + SETTLED_AFTER_S) for nap in day.naps.all]
        self.awake = without(day.sessions.all, waking)
        changed = [Stretch(at, at + SEEN_AFTER_S + AFTER_CHANGE_S + SETTLED_AFTER_S) for at in day.changes()]
        self.online = without(self.awake, union(day.spells.all, changed))

    def of(self, watched: Watched, trouble: Trouble) -> list[Stretch]:
        """When a trouble of a surface could be seen, in order."""
        near = watched.reach is Reach.LOOPBACK
        seen = overlap(self.awake if near else self.online, [trouble])
        seen = without(seen, self._holds.get(watched.host, ()))
        if near or trouble.fault not in UNANSWERED:
            return seen
        return overlap(seen, self._witnessed(watched.host))

    def _witnessed(self, host: str) -> list[Stretch]:
        """When another host would answer if it were asked."""
        firsts: dict[str, Watched] = {}
        for each in self._day.watched:
            if each.reach is Reach.INTERNET and each.host != host:
                firsts.setdefault(each.host, each)
        return union(
            *(
                without(
                    [Stretch(0.0, DAY_S)],
                    [
                        *self._holds.get(name, ()),
                        *(t for t in self._day.troubles[first.key].all if t.fault in UNANSWERED),
                    ],
                )
                for name, first in firsts.items()
            )
        )
