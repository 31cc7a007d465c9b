"""Surfaces by their numbers, and a result in its place as a value again."""

import sqlite3
from typing import NamedTuple

from trayuptime.core.model import Instant, Key, Reach, Result, Surface
from trayuptime.core.state import Settled
from trayuptime.history import grains
from trayuptime.history.grains import Grain

SURFACES = 1024
"""How many surfaces a packed number can tell apart."""


class Place(NamedTuple):
    """A surface, and where it was asked last."""

    key: Key
    host: str
    reach: Reach


def pack_id(at: Instant, surface: int) -> int:
    """A number ordered by time, then by surface."""
    return at * SURFACES + surface


def unpack_id(row: int) -> tuple[Instant, int]:
    """Time and surface of a packed number."""
    return divmod(row, SURFACES)


def places(connection: sqlite3.Connection) -> dict[int, Place]:
    """Every surface, by its number.

    Raises:
        ValueError: the file holds a word that this version does not know.
    """
    found = connection.execute("SELECT id, provider, surface, host, reach FROM surface ORDER BY id")
    return {
        number: Place(Key(provider, Surface(surface)), host, Reach(reach))
        for number, provider, surface, host, reach in found
    }


def settled_of(place: Place, grain: Grain) -> Settled:
    """A result of a surface as it was settled, without what was kept beside its numbers."""
    at, code, latency, status, interval_ms = grain
    result = Result(
        at=at,
        provider=place.key.provider,
        surface=place.key.surface,
        reason=grains.reason_of(code),
        level=grains.level_of(code),
        latency_ms=grains.latency_ms(latency),
        http_status=status or None,
        host=place.host,
        reach=place.reach,
        interval_s=interval_ms / 1000,
    )
    return Settled(result, proven=grains.is_proven(code), counted=grains.is_counted(code))


def key_of(provider: str | None, surface: str | None) -> Key | None:
    """The surface that two columns name; `None` where both are empty."""
    return None if provider is None or surface is None else Key(provider, Surface(surface))


def number_of(connection: sqlite3.Connection, key: Key) -> int | None:
    """The surface's number in this file; `None` where it has no result yet."""
    words = (key.provider, key.surface.value)
    row = connection.execute("SELECT id FROM surface WHERE provider = ? AND surface = ?", words).fetchone()
    return None if row is None else int(row[0])


def numbers_beside(connection: sqlite3.Connection, key: Key) -> tuple[int, ...]:
    """The number of a surface, and those of the others at its host; none where it has no result yet."""
    found = connection.execute(
        "SELECT other.id FROM surface one JOIN surface other"
        " ON other.id = one.id OR (other.host = one.host AND one.host != '')"
        " WHERE one.provider = ? AND one.surface = ?",
        (key.provider, key.surface.value),
    )
    return tuple(number for (number,) in found)
