"""`provider list`: who is watched."""

import argparse

from trayuptime.cli.common import Exit, Place, load_config, say, say_json
from trayuptime.cli.provider_add import described


def show(args: argparse.Namespace, place: Place) -> Exit:
    """A line per configured provider."""
    config = load_config(place)
    if args.json:
        say_json([described(provider, place) for provider in config.providers])
        return Exit.OK
    if not config.providers:
        say(f"No provider is configured in {place.home.config_file}. Add one: trayuptime provider add KIND")
    for provider in config.providers:
        surfaces = ", ".join(provider.surfaces)
        off = "" if provider.enabled else "  (disabled)"
        fallbacks = f"  fallbacks: {', '.join(provider.fallbacks)}" if provider.fallbacks else ""
        say(f"{provider.id}  {provider.kind}  {surfaces}  key: {provider.key}{fallbacks}{off}")
    return Exit.OK
