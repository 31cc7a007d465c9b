"""A provider as a tool's file has it, and what the readers of such files share."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from trayuptime.config.catalogue import kinds
from trayuptime.system.finding.found import kinds_by_variable, places_by_variable, spot
from trayuptime.system.finding.reading import table, word
from trayuptime.system.secrets import Secret


@dataclass(frozen=True, slots=True)
class Seen:
    """A provider as a tool's file has it.

    Attributes:
        word: what the tool calls it.
        url: of its API, if it says so.
        variable: the environment variable that the tool takes the key from.
        secret: the key itself, if it stands there; it goes no further than the module that reads the file.
        anthropic: an address that nobody knows speaks Anthropic's dialect.
        file: the one that the tool takes the key from, as it is written: a whole path, or one from `~/` or
            the folder of the tool's file.
    """

    word: str
    url: str | None = None
    variable: str | None = None
    secret: Secret | None = None
    anthropic: bool = False
    file: str | None = None


def speaking(
    dialect: str, word: str, url: str | None, variable: str | None = None, secret: Secret | None = None
) -> Seen | None:
    """A provider that the tool says speaks `openai`, `anthropic` or `gemini`; the rest as in `Seen`.

    `None` for another dialect, and for a gateway that speaks Gemini's: neither can be watched.
    """
    if dialect == "gemini" and (url is None or at_home("gemini", url)):
        return Seen("gemini", None, variable, secret)
    if dialect in {"openai", "anthropic"}:
        return Seen(word, url, variable, secret, anthropic=dialect == "anthropic")
    return None


def at_home(kind: str, url: str) -> bool:
    """The address is one of the vendor's own."""
    there = spot(kind, url)
    return there is not None and there.kind == kind


def with_keys(places: Iterable[Seen], found: Mapping[str, str], *where: Mapping[str, str]) -> Iterator[Seen]:
    """The places, each with its key where a variable that was found holds it; then what else was found.

    The key of a place is offered for no other, as a gateway's would otherwise go to the vendor whose variable
    it stands in.

    Args:
        places: as the tool lists them.
        found: the variables of the file that is read.
        where: as in `of_variables`.
    """
    taken = set()
    for place in places:
        secret = None if place.variable is None else secret_of(found.get(place.variable))
        taken.add(place.variable)
        yield place if secret is None else replace(place, variable=None, secret=secret)
    yield from of_variables({name: found[name] for name in found if name not in taken}, *where)


def of_variables(found: Mapping[str, str], *where: Mapping[str, str]) -> Iterator[Seen]:
    """The vendors whose well-known variable holds a key, at the address where other variables lead.

    Args:
        found: the variables of the file that is read.
        where: those among which the ones that lead elsewhere are looked up, first to last.
    """
    for name, value in found.items():
        kind = kinds_by_variable().get(name)
        place = places_by_variable().get(name)
        if place is not None and (secret := secret_of(value)) is not None:
            yield Seen(place.kind, place.base_url, secret=secret)
        elif kind is not None and (secret := secret_of(value)) is not None:
            yield Seen(kind.id, moved(kind.id, *where), secret=secret, anthropic=kind.id == "anthropic")


def moved(kind: str, *environs: Mapping[str, str]) -> str | None:
    """Where the variables of a vendor's own client send it instead; `None` for its own address.

    openai 3.54.0 and anthropic 2.12.0 (PyPI) read the first of each; litellm and aider the second. The
    others' stand in the catalogue.

    Args:
        kind: the vendor's.
        environs: of variables; what the first says counts before what the next does.
    """
    names = _ELSEWHERE.get(kind) or kinds()[kind].env_base
    said = (environ.get(name, "").strip() for environ in environs for name in names)
    return next(filter(None, said), None)


def is_elsewhere(kind: str, *environs: Mapping[str, str]) -> bool:
    """Variables send a vendor's own client to another address than the vendor's, or to none that can be."""
    url = moved(kind, *environs)
    return url is not None and spot(kind, url, anthropic=kind == "anthropic") != spot(kind)


def secret_of(value: Any) -> Secret | None:
    """The text as a key; `None` for what is no text, says nothing or is far too long."""
    text = word(value)
    return None if text is None or len(text) > 16 * 1024 else Secret(text)


def variable_of(value: Any) -> str | None:
    """The name of an environment variable; `None` for anything else."""
    text = word(value)
    return text if text is not None and _NAME.fullmatch(text) else None


def texts(value: Any) -> dict[str, str]:
    """The variables of a mapping: what is no text is none."""
    return {name: each for name, each in table(value).items() if isinstance(each, str)}


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_ELSEWHERE = {
    "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
    "anthropic": ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"),
}
