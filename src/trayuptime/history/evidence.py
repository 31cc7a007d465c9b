"""What failures looked like: rows while they are recent, packed with the results they belong to later."""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import msgspec

from trayuptime.core.model import UNKNOWN_NETWORK, UNTIMED, Instant
from trayuptime.core.state import Settled
from trayuptime.history import rows
from trayuptime.history.columns import TornError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was kept of one failure.

    Attributes:
        excerpt: the first 2 kB of the answer, redacted; empty where it was the same again.
        request_id: the vendor's own name for the request.
        phases: how long each part took, in milliseconds.
        network: the facts of this computer's own network, those that were known.
    """

    excerpt: str
    request_id: str
    phases: dict[str, float | None]
    network: dict[str, Any]


class Story(NamedTuple):
    """What was kept of one result beside its numbers; `phases` and `network` are JSON."""

    at: Instant
    detail: str
    excerpt: str
    phases: str
    witness: str
    request_id: str
    network: str

    def as_evidence(self) -> Evidence:
        """For whoever explains."""
        return Evidence(self.excerpt, self.request_id, json.loads(self.phases), json.loads(self.network))

    def told_with(self, settled: Settled) -> Settled:
        """A result's numbers with all that was kept beside them."""
        result = replace(
            settled.result,
            detail=self.detail,
            excerpt=self.excerpt,
            request_id=self.request_id,
            phases=_read(self.phases, UNTIMED),
            network=_read(self.network, UNKNOWN_NETWORK),
        )
        return replace(settled, result=result, witness=self.witness)


def _read(text: str, nothing: _T) -> _T:
    """A value as JSON; nothing where it cannot be read, for what stands beside it is worth telling alone."""
    try:
        value = msgspec.json.decode(text, type=type(nothing))
    except msgspec.DecodeError:
        return nothing
    return nothing if value == nothing else value


def append(connection: sqlite3.Connection, surface: int, story: Story) -> None:
    """Writes it, within the caller's transaction; of two at one time the first stays."""
    connection.execute(
        "INSERT OR IGNORE INTO evidence (id, detail, excerpt, phases, witness, request_id, network)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (rows.pack_id(story.at, surface), *story[1:]),
    )


def recent(connection: sqlite3.Connection, since: Instant, until: Instant) -> list[tuple[int, Story]]:
    """Surfaces and stories that are still rows, in the order of time."""
    found = connection.execute(
        "SELECT id, detail, excerpt, phases, witness, request_id, network FROM evidence"
        " WHERE id >= ? AND id < ? ORDER BY id",
        (rows.pack_id(since, 0), rows.pack_id(until, 0)),
    )
    return [(row % rows.SURFACES, Story(row // rows.SURFACES, *rest)) for row, *rest in found]


def delete(connection: sqlite3.Connection, surface: int, stories: Iterable[Story]) -> None:
    """Deletes rows that lie elsewhere now, within the caller's transaction."""
    connection.executemany(
        "DELETE FROM evidence WHERE id = ?", [(rows.pack_id(story.at, surface),) for story in stories]
    )


def pack(stories: Iterable[Story]) -> bytes | None:
    """Stories as bytes, in the order of time, of two at one time the first; `None` for none."""
    found: dict[Instant, Story] = {}
    for story in stories:
        found.setdefault(story.at, story)
    if not found:
        return None
    text = json.dumps([found[at] for at in sorted(found)], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def unpack(body: bytes | None) -> Sequence[Story]:
    """The stories again.

    Raises:
        TornError: the bytes are damaged.
    """
    if body is None:
        return ()
    try:
        return [Story(*each) for each in json.loads(zlib.decompress(body))]
    except (zlib.error, ValueError, TypeError) as error:
        raise TornError(f"packed evidence is damaged: {error}") from error
