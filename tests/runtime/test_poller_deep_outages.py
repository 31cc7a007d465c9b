"""Outages that only answers can see: no list, no gate and no gap ends them; what is healthy stays green."""

import asyncio
import json
from bisect import bisect
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from runtime.paid import MOST_USD, answers
from runtime.world import (
    ANSWERS,
    BROKEN,
    FINE,
    KEYED,
    NO_CREDIT,
    REFUSED,
    SILENT,
    WRONG_KEY,
    Behaviour,
    Ring,
    Says,
    Watch,
    always,
    api,
    by_time,
    config,
    only,
    second_of,
    watch,
)
from trayuptime.core.evidence import Failure
from trayuptime.core.lights import provider_light
from trayuptime.core.model import GapCause, Key, Service, Surface
from trayuptime.core.reasons import Access
from trayuptime.core.recording import heard_of
from trayuptime.core.replay import replay
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    GapSeen,
    PrimaryBack,
    Suggested,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)
from trayuptime.runtime.told import watched_of
from virtual_time import START

HOUR_S = 3_600
RESET = Says(None, Failure.RESET, 0.01)
BAD_REQUEST = Says(400, body=b'{"error": {"message": "bad request", "type": "invalid_request_error"}}')
LIMITED = Says(429, headers={"retry-after": "30"}, body=b'{"error": {"message": "rate limit"}}')
NOT_HERE = Says(403, body=b'{"error": {"code": "unsupported_country_region_territory", "message": "no"}}')
GONE = Says(404, body=b'{"error": {"code": "model_not_found", "message": "no such model"}}')
API = Key("a", Surface.API)
IN_MEMORY = Says(body=json.dumps({"models": [{"name": "tiny:latest"}]}).encode())

Act = tuple[float, Callable[[], object]]


def lights(seen: Watch, until_s: float, *acts: Act) -> dict[int, Service]:
    """Lives, and how provider `a` was shown every ten seconds."""
    shown: dict[int, Service] = {}

    def look() -> None:
        (alpha,) = (each for each in seen.poller.config.providers if each.id == "a")
        light = provider_light(seen.state, watched_of(alpha), seen.clock.now())
        shown[round(asyncio.get_running_loop().time())] = light.service

    seen.live(until_s, *((second + 5.0, look) for second in range(0, int(until_s), 10)), *acts)
    return shown


def ever(shown: dict[int, Service], service: Service, *, after: int = 0) -> list[int]:
    """When it was shown like that."""
    return [second for second, light in shown.items() if light is service and second > after]


# Healthy


@pytest.mark.parametrize("gap", ["paused", "asleep", "offline"])
def test_a_gap_leaves_no_healthy_surface_grey(tmp_path: Path, gap: str) -> None:
    cut_off = Says(None, Failure.DNS, 0.01, cut_off=True)

    def unless_offline(fine: Behaviour | Says) -> Behaviour:
        spoilt = cut_off if gap == "offline" else fine
        return by_time((0, fine), (1_000, spoilt), (1_120, fine))  # type: ignore[arg-type]

    hosts = {"a": unless_offline(FINE), "b": unless_offline(FINE), "a/answers": unless_offline(ANSWERS)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("6h"))

    def resume() -> None:
        seen.poller.resume()

    acts: dict[str, tuple[Act, ...]] = {
        "paused": ((1_000, lambda: seen.poller.pause(None)), (1_300, resume)),
        "asleep": (
            (1_000, seen.fall_asleep),
            (1_000.5, lambda: seen.sleep_for(600)),
            (1_001, seen.wake_up),
        ),
        "offline": (),
    }
    shown = lights(seen, 3_000, *acts[gap])

    assert len(seen.world.answers("a.example")) <= 2
    assert ever(shown, Service.UP, after=1_700) == [s for s in shown if s > 1_700]


def test_a_restart_leaves_no_healthy_surface_grey(tmp_path: Path) -> None:
    watch(tmp_path, "a", "b", a=answers("6h")).live(600)
    again = watch(tmp_path, "a", "b", a=answers("6h"))
    again.clock.stepped_ms = 700_000
    shown = lights(again, 600)

    assert set(shown.values()) == {Service.UP}


# Down


