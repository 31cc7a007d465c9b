"""`provider catalog`: every kind with what a user has to know of it, and whether the catalogue is right."""

import pytest

from cli.house import House, section
from hostile import Hostile
from trayuptime.config.catalogue import kinds, lay_over
from trayuptime.core.reasons import Reason

MINE = '[vendor.mine]\nname = "Mine"\ndialect = "openai"\nbase_url = "https://api.mine.example/v1"\n'


@pytest.fixture(autouse=True)
def _shipped_again(house: House) -> None:
    lay_over({})


def _own(house: House, text: str) -> None:
    (house.root / "catalogue.toml").write_text(text)


def test_every_kind_gets_a_line_with_its_facts(house: House) -> None:
    ran = house.run("provider", "catalog")
    lines = {line.split("  ")[0]: line for line in ran.out.splitlines()}

    assert ran.code == 0
    assert list(lines) == list(kinds())
    assert lines["moonshot"] == (
        "moonshot  Moonshot Kimi  https://api.moonshot.ai/v1  key in MOONSHOT_API_KEY  also cn"
        "  status page: statuspage  completion: about $0.0000135 each"
    )
    assert lines["openai"].endswith(
        "promises 99.9 % in the Scale Tier, none for pay as you go (not verified)"
    )
    assert lines["website"] == "website  Website  an address of your own  status page: not read"


def test_all_of_one_kind_is_told_on_lines_of_its_own(house: House) -> None:
    balance = "https://api.moonshot.ai/v1/users/me/balance"
    ran = house.run("provider", "catalog", "moonshot", "website")

    assert ran.out.splitlines() == [
        "moonshot  Moonshot Kimi  https://api.moonshot.ai/v1  key in MOONSHOT_API_KEY",
        '    also base_url = "https://api.moonshot.cn/v1" (cn, which has keys of its own)',
        f"    asks GET {balance}, free of charge: proves the address, the key, the balance",
        "    completion: kimi-k2.6, about $0.0000135 each",
        "    status page: statuspage (https://status.moonshot.cn)",
        "    without a source: web_url, console_url",
        "website  Website  an address of your own",
        "    any page: web_url is yours to give",
    ]


def test_a_kind_that_there_is_not_is_told_with_the_nearest(house: House) -> None:
    ran = house.run("provider", "catalog", "mistrall")

    assert (ran.code, ran.out) == (2, "")
    assert 'There is no kind "mistrall"; did you mean "mistral"?' in ran.err


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("nvidia", "not what your key is worth"),
        ("perplexity", "completion: sonar, about $0.005011 each"),
        ("zai", "completion: glm-4.7-flash, free"),
        ("qianfan", "completion: ernie-speed-128k, price not known"),
        ("replicate", "completion: none: it answers later"),
        ("ollama", "completion: with a model that you name"),
        ("mistral", "status page: not read: a challenge"),
        ("openai", "promises 99.9 % in the Scale Tier, none for pay as you go (not verified)"),
        ("bedrock", "credits of 10, 25 and 100 %\n"),
        ("vertex", "it takes an access token, which ends within the hour"),
        ("azure-openai", 'base_url is yours to give, such as "https://RESOURCE.openai.azure.com/openai/v1"'),
        ("website", "any page: web_url is yours to give"),
        ("volcengine", "without a source: models_path"),
    ],
)
def test_what_is_odd_about_a_kind_is_said(house: House, kind: str, said: str) -> None:
    assert said in house.run("provider", "catalog", kind).out


def test_as_json_each_kind_is_an_object_of_the_contract(house: House) -> None:
    listed = house.run("provider", "catalog", "--json").json
    by_id = {kind["id"]: kind for kind in listed}

    assert list(by_id) == list(kinds())
    assert {kind["schema"] for kind in listed} == {1}
    assert by_id["cohere"]["question"] == {
        "method": "POST",
        "url": "https://api.cohere.com/v1/check-api-key",
    }
    assert by_id["perplexity"]["models"][0]["usd_per_probe"] == pytest.approx(0.005011)
    assert by_id["bedrock"]["sla"]["verified"] is True
    assert by_id["bedrock"]["sla"]["percent"] == 99.9
    assert by_id["openai"]["sla"]["percent"] is None  # promised in one tier alone
    assert by_id["mistral"]["feeds"] == []
    assert by_id["website"]["question"] is None


def test_the_users_own_vendors_are_listed_too(house: House) -> None:
    _own(house, MINE)

    assert "mine  Mine  https://api.mine.example/v1  " in house.run("provider", "catalog").out


def test_a_bad_file_is_left_aside_with_its_reason_and_the_rest_is_listed(house: House) -> None:
    _own(house, MINE + "oops = 1\n")
    ran = house.run("provider", "catalog")

    assert ran.code == 0
    assert 'catalogue.toml line 5: vendor "mine": unknown key "oops"' in ran.err
    assert "is left aside until that is mended" in ran.err
    assert "mine  " not in ran.out


