"""Recordings of days in which everything happens that can."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.builders import DAY_S, HOUR_S, at, key
from trayuptime.core.model import Gap, GapCause, Level, Reach, Vantage
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded, Seen


@dataclass(frozen=True)
class Habits:
    """How one surface of a life is asked, and what it usually answers."""

    usual_ms: float
    more: dict[str, Any]
    deep: bool
    walled: bool

    @classmethod
    def drawn(cls, luck: random.Random) -> "Habits":
        more: dict[str, Any] = dict(
            luck.choice([{}, {"host": "one:443"}, {"reach": Reach.LOOPBACK}, {"interval_s": 60.0}])
        )
        more["level"] = luck.choice([Level.MODELS, Level.MODELS, Level.REACH])
        usual_ms = luck.choice([80.0, 400.0, 1_500.0, 2_500.0])
        return cls(usual_ms, more, deep=luck.random() < 0.3, walled=luck.random() < 0.2)

    def lines(self, second: float, name: str, why: Reason | None, luck: random.Random) -> Iterator[Heard]:
        """`None` for an answer that takes long."""
        reason = Reason.UNKNOWN if self.walled and why in {Reason.OK, None} else why or Reason.OK
        latency_ms = None if luck.random() < 0.005 else round(self.usual_ms * luck.lognormvariate(0, 0.3), 3)
        if why is None:
            latency_ms = self.usual_ms * 6
        elif luck.random() < 0.005:
            latency_ms = luck.choice([0.0, 0.5, 2_000.0, 61_000.0])
        line = Heard(at(second), key(name), reason, latency_ms, proven=luck.random() < 0.3)
        if reason is Reason.UNKNOWN:
            line = replace(line, http_status=luck.choice([None, 403]))
        line = replace(line, **self.more, counted=not self.deep or luck.random() < 0.02)
        yield line if luck.random() > 0.01 else replace(line, interval_s=600.0)
        if self.deep and luck.random() < 0.2:
            yield replace(line, level=Level.COMPLETION, interval_s=600.0, at=line.at + 1_000, counted=True)


def life(seed: int, minutes: int, names: str) -> list[Recorded]:
    """Days of several surfaces, with all that can befall them and this computer."""
    luck = random.Random(seed)
    habits = {name: Habits.drawn(luck) for name in names}
    why: dict[str, tuple[float, Reason | None]] = {}
    recording: list[Recorded] = []
    second = 0.0
    for _ in range(minutes):
        second += 60.0
        befalls = luck.random()
        if befalls < 0.003:
            second += luck.choice([300, 900, 2 * HOUR_S, 3 * DAY_S])
        elif befalls < 0.009:
            whose = key(luck.choice(names)) if luck.random() < 0.5 else None
            until = second + luck.choice([30, 600, 5_000])
            recording.append(Gap(at(second + 20), at(until), luck.choice(list(GapCause)), whose))
            second = luck.choice([second, until])
        elif befalls < 0.011:
            recording.append(Seen(at(second + 10), luck.choice(list(Vantage))))
        elif befalls < 0.012:
            second -= luck.choice([15, 45, 600, HOUR_S])
        for place, name in enumerate(names):
            if befalls > 0.996 or luck.random() < 0.004:
                lasts_s = 60 * luck.choice([1, 3, 10, 60])
                likely = [Reason.SERVER_ERROR, Reason.CONNECT_TIMEOUT, Reason.OK, None]
                why[name] = second + lasts_s, luck.choice([*Reason, *likely])
            until, reason = why.get(name, (0.0, None))
            moment = second + place * luck.choice([0, 1, 0.017])
            recording += habits[name].lines(moment, name, reason if until > second else Reason.OK, luck)
    return recording
