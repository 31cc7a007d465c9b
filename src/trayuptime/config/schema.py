"""Every setting of the file in one table: its name, type, unit, default, limits and help.

A section of the file is a tuple of settings; reading, the settings window and `config` commands go by it.
"""

import os.path
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Generic, TypeVar

from trayuptime.config.catalogue import kinds
from trayuptime.config.keys import KeyRef, NoKey, NotAReference, absolute, parse_key_ref
from trayuptime.config.parse import (
    age,
    amount,
    duration,
    flag,
    identifier,
    line_of_text,
    list_of,
    one_of,
    refuse,
    size,
    text,
    url,
    whole,
    words_of,
)
from trayuptime.config.problems import did_you_mean, shown
from trayuptime.config.shipped import left_out
from trayuptime.config.urls import api_url, neutral_url, page_url
from trayuptime.core.maintenance import Weekly
from trayuptime.core.model import Surface
from trayuptime.core.retention import LEAST_S

T = TypeVar("T")
NO_FEED = "none"
"""Instead of a page's address: the vendor's own is not read either."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One key of one section.

    Attributes:
        parse: from the TOML value; raises `parse.Rejected`.
        default: what holds where the key is absent.
        help: one line for a person, without its full stop.
        unit: `duration` (seconds inside), `size` (bytes inside), `results`, `USD`, `%`, or empty.
        least: the smallest value, in the unit.
        least_on_loopback: the smallest where every host of the provider is on loopback.
        most: the largest value.
        required: its absence is a problem.
    """

    name: str
    parse: Callable[[object], T]
    default: T
    help: str
    unit: str = ""
    least: float | None = None
    least_on_loopback: float | None = None
    most: float | None = None
    required: bool = False

    @property
    def absolute_least(self) -> float | None:
        """The smallest value that any provider may have."""
        return self.least if self.least_on_loopback is None else self.least_on_loopback


def _kind(value: object) -> str:
    word = text(value)
    if word in kinds():
        return word
    if word in left_out():
        raise refuse(f"is {shown(word)}, which {left_out()[word]}")
    hint = did_you_mean(word, kinds()) or (
        '; "trayuptime provider catalog" lists them, and openai-compatible, anthropic-compatible and'
        " website fit any other"
    )
    raise refuse(f"is the unknown word {shown(word)}{hint}")


def _key(value: object) -> KeyRef:
    try:
        return parse_key_ref(text(value), home=_home())
    except NotAReference as problem:
        raise refuse(str(problem)) from None


def _proxy(value: object) -> str:
    word = text(value)
    if ":" in word:
        try:
            return url(api_url)(word)
        except ValueError:
            raise refuse(
                "must be an http:// or https:// URL without a password in it; one with a password goes into"
                ' the environment as HTTPS_PROXY, with proxy = "auto"'
            ) from None
    return one_of(("auto", "none"), word)


def _feed(value: object) -> str:
    word = text(value)
    return word if word == NO_FEED else url(page_url)(word)


def _path(value: object) -> Path:
    path = absolute(text(value), _home())
    if path is None:
        raise refuse('must be a file\'s whole path, or one from "~/"')
    return path


def _home() -> Path:
    return Path(os.path.expanduser("~"))  # noqa: PTH111 - pathlib's raises where nobody has a home


def _positive(value: object) -> float:
    number = amount(value)
    if number <= 0:
        raise refuse("must be more than 0")
    return number


def _price(value: object) -> float:
    number = amount(value)
    if number < 0:
        raise refuse("must not be less than 0")
    return number


def _model(value: object) -> str:
    """One printable word or more; names of cloud resources are long."""
    name = text(value)
    if not name.strip() or len(name) > _LONGEST_MODEL or not name.isprintable():
        raise refuse(f"must be a model's name, 1 to {_LONGEST_MODEL} characters")
    return name.strip()


_LONGEST_MODEL = 256
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_WEEKLY = re.compile(rf"(?P<day>{'|'.join(_DAYS)}) (?P<start>{_TIME})-(?P<end>{_TIME})")


def _weekly(value: object) -> str:
    if _WEEKLY.fullmatch(text(value)):
        return text(value)
    raise refuse('must be a day and two times, such as "Sun 02:00-04:00"')


def _maintenance(value: object) -> tuple[Weekly, ...]:
    found = [match for line in list_of(_weekly)(value) if (match := _WEEKLY.fullmatch(line))]
    return tuple(
        Weekly(_DAYS.index(each["day"]), time.fromisoformat(each["start"]), time.fromisoformat(each["end"]))
        for each in found
    )


_WEEK = 7 * 86400.0

INTERVAL = Setting(
    "interval",
    duration,
    60.0,
    "how often each surface is asked",
    unit="duration",
    least=10.0,
    least_on_loopback=1.0,
    most=_WEEK,
)
RETRY_INTERVAL = Setting(
    "retry_interval",
    duration,
    10.0,
    "how soon a surface in doubt is asked again",
    unit="duration",
    least=1.0,
    least_on_loopback=0.05,
    most=_WEEK,
)
CONFIRM_AFTER = Setting(
    "confirm_after", whole, 3, "failures in a row that make it down", unit="results", least=1, most=20
)
RECOVER_AFTER = Setting(
    "recover_after", whole, 2, "successes in a row that make it up again", unit="results", least=1, most=20
)
TIMEOUT = Setting(
    "timeout", duration, 10.0, "how long one probe may take", unit="duration", least=0.1, most=60.0
)

