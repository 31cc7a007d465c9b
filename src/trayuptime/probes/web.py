"""`web` and `login`: the page a person would open is reachable."""

from urllib.parse import urlsplit

from trayuptime.config.catalogue import kinds
from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Dialect, Question
from trayuptime.core.model import Key, Level, Surface
from trayuptime.core.sites import site_of
from trayuptime.net.transport import PAGE_REDIRECTS, Request
from trayuptime.probes.ask import Order


def order(provider: ProviderConfig, surface: Surface, _secret: str | None) -> Order:
    """Asks the page like a browser's first request, without a key, following it where it leads."""
    url = provider.login_url if surface is Surface.LOGIN else provider.web_url
    question = Question(
        key=Key(provider.id, surface),
        level=Level.REACH,
        dialect=Dialect.PAGE,
        keyed=False,
        interval_s=provider.rules.interval_s,
        own_sites=own_sites(provider),
        wants_page=not kinds()[provider.kind].generic,
    )
    request = Request(
        "GET",
        url or provider.reach_url,
        headers={"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"},
        timeout_s=provider.rules.timeout_s,
        redirects=PAGE_REDIRECTS,
        proxy=provider.proxy,
        ca_bundle=None if provider.ca_bundle is None else str(provider.ca_bundle),
    )
    return Order(question, request)


def own_sites(provider: ProviderConfig) -> frozenset[str]:
    """The sites that belong to the vendor, as far as the catalogue and the user name any; else the hosts."""
    kind = kinds()[provider.kind]
    known = (
        *(provider.base_url, provider.reach_url, provider.web_url, provider.login_url),
        *(kind.base_url, kind.web_url, kind.login_url, kind.console_url, kind.status_url),
    )
    hosts = {urlsplit(url).hostname or "" for url in known if url}
    return frozenset(site_of(host) or host for host in hosts) - {""}
