"""From the address of a status page to the addresses at which a program may read it, the likeliest first.

A user writes `https://status.example.com`, or the address of a feed itself. Known hosts come first, then
the address as it stands where it looks like a feed, then what each product serves by its own rules (sources
as in the parsers, 2026-09-23 to 2026-11-22). Whoever fetches tries one after the other: a web page at one
of them is no feed.
"""

import re
from urllib.parse import urlsplit

from trayuptime.core.feed import FeedFormat, Page
from trayuptime.core.model import Instant
from trayuptime.feeds.formats import Unreadable, parse, sniff

Candidate = tuple[FeedFormat, str]
"""What a document should be, and where it is."""

_STATUSPAGE = (FeedFormat.STATUSPAGE, "/api/v2/summary.json")
_BETTERSTACK = (FeedFormat.BETTERSTACK, "/index.json")
_INSTATUS = ((FeedFormat.INSTATUS, "/v3/summary.json"), (FeedFormat.INSTATUS, "/summary.json"))
_DATADOG = (FeedFormat.DATADOG, "/config.json")
_WIDGET = (FeedFormat.FLASHDUTY_WIDGET, "/api/widget/v1/summary.json")
_CLOUDFLARE = (FeedFormat.CLOUDFLARE, "/api/v3/summary")
_SLACK = (FeedFormat.SLACK, "/api/v2.0.0/current")
_AWS = (FeedFormat.AWS_EVENTS, "https://health.aws.amazon.com/public/currentevents")
_AZURE = (FeedFormat.AZURE_RSS, "https://rssfeed.azure.status.microsoft/en-us/status/feed/")
_XAI = (FeedFormat.XAI_RSS, "https://status.x.ai/feed.xml")
_CLOUD = (FeedFormat.GOOGLE, "https://status.cloud.google.com/incidents.json")
_WORKSPACE = (FeedFormat.GOOGLE, "https://www.google.com/appsstatus/dashboard/incidents.json")
_OPENAI = (FeedFormat.INCIDENTIO, "https://status.openai.com/proxy/status.openai.com")
_DEEPSEEK = (
    (FeedFormat.FLASHDUTY, "https://status.deepseek.com/api/status-page/6410630422455/summary/active"),
    (FeedFormat.FLASHDUTY, "https://api.flashcat.cloud/status-page/6410630422455/summary/active"),
    (FeedFormat.FLASHDUTY_WIDGET, "https://status.deepseek.com/api/widget/v1/summary.json"),
    (FeedFormat.RSS, "https://status.deepseek.com/history.rss"),
)

_FROZEN = "deepseek.statuspage.io"
"""It still answers as it stood on 2026-05-08, green for ever: nobody is sent there, whatever was asked."""

_HOSTS: dict[str, tuple[Candidate, ...]] = {
    "status.openai.com": (_OPENAI, _STATUSPAGE),
    "status.claude.com": (
        _STATUSPAGE,
        (FeedFormat.STATUSPAGE, "https://anthropic.statuspage.io/api/v2/summary.json"),
    ),
    "status.anthropic.com": (
        (FeedFormat.STATUSPAGE, "https://status.claude.com/api/v2/summary.json"),
        _STATUSPAGE,
    ),
    "status.deepseek.com": _DEEPSEEK,
    _FROZEN: _DEEPSEEK,
    "status.cloud.google.com": (_CLOUD,),
    "www.google.com": (_WORKSPACE,),
    "azure.status.microsoft": (_AZURE,),
    "rssfeed.azure.status.microsoft": (_AZURE,),
    "status.azure.com": (_AZURE,),
    "health.aws.amazon.com": (_AWS,),
    "status.aws.amazon.com": (_AWS,),
    "status.x.ai": (_XAI,),
    "status.together.ai": (_BETTERSTACK, (FeedFormat.RSS, "/feed")),
    "status.huggingface.co": (_BETTERSTACK,),
    "status.openrouter.ai": (
        _DATADOG,
        (FeedFormat.DATADOG, "https://openrouter.statuspage.datadoghq.com/config.json"),
    ),
    "www.cloudflarestatus.com": (_CLOUDFLARE, _STATUSPAGE),
    "slack-status.com": (_SLACK,),
    "status.slack.com": (_SLACK,),
}
_FIXED = frozenset(
    {
        *("status.cloud.google.com", "azure.status.microsoft", "rssfeed.azure.status.microsoft"),
        *("status.azure.com", "health.aws.amazon.com", "status.aws.amazon.com", "www.google.com", _FROZEN),
    }
)
"""Hosts that serve their own format or none: nothing else is tried there."""
_SUFFIXES: dict[str, tuple[Candidate, ...]] = {
    ".statuspage.io": (_STATUSPAGE,),
    ".statuspage.datadoghq.com": (_DATADOG,),
    ".instatus.com": _INSTATUS,
    ".betteruptime.com": (_BETTERSTACK,),
    ".betterstack.com": (_BETTERSTACK,),
}
_PATHS: tuple[tuple[re.Pattern[str], FeedFormat], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), known)
    for pattern, known in (
        (r"/api/v2/[\w./-]+\.json$", FeedFormat.STATUSPAGE),
        (r"/api/v2\.0\.0/(current|history)$", FeedFormat.SLACK),
        (r"/api/v3/(incidents|maintenance)\.(rss|atom)$", FeedFormat.RSS),
        (r"/api/v3/(summary|components|history|incidents)\b", FeedFormat.CLOUDFLARE),
        (r"/proxy/[^/]+(/incidents|/component_impacts)?$", FeedFormat.INCIDENTIO),
        (r"/api/v1/summary$", FeedFormat.INCIDENTIO),
        (r"/api/widget/v1/summary\.json$", FeedFormat.FLASHDUTY_WIDGET),
        (r"/status-page/\d+/", FeedFormat.FLASHDUTY),
        (r"/1\.0/status/\w+$", FeedFormat.STATUSIO),
        (r"/public/(currentevents|events)$", FeedFormat.AWS_EVENTS),
        (r"/v[23]/(summary|components)\.json$", FeedFormat.INSTATUS),
        (r"/summary\.json$", FeedFormat.INSTATUS),
        (r"/index\.json$", FeedFormat.BETTERSTACK),
        (r"/config\.json$", FeedFormat.DATADOG),
        (r"/incidents\.json$", FeedFormat.GOOGLE),
        (r"\.json$", FeedFormat.STATUSPAGE),
        (r"(\.(rss|atom|xml|rdf)|/(rss|atom|feed)/?)$", FeedFormat.RSS),
    )
)
_HISTORIES = (
    "/history.atom",
    "/history.rss",
    "/feed",
    "/feed.rss",
    "/feed.xml",
    "/rss.xml",
    "/atom.xml",
    "/rss",
)
_SELDOM = (
    _CLOUDFLARE,
    _SLACK,
    (FeedFormat.STATUSPAGE, "/api/v2/incidents.json"),
    (FeedFormat.GOOGLE, "/incidents.json"),
    (FeedFormat.AWS_EVENTS, "/public/currentevents"),
    (FeedFormat.AZURE_RSS, "/en-us/status/feed/"),
)
"""What one vendor alone serves, or somebody in its manner."""


