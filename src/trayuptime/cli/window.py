"""Reads `--since`: a stretch of time back from now, or a date."""

import argparse
import re
from datetime import UTC, datetime

from trayuptime.core.model import Instant

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 30 * 86400, "y": 365 * 86400}


def since(text: str) -> Instant:
    """`24h`, `180d`, `6mo` back from now, or `2026-03-29` in UTC.

    Raises:
        argparse.ArgumentTypeError: it is neither.
    """
    if match := re.fullmatch(r"(\d{1,6})(mo|[smhdwy])", text):
        # Before 1970 nobody kept a history.
        return max(0, round(datetime.now(UTC).timestamp() - int(match[1]) * _UNITS_S[match[2]])) * 1000
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 24h, 30d, 6mo or 2026-03-29") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
