"""What completions cost is told before any is asked, and none is asked unasked."""

from dataclasses import replace

import pytest

from cli.house import House, section
from hostile import Hostile, Talk, answer
from probes.local_servers import llamacpp, ollama
from probes.streams import WHOLE
from trayuptime.cli import completions
from trayuptime.config.load import read
from trayuptime.config.values import PricedModel, ProviderConfig
from trayuptime.core import words
from trayuptime.core.budget import Price
from trayuptime.core.evidence import Dialect

COMPLETION = '[provider.completion]\nmodel = "tiny"\nusd_in = 1000\nusd_out = 2000\n'


def _provider(price: Price, every: str = "5m", budget: float = 100.0) -> ProviderConfig:
    text = (
        '[[provider]]\nid = "p"\nkind = "openai-compatible"\nbase_url = "https://p.example/v1"\n'
        f'[provider.completion]\nmodel = "m"\nusd_in = 1\nusd_out = 1\nevery = "{every}"\n'
        f"daily_budget_usd = {budget}"
    )
    (provider,) = read(text).providers
    assert provider.completion is not None
    completion = replace(provider.completion, models=(PricedModel("m", price),))
    return replace(provider, completion=completion)


@pytest.mark.parametrize(
    ("provider", "line"),
    [
        (
            _provider(Price(0.15, 0.6)),
            "p: a completion of m every 5m costs about $0.0000021: $0.018 a month.",
        ),
        (
            _provider(Price(1.0, 1.0, 0.005)),
            "p: a completion of m every 5m costs about $0.005, $0.005 of it for the request: $43.30 a month.",
        ),
        (
            _provider(Price(1.0, 1.0, 0.005), budget=0.05),
            (
                "p: a completion of m every 5m costs about $0.005, $0.005 of it for the request:"
                " $43.30 a month, of which the daily budget of $0.05 allows $1.50."
            ),
        ),
        (
            _provider(Price(1.0, 1.0, 0.005), "12h", budget=0.026),
            (
                "p: a completion of m every 12h costs about $0.005, $0.005 of it for the request:"
                " $0.30 a month. That is 5 answers a day; to be sure of an outage takes up to 6 in a row."
            ),
        ),
        (_provider(Price(), "1h"), "p: a completion of m every 1h costs nothing."),
        (
            replace(_provider(Price(), "1h"), base_url="http://127.0.0.1:8080/v1"),
            (
                "p: a completion of m every 1h costs nothing: it is yours. If it passes them on to a vendor,"
                " add usd_in and usd_out."
            ),
        ),
        (
            replace(_provider(Price(), "1h"), kind="ollama", base_url="https://gpu.example"),
            (
                "p: a completion of m every 1h costs nothing: it is yours. If it passes them on to a vendor,"
                " add usd_in and usd_out."
            ),
        ),
    ],
)
def test_the_month_is_told_with_what_the_budget_allows_of_it(provider: ProviderConfig, line: str) -> None:
    assert completions.cost_line(provider) == line


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        *(
            (0.0, "$0.00"),
            (43.296, "$43.30"),
            (1.0, "$1.00"),
            (0.5, "$0.50"),
            (0.05, "$0.05"),
            (0.05011, "$0.05"),
        ),
        *((0.0000021, "$0.0000021"), (0.00000049, "$0.00000049"), (1e-13, "$0.00")),
    ],
)
def test_small_amounts_keep_two_figures(amount: float, written: str) -> None:
    assert words.usd(amount) == written


def test_config_check_tells_what_a_month_costs(house: House) -> None:
    house.write(section("a", 1, COMPLETION), section("b", 1), section("c", 1, "enabled = false", COMPLETION))
    ran = house.run("config", "check")

    assert ran.code == 0
    assert "a: a completion of tiny every 10m costs about $0.012: $51.84 a month, of which" in ran.out
    assert "b:" not in ran.out
    assert "c:" not in ran.out


def test_config_check_warns_of_a_model_that_thinks(house: House) -> None:
    house.write(section("a", 1, COMPLETION.replace("tiny", "o4-mini")))

    assert '"o4-mini" thinks before it answers' in house.run("config", "check").err


def _talks(talk: Talk) -> None:
    """A vendor that lists and answers."""
    if talk.request().method == "POST":
        talk.answer("200 OK", b"".join(WHOLE[Dialect.OPENAI]))
    else:
        talk.answer("200 OK", b'{"data": []}')