def test_a_right_catalogue_is_called_right(house: House) -> None:
    _own(house, MINE)
    ran = house.run("provider", "catalog", "--check")

    assert (ran.code, ran.out) == (0, f"The catalogue is right: {len(kinds())} kinds.\n")


def test_every_problem_gets_a_line_and_the_exit_says_so(house: House) -> None:
    _own(house, '[vendor.openai]\nname = 1\ndialect = "opnai"\n')
    ran = house.run("provider", "catalog", "--check")

    assert ran.code == 2
    assert [line.partition(": ")[0] for line in ran.out.splitlines()] == [
        "catalogue.toml line 2",
        "catalogue.toml line 3",
    ]


def test_problems_as_json_name_file_line_and_key(house: House) -> None:
    _own(house, "[vendor.openai]\nname = 1\n")
    ran = house.run("provider", "catalog", "--check", "--json")

    assert ran.code == 2
    assert ran.json == [
        {
            "schema": 1,
            "file": "catalogue.toml",
            "line": 2,
            "column": 1,
            "key": "vendor.openai.name",
            "message": "name must be text in quotes",
        }
    ]


def test_the_check_of_the_configuration_covers_the_catalogue(house: House) -> None:
    house.config_file.write_text('[[provider]]\nid = "a"\nkind = "openai"\n')
    _own(house, "[vendor.openai]\nname = 1\n")
    wrong = house.run("config", "check")
    _own(house, '[vendor.openai]\nname = "Mine"\n')
    right = house.run("config", "check")

    assert (wrong.code, right.code) == (2, 0)
    assert 'catalogue.toml line 2: vendor "openai": name must be text' in wrong.err
    assert right.err == ""


def test_the_doctor_names_a_bad_catalogue(house: House) -> None:
    _own(house, "oops = 1\n")
    checks = house.run("doctor", "--json").json["checks"]
    (check,) = [check for check in checks if check["name"] == "configuration"]

    assert not check["ok"]
    assert "catalogue.toml line 1" in check["detail"]
    assert str(house.root / "catalogue.toml") in check["advice"]


def _at(vendor: Hostile) -> str:
    where = f'base_url = "http://127.0.0.1:{vendor.port}/v1"\nkeyless = true\n'
    return f'[vendor.mine]\nname = "Mine"\ndialect = "openai"\n{where}'


def test_a_running_watcher_takes_over_an_edit_and_survives_a_bad_one(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    _own(house, _at(vendor))
    house.write('[[provider]]\nid = "a"\nkind = "mine"\n')
    with house.engine() as engine:
        engine.event("result", "a")
        _own(house, _at(vendor) + "oops = 1\n")
        complaint = engine.error("changes nothing")
        engine.event("result", "a")
        _own(house, _at(other))
        while not other.requests:
            engine.event("result", "a")
        assert engine.end() == 0

    assert 'catalogue.toml line 6: vendor "mine": unknown key "oops"' in complaint


def test_a_watcher_starts_beside_a_bad_catalogue_and_says_so(house: House, vendor: Hostile) -> None:
    _own(house, "oops = 1\n")
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        complaint = engine.error("catalogue.toml")
        engine.event("result", "a")
        assert engine.end() == 0

    assert "catalogue.toml line 1" in complaint


def test_a_kind_of_ones_own_can_be_added(house: House) -> None:
    _own(house, MINE)
    ran = house.run("provider", "add", "mine", "--key-from-env", "MINE_API_KEY")

    assert ran.code == 0
    assert 'kind = "mine"' in house.config_file.read_text()


def test_a_check_names_a_kind_that_is_not_there(house: House) -> None:
    ran = house.run("provider", "catalog", "--check", "nosuch")

    assert ran.code == 2
    assert 'There is no kind "nosuch"' in ran.err


def test_a_kind_that_was_left_out_says_why(house: House) -> None:
    ran = house.run("provider", "catalog", "github-models")

    assert ran.code == 2
    assert 'There is no kind "github-models": it was closed' in ran.err


def test_other_dialects_words_and_doubtful_prices_are_told(house: House) -> None:
    text = house.run("provider", "catalog", "deepseek", "bedrock").out
    (mistral,) = house.run("provider", "catalog", "mistral", "--json").json

    assert 'anthropic-compatible --base-url "https://api.deepseek.com/anthropic"' in text
    assert "REGION in AWS_REGION or AWS_DEFAULT_REGION" in text
    assert [model["unverified"] for model in mistral["models"]] == [False, True, True]


def test_the_json_of_a_kind_holds_what_a_program_needs_to_ask_it(house: House) -> None:
    (kind,) = house.run("provider", "catalog", "anthropic", "--json").json

    assert kind["auth"] == {"header": "x-api-key", "format": "{key}"}
    assert kind["headers"] == {"anthropic-version": "2023-06-01"}
    assert {"surface": "web", "id": "rwppv331jlwc", "name": "claude.ai", "contains": []} in kind["components"]
    (openai,) = house.run("provider", "catalog", "openai", "--json").json
    assert {row["reason"] for row in openai["errors"]} <= {reason.value for reason in Reason}
    assert openai["errors"]
