"""`playbook`: what to do when a provider fails, in the user's own words or in those that are offered."""

import argparse
import os
from collections.abc import Mapping
from typing import Any

from trayuptime.cli import checklist
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
from trayuptime.config.playbooks import PlaybookError, playbook_path
from trayuptime.config.values import Config
from trayuptime.core.playbook import Item
from trayuptime.runtime.checklists import Playbook, playbook_of, write_offered


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints a playbook or an incident's checklist, or changes one of them."""
    _need_sense(args)
    if args.incident is not None:
        return checklist.show(args, place)
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
        say(checklist.markdown(line))
    if not found.own:
        command = f"trayuptime playbook {args.id} --new"
        warn(f"{checklist.none_yet(args.id)}; this one is offered. To make it yours: {command}")
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


def _need_configured(name: str, config: Config) -> None:
    known = {provider.id: provider for provider in config.providers}
    if name not in known:
        raise CommandError(unknown_provider(name, known))


def _json_of(provider: str, found: Playbook) -> Mapping[str, Any]:
    items = [line.label for line in found.lines if isinstance(line, Item)]
    return {
        "schema": 1,
        "provider": provider,
        "path": None if found.path is None else str(found.path),
        "own": found.own,
        "items": items,
        "text": found.text,
    }
