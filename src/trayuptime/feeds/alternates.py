"""The feeds that a web page names as its own: `<link rel="alternate" type="application/rss+xml" href=…>`."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from trayuptime.core.feed import FeedFormat

MOST = 4
"""Feeds of one page; a page of a hundred languages has a hundred."""

_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}


def alternates(page: str, url: str) -> tuple[tuple[FeedFormat, str], ...]:
    """Where a page says that a program may read it, in its own order; the format is a guess.

    Args:
        page: its HTML, or what is taken for it.
        url: its address, to which theirs may be relative.
    """
    links = _Links()
    links.feed(page)
    found: dict[str, FeedFormat] = {}
    for href in links.feeds:
        try:
            found.setdefault(urljoin(url, href), FeedFormat.RSS)
        except ValueError:
            continue  # no address
    return tuple((form, address) for address, form in found.items())[:MOST]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.feeds: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: (value or "").strip() for name, value in attrs}
        related = said.get("rel", "").lower().split()
        is_feed = tag == "link" and "alternate" in related and said.get("type", "").lower() in _TYPES
        if is_feed and said.get("href"):
            self.feeds.append(said["href"])
