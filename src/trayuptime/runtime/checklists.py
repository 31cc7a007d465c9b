"""A provider's playbook as it stands in one incident: read from two files, so never in the GUI thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trayuptime.config.load import load
from trayuptime.config.playbooks import (
    PlaybookError,
    offered_playbook,
    playbook_path,
    read_playbook,
    write_playbook,
)
from trayuptime.config.problems import ConfigError, shown
from trayuptime.config.values import Config
from trayuptime.core.checklist import Checklist, checklist
from trayuptime.core.model import Incident, Note
from trayuptime.core.notes import about, by_incident
from trayuptime.core.playbook import Line, UnfitPlaybookError, as_shown, lines_in
from trayuptime.core.playbook_offer import Known, Named, offered
from trayuptime.core.ticks import ticks_of
from trayuptime.history import Reader, UnknownIncidentError
from trayuptime.net.redact import redact


@dataclass(frozen=True, slots=True)
class Playbook:
    """A provider's playbook.

    Attributes:
        path: where it is or would be; `None` where an id is none that a file may have.
        own: the user wrote it; otherwise it is the one that is offered.
        text: as it may be shown, without whatever looks like a key.
        lines: the same, understood.
    """

    path: Path | None
    own: bool
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class IncidentChecklist:
    """What a window shows of an incident's playbook.

    Attributes:
        path: as `Playbook`.
        own: as `Playbook`; also where the user's cannot be read.
        checklist: with the ticks that are kept, also of items that stand there no more.
        trouble: a sentence on why the user's cannot be shown; empty where it can.
    """

    incident: Incident
    path: Path | None
    own: bool
    checklist: Checklist
    trouble: str = ""


def playbook_of(provider: str, config_file: Path, config: Config | None = None) -> Playbook:
    """The user's own, or the one that is offered where there is none.

    Args:
        provider: its id, which may be one that is no longer watched.
        config_file: beside which the playbooks are.
        config: what is watched; `None`: what that file says, as far as it can be used.

    Raises:
        PlaybookError: the user's own cannot be used.
    """
    path = playbook_path(config_file, provider)
    text = None if path is None else read_playbook(path)
    own = text is not None
    text = as_shown(redact(_offered(provider, config_file, config) if text is None else text))
    try:
        return Playbook(path, own, text, lines_in(text))
    except UnfitPlaybookError as error:
        raise PlaybookError(f"{path} {error}.") from error


def checklist_of(
    incident: Incident, notes: Sequence[Note], config_file: Path, config: Config | None = None
) -> IncidentChecklist:
    """An incident's checklist.

    Args:
        incident: whose.
        notes: about it, others than ticks too.
        config_file: as `playbook_of`.
        config: as there.
    """
    ticks, again_since = ticks_of(notes), max(incident.recoveries, default=0)
    try:
        found = playbook_of(incident.provider, config_file, config)
    except PlaybookError as error:
        path = playbook_path(config_file, incident.provider)
        return IncidentChecklist(incident, path, own=True, checklist=checklist((), ticks), trouble=str(error))
    return IncidentChecklist(incident, found.path, found.own, checklist(found.lines, ticks, again_since))


def checklist_in(reader: Reader, number: int, config_file: Path) -> IncidentChecklist:
    """The checklist of the incident of a number, as the files have it now.

    Raises:
        UnknownIncidentError: there is none.
        HistoryError: the history cannot be read.
    """
    with reader.snapshot():
        incident = next((each for each in reader.incidents() if each.id == number), None)
        if incident is None:
            raise UnknownIncidentError(f"There is no incident {number}.")
        notes = by_incident(reader.notes()).get(about(incident), ())
    return checklist_of(incident, notes, config_file)


def write_offered(provider: str, config_file: Path, config: Config | None = None) -> Path:
    """Makes the one that is offered the user's own, to be edited; where it is now.

    Args:
        provider: its id.
        config_file: as `playbook_of`.
        config: as there.

    Raises:
        PlaybookError: there is one already, or it cannot be written; whatever is there stays as it is.
    """
    path = playbook_path(config_file, provider)
    if path is None:
        raise PlaybookError(f"No file can be called after {shown(provider)}.")
    write_playbook(path, _offered(provider, config_file, config))
    return path


def _offered(provider: str, config_file: Path, config: Config | None) -> str:
    try:
        config = load(config_file) if config is None else config
    except ConfigError:  # said wherever it matters; an outage does not wait for it
        config = None
    providers = () if config is None else config.providers
    for each in providers:
        if each.id == provider:
            return offered_playbook(each, providers)
    return offered(Known(Named(provider, provider)))
