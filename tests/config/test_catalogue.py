"""The catalogue's data is whole, and addresses are made of it the same way for vendors and for overrides."""

from dataclasses import fields

import pytest

from trayuptime.config import shipped
from trayuptime.config.addresses import places
from trayuptime.config.catalogue import Kind, client_base_url, kinds, models_url, vendors
from trayuptime.config.load import read
from trayuptime.config.problems import ConfigError
from trayuptime.config.starter import starter, starter_hosts, starter_pages
from trayuptime.config.urls import api_url, host_of, is_loopback, page_url
from trayuptime.config.values import ModelsAnswer
from trayuptime.core.evidence import Dialect
from trayuptime.core.feed import FeedFormat
from trayuptime.core.model import Level, Surface
from trayuptime.core.reasons import MEANINGS, Effect, Reason

VERTEX = "https://{0}-aiplatform.googleapis.com/v1/projects/p-1/locations/{0}/publishers/google"
LOCAL = ("ollama", "lmstudio", "llamacpp", "vllm")


@pytest.mark.parametrize("kind", vendors(), ids=lambda kind: kind.id)
def test_every_vendor_says_all_that_a_probe_needs(kind: Kind) -> None:
    key = f"env:{kind.env[0]}" if kind.env else "none"
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "{kind.id}"\nkey = "{key}"').providers

    assert watched.name == kind.name
    assert watched.models_url
    assert watched.models_url.startswith("https://") or is_loopback(host_of(watched.models_url))
    assert watched.reach_url == watched.models_url or kind.reach_path
    assert watched.errors == kind.errors
    assert kind.env or kind.local
    assert watched.auth_header
    assert watched.auth_format
    assert watched.auth_format.count("{key}") == 1
    assert kind.facts or "base_url" in kind.unverified


@pytest.mark.parametrize("kind", vendors(), ids=lambda kind: kind.id)
def test_every_address_of_a_vendor_is_one_that_a_user_could_write(kind: Kind) -> None:
    assert kind.base_url
    assert api_url(kind.base_url) == kind.base_url
    for page in (kind.web_url, kind.login_url, kind.console_url):
        assert page is None or (page_url(page) == page and page.startswith("https://"))


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.id)
def test_what_is_called_unverified_is_there(kind: Kind) -> None:
    assert set(kind.unverified) <= {field.name for field in fields(Kind) if getattr(kind, field.name)}


def test_the_generic_kinds_have_no_address() -> None:
    generic = {kind.id: (kind.dialect, kind.base_url) for kind in kinds().values() if kind.generic}

    assert generic == {
        "openai-compatible": (Dialect.OPENAI, None),
        "anthropic-compatible": (Dialect.ANTHROPIC, None),
        "azure-openai": (Dialect.OPENAI, None),
        "bedrock": (Dialect.OPENAI, None),
        "bedrock-converse": (Dialect.BEDROCK, None),
        "vertex": (Dialect.GEMINI, None),
        "website": (None, None),
    }


@pytest.mark.parametrize(
    ("kind", "base_url", "models", "base"),
    [
        ("openai-compatible", "http://h/v1", "http://h/v1/models", "http://h/v1"),
        ("openai-compatible", "http://h/api/paas/v4", "http://h/api/paas/v4/models", "http://h/api/paas/v4"),
        ("openai-compatible", "http://h", "http://h/models", "http://h"),
        ("anthropic-compatible", "http://h", "http://h/v1/models", "http://h"),
        ("anthropic-compatible", "http://h/v1", "http://h/v1/models", "http://h"),
        ("anthropic-compatible", "http://h/anthropic", "http://h/anthropic/v1/models", "http://h/anthropic"),
        ("gemini", "http://h", "http://h/v1beta/models?pageSize=1", "http://h"),
        ("gemini", "http://h/v1beta", "http://h/v1beta/models?pageSize=1", "http://h"),
        ("gemini", "http://h/v1", "http://h/v1/models?pageSize=1", "http://h/v1"),
        ("openrouter", "http://h/api/v1", "http://h/api/v1/key", "http://h/api/v1"),
        ("deepseek", "http://h", "http://h/models", "http://h"),
    ],
)
def test_a_base_url_works_with_and_without_the_version_that_clients_add(
    kind: str, base_url: str, models: str, base: str
) -> None:
    assert models_url(kinds()[kind], base_url) == models
    assert client_base_url(kinds()[kind], base_url) == base


