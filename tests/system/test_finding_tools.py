"""What the files of other tools tell of providers."""

import json
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from found_at_home import KEY, Put, found_in
from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey, NoKey
from trayuptime.system.finding import find, goose, lists, variables
from trayuptime.system.finding.found import spot
from trayuptime.system.finding.reading import LARGEST
from trayuptime.system.finding.tools import tools

GATEWAY, OTHER = "https://gw.example/v1", "https://other.example/v1"
GOOSE = "GOOSE_PROVIDER: openai\nOPENAI_HOST: https://gw.example\n"
CODEX_KEY = json.dumps({"OPENAI_API_KEY": KEY})
CODEX_RELAY = f'[model_providers.relay]\nbase_url = "{GATEWAY}"\nrequires_openai_auth = true\n'
OPENCODE_KEY = json.dumps({"openai": {"type": "api", "key": KEY}})
MOVED = {"OPENAI_BASE_URL": GATEWAY}
QWEN = {"modelProviders": {"openai": [{"id": "m", "baseUrl": GATEWAY, "envKey": "OPENAI_API_KEY"}] * 2}}

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
    (
        ".config/crush/crush.json",
        json.dumps({"providers": {"deepseek": {"api_key": KEY}, "openai": {"api_key": "$(pass openai)"}}}),
        "deepseek",
        "Crush",
    ),
    (
        ".local/share/crush/crush.json",
        json.dumps({"providers": {"anthropic": {"api_key": KEY}, "xai": {"models": []}}}),
        "anthropic",
        "Crush",
    ),
    (".qwen/.env", f"GEMINI_API_KEY={KEY}\n", "gemini", "Qwen Code"),
    (".qwen/settings.json", json.dumps({"env": {"DASHSCOPE_API_KEY": KEY}}), "qwen", "Qwen Code"),
    (
        ".qwen/settings.json",
        json.dumps({"security": {"auth": {"selectedType": "anthropic", "apiKey": KEY}}}),
        "anthropic",
        "Qwen Code",
    ),
    (".config/goose/secrets.yaml", f'GROQ_API_KEY: "{KEY}"\n', "groq", "Goose"),
    (
        ".config/fabric/.env",
        f"GROKAI_API_KEY={KEY}\nGROKAI_API_BASE_URL=https://api.x.ai/v1\nJINA_AI_API_KEY=j\n",
        "xai",
        "fabric",
    ),
    (
        ".config/mods/mods.yml",
        f"apis:\n  groq:\n    base-url: https://api.groq.com/openai/v1\n    api-key: {KEY}\n",
        "groq",
        "mods",
    ),
    (
        ".config/shell_gpt/.sgptrc",
        f"API_BASE_URL=default\nOPENAI_API_KEY={KEY}\nUSE_LITELLM=false\n",
        "openai",
        "ShellGPT",
    ),
    (".config/gptme/config.local.toml", f'[env]\nXAI_API_KEY = "{KEY}"\nMODEL = "x"\n', "xai", "gptme"),
    (".config/gptme/credentials.toml", f'[providers]\nopenrouter = "{KEY}"\n', "openrouter", "gptme"),
    (
        ".claude-code-router/config.json",
        json.dumps(
            {
                "APIKEY": "of the router itself",
                "Providers": [
                    {
                        "name": "ds",
                        "api_base_url": "https://api.deepseek.com/chat/completions",
                        "api_key": KEY,
                    },
                ],
            }
        ),
        "deepseek",
        "Claude Code Router",
    ),
    (
        ".kimi/config.toml",
        f'[providers.own]\ntype = "kimi"\nbase_url = "https://api.moonshot.ai/v1"\napi_key = "{KEY}"\n',
        "moonshot",
        "Kimi Code CLI",
    ),
    (".vibe/.env", f"MISTRAL_API_KEY='{KEY}'\n", "mistral", "Mistral Vibe"),
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
        ".config/crush/crush.json",
        '{"providers": {"g": {"type": "anthropic", "base_url": "https://gw.example", "api_key": "$LAB"}}}',
        *("anthropic-compatible", "g", EnvKey("LAB"), "https://gw.example"),
    ),
    (
        ".config/crush/crush.json",
        '{"providers": {"mine": {"type": "ollama", "base_url": "http://nas.local:11434/v1/"}}}',
        *("ollama", "ollama", NoKey(), "http://nas.local:11434/v1"),
    ),
    (
        ".qwen/settings.json",
        json.dumps(
            {
                "modelProviders": {"lab": [{"baseUrl": "https://gw.example/v1", "envKey": "LAB_KEY"}]},
                "providerProtocol": {"lab": "openai"},
            }
        ),
        *("openai-compatible", "lab", EnvKey("LAB_KEY"), "https://gw.example/v1"),
    ),
    (
        ".config/goose/config.yaml",
        'GOOSE_PROVIDER: "ollama"\nOLLAMA_HOST: nas.local:11434\nextensions:\n  x:\n    enabled: true\n',
        *("ollama", "ollama", NoKey(), "http://nas.local:11434/v1"),
    ),
    (
        ".config/goose/custom_providers/lab.json",
        '{"name": "lab", "engine": "openai", "base_url": "https://gw.example", "api_key_env": "LAB_KEY"}',
        *("openai-compatible", "lab", EnvKey("LAB_KEY"), "https://gw.example/v1"),
    ),
    (
        ".config/mods/mods.yml",
        "apis:\n  lab:\n    base-url: https://gw.example/v1\n    api-key-env: LAB_KEY\n",
        *("openai-compatible", "lab", EnvKey("LAB_KEY"), "https://gw.example/v1"),
    ),
    (
        ".config/fabric/.env",
        "LM_STUDIO_API_URL=http://nas.local:1234/v1\nOLLAMA_API_URL=http://localhost:11434\n",
        *("lmstudio", "lmstudio", NoKey(), "http://nas.local:1234/v1"),
    ),
    (
        ".config/gptme/config.toml",
        '[[providers]]\nname = "lab"\nbase_url = "https://gw.example/v1"\napi_key_env = "LAB_KEY"\n',
        *("openai-compatible", "lab", EnvKey("LAB_KEY"), "https://gw.example/v1"),
    ),
    (
        ".config/gptme/config.toml",
        '[env]\nOPENAI_BASE_URL = "http://nas.local:8000/v1"\n',
        *("openai-compatible", "local", NoKey(), "http://nas.local:8000/v1"),
    ),
    (
        ".claude-code-router/config.json",
        json.dumps(
            {
                "Providers": [
                    {
                        "name": "gw",
                        "api_base_url": "https://gw.example/v1/messages",
                        "api_key": "${LAB_KEY}",
                        "transformer": {"use": ["Anthropic", ["maxtoken", {"max_tokens": 9}]]},
                    }
                ]
            }
        ),
        *("anthropic-compatible", "gw", EnvKey("LAB_KEY"), "https://gw.example/v1"),
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

    (found,) = found_in(home, tmp_path, LAB_KEY="x", LAB="x").values()

    assert found.sources[0].startswith(f"~/{name} (")
    assert (found.kind, found.id, found.key, found.base_url) == (kind, id_, key, url)


# What stands in which files.
GATEWAYS: list[dict[str, str]] = [
    {
        ".config/crush/crush.json": json.dumps(
            {"providers": {"openai": {"base_url": GATEWAY, "api_key": KEY}}}
        )
    },
    {".config/fabric/.env": f"OPENAI_API_KEY={KEY}\nOPENAI_API_BASE_URL={GATEWAY}\n"},
    {".config/shell_gpt/.sgptrc": f"OPENAI_API_KEY={KEY}\nAPI_BASE_URL={GATEWAY}\n"},
    {".config/goose/secrets.yaml": f"OPENAI_API_KEY: {KEY}\n", ".config/goose/config.yaml": GOOSE},
    {".qwen/.env": f"OPENAI_API_KEY={KEY}\n", ".qwen/settings.json": json.dumps(QWEN)},
    {".qwen/.env": f"OPENAI_API_KEY={KEY}\n", ".qwen/settings.json": json.dumps({"env": MOVED})},
    {".qwen/settings.json": json.dumps({"env": {"OPENAI_API_KEY": KEY}} | QWEN)},
    {
        ".config/gptme/config.local.toml": f'[env]\nOPENAI_API_KEY = "{KEY}"\n',
        ".config/gptme/config.toml": f'[env]\nOPENAI_BASE_URL = "{GATEWAY}"\n',
    },
    {
        ".config/gptme/config.toml": f'[env]\nOPENAI_API_KEY = "{KEY}"\n[[providers]]\nname = "gw"\n'
        f'base_url = "{GATEWAY}"\napi_key_env = "OPENAI_API_KEY"\n',
    },
    {".codex/auth.json": CODEX_KEY, ".codex/config.toml": f'openai_base_url = "{GATEWAY}"\n'},
    {".codex/auth.json": CODEX_KEY, ".codex/config.toml": 'model_provider = "relay"\n' + CODEX_RELAY},
    {
        ".codex/auth.json": CODEX_KEY,
        ".codex/config.toml": 'profile = "p"\n[profiles.p]\nmodel_provider = "relay"\n' + CODEX_RELAY,
    },
    {
        ".local/share/opencode/auth.json": OPENCODE_KEY,
        ".config/opencode/opencode.json": json.dumps(
            {"provider": {"openai": {"options": {"baseURL": GATEWAY}}}}
        ),
    },
    {
        ".local/share/opencode/auth.json": OPENCODE_KEY,
        ".config/opencode/opencode.jsonc": json.dumps({"provider": {"openai": {"api": GATEWAY}}}),
    },
    {
        ".config/opencode/opencode.json": json.dumps({"provider": {"openai": {"options": {"apiKey": KEY}}}}),
        ".config/opencode/opencode.jsonc": json.dumps(
            {"provider": {"openai": {"options": {"baseURL": GATEWAY}}}}
        ),
    },
]


AIDER = f"openai-api-key: {KEY}\n"
GATEWAYS += [
    {".aider.conf.yml": f"openai-api-base: {GATEWAY}\napi-key: [openai={KEY}]\n"},
    {".aider.conf.yml": f"openai-api-base: {GATEWAY}\nset-env:\n  - OPENAI_API_KEY={KEY}\n"},
    {".aider.conf.yml": AIDER + f"set-env: [OPENAI_API_BASE={GATEWAY}]\n"},
    {".aider.conf.yml": AIDER + f"set-env: OPENAI_BASE_URL={GATEWAY}\n"},
    {".aider.conf.yml": f"anthropic-api-key: {KEY}\nset-env: [ANTHROPIC_API_BASE={GATEWAY}]\n"},
    {".aider.conf.yml": f"api-key: [groq={KEY}]\nset-env: [GROQ_BASE_URL={GATEWAY}]\n"},
    {".aider.conf.yml": AIDER, ".env": f"OPENAI_API_BASE={GATEWAY}\n"},
    {".aider.conf.yml": AIDER, ".env": f"AIDER_OPENAI_API_BASE={GATEWAY}\n"},
    {".aider.conf.yml": f"api-key:\n  - openai={KEY}\n", ".env": f"export OPENAI_BASE_URL='{GATEWAY}'\n"},
]


@pytest.mark.parametrize("files", GATEWAYS, ids=[" and ".join(each) for each in GATEWAYS])
def test_no_vendor_gets_the_key_of_a_gateway_that_its_file_or_one_beside_it_names(
    home: Path, tmp_path: Path, put: Put, files: dict[str, str]
) -> None:
    for name, text in files.items():
        put(name, text)

    ready = [each for each in found_in(home, tmp_path).values() if each.ready]

    assert [(each.base_url, each.copies) for each in ready] == [(GATEWAY, True)]
    assert ready[0].read_key is not None
    assert ready[0].read_key() == KEY


ELSEWHERE_NOW = [
    (GATEWAYS[3], ".config/goose/config.yaml", "OPENAI_HOST: https://other.example\n"),
    (GATEWAYS[9], ".codex/config.toml", f'openai_base_url = "{OTHER}"\n'),
    (GATEWAYS[10], ".codex/config.toml", CODEX_RELAY),
    (
        GATEWAYS[12],
        ".config/opencode/opencode.jsonc",
        json.dumps({"provider": {"openai": {"options": {"baseURL": OTHER}}}}),
    ),
    (GATEWAYS[13], ".config/opencode/opencode.jsonc", json.dumps({"provider": {"openai": {"api": OTHER}}})),
]


@pytest.mark.parametrize("case", ELSEWHERE_NOW, ids=[" and ".join(each[0]) for each in ELSEWHERE_NOW])
def test_a_key_is_not_read_once_the_file_beside_it_sends_it_elsewhere(
    home: Path, tmp_path: Path, put: Put, case: tuple[dict[str, str], str, str]
) -> None:
    files, name, text = case
    for path, before in files.items():
        put(path, before)
    (found,) = (each for each in found_in(home, tmp_path).values() if each.ready)

    put(name, text)

    assert found.read_key is not None
    assert found.read_key() is None


# The file, what is in it, the variables; the address that the key is for.
LED: list[tuple[str, str, dict[str, str], str]] = [
    (
        ".claude/settings.json",
        json.dumps({"env": {"ANTHROPIC_AUTH_TOKEN": KEY}}),
        {"ANTHROPIC_BASE_URL": "https://gw.example"},
        "https://gw.example",
    ),
    (
        ".claude/settings.json",
        json.dumps({"env": {"ANTHROPIC_AUTH_TOKEN": KEY, "ANTHROPIC_BASE_URL": GATEWAY}}),
        {"ANTHROPIC_BASE_URL": OTHER},
        GATEWAY,
    ),
    (".env", f"OPENAI_API_KEY={KEY}\n", {"OPENAI_BASE_URL": GATEWAY}, GATEWAY),
    (".env", f"OPENAI_API_KEY={KEY}\n", {"OPENAI_API_BASE": GATEWAY}, GATEWAY),
    (".env", f"OPENAI_API_KEY={KEY}\nOPENAI_API_BASE={GATEWAY}\n", {"OPENAI_BASE_URL": OTHER}, GATEWAY),
    (".aider.conf.yml", f"openai-api-key: {KEY}\n", {"OPENAI_API_BASE": GATEWAY}, GATEWAY),
    (".aider.conf.yml", f"api-key: openai={KEY}\n", {"AIDER_OPENAI_API_BASE": GATEWAY}, GATEWAY),
    (".gemini/.env", f"GEMINI_API_KEY={KEY}\n", {"GOOGLE_GEMINI_BASE_URL": GATEWAY}, GATEWAY),
    (".qwen/.env", f"OPENAI_API_KEY={KEY}\n", {"OPENAI_BASE_URL": GATEWAY}, GATEWAY),
    (
        ".qwen/settings.json",
        json.dumps({"env": {"OPENAI_API_KEY": KEY}}),
        {"OPENAI_BASE_URL": GATEWAY},
        GATEWAY,
    ),
    (
        ".config/gptme/config.toml",
        f'[env]\nOPENAI_API_KEY = "{KEY}"\n',
        {"OPENAI_BASE_URL": GATEWAY},
        GATEWAY,
    ),
    (
        ".config/gptme/credentials.toml",
        f'[providers]\nopenai = "{KEY}"\n',
        {"OPENAI_BASE_URL": GATEWAY},
        GATEWAY,
    ),
    (
        ".config/gptme/credentials.toml",
        f'[providers]\nanthropic = "{KEY}"\n',
        {"ANTHROPIC_BASE_URL": GATEWAY},
        GATEWAY,
    ),
]


@pytest.mark.parametrize("case", LED, ids=[f"{each[0]} {' '.join(each[2])}" for each in LED])
def test_a_key_in_a_file_is_for_the_address_in_the_environment_that_its_tool_follows(
    home: Path, tmp_path: Path, put: Put, case: tuple[str, str, dict[str, str], str]
) -> None:
    name, text, environ, url = case
    put(name, text)

    (found,) = found_in(home, tmp_path, **environ).values()

    assert (found.base_url, found.key) == (url, KeyringKey())
    assert found.read_key is not None
    assert found.read_key() == KEY


# The file, what is in it, the variables.
NOT_KNOWN: list[tuple[str, str, dict[str, str]]] = [
    (
        ".qwen/settings.json",
        json.dumps({"env": MOVED, "security": {"auth": {"selectedType": "openai", "apiKey": KEY}}}),
        {},
    ),
    (".env", f"OPENAI_API_KEY={KEY}\n", {"AIDER_OPENAI_API_BASE": GATEWAY}),
    (".codex/auth.json", CODEX_KEY, MOVED),
    (".local/share/opencode/auth.json", OPENCODE_KEY, MOVED),
    (".config/io.datasette.llm/keys.json", json.dumps({"openai": KEY}), MOVED),
    (".config/io.datasette.llm/keys.json", json.dumps({"claude": KEY}), {"ANTHROPIC_BASE_URL": OTHER}),
    (".config/goose/config.yaml", "GOOSE_PROVIDER: openai\n", MOVED),
    (".config/goose/secrets.yaml", f"OPENAI_API_KEY: {KEY}\n", {"OPENAI_BASE_URL": "no address"}),
    (
        ".config/gptme/credentials.toml",
        f'[providers]\nopenai = "{KEY}"\n',
        {"OPENAI_API_BASE": GATEWAY},
    ),
    (".config/gptme/credentials.toml", f'[providers]\nopenai = "{KEY}"\n', {"LLM_PROXY_URL": GATEWAY}),
    (
        ".config/gptme/config.toml",
        f'[env]\nOPENROUTER_API_KEY = "{KEY}"\nLLM_PROXY_URL = "{GATEWAY}"\n',
        {},
    ),
]


@pytest.mark.parametrize("case", NOT_KNOWN, ids=[f"{each[0]} {' '.join(each[2])}" for each in NOT_KNOWN])
def test_a_key_comes_with_nobody_where_it_is_not_known_whether_its_tool_follows_the_environment(
    home: Path, tmp_path: Path, put: Put, case: tuple[str, str, dict[str, str]]
) -> None:
    name, text, environ = case
    put(name, text)

    (found,) = found_in(home, tmp_path, **environ).values()

    assert (found.base_url, found.key, found.read_key) == (None, NoKey(), None)


def test_a_key_for_an_address_that_is_put_together_is_offered_to_nobody(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".qwen/settings.json", json.dumps({"env": {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "$GATEWAY"}}))

    assert found_in(home, tmp_path) == {}


def test_a_vendors_own_address_in_the_environment_leads_nobody_elsewhere(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".codex/auth.json", CODEX_KEY)

    found = found_in(home, tmp_path, OPENAI_BASE_URL="https://api.openai.com/v1/")

    assert found["openai"].key == KeyringKey()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", f"OPENAI_API_KEY={KEY}\n"),
        (".codex/auth.json", CODEX_KEY),
        (".config/goose/config.yaml", "GOOSE_PROVIDER: openai\n"),
    ],
)
def test_a_key_comes_with_nobody_where_only_a_shells_profile_leads_elsewhere(
    home: Path, tmp_path: Path, put: Put, name: str, text: str
) -> None:
    put(name, text)
    put(".zprofile", f"export OPENAI_BASE_URL={GATEWAY}\n")

    (found,) = found_in(home, tmp_path).values()

    assert (found.id, found.key, found.read_key) == ("openai", NoKey(), None)


