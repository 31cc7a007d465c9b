import datetime as dt
import ssl
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

import hostile
from hostile import Authority, Hostile
from net.asking import SOON_S, ask, everyone_at, transport_with
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach
from trayuptime.net.tls import Contexts, store_of
from trayuptime.net.transport import Transport


def test_a_verified_answer_is_authentic_and_its_handshake_is_timed(
    transport: Transport, authority: Authority
) -> None:
    with Hostile(hostile.json_ok, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url(), ca_bundle=str(authority.bundle))

    assert (seen.status, seen.body, seen.authentic) == (200, hostile.OK_BODY, True)
    assert seen.phases.tls_ms is not None
    assert seen.phases.tls_ms > 0


@pytest.mark.parametrize("behaviour", [hostile.gzip_bomb, hostile.endless_body, hostile.huge_headers(70_000)])
def test_limits_hold_inside_tls(
    transport: Transport, authority: Authority, behaviour: hostile.Behaviour
) -> None:
    with Hostile(behaviour, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url(), ca_bundle=str(authority.bundle))

    assert (seen.failure, seen.status) == (Failure.LIMIT, 200)


def test_a_cut_inside_tls_is_a_reset(transport: Transport, authority: Authority) -> None:
    with Hostile(hostile.cut_body, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url(), ca_bundle=str(authority.bundle))

    assert (seen.failure, seen.status) == (Failure.RESET, 200)


@pytest.mark.parametrize("behaviour", [hostile.reset, hostile.reset_after_request])
def test_a_reset_after_the_handshake_is_no_failure_of_tls(
    transport: Transport, authority: Authority, behaviour: hostile.Behaviour
) -> None:
    with Hostile(behaviour, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url(), ca_bundle=str(authority.bundle))

    assert (seen.failure, seen.status) == (Failure.RESET, None)


def test_a_certificate_of_nobody_we_know_is_not_accepted(transport: Transport, authority: Authority) -> None:
    with Hostile(hostile.json_ok, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, seen.status, seen.authentic) == (Failure.TLS, None, False)
    assert seen.failure_text == (
        "the certificate of 127.0.0.1 was issued by Hostile Test Authority, whom this computer does not"
        " trust; a proxy or antivirus that inspects traffic may stand in between: if so, name its"
        " certificates as ca_bundle"
    )
    assert server.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_who_issued_it_is_known_in_every_version_of_tls(
    transport: Transport, authority: Authority, version: ssl.TLSVersion
) -> None:
    context = transport._contexts.get(None)
    context.maximum_version = version
    with Hostile(hostile.json_ok, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url())

    assert "Hostile Test Authority" in seen.failure_text


def test_a_certificate_for_somebody_else_is_not_accepted(authority: Authority) -> None:
    with Hostile(hostile.json_ok, tls=authority.certify(["other.test"])) as server:
        transport = transport_with(everyone_at(("127.0.0.1", None)))
        seen = ask(transport, server.url(name="vendor.test"), ca_bundle=str(authority.bundle))

    assert seen.failure is Failure.TLS
    assert seen.failure_text == "the certificate of vendor.test is made out to another host"
    assert server.requests == []


CLOCK = "; is this computer's clock right?"


