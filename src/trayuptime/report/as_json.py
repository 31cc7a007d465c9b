"""A dossier as one JSON object: the objects of `uptime --json` and `incidents --json`, and more."""

import json
from collections.abc import Sequence
from statistics import median
from typing import Any

from trayuptime.core import claims, contract
from trayuptime.core.days import DayCell
from trayuptime.core.figures import Row
from trayuptime.core.model import Span, Surface
from trayuptime.core.sla import Against
from trayuptime.report.told import zones
from trayuptime.report.values import Case, Dossier, Month, Pace, Proof

Json = dict[str, Any]


def as_json(of: Dossier) -> str:
    """The object, on lines of its own for people who look into it."""
    return json.dumps(_dossier(of), ensure_ascii=False, indent=1) + "\n"


def _dossier(of: Dossier) -> Json:
    leads = claims.leads_s([case.incident for case in of.outages])
    return {
        "schema": contract.SCHEMA,
        "made_at": contract.iso(of.made_at),
        "provider": of.provider,
        "name": of.name,
        "configured": of.configured,
        **_span(of.window),
        "time_zone": zones(of.window, of.zone),
        "promise": {
            "percent": of.promise.percent,
            "source": of.promise.source,
            "text": of.promise.text or None,
            "verified": of.promise.verified,
        },
        "against": None if of.whole is None else _against(of.whole),
        "uptime": [_row(row) for row in of.rows],
        "months": [_month(month) for month in of.months],
        "detection_lead": {
            "outages": len(of.outages),
            "page_read": sum(case.page_read for case in of.outages),
            "acknowledged": len(leads),
            "median_s": median(leads) if leads else None,
            "least_s": min(leads, default=None),
            "most_s": max(leads, default=None),
        },
        "incidents": [_case(of, case) for case in of.cases],
        "latency": [_pace(pace) for pace in of.paces],
        "forgotten_until": {surface.value: contract.iso(at) for surface, at in of.forgotten.items()},
        "hours_of_week": [
            {
                "weekday": each.weekday,
                "hour": each.hour,
                "window_s": each.window_ms / 1000,
                "seen_s": each.seen_ms / 1000,
                "downtime_s": each.down_ms / 1000,
                "degraded_s": each.degraded_ms / 1000,
            }
            for each in of.hours
        ],
        "days": {surface.value: _days(cells) for surface, cells in of.days.items()},
    }


def _row(row: Row) -> Json:
    return contract.uptime_row(row.provider, row.surface, row.figures)


def _span(span: Span) -> Json:
    return {"since": contract.iso(span.start), "until": contract.iso(span.end)}


def _month(month: Month) -> Json:
    return {
        "month": f"{month.period.begins:%Y-%m}",
        **_span(month.period.window),
        "whole": month.period.is_whole,
        "uptime": [_row(row) for row in month.rows],
        "against": [
            {"surface": row.surface, **_against(held)}
            for row, held in zip(month.rows, month.against, strict=False)
        ],
    }


def _against(held: Against) -> Json:
    return {"outcome": held.outcome, "allowed_s": held.allowed_s, "spent_s": held.spent_s}


def _case(of: Dossier, case: Case) -> Json:
    return contract.incident(case.incident, of.made_at, case.notes) | {
        "failures": [
            {"reason": reason, "http_status": status, "count": count}
            for reason, status, count in case.failures
        ],
        "failures_until": None if case.counted_until is None else contract.iso(case.counted_until),
        "page_read": case.page_read,
        "page": [
            {"at": contract.iso(word.at), "state": word.state, "title": word.title} for word in case.page
        ],
        "evidence": [_proof(proof) for proof in case.proofs],
    }


def _proof(proof: Proof) -> Json:
    return {
        "at": contract.iso(proof.at),
        "reason": proof.reason,
        "http_status": proof.http_status,
        "detail": proof.detail,
        "request_id": proof.request_id,
        "excerpt": proof.excerpt,
        "phases": proof.phases,
    }


def _pace(pace: Pace) -> Json:
    return {
        **_span(pace.window),
        "surfaces": {
            surface.value: {
                "latency_p50_ms": row["latency_p50_ms"],
                "latency_p95_ms": row["latency_p95_ms"],
                "results": row["results"],
                "uncounted_s": row.get("uncounted_s", 0.0),
                **_first_tokens(pace, surface),
            }
            for surface, figures in pace.of.items()
            for row in [contract.uptime_row("", surface, figures)]
        },
    }


def _first_tokens(pace: Pace, surface: Surface) -> Json:
    """Only where some were measured."""
    if surface not in pace.first_tokens:
        return {}
    p50, p95 = (pace.first_token_ms(surface, share) for share in (0.5, 0.95))
    return {"first_token_p50_ms": p50, "first_token_p95_ms": p95}


def _days(cells: Sequence[DayCell]) -> list[Json]:
    return [
        {
            "day": cell.day.isoformat(),
            "covered_s": cell.covered_s,
            "downtime_s": cell.downtime_s,
            "degraded_s": cell.degraded_s,
        }
        for cell in cells
    ]
