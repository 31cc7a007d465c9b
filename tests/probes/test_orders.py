"""What each question looks like on the wire, and that no key goes where none is needed."""

import pytest

from trayuptime.config.catalogue import vendors
from trayuptime.config.load import read
from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Level, Surface
from trayuptime.probes import Order, level_of, order_for

KEY = "sk-test-0123456789abcdef"
EVERYTHING = 'surfaces = ["api", "web", "login"]\nkey = "env:X"'


def _provider(kind: str, lines: str = EVERYTHING) -> ProviderConfig:
    (provider,) = read(f'[[provider]]\nid = "p"\nkind = "{kind}"\n{lines}').providers
    return provider


def _order(provider: ProviderConfig, surface: Surface, secret: str | None, *, may_show: bool = True) -> Order:
    level = level_of(provider, surface, secret, may_show_key=may_show)
    return order_for(provider, surface, level, secret)


@pytest.mark.parametrize(
    ("kind", "url", "secret_headers", "headers"),
    [
        (
            "openai",
            "https://api.openai.com/v1/models",
            {"Authorization": f"Bearer {KEY}"},
            {"accept": "application/json"},
        ),
        (
            "anthropic",
            "https://api.anthropic.com/v1/models",
            {"x-api-key": KEY},
            {"accept": "application/json", "anthropic-version": "2023-06-01"},
        ),
        (
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
            {"x-goog-api-key": KEY},
            {"accept": "application/json"},
        ),
    ],
)
def test_models_asks_in_the_vendors_own_dialect(
    kind: str, url: str, secret_headers: dict[str, str], headers: dict[str, str]
) -> None:
    order = _order(_provider(kind), Surface.API, KEY)

    assert (order.request.method, order.request.url, order.request.body) == ("GET", url, None)
    assert order.request.secret_headers == secret_headers
    assert order.request.headers == headers
    assert order.question.level is Level.MODELS
    assert order.question.keyed
    assert order.question.dialect is Dialect(kind)


@pytest.mark.parametrize("kind", ["openai", "anthropic", "gemini", "deepseek", "openrouter", "xai"])
@pytest.mark.parametrize("surface", list(Surface))
def test_a_key_is_in_no_url_and_in_no_harmless_header(kind: str, surface: Surface) -> None:
    pages = '\nweb_url = "https://page.example/"\nlogin_url = "https://page.example/in"'
    request = _order(_provider(kind, EVERYTHING + pages), surface, KEY).request

    assert KEY not in request.url
    assert not any(KEY in value for value in request.headers.values())
    assert bool(request.secret_headers) == (surface is Surface.API)


@pytest.mark.parametrize("kind", ["openai", "anthropic", "gemini"])
def test_reach_shows_no_key_although_there_is_one(kind: str) -> None:
    provider = _provider(kind)
    order = _order(provider, Surface.API, KEY, may_show=False)

    assert order.question.level is Level.REACH
    assert not order.question.keyed
    assert order.request.secret_headers == {}
    assert order.request.url == provider.reach_url


def test_without_its_key_a_provider_is_asked_whether_it_is_there() -> None:
    assert level_of(_provider("openai"), Surface.API, None, may_show_key=True) is Level.REACH


def test_a_server_that_needs_no_key_is_asked_for_its_models() -> None:
    local = _provider("openai-compatible", 'base_url = "http://127.0.0.1:8080/v1"')
    order = _order(local, Surface.API, None)

    assert order.question.level is Level.MODELS
    assert not order.question.keyed
    assert order.request.url == "http://127.0.0.1:8080/v1/models"
    assert order.request.secret_headers == {}


def test_a_vendor_that_is_watched_without_a_key_is_only_reached() -> None:
    assert level_of(_provider("openai", ""), Surface.API, None, may_show_key=True) is Level.REACH


