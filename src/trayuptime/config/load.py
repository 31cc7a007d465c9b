"""Reads the configuration as a whole: either every value, resolved, or everything that is wrong with it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trayuptime.config import completions
from trayuptime.config.catalogue import kinds
from trayuptime.config.keys import NO_KEY_HERE
from trayuptime.config.lines import Position, locate, position_of
from trayuptime.config.parse import Rejected, identifier
from trayuptime.config.problems import (
    Complaint,
    ConfigError,
    KeyPath,
    Problem,
    did_you_mean,
    dotted,
    nearest,
    shown,
)
from trayuptime.config.resolve import check_names, resolve, rules_of
from trayuptime.config.schema import COMPLETION, KEY, KIND, NETWORK, NEUTRAL_URL, POLLING, PROVIDER, SECTIONS
from trayuptime.config.sections import Read, missing, read_section
from trayuptime.config.values import Config, ProviderConfig


def load(path: Path) -> Config:
    """The configuration in a file; a missing one is an empty configuration that does not exist.

    Raises:
        ConfigError: it cannot be read, is not UTF-8, or `read` refuses it.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _empty()
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror or error}", file=str(path))]) from error
    try:
        text = data.decode("utf-8-sig")  # some editors of Windows begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save it with that encoding"
        raise ConfigError([Problem(message, line=line, file=str(path))]) from error
    return read(text, file=path.name)


