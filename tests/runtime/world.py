"""Hosts that answer by a table, keys that come when they come, and a poller watching them in virtual time."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from trayuptime.config.load import read
from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core.contract import iso
from trayuptime.core.evidence import Evidence, Failure
from trayuptime.core.model import Gap, Instant, Key, Phases, Result, Surface
from trayuptime.core.notice import LocalTime, Notice, Withdrawal
from trayuptime.core.reach import reach_of
from trayuptime.core.state import GapSeen, Happening, Settled, State
from trayuptime.history import History, HistoryError, Reader
from trayuptime.net.transport import Request, Transport
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.told import Keys, Told
from virtual_time import START, VirtualClock, run

LIST = b'{"object": "list", "data": []}'
ANSWER = (
    b'data: {"choices": [{"delta": {"content": "Pong"}, "finish_reason": "length"}],'
    b' "usage": {"prompt_tokens": 8, "completion_tokens": 1}}\n\ndata: [DONE]\n\n'
)
H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Says:
    """How a host answers; without a status it fails, with neither it is silent until the time-out.

    With both it breaks off in its answer.

    Attributes:
        after_s: how long it takes; from the time-out on, it fails in the given way, else as a read time-out.
        authentic: it is surely the host that speaks.
        cut_off: this computer itself knows no way out.
    """

    status: int | None = 200
    failure: Failure | None = None
    after_s: float = 0.2
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = LIST
    authentic: bool = True
    cut_off: bool = False


Behaviour = Callable[[float], Says]
"""From the virtual second to the answer."""

FINE = Says()
ANSWERS = Says(body=ANSWER)
BROKEN = Says(503, body=b"")
SILENT = Says(None, after_s=3600.0)
REFUSED = Says(None, Failure.REFUSED, 0.01)
NO_NAME = Says(None, Failure.DNS, 0.01)
WRONG_KEY = Says(401, body=b'{"error": {"code": "invalid_api_key", "message": "no such key"}}')
NO_CREDIT = Says(402, body=b'{"error": {"message": "Insufficient balance"}}')


def always(says: Says) -> Behaviour:
    return lambda _second: says


def by_time(*parts: tuple[float, Says]) -> Behaviour:
    """Each answer holds from its second on."""
    return lambda second: [says for since, says in parts if since <= second][-1]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it arrived."""

    second: float
    host: str
    path: str
    key: str | None
    headers: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None


