"""One scenario file as a value: who is watched, what happens, what must be told; nothing else is let in."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from scenarios.answers import NETWORKS, turns
from scenarios.times import Length, Unreadable, Window, length, moment, seconds, window
from trayuptime.config.load import read
from trayuptime.config.problems import ConfigError
from trayuptime.config.values import Config
from trayuptime.core.model import GapCause, IncidentKind, Instant, Key, Surface

LAPTOP = "laptop"
YOU = "you"
EVERYONE = "everyone"
NEW_NETWORK = "new network"
"""Connections break, once, and the system says so."""
STAGES: Mapping[str, Mapping[str, str]] = {
    "watching": {"lid closed": "asleep", "app quits": "off", "app killed": "off"},
    "asleep": {"lid opened": "watching"},
    "off": {"app starts": "watching"},
}
"""What can become of the watching laptop, of the sleeping one, and of one without the app."""
SET = ("clock ", "time zone ")
"""What is set by a length."""
WISHES = ("pause", "resume", "check now", "switch back", "switch to ", "new key for ")

Target = Key | str
"""A surface, a provider's id, `laptop`, or `everyone`."""


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` on, or at that moment, this happens."""

    at: Instant
    word: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """A notice that must be told; `title` and `says` are parts of its title and its body."""

    when: Window
    who: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A bubble that must quietly vanish."""

    when: Window
    who: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An incident as the history must hold it.

    Attributes:
        end: `None` while it lasts.
        phases: the services of its phases in order; `None`: whatever they are.
    """

    who: str
    kind: IncidentKind
    start: Window
    end: Window | None
    downtime: Length
    phases: tuple[str, ...] | None
    recoveries: int


@dataclass(frozen=True, slots=True)
class Hole:
    """A gap as the history must hold it."""

    who: str
    cause: GapCause
    start: Window
    end: Window


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing of this kind may be found in the window."""

    who: str
    when: Window


@dataclass(frozen=True, slots=True)
class Lights:
    """What must be shown at a moment, by provider, surface or `laptop`."""

    at: Instant
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file.

    Attributes:
        answers: per surface, what it answers from when on.
        network: the states of the laptop's network.
        life: everything else that happens to the laptop.
        wishes: what the user does.
        fault: why the product does not yet do what is written here; empty where it does.
    """

    title: str
    start: Instant
    end: Instant
    config: Config
    answers: Mapping[Key, tuple[Turn, ...]]
    network: tuple[Turn, ...]
    life: tuple[Turn, ...]
    wishes: tuple[Turn, ...]
    told: tuple[Bubble, ...]
    taken_away: tuple[TakenAway, ...]
    events: tuple[str, ...]
    incidents: tuple[Trouble, ...]
    gaps: tuple[Hole, ...]
    lights: tuple[Lights, ...]
    not_asked: tuple[Silence, ...]
    not_stored: tuple[Silence, ...]
    fault: str


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Silence(_Strict):
    who: str
    when: str


class _Bubble(_Strict):
    when: str
    who: str
    title: str
    says: str = ""


class _Incident(_Strict):
    who: str
    kind: IncidentKind
    start: str
    end: str
    downtime: str
    phases: str | None = None
    recoveries: int = 0


class _Gap(_Strict):
    who: str
    cause: GapCause
    start: str
    end: str


class _Expect(_Strict):
    told: list[_Bubble]
    events: list[str]
    incidents: list[_Incident]
    gaps: list[_Gap]
    taken_away: list[_Silence] = []
    lights: dict[str, dict[str, Any]] = {}
    not_asked: list[_Silence] = []
    not_stored: list[_Silence] = []


class _File(_Strict):
    title: str
    rule: str
    start: datetime = msgspec.field(name="from")
    end: str = msgspec.field(name="until")
    provider: list[dict[str, Any]]
    world: dict[str, dict[str, Any]]
    expect: _Expect
    source: str = ""
    left_out: str = ""
    polling: dict[str, Any] = {}
    known_fault: str = ""


def read_scenario(path: Path) -> Scenario:
    """Reads one file.

    Raises:
        Unreadable: it says what no scenario can say; the message tells where.
    """
    try:
        return parse_scenario(path.read_text(encoding="utf-8"))
    except (ValueError, ConfigError) as error:
        raise Unreadable(f"{path.name}: {error}") from error


def parse_scenario(text: str) -> Scenario:
    """Reads the text of one file.

    Raises:
        ValueError, ConfigError: as `read_scenario`.
    """
    file = msgspec.convert(tomllib.loads(text), _File)
    if file.start.tzinfo is None:
        raise Unreadable('"from" needs a zone, such as 2026-03-29T16:00:00Z')
    start = round(file.start.timestamp() * 1000)
    config = _config(file)
    world = _World(config, start, file.world)
    expect = file.expect

    def within(text: str) -> Window:
        return window(text, start)

    return Scenario(
        title=file.title,
        start=start,
        end=moment(file.end, start + 1000),
        config=config,
        answers=world.answers,
        network=tuple(world.network),
        life=tuple(world.life),
        wishes=tuple(world.wishes),
        told=tuple(Bubble(within(b.when), b.who, b.title, b.says) for b in expect.told),
        taken_away=tuple(TakenAway(within(t.when), t.who) for t in expect.taken_away),
        events=tuple(expect.events),
        incidents=tuple(_trouble(incident, within) for incident in expect.incidents),
        gaps=tuple(Hole(gap.who, gap.cause, within(gap.start), within(gap.end)) for gap in expect.gaps),
        lights=tuple(Lights(moment(at, start), _flat(shown)) for at, shown in expect.lights.items()),
        not_asked=tuple(Silence(s.who, within(s.when)) for s in expect.not_asked),
        not_stored=tuple(Silence(s.who, within(s.when)) for s in expect.not_stored),
        fault=file.known_fault,
    )


class _World:
    """The `[world]` of a file, sorted by who it happens to."""

    def __init__(self, config: Config, start: Instant, world: Mapping[str, Mapping[str, Any]]) -> None:
        self._providers = {provider.id: provider.surfaces for provider in config.providers}
        keys = [Key(name, surface) for name, surfaces in self._providers.items() for surface in surfaces]
        self._turns: dict[Key, list[Turn]] = {key: [] for key in keys}
        self.network: list[Turn] = []
        self.life: list[Turn] = []
        self.wishes: list[Turn] = []
        self._stage = "watching"
        before = start
        for text, happens in world.items():
            at = moment(text, start)
            if at < before:
                raise Unreadable(f'"{text}" comes too late in [world]; after a day, times need their date')
            before = at
            for who, word in _flat(happens).items():
                self._take(Turn(at, word), who)
        if self._stage == "asleep":
            raise Unreadable("the lid is never opened again")

    @property
    def answers(self) -> Mapping[Key, tuple[Turn, ...]]:
        return {key: tuple(turns_) for key, turns_ in self._turns.items()}

    def _take(self, turn: Turn, who: str) -> None:
        if who == LAPTOP and turn.word in NETWORKS:
            self.network.append(turn)
        elif who == LAPTOP and turn.word in STAGES[self._stage]:
            self._stage = STAGES[self._stage][turn.word]
            self.life.append(turn)
        elif who == LAPTOP and (turn.word == NEW_NETWORK or turn.word.startswith(SET)):
            if turn.word.startswith(SET):
                seconds(turn.word.rpartition(" ")[2])
            self.life.append(turn)
        elif who == YOU and turn.word.startswith(WISHES) and self._stage == "watching":
            self.wishes.append(turn)
        else:
            self._answer(turn, who)

    def _answer(self, turn: Turn, who: str) -> None:
        name, _, surface = who.partition(".")
        meant = [
            key
            for key in self._turns
            if who == EVERYONE or (key.provider == name and surface in {"", key.surface.value})
        ]
        if not meant:
            raise Unreadable(f'nobody is called "{who}", or "{turn.word}" cannot happen to it now')
        for key in meant:
            turns(turn.word, key.surface)
            self._turns[key].append(turn)


def _config(file: _File) -> Config:
    sections = [("[polling]", file.polling)]
    sections += [("[[provider]]", _provider(dict(written))) for written in file.provider]
    lines = [
        line
        for header, settings in sections
        for line in [header, *(f"{name} = {_toml(value)}" for name, value in settings.items())]
    ]
    return read("\n".join(lines))


def _provider(written: dict[str, Any]) -> dict[str, Any]:
    """A section of the product's own configuration, with the addresses and the key that nobody need read."""
    name, reach = written["id"], written.pop("reach", "internet")
    kind = written.setdefault("kind", "openai-compatible")
    if kind in {"openai-compatible", "anthropic-compatible"}:
        host = {
            "internet": f"https://api.{name}.example",
            "private": f"http://{name}.lan:8000",
            "loopback": f"http://{name}.localhost:8000",
        }[reach]
        written.setdefault("base_url", f"{host}/v1")
        written.setdefault("web_url", f"https://www.{name}.example")
        written.setdefault("login_url", f"https://login.{name}.example")
    if reach == "internet":
        written.setdefault("key", "env:NEVER_READ")
    written.setdefault("feed", "none")  # nothing plays the vendors' pages here
    return written


def _toml(value: object) -> str:
    return json.dumps(value)  # for strings, numbers, booleans and lists of them the two are one language


def _flat(happens: Mapping[str, Any]) -> dict[str, str]:
    """`{ a.web = "503" }` is a table in a table; here it is `a.web` again."""
    flat: dict[str, str] = {}
    for who, word in happens.items():
        parts = (
            {f"{who}.{part}": each for part, each in word.items()} if isinstance(word, dict) else {who: word}
        )
        flat |= parts
    for who, word in flat.items():
        if not isinstance(word, str) or who.partition(".")[2] not in {"", *Surface}:
            raise Unreadable(f'"{who}" must be told one thing, as a text')
    return flat


def _trouble(written: _Incident, within: Any) -> Trouble:
    return Trouble(
        who=written.who,
        kind=written.kind,
        start=within(written.start),
        end=None if written.end == "open" else within(written.end),
        downtime=length(written.downtime),
        phases=None if written.phases is None else tuple(written.phases.split(", ")),
        recoveries=written.recoveries,
    )
