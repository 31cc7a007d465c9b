"""Reads one table of the file by its section of the schema, and complains of all that does not fit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from trayuptime.config.parse import Rejected, refuse, show_duration, show_size
from trayuptime.config.problems import Complaint, KeyPath, did_you_mean, shown
from trayuptime.config.schema import BASE_URL, KIND, SECTIONS, WEB_URL, Section, Setting

T = TypeVar("T")

_ADDRESSES = {"url", "api_url", "api_base", "base", "endpoint", "host", "address"}
"""What other programs call the address of an API; a page's, of what is nothing but a page."""
_WEBSITE = "website"


@dataclass(frozen=True, slots=True)
class Read:
    """One table as it was understood.

    Attributes:
        path: of the table.
        written: the keys that stand there, good or bad.
        values: the good ones, parsed.
        complaints: what makes the file unusable.
    """

    path: KeyPath
    written: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()

    def get(self, setting: Setting[T]) -> T:
        """The setting's value here, or its default."""
        return cast("T", self.values.get(setting.name, setting.default))

    def has(self, setting: Setting[T]) -> bool:
        """It stands here and is good."""
        return setting.name in self.values

    def at(self, setting: Setting[T]) -> KeyPath:
        """Its path."""
        return (*self.path, setting.name)


def read_section(table: Mapping[str, Any], path: KeyPath, section: Section) -> Read:
    """Parses every key of `table`; nothing is raised."""
    known = {setting.name: setting for setting in section.settings}
    values: dict[str, object] = {}
    complaints: list[Complaint] = []
    for name, raw in table.items():
        if name in section.tables:
            continue
        here = (*path, name)
        setting = known.get(name)
        if setting is None:
            complaints.append(Complaint(here, _unknown(name, section, table)))
            continue
        try:
            values[name] = _within_limits(setting, setting.parse(raw))
        except Rejected as rejected:
            for fault in rejected.faults:
                element = () if fault.element is None else (fault.element,)
                complaints.append(Complaint((*here, *element), f"{name} {fault.message}"))
            continue
    complaints += [
        Complaint(path, missing(setting))
        for setting in section.settings
        if setting.required and setting.name not in table
    ]
    return Read(path, frozenset(table), values, tuple(complaints))


def missing(setting: Setting[T]) -> str:
    """The complaint of the table that lacks a required setting."""
    return f"{setting.name} is missing ({setting.help})"


def in_unit(setting: Setting[T], number: float) -> str:
    """A limit or default as the file writes it."""
    match setting.unit:
        case "duration":
            return show_duration(number)
        case "size":
            return show_size(number)
    return f"{number:g}"


def _within_limits(setting: Setting[T], value: T) -> T:
    if not isinstance(value, int | float):
        return value
    least = setting.absolute_least
    if least is not None and value < least:
        loopback = (
            ""
            if setting.least_on_loopback is None or setting.least is None
            else f" ({in_unit(setting, setting.least)} for a host that is not on loopback)"
        )
        raise refuse(f"must be at least {in_unit(setting, least)}{loopback}")
    if setting.most is not None and value > setting.most:
        raise refuse(f"must be at most {in_unit(setting, setting.most)}")
    return value


def _unknown(name: str, section: Section, table: Mapping[str, Any]) -> str:
    known = [setting.name for setting in section.settings] + list(section.tables)
    homes = [
        other.header
        for other in SECTIONS
        if other is not section and name in {setting.name for setting in other.settings}
    ]
    if homes:
        return f"unknown key {shown(name)} in {section.header}; it belongs in {' or '.join(homes)}"
    hint = _meant(name, known, table) or did_you_mean(name, known) or f"; valid are {', '.join(known)}"
    return f"unknown key {shown(name)}{hint}"


def _meant(name: str, known: Collection[str], table: Mapping[str, Any]) -> str:
    """The key that other programs call so, whatever it looks like; nothing for any other word."""
    meant = WEB_URL.name if table.get(KIND.name) == _WEBSITE else BASE_URL.name
    return f'; did you mean "{meant}"?' if name.casefold() in _ADDRESSES and meant in known else ""
