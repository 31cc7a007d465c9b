"""The question about the account: what it tells of the key, and what it may not tell of the service."""

import asyncio
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest

from hostile import Behaviour, Hostile, Talk, answer, reset
from trayuptime.config.load import read
from trayuptime.config.values import AccountQuestion, ProviderConfig
from trayuptime.core.evidence import Evidence
from trayuptime.core.model import Level, Phases, Reach, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.waiting import Wait
from trayuptime.net.transport import Request, Transport
from trayuptime.probes import ask, ask_with_waits, level_of, order_for
from trayuptime.probes.hosts import host_of

KEY = "sk-test-0123456789abcdef"
OURS = 'key = "env:X"\ntimeout = "2s"'


def _provider(kind: str, lines: str = OURS) -> ProviderConfig:
    return read(f'[[provider]]\nid = "p"\nkind = "{kind}"\n{lines}').providers[0]


def _at(kind: str, server: Hostile, path: str = "") -> ProviderConfig:
    return _provider(kind, f'{OURS}\nbase_url = "{server.url(path)}"')


def _ask(provider: ProviderConfig) -> Result:
    return _ask_with_waits(provider)[0]


def _ask_with_waits(provider: ProviderConfig) -> tuple[Result, tuple[Wait, ...]]:
    transport = Transport(lambda: 0, "TrayUptime/test", environ={})
    level = level_of(provider, Surface.API, KEY, may_show_key=True)
    order = order_for(provider, Surface.API, level, KEY)
    return asyncio.run(ask_with_waits(order, transport, lambda: 0))


def _by_path(**answers: tuple[str, str]) -> Behaviour:
    """A server that says something else at each path, named by its last part."""

    def behave(talk: Talk) -> None:
        last = talk.request().target.rpartition("/")[2].replace("-", "_")
        status, body = answers[last]
        talk.answer(status, body.encode())

    return behave


def says(body: str) -> Behaviour:
    return answer("200 OK", body.encode())


LIST = '{"data": [{"id": "m"}]}'
LISTED = says(LIST)


def _list_of(kind: str) -> str:
    return '{"models": []}' if kind == "cohere" else LIST


@pytest.mark.parametrize(
    ("kind", "method", "url"),
    [
        ("deepseek", "GET", "https://api.deepseek.com/user/balance"),
        ("moonshot", "GET", "https://api.moonshot.ai/v1/users/me/balance"),
        ("siliconflow", "GET", "https://api.siliconflow.com/v1/user/info"),
        ("cohere", "POST", "https://api.cohere.com/v1/check-api-key"),
        ("openrouter", "GET", "https://openrouter.ai/api/v1/key"),
        ("replicate", "GET", "https://api.replicate.com/v1/account"),
        ("huggingface", "GET", "https://huggingface.co/api/whoami-v2"),
    ],
)
def test_a_key_is_proved_where_the_vendor_proves_it_best(kind: str, method: str, url: str) -> None:
    order = order_for(_provider(kind), Surface.API, Level.MODELS, KEY)

    assert (order.request.method, order.request.url) == (method, url)
    assert order.request.secret_headers == {"Authorization": f"Bearer {KEY}"}
    assert (order.question.level, order.question.keyed) == (Level.MODELS, True)


@pytest.mark.parametrize("kind", ["deepseek", "moonshot", "siliconflow", "cohere", "huggingface"])
def test_without_a_key_there_is_no_account_to_ask_about(kind: str) -> None:
    provider = _provider(kind, "")
    order = order_for(provider, Surface.API, Level.REACH, None)

    assert order.service is None
    assert order.request.url == provider.models_url
    assert order.request.secret_headers == {}


