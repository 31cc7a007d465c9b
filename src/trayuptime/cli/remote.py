"""Asks the running engine of this home over its private socket."""

from typing import Any

from trayuptime.cli.common import CommandError, Exit, Place
from trayuptime.system.control import ControlUnavailableError, NoEngineError, send


def ask(place: Place, request: dict[str, Any], timeout_s: float = 10.0) -> dict[str, Any]:
    """The engine's answer.

    Raises:
        CommandError: no engine runs (exit 1), or it refused (exit 2).
    """
    try:
        answer = send(place.home.socket_path, request, timeout_s)
    except (NoEngineError, ControlUnavailableError) as error:
        raise CommandError(str(error), Exit.DOWN) from error
    if "error" in answer:
        raise CommandError(str(answer["error"]))
    return answer


def running(place: Place) -> bool:
    """Whether an engine of this home is running; a command that holds the lock for a moment is none.

    Raises:
        CommandError: the lock cannot be looked at.
    """
    from trayuptime.system.lock import LockUnusableError, Mode, holder  # noqa: PLC0415 - only where asked

    try:
        found = holder(place.home.lock_path)
    except LockUnusableError as error:
        raise CommandError(str(error)) from error
    return found is not None and found.mode is not Mode.COMMAND
