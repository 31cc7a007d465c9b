"""Shell exports that point a vendor's usual client at the provider in use.

No key is printed: a line fetches it from where the configuration says it is, at the moment the shell runs it.
The variable names are those that the vendors' own client libraries read (seen in openai 3.54, anthropic 2.12,
google-genai 3.4 and cohere 7.3 on 2026-11-22).
"""

import shlex
import sys

from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey
from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Dialect

_NAMES = {
    Dialect.OPENAI: ("OPENAI_BASE_URL", "OPENAI_API_KEY"),
    Dialect.ANTHROPIC: ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"),
    Dialect.GEMINI: ("GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY"),
    Dialect.COHERE: ("CO_API_URL", "CO_API_KEY"),
}


def exports(provider: ProviderConfig) -> tuple[str, ...]:
    """The lines for `eval "$(trayuptime env)"`; none where no such client speaks to it."""
    names = _NAMES.get(provider.dialect) if provider.dialect is not None else None
    if names is None or provider.base_url is None:
        return ()
    base_name, key_name = names
    key = _key_expression(provider.id, provider.key)
    lines = [f"export {base_name}={shlex.quote(provider.base_url)}"]
    lines.append(f"unset {key_name}" if key is None else f"export {key_name}={key}")
    return tuple(lines)


def _key_expression(provider: str, key: KeyRef) -> str | None:
    match key:
        case EnvKey(name):
            return f'"${name}"'
        case FileKey(path):
            return f'"$(cat {shlex.quote(str(path))})"'
        case KeyringKey():
            words = (sys.executable, "-m", "keyring", "get", f"TrayUptime/{provider}", "api-key")
            return f'"$({shlex.join(words)})"'
    return None
