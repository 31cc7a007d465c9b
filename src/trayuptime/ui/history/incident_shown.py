"""An incident as its page draws it: a value of words, made away from the GUI thread."""

from dataclasses import dataclass

from trayuptime.core.model import Instant
from trayuptime.ui.marks import Mark


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know, with its name; `exact` says it to the second, with the zone."""

    name: str
    text: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A row of the time line.

    Attributes:
        at: when it was, or began.
        when: the same for the eye, `exact` with the zone.
        who: whose word it is: "measured", "verdict", "not seen", "their page", "you".
        what: what happened, one line.
        mark: of a light that changed.
        why: the rule and the witness behind it, sentences.
        evidence: what was kept of it, lines; strangers wrote part of them.
    """

    at: Instant
    when: str
    exact: str
    who: str
    what: str
    mark: Mark | None = None
    why: tuple[str, ...] = ()
    evidence: str = ""

    @property
    def sentence(self) -> str:
        """All but the evidence, for a screen reader."""
        return ". ".join((f"{self.when}, {self.who}: {self.what}", *self.why))


@dataclass(frozen=True, slots=True)
class NoteShown:
    """What the user wrote, and when."""

    at: Instant
    when: str
    exact: str
    text: str


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """All that the page shows.

    Attributes:
        number: of the incident, for whoever writes a note about it.
        provider: its id.
        title: "DeepSeek API was down".
        when: how long, and from when to when, with the zone.
        exact: the same to the second.
        lasts: it goes on, and will be read again.
        remarks: what has to be known before the time line is read.
        theirs: what the vendor said of it, and when.
        their_url: where a person reads that; empty where there is no page.
        ticket: the Markdown for a support ticket.
    """

    number: int
    provider: str
    title: str
    mark: Mark
    when: str
    exact: str
    lasts: bool
    facts: tuple[Fact, ...]
    remarks: tuple[str, ...]
    moments: tuple[Moment, ...]
    theirs: str
    their_url: str
    notes: tuple[NoteShown, ...]
    ticket: str
