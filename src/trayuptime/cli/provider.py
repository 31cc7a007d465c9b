"""`provider list|key`: who is watched, and the key of one of them."""

import argparse
import asyncio
import getpass
import sys

from trayuptime.cli import remote
from trayuptime.cli.common import CommandError, Exit, Place, load_config, say, unknown_provider, warn
from trayuptime.system.secrets import SecretStore


def show(_args: argparse.Namespace, place: Place) -> Exit:
    """A line per configured provider."""
    config = load_config(place)
    if not config.providers:
        say(f"No provider is configured in {place.home.config_file}.")
    for provider in config.providers:
        surfaces = ", ".join(provider.surfaces)
        off = "" if provider.enabled else "  (disabled)"
        fallbacks = f"  fallbacks: {', '.join(provider.fallbacks)}" if provider.fallbacks else ""
        say(f"{provider.id}  {provider.kind}  {surfaces}  key: {provider.key}{fallbacks}{off}")
    return Exit.OK


def key(args: argparse.Namespace, place: Place) -> Exit:
    """Puts a key into the operating system's keyring, read from standard input or a prompt."""
    config = load_config(place)
    known = {provider.id: provider for provider in config.providers}
    if args.id not in known:
        raise CommandError(unknown_provider(args.id, known))
    secret = (getpass.getpass(f"Key for {args.id}: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not secret:
        raise CommandError("No key was given; nothing was stored.")
    problem = asyncio.run(_store(args.id, secret, place))
    if problem is not None:
        raise CommandError(problem, Exit.DOWN)
    say(f'The key is in the keyring. Write key = "keyring" for {args.id} in {place.home.config_file}.')
    if remote.running(place):
        try:
            remote.ask(place, {"do": "keys"})
        except CommandError as error:
            warn(f"The running engine was not told: {error}")
    return Exit.OK


async def _store(provider: str, secret: str, place: Place) -> str | None:
    problem = await SecretStore(place.environ).store(provider, secret)
    return None if problem is None else problem.sentence
