"""A history with a line of every kind in it, as an export tells it."""

import io
import json
from pathlib import Path
from typing import Any

from history.watching import DEEPSEEK, OPENAI, START, WEB, a_result, never_stamped
from trayuptime.core import contract
from trayuptime.core.model import (
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Key,
    Level,
    Note,
    Phase,
    Reach,
    Service,
    Span,
    Surface,
    Switch,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Happening, Settled, State, SurfaceState, Switched
from trayuptime.history import History
from trayuptime.runtime import export_table
from trayuptime.runtime.export_formats import write_jsonl
from trayuptime.runtime.export_lines import Line
from trayuptime.runtime.export_table import NAMES

MINUTE = 60_000
DAY_MS = 86_400_000
NASTY = Key("-risky", Surface.WEB)
INCIDENT = Incident(
    id=7,
    provider="deepseek",
    surface=Surface.API,
    kind=IncidentKind.OUTAGE,
    started_at=START + MINUTE,
    confirmed_at=START + 2 * MINUTE,
    phases=(Phase(START + MINUTE, Service.DOWN), Phase(START + 3 * MINUTE, Service.DEGRADED)),
    reasons=(Reason.SERVER_ERROR, Reason.OVERLOADED),
    ended_at=START + 5 * MINUTE,
    recoveries=(START + 2 * MINUTE, START + 4 * MINUTE),
    seen=(Span(START + MINUTE, START + 5 * MINUTE),),
    told=IncidentKind.OUTAGE,
    in_maintenance=True,
    acknowledged_at=START + 30_000,
    vendor_last_at=START + 6 * MINUTE,
    vendor_title='=HYPERLINK("http://evil.example", "Störung, \n\ngelöst")',
)
LASTING = Incident(
    id=8,
    provider="openai",
    surface=Surface.API,
    kind=IncidentKind.DEGRADED,
    started_at=START + 3 * MINUTE,
    confirmed_at=START + 4 * MINUTE,
    phases=(Phase(START + 3 * MINUTE, Service.DEGRADED),),
)
NOTE = contract.exported_note(
    Note("deepseek", Surface.API, START + MINUTE, START + 9 * MINUTE, "@vendor: we called them"), 7
)
HAPPENED: tuple[Happening, ...] = (
    Settled(a_result(DEEPSEEK, Reason.OK, START), proven=False),
    Settled(a_result(DEEPSEEK, Reason.SERVER_ERROR, START + MINUTE, latency_ms=0.0), proven=False),
    Settled(
        a_result(DEEPSEEK, Reason.CONNECT_TIMEOUT, START + 2 * MINUTE, latency_ms=None, http_status=None),
        proven=True,
        witness="=api.openai.example:443",
    ),
    Settled(
        a_result(OPENAI, Reason.SLOW, START + 2 * MINUTE, interval_s=3600.5), proven=False, counted=False
    ),
    Settled(
        a_result(WEB, Reason.OK, START + 4 * MINUTE, host="127.0.0.1:8080", reach=Reach.LOOPBACK),
        proven=False,
    ),
    Settled(a_result(NASTY, Reason.OK, START + 6 * MINUTE, level=Level.COMPLETION, host=""), proven=False),
    GapSeen(Gap(START - MINUTE, START + MINUTE, GapCause.APP_OFF)),
    GapSeen(Gap(START + 2 * MINUTE, START + 3 * MINUTE, GapCause.UNPROVEN, OPENAI)),
    Switched(Switch(START + 2 * MINUTE, "deepseek", "-risky")),
    Switched(Switch(START + 7 * MINUTE, "-risky", "deepseek", back=True)),
)


def record(path: Path) -> None:
    """Keeps all that happened."""
    history = History.open(path, never_stamped)
    surfaces = {
        DEEPSEEK: SurfaceState(service=Service.UP, previous=INCIDENT),
        OPENAI: SurfaceState(service=Service.DEGRADED, incident=LASTING),
    }
    history.append(HAPPENED, State(surfaces=surfaces), START + 7 * MINUTE)
    history.note(7, NOTE["note"]["text"], START + 9 * MINUTE)
    history.close()


def written(write: Any, lines: list[Line], **more: Any) -> bytes:
    out = io.BytesIO()
    write(lines, out, **more)
    return out.getvalue()


def in_json(lines: list[Line]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(write_jsonl, lines).splitlines()]


def rows_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(zip(NAMES, export_table.row(line), strict=True)) for line in lines]
