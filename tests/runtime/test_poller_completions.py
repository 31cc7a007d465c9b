"""Billed answers: off by default, at the user's pace, within the day's budget, and worth more than a list."""

import dataclasses
import json
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runtime.paid import ANSWER_USD, MOST_USD, answers
from runtime.world import (
    ANSWERS,
    BROKEN,
    FINE,
    KEYED,
    NO_CREDIT,
    NO_NAME,
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
    watch,
)
from trayuptime.core.lights import provider_light
from trayuptime.core.model import Level, Service
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import AccessChanged, CameUp, WentDown
from trayuptime.history import History, HistoryError
from trayuptime.runtime.told import watched_of
from virtual_time import START

DAY_S = 86_400.0
HOUR_S = 3_600.0
TO_MIDNIGHT_S = 8 * HOUR_S
"""The virtual second 0 is 16:00 UTC."""


def spent(home: Path) -> dict[str, float]:
    """What the history holds, by day."""
    history = History.open(home / "history.db", lambda: "aside")
    try:
        with history._readable() as connection:
            return dict(connection.execute("SELECT day, sum(usd) FROM spending GROUP BY day ORDER BY day"))
    finally:
        history.close()


def levels(of: Watch, provider: str = "a") -> list[Level]:
    return [result.level for result in of.results(provider)]


# Nothing unasked


def test_the_default_configuration_spends_nothing_in_a_whole_day(tmp_path: Path) -> None:
    ring = Ring(a="k1", b="k2", c="k3")
    seen = watch(tmp_path, "a", "b", "c", ring=ring, a=KEYED, b=KEYED, c=KEYED).live(DAY_S)

    assert len(seen.world.asked) >= 3 * DAY_S / 60
    assert {asked.path for asked in seen.world.asked} == {"/v1/models"}
    assert spent(tmp_path) == {}


def test_failures_and_fallbacks_cost_nothing_where_nothing_may_be_spent(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (100, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a='fallbacks = ["b"]').live(HOUR_S)

    assert seen.happened(WentDown)
    assert {asked.path for asked in seen.world.asked} == {"/v1/models"}


# The user's pace


def test_an_answer_is_asked_at_its_pace_and_the_list_in_between(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("10m")).live(HOUR_S)

    assert seen.world.answers("a.example") == [0, 600, 1200, 1800, 2400, 3000]
    assert len(seen.world.seconds("a.example")) == 60
    assert levels(seen)[:11] == [Level.COMPLETION, *[Level.MODELS] * 9, Level.COMPLETION]


def test_a_pace_faster_than_the_interval_is_kept(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("20s")).live(100)

    found = seen.world.answers("a.example")
    assert [round(b - a) for a, b in pairwise(found)] == [20] * (len(found) - 1)
    assert len(found) == 5


def test_a_pace_between_two_slots_is_not_overtaken(tmp_path: Path) -> None:
    found = watch(tmp_path, "a", a=answers("90s")).live(HOUR_S).world.answers("a.example")

    assert min(b - a for a, b in pairwise(found)) >= 85.5
    assert len(found) <= HOUR_S / 90 + 1


def test_only_the_api_is_asked_for_answers(tmp_path: Path) -> None:
    both = 'surfaces = ["api", "web"]\nbase_url = "https://a.example/v1"\nweb_url = "https://page.example/"'
    seen = watch(tmp_path, "a", a=f"{both}\n{answers('1m')}").live(300)

    billed = {asked.host for asked in seen.world.asked if asked.path.endswith("completions")}
    assert billed == {"a.example:443"}
    assert len(seen.world.seconds("page.example")) == 5


def test_without_its_key_no_answer_is_asked(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=f"{KEYED}\n{answers('1m')}").live(300)

    assert seen.world.answers("a.example") == []


def test_a_new_run_goes_on_at_the_same_pace(tmp_path: Path) -> None:
    watch(tmp_path, "a", a=answers("10m")).live(300)
    again = watch(tmp_path, "a", a=answers("10m"))
    again.clock.stepped_ms = 400_000

    assert again.live(1_000).world.answers("a.example")[0] == 180  # 580 s after the first one


# The budget


def _budgeted(
    home: Path,
    budget: float,
    until_s: float,
    *,
    every: str = "1m",
    zone: tzinfo = UTC,
    stepped_s: float = 0.0,
) -> Watch:
    seen = watch(home, "a", a=answers(every, budget), polling=f'interval = "{every}"')
    seen.zone = zone
    seen.clock.stepped_ms = round(stepped_s * 1000)
    return seen.live(until_s)


def test_a_budget_that_is_spent_leaves_the_list_until_midnight(tmp_path: Path) -> None:
    seen = _budgeted(tmp_path, 10 * ANSWER_USD + MOST_USD, TO_MIDNIGHT_S + 300)

    before = [second for second in seen.world.answers("a.example") if second < TO_MIDNIGHT_S]
    after = [second for second in seen.world.answers("a.example") if second >= TO_MIDNIGHT_S]
    assert before == [60 * count for count in range(11)]
    assert after[0] == TO_MIDNIGHT_S
    assert len(seen.world.seconds("a.example")) == (TO_MIDNIGHT_S + 300) / 60


def test_the_status_says_that_the_budget_is_spent_and_when_it_is_not_any_more(tmp_path: Path) -> None:
    said: dict[float, str] = {}

    def note(second: float) -> None:
        light = provider_light(seen.state, watched_of(seen.config.providers[0]), seen.clock.now())
        said[second] = light.detail

    seen = watch(tmp_path, "a", a=answers("1m", 10 * ANSWER_USD + MOST_USD))
    looks = (90.0, 800.0, TO_MIDNIGHT_S + 90)
    seen.live(TO_MIDNIGHT_S + 200, *((second, partial(note, second)) for second in looks))

    spent_now = "the day's budget for completions ($0.00012) is spent: asked at level models until midnight"
    assert spent_now in said[800.0]
    assert "budget" not in said[90.0] + said[TO_MIDNIGHT_S + 90]


BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize("zone", [UTC, BERLIN, NEW_YORK, LORD_HOWE])
@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24", "2026-11-01", "2026-04-04"])
def test_no_local_day_costs_more_than_its_budget_however_long_it_is(
    tmp_path: Path, zone: tzinfo, day: str
) -> None:
    budget = 5 * MOST_USD
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000
    _budgeted(tmp_path, budget, 3 * DAY_S, every="20m", zone=zone, stepped_s=(start - START) / 1000)

    days = spent(tmp_path)
    assert len(days) in {3, 4}
    assert all(0 < usd <= budget for usd in days.values())


def test_an_hour_that_comes_twice_is_still_the_same_day(tmp_path: Path) -> None:
    midnight_then = datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN).timestamp() * 1000
    budget = 10 * ANSWER_USD + MOST_USD
    begin_s = (midnight_then - START) / 1000
    seen = _budgeted(tmp_path, budget, 25 * HOUR_S - 60, every="10m", zone=BERLIN, stepped_s=begin_s)

    assert len(seen.world.answers("a.example")) == 11
    assert list(spent(tmp_path)) == ["2026-10-25"]


