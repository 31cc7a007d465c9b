"""The public JSON, key by key: scripts and status bars rely on it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, Life, at, key, result, spans, target
from trayuptime.core import choices, claims, contract, figures, hush, judge, lights
from trayuptime.core.lights import Watched
from trayuptime.core.model import (
    Alternative,
    Feed,
    FeedState,
    Gap,
    GapCause,
    Level,
    Network,
    Note,
    Phases,
    Reach,
    Span,
    Suggestion,
    Surface,
    Switch,
    Vantage,
)
from trayuptime.core.notice import VANTAGE_KEY, Action, Notice, Sign, Urgency
from trayuptime.core.reasons import Reason
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    FeedSaid,
    GapSeen,
    Happening,
    PrimaryBack,
    Settled,
    StillOpen,
    Suggested,
    Switched,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)

ADVICE = Suggestion(
    "a",
    "b",
    "up, 0.6 s, key accepted",
    at(190),
    (Alternative("b", usable=True, why="up"), Alternative("c", usable=False, why="key rejected")),
)
ADVICE_JSON = {
    "provider": "a",
    "suggested": "b",
    "why": "up, 0.6 s, key accepted",
    "verified_at": "2026-03-29T12:03:10.000Z",
    "alternatives": [
        {"provider": "b", "usable": True, "why": "up"},
        {"provider": "c", "usable": False, "why": "key rejected"},
    ],
}


def line(happening: Happening) -> contract.Json:
    told = contract.event(happening)
    assert told is not None
    return told


@pytest.mark.parametrize(("word", "state"), [("down", FeedState.DOWN), ("partly-cloudy", FeedState.UNKNOWN)])
def test_a_word_of_a_newer_version_says_nothing_of_a_page(word: str, state: FeedState) -> None:
    assert contract.feed_state(word) is state


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (at(0), "2026-03-29T12:00:00.000Z"),
        (at(0.123), "2026-03-29T12:00:00.123Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_times_are_utc_with_milliseconds(instant: int, text: str) -> None:
    assert contract.iso(instant) == text
    assert contract.iso_or_null(instant) == text
    assert contract.iso_or_null(None) is None


@LAW
@given(st.integers(0, 4_102_444_800_000), st.integers(0, 10**9))
def test_later_times_sort_later_as_text(instant: int, more: int) -> None:
    assert contract.iso(instant) <= contract.iso(instant + more)


def test_a_result() -> None:
    seen = result(
        0,
        Reason.SERVER_ERROR,
        "a/web",
        level=Level.REACH,
        latency_ms=12.34567,
        phases=Phases(dns_ms=1.00049, total_ms=12.34567),
    )

    assert line(Settled(seen, proven=True)) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "event": "result",
        "provider": "a",
        "surface": "web",
        "reason": "server_error",
        "latency_ms": 12.346,
        "http_status": 503,
        "phases": {
            "dns_ms": 1.0,
            "connect_ms": None,
            "tls_ms": None,
            "first_byte_ms": None,
            "total_ms": 12.346,
        },
        "level": "reach",
    }


def test_down_and_up() -> None:
    life = Life("a").run("S FFF SS FFF")
    down, again = life.all(WentDown)

    assert line(down) == {
        "schema": 1,
        "at": "2026-03-29T12:03:00.100Z",
        "event": "down",
        "provider": "a",
        "surface": "api",
        "incident": 1,
        "started_at": "2026-03-29T12:01:00.000Z",
        "reason": "server_error",
    }
    assert line(again)["reopened"] is True
    assert line(again)["started_at"] == "2026-03-29T12:01:00.000Z"
    assert line(life.one(CameUp)) == {
        "schema": 1,
        "at": "2026-03-29T12:05:00.100Z",
        "event": "up",
        "provider": "a",
        "surface": "api",
        "incident": 1,
        "ended_at": "2026-03-29T12:04:00.000Z",
        "downtime_s": 180.0,
    }


def test_degraded_and_unstable() -> None:
    slow = Life("a").run("SSS LLL").one(WentDegraded)
    unstable = Life("a").run("S FS FS FS").one(WentUnstable)

    assert {k: line(slow)[k] for k in ("event", "incident", "started_at", "reason")} == {
        "event": "degraded",
        "incident": 1,
        "started_at": "2026-03-29T12:03:00.000Z",
        "reason": "slow",
    }
    assert {k: line(unstable)[k] for k in ("event", "incident", "started_at", "reason")} == {
        "event": "unstable",
        "incident": 1,
        "started_at": "2026-03-29T12:01:00.000Z",
        "reason": "server_error",
    }


def test_access() -> None:
    change = Life("a").run("S KK").one(AccessChanged)

    assert line(change) == {
        "schema": 1,
        "at": "2026-03-29T12:02:00.000Z",
        "event": "access",
        "provider": "a",
        "access": "key_rejected",
    }


@pytest.mark.parametrize(
    ("vantage", "event"),
    [(Vantage.OFFLINE, "offline"), (Vantage.PORTAL, "offline"), (Vantage.ONLINE, "online")],
)
def test_offline_and_online_carry_only_the_vantage(vantage: Vantage, event: str) -> None:
    assert line(VantageChanged(at(0), vantage)) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "event": event,
        "vantage": vantage.value,
    }


def test_a_gap_of_everything_and_of_one_surface() -> None:
    everything = Gap(at(0), at(60), GapCause.ASLEEP)
    one = Gap(at(0), at(60), GapCause.UNPROVEN, key("a/web"))

    assert line(GapSeen(everything)) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "event": "gap",
        "cause": "asleep",
        "until": "2026-03-29T12:01:00.000Z",
    }
    assert (line(GapSeen(one))["provider"], line(GapSeen(one))["surface"]) == ("a", "web")


def test_suggest_back_and_what_is_not_said_in_public() -> None:
    assert line(Suggested(at(191), ADVICE)) == {
        "schema": 1,
        "at": "2026-03-29T12:03:11.000Z",
        "event": "suggest",
        **ADVICE_JSON,
    }
    assert line(PrimaryBack(at(0), "a")) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "event": "back",
        "provider": "a",
        "suggested": "a",
    }
    assert contract.event(Switched(Switch(at(0), "a", "b"))) is None
    assert contract.suggestion(ADVICE) == {"schema": 1, **ADVICE_JSON}


def test_what_lasts_after_a_snooze_is_told_by_its_notice_alone() -> None:
    down = Life("a").run("S FFF").one(WentDown)

    assert contract.event(StillOpen(at(900), down.key, down.incident, down.reason)) is None


@pytest.mark.parametrize(("of", "provider"), [("a", {"provider": "a"}), (VANTAGE_KEY, {})])
def test_a_notice(of: str, provider: dict[str, str]) -> None:
    told = Notice(
        of, "A is down", "It answers 503.", Urgency.CRITICAL, (Action("details", "Details"),), sign=Sign.DOWN
    )

    assert contract.notified(at(0), told) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "event": "notify",
        **provider,
        "title": "A is down",
        "body": "It answers 503.",
        "urgency": "critical",
        "actions": [{"id": "details", "label": "Details"}],
    }


def test_an_incident_open_and_closed() -> None:
    life = Life("a").run("S FFF")
    lasting = contract.incident(life.incident(), at(400))
    assert (lasting["ended_at"], lasting["duration_s"], lasting["downtime_s"]) == (None, 340.0, 120.0)

    life.run("SS FFF")
    life.run("SS")
    assert contract.incident(life.incident(), at(9999)) == {
        "schema": 1,
        "id": 1,
        "provider": "a",
        "surface": "api",
        "kind": "outage",
        "started_at": "2026-03-29T12:01:00.000Z",
        "ended_at": "2026-03-29T12:09:00.000Z",
        "confirmed_at": "2026-03-29T12:03:00.100Z",
        "duration_s": 480.0,
        "downtime_s": 360.0,
        "phases": [
            {"at": "2026-03-29T12:01:00.000Z", "service": "down"},
            {"at": "2026-03-29T12:04:00.000Z", "service": "up"},
            {"at": "2026-03-29T12:06:00.000Z", "service": "down"},
        ],
        "reasons": ["server_error"],
        "recoveries": ["2026-03-29T12:04:00.000Z"],
        "vendor_acknowledged_at": None,
        "detection_lead_s": None,
    }


def test_an_incident_in_announced_maintenance_says_so() -> None:
    life = Life("a")
    life.state = judge.announce(life.state, {"a": (Span(at(0), at(600)),)})
    life.run("FFF")

    assert contract.incident(life.incident(), at(200))["in_maintenance"] is True


def test_what_was_written_about_an_incident_is_told_apart_and_only_where_there_is_some() -> None:
    incident = Life("a").run("FFFF").incident()

    def told(*texts: str) -> contract.Json:
        notes = [Note("a", Surface.API, at(0), at(n), text) for n, text in enumerate(texts)]
        shown = contract.incident(incident, at(400), notes)
        return {name: shown[name] for name in ("notes", "ticks") if name in shown}

    assert told() == {}
    assert told("They called.") == {"notes": [{"at": "2026-03-29T12:00:00.000Z", "text": "They called."}]}
    assert told("[x] Call\nby Kim", "[ ] Call") == {
        "ticks": [
            {"at": "2026-03-29T12:00:00.000Z", "item": "Call", "done": True, "by": "Kim"},
            {"at": "2026-03-29T12:00:01.000Z", "item": "Call", "done": False},
        ]
    }
    assert told("[x] Call", "They called.").keys() == {"notes", "ticks"}


def status_of(life: Life, second: float) -> contract.Json:
    watched = [Watched("a", "DeepSeek", (Surface.API,)), Watched("b", "OpenAI", (Surface.API,))]
    shown = tuple(lights.provider_light(life.state, one, at(second)) for one in watched)
    state = life.state
    return contract.status(at(second), state.vantage, engine_running=True, lights=shown, hushes=state.hushes)


def test_status_of_a_healthy_and_an_unknown_provider() -> None:
    healthy, unknown = status_of(Life("a", "b").run("S"), 1)["providers"]

    assert healthy == {
        "id": "a",
        "name": "DeepSeek",
        "service": "up",
        "access": "ok",
        "since": "2026-03-29T12:00:00.000Z",
        "reason": "ok",
        "detail": "answers",
        "latency_ms": 100.0,
        "checked_at": "2026-03-29T12:00:00.000Z",
        "surfaces": [
            {"surface": "api", "service": "up", "reason": "ok", "checked_at": "2026-03-29T12:00:00.000Z"}
        ],
        "incident": None,
        "suggestion": None,
        "feed": None,
    }
    assert (unknown["service"], unknown["reason"], unknown["latency_ms"]) == ("unknown", None, None)
    assert unknown["surfaces"][0]["checked_at"] is None


def test_status_in_an_outage_names_the_incident_and_the_advice() -> None:
    life = Life("a", "b").run("S FFF")
    life.apply(choices.advise(life.state, ADVICE, at(191)))
    told = status_of(life, 200)

    assert {k: told[k] for k in ("schema", "at", "vantage", "engine_running")} == {
        "schema": 1,
        "at": "2026-03-29T12:03:20.000Z",
        "vantage": "online",
        "engine_running": True,
    }
    broken = told["providers"][0]
    assert broken["service"] == "down"
    seen = replace(life.incident(), seen=spans((60, 200)))
    assert broken["incident"] == contract.incident(seen, at(200))
    assert broken["incident"]["downtime_s"] == 140, "its last result still speaks"
    assert broken["suggestion"] == {
        "suggested": "b",
        "why": "up, 0.6 s, key accepted",
        "verified_at": "2026-03-29T12:03:10.000Z",
    }


@pytest.mark.parametrize(("until", "told"), [(None, None), (at(900), "2026-03-29T12:15:00.000Z")])
def test_what_the_user_wants_no_notices_of_is_told_beside_a_light_that_is_the_same(
    until: int | None, told: str | None
) -> None:
    life = Life("a", "b").run("S FFF")
    before = status_of(life, 200)["providers"]
    life.state = hush.hush(life.state, [1], at(190), until)
    after = status_of(life, 200)["providers"]

    assert after == [before[0] | {"hushed": [{"incident": 1, "until": told}]}, before[1]]
    assert "hushed" not in before[0]


def test_status_lists_no_snooze_that_is_over() -> None:
    """If the outage lasts its notice is due: whoever reads the list would take that for one kept back."""
    life = Life("a").run("S FFF")
    life.state = hush.hush(life.state, [1], at(190), at(200))

    shown = [status_of(life, second)["providers"][0].get("hushed") for second in (199, 200, 300)]
    assert shown == [[{"incident": 1, "until": contract.iso(at(200))}], None, None]


@pytest.mark.parametrize(
    ("feed", "told"),
    [
        (Feed(at(9), "a", FeedState.DOWN, url="u"), {"state": "down", "stale": False}),
        (Feed(at(9), "a", FeedState.UP, url="u", unread=2), {"state": "up", "stale": False}),
        (Feed(at(9), "a", FeedState.UP, url="u", unread=3), {"state": "unknown", "stale": True}),
        (Feed(at(9), "a", FeedState.UP, url="u", frozen=True), {"state": "unknown", "stale": True}),
    ],
)
def test_the_vendors_page_is_told_beside_and_a_stale_one_never_as_green(
    feed: Feed, told: dict[str, object]
) -> None:
    life = Life("a", "b").run("S")
    life.state = replace(life.state, feeds={"a": feed})

    assert status_of(life, 20)["providers"][0]["feed"] == told | {
        "url": "u",
        "checked_at": "2026-03-29T12:00:09.000Z",
    }


def test_a_page_that_was_never_read_has_no_time() -> None:
    life = Life("a", "b").run("S")
    life.apply(claims.follow(life.state, {"a": "u"}, at(0)))

    assert status_of(life, 20)["providers"][0]["feed"] == {
        "state": "unknown",
        "stale": False,
        "url": "u",
        "checked_at": None,
    }


def test_their_word_is_an_event() -> None:
    said = FeedSaid(at(1), Feed(at(0), "a", FeedState.DEGRADED, title="Slow", url="u"))

    assert contract.event(said) == {
        "schema": 1,
        "at": "2026-03-29T12:00:01.000Z",
        "event": "feed",
        "provider": "a",
        "state": "degraded",
        "title": "Slow",
        "url": "u",
    }


def test_an_export_line_is_what_replay_reads() -> None:
    seen = result(0, Reason.CONNECT_TIMEOUT, latency_ms=10_000.00049)

    assert contract.exported(Settled(seen, proven=True)) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "provider": "a",
        "surface": "api",
        "reason": "connect_timeout",
        "latency_ms": 10_000.0,
        "interval_s": 60.0,
        "host": "a.example:443",
        "proven": True,
    }
    bare = contract.exported(Settled(result(0, latency_ms=None, host="", http_status=None), proven=False))
    assert set(bare) == {"schema", "at", "provider", "surface", "reason", "interval_s"}


def test_an_export_line_says_what_is_out_of_the_ordinary() -> None:
    """On this computer itself a refused connection needs no witness: replay must not wait for one."""
    near = result(0, Reason.CONNECT_REFUSED, reach=Reach.LOOPBACK)
    local = contract.exported(Settled(near, proven=False))
    aside = contract.exported(Settled(result(0, level=Level.REACH), proven=False, counted=False))

    assert (local["proven"], local["reach"]) == (True, "loopback")
    assert (aside["level"], aside["counted"]) == ("reach", False)


def test_the_facts_of_our_own_network_are_only_those_that_are_known() -> None:
    known = Network("192.168.1.7", "104.18.26.90", ("wlan0", "tun0"), ("tun0",), "proxy.lan:3128")

    assert contract.network(known) == {
        "local_address": "192.168.1.7",
        "peer_address": "104.18.26.90",
        "routes": ["wlan0", "tun0"],
        "tunnels": ["tun0"],
        "proxy": "proxy.lan:3128",
    }
    assert contract.network(Network(routes=("eth0",))) == {"routes": ["eth0"]}
    assert contract.network(Network()) == {}


def test_an_exported_choice() -> None:
    assert contract.exported_switch(Switch(at(0), "b", "a", back=True)) == {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "switch": {"provider": "b", "to": "a", "back": True},
    }


def test_an_exported_gap() -> None:
    gap = Gap(at(0), at(60), GapCause.ASLEEP)
    line_ = {
        "schema": 1,
        "at": "2026-03-29T12:00:00.000Z",
        "gap": "asleep",
        "until": "2026-03-29T12:01:00.000Z",
    }

    assert contract.exported_gap(gap) == line_
    one = Gap(at(0), at(60), GapCause.UNPROVEN, key("a"))
    assert contract.exported_gap(one) == {**line_, "gap": "unproven", "provider": "a", "surface": "api"}


@LAW
@given(st.text(st.sampled_from("SFLNKR?B"), max_size=40))
def test_every_event_is_json_with_its_schema_and_time(letters: str) -> None:
    life = Life("a", targets={"b": target("b:443")}).run("SSS").run(letters).run("S", "b")

    for happening in life.happenings:
        told = line(happening)
        assert json.loads(json.dumps(told)) == told
        assert (told["schema"], told["at"][-1]) == (1, "Z")


UPTIME_KEYS = [
    *("schema", "provider", "surface", "since", "until", "uptime", "coverage", "covered_s", "downtime_s"),
    *("degraded_s", "gap_s", "outages", "longest_outage_s", "mttr_s", "mtbf_s", "latency_p50_ms"),
    *("latency_p95_ms", "results"),
]


def test_a_row_of_uptime() -> None:
    results = [result(0), result(60), *(result(s, Reason.SERVER_ERROR) for s in (120, 130, 140)), result(150)]
    life = Life("a")
    for heard in results:
        life.hear(heard)
    window = Span(at(0), at(600))
    record = figures.record(key("a"), window, results, [], [life.incident()])
    row = contract.uptime_row("a", Surface.API, figures.figures(record))

    assert list(row) == UPTIME_KEYS
    assert row == {
        "schema": 1,
        "provider": "a",
        "surface": "api",
        "since": "2026-03-29T12:00:00.000Z",
        "until": "2026-03-29T12:10:00.000Z",
        "uptime": 0.4,
        "coverage": 0.5,
        "covered_s": 300.0,
        "downtime_s": 180.0,
        "degraded_s": 0.0,
        "gap_s": {
            "asleep": 0.0,
            "app_off": 300.0,
            "offline": 0.0,
            "portal": 0.0,
            "paused": 0.0,
            "unproven": 0.0,
        },
        "outages": 1,
        "longest_outage_s": 180.0,
        "mttr_s": None,
        "mtbf_s": 120.0,
        "latency_p50_ms": 100.0,
        "latency_p95_ms": 100.0,
        "results": 6,
    }


def test_a_row_says_of_how_much_time_the_results_are_forgotten() -> None:
    window = Span(at(0), at(600))
    records = [
        replace(figures.record(key("a"), window, [result(0)], [], []), uncounted_ms=ms) for ms in (90_500, 0)
    ]
    row = contract.uptime_row("a", None, figures.figures(figures.together(records)))

    assert list(row) == [*UPTIME_KEYS, "uncounted_s"]
    assert row["uncounted_s"] == 90.5


def test_the_row_of_a_provider_has_no_surface_and_one_without_data_no_numbers() -> None:
    nothing = figures.record(key("a"), Span(at(0), at(0)), [], [], [])
    row = contract.uptime_row("a", None, figures.figures(figures.together([nothing])))

    assert row["surface"] is None
    missing = ("uptime", "coverage", "mttr_s", "mtbf_s", "latency_p50_ms", "latency_p95_ms")
    assert [row[name] for name in missing] == [None] * len(missing)
    assert (row["covered_s"], row["longest_outage_s"], row["results"]) == (0, 0, 0)


def test_downtime_in_maintenance_is_told_apart_and_only_where_there_was_some() -> None:
    life = Life("a").run("S FFF FF")
    results = [settled.result for settled in life.all(Settled)]
    record = figures.record(key("a"), Span(at(0), at(360)), results, [], [life.incident()])
    row = contract.uptime_row("a", Surface.API, figures.figures(record, spans((0, 210))))

    assert row.pop("maintenance") == {"downtime_s": 150.0, "uptime": 60 / 210}
    assert list(row) == UPTIME_KEYS
