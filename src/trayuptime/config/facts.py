"""Every fact that an entry of the catalogue may have, in one table, and what is wrong with an entry."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from trayuptime.config.addresses import PLACEHOLDER
from trayuptime.config.parse import Fault, Rejected, amount, flag, list_of, one_of, refuse, text, url
from trayuptime.config.problems import Complaint, KeyPath, holds_key, looks_secret
from trayuptime.config.schema import Section, Setting
from trayuptime.config.sections import read_section
from trayuptime.config.urls import api_url, is_loopback, page_url
from trayuptime.config.values import ModelsAnswer
from trayuptime.core.evidence import Dialect, Server
from trayuptime.core.feed import FeedFormat
from trayuptime.core.model import Surface
from trayuptime.core.reasons import Reason


def complaints(entry: Mapping[str, Any], path: KeyPath, name: str) -> Iterator[Complaint]:
    """What is wrong with each fact by itself.

    Args:
        entry: a kind's table.
        path: of the table in its file; empty for a file that is one entry.
        name: of the table, for messages: `[vendor.x]`.
    """
    yield from _of_table(entry, path, _Table(Section(name, _ENTRY, tuple(_INNER)), _INNER))
    yield from _keys_in(entry, path)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table in an entry, or a list of such tables."""

    section: Section
    inner: Mapping[str, "_Table"] = field(default_factory=dict)
    many: bool = False


def _of_table(table: Mapping[str, Any], path: KeyPath, shape: _Table) -> Iterator[Complaint]:
    yield from read_section(table, path, shape.section).complaints
    for name, inner in shape.inner.items():
        if name not in table:
            continue
        here = (*path, name)
        found = table[name]
        if not inner.many:
            rows = [(here, found)]
        elif isinstance(found, list):
            rows = [((*here, index), row) for index, row in enumerate(found)]
        else:
            yield Complaint(here, f"{name} must be a list of tables, such as [{{ … }}, {{ … }}]")
            continue
        for place, row in rows:
            if isinstance(row, dict):
                yield from _of_table(row, place, inner)
            else:
                yield Complaint(place, f"{name} must be a table, such as {{ … = … }}")


def _keys_in(value: object, path: KeyPath) -> Iterator[Complaint]:
    """No text of an entry may be a key, whichever fact it stands in."""
    if isinstance(value, str) and holds_key(value):
        yield Complaint(path, "this looks like a key; keys do not stand in this file")
    elif isinstance(value, dict):
        for name, item in value.items():
            if holds_key(name):
                yield Complaint(path, "a name in it looks like a key; keys do not stand in this file")
            yield from _keys_in(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _keys_in(item, (*path, index))


_LONGEST = 300
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}\*?")
_SECRET_HEADER = re.compile(r".*(auth|key|token|secret|cookie|passw|signature|credential).*", re.IGNORECASE)
_FORM = re.compile(r"[A-Za-z-]{0,20} ?\{key\}")
_DOTTED = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,9}")
_VERSION = re.compile(r"(/v[0-9]+((alpha|beta)[0-9]*)?)?")


def _line(value: object) -> str:
    words = text(value)
    if not words.strip() or len(words) > _LONGEST or not words.isprintable():
        raise refuse(f"must be one line of text, 1 to {_LONGEST} characters")
    return words


