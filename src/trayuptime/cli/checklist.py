"""`playbook --incident N`: what is to do in an incident, and what was done."""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trayuptime.cli import lines, remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import CommandError, Exit, Place, say, say_json
from trayuptime.cli.incidents import found_in, notes_about
from trayuptime.core import contract
from trayuptime.core.checklist import Task
from trayuptime.core.model import Incident
from trayuptime.core.notes import UnfitNoteError
from trayuptime.core.playbook import Heading, Item, Line, Text
from trayuptime.core.ticks import Tick
from trayuptime.history import HistoryError, UnknownIncidentError
from trayuptime.net.redact import redact
from trayuptime.runtime.checklists import IncidentChecklist, checklist_of


def show(args: argparse.Namespace, place: Place) -> Exit:
    """Ticks what is to be ticked, then prints the incident's checklist."""
    incident = found_in(place, args.incident)
    shown = _checklist(incident, place)
    wanted = [(number, True) for number in args.tick] + [(number, False) for number in args.untick]
    if wanted:
        if shown.trouble:
            raise CommandError(f"{shown.trouble} Nothing was ticked.")
        _tick([(_task(number, shown), done) for number, done in wanted], args.by, incident, place)
        shown = _checklist(incident, place)
    if args.json:
        say_json(_json_of(shown))
    else:
        for line in _lines_of(shown):
            say(line)
    if shown.trouble:
        raise CommandError(shown.trouble)
    return Exit.OK


def markdown(line: Line) -> str:
    """A line of a playbook as it might stand there; blocks of code are set apart by their place."""
    match line:
        case Heading(level=level, words=words):
            return f"{'#' * level} {words}"
        case Item(words=words):
            return f"- [ ] {words}"
        case Text(words=words, code=True):
            return f"    {words}".rstrip()
        case Text(words=words):
            return words


def none_yet(provider: str) -> str:
    """What is said where the offered one is shown."""
    return f"{provider} has no playbook of yours yet"


def _checklist(incident: Incident, place: Place) -> IncidentChecklist:
    return checklist_of(incident, notes_about(incident, place), place.home.config_file)


def _task(number: int, shown: IncidentChecklist) -> Task:
    for task in shown.checklist.tasks:
        if task.number == number:
            return task
    count = len(shown.checklist.tasks)
    listed = f"there are 1 to {count}" if count else "there is none in the playbook"
    raise CommandError(f"There is no item {number}; {listed}. Nothing was ticked.")


def _tick(wanted: Sequence[tuple[Task, bool]], by: str, incident: Incident, place: Place) -> None:
    """By the running engine or, where none runs, here."""
    if remote.running(place):
        for task, done in wanted:
            request = {"do": "tick", "incident": incident.id, "item": task.label, "done": done, "by": by}
            remote.ask(place, request)
        return
    if redact(by) != by:
        raise CommandError("--by is a name, and looks like a key. Nothing was ticked.")
    try:
        with history_alone(place) as history:
            for task, done in wanted:
                history.tick(incident.id, Tick(task.label, done, time.time_ns() // 1_000_000, by))
    except UnfitNoteError as error:
        raise CommandError(f"What is to be ticked {error}. It was not ticked.") from error
    except UnknownIncidentError as error:
        raise CommandError(str(error)) from error
    except HistoryError as error:
        raise CommandError(str(error), Exit.DOWN) from error


def _lines_of(shown: IncidentChecklist) -> Iterator[str]:
    """The playbook with its ticks, numbered as `--tick` takes them."""
    incident, tasks = shown.incident, shown.checklist.tasks
    yield lines.incident_line(incident, time.time_ns() // 1_000_000)
    yield ""
    width = len(str(len(tasks)))
    for row in shown.checklist.rows:
        yield _task_line(row, width) if isinstance(row, Task) else markdown(row)
    if shown.checklist.gone:
        yield ""
        yield "No more in the playbook:"
        for task in shown.checklist.gone:
            yield _task_line(task, width)
    yield ""
    yield f"{sum(task.done for task in tasks)} of {len(tasks)} done."
    if not shown.own:
        yield f"{none_yet(incident.provider)}; this one is offered."


def _task_line(task: Task, width: int) -> str:
    line = f"{task.number:>{width}}  [{'x' if task.done else ' '}] {task.words}"
    return f"{line}  ({lines.tick_line(task.tick)})" if task.tick is not None and task.done else line


def _json_of(shown: IncidentChecklist) -> Mapping[str, Any]:
    return {
        "schema": 1,
        "incident": shown.incident.id,
        "provider": shown.incident.provider,
        "surface": shown.incident.surface.value,
        "started_at": contract.iso(shown.incident.started_at),
        "path": None if shown.path is None else str(shown.path),
        "own": shown.own,
        "trouble": shown.trouble or None,
        "items": [
            {
                "number": task.number,
                "item": task.label,
                "done": task.done,
                "at": contract.iso_or_null(task.tick.at if task.tick is not None and task.done else None),
                "by": (task.tick.by or None) if task.tick is not None and task.done else None,
                "gone": task in shown.checklist.gone,
            }
            for task in shown.checklist.tasks
        ],
    }
