"""A challenge page tells nothing of the vendor behind it."""

from trayuptime.core.answer import Answer
from trayuptime.core.model import Evidence

WALL_STATUSES = frozenset({401, 403, 405, 406, 429})
"""What walls answer with, besides a success."""

# Only what a challenge page alone says: Cloudflare puts a script from `/cdn-cgi/challenge-platform/` into
# ordinary pages too, and a log-in form, or an error page around it, may well load a captcha.
_CHALLENGE_MARKS = (b"cf-chl", b"_cf_chl_opt", b"<title>just a moment", b"verify you are human")


def challenged(evidence: Evidence, answer: Answer) -> bool:
    """Whether a browser would now be asked to prove itself."""
    return evidence.headers.get("cf-mitigated") == "challenge" or any(
        mark in answer.raw for mark in _CHALLENGE_MARKS
    )
