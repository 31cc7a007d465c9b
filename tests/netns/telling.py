"""What an engine's events must and must not say, for every test of these networks."""

from typing import Any

Event = dict[str, Any]


def named(events: list[Event], name: str) -> list[Event]:
    """The events of this name, oldest first."""
    return [event for event in events if event["event"] == name]


def results_of(events: list[Event], provider: str) -> list[Event]:
    """Its results, oldest first."""
    return [event for event in named(events, "result") if event["provider"] == provider]


def titles(events: list[Event]) -> list[str]:
    """Of the notices, oldest first."""
    return [notice["title"] for notice in named(events, "notify")]


def assert_nobody_is_blamed(events: list[Event]) -> None:
    """Every result that counted is a good one, and no provider was spoken of."""
    assert not {"down", "up", "degraded", "unstable", "suggest"} & {event["event"] for event in events}
    assert {event["reason"] for event in named(events, "result")} == {"ok"}


def assert_away_and_back_once(events: list[Event], vantage: str = "offline") -> None:
    """One loss of the network, one return, and a gap of that cause between them."""
    (offline,) = named(events, "offline")
    (online,) = named(events, "online")
    assert (offline["vantage"], online["vantage"]) == (vantage, "online")
    assert offline["at"] < online["at"]
    assert {gap["cause"] for gap in named(events, "gap")} == {vantage}


def assert_one_outage(events: list[Event], provider: str, reason: str) -> None:
    """This provider was down once, for this reason, and is up again; the others never failed."""
    (down,) = named(events, "down")
    (up,) = named(events, "up")
    own = results_of(events, provider)
    bad = next(at for at, result in enumerate(own) if result["reason"] != "ok")
    good = next(at for at, result in enumerate(own) if at > bad and result["reason"] == "ok")
    assert (down["provider"], up["provider"], up["incident"]) == (provider, provider, down["incident"])
    assert {result["reason"] for result in own[bad:good]} == {reason}
    assert down["reason"] == reason
    assert (down["started_at"], up["ended_at"]) == (own[bad]["at"], own[good]["at"])
    assert up["downtime_s"] > 0
    assert {result["reason"] for result in named(events, "result") if result["provider"] != provider} == {
        "ok"
    }
    assert not {"offline", "online", "gap"} & {event["event"] for event in events}
    assert titles(events) == [f"{provider} is down", f"{provider} is up again"]
