"""Which names belong together: the part of a host's name that somebody registered."""

_SHARED_SECOND = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""In front of a country's two letters these belong to nobody: `example.com.cn`."""


def site_of(host: str) -> str | None:
    """The registered part of a name, in lower case; `None` for an address and for a name of one label.

    By its form: a list of all suffixes would be large, and out of date. So two customers of one host for
    pages (`a.github.io` and `b.github.io`) count as one site.
    """
    labels = host.strip("[]").rstrip(".").lower().split(".")
    if ":" in host or labels[-1].isdigit() or len(labels) < 2:
        return None
    shared = len(labels[-1]) == 2 and labels[-2] in _SHARED_SECOND  # a country's code
    return ".".join(labels[-3:] if shared else labels[-2:])
