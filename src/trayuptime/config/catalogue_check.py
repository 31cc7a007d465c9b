"""Checks the catalogue as a whole: the user's file, and what is shipped."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trayuptime.config import audit, facts, shipped
from trayuptime.config.catalogue import made
from trayuptime.config.kinds import Kind
from trayuptime.config.problems import Complaint, KeyPath, Problem, did_you_mean, shown
from trayuptime.config.toml_text import Places


def of_overlay(document: Mapping[str, Any]) -> Iterator[Complaint]:
    """What is wrong with the user's file.

    Args:
        document: the file, as TOML reads it.
    """
    for name in document:
        if name != "vendor":
            near = did_you_mean(name, ("vendor",))
            yield Complaint((name,), f"unknown section {shown(name)}{near or '; valid is [vendor.WORD]'}")
    vendors = document.get("vendor", {})
    if not isinstance(vendors, dict):
        yield Complaint(("vendor",), _NO_TABLE)
        return
    kinds: dict[str, Kind] = {}
    for word, entry in vendors.items():
        wrong = list(_of_own(word, entry))
        yield from wrong
        if not wrong:
            kinds[word] = made(word, entry)
            yield from _of_whole(kinds[word], entry, ("vendor", word))
    untouched = (made(word, {}) for word in shipped.vendor_words() if word not in vendors)
    for later, first in audit.duplicates((*untouched, *kinds.values())):
        message = f"base_url has the host of {first.id}; change that one in [vendor.{first.id}]"
        yield Complaint(("vendor", later.id, "base_url"), message)


def of_shipped(words: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """What is wrong with the shipped files, and what they lack.

    Args:
        words: whose; `None` for all of them.
    """
    words = tuple(words or (*shipped.vendor_words(), *shipped.generic_words()))
    problems = [problem for word in words for problem in _of_shipped(word)]
    for later, first in audit.duplicates(made(word, {}) for word in words):
        message = f"base_url has the host of {first.id}"
        problems.append(Problem(message, "base_url", f"vendor {later.id}", file=shipped.file_of(later.id)))
    return tuple(problems)


def _of_shipped(word: str) -> tuple[Problem, ...]:
    entry, file = shipped.entry(word), shipped.file_of(word)
    path: KeyPath = ("vendor", word) if file == shipped.INDEX else ()
    wrong = list(facts.complaints(entry, path, file))
    if not wrong:
        kind = made(word, {})
        wrong += _of_whole(kind, entry, path)
        wrong += [Complaint(path, f"lacks {gap}") for gap in audit.gaps(kind)]
    places = Places(shipped.text_of(file), file, lambda _path: f"vendor {word}")
    return places.problems(wrong)


def _of_own(word: str, entry: object) -> Iterator[Complaint]:
    path: KeyPath = ("vendor", word)
    if not isinstance(entry, dict):
        yield Complaint(path, _NO_TABLE)
        return
    if not _WORD.fullmatch(word):
        yield Complaint(
            path, "a vendor's word must be 1 to 40 small letters, digits and -, no - at its start"
        )
    yield from facts.complaints(entry, path, f"[vendor.{shown(word, quote='')}]")
    if word in shipped.generic_words() and "dialect" in entry:
        yield Complaint((*path, "dialect"), f"dialect of {word} cannot be another; add a vendor of your own")
    if word not in {*shipped.vendor_words(), *shipped.generic_words()}:
        for fact in ("name", "dialect"):
            if fact not in entry:
                yield Complaint(path, f"{fact} is missing: a vendor that is not shipped needs one")
    if entry.get("dialect") == "page":
        yield Complaint(
            (*path, "dialect"), "dialect page is no API's; a page needs no entry, kind website fits"
        )


def _of_whole(kind: Kind, entry: Mapping[str, Any], path: KeyPath) -> Iterator[Complaint]:
    for place, message in audit.faults(kind, entry):
        yield Complaint((*path, *place), message)


_NO_TABLE = "write each vendor as a table: [vendor.WORD]"
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