@pytest.mark.parametrize("breaks", [RESET, SILENT, BROKEN], ids=["reset", "silent", "503"])
@pytest.mark.parametrize("others", [(), ("b",)], ids=["alone", "with a witness"])
def test_answers_that_fail_are_an_outage_however_they_fail_and_whoever_watches(
    tmp_path: Path, breaks: Says, others: tuple[str, ...]
) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (500, breaks))}
    seen = watch(tmp_path, "a", *others, hosts=hosts, a=answers("10m"))
    shown = lights(seen, 2 * HOUR_S)

    assert only(seen.happened(WentDown)).incident.started_at == START + 600_000
    # A lone provider's own list has to vouch for each failure that was no answer, and for twice as many.
    assert ever(shown, Service.UP, after=700 if others or breaks is BROKEN else 850) == []
    assert len(seen.world.answers("a.example")) <= 21


@pytest.mark.parametrize("breaks", [RESET, SILENT, BROKEN], ids=["reset", "silent", "503"])
def test_without_money_they_are_unknown_and_not_green(tmp_path: Path, breaks: Says) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (500, breaks))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("10m", 8 * MOST_USD))
    shown = lights(seen, 3 * HOUR_S)

    assert seen.happened(CameUp) == []
    assert ever(shown, Service.UP, after=700) == []
    assert shown[3 * HOUR_S - 5] is Service.UNKNOWN


def test_a_list_that_fails_too_while_no_answer_can_be_asked_is_red(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (6_000, BROKEN)),
        "a/answers": by_time((0, ANSWERS), (500, BROKEN)),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("10m", 8 * MOST_USD))
    shown = lights(seen, 2 * HOUR_S)

    assert shown[5_995] is Service.UNKNOWN
    assert shown[6_095] is Service.DOWN


@pytest.mark.parametrize(
    ("gate", "access"),
    [
        (WRONG_KEY, Access.KEY_REJECTED),
        (NO_CREDIT, Access.OUT_OF_CREDIT),
        (GONE, Access.MODEL_MISSING),
        (LIMITED, Access.RATE_LIMITED),
    ],
    ids=["401", "402", "404", "429"],
)
def test_a_gate_that_answers_ends_no_outage_behind_it(tmp_path: Path, gate: Says, access: Access) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN), (1_000, gate), (2_000, ANSWERS))}
    lines = f"{KEYED}\n{answers('1m')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)
    shown = lights(seen, 3 * HOUR_S)

    assert access in {told.access for told in seen.happened(AccessChanged)}
    assert ever(shown, Service.UP, after=400)[0] > 2_000
    assert only(seen.happened(CameUp)).at > START + 2_000_000


def test_one_stray_refusal_ends_no_outage(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN), (1_190, BAD_REQUEST), (1_260, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("1m"))
    shown = lights(seen, HOUR_S)

    assert seen.happened(CameUp) == []
    assert ever(shown, Service.UP, after=400) == []


def test_who_recovers_and_then_refuses_is_left_to_the_list(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, BROKEN), (425, ANSWERS), (435, BAD_REQUEST))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("6h"))
    lights(seen, 2_000)

    assert only(seen.happened(CameUp)).at < START + 600_000
    assert len(seen.world.seconds("a.example")) < 60


@pytest.mark.parametrize("takes_s", [5.0, 200.0])
def test_a_key_that_comes_late_after_a_restart_ends_no_outage(tmp_path: Path, takes_s: float) -> None:
    lines, hosts = f"{KEYED}\n{answers('10m')}", {"a/answers": always(BROKEN)}
    watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=lines).live(1_800)
    again = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=lines)
    again.ring.takes_s = takes_s
    again.clock.stepped_ms = 1_830_000
    shown = lights(again, 1_000)

    assert again.happened(CameUp) == []
    assert ever(shown, Service.UP) == []


def test_a_keyring_that_is_locked_for_a_while_ends_no_outage(tmp_path: Path) -> None:
    lines, hosts = f"{KEYED}\n{answers('10m')}", {"a/answers": always(BROKEN)}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=lines)

    def lock() -> None:
        seen.ring.secrets, seen.ring.unread = {}, frozenset("a")
        seen.reread_keys()

    def unlock() -> None:
        seen.ring.secrets, seen.ring.unread = {"a": "key"}, frozenset()
        seen.reread_keys()

    shown = lights(seen, 2_000, (1_000, lock), (1_150, unlock))

    assert seen.happened(CameUp) == []
    assert ever(shown, Service.UP) == []


def test_a_page_that_is_fine_makes_no_provider_green_whose_outage_is_open(tmp_path: Path) -> None:
    both = 'surfaces = ["api", "web"]\nbase_url = "https://a.example/v1"\nweb_url = "https://page.example/"'
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=f"{both}\n{answers('1m', 8 * MOST_USD)}")
    shown = lights(seen, HOUR_S)

    assert ever(shown, Service.UP, after=400) == []


