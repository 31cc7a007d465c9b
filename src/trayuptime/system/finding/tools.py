"""Where common tools keep the providers they use, and in which shape.

Their own pages were read on 2026-11-26:

llm                 llm.datasette.io, docs/setup.md of simonw/llm: keys.json in its user directory
Codex CLI           openai/codex: auth.json (`OPENAI_API_KEY`), config.toml (`[model_providers.X]`,
                    `openai_base_url`); which of them gets the key is from its source
OpenCode            opencode.ai/docs/config and /providers: opencode.json(c), auth.json of type "api"; how it
                    puts its settings together, and takes a key with an address, is from its source
Claude Code         code.claude.com/docs, env-vars and settings: `env` in settings.json
Gemini CLI          geminicli.com/docs/reference/configuration: .gemini/.env, then ~/.env
Aider               aider.chat/docs/config: .aider.conf.yml and .env in the home directory
Continue            docs.continue.dev: ~/.continue/config.yaml, the older config.json
Zed                 zed.dev/docs/ai: `language_models` in settings.json; its keys are in the system's keychain
AIChat              `clients` in config.yaml, as users of it write (a page of 2024-12-30)
Hugging Face        the token alone in a file, as other clients of it read (hf-hub 1.0.0 on docs.rs)
Crush               charmbracelet/crush, README and docs/config: crush.json (`providers`), the user's and
                    that in its data; its crushrc is a program, and is not read
Qwen Code           QwenLM/qwen-code, docs/users/configuration: .qwen/.env, and `modelProviders` and `env` in
                    settings.json
Goose               block/goose, config-files and providers of its documentation: config.yaml, secrets.yaml,
                    custom_providers/*.json; the paths behind its hosts are from its source
fabric              danielmiessler/fabric, its source of 2025-07-19: .env (`X_API_KEY`, `X_API_BASE_URL`)
mods                charmbracelet/mods, config_template.yml and config.go: `apis` in mods.yml, where adrg/xdg
                    has it
ShellGPT            TheR1D/shell_gpt, README and config.py: .sgptrc
gptme               gptme/gptme, config.rst and providers*.rst of its docs: config.toml and config.local.toml
                    (`[env]`, `[[providers]]`), credentials.toml; which variables lead elsewhere is from its
                    source
Claude Code Router  musistudio/claude-code-router, README: config.json (`Providers`)
Kimi Code CLI       MoonshotAI/kimi-cli, docs/en/configuration: config.toml (`[providers.X]`)
Mistral Vibe        mistralai/mistral-vibe, README: .vibe/.env

Cursor and VS Code are left out: their own pages give no path of a plain file with keys or addresses in it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from trayuptime.system.finding import goose, lists, variables
from trayuptime.system.finding.reading import text_of
from trayuptime.system.finding.seen import Seen


@dataclass(frozen=True, slots=True)
class Tool:
    """A file of a tool.

    Attributes:
        read: what is in its text.
        bare: the file holds a key and nothing else, so that it can be referred to.
    """

    name: str
    path: Path
    read: Callable[[str], Iterator[Seen]]
    bare: bool = False


def tools(home: Path, environ: Mapping[str, str]) -> tuple[Tool, ...]:
    """The files to look into, which may be missing."""
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    support = home / "Library" / "Application Support"
    roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    local = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    codex = Path(environ.get("CODEX_HOME") or home / ".codex")
    claude = Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    llm = Path(environ.get("LLM_USER_PATH") or config / "io.datasette.llm")
    hugging_face = Path(environ.get("HF_HOME") or cache / "huggingface")
    crush = Path(environ.get("CRUSH_GLOBAL_CONFIG") or config / "crush")
    crush_data = Path(environ.get("CRUSH_GLOBAL_DATA") or data / "crush")
    root = environ.get("GOOSE_PATH_ROOT")
    qwen = Path(environ.get("QWEN_HOME") or home / ".qwen")
    vibe = Path(environ.get("VIBE_HOME") or home / ".vibe")
    aider = home / ".aider.conf.yml"
    dotenv = partial(variables.dotenv, environ=environ)
    qwen_env, qwen_settings = qwen / ".env", qwen / "settings.json"
    return (
        Tool("Codex CLI", codex / "auth.json", _beside(lists.codex_key, codex / "config.toml")),
        Tool("Codex CLI", codex / "config.toml", lists.codex),
        Tool("Claude Code", claude / "settings.json", partial(variables.claude, environ=environ)),
        Tool("Gemini CLI", home / ".gemini" / ".env", dotenv),
        *_opencode(config / "opencode", data / "opencode", environ.get("OPENCODE_CONFIG")),
        Tool("Aider", aider, _beside(partial(lists.aider, environ=environ), home / ".env")),
        Tool("Continue", home / ".continue" / "config.yaml", lists.continue_yaml),
        Tool("Continue", home / ".continue" / "config.json", lists.continue_json),
        Tool("Continue", home / ".continue" / ".env", dotenv),
        Tool("Zed", config / "zed" / "settings.json", lists.zed),
        Tool("AIChat", config / "aichat" / "config.yaml", lists.aichat),
        Tool("AIChat", support / "aichat" / "config.yaml", lists.aichat),
        Tool("llm", llm / "keys.json", lists.llm),
        Tool("llm", support / "io.datasette.llm" / "keys.json", lists.llm),
        Tool("Crush", crush / "crush.json", lists.crush),
        Tool("Crush", crush_data / "crush.json", lists.crush),
        Tool("Crush", local / "crush" / "crush.json", lists.crush),
        Tool("Qwen Code", qwen_env, _beside(partial(variables.qwen_dotenv, environ=environ), qwen_settings)),
        Tool("Qwen Code", qwen_settings, _beside(partial(variables.qwen, environ=environ), qwen_env)),
        *_goose(Path(root) / "config" if root else config / "goose"),
        *_goose(roaming / "Block" / "goose" / "config"),
        Tool("fabric", home / ".config" / "fabric" / ".env", variables.fabric),
        Tool("mods", config / "mods" / "mods.yml", lists.mods),
        Tool("mods", support / "mods" / "mods.yml", lists.mods),
        Tool("mods", local / "mods" / "mods.yml", lists.mods),
        Tool("ShellGPT", home / ".config" / "shell_gpt" / ".sgptrc", variables.shell_gpt),
        *_gptme(home / ".config" / "gptme", config / "gptme" / "credentials.toml", environ),
        Tool("Claude Code Router", home / ".claude-code-router" / "config.json", lists.claude_code_router),
        Tool("Kimi Code CLI", home / ".kimi" / "config.toml", lists.kimi),
        Tool("Mistral Vibe", vibe / ".env", dotenv),
        Tool("Hugging Face", hugging_face / "token", lists.hugging_face, bare=True),
        Tool("your own", home / ".env", _beside(partial(lists.home_dotenv, environ=environ), aider)),
    )


def _opencode(config: Path, data: Path, own: str | None) -> Iterator[Tool]:
    settings = [config / name for name in ("config.json", "opencode.json", "opencode.jsonc")]
    if own:
        settings.append(Path(own))
    yield Tool("OpenCode", data / "auth.json", _among(lists.opencode_keys, settings))
    yield from (Tool("OpenCode", path, _among(lists.opencode, settings)) for path in settings)


def _goose(folder: Path) -> Iterator[Tool]:
    yield Tool("Goose", folder / "secrets.yaml", _beside(goose.secrets, folder / "config.yaml"))
    yield Tool("Goose", folder / "config.yaml", goose.goose)
    try:
        own = sorted(islice((folder / "custom_providers").glob("*.json"), _MOST))
    except (OSError, ValueError):
        return
    yield from (Tool("Goose", path, goose.own) for path in own if path.name.isprintable())


def _gptme(folder: Path, keys: Path, environ: Mapping[str, str]) -> Iterator[Tool]:
    local, shared = folder / "config.local.toml", folder / "config.toml"
    read = partial(variables.gptme, environ=environ)
    yield Tool("gptme", local, _beside(read, shared))
    yield Tool("gptme", shared, _beside(read, local))
    yield Tool("gptme", keys, _among(partial(variables.gptme_keys, environ=environ), [local, shared]))


def _beside(read: Callable[[str, str], Iterator[Seen]], other: Path) -> Callable[[str], Iterator[Seen]]:
    """Reads a file with another one, which tells where the first one's keys belong."""
    return lambda text: read(text, text_of(other))


def _among(
    read: Callable[[str, Sequence[str]], Iterator[Seen]], others: Sequence[Path]
) -> Callable[[str], Iterator[Seen]]:
    """Reads a file with all those that together tell where keys belong."""
    return lambda text: read(text, [text_of(path) for path in others])


_MOST = 50
"""Providers of the user's own that lie in files each."""
