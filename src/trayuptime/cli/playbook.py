"""`playbook`: what to do when a provider fails, and what of it was done in an incident."""

import argparse
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trayuptime.cli import lines, remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import (
    NOTHING_CONFIGURED,
    CommandError,
    Exit,
    Place,
    load_config,
    say,
    say_json,
    unknown_provider,
    warn,
)
from trayuptime.cli.incidents import found_in, notes_about
from trayuptime.config.playbooks import PlaybookError, playbook_path
from trayuptime.config.values import Config
from trayuptime.core import contract
from trayuptime.core.checklist import Task
from trayuptime.core.model import Incident
from trayuptime.core.notes import UnfitNoteError
from trayuptime.core.playbook import Heading, Item, Line, Text
from trayuptime.core.ticks import Tick
from trayuptime.history import HistoryError, UnknownIncidentError
from trayuptime.net.redact import redact
from trayuptime.runtime.checklists import (
    IncidentChecklist,
    Playbook,
    checklist_of,
    playbook_of,
    write_offered,
)


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints a playbook or an incident's checklist, or changes one of them."""
    _need_sense(args)
    if args.incident is not None:
        return _of_incident(args, place)
    if args.new:
        return _new(args, place)
    return _all(args, place) if args.id is None else _one(args, place)


def _need_sense(args: argparse.Namespace) -> None:
    """Makes sure that the options go together.

    Raises:
        CommandError: they do not.
    """
    if args.incident is not None and (args.id is not None or args.new):
        raise CommandError(
            "An incident has its provider's playbook: write --incident N without ID and --new."
        )
    if args.incident is None and (args.tick or args.untick or args.by):
        raise CommandError("Ticks are kept with an incident: add --incident N.")
    if args.by and not (args.tick or args.untick):
        raise CommandError("Who did what? Add --tick K or --untick K.")
    if both := {*args.tick} & {*args.untick}:
        raise CommandError(f"Item {min(both)} is either done or not. Nothing was ticked.")
    if args.new and args.id is None:
        raise CommandError("Whose? Write `trayuptime playbook ID --new`.")


def _all(args: argparse.Namespace, place: Place) -> Exit:
    config = load_config(place)
    if not config.providers:
        raise CommandError(NOTHING_CONFIGURED.format(place.home.config_file))
    rows = [_row(provider.id, config, place) for provider in config.providers]
    if args.json:
        say_json([row for row, _ in rows])
    else:
        for _, line in rows:
            say(line)
    return Exit.OK


def _row(provider: str, config: Config, place: Place) -> tuple[dict[str, Any], str]:
    """One provider of the list, as JSON and as a line."""
    trouble, found = "", None
    try:
        found = playbook_of(provider, place.home.config_file, config)
    except PlaybookError as error:
        trouble = str(error)
    path = str(playbook_path(place.home.config_file, provider))
    row: dict[str, Any] = {"schema": 1, "provider": provider, "path": path}
    if found is None:
        return row | {"own": True, "items": None, "trouble": trouble}, f"{provider}  {trouble}"
    items = sum(isinstance(line, Item) for line in found.lines)
    said = f"{path}  {items} to do" if found.own else "none of yours yet"
    return row | {"own": found.own, "items": items, "trouble": None}, f"{provider}  {said}"


def _one(args: argparse.Namespace, place: Place) -> Exit:
    path = playbook_path(place.home.config_file, args.id)
    config = None  # in an outage nobody has to mend a configuration, or to be watched, to read their own list
    if path is None or not os.path.lexists(path):
        config = load_config(place)
        _need_configured(args.id, config)
    try:
        found = playbook_of(args.id, place.home.config_file, config)
    except PlaybookError as error:
        raise CommandError(str(error)) from error
    if args.json:
        say_json(_json_of(args.id, found))
        return Exit.OK
    for line in found.lines:
        say(_markdown(line))
    if not found.own:
        command = f"trayuptime playbook {args.id} --new"
        warn(f"{_none_yet(args.id)}; this one is offered. To make it yours: {command}")
    elif not any(isinstance(line, Item) for line in found.lines):
        warn(f"Nothing to do stands in {found.path}: a line that begins with `- [ ]` can be ticked.")
    return Exit.OK


def _new(args: argparse.Namespace, place: Place) -> Exit:
    config = load_config(place)
    _need_configured(args.id, config)
    try:
        path = write_offered(args.id, place.home.config_file, config)
    except PlaybookError as error:
        raise CommandError(str(error)) from error
    if args.json:
        say_json(_json_of(args.id, playbook_of(args.id, place.home.config_file, config)))
    else:
        say(f"Written to {path}: edit it as you like.")
    return Exit.OK


def _of_incident(args: argparse.Namespace, place: Place) -> Exit:
    incident = found_in(place, args.incident)
    shown = _checklist(incident, place)
    wanted = [(number, True) for number in args.tick] + [(number, False) for number in args.untick]
    if wanted:
        if shown.trouble:
            raise CommandError(f"{shown.trouble} Nothing was ticked.")
        _tick([(_task(number, shown), done) for number, done in wanted], args.by, incident, place)
        shown = _checklist(incident, place)
    if args.json:
        say_json(_checklist_json(shown))
    else:
        for line in _checklist_lines(shown):
            say(line)
    if shown.trouble:
        raise CommandError(shown.trouble)
    return Exit.OK


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
        raise CommandError(f"What is to be ticked {error}. Nothing was ticked.") from error
    except UnknownIncidentError as error:
        raise CommandError(str(error)) from error
    except HistoryError as error:
        raise CommandError(str(error), Exit.DOWN) from error


def _need_configured(name: str, config: Config) -> None:
    known = {provider.id: provider for provider in config.providers}
    if name not in known:
        raise CommandError(unknown_provider(name, known))


def _none_yet(provider: str) -> str:
    return f"{provider} has no playbook of yours yet"


def _markdown(line: Line) -> str:
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


def _checklist_lines(shown: IncidentChecklist) -> Iterator[str]:
    """The playbook with its ticks, numbered as `--tick` takes them."""
    incident, tasks = shown.incident, shown.checklist.tasks
    yield lines.incident_line(incident, time.time_ns() // 1_000_000)
    yield ""
    width = len(str(len(tasks)))
    for row in shown.checklist.rows:
        yield _task_line(row, width) if isinstance(row, Task) else _markdown(row)
    if shown.checklist.gone:
        yield ""
        yield "No more in the playbook:"
        for task in shown.checklist.gone:
            yield _task_line(task, width)
    yield ""
    yield f"{sum(task.done for task in tasks)} of {len(tasks)} done."
    if not shown.own:
        yield f"{_none_yet(incident.provider)}; this one is offered."


def _task_line(task: Task, width: int) -> str:
    line = f"{task.number:>{width}}  [{'x' if task.done else ' '}] {task.words}"
    return f"{line}  ({lines.tick_line(task.tick)})" if task.tick is not None and task.done else line


def _json_of(provider: str, found: Playbook) -> Mapping[str, Any]:
    items = [line.label for line in found.lines if isinstance(line, Item)]
    return {
        "schema": 1,
        "provider": provider,
        "path": _text(found.path),
        "own": found.own,
        "items": items,
        "text": found.text,
    }


def _checklist_json(shown: IncidentChecklist) -> Mapping[str, Any]:
    return {
        "schema": 1,
        "incident": shown.incident.id,
        "provider": shown.incident.provider,
        "surface": shown.incident.surface.value,
        "started_at": contract.iso(shown.incident.started_at),
        "path": _text(shown.path),
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


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