NEUTRAL_URL: Setting[str | None] = Setting(
    "neutral_url",
    url(neutral_url),
    None,
    "asked, without a key, only when no other host can tell whether you are online",
)

KEEP: Setting[float | None] = Setting(
    "keep", age, None, "how old a result may become that is no failure", unit="duration", least=LEAST_S
)
KEEP_FAILURES: Setting[float | None] = Setting(
    "keep_failures",
    age,
    None,
    "how old a failure may become, with its evidence",
    unit="duration",
    least=LEAST_S,
)
MAX_SIZE: Setting[int | None] = Setting(
    "max_size", size, None, "how much room all of it may take", unit="size", least=10_000_000
)

ID = Setting("id", identifier, "", "your name for it: letters, digits, - and _", required=True)
KIND = Setting("kind", _kind, "", "what it is, from the catalogue", required=True)
NAME: Setting[str | None] = Setting("name", line_of_text, None, "what it is called on the screen")
KEY: Setting[KeyRef] = Setting("key", _key, NoKey(), "where its key is: keyring, env:NAME, file:PATH or none")
SURFACES: Setting[tuple[Surface, ...] | None] = Setting(
    "surfaces", words_of(Surface), None, "what is watched: api, web, login"
)
ENABLED = Setting("enabled", flag, default=True, help="false: keep it here, but do not watch it")
FALLBACKS: Setting[tuple[str, ...]] = Setting(
    "fallbacks", list_of(identifier), (), "who to use instead, your first choice first"
)
BASE_URL: Setting[str | None] = Setting(
    "base_url", url(api_url), None, "the API's address; of the OpenAI dialect up to and with its version"
)
WEB_URL: Setting[str | None] = Setting("web_url", url(page_url), None, "the page that people open")
LOGIN_URL: Setting[str | None] = Setting("login_url", url(page_url), None, "the page to sign in at")
FEED: Setting[str | None] = Setting(
    "feed", _feed, None, "the vendor's status page, whose format is found out by asking; none: it is not read"
)
FEED_COMPONENTS: Setting[tuple[str, ...]] = Setting(
    "feed_components",
    list_of(line_of_text),
    (),
    "which parts of that page matter to you, by their names, parts of them or ids",
)
ALLOW_HTTP = Setting(
    "allow_http", flag, default=False, help="true: its key may go over plain HTTP beyond this computer"
)
PROXY = Setting("proxy", _proxy, "auto", "auto (as the environment says), none, or a URL")
CA_BUNDLE: Setting[Path | None] = Setting(
    "ca_bundle", _path, None, "a file of certificates to trust besides the system's own"
)
MUST_RUN = Setting(
    "must_run",
    flag,
    default=False,
    help="true: an ollama, lmstudio, llamacpp or vllm that is not running is an outage, as all others are",
)
MAINTENANCE: Setting[tuple[Weekly, ...]] = Setting(
    "maintenance", _maintenance, (), "when it may be down by plan, by your clock"
)

SLA: Setting[float | None] = Setting(
    "sla",
    amount,
    None,
    "the monthly uptime that your contract promises, in percent, for the dossier",
    unit="%",
    least=50.0,
    most=100.0,
)

MODEL = Setting("model", _model, "", "the model to ask", required=True)
EVERY = Setting(
    "every", duration, 600.0, "how often it is asked, billed", unit="duration", least=10.0, most=_WEEK
)
DAILY_BUDGET_USD = Setting("daily_budget_usd", _positive, 0.05, "what it may cost in a day", unit="USD")
USD_IN: Setting[float | None] = Setting(
    "usd_in", _price, None, "what the model costs per million tokens of a question", unit="USD"
)
USD_OUT: Setting[float | None] = Setting(
    "usd_out", _price, None, "what the model costs per million tokens of an answer", unit="USD"
)


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file.

    Attributes:
        header: as it is written.
        tables: the tables that may stand inside it.
    """

    header: str
    settings: tuple[Setting[Any], ...]
    tables: tuple[str, ...] = ()


POLLING = Section("[polling]", (INTERVAL, RETRY_INTERVAL, CONFIRM_AFTER, RECOVER_AFTER, TIMEOUT))
NETWORK = Section("[network]", (NEUTRAL_URL,))
HISTORY = Section("[history]", (KEEP, KEEP_FAILURES, MAX_SIZE))
PROVIDER = Section(
    "[[provider]]",
    (
        *(ID, KIND, NAME, KEY, SURFACES, ENABLED, FALLBACKS),
        *(BASE_URL, WEB_URL, LOGIN_URL, FEED, FEED_COMPONENTS),
        *(ALLOW_HTTP, PROXY, CA_BUNDLE, MUST_RUN, MAINTENANCE, SLA),
        *POLLING.settings,
    ),
    tables=("completion",),
)
COMPLETION = Section(
    "[provider.completion]",
    (MODEL, EVERY, DAILY_BUDGET_USD, USD_IN, USD_OUT),
)

SECTIONS: tuple[Section, ...] = (POLLING, NETWORK, HISTORY, PROVIDER, COMPLETION)
"""The whole file."""