def test_provider_test_asks_no_completion_unasked_but_tells_its_price(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    ran = house.run("provider", "test", "a")

    assert [request.method for request in vendor.requests] == ["GET"]
    assert "a: a completion of tiny every 10m costs about $0.012" in ran.out
    assert "`trayuptime provider test a --completion` asks one" in ran.out


def test_provider_test_asks_one_where_it_is_told_to_after_its_price(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    ran = house.run("provider", "test", "a", "--completion")

    assert [request.method for request in vendor.requests] == ["GET", "POST"]
    assert ran.out.index("costs about") < ran.out.index("at level completion")
    assert "first data after" in ran.out
    assert "8 tokens asked, 1 answered: $0.01" in ran.out


def test_provider_test_stays_within_the_days_budget(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, f"{COMPLETION}daily_budget_usd = 0.04\n"))
    first, second = (house.run("provider", "test", "a", "--completion") for _ in range(2))

    assert "first data after" in first.out
    assert "not asked: the day's budget for completions ($0.04) is spent" in second.out
    assert [request.method for request in vendor.requests] == ["GET", "POST", "GET"]


def test_a_completion_before_anything_was_watched_leaves_nothing_to_be_misread(
    house: House, vendor: Hostile
) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    before = house.run("status")
    house.run("provider", "test", "a", "--completion")
    after = house.run("status")

    assert (after.code, after.out) == (before.code, before.out)


def test_an_engine_knows_what_a_command_has_spent(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    with house.engine() as engine:
        engine.event("result")
        house.run("provider", "test", "a", "--completion")
        ran = house.run("provider", "test", "a", "--completion")
        engine.end()
    posts = [request.method for request in vendor.requests].count("POST")
    again = house.run("provider", "test", "a", "--completion")

    assert posts == 2
    assert "is spent" in ran.out
    assert "is spent" in again.out


def test_provider_test_spends_nothing_that_cannot_be_written_down(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    history = house.root / "data" / "history.db"
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_bytes(b"this is no database, and longer than the head of one would be" * 20)
    ran = house.run("provider", "test", "a", "--completion")

    assert "not asked: what it costs cannot be written down" in ran.out
    assert [request.method for request in vendor.requests] == ["GET"]


def test_provider_test_tells_what_is_wrong_with_a_completion(house: House, vendor: Hostile) -> None:
    vendor.behaviour = answer("404 Not Found", b'{"error": {"message": "no model tiny"}}')
    house.write(section("a", vendor.port, COMPLETION))
    ran = house.run("provider", "test", "a", "--completion")

    assert "API: model_missing (HTTP 404)" in ran.out
    assert "Write another model into [provider.completion]." in ran.out


@pytest.mark.parametrize(("in_memory", "asked"), [([], False), (["other"], False), (["tiny:latest"], True)])
def test_provider_test_loads_no_model_of_a_local_server(
    house: House, vendor: Hostile, in_memory: list[str], asked: bool
) -> None:
    vendor.behaviour = ollama(["tiny:latest"], in_memory)
    house.write(
        f'[[provider]]\nid = "a"\nkind = "ollama"\nbase_url = "http://127.0.0.1:{vendor.port}"\n{COMPLETION}'
    )
    ran = house.run("provider", "test", "a", "--completion")

    assert any(request.method == "POST" for request in vendor.requests) is asked
    assert ("tiny is not in memory as far as can be seen, and asking would load it" in ran.out) is not asked


@pytest.mark.parametrize("sleeping", [True, False])
def test_provider_test_wakes_no_model_of_llamacpp(house: House, vendor: Hostile, *, sleeping: bool) -> None:
    vendor.behaviour = llamacpp(sleeping=sleeping)
    house.write(
        f'[[provider]]\nid = "a"\nkind = "llamacpp"\nbase_url = "http://127.0.0.1:{vendor.port}/v1"\n'
        f"{COMPLETION}"
    )
    house.run("provider", "test", "a", "--completion")

    assert any(request.method == "POST" for request in vendor.requests) is not sleeping


def test_provider_test_asks_no_completion_without_its_key(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, 'key = "env:NO_SUCH_KEY"', COMPLETION))
    ran = house.run("provider", "test", "a", "--completion")

    assert [request.method for request in vendor.requests] == ["GET"]
    assert "there is no key to ask it with" in ran.out


def test_provider_test_refuses_a_completion_that_nobody_gave_leave_for(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    ran = house.run("provider", "test", "a", "--completion")

    assert (ran.code, vendor.connections) == (2, 0)
    assert "a has no [provider.completion]" in ran.err


def test_check_spends_nothing(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))

    assert house.run("check").code == 0
    assert [request.method for request in vendor.requests] == ["GET"]


def test_results_of_an_engine_say_that_they_are_completions(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    with house.engine() as engine:
        found = [engine.event("result") for _ in range(2)]
        engine.end()

    assert [event["level"] for event in found] == ["completion", "models"]
    assert found[0]["reason"] == "ok"
    assert [request.method for request in vendor.requests][:2] == ["POST", "GET"]


def test_provider_test_in_json_is_an_object_for_each_question(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, COMPLETION))
    ran = house.run("provider", "test", "a", "--completion", "--json")

    free, billed = ran.json
    assert (free["level"], free["reason"], free["http_status"], free["advice"]) == ("models", "ok", 200, None)
    assert free["phases"]["total_ms"] > 0
    assert (billed["level"], billed["reason"], billed["host"]) == (
        "completion",
        "ok",
        f"127.0.0.1:{vendor.port}",
    )
    assert billed["first_data_ms"] > 0
    assert billed["tokens_in"] > 0
    assert "costs about" in ran.err


def test_provider_test_asks_the_next_model_where_one_is_gone(house: House, vendor: Hostile) -> None:
    def talks(talk: Talk) -> None:
        request = talk.request()
        if request.method == "GET":
            talk.answer("200 OK", b'{"data": []}')
        elif b'"retired"' in request.body:
            talk.answer("404 Not Found", b'{"error": {"code": "model_not_found", "message": "gone"}}')
        else:
            talk.answer("200 OK", b"".join(WHOLE[Dialect.OPENAI]))

    vendor.behaviour = talks
    completion = COMPLETION.replace("tiny", "retired")
    house.write(section("a", vendor.port, completion).replace("openai-compatible", "openai"))
    ran = house.run("provider", "test", "a", "--completion")

    assert [request.method for request in vendor.requests] == ["GET", "POST", "POST"]
    assert "first data after" in ran.out


def test_a_budget_below_one_answer_buys_none_in_every_sentence(house: House, vendor: Hostile) -> None:
    vendor.behaviour = _talks
    house.write(section("a", vendor.port, f"{COMPLETION}daily_budget_usd = 0.03\n"))
    checked = house.run("config", "check")
    tried = house.run("provider", "test", "a", "--completion")

    assert "None is asked: one may cost $0.03" in checked.out
    assert "answers a day" not in checked.out
    assert "one completion may cost $0.03" in tried.out
    assert "is spent" not in tried.out
    assert [request.method for request in vendor.requests] == ["GET"]
