"""How long from the start until the icon is in the tray, and until it says the first verdict."""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench, Kind, Running
from jeepney import HeaderFields, MatchRule, message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from desktop.tray import WATCHER

PROVIDERS = 2
_KINDS = (Kind.OURS, Kind.BARE_TRAY, Kind.BARE_BOTH)
_EVERY_S = 30
_PATIENCE_S = 20.0
_VERDICT = re.compile(rf"\b{PROVIDERS} up\b")


@dataclass(slots=True)
class Starts:
    """What was seen, in milliseconds from just before exec."""

    icon_ms: list[float] = field(default_factory=list)
    verdict_ms: list[float] = field(default_factory=list)


def measure(bench: Bench, rounds: int) -> dict[Kind, Starts]:
    """Starts each in turn, so that what else the machine does falls on all; the first round warms up."""
    starts = {kind: Starts() for kind in _KINDS}
    for number in range(rounds + 1):
        for kind in _KINDS:
            into = starts[kind] if number else Starts()
            with _signals(bench) as (connection, signals):
                one = bench.start(kind, PROVIDERS, _EVERY_S)
                _see(bench, one, connection, signals, into)
            bench.end([one])
            bench.wait_until(lambda: not bench.desktop.tray.items())
    return starts


@contextmanager
def _signals(bench: Bench) -> Iterator[tuple[DBusConnection, deque[Any]]]:
    """What the bus tells about icons and tooltips; looking again and again would slow who starts."""
    signals: deque[Any] = deque()
    with closing(open_dbus_connection(bench.desktop.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
        registered = MatchRule(type="signal", interface=WATCHER, member="StatusNotifierItemRegistered")
        tooltip = MatchRule(type="signal", interface="org.kde.StatusNotifierItem", member="NewToolTip")
        for rule in (registered, tooltip):
            Proxy(message_bus, connection).AddMatch(rule)
        with connection.filter(registered, queue=signals), connection.filter(tooltip, queue=signals):
            yield connection, signals


def _see(bench: Bench, one: Running, connection: DBusConnection, signals: deque[Any], into: Starts) -> None:
    item: str | None = None
    spoke = False
    while True:
        told = connection.recv_until_filtered(signals, timeout=_PATIENCE_S)
        passed_ms = (perf_counter() - one.started_at) * 1000
        if told.header.fields[HeaderFields.member] == "NewToolTip":
            spoke = True
        elif item is None:
            (item,) = told.body
            into.icon_ms.append(passed_ms)
            if one.kind is Kind.BARE_TRAY:
                return
        if spoke and item is not None and _VERDICT.search(bench.desktop.tray.tooltip(item)):
            into.verdict_ms.append(passed_ms)
            return
