"""The playbook that is offered to who has none: what is known of a provider, as things to do in an outage."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKUP = re.compile(r"([\\`*_\[\]<>])")


@dataclass(frozen=True, slots=True)
class Named:
    """A provider by its id and the name for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a provider; empty where it is not.

    Attributes:
        provider: who fails.
        fallbacks: those that can be switched to, the user's first choice first.
        local: a server of the user's own, which nobody else starts again.
        status_url: the vendor's status page for people.
        console_url: where the account is, and with it the way to the vendor's support.
        promise: the availability that the vendor promises, in its words.
        promise_verified: read at the vendor itself.
    """

    provider: Named
    fallbacks: Sequence[Named] = ()
    local: bool = False
    status_url: str = ""
    console_url: str = ""
    promise: str = ""
    promise_verified: bool = False


def offered(known: Known) -> str:
    """The text, in Markdown, to be made the user's own."""
    return "\n".join([*_head(known), *_first(known), *_switch(known), *_tell(known), *_after(known)]) + "\n"


def _head(known: Known) -> Iterator[str]:
    yield f"# When {_plain(known.provider.name)} fails"
    yield ""
    yield "A line that begins with `- [ ]` is something to do; each incident keeps its own ticks."


def _first(known: Known) -> Iterator[str]:
    yield from ("", "## First")
    yield f"- [ ] Ask once more: `trayuptime check {known.provider.id}`"
    if known.local:
        yield "- [ ] Is it running? Start it again: (how)"
    elif known.status_url:
        yield f"- [ ] Read their status page: <{known.status_url}>"


def _switch(known: Known) -> Iterator[str]:
    yield from ("", "## Switch")
    for number, other in enumerate(known.fallbacks):
        name = _plain(other.name)
        to = f"Switch to {name}" if number == 0 else f"Where that does not answer either, switch to {name}"
        yield f"- [ ] {to}: `trayuptime switch {other.id}`"
    if not known.fallbacks:
        yield "- [ ] Choose somebody else: there is no fallback yet (`fallbacks` in the configuration)"
    yield "- [ ] Change what does not switch by itself: (which programs, where)"


def _tell(known: Known) -> Iterator[str]:
    yield from ("", "## Tell")
    yield "- [ ] Those who are waiting for it: (who, how)"
    if known.local:
        return
    where = f"<{known.console_url}>" if known.console_url else "(where)"
    yield f"- [ ] Their support, with what `trayuptime incidents --explain N` says: {where}"
    yield from ("", "## Contract")
    if known.promise:
        doubt = "" if known.promise_verified else " (not verified)"
        yield f"They promise {_plain(known.promise)}{doubt}."
        yield ""
    yield "- [ ] What we are owed, and until when to ask for it: (where the contract is)"


def _after(known: Known) -> Iterator[str]:
    yield from ("", "## Afterwards")
    if known.fallbacks:
        yield "- [ ] Go back: `trayuptime switch --back`"
    yield "- [ ] Write down what we learned: `trayuptime note N`"


def _plain(text: str) -> str:
    """A name that Markdown takes for nothing but words."""
    return _MARKUP.sub(r"\\\1", text)
