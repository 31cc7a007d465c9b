"""Without any network but loopback, what runs on this computer is watched and judged as ever."""

import pytest

from netns.bed import Bed
from netns.telling import assert_one_outage

pytestmark = pytest.mark.netns

AT_ONCE = 'interval = "60s"\nretry_interval = "50ms"\ntimeout = "2s"\n'


def test_a_server_on_loopback_is_judged_where_there_is_no_other_network(bed: Bed) -> None:
    with bed.lonely() as place:
        alpha, beta = place.server("alpha"), place.server("beta")
        with bed.watch(alpha, beta, polling=AT_ONCE, within=place.command) as watch:
            alpha.stop()
            watch.check_now()
            watch.event("down")
            alpha.start()
            watch.check_now()
            watch.event("up")
            watch.notice("alpha is up again")
            events = watch.end()

    assert_one_outage(events, "alpha", "connect_refused")


def test_a_lone_server_on_loopback_needs_no_witness(bed: Bed) -> None:
    with bed.lonely() as place:
        alpha = place.server("alpha")
        with bed.watch(alpha, polling=AT_ONCE, within=place.command) as watch:
            alpha.stop()
            watch.check_now()
            down = watch.event("down")
            watch.end()

    assert (down["provider"], down["reason"]) == ("alpha", "connect_refused")
