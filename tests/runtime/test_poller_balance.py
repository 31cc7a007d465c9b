"""A 402 is held against the vendor's own balance: DeepSeek gave spurious ones in January 2025."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from runtime.world import (
    ANSWERS,
    FINE,
    KEYED,
    NO_CREDIT,
    Behaviour,
    Ring,
    Says,
    Watch,
    api,
    by_time,
    only,
    watch,
)
from trayuptime.core.crosscheck import SPURIOUS_CREDIT
from trayuptime.core.model import Service
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import AccessChanged, CameUp, WentDown

RICH = Says(body=b'{"is_available": true}')
POOR = Says(body=b'{"is_available": false}')


def _watch(
    home: Path,
    says: Behaviour,
    balance: Says | Behaviour | None,
    url: str = "https://a.example/user/balance",
    answers: Behaviour | None = None,
) -> Watch:
    """A provider whose lists answer as `says`, its balance as `balance`, and answers each hour."""
    paid = '\n[provider.completion]\nmodel = "m"\nevery = "1h"\nusd_in = 1\nusd_out = 1'
    lines = KEYED if answers is None else KEYED + paid
    hosts = {"a": says} if answers is None else {"a": says, "a/answers": answers}
    seen = watch(home, "a", a=lines, hosts=hosts, ring=Ring(a="key"))
    (provider,) = seen.config.providers
    if balance is not None:
        provider = replace(provider, balance_url=url, balance_available="is_available")
    seen.config = replace(seen.config, providers=(provider,))
    others: Callable[..., Says] = seen.world.says_to
    seen.world.says_to = lambda request: (  # type: ignore[method-assign]
        _now(balance) if balance is not None and request.url.endswith("/balance") else others(request)
    )
    return seen


def _now(says: Says | Behaviour) -> Says:
    return says if isinstance(says, Says) else says(asyncio.get_running_loop().time())


def _balances(seen: Watch) -> list[float]:
    return [round(asked.second, 1) for asked in seen.world.asked if asked.path == "/user/balance"]


def test_a_402_to_an_account_in_credit_is_the_vendors_failure(tmp_path: Path) -> None:
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), RICH).live(1_400)

    assert only(seen.happened(WentDown)).reason is Reason.BAD_ANSWER
    assert seen.happened(AccessChanged) == []
    assert seen.state.surface(api("a")).service is Service.DOWN
    assert SPURIOUS_CREDIT in seen.results("a")[-1].detail


def test_the_balance_is_asked_before_the_402_is_asked_again(tmp_path: Path) -> None:
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), RICH).live(602)

    assert [asked.path for asked in seen.world.asked][-3:] == ["/v1/models", "/user/balance", "/v1/models"]
    assert seen.world.most_at_one_host == 1


def test_a_402_that_the_balance_confirms_is_your_own(tmp_path: Path) -> None:
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), POOR).live(900)

    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT
    assert seen.state.surface(api("a")).service is Service.UP


@pytest.mark.parametrize("balance", [Says(500), Says(None, after_s=3600.0), Says(body=b"<html>")])
def test_a_balance_that_cannot_be_had_changes_nothing(tmp_path: Path, balance: Says) -> None:
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), balance).live(900)

    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


def test_a_balance_is_asked_at_most_every_ten_minutes(tmp_path: Path) -> None:
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), RICH).live(4_000)

    found = _balances(seen)
    assert len(found) == 6
    assert all(b - a >= 600 for a, b in pairwise(found))
    assert seen.happened(CameUp) == []
    assert {result.reason for result in seen.results("a")[15:]} == {Reason.BAD_ANSWER}


@pytest.mark.parametrize("lag_s", [1.0, 100.0, 290.0, 590.0])
def test_a_balance_that_lags_behind_the_empty_account_makes_no_outage(tmp_path: Path, lag_s: float) -> None:
    says = by_time((0, FINE), (600, NO_CREDIT))
    seen = _watch(tmp_path, says, by_time((0, RICH), (600 + lag_s, POOR))).live(1_600)

    assert seen.happened(WentDown) == []
    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


def test_answers_are_asked_until_it_is_known_whose_402_it_was(tmp_path: Path) -> None:
    """The model list knows nothing of credit, and the next answer would be due in an hour."""
    balance = by_time((0, RICH), (3_800, POOR))
    seen = _watch(tmp_path, by_time((0, FINE)), balance, answers=by_time((0, ANSWERS), (3_000, NO_CREDIT)))
    seen.live(4_500)

    assert seen.happened(WentDown) == []
    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


def test_without_a_balance_endpoint_nobody_is_asked(tmp_path: Path) -> None:
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), None).live(900)

    assert {asked.path for asked in seen.world.asked} == {"/v1/models"}
    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


def test_a_key_is_never_shown_to_another_host(tmp_path: Path) -> None:
    url = "https://vendor.example/user/balance"
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), RICH, url).live(900)

    assert {asked.host for asked in seen.world.asked} == {"a.example:443"}


def test_while_nothing_is_wrong_no_balance_is_asked(tmp_path: Path) -> None:
    assert _balances(_watch(tmp_path, by_time((0, FINE)), RICH).live(3_600)) == []


def test_an_end_in_the_middle_of_it_leaves_nothing_behind(tmp_path: Path) -> None:
    slow = replace(RICH, after_s=5.0)
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), slow).live(602)

    assert _balances(seen) == [600.2]
    assert not any(seen.world.in_flight.values())


def test_a_balance_that_asks_to_wait_holds_its_host(tmp_path: Path) -> None:
    busy = Says(429, headers={"retry-after": "300"}, body=b"{}")
    seen = _watch(tmp_path, by_time((0, FINE), (600, NO_CREDIT)), busy).live(1_000)

    (asked,) = _balances(seen)
    later = [each.second for each in seen.world.asked if each.second > 601]
    assert min(later) >= asked + 300
