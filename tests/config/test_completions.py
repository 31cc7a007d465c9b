"""What the user may spend: his section with the catalogue's prices, refused where no budget could be kept."""

from dataclasses import replace

import pytest

from trayuptime.config import completions
from trayuptime.config.catalogue import CompletionFacts, Kind, Model, kinds
from trayuptime.config.load import read
from trayuptime.config.problems import ConfigError
from trayuptime.config.schema import COMPLETION
from trayuptime.config.sections import Read, read_section
from trayuptime.config.values import Completion, PricedModel
from trayuptime.core.budget import FREE, Price
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Surface

FACTS = CompletionFacts(
    models=(Model("cheap", 0.1, 0.5), Model("sonar", 1.0, 1.0, 0.005), Model("unpriced")),
    max_tokens="max_completion_tokens",
    extra={"thinking": {"type": "disabled"}},
)
VENDOR = replace(kinds()["openai"], completion=FACTS)
BASE = "https://api.vendor.example/v1"


def _section(**values: object) -> Read:
    return read_section(values, ("provider", 0, "completion"), COMPLETION)


def _complaints(
    section: Read, kind: Kind = VENDOR, base: str = BASE, surfaces: tuple[Surface, ...] = (Surface.API,)
) -> str:
    return "\n".join(each.message for each in completions.complaints(section, kind, base, surfaces))


def _resolved(section: Read, kind: Kind = VENDOR, base: str = BASE) -> Completion:
    assert _complaints(section, kind, base) == ""
    found = completions.resolve(section, kind, base)
    assert found is not None
    return found


def test_the_catalogue_knows_the_price_and_who_is_next() -> None:
    found = _resolved(_section(model="sonar"))

    assert found.models == (
        PricedModel("sonar", Price(1.0, 1.0, 0.005)),
        PricedModel("cheap", Price(0.1, 0.5)),
    )
    assert (found.every_s, found.daily_budget_usd) == (600.0, 0.05)
    assert (found.max_tokens, found.extra) == (FACTS.max_tokens, FACTS.extra)


def test_no_model_that_thinks_takes_the_place_of_another() -> None:
    models = (Model("cheap", 0.1, 0.5), Model("gpt-5-nano", 0.05, 0.4), Model("next", 0.2, 0.6))
    kind = replace(VENDOR, completion=CompletionFacts(models))

    assert [model.id for model in _resolved(_section(model="cheap"), kind).models] == ["cheap", "next"]


def test_none_that_is_billed_takes_the_place_of_a_free_one() -> None:
    models = (Model("free", 0.0, 0.0), Model("cheap", 0.1, 0.5), Model("gratis", 0.0, 0.0))
    kind = replace(VENDOR, completion=CompletionFacts(models))

    assert [each.id for each in _resolved(_section(model="free"), kind).models] == ["free", "gratis"]
    assert [each.id for each in _resolved(_section(model="own", usd_in=0, usd_out=0), kind).models] == [
        *("own", "free", "gratis"),
    ]
    assert [each.id for each in _resolved(_section(model="cheap"), kind).models] == [
        "cheap",
        "free",
        "gratis",
    ]


def test_a_model_without_a_price_is_refused_with_the_way_out() -> None:
    said = _complaints(_section(model="unpriced"))

    assert 'the price of model "unpriced" is not known' in said
    assert "add usd_in and usd_out" in said
    assert "known prices are those of cheap, sonar" in said
    assert "known prices" not in _complaints(_section(model="m"), replace(VENDOR, completion=None))


def test_the_users_own_price_counts() -> None:
    assert _resolved(_section(model="cheap", usd_in=3, usd_out=9.5)).model.price == Price(3.0, 9.5)
    assert _resolved(_section(model="sonar", usd_in=3, usd_out=4)).model.price == Price(3.0, 4.0, 0.005)
    assert _resolved(_section(model="cheap", usd_in=0, usd_out=0)).model.price == FREE


@pytest.mark.parametrize(("of_others", "fee"), [(0.0, 0.005), (0.003, 0.005), (0.014, 0.014)])
def test_a_vendor_that_bills_each_request_bills_it_for_models_that_nobody_knows(
    of_others: float, fee: float
) -> None:
    kind = replace(VENDOR, completion=replace(FACTS, usd_request=of_others))

    assert _resolved(_section(model="new", usd_in=3, usd_out=9.5), kind).model.price == Price(3.0, 9.5, fee)
    assert _resolved(_section(model="new", usd_in=0, usd_out=0), kind).model.price == Price(0.0, 0.0, fee)


def test_a_kind_without_completions_of_its_own_bills_no_request() -> None:
    kind = replace(VENDOR, completion=None)

    assert _resolved(_section(model="new", usd_in=3, usd_out=4), kind).model.price == Price(3.0, 4.0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"model": "new", "usd_in": 1.0}, "usd_out is missing beside usd_in"),
        ({"model": "new", "usd_out": 1.0}, "usd_in is missing beside usd_out"),
    ],
)
def test_half_a_price_is_refused(values: dict[str, object], said: str) -> None:
    assert _complaints(_section(**values)) == said


