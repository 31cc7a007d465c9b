"""Puts together what variables, tools, profiles and ports tell of providers."""

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from trayuptime.config.addresses import filled
from trayuptime.config.catalogue import Kind
from trayuptime.config.keys import EnvKey, FileKey, KeyringKey, NoKey, absolute
from trayuptime.config.pasted import NotAKey, unwrap
from trayuptime.config.urls import BadUrl, api_url
from trayuptime.system.finding.found import Found, kinds_by_variable, places_by_variable, spot
from trayuptime.system.finding.ports import PROC, local_servers
from trayuptime.system.finding.reading import assignments, text_of
from trayuptime.system.finding.seen import Seen, is_elsewhere, moved
from trayuptime.system.finding.tools import Tool, tools

PROFILES = (
    *(".profile", ".bash_profile", ".bashrc"),
    *(".zshenv", ".zprofile", ".zshrc"),
    ".config/fish/config.fish",
)
_Profiles = Mapping[Path, Mapping[str, str]]


def find(environ: Mapping[str, str], home: Path, *, proc: Path = PROC) -> tuple[Found, ...]:
    """Everything that was found, the best source of each provider first.

    Reads small files of this user and asks the kernel; nobody is contacted, nothing is written, and no key is
    in the answer.

    Args:
        environ: of the user.
        home: of the user.
        proc: where the kernel tells of ports and processes.
    """
    profiles = {home / name: dict(assignments(text_of(home / name))) for name in PROFILES}
    everything = [
        *_variables(environ),
        *_in_tools(home, environ, profiles),
        *_profiles(home, environ, profiles),
        *local_servers(proc),
    ]
    return tuple(_merged(everything))


def _variables(environ: Mapping[str, str]) -> Iterator[Found]:
    for variable, kind in kinds_by_variable().items():
        if not _is_key(environ.get(variable, "")):
            continue
        source = (f"the environment variable {variable}",)
        if kind.generic:
            url = _generic_url(kind, environ)
            if url is not None:
                yield Found(kind.id, kind.id, source, EnvKey(variable), base_url=url)
            continue
        elsewhere = moved(kind.id, environ)
        found = spot(kind.id, elsewhere, anthropic=kind.id == "anthropic")
        if found is None:
            continue  # the key is for an address that none can be, or with a password in it: for no other
        yield Found(found.kind, found.id, source, EnvKey(variable), base_url=found.base_url)
    for variable, place in places_by_variable().items():
        if _is_key(environ.get(variable, "")):
            source = (f"the environment variable {variable}",)
            yield Found(place.kind, place.id, source, EnvKey(variable), base_url=place.base_url)


def _is_key(value: str) -> bool:
    """Whether it could be one: not empty, and nothing that only stands for a key, as in an example."""
    try:
        return bool(unwrap(value).key)
    except NotAKey:
        return False


def _generic_url(kind: Kind, environ: Mapping[str, str]) -> str | None:
    """Where the variables say that the user's own place is."""
    if kind.id == "azure-openai" and (endpoint := environ.get("AZURE_OPENAI_ENDPOINT", "").strip()):
        url = f"{endpoint.rstrip('/').removesuffix('/openai/v1')}/openai/v1"
        with suppress(BadUrl):
            return api_url(url)
        return None
    known = {
        word: next((value for name in names if (value := environ.get(name, "").strip())), "")
        for word, names in kind.env_words.items()
    }
    if kind.example is None or not known or not all(map(_WORD.fullmatch, known.values())):
        return None
    return filled(kind.example, known)


