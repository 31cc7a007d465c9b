"""The vendors' status pages that are read: who has one, when it is asked, and what it says of each provider.

Providers with the same page share one reading. A page's host is a witness like any other while it answers.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trayuptime.config.values import FeedConfig, ProviderConfig
from trayuptime.core import claims, schedule, words
from trayuptime.core.claims import Claim
from trayuptime.core.evidence import Dialect, Evidence, Question
from trayuptime.core.feed import Page
from trayuptime.core.model import (
    STALE_AFTER,
    Feed,
    FeedState,
    Instant,
    Key,
    Level,
    Result,
    Rules,
    Service,
    Surface,
)
from trayuptime.core.reasons import NETWORK_FAILURES
from trayuptime.core.scoping import on_page, platform_down, scoped
from trayuptime.core.state import Role, State, Step, Target
from trayuptime.core.waiting import retry_after_s
from trayuptime.net.transport import Request
from trayuptime.probes import Order
from trayuptime.probes.hosts import target_of
from trayuptime.runtime.feed_round import Round, Unread
from trayuptime.runtime.flights import Landing

CALM_S, TROUBLED_S, GIVEN_UP_S, GUESS_S = 180.0, 60.0, 600.0, 3600.0
"""How often a page is read: while all is well, while anything is not, once it cannot be read, where not even
its address is known."""
NEAR_S = 60.0
"""The first and the last of these for a page on this computer."""
SPREAD_S = 2.0
"""Between the addresses of one round, so that a vendor is not asked for a dozen of them at once."""
GREEN_READINGS = 3
"""A page that said "operational" so often during one outage, and until its end, is frozen."""
SILENT_AFTER = 3
"""Silent readings in a row, while this computer is online, after which its host is asked for no word."""
GONE_AFTER = 3
"""Readings in a row without a part that the user depends on, until that is said."""

_log = logging.getLogger(__name__)
_TROUBLE = {FeedState.DEGRADED, FeedState.DOWN}
_PREFIX = ":feed:"
"""No provider may have such an id."""
_ACCEPT = "application/json, application/rss+xml;q=0.9, application/atom+xml;q=0.9, */*;q=0.5"


@dataclass(slots=True)
class _Desk:
    """One page and those of the user's providers that it speaks of.

    Attributes:
        heard: its host has answered in this run; until then its silence tells nothing of our network.
        silent: readings in a row without any answer; a host that is always silent is nobody's witness.
        green: readings in a row that called everything well during an outage that we confirmed.
        gone: per provider, readings in a row in which a part of it was missing.
        asked_s: the monotonic second of the last reading; `None` before one, or where it asked us to wait.
    """

    key: Key
    providers: tuple[ProviderConfig, ...]
    round: Round
    rules: Rules
    heard: bool = False
    silent: int = 0
    unread: int = 0
    green: int = 0
    frozen: bool = False
    gone: dict[str, int] = field(default_factory=dict)
    asked_s: float | None = None

    @property
    def config(self) -> FeedConfig:
        return self.round.config

    def asked_as(self) -> ProviderConfig:
        """The page as something that can be asked: a website at the address that is next."""
        first = self.providers[0]
        return ProviderConfig(
            id=self.key.provider,
            name=f"the status page of {first.name}",
            kind="website",
            reach_url=self.round.url,
            web_url=self.round.url,
            rules=self.rules,
            surfaces=(self.key.surface,),
            proxy=first.proxy,
            ca_bundle=first.ca_bundle,
        )


class Feeds:
    """One per poller, or per check; belongs to one event loop."""

    def __init__(self) -> None:
        self._desks: dict[Key, _Desk] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._desks

    def __iter__(self) -> Iterator[Key]:
        return iter(self._desks)

    def follow(self, providers: Iterable[ProviderConfig], known: Mapping[str, Feed]) -> None:
        """Takes over whose pages to read; a page that is read already goes on as it was.

        Args:
            providers: in the user's order.
            known: per provider, what its page said last; one that was frozen is so still.
        """
        shared: dict[tuple[FeedConfig, str], list[ProviderConfig]] = {}
        for provider in providers:
            if provider.feed is not None:
                page = replace(provider.feed, parts=(), regions=(), chosen=False)
                shared.setdefault((page, provider.proxy), []).append(provider)
        before, self._desks = self._desks, {}
        for (page, proxy), readers in shared.items():
            own = "" if page.sources else " found"
            # The same page may be read at the addresses of several regions.
            where = page.sources[-1].url if page.sources else ""
            key = Key(f"{_PREFIX}{page.page_url} {proxy}{own} {where}".rstrip(), Surface.WEB)
            rules = Rules(
                interval_s=min(reader.rules.interval_s for reader in readers),
                timeout_s=readers[0].rules.timeout_s,
            )
            desk = before.get(key)
            if desk is None or desk.config != page:
                frozen = any(known[reader.id].frozen for reader in readers if reader.id in known)
                gone = {reader.id: GONE_AFTER for reader in readers if _has_note(known, reader.id)}
                desk = _Desk(key, tuple(readers), Round(page), rules, frozen=frozen, gone=gone)
            desk.providers, desk.rules = tuple(readers), rules
            self._desks[key] = desk

    def pages(self) -> Mapping[str, str]:
        """Per provider, where a person reads its page."""
        return {p.id: p.feed.page_url for desk in self._desks.values() for p in desk.providers if p.feed}

    def targets(self) -> Mapping[Key, Target]:
        """The hosts that are witnesses: those of pages that have answered, and lately."""
        return {
            key: replace(target_of(desk.asked_as(), key.surface), role=Role.FEED)
            for key, desk in self._desks.items()
            if desk.heard and desk.silent < SILENT_AFTER
        }

    def of_providers(self, ids: Collection[str]) -> set[Key]:
        """The pages of these providers."""
        return {key for key, desk in self._desks.items() if any(p.id in ids for p in desk.providers)}

    def of(self, key: Key) -> ProviderConfig | None:
        """The page as something that can be asked."""
        desk = self._desks.get(key)
        return None if desk is None else desk.asked_as()

    def order(self, key: Key) -> Order:
        """The question that is next; never with a key."""
        desk = self._desks[key]
        provider = desk.asked_as()
        question = Question(
            key=key,
            level=Level.REACH,
            dialect=Dialect.PAGE,
            keyed=False,
            interval_s=provider.rules.interval_s,
        )
        request = Request(
            "GET",
            desk.round.url,
            headers={"accept": _ACCEPT, **desk.round.headers()},
            timeout_s=provider.rules.timeout_s,
            proxy=provider.proxy,
            ca_bundle=None if provider.ca_bundle is None else str(provider.ca_bundle),
            follow=False,
        )
        return Order(question, request, whole=True)

    def next_ask_s(self, key: Key, state: State, landing: Landing, offset_s: float) -> float:
        """The monotonic second at which a page that could be read, or could not, is asked again."""
        desk = self._desks[key]
        pace_s = _pace_s(desk, state)
        wait_s = _asked_to_wait_s(landing)
        desk.asked_s = None if wait_s is not None else landing.began_s
        if wait_s is not None:
            return landing.ended_s + max(wait_s, min(pace_s, TROUBLED_S))  # a wait of nothing is no leave
        return schedule.next_slot_s(landing.began_s, pace_s, offset_s)

    def sooner(self, provider: str, state: State, offset_s: float) -> dict[Key, float]:
        """The monotonic second at which each page of a provider is asked at the latest, as that is now."""
        return {
            key: schedule.next_slot_s(desk.asked_s, _pace_s(desk, state), offset_s)
            for key, desk in self._desks.items()
            if desk.asked_s is not None and any(each.id == provider for each in desk.providers)
        }

    def go_on_s(self, key: Key, landing: Landing) -> float:
        """The monotonic second at which the next address of a round is asked."""
        return landing.ended_s + (0.0 if self._desks[key].round.is_near else SPREAD_S)

    def hear(self, key: Key, result: Result) -> None:
        """Whether a page's host speaks at all: from its first answer on it is a witness."""
        desk = self._desks[key]
        if result.reason not in NETWORK_FAILURES:
            desk.heard, desk.silent = True, 0

    def take(self, key: Key, state: State, landing: Landing) -> list[Step] | None:
        """Takes one answer.

        Returns:
            What each provider's page says now, a step after the other; `None` where another address has to
            be asked first.
        """
        desk, result = self._desks[key], landing.result
        assert landing.evidence is not None
        if result.reason in NETWORK_FAILURES and result.reach in state.blind_since:
            desk.round.give_up()
            return []  # it is our own network that is silent
        wait_s = _asked_to_wait_s(landing)
        if wait_s is not None:
            desk.round.give_up()
            # By the time that it may be asked again, what it said last is no word of today.
            polls = STALE_AFTER if wait_s >= STALE_AFTER * _pace_s(desk, state) else 1
            desk.unread += polls
            return self._missed(desk, state, f"it answers {result.http_status}", landing.now, polls)
        match _taken(desk, landing.evidence, result, landing.now):
            case None:
                return None
            case Unread(why=why):
                desk.unread += 1
                desk.silent += result.reason in NETWORK_FAILURES
                return self._missed(desk, state, why, landing.now)
            case page:
                return self._heard(desk, state, page, landing.now)

    def _missed(self, desk: _Desk, state: State, why: str, now: Instant, polls: int = 1) -> list[Step]:
        if self._platform_is_down(desk):
            why = "the service that hosts it and other vendors' pages seems to be down"
        steps: list[Step] = []
        for provider in desk.providers:
            steps.append(claims.miss(state, provider.id, why, now, polls))
            state = steps[-1].state
        return steps

    def _heard(self, desk: _Desk, state: State, page: Page, now: Instant) -> list[Step] | None:
        read = [self._claim(desk, provider, page, state, now) for provider in desk.providers]
        if desk.round.is_away and not any(claim.feed.state in _TROUBLE for claim in read):
            desk.round.go_home()
            return None
        desk.round.stay()
        desk.unread = 0
        self._doubt(desk, state, read)
        steps: list[Step] = []
        for claim in read:
            feed = replace(claim.feed, frozen=desk.frozen)
            steps.append(claims.hear(state, replace(claim, feed=feed)))
            state = steps[-1].state
        return steps

    def _claim(self, desk: _Desk, provider: ProviderConfig, page: Page, state: State, now: Instant) -> Claim:
        config = provider.feed
        assert config is not None
        parts, note = on_page(config.parts, page), ""
        found = scoped(page, parts, config.regions, now, provider.surfaces)
        if found.missing:
            desk.gone[provider.id] = desk.gone.get(provider.id, 0) + 1
            if len(found.missing) == len(parts) and not config.chosen and not config.sources:
                parts = ()  # the user's own page, which knows none of the catalogue's parts: all of it counts
                found = scoped(page, parts, config.regions, now, provider.surfaces)
            elif desk.gone[provider.id] >= GONE_AFTER:
                names = ", ".join(part.name or part.id or part.contains[0] for part in found.missing)
                note = f"their page does not list {names}"
        else:
            desk.gone.pop(provider.id, None)
        feed = Feed(
            now,
            provider.id,
            found.state,
            title=found.title,
            url=config.page_url,
            surfaces=found.surfaces,
            every_s=_pace_s(desk, state),
            note=note,
        )
        return Claim(feed, desk.round.incidents, parts, config.regions)

    def _doubt(self, desk: _Desk, state: State, read: Sequence[Claim]) -> None:
        """A page that stays green through an outage is frozen, until it says something else."""
        if any(claim.feed.state is not FeedState.UP for claim in read):
            desk.green, desk.frozen = 0, False
        elif any(claims.stays_green(state, claim.feed) for claim in read):
            desk.green += 1
            desk.round.look_elsewhere()
        else:
            desk.frozen = desk.frozen or desk.green >= GREEN_READINGS
            desk.green = 0

    def _platform_is_down(self, desk: _Desk) -> bool:
        failing = {each.key.provider: each.unread > 0 for each in self._desks.values()}
        sure = [each for each in self._desks.values() if not each.round.is_guessing]
        platforms = {each.key.provider: each.round.form.value for each in sure}
        return desk in sure and desk.round.form.value in platform_down(failing, platforms)


