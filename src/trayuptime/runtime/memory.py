"""What a process has loaded once it watches stays: the garbage collector need not look at it ever again."""

import gc
from collections.abc import Callable

from trayuptime.core.state import Settled
from trayuptime.runtime.told import Listener, Told


def keep_loaded(freeze: Callable[[], None] = gc.freeze) -> Listener:
    """A listener that has the collector pass over all that is there when the first answers are told.

    A full collection holds every thread, and its time grows with what is loaded: for 10 ms with the history
    alone, for more with windows. Once, for what is garbage just then stays too.

    Args:
        freeze: does it.
    """
    done = False

    def told(what: Told) -> None:
        nonlocal done
        if not done and any(isinstance(each, Settled) for each in what.happenings):
            done = True
            freeze()

    return told
