"""Keys: slow, changed, rejected or missing, they never hold up what can be asked without them."""

from pathlib import Path

import pytest

from runtime.paid import MOST_USD, answers
from runtime.world import (
    ANSWERS,
    BROKEN,
    FINE,
    KEYED,
    NO_CREDIT,
    WRONG_KEY,
    Asked,
    Ring,
    Says,
    Watch,
    always,
    by_time,
    config,
    only,
    second_of,
    watch,
)
from trayuptime.core.reasons import Access
from trayuptime.core.state import AccessChanged, PrimaryBack
from virtual_time import START

HOUR_S = 3_600
NOT_HERE = Says(403, body=b'{"error": {"code": "unsupported_country_region_territory", "message": "no"}}')


def _keys(seen: Watch) -> list[tuple[float, str | None]]:
    return [(round(asked.second, 1), asked.key) for asked in seen.world.asked]


def test_a_key_that_is_there_goes_with_the_first_question(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", ring=Ring(a="sk-1"), a=KEYED).live(50)

    assert _keys(seen) == [(0.0, "Bearer sk-1")]
    assert seen.state.access("a").access is Access.OK


def test_a_slow_keyring_holds_nobody_up_for_more_than_seconds(tmp_path: Path) -> None:
    ring = Ring(a="sk-1")
    ring.takes_s = 20.0
    seen = watch(tmp_path, "a", "keyless", ring=ring, a=KEYED).live(50)

    assert seen.world.seconds("keyless.example") == [0]
    assert [(a.second // 1, a.key) for a in seen.world.asked if a.host == "a.example:443"] == [
        (3.0, None),
        (20.0, "Bearer sk-1"),
    ]
    assert seen.happened(AccessChanged) == []
    assert seen.state.access("a").access is Access.OK


def test_why_a_key_cannot_be_read_is_told_and_the_provider_is_watched_all_the_same(tmp_path: Path) -> None:
    ring = Ring()
    ring.troubles, ring.unread = {"a": "The keyring is locked."}, frozenset("a")
    seen = watch(tmp_path, "a", ring=ring, a=KEYED)

    def unlock() -> None:
        ring.secrets, ring.troubles, ring.unread = {"a": "sk-1"}, {}, frozenset()
        seen.poller.reread_keys()

    seen.live(200, (100, unlock))

    assert [second for second, key in _keys(seen) if key is None] == [0.0, 60.0]
    assert _keys(seen)[2] == (100.0, "Bearer sk-1")
    assert seen.told[2].state.troubles == {"a": "The keyring is locked."}
    assert (seen.told[2].keyring_locked, seen.told[-1].keyring_locked) == (True, False)
    assert seen.state.troubles == {}


def test_a_changed_key_is_shown_at_once(tmp_path: Path) -> None:
    ring = Ring(a="sk-1")
    seen = watch(tmp_path, "a", "b", ring=ring, a=KEYED)

    def change() -> None:
        ring.secrets = {"a": "sk-2"}
        seen.poller.reread_keys()

    seen.live(110, (100, change))

    assert _keys(seen)[-1] == (100.0, "Bearer sk-2")
    assert seen.world.seconds("b.example") == [0, 60]


def test_a_key_that_changes_while_a_probe_is_under_way_is_shown_after_it(tmp_path: Path) -> None:
    ring = Ring(a="sk-1")
    seen = watch(
        tmp_path,
        "a",
        ring=ring,
        hosts={"a": by_time((0, FINE), (60, Says(after_s=5.0)), (61, FINE))},
        a=KEYED,
    )

    def change() -> None:
        ring.secrets = {"a": "sk-2"}
        seen.poller.reread_keys()

    seen.live(110, (62, change))

    assert _keys(seen) == [(0.0, "Bearer sk-1"), (60.0, "Bearer sk-1"), (65.0, "Bearer sk-2")]


def test_keys_that_did_not_change_are_not_shown_again(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", ring=Ring(a="sk-1"), a=KEYED)
    seen.live(110, (100, seen.reread_keys))

    assert len(seen.world.asked) == 2


def test_a_rejected_key_is_confirmed_told_once_and_not_shown_for_an_hour(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", ring=Ring(a="sk-1"), hosts={"a": always(WRONG_KEY)}, a=KEYED).live(3700)

    shown = [second for second, key in _keys(seen) if key is not None]
    assert shown == [0.0, 0.2, 3660.0]
    assert only(seen.happened(AccessChanged)).access is Access.KEY_REJECTED
    assert seen.titles() == ["a: key rejected"]
    assert len(seen.results("a")) > 60


def test_a_new_key_is_shown_although_the_old_one_was_rejected(tmp_path: Path) -> None:
    ring = Ring(a="sk-1")
    hosts = {"a": by_time((0, WRONG_KEY), (100, FINE))}
    seen = watch(tmp_path, "a", ring=ring, hosts=hosts, a=KEYED)

    def change() -> None:
        ring.secrets = {"a": "sk-2"}
        seen.poller.reread_keys()

    seen.live(200, (110, change))

    assert (110.0, "Bearer sk-2") in _keys(seen)
    assert seen.state.access("a").access is Access.OK


def test_a_rejected_key_is_shown_again_after_a_restart_but_not_told_again(tmp_path: Path) -> None:
    hosts = {"a": always(WRONG_KEY)}
    watch(tmp_path, "a", ring=Ring(a="sk-1"), hosts=hosts, a=KEYED).live(100)
    again = watch(tmp_path, "a", ring=Ring(a="sk-1"), hosts=hosts, a=KEYED)
    again.clock.stepped_ms = 200_000
    again.live(100)

    assert _keys(again)[0] == (0.0, "Bearer sk-1")
    assert again.titles() == []
    assert again.happened(AccessChanged) == []


def test_a_key_mended_while_nobody_watched_is_told_as_usable_again(tmp_path: Path) -> None:
    watch(tmp_path, "a", ring=Ring(a="sk-1"), hosts={"a": always(WRONG_KEY)}, a=KEYED).live(100)
    again = watch(tmp_path, "a", ring=Ring(a="sk-2"), a=KEYED)
    again.clock.stepped_ms = 200_000
    again.live(100)

    assert only(again.happened(AccessChanged)).access is Access.OK
    assert again.titles() == ["a can be used again"]


def test_a_rejected_key_never_lowers_the_vendor(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", ring=Ring(a="sk-1"), hosts={"a": always(WRONG_KEY)}, a=KEYED).live(600)

    assert {second_of(r.at) for r in seen.results("a")} == {round(a.second, 1) for a in seen.world.asked}
    assert isinstance(seen.world.asked[0], Asked)
    with seen.reader() as reader:
        assert reader.incidents() == []


def _change(seen: Watch, key: str | None, trouble: str = "no key") -> None:
    seen.ring.secrets = {} if key is None else {"a": key}
    seen.ring.troubles = {} if key is not None else {"a": trouble}
    seen.reread_keys()


def test_a_key_that_could_not_be_read_once_is_not_told_of_again(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts={"a": always(WRONG_KEY)}, a=KEYED)

    def fail() -> None:
        seen.ring.unread = frozenset("a")
        _change(seen, None, "The keyring failed.")

    def work() -> None:
        seen.ring.unread = frozenset()
        _change(seen, "key")

    seen.live(2_000, (1_000, fail), (1_300, work))

    assert only(seen.happened(AccessChanged)).access is Access.KEY_REJECTED


def test_a_run_without_its_key_knows_nothing_of_what_the_last_one_found(tmp_path: Path) -> None:
    watch(tmp_path, "a", "b", ring=Ring(a="key"), a=KEYED).live(1_000)
    again = watch(tmp_path, "a", "b", ring=Ring(), a=KEYED)
    again.ring.troubles = {"a": "The environment variable is not set."}
    again.clock.stepped_ms = 2_000_000
    again.live(1_000)

    assert again.state.access("a").access is Access.UNCHECKED


def test_a_key_after_none_is_tried_at_once(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (1_600, NO_CREDIT))}
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="old"), a=lines)

    seen.live(1_900, (1_500, lambda: _change(seen, None)), (1_700, lambda: _change(seen, "new")))

    assert seen.state.access("a").access is Access.OUT_OF_CREDIT


def test_what_an_old_key_was_answered_says_nothing_of_its_standing(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (60, Says(after_s=5.0)), (66, FINE))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=KEYED)

    seen.live(1_000, (62, lambda: _change(seen, None)))

    assert seen.state.access("a").access is Access.UNCHECKED


def test_nobody_is_back_without_a_key_to_use(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (500, WRONG_KEY), (5_000, FINE))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=f'{KEYED}\nfallbacks = ["b"]')

    seen.live(
        7_000,
        (700, lambda: seen.poller.switch("b", leaving="a")),
        (1_000, lambda: _change(seen, None)),
        (5_100, lambda: _change(seen, "new")),
    )

    back_s = (only(seen.happened(PrimaryBack)).at - START) / 1000
    assert 5_100 + 900 <= back_s < 5_100 + 1_100