def test_a_clock_that_is_set_back_makes_no_new_day(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("1m", 10 * ANSWER_USD + MOST_USD))

    def set_back() -> None:
        seen.clock.stepped_ms -= 3_600_000

    seen.live(5 * HOUR_S, (HOUR_S + 1, set_back), (2 * HOUR_S + 1, set_back), (3 * HOUR_S + 1, set_back))

    assert len(seen.world.answers("a.example")) == 11
    assert list(spent(tmp_path)) == ["2026-03-29"]


def test_a_clock_that_is_set_to_tomorrow_and_back_spends_no_day_twice(tmp_path: Path) -> None:
    budget = 10 * ANSWER_USD + MOST_USD
    seen = watch(tmp_path, "a", a=answers("1m", budget))

    def step(by_s: float) -> None:
        seen.clock.stepped_ms += round(by_s * 1000)

    seen.live(DAY_S, (HOUR_S, lambda: step(DAY_S)), (2 * HOUR_S, lambda: step(-DAY_S)))

    assert all(usd <= budget for usd in spent(tmp_path).values())
    assert list(spent(tmp_path)) == ["2026-03-29", "2026-03-30"]


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    budget = 10 * ANSWER_USD + MOST_USD
    asked = 0
    for run in range(6):
        asked += len(_budgeted(tmp_path, budget, 200, stepped_s=run * 300).world.answers("a.example"))

    assert asked == 11
    assert spent(tmp_path)["2026-03-29"] <= budget


def test_money_is_set_aside_before_the_question_leaves(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("10m"), hosts={"a/answers": always(Says(after_s=5.0))})
    at_that_time: list[float] = []

    def look() -> None:
        at_that_time.append(seen.diary.spent("a", "m", date(2026, 3, 29)).today_usd)

    seen.live(3, (1.0, look))  # ended, as if killed, before the answer came

    assert at_that_time == [MOST_USD]
    assert spent(tmp_path) == {"2026-03-29": MOST_USD}


def test_what_was_under_way_at_the_end_stays_spent(tmp_path: Path) -> None:
    budget = 2.5 * MOST_USD
    slow: dict[str, Behaviour] = {"a/answers": always(Says(after_s=5.0))}
    for run in range(5):
        seen = watch(tmp_path, "a", a=answers("10s", budget), hosts=slow)
        seen.clock.stepped_ms = run * 20_000
        seen.live(3)

    assert spent(tmp_path) == {"2026-03-29": 2 * MOST_USD}


