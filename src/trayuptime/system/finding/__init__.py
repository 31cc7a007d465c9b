"""What this computer already has of providers: nothing is copied and nobody is contacted by looking."""

from trayuptime.system.finding.find import find
from trayuptime.system.finding.found import Found

__all__ = ["Found", "find"]
