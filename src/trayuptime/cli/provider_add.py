"""`provider add`: one more provider in the configuration, and its key where it belongs."""

import argparse
import contextlib
import sys
from collections.abc import Iterable
from dataclasses import replace

from trayuptime.cli import edits, key_options
from trayuptime.cli.common import CommandError, Exit, Place, say, say_json, warn
from trayuptime.cli.key_options import Given
from trayuptime.config.catalogue import Kind, kinds
from trayuptime.config.edit import add_provider, ids_of
from trayuptime.config.keys import EnvKey, KeyringKey, NoKey
from trayuptime.config.load import read
from trayuptime.config.parse import Rejected
from trayuptime.config.pasted import looks_like_key
from trayuptime.config.problems import ConfigError
from trayuptime.config.schema import KIND
from trayuptime.config.store import Choice
from trayuptime.config.urls import host_of
from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core.contract import SCHEMA


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Adds the provider that the arguments describe; without a kind, what was found on this computer."""
    if args.kind is None or args.found is not None:
        from trayuptime.cli import provider_found  # noqa: PLC0415 - looks through the computer

        return provider_found.run(args, place)
    edits.configured(place)  # with the user's own kinds; a broken file is told before anybody asks for a key
    kind = _kind(args.kind)
    given = key_options.read_given(args, place) or _asked(kind, place, as_json=args.json)
    added, config = add(_choice(args, kind, given), given, place, fixed=args.id is not None)
    running = edits.tell_engine(place, "reread", "keys")
    if args.json:
        say_json(described(added, place))
    else:
        _tell(added, place, running=running)
    for problem in config.warnings:
        if f'"{added.id}"' in problem.where:
            warn(f"Note: {problem.message}.")
    return Exit.OK


def add(choice: Choice, given: Given, place: Place, *, fixed: bool) -> tuple[ProviderConfig, Config]:
    """Stores the key, then writes the provider.

    Args:
        choice: what to write.
        given: its key.
        place: where.
        fixed: the id is the user's; else one is made of it that is free.

    Returns:
        The provider as it is watched, and the whole configuration.

    Raises:
        CommandError: nothing was written; a key that was stored already is taken back.
    """
    written = choice
    stored: list[str] = []

    def edit(text: str) -> str:
        nonlocal written
        written = choice if fixed else replace(choice, id=free_id(choice.id, ids_of(text)))
        after = add_provider(text, written.settings())
        if written.model is not None:
            _tell_cost(after, written.id)
        return after

    def store_key() -> None:
        if given.secret is not None and written.id not in stored:
            edits.store_key(written.id, given.secret, place)
            stored.append(written.id)

    try:
        config = edits.change(place, edit, first=store_key)
    except CommandError:
        for name in stored:
            edits.forget_key(name, place)
        raise
    for name in stored:
        if name != written.id:  # somebody else took that id between two tries
            edits.forget_key(name, place)
    (added,) = [provider for provider in config.providers if provider.id == written.id]
    return added, config


def _tell_cost(text: str, name: str) -> None:
    """What a month of answers costs, before they are switched on; a bad text is told elsewhere."""
    from trayuptime.cli.completions import cost_line  # noqa: PLC0415 - only with a model

    with contextlib.suppress(ConfigError):
        for provider in read(text).providers:
            if provider.id == name and provider.completion is not None:
                warn(cost_line(provider))


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """The id itself, or the first with a number behind it that nobody has."""
    known = set(taken)
    number, name = 1, wanted
    while name in known:
        number += 1
        name = f"{wanted}-{number}"
    return name


def described(provider: ProviderConfig, place: Place) -> dict[str, object]:
    """A provider as `add --json` and `list --json` print it."""
    return {
        "schema": SCHEMA,
        "id": provider.id,
        "name": provider.name,
        "kind": provider.kind,
        "enabled": provider.enabled,
        "surfaces": [surface.value for surface in provider.surfaces],
        "key": str(provider.key),
        "base_url": provider.base_url,
        "web_url": provider.web_url,
        "fallbacks": list(provider.fallbacks),
        "config_file": str(place.home.config_file),
    }


def _kind(word: str) -> Kind:
    if "://" in word:
        raise CommandError(
            "An address is no kind. For an API: `trayuptime provider add openai-compatible --base-url URL`;"
            " for a page: `trayuptime provider add website --web-url URL`."
        )
    try:
        return kinds()[KIND.parse(word)]
    except Rejected as error:
        why = "; ".join(fault.message for fault in error.faults)
        raise CommandError(edits.sentence(f"KIND {why}")) from None


def _choice(args: argparse.Namespace, kind: Kind, given: Given) -> Choice:
    for option in ("id", "name", "model"):
        if looks_like_key(getattr(args, option) or ""):
            raise CommandError(f"--{option} looks like a key. Keys are never arguments; nothing was changed.")
    return Choice(
        id=args.id or kind.id,
        kind=kind.id,
        key=given.ref,
        base_url=args.base_url,
        fallbacks=_words(args.fallbacks),
        name=args.name,
        surfaces=_words(args.surfaces),
        web_url=args.web_url,
        login_url=args.login_url,
        feed=args.feed,
        allow_http=args.allow_http,
        model=args.model,
        usd_in=args.usd_in,
        usd_out=args.usd_out,
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def _asked(kind: Kind, place: Place, *, as_json: bool) -> Given:
    """The key where no option tells: asked for at a terminal, otherwise none, with the way to add one."""
    if kind.dialect is None or (kind.keyless and not kind.env):
        return Given(NoKey())
    variable = next((name for name in kind.env if place.environ.get(name)), None)
    if as_json or not sys.stdin.isatty():
        if variable is not None:
            warn(f"{variable} is set here; to use its key: --key-from-env {variable}")
        return Given(NoKey())
    if variable is not None and _agrees(f"Use the key in the environment variable {variable}? [Y/n] "):
        return Given(EnvKey(variable))
    secret = key_options.asked(f"Key for {kind.name}, into the keyring (nothing: watch it without a key): ")
    return Given(NoKey()) if secret is None else Given(KeyringKey(), secret)


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in {"", "y", "yes"}
    except EOFError:
        return False


def _tell(added: ProviderConfig, place: Place, *, running: bool) -> None:
    where = "" if added.name == added.id else f" ({added.name})"
    say(f"Added {added.id}{where} to {place.home.config_file}.")
    say(f"  asks {_asks(added)}; {_of_key(added)}")
    say(f"Try it now: trayuptime provider test {added.id}")
    if not running:
        say("Start watching: trayuptime   (without a desktop: trayuptime run --headless)")


def _asks(provider: ProviderConfig) -> str:
    urls = {"api": provider.base_url, "web": provider.web_url, "login": provider.login_url}
    hosts = [host_of(url) for surface in provider.surfaces if (url := urls[surface.value])]
    return ", ".join(dict.fromkeys(hosts))


def _of_key(provider: ProviderConfig) -> str:
    match provider.key:
        case KeyringKey():
            return "its key is in the keyring"
        case NoKey() if provider.dialect is None or kinds()[provider.kind].keyless:
            return "without a key"
        case NoKey():
            return (
                "without a key, so only whether it is there is seen; add one with: "
                f"trayuptime provider key {provider.id}"
            )
        case ref:
            return f"with the key in {ref}"