def test_where_it_cannot_be_written_down_nothing_is_spent(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("1m"))

    def break_it() -> None:
        def refuse(*_: object, **__: object) -> int:
            raise HistoryError("disk full")

        seen.diary.reserve = refuse  # type: ignore[method-assign]

    seen.live(600, (90, break_it))

    assert seen.world.answers("a.example") == [0, 60]
    assert "cannot be written down" in seen.state.troubles["a"]
    assert levels(seen)[-1] is Level.MODELS


def test_usage_beyond_what_was_set_aside_is_remembered(tmp_path: Path) -> None:
    """The model thinks: it bills two thousand tokens for one."""
    body = (
        b'data: {"choices": [{"delta": {}, "finish_reason": "length"}],'
        b' "usage": {"prompt_tokens": 8, "completion_tokens": 1992}}\n\ndata: [DONE]\n\n'
    )
    seen = watch(tmp_path, "a", a=answers("1m", 0.0095), hosts={"a/answers": always(Says(body=body))})
    seen.live(HOUR_S)

    assert len(seen.world.answers("a.example")) == 4  # of two thousandths of a dollar each
    assert spent(tmp_path)["2026-03-29"] <= 0.0095


def test_one_claim_of_a_fortune_does_not_forbid_answers_for_ever(tmp_path: Path) -> None:
    body = (
        b'data: {"choices": [{"delta": {}, "finish_reason": "length"}],'
        b' "usage": {"prompt_tokens": 999999999, "completion_tokens": 1}}\n\ndata: [DONE]\n\n'
    )
    rich = by_time((0, Says(body=body)), (60, ANSWERS))
    seen = watch(tmp_path, "a", a=answers("1m", 0.01), hosts={"a/answers": rich}).live(TO_MIDNIGHT_S + HOUR_S)

    found = seen.world.answers("a.example")
    assert [second for second in found if second < TO_MIDNIGHT_S] == [0]
    assert len([second for second in found if second >= TO_MIDNIGHT_S]) > 30


def test_a_question_that_never_left_costs_nothing(tmp_path: Path) -> None:
    hosts = {"a": always(REFUSED), "a/answers": always(REFUSED)}
    seen = watch(tmp_path, "a", "b", a=answers("1m"), hosts=hosts).live(600)

    assert len(seen.world.answers("a.example")) > 3
    assert spent(tmp_path) == {"2026-03-29": 0.0}


def test_two_providers_have_a_budget_each(tmp_path: Path) -> None:
    tight = answers("1m", 3 * ANSWER_USD + MOST_USD)
    seen = watch(tmp_path, "a", "b", a=tight, b=answers("1m")).live(HOUR_S)

    assert len(seen.world.answers("a.example")) == 4
    assert len(seen.world.answers("b.example")) == 60


def test_leave_that_is_taken_back_says_nothing_of_a_budget(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("1m", 3 * ANSWER_USD + MOST_USD))
    seen.live(HOUR_S, (1_800, lambda: seen.poller.reconfigure(config("a"))))

    assert seen.state.troubles == {}


# What an answer is worth


def test_shallow_green_and_deep_red_is_red(tmp_path: Path) -> None:
    """The model list answers all through it: OpenAI on 2023-11-08."""
    hosts = {"a/answers": by_time((0, ANSWERS), (1_000, BROKEN), (4_000, ANSWERS))}
    seen = watch(tmp_path, "a", a=answers("10m"), hosts=hosts).live(6_000)

    down, up = only(seen.happened(WentDown)), only(seen.happened(CameUp))
    assert down.incident.started_at == START + 1_200_000
    assert [second for second in seen.world.answers("a.example") if 1_200 <= second < 1_250] == pytest.approx(
        [1200, 1210, 1220], abs=1.0
    )
    assert START + 4_000_000 <= up.incident.ended_at <= START + 4_200_000
    assert seen.state.surface(api("a")).service is Service.UP


def test_while_it_is_down_answers_are_asked_no_more_often_than_ever(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("10m"), hosts={"a/answers": by_time((0, ANSWERS), (500, BROKEN))})
    seen.live(5 * HOUR_S)

    found = seen.world.answers("a.example")
    assert len(found) <= 5 * 6 + 4
    assert min(b - a for a, b in pairwise(found[6:])) >= 600


def test_a_list_that_fails_alone_is_no_outage_and_is_looked_into_now_and_then(tmp_path: Path) -> None:
    """Gemini on 2025-09-04."""
    seen = watch(tmp_path, "a", a=answers("1h"), hosts={"a": by_time((0, FINE), (1_000, BROKEN))}).live(3_000)

    assert seen.happened(WentDown) == []
    assert seen.world.answers("a.example") == pytest.approx([0, 1030, 1390, 2050], abs=1.0)