def test_a_public_list_proves_nothing_about_a_key() -> None:
    public = [kind.id for kind in vendors() if kind.proves == ("address",)]

    levels = {
        kind: _order(_provider(kind, 'key = "env:X"'), Surface.API, KEY).question.level for kind in public
    }
    assert public == ["perplexity", "nvidia"]
    assert set(levels.values()) == {Level.REACH}


def test_where_the_list_is_public_the_catalogues_own_question_proves_the_key() -> None:
    order = _order(_provider("openrouter", 'key = "env:X"'), Surface.API, KEY)

    assert order.request.url == "https://openrouter.ai/api/v1/key"
    assert order.request.secret_headers == {"Authorization": f"Bearer {KEY}"}
    assert not order.question.lists_models


@pytest.mark.parametrize("surface", [Surface.WEB, Surface.LOGIN])
def test_a_page_is_asked_as_a_browser_would_and_without_a_key(surface: Surface) -> None:
    pages = '\nweb_url = "https://chat.example/"\nlogin_url = "https://login.example/in"'
    order = _order(_provider("openai", EVERYTHING + pages), surface, KEY)

    assert order.request.url == {"web": "https://chat.example/", "login": "https://login.example/in"}[surface]
    assert order.request.headers["accept"].startswith("text/html")
    assert order.request.secret_headers == {}
    assert order.question.dialect is Dialect.PAGE
    assert order.question.level is Level.REACH


def test_what_the_user_set_goes_with_every_question() -> None:
    lines = (
        'surfaces = ["api", "web"]\nkey = "env:X"\nbase_url = "http://gateway.lan/v1"\n'
        'web_url = "http://gateway.lan/"\nallow_http = true\nproxy = "none"\nca_bundle = "/etc/my.pem"\n'
        'timeout = "3s"\ninterval = "30s"'
    )
    provider = _provider("openai", lines)
    orders = [
        _order(provider, Surface.API, KEY),
        _order(provider, Surface.API, None),
        _order(provider, Surface.WEB, KEY),
    ]

    for order in orders:
        assert (order.request.timeout_s, order.request.proxy) == (3.0, "none")
        assert order.request.ca_bundle == "/etc/my.pem"
        assert order.question.interval_s == 30.0
    assert orders[0].request.allow_http
    assert not orders[1].request.allow_http


@pytest.mark.parametrize("secret", [KEY, None])
def test_every_question_to_an_api_knows_the_vendors_errors_and_no_page_does(secret: str | None) -> None:
    pages = '\nweb_url = "https://page.example/"'
    provider = _provider("minimax", 'surfaces = ["api", "web"]\nkey = "env:X"' + pages)

    assert provider.errors
    assert _order(provider, Surface.API, secret).question.errors == provider.errors
    assert _order(provider, Surface.WEB, secret).question.errors == ()


@pytest.mark.parametrize(("kind", "must_run"), [("ollama", False), ("openai", True)])
@pytest.mark.parametrize("secret", [KEY, None])
def test_every_question_to_an_api_knows_whether_it_must_run(
    kind: str, must_run: bool, secret: str | None
) -> None:
    assert _order(_provider(kind, 'key = "env:X"'), Surface.API, secret).question.must_run is must_run


@pytest.mark.parametrize(
    ("kind", "lines", "own", "wants_page"),
    [
        ("openai", 'surfaces = ["web"]', {"chatgpt.com", "openai.com"}, True),
        ("website", 'web_url = "https://www.example.co.uk/x"', {"example.co.uk"}, False),
        ("website", 'web_url = "http://10.0.0.7:3000/"', {"10.0.0.7"}, False),
        (
            "openai-compatible",
            'base_url = "https://api.a.example/v1"\nweb_url = "https://b.example"\nsurfaces = ["web"]',
            {"a.example", "b.example"},
            False,
        ),
    ],
)
def test_a_page_may_lead_to_every_site_that_its_vendor_is_known_by(
    kind: str, lines: str, own: set[str], wants_page: bool
) -> None:
    question = _order(_provider(kind, lines), Surface.WEB, None).question

    assert own <= question.own_sites
    assert question.wants_page is wants_page
