"""One status page: the addresses at which it can be read, which of them is asked next, and what came of it.

A round is one poll: the address that worked last, and where it fails the others, until one can be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from trayuptime.config.urls import host_of, is_loopback
from trayuptime.config.values import FeedConfig, FeedSource
from trayuptime.core.announcements import merged
from trayuptime.core.answer import one_line
from trayuptime.core.evidence import Evidence
from trayuptime.core.feed import FeedFormat, Page, PageIncident
from trayuptime.core.model import Instant, Reach, Result
from trayuptime.core.reach import reach_of
from trayuptime.feeds.alternates import alternates
from trayuptime.feeds.detect import candidates, read
from trayuptime.feeds.unreadable import Unreadable

BEST_AGAIN_S = 3600.0
"""How long another address than the best is asked first, after that one had failed."""
GUESS_AGAIN_S = 3600.0
"""How seldom all guesses about the user's own page are tried again, once one of them was right."""
MOST_HOPS = 3
KEPT_S = 7 * 86_400.0
"""How long what is over is remembered, for incidents of ours that it may belong to."""
MOST_KEPT = 500
"""Announcements, the newest; a page whose ids change at every reading would otherwise grow without end."""

_PERMANENT = {301, 308}
_ELSEWHERE = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Unread:
    """No address of the page could be read; `why` says what came instead at the first, a clause."""

    why: str


@dataclass(slots=True)
class _Address:
    """One way to the page, with what makes the next question cheap."""

    source: FeedSource
    etag: str = ""
    modified: str = ""
    page: Page | None = None