class World(Transport):
    """A transport to hosts of this table; those that are not in it are fine."""

    def __init__(self, clock: VirtualClock, hosts: Mapping[str, Behaviour]) -> None:
        super().__init__(clock.now, "TrayUptime/test", environ={})
        self._now = clock.now
        self.hosts = dict(hosts)
        self.asked: list[Asked] = []
        self.in_flight: Counter[str] = Counter()
        self.most_at_once = 0
        self.most_at_one_host = 0
        self.renewed: list[float] = []

    async def ask(self, request: Request) -> Evidence:
        parts = urlsplit(request.url)
        host, name = f"{parts.hostname}:{parts.port or 443}", parts.hostname or ""
        began_s, began_at = asyncio.get_running_loop().time(), self._now()
        secret = next(iter(request.secret_headers.values()), None)
        model = None if request.body is None else json.loads(request.body)["model"]
        self.asked.append(Asked(began_s, host, parts.path, secret, request.headers, model))
        self.in_flight[host] += 1
        self.most_at_once = max(self.most_at_once, self.in_flight.total())
        self.most_at_one_host = max(self.most_at_one_host, self.in_flight[host])
        try:
            says = self.says_to(request)
            evidence = Evidence(
                began_at, host, reach_of(name, None), authentic=says.authentic, cut_off=says.cut_off
            )
            if says.after_s >= request.timeout_s:
                await asyncio.sleep(request.timeout_s)
                failure = says.failure or Failure.READ_TIMEOUT
                phases = Phases(total_ms=request.timeout_s * 1000)
                return replace(evidence, authentic=False, failure=failure, phases=phases)
            await asyncio.sleep(says.after_s)
            phases = Phases(total_ms=says.after_s * 1000)
            if says.status is None:
                return replace(evidence, authentic=False, failure=says.failure, phases=phases)
            listener = request.listener() if request.listener is not None and says.status < 300 else None
            if listener is not None and not listener.hear(says.body, says.after_s * 1000):
                listener.end(says.body, says.after_s * 1000)
            return replace(
                evidence,
                stream=None if listener is None else listener.heard,
                status=says.status,
                headers=says.headers,
                body=says.body,
                failure=says.failure,
                phases=phases,
            )
        finally:
            self.in_flight[host] -= 1

    def says_to(self, request: Request) -> Says:
        """The answer to a question that is asked now; a completion is answered as `NAME/answers` says.

        A path may have its own behaviour too, as `NAME/api/ps`.
        """
        parts = urlsplit(request.url)
        name = parts.hostname or ""
        second = asyncio.get_running_loop().time()
        if request.listener is not None:
            return self.hosts.get(f"{name}/answers", always(ANSWERS))(second)
        return self.hosts.get(f"{name}{parts.path}", self.hosts.get(name, always(FINE)))(second)

    async def renew(self) -> None:
        self.renewed.append(round(asyncio.get_running_loop().time(), 3))

    def answers(self, name: str) -> list[float]:
        """When a host was asked for a completion."""
        path = "/chat/completions"
        asked = [a for a in self.asked if a.host.startswith(f"{name}:") and a.path.endswith(path)]
        return [round(each.second, 3) for each in asked]

    def seconds(self, name: str) -> list[float]:
        """When a host was asked."""
        return [round(asked.second, 3) for asked in self.asked if asked.host.startswith(f"{name}:")]


class Ring:
    """A key source: `secrets` and `troubles` as they are when a reading of `takes_s` ends.

    Whoever is `unread` has a keyring that is locked.
    """

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self.troubles: dict[str, str] = {}
        self.unread: frozenset[str] = frozenset()
        self.takes_s = 0.0
        self.readings = 0

    @property
    def locked(self) -> bool:
        return bool(self.unread)

    async def __call__(self, providers: tuple[ProviderConfig, ...]) -> Keys:
        self.readings += 1
        await asyncio.sleep(self.takes_s)
        secrets = {each.id: self.secrets[each.id] for each in providers if each.id in self.secrets}
        return Keys(secrets, dict(self.troubles), self.locked, self.unread)


class Diary(History):
    """A history that notes when it commits what, and refuses while it is `full`."""

    full = False

    def note_in(self, log: list[str]) -> "Diary":
        self.log = log
        self.commits: list[tuple[Happening, ...]] = []
        return self

    def append(self, happenings: Sequence[Happening], state: State, at: Instant) -> None:
        if self.full:
            raise HistoryError("the history cannot be written: disk full")
        super().append(happenings, state, at)
        self.log.append("commit")
        if happenings:
            self.commits.append(tuple(happenings))


