"""`export`: the raw results and all that belongs to them, as lines, a table or Parquet."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from trayuptime.cli.common import CommandError, Exit, Place, has_history, need_known, warn
from trayuptime.cli.window import asked
from trayuptime.history import HistoryError, Reader
from trayuptime.runtime.export_formats import FORMATS, NoWriterError, told_by
from trayuptime.runtime.export_lines import recorded
from trayuptime.system.whole_file import whole_file


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Writes the window to a file or to standard output, in UTF-8 wherever that leads."""
    now = time.time_ns() // 1_000_000
    window = asked(args, now)
    path = None if args.output == Path("-") else args.output
    chosen = FORMATS[args.format or (path and told_by(path)) or "jsonl"]
    if path is None and not chosen.is_text and sys.stdout.isatty():
        raise CommandError("A terminal cannot show Parquet: name a file with -o, or pipe it on.")
    if not has_history(place):
        warn(f"There is no history yet at {place.home.history_path}: nothing to export.")
        return Exit.OK
    try:
        with Reader(place.home.history_path) as reader, reader.snapshot():
            if args.ids:
                need_known(args.ids, place, (key.provider for key in reader.known()))
            with _target(path) as out:
                chosen.write(recorded(reader, window, frozenset(args.ids), now), out)
    except (HistoryError, NoWriterError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandError(f"{path or 'The output'} cannot be written: {error.strerror or error}.") from error
    return Exit.OK


def _target(path: Path | None) -> AbstractContextManager[BinaryIO]:
    return _standard_output() if path is None else whole_file(path)


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
