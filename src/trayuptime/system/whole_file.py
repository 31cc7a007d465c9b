"""A file that appears whole or not at all: written beside its place, then put there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A binary file to write, which takes the place of what was there when the block ends.

    It is on the disk by then. Where the block ends by an exception, what was there stays as it was. A killed
    process leaves its unfinished file beside it, hidden, with the ending `.part`. Through a symbolic link the
    file that it leads to is replaced; a device or a pipe is written as it is. Permissions are those that the
    umask leaves.

    Raises:
        OSError: it cannot be written.
    """
    real = Path(os.path.realpath(path))
    if real.exists() and not real.is_file():
        with real.open("wb") as out:
            yield out
        return
    unfinished = real.with_name(f".{real.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(real)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
