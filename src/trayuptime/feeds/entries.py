"""RSS and Atom alike: a channel with its entries, as plain fields."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree as ET

from trayuptime.core.model import Instant
from trayuptime.feeds.fields import instant, text, url

_DOCTYPE = re.compile(r"<!\s*(doctype|entity)", re.IGNORECASE)
_ESCAPED = re.compile(r"&lt;(strong|small|p|br)\b", re.IGNORECASE)
_ROOTS = frozenset({"rss", "feed", "RDF"})
_MOST = 1_000
"""Entries that are read; a history has fifty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item.

    Attributes:
        id: its guid or id, else its address, unless that is the feed's own; else empty.
        body: its longest text, markup and all.
        published_at: when it was published; of Atom the update, where it says nothing else.
        updated_at: when it was updated last.
    """

    id: str
    title: str
    link: str
    body: str
    published_at: Instant | None
    updated_at: Instant | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed."""

    title: str
    link: str
    entries: tuple[Entry, ...]


def declares_entities(document: str) -> bool:
    """Whether it has a DOCTYPE, wherever in it: such XML is not given to the parser."""
    return _DOCTYPE.search(document) is not None


def channel(document: str) -> Channel | None:
    """The feed that an XML document is; `None` for other XML.

    Raises:
        ValueError: it is not well formed.
    """
    try:
        root = ET.fromstring(document.lstrip("\ufeff \t\r\n"))  # noqa: S314 - see above
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if _local(root) not in _ROOTS:
        return None
    found = next((item for item in root if _local(item) == "channel"), root)
    entries = [item for item in (*root, *found) if _local(item) in ("item", "entry")]
    if found is root and _local(root) == "feed":
        entries = [item for item in root if _local(item) == "entry"]
    link = _link(found)
    return Channel(
        title=text(_words(found, "title")),
        link=link,
        entries=tuple(_entry(item, link) for item in entries[:_MOST]),
    )


def _entry(element: ET.Element, home: str) -> Entry:
    link = _link(element)
    own = "" if link.rstrip("/") == home.rstrip("/") else link
    bodies = [_words(element, name) for name in ("encoded", "content", "description", "summary")]
    published = [instant(_words(element, name)) for name in ("pubDate", "published", "date", "updated")]
    return Entry(
        id=text(_words(element, "guid") or _words(element, "id")) or own,
        title=text(_words(element, "title")),
        link=link,
        body=_markup(max(bodies, key=len)),
        published_at=next((at for at in published if at is not None), None),
        updated_at=instant(_words(element, "updated")),
    )


def _markup(body: str) -> str:
    """Its text; where its updates were escaped once more (Instatus, 2026-10), as they were meant."""
    return unescape(body) if _ESCAPED.search(body) else body


def _link(element: ET.Element) -> str:
    """Its address; Atom has several, of which the one for people is `alternate` or nameless."""
    links = [item for item in element if _local(item) == "link"]
    addresses = [(item.get("rel", "alternate"), url(item.get("href") or _all(item))) for item in links]
    return next((address for rel, address in addresses if rel == "alternate" and address), "")


def _words(element: ET.Element, name: str) -> str:
    return next((_all(item) for item in element if _local(item) == name), "")


def _all(element: ET.Element) -> str:
    return "".join(_pieces(element)).strip()


def _pieces(element: ET.Element) -> Iterable[str]:
    """Its text with its children's, which Atom's XHTML has."""
    return element.itertext()


def _local(element: ET.Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
