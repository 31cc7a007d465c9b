"""`provider catalog`: what can be watched, and whether the catalogue is right."""

import argparse
from collections.abc import Iterator
from typing import Any

from trayuptime.cli.common import CommandError, Exit, Place, say, say_json, warn
from trayuptime.config.addresses import account_question, question_url
from trayuptime.config.catalogue import kinds
from trayuptime.config.kinds import Kind, Model, Sla
from trayuptime.config.overlay import OVERLAY_FILE, use_overlay
from trayuptime.config.problems import Problem, did_you_mean, shown
from trayuptime.config.shipped import left_out
from trayuptime.core.evidence import ErrorRow
from trayuptime.core.feed import Part

PROBE_TOKENS_IN = 10
PROBE_TOKENS_OUT = 1
"""What one short question and its answer are taken to be, to compare prices by."""


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Lists every kind that can be configured, tells all of some, or checks them."""
    own = place.home.config_file.with_name(OVERLAY_FILE)
    wrong = use_overlay(own)
    if wrong and not args.check:
        warn("\n".join([*map(str, wrong), f"{own} is left aside until that is mended."]))
    for word in args.kinds:
        if word not in kinds():
            if word in left_out():
                raise CommandError(f"There is no kind {shown(word)}: it {left_out()[word]}.")
            raise CommandError(f"There is no kind {shown(word)}{did_you_mean(word, kinds()) or '.'}")
    if args.check:
        return _check(wrong, as_json=args.json)
    asked = [kinds()[word] for word in args.kinds or kinds()]
    if args.json:
        say_json([_as_json(kind) for kind in asked])
    elif args.kinds:
        say("\n".join(line for kind in asked for line in _block(kind)))
    else:
        say("\n".join(map(_line, asked)))
    return Exit.OK


def _check(own: tuple[Problem, ...], *, as_json: bool) -> Exit:
    from trayuptime.config.catalogue_check import of_shipped  # noqa: PLC0415 - only for this choice

    problems = (*own, *of_shipped())
    if as_json:
        say_json([_problem_as_json(problem) for problem in problems])
    elif problems:
        say("\n".join(map(str, problems)))
    else:
        say(f"The catalogue is right: {len(kinds())} kinds.")
    return Exit.USAGE if problems else Exit.OK


def price_per_probe_usd(model: Model) -> float | None:
    """What one short answer costs; `None` where the price is not known."""
    if model.usd_in is None or model.usd_out is None:
        return None
    tokens = (model.usd_in * PROBE_TOKENS_IN + model.usd_out * PROBE_TOKENS_OUT) / 1e6
    return tokens + model.usd_request


def _line(kind: Kind) -> str:
    """All of one kind that fits into a list."""
    parts = [kind.id, kind.name, kind.base_url or "an address of your own"]
    if kind.env:
        parts.append(f"key in {' or '.join(kind.env)}")
    if kind.base_urls:
        parts.append(f"also {', '.join(other.region for other in kind.base_urls)}")
    parts.append(f"status page: {kind.feeds[0].format if kind.feeds else 'not read'}")
    if kind.completion and kind.completion.models:
        parts.append(f"completion: {_price(kind.completion.models[0])}")
    if kind.sla:
        parts.append(f"promises {kind.sla.text}{'' if kind.sla.verified else ' (not verified)'}")
    return "  ".join(parts)


def _block(kind: Kind) -> Iterator[str]:
    """All of one kind that a user may want to know."""
    env = f"  key in {' or '.join(kind.env)}" if kind.env else ""
    yield f"{kind.id}  {kind.name}  {kind.base_url or 'an address of your own'}{env}"
    for line in _lines(kind):
        yield f"    {line}"


def _lines(kind: Kind) -> Iterator[str]:
    if kind.dialect is None:
        yield "any page: web_url is yours to give"
        return
    if kind.example is not None:
        yield f'base_url is yours to give, such as "{kind.example}"'
    for other in kind.base_urls:
        keys = ", which has keys of its own" if other.own_keys else ""
        keys += f", in {' or '.join(other.env)}" if other.env else ""
        yield f'also base_url = "{other.url}" ({other.region}{keys})'
    for tongue in kind.also_speaks:
        how = f'provider add {tongue.dialect}-compatible --base-url "{tongue.url}"'
        yield f"speaks {tongue.dialect} too, watched with: {how}"
    for word, names in kind.env_words.items():
        yield f"{word} in {' or '.join(names)}"
    if (asked := _free_question(kind)) is not None:
        yield f"asks {asked[0]} {asked[1]}, free of charge: proves {_proved(kind)}"
    yield f"completion: {_completion(kind)}"
    page = f" ({kind.status_url})" if kind.status_url else ""
    if kind.feeds:
        yield f"status page: {kind.feeds[0].format}{page}"
    else:
        yield f"status page: not read: {kind.no_feed or 'none is known'}{page}"
    if kind.sla is not None:
        yield f"promises {kind.sla.text}{'' if kind.sla.verified else ' (not verified)'}"
    if kind.note:
        yield f"it {kind.note}"
    if kind.unverified:
        yield f"without a source: {', '.join(kind.unverified)}"


def _free_question(kind: Kind) -> tuple[str, str] | None:
    """What is asked with a key, where the address is known."""
    if kind.base_url is None:
        return None
    asked = account_question(kind, kind.base_url)
    return (asked.method, asked.url) if asked else ("GET", question_url(kind, kind.base_url))


def _proved(kind: Kind) -> str:
    if kind.proves == ("address",):
        return "that it is there, not what your key is worth"
    return f"the {', the '.join(kind.proves)}"


def _completion(kind: Kind) -> str:
    if kind.completion is None:
        return f"none: {kind.no_completion or 'how is not known'}"
    if not kind.completion.models:
        return "with a model that you name"
    model = kind.completion.models[0]
    doubt = " (not verified)" if model.unverified else ""
    return f"{model.id}, {_price(model)}{doubt}{', which thinks before it answers' if model.reasons else ''}"


def _price(model: Model) -> str:
    price = price_per_probe_usd(model)
    if price is None:
        return "price not known"
    return "free" if price == 0 else f"about ${_decimal(price)} each"


def _decimal(amount: float) -> str:
    """Two digits that count, without an exponent."""
    return f"{amount:.12f}".rstrip("0") if amount < 1 else f"{amount:.2f}"


def _as_json(kind: Kind) -> dict[str, Any]:
    models = kind.completion.models if kind.completion else ()
    asked = _free_question(kind)
    return {
        "schema": 1,
        "id": kind.id,
        "name": kind.name,
        "generic": kind.generic,
        "dialect": kind.dialect,
        "base_url": kind.base_url,
        "base_urls": [
            {
                "region": other.region,
                "url": other.url,
                "own_keys": other.own_keys,
                "env": list(other.env),
            }
            for other in kind.base_urls
        ],
        "also_speaks": [{"dialect": tongue.dialect.value, "url": tongue.url} for tongue in kind.also_speaks],
        "example": kind.example,
        "env_words": {word: list(names) for word, names in kind.env_words.items()},
        "env": list(kind.env),
        "env_base": list(kind.env_base),
        "local": kind.local,
        "question": None if asked is None else {"method": asked[0], "url": asked[1]},
        "proves": list(kind.proves),
        "auth": None
        if kind.auth_header is None
        else {"header": kind.auth_header, "format": kind.auth_format},
        "headers": dict(kind.headers),
        "balance_url": kind.balance_url,
        "rate_headers": list(kind.rate_headers),
        "errors": [_row_as_json(row) for row in kind.errors],
        "web_url": kind.web_url,
        "login_url": kind.login_url,
        "console_url": kind.console_url,
        "billing_url": kind.billing_url,
        "status_url": kind.status_url,
        "feeds": [{"format": feed.format, "url": feed.url} for feed in kind.feeds],
        "components": [_part_as_json(part) for part in kind.parts],
        "feed_regions": list(kind.regions),
        "no_feed": kind.no_feed or None,
        "models": [
            {
                "id": model.id,
                "usd_per_mtok_in": model.usd_in,
                "usd_per_mtok_out": model.usd_out,
                "usd_per_request": model.usd_request,
                "usd_per_probe": price_per_probe_usd(model),
                "reasons": model.reasons,
                "unverified": model.unverified,
            }
            for model in models
        ],
        "completion_extra": None if kind.completion is None else dict(kind.completion.extra),
        "no_completion": kind.no_completion or None,
        "sla": _sla(kind.sla) if kind.sla else None,
        "note": kind.note or None,
        "facts": list(kind.facts),
        "unverified": list(kind.unverified),
    }


def _row_as_json(row: ErrorRow) -> dict[str, Any]:
    """A row of the vendor's own error table; its dialect's holds besides."""
    return {
        "reason": row.reason.value,
        "http_statuses": sorted(row.statuses),
        "codes": sorted(row.codes),
        "says": list(row.says),
        "detail": row.detail or None,
    }


def _part_as_json(part: Part) -> dict[str, Any]:
    return {
        "surface": None if part.surface is None else part.surface.value,
        "id": part.id or None,
        "name": part.name or None,
        "contains": list(part.contains),
    }


def _problem_as_json(problem: Problem) -> dict[str, Any]:
    return {
        "schema": 1,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "message": str(problem.message),
    }


def _sla(sla: Sla) -> dict[str, Any]:
    return {"text": sla.text, "verified": sla.verified, "percent": sla.percent}
