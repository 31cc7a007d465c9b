"""Which host a surface is asked at, as `name:port`: politeness and witnesses count by it.

An account that another host knows (Hugging Face's hub) is asked about right after, within the same turn: then
the surface keeps both busy.
"""

from functools import cache
from urllib.parse import urlsplit

from trayuptime.config.keys import NoKey
from trayuptime.config.values import ProviderConfig
from trayuptime.core.model import Surface
from trayuptime.core.reach import reach_of
from trayuptime.core.state import Target

_PORTS = {"http": 80, "https": 443}


def host_of(provider: ProviderConfig, surface: Surface) -> str:
    """The host of a surface's own address; what a redirect leads to does not count."""
    return place_of(_url(provider, surface))


def hosts_of(provider: ProviderConfig, surface: Surface) -> tuple[str, ...]:
    """Every host that a probe of a surface may ask: its own, then the one that knows the account."""
    own = host_of(provider, surface)
    if surface is not Surface.API or provider.account is None or isinstance(provider.key, NoKey):
        return (own,)
    other = place_of(provider.account.url)
    return (own,) if other == own else (own, other)


def target_of(provider: ProviderConfig, surface: Surface) -> Target:
    """The host with its reach, as far as the name tells."""
    name = urlsplit(_url(provider, surface)).hostname or ""
    return Target(host_of(provider, surface), reach_of(name, None))


@cache
def place_of(url: str) -> str:
    """`name:port` of an address, brackets around IPv6."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    return f"{name}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def _url(provider: ProviderConfig, surface: Surface) -> str:
    match surface:
        case Surface.API:
            return provider.models_url or provider.reach_url
        case Surface.WEB:
            return provider.web_url or provider.reach_url
        case Surface.LOGIN:
            return provider.login_url or provider.reach_url
