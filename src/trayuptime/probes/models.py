"""`models`: the authenticated question that costs nothing, about the models or about the key itself."""

from dataclasses import replace

from trayuptime.config.values import ModelsAnswer, ProviderConfig
from trayuptime.core.evidence import Question
from trayuptime.core.model import Key, Level, Surface
from trayuptime.net.transport import Request
from trayuptime.probes import reach
from trayuptime.probes.ask import Order
from trayuptime.probes.hosts import place_of


def order(provider: ProviderConfig, surface: Surface, secret: str | None) -> Order:
    """Asks the vendor's model list, or what the catalogue names instead, with the key where there is one.

    A list that is public proves nothing about a key, so it counts as `reach`.
    """
    models = _models(provider, surface, secret)
    if provider.account is None or secret is None:
        return models
    question = replace(
        models.question, level=Level.MODELS, lists_models=False, fields=provider.account.fields
    )
    request = replace(models.request, method=provider.account.method, url=provider.account.url)
    elsewhere = place_of(request.url) != place_of(models.request.url)
    return Order(question, request, service=reach.order(provider, surface, None) if elsewhere else models)


def _models(provider: ProviderConfig, surface: Surface, secret: str | None) -> Order:
    assert provider.dialect is not None
    assert provider.models_url is not None
    question = Question(
        key=Key(provider.id, surface),
        level=Level.REACH if provider.models_public else Level.MODELS,
        dialect=provider.dialect,
        keyed=secret is not None,
        interval_s=provider.rules.interval_s,
        errors=provider.errors,
        must_run=provider.must_run,
        lists_models=provider.models_answer is ModelsAnswer.LIST,
    )
    request = Request(
        "GET",
        provider.models_url,
        headers={"accept": "application/json", **provider.headers},
        secret_headers=secret_headers(provider, secret),
        timeout_s=provider.rules.timeout_s,
        allow_http=provider.allow_http,
        proxy=provider.proxy,
        ca_bundle=None if provider.ca_bundle is None else str(provider.ca_bundle),
    )
    return Order(question, request)


def secret_headers(provider: ProviderConfig, secret: str | None) -> dict[str, str]:
    """The one header that carries the key, in the vendor's form."""
    if secret is None or provider.auth_header is None or provider.auth_format is None:
        return {}
    return {provider.auth_header: provider.auth_format.replace("{key}", secret)}