def test_slow_answers_are_not_over_because_the_list_is_fast(tmp_path: Path) -> None:
    slow = Says(body=ANSWERS.body, headers=ANSWERS.headers, after_s=9.0)
    hosts = {"a/answers": by_time((0, ANSWERS), (1_800, slow))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("1m", 46 * 9e-6 + 2 * MOST_USD))
    shown = lights(seen, 3 * HOUR_S)

    assert ever(shown, Service.DEGRADED) != []
    assert seen.happened(CameUp) == []
    assert shown[3 * HOUR_S - 5] is Service.UNKNOWN


@pytest.mark.parametrize("every", [1_000, 2], ids=["once", "over and over"])
def test_a_list_that_fails_now_and_then_ends_no_slowness_of_answers_and_is_no_outage(
    tmp_path: Path, every: int
) -> None:
    asked: list[float] = []
    slow = Says(body=ANSWERS.body, headers=ANSWERS.headers, after_s=9.0)

    def flaky(second: float) -> Says:
        if second < 6_000:
            return FINE
        asked.append(second)
        return BROKEN if len(asked) % every == 1 else FINE

    hosts = {"a": flaky, "a/answers": by_time((0, ANSWERS), (1_800, slow))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("1m", 46 * 9e-6 + 2 * MOST_USD))
    shown = lights(seen, 3 * HOUR_S)

    assert len(asked) > 10
    assert ever(shown, Service.DEGRADED) != []
    assert seen.happened(CameUp) == []
    assert seen.happened(WentDown) == []
    assert ever(shown, Service.UP, after=2_400) == []


def test_a_total_outage_is_found_while_slow_answers_cannot_be_paid(tmp_path: Path) -> None:
    slow = Says(body=ANSWERS.body, headers=ANSWERS.headers, after_s=9.0)
    hosts = {
        "a": by_time((0, FINE), (6_000, BROKEN)),
        "a/answers": by_time((0, ANSWERS), (1_800, slow), (6_000, BROKEN)),
    }
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("1m", 46 * 9e-6 + 2 * MOST_USD))
    lights(seen, 2 * HOUR_S)

    assert START + 6_000_000 < only(seen.happened(WentDown)).at < START + 6_110_000


# Judged again


def _lived(seen: Watch) -> list[tuple[type, int, int | None]]:
    downs = [_told(each) for each in seen.happened(WentDown)]
    return downs + [_told(each) for each in seen.happened(CameUp)]


def _again(seen: Watch) -> list[tuple[type, int, int | None]]:
    rules = {provider.id: provider.rules for provider in seen.poller.config.providers}
    with seen.reader() as reader:
        heard = [heard_of(each) for each in reader.results()]
    found = [each for judged in replay(heard, rules.__getitem__) for each in judged.step.happenings]
    downs = [_told(each) for each in found if isinstance(each, WentDown)]
    return downs + [_told(each) for each in found if isinstance(each, CameUp)]


def _told(happening: WentDown | CameUp) -> tuple[type, int, int | None]:
    return type(happening), happening.incident.started_at, happening.incident.ended_at


@pytest.mark.parametrize("resets", [4, 5, 6])
def test_a_lone_providers_failures_are_judged_again_as_they_were_lived(tmp_path: Path, resets: int) -> None:
    asked: list[float] = []

    def breaks_for_a_while(second: float) -> Says:
        asked.extend([second] if second > 600 else [])
        return RESET if 0 < len(asked) <= resets else ANSWERS

    seen = watch(tmp_path, "a", hosts={"a/answers": breaks_for_a_while}, a=answers("10m")).live(HOUR_S)

    assert len(seen.happened(WentDown)) == (resets >= 6)
    assert _again(seen) == _lived(seen)


def test_an_outage_whose_end_nobody_saw_ends_when_it_is_judged_again(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN), (1_000, BAD_REQUEST))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("1m")).live(2 * HOUR_S)

    assert len(seen.happened(CameUp)) == 1
    assert _again(seen) == _lived(seen)


# The user, and others


def test_a_fallback_whose_answers_are_known_to_fail_is_not_suggested(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (5_000, BROKEN)),
        "b/answers": by_time((0, ANSWERS), (300, BROKEN)),
    }
    seen = watch(
        tmp_path, "a", "b", "c", hosts=hosts, a='fallbacks = ["b"]', b=answers("1m", 8 * MOST_USD)
    ).live(2 * HOUR_S)

    (suggested,) = (h.suggestion for h in seen.happened(Suggested) if h.suggestion.provider == "a")
    assert suggested.suggested is None
    assert "b lists its models, but its answers fail" in suggested.why


