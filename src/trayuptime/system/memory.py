"""Memory that is no longer used, given back to the system."""

import ctypes
import gc
import sys


def give_back() -> None:
    """After something large is gone; takes less than a tenth of a second.

    What refers to itself in a circle waits for Python's collector, which rarely looks at what is old while
    little happens. What was freed in pieces the C library keeps for another time; the one of most Linux
    systems lets it go when asked (malloc_trim(3)), others do not know the word.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
