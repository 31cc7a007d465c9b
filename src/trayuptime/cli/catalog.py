"""`provider catalog`: what can be watched."""

import argparse

from trayuptime.cli.common import Exit, Place, say
from trayuptime.config.catalogue import vendors


def run(_args: argparse.Namespace, _place: Place) -> Exit:
    """A line per kind that can be configured."""
    for kind in vendors():
        env = f"  key in {' or '.join(kind.env)}" if kind.env else ""
        say(f"{kind.id}  {kind.name}  {kind.base_url}{env}")
    say("openai-compatible, anthropic-compatible  any server of that dialect: base_url is yours to give")
    say("website  any page: web_url is yours to give")
    return Exit.OK
