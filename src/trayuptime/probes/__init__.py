"""The questions, one small module each; a probe never raises: whatever happens becomes a result."""

from trayuptime.probes.ask import Asker, Order, ask, ask_whole, ask_with_waits
from trayuptime.probes.local import ask_of_memory
from trayuptime.probes.orders import level_of, order_for

__all__ = [
    "Asker",
    "Order",
    "ask",
    "ask_of_memory",
    "ask_whole",
    "ask_with_waits",
    "level_of",
    "order_for",
]
