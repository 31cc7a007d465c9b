"""Who plays in the demo: a DeepSeek whose chat page has a bad night, and two others that are well."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from trayuptime.config.load import read
from trayuptime.config.values import Config
from trayuptime.core.model import Instant, Key, Surface
from trayuptime.demo.site import Answer, Site
from trayuptime.demo.timeline import NIGHT, SLOW_S, Mood, Turn, mood_at

DEEPSEEK_API = Key("deepseek", Surface.API)
DEEPSEEK_WEB = Key("deepseek", Surface.WEB)
OPENROUTER = Key("openrouter", Surface.API)
LOCAL = Key("local", Surface.API)


@dataclass(frozen=True, slots=True)
class Part:
    """One surface as it is played.

    Attributes:
        usual_ms: about how long it thinks before it answers, in real milliseconds.
        models: what it lists; none for a page.
        turns: when its mood changes.
    """

    key: Key
    usual_ms: float
    models: tuple[str, ...] = ()
    turns: Sequence[Turn] = ()


PARTS: tuple[Part, ...] = (
    Part(DEEPSEEK_API, 60.0, ("deepseek-chat", "deepseek-reasoner")),
    Part(DEEPSEEK_WEB, 90.0, turns=NIGHT),
    Part(OPENROUTER, 120.0, ("deepseek/deepseek-chat", "meta-llama/llama-3.3-70b-instruct")),
    Part(LOCAL, 25.0, ("llama-3.2-3b",)),
)


def site_of(part: Part, now: Callable[[], Instant]) -> Site:
    """The part on a port of its own, not yet open.

    Raises:
        OSError: there is no free port.
    """
    return Site(lambda path: answer(part, path, now()))


def answer(part: Part, path: str, now: Instant) -> Answer:
    """What a part says at a moment."""
    if path != ("/v1/models" if part.models else "/"):
        return Answer(HTTPStatus.NOT_FOUND, "text/plain", b"Not found.\n")
    match mood_at(part.turns, now):
        case Mood.DOWN:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/html", _BUSY, after_s=0.02)
        case Mood.SLOW:
            return _good(part, after_s=SLOW_S)
        case Mood.HEALTHY:
            return _good(part, after_s=latency_ms(part, now) / 1000)


def latency_ms(part: Part, now: Instant) -> float:
    """How long a healthy part thinks: its usual time, up to a quarter more or less, by the minute."""
    minute = now // 60_000
    return part.usual_ms * (0.75 + (minute * 37 + len(part.key.provider) * 11) % 101 / 200)


def configuration(urls: dict[Key, str], page_url: str) -> Config:
    """The configuration that watches the parts, every rule but the interval as it is by default.

    Args:
        urls: where each part plays, `http://127.0.0.1:PORT`.
        page_url: where DeepSeek's status page can be read.
    """
    return read(
        f"""
        [polling]
        interval = "5m"

        [[provider]]
        id = "deepseek"
        name = "DeepSeek (simulated)"
        kind = "openai-compatible"
        base_url = "{urls[DEEPSEEK_API]}/v1"
        web_url = "{urls[DEEPSEEK_WEB]}/"
        surfaces = ["api", "web"]
        feed = "{page_url}"
        feed_components = ["Chat"]
        fallbacks = ["openrouter", "local"]

        [[provider]]
        id = "openrouter"
        name = "OpenRouter (simulated)"
        kind = "openai-compatible"
        base_url = "{urls[OPENROUTER]}/v1"

        [[provider]]
        id = "local"
        name = "Local model (simulated)"
        kind = "openai-compatible"
        base_url = "{urls[LOCAL]}/v1"
        """
    )


_PAGE = b"<!doctype html><title>Chat (simulated)</title><h1>How can I help you?</h1>\n"
_BUSY = b"<!doctype html><title>503</title><h1>The simulated chat is down.</h1>\n"


def _good(part: Part, after_s: float) -> Answer:
    if not part.models:
        return Answer(HTTPStatus.OK, "text/html; charset=utf-8", _PAGE, after_s)
    models = [{"id": name, "object": "model", "owned_by": "simulated"} for name in part.models]
    body = json.dumps({"object": "list", "data": models}).encode()
    return Answer(HTTPStatus.OK, "application/json", body, after_s)
