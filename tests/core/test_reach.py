import pytest

from trayuptime.core.model import Reach
from trayuptime.core.reach import reach_of


@pytest.mark.parametrize(
    ("host", "reach"),
    [
        ("localhost", Reach.LOOPBACK),
        ("LocalHost.", Reach.LOOPBACK),
        ("ollama.localhost", Reach.LOOPBACK),
        ("127.0.0.1", Reach.LOOPBACK),
        ("127.9.9.9", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("[::1]", Reach.LOOPBACK),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("0.0.0.0", Reach.LOOPBACK),
        ("10.1.2.3", Reach.PRIVATE),
        ("172.31.255.255", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("169.254.1.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("fd12::1", Reach.PRIVATE),
        ("fe80::1%eth0", Reach.PRIVATE),
        ("nas", Reach.PRIVATE),
        ("gpu.local", Reach.PRIVATE),
        ("gpu.lan", Reach.PRIVATE),
        ("gpu.internal", Reach.PRIVATE),
        ("gpu.home.arpa.", Reach.PRIVATE),
        ("172.32.0.1", Reach.INTERNET),
        ("100.128.0.1", Reach.INTERNET),
        ("8.8.8.8", Reach.INTERNET),
        ("2606:4700::1", Reach.INTERNET),
        ("api.deepseek.com", Reach.INTERNET),
        ("mylocalhost.com", Reach.INTERNET),
        ("xlocal", Reach.PRIVATE),
        ("notlan.example", Reach.INTERNET),
    ],
)
def test_a_name_tells_how_far_it_is(host: str, reach: Reach) -> None:
    assert reach_of(host, None) is reach


@pytest.mark.parametrize(
    ("host", "address", "reach"),
    [
        ("models.example.com", "10.0.0.5", Reach.PRIVATE),
        ("models.example.com", "127.0.0.1", Reach.INTERNET),  # a filter on this computer, not the vendor
        ("localhost", "192.0.2.1", Reach.INTERNET),
        ("nas", "93.184.216.34", Reach.INTERNET),
        ("gpu.local", "fe80::1%3", Reach.PRIVATE),
    ],
)
def test_the_address_decides_where_it_is_known(host: str, address: str, reach: Reach) -> None:
    assert reach_of(host, address) is reach
