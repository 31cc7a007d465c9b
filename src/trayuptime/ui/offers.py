"""What a new user chooses from: where each provider was found, whom it asks, and what would be copied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trayuptime.config.catalogue import Kind, kinds, vendors
from trayuptime.config.keys import EnvKey, NoKey
from trayuptime.config.store import Choice
from trayuptime.config.urls import host_of
from trayuptime.core.model import Surface
from trayuptime.system.finding.found import Found
from trayuptime.system.finding.seen import moved

STARTER = ("deepseek", "openai", "anthropic", "gemini")


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider that could be watched.

    Attributes:
        choice: what would be written.
        name: the vendor's.
        words: where it was found, where its key lies, and which host would be contacted.
        chosen: ticked at first.
        found: whose key would be copied into the keyring; `None` where nothing is copied.
    """

    choice: Choice
    name: str
    words: str
    chosen: bool
    found: Found | None = None


def offers(environ: Mapping[str, str], found: Sequence[Found] = ()) -> tuple[Offer, ...]:
    """Vendors whose key lies in a well-known environment variable, then what was found, then the starter set.

    Args:
        environ: of the user.
        found: on this computer, as soon as it has been looked through; nothing of it is ticked at first.
    """
    keyed = [offer for kind in vendors() if (offer := _of_variable(kind.id, environ)) is not None]
    known = {offer.choice.kind for offer in keyed}
    more = [_of_found(each) for each in found if each.ready and (each.base_url or each.kind not in known)]
    known |= {offer.choice.kind for offer in more if offer.choice.base_url is None}
    bare = [_of_starter(kind.id) for kind in vendors() if kind.id in STARTER and kind.id not in known]
    return tuple(_with_own_ids([*keyed, *more, *bare]))


def with_fallbacks(choices: Sequence[Choice]) -> list[Choice]:
    """Each provider falls back to the others whose key is known, in the order they were offered."""
    keyed = [choice.id for choice in choices if not isinstance(choice.key, NoKey)]
    return [replace(c, fallbacks=tuple(other for other in keyed if other != c.id)) for c in choices]


def _of_variable(word: str, environ: Mapping[str, str]) -> Offer | None:
    kind = kinds()[word]
    variable = next((name for name in kind.env if environ.get(name)), None)
    if variable is None or moved(word, environ):  # whose key it is, only looking through this computer tells
        return None
    words = f"with the key in {variable} · asks {_hosts(kind, host_of(kind.base_url or ''))}"
    return Offer(Choice(kind.id, kind.id, EnvKey(variable)), kind.name, words, chosen=True)


def _of_found(found: Found) -> Offer:
    kind = kinds()[found.kind]
    choice = Choice(found.id, found.kind, found.key, base_url=found.base_url)
    if found.copies:
        key = f"copies its key from {found.sources[0]} into the keyring"
    elif isinstance(found.key, NoKey):
        key = found.sources[0]
    else:
        key = f"with the key in {found.key} · {found.sources[0]}"
    name = kind.name if found.base_url is None or not kind.generic else found.id
    words = f"{key} · asks {_hosts(kind, found.host)}"
    return Offer(choice, name, words, chosen=False, found=found if found.copies else None)


def _of_starter(word: str) -> Offer:
    kind = kinds()[word]
    words = f"without a key, only whether it is there · asks {_hosts(kind, host_of(kind.base_url or ''))}"
    return Offer(Choice(kind.id, kind.id), kind.name, words, chosen=False)


def _hosts(kind: Kind, host: str) -> str:
    """Whom the API's questions go to, and the vendor's status page where it speaks of the API."""
    speaks = not kind.parts or any(part.surface in {None, Surface.API} for part in kind.parts)
    return f"{host} and {host_of(kind.feeds[0].url)}" if kind.feeds and speaks else host


def _with_own_ids(offers: Sequence[Offer]) -> list[Offer]:
    taken: set[str] = set()
    own = []
    for offer in offers:
        number, name = 1, offer.choice.id
        while name in taken:
            number += 1
            name = f"{offer.choice.id}-{number}"
        taken.add(name)
        own.append(replace(offer, choice=replace(offer.choice, id=name)))
    return own
