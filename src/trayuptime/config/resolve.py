"""One provider's section and what the catalogue knows become one `ProviderConfig`, or complaints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trayuptime.config import completions
from trayuptime.config.addresses import (
    account_question,
    balance_url,
    client_base_url,
    feed_sources,
    places,
    question_url,
    reach_url,
)
from trayuptime.config.catalogue import Kind, kinds
from trayuptime.config.keys import EnvKey, KeyRef, NoKey
from trayuptime.config.problems import Complaint, did_you_mean, shown
from trayuptime.config.schema import (
    ALLOW_HTTP,
    BASE_URL,
    CA_BUNDLE,
    CONFIRM_AFTER,
    ENABLED,
    FALLBACKS,
    FEED,
    FEED_COMPONENTS,
    ID,
    INTERVAL,
    KEY,
    KIND,
    LOGIN_URL,
    MAINTENANCE,
    MUST_RUN,
    NAME,
    NO_FEED,
    POLLING,
    PROXY,
    RECOVER_AFTER,
    RETRY_INTERVAL,
    SLA,
    SURFACES,
    TIMEOUT,
    WEB_URL,
    Setting,
    T,
)
from trayuptime.config.sections import Read, in_unit
from trayuptime.config.urls import host_of, is_loopback
from trayuptime.config.values import FeedConfig, ProviderConfig
from trayuptime.core.feed import Part
from trayuptime.core.model import Level, Rules, Surface


def resolve(section: Read, polling: Read, completion: Read | None) -> ProviderConfig | list[Complaint]:
    """Merges the catalogue into a section and checks what only shows in the whole.

    Args:
        section: one `[[provider]]`.
        polling: the file's defaults.
        completion: its `[provider.completion]`, where there is one.

    Returns:
        The provider, or everything that does not fit together in it; parts that `section` already complains
        of count as absent.
    """
    if not section.has(KIND):
        return []  # its absence is complained of already, and nothing more can be said
    kind = kinds()[section.get(KIND)]
    addresses = _addresses(section, kind)
    surfaces = section.get(SURFACES) or ((Surface.WEB,) if kind.dialect is None else (Surface.API,))
    complaints = [
        *_address_complaints(section, kind, addresses, surfaces),
        *_key_complaints(section, kind, addresses),
        *_limit_complaints(section, polling, addresses.asked(surfaces)),
        *completions.complaints(completion, kind, addresses.base, surfaces),
    ]
    reach = addresses.reach or addresses.web
    if complaints or reach is None:
        return complaints
    auth_header, auth_format = _auth(kind, section.get(KEY))
    base = addresses.base
    balance = balance_url(kind, base) if base else None
    return ProviderConfig(
        id=section.get(ID),
        name=section.get(NAME) or (section.get(ID) if kind.generic else kind.name),
        kind=kind.id,
        surfaces=surfaces,
        enabled=section.get(ENABLED),
        fallbacks=section.get(FALLBACKS),
        key=section.get(KEY),
        rules=rules_of(section, polling),
        dialect=kind.dialect,
        base_url=base,
        models_url=addresses.models,
        models_answer=kind.models_answer,
        models_public=kind.models_public,
        account=account_question(kind, base) if base else None,
        balance_url=balance,
        balance_available=kind.balance_available if balance else "",
        errors=kind.errors,
        must_run=section.get(MUST_RUN) or not kind.local,
        server=kind.server,
        reach_url=reach,
        web_url=addresses.web,
        login_url=addresses.login,
        headers=kind.headers,
        auth_header=auth_header,
        auth_format=auth_format,
        keyless_level=Level.MODELS if kind.keyless else Level.REACH,
        allow_http=section.get(ALLOW_HTTP),
        proxy=section.get(PROXY),
        ca_bundle=section.get(CA_BUNDLE),
        feed=_feed(section, kind, surfaces, base),
        completion=completions.resolve(completion, kind, addresses.base),
        maintenance=section.get(MAINTENANCE),
        sla=section.get(SLA),
    )


def _auth(kind: Kind, key: KeyRef) -> tuple[str | None, str | None]:
    """The header of the key and its form, which the variable that holds it may tell."""
    for form in kind.auth_forms:
        if isinstance(key, EnvKey) and key.name == form.env:
            return form.header, form.format
    return kind.auth_header, kind.auth_format


def rules_of(section: Read, polling: Read) -> Rules:
    """The polling in force: the section's own, then the file's, then the defaults."""

    def in_force(setting: Setting[T]) -> T:
        return (section if section.has(setting) else polling).get(setting)

    return Rules(
        interval_s=in_force(INTERVAL),
        retry_interval_s=in_force(RETRY_INTERVAL),
        confirm_after=in_force(CONFIRM_AFTER),
        recover_after=in_force(RECOVER_AFTER),
        timeout_s=in_force(TIMEOUT),
    )


def check_names(sections: Sequence[Read]) -> Iterable[Complaint]:
    """Ids that are taken, and fallbacks that lead nowhere or back."""
    taken: set[str] = set()
    for section in sections:
        if section.has(ID):
            own = section.get(ID)
            if own in taken:
                yield Complaint(section.at(ID), f"id {shown(own)} is taken by a provider further up")
            taken.add(own)
    for section in sections:
        fallbacks: tuple[str, ...] = section.get(FALLBACKS)
        for index, fallback in enumerate(fallbacks):
            place = (*section.at(FALLBACKS), index)
            if section.has(ID) and fallback == section.get(ID):
                yield Complaint(place, "fallbacks must not name the provider itself")
            elif fallback not in taken:
                hint = did_you_mean(fallback, taken)
                yield Complaint(place, f"fallbacks names the unknown provider {shown(fallback)}{hint}")


@dataclass(frozen=True, slots=True)
class _Addresses:
    base: str | None
    models: str | None = None
    reach: str | None = None
    web: str | None = None
    login: str | None = None

    def asked(self, surfaces: Iterable[Surface]) -> list[str]:
        of_surface = {Surface.API: self.models, Surface.WEB: self.web, Surface.LOGIN: self.login}
        return [url for surface in surfaces if (url := of_surface[surface])]


def _addresses(section: Read, kind: Kind) -> _Addresses:
    base = section.get(BASE_URL) or kind.base_url
    web = section.get(WEB_URL) or kind.web_url
    login = section.get(LOGIN_URL) or kind.login_url
    if kind.dialect is None:
        return _Addresses(None, web=web or base, login=login)
    if base is None:
        return _Addresses(None, web=web, login=login)
    return _Addresses(
        client_base_url(kind, base), question_url(kind, base), reach_url(kind, base), web, login
    )


def _address_complaints(
    section: Read, kind: Kind, addresses: _Addresses, surfaces: tuple[Surface, ...]
) -> Iterable[Complaint]:
    if kind.dialect is None:
        yield from _website_complaints(section, addresses, surfaces)
    elif addresses.base is None and BASE_URL.name not in section.written:
        message = f'base_url is missing; kind {kind.id} needs one, such as "{kind.example}"'
        yield Complaint(section.path, message)
    for surface, setting, known in (
        (Surface.WEB, WEB_URL, addresses.web),
        (Surface.LOGIN, LOGIN_URL, addresses.login),
    ):
        if surface in surfaces and not known and setting.name not in section.written:
            if kind.dialect is None and surface is Surface.WEB:
                continue
            message = f"surfaces has {surface}, but kind {kind.id} has no known {setting.name}; add one"
            yield Complaint(section.at(SURFACES), message)


def _website_complaints(
    section: Read, addresses: _Addresses, surfaces: tuple[Surface, ...]
) -> Iterable[Complaint]:
    if Surface.API in surfaces:
        yield Complaint(section.at(SURFACES), "surfaces must not have api: a website has none")
    if {WEB_URL.name, BASE_URL.name} <= section.written:
        yield Complaint(section.at(BASE_URL), "base_url and web_url both name the page; keep one of them")
    if addresses.web is None and not {WEB_URL.name, BASE_URL.name} & section.written:
        yield Complaint(
            section.path, 'web_url is missing; kind website needs one, such as "https://example.com"'
        )


def _key_complaints(section: Read, kind: Kind, addresses: _Addresses) -> Iterable[Complaint]:
    if not section.has(KEY) or isinstance(section.get(KEY), NoKey):
        return
    if kind.dialect is None:
        yield Complaint(section.at(KEY), "key has no use for a website; leave it out")
    elif (
        addresses.base is not None
        and addresses.base.startswith("http://")
        and not is_loopback(host_of(addresses.base))
        and not section.get(ALLOW_HTTP)
    ):
        yield Complaint(
            section.at(BASE_URL),
            "base_url would send the key over plain http; use https://, or allow it with allow_http = true",
        )


def _limit_complaints(section: Read, polling: Read, urls: list[str]) -> Iterable[Complaint]:
    """The gentler limits of loopback hold only where nobody else is asked."""
    if all(is_loopback(host_of(url)) for url in urls):
        return
    for setting in POLLING.settings:
        source = section if section.has(setting) else polling
        least = setting.least
        if least is None or setting.least_on_loopback is None:
            continue
        if not source.has(setting) or source.get(setting) >= least:
            continue
        message = f"{setting.name} must be at least {in_unit(setting, least)}"
        if source is section:
            message += " for a host that is not on loopback"
        else:  # the same words for every provider it touches, so that they are said once
            message += ": some providers are not on loopback; those that are may have their own"
        yield Complaint(source.at(setting), message)


def _feed(
    section: Read, kind: Kind, surfaces: tuple[Surface, ...], base_url: str | None
) -> FeedConfig | None:
    """The user's own page before the catalogue's; without any word about parts, the whole of it.

    A vendor's page that speaks of none of the watched surfaces is not read. Of signing in any may speak.
    """
    address = section.get(FEED)
    if address == NO_FEED or (address is None and not kind.feeds):
        return None
    named = tuple(Part(id=word, name=word, contains=(word,)) for word in section.get(FEED_COMPONENTS))
    speaks_of = {Surface.LOGIN, *(part.surface for part in kind.parts)}
    if address is None and kind.parts and speaks_of.isdisjoint({None, *surfaces}):
        return None
    return FeedConfig(
        page_url=address or kind.status_url or kind.feeds[0].url,
        sources=() if address else feed_sources(kind, base_url),
        parts=named or kind.parts,
        regions=places(kind, base_url),
        chosen=bool(named),
    )