def read(text: str, *, file: str = "config.toml") -> Config:
    """The configuration in a text.

    Args:
        text: TOML.
        file: what to call it in problems.

    Raises:
        ConfigError: with every problem of it, in the order of the file; no problem repeats a value that may
            be a secret.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_problem(str(error), text, file)]) from None
    except (RecursionError, ValueError) as error:  # tomllib lets these through: too many brackets or digits
        raise ConfigError([Problem("is nested too deeply or has a number too long", file=file)]) from error
    return _read(document, _Places(text, document, file))


def _empty() -> Config:
    nothing = Read(("polling",))
    return Config(rules=rules_of(nothing, nothing), exists=False)


@dataclass(slots=True)
class _Places:
    """Turns complaints into problems; looks for lines only once somebody complains."""

    text: str
    document: dict[str, Any]
    file: str
    found: dict[KeyPath, Position] | None = None

    def problems(self, complaints: Iterable[Complaint]) -> tuple[Problem, ...]:
        made = [self.problem(complaint) for complaint in complaints]
        return tuple(sorted(made, key=lambda each: (each.line or 0, each.column or 0)))

    def problem(self, complaint: Complaint) -> Problem:
        if self.found is None:
            with suppress(RecursionError):  # nesting that tomllib just survived; then no line is told
                self.found = locate(self.text)
        place = position_of(complaint.path, self.found or {})
        return Problem(
            message=complaint.message,
            key=dotted(complaint.path),
            where=self.where(complaint.path),
            line=place.line if place else None,
            column=place.column if place else None,
            file=self.file,
        )

    def where(self, path: KeyPath) -> str:
        match path:
            case ("provider", int(index), *_):
                return _label(self.document["provider"][index], index)
            case ("polling" | "network" as name, _, *_):
                return f"[{name}]"
        return ""


def _read(document: dict[str, Any], places: _Places) -> Config:
    complaints = list(_shape_complaints(document))
    polling = read_section(_table(document.get("polling")), ("polling",), POLLING)
    network = read_section(_table(document.get("network")), ("network",), NETWORK)
    sections: list[Read] = []
    extras: list[Read] = []
    resolved: list[ProviderConfig] = []
    warnings: list[Complaint] = []
    for index, table in _tables(document.get("provider")):
        path: KeyPath = ("provider", index)
        section = read_section(table, path, PROVIDER)
        completion = None
        if isinstance(table.get("completion"), dict):
            completion = read_section(table["completion"], (*path, "completion"), COMPLETION)
            extras.append(completion)
        sections.append(section)
        match resolve(section, polling, completion):
            case ProviderConfig() as provider:
                resolved.append(provider)
                warnings += completions.warnings(completion, provider.completion)
            case found:
                complaints += found
    for part in (polling, network, *sections, *extras):
        complaints += part.complaints
    complaints += check_names(sections)
    if complaints:
        raise ConfigError(places.problems(_with_advice(each, document) for each in dict.fromkeys(complaints)))
    warnings += [warning for part in (*sections, *extras) for warning in part.warnings]
    return Config(
        rules=rules_of(polling, polling),
        providers=tuple(resolved),
        warnings=places.problems(warnings),
        neutral_url=network.get(NEUTRAL_URL),
    )


def _shape_complaints(document: Mapping[str, Any]) -> Iterable[Complaint]:
    """Sections that are none, and sections that are written as something else."""
    for name, value in document.items():
        match name:
            case "polling" | "network" if not isinstance(value, dict):
                yield Complaint((name,), f"{name} must be a table: write [{name}] once")
            case "provider" if not isinstance(value, list):
                yield Complaint((name,), "each provider begins with [[provider]], in double brackets")
            case "provider":
                for index, table in enumerate(value):
                    if not isinstance(table, dict):
                        yield Complaint((name, index), "each provider begins with [[provider]]")
                    elif not isinstance(table.get("completion", {}), dict):
                        yield Complaint((name, index, "completion"), "write it as [provider.completion]")
            case "polling" | "network":
                pass
            case _:
                yield Complaint((name,), _unknown_section(name))


def _unknown_section(name: str) -> str:
    homes = [section.header for section in SECTIONS if name in {setting.name for setting in section.settings}]
    if homes:
        return f"{name} stands outside of a section; it belongs in {' or '.join(homes)}"
    headers = {section.header.strip("[]"): section.header for section in SECTIONS}
    near = did_you_mean(name, headers)
    for word, header in headers.items():
        near = near.replace(f'"{word}"', header)
    return f"unknown section {shown(name)}{near or '; valid are ' + ', '.join(headers.values())}"


def _with_advice(complaint: Complaint, document: Mapping[str, Any]) -> Complaint:
    """Adds what only the rest of the provider tells: how to store its key, which kind it may be."""
    match complaint.path:
        case ("provider", int(index), *_):
            table = document["provider"][index]
        case _:
            return complaint
    known = _given_id(table)
    if complaint.message == f"{KEY.name} {NO_KEY_HERE}":
        kind = kinds().get(str(table.get(KIND.name)))
        variable = kind.env[0] if kind and kind.env else "NAME"
        command = f"trayuptime provider key {shown(known, quote='') if known else 'ID'}"
        advice = f': store it with "{command}" and write key = "keyring", or write key = "env:{variable}"'
        return Complaint(complaint.path, complaint.message + advice)
    if complaint.message == missing(KIND) and known and (near := nearest(known, kinds())):
        return Complaint(complaint.path, f'{complaint.message}; did you mean kind = "{near}"?')
    return complaint


def _label(table: object, index: int) -> str:
    known = _given_id(table)
    return f"provider {shown(known)}" if known else f"provider {index + 1}"


def _given_id(table: object) -> str | None:
    try:
        return identifier(table.get("id")) if isinstance(table, dict) else None
    except Rejected:
        return None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[tuple[int, dict[str, Any]]]:
    """The provider tables by their place in the file; what is no table is complained of elsewhere."""
    entries = enumerate(value) if isinstance(value, list) else ()
    return [(index, each) for index, each in entries if isinstance(each, dict)]


_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>[0-9]+), column (?P<column>[0-9]+)|end of document)\)$")
_TOML_ECHO = re.compile(r" \('.*\)| '\w[^']+'")
_TOML_WORDS = {
    "invalid value": "this value cannot be read; does text have its quotes?",
    "cannot overwrite a value": "this key is there already",
    "cannot declare twice": "this table is there already",
}


def _syntax_problem(message: str, text: str, file: str) -> Problem:
    """What tomllib says, with the place taken out of its sentence and names that it repeats left out."""
    place = _TOML_PLACE.search(message)
    words = _TOML_ECHO.sub("", _TOML_PLACE.sub("", message))
    words = words[:1].lower() + words[1:]
    last = text.rstrip("\n").count("\n") + 1
    return Problem(
        message=f"not valid TOML: {_TOML_WORDS.get(words, words)}",
        line=int(place["line"]) if place and place["line"] else last,
        column=int(place["column"]) if place and place["column"] else None,
        file=file,
    )