def test_a_changed_question_is_asked_at_once(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, BROKEN), (28_000, ANSWERS))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("6h"))
    other = config("a", "b", a=answers("6h", model="other"))
    seen.live(28_200, (28_050, lambda: seen.poller.reconfigure(other)))

    assert only(seen.happened(CameUp)).at < START + 28_100_000


def test_answers_that_are_wanted_again_are_asked_at_once(tmp_path: Path) -> None:
    hosts = {"a/answers": always(BROKEN)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("6h"))
    seen.live(
        1_400,
        (1_000, lambda: seen.poller.reconfigure(config("a", "b"))),
        (1_200, lambda: seen.poller.reconfigure(config("a", "b", a=answers("6h")))),
    )

    assert seen.happened(WentDown)[-1].at < START + 1_240_000


# A server of one's own


@pytest.mark.parametrize("every", ["10m", "6h"])
@pytest.mark.parametrize(
    ("becomes", "service"),
    [
        (REFUSED, Service.UNKNOWN),
        (Says(500, body=b'{"error": "boom"}'), Service.DOWN),
        (SILENT, Service.DOWN),
    ],
    ids=["quit", "500", "silent"],
)
def test_a_server_that_breaks_is_not_green_for_its_last_good_answer(
    tmp_path: Path, every: str, becomes: Says, service: Service
) -> None:
    lines = f'kind = "ollama"\nbase_url = "https://a.example/v1"\n{answers(every, model="tiny")}'
    lists = by_time((0, IN_MEMORY), (1_000, becomes))
    hosts = {"a/api/tags": lists, "a/api/ps": lists, "a/answers": by_time((0, ANSWERS), (1_000, becomes))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=lines)
    shown = lights(seen, 1_300)

    assert shown[995] is Service.UP
    assert shown[1_295] is service


def test_a_server_that_is_quit_in_its_outage_is_not_running(tmp_path: Path) -> None:
    lines = f'kind = "ollama"\nbase_url = "https://a.example/v1"\n{answers("6h", model="tiny")}'
    lists = by_time((0, IN_MEMORY), (1_000, REFUSED))
    hosts = {"a/api/tags": lists, "a/api/ps": lists, "a/answers": by_time((0, BROKEN), (1_000, REFUSED))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=lines)
    shown = lights(seen, 2_000)

    assert shown[995] is Service.DOWN
    assert shown[1_995] is Service.UNKNOWN
    assert seen.state.surface(api("a")).latest is not None


# What waiting for answers must not bring about


