"""Plays a scenario: the engine's own poller and history, in virtual time, under a made-up sky."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from runtime.world import FINE, Ring, Says, World
from scenarios.answers import on_the_way, turns
from scenarios.reader import LAPTOP, Lights, Scenario, Turn
from scenarios.times import clock, seconds
from trayuptime.config.keys import NoKey
from trayuptime.core import contract
from trayuptime.core.evidence import Failure
from trayuptime.core.lights import provider_light
from trayuptime.core.model import Gap, Incident, Instant, Key, Surface
from trayuptime.core.notice import VANTAGE_KEY, Notice, Withdrawal
from trayuptime.core.reasons import Access
from trayuptime.core.state import Happening, Settled, Suggested, VantageChanged
from trayuptime.history import History, Reader
from trayuptime.net.transport import Request
from trayuptime.probes.hosts import target_of
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.told import Told, watched_of
from virtual_time import VirtualClock, run


@dataclass(slots=True)
class Story:
    """What came of a scenario; times of the sky, but in the history those of the laptop's own clock.

    Attributes:
        lights: what was shown, at the moments that the scenario asks for.
        asked: every question.
        stored: every result that counts, as the history keeps it.
    """

    told: list[tuple[Instant, str, Notice]] = field(default_factory=list)
    taken_away: list[tuple[Instant, str]] = field(default_factory=list)
    events: list[tuple[Instant, str]] = field(default_factory=list)
    lights: dict[Instant, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[Instant, Key]] = field(default_factory=list)
    stored: list[tuple[Instant, Key]] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def play(scenario: Scenario, home: Path, *, offset_s: float = 0.0) -> Story:
    """Plays it from its start to its end.

    Args:
        scenario: what happens.
        home: an empty directory for the history.
        offset_s: the installation's place in the slots; what must be told may not depend on it.
    """
    player = _Player(scenario, home / "history.db", offset_s)
    run(player.play())
    with Reader(home / "history.db") as reader:
        player.story.incidents = reader.incidents()
        player.story.gaps = reader.gaps()
    return player.story


class _Laptop(VirtualClock):
    """The laptop's clocks: its wall clock, how far it is wrong, and how long the lid was closed."""

    def __init__(self, start: Instant) -> None:
        self._start = start
        self.slept_s = 0.0
        self.wrong_by_s = 0.0
        self.zone_s = 0.0

    def true_now(self) -> Instant:
        return self._start + round((self.monotonic_s() + self.slept_s) * 1000)

    def now(self) -> Instant:
        return self.true_now() + round(self.wrong_by_s * 1000)

    def local_time(self, at: Instant) -> str:
        return clock(at + round(self.zone_s * 1000))[6:11]


class _Sky(World):
    """The vendors and the network of a scenario."""

    def __init__(self, scenario: Scenario, laptop: _Laptop, story: Story) -> None:
        super().__init__(laptop, {})
        self._laptop = laptop
        self._story = story
        self._answers = scenario.answers
        self._network = scenario.network
        self._breaks = [t.at for t in (*scenario.network, *scenario.life) if t.word != "lid opened"]
        self._questions: Counter[tuple[Key, Instant]] = Counter()
        self._keys: dict[str, Key] = {}
        for provider in scenario.config.providers:
            urls = {
                Surface.API: provider.models_url,
                Surface.WEB: provider.web_url,
                Surface.LOGIN: provider.login_url,
            }
            for surface in provider.surfaces:
                self._keys |= {url: Key(provider.id, surface) for url in [urls[surface]] if url is not None}
        self._accounts = {p.account.url for p in scenario.config.providers if p.account is not None}
        self._targets = {
            Key(provider.id, surface): target_of(provider, surface)
            for provider in scenario.config.providers
            for surface in provider.surfaces
        }

    def says_to(self, request: Request) -> Says:
        if request.url in self._accounts:
            return FINE  # about the key alone, after a good answer of the service
        now = self._laptop.true_now()
        key = self._keys[request.url]
        self._story.asked.append((now, key))
        reach = self._targets[key].reach
        network = _last(self._network, now)
        says = None if network is None else on_the_way(network.word, reach)
        if says is None:
            says = self._vendor_says(key, now)
        return self._broken_off(says, now, request.timeout_s)

    def _vendor_says(self, key: Key, now: Instant) -> Says:
        turn = _last(self._answers[key], now) or Turn(0, "ok")
        answers = turns(turn.word, key.surface)
        count = self._questions[key, turn.at]
        self._questions[key, turn.at] += 1
        return answers[count % len(answers)]

    def _broken_off(self, says: Says, now: Instant, timeout_s: float) -> Says:
        """A network that changes under a question breaks its connection."""
        ends = now + round(min(says.after_s, timeout_s) * 1000)
        breaks = [at for at in self._breaks if now < at < ends]
        if not breaks:
            return says
        return Says(None, Failure.RESET, (breaks[0] - now) / 1000)


