"""`provider remove`: no longer watched; its history stays."""

import argparse
import os
from functools import partial

from trayuptime.cli import edits
from trayuptime.cli.common import Exit, Place, say, warn
from trayuptime.config.edit import remove_provider
from trayuptime.config.keys import KeyringKey
from trayuptime.config.playbooks import playbook_path


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Takes a provider out of the configuration, and its key out of the keyring."""
    before = edits.configured(place)
    edits.need_configured(args.id, before)
    edits.change(place, partial(_without, provider=args.id))
    edits.tell_engine(place, "reread")
    say(f"Removed {args.id} from {place.home.config_file}. Its history is kept.")
    playbook = playbook_path(place.home.config_file, args.id)
    if playbook is not None and os.path.lexists(playbook):
        say(f"Its playbook stays: {playbook}")
    for other in before.providers:
        if args.id in other.fallbacks:
            left = ", ".join(name for name in other.fallbacks if name != args.id)
            say(
                f"{other.id} no longer falls back on it; "
                + (f"left: {left}." if left else "it has no fallback.")
            )
    (gone,) = [provider for provider in before.providers if provider.id == args.id]
    if not isinstance(gone.key, KeyringKey):
        return Exit.OK
    again = f"trayuptime provider key {args.id} --delete"
    if args.keep_key:
        say(f"Its key stays in the keyring; to take it out: {again}")
        return Exit.OK
    problem = edits.forget_key(args.id, place)
    if problem is not None:
        warn(f"Its key may still be in the keyring. {edits.refusal(problem)} Then take it out with: {again}")
        return Exit.DOWN
    say("Its key was taken out of the keyring.")
    return Exit.OK


def _without(text: str, provider: str) -> str:
    try:
        return remove_provider(text, provider)
    except KeyError:  # somebody else was faster: it is gone, as it should be
        return text