def test_another_address_keeps_the_dialect_and_the_key_header_of_its_kind() -> None:
    (gateway,) = read(
        '[[provider]]\nid = "a"\nkind = "anthropic"\nkey = "keyring"\n'
        'base_url = "https://gateway.example/v1/"'
    ).providers

    assert (gateway.dialect, gateway.auth_header, gateway.auth_format) == (
        Dialect.ANTHROPIC,
        "x-api-key",
        "{key}",
    )
    assert gateway.headers == {"anthropic-version": "2023-06-01"}
    assert gateway.base_url == "https://gateway.example"
    assert gateway.models_url == "https://gateway.example/v1/models"


def test_a_public_list_is_not_taken_for_proof_of_a_key() -> None:
    assert kinds()["openrouter"].models_path == "/key"
    assert kinds()["openrouter"].models_answer is ModelsAnswer.OBJECT
    public = [kind.id for kind in vendors() if kind.models_public]
    assert public == ["perplexity", "huggingface", "nvidia"]
    assert [kind.id for kind in vendors() if kind.proves == ("address",)] == ["perplexity", "nvidia"]
    assert "key" in kinds()["huggingface"].proves


@pytest.mark.parametrize("kind", [kind for kind in kinds().values() if kind.generic and kind.dialect])
def test_a_kind_without_an_address_shows_what_one_looks_like(kind: Kind) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f'[[provider]]\nid = "a"\nkind = "{kind.id}"')

    assert kind.example
    assert api_url(kind.example.lower()) == kind.example.lower()
    assert f'such as "{kind.example}"' in str(caught.value)


@pytest.mark.parametrize("kind", LOCAL)
def test_a_local_server_is_watched_on_loopback_without_a_key_and_need_not_run(kind: str) -> None:
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "{kind}"').providers

    assert is_loopback(host_of(watched.reach_url))
    assert (watched.keyless_level, watched.must_run) == (Level.MODELS, False)


def test_the_user_may_say_that_a_local_server_must_run_and_where() -> None:
    lines = 'must_run = true\nbase_url = "http://gpu.lan:11434/v1"'
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "ollama"\n{lines}').providers

    assert watched.must_run
    assert watched.models_url == "http://gpu.lan:11434/v1/models"


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind not in LOCAL])
def test_every_other_kind_must_run_wherever_it_is(kind: str) -> None:
    address = (
        'web_url = "http://127.0.0.1/"' if kind == "website" else 'base_url = "http://127.0.0.1:8080/v1"'
    )
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "{kind}"\n{address}\nmust_run = false').providers

    assert watched.must_run


def test_a_gateway_whose_models_want_a_key_is_asked_elsewhere_without_one() -> None:
    (watched,) = read(
        '[[provider]]\nid = "a"\nkind = "litellm"\nbase_url = "http://gate.lan:4000/v1"'
    ).providers

    assert watched.reach_url == "http://gate.lan:4000/health/liveliness"
    assert watched.models_url == "http://gate.lan:4000/v1/models"


@pytest.mark.parametrize(
    ("kind", "base_url", "regions"),
    [
        ("bedrock", "https://bedrock-mantle.eu-west-1.api.aws/openai/v1", ("eu-west-1",)),
        ("bedrock-converse", "https://bedrock-runtime.us-east-1.amazonaws.com", ("us-east-1",)),
        ("bedrock-converse", "https://gateway.example", ()),
        ("vertex", VERTEX.format("europe-west4"), ("europe-west4",)),
        ("azure-openai", "https://mine.openai.azure.com/openai/v1", ()),
        ("deepseek", "https://api.deepseek.com", ()),
        ("website", None, ()),
    ],
)
def test_the_region_of_an_address_is_the_place_that_counts_on_the_status_page(
    kind: str, base_url: str | None, regions: tuple[str, ...]
) -> None:
    assert places(kinds()[kind], base_url) == regions


def test_vertex_is_asked_in_the_region_of_its_address_with_a_token() -> None:
    base = VERTEX.format("europe-west4")
    (watched,) = read(
        f'[[provider]]\nid = "a"\nkind = "vertex"\nkey = "env:X"\nbase_url = "{base}"'
    ).providers

    assert watched.models_url == (
        "https://europe-west4-aiplatform.googleapis.com/v1beta1/publishers/google/models?pageSize=1"
    )
    assert (watched.auth_header, watched.auth_format) == ("Authorization", "Bearer {key}")
    assert watched.models_answer is ModelsAnswer.OBJECT


