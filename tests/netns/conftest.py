"""One `bed` for each test."""

from collections.abc import Iterator

import pytest

from netns.bed import Bed, open_bed


@pytest.fixture
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A small internet, and a laptop in it whose home is empty."""
    with open_bed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed
