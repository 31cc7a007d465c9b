"""What a vendor says of the user's balance: free, with the key, asked only where a 402 is in doubt."""

import json
import math
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Evidence
from trayuptime.core.model import Balance, Instant
from trayuptime.core.waiting import Wait, retry_after_s
from trayuptime.net.transport import Request
from trayuptime.probes.ask import Asker
from trayuptime.probes.hosts import place_of
from trayuptime.probes.models import secret_headers


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the question.

    Attributes:
        waits: whether its host wants to be left alone; at most one.
    """

    balance: Balance
    waits: tuple[Wait, ...] = ()


def request(provider: ProviderConfig, secret: str | None) -> Request | None:
    """The question; `None` where nobody documents one, or where it would show the key to another host.

    Another host: the user's own base_url leads to a gateway, whose key is none of the vendor's business.
    """
    url, base = provider.balance_url, provider.base_url
    if url is None or base is None or secret is None or place_of(url) != place_of(base):
        return None
    return Request(
        "GET",
        url,
        headers={"accept": "application/json", **provider.headers},
        secret_headers=secret_headers(provider, secret),
        timeout_s=provider.rules.timeout_s,
        allow_http=provider.allow_http,
        proxy=provider.proxy,
        ca_bundle=None if provider.ca_bundle is None else str(provider.ca_bundle),
    )


async def ask(provider: ProviderConfig, question: Request, asker: Asker, now: Instant) -> Told:
    """Asks it; whatever is no plain word of money says nothing.

    Args:
        provider: whose account it is.
        question: from `request`.
        asker: sends it.
        now: the time of what is said; the time of the question, so that a slow answer is an old one.
    """
    evidence = await asker.ask(question)
    said = Balance(now, provider.id, available(evidence, provider.balance_available))
    limited = evidence.status == HTTPStatus.TOO_MANY_REQUESTS
    wait_s = retry_after_s(evidence.headers, now) if limited else None
    return Told(said) if wait_s is None else Told(said, (Wait(place_of(question.url), wait_s),))


def available(evidence: Evidence, path: str) -> bool | None:
    """Whether there is money, at a dotted path of the answer: a yes or no, or a number above 0.

    Vendors write amounts as text as well: DeepSeek's "12.50".
    """
    if evidence.failure is not None or evidence.status != 200:
        return None
    value: object = None
    with suppress(ValueError, RecursionError):
        value = json.loads(evidence.body)
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return _is_money(value)


def _is_money(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    amount: float | None = None
    if isinstance(value, int | float | str):
        with suppress(ValueError, OverflowError):
            amount = float(value)
    return None if amount is None or not math.isfinite(amount) else amount > 0