@pytest.mark.parametrize("option", ["openai-api-base: {}", "set-env: [OPENAI_API_BASE={}]"])
def test_a_key_of_ones_own_goes_nowhere_while_aider_would_send_it_elsewhere(
    home: Path, tmp_path: Path, put: Put, option: str
) -> None:
    put(".env", f"OPENAI_API_KEY={KEY}\nXAI_API_KEY={KEY}\n")

    put(".aider.conf.yml", option.format(GATEWAY))
    assert {id_: each.copies for id_, each in found_in(home, tmp_path).items()} == {
        "openai": False,
        "xai": True,
    }

    put(".aider.conf.yml", option.format("https://api.openai.com/v1"))
    assert found_in(home, tmp_path)["openai"].copies


def test_a_key_that_gptme_was_told_goes_nowhere_while_its_settings_lead_elsewhere(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(".config/gptme/credentials.toml", f'[providers]\nopenai = "{KEY}"\nxai = "{KEY}"\n')
    put(".config/gptme/config.toml", f'[env]\nOPENAI_BASE_URL = "{GATEWAY}"\n')

    found = found_in(home, tmp_path)

    assert {id_: each.copies for id_, each in found.items()} == {"openai": False, "xai": True, "local": False}


def test_a_key_beside_an_address_that_has_its_own_is_offered_for_neither(
    home: Path, tmp_path: Path, put: Put
) -> None:
    options = {"baseURL": GATEWAY, "apiKey": "{env:LAB_KEY}"}
    put(".local/share/opencode/auth.json", OPENCODE_KEY)
    put(".config/opencode/opencode.json", json.dumps({"provider": {"openai": {"options": options}}}))

    (found,) = found_in(home, tmp_path, LAB_KEY="x").values()

    assert (found.base_url, found.key) == (GATEWAY, EnvKey("LAB_KEY"))


@pytest.mark.parametrize(
    "text",
    [
        'model_provider = "relay"\n' + CODEX_RELAY.replace("true", "false"),
        'model_provider = "relay"\n' + CODEX_RELAY + 'env_key = "LAB_KEY"\n',
        'model_provider = "relay"\n' + CODEX_RELAY + '[model_providers.relay.auth]\ncommand = "pass"\n',
        CODEX_RELAY.replace("relay", "openai"),
        'model_provider = "relay"\n' + CODEX_RELAY + "broken\n",
    ],
)
def test_codexs_key_comes_with_nobody_where_it_cannot_be_told_whose_it_is(
    home: Path, tmp_path: Path, put: Put, text: str
) -> None:
    put(".codex/auth.json", CODEX_KEY)
    put(".codex/config.toml", text)

    found = find({}, home, proc=tmp_path / "none")

    assert [each for each in found if each.copies or each.read_key is not None] == []
    assert found


def test_codexs_key_is_openais_while_a_relay_is_only_listed(home: Path, tmp_path: Path, put: Put) -> None:
    put(".codex/auth.json", CODEX_KEY)
    put(".codex/config.toml", CODEX_RELAY)

    found = found_in(home, tmp_path)

    assert {id_: each.key for id_, each in found.items()} == {"openai": KeyringKey(), "relay": NoKey()}


@pytest.mark.parametrize("name", ["{home}/keys/lab", "~/keys/lab", "../../keys/lab"])
def test_a_file_that_holds_the_key_is_referred_to_if_it_is_closed(
    home: Path, tmp_path: Path, put: Put, name: str
) -> None:
    options = {"baseURL": GATEWAY, "apiKey": f"{{file:{name.format(home=home)}}}"}
    put(".config/opencode/opencode.json", json.dumps({"provider": {"lab": {"options": options}}}))
    path = put("keys/lab", f"{KEY}\n")

    path.chmod(0o600)
    assert found_in(home, tmp_path)["lab"].key == FileKey(path)
    path.chmod(0o644)
    assert found_in(home, tmp_path)["lab"].key == NoKey()
    path.unlink()
    assert found_in(home, tmp_path)["lab"].key == NoKey()


@pytest.mark.parametrize("key", ["{file:}", "{file:/a\x1b[31m}", "x{file:/a}", "{env:A}{env:B}", "{env:a b}"])
def test_what_is_put_together_is_no_key(home: Path, tmp_path: Path, put: Put, key: str) -> None:
    options = {"baseURL": GATEWAY, "apiKey": key}
    put(".config/opencode/opencode.json", json.dumps({"provider": {"lab": {"options": options}}}))

    assert found_in(home, tmp_path)["lab"].key == NoKey()


GEMINI_GATEWAY = {
    "name": "gemini",
    "type": "gemini",
    "base_url": GATEWAY,
    "api_base_url": GATEWAY,
    "api_key": KEY,
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".config/crush/crush.json", json.dumps({"providers": {"xai": {"api_key": KEY, "disable": True}}})),
        (".config/crush/crush.json", json.dumps({"providers": {"xai": {"api_key": KEY, "oauth": {"a": 1}}}})),
        (".config/crush/crush.json", json.dumps({"providers": {"xai": {"api_key": "$A$B"}}})),
        (
            ".config/crush/crush.json",
            json.dumps({"providers": {"gemini": GEMINI_GATEWAY | {"type": "google"}}}),
        ),
        (
            ".config/crush/crush.json",
            json.dumps({"providers": {"azure": {"base_url": GATEWAY, "api_key": KEY}}}),
        ),
        (
            ".config/crush/crush.json",
            json.dumps({"providers": {"gw": {"base_url": "$GW/v1", "api_key": KEY}}}),
        ),
        (".qwen/settings.json", json.dumps({"modelProviders": {"gemini": [{"baseUrl": GATEWAY}]}})),
        (".qwen/settings.json", json.dumps({"modelProviders": {"typo": [{"baseUrl": GATEWAY}]}})),
        (".qwen/settings.json", json.dumps({"modelProviders": {"openai": [{"baseUrl": "https://$GW/v1"}]}})),
        (".config/goose/config.yaml", f"GOOSE_PROVIDER: claude-code\nGOOGLE_HOST: {GATEWAY}\n"),
        (".config/goose/config.yaml", "GOOSE_PROVIDER: litellm\n"),
        (
            ".config/goose/custom_providers/a.json",
            json.dumps({"engine": "openai", "base_url": GATEWAY, "auth": {"command": "a"}}),
        ),
        (
            ".config/fabric/.env",
            f"AZURE_API_KEY={KEY}\nAZURE_API_BASE_URL={GATEWAY}\nYOUTUBE_API_KEY={KEY}\n",
        ),
        (".config/shell_gpt/.sgptrc", f"OPENAI_API_KEY={KEY}\nUSE_LITELLM=true\n"),
        (".config/mods/mods.yml", f"apis:\n  azure:\n    base-url: {GATEWAY}\n    api-key: {KEY}\n"),
        (".config/mods/mods.yml", f"apis:\n  cohere:\n    base-url: {GATEWAY}\n    api-key: {KEY}\n"),
        (".config/mods/mods.yml", f"apis:\n  lab:\n    base-url: {GATEWAY}\n    api-key-cmd: pass lab\n"),
        (
            ".claude-code-router/config.json",
            json.dumps({"Providers": [GEMINI_GATEWAY | {"transformer": {"use": ["gemini"]}}]}),
        ),
        (
            ".claude-code-router/config.json",
            json.dumps({"Providers": [GEMINI_GATEWAY | {"transformer": {"use": ["gemini-cli"]}}]}),
        ),
        (
            ".kimi/config.toml",
            '[providers.a]\ntype = "kimi"\nbase_url = "https://api.kimi.com/v1"\napi_key = ""\n',
        ),
        (
            ".kimi/config.toml",
            f'[providers.a]\ntype = "vertexai"\nbase_url = "{GATEWAY}"\napi_key = "{KEY}"\n',
        ),
    ],
)
def test_what_is_switched_off_signed_in_to_or_speaks_otherwise_is_left_out(
    home: Path, tmp_path: Path, put: Put, name: str, text: str
) -> None:
    put(name, text)

    assert found_in(home, tmp_path) == {}


