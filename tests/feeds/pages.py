"""Documents of every format in small, in the shape of real ones: one in trouble and one that is quiet."""

import json
from datetime import datetime
from typing import Any

from trayuptime.core.feed import FeedFormat
from trayuptime.core.model import Instant


def at(text: str) -> Instant:
    """The instant of `2026-09-22T01:00`, UTC."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


NOW = at("2026-09-22T01:00")
S = NOW // 1000
"""Now in seconds."""

STATUSPAGE_PAGE = {"id": "p1", "name": "Vendor", "url": "https://status.vendor.example"}
API = {"id": "c-api", "name": "API", "status": "operational", "group": False}
CHAT = {"id": "c-chat", "name": "Chat", "status": "operational", "group": False}

INCIDENT: dict[str, Any] = {
    "id": "i1",
    "name": "Elevated errors",
    "status": "investigating",
    "impact": "major",
    "created_at": "2026-09-22T00:57:26.126Z",
    "started_at": "2026-09-22T00:50:00.000Z",
    "resolved_at": None,
    "shortlink": "https://stspg.example/i1",
    "components": [{"id": "c-api", "name": "API", "status": "partial_outage"}],
    "incident_updates": [
        {
            "status": "investigating",
            "body": "We are investigating.",
            "created_at": "2026-09-22T00:57:26.256Z",
            "display_at": "2026-09-22T00:57:26.256Z",
            "affected_components": [{"code": "c-api", "name": "API", "new_status": "partial_outage"}],
        }
    ],
}
MAINTENANCE: dict[str, Any] = {
    "id": "m1",
    "name": "Database upgrade",
    "status": "scheduled",
    "impact": "maintenance",
    "created_at": "2026-09-20T00:00:00Z",
    "scheduled_for": "2026-09-22T00:30:00Z",
    "scheduled_until": "2026-09-22T02:00:00Z",
    "components": [{"id": "c-chat", "name": "Chat"}],
    "incident_updates": [],
}


def statuspage(**changes: Any) -> dict[str, Any]:
    """A quiet summary, but for the changes."""
    quiet: dict[str, Any] = {
        "page": STATUSPAGE_PAGE,
        "components": [API, CHAT, {"id": "g", "name": "All of it", "status": "operational", "group": True}],
        "incidents": [],
        "scheduled_maintenances": [],
        "status": {"indicator": "none", "description": "All Systems Operational"},
    }
    return quiet | changes


INCIDENTIO: dict[str, Any] = {
    "summary": {
        "id": "s1",
        "name": "Vendor",
        "public_url": "https://status.vendor.example/",
        "components": [{"id": "01API", "name": "Chat Completions"}, {"id": "01WEB", "name": "Web"}],
        "affected_components": [{"component_id": "01API", "status": "full_outage"}],
        "ongoing_incidents": [
            {
                "id": "01INC",
                "name": "Errors",
                "status": "monitoring",
                "type": "incident",
                "published_at": "2026-09-22T00:55:00Z",
                "updates": [
                    {
                        "published_at": "2026-09-22T00:55:00Z",
                        "message_string": "We are on it.",
                        "to_status": "monitoring",
                        "component_statuses": [{"component_id": "01API", "status": "full_outage"}],
                    }
                ],
                "component_impacts": [
                    {"component_id": "01API", "start_at": "2026-09-22T00:50:00Z", "status": "full_outage"}
                ],
                "status_summaries": [{"start_at": "2026-09-22T00:50:00Z"}],
                "affected_components": [
                    {"component_id": "01API", "status": "full_outage", "current_status": "full_outage"}
                ],
            }
        ],
        "scheduled_maintenances": [],
    }
}
INCIDENTIO_QUIET: dict[str, Any] = {
    "summary": {
        "name": "Vendor",
        "components": [{"id": "01API", "name": "Chat Completions"}],
        "affected_components": [],
        "ongoing_incidents": [],
        "scheduled_maintenances": [],
    }
}
INCIDENTIO_INCIDENTS: dict[str, Any] = {"incidents": INCIDENTIO["summary"]["ongoing_incidents"]}
INCIDENTIO_IMPACTS: dict[str, Any] = {
    "component_impacts": [
        {
            "component_id": "01API",
            "status_page_incident_id": "01OLD",
            "start_at": "2026-09-20T10:00:00Z",
            "end_at": "2026-09-20T11:00:00Z",
            "status": "full_outage",
        }
    ],
    "incident_links": [
        {"id": "01OLD", "name": "Old errors", "status": "resolved", "published_at": "2026-09-20T10:05:00Z"}
    ],
    "component_uptimes": [],
}
INCIDENTIO_WIDGET: dict[str, Any] = {
    "page_title": "Vendor",
    "page_url": "https://status.vendor.example",
    "ongoing_incidents": [
        {
            "id": "01INC",
            "name": "Errors",
            "status": "identified",
            "url": "https://status.vendor.example/incidents/01INC",
            "last_update_at": "2026-09-22T00:58:00Z",
            "last_update_message": "We are on it.",
            "current_worst_impact": "partial_outage",
            "affected_components": [
                {"id": "01API", "name": "API", "group_name": "All", "current_status": "partial_outage"}
            ],
        }
    ],
    "in_progress_maintenances": [
        {
            "id": "01M",
            "name": "Upgrade",
            "status": "maintenance_in_progress",
            "started_at": "2026-09-22T00:00:00Z",
            "scheduled_end_at": "2026-09-22T00:30:00Z",
            "affected_components": [{"id": "01WEB", "name": "Web"}],
        }
    ],
    "scheduled_maintenances": [
        {
            "id": "01N",
            "name": "Later",
            "status": "maintenance_scheduled",
            "starts_at": "2026-09-25T00:00:00Z",
            "ends_at": "2026-09-25T01:00:00Z",
            "affected_components": [],
        }
    ],
}
INSTATUS: dict[str, Any] = {
    "page": {"name": "Vendor", "url": "https://status.vendor.example", "status": "HASISSUES"},
    "activeIncidents": [
        {
            "id": "n1",
            "name": "Our API has an issue",
            "started": "2026-09-22T00:50:00Z",
            "status": "INVESTIGATING",
            "impact": "MAJOROUTAGE",
            "url": "https://status.vendor.example/incident/n1",
            "updatedAt": "2026-09-22T00:52:00Z",
        }
    ],
    "activeMaintenances": [
        {
            "id": "n1",
            "name": "Database",
            "start": "2026-09-22T00:30:00Z",
            "status": "NOTSTARTEDYET",
            "duration": "60",
            "url": "https://status.vendor.example/maintenance/n1",
        }
    ],
}
INSTATUS_QUIET: dict[str, Any] = {"page": {"name": "Vendor", "url": "https://v.example", "status": "UP"}}
INSTATUS_COMPONENTS: dict[str, Any] = {
    "components": [
        {"id": "k1", "name": "API", "status": "PARTIALOUTAGE", "group": None},
        {"id": "k2", "name": "Web", "status": "OPERATIONAL", "group": None},
    ]
}
INSTATUS_OLD: list[Any] = [
    {
        "id": "k0",
        "name": "All",
        "status": "OPERATIONAL",
        "isParent": True,
        "children": [{"id": "k1", "name": "API", "status": "MAJOROUTAGE"}],
    },
    {"id": "k2", "name": "Web", "status": "UNDERMAINTENANCE", "children": []},
]
BETTERSTACK: dict[str, Any] = {
    "data": {
        "id": "1",
        "type": "status_page",
        "attributes": {
            "company_name": "Vendor",
            "custom_domain": "status.vendor.example",
            "aggregate_state": "degraded",
        },
    },
    "included": [
        {"type": "status_page_section", "id": "9", "attributes": {"name": "All"}},
        {
            "type": "status_page_resource",
            "id": "10",
            "attributes": {"public_name": "API", "status": "degraded"},
        },
        {
            "type": "status_page_resource",
            "id": "11",
            "attributes": {"public_name": "Web", "status": "operational"},
        },
        {
            "type": "status_page_resource",
            "id": "12",
            "attributes": {"public_name": "X", "status": "not_monitored"},
        },
        {
            "type": "status_report",
            "id": "20",
            "attributes": {
                "title": "Slow API",
                "report_type": "manual",
                "starts_at": "2026-09-22T00:50:00Z",
                "ends_at": None,
                "aggregate_state": "degraded",
                "affected_resources": [{"status_page_resource_id": "10", "status": "degraded"}],
            },
            "relationships": {"status_updates": {"data": [{"id": "30", "type": "status_update"}]}},
        },
        {
            "type": "status_report",
            "id": "21",
            "attributes": {
                "title": "Delayed data",
                "report_type": "manual",
                "starts_at": "2026-09-04T13:50:00Z",
                "ends_at": None,
                "aggregate_state": "resolved",
                "affected_resources": [{"status_page_resource_id": "11", "status": "resolved"}],
            },
        },
        {
            "type": "status_report",
            "id": "22",
            "attributes": {
                "title": "Upgrade",
                "report_type": "maintenance",
                "starts_at": "2026-09-22T00:30:00Z",
                "ends_at": "2026-09-22T02:00:00Z",
                "aggregate_state": "maintenance",
                "affected_resources": [{"status_page_resource_id": 11, "status": "maintenance"}],
            },
        },
        {
            "type": "status_update",
            "id": "30",
            "attributes": {"message": "We are on it.", "published_at": "2026-09-22T00:55:00Z"},
        },
    ],
}
BETTERSTACK_QUIET: dict[str, Any] = {
    "data": {"type": "status_page", "attributes": {"company_name": "V", "aggregate_state": "operational"}},
    "included": [
        {
            "type": "status_page_resource",
            "id": "10",
            "attributes": {"public_name": "A", "status": "operational"},
        }
    ],
}


def flashduty(*changes: dict[str, Any]) -> dict[str, Any]:
    """DeepSeek's page with these changes going on."""
    return {
        "request_id": "r",
        "data": {
            "page": {
                "page_id": 6410630422455,
                "name": "DeepSeek",
                "custom_domain": "status.deepseek.example",
                "components": [
                    {"component_id": "01A", "name": "DeepSeek V4 Pro API服务(API Service)"},
                    {"component_id": "01C", "section_id": "01S", "name": "对话服务(Chatservice)"},
                ],
                "sections": [{"section_id": "01S", "name": "对话服务(Chat Service)"}],
            },
            "active_changes": list(changes),
        },
    }