class Watch:
    """A poller over a world, from second 0."""

    def __init__(self, home: Path, config: Config, hosts: Mapping[str, Behaviour], ring: Ring) -> None:
        self.home = home
        self.config = config
        self.clock = VirtualClock()
        self.world = World(self.clock, hosts)
        self.ring = ring
        self.slept_s = 0.0
        self.local_time: LocalTime = lambda at: iso(at)[11:16]
        self.zone: tzinfo = UTC
        self.ended_s = 0.0
        self.log: list[str] = []
        self.told: list[Told] = []
        self.poller: Poller
        self.diary: Diary

    def live(self, until_s: float, *acts: tuple[float, Callable[[], object]]) -> "Watch":
        """Watches until a virtual second, doing each act at its own; returns itself."""
        run(self._live(until_s, acts))
        return self

    async def _live(self, until_s: float, acts: Iterable[tuple[float, Callable[[], object]]]) -> None:
        diary = Diary.open_or_wait(self.home / "history.db", lambda: "aside")
        assert isinstance(diary, Diary)
        self.diary = diary.note_in(self.log)
        self.poller = Poller(
            self.config,
            clock=self.clock,
            transport=self.world,
            history=self.diary,
            read_keys=self.ring,
            slept_s=lambda: self.slept_s,
            offset_s=0.0,
            local_time=self.local_time,
            zone=self.zone,
            listeners=(self._hear,),
        )
        loop = asyncio.get_running_loop()
        faults: list[BaseException] = []
        loop.set_exception_handler(lambda _loop, context: faults.append(context["exception"]))
        for second, act in acts:
            loop.call_at(second, act)
        loop.call_at(until_s, self.poller.stop)
        try:
            await self.poller.run()
        finally:
            self.ended_s = round(loop.time(), 3)
            self.diary.close()
        assert faults == []

    # What is asked of the poller, which is there only while it runs

    def resume(self) -> None:
        self.poller.resume()

    def check_now(self) -> None:
        self.poller.check_now()

    def reread_keys(self) -> None:
        self.poller.reread_keys()

    def fall_asleep(self) -> None:
        self.poller.fall_asleep()

    def wake_up(self) -> None:
        self.poller.wake_up()

    def change_network(self) -> None:
        self.poller.change_network()

    def sleep_for(self, seconds: float) -> None:
        """As if the computer had slept: the monotonic clock stood still, the wall clock did not."""
        self.slept_s += seconds
        self.clock.stepped_ms += round(seconds * 1000)

    def _hear(self, told: Told) -> None:
        self.log += ["tell"] if told.happenings else []
        self.told.append(told)

    # What came of it

    @property
    def state(self) -> State:
        return self.poller.state

    def happened(self, kind: type[H]) -> list[H]:
        return [h for told in self.told for h in told.happenings if isinstance(h, kind)]

    def results(self, provider: str) -> list[Result]:
        return [h.result for h in self.happened(Settled) if h.result.provider == provider]

    def gaps(self) -> list[Gap]:
        return [seen.gap for seen in self.happened(GapSeen)]

    def notices(self) -> list[tuple[float, Notice]]:
        """What was told, with its second."""
        return [
            ((told.at - START) / 1000, n) for told in self.told for n in told.notices if isinstance(n, Notice)
        ]

    def titles(self) -> list[str]:
        return [notice.title for _, notice in self.notices()]

    def withdrawn(self) -> list[str]:
        return [n.key for told in self.told for n in told.notices if isinstance(n, Withdrawal)]

    def reader(self) -> Reader:
        return Reader(self.home / "history.db")


def api(provider: str) -> Key:
    return Key(provider, Surface.API)


def config(*ids: str, polling: str = "", **more: str) -> Config:
    """Keyless OpenAI-compatible providers `https://ID.example/v1`; `more` adds lines to one of them."""
    sections = [f"[polling]\n{polling}"]
    for name in ids:
        extra = more.get(name, "")
        lines = ["[[provider]]", f'id = "{name}"']
        if "kind" not in extra:
            lines.append('kind = "openai-compatible"')
        if "_url" not in extra:
            lines.append(f'base_url = "https://{name}.example/v1"')
        sections.append("\n".join([*lines, extra]))
    return read("\n\n".join(sections))


KEYED = 'key = "env:NEVER_READ"'


def watch(
    home: Path,
    *ids: str,
    hosts: Mapping[str, Behaviour] | None = None,
    ring: Ring | None = None,
    polling: str = "",
    **more: str,
) -> Watch:
    """A watch over `config(*ids, …)`; hosts are named by provider id, with a path or `/answers` after it."""
    parts = {name: name.partition("/") for name in hosts or {}}
    named = {
        f"{host}.example{slash}{path}": (hosts or {})[name] for name, (host, slash, path) in parts.items()
    }
    return Watch(home, config(*ids, polling=polling, **more), named, ring or Ring())


def second_of(at: Instant) -> float:
    return (at - START) / 1000


def only(found: Sequence[Any]) -> Any:
    """The one element; a test that meant one must not see two."""
    (one,) = found
    return one