MODS = """\
default-api: openai
apis:
  openai:
    base-url: https://api.openai.com/v1
    api-key:
    api-key-env: OPENAI_API_KEY
    models: # its models
      gpt-4o-mini:
        aliases: ["4o-mini"]
  google:
    models:
      "gemini:2":
        max-input-chars: 392000
  ollama:
    base-url: http://localhost:11434
  azure:
    # of one's own
    base-url: https://YOUR_RESOURCE_NAME.openai.azure.com
    api-key:
  runpod:
    base-url: https://api.runpod.ai/v2/${YOUR_ENDPOINT}/openai/v1
  deepseek:
    base-url: https://api.deepseek.com/
"""


def test_what_mods_begins_with_is_nothing_of_the_users(home: Path, tmp_path: Path, put: Put) -> None:
    put(".config/mods/mods.yml", MODS)
    assert found_in(home, tmp_path) == {}

    put(".config/mods/mods.yml", MODS.replace("google:\n", f"google:\n    api-key: {KEY}\n"))
    assert list(found_in(home, tmp_path)) == ["gemini"]


def test_the_provider_that_goose_has_chosen_comes_with_the_variable_it_would_take(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(
        ".config/goose/config.yaml",
        "GOOSE_PROVIDER: openrouter\nANTHROPIC_HOST: https://api.anthropic.com\nOLLAMA_HOST: localhost\n"
        "XAI_API_KEY: ignored\n",
    )

    found = found_in(home, tmp_path, ANTHROPIC_API_KEY=KEY)

    assert {id_: (str(each.key), each.base_url, each.ready) for id_, each in found.items()} == {
        "anthropic": ("env:ANTHROPIC_API_KEY", None, True),
        "ollama": ("none", None, True),
        "openrouter": ("env:OPENROUTER_API_KEY", None, False),
    }


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"engine": "openai", "base_url": "https://gw.example/v1/"}, "https://gw.example/v1"),
        ({"engine": "openai", "base_url": "https://gw.example/p/chat/completions"}, "https://gw.example/p"),
        (
            {"engine": "openai", "base_url": "https://gw.example", "base_path": "a/v2/chat/completions"},
            "https://gw.example/a/v2",
        ),
        ({"engine": "anthropic_compatible", "base_url": "https://gw.example"}, "https://gw.example"),
        ({"engine": "ollama", "base_url": "http://nas.local"}, "http://nas.local:11434/v1"),
        ({"engine": "ollama", "base_url": "http://[fd00::1]:80"}, "http://[fd00::1]:80/v1"),
        (
            {"engine": "openai", "base_url": "https://gw.example/v1", "requires_auth": False},
            "https://gw.example/v1",
        ),
    ],
)
def test_a_provider_of_ones_own_in_goose_is_offered_where_goose_asks_it(
    home: Path, tmp_path: Path, put: Put, said: dict[str, object], wanted: str
) -> None:
    put(".config/goose/custom_providers/a.json", json.dumps({"name": "a", "api_key_env": "LAB_KEY"} | said))

    (found,) = found_in(home, tmp_path, LAB_KEY="x").values()

    needed = said.get("requires_auth", True)
    assert (found.base_url, found.key) == (wanted, EnvKey("LAB_KEY") if needed else NoKey())


