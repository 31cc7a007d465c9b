"""Every state that the panel can be in, by name: what is drawn for artefacts and walked through by tests."""

from trayuptime.core.model import FeedState, IncidentKind, Service, Surface, Vantage
from trayuptime.core.reasons import Access, Reason
from trayuptime.runtime.told import Told
from ui.tellings import Provider, down, slow, telling, unknown, up

LOCKED = "The keyring is locked. Unlock it, or let the key be read from a file."
CONFIG_TROUBLE = (
    "The last good configuration stays in force: "
    "config.toml line 3: [polling]: interval must be at least 10s\n"
    'config.toml line 12: provider "openai": unknown key "fallback"; did you mean "fallbacks"?\n'
    'config.toml line 20: provider "gemini": kind "gemni" is not known; did you mean "gemini"?'
)
MESSAGE = (
    "answers 503: Service unavailable, please try again later; see https://status.example.com/incidents/42"
)

BETA, GAMMA = up("beta", "Beta Models", latency_ms=1380), up("gamma", "Gamma", latency_ms=88)


def many(count: int) -> tuple[Provider, ...]:
    """Providers of different names and latencies."""
    names = ("DeepSeek", "OpenAI", "Anthropic", "Gemini", "OpenRouter", "Mistral", "Local llama", "Groq")
    return tuple(
        up(f"p{n}", f"{names[n % len(names)]} {n // len(names) + 1}", latency_ms=40 + 97 * n)
        for n in range(count)
    )


STATES: dict[str, Told] = {
    "one": telling(up()),
    "two": telling(up(), BETA),
    "twelve": telling(*many(12)),
    "thirty": telling(*many(30)),
    "one of thirty down": telling(*many(29), down("z", "Zeta", advice="p1")),
    "down with suggestion": telling(down(advice="beta", detail=MESSAGE), BETA, GAMMA),
    "down without fallback": telling(down(advice=""), up("beta", "Beta Models", access=Access.KEY_REJECTED)),
    "down, no answer": telling(down(reason=Reason.READ_TIMEOUT), BETA, GAMMA),
    "several down": telling(
        down(advice="gamma"), down("beta", "Beta Models", reason=Reason.OVERLOADED), GAMMA, *many(3)
    ),
    "down, their page says operational": telling(
        down(reason=Reason.READ_TIMEOUT, page=FeedState.UP, advice="beta"), BETA, GAMMA
    ),
    "down, their page says so too": telling(
        down(page=FeedState.DOWN, page_title="API 不可用 (API service not available)"), BETA
    ),
    "up, their page says down": telling(
        up(page=FeedState.DOWN, page_title="Elevated errors on the larger models"), BETA
    ),
    "known": telling(down(advice="beta"), BETA, known=("alpha",)),
    "snoozed": telling(down(), BETA, snoozed={"alpha": "15:04"}),
    "one known, one snoozed, one heard": telling(
        down(),
        down("beta", "Beta Models"),
        down("delta", "Delta"),
        known=("alpha",),
        snoozed={"beta": "15:04"},
    ),
    "web down": telling(
        Provider(
            "alpha",
            "Alpha AI",
            Service.DOWN,
            Reason.SERVER_ERROR,
            since="14:02",
            surfaces=(Surface.WEB, Surface.LOGIN),
        ),
        BETA,
    ),
    "degraded": telling(slow(), BETA),
    "unstable": telling(slow(kind=IncidentKind.UNSTABLE), BETA),
    "checking": telling(up(checking=True, reason=Reason.SERVER_ERROR, detail="answers 503"), BETA),
    "first asking": telling(unknown(), unknown("beta", "Beta Models")),
    "one unknown": telling(unknown(), BETA),
    "offline": telling(up(), BETA, vantage=Vantage.OFFLINE),
    "portal": telling(up(), BETA, vantage=Vantage.PORTAL),
    "paused": telling(up(), BETA, paused=True, paused_until="15:00"),
    "paused until resumed": telling(up(), BETA, paused=True),
    "key rejected": telling(up(access=Access.KEY_REJECTED, advice="beta"), BETA, GAMMA),
    "two keys": telling(
        up(access=Access.KEY_REJECTED), up("beta", "Beta", access=Access.OUT_OF_CREDIT), GAMMA
    ),
    "keyring locked": telling(up(trouble=LOCKED), BETA),
    "switched": telling(down(advice="beta"), BETA, switched=("alpha", "beta")),
    "keyless": telling(up(keyed=False, access=Access.UNCHECKED), up("beta", "Local", keyed=False)),
    "trouble": telling(up(), BETA, trouble=CONFIG_TROUBLE),
    "trouble at first": telling(
        trouble=CONFIG_TROUBLE.removeprefix("The last good configuration stays in force: ")
    ),
    "long names": telling(
        down(
            "a",
            "Llama 4 Maverick on the Frankfurt gateway of the research department, second floor",
            advice="b",
        ),
        up("b", "W" * 60),
        up("c", "Ada & Grace"),
        up("d", "gpt_4_turbo"),
        up("e", "通义千问 大模型服务平台 百炼 华北二（北京）地域 专属部署"),
        up("f", "<b>bold</b>"),
    ),
    "nothing": telling(),
}
