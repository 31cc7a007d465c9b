"""A name server that fails for everybody is this computer's trouble."""

from collections.abc import Callable

import pytest

from netns.bed import Bed, Trouble
from netns.servers import NameServer
from netns.telling import assert_away_and_back_once, assert_nobody_is_blamed, titles

pytestmark = pytest.mark.netns


def fall_silent(names: NameServer) -> None:
    names.silent = True


def know_nobody(names: NameServer) -> None:
    names.knows_nobody = True


def recover(names: NameServer) -> None:
    names.silent = names.knows_nobody = False


@pytest.mark.parametrize("fail", [fall_silent, know_nobody])
def test_a_name_server_that_fails_for_everybody_is_no_vendor_s_outage(
    bed: Bed, fail: Callable[[NameServer], None]
) -> None:
    trouble = Trouble(lambda: fail(bed.names), lambda: recover(bed.names))
    with bed.watch(bed.vendor("alpha"), bed.vendor("beta")) as watch:
        events = watch.go_through(trouble, "alpha", "beta")

    assert_nobody_is_blamed(events)
    assert_away_and_back_once(events)
    assert titles(events) == ["You are offline"]


def test_a_machine_in_the_next_room_needs_no_name_server_and_vouches_for_nobody_outside(bed: Bed) -> None:
    vendors = [bed.vendor("alpha"), bed.vendor("beta"), bed.machine("room"), bed.machine("attic")]
    with bed.watch(*vendors) as watch:
        bed.names.knows_nobody = True
        watch.check_now()
        offline = watch.event("offline")
        watch.check_now()
        watch.results("room", "attic", after=offline)
        events = watch.end()

    assert_nobody_is_blamed(events)
    assert titles(events) == ["You are offline"]
