"""A provider goes on under another id; what was on its way under the old one is dropped."""

from pathlib import Path

import pytest

from runtime.world import BROKEN, Says, always, api, by_time, config, only, watch
from trayuptime.core.renaming import renamed
from trayuptime.core.state import CameUp, WentDown
from trayuptime.history import History, HistoryError


def test_an_answer_to_the_old_id_that_comes_after_is_dropped(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": by_time((0, Says(after_s=0.2)), (60, Says(after_s=5.0)))})
    after = config("new", new='base_url = "https://a.example/v1"')

    seen.live(80, (62, lambda: seen.poller.rename("a", "new", after)))

    assert len(seen.results("a")) == 1
    assert seen.results("new")
    assert {key.provider for key in seen.state.surfaces} == {"new"}
    assert seen.withdrawn() == ["a"]
    assert seen.told[0].renamed == {}
    assert seen.told[-1].renamed == {"a": "new"}


def test_news_that_waits_for_advice_is_told_before(tmp_path: Path) -> None:
    seen = watch(
        tmp_path,
        "a",
        "b",
        hosts={"a": always(BROKEN), "b": by_time((0, Says()), (20, Says(after_s=9.0)))},
        a='fallbacks = ["b"]',
    )
    after = config("new", "b", new='base_url = "https://a.example/v1"\nfallbacks = ["b"]')

    seen.live(60, (22, lambda: seen.poller.rename("a", "new", after)))

    assert seen.titles() == ["a is down"]
    assert only(seen.happened(WentDown)).key == api("a")
    assert seen.state.surface(api("new")).incident is not None
    assert seen.state.untold == {}


def test_the_end_of_an_outage_is_told_under_the_new_id(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": by_time((0, BROKEN), (100, Says()))})
    after = config("new", new='base_url = "https://a.example/v1"')

    seen.live(200, (50, lambda: seen.poller.rename("a", "new", after)))

    assert only(seen.happened(CameUp)).key == api("new")
    assert only(seen.happened(CameUp)).incident.id == only(seen.happened(WentDown)).incident.id
    with seen.reader() as reader:
        assert [incident.provider for incident in reader.incidents()] == ["new"]


def test_while_the_history_cannot_be_written_nothing_is_renamed(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", hosts={"a": always(BROKEN)})
    after = config("new", new='base_url = "https://a.example/v1"')

    def fill() -> None:
        seen.diary.full = True

    def rename() -> None:
        with pytest.raises(HistoryError, match="full"):
            seen.poller.rename("a", "new", after)
        seen.diary.full = False

    seen.live(200, (10, fill), (90, rename))

    assert {key.provider for key in seen.state.surfaces} == {"a"}
    with seen.reader() as reader:
        assert {each.result.provider for each in reader.results()} == {"a"}


def test_an_outage_of_the_new_id_goes_on_when_the_history_of_the_old_is_carried_onto_it(
    tmp_path: Path,
) -> None:
    """As when the id was changed by hand, and `provider rename` is run afterwards."""
    watch(tmp_path, "a").live(300)
    down = watch(tmp_path, "new", hosts={"new": always(BROKEN)})
    down.clock.stepped_ms = 400_000
    down.live(300)
    history = History.open(tmp_path / "history.db", lambda: "x")
    history.rename("a", "new", renamed(history.last_state({}), "a", "new"), history.last_seen() or 0)
    history.close()
    after = watch(tmp_path, "new", hosts={"new": by_time((0, BROKEN), (600, Says()))})
    after.clock.stepped_ms = 800_000

    after.live(1_200)

    begun = only(down.happened(WentDown)).incident.id
    assert after.happened(WentDown) == []
    assert only(after.happened(CameUp)).incident.id == begun
    assert after.titles() == ["new is up again"]
    with after.reader() as reader:
        assert [(each.id, each.ended_at is not None) for each in reader.incidents()] == [(begun, True)]