CHANGE: dict[str, Any] = {
    "change_id": 498991839811287,
    "type": "incident",
    "title": "网页/APP 性能异常（Web/APP Service Performance Abnormal）",
    "status": "monitoring",
    "affected_components": [
        {"component_id": "01C", "name": "对话服务(Chatservice)", "status": "full_outage"}
    ],
    "start_at_seconds": S - 600,
    "updates": [
        {
            "at_seconds": S - 900,
            "status": "investigating",
            "description": "We are investigating.",
            "component_changes": [
                {"component_id": "01C", "component_name": "对话服务(Chatservice)", "status": "full_outage"}
            ],
        },
        {
            "at_seconds": S - 300,
            "status": "monitoring",
            "description": "修复已上线 A fix is in.",
            "component_changes": [],
        },
    ],
}
FLASHDUTY_WIDGET: dict[str, Any] = {
    "schema_version": "1.0",
    "page": {"name": "DeepSeek", "url": "https://status.deepseek.example"},
    "overall": {"status": "partial_outage"},
    "ongoing_incidents": [
        {
            "id": "w1",
            "title": "API 异常",
            "phase": "identified",
            "impact": "degraded",
            "started_at": "2026-09-22T00:50:00Z",
            "updated_at": "2026-09-22T00:58:00Z",
            "url": "https://status.deepseek.example/incidents/w1",
            "last_update": {"at": "2026-09-22T00:58:00Z", "message": "Mitigation applied"},
            "affected_components": [
                {"id": "01A", "name": "API", "group_name": "G", "status": "partial_outage"}
            ],
        }
    ],
    "in_progress_maintenances": [
        {"id": "w2", "title": "Upgrade", "phase": "ongoing", "starts_at": "2026-09-22T00:00:00Z"}
    ],
    "scheduled_maintenances": [
        {"id": "w3", "title": "Later", "phase": "scheduled", "starts_at": "2026-09-29T00:00:00Z"}
    ],
}
FLASHDUTY_WIDGET_QUIET: dict[str, Any] = {
    "schema_version": "1.0",
    "page": {"name": "DeepSeek", "url": "https://status.deepseek.example"},
    "overall": {"status": "operational"},
    "ongoing_incidents": [],
    "in_progress_maintenances": [],
    "scheduled_maintenances": [],
}


