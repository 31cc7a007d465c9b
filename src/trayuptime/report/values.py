"""What a dossier is made of: everything that the history holds of one provider in one window, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import StrEnum

from trayuptime.core.days import DayCell
from trayuptime.core.figures import Figures, Row
from trayuptime.core.hour_cells import HourCell
from trayuptime.core.model import FeedState, Incident, IncidentKind, Instant, Note, Rules, Span, Surface
from trayuptime.core.periods import Period
from trayuptime.core.reasons import Reason
from trayuptime.core.sla import Against
from trayuptime.core.tally import Tally, percentile

NAMES = {Surface.API: "API", Surface.WEB: "Web", Surface.LOGIN: "Log-in"}
"""What surfaces are called at the head of a column."""


class Source(StrEnum):
    """Who names the uptime that a vendor is held against."""

    ASKED = "asked"
    """Whoever asked for this dossier."""
    CONFIGURED = "configured"
    """The user, in the configuration."""
    PUBLISHED = "published"
    """The vendor itself, for all its customers, as the catalogue has it."""


class Configured(StrEnum):
    """How a provider stands in the configuration."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    NO_MORE = "no_more"
    UNREAD = "unread"
    """The configuration could not be read, so nobody knows."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a vendor is held against.

    Attributes:
        percent: uptime in a calendar month; `None` where no number is known: then nothing is compared.
        source: who says so; `None` where nobody does.
        text: the vendor's own words, where the catalogue has some.
        verified: they were read at the vendor itself.
    """

    percent: float | None = None
    source: Source | None = None
    text: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """One failure of an incident with what was kept of it.

    Attributes:
        at: when its probe began.
        detail: in words, without a full stop.
        request_id: the vendor's own name for the request.
        excerpt: the first words of the answer, redacted.
        phases: how long each part took, in milliseconds.
    """

    at: Instant
    reason: Reason
    http_status: int | None
    detail: str = ""
    request_id: str = ""
    excerpt: str = ""
    phases: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class PageWord:
    """What the vendor's status page was found to say.

    Attributes:
        at: when it was read.
        title: in the vendor's words; empty where all was well.
    """

    at: Instant
    state: FeedState
    title: str


@dataclass(frozen=True, slots=True)
class Case:
    """One incident with its evidence.

    Attributes:
        notes: what the user wrote about it, ticks of the playbook too.
        proofs: its first failure of each kind.
        failures: how many there were of each kind: its reason, its status, its number.
        page: how the vendor's page changed while it lasted and an hour after, of all its surfaces.
        page_read: that page said something that could be understood then; else its silence means nothing.
        counted_until: failures after that were not counted, for it went on for long; else `None`.
    """

    incident: Incident
    notes: Sequence[Note] = ()
    proofs: Sequence[Proof] = ()
    failures: Sequence[tuple[Reason, int | None, int]] = ()
    counted_until: Instant | None = None
    page: Sequence[PageWord] = ()
    page_read: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month.

    Attributes:
        rows: the figures of what of it lies in the window: the surfaces', then the provider's own.
        against: each of them held against the promise; empty where there is none.
    """

    period: Period
    rows: Sequence[Row]
    against: Sequence[Against] = ()

    @property
    def own(self) -> Figures:
        """The provider's."""
        return self.rows[-1].figures

    @property
    def verdict(self) -> Against | None:
        """The provider's own against the promise."""
        return self.against[-1] if self.against else None


@dataclass(frozen=True, slots=True)
class Pace:
    """The latencies of a stretch of time, by surface.

    Attributes:
        begins: its first day.
        of: figures, of which only the latencies are told.
        first_tokens: the times to first token, of surfaces where some were measured and none is forgotten.
    """

    begins: date
    window: Span
    of: Mapping[Surface, Figures]
    first_tokens: Mapping[Surface, Tally] = field(default_factory=dict)

    def first_token_ms(self, surface: Surface, share: float) -> float | None:
        """A percentile of a surface's times to first token."""
        return percentile(self.first_tokens.get(surface, ()), share)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it.

    Attributes:
        provider: its id.
        name: what it is called.
        made_at: when the history was read.
        window: of which it tells.
        zone: of the user's clock, by which times are told, and days and months go.
        rows: the figures of each surface, then the provider's own, as `uptime` tells them.
        whole: the provider's own against the promise, over the whole window; `None` without a promise.
        cases: every incident that overlaps the window, by its start, as `incidents` tells them.
        days: by surface, what each local day was.
        paces: latencies by `pace_by`.
        hours: the provider's hours of the week.
        forgotten: until when results of a surface are forgotten but for failures.
        configured: how it stands in the configuration.
        rules: by which it is watched today; `None` where it is not, or nobody knows.
        page_url: the vendor's status page, for people; empty where none is read today.
    """

    provider: str
    name: str
    made_at: Instant
    window: Span
    zone: tzinfo
    promise: Promise
    rows: Sequence[Row]
    whole: Against | None
    months: Sequence[Month]
    cases: Sequence[Case]
    days: Mapping[Surface, Sequence[DayCell]]
    paces: Sequence[Pace]
    pace_by: str
    hours: Sequence[HourCell]
    forgotten: Mapping[Surface, Instant]
    configured: Configured
    rules: Rules | None
    page_url: str = ""

    @property
    def own(self) -> Figures:
        """The provider's own figures."""
        return self.rows[-1].figures

    @property
    def outages(self) -> Sequence[Case]:
        """In the order of the cases."""
        return [case for case in self.cases if case.incident.kind is IncidentKind.OUTAGE]

    @property
    def surfaces(self) -> Sequence[Surface]:
        """In the order of the rows."""
        return [row.surface for row in self.rows if row.surface is not None]
