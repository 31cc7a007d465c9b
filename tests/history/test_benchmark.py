"""The data set of `benchmarks.history` in small, and that every store there answers alike about it."""

from itertools import chain, islice, pairwise
from pathlib import Path

import pytest
from benchmarks.history.stores import STORES
from benchmarks.history.stream import SAME_WORK, TEN_PROVIDERS, Cycle, cycles
from benchmarks.history.troubles import DAY, HOUR

from trayuptime.core.model import Instant
from trayuptime.core.state import CameUp, GapSeen, WentDown

SMALL = 12_000


@pytest.fixture(scope="module")
def drawn() -> list[Cycle]:
    """Eleven days of ten surfaces."""
    return list(cycles(SAME_WORK, 300_000))


def _fill(name: str, path: Path, results: int) -> Instant:
    writer = STORES[name].write(path, TEN_PROVIDERS)
    until = 0
    for cycle in cycles(TEN_PROVIDERS, results):
        writer.append(writer.prepare(cycle))
        writer.tidy(cycle.at)
        until = cycle.at
    writer.close()
    return until + 1


def test_the_same_seed_is_the_same_life_and_a_longer_one_begins_like_a_shorter(drawn: list[Cycle]) -> None:
    again = list(cycles(SAME_WORK, 10_000))

    assert again == drawn[: len(again)]
    assert list(islice(cycles(SAME_WORK, 10_000, "another"), 3)) != drawn[:3]


def test_cycles_are_in_order_and_no_surface_is_asked_twice_at_once(drawn: list[Cycle]) -> None:
    last: dict[int, Instant] = {}
    for before, cycle in pairwise(drawn):
        assert before.at < cycle.at
        for number, at, _, latency, *_ in cycle.seen:
            assert at >= last.get(number, 0)
            last[number] = at + latency


def test_the_life_has_outages_that_end_and_nights_without_results(drawn: list[Cycle]) -> None:
    told = list(chain.from_iterable(cycle.told for cycle in drawn))
    downs = [each for each in told if isinstance(each, WentDown)]
    ups = [each for each in told if isinstance(each, CameUp)]
    nights = [
        each.gap for each in told if isinstance(each, GapSeen) and each.gap.until - each.gap.at > 6 * HOUR
    ]
    times = [at for cycle in drawn for _, at, *_ in cycle.seen]
    watched_s = len(times) * 30

    assert len(downs) - SAME_WORK.surfaces <= len(ups) <= len(downs)
    assert 0.001 < sum(up.downtime_s for up in ups) / watched_s < 0.02
    assert len(nights) == pytest.approx((times[-1] - times[0]) / DAY / 2, abs=1.5)
    assert not any(gap.at <= at < gap.until for gap in nights for at in times)


def test_all_stores_answer_alike(tmp_path: Path) -> None:
    answers = {}
    for name in STORES:
        path = tmp_path / f"{name}.db"
        until = _fill(name, path, SMALL)
        reader = STORES[name].read(path, TEN_PROVIDERS)
        raw = [latency for _, _, latency in reader.raw(until)]
        uptime = [[round(share or 0.0, 2) for share in of_one] for of_one in reader.uptime(until)]
        surfaces = len(reader.bars(until))
        answers[name] = raw, list(reader.percentiles(until)), list(reader.pace(until)), uptime, surfaces

    ours = answers["ours"]
    assert len(ours[0]) > SMALL / TEN_PROVIDERS.surfaces / 2
    assert [name for name, answer in answers.items() if answer != ours] == []
