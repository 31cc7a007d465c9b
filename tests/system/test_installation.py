"""Each installation asks at a time of its own, and keeps to it."""

from pathlib import Path

import pytest

from trayuptime.system.installation import SLOTS_S, offset_s


def test_an_installation_keeps_the_place_that_it_drew(tmp_path: Path) -> None:
    drawn = offset_s(tmp_path)

    assert 0 <= drawn < SLOTS_S
    assert offset_s(tmp_path) == drawn


def test_installations_differ_even_where_their_directories_are_called_alike(tmp_path: Path) -> None:
    drawn = set()
    for _ in range(20):
        (tmp_path / "offset").unlink(missing_ok=True)
        drawn.add(offset_s(tmp_path))

    assert len(drawn) > 10


@pytest.mark.parametrize("content", ["", "soon", "-1", "900", "nan", "1e999", "\xff"])
def test_what_is_no_place_is_drawn_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "offset").write_bytes(content.encode("latin-1"))

    drawn = offset_s(tmp_path)

    assert 0 <= drawn < SLOTS_S
    assert offset_s(tmp_path) == drawn


def test_where_nothing_can_be_kept_a_place_is_drawn_all_the_same(tmp_path: Path) -> None:
    assert 0 <= offset_s(tmp_path / "missing") < SLOTS_S