@pytest.mark.parametrize("gap", ["paused", "asleep", "restarted"])
def test_after_a_gap_a_list_that_is_broken_alone_is_no_outage(tmp_path: Path, gap: str) -> None:
    hosts = {"a": by_time((0, FINE), (2_000, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("6h"))
    acts: dict[str, tuple[Act, ...]] = {
        "paused": ((7_200, lambda: seen.poller.pause(None)), (7_500, lambda: seen.resume())),  # noqa: PLW0108
        "asleep": (
            (7_200, seen.fall_asleep),
            (7_200.5, lambda: seen.sleep_for(1_800)),
            (7_201, seen.wake_up),
        ),
        "restarted": (),
    }
    seen.live(2 * HOUR_S if gap == "restarted" else 3 * HOUR_S, *acts[gap])
    if gap == "restarted":
        seen = watch(tmp_path, "a", "b", hosts={"a": always(BROKEN)}, a=answers("6h"))
        seen.clock.stepped_ms = 7_500_000
        seen.live(HOUR_S)

    assert seen.happened(WentDown) == []


@pytest.mark.parametrize("gone", ["rejected", "locked"])
def test_nobody_is_hammered_while_there_is_no_key_to_ask_an_answer_with(tmp_path: Path, gone: str) -> None:
    fine = by_time((0, FINE), (1_400, WRONG_KEY)) if gone == "rejected" else always(FINE)
    deep = by_time((0, ANSWERS), (300, BROKEN), (1_400, WRONG_KEY if gone == "rejected" else BROKEN))
    lines = f"{KEYED}\n{answers('5m')}"
    seen = watch(tmp_path, "a", "b", hosts={"a": fine, "a/answers": deep}, ring=Ring(a="key"), a=lines)

    def lock() -> None:
        if gone == "locked":
            seen.ring.secrets, seen.ring.unread = {}, frozenset("a")
            seen.reread_keys()

    seen.live(6 * HOUR_S, (1_400, lock))

    assert len([second for second in seen.world.seconds("a.example") if second > 1_400]) < 400


def test_a_keyring_that_is_locked_for_hours_ends_no_outage(tmp_path: Path) -> None:
    lines, hosts = f"{KEYED}\n{answers('10m')}", {"a/answers": by_time((0, ANSWERS), (300, BROKEN))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=lines)

    def lock() -> None:
        seen.ring.secrets, seen.ring.unread = {}, frozenset("a")
        seen.reread_keys()

    shown = lights(seen, 5 * HOUR_S, (1_400, lock))

    assert seen.happened(CameUp) == []
    assert ever(shown, Service.UP, after=700) == []


def test_an_outage_whose_end_nobody_will_see_is_not_told_to_be_over(tmp_path: Path) -> None:
    lines, hosts = f"{KEYED}\n{answers('10m')}", {"a/answers": by_time((0, ANSWERS), (300, BROKEN))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=lines)

    def lose() -> None:
        seen.ring.secrets = {}
        seen.reread_keys()

    shown = lights(seen, 30 * HOUR_S, (1_400, lose))

    assert only(seen.happened(WentDown)).tell
    up = only(seen.happened(CameUp))
    assert not up.tell
    assert up.incident.ended_at is not None
    assert up.incident.ended_at < START + 2_200_000
    assert ever(shown, Service.DOWN, after=2 * HOUR_S) == []
    assert shown[30 * HOUR_S - 5] is Service.UP


@pytest.mark.parametrize("other", [SILENT, Says(429, headers={"retry-after": "7200"}, body=b"{}")])
def test_a_provider_whose_only_neighbour_cannot_vouch_is_as_good_as_alone(
    tmp_path: Path, other: Says
) -> None:
    hosts = {"b": by_time((0, FINE), (900, other)), "a/answers": by_time((0, ANSWERS), (3_000, SILENT))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("10m"))
    shown = lights(seen, 2 * HOUR_S)

    assert "a" in {told.key.provider for told in seen.happened(WentDown)}
    assert seen.happened(VantageChanged) == []  # whoever leaves one question unanswered makes nobody offline
    assert ever(shown, Service.UP, after=4_500) == []


def test_a_wall_that_stays_keeps_no_provider_grey_whose_api_is_fine(tmp_path: Path) -> None:
    html = {"content-type": "text/html"}
    wall = Says(403, headers={"cf-mitigated": "challenge", **html}, body=b"<title>Just a moment...</title>")
    fine = Says(body=b"<!doctype html><title>Chat</title><body>" + b"hello world " * 200, headers=html)
    both = 'surfaces = ["api", "web"]\nbase_url = "https://a.example/v1"\nweb_url = "https://w.example/"'
    hosts = {"w": by_time((0, fine), (1_000, BROKEN), (1_600, wall))}
    shown = lights(watch(tmp_path, "a", "b", hosts=hosts, a=both), 3 * HOUR_S)

    assert shown[1_395] is Service.DOWN
    assert shown[3 * HOUR_S - 5] is Service.UP


def test_a_rate_limit_in_a_deep_outage_makes_no_light_flicker(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN), (1_000, LIMITED))}
    shown = lights(watch(tmp_path, "a", "b", hosts=hosts, a=answers("1m")), HOUR_S)
    row = [shown[second] for second in sorted(shown)]

    assert sum(one is not other for one, other in pairwise(row)) < 8


@pytest.mark.parametrize("others", [(), ("b",)], ids=["alone", "with a witness"])
@pytest.mark.parametrize("bad", [SILENT, RESET, BROKEN], ids=["silent", "reset", "503"])
def test_a_list_that_cannot_be_had_while_answers_are_fine_costs_no_fortune(
    tmp_path: Path, bad: Says, others: tuple[str, ...]
) -> None:
    hosts = {"a": by_time((0, FINE), (1_000, bad))}
    seen = watch(tmp_path, "a", *others, hosts=hosts, a=answers("1h", 40 * MOST_USD)).live(6 * HOUR_S)

    assert len(seen.world.answers("a.example")) <= 16
    assert seen.happened(WentDown) == []
    assert sum(gap.gap.cause is GapCause.UNPROVEN for gap in seen.happened(GapSeen)) <= 1


def test_a_host_that_fails_whoever_asks_is_down_however_often_it_blinked_before(tmp_path: Path) -> None:
    def blinks(fine: Says) -> Behaviour:
        return lambda second: REFUSED if second > 20_000 or second % 1_200 < 70 else fine

    hosts = {"a": blinks(FINE), "a/answers": blinks(ANSWERS)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("6h")).live(21_000)

    assert 20_000 < second_of(seen.happened(WentDown)[-1].at) < 20_100