def _in_tools(home: Path, environ: Mapping[str, str], profiles: _Profiles) -> Iterator[Found]:
    """What stands in the files of tools.

    A key without an address comes with nobody where the environment, or a profile that it may come to have,
    leads elsewhere: it is not known whether the tool follows.
    """
    for tool in tools(home, environ):
        for number, seen in enumerate(_seen(tool)):
            place = spot(seen.word, seen.url, anthropic=seen.anthropic)
            if place is not None:
                source = f"{_short(tool.path, home)} ({tool.name})"
                found = Found(place.kind, place.id, (source,), base_url=place.base_url)
                if seen.url is None and is_elsewhere(place.kind, environ, *profiles.values()):
                    yield found
                elif seen.file is not None:
                    yield _of_file(found, tool, seen.file, home)
                else:
                    yield _with_key(found, tool, number, seen, environ)


def _with_key(found: Found, tool: Tool, number: int, seen: Seen, environ: Mapping[str, str]) -> Found:
    if seen.variable is not None:
        return _of_variable(found, seen.variable, environ)
    if seen.secret is None:
        return found
    if tool.bare and _is_closed(tool.path):
        return replace(found, key=FileKey(tool.path.absolute()))

    def read_key() -> str | None:
        """The key that stood there, unless the file says something else by now."""
        for index, again in enumerate(_seen(tool)):
            if (
                index == number
                and (again.word, again.url) == (seen.word, seen.url)
                and again.secret is not None
            ):
                return again.secret.reveal()
        return None

    return replace(found, key=KeyringKey(), read_key=read_key)


def _of_file(found: Found, tool: Tool, name: str, home: Path) -> Found:
    """With the file of the key, if it holds one that nobody else may read; else without a key."""
    path = absolute(name, home) or absolute(os.path.normpath(tool.path.absolute().parent / name), home)
    if path is None or not _is_closed(path) or not _is_key(text_of(path)):
        return found
    return replace(found, key=FileKey(path))


def _seen(tool: Tool) -> list[Seen]:
    return list(tool.read(text_of(tool.path)))[:_MOST]


def _profiles(home: Path, environ: Mapping[str, str], profiles: _Profiles) -> Iterator[Found]:
    """Variables that a shell's profile sets and nobody has set here; their values are left where they are.

    But for those that lead elsewhere, which count with one another: profiles read each other.
    """
    for path, found in profiles.items():
        for variable in found:
            place = places_by_variable().get(variable)
            kind = kinds_by_variable().get(variable)
            if place is None and kind is not None and kind.base_url is not None:
                place = spot(
                    kind.id,
                    moved(kind.id, found, *profiles.values(), environ),
                    anthropic=kind.id == "anthropic",
                )
            if place is not None and not environ.get(variable):
                source = f"{_short(path, home)}, which sets {variable}"
                yield _of_variable(
                    Found(place.kind, place.id, (source,), base_url=place.base_url), variable, environ
                )


def _of_variable(found: Found, variable: str, environ: Mapping[str, str]) -> Found:
    found = replace(found, key=EnvKey(variable))
    if environ.get(variable):
        return found
    return replace(found, ready=False, remark=f"{variable} is not set here: start TrayUptime where it is")


def _merged(found: Iterable[Found]) -> list[Found]:
    """Each provider once: with the key that needs least, and all the places it was found at."""
    best: dict[tuple[str, str | None], Found] = {}
    for each in found:
        place = (each.kind, each.base_url)
        before = best.get(place)
        if before is None:
            best[place] = each
            continue
        sources = tuple(dict.fromkeys((*before.sources, *each.sources)))
        winner = each if _rank(each) < _rank(before) else before
        best[place] = replace(winner, sources=sources)
    return list(best.values())


def _rank(found: Found) -> tuple[bool, int]:
    order = (EnvKey, FileKey, KeyringKey, NoKey)
    return not found.ready, order.index(type(found.key))


def _is_closed(path: Path) -> bool:
    if sys.platform == "win32":
        return True
    try:
        facts = path.stat()
    except OSError:
        return False
    return facts.st_uid == os.geteuid() and not stat.S_IMODE(facts.st_mode) & 0o077


def _short(path: Path, home: Path) -> str:
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


_WORD = re.compile(r"[A-Za-z0-9-]{1,60}")
_MOST = 100
"""Providers of one file that are looked at."""
