"""Providers are found in variables, in files of tools and among the ports; nothing is copied or contacted."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from found_at_home import KEY, Put, found_in
from trayuptime.config.keys import EnvKey, FileKey, KeyringKey
from trayuptime.config.load import read
from trayuptime.config.store import Choice, first_text
from trayuptime.system.finding import Found, find
from trayuptime.system.finding.found import spot


def test_a_variable_is_named_and_its_value_left_where_it_is(home: Path, tmp_path: Path) -> None:
    found = found_in(home, tmp_path, DEEPSEEK_API_KEY=KEY, OPENAI_API_KEY=" ")

    assert found == {
        "deepseek": Found(
            "deepseek",
            "deepseek",
            ("the environment variable DEEPSEEK_API_KEY",),
            EnvKey("DEEPSEEK_API_KEY"),
        )
    }


def test_a_key_goes_to_the_server_that_its_own_variables_name(home: Path, tmp_path: Path) -> None:
    (found,) = find(
        {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://gw.example/v1"}, home, proc=tmp_path / "none"
    )

    assert (found.kind, found.base_url, found.host) == (
        "openai-compatible",
        "https://gw.example/v1",
        "gw.example",
    )


@pytest.mark.parametrize(
    ("kind", "key", "base"),
    [
        ("deepseek", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL"),
        ("gemini", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"),
        ("groq", "GROQ_API_KEY", "GROQ_BASE_URL"),
    ],
)
def test_no_vendor_gets_the_key_of_a_gateway(
    home: Path, tmp_path: Path, kind: str, key: str, base: str
) -> None:
    (found,) = find({key: KEY, base: "https://gw.example/v1"}, home, proc=tmp_path / "none")

    assert (kind in found.id or found.kind == "openai-compatible", found.host) == (True, "gw.example")


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
        ("DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL"),
        ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"),
    ],
)
@pytest.mark.parametrize("url", ["https://me:secret@gw.example/v1", "https://gw.example/v1?key=x", "gw"])
def test_a_key_whose_address_cannot_be_used_is_offered_for_no_other(
    home: Path, tmp_path: Path, key: str, base: str, url: str
) -> None:
    assert find({key: KEY, base: url}, home, proc=tmp_path / "none") == ()


def test_another_place_of_a_vendor_comes_with_its_variable(home: Path, tmp_path: Path, put: Put) -> None:
    cn = "https://api.siliconflow.cn/v1"
    found = found_in(home, tmp_path, SILICONFLOW_API_KEY=KEY, SILICONFLOW_CN_API_KEY=KEY)

    assert {id_: each.base_url for id_, each in found.items()} == {"siliconflow": None, "siliconflow-cn": cn}
    assert found["siliconflow-cn"].key == EnvKey("SILICONFLOW_CN_API_KEY")

    put(".bashrc", "export SILICONFLOW_CN_API_KEY=x\n")
    put(".env", f"SILICONFLOW_CN_API_KEY={KEY}\n")
    (elsewhere,) = found_in(home, tmp_path).values()
    assert (elsewhere.kind, elsewhere.base_url, len(elsewhere.sources)) == ("siliconflow", cn, 2)


@pytest.mark.parametrize("value", ["your_api_key_here", "${MISTRAL}", "$MISTRAL_KEY", "   ", "<key>"])
def test_what_only_stands_for_a_key_is_not_offered(home: Path, tmp_path: Path, value: str) -> None:
    assert find({"MISTRAL_API_KEY": value}, home, proc=tmp_path / "none") == ()


def test_a_place_of_azures_comes_with_its_variable(home: Path, tmp_path: Path) -> None:
    environ = {"AZURE_OPENAI_API_KEY": KEY, "AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/"}

    assert (
        found_in(home, tmp_path, **environ)["azure-openai"].base_url
        == "https://me.openai.azure.com/openai/v1"
    )
    assert "azure-openai" not in found_in(home, tmp_path, AZURE_OPENAI_API_KEY=KEY)


@pytest.mark.parametrize(
    ("kind", "variables", "base_url"),
    [
        (
            "azure-openai",
            {"AZURE_API_KEY": KEY, "AZURE_RESOURCE_NAME": "me"},
            "https://me.openai.azure.com/openai/v1",
        ),
        (
            "bedrock",
            {"AWS_BEARER_TOKEN_BEDROCK": KEY, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"},
            "https://bedrock-mantle.eu-west-1.api.aws/openai/v1",
        ),
    ],
)
def test_a_word_of_the_users_own_address_comes_from_its_variable(
    home: Path, tmp_path: Path, kind: str, variables: dict[str, str], base_url: str
) -> None:
    assert found_in(home, tmp_path, **variables)[kind].base_url == base_url


def test_a_word_that_would_lead_to_another_host_is_none(home: Path, tmp_path: Path) -> None:
    environ = {"AWS_BEARER_TOKEN_BEDROCK": KEY, "AWS_REGION": "evil.example/"}

    assert found_in(home, tmp_path, **environ) == {}


def test_a_variable_of_a_shells_profile_is_named_with_what_is_in_the_way(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".bashrc", f'alias ll=ls\nexport MISTRAL_API_KEY="{KEY}"\n# export GROQ_API_KEY=x\n')
    put(".config/fish/config.fish", f"set -gx COHERE_API_KEY {KEY}\n")

    found = found_in(home, tmp_path)

    assert found["mistral"].sources == ("~/.bashrc, which sets MISTRAL_API_KEY",)
    assert found["mistral"].key == EnvKey("MISTRAL_API_KEY")
    assert not found["mistral"].ready
    assert "MISTRAL_API_KEY is not set here" in found["mistral"].remark
    assert set(found) == {"mistral", "cohere"}
    assert found_in(home, tmp_path, MISTRAL_API_KEY=KEY)["mistral"].ready


@pytest.mark.parametrize(
    ("texts", "environ"),
    [
        ({".bashrc": "export OPENAI_API_KEY=x\nexport OPENAI_BASE_URL=https://gw.example/v1\n"}, {}),
        (
            {".bashrc": "export OPENAI_API_KEY=x\n", ".profile": "OPENAI_API_BASE=https://gw.example/v1\n"},
            {},
        ),
        ({".zshrc": "export OPENAI_API_KEY=x\n"}, {"OPENAI_BASE_URL": "https://gw.example/v1"}),
    ],
)
def test_a_variable_of_a_profile_is_for_the_address_that_stands_there_too(
    home: Path, tmp_path: Path, put: Put, texts: dict[str, str], environ: dict[str, str]
) -> None:
    for name, text in texts.items():
        put(name, text)

    (found,) = found_in(home, tmp_path, **environ).values()

    assert (found.kind, found.base_url) == ("openai-compatible", "https://gw.example/v1")
    assert found.key == EnvKey("OPENAI_API_KEY")


def test_a_variable_of_a_profile_is_for_nobody_where_its_address_is_put_together(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".bashrc", "export OPENAI_API_KEY=x\nexport OPENAI_BASE_URL=$GATEWAY/v1\n")

    assert found_in(home, tmp_path) == {}


def test_a_file_that_is_nothing_but_a_key_is_referred_to_if_it_is_closed(
    home: Path, tmp_path: Path, put: Put
) -> None:
    path = put(".cache/huggingface/token", f"{KEY}\n")
    path.chmod(0o600)

    assert found_in(home, tmp_path)["huggingface"].key == FileKey(path)
    path.chmod(0o644)
    assert found_in(home, tmp_path)["huggingface"].key == KeyringKey()


def test_one_provider_is_offered_once_with_the_key_that_needs_least_and_all_its_sources(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".codex/auth.json", json.dumps({"OPENAI_API_KEY": KEY}))
    put(".bashrc", "export OPENAI_API_KEY=x\n")

    alone = found_in(home, tmp_path)["openai"]
    with_variable = found_in(home, tmp_path, OPENAI_API_KEY=KEY)["openai"]

    assert alone.key == KeyringKey()
    assert alone.sources == ("~/.codex/auth.json (Codex CLI)", "~/.bashrc, which sets OPENAI_API_KEY")
    assert with_variable.key == EnvKey("OPENAI_API_KEY")


@pytest.mark.parametrize(
    ("word", "url", "wanted"),
    [
        ("openai", None, ("openai", None)),
        ("Google", None, ("gemini", None)),
        ("claude", None, ("anthropic", None)),
        ("whatever", None, None),
        ("openai-compatible", None, None),
        ("mine", "https://api.deepseek.com/v1", ("deepseek", None)),
        ("mine", "http://localhost:11434", ("ollama", None)),
        ("mine", "http://localhost:11434/v1/chat/completions", ("ollama", None)),
        ("openai", "https://gw.example/v1", ("openai-compatible", "https://gw.example/v1")),
        ("mine", "https://user:pass@gw.example/v1", None),
        ("mine", "not a url", None),
        ("mine", "${URL}", None),
    ],
)
def test_what_a_tool_names_becomes_a_kind(
    word: str, url: str | None, wanted: tuple[str, str | None] | None
) -> None:
    found = spot(word, url)

    assert (found and (found.kind, found.base_url)) == wanted


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_and_any_address_make_a_configuration_or_nothing(word: str, rest: str) -> None:
    found = spot(word, f"https://gw.example/{rest}")

    if found is not None:
        assert read(first_text([Choice(found.id, found.kind, base_url=found.base_url)])).providers
