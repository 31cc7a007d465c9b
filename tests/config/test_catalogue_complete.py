"""No fact gets lost: which groups of facts each kind has, and a stated reason where it lacks one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources

import pytest

from trayuptime.config import audit, shipped
from trayuptime.config.catalogue import made
from trayuptime.config.catalogue_check import of_shipped
from trayuptime.config.kinds import Kind

GROUPS: dict[str, Callable[[Kind], object]] = {
    "address": lambda kind: kind.base_url or kind.example,
    "regions": lambda kind: kind.base_urls,
    "dialects": lambda kind: kind.also_speaks,
    "key": lambda kind: kind.auth_header and kind.env,
    "base": lambda kind: kind.env_base,
    "words": lambda kind: kind.env_words,
    "account": lambda kind: kind.account or kind.balance_url,
    "balance": lambda kind: kind.balance_available,
    "errors": lambda kind: kind.errors,
    "completion": lambda kind: kind.completion,
    "model": lambda kind: kind.completion and kind.completion.models,
    "price": lambda kind: (
        kind.completion and kind.completion.models and kind.completion.models[0].usd_in is not None
    ),
    "web": lambda kind: kind.web_url,
    "login": lambda kind: kind.login_url,
    "console": lambda kind: kind.console_url,
    "billing": lambda kind: kind.billing_url,
    "page": lambda kind: kind.status_url,
    "feed": lambda kind: kind.feeds,
    "parts": lambda kind: kind.parts,
    "sla": lambda kind: kind.sla,
    "rates": lambda kind: kind.rate_headers,
    "note": lambda kind: kind.note,
    "source": lambda kind: kind.facts,
}

HAS = {
    "openai": "address key base errors completion model price web login console"
    " billing page feed parts sla rates source",
    "anthropic": "address key base completion model price web login console page feed parts rates source",
    "deepseek": "address regions dialects key base account balance completion model price web"
    " login console billing page feed parts source",
    "gemini": "address key base completion model price web login console page feed parts source",
    "openrouter": "address regions key base errors completion model price web console"
    " page feed parts rates source",
    "mistral": "address key base errors completion model price web console page rates source",
    "groq": "address key base errors completion model price web console page feed parts rates source",
    "xai": "address key base errors completion model price web console page feed parts source",
    "together": "address regions key base completion model price console page feed rates source",
    "fireworks": "address key base errors completion model price console page feed source",
    "perplexity": "address key base completion model price web console page feed note source",
    "cerebras": "address key base errors completion model price console page feed rates source",
    "moonshot": "address regions key base account balance errors completion model"
    " price web console page feed parts source",
    "qwen": "address regions key base errors completion model price web console page source",
    "zai": "address regions key base errors completion model price web console source",
    "minimax": "address regions dialects key base errors completion model price web console page feed"
    " parts source",
    "siliconflow": "address regions key account errors completion model price console source",
    "cohere": "address dialects key base account errors completion model price console page feed source",
    "volcengine": "address key base errors completion model price web console source",
    "qianfan": "address key errors completion model web console source",
    "huggingface": "address key account errors completion model price web console page feed source",
    "replicate": "address key base console page feed parts source",
    "nvidia": "address key base errors completion console source",
    "ollama": "address base errors completion source",
    "lmstudio": "address key base errors completion source",
    "llamacpp": "address errors completion",
    "vllm": "address key errors completion",
    "litellm": "address key completion source",
    "openai-compatible": "address completion",
    "anthropic-compatible": "address completion",
    "azure-openai": "address key base words errors completion console page feed parts sla rates note source",
    "bedrock": "address dialects key words errors completion console page feed parts sla note source",
    "bedrock-converse": "address key words account errors completion model price console page feed"
    " parts sla note source",
    "vertex": "address regions base words errors completion model price console page feed parts sla"
    " note source",
    "website": "",
}


def test_every_kind_that_there_is_and_no_other_is_listed_here() -> None:
    assert [*shipped.vendor_words(), *shipped.generic_words()] == list(HAS)


@pytest.mark.parametrize(("word", "groups"), HAS.items())
def test_a_kind_has_the_facts_that_it_always_had(word: str, groups: str) -> None:
    kind = made(word, {})

    assert " ".join(group for group, has in GROUPS.items() if has(kind)) == groups


@pytest.mark.parametrize("word", HAS)
def test_a_kind_has_every_group_of_facts_or_says_why_not(word: str) -> None:
    assert list(audit.gaps(made(word, {}))) == []


def test_every_model_to_fall_back_on_has_a_price_but_for_two() -> None:
    kinds = [made(word, {}) for word in HAS]
    models = {model.id: model for kind in kinds if kind.completion for model in kind.completion.models}

    assert {id_ for id_, model in models.items() if model.usd_in is None} == {
        "deepseek-v4-pro",  # the vendor's prices changed since its only source
        "ernie-speed-128k",
    }


def test_the_shipped_catalogue_is_right_as_a_whole() -> None:
    assert of_shipped() == ()


def test_a_host_that_two_vendors_have_is_told_with_the_file() -> None:
    (problem,) = of_shipped(("groq", "groq"))

    assert str(problem) == "vendors/groq.toml: vendor groq: base_url has the host of groq"


def test_every_file_of_a_vendor_is_listed_and_read() -> None:
    files = {shipped.file_of(word) for word in HAS} - {shipped.INDEX}

    assert all(shipped.text_of(file) for file in files)
    assert len(files) == len(list(_vendor_files()))


def test_a_vendor_that_is_left_out_is_no_kind_and_says_why() -> None:
    assert dict(shipped.left_out()) == {"github-models": "was closed by GitHub on 2026-07-30"}
    assert not set(shipped.left_out()) & set(HAS)


@pytest.mark.parametrize(
    ("missing", "gap"),
    [
        ("base_url", "an address"),
        ("models_path", "a free question"),
        ("auth_format", "the form of its key"),
        ("env", "a variable that holds its key"),
        ("completion", "a completion, or no_completion"),
        ("feeds", "a feed, or no_feed"),
        ("console_url", "where its keys are made"),
        ("facts", "a source"),
    ],
)
def test_a_fact_that_is_dropped_is_noticed(missing: str, gap: str) -> None:
    whole = made("groq", {})
    nothing: object = () if isinstance(getattr(whole, missing), tuple) else None
    lacking = replace(whole, unverified=(), **{missing: nothing})  # type: ignore[arg-type]

    assert list(audit.gaps(lacking)) == [gap]


def _vendor_files() -> Iterator[str]:
    for file in resources.files("trayuptime.config").joinpath("vendors").iterdir():
        yield file.name