@pytest.mark.parametrize("new", ["new", None])
def test_what_was_told_of_a_key_is_withdrawn_with_it(tmp_path: Path, new: str | None) -> None:
    hosts = {"a": by_time((0, WRONG_KEY), (990, FINE))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=KEYED)

    seen.live(2_000, (1_000, lambda: _change(seen, new)))

    assert seen.withdrawn() == ["a"]
    assert [notice.title for _, notice in seen.notices()] == ["a: key rejected"]


def test_what_was_told_of_an_outage_is_withdrawn_where_nobody_looks_any_more(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (1_000, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=f"{KEYED}\n{answers('10m')}")

    seen.live(4_000, (2_400, lambda: seen.poller.reconfigure(config("a", "b", a=KEYED))))
    assert seen.withdrawn() == ["a"]

    seen.live(1_000, (500, lambda: seen.poller.reconfigure(config("b"))))
    assert seen.withdrawn() == ["a", "a"]


def test_a_country_is_asked_about_again_over_another_network(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, NOT_HERE), (2_000, ANSWERS))}
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)

    seen.live(2_300, (2_100, seen.change_network))

    assert seen.state.access("a").access is Access.OK


def test_a_clock_that_is_set_back_gives_no_credit_back(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (1_000, NO_CREDIT))}
    lines = f"{KEYED}\n{answers('10m', 8 * MOST_USD)}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)

    def set_back() -> None:
        seen.clock.stepped_ms -= 5 * HOUR_S * 1000

    seen.live(7 * HOUR_S, (4 * HOUR_S, set_back))

    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT


IN_KEYRING = 'key = "keyring"'


def test_a_key_that_was_read_is_used_while_its_keyring_is_locked(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), a=IN_KEYRING)

    def lock() -> None:
        seen.ring.secrets, seen.ring.unread = {}, frozenset("a")
        seen.ring.troubles = {"a": "The keyring is locked."}
        seen.reread_keys()

    seen.live(1_000, (500, lock))

    assert {key for second, key in _keys(seen) if second > 500} == {"Bearer key", None}  # a's, and b's
    assert seen.state.troubles == {}
    assert seen.told[-1].keyring_locked


@pytest.mark.parametrize(("lines", "readings"), [("", 1), (KEYED, 1), (IN_KEYRING, 3)])
def test_only_a_keyring_is_looked_into_again_and_seldom_where_its_key_is_rejected(
    tmp_path: Path, lines: str, readings: int
) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts={"a": always(WRONG_KEY)}, a=lines)
    seen.live(2 * HOUR_S)

    assert seen.ring.readings == readings


def test_another_key_in_the_keyring_is_found_when_the_old_one_is_rejected(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="old"), hosts={"a": always(WRONG_KEY)}, a=IN_KEYRING)

    def put() -> None:
        seen.ring.secrets = {"a": "new"}

    seen.live(2 * HOUR_S, (100, put))

    shown = [(second, key) for second, key in _keys(seen) if key is not None]
    assert [key for _, key in shown] == ["Bearer old", "Bearer old", "Bearer old", "Bearer new", "Bearer new"]
    assert shown[3][0] - shown[2][0] < 1


