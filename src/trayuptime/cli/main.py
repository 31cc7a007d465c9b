"""Reads the command line and hands over to the command; imports no more than that command needs."""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from types import SimpleNamespace
from typing import Any

from trayuptime.cli.common import CommandError, Exit, Place, here, warn
from trayuptime.system.paths import HomeUnusableError

Command = Callable[[Any, Place], Exit]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments without the program's name; `None` for this process's own.

    Returns:
        The exit code of the contract.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, TextIOWrapper
        ):  # a stranger's words may not end us where the terminal lacks them
            stream.reconfigure(errors="backslashreplace")
    args = _parsed(arguments)
    try:
        return _command(args.command)(args, here())
    except (CommandError, HomeUnusableError) as error:
        warn(str(error))
        return error.code if isinstance(error, CommandError) else Exit.USAGE
    except BrokenPipeError:
        # Who read us has gone; without this, the interpreter complains about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except KeyboardInterrupt:
        return 130


def _parsed(arguments: Sequence[str]) -> Any:
    if not arguments:  # the tray app: every millisecond until its icon counts
        return SimpleNamespace(command="tray:run", starter=False, json=False)
    from trayuptime.cli.parser import parser  # noqa: PLC0415

    return parser().read(arguments)


def _command(name: str) -> Command:
    module, _, function = name.partition(":")
    command: Command = getattr(importlib.import_module(f"trayuptime.cli.{module}"), function)
    return command