def test_a_list_that_is_broken_for_good_leaves_the_pace_to_the_user(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (1_000, BROKEN))}
    seen = watch(tmp_path, "a", "b", a=answers("1d"), hosts=hosts).live(3 * DAY_S)

    found = seen.world.answers("a.example")
    assert len([second for second in found if second < DAY_S]) <= 11
    assert len([second for second in found if second >= 2 * DAY_S]) <= 2


def test_a_list_that_comes_and_goes_leaves_the_pace_to_the_user(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", "b", a=answers("1d"), hosts={"a": lambda t: BROKEN if t // 120 % 2 else FINE})
    seen.live(DAY_S)

    assert len(seen.world.answers("a.example")) <= 11


def test_after_a_quiet_day_a_failing_list_is_looked_into_at_once(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (1_000, BROKEN), (3_000, FINE), (40_000, BROKEN)),
        "a/answers": by_time((0, ANSWERS), (40_000, BROKEN)),
    }
    seen = watch(tmp_path, "a", "b", a=answers("1d"), hosts=hosts).live(40_200)

    assert only(seen.happened(WentDown)).at <= START + 40_120_000


def test_a_list_that_fails_brings_the_answer_forward_that_tells_an_outage(tmp_path: Path) -> None:
    broken = by_time((0, FINE), (1_000, BROKEN))
    deep = by_time((0, ANSWERS), (1_000, BROKEN))
    seen = watch(tmp_path, "a", a=answers("6h"), hosts={"a": broken, "a/answers": deep}).live(1_100)

    assert only(seen.happened(WentDown)).incident.started_at <= START + 1_035_000


def test_a_network_failure_is_settled_by_an_answer(tmp_path: Path) -> None:
    blip = by_time((0, FINE), (650, NO_NAME), (665, FINE))
    deep = by_time((0, ANSWERS), (650, NO_NAME), (665, ANSWERS))
    seen = watch(tmp_path, "a", "b", a=answers("10m"), hosts={"a": blip, "a/answers": deep}).live(900)

    assert seen.happened(WentDown) == []
    assert seen.state.surface(api("a")).fails == 0
    assert len([second for second in seen.world.seconds("a.example") if 650 <= second < 900]) <= 7


def test_an_outage_of_the_host_ends_without_money_too(tmp_path: Path) -> None:
    budget = 1.2 * MOST_USD
    outage = by_time((0, FINE), (650, REFUSED), (1_150, FINE))
    deep = by_time((0, ANSWERS), (650, REFUSED), (1_150, ANSWERS))
    hosts = {"a": outage, "a/answers": deep}
    seen = watch(tmp_path, "a", "b", a=answers("10m", budget), hosts=hosts).live(1_400)

    assert len(seen.world.answers("a.example")) == 1
    assert only(seen.happened(CameUp)).incident.ended_at < START + 1_210_000


def test_a_doubt_that_no_money_can_settle_is_not_asked_about_over_and_over(tmp_path: Path) -> None:
    budget = ANSWER_USD + MOST_USD
    seen = watch(
        tmp_path, "a", a=answers("10m", budget), hosts={"a/answers": by_time((0, ANSWERS), (500, BROKEN))}
    ).live(1_500)

    assert len(seen.world.answers("a.example")) == 2
    assert len([second for second in seen.world.seconds("a.example") if 600 <= second < 1_500]) <= 18


def test_a_budget_that_is_spent_leaves_the_light_to_the_list(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (5_000, BROKEN))}
    seen = watch(tmp_path, "a", a=answers("10m", 1.2 * MOST_USD), hosts=hosts).live(6_000)

    assert only(seen.happened(WentDown)).incident.started_at == START + 5_040_000


def test_an_answer_that_finds_the_credit_spent_is_asked_again_and_believed(tmp_path: Path) -> None:
    hosts = {"a/answers": by_time((0, ANSWERS), (500, NO_CREDIT))}
    seen = watch(tmp_path, "a", a=f"{KEYED}\n{answers('10m')}", hosts=hosts, ring=Ring(a="key")).live(1_150)

    assert only(seen.happened(AccessChanged)).access is Access.OUT_OF_CREDIT
    assert seen.world.answers("a.example") == pytest.approx([0, 600, 600.2], abs=0.1)
    assert seen.state.surface(api("a")).service is Service.UP


def test_a_question_that_is_refused_as_wrong_is_told_and_changes_no_light(tmp_path: Path) -> None:
    refused = Says(400, body=b'{"error": {"message": "Unsupported parameter: max_tokens"}}')
    hosts = {"a/answers": by_time((0, refused), (1_000, ANSWERS))}
    seen = watch(tmp_path, "a", a=answers("10m"), hosts=hosts)
    troubles: list[str | None] = []
    seen.live(
        1_300, *((second, lambda: troubles.append(seen.state.troubles.get("a"))) for second in (100, 1_250))
    )

    assert "Unsupported parameter: max_tokens" in str(troubles[0])
    assert troubles[1] is None
    assert seen.state.surface(api("a")).service is Service.UP
    assert seen.happened(WentDown) == []


