"""`config`: where the configuration is, and whether it is right."""

import argparse
import asyncio
import os

from trayuptime.cli import completions
from trayuptime.cli.common import Exit, Place, load_config, say, warn
from trayuptime.config.keys import FileKey
from trayuptime.config.values import Config
from trayuptime.system.secrets import SecretProblem, fetch


def path(_args: argparse.Namespace, place: Place) -> Exit:
    """Prints the file's path, whether it exists or not."""
    say(str(place.home.config_file))
    return Exit.OK


def check(_args: argparse.Namespace, place: Place) -> Exit:
    """Reads the file as a whole; every problem gets a line."""
    config = load_config(place)
    for warning in config.warnings:
        warn(str(warning))
    if not config.exists:
        say(f"{place.home.config_file} does not exist; nothing is watched.")
        return _outcome(config)
    enabled = sum(provider.enabled for provider in config.providers)
    off = len(config.providers) - enabled
    say(f"{place.home.config_file} is right: {enabled} providers" + (f", {off} disabled." if off else "."))
    for line in completions.cost_lines(config):
        say(line)
    for provider in config.providers:
        if provider.ca_bundle is not None and not os.access(provider.ca_bundle, os.R_OK):
            warn(
                f"{provider.id}: ca_bundle {provider.ca_bundle} cannot be read, so no certificate is trusted."
            )
    in_files = {p.id: p.key for p in config.providers if p.enabled and isinstance(p.key, FileKey)}
    for found in asyncio.run(fetch(in_files, place.environ)).values():
        if isinstance(found, SecretProblem):
            warn(found.sentence)
    return _outcome(config)


def _outcome(config: Config) -> Exit:
    """Beside a right configuration, a catalogue with mistakes is wrong all the same."""
    return Exit.USAGE if config.old_catalogue else Exit.OK
