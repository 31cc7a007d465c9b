import pytest

from report.lived import Vendor, lived


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Six weeks, lived once; only read."""
    vendor = lived(tmp_path_factory.mktemp("life") / "history.db")
    vendor.close()
    return vendor
