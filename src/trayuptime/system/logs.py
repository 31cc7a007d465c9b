"""The rotating log: closed to others, every line of it redacted, tracebacks too."""

import logging
import logging.handlers
import os
import stat
import sys
import time
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

Redact = Callable[[str], str]
"""Returns the text with every secret replaced. Called for each line: it may know more secrets each time."""

FILE_BYTES = 1_000_000
OLD_FILES = 2


class Log:
    """The log while it is kept; `path` is `None` where it goes to the standard error stream instead."""

    def __init__(self, handler: logging.Handler, path: Path | None) -> None:
        self.path = path
        self._handler = handler

    def close(self) -> None:
        """Stops keeping it; may be called again."""
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_log(path: Path, redact: Redact, *, level: int = logging.INFO, stderr: TextIO | None = None) -> Log:
    """Keeps what is logged from now on: ours from `level` on, other libraries' warnings.

    A log that cannot be written never stops the program: it says so in one sentence and goes to `stderr`.

    Args:
        path: of the newest file, at most 1 MB; two older ones stand beside it.
        redact: applied to each finished text.
        level: the least of our own records to keep.
        stderr: where to go instead; `None` for the process's own, which a windowed program may lack.
    """
    fallback = stderr or sys.stderr
    kept: Path | None = path
    handler: logging.Handler
    try:
        handler = _PrivateFiles(path, fallback)
    except OSError as error:
        _say(fallback, f"The log cannot be written to {path} ({error.strerror}); it goes here instead.")
        kept = None
        handler = logging.StreamHandler(fallback) if fallback else logging.NullHandler()
    handler.setFormatter(_RedactingFormatter(redact))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("trayuptime").setLevel(level)
    return Log(handler, kept)


class _RedactingFormatter(logging.Formatter):
    """Redacts the whole finished text: message, arguments, traceback and stack alike."""

    converter = staticmethod(time.gmtime)

    def __init__(self, redact: Redact) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%S"
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _PrivateFiles(logging.handlers.RotatingFileHandler):
    def __init__(self, path: Path, fallback: TextIO | None) -> None:
        self._fallback = fallback
        self._complained = False
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        opened = open(self.baseFilename, "a", encoding="utf-8", opener=_owner_only)  # noqa: SIM115 - the handler closes it
        if sys.platform != "win32" and stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            os.fchmod(opened.fileno(), 0o600)  # it may be older than this rule
        return opened

    def close(self) -> None:
        try:
            super().close()
        except OSError:  # what is left cannot be written either
            self._complain()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the library's name
        """A full disk must not fill the other stream as well, nor show there what was not redacted."""
        self._complain()

    def _complain(self) -> None:
        if not self._complained:
            self._complained = True
            _say(self._fallback, f"The log cannot be written to {self.baseFilename} any more.")


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _say(stream: TextIO | None, sentence: str) -> None:
    if stream:
        stream.write(sentence + "\n")
        stream.flush()
