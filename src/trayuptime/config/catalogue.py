"""The catalogue in force: the shipped entries, with the user's own facts over them."""

from collections.abc import Iterator, Mapping

from trayuptime.config import shipped
from trayuptime.config.addresses import client_base_url, models_url, reach_url
from trayuptime.config.entries import kind_of, laid_over
from trayuptime.config.kinds import CompletionFacts, Kind, Model
from trayuptime.config.shipped import Entry

__all__ = [
    "CompletionFacts",
    "Kind",
    "Model",
    "client_base_url",
    "kinds",
    "lay_over",
    "made",
    "models_url",
    "reach_url",
    "vendors",
]


class _Catalogue(Mapping[str, Kind]):
    """Kinds by their word, each made when it is first asked for."""

    def __init__(self, own: Mapping[str, Entry]) -> None:
        generic = shipped.generic_words()
        added = (word for word in own if word not in generic)
        self.own = own
        self._made: dict[str, Kind | None] = dict.fromkeys((*shipped.vendor_words(), *added, *generic))

    def __getitem__(self, word: str) -> Kind:
        kind = self._made[word]
        if kind is None:
            kind = self._made[word] = made(word, self.own.get(word, {}))
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


_in_force: list[_Catalogue] = []
"""At most one; a list, so that it can be replaced in one step from any thread."""


def kinds() -> Mapping[str, Kind]:
    """Every kind by its word: vendors, the user's own, then those whose address the user gives."""
    if not _in_force:
        lay_over({})
    return _in_force[0]


def made(word: str, own: Entry) -> Kind:
    """One kind from what is shipped of it, if anything is, and the user's facts over that."""
    generic = word in shipped.generic_words()
    known = generic or word in shipped.vendor_words()
    facts = laid_over(shipped.entry(word) if known else {}, own)
    return kind_of(word, facts, shipped.dialect_facts(facts.get("dialect")), generic=generic)


def vendors() -> tuple[Kind, ...]:
    """The kinds whose address is known."""
    return tuple(kind for kind in kinds().values() if not kind.generic)


def lay_over(own: Mapping[str, Entry]) -> None:
    """Puts the user's entries over the shipped ones, for this process, in the place of any before.

    Args:
        own: checked entries by their word; none leaves the shipped catalogue alone.
    """
    if not _in_force or _in_force[0].own != own:
        _in_force[:] = [_Catalogue(own)]