@pytest.mark.parametrize("others", [(), ("b",)], ids=["alone", "with a witness"])
def test_who_is_offline_knows_it_though_answers_speak_for_hours(
    tmp_path: Path, others: tuple[str, ...]
) -> None:
    cut_off = Says(None, Failure.DNS, 0.01, cut_off=True)

    def flaky(fine: Says) -> Behaviour:
        breaks = RESET if fine is FINE else fine
        return lambda second: cut_off if second > 5_000 else breaks if second % 700 < 70 else fine

    hosts = {"a": flaky(FINE), "a/answers": flaky(ANSWERS), "b": by_time((0, FINE), (5_000, cut_off))}
    seen = watch(tmp_path, "a", *others, hosts=hosts, a=answers("6h")).live(6_000)

    assert 5_000 < second_of(only(seen.happened(VantageChanged)).at) < 5_150


@pytest.mark.parametrize("gate", [LIMITED, GONE, NO_CREDIT, NOT_HERE], ids=["429", "404", "402", "403"])
def test_a_gate_that_answers_for_good_in_an_outage_is_not_asked_every_minute(
    tmp_path: Path, gate: Says
) -> None:
    deep = by_time((0, ANSWERS), (500, BROKEN), (30_000, gate))
    seen = watch(
        tmp_path, "a", "b", hosts={"a/answers": deep}, ring=Ring(a="k"), a=f"{KEYED}\n{answers('6h')}"
    )
    seen.live(15 * HOUR_S)

    assert len([second for second in seen.world.answers("a.example") if second > 30_000]) < 15
    assert seen.happened(CameUp) == []


@pytest.mark.parametrize("gate", [NO_CREDIT, NOT_HERE], ids=["402", "403"])
def test_a_standing_that_answers_found_lost_is_given_back_by_no_list(tmp_path: Path, gate: Says) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (1_000, gate))}
    lines = f"{KEYED}\n{answers('10m', 8 * MOST_USD)}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(60 * HOUR_S)

    assert only(seen.happened(AccessChanged)).before is Access.OK


def test_a_standing_that_answers_found_lost_is_given_back_by_an_answer(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (1_000, NO_CREDIT), (6_000, ANSWERS))}
    lines = f"{KEYED}\n{answers('10m')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(3 * HOUR_S)

    assert [told.access for told in seen.happened(AccessChanged)] == [Access.OUT_OF_CREDIT, Access.OK]


def test_a_list_gives_nothing_back_after_restarts_a_limit_or_a_rejected_key_either(tmp_path: Path) -> None:
    deep = by_time((0, ANSWERS), (300, NO_CREDIT), (900, LIMITED), (1_500, NO_CREDIT))
    hosts = {"a/answers": deep, "a": by_time((0, FINE), (9_000, WRONG_KEY), (9_300, FINE))}
    lines = f"{KEYED}\n{answers('10m', 8 * MOST_USD)}"
    changes: list[Access] = []
    for day in range(3):
        seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)
        seen.clock.stepped_ms = day * 14_000 * 1_000
        seen.live(14_000)
        changes += [told.access for told in seen.happened(AccessChanged)]
        hosts = {"a/answers": always(NO_CREDIT)}

    assert Access.OK not in changes
    assert seen.state.access("a").access is Access.OUT_OF_CREDIT


@pytest.mark.parametrize(("affords", "bought_s"), [(5, 8_000), (6, 9_000)])
def test_an_answer_that_is_fine_is_enough_for_a_list_to_give_it_back(
    tmp_path: Path, affords: int, bought_s: int
) -> None:
    hosts = {"a/answers": by_time((0, NO_CREDIT), (bought_s, ANSWERS))}
    lines = f"{KEYED}\n{answers('1h', affords * MOST_USD)}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(12_000)

    assert len(seen.world.answers("a.example")) < 2 * affords
    assert seen.state.access("a").access is Access.OK


def test_who_looks_at_once_has_the_standing_asked_of_an_answer(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, NO_CREDIT), (1_000, ANSWERS))}
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)

    def look() -> None:
        seen.poller.check_now()

    seen.live(3_000, (2_000, look))

    assert seen.state.access("a").access is Access.OK


@pytest.mark.parametrize("keyed", [KEYED, 'key = "none"'])
@pytest.mark.parametrize("gate", [NO_CREDIT, GONE], ids=["402", "404"])
def test_answers_that_are_wished_for_no_more_leave_no_standing_behind_after_a_restart(
    tmp_path: Path, keyed: str, gate: Says
) -> None:
    hosts = {"a/answers": always(gate)}
    watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=f"{keyed}\n{answers('6h')}").live(1_000)
    again = watch(tmp_path, "a", "b", ring=Ring(a="key"), a=keyed)
    again.clock.stepped_ms = 2_000_000
    again.live(300)

    assert again.state.access("a").access in {Access.OK, Access.UNCHECKED}


