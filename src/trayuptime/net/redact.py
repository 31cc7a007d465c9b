"""No secret leaves in a text: known ones are replaced, and whatever looks like a key too."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

PLACEHOLDER = "[redacted]"

SHORTEST_SECRET = 6
"""Shorter known secrets are left alone: replacing every `a` would destroy the text and hide nothing."""

_KEY_SHAPES = re.compile(
    r"""
    (?P<before>
        (?i:\b(?:bearer|basic)\s+)(?=[^\s"']*[0-9A-Z])            # not the prose "bearer authentication"
      | (?i:\b(?:(?:x-)?(?:goog-)?api[-_]?key|proxy-authorization|authorization|access[-_]?token|secret)
          ["']?\s*[:=]\s*["']?)(?!(?i:bearer|basic)\b)
      | (?i:[?&](?:key|token)=)
      | ://(?=[^\s/@]*@)                                          # user:password@ in an address
    )
    [^\s"',;&@]{6,}
  | (?<![A-Za-z0-9])
    (?: (?:sk|rk|pk|xai|nvapi|pplx|fw|csk|tgp|jina|voyage)[-_][A-Za-z0-9_\-]{8,}
      | (?:gsk|hf|r8|ghp|gho|github_pat|glpat)[-_][A-Za-z0-9_\-]{8,}
      | AIza[A-Za-z0-9_\-]{8,}
      | eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-.]{8,}                # a JSON web token
    )
    """,
    re.VERBOSE,
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Replace every secret in `text` by a placeholder.

    Args:
        text: anything that is about to be shown, stored or logged.
        secrets: those known to be in use, as header values or bare. Of a value of several words, such as
            `Bearer abc`, all but the first are hidden alone too, and each in the forms that a server may echo
            it in: percent-encoded, escaped in JSON or HTML, in base64.

    Key shapes are a net below that, not a promise: a secret that is neither known nor looks like one stays.
    """
    for secret in _spellings(secrets):
        text = text.replace(secret, PLACEHOLDER)
    return _KEY_SHAPES.sub(lambda match: (match["before"] or "") + PLACEHOLDER, text)


def _spellings(secrets: Iterable[str]) -> list[str]:
    """Every form a secret may appear in, the longest first, so that no part is left of a longer one."""
    words = {word for secret in secrets for word in (secret, *secret.split()[1:])}
    forms = {form for word in words for form in _forms(word)}
    return sorted((form for form in forms if len(form) >= SHORTEST_SECRET), key=len, reverse=True)


def _forms(word: str) -> Iterator[str]:
    for safe in ("", "/"):
        encoded = quote(word, safe=safe)
        yield encoded
        yield re.sub("%..", lambda match: match[0].lower(), encoded)
    quoted = json.dumps(word)[1:-1]
    # As JSON, as JSON within JSON, and as HTML within JSON.
    for text in (word, quoted, json.dumps(quoted)[1:-1], json.dumps(escape(word))[1:-1]):
        yield text
        yield text.replace("/", "\\/")
        yield escape(text)
        yield escape(text, quote=False)
    for sign in ("\\u{:04x}", "\\u{:04X}", "&#{};", "&#x{:x};", "&#x{:X};"):
        yield "".join(char if char.isalnum() or char in "-_." else sign.format(ord(char)) for char in word)
    # Whole groups of three bytes only: what comes before or after would change the last letters.
    yield b64encode(word.encode()[: len(word.encode()) // 3 * 3]).decode()