@pytest.mark.parametrize(
    ("days", "says", "asks_for_the_clock"),
    [
        ((-3, -2), "expired on {1:%Y-%m-%d}", False),
        ((-900, -399), "expired on {1:%Y-%m-%d}", False),
        ((-900, -402), "expired on {1:%Y-%m-%d}", True),
        ((2, 3), "is valid only from {0:%Y-%m-%d} on", True),
    ],
)
def test_a_certificate_out_of_its_time_says_when_and_suspects_the_clock_where_it_should(
    authority: Authority, days: tuple[int, int], says: str, asks_for_the_clock: bool
) -> None:
    transport = Transport(lambda: time.time_ns() // 1_000_000, "TrayUptime/test", environ={})
    today = dt.datetime.now(dt.UTC)
    with Hostile(hostile.json_ok, tls=authority.certify(["127.0.0.1"], days=days)) as server:
        seen = ask(transport, server.url(), ca_bundle=str(authority.bundle))

    said = says.format(*(today + dt.timedelta(days=day) for day in days))
    assert seen.failure is Failure.TLS
    assert seen.failure_text == (f"the certificate of 127.0.0.1 {said}{CLOCK if asks_for_the_clock else ''}")


def _https(server: Hostile) -> str:
    return server.url().replace("http:", "https:")


def test_silence_in_the_handshake_is_a_read_timeout(transport: Transport) -> None:
    with Hostile(hostile.hang) as server:
        seen = ask(transport, _https(server), timeout_s=SOON_S)

    assert seen.failure is Failure.READ_TIMEOUT
    assert "TLS handshake" in seen.failure_text
    assert seen.phases.connect_ms is not None
    assert seen.phases.tls_ms is None


def _after_greeting(then: hostile.Behaviour) -> hostile.Behaviour:
    def behave(talk: hostile.Talk) -> None:
        talk.sock.recv(65536)
        then(talk)

    return behave


def _close(talk: hostile.Talk) -> None:
    talk.sock.close()


def _plain_http(talk: hostile.Talk) -> None:
    talk.answer("400 Bad Request")


@pytest.mark.parametrize("then", [hostile.reset, _close, _plain_http])
def test_a_handshake_that_goes_wrong_is_a_tls_failure(transport: Transport, then: hostile.Behaviour) -> None:
    with Hostile(_after_greeting(then)) as server:
        seen = ask(transport, _https(server))

    assert seen.failure is Failure.TLS
    assert "secure connection" in seen.failure_text


def test_plain_http_to_a_tls_port_is_not_http(transport: Transport, authority: Authority) -> None:
    with Hostile(hostile.json_ok, tls=authority.certify(["127.0.0.1"])) as server:
        seen = ask(transport, server.url().replace("https:", "http:"))

    assert seen.failure in {Failure.MALFORMED, Failure.RESET}


@pytest.mark.parametrize("content", [None, b"", b"this is no certificate"])
def test_a_bundle_that_cannot_be_read_is_named(
    transport: Transport, tmp_path: Path, content: bytes | None
) -> None:
    bundle = tmp_path / "company.pem"
    if content is not None:
        bundle.write_bytes(content)

    seen = ask(transport, "https://127.0.0.1:1/", ca_bundle=str(bundle))

    assert seen.failure is Failure.REFUSED_BY_US  # a setting of ours, no failure of anybody's TLS
    assert str(bundle) in seen.failure_text


def test_the_environment_names_whom_to_trust(authority: Authority) -> None:
    transport = transport_with(
        everyone_at(("127.0.0.1", None)), environ={"SSL_CERT_FILE": str(authority.bundle)}
    )
    with Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as server:
        transport.warm_up()
        seen = ask(transport, server.url(name="vendor.test"))

    assert (seen.status, seen.reach) == (200, Reach.INTERNET)


def test_an_environment_that_names_nothing_is_said_with_every_answer(tmp_path: Path) -> None:
    transport = transport_with(everyone_at(), environ={"SSL_CERT_FILE": str(tmp_path / "gone.pem")})

    transport.warm_up()
    seen = ask(transport, "https://vendor.test/")

    assert seen.failure is Failure.REFUSED_BY_US
    assert "gone.pem" in seen.failure_text


def test_contexts_are_shared_until_their_file_changes_or_they_are_forgotten(authority: Authority) -> None:
    contexts = Contexts({})
    bundle = str(authority.bundle)

    assert contexts.get(None) is contexts.get(None)
    first = contexts.get(bundle)
    assert contexts.get(bundle) is first
    assert first is not contexts.get(None)
    contexts.forget()
    assert contexts.get(bundle) is not first


def test_a_directory_may_be_trusted_too(tmp_path: Path) -> None:
    assert Contexts({"SSL_CERT_DIR": str(tmp_path)}).get(None).get_ca_certs() == []


def test_a_hashed_directory_comes_before_the_bundled_list(tmp_path: Path) -> None:
    plain, hashed = tmp_path / "plain", tmp_path / "hashed"
    plain.mkdir()
    hashed.mkdir()
    (plain / "ca-certificates.crt").touch()
    (hashed / "002c0b4f.0").touch()

    assert store_of([str(tmp_path / "missing"), str(plain), str(hashed)]) == hashed
    assert store_of([str(plain)]).name == "cacert.pem"


def test_everybody_is_checked() -> None:
    context = Contexts({}).get(None)

    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"


def test_a_bundle_is_trusted_besides_what_the_system_trusts(authority: Authority, tmp_path: Path) -> None:
    company = Authority(tmp_path)
    transport = transport_with(
        everyone_at(("127.0.0.1", None)), environ={"SSL_CERT_FILE": str(authority.bundle)}
    )
    with (
        Hostile(hostile.json_ok, tls=authority.certify(["vendor.test"])) as vendor,
        Hostile(hostile.json_ok, tls=company.certify(["vendor.test"])) as opened,
    ):
        both = [
            ask(transport, server.url(name="vendor.test"), ca_bundle=str(company.bundle))
            for server in (vendor, opened)
        ]
        without = ask(transport, opened.url(name="vendor.test"))

    assert [seen.status for seen in both] == [200, 200]
    assert without.failure is Failure.TLS


def test_windows_own_store_is_read_besides_the_bundled_list() -> None:
    """Its default certificates are Python's to load; here they are whatever this system has."""
    bundled = Contexts({}, "linux").get(None)
    windows = Contexts({}, "win32").get(None)

    assert len(windows.get_ca_certs()) >= len(bundled.get_ca_certs())
    assert windows.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("there", [True, False])
def test_on_a_mac_its_own_verifier_is_asked_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    package = ModuleType("truststore")
    package.SSLContext = ssl.SSLContext  # type: ignore[attr-defined] # a module of ours
    monkeypatch.setitem(sys.modules, "truststore", package if there else None)
    context = Contexts({}, "darwin").get(None)

    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert (context.sslobject_class is ssl.SSLObject) is there


def test_what_the_environment_names_comes_before_a_macs_own_store(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    monkeypatch.setitem(sys.modules, "truststore", ModuleType("truststore"))
    context = Contexts({"SSL_CERT_FILE": str(authority.bundle)}, "darwin").get(None)

    assert len(context.get_ca_certs()) == 1
