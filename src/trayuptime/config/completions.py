"""The user's leave to spend: `[provider.completion]` with the catalogue's models and prices merged in."""

from collections.abc import Iterable
from dataclasses import replace

from trayuptime.config.addresses import client_base_url, models_url
from trayuptime.config.kinds import CompletionFacts, Kind, Model
from trayuptime.config.problems import Complaint, shown
from trayuptime.config.schema import DAILY_BUDGET_USD, EVERY, MODEL, USD_IN, USD_OUT
from trayuptime.config.sections import Read
from trayuptime.config.urls import host_of, is_loopback
from trayuptime.config.values import Completion, PricedModel
from trayuptime.core.budget import FREE, Price, most_usd, reasons, turns_off
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Surface
from trayuptime.core.words import usd

_AFTER_VERSION: dict[Dialect, str] = {
    Dialect.OPENAI: "/chat/completions",
    Dialect.ANTHROPIC: "/messages",
    Dialect.GEMINI: "/models/{model}:streamGenerateContent?alt=sse",
}
_AFTER_BASE: dict[Dialect, str] = {
    Dialect.COHERE: "/v2/chat",
    Dialect.OLLAMA: "/api/chat",
    Dialect.BEDROCK: "/model/{model}/converse",
}


def complaints(
    section: Read | None, kind: Kind, base_url: str | None, surfaces: tuple[Surface, ...]
) -> Iterable[Complaint]:
    """What keeps an answer from being asked for.

    Args:
        section: `[provider.completion]`, where there is one.
        kind: of its provider.
        base_url: as the dialect's own clients take it; `None` where it is complained of already.
        surfaces: those that are watched.
    """
    if section is None:
        return
    if kind.dialect is None:
        yield Complaint(section.path, "a website answers no questions: leave [provider.completion] out")
        return
    if kind.no_completion or kind.dialect is Dialect.OTHER:
        why = kind.no_completion or "it has a language of its own"
        yield Complaint(section.path, f"{kind.name} gives no short answers: {why}; leave this out")
        return
    if Surface.API not in surfaces:
        message = "a completion is asked of the api: write it into surfaces, or leave this out"
        yield Complaint(section.path, message)
    if base_url is None or section.complaints:
        return
    written = {USD_IN.name, USD_OUT.name} & section.written
    if len(written) == 1:
        (name,) = {USD_IN.name, USD_OUT.name} - written
        yield Complaint(section.path, f"{name} is missing beside {written.pop()}")
    elif not written and _price(section, kind, base_url) is None:
        model = shown(section.get(MODEL))
        known = [each.id for each in _facts(kind).models if _priced(each) is not None]
        hint = f"; known prices are those of {', '.join(known)}" if known else ""
        message = (
            f"the price of model {model} is not known, so its budget could not be kept: add usd_in and"
            f" usd_out, in USD per million tokens{hint}"
        )
        yield Complaint(section.at(MODEL), message)


def resolve(section: Read | None, kind: Kind, base_url: str | None) -> Completion | None:
    """The section; `None` where something is to complain of."""
    if section is None or section.complaints or base_url is None or kind.dialect is None:
        return None
    if kind.no_completion or kind.dialect is Dialect.OTHER:
        return None
    facts = _facts(kind)
    own = section.get(MODEL)
    price = _price(section, kind, base_url)
    if price is None:
        return None
    models = [PricedModel(own, price)]
    for each in facts.models:
        known = _priced(each) or (FREE if _is_free(kind, base_url) else None)
        if each.id == own or known is None or (price.free and not known.free):
            continue  # who chose what is free gave no leave to be billed
        # One that thinks is for the user to choose, who is warned of it.
        if not _thinks(kind, each.id):
            models.append(PricedModel(each.id, known))
    return Completion(
        models=tuple(models),
        every_s=section.get(EVERY),
        daily_budget_usd=section.get(DAILY_BUDGET_USD),
        url=_url(kind, kind.dialect, facts, base_url),
        max_tokens=facts.max_tokens,
        extra=facts.extra,
    )


def warnings(section: Read | None, completion: Completion | None, kind: Kind) -> Iterable[Complaint]:
    """What can be done, but hardly is what the user wants."""
    if section is None or completion is None:
        return
    model = completion.model
    if _thinks(kind, model.id):
        yield Complaint(
            section.at(MODEL),
            f"{shown(model.id)} thinks before it answers, which is slow and billed; a model that does not is"
            " the better question",
        )
    if most_usd(model.price) > completion.daily_budget_usd:
        place = section.at(DAILY_BUDGET_USD) if section.has(DAILY_BUDGET_USD) else section.path
        yield Complaint(
            place,
            f"one question may cost {usd(most_usd(model.price))}, more than daily_budget_usd: none is asked",
        )


def _thinks(kind: Kind, model: str) -> bool:
    """By its name or the catalogue's word, and nothing that is put into the question turns it off."""
    facts = _facts(kind)
    known = any(each.reasons for each in facts.models if each.id == model)
    return reasons(model, facts.extra) or (known and not turns_off(facts.extra))


def _facts(kind: Kind) -> CompletionFacts:
    return kind.completion or CompletionFacts()


def _url(kind: Kind, dialect: Dialect, facts: CompletionFacts, base_url: str) -> str:
    path = facts.path or _AFTER_VERSION.get(dialect)
    if path is None:
        return client_base_url(kind, base_url) + _AFTER_BASE[dialect]
    return models_url(replace(kind, models_path=path), base_url)  # the version goes between, as for any path


def _price(section: Read, kind: Kind, base_url: str) -> Price | None:
    """What the user's model costs: by his own word, else by the catalogue's, else nothing where nobody bills.

    A vendor's model has its price at a gateway on this computer too: somebody pays for it in the end.
    """
    own = next((each for each in _facts(kind).models if each.id == section.get(MODEL)), None)
    usd_in, usd_out = section.get(USD_IN), section.get(USD_OUT)
    if usd_in is not None and usd_out is not None:
        return Price(usd_in, usd_out, _dearest_fee(kind) if own is None else own.usd_request)
    if own is not None and (priced := _priced(own)) is not None:
        return priced
    return FREE if _is_free(kind, base_url) else None


def _dearest_fee(kind: Kind) -> float:
    """What a vendor that bills each request beside its tokens may bill for a model that nobody knows."""
    facts = _facts(kind)
    return max(facts.usd_request, *(model.usd_request for model in facts.models), 0.0)


def _priced(model: Model) -> Price | None:
    if model.usd_in is None or model.usd_out is None:
        return None
    return Price(model.usd_in, model.usd_out, model.usd_request)


def _is_free(kind: Kind, base_url: str) -> bool:
    """The programs that run models themselves, and whatever else the user calls a server of this computer."""
    return kind.local or (kind.generic and is_loopback(host_of(base_url)))
