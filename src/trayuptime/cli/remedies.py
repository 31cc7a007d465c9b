"""What a person can do about the answer of one probe, in a sentence."""

from urllib.parse import urlsplit

from trayuptime.config.keys import NoKey
from trayuptime.config.values import ProviderConfig
from trayuptime.core import words
from trayuptime.core.evidence import Server
from trayuptime.core.model import Level, Result, Surface
from trayuptime.core.reasons import Reason

_STARTS: dict[Server, str] = {
    Server.OLLAMA: "`ollama serve`, or its desktop app",
    Server.LMSTUDIO: "`lms server start`, or the server in its Developer tab",
    Server.LLAMACPP: "`llama-server -m MODEL.gguf --port {port}`",
    Server.VLLM: "`vllm serve MODEL --port {port}`",
    Server.LITELLM: "`litellm --config config.yaml --port {port}`",
}
_INSTALLS: dict[Server, str] = {Server.OLLAMA: "`ollama pull MODEL` gets one."}


def remedy(provider: ProviderConfig, result: Result) -> str | None:
    """The sentence; `None` where nothing need be done, or only the vendor can do it."""
    if result.surface is not Surface.API:
        return _of_page(provider, result) or _of_way(provider, result)
    if provider.server is not None and (said := _of_server(provider, provider.server, result)) is not None:
        return said
    match result.reason:
        case Reason.KEY_REJECTED if isinstance(provider.key, NoKey):
            return f'It wants a key: write key = "keyring" and run `trayuptime provider key {provider.id}`.'
        case Reason.KEY_REJECTED:
            return f"Check the key ({provider.key}); a new one: `trayuptime provider key {provider.id}`."
        case Reason.MODEL_MISSING:
            return "Write another model into [provider.completion]."
        case Reason.OUT_OF_CREDIT:
            return "Top up at the vendor; the service itself answers."
        case Reason.BAD_REQUEST if result.http_status == 404:
            return (
                f"Is base_url right? It is {provider.base_url}; an OpenAI-compatible one usually ends in /v1."
            )
        case Reason.OK if result.level is Level.REACH:
            return "It is reachable; only with a key can be said whether you may use it."
    return _of_way(provider, result)


def _of_server(provider: ProviderConfig, server: Server, result: Result) -> str | None:
    place = urlsplit(provider.base_url or "")
    detail = result.detail
    if detail == words.NOT_RUNNING:
        on = "" if result.host.startswith(("127.0.0.1:", "localhost:", "[::1]:")) else f" on {place.hostname}"
        return f"Start it{on}: {_STARTS[server].format(port=place.port or 80)}."
    if detail == words.NOT_INSTALLED:
        return _INSTALLS.get(server)
    if detail == words.NOT_LOADED:
        return "Nothing to do: the first question that you ask it loads one; TrayUptime never does."
    if detail.startswith(words.LOADING):
        return "Wait: it counts as neither up nor down meanwhile."
    if words.SOMETHING_ELSE in detail:
        return f"Another program has this port, or base_url is not right: it is {provider.base_url}."
    if detail == words.NOT_ITSELF:
        return 'If it is another program, kind = "openai-compatible" says so.'
    return None


def _of_page(provider: ProviderConfig, result: Result) -> str | None:
    login = result.surface is Surface.LOGIN
    setting, url = ("login_url", provider.login_url) if login else ("web_url", provider.web_url)
    refused = result.http_status is not None and result.detail == words.refuses_programs(result.http_status)
    if refused or result.detail == words.says(Reason.UNKNOWN):
        why = "Programs are refused here" if refused else "A shield asks for a browser here"
        return f"{why}, so this page tells nothing of the vendor, neither up nor down; watch its api as well."
    moved = result.reason is Reason.UNKNOWN and result.http_status in range(300, 400)
    if moved or result.http_status in {404, 410}:
        return f"Is {setting} right? It is {url}."
    return None


def _of_way(provider: ProviderConfig, result: Result) -> str | None:
    """What may stand between: our own settings, a proxy, the network."""
    detail = result.detail
    if words.UNTRUSTED in detail and provider.ca_bundle is not None:
        return f"{provider.ca_bundle} does not hold that issuer; ask whoever runs your network for it."
    if words.UNTRUSTED in detail:
        return 'Where traffic is inspected: ca_bundle = "/path/of/its/certificates.pem" for this provider.'
    if words.CLOCK in detail:
        return "Set this computer's clock first: with a wrong one every certificate is out of its time."
    if "cannot read certificates" in detail:
        return "Is ca_bundle right, and SSL_CERT_FILE if that is set? A bundle is a file in PEM form."
    if result.reason is Reason.PORTAL and "407" in detail:
        return (
            "The proxy wants a name and a password: put them into HTTPS_PROXY in the environment, with"
            ' proxy = "auto"; if they stand there, are they right? In them, @ is written %40, and : is %3A.'
        )
    if "proxy's address is not valid" in detail or "kind of proxy is not supported" in detail:
        return "Write the proxy as http://HOST:PORT, in proxy here or in HTTPS_PROXY in the environment."
    if result.reason is Reason.PORTAL and result.network.proxy is not None:
        return f'Is the proxy right? proxy = "{provider.proxy}" is set; "none" goes past every proxy.'
    if result.reason in {Reason.DNS_FAILURE, Reason.CONNECT_REFUSED, Reason.CONNECT_TIMEOUT}:
        return "Is the address right, and is your network up? `trayuptime check` asks the others too."
    if result.reason is Reason.PORTAL or result.http_status == 511:
        return "Open a page in your browser and log in to this network."
    return None
