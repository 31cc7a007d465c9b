"""The words for a window of time: `24h`, `2026-03`, `2026-03-01..2026-04-01`; always half open.

Dates without a zone are the user's own calendar: a day is from one local midnight to the next, and where the
clocks skip a midnight it begins when they do.
"""

import argparse
import re
import time
from datetime import date, datetime, tzinfo

from trayuptime.cli.common import CommandError
from trayuptime.core.model import Instant
from trayuptime.core.wall_clock import first_instant
from trayuptime.core.window import END_OF_TIME, Window
from trayuptime.system.zone import SystemZone

FORMS = "24h, 30d, 6mo, 2026-03, 2026-03-29, 2026-03-29T14:00Z or a range such as 2026-03-01..2026-04-01"

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 30 * 86400, "y": 365 * 86400}
_STRETCH = re.compile(r"(\d{1,6})(mo|[smhdwy])", re.ASCII)
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1971, 3000
"""Before the first nobody kept a history, and no recording may reach into the last."""


class WindowError(ValueError):
    """It is no window; the message is a sentence for a person, without its full stop."""


def add_window(command: argparse.ArgumentParser, usual: str) -> None:
    """Gives a command `--since` and `--until`.

    Args:
        command: its parser.
        usual: what holds without either, in words.
    """
    command.add_argument("--since", type=_since, metavar="WHEN", help=f"{FORMS}; {usual}")
    command.add_argument("--until", type=_until, metavar="WHEN", help="the first moment no more told")


def asked(args: argparse.Namespace, now: Instant, usual: str = "") -> Window:
    """The window that a command was asked for.

    Args:
        args: with what `add_window` gave it.
        now: both ends are told by the same clock.
        usual: how long it is without `--since`; empty for everything.

    Raises:
        CommandError: the two contradict each other.
    """
    try:
        return window(args.since, args.until, now, SystemZone(), usual)
    except WindowError as error:
        raise CommandError(f"{error}.") from error


def window(since: str | None, until: str | None, now: Instant, zone: tzinfo, usual: str = "") -> Window:
    """A window in words.

    A month or a year alone is the whole of it; with an end of its own, and in a range, it stands for its
    first moment, as every other word does. Stretches go back from now, also as an end.

    Args:
        since: where it begins, or a range; `None` for `usual`.
        until: where it ends; `None` for now, or as `since` has it.
        now: from which stretches go back.
        zone: of dates that name none.
        usual: a stretch back from the end; empty for everything.

    Raises:
        WindowError: it is none.
    """
    if since is None:
        end = None if until is None else _moment(until, now, zone)
        if not usual:
            found = Window(0, end)
        else:
            found = Window(_moment(usual, now if end is None else min(now, end), zone), end)
    elif ".." in since:
        if until is not None:
            raise WindowError(f"{since!r} has an end of its own; leave out --until")
        first, _, last = since.partition("..")
        found = Window(
            _moment(first, now, zone, since) if first else 0,
            _moment(last, now, zone, since) if last else None,
        )
    else:
        start = _moment(since, now, zone)
        found = Window(start, _after(since, zone) if until is None else _moment(until, now, zone))
    if found.end is not None and found.end <= found.start:
        said = since if until is None else f"--until {until}" if since is None else f"{since}..{until}"
        raise WindowError(f"{said!r} is no window: it ends {_when(found)} begins")
    return found


def _since(text: str) -> str:
    """What `--since` was given, if it can be understood; read again when the whole is known."""
    _checked(text, None)
    return text


def _until(text: str) -> str:
    """The same of `--until`."""
    if ".." in text:
        raise argparse.ArgumentTypeError(f"{text!r} is a range; give it to --since")
    _checked(text, text)
    return text


def _checked(since: str, until: str | None) -> None:
    now, zone = time.time_ns() // 1_000_000, SystemZone()
    try:
        if until is None:
            window(since, None, now, zone)
        else:
            _moment(until, now, zone)
    except WindowError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _moment(text: str, now: Instant, zone: tzinfo, whole: str = "") -> Instant:
    """The first instant of what a word stands for.

    Raises:
        WindowError: it stands for nothing; `whole` is the range that it is one side of.
    """
    if match := _STRETCH.fullmatch(text):
        return max(0, now - int(match[1]) * _UNITS_S[match[2]] * 1000)
    try:
        if match := _PERIOD.fullmatch(text):
            return _midnight(int(match[1]), int(match[2] or 1), 1, zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        within = f" in {whole!r}" if whole else ""
        raise WindowError(f"{text!r}{within} is no time; write {FORMS}") from None
    if moment.tzinfo is not None:
        return min(max(0, round(moment.timestamp() * 1000)), END_OF_TIME)
    return _local(moment.replace(microsecond=moment.microsecond // 1000 * 1000), zone)


def _after(text: str, zone: tzinfo) -> Instant | None:
    """Where a month or a year ends; `None` for every other word: that goes on until now."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    return _midnight(year + month // 12, month % 12 + 1, 1, zone)


def _midnight(year: int, month: int, day: int, zone: tzinfo) -> Instant:
    date(min(year, _LAST_YEAR), month, day)  # raises where there is no such day
    if year >= _LAST_YEAR:
        return END_OF_TIME
    return _local(datetime(year, month, day), zone)  # noqa: DTZ001 - the wall clock's


def _local(moment: datetime, zone: tzinfo) -> Instant:
    if moment.year < _FIRST_YEAR:
        return 0
    return END_OF_TIME if moment.year >= _LAST_YEAR else max(0, first_instant(moment, zone))


def _when(found: Window) -> str:
    return "where it" if found.end == found.start else "before it"