def test_results_say_that_they_are_completions(tmp_path: Path) -> None:
    seen = watch(tmp_path, "a", a=answers("10m")).live(100)

    first = seen.results("a")[0]
    assert (first.level, first.reason, first.interval_s) == (Level.COMPLETION, Reason.OK, 600.0)
    assert first.usage is not None


# What a completion said does not outlive the next one


def _no_more(how: str, every: str, *, asked: int) -> tuple[str, Ring]:
    """A provider that asks as many answers as it takes, and then none for some reason."""
    budget = (asked - 1) * ANSWER_USD + 1.2 * MOST_USD if how == "budget spent" else 1.0
    return f"{KEYED}\n{answers(every, budget)}", Ring(a="key")


def _end(how: str, seen: Watch) -> None:
    if how == "section removed":
        seen.poller.reconfigure(config("a", "b", a=KEYED))
    if how == "key gone":
        seen.ring.secrets = {}
        seen.reread_keys()


@pytest.mark.parametrize("every", ["10m", "6h"])
@pytest.mark.parametrize("how", ["budget spent", "section removed", "key gone", "healthy budget"])
def test_a_total_outage_is_found_soon_whatever_became_of_the_answers(
    tmp_path: Path, how: str, every: str
) -> None:
    lines, ring = _no_more(how, every, asked=1)
    hosts = {"a": by_time((0, FINE), (300, BROKEN)), "a/answers": by_time((0, ANSWERS), (300, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=ring, a=lines)
    seen.live(700, (200, lambda: _end(how, seen)))

    # The interval, two more at the retry interval, one of which may be the first answer.
    assert START + 300_000 < only(seen.happened(WentDown)).at <= START + 300_000 + 60_000 + 3 * 10_000 + 2_000


def _spent_on_an_outage(how: str, every: str) -> float:
    """What the answers of these outages cost: a 503 has no usage, so all that was set aside is gone."""
    return 3.5 * MOST_USD if how == "budget spent" else 1.0


@pytest.mark.parametrize("every", ["10m", "6h"])
@pytest.mark.parametrize("how", ["budget spent", "section removed", "key gone", "healthy budget"])
def test_the_end_of_a_total_outage_is_seen_soon_whatever_became_of_the_answers(
    tmp_path: Path, how: str, every: str
) -> None:
    lines = f"{KEYED}\n{answers(every, _spent_on_an_outage(how, every))}"
    hosts = {"a": by_time((0, BROKEN), (300, FINE)), "a/answers": by_time((0, BROKEN), (300, ANSWERS))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines)
    seen.live(700, (200, lambda: _end(how, seen)))

    assert only(seen.happened(WentDown)).at < START + 60_000
    assert START + 300_000 < only(seen.happened(CameUp)).at <= START + 300_000 + 60_000 + 3 * 10_000 + 2_000


def test_answers_that_are_wished_for_no_more_hide_nothing_after_a_restart(tmp_path: Path) -> None:
    watch(tmp_path, "a", "b", hosts={"a/answers": always(BROKEN)}, a=answers("6h")).live(200)
    again = watch(tmp_path, "a", "b")
    again.clock.stepped_ms = 200_000
    again.live(200)

    assert only(again.happened(CameUp)).at < START + 300_000


def test_a_rejected_key_hides_no_outage(tmp_path: Path) -> None:
    later = ((100, WRONG_KEY), (400, BROKEN))
    hosts = {"a": by_time((0, FINE), *later), "a/answers": by_time((0, ANSWERS), *later)}
    lines = f"{KEYED}\n{answers('6h')}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(800)

    assert only(seen.happened(AccessChanged)).access is Access.KEY_REJECTED
    assert only(seen.happened(WentDown)).at <= START + 500_000


@pytest.mark.parametrize("every", ["10m", "6h"])
@pytest.mark.parametrize(
    ("says", "access"), [(WRONG_KEY, Access.KEY_REJECTED), (NO_CREDIT, Access.OUT_OF_CREDIT)]
)
def test_a_list_that_finds_the_key_or_the_credit_gone_brings_the_answer_forward_that_tells(
    tmp_path: Path, every: str, says: Says, access: Access
) -> None:
    hosts = {"a": by_time((0, FINE), (100, says)), "a/answers": by_time((0, ANSWERS), (100, says))}
    lines = f"{KEYED}\n{answers(every)}"
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(300)

    told = only(seen.happened(AccessChanged))
    assert told.access is access
    assert told.at <= START + 100_000 + 60_000 + 2 * 10_000 + 2_000
    assert len(seen.world.answers("a.example")) <= 4


def test_a_list_that_alone_refuses_the_key_says_nothing_of_it(tmp_path: Path) -> None:
    lines = f"{KEYED}\n{answers('6h')}"
    hosts = {"a": by_time((0, FINE), (100, WRONG_KEY))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, ring=Ring(a="key"), a=lines).live(HOUR_S)

    assert seen.happened(AccessChanged) == []
    assert len(seen.world.answers("a.example")) <= 6


# Models that are gone

GONE = Says(404, body=b'{"error": {"code": "model_not_found", "message": "no such model"}}')


def _with_models(home: Path, *ids: str, deep: Behaviour, budget: float = 1.0) -> Watch:
    """A provider whose catalogue names models to fall back on."""
    lines = f"{KEYED}\n{answers('10m', budget)}"
    seen = watch(home, "a", a=lines, hosts={"a/answers": deep}, ring=Ring(a="key"))
    (provider,) = seen.config.providers
    assert provider.completion is not None
    models = tuple(dataclasses.replace(provider.completion.model, id=name) for name in ids)
    completion = dataclasses.replace(provider.completion, models=models)
    provider = dataclasses.replace(provider, completion=completion)
    seen.config = dataclasses.replace(seen.config, providers=(provider,))
    return seen


def test_a_model_that_is_gone_is_followed_by_the_next_and_nobody_is_told(tmp_path: Path) -> None:
    seen = _with_models(tmp_path, "old", "new", deep=by_time((0, GONE), (0.15, ANSWERS))).live(1_300)

    assert seen.happened(AccessChanged) == []
    assert {result.reason for result in seen.results("a")} == {Reason.OK}
    assert [a.model for a in seen.world.asked if a.model] == ["old", "new", "new", "new"]


def test_where_every_model_is_gone_the_user_is_told(tmp_path: Path) -> None:
    seen = _with_models(tmp_path, "old", "older", deep=always(GONE)).live(300)

    assert only(seen.happened(AccessChanged)).access is Access.MODEL_MISSING
    assert [a.model for a in seen.world.asked if a.model] == ["old", "older", "old"]


def test_the_next_model_is_within_the_budget_too(tmp_path: Path) -> None:
    budget = 1.5 * MOST_USD
    seen = _with_models(tmp_path, "old", "new", deep=always(GONE), budget=budget).live(300)

    assert [a.model for a in seen.world.asked if a.model] == ["old"]
    assert spent(tmp_path)["2026-03-29"] <= budget
    assert seen.happened(AccessChanged) == []


# Fallbacks


FALL_BACK = 'fallbacks = ["b"]'


def test_a_fallback_is_asked_for_an_answer_where_the_user_pays_for_it(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (500, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=FALL_BACK, b=answers("1h")).live(700)

    first, fresh = seen.world.answers("b.example")
    assert first == 0
    assert 500 < fresh < 600


def test_a_fallback_whose_answers_fail_is_not_suggested(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (500, BROKEN)), "b/answers": by_time((0, ANSWERS), (400, BROKEN))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=FALL_BACK, b=answers("1h")).live(700)

    assert seen.state.suggestions["a"].suggested is None


def test_a_fallback_without_money_left_is_judged_by_its_list(tmp_path: Path) -> None:
    hosts = {"a": by_time((0, FINE), (500, BROKEN)), "b/answers": by_time((0, ANSWERS), (400, BROKEN))}
    poor = answers("1h", 1.2 * MOST_USD)
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=FALL_BACK, b=poor).live(700)

    assert len(seen.world.answers("b.example")) == 1
    assert seen.state.suggestions["a"].suggested == "b"


# Deep red, shallow green


def _watch_answers_fail(home: Path, list_says: Behaviour, deep: Behaviour, budget: float) -> Watch:
    hosts = {"a": list_says, "a/answers": deep}
    return watch(home, "a", "b", hosts=hosts, a=answers("1m", budget))


DEEP_OUTAGE = by_time((0, ANSWERS), (300, BROKEN), (TO_MIDNIGHT_S - 600, ANSWERS))
SOME_ANSWERS_USD = 8 * MOST_USD


def test_an_outage_that_only_answers_can_see_ends_with_an_answer_and_not_with_the_budget(
    tmp_path: Path,
) -> None:
    seen = _watch_answers_fail(tmp_path, always(FINE), DEEP_OUTAGE, SOME_ANSWERS_USD)
    seen.live(TO_MIDNIGHT_S + 600)

    asked = seen.world.answers("a.example")
    assert not [second for second in asked if HOUR_S < second < TO_MIDNIGHT_S]  # the budget was spent
    (up,) = seen.happened(CameUp)
    assert len(seen.happened(WentDown)) == 1
    assert up.at >= START + 1_000 * TO_MIDNIGHT_S


def test_until_then_nothing_is_known_and_nothing_green(tmp_path: Path) -> None:
    seen = _watch_answers_fail(tmp_path, always(FINE), DEEP_OUTAGE, SOME_ANSWERS_USD).live(2 * HOUR_S)

    light = provider_light(seen.state, watched_of(seen.poller.config.providers[0]), seen.told[-1].at)
    assert light.service is Service.UNKNOWN
    assert light.incident is not None


def test_where_the_list_failed_too_its_good_answers_end_the_outage(tmp_path: Path) -> None:
    total = by_time((0, FINE), (300, BROKEN), (3_000, FINE))
    deep = by_time((0, ANSWERS), (300, BROKEN))
    seen = _watch_answers_fail(tmp_path, total, deep, SOME_ANSWERS_USD).live(HOUR_S)

    (up,) = seen.happened(CameUp)
    assert START + 1_000 * 3_000 < up.at < START + 1_000 * 3_300


def test_a_list_that_failed_once_beside_the_answers_does_not_end_their_outage(tmp_path: Path) -> None:
    blip = by_time((0, FINE), (400, BROKEN), (430, FINE))
    seen = _watch_answers_fail(tmp_path, blip, DEEP_OUTAGE, SOME_ANSWERS_USD).live(TO_MIDNIGHT_S - 700)

    assert len(seen.happened(WentDown)) == 1
    assert not seen.happened(CameUp)


def test_answers_that_are_refused_as_wrong_leave_the_list_alone_again(tmp_path: Path) -> None:
    wrong = Says(
        400, body=b'{"error": {"message": "max_tokens is not supported", "type": "invalid_request_error"}}'
    )
    hosts = {"a/answers": by_time((0, ANSWERS), (300, BROKEN), (1_000, wrong))}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=answers("10m")).live(HOUR_S)

    (up,) = seen.happened(CameUp)
    assert START + 1_000 * 1_000 < up.at < START + 1_000 * 2_000


