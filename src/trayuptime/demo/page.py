"""The simulated DeepSeek's own status page: the vendor's record of the night in the shape it has there.

Its times are those of change 498991839811287 on status.deepseek.com, read 2026-09-27. A Flashduty page lists
a change only while it is open, and each component as the change leaves it.
"""

import json
from http import HTTPStatus
from typing import Any

from trayuptime.core.model import Instant
from trayuptime.demo.site import Answer
from trayuptime.demo.timeline import NIGHT, Mood, mood_at

PATH = "/api/status-page/1/summary/active"
CHAT = {"component_id": "chat", "name": "对话服务(Chatservice)"}

_API = {"component_id": "api", "name": "API服务(API Service)"}
_TITLE = "DeepSeek 网页/APP 性能异常（DeepSeek Web/APP Service Performance Abnormal）"
_STATUSES = {Mood.DOWN: "full_outage", Mood.SLOW: "degraded", Mood.HEALTHY: "operational"}


def answer(path: str, now: Instant) -> Answer:
    """What the page says at a moment."""
    if path != PATH:
        return Answer(HTTPStatus.NOT_FOUND, "text/plain", b"Not found.\n")
    mood = mood_at(NIGHT, now)
    changes = [] if mood is Mood.HEALTHY else [_change(mood, now)]
    summary = {"page": {"page_id": 1, "name": "DeepSeek (simulated)", "components": [_API, CHAT]}}
    body = json.dumps({"data": {**summary, "active_changes": changes}}, ensure_ascii=False).encode()
    return Answer(HTTPStatus.OK, "application/json", body)


def _change(mood: Mood, now: Instant) -> dict[str, Any]:
    said = [
        {
            "at_seconds": turn.at // 1000,
            "status": "investigating",
            "component_changes": [{**CHAT, "status": _STATUSES[turn.mood]}],
        }
        for turn in NIGHT
        if turn.at <= now
    ]
    return {
        "change_id": 1,
        "type": "incident",
        "title": _TITLE,
        "status": "investigating",
        "affected_components": [{**CHAT, "status": _STATUSES[mood]}],
        "start_at_seconds": NIGHT[0].at // 1000,
        "updates": said[::-1],
    }
