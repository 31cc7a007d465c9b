from collections.abc import Iterator

import pytest

from desktop.vendors import Vendor, llmock


@pytest.fixture(autouse=True)
def _no_proxy_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.fixture(scope="module")
def running_llmock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vendor]:
    with llmock(tmp_path_factory.mktemp("llmock") / "log") as vendor:
        yield vendor


@pytest.fixture
def vendor(running_llmock: Vendor) -> Vendor:
    """A healthy llmock that has not been asked anything."""
    running_llmock.reset()
    return running_llmock