def test_who_does_not_take_a_completion_is_asked_the_list_at_the_usual_pace(tmp_path: Path) -> None:
    wrong = Says(400, body=b'{"error": {"message": "no max_tokens", "type": "invalid_request_error"}}')
    deep = by_time((0, ANSWERS), (300, wrong), (3_000, ANSWERS))
    seen = _watch_answers_fail(tmp_path, by_time((0, FINE), (1_500, BROKEN), (2_000, FINE)), deep, 1.0)
    seen.live(2 * HOUR_S)

    refused = [second for second in seen.world.answers("a.example") if 310 < second < 3_000]
    assert min(b - a for a, b in pairwise(refused)) >= 600
    assert only(seen.happened(WentDown)).incident.started_at < START + 1_570_000
    assert only(seen.happened(CameUp)).at < START + 2_100_000
    assert len([second for second in seen.world.answers("a.example") if second > 3_700]) >= 50


def test_a_budget_that_will_never_pay_an_answer_is_not_waited_for(tmp_path: Path) -> None:
    seen = _watch_answers_fail(tmp_path, always(FINE), DEEP_OUTAGE, budget=1.0)
    too_little = config("a", "b", a=answers("1m", MOST_USD / 100))
    seen.live(HOUR_S, (900, lambda: seen.poller.reconfigure(too_little)))

    (up,) = seen.happened(CameUp)
    assert START + 1_000 * 900 < up.at < START + 1_000 * 1_200


