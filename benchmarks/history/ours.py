"""Our own store behind the same seam."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from benchmarks.history.store import ONE, WINDOWS_DAYS
from benchmarks.history.stream import Cycle, Seen, Shape
from benchmarks.history.troubles import DAY

from trayuptime.core.days import DayCell, local_days
from trayuptime.core.figures import figures
from trayuptime.core.model import Incident, Instant, Level, Network, Phases, Reach, Result, Service, Span
from trayuptime.core.reasons import MEANINGS, Access, Effect, Reason
from trayuptime.core.state import (
    AccessState,
    CameUp,
    Happening,
    Settled,
    State,
    SurfaceState,
    Target,
    Transition,
    WentDown,
)
from trayuptime.core.strip import SEEN, Status
from trayuptime.history import History
from trayuptime.history import Reader as HistoryReader

_NETWORK = Network("192.168.178.23", "104.18.7.192", ("wlp3s0",), (), None)
_API_BODY = (
    '{"type":"error","error":{"type":"overloaded_error",'
    '"message":"The server is overloaded or not ready yet."},'
    '"request_id":"req_011CQ%s"}'
)
_PAGE_BODY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>"
    "\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n<!-- %s -->\r\n"
)
Tidy = Callable[[Instant, Callable[[], float]], bool]
"""Puts a slice in order, given the time and seconds that grow; whether there is more."""

Prepared = tuple[Sequence[Happening], State, Instant]


class Ours:
    """Hands over what the engine does: results and evidence, happenings, a state that follows them."""

    def __init__(self, path: Path, shape: Shape, *, evidence: bool = True) -> None:
        self._history = History.open(path, _never)
        self._tidy = _tidy_of(self._history)
        self._keys = [shape.key(number) for number in range(shape.surfaces)]
        self._hosts = [f"{key.surface}.{key.provider}.example:443" for key in self._keys]
        self._evidence = evidence
        self._state = State(
            watched={
                key: Target(host, Reach.INTERNET) for key, host in zip(self._keys, self._hosts, strict=True)
            },
            accesses={key.provider: AccessState(Access.OK) for key in self._keys},
        )

    def prepare(self, cycle: Cycle) -> Prepared:
        settled = [Settled(self._result(seen), proven=False) for seen in cycle.seen]
        if cycle.told or not self._state.surfaces:
            self._state = self._after(settled, cycle.told)
        return (*settled, *cycle.told), self._state, cycle.at

    def append(self, prepared: Prepared) -> None:
        happenings, state, at = prepared
        self._history.append(happenings, state, at)

    def tidy(self, now: Instant) -> bool:
        return self._tidy(now, time.perf_counter)

    def close(self) -> None:
        self._history.close()

    def _result(self, seen: Seen) -> Result:
        number, at, reason, latency, status, level, interval_s = seen
        key = self._keys[number]
        if reason is Reason.OK or not self._evidence or MEANINGS[reason].effect is not Effect.FAILURE:
            return Result(
                at, key.provider, key.surface, reason, level, latency, status, self._hosts[number],
                interval_s=interval_s,
            )  # fmt: skip
        request = f"{at * 0x9E3779B97F4A7C15 + number & 0xFFFF_FFFF_FFFF_FFFF:016x}"
        body = _API_BODY if level is Level.MODELS else _PAGE_BODY
        answered = status is not None
        phases = Phases(
            latency % 17 / 7,
            20 + latency % 11 / 3,
            25 + latency % 13 / 3,
            latency - 60.125 if answered else None,
            latency,
        )
        return Result(
            at,
            key.provider,
            key.surface,
            reason,
            level,
            latency,
            status,
            self._hosts[number],
            phases=phases,
            interval_s=interval_s,
            detail=f"answers {status}" if answered else "does not answer",
            excerpt=body % request if answered else "",
            request_id=f"req_{request}" if answered else "",
            network=_NETWORK,
        )

    def _after(self, settled: Sequence[Settled], told: Sequence[Transition]) -> State:
        """The state as far as the store looks at it: lights, incidents and the last results."""
        surfaces = dict(self._state.surfaces)
        for each in settled:
            result = each.result
            before = surfaces.get(
                result.key, SurfaceState(Service.UP, result.at, baseline_ms=result.latency_ms)
            )
            surfaces[result.key] = replace(before, last=result, latest=result)
        next_incident = self._state.next_incident
        for happening in told:
            match happening:
                case WentDown(at=at, key=key, incident=incident):
                    next_incident = incident.id + 1
                    surfaces[key] = replace(surfaces[key], service=Service.DOWN, since=at, incident=incident)
                case CameUp(at=at, key=key, incident=incident):
                    surfaces[key] = replace(
                        surfaces[key], service=Service.UP, since=at, incident=None, previous=incident
                    )
        return replace(self._state, surfaces=surfaces, next_incident=next_incident)


class OursReader:
    """Asks as the history window will."""

    def __init__(self, path: Path, shape: Shape, zone: tzinfo = UTC) -> None:
        self._reader = HistoryReader(path)
        self._zone = zone
        self._keys = [shape.key(number) for number in range(shape.surfaces)]

    def bars(self, until: Instant) -> list[tuple[DayCell, ...]]:
        """By days of UTC, the first one cut, as the others tell them."""
        hull = Span(until - 90 * DAY, until)
        with self._reader.windows(hull, watched_until=until) as windows:
            return windows.cells(self._keys, list(local_days(hull, self._zone)))

    def uptime(self, until: Instant) -> list[list[float | None]]:
        spans = [Span(until - days * DAY, until) for days in WINDOWS_DAYS]
        with self._reader.windows(spans[-1], watched_until=until) as windows:
            return [[_uptime_of(windows.sums(key, span)) for span in spans] for key in self._keys]

    def percentiles(self, until: Instant) -> list[tuple[float, float]]:
        hull = Span(until - 30 * DAY, until)
        with self._reader.windows(hull, watched_until=until) as windows:
            return [(pace.p50_ms, pace.p95_ms) for pace in windows.paces(self._keys[ONE], hull)]

    def pace(self, until: Instant) -> list[tuple[float | None, float | None]]:
        spans = [Span(until - days * DAY, until) for days in WINDOWS_DAYS]
        with self._reader.windows(spans[-1], watched_until=until) as windows:
            found = [figures(windows.totals(self._keys[ONE], span)) for span in spans]
        return [(each.latency_p50_ms, each.latency_p95_ms) for each in found]

    def raw(self, until: Instant) -> list[tuple[Any, Any, float | None]]:
        return [(r.at, r.reason, r.latency_ms) for r in self._results_of_one(until, 1)]

    def incidents(self, until: Instant) -> list[Incident]:
        return self._reader.incidents(until - 180 * DAY, until)

    def _results_of_one(self, until: Instant, days: int) -> list[Result]:
        found = self._reader.results(until - days * DAY, until, at_host_of=self._keys[ONE])
        return [each.result for each in found]


def _uptime_of(sums: Sequence[int]) -> float | None:
    covered = sum([sums[status] for status in SEEN])
    return 1 - sums[Status.DOWN] / covered if covered else None


def _tidy_of(history: History) -> Tidy:
    """Its background work in slices; nothing where it has none."""
    found: Tidy = getattr(history, "tidy", _nothing)
    return found


def _nothing(_now: Instant, _clock_s: Callable[[], float]) -> bool:
    return False


def _never() -> str:
    raise AssertionError("nothing was to be set aside")
