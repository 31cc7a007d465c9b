import io
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from trayuptime.system.logs import FILE_BYTES, start_log

SECRET = "sk-very-secret"

_LOG = logging.getLogger("trayuptime.test")


def _redact(text: str) -> str:
    return text.replace(SECRET, "[redacted]")


@pytest.fixture(autouse=True)
def _levels_restored() -> Iterator[None]:
    loggers = [logging.getLogger(), logging.getLogger("trayuptime")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_a_record_is_one_line_with_its_time_in_utc(tmp_path: Path) -> None:
    with start_log(tmp_path / "t.log", _redact):
        _LOG.info("started %s", "well")

    line = (tmp_path / "t.log").read_text()
    assert line.endswith("Z INFO trayuptime.test: started well\n")
    assert line[10] == "T"


def test_no_secret_is_written_in_message_argument_or_traceback(tmp_path: Path) -> None:
    with start_log(tmp_path / "t.log", _redact):
        _LOG.warning("key %s", SECRET, stack_info=True)
        try:
            int(SECRET)
        except ValueError:
            _LOG.exception("failed with %s", SECRET)

    written = (tmp_path / "t.log").read_text()
    assert SECRET not in written
    assert written.count("[redacted]") == 3
    assert "ValueError: invalid literal for int() with base 10: '[redacted]'" in written


def test_of_other_libraries_only_warnings_are_kept(tmp_path: Path) -> None:
    with start_log(tmp_path / "t.log", _redact):
        logging.getLogger("httpx").info("HTTP Request: GET …")
        logging.getLogger("asyncio").warning("slow")
        _LOG.debug("too much")

    assert "asyncio: slow" in (tmp_path / "t.log").read_text()
    assert len((tmp_path / "t.log").read_text().splitlines()) == 1


def test_the_log_is_the_owners_alone_even_if_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "t.log"
    path.touch(0o644)

    with start_log(path, _redact):
        _LOG.info("x")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_keeps_three_files_of_a_megabyte(tmp_path: Path) -> None:
    with start_log(tmp_path / "t.log", _redact):
        for number in range(9):
            _LOG.info("%d %s", number, "x" * (FILE_BYTES // 2))

    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["t.log", "t.log.1", "t.log.2"]
    assert all(file.stat().st_size <= FILE_BYTES for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_an_unwritable_place_is_said_in_one_sentence_and_the_log_goes_on_redacted(tmp_path: Path) -> None:
    stderr = io.StringIO()

    with start_log(tmp_path / "missing" / "t.log", _redact, stderr=stderr) as log:
        _LOG.error("key %s", SECRET)

    assert log.path is None
    first, second = stderr.getvalue().splitlines()
    assert first.startswith("The log cannot be written to ")
    assert first.endswith("(No such file or directory); it goes here instead.")
    assert second.endswith("ERROR trayuptime.test: key [redacted]")


def test_a_full_disk_is_said_once_and_nothing_else_is(tmp_path: Path) -> None:
    stderr = io.StringIO()
    (tmp_path / "t.log").symlink_to("/dev/full")

    with start_log(tmp_path / "t.log", _redact, stderr=stderr):
        _LOG.error("key %s", SECRET)
        _LOG.error("key %s", SECRET)

    assert stderr.getvalue() == f"The log cannot be written to {tmp_path / 't.log'} any more.\n"


def test_a_closed_log_hears_nothing(tmp_path: Path) -> None:
    log = start_log(tmp_path / "t.log", _redact)
    log.close()
    log.close()

    _LOG.warning("late")

    assert (tmp_path / "t.log").read_text() == ""