@pytest.mark.parametrize("wrong", [-1, "1", float("nan"), float("inf"), True])
def test_a_price_is_a_number_from_zero_on(wrong: object) -> None:
    section = _section(model="m", usd_in=wrong, usd_out=1)

    assert [complaint.path[-1] for complaint in section.complaints] == ["usd_in"]
    assert completions.resolve(section, VENDOR, BASE) is None


def test_a_local_server_costs_nothing() -> None:
    local = _resolved(_section(model="tiny"), kinds()["ollama"], "http://box.lan:11434")
    loopback = _resolved(_section(model="tiny"), kinds()["openai-compatible"], "http://localhost:8080/v1")

    assert local.model.price == loopback.model.price == FREE
    assert "not known" in _complaints(
        _section(model="tiny"), kinds()["openai-compatible"], "http://box.lan:8080/v1"
    )


@pytest.mark.parametrize(
    ("kind", "base", "url"),
    [
        (kinds()["openai"], "https://h.example/v1", "https://h.example/v1/chat/completions"),
        (kinds()["anthropic"], "https://h.example", "https://h.example/v1/messages"),
        (kinds()["anthropic"], "https://h.example/v2", "https://h.example/v2/messages"),
        (
            kinds()["gemini"],
            "https://h.example",
            "https://h.example/v1beta/models/{model}:streamGenerateContent?alt=sse",
        ),
        (
            Kind("k", "K", dialect=Dialect.COHERE, version="/v1"),
            "https://h.example",
            "https://h.example/v2/chat",
        ),
        (Kind("k", "K", dialect=Dialect.OLLAMA), "http://h.example:1", "http://h.example:1/api/chat"),
        (
            Kind("k", "K", dialect=Dialect.BEDROCK),
            "https://h.example",
            "https://h.example/model/{model}/converse",
        ),
        (
            replace(VENDOR, completion=CompletionFacts(path="/chat?version=2")),
            "https://h.example/v1",
            "https://h.example/v1/chat?version=2",
        ),
    ],
)
def test_each_dialect_is_asked_at_its_own_address(kind: Kind, base: str, url: str) -> None:
    assert _resolved(_section(model="m", usd_in=1, usd_out=1), kind, base).url == url


def test_what_answers_no_questions_is_refused() -> None:
    assert "a website answers no questions" in _complaints(_section(model="m"), kinds()["website"])
    assert "write it into surfaces" in _complaints(_section(model="cheap"), surfaces=(Surface.WEB,))


PROVIDER = '[[provider]]\nid = "p"\nkind = "openai"\n[provider.completion]\n'


def test_without_its_section_nothing_may_be_spent() -> None:
    assert read('[[provider]]\nid = "p"\nkind = "openai"').providers[0].completion is None


def test_a_model_that_thinks_is_warned_of() -> None:
    config = read(PROVIDER + 'model = "o4-mini"\nusd_in = 1\nusd_out = 4')

    (warning,) = config.warnings
    assert warning.line == 5
    assert '"o4-mini" thinks before it answers' in warning.message


def test_a_model_that_always_thinks_is_warned_of_where_the_vendors_others_can_be_told_not_to() -> None:
    lines = '[[provider]]\nid = "p"\nkind = "deepseek"\n[provider.completion]\nmodel = "deepseek-reasoner"'

    (warning,) = read(f"{lines}\nusd_in = 1\nusd_out = 4").warnings
    assert '"deepseek-reasoner" thinks before it answers' in warning.message


def test_a_budget_below_one_question_is_warned_of() -> None:
    priced = PROVIDER + 'model = "m"\nusd_in = 1000\nusd_out = 1000\n'

    assert "one question may cost $0.033" in read(priced + "daily_budget_usd = 0.01").warnings[0].message
    assert read(priced + "daily_budget_usd = 0.1").warnings == ()


@pytest.mark.parametrize("model", ["", " ", "a\nb", "x" * 257])
def test_a_models_name_is_one_line(model: str) -> None:
    with pytest.raises(ConfigError, match="must be a model's name"):
        read(f"{PROVIDER}model = {model!r}\nusd_in = 1\nusd_out = 1".replace("'", '"'))


NEAR = "http://127.0.0.1:4000/v1"


@pytest.mark.parametrize(
    ("word", "model", "price"),
    [
        ("ollama", "llama3", FREE),
        ("openai-compatible", "tiny", FREE),
        ("perplexity", "sonar", Price(1.0, 1.0, 0.005)),
        ("openai", "gpt-4o-mini", Price(0.15, 0.6)),
    ],
)
def test_a_vendors_model_has_its_price_at_a_gateway_on_this_computer_too(
    word: str, model: str, price: Price
) -> None:
    assert _resolved(_section(model=model), kinds()[word], NEAR).model.price == price


@pytest.mark.parametrize("word", ["litellm", "openai"])
def test_a_gateway_on_this_computer_that_bills_somebody_needs_a_price(word: str) -> None:
    assert "add usd_in and usd_out" in _complaints(_section(model="gpt-9"), kinds()[word], NEAR)
