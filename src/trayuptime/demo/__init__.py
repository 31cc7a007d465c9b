"""The demo: a real engine before simulated vendors on loopback, on a clock that runs faster than life."""

from trayuptime.demo.clock import FastClock
from trayuptime.demo.show import Demo, DemoUnusableError, throw_away_home
from trayuptime.demo.timeline import FASTEST, SLOWEST

__all__ = ["FASTEST", "SLOWEST", "Demo", "DemoUnusableError", "FastClock", "throw_away_home"]
