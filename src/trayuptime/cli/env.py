"""`env`: shell exports for the provider in use, without any key in them."""

import argparse

from trayuptime.cli.common import (
    NOTHING_CONFIGURED,
    CommandError,
    Exit,
    Place,
    chosen,
    has_history,
    load_config,
    say,
)
from trayuptime.config.values import ProviderConfig
from trayuptime.history import HistoryError, Reader
from trayuptime.switching.exports import exports


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints the exports of the named provider, or of the one in use."""
    config = load_config(place)
    enabled = chosen(config, [])
    if not enabled:
        raise CommandError(NOTHING_CONFIGURED.format(place.home.config_file))
    provider = chosen(config, [args.id])[0] if args.id else _in_use(place, enabled)
    lines = exports(provider)
    if not lines:
        raise CommandError(
            f"No client that reads such variables speaks to {provider.id}, so there is nothing to export."
        )
    for line in lines:
        say(line)
    return Exit.OK


def _in_use(place: Place, enabled: tuple[ProviderConfig, ...]) -> ProviderConfig:
    """What the user switched to, else the first in the file."""
    choice = None
    if has_history(place):
        try:
            with Reader(place.home.history_path) as reader:
                choice = reader.state().choice
        except HistoryError as error:
            raise CommandError(str(error)) from error
    return next((p for p in enabled if choice is not None and p.id == choice.switch.to), enabled[0])