def test_a_reading_of_one_key_interrupts_none_and_leaves_the_others_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    in_file = f'key = "file:{path}"'
    ring = Ring(a="one", b="other")
    ring.takes_s = 20.0
    seen = watch(tmp_path, "a", "b", ring=ring, a=in_file, b=IN_KEYRING)

    def write() -> None:
        ring.secrets = {"a": "two", "b": "other"}
        seen.poller.reread_key_file(path)

    seen.live(200, (5, write), (100, lambda: seen.poller.reread_key_file(tmp_path / "another")))

    assert ring.readings == 2
    assert {key for second, key in _keys(seen) if second > 60} == {"Bearer two", "Bearer other"}
    assert seen.state.troubles == {}


@pytest.mark.parametrize(
    ("says", "told"),
    [(ANSWERS, []), (NO_CREDIT, [Access.OUT_OF_CREDIT]), (NOT_HERE, [Access.NOT_AVAILABLE_HERE])],
)
def test_a_token_that_is_renewed_again_and_again_changes_nothing(
    tmp_path: Path, says: Says, told: list[Access]
) -> None:
    lines = f'key = "file:{tmp_path}/token"\n{answers("6h")}'
    seen = watch(tmp_path, "a", "b", ring=Ring(a="t0"), hosts={"a/answers": always(says)}, a=lines)
    renewals = [(600 * n, lambda n=n: _change(seen, f"t{n}")) for n in range(1, 12)]

    seen.live(2 * HOUR_S, *renewals)

    assert [change.access for change in seen.happened(AccessChanged)] == told
    assert seen.withdrawn() == []
    if not told:
        assert len(seen.world.answers("a.example")) == 1
        assert seen.state.access("a").since == START


@pytest.mark.parametrize("key", [KEYED, ""])
def test_who_never_had_a_key_is_back_by_being_reached(tmp_path: Path, key: str) -> None:
    hosts = {"a": by_time((0, FINE), (500, BROKEN), (1_500, FINE))}
    seen = watch(tmp_path, "a", "b", ring=Ring(), hosts=hosts, a=f'{key}\nfallbacks = ["b"]')
    seen.ring.troubles = {"a": "no key"} if key else {}

    seen.live(4_000, (1_000, lambda: seen.poller.switch("b", leaving="a")))

    assert only(seen.happened(PrimaryBack)).provider == "a"


def test_who_needs_no_key_any_more_is_back_by_being_reached(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (500, WRONG_KEY), (1_200, FINE))}
    more = 'fallbacks = ["b"]'
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=f"{KEYED}\n{more}")

    def need_none() -> None:
        seen.ring.secrets = {}
        seen.poller.reconfigure(config("a", "b", a=more))

    seen.live(4_000, (700, lambda: seen.poller.switch("b", leaving="a")), (1_300, need_none))

    assert only(seen.happened(PrimaryBack)).provider == "a"


def test_networks_that_come_and_go_bill_no_answer_each(tmp_path: Path) -> None:
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts={"a/answers": always(NOT_HERE)}, ring=Ring(a="key"), a=lines)

    seen.live(HOUR_S, *((60 * n, seen.change_network) for n in range(5, 58)))

    assert len(seen.world.answers("a.example")) <= 2 + 60 / 10


