"""What a vendor's own status page says, as values.

A parser turns a document into a `Page`; `scoping.py` says what of it concerns the user.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trayuptime.core.model import FeedState, Instant, Span, Surface

TROUBLES = frozenset({FeedState.DOWN, FeedState.DEGRADED})
RANKS = {
    FeedState.UP: 0,
    FeedState.UNKNOWN: 1,
    FeedState.MAINTENANCE: 2,
    FeedState.DEGRADED: 3,
    FeedState.DOWN: 4,
}
"""How bad each word is."""


class FeedFormat(StrEnum):
    """The shape of a status page's document."""

    STATUSPAGE = "statuspage"
    """Atlassian Statuspage v2, and what speaks like it: incident.io's compatible summary."""
    INCIDENTIO = "incidentio"
    """incident.io's own: `/proxy/HOST` and the widget's summary."""
    INSTATUS = "instatus"
    BETTERSTACK = "betterstack"
    FLASHDUTY = "flashduty"
    FLASHDUTY_WIDGET = "flashduty-widget"
    """The overall word alone."""
    DATADOG = "datadog"
    GOOGLE = "google"
    """Google Cloud's and Workspace's incidents."""
    AISTUDIO = "aistudio"
    AWS_EVENTS = "aws-events"
    """Current and public events, UTF-16 too."""
    AZURE_RSS = "azure-rss"
    """Only what is open is in it."""
    XAI_RSS = "xai-rss"
    RSS = "rss"
    """Any RSS or Atom."""
    STATUSIO = "statusio"
    SLACK = "slack"
    CLOUDFLARE = "cloudflare"
    """Cloudflare's own status page, third version."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a page as it stands; `state` is unknown for a word that is not known.

    Attributes:
        group: the name of the heading that it is listed under; empty where there is none.
    """

    id: str
    name: str
    state: FeedState
    group: str = ""


@dataclass(frozen=True, slots=True)
class PageIncident:
    """What a vendor announced: an incident, or planned maintenance.

    Attributes:
        id: the page's own; announcements are merged by it.
        title: in the vendor's words, every language of them.
        state: how bad the vendor calls it; `None` where it calls it harmless, so that it colours nothing.
        text: what else the vendor said of it, the newest first.
        began_at: when it began by the vendor's word, which may be dated back.
        first_word_at: when the vendor first spoke of it.
        last_word_at: when the vendor last spoke of it.
        ended_at: when it was resolved or completed, or when maintenance that has not begun is to end; `None`
            while it is open, and monitoring is open.
        components: ids and names of the parts that it touches; empty where it names none.
        stated: how it calls each of those parts now; empty where it has one word for all of them. DeepSeek's
            outage of 2025-01-27 named the web chat for three hours after that was back.
        places: regions that it touches; empty where it names none.
        planned: maintenance; it counts only from `began_at` on.
        url: its own page.
        pause: when it had been called over before it was opened again, the last time.
    """

    id: str
    title: str
    state: FeedState | None
    began_at: Instant | None = None
    first_word_at: Instant | None = None
    last_word_at: Instant | None = None
    ended_at: Instant | None = None
    components: frozenset[str] = frozenset()
    stated: tuple[Component, ...] = ()
    places: frozenset[str] = frozenset()
    planned: bool = False
    url: str = ""
    text: str = ""
    pause: Span | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A status page that could be read.

    Attributes:
        overall: its indicator for everything; up where it is a mere list of troubles, because then nothing is
            wrong but what it lists; `None` where it says nothing of the kind.
        components: its parts; empty where it lists none.
        incidents: the open ones and, where the page tells of them, past ones.
        url: where a person reads it, by its own word.
        name: whose page it is, by its own word.
        is_sure: its document can be nothing but a status page's, although it lists nothing and names nobody.
    """

    overall: FeedState | None
    components: tuple[Component, ...] = ()
    incidents: tuple[PageIncident, ...] = ()
    url: str = ""
    name: str = ""
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page that one of the user's surfaces depends on.

    It is the component with this `id`, or with this `name`, or, where ids and names come and go, any whose
    name has one of `contains` in it. Letters' case does not count.

    Attributes:
        surface: whose fate it is; `None`: every surface's.
    """

    surface: Surface | None = None
    id: str = ""
    name: str = ""
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoped:
    """What a page says to one user.

    Attributes:
        state: the worst of it.
        surfaces: of each surface that the page says anything about.
        title: of the worst incident that counts, else the name of the worst part; empty where all is well.
        incidents: those that are open and concern the user, harmless ones too.
        missing: parts that no component of the page is, although it lists components.
    """

    state: FeedState
    surfaces: Mapping[Surface, FeedState] = field(hash=False)
    title: str = ""
    incidents: tuple[PageIncident, ...] = ()
    missing: tuple[Part, ...] = ()


def worst(states: Collection[FeedState]) -> FeedState:
    """The worst word; unknown where there is none."""
    return max(states, key=RANKS.__getitem__, default=FeedState.UNKNOWN)


def rank(incident: PageIncident) -> int:
    """How bad it is, to be compared; nothing where it is harmless."""
    return 0 if incident.state is None else RANKS[incident.state]


def is_open(incident: PageIncident, now: Instant) -> bool:
    """Whether it goes on; planned maintenance does so from its beginning on."""
    if incident.planned and (incident.began_at is None or incident.began_at > now):
        return False
    return incident.ended_at is None or incident.ended_at > now
