"""One HTTP question, asked once, within limits; the outcome is a value, whatever the world does.

A key is sent to the origin it was meant for and nowhere else: not along a redirect to another one, and not
over plain http except to this computer itself or where `allow_http` says so. No retries: they would hide what
is measured.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter

import httpx

from trayuptime.core.evidence import Evidence, Failure
from trayuptime.core.model import Instant, Network, Phases, Reach
from trayuptime.core.reach import reach_of
from trayuptime.net.body import Body
from trayuptime.net.connections import Connections
from trayuptime.net.events import Listener
from trayuptime.net.failures import WORLD, explain, is_cut_off, of_the_world, over_headers
from trayuptime.net.hop import HEADERS_LIMIT, Hop, Stop
from trayuptime.net.proxies import Proxies, Proxy
from trayuptime.net.redact import redact
from trayuptime.net.resolve import Lookup, system_lookup
from trayuptime.net.target import (
    check_request,
    is_place,
    is_same_site,
    origin_of,
    parse_url,
    place_of,
    port_of,
    stays_home,
)
from trayuptime.net.tls import Contexts
from trayuptime.net.ways import local_address_to

MAX_REDIRECTS = 3
"""Of an API; no client of one expects more."""
PAGE_REDIRECTS = 10
"""Of a page: log-ins lead over several addresses. Browsers give up after 20, curl after 50."""

_NOT_THE_VENDOR = {407, 511}
"""Statuses that only something in between sends: a proxy that wants a login, a captive portal."""
_FIRST_ERROR = 400


class _HeardAll(Stop):
    """No failure: a server may keep its connection open behind an answer's end for as long as it likes."""

    def __init__(self) -> None:
        super().__init__(Failure.LIMIT, "everything was heard")


@dataclass(frozen=True, slots=True)
class Request:
    """One question.

    Attributes:
        url: absolute, http or https, without user name and password.
        headers: harmless ones, which may follow a redirect anywhere.
        secret_headers: those that carry the key. They never reach another origin, nor plain http except
            on this computer or with `allow_http`.
        timeout_s: in seconds, for everything: name, connection, redirects, the last byte of the body.
        proxy: `auto` (environment or system), `none`, or a URL. Loopback is always asked directly.
        follow: a redirect that may be followed is; otherwise it is the answer.
        redirects: how many are followed at most.
        ca_bundle: a PEM file, or hashed directory, that is trusted besides the system's authorities.
        listener: makes who hears a success while it arrives; it is read no further than he wants.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout_s: float = 10.0
    allow_http: bool = False
    proxy: str = "auto"
    ca_bundle: str | None = None
    follow: bool = True
    redirects: int = MAX_REDIRECTS
    listener: Callable[[], Listener] | None = None


class Transport:
    """Asks; holds nothing between two questions but TLS contexts and the system's proxy settings."""

    def __init__(
        self,
        clock: Callable[[], Instant],
        user_agent: str,
        *,
        lookup: Lookup = system_lookup,
        environ: Mapping[str, str] = os.environ,
        facts: Callable[[], Network | None] = lambda: None,
    ) -> None:
        """Touch no network yet.

        Args:
            clock: the wall clock, for `Evidence.began_at`.
            user_agent: sent with every request.
            lookup: resolves names, blocking, on a thread of its own.
            environ: where SSL_CERT_FILE and SSL_CERT_DIR are looked for.
            facts: the ways out of this computer; `None` where they cannot be known. Asked for failures only.
        """
        self._clock = clock
        self._user_agent = user_agent
        self._lookup = lookup
        self._facts = facts
        self._contexts = Contexts(environ)
        self._proxies = Proxies()

    async def ask(self, request: Request) -> Evidence:
        """Ask one question.

        Raises:
            asyncio.CancelledError: the caller gave up; nothing else ends it but its answer.
        """
        began_at = self._clock()
        question = _Question(request, self._user_agent, self._contexts, self._proxies, self._lookup)
        failure: Failure | None = None
        text, cut_off = "", False
        started = perf_counter()
        try:
            async with asyncio.timeout(request.timeout_s) as limit:
                await question.converse()
        except (*WORLD, ExceptionGroup) as exc:
            if not of_the_world(exc):
                raise
            total_ms = (perf_counter() - started) * 1000.0
            expired_s = request.timeout_s if limit.expired() else None
            failure, text = explain(exc, question.hop, expired_s, began_at)
            text = redact(text, request.secret_headers.values())
            network = self._facts()
            cut_off = not limit.expired() and is_cut_off(exc, question.hop, network, local_address_to)
        else:
            total_ms = (perf_counter() - started) * 1000.0
            network = self._facts() if question.was_refused else None
        evidence = question.evidence(began_at, total_ms, failure, text)
        return replace(evidence, cut_off=cut_off, network=_as_seen(network, question.hop))

    def warm_up(self) -> None:
        """Make the first latency as true as the second; no network.

        Unreadable certificates are no reason to stop here: each question will say so.
        """
        with contextlib.suppress(Stop):
            self._contexts.get(None)
        with contextlib.suppress(ImportError):
            import_module("anyio._backends._asyncio")  # else loaded by httpcore's first lock, in 20-30 ms
        if find_spec("sniffio") is None:
            # httpcore 1.0 tries to import it six times per request, and Python remembers no failure: it was
            # a third of the CPU time of a request. This makes it remember.
            sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type] # the documented way to say no

    async def renew(self) -> None:
        """Forget proxies and certificates as they were before sleep or another network."""
        self._proxies.forget()
        self._contexts.forget()


class _Question:
    """What is known so far of one question; readable at any instant, for a failure may come at any."""

    def __init__(
        self, request: Request, user_agent: str, contexts: Contexts, proxies: Proxies, lookup: Lookup
    ) -> None:
        self._request = request
        self._user_agent = user_agent
        self._proxies = proxies
        self._connections = Connections(self._plan, contexts, request.ca_bundle, lookup)
        self._hops: list[tuple[httpx.URL, Hop]] = []
        self._status: int | None = None
        self._headers: Mapping[str, str] = {}
        self._body: Body | None = None
        self._redirected_to: str | None = None
        self._listener: Listener | None = None

    @property
    def hop(self) -> Hop:
        """The request that is, or was, under way."""
        return self._hops[-1][1] if self._hops else Hop("", 0)

    @property
    def was_refused(self) -> bool:
        """The answer is an error, by its status."""
        return self._status is not None and self._status >= _FIRST_ERROR

    async def converse(self) -> None:
        """Ask, follow redirects as far as they are allowed, read the body.

        Raises:
            Exception: one of `failures.WORLD`.
        """
        asked = parse_url(self._request.url)
        client = httpx.AsyncClient(
            transport=self._connections,
            trust_env=False,
            follow_redirects=False,
            event_hooks={"response": [self._note_head]},
        )
        request = httpx.Request(
            self._request.method, asked, headers=self._all_headers(), content=self._request.body
        )
        sent = set()
        async with client:
            for _ in range(self._request.redirects + 1):
                sent.add(_mark(request))
                try:
                    response = await client.send(request, stream=True)
                except (httpx.InvalidURL, httpx.RemoteProtocolError, UnicodeError):
                    if self._status is None:
                        raise
                    return  # it points to what is no address, which httpx looks at while it sends
                try:
                    onward = response.next_request
                    if onward is None or not self._may_follow(request.url, onward.url):
                        await self._read(response)
                        return
                finally:
                    await response.aclose()
                if _mark(onward) in sent:
                    raise Stop(Failure.LIMIT, "it redirects in a circle")
                request = onward
        raise Stop(Failure.LIMIT, f"more than {self._request.redirects} redirects")

    def evidence(self, began_at: Instant, total_ms: float, failure: Failure | None, text: str) -> Evidence:
        """Everything that was learned."""
        first = self._hops[0] if self._hops else None
        hops = [hop for _, hop in self._hops]
        return Evidence(
            began_at=began_at,
            host=place_of(first[0]) if first is not None else "",
            reach=_reach(first[1]) if first is not None else Reach.INTERNET,
            phases=Phases(
                dns_ms=_total(hop.dns_ms for hop in hops),
                connect_ms=_total(hop.connect_ms for hop in hops),
                tls_ms=_total(hop.tls_ms for hop in hops),
                first_byte_ms=_total(hop.first_byte_ms for hop in hops),
                total_ms=total_ms,
            ),
            authentic=(
                self._status is not None
                and self._status not in _NOT_THE_VENDOR
                and all(url.scheme == "https" or _is_near(hop) for url, hop in self._hops)
            ),
            status=self._status,
            headers=self._headers,
            body=self._body.content if self._body is not None else b"",
            failure=failure,
            failure_text=text,
            redirected_to=self._redirected_to,
            stream=self._listener.heard if self._listener is not None else None,
        )

    def _all_headers(self) -> list[tuple[bytes, bytes]]:
        given = {**self._request.headers, **self._request.secret_headers}
        check_request(self._request.method, given)
        merged = {"user-agent": self._user_agent, "accept": "*/*"}
        merged |= {name.lower(): value for name, value in given.items()}
        merged |= {"accept-encoding": "gzip", "connection": "close"}
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in merged.items()]

    def _plan(self, url: httpx.URL) -> tuple[Hop, Proxy | None]:
        hop = Hop(url.host, port_of(url))
        self._hops.append((url, hop))
        in_the_clear = bool(self._request.secret_headers) and url.scheme == "http"
        if in_the_clear and not self._request.allow_http:
            if reach_of(url.host, None) is not Reach.LOOPBACK:
                raise Stop(
                    Failure.REFUSED_BY_US, f"the key would travel to {url.host} in the clear; use https"
                )
            hop.only_loopback = True
        proxy = self._proxies.choose(self._request.proxy, url, hop.port)
        if proxy is not None:
            hop.proxy_name = proxy.name
            hop.proxy_tls = proxy.scheme == "https"
            hop.tunnel = proxy.is_socks or url.scheme == "https"
        return hop, proxy

    async def _note_head(self, response: httpx.Response) -> None:
        self._status = response.status_code
        self._headers, complete = _readable(response.headers.raw)
        if not complete:
            raise Stop(Failure.LIMIT, over_headers(self.hop))

    def _may_follow(self, old: httpx.URL, new: httpx.URL) -> bool:
        self._redirected_to = None if stays_home(self._hops[0][0], new) else origin_of(new)
        if not self._request.follow or new.scheme not in {"http", "https"} or not is_place(new):
            return False
        # Another vendor's host is not for us to contact, and its failure would not be this one's.
        return stays_home(old, new) or (not self._request.secret_headers and is_same_site(old, new))

    async def _read(self, response: httpx.Response) -> None:
        self._body = body = Body(self._headers.get("content-encoding", ""))
        if self._request.listener is not None and response.is_success:
            self._listener = self._request.listener()
        over: Stop | None = None
        try:
            async for raw in response.aiter_raw():
                if over is None and (over := self._take(body, raw)) is not None:
                    # Leaving the loop would leave a chain of half-run generators to the loop's cleaner.
                    # What is buffered is dropped instead, and the next read from the socket ends them all.
                    self.hop.stop = over
        except Stop as stop:
            over = stop
        if isinstance(over, _HeardAll):
            return
        if over is not None:
            raise over
        body.finish()
        if self._listener is not None:
            self._listener.end(body.content, self._asked_ms())

    def _take(self, body: Body, raw: bytes) -> Stop | None:
        """The next bytes; why no more of them are wanted."""
        try:
            piece = body.take(raw)
        except Stop as stop:
            return stop
        if self._listener is not None and self._listener.hear(piece, self._asked_ms()):
            return _HeardAll()
        return None

    def _asked_ms(self) -> float:
        """Since the request was sent."""
        asked_at = self.hop.asked_at
        assert asked_at is not None
        return (perf_counter() - asked_at) * 1000.0


def _mark(request: httpx.Request) -> tuple[str, str, str | None]:
    """What makes a request another one: a page that sets a cookie may well send its visitor to itself."""
    return request.method, str(request.url), request.headers.get("cookie")


def _as_seen(network: Network | None, hop: Hop) -> Network:
    """The facts of our own network from where this request stood."""
    local_address = hop.local_address
    if local_address is None and hop.addresses:
        local_address = local_address_to(hop.addresses[0])
    return replace(
        network or Network(), local_address=local_address, peer_address=hop.address, proxy=hop.proxy_name
    )


def _readable(raw: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], bool]:
    """Headers by lower-case name, repeated ones joined, up to the limit; and whether that was all."""
    headers: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in raw:
        size += len(raw_name) + len(raw_value) + len(b": \r\n")
        if size > HEADERS_LIMIT:
            return headers, False
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, True


def _reach(hop: Hop) -> Reach:
    return reach_of(hop.host, hop.address if hop.proxy_name is None else None)


def _is_near(hop: Hop) -> bool:
    """By its name: a portal's name server would give a near address to any."""
    return hop.proxy_name is None and reach_of(hop.host, None) is not Reach.INTERNET


def _total(parts: Iterable[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None