@pytest.mark.parametrize(
    ("kind", "path", "last", "body", "reason"),
    [
        ("deepseek", "", "balance", '{"is_available": true, "balance_infos": []}', Reason.OK),
        ("deepseek", "", "balance", '{"is_available": false, "balance_infos": []}', Reason.OUT_OF_CREDIT),
        ("deepseek", "", "balance", '{"is_available": null, "balance_infos": []}', Reason.OK),
        ("deepseek", "", "balance", '{"is_available": "no", "balance_infos": []}', Reason.OK),
        ("deepseek", "", "balance", '{"balance_infos": []}', Reason.OK),
        ("moonshot", "/v1", "balance", '{"code": 0, "data": {"available_balance": 49.5}}', Reason.OK),
        ("moonshot", "/v1", "balance", '{"code": 0, "data": {"available_balance": 0}}', Reason.OUT_OF_CREDIT),
        (
            *("moonshot", "/v1", "balance"),
            '{"code": 0, "data": {"available_balance": -0.01}, "status": true}',
            Reason.OUT_OF_CREDIT,
        ),
        ("moonshot", "/v1", "balance", '{"code": 0, "data": {"cash_balance": -2.0}}', Reason.OK),
        ("siliconflow", "/v1", "info", '{"code": 20000, "data": {"totalBalance": "0"}}', Reason.OK),
        ("cohere", "", "check_api_key", '{"valid": true, "organization_id": "o"}', Reason.OK),
        ("cohere", "", "check_api_key", '{"valid": false}', Reason.KEY_REJECTED),
    ],
)
def test_what_the_answer_says_of_the_account_is_heard_and_nothing_more(
    kind: str, path: str, last: str, body: str, reason: Reason
) -> None:
    with Hostile(_by_path(models=("200 OK", _list_of(kind)), **{last: ("200 OK", body)})) as server:
        result = _ask(_at(kind, server, path))

    assert (result.reason, result.level, result.http_status) == (reason, Level.MODELS, 200)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "404 Not Found"])
def test_a_vendor_whose_billing_alone_fails_is_not_down(status: str) -> None:
    with Hostile(_by_path(balance=(status, "{}"), models=("200 OK", LIST))) as server:
        result = _ask(_at("deepseek", server))

    assert (result.reason, result.level) == (Reason.OK, Level.MODELS)
    assert len(server.requests) == 2


def test_a_gateway_that_knows_no_accounts_is_judged_by_its_models() -> None:
    with Hostile(_by_path(balance=("200 OK", "<html>"), models=("200 OK", LIST))) as server:
        result = _ask(_at("deepseek", server))

    assert (result.reason, result.level) == (Reason.OK, Level.MODELS)


def test_a_service_that_fails_once_has_failed_however_well_the_account_answers() -> None:
    well = '{"is_available": true}'
    with Hostile(_by_path(balance=("200 OK", well), models=("503 Service Unavailable", "{}"))) as server:
        result = _ask(_at("deepseek", server))

    assert (result.reason, len(server.requests)) == (Reason.SERVER_ERROR, 1)


def test_where_there_is_no_list_the_account_shows_that_the_service_is_there() -> None:
    well = '{"is_available": true}'
    with Hostile(_by_path(balance=("200 OK", well), models=("404 Not Found", "{}"))) as server:
        result = _ask(_at("deepseek", server))

    assert (result.reason, result.level) == (Reason.OK, Level.MODELS)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (answer("401 Unauthorized", b"{}"), Reason.KEY_REJECTED),
        (answer("402 Payment Required", b"{}"), Reason.OUT_OF_CREDIT),
        (answer("429 Too Many Requests", b"{}"), Reason.RATE_LIMITED),
        (reset, Reason.CONNECTION_RESET),
    ],
)
def test_a_refusal_or_silence_is_not_asked_about_again(behaviour: Behaviour, reason: Reason) -> None:
    with Hostile(behaviour) as server:
        result = _ask(_at("deepseek", server))

    assert result.reason is reason
    assert server.connections == 1


@dataclass
class Slow:
    """An asker of ours, by whose watch each question takes so long."""

    spent_ms: float
    asked: list[Request] = field(default_factory=list)

    async def ask(self, request: Request) -> Evidence:
        self.asked.append(request)
        phases = Phases(total_ms=self.spent_ms)
        return Evidence(0, "h:443", Reach.INTERNET, phases, authentic=True, status=200, body=b'{"data": []}')


def _elsewhere(service: Hostile, account: Hostile) -> ProviderConfig:
    """Hugging Face's arrangement on two ports of this computer."""
    provider = _at("huggingface", service, "/v1")
    return replace(provider, account=AccountQuestion(account.url("/api/whoami-v2")))


@pytest.mark.parametrize(
    ("hub", "reason", "level"),
    [
        (says('{"type": "user", "id": "1"}'), Reason.OK, Level.MODELS),
        (answer("401 Unauthorized", b'{"error": "Invalid"}'), Reason.KEY_REJECTED, Level.MODELS),
        (answer("500 Internal Server Error", b"{}"), Reason.OK, Level.REACH),
        (answer("200 OK", b"<html>"), Reason.OK, Level.REACH),
        (reset, Reason.OK, Level.REACH),
    ],
)
def test_another_host_is_believed_about_the_key_but_not_about_the_service(
    hub: Behaviour, reason: Reason, level: Level
) -> None:
    with Hostile(LISTED) as router, Hostile(hub) as account:
        provider = _elsewhere(router, account)
        result = _ask(provider)

    assert (result.reason, result.level) == (reason, level)
    assert result.host == host_of(provider, Surface.API)


