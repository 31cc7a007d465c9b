"""What `trayuptime env` prints."""

import os
import subprocess
from pathlib import Path

from trayuptime.config.load import read
from trayuptime.config.values import ProviderConfig
from trayuptime.switching.exports import exports


def provider(text: str) -> ProviderConfig:
    (only,) = read(f'[[provider]]\nid = "it"\n{text}').providers
    return only


def in_a_shell(lines: tuple[str, ...], **environ: str) -> dict[str, str]:
    script = "\n".join((*lines, "env"))
    done = subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **environ}
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def test_a_shell_gets_address_and_key_from_the_variable_that_is_referred_to() -> None:
    lines = exports(provider('kind = "deepseek"\nkey = "env:MINE"'))

    seen = in_a_shell(lines, MINE="sk-of-mine-1234567")

    assert seen["OPENAI_BASE_URL"] == "https://api.deepseek.com"
    assert seen["OPENAI_API_KEY"] == "sk-of-mine-1234567"
    assert not any("sk-of-mine" in line for line in lines)


def test_a_key_in_a_file_is_read_by_the_shell_whatever_the_path(tmp_path: Path) -> None:
    path = tmp_path / "it's a key"
    path.write_text("sk-in-a-file-1234567\n")
    lines = exports(provider(f'kind = "anthropic"\nkey = "file:{path}"'))

    assert in_a_shell(lines)["ANTHROPIC_API_KEY"] == "sk-in-a-file-1234567"


def test_a_key_in_the_keyring_is_asked_for_by_command() -> None:
    (_, line) = exports(provider('kind = "gemini"\nkey = "keyring"'))

    assert line.startswith('export GEMINI_API_KEY="$(')
    assert line.endswith('-m keyring get TrayUptime/it api-key)"')


def test_a_keyless_server_takes_the_key_of_another_away() -> None:
    lines = exports(provider('kind = "openai-compatible"\nbase_url = "http://127.0.0.1:1/v1"\nkey = "none"'))

    seen = in_a_shell(lines, OPENAI_API_KEY="sk-of-another-1234567")

    assert seen["OPENAI_BASE_URL"] == "http://127.0.0.1:1/v1"
    assert "OPENAI_API_KEY" not in seen


def test_a_web_page_has_nothing_to_export() -> None:
    assert exports(provider('kind = "website"\nweb_url = "https://example.com"')) == ()


def test_an_api_in_a_language_of_its_own_has_nothing_to_export() -> None:
    assert exports(provider('kind = "replicate"\nkey = "env:MINE"')) == ()


def test_cohere_is_exported_for_its_own_client() -> None:
    lines = exports(provider('kind = "cohere"\nkey = "env:MINE"'))

    assert lines == ("export CO_API_URL=https://api.cohere.com", 'export CO_API_KEY="$MINE"')
