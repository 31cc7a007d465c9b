"""`provider rename`: another id for the same provider, and the same history."""

import argparse
import asyncio
import os
import time

from trayuptime.cli import edits, remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import CommandError, Exit, Place, say, warn
from trayuptime.config.keys import KeyringKey
from trayuptime.config.playbooks import playbook_path, playbooks_naming
from trayuptime.config.values import Config
from trayuptime.core.renaming import renamed
from trayuptime.history import History
from trayuptime.runtime import renaming
from trayuptime.system import secrets
from trayuptime.system.secret_helper import ProblemKind

RENAME_S = 60.0
"""Years of results are renamed in a moment; those that two ids share have to be moved one by one."""


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Renames it in the file, the history and the keyring.

    The key is copied first and taken away last, so that whatever goes wrong in between loses none.
    """
    config = edits.configured(place)
    in_keyring = any(p.id in {args.old, args.new} and isinstance(p.key, KeyringKey) for p in config.providers)
    copied = in_keyring and _copy_key(args, config, place)
    try:
        if remote.running(place):
            remote.ask(place, {"do": "rename", "from": args.old, "to": args.new}, RENAME_S)
        else:
            _rename_alone(args, place)
    except CommandError as error:
        if copied and error.code is Exit.USAGE:  # refused; an engine that did not answer may have done it
            edits.forget_key(args.new, place)
        raise
    say(f"{args.old} is called {args.new} now; its history goes on under that name.")
    for provider in config.providers:
        if args.old in provider.fallbacks:
            say(f"{provider.id} falls back on {args.new} now.")
    _tell_of_playbook(args, place)
    if in_keyring and (problem := edits.forget_key(args.old, place)) is not None:
        again = f"trayuptime provider key {args.old} --delete"
        warn(
            f"A copy of its key is still in the keyring as {args.old}. {edits.refusal(problem)} Then: {again}"
        )
        return Exit.DOWN
    return Exit.OK


def _tell_of_playbook(args: argparse.Namespace, place: Place) -> None:
    """It was renamed with the rest, unless something was in the way; what stands in it is the user's."""
    for path in playbooks_naming(place.home.config_file, args.old):
        warn(f"A command in {path} still names {args.old}.")
    before, after = (playbook_path(place.home.config_file, name) for name in (args.old, args.new))
    if before is None or after is None or not os.path.lexists(before):
        return
    why = f", for there is {after} already" if os.path.lexists(after) else f"; rename it to {after.name}"
    warn(f"Its playbook is still called {before}{why}.")


def _copy_key(args: argparse.Namespace, config: Config, place: Place) -> bool:
    """Whether the key lies under both ids now.

    Raises:
        CommandError: the new id cannot be, or the keyring refused.
    """
    if all(provider.id != args.old for provider in config.providers):
        return False  # a rename that was cut short has copied it
    if any(provider.id == args.new for provider in config.providers):
        raise CommandError(f'There is a provider "{args.new}" already; nothing was changed.')
    problem = asyncio.run(secrets.copy(args.old, args.new, place.environ))
    if problem is not None and problem.kind is not ProblemKind.MISSING:
        raise CommandError(f"{edits.refusal(problem)} Nothing was changed.", Exit.DOWN)
    return problem is None


def _rename_alone(args: argparse.Namespace, place: Place) -> None:
    """In the history while no engine runs."""
    try:
        with history_alone(place) as history:
            _rename(args, history, place)
    except renaming.TROUBLES as error:
        raise CommandError(f"{edits.sentence(str(error))} Nothing was changed.") from error


def _rename(args: argparse.Namespace, history: History, place: Place) -> None:
    def carry(_: Config) -> None:
        # Nothing was watched just now: the time until the engine starts stays a gap.
        seen = history.last_seen()
        at = time.time_ns() // 1_000_000 if seen is None else seen
        state = renamed(history.last_state({}), args.old, args.new)
        history.rename(args.old, args.new, state, at)

    renaming.rename(place.home.config_file, args.old, args.new, knows=history.knows, carry=carry)
