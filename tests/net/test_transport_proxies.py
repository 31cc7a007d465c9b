import base64
import socket
import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

import hostile
from hostile import Authority, Hostile
from net.asking import SECRET, SOON_S, ask, everyone_at, run, transport_with
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach
from trayuptime.net.resolve import Address
from trayuptime.net.transport import Transport

HERE = everyone_at(("127.0.0.1", None))


def test_a_tunnel_keeps_the_vendors_word_authentic(transport: Transport, authority: Authority) -> None:
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as vendor,
        Hostile(hostile.connect_proxy) as proxy,
    ):
        seen = ask(
            transport,
            vendor.url("/v1", name="vendor.test"),
            proxy=proxy.url(),
            ca_bundle=str(authority.bundle),
            secret_headers=SECRET,
        )

    assert (seen.status, seen.authentic, seen.network.proxy is not None) == (200, True, True)
    assert seen.reach is Reach.INTERNET  # the name's, for the address is the proxy's
    assert vendor.requests[0].headers["authorization"] == SECRET["Authorization"]
    assert "authorization" not in proxy.requests[0].headers
    assert proxy.requests[0].target == f"vendor.test:{vendor.port}"


def test_a_proxy_may_itself_be_spoken_to_over_tls(authority: Authority) -> None:
    transport = transport_with(HERE, environ={"SSL_CERT_FILE": str(authority.bundle)})
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as vendor,
        Hostile(hostile.connect_proxy, tls=authority.certify(["proxy.test"])) as proxy,
    ):
        seen = ask(transport, vendor.url(name="vendor.test"), proxy=proxy.url(name="proxy.test"))

    assert (seen.status, seen.authentic) == (200, True)


def test_plain_http_through_a_proxy_is_anybodys_word(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as proxy:
        seen = ask(transport, "http://vendor.test/page", proxy=proxy.url())

    assert (seen.status, seen.authentic, seen.network.proxy is not None) == (200, False, True)
    assert proxy.requests[0].target == "http://vendor.test/page"


def test_the_proxys_password_goes_to_the_proxy_and_into_no_text(transport: Transport) -> None:
    with Hostile(hostile.answer("407 Proxy Authentication Required")) as proxy:
        seen = ask(transport, "https://vendor.test/", proxy=proxy.url().replace("://", "://me:p%40ssw0rd@"))

    assert seen.failure is Failure.PROXY
    assert "407" in seen.failure_text
    assert "ssw0rd" not in seen.failure_text
    expected = base64.b64encode(b"me:p@ssw0rd").decode()
    assert proxy.requests[0].headers["proxy-authorization"] == f"Basic {expected}"


@pytest.mark.parametrize(
    "behaviour",
    [
        hostile.reset,
        hostile.close_unanswered,
        hostile.not_http,
        hostile.answer("502 Bad Gateway"),
        hostile.hang,
    ],
)
def test_a_proxy_that_fails_says_nothing_about_the_vendor(
    transport: Transport, behaviour: hostile.Behaviour
) -> None:
    with Hostile(behaviour) as proxy:
        seen = ask(transport, "https://vendor.test/", proxy=proxy.url(), timeout_s=SOON_S)

    assert (seen.failure, seen.status) == (Failure.PROXY, None)
    assert f"the proxy 127.0.0.1:{proxy.port}" in seen.failure_text


def test_a_proxy_that_is_not_there_is_a_proxy_failure(transport: Transport) -> None:
    port = hostile.closed_port()

    seen = ask(transport, "https://vendor.test/", proxy=f"http://127.0.0.1:{port}")

    assert seen.failure is Failure.PROXY
    assert "refused" in seen.failure_text


@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h"])
def test_a_proxy_that_refuses_or_has_no_address_is_never_the_vendors_refusal(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    def nowhere(_host: str, _port: int) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "?")

    if scheme.startswith("socks"):
        monkeypatch.setitem(sys.modules, "socksio", _socksio())
    port = hostile.closed_port()
    refused = ask(transport_with(HERE), "https://vendor.test/", proxy=f"{scheme}://proxy.test:{port}")
    nameless = ask(transport_with(nowhere), "https://vendor.test/", proxy=f"{scheme}://proxy.test:{port}")

    for seen, words in ((refused, "refused the connection"), (nameless, "no address is known")):
        assert (seen.failure, seen.network.proxy is not None, seen.cut_off) == (Failure.PROXY, True, False)
        assert seen.failure_text.startswith(f"the proxy proxy.test:{port} failed: ")
        assert words in seen.failure_text
        assert "vendor.test" not in seen.failure_text
        assert seen.network.proxy == f"proxy.test:{port}"
    assert (refused.network.peer_address, nameless.network.peer_address) == ("127.0.0.1", None)


def _socksio() -> ModuleType:
    """What httpcore needs of it before a SOCKS proxy is even connected."""
    module = ModuleType("socksio")
    module.SOCKSError = type("SOCKSError", (Exception,), {})  # type: ignore[attr-defined] # a module of ours
    return module


def test_a_bad_certificate_behind_a_proxy_is_the_vendors(transport: Transport, authority: Authority) -> None:
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["other.test"])) as vendor,
        Hostile(hostile.connect_proxy) as proxy,
    ):
        seen = ask(
            transport,
            vendor.url(name="vendor.test"),
            proxy=proxy.url(),
            ca_bundle=str(authority.bundle),
        )

    assert seen.failure is Failure.TLS
    assert "vendor.test" in seen.failure_text