def _has_note(known: Mapping[str, Feed], provider: str) -> bool:
    return provider in known and known[provider].note != ""


def _taken(desk: _Desk, evidence: Evidence, result: Result, now: Instant) -> Page | Unread | None:
    """What the page says; a fault of ours in reading it is told, and ends the watching of nobody."""
    try:
        return desk.round.take(evidence, result, now)
    except Exception:  # noqa: BLE001 - of ours, whatever it is
        _log.exception("what %s answers makes TrayUptime stumble; please report it", evidence.host)
        desk.round.give_up()
        return Unread(f"it {words.STUMBLES}")


def is_witness(result: Result) -> bool:
    """Whether a page's answer tells anything of our network: an authentic one does, and silence.

    What answers in HTTP in some other way needs a witness itself: a dozen guesses would have others asked.
    """
    return result.answered_at is not None or not result.needs_witness or result.reason in NETWORK_FAILURES


def _asked_to_wait_s(landing: Landing) -> float | None:
    """How long a page that is too busy wants to be left alone, at its other addresses too."""
    evidence = landing.evidence
    if evidence is None or evidence.status not in {429, 503}:
        return None
    return retry_after_s(evidence.headers, landing.now)


def _pace_s(desk: _Desk, state: State) -> float:
    """Seconds between two readings; of a page on this computer, in trouble, as the provider is asked."""
    if desk.round.is_near:
        lost = desk.unread >= STALE_AFTER and desk.round.is_guessing
        in_doubt = desk.unread or _is_troubled(desk.providers, state)
        return desk.rules.interval_s if in_doubt and not lost else max(desk.rules.interval_s, NEAR_S)
    if desk.unread and desk.round.is_guessing:
        return GUESS_S if desk.unread >= STALE_AFTER else GIVEN_UP_S
    if desk.unread >= STALE_AFTER:
        return max(GIVEN_UP_S, desk.round.every_s)
    if _is_troubled(desk.providers, state):
        return max(TROUBLED_S, desk.round.every_s / 3)
    return max(CALM_S, desk.round.every_s)


def _is_troubled(providers: Sequence[ProviderConfig], state: State) -> bool:
    for provider in providers:
        feed = state.feeds.get(provider.id)
        if feed is not None and feed.says in _TROUBLE:
            return True
        for name in provider.surfaces:
            surface = state.surface(Key(provider.id, name))
            if surface.fails or surface.crowded or surface.service in {Service.DOWN, Service.DEGRADED}:
                return True
    return False
