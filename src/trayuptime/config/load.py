"""Reads the configuration as a whole: either every value, resolved, or everything that is wrong with it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trayuptime.config import completions
from trayuptime.config.catalogue import kinds
from trayuptime.config.keys import NO_KEY_HERE
from trayuptime.config.overlay import OVERLAY_FILE, use_overlay
from trayuptime.config.parse import Rejected, identifier
from trayuptime.config.problems import (
    Complaint,
    ConfigError,
    KeyPath,
    did_you_mean,
    nearest,
    shown,
)
from trayuptime.config.resolve import check_names, resolve, rules_of
from trayuptime.config.retention import retention_of
from trayuptime.config.schema import (
    COMPLETION,
    HISTORY,
    KEY,
    KIND,
    NETWORK,
    NEUTRAL_URL,
    POLLING,
    PROVIDER,
    SECTIONS,
)
from trayuptime.config.sections import Read, missing, read_section
from trayuptime.config.toml_text import Places, parsed, text_of
from trayuptime.config.values import Config, ProviderConfig


def load(path: Path) -> Config:
    """The configuration in a file, with the user's catalogue beside it in force.

    A missing file is an empty configuration that does not exist. Mistakes in the catalogue are warnings: the
    last good one stays in force.

    Raises:
        ConfigError: it cannot be read, is not UTF-8, or `read` refuses it.
    """
    wrong = use_overlay(path.with_name(OVERLAY_FILE))
    text = text_of(path)
    if text is None:
        return replace(_empty(), warnings=wrong, old_catalogue=bool(wrong))
    try:
        config = read(text, file=path.name)
    except ConfigError as error:  # what is wrong with the catalogue may well be the cause
        raise ConfigError([*error.problems, *wrong]) from None
    return replace(config, warnings=(*wrong, *config.warnings), old_catalogue=bool(wrong))


def read(text: str, *, file: str = "config.toml") -> Config:
    """The configuration in a text.

    Args:
        text: TOML.
        file: what to call it in problems.

    Raises:
        ConfigError: with every problem of it, in the order of the file; no problem repeats a value that may
            be a secret.
    """
    document = parsed(text, file)
    return _read(document, Places(text, file, lambda path: _where(path, document)))


def _empty() -> Config:
    nothing = Read(("polling",))
    return Config(rules=rules_of(nothing, nothing), exists=False)


def _where(path: KeyPath, document: Mapping[str, Any]) -> str:
    match path:
        case ("provider", int(index), *_):
            return _label(document["provider"][index], index)
        case ("polling" | "network" | "history" as name, _, *_):
            return f"[{name}]"
    return ""


def _read(document: dict[str, Any], places: Places) -> Config:
    complaints = list(_shape_complaints(document))
    polling = read_section(_table(document.get("polling")), ("polling",), POLLING)
    network = read_section(_table(document.get("network")), ("network",), NETWORK)
    history = read_section(_table(document.get("history")), ("history",), HISTORY)
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
                warnings += completions.warnings(completion, provider.completion, kinds()[provider.kind])
            case found:
                complaints += found
    for part in (polling, network, history, *sections, *extras):
        complaints += part.complaints
    retention, wrong = retention_of(history)
    complaints += wrong
    complaints += check_names(sections)
    if complaints:
        raise ConfigError(places.problems(_with_advice(each, document) for each in dict.fromkeys(complaints)))
    return Config(
        rules=rules_of(polling, polling),
        providers=tuple(_told_apart(resolved)),
        warnings=places.problems(warnings),
        neutral_url=network.get(NEUTRAL_URL),
        retention=retention,
    )


def _told_apart(providers: Sequence[ProviderConfig]) -> Iterable[ProviderConfig]:
    """Several of one vendor bear its name; then their ids tell which is which."""
    shared = Counter(provider.name for provider in providers)
    for provider in providers:
        alike = shared[provider.name] > 1 and provider.name != provider.id
        yield replace(provider, name=f"{provider.name} ({provider.id})") if alike else provider


def _shape_complaints(document: Mapping[str, Any]) -> Iterable[Complaint]:
    """Sections that are none, and sections that are written as something else."""
    for name, value in document.items():
        match name:
            case "polling" | "network" | "history" if not isinstance(value, dict):
                yield Complaint((name,), f"{name} must be a table: write [{name}] once")
            case "provider" if not isinstance(value, list):
                yield Complaint((name,), "each provider begins with [[provider]], in double brackets")
            case "provider":
                for index, table in enumerate(value):
                    if not isinstance(table, dict):
                        yield Complaint((name, index), "each provider begins with [[provider]]")
                    elif not isinstance(table.get("completion", {}), dict):
                        yield Complaint((name, index, "completion"), "write it as [provider.completion]")
            case "polling" | "network" | "history":
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
