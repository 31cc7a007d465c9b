"""A new configuration while running: what did not change goes on, and late results are dropped."""

from pathlib import Path

from runtime.world import BROKEN, FINE, Ring, Says, Watch, always, api, by_time, config, second_of, watch
from trayuptime.config.values import Config
from trayuptime.core.model import Rules
from trayuptime.core.state import WentDown

SLOW_ONCE = by_time((0, FINE), (60, Says(after_s=5.0)), (61, FINE))


def _take(seen: Watch, *ids: str, **more: str) -> None:
    seen.poller.reconfigure(config(*ids, **more))


def test_the_late_result_of_a_changed_provider_is_dropped_and_it_is_asked_anew(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": SLOW_ONCE})
    seen.live(100, (62, lambda: _take(seen, "a", "b", a='timeout = "20s"')))

    assert [second_of(r.at) for r in seen.results("a")] == [0, 65]
    assert seen.world.seconds("a.example") == [0, 60, 65]
    assert seen.world.seconds("b.example") == [0, 60]


def test_the_late_result_of_a_removed_provider_is_dropped(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": SLOW_ONCE})
    seen.live(200, (62, lambda: _take(seen, "b")))

    assert [second_of(r.at) for r in seen.results("a")] == [0]
    assert seen.world.seconds("a.example") == [0, 60]
    assert [provider.id for provider in seen.told[-1].watched] == ["b"]


def test_an_added_provider_is_asked_at_once_and_the_others_in_their_time(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(100, (75, lambda: _take(seen, "a", "new")))

    assert seen.world.seconds("new.example") == [75]
    assert seen.world.seconds("a.example") == [0, 60]
    assert [provider.id for provider in seen.told[-1].watched] == ["a", "new"]


def test_a_disabled_provider_is_not_asked(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", b="enabled = false")
    seen.live(200, (75, lambda: _take(seen, "a", "b", a="enabled = false")))

    assert seen.world.seconds("a.example") == [0, 60]
    assert seen.world.seconds("b.example") == [75, 120, 180]


def test_a_removed_provider_that_was_down_ends_untold(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": by_time((0, FINE), (60, BROKEN))})
    seen.live(300, (200, lambda: _take(seen, "b")))

    assert seen.titles() == ["a is down"]
    with seen.reader() as reader:
        (incident,) = reader.incidents()
    assert incident.ended_at is not None
    assert second_of(incident.ended_at) <= 200


def test_everybody_removed_is_a_quiet_watcher(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(1000, (100, lambda: _take(seen)))

    assert seen.world.seconds("a.example") == [0, 60]
    assert seen.told[-1].watched == ()


def test_a_change_keeps_an_open_incident(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", hosts={"a": by_time((0, FINE), (60, BROKEN), (400, FINE))})
    seen.live(600, (200, lambda: _take(seen, "a", "b", a='name = "Alpha"')))

    assert len(seen.happened(WentDown)) == 1
    assert seen.titles() == ["a is down", "Alpha is up again"]


def test_removing_a_provider_while_its_fallback_is_looked_for_ends_well(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN)), "b": by_time((0, FINE), (70, Says(after_s=5.0)))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]')
    seen.live(300, (82, lambda: _take(seen, "b")))

    assert seen.titles() == []
    assert seen.results("b")


def test_removing_the_fallback_while_it_waits_for_its_turn_ends_well(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, BROKEN)), "b": by_time((0, FINE), (70, Says(after_s=5.0)))}
    listed = 'fallbacks = ["b", "c"]'
    same = 'base_url = "https://b.example/v2"'
    seen = watch(tmp_path, "a", "b", "c", hosts=hosts, a=listed, c=same)
    seen.live(300, (82, lambda: _take(seen, "a", "b", a='fallbacks = ["b"]')))

    assert seen.titles() == ["a is down"]
    assert seen.results("b")


def test_a_bad_edit_is_told_once_and_the_good_one_clears_it(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    sentence = "config.toml line 3: unknown key"
    seen.live(
        300,
        (70, lambda: seen.poller.note_config_trouble(sentence)),
        (80, lambda: seen.poller.note_config_trouble(sentence)),
        (200, lambda: _take(seen, "a")),
    )

    silent = [told for told in seen.told if not told.happenings]
    assert [second_of(t.at) for t in silent if t.trouble == sentence] == [70]
    assert all(told.trouble == sentence for told in seen.told if 70 < second_of(told.at) < 200)
    assert seen.told[-1].trouble is None
    assert seen.world.seconds("a.example") == [0, 60, 120, 180, 240]


def test_the_configuration_in_force_is_told_while_the_file_is_broken(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a")
    seen.live(
        300,
        (70, lambda: seen.poller.note_config_trouble("config.toml line 3: unknown key")),
        (200, lambda: _take(seen, "a", "b")),
    )

    told = [(told.trouble is None, len(told.config.providers)) for told in seen.told if told.config]
    assert len(told) == len(seen.told)
    assert list(dict.fromkeys(told)) == [(True, 1), (False, 1), (True, 2)]


def test_what_stands_in_for_a_file_that_was_never_readable_is_told_as_none(tmp_path: Path) -> None:
    seen = watch(tmp_path)
    seen.live(
        50,
        (10, lambda: seen.poller.reconfigure(Config(Rules(), exists=False))),
        (20, lambda: seen.poller.note_config_trouble("config.toml line 3: unknown key")),
    )

    told = [(told.trouble is None, told.config is None) for told in seen.told]
    assert list(dict.fromkeys(told)) == [(True, False), (False, True)]


def test_a_new_configuration_reads_the_keys_again(tmp_path: Path) -> None:
    ring = Ring(a="sk-1")
    seen = watch(tmp_path, "a", ring=ring, a='key = "env:X"')
    seen.live(100, (75, lambda: _take(seen, "a", "b", a='key = "env:X"', b='key = "env:Y"')))

    assert ring.readings == 2
    assert seen.world.seconds("a.example") == [0, 60]


def test_a_surface_that_is_added_is_asked_too(tmp_path: Path) -> None:
    page = 'base_url = "https://a.example/v1"\nsurfaces = ["api", "web"]\nweb_url = "https://page.example/"'
    hosts = {"a": always(FINE)}
    seen = watch(tmp_path, "a", hosts=hosts)
    seen.live(100, (75, lambda: _take(seen, "a", a=page)))

    assert seen.world.seconds("page.example") == [75]
    assert seen.state.surface(api("a")).last is not None
