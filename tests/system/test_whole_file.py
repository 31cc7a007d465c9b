"""A file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from trayuptime.system.whole_file import whole_file


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_it_is_there_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with whole_file(path) as out:
        out.write(b"half")
        assert not path.exists()

    assert path.read_bytes() == b"half"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("interruption", [OSError, KeyboardInterrupt, SystemExit])
def test_what_was_there_stays_where_it_fails(tmp_path: Path, interruption: type[BaseException]) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"good")
    with suppress(interruption), whole_file(path) as out:
        out.write(b"half")
        raise interruption

    assert path.read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [path]


def test_its_permissions_are_those_that_the_umask_leaves(tmp_path: Path, usual_umask: None) -> None:
    with whole_file(tmp_path / "out"):
        pass

    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o640


def test_a_link_goes_on_leading_to_it(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "out", tmp_path / "link"
    link.symlink_to(target)
    with whole_file(link) as out:
        out.write(b"whole")

    assert link.is_symlink()
    assert target.read_bytes() == b"whole"


def test_a_device_is_written_and_not_replaced() -> None:
    with whole_file(Path(os.devnull)) as out:
        out.write(b"gone")

    assert Path(os.devnull).is_char_device()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), whole_file(tmp_path):
        pass
