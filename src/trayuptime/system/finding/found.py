"""One provider that was found, and which kind of the catalogue it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from trayuptime.config.catalogue import Kind, kinds, vendors
from trayuptime.config.keys import KeyRef, KeyringKey, NoKey
from trayuptime.config.kinds import OtherBase
from trayuptime.config.urls import BadUrl, api_url, host_of, is_loopback
from trayuptime.core.evidence import Dialect


@dataclass(frozen=True, slots=True)
class Found:
    """A provider that could be watched; no key is in it.

    Attributes:
        id: a name for it, which may be taken.
        sources: where it was found, in words: "~/.codex/auth.json (Codex CLI)".
        key: how its key would be referred to; of one that lies in another program's file, `keyring`: then it
            has to be copied there first, which takes the user's leave.
        read_key: reads that key, once the user agreed; `None` where there is nothing to copy.
        base_url: `None` where the catalogue's own is meant.
        ready: it can be used as it is; else `remark` says what is in the way.
        remark: in words, without a full stop; empty where there is none.
    """

    kind: str
    id: str
    sources: tuple[str, ...]
    key: KeyRef = field(default_factory=NoKey)
    read_key: Callable[[], str | None] | None = field(default=None, compare=False, repr=False)
    base_url: str | None = None
    ready: bool = True
    remark: str = ""

    @property
    def copies(self) -> bool:
        """Its key would be copied into the keyring."""
        return isinstance(self.key, KeyringKey)

    @property
    def host(self) -> str:
        """Whom watching it would contact."""
        return host_of(self.base_url or kinds()[self.kind].base_url or "")


@dataclass(frozen=True, slots=True)
class Spot:
    """A kind of the catalogue at an address; `base_url` as in `Found`."""

    kind: str
    id: str
    base_url: str | None = None


def spot(word: str, url: str | None = None, *, anthropic: bool = False) -> Spot | None:
    """What a tool means by the name of a provider, and by the address it may give.

    Args:
        word: as the tool calls it: `google`, `openai-compatible`, a name of the user's own.
        url: of its API, with or without version and path.
        anthropic: an address that nobody knows speaks Anthropic's dialect.

    Returns:
        `None` where it is no provider that can be watched.
    """
    named = _kind_named(word)
    if not url:
        return None if named is None or named.base_url is None else Spot(named.id, named.id)
    address = _address(url)
    if address is None:
        return None
    known = _at(address)
    if known is not None and known.base_url is not None and anthropic == (known.dialect is Dialect.ANTHROPIC):
        same = _path(address) == _path(known.base_url)
        return Spot(known.id, known.id, None if same else address)
    if not anthropic and (other := _other_place(address)) is not None:
        return other
    if named is not None and named.local and named.base_url is not None:
        whole = address if urlsplit(address).path else address + urlsplit(named.base_url).path
        return Spot(named.id, named.id, whole)
    compatible = "anthropic-compatible" if anthropic else "openai-compatible"
    return Spot(compatible, _slug(word if named is None else host_of(address)), address)


@cache
def kinds_by_variable() -> dict[str, Kind]:
    """The kind whose key a well-known variable holds; the first of the catalogue where several share one."""
    found: dict[str, Kind] = {}
    for kind in kinds().values():
        for variable in kind.env:
            found.setdefault(variable, kind)
    return found


@cache
def places_by_variable() -> dict[str, Spot]:
    """The vendor's other place whose own key a well-known variable holds."""
    return {
        variable: _spot_of(kind, other)
        for kind in kinds().values()
        for other in kind.base_urls
        for variable in other.env
        if variable not in kinds_by_variable()
    }


def _kind_named(word: str) -> Kind | None:
    plain = word.strip().casefold().replace("_", "-").replace(" ", "-")
    return kinds().get(_ALIASES.get(plain, plain))


def _address(url: str) -> str | None:
    try:
        return _PATHS.sub("", api_url(url.strip()))
    except BadUrl:
        return None


def _at(address: str) -> Kind | None:
    wanted = _place(address)
    return next((kind for kind in vendors() if kind.base_url and _place(kind.base_url) == wanted), None)


def _other_place(address: str) -> Spot | None:
    """Another place of a vendor, which may want keys of its own."""
    wanted = (_place(address), _path(address))
    for kind in vendors():
        for other in kind.base_urls:
            if (_place(other.url), _path(other.url)) == wanted:
                return _spot_of(kind, other)
    return None


def _spot_of(kind: Kind, other: OtherBase) -> Spot:
    return Spot(kind.id, f"{kind.id}-{other.region}", other.url)


def _place(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return "loopback" if is_loopback(host) else host, parts.port


def _path(url: str) -> str:
    return re.sub(r"/v[0-9]+[a-z]*$", "", urlsplit(url).path)


def _slug(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", word).strip("-_")[:40] or "found"


_PATHS = re.compile(r"/(chat/completions|messages|responses|completions)$")
_ALIASES = {
    "claude": "anthropic",
    "google": "gemini",
    "google-ai": "gemini",
    "google-generative-ai": "gemini",
    "grok": "xai",
    "x-ai": "xai",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "kimi": "moonshot",
    "zhipuai": "zai",
    "z-ai": "zai",
    "fireworks-ai": "fireworks",
    "togetherai": "together",
    "together-ai": "together",
    "hugging-face": "huggingface",
    "huggingface-inference-api": "huggingface",
    "dashscope": "qwen",
    "alibaba": "qwen",
    "lm-studio": "lmstudio",
    "llama.cpp": "llamacpp",
    "llama-cpp": "llamacpp",
}
"""What tools call the kinds of the catalogue; seen in the files named in `tools.py`."""
