"""What a vendor can do to a question, and what a network can do to it on its way: the words of a scenario."""

import re
from dataclasses import replace

from runtime.world import Says
from scenarios.times import Unreadable
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach, Surface

NEVER_S = 1e9
_PAGE = b"<!doctype html><html><title>Chat</title><body>Ask me anything.</body></html>"
_LIST = b'{"object": "list", "data": [], "models": []}'
_CLOUDFLARE = b"<!doctype html><html><title>api | 502: Bad gateway</title><body>Cloudflare</body></html>"
_HTML = {"content-type": "text/html"}

_ANSWERS: dict[str, Says] = {
    "502 from Cloudflare": Says(502, headers={**_HTML, "server": "cloudflare"}, body=_CLOUDFLARE),
    "529": Says(
        529, body=b'{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}'
    ),
    "busy": Says(503, body=b'{"error": {"message": "The server is busy, please try again later."}}'),
    "unavailable": Says(503, body=b'{"error": {"code": 503, "status": "UNAVAILABLE"}}'),
    "wrong key": Says(401, body=b'{"error": {"code": "invalid_api_key", "message": "no such key"}}'),
    "no credit": Says(402, body=b'{"error": {"message": "Insufficient Balance"}}'),
    "no quota": Says(429, body=b'{"error": {"type": "insufficient_quota", "code": "insufficient_quota"}}'),
    "rate limit": Says(429, body=b'{"error": {"type": "rate_limit_error", "message": "slow down"}}'),
    "come back later": Says(429, body=b'{"status": "come back later"}'),
    "not in this country": Says(
        403, body=b'{"error": {"code": "unsupported_country_region_territory", "message": "not here"}}'
    ),
    "html": Says(200, headers=_HTML, body=_PAGE),
    "empty": Says(200, body=b""),
    "error in 200": Says(200, body=b'{"error": {"message": "something went wrong"}}'),
    "challenge": Says(403, headers={**_HTML, "cf-mitigated": "challenge"}, body=_PAGE),
    "refused": Says(None, Failure.REFUSED, 0.02),
    "reset": Says(None, Failure.RESET, 0.1),
    "bad certificate": Says(None, Failure.TLS, 0.1),
    "no name": Says(None, Failure.DNS, 0.1),
    "silent": Says(None, Failure.READ_TIMEOUT, NEVER_S),
    "black hole": Says(None, Failure.CONNECT_TIMEOUT, NEVER_S),
}
_IN_TURN = "in turn: "
_STATUS = re.compile(r"[45]\d\d")
_SLOW = re.compile(r"(?P<answer>.+) after (?P<seconds>\d+(\.\d+)?) s")
_HELD = re.compile(r"429, wait (?P<seconds>\d+) s")

NETWORKS: dict[str, Says | None] = {
    "online": None,
    "no network": Says(None, Failure.DNS, 0.01, cut_off=True),
    "no internet": Says(None, Failure.CONNECT_TIMEOUT, NEVER_S),
    "no names": Says(None, Failure.DNS, 5.0),
    "portal": Says(None, Failure.TLS, 0.1),
}
"""The states of the laptop's network, and what becomes of a question in each; `None`: it gets through."""


def turns(word: str, surface: Surface) -> tuple[Says, ...]:
    """What a surface answers, question after question, over and over."""
    if word.startswith(_IN_TURN):
        return tuple(_says(part, surface) for part in word.removeprefix(_IN_TURN).split(", "))
    return (_says(word, surface),)


def on_the_way(network: str, reach: Reach) -> Says | None:
    """What the network makes of a question to a host so far away; `None` lets it through."""
    if reach is Reach.LOOPBACK or (network == "no internet" and reach is Reach.PRIVATE):
        return None
    return NETWORKS[network]


def _says(word: str, surface: Surface) -> Says:
    if (slow := _SLOW.fullmatch(word)) is not None:
        return replace(_says(slow["answer"], surface), after_s=float(slow["seconds"]))
    if (held := _HELD.fullmatch(word)) is not None:
        return Says(429, headers={"retry-after": held["seconds"]}, body=_ANSWERS["rate limit"].body)
    if _STATUS.fullmatch(word):
        return Says(int(word), body=b"")
    if word == "ok":
        return Says(body=_LIST if surface is Surface.API else _PAGE)
    if word not in _ANSWERS:
        raise Unreadable(f'"{word}" is no answer that a scenario knows; see tests/scenarios/README.md')
    return _ANSWERS[word]
