"""Reads the files in which a tool keeps keys and addresses under the names of variables."""

from collections.abc import Iterator

from trayuptime.system.finding.reading import assignments, at, from_json, table, word
from trayuptime.system.finding.seen import Seen, of_variables, secret_of


def claude(text: str) -> Iterator[Seen]:
    """Claude Code's variables, of Anthropic or a gateway that speaks as it does."""
    env = table(at(from_json(text), "env"))
    secret = secret_of(env.get("ANTHROPIC_API_KEY")) or secret_of(env.get("ANTHROPIC_AUTH_TOKEN"))
    url = word(env.get("ANTHROPIC_BASE_URL"))
    if secret is not None or url is not None:
        yield Seen("anthropic", url, secret=secret, anthropic=True)


def dotenv(text: str) -> Iterator[Seen]:
    """Well-known variables."""
    yield from of_variables(dict(assignments(text)))
