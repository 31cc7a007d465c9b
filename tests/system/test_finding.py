"""Providers are found in variables, in files of tools and among the ports; nothing is copied or contacted."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey, NoKey
from trayuptime.config.load import read
from trayuptime.config.store import Choice, first_text
from trayuptime.system.finding import Found, find
from trayuptime.system.finding.found import spot
from trayuptime.system.finding.reading import LARGEST
from trayuptime.system.finding.tools import tools

KEY = "sk-found-0123456789abcdef"
Put = Callable[[str, str], Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def put(home: Path) -> Put:
    def put(name: str, text: str) -> Path:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return put


def found_in(home: Path, tmp_path: Path, **environ: str) -> dict[str, Found]:
    """By id; no port is listened on."""
    everything = find(environ, home, proc=tmp_path / "no proc")
    assert KEY not in repr(everything)
    return {each.id: each for each in everything}


# The file, what is in it, the provider it is of, the tool.
TOOLS = [
    (".codex/auth.json", json.dumps({"OPENAI_API_KEY": KEY, "tokens": None}), "openai", "Codex CLI"),
    (".claude/settings.json", json.dumps({"env": {"ANTHROPIC_API_KEY": KEY}}), "anthropic", "Claude Code"),
    (".gemini/.env", f"# mine\nGEMINI_API_KEY='{KEY}'\n", "gemini", "Gemini CLI"),
    (
        ".local/share/opencode/auth.json",
        json.dumps({"groq": {"type": "api", "key": KEY}, "anthropic": {"type": "oauth", "access": "a"}}),
        "groq",
        "OpenCode",
    ),
    (
        ".config/opencode/opencode.json",
        '{ // mine\n "provider": {"mistral": {"options": {"apiKey": "' + KEY + '"},},},}',
        "mistral",
        "OpenCode",
    ),
    (".aider.conf.yml", f"model: x # y\nopenai-api-key: {KEY}\n", "openai", "Aider"),
    (".aider.conf.yml", f"api-key:\n  - deepseek={KEY}\n", "deepseek", "Aider"),
    (".aider.conf.yml", f'api-key: ["openrouter={KEY}"]\n', "openrouter", "Aider"),
    (
        ".continue/config.yaml",
        f'models:\n  - name: A\n    provider: mistral\n    apiKey: "{KEY}"\n    roles:\n      - chat\n',
        "mistral",
        "Continue",
    ),
    (
        ".continue/config.json",
        json.dumps({"models": [{"provider": "anthropic", "apiKey": KEY}, {"provider": 7}, 3]}),
        "anthropic",
        "Continue",
    ),
    (".config/aichat/config.yaml", f"clients:\n- type: claude\n  api_key: {KEY}\n", "anthropic", "AIChat"),
    (".config/io.datasette.llm/keys.json", json.dumps({"// Note": "x", "openai": KEY}), "openai", "llm"),
    (".env", f"export XAI_API_KEY={KEY}\n", "xai", "your own"),
]


@pytest.mark.parametrize("case", TOOLS, ids=[f"{t[3]} {t[2]}" for t in TOOLS])
def test_a_key_in_the_file_of_a_tool_is_offered_with_its_source_and_read_only_when_asked(
    home: Path, tmp_path: Path, put: Put, case: tuple[str, str, str, str]
) -> None:
    name, text, id_, tool = case
    path = put(name, text)

    found = found_in(home, tmp_path)

    assert list(found) == [id_]
    assert found[id_].sources == (f"~/{name} ({tool})",)
    assert found[id_].key == KeyringKey()
    read_key = found[id_].read_key
    assert read_key is not None
    assert read_key() == KEY
    path.write_text("")
    assert read_key() is None


# The file, what is in it, the kind, the id, where its key is, its address.
ELSEWHERE: list[tuple[str, str, str, str, KeyRef, str]] = [
    (
        ".codex/config.toml",
        '[model_providers.lab]\nbase_url = "http://127.0.0.1:8317/v1"\nenv_key = "LAB_KEY"\n',
        *("openai-compatible", "lab", EnvKey("LAB_KEY"), "http://127.0.0.1:8317/v1"),
    ),
    (
        ".config/opencode/opencode.jsonc",
        '{"provider": {"gw": {"options": {"baseURL": "https://gw.example/v1", "apiKey": "{env:LAB_KEY}"}}}}',
        *("openai-compatible", "gw", EnvKey("LAB_KEY"), "https://gw.example/v1"),
    ),
    (
        ".claude/settings.json",
        '{"env": {"ANTHROPIC_BASE_URL": "https://gw.example"}}',
        *("anthropic-compatible", "gw-example", NoKey(), "https://gw.example"),
    ),
    (
        ".config/zed/settings.json",
        '{"language_models": {"openai_compatible": {"My Lab": {"api_url": "http://[::1]:9/v1"}}}}',
        *("openai-compatible", "My-Lab", NoKey(), "http://[::1]:9/v1"),
    ),
    (
        ".continue/config.yaml",
        "models:\n- provider: openai\n  apiBase: https://gw.example/v1/chat/completions\n",
        *("openai-compatible", "gw-example", NoKey(), "https://gw.example/v1"),
    ),
    (
        ".continue/config.yaml",
        "models:\n- provider: ollama\n  apiBase: http://nas.local:11434\n",
        *("ollama", "ollama", NoKey(), "http://nas.local:11434/v1"),
    ),
]


@pytest.mark.parametrize("case", ELSEWHERE, ids=[f"{each[0]} {each[3]}" for each in ELSEWHERE])
def test_a_server_of_the_users_own_is_offered_at_its_address(
    home: Path, tmp_path: Path, put: Put, case: tuple[str, str, str, str, KeyRef, str]
) -> None:
    name, text, kind, id_, key, url = case
    put(name, text)

    (found,) = found_in(home, tmp_path, LAB_KEY="x").values()

    assert found.sources[0].startswith(f"~/{name} (")
    assert (found.kind, found.id, found.key, found.base_url) == (kind, id_, key, url)


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


def test_where_tools_keep_their_files_follows_their_own_variables(tmp_path: Path) -> None:
    environ = {"CODEX_HOME": "/c", "LLM_USER_PATH": "/l", "HF_HOME": "/h", "XDG_CONFIG_HOME": "/x"}

    paths = {str(tool.path) for tool in tools(tmp_path, environ)}

    assert {"/c/auth.json", "/l/keys.json", "/h/token", "/x/zed/settings.json"} <= paths


def test_files_that_are_no_files_and_hostile_ones_are_passed_over(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".codex/auth.json", '{"OPENAI_API_KEY": "' + "x" * LARGEST + '"}')
    put(".claude/settings.json", "[" * 100_000)
    put(".aider.conf.yml", "\0openai-api-key: x")
    put(".continue/config.yaml", "models:\n" + "  - " * 5_000)
    (home / ".gemini" / ".env").mkdir(parents=True)
    (home / ".env").symlink_to(home / ".env")
    os.mkfifo(home / ".bashrc")
    (home / ".zshrc").symlink_to("/dev/zero")
    put(".codex/config.toml", 'model_providers = {a = {base_url = 7, env_key = []}, b = "x"}')
    put(".config/zed/settings.json", '{"language_models": ["openai_compatible"]}')

    assert found_in(home, tmp_path) == {}


WORDS = """env provider models apiKey apiBase options language_models openai_compatible api_url key type
clients api_key api_base OPENAI_API_KEY ANTHROPIC_API_KEY model_providers base_url"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("https://h.example/v1"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.text(max_size=200) | VALUES.map(json.dumps))
def test_no_text_is_too_odd_for_any_reader(text: str) -> None:
    seen = [each for tool in tools(Path("/home/x"), {}) for each in tool.read(text)]

    spots = [spot(each.word, each.url, anthropic=each.anthropic) for each in seen]
    assert all(each is None or each.id for each in spots)


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
