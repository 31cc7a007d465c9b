"""`reach`: the keyless question; any well-formed HTTP answer of the vendor proves it is there."""

from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Question
from trayuptime.core.model import Key, Level, Surface
from trayuptime.net.transport import Request
from trayuptime.probes.ask import Order


def order(provider: ProviderConfig, surface: Surface, _secret: str | None) -> Order:
    """Asks the address that the catalogue names for it; the key stays at home."""
    assert provider.dialect is not None
    question = Question(
        key=Key(provider.id, surface),
        level=Level.REACH,
        dialect=provider.dialect,
        keyed=False,
        interval_s=provider.rules.interval_s,
        errors=provider.errors,
        must_run=provider.must_run,
    )
    request = Request(
        "GET",
        provider.reach_url,
        headers={"accept": "application/json", **provider.headers},
        timeout_s=provider.rules.timeout_s,
        proxy=provider.proxy,
        ca_bundle=None if provider.ca_bundle is None else str(provider.ca_bundle),
    )
    return Order(question, request)