def test_what_answers_found_is_forgotten_where_none_is_taken_any_more(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, NO_CREDIT), (1_500, BAD_REQUEST))}
    lines = f"{KEYED}\n{answers('10m')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(3 * HOUR_S)

    assert seen.state.access("a").access is Access.OK


def test_a_keyring_that_was_locked_makes_no_new_key_of_the_old_one(tmp_path: Path) -> None:
    hosts = {"a/answers": always(NO_CREDIT)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=f"{KEYED}\n{answers('6h')}")

    def put(secrets: dict[str, str], *, locked: bool) -> None:
        seen.ring.secrets, seen.ring.unread = secrets, frozenset("a" if locked else "")
        seen.reread_keys()

    seen.live(HOUR_S, (1_000, lambda: put({}, locked=True)), (2_000, lambda: put({"a": "key"}, locked=False)))
    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT
    assert seen.state.access("a").access is Access.OUT_OF_CREDIT


@pytest.mark.parametrize("gate", [NO_CREDIT, WRONG_KEY], ids=["402", "401"])
@pytest.mark.parametrize("when", ["running", "off"])
def test_a_new_key_is_tried_at_once(tmp_path: Path, when: str, gate: Says) -> None:
    hosts = {"a/answers": by_time((0, gate), (1_000, ANSWERS))}
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="old"), a=lines)

    def put() -> None:
        seen.ring.secrets = {"a": "new"}
        seen.reread_keys()

    seen.live(1_900, *([(1_500, put)] if when == "running" else []))
    if when == "off":
        seen = watch(tmp_path, "a", "b", ring=Ring(a="new"), a=lines)
        seen.clock.stepped_ms = 2_000_000
        seen.live(300)

    assert seen.state.access("a").access is Access.OK


def test_a_key_that_is_gone_has_no_standing_any_more(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), a=KEYED)

    def lose() -> None:
        seen.ring.secrets, seen.ring.troubles = {}, {"a": "no key in the keyring"}
        seen.reread_keys()

    seen.live(2_000, (1_000, lose))
    assert seen.state.access("a").access is Access.UNCHECKED
    assert seen.state.troubles["a"] == "no key in the keyring"


def test_a_key_that_is_gone_once_its_keyring_opens_has_no_standing_either(tmp_path: Path) -> None:
    hosts = {"a": always(WRONG_KEY)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=KEYED)

    def put(*, locked: bool) -> None:
        seen.ring.secrets, seen.ring.unread = {}, frozenset("a" if locked else "")
        seen.reread_keys()

    seen.live(3_000, (1_000, lambda: put(locked=True)), (2_000, lambda: put(locked=False)))
    assert seen.state.access("a").access is Access.UNCHECKED


def test_a_key_that_is_gone_while_the_keyring_of_another_is_locked_has_no_standing(tmp_path: Path) -> None:
    ring = Ring(a="key", b="other")
    seen = watch(tmp_path, "a", "b", ring=ring, a=KEYED, b=KEYED)

    def lose() -> None:
        ring.secrets, ring.unread = {}, frozenset("b")
        seen.reread_keys()

    seen.live(2_000, (1_000, lose))
    assert seen.state.access("a").access is Access.UNCHECKED
    assert seen.state.access("b").access is Access.OK


def test_one_stray_answer_is_confirmed_by_no_list(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (500, NO_CREDIT), (700, ANSWERS))}
    lines = f"{KEYED}\n{answers('10m', 1.3 * MOST_USD)}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(6 * HOUR_S)

    assert seen.happened(AccessChanged) == []


def test_another_surface_gives_back_nothing_that_answers_found_lost(tmp_path: Path) -> None:
    both = 'surfaces = ["api", "web"]\nbase_url = "https://a.example/v1"\nweb_url = "https://w.example/"'
    lines = f"{KEYED}\n{both}\n{answers('6h', 2.3 * MOST_USD)}"
    hosts = {"a/answers": always(NO_CREDIT)}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(9 * HOUR_S)

    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


def test_another_pace_gives_nothing_back_either(tmp_path: Path) -> None:
    hosts = {"a/answers": always(NO_CREDIT)}
    lines = f"{KEYED}\n{answers('6h', 2.3 * MOST_USD)}"
    other = config("a", "b", a=f"{KEYED}\n{answers('5h', 2.3 * MOST_USD)}")
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)
    seen.live(3 * HOUR_S, (HOUR_S, lambda: seen.poller.reconfigure(other)))

    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


