"""What a vendor's own status page says, as values, and what of it concerns the user.

A parser turns a document into a `Page`; here it is scoped to the parts that the user's surfaces depend on.
"""

from dataclasses import dataclass
from enum import StrEnum

from trayuptime.core.model import FeedState, Instant, Surface


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
    """One part of a page as it stands; `state` is unknown for a word that is not known."""

    id: str
    name: str
    state: FeedState


@dataclass(frozen=True, slots=True)
class PageIncident:
    """What a vendor announced: an incident, or planned maintenance.

    Attributes:
        id: the page's own; announcements are merged by it.
        title: in the vendor's words, every language of them.
        state: how bad the vendor calls it; `None` where it calls it harmless, so that it colours nothing.
        began_at: when it began by the vendor's word, which may be dated back.
        first_word_at: when the vendor first spoke of it.
        last_word_at: when the vendor last spoke of it.
        ended_at: when it was resolved or completed; `None` while it is open, and monitoring is open.
        components: ids and names of the parts that it touches; empty where it names none.
        places: regions that it touches; empty where it names none.
        planned: maintenance; it counts only from `began_at` on.
        url: its own page.
    """

    id: str
    title: str
    state: FeedState | None
    began_at: Instant | None = None
    first_word_at: Instant | None = None
    last_word_at: Instant | None = None
    ended_at: Instant | None = None
    components: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    planned: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A status page that could be read.

    Attributes:
        overall: its indicator for everything; `None` where it has none.
        components: its parts; empty where it lists none.
        incidents: the open ones and, where the page tells of them, past ones.
        url: where a person reads it, by its own word.
        name: whose page it is, by its own word.
    """

    overall: FeedState | None
    components: tuple[Component, ...] = ()
    incidents: tuple[PageIncident, ...] = ()
    url: str = ""
    name: str = ""


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
