"""`check`: asked once, decided once, by the same judge."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.world import (
    BROKEN,
    FINE,
    KEYED,
    NO_CREDIT,
    NO_NAME,
    SILENT,
    Behaviour,
    Says,
    World,
    always,
    api,
    by_time,
    config,
)
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Service, Vantage
from trayuptime.core.reasons import Access
from trayuptime.core.state import State
from trayuptime.net.transport import Request
from trayuptime.runtime.once import check
from trayuptime.runtime.told import Keys
from virtual_time import VirtualClock, run


def _check(
    ids: tuple[str, ...], *names: str, hosts: Mapping[str, Behaviour] | None = None, **more: str
) -> tuple[State, World]:
    clock = VirtualClock()
    world = World(clock, {f"{name}.example": b for name, b in (hosts or {}).items()})
    keys = Keys({"keyed": "sk-1"}, {})
    return run(check(config(*names, **more), ids, world, clock, keys)), world


def test_one_answer_is_enough_for_up(tmp_path: Path) -> None:
    state, world = _check(("a", "b"), "a", "b")

    assert [state.surface(api(name)).service for name in ("a", "b")] == [Service.UP, Service.UP]
    assert len(world.asked) == 2


def test_a_failure_is_confirmed_at_the_retry_interval() -> None:
    state, world = _check(("a",), "a", hosts={"a": always(BROKEN)})

    assert state.surface(api("a")).service is Service.DOWN
    assert world.seconds("a.example") == [0, 10.2, 20.4]


@pytest.mark.parametrize("several", [2, 5, 14])
def test_every_failure_is_confirmed_however_many_there_are(several: int) -> None:
    names = [f"p{number}" for number in range(several)]
    state, world = _check(tuple(names), *names, hosts=dict.fromkeys(names, always(BROKEN)))

    assert {state.surface(api(name)).service for name in names} == {Service.DOWN}
    assert len(world.asked) == 3 * several


def test_a_vendor_that_hangs_is_confirmed_while_others_answer() -> None:
    hosts = {"a": always(SILENT), "b": by_time((0, Says(503, body=b"", after_s=1.9)), (25, FINE))}
    state, _ = _check(("a", "b"), "a", "b", hosts=hosts)

    assert state.surface(api("a")).service is Service.DOWN


def test_one_bad_answer_is_not_yet_an_outage() -> None:
    state, _ = _check(("a",), "a", hosts={"a": by_time((0, BROKEN), (5, FINE))})

    assert state.surface(api("a")).service is Service.UP


def test_witnesses_are_asked_although_they_were_not_named() -> None:
    state, world = _check(("a",), "a", "b", "c", "d", hosts={"a": always(NO_NAME)})

    assert state.surface(api("a")).service is Service.DOWN
    assert world.seconds("b.example") == [0.01, 10.02, 20.03]
    assert world.seconds("d.example") == []


def test_everyone_silent_is_this_computer() -> None:
    hosts = {"a": always(NO_NAME), "b": always(SILENT)}
    state, _ = _check(("a",), "a", "b", hosts=hosts)

    assert state.vantage is Vantage.OFFLINE
    assert state.surface(api("a")).service is Service.UNKNOWN


def test_a_lone_provider_without_a_network_is_unknown() -> None:
    state, world = _check(("a",), "a", hosts={"a": always(NO_NAME)})

    assert state.surface(api("a")).service is Service.UNKNOWN
    assert world.seconds("a.example") == [0, 10.01, 20.02]


def test_a_doubtful_access_is_asked_twice_before_it_is_believed() -> None:
    wrong = Says(401, body=b"{}")
    state, world = _check(("keyed",), "keyed", hosts={"keyed": always(wrong)}, keyed='key = "env:X"')

    assert state.access("keyed").access is Access.KEY_REJECTED
    assert [asked.key for asked in world.asked] == ["Bearer sk-1", "Bearer sk-1"]


def test_a_host_that_says_retry_after_is_not_asked_again() -> None:
    wait = Says(429, headers={"retry-after": "200"}, body=b"")
    same = 'base_url = "https://a.example/v2"'
    state, world = _check(("a", "b"), "a", "b", hosts={"a": always(wait)}, b=same)

    assert world.seconds("a.example") == [0]
    assert sorted(state.surface(api(name)).service for name in ("a", "b")) == [Service.UNKNOWN, Service.UP]


def test_nobody_is_asked_twice_at_once_and_nobody_is_forgotten() -> None:
    names = [f"p{number}" for number in range(12)]
    same = dict.fromkeys(names[:4], 'base_url = "https://p0.example/v1"')
    slow = {name: always(Says(after_s=2.0)) for name in names}
    state, world = _check(tuple(names), *names, hosts=slow, **same)

    assert world.most_at_one_host == 1
    assert world.most_at_once == 8
    assert {state.surface(api(name)).service for name in names} == {Service.UP}


def test_nothing_named_asks_nobody() -> None:
    state, world = _check((), "a", "b")

    assert world.asked == []
    assert state.surfaces == {}


def test_a_proxy_that_refuses_while_others_answer_does_not_keep_it_asking() -> None:
    hosts = {"a": always(Says(None, Failure.PROXY, 0.1))}
    state, world = _check(("a",), "a", "b", "c", hosts=hosts)

    assert state.surface(api("a")).service is Service.UNKNOWN
    assert len(world.seconds("a.example")) <= 3
    assert len(world.asked) <= 8


@pytest.mark.parametrize(
    ("said", "service", "access"),
    [
        (b'{"is_available": true}', Service.DOWN, Access.UNCHECKED),
        (b'{"is_available": false}', Service.UP, Access.OUT_OF_CREDIT),
    ],
)
def test_a_402_is_held_against_the_vendors_own_balance(said: bytes, service: Service, access: Access) -> None:
    clock = VirtualClock()
    balance = "https://keyed.example/user/balance"
    (provider,) = config("keyed", keyed=KEYED).providers
    provider = replace(provider, balance_url=balance, balance_available="is_available")
    world = World(clock, {"keyed.example": always(NO_CREDIT)})
    others: Callable[[Request], Says] = world.says_to
    world.says_to = lambda request: Says(body=said) if request.url == balance else others(request)  # type: ignore[method-assign]
    of = replace(config("keyed", keyed=KEYED), providers=(provider,))
    state = run(check(of, ("keyed",), world, clock, Keys({"keyed": "sk-1"}, {})))

    assert state.surface(api("keyed")).service is service
    assert state.access("keyed").access is access
    assert [asked.path for asked in world.asked][:3] == ["/v1/models", "/user/balance", "/v1/models"]
    assert sum(asked.path == "/user/balance" for asked in world.asked) == 1


def test_a_check_spends_nothing() -> None:
    lines = '[provider.completion]\nmodel = "m"\nusd_in = 1\nusd_out = 1'
    _, world = _check(("a",), "a", a=lines)

    assert [asked.path for asked in world.asked] == ["/v1/models"]


def test_a_check_asks_no_host_for_a_balance_while_it_is_being_asked() -> None:
    """Two users of one host run out of credit at once, beside a third host that asks for its balance."""
    clock = VirtualClock()
    said = Says(body=b'{"is_available": true}', after_s=1.0)
    names = ("a", "b", "c")
    shared = 'base_url = "https://keyed.example/v1"\n' + KEYED
    of = config("a", "b", "c", a=shared, b=shared, c=KEYED)
    providers = tuple(
        replace(
            p,
            balance_url=f"{p.base_url}/balance".replace("/v1/", "/user/"),
            balance_available="is_available",
        )
        for p in of.providers
    )
    world = World(clock, dict.fromkeys(("keyed.example", "c.example"), always(NO_CREDIT)))
    others: Callable[[Request], Says] = world.says_to
    world.says_to = lambda request: said if "balance" in request.url else others(request)  # type: ignore[method-assign]
    keys = Keys(dict.fromkeys(names, "sk-1"), {})
    state = run(check(replace(of, providers=providers), names, world, clock, keys))

    assert world.most_at_one_host == 1
    assert sum("balance" in asked.path for asked in world.asked) == 3
    assert {state.surface(api(name)).service for name in names} == {Service.DOWN}


def test_a_balance_that_asks_to_wait_ends_the_questions_to_its_host() -> None:
    clock = VirtualClock()
    balance = "https://keyed.example/user/balance"
    of = config("keyed", keyed=KEYED)
    (provider,) = of.providers
    provider = replace(provider, balance_url=balance, balance_available="is_available")
    busy = Says(429, headers={"retry-after": "300"}, body=b"{}")
    world = World(clock, {"keyed.example": always(NO_CREDIT)})
    others: Callable[[Request], Says] = world.says_to
    world.says_to = lambda request: busy if request.url == balance else others(request)  # type: ignore[method-assign]
    run(check(replace(of, providers=(provider,)), ("keyed",), world, clock, Keys({"keyed": "sk-1"}, {})))

    assert [asked.path for asked in world.asked] == ["/v1/models", "/user/balance"]