def datadog(status: str = "operational", *incidents: dict[str, Any]) -> dict[str, Any]:
    """A page whose chat component is like this."""
    return {
        "id": "d",
        "name": "Router",
        "customDomain": "status.router.example",
        "domainPrefix": "router",
        "pageUrl": "https://router.statuspage.example",
        "components": [
            {
                "id": "g1",
                "name": "API - Gateway",
                "type": "ComponentGroup",
                "components": [{"id": "d1", "name": "Chat", "type": "Component", "status": status}],
            },
            {"id": "d2", "name": "Web", "type": "Component", "status": "operational"},
        ],
        "incidents": list(incidents),
        "maintenances": None,
    }


DATADOG_INCIDENT: dict[str, Any] = {
    "id": "di",
    "title": "Elevated 429s",
    "currentStatus": "investigating",
    "resolved": False,
    "publishedDate": "2026-09-22T00:30:00Z",
    "componentsAffected": [{"id": "d1", "name": "Chat", "status": "degraded"}],
    "timeline": [
        {
            "status": "investigating",
            "startedAt": "2026-09-22T00:30:00Z",
            "createdAt": "2026-09-22T00:45:00Z",
            "description": "Some models respond with 429s.",
            "componentsAffected": [{"id": "d1", "name": "Chat", "status": "degraded"}],
        }
    ],
}
GOOGLE: list[Any] = [
    {
        "id": "GEMINI",
        "number": "1",
        "begin": "2026-09-22T00:30:00+00:00",
        "created": "2026-09-22T00:50:00+00:00",
        "modified": "2026-09-22T00:55:00+00:00",
        "external_desc": "**Title:**\nGemini has \\# elevated errors",
        "status_impact": "SERVICE_DISRUPTION",
        "severity": "medium",
        "affected_products": [
            {"title": "Vertex Gemini API", "id": "Z0F", "current_title": "Gemini on Agents"}
        ],
        "most_recent_update": {
            "created": "2026-09-22T00:55:00+00:00",
            "status": "SERVICE_OUTAGE",
            "text": "Bad.",
        },
        "updates": [],
        "uri": "incidents/GEMINI",
        "currently_affected_locations": [{"title": "Iowa (us-central1)", "id": "us-central1"}],
        "previously_affected_locations": [],
    },
    {
        "id": "OLD",
        "begin": "2026-09-01T00:00:00+00:00",
        "created": "2026-09-01T00:10:00+00:00",
        "end": "2026-09-01T01:00:00+00:00",
        "external_desc": "Old",
        "status_impact": "SERVICE_INFORMATION",
        "affected_products": [{"title": "Gmail", "id": "PRP"}],
        "most_recent_update": {
            "created": "2026-09-01T01:05:00+00:00",
            "status": "AVAILABLE",
            "text": "Over.",
        },
    },
]
AISTUDIO: list[Any] = [
    [
        [
            ["api-20260922", "API serves few", 2, [[1, "d", [str(S - 600)], "We look."]], 1, [1]],
            [
                "old",
                "Slow",
                1,
                [[2, "d", [str(S - 9000)], "Slow."], [4, "d", [str(S - 8000)], "Fine."]],
                3,
                [3],
            ],
        ]
    ]
]
AWS: list[Any] = [
    {
        "date": str(S - 3600),
        "arn": "arn:aws:health:us-east-1::event/MULTIPLE/X/1",
        "region_name": "N. Virginia",
        "status": "3",
        "service": "multipleservices-us-east-1",
        "service_name": "Multiple services",
        "summary": "Increased Error Rates",
        "event_log": [
            {"summary": "Increased Error Rates", "message": "We look.", "status": 1, "timestamp": S - 3000},
            {"summary": "Increased Error Rates", "message": "It is bad.", "status": 3, "timestamp": S - 600},
        ],
        "impacted_services": {
            "bedrock-us-east-1": {"service_name": "Amazon Bedrock", "current": "3", "max": "3"},
            "route53": {"service_name": "Amazon Route 53", "current": "0", "max": "2"},
        },
    }
]
AWS_HISTORY: list[Any] = [
    {
        "service": "BEDROCK",
        "region": "us-east-1",
        "typeCode": "AWS_BEDROCK_OPERATIONAL_ISSUE",
        "startTime": (S - 90_000) * 1000,
        "endTime": (S - 80_000) * 1000,
        "lastUpdatedTime": (S - 80_000) * 1000,
        "metadata": {
            "EVENT_LOG": json.dumps(
                [
                    {
                        "summary": "Access",
                        "message": "See <a href='x'>here</a>.",
                        "status": 1,
                        "timestamp": S - 90_000,
                    },
                    {
                        "summary": "[RESOLVED] Access",
                        "message": "Over.",
                        "status": 1,
                        "timestamp": S - 80_000,
                    },
                ]
            )
        },
    }
]
STATUSIO: dict[str, Any] = {
    "result": {
        "status_overall": {"status": "Partial Service Disruption", "status_code": 400, "updated": "x"},
        "status": [
            {"id": "io1", "name": "API", "status": "Partial Service Disruption", "status_code": 400},
            {"id": "io2", "name": "Web", "status": "Operational", "status_code": 100},
        ],
        "incidents": [
            {
                "_id": "ii",
                "name": "Errors",
                "datetime_open": "2026-09-22T00:50:00.000Z",
                "messages": [
                    {
                        "details": "We look.",
                        "state": 100,
                        "status": 500,
                        "datetime": "2026-09-22T00:50:00.000Z",
                    },
                    {
                        "details": "Found.",
                        "state": 200,
                        "status": 400,
                        "datetime": "2026-09-22T00:55:00.000Z",
                    },
                ],
                "components_affected": [{"_id": "io1", "name": "API"}],
                "containers_affected": [{"_id": "k", "name": "Europe"}],
            }
        ],
        "maintenance": {
            "active": [
                {
                    "_id": "im",
                    "name": "Upgrade",
                    "datetime_planned_start": "2026-09-22T00:00:00Z",
                    "datetime_planned_end": "2026-09-22T02:00:00Z",
                    "components_affected": [{"_id": "io2", "name": "Web"}],
                }
            ],
            "upcoming": [
                {
                    "_id": "iu",
                    "name": "Later",
                    "datetime_planned_start": "2026-09-29T00:00:00Z",
                    "datetime_planned_end": "2026-09-29T02:00:00Z",
                }
            ],
        },
    }
}
STATUSIO_QUIET: dict[str, Any] = {
    "result": {
        "status_overall": {"status": "Operational", "status_code": 100},
        "status": [{"id": "io1", "name": "API", "status": "Operational", "status_code": 100}],
        "incidents": [],
        "maintenance": {"active": [], "upcoming": []},
    }
}
SLACK: dict[str, Any] = {
    "status": "active",
    "date_created": "2026-09-21T17:50:00-07:00",
    "active_incidents": [
        {
            "id": "546",
            "title": "Forwarding fails",
            "type": "outage",
            "status": "active",
            "url": "https://slack-status.example/546",
            "services": ["Messaging", "Login/SSO"],
            "date_created": "2026-09-21T17:50:00-07:00",
            "date_updated": "2026-09-21T17:55:00-07:00",
            "notes": [{"body": "<p>We <b>look</b>.</p>", "date_created": "2026-09-21T17:52:00-07:00"}],
        }
    ],
}
SLACK_QUIET: dict[str, Any] = {"status": "ok", "active_incidents": []}
CLOUDFLARE: dict[str, Any] = {
    "success": True,
    "result": {
        "components": [
            {"id": "cf1", "name": "Replicate", "status": "degraded_performance"},
            {"id": "cf2", "name": "Workers", "status": "operational"},
        ],
        "active_incidents": [
            {
                "id": "ci",
                "name": "API errors",
                "status": "identified",
                "impact": "major",
                "created_at": "2026-09-22T00:55:00.000Z",
                "starts_at": "2026-09-22T00:50:00.000Z",
                "components": [{"id": "cf1", "name": "Replicate"}],
                "last_update": {
                    "status": "identified",
                    "message": "On it",
                    "created_at": "2026-09-22T00:58:00Z",
                },
            },
            {
                "id": "cn",
                "name": "Replicate elevated error rate",
                "status": "identified",
                "impact": "minor",
                "created_at": "2026-09-22T00:55:00.000Z",
                "components": [],
            },
        ],
        "recent_incidents": [
            {
                "id": "co",
                "name": "Old",
                "status": "resolved",
                "impact": "critical",
                "created_at": "2026-09-20T00:00:00Z",
                "resolved_at": "2026-09-20T01:00:00Z",
                "components": [{"id": "cf2", "name": "Workers"}],
            }
        ],
    },
}
CLOUDFLARE_QUIET: dict[str, Any] = {
    "success": True,
    "result": {
        "components": [{"id": "cf1", "name": "Replicate", "status": "operational"}],
        "active_incidents": [],
    },
}

_RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{}</title>{}{}</channel></rss>'
)


def rss(title: str, *items: str) -> bytes:
    """A feed with these items."""
    return _RSS.format(title, "<link>https://status.vendor.example</link>", "".join(items)).encode()


def item(
    title: str, description: str, *, guid: str = "g1", date: str = "Tue, 22 Sep 2026 00:50:00 GMT"
) -> str:
    """One item."""
    return (
        f"<item><title>{title}</title><link>https://status.vendor.example/{guid}</link><guid>{guid}</guid>"
        f"<description><![CDATA[{description}]]></description><pubDate>{date}</pubDate></item>"
    )


def update(label: str, text: str = "x", *, at: str = "Sep 22, 00:50") -> str:
    """One update in an item's description, as Statuspage writes it."""
    day, time = at.split(", ")
    month, number = day.split()
    return (
        f"<p><small>{month} <var data-var='date'>{number}</var>, <var data-var='time'>{time}</var> UTC"
        f"</small><br><strong>{label}</strong> - {text}</p>"
    )


def xai_item(surface: str, status: str, severity: str, *, guid: str = "INC1") -> str:
    """One item as xAI writes them."""
    resolved = "<p>Resolved: Tue, 22 Sep 2026 00:58:00 GMT</p>" if status == "RESOLVED" else ""
    return item(
        f"[{surface}] Models outage",
        f"<h3>Status: {status}</h3><p>Severity: {severity}</p>{resolved}<hr /><h4>Updates:</h4><div>"
        "<p><strong>Tue, 22 Sep 2026 00:55:00 GMT</strong></p>"
        "<h3>Investigating</h3><p>We investigate an outage</p></div>",
        guid=guid,
    )