@pytest.mark.parametrize("others", [(), ("b",)], ids=["alone", "with a witness"])
@pytest.mark.parametrize("bad", [SILENT, RESET], ids=["silent", "reset"])
def test_nobody_is_hammered_for_a_list_that_cannot_be_had(
    tmp_path: Path, bad: Says, others: tuple[str, ...]
) -> None:
    hosts = {"a": by_time((0, FINE), (1_000, bad))}
    seen = watch(tmp_path, "a", *others, hosts=hosts, a=answers("6h")).live(20_000)

    for host in ("a.example", *(f"{name}.example" for name in others)):
        assert len(seen.world.seconds(host)) < 700  # once for itself and once for its word in each minute


def test_who_wants_no_answers_any_more_has_the_standing_that_the_list_finds(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (1_000, NO_CREDIT))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=f"{KEYED}\n{answers('10m')}")
    seen.live(3 * HOUR_S, (6_000, lambda: seen.poller.reconfigure(config("a", "b", a=KEYED))))

    assert [told.access for told in seen.happened(AccessChanged)] == [Access.OUT_OF_CREDIT, Access.OK]


def test_who_left_in_an_outage_whose_end_nobody_saw_is_not_called_back(tmp_path: Path) -> None:
    lines = f'fallbacks = ["b"]\n{answers("10m")}'
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN), (1_900, BAD_REQUEST))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=lines)
    seen.live(3 * HOUR_S, (1_000, lambda: seen.poller.switch("b", leaving="a")))

    assert only(seen.happened(CameUp)).tell is False
    assert seen.happened(PrimaryBack) == []


def test_answers_in_time_after_slow_ones_are_asked_for_soon(tmp_path: Path) -> None:
    slow = Says(body=ANSWERS.body, headers=ANSWERS.headers, after_s=9.0)
    hosts = {"a/answers": by_time((0, ANSWERS), (5 * HOUR_S, slow), (9 * HOUR_S, ANSWERS))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("1h")).live(12 * HOUR_S)

    assert seen.happened(WentDegraded) != []
    assert only(seen.happened(CameUp)).at < START + round(10.1 * HOUR_S * 1_000)


@pytest.mark.parametrize("polling", ["20s", "30s"])
def test_no_outage_of_the_past_comes_back_after_a_clock_was_set_back_in_it(
    tmp_path: Path, polling: str
) -> None:
    lines, pace = answers(polling), f'interval = "{polling}"'
    hosts = {"a/answers": by_time((0, ANSWERS), (500, RESET), (5_000, ANSWERS))}
    seen = watch(tmp_path, "a", hosts=hosts, polling=pace, a=lines)

    def set_back() -> None:
        seen.clock.stepped_ms -= 2 * HOUR_S * 1_000

    seen.live(9_000, (3_099, set_back))
    with seen.reader() as reader:
        assert reader.state().surface(API).service is seen.state.surface(API).service is Service.UP
        assert reader.state().surface(API).fails == 0
    again = watch(tmp_path, "a", polling=pace, a=lines)
    again.clock.stepped_ms = (9_060 - 2 * HOUR_S) * 1_000
    again.live(3_000)

    assert again.happened(WentDown) == []
    assert again.happened(CameUp) == []


@pytest.mark.parametrize(("resets", "errors"), [(3, 1), (5, 0), (1, 2)])
def test_what_a_lone_providers_own_list_vouched_for_counts_half_beside_other_failures(
    tmp_path: Path, resets: int, errors: int
) -> None:
    asked: list[float] = []

    def breaks_for_a_while(second: float) -> Says:
        if second < 600:
            return ANSWERS
        asked.append(second)
        if len(asked) <= resets:
            return RESET
        return BROKEN if len(asked) <= resets + errors else ANSWERS

    seen = watch(tmp_path, "a", hosts={"a/answers": breaks_for_a_while}, a=answers("10m")).live(HOUR_S)

    assert len(asked) > resets + errors
    assert seen.happened(WentDown) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_lone_providers_own_lossy_network_is_held_against_nobody(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    ends, until = [0.0], 0.0
    while until < 6 * HOUR_S:
        until += chance.expovariate(1 / 30)
        ends.append(until)

    def lossy(fine: Says) -> Behaviour:
        return lambda second: SILENT if bisect(ends, second) % 2 == 0 else fine

    hosts = {"a": lossy(FINE), "a/answers": lossy(ANSWERS)}
    seen = watch(tmp_path, "a", hosts=hosts, a=answers("5m")).live(6 * HOUR_S)

    assert seen.happened(WentDown) == []
    assert seen.happened(WentUnstable) == []
