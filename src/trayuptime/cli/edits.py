"""What the commands that change the configuration share: an edit, its refusals, and telling the engine."""

import asyncio
from collections.abc import Callable

from trayuptime.cli import remote
from trayuptime.cli.common import CommandError, Exit, Place, unknown_provider, warn
from trayuptime.config import store
from trayuptime.config.edit import Edit, NotEditable
from trayuptime.config.load import load
from trayuptime.config.problems import ConfigError
from trayuptime.config.values import Config
from trayuptime.system import secrets
from trayuptime.system.secret_helper import ProblemKind


def change(place: Place, edit: Edit, first: Callable[[], None] = lambda: None) -> Config:
    """Edits the configuration file of this home.

    Args:
        place: whose.
        edit: as `store.change` takes it.
        first: what must have worked before anything is written; may be called again.

    Returns:
        What the file says now.

    Raises:
        CommandError: nothing was written, and why.
    """
    try:
        return store.change(place.home.config_file, edit, first=first)
    except store.RefusedEdit as error:
        raise CommandError(sentence(f"Nothing was changed: {error}")) from error
    except ConfigError as error:
        raise CommandError(f"{error}\nNothing was changed; mend the file first.") from error
    except KeyError as error:
        raise CommandError(f'"{error.args[0]}" was removed meanwhile. Nothing was changed.') from error
    except (NotEditable, store.NotWritten) as error:
        raise CommandError(f"{place.home.config_file}: {error}") from error


def configured(place: Place) -> Config:
    """The configuration, to look at before it is changed.

    Raises:
        CommandError: it is broken.
    """
    try:
        return load(place.home.config_file)
    except ConfigError as error:
        raise CommandError(f"{error}\nNothing was changed; mend the file first.") from error


def need_configured(provider: str, config: Config) -> None:
    """Makes sure that there is such a provider.

    Raises:
        CommandError: there is none.
    """
    known = {each.id: each for each in config.providers}
    if provider not in known:
        raise CommandError(unknown_provider(provider, known))


def store_key(provider: str, secret: secrets.Secret, place: Place) -> None:
    """Puts a key into the keyring.

    Raises:
        CommandError: the keyring refused; exit code 1.
    """
    problem = asyncio.run(secrets.store(provider, secret.reveal(), place.environ))
    if problem is not None:
        raise CommandError(f"{refusal(problem)} Nothing was written.", Exit.DOWN)


def refusal(problem: secrets.SecretProblem) -> str:
    """Why the keyring refused, with the way out for somebody who has just typed a command."""
    match problem.kind:
        case ProblemKind.LOCKED:
            return "The keyring is locked. Unlock it, then try again."
        case ProblemKind.TIMED_OUT:
            return (
                "The keyring did not answer in time; it may wait for its password. Unlock it, then try again."
            )
    return sentence(problem.sentence)


def forget_key(provider: str, place: Place) -> secrets.SecretProblem | None:
    """Takes a key out of the keyring; `None` when it is not there any more, or never was.

    Where no keyring can be reached, as over SSH, nobody knows: the desktop's own may well hold it.
    """
    problem = asyncio.run(secrets.delete(provider, place.environ))
    return None if problem is None or problem.kind is ProblemKind.MISSING else problem


def tell_engine(place: Place, *requests: str) -> bool:
    """Lets a running engine read anew at once, instead of when it notices; whether one runs."""
    try:
        if not remote.running(place):
            return False
        for request in requests:
            remote.ask(place, {"do": request})
    except CommandError as error:  # what was asked for is done; it notices the file by itself, too
        warn(f"The running engine was not told: {error}")
    return True


def sentence(text: str) -> str:
    """With a full stop, unless it ends in one or asks."""
    return text if text.endswith((".", "?")) else f"{text}."