def test_a_bubble_of_another_surface_stays_when_the_key_changes(tmp_path: Path) -> None:
    both = 'surfaces = ["api", "web"]\nbase_url = "https://a.example/v1"\nweb_url = "https://page.example/"'
    hosts = {"a": by_time((0, WRONG_KEY), (900, FINE)), "page": by_time((0, FINE), (300, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=f"{KEYED}\n{both}")

    seen.live(2_000, (1_000, lambda: _change(seen, "new")))

    assert seen.titles() == ["a: key rejected", "a web is down"]
    assert seen.withdrawn() == []


@pytest.mark.parametrize("takes_s", [0.0, 20.0])
@pytest.mark.parametrize("key", ['key = "none"', 'key = "env:ANOTHER"'])
def test_no_key_is_shown_to_whom_it_was_not_meant_for(tmp_path: Path, key: str, takes_s: float) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="old"), a=KEYED)

    def move() -> None:
        seen.ring.takes_s = takes_s
        seen.ring.secrets = {} if "none" in key else {"a": "new"}
        seen.poller.reconfigure(config("a", "b", a=f'{key}\nbase_url = "https://another.example/v1"'))

    seen.live(200, (100, move))

    shown = {each.key for each in seen.world.asked if each.host.startswith("another")}
    assert shown <= {None, "Bearer new"}
    assert "Bearer new" in shown or "none" in key


def test_a_network_that_changes_twice_is_asked_over_in_the_end(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, NOT_HERE), (310, ANSWERS))}
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)

    seen.live(1_100, (300, seen.change_network), (320, seen.change_network))

    assert seen.state.access("a").access is Access.OK


def test_that_a_new_key_is_accepted_is_in_the_events_and_no_bubble(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, WRONG_KEY), (990, FINE))}
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), hosts=hosts, a=KEYED)

    seen.live(2_000, (1_000, lambda: _change(seen, "new")))

    assert [each.access for each in seen.happened(AccessChanged)] == [Access.KEY_REJECTED, Access.OK]
    assert seen.titles() == ["a: key rejected"]


def test_who_is_renamed_keeps_the_key_of_a_keyring_that_is_locked(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", ring=Ring(a="key"), a=IN_KEYRING)

    def rename() -> None:
        seen.ring.secrets, seen.ring.unread = {}, frozenset("z")
        seen.ring.troubles = {"z": "The keyring is locked."}
        seen.poller.rename("a", "z", config("z", "b", z=IN_KEYRING))

    seen.live(300, (100, rename))

    assert {each.key for each in seen.world.asked if each.host.startswith("z")} == {"Bearer key"}


def test_no_bubble_says_that_it_is_up_over_one_that_fails_again(tmp_path: Path) -> None:
    says = by_time((0, WRONG_KEY), (300, BROKEN), (700, WRONG_KEY), (800, BROKEN))
    seen = watch(tmp_path, "a", "b", hosts={"a": says}, ring=Ring(a="key"), a=KEYED)

    seen.live(1_500)

    assert seen.titles()[-1] == "a is up again"
    assert seen.withdrawn() == ["a"]


def test_what_was_told_of_a_key_is_withdrawn_where_none_is_needed_any_more(tmp_path: Path) -> None:
    vendor = 'kind = "openai"'
    seen = watch(
        tmp_path, "a", "b", ring=Ring(a="key"), hosts={"a": always(WRONG_KEY)}, a=f"{KEYED}\n{vendor}"
    )

    seen.live(1_000, (500, lambda: seen.poller.reconfigure(config("a", "b", a=f'key = "none"\n{vendor}'))))

    assert seen.titles() == ["OpenAI: key rejected"]
    assert seen.withdrawn() == ["a"]


@pytest.mark.parametrize(
    ("api", "title"), [(BROKEN, "a API is down"), (NO_CREDIT, "a: out of credit")], ids=["down", "credit"]
)
def test_a_bubble_that_came_after_a_recovery_stays_when_that_one_fails_again(
    tmp_path: Path, api: Says, title: str
) -> None:
    both = 'surfaces = ["api", "web"]\nbase_url = "https://a.example/v1"\nweb_url = "https://page.example/"'
    page = by_time((0, FINE), (300, BROKEN), (600, FINE), (1_000, BROKEN))
    hosts = {"a": by_time((0, FINE), (750, api)), "page": page}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=f"{KEYED}\n{both}").live(1_500)

    assert seen.titles() == ["a web is down", "a web is up again", title]
    assert seen.withdrawn() == []
