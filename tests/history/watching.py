"""Makes what an engine would append: results through the real judge, with a clock that the test moves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from trayuptime.core import judge
from trayuptime.core.model import Instant, Key, Level, Phases, Reach, Result, Rules, Surface
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.state import Happening, State, Step, Target
from trayuptime.history import History

START = 1_774_800_000_000
"""A night in March 2026."""
CYCLE_MS = 30_000
RULES = Rules(interval_s=30.0, confirm_after=4, recover_after=3)
"""Other thresholds than the default ones: a file is read without knowing the user's."""
DEEPSEEK = Key("deepseek", Surface.API)
OPENAI = Key("openai", Surface.API)
WEB = Key("deepseek", Surface.WEB)
KEYS = (DEEPSEEK, OPENAI, WEB)


def never_stamped() -> str:
    raise AssertionError("nothing was to be set aside")


def host_of(key: Key) -> str:
    return f"{key.surface.value}.{key.provider}.example:443"


def a_result(key: Key, reason: Reason, at: Instant, **more: Any) -> Result:
    """A result as a probe makes it: failures with evidence, answers with a latency."""
    failed = MEANINGS[reason].effect is Effect.FAILURE
    facts: dict[str, Any] = {
        "level": Level.REACH if key.surface is Surface.WEB else Level.MODELS,
        "latency_ms": 300.125,
        "http_status": 503 if failed else 200,
        "host": host_of(key),
        "phases": Phases(1.0, 2.0, 3.5, None if failed else 200.0, 300.125),
        "answered_at": at + 300,
        "interval_s": RULES.interval_s,
        "detail": "answers 503" if failed else "",
        "excerpt": "<html>overloaded</html>" if failed else "",
    }
    return Result(at, key.provider, key.surface, reason, **(facts | more))


@dataclass
class Watching:
    """A judge with a clock; what it tells waits in `happenings` until `commit`."""

    keys: tuple[Key, ...] = KEYS
    rules: Rules = RULES
    now: Instant = START
    state: State = field(default_factory=State)
    happenings: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.state.watched:
            self.apply(judge.watch(self.state, targets(self.keys), self.now))

    def see(self, key: Key, reason: Reason, *, flight_ms: int = 300, **more: Any) -> None:
        """The answer to a probe that began `flight_ms` ago."""
        result = a_result(key, reason, self.now - flight_ms, **more)
        self.apply(judge.step(self.state, result, dict.fromkeys(self.keys, self.rules), self.now))

    def cycle(
        self, history: History | None, reasons: Mapping[Key, Reason] | None = None, **more: Any
    ) -> None:
        """Every surface answers once, then all of it is committed."""
        self.now += CYCLE_MS
        for offset, key in enumerate(self.keys):
            self.see(key, (reasons or {}).get(key, Reason.OK), flight_ms=300 - offset, **more)
        self.commit(history)

    def apply(self, step: Step) -> None:
        self.state = step.state
        self.happenings += step.happenings

    def commit(self, history: History | None) -> None:
        """Appends what waits; it goes on waiting if the history cannot be written."""
        if history is not None:
            history.append(self.happenings, self.state, self.now)
        self.happenings.clear()


def targets(keys: tuple[Key, ...]) -> dict[Key, Target]:
    return {key: Target(host_of(key), Reach.INTERNET) for key in keys}


def go_down(watching: Watching, history: History, key: Key = DEEPSEEK) -> None:
    """So many failing cycles as the rules ask for."""
    for _ in range(watching.rules.confirm_after):
        watching.cycle(history, {key: Reason.SERVER_ERROR})


def essence(state: State) -> State:
    """What of a state must survive: all but what others said, and of results what a file keeps."""
    return replace(
        state,
        surfaces={
            key: replace(surface, last=_kept(surface.last), latest=_kept(surface.latest))
            for key, surface in state.surfaces.items()
        },
        testimonies={},
        last_blind={},
        balances={},
    )


@contextmanager
def statements(history: History) -> Iterator[list[str]]:
    """The SQL that the history sends meanwhile."""
    connection = history._connection
    assert connection is not None
    sent: list[str] = []
    connection.set_trace_callback(sent.append)
    yield sent
    connection.set_trace_callback(None)


def _kept(result: Result | None) -> Result | None:
    if result is None:
        return None
    bare = Result(result.at, result.provider, result.surface, result.reason)
    return replace(
        bare,
        level=result.level,
        latency_ms=result.latency_ms,
        http_status=result.http_status,
        interval_s=result.interval_s,
        detail=result.detail,
    )
