"""Every format of status pages in one table: bytes in, a page or a sentence out, never an exception."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from trayuptime.core.announcements import merged
from trayuptime.core.feed import FeedFormat, Page
from trayuptime.core.model import Instant
from trayuptime.feeds import (
    aistudio,
    aws,
    azure,
    betterstack,
    cloudflare,
    datadog,
    flashduty,
    google,
    incidentio,
    instatus,
    rss,
    slack,
    statusio,
    statuspage,
    xai,
)
from trayuptime.feeds.decoding import decoded
from trayuptime.feeds.entries import Channel, channel, declares_entities
from trayuptime.feeds.unreadable import (
    Unreadable,
    another_shape,
    as_json,
    instead,
    is_html,
    no_xml,
    with_entities,
)

__all__ = ["JSON_FORMATS", "XML_FORMATS", "Unreadable", "parse", "sniff"]


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """How one kind of JSON is told from the others, and read."""

    fits: Callable[[Any], bool]
    read: Callable[[Any, Instant], Page]


JSON_FORMATS: Mapping[FeedFormat, JsonFormat] = {
    FeedFormat.CLOUDFLARE: JsonFormat(cloudflare.fits, cloudflare.read),
    FeedFormat.BETTERSTACK: JsonFormat(betterstack.fits, betterstack.read),
    FeedFormat.FLASHDUTY: JsonFormat(flashduty.fits, flashduty.read),
    FeedFormat.FLASHDUTY_WIDGET: JsonFormat(flashduty.fits_widget, flashduty.read_widget),
    FeedFormat.STATUSIO: JsonFormat(statusio.fits, statusio.read),
    FeedFormat.SLACK: JsonFormat(slack.fits, slack.read),
    FeedFormat.DATADOG: JsonFormat(datadog.fits, datadog.read),
    FeedFormat.INCIDENTIO: JsonFormat(incidentio.fits, incidentio.read),
    FeedFormat.INSTATUS: JsonFormat(instatus.fits, instatus.read),
    FeedFormat.STATUSPAGE: JsonFormat(statuspage.fits, statuspage.read),
    FeedFormat.GOOGLE: JsonFormat(google.fits, google.read),
    FeedFormat.AWS_EVENTS: JsonFormat(aws.fits, aws.read),
    FeedFormat.AISTUDIO: JsonFormat(aistudio.fits, aistudio.read),
}
"""In the order in which a shape is looked for: those that nobody else can be taken for come first."""

XML_FORMATS: Mapping[FeedFormat, Callable[[Channel, Instant], Page]] = {
    FeedFormat.AZURE_RSS: azure.read,
    FeedFormat.XAI_RSS: xai.read,
    FeedFormat.RSS: rss.read,
}


def parse(format: FeedFormat, body: bytes, now: Instant, content_type: str = "") -> Page | Unreadable:  # noqa: A002 - the catalogue's word
    """Reads a document, whatever it is.

    Args:
        format: what it should be.
        body: after decompression.
        now: by our clock.
        content_type: the header, for its charset only: what a document is, it shows itself.
    """
    document = decoded(body, content_type)
    page = (_xml if format in XML_FORMATS else _json)(format, document, now)
    return page if isinstance(page, Unreadable) else replace(page, incidents=merged((), page.incidents))


def sniff(body: bytes, content_type: str = "") -> FeedFormat | None:
    """What a document is by its shape alone; `None` for none that is known, and for an empty list."""
    document = decoded(body, content_type)
    if document.lstrip("\ufeff \t\r\n").startswith("<"):
        return _sniffed_xml(document)
    try:
        data = as_json(document)
    except (ValueError, RecursionError):
        return None
    return next((name for name, known in JSON_FORMATS.items() if data and known.fits(data)), None)


def _json(wanted: FeedFormat, document: str, now: Instant) -> Page | Unreadable:
    known = JSON_FORMATS[wanted]
    try:
        data = as_json(document)
    except (ValueError, RecursionError):
        return instead(wanted, document)
    return known.read(data, now) if known.fits(data) else another_shape(wanted, data)


def _xml(wanted: FeedFormat, document: str, now: Instant) -> Page | Unreadable:
    if is_html(document):
        return instead(wanted, document)
    if declares_entities(document):
        return with_entities(wanted)
    try:
        found = channel(document)
    except ValueError:
        return no_xml(wanted, document)
    return XML_FORMATS[wanted](found, now) if found else another_shape(wanted, None)


def _sniffed_xml(document: str) -> FeedFormat | None:
    if is_html(document) or declares_entities(document):
        return None
    try:
        found = channel(document)
    except ValueError:
        return None
    if found is None:
        return None
    if xai.fits(found):
        return FeedFormat.XAI_RSS
    return FeedFormat.AZURE_RSS if azure.fits(found) else FeedFormat.RSS
