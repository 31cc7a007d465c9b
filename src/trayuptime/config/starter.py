"""The starter set: four well-known vendors, watched without a key."""

from trayuptime.config.load import read
from trayuptime.config.urls import host_of
from trayuptime.config.values import ProviderConfig

_KINDS = ("deepseek", "openai", "anthropic", "gemini")


def starter() -> tuple[ProviderConfig, ...]:
    """What a file that names only these kinds gives; nobody is contacted by asking for it."""
    return read("\n".join(f'[[provider]]\nid = "{kind}"\nkind = "{kind}"' for kind in _KINDS)).providers


def starter_pages() -> tuple[str, ...]:
    """The hosts of the status pages that are read beside, each once; the latter ones where a first fails."""
    feeds = [provider.feed for provider in starter() if provider.feed is not None]
    return tuple(dict.fromkeys(host_of(source.url) for feed in feeds for source in feed.sources))


def starter_hosts() -> tuple[str, ...]:
    """The hosts that watching the starter set contacts, to be named to the user first."""
    return tuple(host_of(provider.reach_url) for provider in starter())
