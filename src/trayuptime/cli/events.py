"""Prints what an engine tells, a line per event, flushed; the stream of `run` and `demo`."""

from collections.abc import Callable

from trayuptime.cli import lines
from trayuptime.cli.common import say, say_json, warn
from trayuptime.core import contract
from trayuptime.core.notice import Notice
from trayuptime.runtime.told import Listener, Told


def printer(*, as_json: bool, stop: Callable[[], None]) -> Listener:
    """A listener that prints.

    Args:
        as_json: the public events, one object a line; otherwise lines for a person.
        stop: called when nobody reads any more.
    """
    said: set[str] = set()

    def tell(told: Told) -> None:
        nonlocal said
        keys = {f"{provider}: {sentence}" for provider, sentence in told.state.troubles.items()}
        troubles = keys | ({told.trouble} if told.trouble is not None else set())
        try:
            for sentence in sorted(troubles - said):
                warn(sentence)
            said = troubles
            for happening in told.happenings:
                event = contract.event(happening)
                if not as_json:
                    say(lines.event_line(happening))
                elif event is not None:
                    say_json(event)
            for notice in told.notices:
                if isinstance(notice, Notice):
                    if as_json:
                        say_json(contract.notified(told.at, notice))
                    else:
                        say(lines.notice_line(told.at, notice))
        except BrokenPipeError:
            stop()

    return tell
