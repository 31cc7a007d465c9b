"""Where the questions of a kind are asked, made of its facts and the base URL in force.

A path goes wherever the base URL goes. A whole address belongs to the vendor's own base URL: at any other the
key must not go there, so it counts as absent.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin

from trayuptime.config.kinds import Kind
from trayuptime.config.values import AccountQuestion, FeedSource
from trayuptime.core.evidence import Dialect, FieldRow
from trayuptime.core.reasons import Reason


def models_url(kind: Kind, base_url: str) -> str:
    """Where the models are below `base_url`, which may or may not end with its version."""
    return _below(kind, base_url, kind.models_path or "")


def question_url(kind: Kind, base_url: str) -> str:
    """Where the free question is asked: the models below `base_url`, or where the vendor has them instead."""
    own = (_whole(kind, url, base_url) for url in kind.models_urls)
    return next((url for url in own if url), None) or models_url(kind, base_url)


def reach_url(kind: Kind, base_url: str) -> str:
    """Where it is asked without a key; its path begins at the host."""
    return question_url(kind, base_url) if kind.reach_path is None else urljoin(base_url, kind.reach_path)


def balance_url(kind: Kind, base_url: str) -> str | None:
    """Where the account's balance is told."""
    return _address(kind, kind.balance_url, base_url) if kind.balance_url else None


def account_question(kind: Kind, base_url: str) -> AccountQuestion | None:
    """The better question than the models, with what its answer tells; a balance, where one is told."""
    asked = kind.account or (AccountQuestion(kind.balance_url) if kind.balance_url else None)
    url = _address(kind, asked.url, base_url) if asked else None
    if asked is None or url is None:
        return None
    fields = asked.fields
    if kind.balance_available and url == balance_url(kind, base_url):
        fields += (FieldRow(kind.balance_available, Reason.OUT_OF_CREDIT),)
    return replace(asked, url=url, fields=fields)


def places(kind: Kind, base_url: str | None) -> tuple[str, ...]:
    """Which places of its status page count: the region that the base URL names, where it names one."""
    named = _placed(kind, base_url) if base_url else None
    found = next((named[word] for word in _PLACES if word in named), None) if named else None
    return (found,) if found else kind.regions


def feed_sources(kind: Kind, base_url: str | None) -> tuple[FeedSource, ...]:
    """Its status page's addresses with the user's words in them; without those whose words are unknown."""
    words = (_placed(kind, base_url) if base_url else None) or {}
    return tuple(
        replace(source, url=filled(source.url, words))
        for source in kind.feeds
        if set(PLACEHOLDER.findall(source.url)) <= set(words)
    )


def filled(url: str, words: Mapping[str, str]) -> str:
    """An address with a user's words in the places of those in capitals; all of them have to be known."""
    return PLACEHOLDER.sub(lambda found: words[found.group()], url)


def client_base_url(kind: Kind, base_url: str) -> str:
    """`base_url` as the dialect's own clients take it: without the version that they add themselves.

    OpenAI's add none.
    """
    root, version = _split_version(kind, base_url)
    if kind.dialect is Dialect.OPENAI:
        return f"{root}{version}"
    return root if version == kind.version else base_url


_VERSION = re.compile(r"/v[0-9]+((alpha|beta)[0-9]*)?$")
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")
"""A word of an address that stands for one of the user's own."""

_PLACES = ("REGION", "LOCATION")


def _address(kind: Kind, url: str, base_url: str) -> str | None:
    return _below(kind, base_url, url) if url.startswith("/") else _whole(kind, url, base_url)


def _below(kind: Kind, base_url: str, path: str) -> str:
    root, version = _split_version(kind, base_url)
    return f"{root}{version}{path}"


def _whole(kind: Kind, url: str, base_url: str) -> str | None:
    """An address of the vendor's, with the user's own words in their places; `None` at another base URL."""
    words = _placed(kind, base_url)
    if words is None or not set(PLACEHOLDER.findall(url)) <= set(words):
        return None
    return filled(url, words)


def _placed(kind: Kind, base_url: str) -> dict[str, str] | None:
    """The user's own words in one of the vendor's own base URLs; `None` if it is none."""
    own = [url for url in (kind.base_url, kind.example) if url] + [other.url for other in kind.base_urls]
    for url in own:
        if found := re.fullmatch(_pattern(client_base_url(kind, url)), client_base_url(kind, base_url)):
            return found.groupdict()
    return None


def _pattern(url: str) -> str:
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        word = found.group()
        again = word in seen
        seen.add(word)
        return f"(?P={word})" if again else f"(?P<{word}>[A-Za-z0-9-]+)"

    return PLACEHOLDER.sub(group, re.escape(url))


def _split_version(kind: Kind, base_url: str) -> tuple[str, str]:
    found = _VERSION.search(base_url)
    if kind.version and found:
        return base_url[: found.start()], found.group()
    return base_url, kind.version
