"""What every command needs: where it runs, how it prints, how it ends."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from trayuptime.system.paths import Home, find_home

if TYPE_CHECKING:
    from argparse import Namespace
    from json import JSONEncoder

    from trayuptime.config.values import Config, ProviderConfig


class Exit(IntEnum):
    """How a command ends; the words are those of the contract."""

    OK = 0
    DOWN = 1
    """A service is down; also: no engine runs, no fallback fits, something of ours does not work."""
    USAGE = 2
    """Usage or configuration."""
    UNKNOWN = 3
    """Offline, or nothing known."""
    TAKEN = 4
    """Another engine runs."""


def endings() -> tuple[signal.Signals, ...]:
    """The signals that end a watcher cleanly; a closed terminal's too, unless `nohup` said to outlive it."""
    if sys.platform == "win32" or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return (signal.SIGTERM, signal.SIGINT)
    return (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class CommandError(Exception):
    """A command cannot go on; the message is a sentence for a person."""

    def __init__(self, sentence: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command runs."""

    home: Home
    environ: Mapping[str, str]


Command = Callable[["Namespace", Place], Exit]


def fails_with(code: Exit) -> Callable[[Command], Command]:
    """Makes a command exit with this, whatever it is that stops it."""

    def decorated(command: Command) -> Command:
        @wraps(command)
        def run(args: "Namespace", place: Place) -> Exit:
            try:
                return command(args, place)
            except CommandError as error:
                raise CommandError(str(error), code) from error

        return run

    return decorated


def here() -> Place:
    """This process's own place."""
    return Place(find_home(os.environ), os.environ)


def say(text: str) -> None:
    """One line to the reader, or many, written at once.

    Args:
        text: without its last line break.

    Raises:
        BrokenPipeError: the reader has gone.
        CommandError: it cannot be written, for a full disk or the like.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"The output cannot be written: {error.strerror}.") from error


def warn(text: str) -> None:
    """One line beside the output."""
    print(text, file=sys.stderr, flush=True)


def say_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON document on one line; see `say`."""
    say(json_line(value))


def json_line(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """One JSON document on one line, in letters that the output can show."""
    return _encoder(getattr(sys.stdout, "encoding", None)).encode(value)


@cache
def _encoder(encoding: str | None) -> "JSONEncoder":
    """Made once: `json.dumps` would make one for every line of a long output."""
    from json import JSONEncoder  # noqa: PLC0415 - the tray's start does without

    unicode = (encoding or "utf-8").lower().replace("-", "") == "utf8"
    return JSONEncoder(ensure_ascii=not unicode)


def load_config(place: Place) -> "Config":
    """The configuration in force.

    Raises:
        CommandError: it cannot be used, with every problem on a line of its own.
    """
    from trayuptime.config.load import load  # noqa: PLC0415 - most of a command's start-up
    from trayuptime.config.problems import ConfigError  # noqa: PLC0415

    try:
        return load(place.home.config_file)
    except ConfigError as error:
        raise CommandError("\n".join(str(problem) for problem in error.problems)) from error


def has_history(place: Place) -> bool:
    """Whether there is one to read.

    Raises:
        CommandError: nobody may look.
    """
    try:
        return place.home.history_path.exists()
    except OSError as error:
        raise CommandError(f"{place.home.history_path} cannot be looked at: {error.strerror}.") from error


def chosen(config: "Config", ids: Sequence[str]) -> "tuple[ProviderConfig, ...]":
    """The enabled providers that were named, or all of them.

    Raises:
        CommandError: one of the names is no enabled provider.
    """
    enabled = {provider.id: provider for provider in config.providers if provider.enabled}
    known = {provider.id for provider in config.providers}
    for name in ids:
        if name not in enabled:
            raise CommandError(_DISABLED.format(name) if name in known else unknown_provider(name, enabled))
    return tuple(enabled[name] for name in dict.fromkeys(ids)) if ids else tuple(enabled.values())


def need_known(ids: Sequence[str], place: Place, recorded: Iterable[str]) -> None:
    """Makes sure that each of the ids is configured, disabled or not, or was once recorded.

    Raises:
        CommandError: one of them is neither; a configuration that cannot be used names nobody.
    """
    if not ids:
        return
    known = dict.fromkeys(recorded)
    with suppress(CommandError):  # what is in the history can be told all the same
        known |= dict.fromkeys(provider.id for provider in load_config(place).providers)
    for name in ids:
        if name not in known:
            raise CommandError(unknown_provider(name, known))


def unknown_provider(name: str, known: Mapping[str, object]) -> str:
    """What is said of an id that is not configured."""
    import difflib  # noqa: PLC0415 - only for a mistake

    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f'There is no provider "{name}"; did you mean "{near[0]}"?'
    listed = ", ".join(known) or "none is configured"
    return f'There is no provider "{name}"; known: {listed}.'


_DISABLED = 'The provider "{}" is disabled; to enable it, remove `enabled = false` from its section.'
NOTHING_CONFIGURED = (
    "No provider is configured. Add one: `trayuptime provider add deepseek` (`trayuptime provider catalog` "
    "lists the kinds, `trayuptime provider add` what this computer has), or write {}; "
    "or try `trayuptime run --headless --starter`, or `trayuptime demo`."
)
