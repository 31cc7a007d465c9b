"""`provider key`: the key of one provider, into the keyring or out of it."""

import argparse
import sys
from functools import partial

from trayuptime.cli import edits, key_options
from trayuptime.cli.common import CommandError, Exit, Place, say
from trayuptime.cli.key_options import Given
from trayuptime.config.edit import set_setting
from trayuptime.config.keys import KeyRef, KeyringKey, NoKey
from trayuptime.config.values import Config


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Stores a key that comes from a pipe or is typed unseen, and writes where it is."""
    if args.id is None:
        return _again(args, place)
    config = edits.configured(place)
    if args.delete:
        return _delete(args.id, config, place)
    edits.need_configured(args.id, config)
    given = key_options.read_given(args, place) or _typed(args.id)
    before = _ref_of(args.id, config)
    _point(args.id, given, place, before)
    running = edits.tell_engine(place, "reread", "keys")
    if given.secret is not None:
        say(f"The key of {args.id} is in the keyring{'; the engine uses it from now on' if running else ''}.")
    if str(before) != str(given.ref):
        say(f'{place.home.config_file} says key = "{given.ref}" now (it said "{before}").')
    return Exit.OK


def _typed(provider: str) -> Given:
    secret = key_options.asked(f"Key for {provider}: ") if sys.stdin.isatty() else key_options.piped_key()
    if secret is None:
        raise CommandError("No key was given; nothing was stored.")
    return Given(KeyringKey(), secret)


def _point(provider: str, given: Given, place: Place, before: KeyRef | None) -> None:
    """Stores the key and writes where it is; the keyring comes first, for it is the one that refuses."""

    def store_key() -> None:
        if given.secret is not None:
            edits.store_key(provider, given.secret, place)

    if str(before) == str(given.ref):
        store_key()
        return
    edit = partial(set_setting, provider=provider, name="key", value=str(given.ref))
    edits.change(place, edit, first=store_key)


def _delete(provider: str, config: Config, place: Place) -> Exit:
    """Takes a key out, of a provider that is not configured any more too."""

    def forget() -> None:
        problem = edits.forget_key(provider, place)
        if problem is not None:
            raise CommandError(f"{edits.refusal(problem)} Nothing was changed.", Exit.DOWN)

    before = _ref_of(provider, config)
    if isinstance(before, KeyringKey):
        edit = partial(set_setting, provider=provider, name="key", value=str(NoKey()))
        edits.change(place, edit, first=forget)
        edits.tell_engine(place, "reread", "keys")
    else:
        forget()
    say(f"The keyring holds no key of {provider} any more.")
    if isinstance(before, KeyringKey):
        say(f'{place.home.config_file} says key = "none" now (it said "keyring").')
    return Exit.OK


def _ref_of(provider: str, config: Config) -> KeyRef | None:
    return next((each.key for each in config.providers if each.id == provider), None)


def _again(args: argparse.Namespace, place: Place) -> Exit:
    if not args.again:
        raise CommandError("Whose key? Write: trayuptime provider key ID")
    if not edits.tell_engine(place, "keys"):
        raise CommandError("No engine is running here.", Exit.DOWN)
    say("The running engine asks the keyring again.")
    return Exit.OK
