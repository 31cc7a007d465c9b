"""A body read up to our limit, unpacked so carefully that a bomb stays small."""

import zlib

from trayuptime.core.evidence import Failure
from trayuptime.net.hop import Stop

BODY_LIMIT = 1024 * 1024
"""Bytes, after decompression; before it as well."""

KEPT_OVER_LIMIT = 4096
"""Bytes that are kept of a body that is too long."""

_GZIP = {"gzip", "x-gzip"}
_WINDOW_GZIP = 16 + zlib.MAX_WBITS


class Body:
    """Takes raw bytes as they come and holds at most `BODY_LIMIT` of what they mean."""

    def __init__(self, encoding: str) -> None:
        """Prepare for a `Content-Encoding`.

        Raises:
            Stop: nobody asked for that encoding.
        """
        self._held = bytearray()
        self._raw_bytes = 0
        self._encoding = encoding.strip().lower()
        self._unpack: zlib._Decompress | None = None
        if self._encoding not in {"", "identity", "deflate", *_GZIP}:
            raise Stop(
                Failure.MALFORMED, f"the answer has an encoding that was not asked for: {encoding[:40]}"
            )

    @property
    def content(self) -> bytes:
        """What has been taken so far."""
        return bytes(self._held)

    def take(self, raw: bytes) -> bytes:
        """Add the next raw bytes; returns what they mean.

        Raises:
            Stop: over the limit, or not what the encoding promised.
        """
        before = len(self._held)
        self._raw_bytes += len(raw)
        if self._encoding in {"", "identity"}:
            self._held += raw
        else:
            self._decompress(raw)
        if max(self._raw_bytes, len(self._held)) > BODY_LIMIT:
            del self._held[KEPT_OVER_LIMIT:]
            raise Stop(Failure.LIMIT, f"the answer is over {BODY_LIMIT // 1024 // 1024} MiB")
        return bytes(self._held[before:])

    def finish(self) -> None:
        """Check that nothing is missing.

        Raises:
            Stop: a compressed body that ends in its middle.
        """
        if self._unpack is not None and not self._unpack.eof:
            raise Stop(Failure.MALFORMED, "the compressed answer is incomplete")

    def _decompress(self, raw: bytes) -> None:
        try:
            while raw and len(self._held) <= BODY_LIMIT:
                if self._unpack is None:
                    self._unpack = zlib.decompressobj(self._window(raw))
                elif self._unpack.eof:
                    if self._encoding not in _GZIP or raw[0] != 0x1F:
                        return  # padding after the end means nothing
                    self._unpack = zlib.decompressobj(_WINDOW_GZIP)  # a further gzip member
                self._held += self._unpack.decompress(raw, BODY_LIMIT + 1 - len(self._held))
                raw = self._unpack.unused_data or self._unpack.unconsumed_tail
        except zlib.error:
            raise Stop(Failure.MALFORMED, f"the answer claims to be {self._encoding} but is not") from None

    def _window(self, first: bytes) -> int:
        if self._encoding in _GZIP:
            return _WINDOW_GZIP
        # "deflate" means zlib (RFC 9110), but some servers send the bare stream; a zlib header tells itself.
        return zlib.MAX_WBITS if first[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS
