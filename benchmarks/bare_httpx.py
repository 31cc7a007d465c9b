"""The least that a watcher can be: httpx in a loop, a fresh connection per question, nothing kept.

A client per host over one TLS context, because one client for a hundred hosts is quadratic in them and would
flatter us. `python -m benchmarks.bare_httpx CA_FILE EVERY_S URL…` asks until it is killed.
"""

import asyncio
import ssl
import sys
import time
from collections.abc import Callable, Sequence

# Where click and rich happen to be installed, as beside the tests, httpx loads its own command line: 5 MB.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # the documented way to say no

import httpx  # noqa: E402 - after that


async def watch(urls: Sequence[str], ca_file: str, every_s: float, told: Callable[[int], None]) -> None:
    """Asks all of them at once, again and again, and tells how many gave a good answer."""
    context = ssl.create_default_context(cafile=ca_file)
    fresh = httpx.Limits(max_keepalive_connections=0)
    clients = [httpx.AsyncClient(verify=context, trust_env=False, limits=fresh) for _ in urls]
    while True:
        answers = await asyncio.gather(*map(_ask, clients, urls))
        told(sum(answers))
        await asyncio.sleep(every_s - time.monotonic() % every_s)


async def _ask(client: httpx.AsyncClient, url: str) -> bool:
    try:
        answer = await client.get(url)
        return answer.status_code == httpx.codes.OK and "data" in answer.json()
    except (httpx.HTTPError, ValueError):
        return False


def _keep_to_oneself(_answered: int) -> None:
    """Nobody is there to be told."""


if __name__ == "__main__":
    _, ca, every, *addresses = sys.argv
    asyncio.run(watch(addresses, ca, float(every), _keep_to_oneself))
