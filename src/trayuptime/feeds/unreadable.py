"""What came instead of a status page, in a sentence for a person."""

import json
import re
from dataclasses import dataclass
from typing import Any

from trayuptime.core.feed import FeedFormat
from trayuptime.feeds.fields import one_of, record, text

_NAMES = {
    FeedFormat.STATUSPAGE: "a Statuspage document",
    FeedFormat.INCIDENTIO: "an incident.io document",
    FeedFormat.INSTATUS: "an Instatus document",
    FeedFormat.BETTERSTACK: "a Better Stack document",
    FeedFormat.FLASHDUTY: "a Flashduty document",
    FeedFormat.FLASHDUTY_WIDGET: "a Flashduty widget",
    FeedFormat.DATADOG: "a Datadog status page",
    FeedFormat.GOOGLE: "Google's list of incidents",
    FeedFormat.AISTUDIO: "AI Studio's list of incidents",
    FeedFormat.AWS_EVENTS: "AWS's list of events",
    FeedFormat.AZURE_RSS: "Azure's RSS feed",
    FeedFormat.XAI_RSS: "xAI's RSS feed",
    FeedFormat.RSS: "an RSS or Atom feed",
    FeedFormat.STATUSIO: "a Status.io document",
    FeedFormat.SLACK: "a Slack status document",
    FeedFormat.CLOUDFLARE: "a Cloudflare status document",
}
_HTML = re.compile(r"<(!doctype\s{1,5}html|html|head|body)\b", re.IGNORECASE)
_CHALLENGES = (
    *("just a moment", "challenge-platform", "cf-chl", "captcha", "awswaf", "verify you are human"),
    *("enable javascript and cookies", "attention required", "access denied", "security check"),
)
_COMMENTS = 5
"""Comments before a page begins."""
_HEAD = 20_000
"""Characters of a web page in which it says what it is."""
_ERRORS = ("error", "message", "detail", "error_description", "msg")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Not a status page of the format that was asked for.

    Attributes:
        why: what came instead, one sentence without its full stop.
    """

    why: str


def is_html(document: str) -> bool:
    """Whether it is a web page."""
    rest = document.lstrip("\ufeff \t\r\n")
    for _ in range(_COMMENTS):
        if not rest.startswith("<!--"):
            break
        rest = rest.partition("-->")[2].lstrip()
    return _HTML.match(rest) is not None


def instead(wanted: FeedFormat, document: str) -> Unreadable:
    """Says what a document is that cannot be read.

    Args:
        wanted: the format that it should have had.
        document: decoded.
    """
    name = _NAMES[wanted]
    if not document.strip():
        return Unreadable(f"an empty answer came instead of {name}")
    if is_html(document):
        head = document[:_HEAD].casefold()
        what = "a challenge page" if any(word in head for word in _CHALLENGES) else "a web page"
        return Unreadable(f"{what} came instead of {name}")
    return Unreadable(f"what came is not JSON, so not {name}")


def no_xml(wanted: FeedFormat, document: str) -> Unreadable:
    """The same for what should have been XML."""
    said = instead(wanted, document)
    if not document.strip() or is_html(document):
        return said
    return Unreadable(f"what came is not well-formed XML, so not {_NAMES[wanted]}")


def with_entities(wanted: FeedFormat) -> Unreadable:
    """An XML document that declares entities; they can grow without end, so it is not read at all."""
    return Unreadable(f"XML with a DOCTYPE came instead of {_NAMES[wanted]}, which is not read for safety")


def another_shape(wanted: FeedFormat, data: Any) -> Unreadable:
    """JSON or XML, but of another kind; where it is an error, its own words."""
    said = one_of(record(data), _ERRORS)
    words = text(said) or text(one_of(record(said), _ERRORS))
    if words:
        return Unreadable(f"an error came instead of {_NAMES[wanted]}: {words[:120]}")
    return Unreadable(f"what came has another shape than {_NAMES[wanted]}")


def as_json(document: str) -> Any:
    """The document's value.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it nests deeper than anybody's page.
    """
    return json.loads(document, parse_constant=lambda _: None)
