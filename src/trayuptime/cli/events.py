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
    troubles: list[str | None] = [None]

    def tell(told: Told) -> None:
        try:
            if told.trouble != troubles[0]:
                troubles[0] = told.trouble
                if told.trouble is not None:
                    warn(told.trouble)
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
