"""The same day watched as most monitors do it: three strikes in a row, whoever's they are.

It asks at the pace of the product and retries as fast, so that only the rules differ: no vantage, no notion
of sleep, every answer but a 2xx a failure, up again with the first success, uptime as a share of the checks.
"""

from dataclasses import dataclass, field
from random import Random

from benchmarks.life.answer import ask
from benchmarks.life.diary import Outcome
from benchmarks.life.world import RULES, Day, Session, Stretch, Watched

from trayuptime.core.model import Key, Level, Reach


@dataclass(frozen=True, slots=True)
class Alarm:
    """It said that a surface is down; the failures are the three that made it say so."""

    at: float
    key: Key
    failures: tuple[Outcome, ...]


@dataclass(slots=True)
class Log:
    """What came of a day: alarms, when each surface was called down, and how many checks failed."""

    alarms: list[Alarm] = field(default_factory=list)
    down: dict[Key, list[Stretch]] = field(default_factory=dict)
    checks: int = 0
    failed: int = 0


def watch(day: Day) -> Log:
    """Watches for a whole day."""
    log = Log()
    for watched in day.watched:
        log.down[watched.key] = []
        dice = Random(f"{day.seed}, asked naively, {watched.key}")
        for session in day.sessions.all:
            _follow(day, session, watched, dice, log)
    return log


def _follow(day: Day, session: Session, watched: Watched, dice: Random, log: Log) -> None:
    """One surface from the start of the app to its end; nothing is remembered across a restart."""
    level = Level.MODELS if watched.keyed or watched.reach is Reach.LOOPBACK else Level.REACH
    strikes: list[Outcome] = []
    down_since: float | None = None
    now = session.start
    while now < session.end:
        began = now
        answer = ask(day, watched, level, began, dice)
        ended = began + answer.takes_s
        failed = answer.status is None or answer.status >= 300
        nap = _nap_within(day, began, ended)
        if nap is not None:  # what was under way is lost, and nobody knows why
            ended, failed = nap.end + 0.1, True
        log.checks += 1
        log.failed += failed
        strikes = [*strikes, Outcome(began, ended, failed, answer.theirs)] if failed else []
        if len(strikes) == RULES.confirm_after:
            log.alarms.append(Alarm(ended, watched.key, tuple(strikes)))
            down_since = ended
        if not failed and down_since is not None:
            log.down[watched.key].append(Stretch(down_since, ended))
            down_since = None
        in_doubt = 0 < len(strikes) < RULES.confirm_after
        due = ended + RULES.retry_interval_s if in_doubt else max(began + RULES.interval_s, ended)
        now = _awake(day, ended, due)
    if down_since is not None:
        log.down[watched.key].append(Stretch(down_since, session.end))


def _nap_within(day: Day, start: float, end: float) -> Stretch | None:
    nap = day.naps.next_from(start)
    return nap if nap is not None and nap.start < end else None


def _awake(day: Day, start: float, due: float) -> float:
    """When a timer goes off that was set at `start`: it stands still in sleep."""
    while (nap := _nap_within(day, start, due)) is not None:
        due += nap.end - nap.start
        start = nap.end
    return due