def _like(pattern: re.Pattern[str], what: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if pattern.fullmatch(text(value)):
            return text(value)
        raise refuse(f"must be {what}")

    return parse


def _word_of(kind: type[StrEnum]) -> Callable[[object], str]:
    return lambda value: one_of(kind, value)


def _path(value: object) -> str:
    """Below the base URL."""
    words = text(value)
    if not words.startswith("/") or words.startswith("//"):
        raise refuse("must be a path that begins with /")
    url(page_url)(f"https://example.com{words}")
    return words


def _whole(value: object) -> str:
    """An address of its own, to which a key goes: nobody in between may read it."""
    words = url(page_url)(value)
    if words.startswith("http://") and not is_loopback(urlsplit(words).hostname or ""):
        raise refuse("must begin with https://, for a key goes there")
    return words


def _path_or_whole(value: object) -> str:
    return _path(value) if text(value).startswith("/") else _whole(value)


def _numbers(value: object) -> tuple[int, ...]:
    if isinstance(value, list) and all(isinstance(each, int) and 100 <= each <= 599 for each in value):
        return tuple(value)
    raise refuse("must be a list of HTTP statuses, such as [402, 429]")


def _codes(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        value = [
            str(each) if isinstance(each, int) and not isinstance(each, bool) else each for each in value
        ]
    return list_of(_line)(value)


def _price(value: object) -> float:
    if amount(value) < 0:
        raise refuse("must not be negative")
    return amount(value)


def _percent(value: object) -> float:
    if not 50 <= amount(value) <= 100:
        raise refuse("must be a percentage such as 99.9")
    return amount(value)


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise refuse('must be a table of text, such as { name = "value" }')
    for name, item in value.items():
        if not _HEADER.fullmatch(name) or _SECRET_HEADER.fullmatch(name):
            raise refuse("names a header that is none, or that carries a key; the key has auth_header")
        if looks_secret(_line(item)):
            raise refuse("has a value that looks like a key; keys do not stand in this file")
    return value


def _table(value: object) -> Mapping[str, Any]:
    """Anything; it goes into the body of a question as it is."""
    if not isinstance(value, dict):
        raise refuse("must be a table, such as { … = … }")
    if any(isinstance(leaf, str) and looks_secret(leaf) for leaf in _leaves(value)):
        raise refuse("has a value that looks like a key; keys do not stand in this file")
    return value


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        yield value
        return
    for item in value:
        yield from _leaves(item)


def _lower(value: object) -> str:
    if _line(value) != _line(value).lower():
        raise refuse("must be in lower case: it is looked for without regard to case")
    return _line(value)


def _at_most(parse: Callable[[object], str], most: int) -> Callable[[object], tuple[str, ...]]:
    def limited(value: object) -> tuple[str, ...]:
        found = list_of(parse)(value)
        if len(found) > most:
            raise Rejected(Fault(f"must not have more than {most} elements"))
        return found

    return limited


def _fact(name: str, parse: Callable[[object], Any], say: str, *, required: bool = False) -> Setting[Any]:
    return Setting(name, parse, None, say, required=required)


_lines = _at_most(_line, 100)
_variables = _at_most(_like(_VARIABLE, "the name of an environment variable: letters, digits and _"), 20)
_header = _like(_HEADER, "the name of a header: letters, digits and -")
_form = _like(_FORM, 'the form of a key, such as "Bearer {key}"')


def _words_of(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict) or not all(PLACEHOLDER.fullmatch(word) for word in value):
        raise refuse('must be a table of words in capitals, such as { REGION = ["AWS_REGION"] }')
    return {word: _variables(names) for word, names in value.items()}


_dotted = _like(_DOTTED, 'names with dots between them, such as "data.balance"')

_ENTRY = (
    _fact("name", _line, "what it is called"),
    _fact("dialect", _word_of(Dialect), "the language of its API"),
    _fact("base_url", url(api_url), "the API's address"),
    _fact("example", _line, "what a base_url of it looks like"),
    _fact("version", _like(_VERSION, 'a version such as "/v1", or empty'), "put before a path"),
    _fact("models_path", _path, "the free question that proves a key"),
    _fact("models_urls", _at_most(_whole, 5), "the same, whole"),
    _fact("models_answer", _word_of(ModelsAnswer), "the shape of its answer"),
    _fact("models_public", flag, "true: it answers without a key too"),
    _fact("reach_path", _path, "asked without a key"),
    _fact("balance_url", _path_or_whole, "where the balance is told"),
    _fact("balance_available", _dotted, "the field that is false, or 0, where it is used up"),
    _fact("auth_header", _header, "the header of the key"),
    _fact("auth_format", _form, "its value"),
    _fact("headers", _headers, "sent with every question"),
    _fact("env", _variables, "variables that hold its key"),
    _fact("env_base", _variables, "variables that hold its base URL"),
    _fact("env_words", _words_of, "variables that hold a word of example"),
    _fact("keyless", flag, "true: it commonly needs no key"),
    _fact("server", _word_of(Server), "the program whose own questions tell more of it"),
    _fact("local", flag, "true: it may well be switched off"),
    _fact("web_url", url(page_url), "the page that people open"),
    _fact("login_url", url(page_url), "the page to sign in at"),
    _fact("console_url", url(page_url), "where keys are made"),
    _fact("billing_url", url(page_url), "where it is paid"),
    _fact("status_url", url(page_url), "its status page for people"),
    _fact("regions", _lines, "places of that page that count"),
    _fact("no_feed", _line, "why no program can read a status page of it"),
    _fact("no_completion", _line, "why no short answer can be asked for"),
    _fact("rate_headers", _at_most(_header, 20), "where its answers tell how much may still be asked"),
    _fact("note", _line, "what its user has to know beforehand"),
    _fact("facts", _lines, "the sources"),
    _fact("unverified", _lines, "facts without a source"),
)

_MODEL = (
    _fact("id", _line, "what the vendor calls it", required=True),
    _fact("usd_in", _price, "USD per million tokens"),
    _fact("usd_out", _price, "USD per million tokens"),
    _fact("usd_request", _price, "USD for each request"),
    _fact("reasons", flag, "true: it thinks before it answers"),
    _fact("unverified", flag, "true: the price has one source, or is the dearest of several"),
)

_INNER: Mapping[str, _Table] = {
    "account": _Table(
        Section(
            "account",
            (
                _fact("url", _path_or_whole, "where the key itself is asked about", required=True),
                _fact("method", lambda value: one_of(("GET", "POST"), value), "GET or POST"),
                _fact("accepted", _dotted, "the field that is false for a bad key"),
            ),
        )
    ),
    "sla": _Table(
        Section(
            "sla",
            (
                _fact("text", _line, "what the vendor promises", required=True),
                _fact("verified", flag, "true: read at the vendor itself"),
                _fact("percent", _percent, "the monthly uptime that every customer is promised"),
            ),
        )
    ),
    "completion": _Table(
        Section(
            "completion",
            (
                _fact("path", _path, "where an answer is asked for"),
                _fact("max_tokens", _line, "what its limit is called"),
                _fact("extra", _table, "put into the body"),
                _fact("usd_request", _price, "USD for each request of a model that is not named"),
            ),
            ("models",),
        ),
        {"models": _Table(Section("models", _MODEL), many=True)},
    ),
    "base_urls": _Table(
        Section(
            "base_urls",
            (
                _fact("region", _line, "what it is for", required=True),
                _fact("url", url(api_url), "the address", required=True),
                _fact("own_keys", flag, "true: keys of the first one are unknown there"),
                _fact("env", _variables, "variables that hold a key of its own"),
            ),
        ),
        many=True,
    ),
    "also_speaks": _Table(
        Section(
            "also_speaks",
            (
                _fact("dialect", _word_of(Dialect), "the other language", required=True),
                _fact("url", url(api_url), "where it is spoken", required=True),
            ),
        ),
        many=True,
    ),
    "auth_forms": _Table(
        Section(
            "auth_forms",
            (
                _fact("env", _like(_VARIABLE, "the name of a variable"), "the variable", required=True),
                _fact("header", _header, "the header of such a key", required=True),
                _fact("format", _form, "its value", required=True),
            ),
        ),
        many=True,
    ),
    "errors": _Table(
        Section(
            "errors",
            (
                _fact("reason", _word_of(Reason), "what it means", required=True),
                _fact("status", _numbers, "HTTP statuses"),
                _fact("codes", _codes, "the error's type or code"),
                _fact("says", _at_most(_lower, 40), "phrases in the body"),
                _fact("detail", _line, "what the vendor does, in words"),
                _fact("unverified", flag, "true: common knowledge without a source"),
            ),
        ),
        many=True,
    ),
    "feeds": _Table(
        Section(
            "feeds",
            (
                _fact("format", _word_of(FeedFormat), "the shape of its document", required=True),
                _fact("url", url(page_url), "the address", required=True),
                _fact("every_s", _price, "asked no more often, in seconds"),
            ),
        ),
        many=True,
    ),
    "parts": _Table(
        Section(
            "parts",
            (
                _fact("surface", _word_of(Surface), "which surface depends on it"),
                _fact("id", _line, "a component's id"),
                _fact("name", _line, "a component's name"),
                _fact("contains", _lines, "words in its name"),
            ),
        ),
        many=True,
    ),
}

NAMES = (*(setting.name for setting in _ENTRY), *_INNER)
"""Every fact that an entry may have."""