def test_spending_that_cannot_be_written_down_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _watch_answers_fail(tmp_path, always(FINE), DEEP_OUTAGE, budget=1.0)

    def unreadable(*_: object) -> None:
        raise HistoryError("disk full")

    seen.live(HOUR_S, (900, lambda: monkeypatch.setattr(seen.diary, "spent", unreadable)))

    (up,) = seen.happened(CameUp)
    assert START + 1_000 * 900 < up.at < START + 1_000 * 1_200


@pytest.mark.parametrize("blip", [BROKEN, REFUSED])
def test_a_list_that_breaks_while_an_answer_is_waited_for_ends_nothing(tmp_path: Path, blip: Says) -> None:
    says = by_time((0, FINE), (5_000, blip), (5_050, FINE))
    seen = _watch_answers_fail(tmp_path, says, DEEP_OUTAGE, SOME_ANSWERS_USD).live(TO_MIDNIGHT_S - 700)

    assert len(seen.happened(WentDown)) == 1
    assert not seen.happened(CameUp)


@pytest.mark.parametrize("budget", [30, 60])
def test_how_the_list_did_in_an_earlier_outage_does_not_end_the_next(tmp_path: Path, budget: int) -> None:
    says = by_time((0, FINE), (300, BROKEN), (700, FINE))
    deep = by_time((0, ANSWERS), (300, BROKEN), (640, ANSWERS), (1_500, BROKEN))
    seen = _watch_answers_fail(tmp_path, says, deep, budget * MOST_USD).live(TO_MIDNIGHT_S - 700)

    assert len(seen.happened(WentDown)) == 2
    assert len(seen.happened(CameUp)) == 1


