"""The own questions of a server that the user runs: a model is never loaded by asking them.

What their answers mean stands in `core.local`.
"""

import re
from dataclasses import dataclass, replace

from trayuptime.core.evidence import Dialect, Server
from trayuptime.core.model import Level
from trayuptime.probes.ask import Order

_MODELS = re.compile(r"(/v[0-9]+)?/models$")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a program is asked at a level.

    Attributes:
        then: the path of the second question, from where the API's version would begin.
        first: the path of the first, where it is not the dialect's own.
        dialect: the dialect of that answer, where it is another one.
    """

    then: str
    first: str | None = None
    dialect: Dialect | None = None


_ASKED: dict[tuple[Server, Level], _Asked] = {
    (Server.OLLAMA, Level.MODELS): _Asked("/api/ps", "/api/tags", Dialect.OLLAMA),
    (Server.LMSTUDIO, Level.MODELS): _Asked("/api/v0/models"),
    (Server.LLAMACPP, Level.MODELS): _Asked("/health"),
    (Server.VLLM, Level.MODELS): _Asked("/health"),
    (Server.LITELLM, Level.REACH): _Asked("/health/readiness"),
}
"""With a key LiteLLM is an ordinary gateway, and without theirs the others are only reached."""
_MEMORY: dict[Server, str] = {Server.LLAMACPP: "/props"}
"""Where it is told what is in memory, if the second question does not tell it anyway."""


def ask_its_own_way(order: Order, server: Server, level: Level) -> Order:
    """The order as this program is best asked, at the same host and behind the same path in front of it."""
    asked = _ASKED.get((server, level))
    if asked is None:
        return order
    request = order.request
    root = _root(request.url)
    question = replace(order.question, server=server, dialect=asked.dialect or order.question.dialect)
    if asked.first is not None:
        request = replace(request, url=root + asked.first)
    return Order(question, request, then=replace(request, url=root + asked.then))


def ask_of_memory(order: Order, server: Server) -> Order:
    """The order as it is best asked before an answer is, which must not load a model."""
    path = _MEMORY.get(server)
    if path is None or order.then is None:
        return order
    return replace(order, then=replace(order.then, url=_root(order.request.url) + path))


def _root(url: str) -> str:
    """What stands before the program's own paths."""
    return _MODELS.sub("", url.removesuffix("/health/liveliness"))