def test_vertex_at_its_global_address_is_asked_there() -> None:
    base = "https://aiplatform.googleapis.com/v1/projects/mine/locations/global/publishers/google"
    (watched,) = read(
        f'[[provider]]\nid = "a"\nkind = "vertex"\nkey = "env:X"\nbase_url = "{base}"'
    ).providers

    assert watched.models_url == (
        "https://aiplatform.googleapis.com/v1beta1/publishers/google/models?pageSize=1"
    )


@pytest.mark.parametrize(
    ("base_url", "feed"),
    [
        (
            "https://bedrock-mantle.eu-west-1.api.aws/openai/v1",
            ["https://status.aws.amazon.com/rss/bedrock-eu-west-1.rss"],
        ),
        ("https://gateway.example/v1", []),
    ],
)
def test_a_feed_of_one_region_is_read_where_the_address_names_the_region(
    base_url: str, feed: list[str]
) -> None:
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "bedrock"\nbase_url = "{base_url}"').providers

    assert watched.feed
    assert [source.url for source in watched.feed.sources if source.format is FeedFormat.RSS] == feed


def test_vertex_behind_a_gateway_is_asked_at_the_gateway() -> None:
    other = 'base_url = "https://europe-west4-aiplatform.googleapis.com.evil.example/v1"'
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "vertex"\nkey = "env:X"\n{other}').providers

    assert watched.models_url == (
        "https://europe-west4-aiplatform.googleapis.com.evil.example/v1/models?pageSize=1"
    )


@pytest.mark.parametrize(
    ("kind", "variable", "header", "value"),
    [
        ("anthropic", "ANTHROPIC_API_KEY", "x-api-key", "{key}"),
        ("anthropic", "ANTHROPIC_AUTH_TOKEN", "Authorization", "Bearer {key}"),
        ("azure-openai", "AZURE_OPENAI_API_KEY", "api-key", "{key}"),
        ("azure-openai", "AZURE_OPENAI_AD_TOKEN", "Authorization", "Bearer {key}"),
    ],
)
def test_a_key_of_another_sort_goes_into_another_header(
    kind: str, variable: str, header: str, value: str
) -> None:
    address = 'base_url = "https://mine.openai.azure.com/openai/v1"'
    (watched,) = read(f'[[provider]]\nid = "a"\nkind = "{kind}"\nkey = "env:{variable}"\n{address}').providers

    assert (watched.auth_header, watched.auth_format) == (header, value)


def test_the_price_of_each_model_has_two_sides_and_a_source() -> None:
    models = [
        (kind, model) for kind in kinds().values() if kind.completion for model in kind.completion.models
    ]

    assert len(models) > 30
    for kind, model in models:
        assert (model.usd_in is None) == (model.usd_out is None)
        assert kind.facts
    assert [(kind.id, model.usd_request) for kind, model in models if model.usd_request] == [
        ("perplexity", 0.005)
    ]
    fees = {kind.id: kind.completion.usd_request for kind in kinds().values() if kind.completion}
    assert {word: fee for word, fee in fees.items() if fee} == {"perplexity": 0.014}


def test_an_unverified_row_makes_no_outage_of_what_would_be_none() -> None:
    rows = [row for kind in kinds() for row in shipped.entry(kind).get("errors", ())]
    unverified = [row for row in rows if "unverified" in row]

    assert all(row["unverified"] is True for row in unverified)
    assert len(unverified) > 10
    assert {MEANINGS[Reason(row["reason"])].effect for row in unverified} == {Effect.SUCCESS}


def test_the_starter_set_is_watched_without_a_key() -> None:
    assert [(each.kind, each.keyless_level, each.surfaces) for each in starter()] == [
        (kind, Level.REACH, (Surface.API,)) for kind in ("deepseek", "openai", "anthropic", "gemini")
    ]


def test_the_starter_set_names_every_host_it_contacts() -> None:
    assert starter_hosts() == (
        "api.deepseek.com",
        "api.openai.com",
        "api.anthropic.com",
        "generativelanguage.googleapis.com",
    )
    assert set(starter_hosts()) == {host_of(each.reach_url) for each in starter()}
    assert starter_pages() == (
        "status.deepseek.com",
        "api.flashcat.cloud",
        "status.openai.com",
        "status.claude.com",
        "anthropic.statuspage.io",
    )