class _Player:
    def __init__(self, scenario: Scenario, path: Path, offset_s: float) -> None:
        self._scenario = scenario
        self._path = path
        self._offset_s = offset_s
        self._laptop = _Laptop(scenario.start)
        self.story = Story()
        self._sky = _Sky(scenario, self._laptop, self.story)
        keyed = [p.id for p in scenario.config.providers if not isinstance(p.key, NoKey)]
        self._ring = Ring(**{name: f"sk-first-of-{name}" for name in keyed})
        self._history: History
        self._poller: Poller
        self._life: asyncio.Task[None] | None = None
        self._lid_opens = [turn.at for turn in scenario.life if turn.word == "lid opened"]
        self._with_fallbacks = {p.id for p in scenario.config.providers if p.fallbacks}

    async def play(self) -> None:
        acts: list[tuple[Instant, Turn | Lights]] = [
            (turn.at, turn) for turn in (*self._scenario.life, *self._scenario.wishes)
        ]
        acts += [(lights.at, lights) for lights in self._scenario.lights]
        self._start()
        for at, act in sorted(acts, key=lambda each: each[0]):
            await self._live_until(at)
            if isinstance(act, Lights):
                self.story.lights[act.at] = self._shown()
            else:
                await self._act(act)
        await self._live_until(self._scenario.end)
        await self._quit()

    async def _live_until(self, at: Instant) -> None:
        left_s = (at - self._laptop.true_now()) / 1000
        if self._life is None:
            await asyncio.sleep(left_s)
        elif left_s > 0:
            await asyncio.wait({self._life}, timeout=left_s)
            if self._life.done():
                self._life.result()

    def _start(self) -> None:
        self._history = History.open(self._path, lambda: "aside")
        self._poller = Poller(
            self._scenario.config,
            clock=self._laptop,
            transport=self._sky,
            history=self._history,
            read_keys=self._ring,
            slept_s=lambda: self._laptop.slept_s,
            offset_s=self._offset_s,
            local_time=self._laptop.local_time,
            zone=UTC,
            listeners=(self._hear,),
        )
        self._life = asyncio.get_running_loop().create_task(self._poller.run())

    async def _quit(self) -> None:
        if self._life is not None:
            self._poller.stop()
            await self._life
            self._life = None
            self._history.close()

    async def _kill(self) -> None:
        assert self._life is not None
        self._life.cancel()
        await asyncio.wait({self._life})
        self._life = None
        self._history.close()

    async def _act(self, turn: Turn) -> None:
        verb, _, rest = turn.word.rpartition(" ")
        match turn.word, verb:
            case "lid closed", _:
                opens = next(at for at in self._lid_opens if at > turn.at)
                self._laptop.slept_s += (opens - turn.at) / 1000
            case "app quits", _:
                await self._quit()
            case "app killed", _:
                await self._kill()
            case "app starts", _:
                self._start()
            case "new network", _:
                if self._life is not None:
                    self._poller.change_network()
            case _, "clock":
                self._laptop.wrong_by_s += seconds(rest)
            case _, "time zone":
                self._laptop.zone_s = seconds(rest)
            case _:
                self._wish(turn.word, verb, rest)

    def _wish(self, word: str, verb: str, rest: str) -> None:
        match word, verb:
            case "pause", _:
                self._poller.pause(None)
            case "resume", _:
                self._poller.resume()
            case "check now", _:
                self._poller.check_now()
            case "switch back", _:
                self._poller.switch_back()
            case _, "switch to":
                self._poller.switch(rest)
            case _, "new key for":
                self._ring.secrets[rest] = f"sk-new-of-{rest}"
                self._poller.reread_keys()

    # What is noted

    def _hear(self, told: Told) -> None:
        now = self._laptop.true_now()
        for happening in told.happenings:
            if isinstance(happening, Settled):
                self.story.stored.append((happening.result.at, happening.result.key))
            if (event := self._event(happening)) is not None:
                self.story.events.append((now, event))
        for notice in told.notices:
            who = LAPTOP if notice.key == VANTAGE_KEY else notice.key
            match notice:
                case Notice():
                    self.story.told.append((now, who, notice))
                case Withdrawal():
                    self.story.taken_away.append((now, who))

    def _event(self, happening: Happening) -> str | None:
        """The public event in a line; results and gaps are looked up in the history instead."""
        if isinstance(happening, VantageChanged):
            return happening.vantage.value
        if isinstance(happening, Suggested):
            advice = happening.suggestion
            if advice.provider not in self._with_fallbacks:
                return None
            return f"suggest {advice.suggested or 'nobody'} for {advice.provider}"
        event = contract.event(happening)
        if event is None or event["event"] in {"result", "gap"}:
            return None
        who = ".".join(event[part] for part in ("provider", "surface") if part in event)
        more = [event["access"]] if "access" in event else []
        more += ["again"] if event.get("reopened") else []
        return " ".join([event["event"], who, *more])

    def _shown(self) -> dict[str, str]:
        state = self._poller.state
        shown = {LAPTOP: state.vantage.value}
        for provider in self._scenario.config.providers:
            light = provider_light(state, watched_of(provider), self._laptop.now())
            access = [] if light.access in {Access.OK, Access.UNCHECKED} else [light.access.value]
            checking = ["checking"] if light.checking else []
            shown[provider.id] = ", ".join([light.service.value, *access, *checking])
            for surface in light.surfaces:
                checking = ["checking"] if surface.checking else []
                shown[f"{provider.id}.{surface.surface}"] = ", ".join([surface.service.value, *checking])
        return shown


def _last(turns_: tuple[Turn, ...], now: Instant) -> Turn | None:
    """The turn in force."""
    return next((turn for turn in reversed(turns_) if turn.at <= now), None)
