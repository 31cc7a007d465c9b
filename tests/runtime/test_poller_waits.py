"""A host that wants to be left alone is, whatever becomes of the answer in which it said so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.world import FINE, Says, Watch, by_time, watch
from trayuptime.core.state import Settled

BUSY = Says(429, headers={"retry-after": "200"}, body=b"{}", after_s=5.0)


def _reconfigure(seen: Watch) -> None:
    (provider,) = seen.config.providers
    changed = replace(provider, name="another name")
    seen.poller.reconfigure(replace(seen.config, providers=(changed,)))


def _pause(seen: Watch) -> None:
    seen.poller.pause(None)


@pytest.mark.parametrize("late", [_reconfigure, _pause])
def test_an_answer_that_comes_too_late_to_count_is_obeyed(
    tmp_path: Path, late: Callable[[Watch], None]
) -> None:
    seen = watch(tmp_path, "a", hosts={"a": by_time((0, BUSY), (4, FINE))})
    seen.live(300, (2, lambda: late(seen)), (20, seen.resume))

    assert [settled.result.reason for settled in seen.happened(Settled)][:1] == ["ok"]
    assert seen.world.seconds("a.example")[:2] == [0, 205]


def test_an_answer_that_landed_before_a_sleep_is_obeyed_after_it(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": by_time((0, BUSY), (4, FINE))})
    seen.live(300, (5, lambda: seen.sleep_for(100)), (20, seen.check_now))

    assert seen.world.seconds("a.example")[0] == 0
    assert seen.world.seconds("a.example")[1] >= 105
