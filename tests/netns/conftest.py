"""One `bed` for each test; where namespaces cannot be made, the tests fail and say what is needed."""

from collections.abc import Iterator

import pytest

from netns.bed import Bed, open_bed
from netns.namespaces import lacking


@pytest.fixture
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    # Not a skip: a machine that cannot run these tests has not passed them.
    if sentence := lacking():
        pytest.fail(sentence)
    with open_bed(tmp_path_factory.mktemp("bed")) as bed:
        yield bed
