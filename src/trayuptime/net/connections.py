"""httpx above, a fresh httpcore pool and connection for every request below.

Nothing is shared between requests but TLS contexts. A shared pool would be quadratic in the number of hosts,
and httpx 0.28 leaks a slot of it whenever a request is cancelled while connecting, until a healthy vendor
starves. And each probe is to measure what a new user gets: name, connection, TLS and all.
"""

from collections.abc import AsyncIterator, Callable

import httpcore
import httpx

from trayuptime.core.evidence import Failure
from trayuptime.net.hop import Hop, Step, Stop
from trayuptime.net.proxies import Proxy, socks_errors
from trayuptime.net.resolve import Lookup
from trayuptime.net.tls import Contexts
from trayuptime.net.wire import Wire

Plan = Callable[[httpx.URL], tuple[Hop, Proxy | None]]
"""Decides how one request may travel, or raises `Stop`."""


class Connections(httpx.AsyncBaseTransport):
    """The transport of one question; `hops` tells how its requests went."""

    def __init__(self, plan: Plan, contexts: Contexts, ca_bundle: str | None, lookup: Lookup) -> None:
        self._plan = plan
        self._contexts = contexts
        self._ca_bundle = ca_bundle
        self._lookup = lookup

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request over a connection of its own."""
        hop, proxy = self._plan(request.url)
        url = request.url
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._contexts.get(self._ca_bundle) if url.scheme == "https" else None,
            proxy=self._proxied(proxy) if proxy is not None else None,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=(wire := Wire(hop, self._lookup)),
        )
        try:
            response = await pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=_Sent(await request.aread()),
                )
            )
        except BaseException as exc:
            wire.close()
            if proxy is not None and isinstance(exc, socks_errors(proxy)):
                raise Stop(Failure.PROXY, f"the proxy {proxy.name} does not speak SOCKS 5") from exc
            raise
        hop.step = Step.BODY
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Answer(response, wire),
            extensions={"reason_phrase": response.extensions.get("reason_phrase", b"")},
        )

    def _proxied(self, proxy: Proxy) -> httpcore.Proxy:
        return httpcore.Proxy(
            url=httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target="/"),
            auth=proxy.auth,
            ssl_context=self._contexts.get(self._ca_bundle) if proxy.scheme == "https" else None,
        )


class _Sent:
    """A request's body, all of it or nothing.

    No generator, as httpx and httpcore have: httpcore abandons the iteration when sending fails, and the loop
    would clean a half-run generator up in a task of its own, after the question has ended.
    """

    def __init__(self, body: bytes) -> None:
        self._rest = [body] if body else []

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if not self._rest:
            raise StopAsyncIteration
        return self._rest.pop()


class _Answer(httpx.AsyncByteStream):
    """The body of one answer; closing it closes the connection."""

    def __init__(self, response: httpcore.Response, wire: Wire) -> None:
        self._response = response
        self._wire = wire

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._response.aiter_stream()

    async def aclose(self) -> None:
        try:
            await self._response.aclose()
        finally:  # time may run out, or the caller give up, in the middle of closing
            self._wire.close()
