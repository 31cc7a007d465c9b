import pytest

from hostile import Authority
from net.asking import NOW
from trayuptime.net.transport import Transport


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def transport() -> Transport:
    # Without SSL_CERT_FILE: reading a whole bundle for every test would take longer than most of them.
    return Transport(lambda: NOW, "TrayUptime/test", environ={})


@pytest.fixture(autouse=True)
def _no_proxy_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
