"""The one place of the words that people read: panel, bubble, menu, terminal and dossier share them."""

from decimal import ROUND_FLOOR, Decimal

from trayuptime.core.model import Feed, FeedState, GapCause, Rules, Service, Surface, Vantage
from trayuptime.core.reasons import Access, Reason

_REASONS: dict[Reason, str] = {
    Reason.OK: "answers",
    Reason.SLOW: "answers slowly",
    Reason.BAD_ANSWER: "answers, but not what it should",
    Reason.STREAM_CUT: "breaks off its answer",
    Reason.READ_TIMEOUT: "does not answer in time",
    Reason.SERVER_ERROR: "answers with a server error",
    Reason.OVERLOADED: "says it is overloaded",
    Reason.DNS_FAILURE: "has a name that cannot be resolved",
    Reason.CONNECT_REFUSED: "refuses connections",
    Reason.CONNECT_TIMEOUT: "cannot be connected to",
    Reason.CONNECTION_RESET: "closes the connection without an answer",
    Reason.TLS_FAILURE: "has no valid TLS connection",
    Reason.RATE_LIMITED: "answers that you ask too often",
    Reason.OUT_OF_CREDIT: "says your credit is used up",
    Reason.KEY_REJECTED: "rejects your key",
    Reason.NOT_AVAILABLE_HERE: "is not available where you are",
    Reason.MODEL_MISSING: "does not know the model",
    Reason.BAD_REQUEST: "did not accept the question",
    Reason.UNKNOWN: "shows a challenge page instead of itself",
    Reason.PORTAL: "is hidden behind a log-in page of the network",
}

_ACCESSES: dict[Access, str] = {
    Access.OK: "key accepted",
    Access.RATE_LIMITED: "rate limited",
    Access.OUT_OF_CREDIT: "out of credit",
    Access.KEY_REJECTED: "key rejected",
    Access.NOT_AVAILABLE_HERE: "not available here",
    Access.MODEL_MISSING: "model missing",
    Access.UNCHECKED: "key not checked",
}

_MOST_DECIMALS = 12
_VANTAGES: dict[Vantage, str] = {
    Vantage.ONLINE: "online",
    Vantage.OFFLINE: "this computer is offline",
    Vantage.PORTAL: "this network asks you to log in first",
}

_CAUSES: dict[GapCause, str] = {
    GapCause.ASLEEP: "asleep",
    GapCause.APP_OFF: "app off",
    GapCause.OFFLINE: "offline",
    GapCause.PORTAL: "behind a log-in page",
    GapCause.PAUSED: "paused",
    GapCause.UNPROVEN: "not proven either way",
}

NOT_WATCHED = "not watched"
"""Of a time of which nothing tells why it was not seen: before the first answer, or after the last."""

_PAGES: dict[FeedState, str] = {
    FeedState.UP: "operational",
    FeedState.DEGRADED: "degraded",
    FeedState.DOWN: "down",
    FeedState.MAINTENANCE: "maintenance",
    FeedState.UNKNOWN: "unknown",
}

_SURFACES: dict[Surface, str] = {Surface.API: "API", Surface.WEB: "web", Surface.LOGIN: "log-in"}


def says(reason: Reason, http_status: int | None = None) -> str:
    """What a surface does, to follow its name: "answers 503"."""
    if reason is Reason.SERVER_ERROR and http_status is not None:
        return f"answers {http_status}"
    return _REASONS[reason]


def standing(access: Access, *, keyed: bool = True) -> str:
    """The access light in words; a server that needs no key accepts none."""
    if access is Access.OK and not keyed:
        return "no key needed"
    return _ACCESSES[access]


UNVOUCHED = (
    "no other host can tell whether that is your own network; watch a second provider or set neutral_url"
)
"""Why a failure of a lone provider does not count."""

UNSTABLE = "fails and recovers over and over"

NOT_RUNNING = "is not running"
"""What a local server does whose port is closed."""
NOT_INSTALLED = "is running, no model is installed"
NOT_LOADED = "is running, no model is loaded"
LOADING = "is still loading its model"
NOT_ITSELF = "answers as it should, but not quite as this program does"
"""What a server does that speaks the right dialect without being the program that the user named."""
SOMETHING_ELSE = "something else answers"
UNTRUSTED = "whom this computer does not trust"
CLOCK = "is this computer's clock right?"
NOT_ASKED = "could not be asked"
"""What holds of whoever is behind a proxy that refuses, or against a setting of ours."""


def something_else(host: str, http_status: int | None) -> str:
    """What a local server does whose port another program has."""
    how = "in another language than HTTP" if http_status is None else f"status {http_status}"
    return f"is not to be found: {SOMETHING_ELSE} at {host} ({how})"


PARKED = "shows a page of somebody who deals in domains"
MAINTENANCE = "says that it is under maintenance"
NO_PAGE = "has no page at this address"
BARE_SERVER = "shows a bare server instead of its page"
BLANK_PAGE = "shows a blank page"
STUMBLES = "answers in a way that TrayUptime stumbles over, which is its own fault: see its log"
ANSWERS_FAIL = "lists its models, but its answers fail"
LEADS_NOWHERE = "sends people on, but not where to"


def sends_on(host: str) -> str:
    """What a page does that leads to a stranger."""
    return f"sends people on to {host}, which is not known to be its own; has it moved?"


def shows_an_error(title: str) -> str:
    """What a page does whose title is an error's, whatever its status."""
    return f'shows an error page: "{title}"'


def no_page(kind: str) -> str:
    """What a page does that is none."""
    return f"answers, but not with a page ({kind or 'of no kind'})"


def view(vantage: Vantage) -> str:
    """The vantage as a clause."""
    return _VANTAGES[vantage]


def refuses_programs(status: int) -> str:
    """Of a page that a browser may well be shown."""
    return f"refuses to be read by a program ({status})"


def page_says(feed: Feed) -> str:
    """What the vendor's page says, as a clause; of a page that says nothing of today, why."""
    if feed.frozen:
        return "their page stayed green through an outage and has not changed since, so it counts for nothing"
    if feed.is_stale:
        return f"their page cannot be read: {feed.why}" if feed.why else "their page has not been read lately"
    if feed.at is None:
        return feed.note or "their page has not been read yet"
    if feed.state is FeedState.UNKNOWN:
        return "their page says something that is not understood"
    state = _PAGES[feed.state]
    return f"their page says {state}: {feed.title}" if feed.title else f"their page says {state}"


def page_word(state: FeedState) -> str:
    """A page's state in one word."""
    return _PAGES[state]


def light(service: Service) -> str:
    """The service light in one word."""
    return service.value


def part(surface: Surface) -> str:
    """A surface's name inside a sentence."""
    return _SURFACES[surface]


def latency(milliseconds: float) -> str:
    """`420 ms` below a second, `1.4 s` from there."""
    if milliseconds < 999.5:  # would read "1000 ms"
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def duration(seconds: float) -> str:
    """A stretch of time in its two largest units: `45 s`, `12 min`, `6 h 57 min`, `3 d 4 h`."""
    whole = max(0, round(seconds))
    if whole < 60:  # seconds in a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 10 and rest:  # seconds still matter
        return f"{minutes} min {rest} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:  # two days
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def percent(share: float | None) -> str:
    """`99.027 %`, rounded down, so that one failure never reads as 100; `no data` where there is none."""
    if share is None:
        return "no data"
    # Through its shortest decimal: 0.57 is a hair less in binary, and would read 56.999.
    shown = Decimal(repr(share)).scaleb(2).quantize(Decimal("0.001"), ROUND_FLOOR)
    return f"{shown} %"


def uptime(share: float | None, coverage: float | None) -> str:
    """The two figures that are never shown apart."""
    told = percent(share) if share is None else f"uptime {percent(share)}"
    return told if coverage is None else f"{told}, coverage {percent(coverage)}"


def unseen(cause: GapCause) -> str:
    """Why a time was not seen, to follow how long it was."""
    return _CAUSES[cause]


def uncovered(cause: GapCause) -> str:
    """The same of a figure: with the time when the app was off it counts what nobody watched yet."""
    return NOT_WATCHED if cause is GapCause.APP_OFF else _CAUSES[cause]


def seen_around(gap_s: float) -> str:
    """An outage that was down before a gap and after it."""
    return f"seen at both ends of a {duration(gap_s)} gap"


def known_of(whose: str) -> str:
    """What is told of an incident that the user knows of, a sentence without its full stop.

    It holds when that comes back within ten minutes of its end: as of any other, no notice tells of that, and
    of its second end only where the first was not told a moment before.

    Args:
        whose: "it", "#12", or names.
    """
    return f"You know of {whose}; only the end is told, or a turn for the worse"


def rules_in_force(rules: Rules) -> str:
    """The thresholds of today as a sentence; an incident of long ago may be of others."""
    doubt_s = rules.retry_interval_s
    doubt = latency(doubt_s * 1000) if doubt_s < 1 else duration(doubt_s)
    return (
        f"Today's rules: down after {rules.confirm_after} failures in a row, up after {rules.recover_after}"
        f" answers in a row, asked every {duration(rules.interval_s)}, in doubt every {doubt}."
    )


def usd(amount: float) -> str:
    """`$43.30`, or as many decimals as a small amount needs for two figures: `$0.0000021`."""
    decimals = next((n for n in range(2, _MOST_DECIMALS) if amount >= 10 ** (1 - n)), _MOST_DECIMALS)
    whole, _, part = f"{amount:.{decimals if amount else 2}f}".partition(".")
    return f"${whole}.{part[:2]}{part[2:].rstrip('0')}"