def test_a_probe_whose_time_is_used_up_asks_nothing_more() -> None:
    order = order_for(_provider("huggingface"), Surface.API, Level.MODELS, KEY)
    slow = Slow(spent_ms=1_950.0)
    result = asyncio.run(ask(order, slow, lambda: 0))

    assert (result.reason, result.level) == (Reason.OK, Level.REACH)
    assert [urlsplit(request.url).hostname for request in slow.asked] == ["router.huggingface.co"]


def test_the_second_question_has_what_the_first_left_of_the_time() -> None:
    order = order_for(_provider("huggingface"), Surface.API, Level.MODELS, KEY)
    slow = Slow(spent_ms=500.0)
    asyncio.run(ask(order, slow, lambda: 0))

    assert [request.timeout_s for request in slow.asked] == [2.0, 1.5]


def test_a_service_that_is_down_is_down_whatever_the_hub_says() -> None:
    with Hostile(answer("503 Service Unavailable", b"{}")) as router, Hostile(says("{}")) as account:
        result = _ask(_elsewhere(router, account))

    assert result.reason is Reason.SERVER_ERROR
    assert account.requests == []


def test_the_key_goes_to_the_host_of_the_account_alone() -> None:
    with Hostile(LISTED) as router, Hostile(says('{"id": "1"}')) as account:
        _ask(_elsewhere(router, account))

    assert KEY not in str(router.requests)
    assert KEY in str(account.requests)


def test_a_hub_that_asks_to_wait_speaks_of_itself_alone() -> None:
    busy = answer("429 Too Many Requests", b"{}", "retry-after: 200")
    with Hostile(LISTED) as router, Hostile(busy) as account:
        result, waits = _ask_with_waits(_elsewhere(router, account))

    assert (result.reason, result.level, result.retry_after_s) == (Reason.OK, Level.REACH, None)
    assert waits == (Wait(f"127.0.0.1:{account.port}", 200),)


def test_a_hub_whose_limit_is_the_users_money_is_believed_about_it_and_waited_for() -> None:
    said = b'{"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}'
    poor = answer("429 Too Many Requests", said, "retry-after: 200")
    with Hostile(LISTED) as router, Hostile(poor) as account:
        result, waits = _ask_with_waits(_elsewhere(router, account))

    assert (result.reason, result.retry_after_s) == (Reason.OUT_OF_CREDIT, None)
    assert waits == (Wait(f"127.0.0.1:{account.port}", 200),)


def test_an_account_at_the_services_own_host_is_limited_with_it() -> None:
    def behave(talk: Talk) -> None:
        if talk.request().target.endswith("/models"):
            talk.answer("200 OK", LIST.encode())
        else:
            talk.answer("429 Too Many Requests", b"{}", "retry-after: 200")

    with Hostile(behave) as server:
        result, waits = _ask_with_waits(_at("deepseek", server))

    assert (result.reason, result.retry_after_s) == (Reason.RATE_LIMITED, 200)
    assert waits == (Wait(f"127.0.0.1:{server.port}", 200),)


@pytest.mark.parametrize(
    ("kind", "base_url"),
    [
        ("huggingface", "https://gateway.example/v1"),
        ("bedrock-converse", "https://gateway.example"),
        ("bedrock-converse", "https://bedrock-runtime.eu-west-1.amazonaws.com.evil.example"),
        ("bedrock-converse", "https://bedrock-runtime.a.b.amazonaws.com"),
        ("bedrock-converse", "https://bedrock-runtime.eu-west-1.amazonaws.com:8443"),
    ],
)
def test_no_key_goes_to_the_vendors_other_host_from_an_address_that_is_not_its_own(
    kind: str, base_url: str
) -> None:
    order = order_for(_provider(kind, f'{OURS}\nbase_url = "{base_url}"'), Surface.API, Level.MODELS, KEY)

    assert order.request.url.startswith(f"{base_url}/")
    assert order.service is None


def test_bedrocks_models_are_known_to_another_host_of_the_same_region() -> None:
    provider = _provider(
        "bedrock-converse", f'{OURS}\nbase_url = "https://bedrock-runtime.eu-west-1.amazonaws.com/"'
    )
    order = order_for(provider, Surface.API, Level.MODELS, KEY)

    assert order.request.url == "https://bedrock.eu-west-1.amazonaws.com/foundation-models"
    assert order.service is not None
    assert order.service.request.secret_headers == {}
    assert host_of(provider, Surface.API) == "bedrock-runtime.eu-west-1.amazonaws.com:443"
