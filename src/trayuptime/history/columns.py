"""Columns of whole numbers as compressed bytes, and back.

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


class TornError(ValueError):
    """The bytes are not what was once written."""


def pack(columns: Sequence[Sequence[int]], level: int = 6) -> bytes:
    """The columns as bytes.

    Args:
        columns: each of numbers from 0 to 2**64 - 1, of any length.
        level: how much care zlib takes.
    """
    parts: list[bytes] = []
    for column in columns:
        most = max(column, default=0)
        code, width = next((code, width) for code, width in _WIDTHS if most < 1 << 8 * width)
        numbers = array(code, column)
        if sys.byteorder == "big":  # pragma: no cover - none of our machines
            numbers.byteswap()
        plain = numbers.tobytes()
        parts.append(_HEAD.pack(code.encode(), len(column)))
        parts += [plain[plane::width] for plane in range(width)]
    return zlib.compress(b"".join(parts), level)


def unpack(body: bytes) -> "list[array[int]]":
    """The columns again.

    Raises:
        TornError: the bytes are damaged.
    """
    try:
        plain = zlib.decompress(body)
        columns: list[array[int]] = []
        at = 0
        while at < len(plain):
            head, length = _HEAD.unpack_from(plain, at)
            code, width = _CODES[head]
            at += _HEAD.size
            together = bytearray(length * width)
            for plane in range(width):
                together[plane::width] = plain[at : at + length]
                at += length
            numbers = array(code, bytes(together))
            if sys.byteorder == "big":  # pragma: no cover - none of our machines
                numbers.byteswap()
            columns.append(numbers)
    except (zlib.error, struct.error, KeyError, ValueError) as error:
        raise TornError(f"packed columns are damaged: {error}") from error
    return columns
