"""`provider test` says what a person can do about whatever it met."""

import pytest

import hostile
from cli.house import House
from core.builders import result
from hostile import Authority, Behaviour, Hostile, answer, closed_port
from probes.local_servers import BUSY, LOADING, ollama, program, vllm
from trayuptime.cli.remedies import remedy
from trayuptime.config.load import read
from trayuptime.core import words
from trayuptime.core.model import Network
from trayuptime.core.reasons import Reason


def _said(house: House, kind: str, lines: str) -> str:
    house.write(f'[[provider]]\nid = "a"\nkind = "{kind}"\n{lines}', polling='timeout = "2s"')
    ran = house.run("provider", "test", "a")
    assert ran.code == 0
    return ran.out


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("ollama", "`ollama serve`"),
        ("lmstudio", "`lms server start`"),
        ("llamacpp", "`llama-server -m MODEL.gguf --port {port}`"),
        ("vllm", "`vllm serve MODEL --port {port}`"),
        ("litellm", "`litellm --config config.yaml --port {port}`"),
    ],
)
def test_a_local_server_that_is_not_running_is_to_be_started(house: House, kind: str, start: str) -> None:
    port = closed_port()
    said = _said(house, kind, f'base_url = "http://127.0.0.1:{port}/v1"')

    assert "it is not running" in said
    assert f"Start it: {start.format(port=port)}" in said


@pytest.mark.parametrize(
    ("kind", "behaviour", "what", "advice"),
    [
        ("ollama", ollama(["a"], []), "no model is loaded", "TrayUptime never does"),
        ("ollama", ollama([], []), "no model is installed", "`ollama pull MODEL`"),
        ("llamacpp", program({}, (BUSY, LOADING)), "is still loading its model", "neither up nor down"),
        ("ollama", vllm(), "something else answers at 127.0.0.1:", "Another program has this port"),
        ("lmstudio", vllm(), "not quite as this program does", 'kind = "openai-compatible"'),
    ],
)
def test_the_state_of_a_local_server_is_told_with_what_to_do(
    house: House, kind: str, behaviour: Behaviour, what: str, advice: str
) -> None:
    with Hostile(behaviour) as server:
        said = _said(house, kind, f'base_url = "http://127.0.0.1:{server.port}"')

    assert what in said
    assert advice in said


@pytest.mark.parametrize(
    ("behaviour", "advice"),
    [
        (
            answer("403 Forbidden", b"<html><title>Just a moment...</title>"),
            "A shield asks for a browser here",
        ),
        (answer("403 Forbidden", b"<html>Forbidden"), "Programs are refused here"),
        (answer("401 Unauthorized", b"<html>"), "Programs are refused here"),
        (answer("404 Not Found", b"<html>"), "Is web_url right?"),
        (hostile.redirect("https://parking.example/"), "Is web_url right?"),
    ],
)
def test_a_page_that_tells_nothing_says_why(house: House, behaviour: Behaviour, advice: str) -> None:
    with Hostile(behaviour) as server:
        said = _said(house, "website", f'web_url = "{server.url("/x")}"')

    assert advice in said


def test_a_page_for_signing_in_has_an_address_of_its_own(house: House) -> None:
    with Hostile(answer("410 Gone", b"<html>")) as server:
        url = server.url("/in")
        said = _said(house, "openai", f'surfaces = ["login"]\nlogin_url = "{url}"')

    assert f"Is login_url right? It is {url}." in said


def test_a_stranger_who_opens_tls_is_named_with_the_way_out(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    company, other = (Authority(tmp_path_factory.mktemp("authority")) for _ in range(2))
    with Hostile(hostile.json_ok, tls=company.certify(["127.0.0.1"])) as server:
        without = _said(house, "openai-compatible", f'base_url = "{server.url("/v1")}"')
        lines = f'base_url = "{server.url("/v1")}"\nca_bundle = "{other.bundle}"'
        wrong = _said(house, "openai-compatible", lines)
        missing = _said(house, "openai-compatible", lines.replace("authority.pem", "gone.pem"))

    assert "was issued by Hostile Test Authority" in without
    assert 'ca_bundle = "/path/of/its/certificates.pem"' in without
    assert f"{other.bundle} does not hold that issuer" in wrong
    assert "could not be asked (cannot read certificates from" in missing
    assert "Is ca_bundle right" in missing


@pytest.mark.parametrize(
    ("behaviour", "advice"),
    [
        (answer("407 Proxy Authentication Required"), "The proxy wants a name and a password"),
        (answer("403 Forbidden"), 'proxy = "http://127.0.0.1:'),
        (hostile.reset, '"none" goes past every proxy'),
    ],
)
def test_a_proxy_that_refuses_is_told_apart_from_the_vendor(
    house: House, behaviour: Behaviour, advice: str
) -> None:
    with Hostile(behaviour) as proxy:
        lines = f'base_url = "https://vendor.invalid/v1"\nproxy = "http://127.0.0.1:{proxy.port}"'
        said = _said(house, "openai-compatible", lines)

    assert "it could not be asked (the proxy 127.0.0.1:" in said
    assert advice in said


@pytest.mark.parametrize("proxy", ["notaurl:::x", "gopher://127.0.0.1:1"])
def test_a_proxy_that_is_no_address_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    said = _said(house, "openai-compatible", 'base_url = "https://vendor.invalid/v1"')

    assert "Write the proxy as http://HOST:PORT" in said


@pytest.mark.parametrize(
    ("reason", "detail", "network", "advice"),
    [
        (
            Reason.TLS_FAILURE,
            f"has no valid TLS connection (…; {words.CLOCK})",
            Network(),
            "Set this computer's clock",
        ),
        (Reason.PORTAL, "", Network(), "log in to this network"),
        (Reason.DNS_FAILURE, "", Network(), "is your network up?"),
        (Reason.OUT_OF_CREDIT, "", Network(), "Top up at the vendor"),
        (Reason.SERVER_ERROR, "", Network(), None),
    ],
)
def test_what_lies_in_between_has_a_remedy_and_an_outage_has_none(
    reason: Reason, detail: str, network: Network, advice: str | None
) -> None:
    (provider,) = read('[[provider]]\nid = "a"\nkind = "openai"\nsurfaces = ["api", "web"]').providers
    said = remedy(provider, result(0, reason, detail=detail, network=network))

    assert said is None if advice is None else advice in (said or "")


def test_a_server_elsewhere_is_to_be_started_there() -> None:
    (provider,) = read('[[provider]]\nid = "a"\nkind = "ollama"\nbase_url = "http://gpu.lan:11434"').providers
    off = result(0, Reason.UNKNOWN, detail=words.NOT_RUNNING, host="gpu.lan:11434")

    assert remedy(provider, off) == "Start it on gpu.lan: `ollama serve`, or its desktop app."