def test_who_wants_no_answers_any_more_is_told_by_the_list(tmp_path: Path) -> None:
    deep = by_time((0, ANSWERS), (300, BROKEN))
    seen = _watch_answers_fail(tmp_path, always(FINE), deep, budget=1.0)
    seen.live(HOUR_S, (900, lambda: seen.poller.reconfigure(config("a", "b"))))

    (up,) = seen.happened(CameUp)
    assert START + 1_000 * 900 < up.at < START + 1_000 * 1_100


# Servers that load what they are asked for


OLLAMA = f'kind = "ollama"\nbase_url = "https://a.example/v1"\n{answers("10m", model="tiny")}'


def _listing(*names: str) -> Says:
    return Says(body=json.dumps({"models": [{"name": name} for name in names]}).encode())


INSTALLED = always(_listing("tiny:latest", "big:7b"))


def test_a_model_is_not_loaded_for_an_answer(tmp_path: Path) -> None:
    in_memory = by_time((0, _listing()), (1_100, _listing("big:7b")), (2_300, _listing("tiny:latest")))
    hosts = {"a/api/tags": INSTALLED, "a/api/ps": in_memory}
    seen = watch(tmp_path, "a", hosts=hosts, a=OLLAMA).live(HOUR_S)

    assert seen.world.answers("a.example") == pytest.approx([2_400, 3_000], abs=2)
    assert sum(spent(tmp_path).values()) == pytest.approx(2 * ANSWER_USD)
    assert levels(seen).count(Level.COMPLETION) == 2
    assert not seen.happened(WentDown)


def test_a_model_that_sleeps_is_not_woken_for_an_answer(tmp_path: Path) -> None:
    llamacpp = f'kind = "llamacpp"\nbase_url = "https://a.example/v1"\n{answers("10m", model="tiny")}'
    props = [
        Says(body=json.dumps({"default_generation_settings": {}, "is_sleeping": sleeps}).encode())
        for sleeps in (True, False)
    ]
    listed = Says(body=b'{"object": "list", "data": [{"id": "tiny"}]}')
    hosts = {
        "a/v1/models": always(listed),
        "a/health": always(Says(body=b'{"status": "ok"}')),
        "a/props": by_time((0, props[0]), (1_900, props[1])),
    }
    seen = watch(tmp_path, "a", hosts=hosts, a=llamacpp).live(HOUR_S - 100)

    assert min(seen.world.answers("a.example")) > 1_900
    assert {each.path for each in seen.world.asked if each.second < 1_900} == {
        "/v1/models",
        "/health",
        "/props",
    }
    assert {result.reason for result in seen.results("a")} == {Reason.OK}


def test_an_outage_that_answers_saw_is_left_to_the_list_once_the_model_is_put_out_of_memory(
    tmp_path: Path,
) -> None:
    in_memory = by_time((0, _listing("tiny:latest")), (1_900, _listing()))
    deep = by_time((0, ANSWERS), (500, BROKEN))
    hosts = {"a/api/tags": INSTALLED, "a/api/ps": in_memory, "a/answers": deep}
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=OLLAMA).live(HOUR_S)

    assert only(seen.happened(WentDown)).incident.started_at < START + 1_900_000
    assert START + 1_900_000 < only(seen.happened(CameUp)).at < START + 2_600_000


def test_a_server_that_does_not_say_what_is_in_memory_keeps_its_outage(
    tmp_path: Path,
) -> None:
    hosts = {"a/api/tags": INSTALLED, "a/answers": by_time((0, ANSWERS), (500, BROKEN))}
    hosts["a/api/ps"] = by_time((0, _listing("tiny:latest")), (1_000, BROKEN))
    seen = watch(tmp_path, "a", "b", hosts=hosts, a=OLLAMA).live(HOUR_S)

    assert all(second < 1_000 for second in seen.world.answers("a.example"))
    assert len(seen.happened(WentDown)) == 1
    assert not seen.happened(CameUp)


def test_a_server_that_is_silent_is_asked_for_no_answer(tmp_path: Path) -> None:
    hosts = {
        "a": by_time((0, FINE), (1_000, SILENT)),
        "a/api/tags": by_time((0, _listing("tiny")), (1_000, SILENT)),
    }
    hosts["a/api/ps"] = by_time((0, _listing("tiny")), (1_000, SILENT))
    seen = watch(tmp_path, "a", hosts=hosts, a=OLLAMA).live(HOUR_S)

    assert seen.world.answers("a.example") == pytest.approx([0, 600], abs=2)