RSS = rss(
    "Vendor - Incident History",
    item(
        "API 不可用（API unavailable）",
        "<p><small>Sep 22</small><br><strong>Identified</strong> - It will be resolved soon.</p>"
        "<p><strong>Investigating</strong> - We look.</p>",
    ),
    item(
        "Slow",
        "<p><strong>Resolved</strong> - Over.</p><p><strong>Investigating</strong> - We look.</p>",
        guid="g2",
    ),
)
RSS_QUIET = rss("Vendor", item("Slow", "<p><strong>Resolved</strong> - Over.</p>", guid="g2"))
ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Vendor</title>
<link rel="self" href="https://status.vendor.example/history.atom"/>
<link href="https://status.vendor.example"/>
<entry><id>tag:1</id><title>Errors</title><link rel="alternate" href="https://status.vendor.example/1"/>
<published>2026-09-22T00:50:00Z</published><updated>2026-09-22T00:55:00Z</updated>
<content type="html">&lt;b&gt;Status: Monitoring&lt;/b&gt;&lt;br/&gt;
A fix is in. Login (Operational)</content></entry>
<entry><id>tag:2</id><title>Old</title><updated>2026-09-20T00:55:00Z</updated>
<summary>&lt;b&gt;Status: Resolved&lt;/b&gt; Over</summary></entry></feed>"""
XAI = rss(
    "xAI System Status",
    xai_item("API", "INVESTIGATING", "outage"),
    xai_item("grok.com", "RESOLVED", "outage"),
)
XAI_QUIET = rss("xAI System Status", xai_item("API", "RESOLVED", "disruption"))
AZURE = rss("Azure Status", item("Storage - Service issue", "Customers may see errors in East US."))
AZURE_QUIET = rss("Azure Status")


def sent(document: Any) -> bytes:
    """JSON as a server sends it."""
    return json.dumps(document, ensure_ascii=False).encode()


TROUBLED: dict[str, tuple[FeedFormat, bytes]] = {
    "statuspage": (
        FeedFormat.STATUSPAGE,
        sent(statuspage(incidents=[INCIDENT], scheduled_maintenances=[MAINTENANCE])),
    ),
    "statuspage incidents": (FeedFormat.STATUSPAGE, sent({"page": STATUSPAGE_PAGE, "incidents": [INCIDENT]})),
    "incident.io": (FeedFormat.INCIDENTIO, sent(INCIDENTIO)),
    "incident.io incidents": (FeedFormat.INCIDENTIO, sent(INCIDENTIO_INCIDENTS)),
    "incident.io widget": (FeedFormat.INCIDENTIO, sent(INCIDENTIO_WIDGET)),
    "instatus": (FeedFormat.INSTATUS, sent(INSTATUS)),
    "instatus components": (FeedFormat.INSTATUS, sent(INSTATUS_COMPONENTS)),
    "instatus v2": (FeedFormat.INSTATUS, sent(INSTATUS_OLD)),
    "better stack": (FeedFormat.BETTERSTACK, sent(BETTERSTACK)),
    "flashduty": (FeedFormat.FLASHDUTY, sent(flashduty(CHANGE))),
    "flashduty change": (FeedFormat.FLASHDUTY, sent({"data": CHANGE})),
    "flashduty widget": (FeedFormat.FLASHDUTY_WIDGET, sent(FLASHDUTY_WIDGET)),
    "datadog": (FeedFormat.DATADOG, sent(datadog("degraded", DATADOG_INCIDENT))),
    "google": (FeedFormat.GOOGLE, sent(GOOGLE)),
    "ai studio": (FeedFormat.AISTUDIO, sent(AISTUDIO)),
    "aws": (FeedFormat.AWS_EVENTS, b"\xfe\xff" + json.dumps(AWS).encode("utf-16-be")),
    "status.io": (FeedFormat.STATUSIO, sent(STATUSIO)),
    "slack": (FeedFormat.SLACK, sent(SLACK)),
    "cloudflare": (FeedFormat.CLOUDFLARE, sent(CLOUDFLARE)),
    "rss": (FeedFormat.RSS, RSS),
    "atom": (FeedFormat.RSS, ATOM),
    "xai": (FeedFormat.XAI_RSS, XAI),
    "azure": (FeedFormat.AZURE_RSS, AZURE),
}
"""Documents in which something is wrong right now."""

QUIET: dict[str, tuple[FeedFormat, bytes]] = {
    "statuspage": (FeedFormat.STATUSPAGE, sent(statuspage())),
    "statuspage of incident.io": (
        FeedFormat.STATUSPAGE,
        sent(statuspage(incidents=None, scheduled_maintenances=None)),
    ),
    "statuspage incidents": (FeedFormat.STATUSPAGE, sent({"page": STATUSPAGE_PAGE, "incidents": None})),
    "statuspage components": (FeedFormat.STATUSPAGE, sent({"page": STATUSPAGE_PAGE, "components": [API]})),
    "statuspage status": (
        FeedFormat.STATUSPAGE,
        sent({"page": STATUSPAGE_PAGE, "status": {"indicator": "none", "description": "x"}}),
    ),
    "incident.io": (FeedFormat.INCIDENTIO, sent(INCIDENTIO_QUIET)),
    "incident.io impacts": (FeedFormat.INCIDENTIO, sent(INCIDENTIO_IMPACTS)),
    "instatus": (FeedFormat.INSTATUS, sent(INSTATUS_QUIET)),
    "better stack": (FeedFormat.BETTERSTACK, sent(BETTERSTACK_QUIET)),
    "flashduty": (FeedFormat.FLASHDUTY, sent(flashduty())),
    "flashduty widget": (FeedFormat.FLASHDUTY_WIDGET, sent(FLASHDUTY_WIDGET_QUIET)),
    "datadog": (FeedFormat.DATADOG, sent(datadog())),
    "google": (FeedFormat.GOOGLE, sent(GOOGLE[1:])),
    "ai studio": (FeedFormat.AISTUDIO, sent([[AISTUDIO[0][0][1:]]])),
    "aws": (FeedFormat.AWS_EVENTS, "﻿[]".encode("utf-16-le")),
    "aws history": (FeedFormat.AWS_EVENTS, sent(AWS_HISTORY)),
    "status.io": (FeedFormat.STATUSIO, sent(STATUSIO_QUIET)),
    "slack": (FeedFormat.SLACK, sent(SLACK_QUIET)),
    "cloudflare": (FeedFormat.CLOUDFLARE, sent(CLOUDFLARE_QUIET)),
    "rss": (FeedFormat.RSS, RSS_QUIET),
    "xai": (FeedFormat.XAI_RSS, XAI_QUIET),
    "azure": (FeedFormat.AZURE_RSS, AZURE_QUIET),
}
"""Documents in which nothing is."""