def test_a_proxy_that_opens_tls_is_never_the_vendors_failure(
    transport: Transport, authority: Authority
) -> None:
    """It answers CONNECT well, and shows a certificate of its own."""
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as opened,
        Hostile(hostile.connect_proxy) as proxy,
    ):
        seen = ask(transport, opened.url(name="vendor.test"), proxy=proxy.url())

    assert (seen.failure, seen.status) == (Failure.PROXY, None)
    assert "was issued by Hostile Test Authority" in seen.failure_text
    assert "ca_bundle" in seen.failure_text


def test_a_proxys_own_tls_may_be_vouched_for_by_the_users_bundle(
    transport: Transport, authority: Authority
) -> None:
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as vendor,
        Hostile(hostile.connect_proxy, tls=authority.certify(["127.0.0.1"])) as proxy,
    ):
        url = vendor.url(name="vendor.test")
        seen = ask(transport, url, proxy=proxy.url(), ca_bundle=str(authority.bundle))

    assert seen.status == 200


def test_this_computer_is_never_asked_through_a_proxy(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server, Hostile(hostile.json_ok) as proxy:
        seen = ask(transport, server.url(name="localhost"), proxy=proxy.url())

    assert (seen.status, seen.network.proxy is not None) == (200, False)
    assert proxy.connections == 0


def test_auto_means_the_environment_until_it_is_renewed(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hostile(hostile.json_ok) as old, Hostile(hostile.json_ok) as new:
        monkeypatch.setenv("http_proxy", f"127.0.0.1:{old.port}")
        ask(transport, "http://vendor.test/")
        monkeypatch.setenv("http_proxy", new.url())
        ask(transport, "http://vendor.test/")
        run(transport.renew())
        ask(transport, "http://vendor.test/")

    assert (len(old.requests), len(new.requests)) == (2, 1)


def test_the_environment_may_spare_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    with Hostile(hostile.json_ok) as server, Hostile(hostile.json_ok) as proxy:
        monkeypatch.setenv("all_proxy", proxy.url())
        monkeypatch.setenv("no_proxy", ".vendor.test")
        spared = ask(transport_with(HERE), server.url(name="api.vendor.test"))
        proxied = ask(transport_with(HERE), server.url(name="api.other.test"))

    assert (spared.network.proxy is not None, proxied.network.proxy is not None) == (False, True)


def test_none_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with Hostile(hostile.json_ok) as server, Hostile(hostile.json_ok) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url())
        seen = ask(transport_with(HERE), server.url(name="vendor.test"), proxy="none")

    assert seen.status == 200
    assert proxy.connections == 0


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks5://127.0.0.1:1080", "socksio"),
        ("socks://127.0.0.1:1080", "socksio"),
        ("socks4://127.0.0.1:1080", "not supported: socks4"),
        ("http://", "not valid"),
        ("http://[broken", "not valid"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_value(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, proxy: str, words: str
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)  # as if it were not installed

    seen = ask(transport, "https://vendor.test/", proxy=proxy)

    assert seen.failure is Failure.PROXY
    assert words in seen.failure_text
