"""Columns of whole numbers as bytes, compressed or as they are, and back.

Each column takes the fewest bytes a number that its largest one needs, and its bytes lie in planes, all
lowest ones first: the upper planes of real columns hardly change, and compress to next to nothing. zlib's
checksum tells damage.
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Sequence

_HEAD = struct.Struct("<cI")
_WIDTHS = (("B", 1), ("H", 2), ("I", 4), ("Q", 8))
_CODES = {code.encode(): (code, width) for code, width in _WIDTHS}
_LEADING_BYTES = 512
_NARROWEST = tuple(
    next((code, code.encode(), width) for code, width in _WIDTHS if bits <= 8 * width) for bits in range(65)
)
"""By how many bits the largest number of a column has."""


class TornError(ValueError):
    """The bytes are not what was once written."""


def pack(columns: Sequence[Sequence[int]], level: int = 6) -> bytes:
    """The columns as compressed bytes.

    Args:
        columns: each of numbers from 0 to 2**64 - 1, of any length.
        level: how much care zlib takes.
    """
    return zlib.compress(lay(columns), level)


def unpack(body: bytes) -> "list[array[int]]":
    """The columns again.

    Raises:
        TornError: the bytes are damaged.
    """
    try:
        plain = zlib.decompress(body)
    except zlib.error as error:
        raise TornError(f"packed columns are damaged: {error}") from error
    return read(plain)


def leading(body: bytes, count: int) -> "list[array[int]]":
    """The first columns alone, for a fraction of the time; that others are damaged goes unseen.

    Raises:
        TornError: the bytes are damaged.
    """
    try:
        plain = zlib.decompressobj().decompress(body, _LEADING_BYTES)
        at = 0
        for _ in range(count):
            head, length = _HEAD.unpack_from(plain, at)
            at += _HEAD.size + length * _CODES[head][1]
        return read(plain[:at])
    except (zlib.error, struct.error, KeyError, TornError):  # damaged, or longer than these mostly are
        return unpack(body)[:count]


def lay(columns: Sequence[Sequence[int]]) -> bytes:
    """The columns as bytes, uncompressed and without a checksum."""
    parts: list[bytes] = []
    for column in columns:
        code, head, width = _NARROWEST[max(column, default=0).bit_length()]
        plain = column if isinstance(column, bytes) else _bytes_of(code, column)
        parts.append(_HEAD.pack(head, len(column)))
        parts += [plain[plane::width] for plane in range(width)] if width > 1 else [plain]
    return b"".join(parts)


def read(plain: bytes) -> "list[array[int]]":
    """What was laid out, again.

    Raises:
        TornError: it is of another length than it says.
    """
    try:
        columns: list[array[int]] = []
        at = 0
        while at < len(plain):
            head, length = _HEAD.unpack_from(plain, at)
            code, width = _CODES[head]
            at += _HEAD.size
            laid = plain[at : at + length * width]
            at += length * width
            if len(laid) < length * width:
                raise TornError("packed columns are damaged: they end too early")
            if width > 1:
                together = bytearray(length * width)
                for plane in range(width):
                    together[plane::width] = laid[plane * length : (plane + 1) * length]
                laid = bytes(together)
            numbers = array(code, laid)
            if sys.byteorder == "big":  # pragma: no cover - none of our machines
                numbers.byteswap()
            columns.append(numbers)
    except (struct.error, KeyError) as error:
        raise TornError(f"packed columns are damaged: {error}") from error
    return columns


def _bytes_of(code: str, column: Sequence[int]) -> bytes:
    numbers = array(code, column)
    if sys.byteorder == "big":  # pragma: no cover - none of our machines
        numbers.byteswap()
    return numbers.tobytes()
