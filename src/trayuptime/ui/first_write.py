"""Writes the first configuration from what was ticked, with the keys that were to be copied."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trayuptime.config.keys import NoKey
from trayuptime.config.pasted import NotAKey, unwrap
from trayuptime.config.problems import ConfigError
from trayuptime.config.store import Choice, write_first
from trayuptime.ui.offers import Offer, with_fallbacks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, in words for a person."""

    written: bool
    words: str


def write(config_file: Path, ticked: Sequence[Offer], environ: Mapping[str, str]) -> Outcome:
    """Copies keys first, then writes; a provider whose key cannot be copied is without, and that is told.

    Waits for the keyring where a key is copied, up to half a minute: then it belongs in a thread of its own.
    """
    choices: list[Choice] = []
    troubles: list[str] = []
    copied: list[str] = []
    for offer in ticked:
        trouble = _copy(offer, environ, refused=troubles) if offer.found is not None else None
        if trouble is not None:
            troubles.append(trouble)
        elif offer.found is not None:
            copied.append(offer.choice.id)
        choices.append(offer.choice if trouble is None else replace(offer.choice, key=NoKey()))
    outcome = _written(config_file, choices)
    if not outcome.written:
        _take_back(copied, environ)
        return outcome
    return Outcome(True, " ".join([outcome.words, *dict.fromkeys(troubles)]))


def _copy(offer: Offer, environ: Mapping[str, str], refused: Sequence[str]) -> str | None:
    from trayuptime.system import secrets  # noqa: PLC0415 - only for who has a key copied

    assert offer.found is not None
    assert offer.found.read_key is not None
    if refused:  # one question is enough for a keyring that does not want to
        return refused[0]
    try:
        key = unwrap(offer.found.read_key() or "").key
    except NotAKey:
        return f"There was no usable key in {offer.found.sources[0]} any more."
    problem = asyncio.run(secrets.store(offer.choice.id, key, environ))
    return None if problem is None else f"{offer.name} has no key yet: {problem.sentence}"


def _take_back(ids: Sequence[str], environ: Mapping[str, str]) -> None:
    from trayuptime.system import secrets  # noqa: PLC0415 - as above

    for name in ids:
        asyncio.run(secrets.delete(name, environ))


def _written(config_file: Path, choices: Sequence[Choice]) -> Outcome:
    try:
        write_first(config_file, with_fallbacks(choices))
    except ConfigError as error:
        return Outcome(False, f"That makes no configuration: {error}")
    except OSError as error:
        if config_file.exists():
            return Outcome(False, f"{config_file} exists already; add a [[provider]] there.")
        return Outcome(False, f"{config_file} could not be written: {error.strerror}.")
    return Outcome(True, f"Written to {config_file}. Watching begins.")
