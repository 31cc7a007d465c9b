"""The playbook of an incident as questions: read, and made the user's own, away from the GUI thread."""

from dataclasses import dataclass
from pathlib import Path

from trayuptime.config.playbooks import PlaybookError
from trayuptime.history import Reader, UnknownIncidentError
from trayuptime.runtime.checklists import IncidentChecklist, checklist_in, write_offered


@dataclass(frozen=True, slots=True)
class ChecklistQuestion:
    """The checklist of the incident of a number, as both files have it now."""

    number: int
    config_file: Path
    kind: str = "checklist"

    def answer(self, reader: Reader) -> IncidentChecklist | None:
        """`None` where there is no such incident."""
        try:
            return checklist_in(reader, self.number, self.config_file)
        except UnknownIncidentError:
            return None


@dataclass(frozen=True, slots=True)
class Made:
    """What became of making the offered playbook the user's own; `trouble` says why nothing did."""

    path: Path | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """Writes the offered playbook of a provider where there is none.

    A question, although it writes: a home on a network or a full disk may hold up a write for seconds, and
    the archive's thread is the one that may wait.

    Attributes:
        edit: the user wants to edit it then.
    """

    provider: str
    config_file: Path
    edit: bool
    kind: str = "own playbook"

    def answer(self, _reader: Reader) -> Made:
        """Where it is now, or why it is not."""
        try:
            return Made(write_offered(self.provider, self.config_file))
        except PlaybookError as error:
            return Made(None, str(error))
