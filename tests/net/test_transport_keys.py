import pytest

import hostile
from hostile import Authority, Hostile
from net.asking import SECRET, ask, everyone_at, transport_with
from trayuptime.core.evidence import Failure
from trayuptime.net.resolve import Address
from trayuptime.net.transport import Transport


def test_a_key_is_not_sent_in_the_clear() -> None:
    with Hostile(hostile.json_ok) as server:
        transport = transport_with(everyone_at(("127.0.0.1", None)))
        seen = ask(transport, server.url(name="vendor.test"), secret_headers=SECRET)

    assert seen.failure is Failure.REFUSED_BY_US
    assert "vendor.test" in seen.failure_text
    assert server.connections == 0


def test_unless_the_user_allows_it() -> None:
    with Hostile(hostile.json_ok) as server:
        transport = transport_with(everyone_at(("127.0.0.1", None)))
        seen = ask(transport, server.url(name="vendor.test"), secret_headers=SECRET, allow_http=True)

    assert seen.status == 200
    assert server.requests[0].headers["authorization"] == SECRET["Authorization"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "ollama.localhost"])
def test_this_computer_may_have_it_in_the_clear(name: str) -> None:
    with Hostile(hostile.json_ok) as server:
        transport = transport_with(everyone_at(("127.0.0.1", None)))
        seen = ask(transport, server.url(name=name), secret_headers=SECRET)

    assert seen.status == 200


@pytest.mark.parametrize("places", [[("192.0.2.1", None)], [("127.0.0.1", None), ("192.0.2.1", None)]])
def test_a_localhost_that_is_elsewhere_gets_nothing(places: list[tuple[str, int | None]]) -> None:
    """192.0.2.0/24 is for documentation; the refusal comes before anything is sent there."""
    with Hostile(hostile.json_ok) as server:
        transport = transport_with(everyone_at(*places))
        seen = ask(transport, server.url(name="localhost"), secret_headers=SECRET)

    assert seen.failure is Failure.REFUSED_BY_US
    assert server.connections == 0


def test_a_private_network_is_not_this_computer(transport: Transport) -> None:
    seen = ask(transport, "http://192.168.0.7:11434/", secret_headers=SECRET)

    assert seen.failure is Failure.REFUSED_BY_US


def test_the_key_follows_its_host_from_http_to_https(authority: Authority) -> None:
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as safe,
        Hostile(hostile.redirect("https://vendor.test/v1")) as plain,
    ):

        def lookup(host: str, port: int) -> list[Address]:
            return list(everyone_at(("127.0.0.1", {80: plain.port, 443: safe.port}[port]))(host, port))

        seen = ask(
            transport_with(lookup),
            "http://vendor.test/v1",
            secret_headers=SECRET,
            allow_http=True,
            ca_bundle=str(authority.bundle),
        )

    assert (seen.status, seen.redirected_to) == (200, None)
    assert safe.requests[0].headers["authorization"] == SECRET["Authorization"]


def test_but_never_back_from_https_to_http(authority: Authority) -> None:
    with (
        Hostile(hostile.json_ok) as plain,
        Hostile(hostile.redirect("http://vendor.test/v1"), tls=authority.certify(["vendor.test"])) as safe,
    ):

        def lookup(host: str, port: int) -> list[Address]:
            return list(everyone_at(("127.0.0.1", {80: plain.port, 443: safe.port}[port]))(host, port))

        seen = ask(
            transport_with(lookup),
            "https://vendor.test/v1",
            secret_headers=SECRET,
            allow_http=True,
            ca_bundle=str(authority.bundle),
        )

    assert (seen.status, seen.redirected_to) == (302, "http://vendor.test:80")
    assert plain.connections == 0
