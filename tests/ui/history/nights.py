"""Histories with a night in them, as an engine would have written it, for the history window to read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.builders import Life, at
from trayuptime.core import claims, judge
from trayuptime.core.claims import Claim
from trayuptime.core.feed import PageIncident
from trayuptime.core.model import (
    Feed,
    FeedState,
    Gap,
    GapCause,
    Instant,
    Network,
    Phases,
    Rules,
    Suggestion,
    Switch,
)
from trayuptime.core.state import Step, Suggested, Switched
from trayuptime.history import History, Reader
from trayuptime.ui.history.incident_reading import read_incident
from trayuptime.ui.history.incident_shown import IncidentShown

USUAL = Rules()
NAMES = {"a": "Alpha AI", "b": "Beta Models"}
URL = "https://status.alpha.example"
OVERLOADED = '{"error": {"message": "The service is overloaded", "type": "server_error"}}'
HOSTILE = (
    "<b>bold</b> \u202egnp.exe\u202c `code` ``` | a | b |\n"
    "# heading\n[link](javascript:alert(1)) ![x](http://evil.example/x.png)\x1b[2J " + "x" * 10_000
)
AT_HOME = Network("192.168.1.23", "203.0.113.9", ("wlan0",), ("tun0",), None)


@dataclass
class Night:
    """A history file, and until when it was watched."""

    path: Path
    now: Instant

    def read(
        self, number: int = 1, now: Instant | None = None, rules: Rules = USUAL, **how: bool
    ) -> IncidentShown:
        """The incident of a number, as its page is given it."""
        with Reader(self.path) as reader:
            until = self.now if now is None else now
            return read_incident(
                reader, number, names=NAMES, rules_of=lambda _: rules, now=until, watched_until=until, **how
            )


def write(path: Path, life: Life, now_s: float, notes: tuple[str, ...] = ()) -> Night:
    """Appends what happened; notes are of incident 1, the first of them a minute before `now_s`."""
    history = History.open(path, lambda: "aside")
    history.append(life.happenings, life.state, at(now_s))
    life.happenings.clear()
    for number, text in enumerate(notes):
        history.note(1, text, at(now_s - 60 + number))
    history.close()
    return Night(path, at(now_s))


def outage(*, page: bool = True, excerpt: str = OVERLOADED, title: str = "Elevated API errors") -> Life:
    """Down at 12:04, asleep from 12:30 for an hour, up at 13:45; `b` answers all the time."""
    life = Life("a", "b")
    life.run("SSSS")
    life.see(200, "S", "b")
    if page:
        life.apply(hear(life, 210, FeedState.UP))
    for _ in range(2):
        life.see(life.now_s, "N", latency_ms=10_000.0, network=AT_HOME, detail="cannot be connected to")
        life.see(life.now_s + 11, "S", "b")
        life.now_s += 30
    for number in range(40):
        life.see(
            life.now_s,
            "F",
            latency_ms=300.0 + number,
            phases=Phases(12.0, 31.0, 44.0, 210.0, 300.0 + number),
            excerpt=excerpt,
            request_id=f"req_{number}",
            network=AT_HOME,
            detail="answers 503",
        )
        life.now_s += 30
    advice = Suggestion("a", "b", "up, 0.6 s, key accepted", at(320))
    life.happenings += [Suggested(at(320), advice), Switched(Switch(at(330), "a", "b"))]
    if page:
        life.apply(hear(life, 900, FeedState.DOWN, title))
    life.apply(judge.pass_over(life.state, Gap(at(1_800), at(5_400), GapCause.ASLEEP)))
    life.now_s = 5_400
    life.run("FFFFFFFFFFFFFFF")
    return life


def recovered(life: Life) -> Life:
    """The same, up again."""
    return life.run("SSSSS")


Make = Callable[[Path], Night]


def whole_night(path: Path) -> Night:
    """An outage with everything in it."""
    notes = ("Called their support, ticket 4711.", "They say a database was full.\nNo date for a fix yet.")
    return write(path, recovered(outage()), 7_200, notes)


def hear(life: Life, second: float, state: FeedState, title: str = "") -> Step:
    if "a" not in life.state.feeds:
        life.apply(claims.follow(life.state, {"a": URL}, at(0)))
    feed = Feed(at(second), "a", state, title, URL)
    said = () if state is FeedState.UP else (PageIncident("1", title, state, at(600), at(600), at(second)),)
    return claims.hear(life.state, Claim(feed, said))