def candidates(address: str) -> tuple[Candidate, ...]:
    """Where the status page of this address may be read.

    Args:
        address: of the page, or of a feed itself; with its scheme.

    Returns:
        Each address once, the likeliest first; none where it is no address. The format is a guess: `read`
        looks at what is really there.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    origin = f"{parts.scheme}://{parts.netloc}"
    direct = _direct(address.strip(), parts.path, host)
    known = _known(host, origin)
    if host in _FIXED:
        direct = [] if host == _FROZEN else direct
        return tuple(dict.fromkeys([*direct, *known]))
    base = origin + ("" if direct else parts.path.rstrip("/"))
    tried = [*direct, *known, *_guesses(origin, host)]
    if base != origin:  # a page that is no host of its own
        tried += _guesses(base, host)
    found: dict[str, FeedFormat] = {}
    for format_, url in tried:
        found.setdefault(url, format_)
    return tuple((format_, url) for url, format_ in found.items())


def read(
    guess: FeedFormat, body: bytes, now: Instant, content_type: str = ""
) -> tuple[FeedFormat, Page | Unreadable]:
    """Reads a candidate as what it was taken for, else as what it looks like.

    Returns:
        The format that it was read in, and the page; where it is none, the guess and why.
    """
    page = parse(guess, body, now, content_type)
    if isinstance(page, Page):
        return guess, page
    looks_like = sniff(body, content_type)
    if looks_like is None:
        return guess, page
    return looks_like, parse(looks_like, body, now, content_type)


def _direct(address: str, path: str, host: str) -> list[Candidate]:
    own = {"status.x.ai": FeedFormat.XAI_RSS}
    if host.endswith("azure.status.microsoft"):
        own[host] = FeedFormat.AZURE_RSS
    found = next((known for pattern, known in _PATHS if pattern.search(path)), None)
    if found is FeedFormat.RSS:
        found = own.get(host, found)
    return [(found, address)] if found else []


def _known(host: str, origin: str) -> list[Candidate]:
    listed = _HOSTS.get(host) or next((rows for end, rows in _SUFFIXES.items() if host.endswith(end)), ())
    return [(known, where if "://" in where else origin + where) for known, where in listed]


def _guesses(base: str, host: str) -> list[Candidate]:
    """What each product serves, in the order of how many pages it has."""
    rows = (
        _STATUSPAGE,
        (FeedFormat.INCIDENTIO, f"/proxy/{host}"),
        (FeedFormat.INCIDENTIO, "/api/v1/summary"),
        *_INSTATUS[::-1],
        _BETTERSTACK,
        _DATADOG,
        _WIDGET,
        *((FeedFormat.RSS, path) for path in _HISTORIES),
        *_SELDOM,
    )
    return [(known, base + path) for known, path in rows]