def test_a_file_whose_name_would_write_on_the_terminal_is_passed_over(
    home: Path, tmp_path: Path, put: Put
) -> None:
    put(
        ".config/goose/custom_providers/a\x1b[31m.json", json.dumps({"engine": "openai", "base_url": GATEWAY})
    )

    assert found_in(home, tmp_path) == {}


def test_what_can_be_no_variable_is_named_as_none(home: Path, tmp_path: Path, put: Put) -> None:
    put(
        ".codex/config.toml", f'[model_providers.gw]\nbase_url = "{GATEWAY}"\nenv_key = "sk key\\u001b[31m"\n'
    )

    assert found_in(home, tmp_path)["gw"].key == NoKey()


def test_gemini_behind_a_router_is_gemini(home: Path, tmp_path: Path, put: Put) -> None:
    each = {
        "name": "g",
        "api_base_url": "https://generativelanguage.googleapis.com/v1beta/models/",
        "api_key": KEY,
        "transformer": {"use": ["gemini"]},
    }
    put(".claude-code-router/config.json", json.dumps({"Providers": [each]}))

    (found,) = found_in(home, tmp_path).values()

    assert (found.kind, found.base_url, found.key) == ("gemini", None, KeyringKey())


def test_where_tools_keep_their_files_follows_their_own_variables(tmp_path: Path) -> None:
    environ = {"CODEX_HOME": "/c", "LLM_USER_PATH": "/l", "HF_HOME": "/h", "XDG_CONFIG_HOME": "/x"}
    environ |= {"CRUSH_GLOBAL_CONFIG": "/cc", "CRUSH_GLOBAL_DATA": "/cd", "LOCALAPPDATA": "/local"}
    environ |= {"OPENCODE_CONFIG": "/o/mine.json"}
    environ |= {"QWEN_HOME": "/q", "VIBE_HOME": "/v"}
    environ |= {"GOOSE_PATH_ROOT": "/g", "APPDATA": "/roaming"}

    paths = {tool.path.as_posix() for tool in tools(tmp_path, environ)}

    assert {"/c/auth.json", "/l/keys.json", "/h/token", "/x/zed/settings.json"} <= paths
    assert {"/cc/crush.json", "/cd/crush.json"} <= paths
    assert {"/o/mine.json", "/x/opencode/opencode.jsonc"} <= paths
    assert {"/q/.env", "/q/settings.json", "/v/.env"} <= paths
    assert {"/g/config/config.yaml", "/roaming/Block/goose/config/secrets.yaml"} <= paths
    assert {"/local/crush/crush.json", "/local/mods/mods.yml", "/x/mods/mods.yml"} <= paths


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
    put(".config/crush/crush.json", '{"providers": {"openai": {"api_key": ["k"], "base_url": 7}, "xai": 1}}')
    put(".qwen/settings.json", '{"env": {"OPENAI_API_KEY": 7}, "modelProviders": {"openai": {"id": {}}}}')
    put(".config/goose/config.yaml", "- GOOSE_PROVIDER: openai\n")
    put(".config/goose/secrets.yaml", "OPENAI_API_KEY:\n  - k\n")
    put(".config/goose/custom_providers/a.json", '{"engine": ["openai"], "base_url": {"a": 1}}')
    put(".config/goose/custom_providers/b.json", "[")
    (home / ".config" / "goose" / "custom_providers" / "c.json").mkdir()
    put(".config/fabric/.env", "OPENAI_API_KEY=\nOPENAI_API_KEY_API_KEY=k\nOPENAI=k\n=\n")
    put(".config/mods/mods.yml", "apis: [openai, groq]\n")
    put(".config/shell_gpt/.sgptrc", "OPENAI_API_KEY\n")
    put(".config/gptme/config.toml", 'env = ["OPENAI_API_KEY"]\nproviders = {name = "a"}\n')
    put(".config/gptme/config.local.toml", "[env]\nOPENAI_API_KEY = 7\n[[providers]]\nname = []\n")
    put(".config/gptme/credentials.toml", "[providers]\nopenai = {}\n[providers.xai]\na = 1\n")
    put(".claude-code-router/config.json", '{"Providers": [{"name": 1, "api_key": {}}, "x", null]}')
    put(".kimi/config.toml", 'providers = ["kimi"]\n')

    assert found_in(home, tmp_path) == {}


WORDS = """env provider models apiKey apiBase options language_models openai_compatible api_url key type
clients api_key api_base OPENAI_API_KEY ANTHROPIC_API_KEY model_providers base_url providers apis
modelProviders openai gemini baseUrl envKey security auth selectedType Providers api_base_url transformer use
name engine api_key_env base_path type disable GOOSE_PROVIDER OPENAI_HOST OLLAMA_HOST"""
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
    seen += goose.own(text)
    for read in (goose.secrets, lists.codex_key):
        seen += read(text, text)
    for led in (lists.aider, lists.home_dotenv, variables.qwen, variables.qwen_dotenv, variables.gptme):
        seen += led(text, text, environ={})
    for among in (lists.opencode, lists.opencode_keys, partial(variables.gptme_keys, environ={})):
        seen += among(text, [text, text])

    spots = [spot(each.word, each.url, anthropic=each.anthropic) for each in seen]
    assert all(each is None or each.id for each in spots)