@dataclass(slots=True)
class Round:
    """The reading of one page; belongs to one event loop.

    Attributes:
        incidents: what it has announced since the start; what it lists no more is over.
    """

    config: FeedConfig
    incidents: tuple[PageIncident, ...] = ()
    _addresses: list[_Address] = field(default_factory=list)
    _guesses: int = 0
    _at: int = 0
    _tried: int = 0
    _hops: int = 0
    _for_good: bool = True
    _url: str = ""
    _first_why: str = ""
    _best_again_at: Instant | None = None
    _guess_again_at: Instant | None = None
    _home: int | None = None

    def __post_init__(self) -> None:
        """The catalogue's addresses, or those at which the user's page may be read."""
        sources = self.config.sources or _places(self.config.page_url)
        self._addresses = [_Address(source) for source in sources]
        self._guesses = len(self._addresses)
        self._url = self._addresses[0].source.url

    @property
    def url(self) -> str:
        """What is asked next."""
        return self._url

    @property
    def form(self) -> FeedFormat:
        """The shape that is expected there."""
        return self._now.source.format

    @property
    def every_s(self) -> float:
        """The slowest pace that its shield wants."""
        return self._now.source.every_s

    @property
    def is_near(self) -> bool:
        """It is on this computer."""
        return is_loopback(host_of(self._url))

    @property
    def is_guessing(self) -> bool:
        """Where the user's own page can be read is not known yet."""
        return not self.config.sources and self._guess_again_at is None

    @property
    def is_away(self) -> bool:
        """The next answer is of another address, which is asked whether it says the same."""
        return self._home is not None

    def headers(self) -> Mapping[str, str]:
        """What makes an unchanged page a short answer; of no use to an address that it was not said by."""
        if self._now.page is None or self._url != self._now.source.url:
            return {}
        known = {"if-none-match": self._now.etag, "if-modified-since": self._now.modified}
        return {name: value for name, value in known.items() if value}

    def look_elsewhere(self) -> None:
        """The next round asks another of the catalogue's addresses, where there is one: does it say the same?

        Guesses are no other addresses of the page.
        """
        if len(self.config.sources) > 1 and self._home is None:
            home = self._at
            self._begin((home + 1) % len(self._addresses))
            self._home = home

    def go_home(self) -> None:
        """The other address has told nothing new: the one that was asked before is asked again."""
        if self._home is not None:
            self._begin(self._home)

    def stay(self) -> None:
        """The address that was looked at tells more: it is asked from now on."""
        if self._home is not None:
            self._begin(self._at)

    def give_up(self) -> None:
        """Nobody can be asked now, and that is our own trouble: the next round begins where this one did."""
        self._begin((self._at - self._tried) % len(self._addresses))

    def take(self, evidence: Evidence, result: Result, now: Instant) -> Page | Unread | None:
        """Takes one answer.

        Args:
            evidence: what came.
            result: the same as a probe's result, for its words.
            now: when it was complete.

        Returns:
            The page, or why it cannot be read; `None` where another address is to be asked first.
        """
        if self._is_led_on(evidence):
            return None
        address = self._now
        page = self._read(address, evidence, result, now)
        if isinstance(page, Page):
            return self._found(address, page, now)
        address.etag = address.modified = ""
        if self._home is not None:
            self.go_home()
            return None
        self._first_why = self._first_why or page.why
        self._tried += 1
        if address.source.url == self.config.page_url and not self.config.sources:
            self._follow_links(evidence)
        if self._tried < len(self._addresses) and self._may_try_others(now):
            self._go_to((self._at + 1) % len(self._addresses))
            return None
        why = self._first_why
        self._begin((self._at + 1 - self._tried) % len(self._addresses))  # where this round began
        return Unread(why)

    @property
    def _now(self) -> _Address:
        return self._addresses[self._at]

    def _begin(self, at: int) -> None:
        self._tried = 0
        self._first_why = ""
        self._home = None
        self._go_to(at)

    def _go_to(self, at: int) -> None:
        self._at, self._hops, self._for_good = at, 0, True
        self._url = self._now.source.url

    def _follow_links(self, evidence: Evidence) -> None:
        """The page itself may name its feeds: tried after all guesses, instead of those named before."""
        if evidence.status != HTTPStatus.OK:
            return
        guesses = {address.source.url for address in self._addresses[: self._guesses]}
        self._addresses[self._guesses :] = [
            _Address(FeedSource(form, url))
            for form, url in alternates(evidence.body.decode("utf-8", "replace"), self._url)
            if url not in guesses and _may_follow(self._url, url)
        ]

    def _may_try_others(self, now: Instant) -> bool:
        """Always where the catalogue names them; all guesses once in a while, as the page may have moved."""
        if self.config.sources or self._guess_again_at is None or self._tried > 1:
            return True
        if now < self._guess_again_at:
            return False
        self._guess_again_at = now + round(GUESS_AGAIN_S * 1000)
        return True

    def _found(self, address: _Address, page: Page, now: Instant) -> Page:
        if self._hops and self._for_good:  # it has moved there, and can be read there
            address.source = replace(address.source, url=self._url)
        address.page = page
        self.incidents = _kept(merged(self.incidents, page.incidents, gone_at=now), now)
        if not self.config.sources:
            self._guess_again_at = now + round(GUESS_AGAIN_S * 1000)
        if self._home is not None:
            return page  # whoever asked for it decides whether to stay
        if self._at == 0:
            self._best_again_at = None
        elif self._best_again_at is None:
            self._best_again_at = now + round(BEST_AGAIN_S * 1000)
        is_time = self._best_again_at is not None and now >= self._best_again_at and bool(self.config.sources)
        self._begin(0 if is_time else self._at)
        return page

    def _is_led_on(self, evidence: Evidence) -> bool:
        """Whether it is to be asked where the answer points to."""
        to = evidence.headers.get("location", "")
        if evidence.status not in _ELSEWHERE or not to or self._hops >= MOST_HOPS:
            return False
        try:
            url = urljoin(self._url, to)
        except ValueError:  # no address at all, such as http://[::1
            return False
        if not _may_follow(self._url, url):
            return False
        self._for_good = self._for_good and evidence.status in _PERMANENT
        self._url, self._hops = url, self._hops + 1
        return True

    def _read(self, address: _Address, evidence: Evidence, result: Result, now: Instant) -> Page | Unreadable:
        if evidence.status == 304 and address.page is not None and self.headers():
            return address.page
        if evidence.failure is not None or evidence.status is None:
            return Unreadable(evidence.failure_text or result.detail or "it does not answer")
        if evidence.status != 200:
            return Unreadable(f"it answers {evidence.status}")
        kind = evidence.headers.get("content-type", "")
        _, page = read(address.source.format, evidence.body, now, kind)
        guessed = not self.config.sources and self._guesses > 1
        if guessed and isinstance(page, Page) and not _shows_itself(page):
            return Unreadable("nothing there says that it is a status page")  # whatever answers [] to all
        if isinstance(page, Page):
            stays = not self._hops or self._for_good  # a guest's document is not asked for again by its mark
            address.etag = one_line(evidence.headers.get("etag", ""))[:200] if stays else ""
            address.modified = one_line(evidence.headers.get("last-modified", ""))[:100] if stays else ""
        return page


def _places(page_url: str) -> tuple[FeedSource, ...]:
    """Where the user's page may be read; its own address too, which may be a feed that looks like none."""
    found = {url: form for form, url in candidates(page_url)}
    found.setdefault(page_url, FeedFormat.STATUSPAGE)
    return tuple(FeedSource(form, url) for url, form in found.items())


def _shows_itself(page: Page) -> bool:
    """Whether it is surely a status page; whatever answers `[]` or `{}` to all is none."""
    return bool(page.name or page.components or page.incidents) or page.is_sure


def _kept(incidents: tuple[PageIncident, ...], now: Instant) -> tuple[PageIncident, ...]:
    """The newest of those that are open or were until lately."""
    oldest = now - round(KEPT_S * 1000)
    lately = [item for item in incidents if item.ended_at is None or item.ended_at >= oldest]
    lately.sort(key=lambda item: (item.ended_at is None, item.last_word_at or item.began_at or 0))
    return tuple(lately[-MOST_KEPT:])


def _may_follow(old: str, new: str) -> bool:
    """A page may move to another host, but not to a plain or a nearer one."""
    try:
        was, to = urlsplit(old), urlsplit(new)
        _ = to.port
    except ValueError:
        return False
    if to.scheme not in {"https", was.scheme} or not to.hostname or "@" in to.netloc:
        return False
    return reach_of(to.hostname, None) is reach_of(was.hostname or "", None) or (
        reach_of(to.hostname, None) is Reach.INTERNET
    )
