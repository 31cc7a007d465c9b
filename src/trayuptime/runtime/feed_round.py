"""One status page: the addresses at which it can be read, which of them is asked next, and what came of it.

A round is one poll: the address that worked last, and where it fails each other one, until one can be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from trayuptime.config.urls import host_of, is_loopback
from trayuptime.config.values import FeedConfig, FeedSource
from trayuptime.core.announcements import merged
from trayuptime.core.answer import one_line
from trayuptime.core.evidence import Evidence
from trayuptime.core.feed import FeedFormat, Page, PageIncident
from trayuptime.core.model import Instant, Reach, Result
from trayuptime.core.reach import reach_of
from trayuptime.feeds.detect import candidates, read
from trayuptime.feeds.unreadable import Unreadable

BEST_AGAIN_S = 3600.0
"""How long another address than the best is asked first, after that one had failed."""
MOST_HOPS = 3
KEPT_S = 7 * 86_400.0
"""How long what is over is remembered, for incidents of ours that it may belong to."""

_PERMANENT = {301, 308}
_ELSEWHERE = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Unread:
    """No address of the page could be read; `why` says what came instead of the best, a clause."""

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
        page: as it was last read.
        incidents: what it has announced since the start; what it lists no more is over.
    """

    config: FeedConfig
    page: Page | None = None
    incidents: tuple[PageIncident, ...] = ()
    _addresses: list[_Address] = field(default_factory=list)
    _at: int = 0
    _tried: int = 0
    _hops: int = 0
    _url: str = ""
    _first_why: str = ""
    _best_again_at: Instant | None = None

    def __post_init__(self) -> None:
        """The catalogue's addresses, or those at which the user's page may be read."""
        sources = self.config.sources or _places(self.config.page_url)
        self._addresses = [_Address(source) for source in sources]
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

    def headers(self) -> Mapping[str, str]:
        """What makes an unchanged page a short answer."""
        known = {"if-none-match": self._now.etag, "if-modified-since": self._now.modified}
        return {name: value for name, value in known.items() if value and self._now.page is not None}

    def look_elsewhere(self) -> None:
        """The next round begins at another address, where there is one: does it say the same?"""
        self._begin((self._at + 1) % len(self._addresses))

    def take(self, evidence: Evidence, result: Result, now: Instant) -> Page | Unread | None:
        """Takes one answer.

        Args:
            evidence: what came.
            result: the same as a probe's result, for its words.
            now: when it was complete.

        Returns:
            The page, or why it cannot be read; `None` where another address is to be asked first, at once.
        """
        if self._is_led_on(evidence):
            return None
        address = self._now
        page = self._read(address, evidence, result, now)
        if isinstance(page, Page):
            return self._found(address, page, now)
        address.etag = address.modified = ""
        self._first_why = self._first_why or page.why
        self._tried += 1
        if self._tried < len(self._addresses):
            self._go_to((self._at + 1) % len(self._addresses))
            return None
        why = self._first_why
        self._begin((self._at + 1) % len(self._addresses))  # where this round began
        return Unread(why)

    @property
    def _now(self) -> _Address:
        return self._addresses[self._at]

    def _begin(self, at: int) -> None:
        self._tried = 0
        self._first_why = ""
        self._go_to(at)

    def _go_to(self, at: int) -> None:
        self._at, self._hops = at, 0
        self._url = self._now.source.url

    def _found(self, address: _Address, page: Page, now: Instant) -> Page:
        address.page = self.page = page
        oldest = now - round(KEPT_S * 1000)
        self.incidents = tuple(
            item
            for item in merged(self.incidents, page.incidents, gone_at=now)
            if item.ended_at is None or item.ended_at >= oldest
        )
        if self._at == 0:
            self._best_again_at = None
        elif self._best_again_at is None:
            self._best_again_at = now + round(BEST_AGAIN_S * 1000)
        is_time = self._best_again_at is not None and now >= self._best_again_at
        self._begin(0 if is_time else self._at)
        return page

    def _is_led_on(self, evidence: Evidence) -> bool:
        """Whether it is to be asked where the answer points to; a permanent move is remembered."""
        to = evidence.headers.get("location", "")
        if evidence.status not in _ELSEWHERE or not to or self._hops >= MOST_HOPS:
            return False
        url = urljoin(self._url, to)
        if not _may_follow(self._url, url):
            return False
        if evidence.status in _PERMANENT and self._url == self._now.source.url:
            source = self._now.source
            self._now.source = FeedSource(source.format, url, source.every_s)
        self._url, self._hops = url, self._hops + 1
        return True

    def _read(self, address: _Address, evidence: Evidence, result: Result, now: Instant) -> Page | Unreadable:
        if evidence.status == 304 and address.page is not None:
            return address.page
        if evidence.failure is not None or evidence.status is None:
            return Unreadable(evidence.failure_text or result.detail or "it does not answer")
        if evidence.status != 200:
            return Unreadable(f"it answers {evidence.status}")
        kind = evidence.headers.get("content-type", "")
        _, page = read(address.source.format, evidence.body, now, kind)
        if isinstance(page, Page):
            address.etag = one_line(evidence.headers.get("etag", ""))[:200]
            address.modified = one_line(evidence.headers.get("last-modified", ""))[:100]
        return page


def _places(page_url: str) -> tuple[FeedSource, ...]:
    """Where the user's page may be read; its own address too, which may be a feed that looks like none."""
    found = {url: form for form, url in candidates(page_url)}
    found.setdefault(page_url, FeedFormat.STATUSPAGE)
    return tuple(FeedSource(form, url) for url, form in found.items())


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
