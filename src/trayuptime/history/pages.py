"""A SQLite file page by page, past what is damaged: https://sqlite.org/fileformat2.html, read 2026-11-26.

SQLite gives up a table at its first bad page, and with an inner page every row below it. Here each page is
looked at by itself, and nothing is ever written, not even the log folded in.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

Value = int | float | str | bytes | None
"""What a column may hold."""

INNER, LEAF, INNER_INDEX, LEAF_INDEX = 0x05, 0x0D, 0x02, 0x0A
_MAGIC = b"SQLite format 3\x00"
_USUAL_SIZE = 4096
"""Of a page where the header is gone."""
_SIZES = frozenset(1 << bits for bits in range(9, 17))
_LOG_MAGIC = 0x377F0682
"""The last bit says that the checksums are of big-endian words."""


class Row(NamedTuple):
    """One row as it lies there: a column that was added later is missing, `INTEGER PRIMARY KEY` is `None`."""

    rowid: int
    values: tuple[Value, ...]


@dataclass(slots=True)
class Tree:
    """What was found of a table or an index, from its root down.

    Attributes:
        leaves: the pages of its rows, by rowid.
        bad: pages that it names and that are not what they should be.
        orphaning: one of them may have been an inner page, so that pages below it hang in the air.
    """

    leaves: list[int] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    orphaning: bool = False


class Pages:
    """The pages of a file and of its log; close it."""

    def __init__(self, path: Path) -> None:
        """Opens it.

        Raises:
            OSError: it cannot be opened or read.
        """
        self._file = path.open("rb", buffering=0)
        log = path.with_name(f"{path.name}-wal")
        self._log = log.open("rb", buffering=0) if log.exists() else None
        self._logged: dict[int, int] = {}
        try:
            header = self._file.read(100)
            self.sound = header.startswith(_MAGIC)
            size = int.from_bytes(header[16:18], "big")
            self.size = 65_536 if size == 1 else size
            if not self.sound or self.size not in _SIZES:
                self.sound, self.size = False, _USUAL_SIZE
            self._file.seek(0, 2)
            self.count = -(-self._file.tell() // self.size)
            self._read_log()
        except OSError:
            self.close()
            raise
        header = self.page(1)[:100]
        self.sound = header.startswith(_MAGIC) and len(header) == 100
        self.usable = self.size - (header[20] if self.sound else 0)
        self.version = int.from_bytes(header[60:64], "big") if self.sound else 0

    def close(self) -> None:
        """Lets go of the files."""
        self._file.close()
        if self._log is not None:
            self._log.close()

    def page(self, number: int) -> bytes:
        """A page as of the last commit; less or nothing where the file ends before."""
        if not 0 < number <= self.count:
            return b""
        try:
            if self._log is not None and number in self._logged:
                self._log.seek(self._logged[number])
                return self._log.read(self.size)
            self._file.seek((number - 1) * self.size)
            return self._file.read(self.size)
        except OSError:  # the disk itself cannot read it
            return b""

    def kind(self, number: int) -> int:
        """`INNER`, `LEAF` or what else the page says that it is; -1 for no page."""
        place = (number - 1) * self.size + _start(number)
        if not 0 < number <= self.count:
            return -1
        if number in self._logged:
            return self.page(number)[_start(number)]
        try:
            self._file.seek(place)
            found = self._file.read(1)
        except OSError:
            return -1
        return found[0] if found else -1

    def walk(self, root: int, seen: set[int]) -> Tree:
        """The pages of a table from its root, in order; what was `seen` already is taken for bad."""
        tree = Tree()
        self._descend(root, tree, seen, INNER, LEAF)
        return tree

    def walk_index(self, root: int, seen: set[int]) -> Tree:
        """As `walk`; its `leaves` are all pages with entries."""
        tree = Tree()
        self._descend(root, tree, seen, INNER_INDEX, LEAF_INDEX)
        return tree

    def free(self) -> set[int]:
        """Pages that are free, which may hold rows that were deleted."""
        trunk, found = (int.from_bytes(self.page(1)[32:36], "big") if self.sound else 0), set[int]()
        while trunk and trunk not in found and len(page := self.page(trunk)) == self.size:
            found.add(trunk)
            trunk, count = struct.unpack_from(">II", page)
            found.update(struct.unpack_from(f">{min(count, self.size // 4 - 2)}I", page, 8))
        return found

    def children(self, number: int) -> list[int]:
        """The pages below an inner page, in order."""
        page = self.page(number)
        found = [int.from_bytes(page[cell : cell + 4], "big") for cell in _cells(page, number, 12)]
        last = _start(number) + 8
        return [*found, int.from_bytes(page[last : last + 4], "big")]

    def rows(self, number: int) -> Iterator[Row | None]:
        """The rows of a leaf; `None` for each that cannot be read."""
        page, last = self.page(number), None
        for cell in _cells(page, number, 8):
            try:
                length, at = _varint(page, cell)
                rowid, at = _varint(page, at)
                rowid -= (rowid >> 63) << 64
                row = Row(rowid, _record(self._payload(page, at, length, self.usable - 35)))
            except (ValueError, IndexError, struct.error):
                yield None
                continue
            # Sorted, or it is garbage that looks like a row.
            yield row if last is None or rowid > last else None
            last = rowid

    def entries(self, number: int) -> Iterator[tuple[Value, ...]]:
        """The entries of an index's page, those that can be read: its columns, then the rowid."""
        page = self.page(number)
        inner = self.kind(number) == INNER_INDEX
        for cell in _cells(page, number, 12 if inner else 8):
            try:
                length, at = _varint(page, cell + 4 if inner else cell)
                most = (self.usable - 12) * 64 // 255 - 23
                yield _record(self._payload(page, at, length, most))
            except (ValueError, IndexError, struct.error):
                continue

    def _descend(self, root: int, tree: Tree, seen: set[int], inner: int, leaf: int) -> None:
        waiting = [(root, True)]  # with whether it may be an inner page
        while waiting:
            number, unknown = waiting.pop()
            kind = -1 if number in seen else self.kind(number)
            if kind == leaf:
                tree.leaves.append(number)
            elif kind == inner:
                children = self.children(number)
                kinds = [self.kind(child) for child in children]
                # All leaves are of one depth: beside a leaf, what is bad was one too.
                may_be_inner = leaf not in kinds
                waiting += [(child, may_be_inner) for child in reversed(children)]
                if inner == INNER_INDEX:
                    tree.leaves.append(number)
            else:
                tree.bad.append(number)
                tree.orphaning |= unknown
                continue
            seen.add(number)

    def _payload(self, page: bytes, at: int, length: int, most: int) -> bytes:
        """What a cell holds, with what of it lies on pages of its own.

        Raises:
            ValueError: not all of it is there.
        """
        if length > self.count * self.size:
            raise ValueError("longer than the file")
        if length <= most:
            local = length
        else:
            least = (self.usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (self.usable - 4)
            local = local if local <= most else least
        parts, left = [page[at : at + local]], length - local
        following = int.from_bytes(page[at + local : at + local + 4], "big") if left else 0
        while left > 0:
            more = self.page(following)
            if len(more) != self.size:
                raise ValueError("its end is missing")
            parts.append(more[4 : 4 + min(left, self.usable - 4)])
            left -= len(parts[-1])
            following = int.from_bytes(more[:4], "big")
        if following:
            raise ValueError("it does not end where it should")
        payload = b"".join(parts)
        if len(payload) != length:
            raise ValueError("cut off")
        return payload

    def _read_log(self) -> None:
        """Notes where in the log the newest committed state of each page lies.

        A frame that was damaged itself is passed over: the next one is checked from what this one says.
        """
        if self._log is None:
            return
        header = self._log.read(32)
        if len(header) < 32:
            return
        magic, _, size, _, salt, sums = struct.unpack(">IIII8s8s", header)
        if magic & ~1 != _LOG_MAGIC or size not in _SIZES or (self.sound and size != self.size):
            return
        if not self.sound:
            self.count = -(-self.count * self.size // size)
            self.size = size
        words = f"{'>' if magic & 1 else '<'}{{}}I"
        waiting: dict[int, int] = {}
        while len(frame := self._log.read(24)) == 24:
            number, pages, salted, after = struct.unpack(">II8s8s", frame)
            at = self._log.tell()
            page = self._log.read(size)
            if len(page) < size:
                return
            if salted == salt and _checksum(words, sums, frame[:8] + page) == after:
                waiting[number] = at
                if pages:  # a commit
                    self._logged |= waiting
                    self.count = max(pages, 1)
                    waiting.clear()
            elif salted != salt and salted[:4] != salt[:4]:
                return  # of an earlier round
            sums = after


def _start(number: int) -> int:
    """Where a page's own header begins: the first has the file's before it."""
    return 100 if number == 1 else 0


def _cells(page: bytes, number: int, header: int) -> Iterable[int]:
    """Where the cells of a page begin, those that can be."""
    start = _start(number)
    if len(page) < start + header:
        return ()
    first = start + header
    count = min(int.from_bytes(page[start + 3 : start + 5], "big"), (len(page) - first) // 2)
    found = struct.unpack_from(f">{count}H", page, first)
    return [cell for cell in found if first + 2 * count <= cell < len(page)]


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = page[at]
    if value < 0x80:
        return value, at + 1
    value &= 0x7F
    for place in range(at + 1, at + 8):
        byte = page[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    return value << 8 | page[at + 8], at + 9


_WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def _record(payload: bytes) -> tuple[Value, ...]:
    """The values of a record.

    Raises:
        ValueError: it is none; `IndexError` too.
    """
    end, at = _varint(payload, 0)
    place, values = end, list[Value]()
    while at < end:
        kind = payload[at]
        if kind < 0x80:
            at += 1
        else:
            kind, at = _varint(payload, at)
        if kind >= 12:
            width = (kind - 12) >> 1
            part = payload[place : place + width]
            values.append(part.decode() if kind & 1 else part)
        elif kind in {10, 11}:
            raise ValueError("no kind of value")
        else:
            width = _WIDTHS[kind]
            part = payload[place : place + width]
            if kind == 0:
                values.append(None)
            elif kind == 7:
                values.append(struct.unpack(">d", part)[0])
            else:
                values.append(kind - 8 if kind >= 8 else int.from_bytes(part, "big", signed=True))
        place += width
    if at != end or place != len(payload):
        raise ValueError("not as long as it says")
    return tuple(values)


def _checksum(words: str, before: bytes, content: bytes) -> bytes:
    one, two = struct.unpack(">II", before)
    found = struct.unpack(words.format(len(content) // 4), content)
    for first, second in zip(found[::2], found[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return struct.pack(">II", one, two)
