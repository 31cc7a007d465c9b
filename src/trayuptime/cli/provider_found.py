"""`provider add --found`: what this computer has already, and adding what the user chooses of it."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from trayuptime.cli import edits, provider_add
from trayuptime.cli.common import CommandError, Exit, Place, say, say_json, warn
from trayuptime.cli.key_options import Given
from trayuptime.config.catalogue import kinds
from trayuptime.config.keys import KeyringKey, NoKey
from trayuptime.config.pasted import NotAKey, unwrap
from trayuptime.config.store import Choice
from trayuptime.config.values import Config
from trayuptime.core.contract import SCHEMA
from trayuptime.system.finding import Found, find
from trayuptime.system.secrets import Secret


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Lists what was found; adds what is chosen by number, in the arguments or at the terminal."""
    config = edits.configured(place)
    found = find(place.environ, Path.home())
    watched = [_watched_as(each, config) for each in found]
    if not args.found:
        if args.json:
            say_json(
                [_json(n, each, name) for n, (each, name) in enumerate(zip(found, watched, strict=True), 1)]
            )
            return Exit.OK
        _list(found, watched)
        wanted = _asked() if found and sys.stdin.isatty() else None
        if wanted is None:
            return Exit.OK
    else:
        wanted = str(args.found)
    chosen = list(_chosen(wanted, found, watched))
    added = _add_all(chosen, place)
    if added:
        edits.tell_engine(place, "reread", "keys")
    return Exit.OK if added == len(chosen) else Exit.DOWN


def _add_all(chosen: Iterable[Found], place: Place) -> int:
    """How many could be added; a keyring that refused once is not asked again."""
    added, refused = 0, False
    for each in chosen:
        if each.copies and refused:
            warn(f"{each.id} was left out too.")
            continue
        try:
            added += _add(each, place) is not None
        except CommandError as error:
            warn(f"{each.id}: {error}")
            refused = refused or error.code is Exit.DOWN
    return added


def _add(found: Found, place: Place) -> str | None:
    """The new provider's id; `None` where its key could not be had, which was told."""
    given = Given(found.key)
    if found.read_key is not None:
        try:
            given = Given(KeyringKey(), Secret(unwrap(found.read_key() or "").key))
        except NotAKey:
            warn(f"{found.id}: there is no usable key in {found.sources[0]} any more; it was left out.")
            return None
    choice = Choice(found.id, found.kind, found.key, base_url=found.base_url)
    provider, _ = provider_add.add(choice, given, place, fixed=False)
    how = "its key was copied into the keyring" if found.copies else f"key: {provider.key}"
    say(f"Added {provider.id}; {how}; asks {found.host}.")
    return provider.id


def _list(found: Sequence[Found], watched: Sequence[str | None]) -> None:
    if not found:
        say("Nothing was found on this computer: no well-known variable is set, no tool names a provider.")
        say("Add one by its kind: trayuptime provider add KIND   (the kinds: trayuptime provider catalog)")
        return
    say("Found on this computer; nothing was copied and nobody was contacted:")
    for number, (each, name) in enumerate(zip(found, watched, strict=True), 1):
        say(f"{number:3}  {kinds()[each.kind].name}: {'; '.join(each.sources)}")
        say(f"       {_means(each)}" if name is None else f"       watched already, as {name}")
    say("Add: trayuptime provider add --found all   or some of them: --found 1,3")


def _means(found: Found) -> str:
    if found.copies:
        key = "copies its key into the keyring"
    elif isinstance(found.key, NoKey):
        key = "without a key"
    else:
        key = f"with the key in {found.key}"
    return f"asks {found.host}; {key}" + (f"; {found.remark}" if found.remark else "")


def _asked() -> str | None:
    try:
        return input("Which? (numbers, all, or nothing) ").strip() or None
    except EOFError:
        return None


def _chosen(wanted: str, found: Sequence[Found], watched: Sequence[str | None]) -> Iterable[Found]:
    """Those that are named; all are those that can be used as they are and are not watched yet.

    Raises:
        CommandError: a number that is none of them.
    """
    if wanted.casefold() == "all":
        for each, name in zip(found, watched, strict=True):
            if name is None and each.ready:
                yield each
            elif name is None:
                warn(f"Left out: {each.id}, for {each.remark}.")
        return
    numbers = [word.strip() for word in wanted.replace(" ", ",").split(",") if word.strip()]
    for word in dict.fromkeys(numbers):
        if not word.isdecimal() or not 1 <= int(word) <= len(found):
            raise CommandError(
                f"--found takes all, or numbers from 1 to {len(found)}; see: trayuptime provider add --found"
            )
    for word in dict.fromkeys(numbers):
        yield found[int(word) - 1]


def _watched_as(found: Found, config: Config) -> str | None:
    """The id under which the same is watched already."""
    for provider in config.providers:
        if provider.kind == found.kind and (
            found.base_url is None or _same(found.base_url, provider.base_url)
        ):
            return provider.id
    return None


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.removesuffix("/v1") == other.removesuffix("/v1")


def _json(number: int, found: Found, watched: str | None) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "number": number,
        "kind": found.kind,
        "id": found.id,
        "base_url": found.base_url,
        "host": found.host,
        "key": str(found.key),
        "copies_key": found.copies,
        "sources": list(found.sources),
        "ready": found.ready,
        "remark": found.remark,
        "watched_as": watched,
    }
