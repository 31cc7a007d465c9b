"""Results, surfaces and whole lives in virtual time, so that the tests read like the rules they test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from hypothesis import settings

from trayuptime.core import judge, notice, schedule, vantage
from trayuptime.core.evidence import Evidence, Failure
from trayuptime.core.model import Incident, Instant, Key, Phases, Reach, Result, Rules, Service, Span, Surface
from trayuptime.core.notice import News, Notice
from trayuptime.core.reasons import NETWORK_FAILURES, Reason
from trayuptime.core.state import Happening, State, Step, SurfaceState, Target

START: Instant = int(datetime(2026, 3, 29, 12, 0, tzinfo=UTC).timestamp()) * 1000
"""Second 0 of every test: 2026-03-29 12:00 UTC."""

LAW = settings(max_examples=40, deadline=None)
"""How hard a law is tried: a life takes milliseconds, and a busy machine is no reason to fail."""

MINUTE_S = 60.0
HOUR_S = 3_600.0
DAY_S = 86_400.0

STATUSES = {
    Reason.SERVER_ERROR: 503,
    Reason.OVERLOADED: 529,
    Reason.RATE_LIMITED: 429,
    Reason.OUT_OF_CREDIT: 402,
    Reason.KEY_REJECTED: 401,
    Reason.NOT_AVAILABLE_HERE: 403,
    Reason.MODEL_MISSING: 404,
    Reason.BAD_REQUEST: 422,
    Reason.UNKNOWN: 403,
}

LETTERS = {
    "S": Reason.OK,
    "L": Reason.OK,  # slow by its latency
    "F": Reason.SERVER_ERROR,
    "N": Reason.CONNECT_TIMEOUT,
    "K": Reason.KEY_REJECTED,
    "C": Reason.OUT_OF_CREDIT,
    "R": Reason.RATE_LIMITED,
    "B": Reason.BAD_REQUEST,
    "?": Reason.UNKNOWN,
}
"""One letter for one result: Success, Long, Failure with an answer, Network failure, Key, Credit, Rate."""

SLOW_MS = 9_000.0
_T = TypeVar("_T")


def at(second: float) -> Instant:
    """The instant of a second of the test."""
    return START + round(second * 1000)


def utc(text: str) -> float:
    """The second of the test at which it is `2026-03-29T16:20:14`."""
    return (int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000) - START) / 1000


def clock_time(instant: Instant) -> str:
    """As a user in Greenwich reads it in winter."""
    return f"{datetime.fromtimestamp(instant / 1000, UTC):%H:%M}"


def key(name: str) -> Key:
    """`"a"` is the API of provider a, `"a/web"` its web page."""
    provider, _, surface = name.partition("/")
    return Key(provider, Surface(surface or "api"))


def target(host: str, reach: Reach = Reach.INTERNET) -> Target:
    return Target(host, reach)


def result(second: float, reason: Reason = Reason.OK, name: str = "a", **more: Any) -> Result:
    """What one probe saw that started at a second of the test; HTTP answers are authentic unless said."""
    of = key(name)
    unanswered = reason in NETWORK_FAILURES
    latency_ms = more.setdefault("latency_ms", 100.0)
    more.setdefault("host", f"{of.provider}.example:443")
    reach = more.setdefault("reach", Reach.INTERNET)
    more.setdefault("http_status", None if unanswered else STATUSES.get(reason, 200))
    began = at(second)
    answered_at = None if unanswered else began + round(latency_ms or 0.0)
    more.setdefault("answered_at", answered_at)
    more.setdefault("needs_witness", unanswered and reach is not Reach.LOOPBACK)
    return Result(began, of.provider, of.surface, reason, **more)


def evidence(status: int | None = 200, body: bytes = b"", **more: Any) -> Evidence:
    """An answer over verified TLS from the internet unless said otherwise."""
    more.setdefault("began_at", START)
    more.setdefault("host", "a.example:443")
    more.setdefault("reach", Reach.INTERNET)
    more.setdefault("authentic", status is not None)
    more.setdefault("phases", Phases(total_ms=100.0))
    return Evidence(status=status, body=body, **more)


def no_answer(failure: Failure, **more: Any) -> Evidence:
    """A probe that ended without an HTTP answer."""
    return evidence(None, failure=failure, **more)


@dataclass(frozen=True, slots=True)
class _InAir:
    began_s: float
    ended_s: float
    result: Result


World = Callable[[Key, float], Reason]
"""What a surface would answer at a second of the test."""


class Life:
    """Some providers over a stretch of virtual time, judged step by step.

    Attributes:
        state: after the last step.
        happenings: of all steps, in order.
        told: every notice and withdrawal, in order.
        now_s: the second of the test that the next letter of `run` gets.
    """

    def __init__(
        self, *names: str, targets: dict[str, Target] | None = None, rules: Rules | None = None
    ) -> None:
        places = {name: target(f"{key(name).provider}.example:443") for name in names} | (targets or {})
        self.targets = {key(name): place for name, place in places.items()}
        self.rules = dict.fromkeys(self.targets, rules or Rules())
        self.happenings: list[Happening] = []
        self.told: list[News] = []
        self.now_s = 0.0
        self.state = judge.watch(State(), self.targets, at(0)).state
        self._due = dict.fromkeys(self.targets, 0.0)
        self._air: dict[Key, _InAir] = {}

    # One thing at a time

    def apply(self, step: Step) -> Step:
        self.state = step.state
        self.happenings += step.happenings
        names = {k.provider: k.provider.capitalize() for k in self.targets}
        for happening in step.happenings:
            told = notice.decide(happening, self.state, names, clock_time)
            if told is not None:
                self.told.append(told)
        return step

    def hear(self, heard: Result, now_s: float | None = None) -> Step:
        """One result, judged when its answer was complete."""
        now = heard.at + round(heard.latency_ms or 0.0) if now_s is None else at(now_s)
        return self.apply(judge.step(self.state, heard, self.rules, now))

    def see(self, second: float, letter: str, name: str = "a", **more: Any) -> Step:
        """One letter of `LETTERS` at a second of the test, at the host that the surface is watched at."""
        place = self.targets[key(name)]
        more.setdefault("host", place.host)
        more.setdefault("reach", place.reach)
        if letter == "L":
            more.setdefault("latency_ms", SLOW_MS)
        return self.hear(result(second, LETTERS[letter], name, **more))

    def run(self, letters: str, name: str = "a", *, every_s: float = MINUTE_S, **more: Any) -> "Life":
        """Letter after letter, from `now_s` on; blanks are for the eye."""
        for letter in letters.replace(" ", ""):
            self.see(self.now_s, letter, name, **more)
            self.now_s += every_s
        return self

    def until(self, second: float, letter: str, name: str = "a", *, every_s: float = MINUTE_S) -> "Life":
        """The same letter again and again up to, and not at, a second of the test."""
        while self.now_s < second:
            self.run(letter, name, every_s=every_s)
        self.now_s = second
        return self

    # The whole schedule

    def live(self, world: World, until_s: float) -> "Life":
        """Asks as a poller would, with slots, retries, witnesses and holds, until a second of the test."""
        while True:
            landing = min(self._air, key=lambda k: self._air[k].ended_s, default=None)
            asking = min((k for k in self._due if k not in self._air), key=self._ask_at, default=None)
            land_s = self._air[landing].ended_s if landing is not None else None
            ask_s = self._ask_at(asking) if asking is not None else None
            if min(second for second in (land_s, ask_s) if second is not None) >= until_s:
                self.now_s = until_s
                return self
            if landing is not None and (ask_s is None or (land_s is not None and land_s <= ask_s)):
                self._land(landing)
            elif asking is not None and ask_s is not None:
                self._ask(asking, ask_s, world)

    def _ask_at(self, of: Key) -> float:
        held_s = schedule.held_s(self.state, self.targets[of].host, at(self.now_s))
        return max(self._due[of], self.now_s + held_s)

    def _ask(self, of: Key, second: float, world: World) -> None:
        self.now_s = second
        reason = world(of, second)
        patience_s = self.rules[of].timeout_s
        takes_s = patience_s if reason in {Reason.READ_TIMEOUT, Reason.CONNECT_TIMEOUT} else 0.1
        place = self.targets[of]
        seen = result(
            second,
            reason,
            f"{of.provider}/{of.surface}",
            host=place.host,
            reach=place.reach,
            latency_ms=takes_s * 1000,
            interval_s=max(self.rules[of].interval_s, takes_s),
        )
        self._air[of] = _InAir(second, second + takes_s, seen)

    def _land(self, of: Key) -> None:
        landed = self._air.pop(of)
        self.now_s = landed.ended_s
        step = self.hear(landed.result)
        self._due[of] = schedule.next_ask_s(
            self.state, of, self.rules[of], asked_s=landed.began_s, ended_s=landed.ended_s, offset_s=0.0
        )
        for again in step.ask_now:
            self._due[again] = min(self._due[again], landed.ended_s)
        for host in step.ask_witnesses:
            speaker = vantage.speakers_of(self.state, host)[0]
            self._due[speaker] = min(self._due[speaker], landed.ended_s)

    # What came of it

    def all(self, kind: type[_T], name: str | None = None) -> list[_T]:
        """Every happening of a kind, of one surface if it is named."""
        found = [h for h in self.happenings if isinstance(h, kind)]
        return [h for h in found if name is None or getattr(h, "key", None) == key(name)]

    def one(self, kind: type[_T]) -> _T:
        """The only happening of a kind."""
        (found,) = self.all(kind)
        return found

    @property
    def bubbles(self) -> list[Notice]:
        """Every notice, without the withdrawals."""
        return [told for told in self.told if isinstance(told, Notice)]

    def surface(self, name: str = "a") -> SurfaceState:
        return self.state.surface(key(name))

    def service(self, name: str = "a") -> Service:
        return self.surface(name).service

    def incident(self, name: str = "a") -> Incident:
        """The open incident, else the last one."""
        surface = self.surface(name)
        found = surface.incident or surface.previous
        assert found is not None
        return found


def spans(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    """Spans between seconds of the test."""
    return tuple(Span(at(start), at(end)) for start, end in pairs)


def kinds(happenings: Iterable[Happening]) -> list[str]:
    """The names of happenings, in order."""
    return [type(happening).__name__ for happening in happenings]


def way(dns_ms: float, total_ms: float) -> dict[str, Any]:
    """An answer of which so much was looking up the name; connection and TLS take 40 ms each."""
    return {"latency_ms": total_ms, "phases": Phases(dns_ms, 40.0, 40.0, total_ms - dns_ms - 80.0, total_ms)}
