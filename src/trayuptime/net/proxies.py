"""Which proxy stands between us and a host: the user's, the system's, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from urllib.request import getproxies, proxy_bypass

import httpx

from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach
from trayuptime.core.reach import reach_of
from trayuptime.net.hop import Stop
from trayuptime.net.target import is_place, port_of

AUTO = "auto"
NONE = "none"

_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_SOCKS = {"socks5": "socks5", "socks5h": "socks5h", "socks": "socks5h"}


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy, ready to be used; `auth` is user name and password."""

    scheme: str
    host: str
    port: int
    auth: tuple[str, str] | None

    @property
    def name(self) -> str:
        """`host:port`, safe to show."""
        return f"{self.host}:{self.port}"

    @property
    def is_socks(self) -> bool:
        """It speaks SOCKS, not HTTP."""
        return self.scheme.startswith("socks")


class Proxies:
    """Remembers what the system said, because asking is slow on some, until `forget`."""

    def __init__(self) -> None:
        self._system: Mapping[str, str] | None = None

    def choose(self, setting: str, url: httpx.URL, port: int) -> Proxy | None:
        """The proxy for one request; loopback never has one.

        Args:
            setting: `auto`, `none` or a URL.
            url: what is asked.
            port: its port, the scheme's own one included.

        Raises:
            Stop: the proxy that is set cannot be used.
        """
        if setting == NONE or reach_of(url.host, None) is Reach.LOOPBACK:
            return None
        if setting != AUTO:
            return _parsed(setting)
        if self._system is None:
            self._system = getproxies()
        address = self._system.get(url.scheme) or self._system.get("all")
        if not address or proxy_bypass(f"{url.host}:{port}"):
            return None
        return _parsed(address)

    def forget(self) -> None:
        """Ask the system anew next time."""
        self._system = None


def socks_errors(proxy: Proxy) -> tuple[type[Exception], ...]:
    """What httpcore lets through when a SOCKS proxy talks nonsense; nothing for other proxies."""
    if not proxy.is_socks:
        return ()
    return (AssertionError, import_module("socksio").SOCKSError)


def _parsed(address: str) -> Proxy:
    try:
        url = httpx.URL(address if "://" in address else f"http://{address}")
    except httpx.InvalidURL:
        raise Stop(Failure.PROXY, "the proxy's address is not valid") from None
    scheme = _SOCKS.get(url.scheme, url.scheme)
    if scheme not in _DEFAULT_PORTS:
        raise Stop(Failure.PROXY, f"this kind of proxy is not supported: {url.scheme}")
    if not is_place(url := url.copy_with(port=url.port or _DEFAULT_PORTS[scheme])):
        raise Stop(Failure.PROXY, "the proxy's address is not valid")
    if scheme.startswith("socks") and not _knows_socks():
        raise Stop(Failure.PROXY, "the proxy speaks SOCKS; install the Python package socksio to use it")
    auth = (url.username, url.password) if url.userinfo else None
    return Proxy(scheme, url.host, port_of(url), auth)


def _knows_socks() -> bool:
    try:
        import_module("socksio")
    except ImportError:
        return False
    return True
