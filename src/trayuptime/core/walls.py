"""Pages of the shield in front of a vendor: a challenge tells nothing of it, an error page a little.

Cloudflare's 52x and 530 are server errors like all others; its codes from 1000 on come with a 4xx. AWS WAF
challenges with a 202 or 405 and names it in a header, so does SiteGround with a 202; Imperva with a 200 and a
page that only loads its own resource.
"""

import re

from trayuptime.core.answer import Answer
from trayuptime.core.evidence import ErrorRow, Evidence
from trayuptime.core.reasons import Reason

WALL_STATUSES = frozenset({401, 403, 405, 406, 429})
"""What walls answer with, besides a success."""

# Only what a challenge page alone says: Cloudflare puts a script from `/cdn-cgi/challenge-platform/` into
# ordinary pages too, and a log-in form, or an error page around it, may well load a captcha.
_CHALLENGE_MARKS = (
    *(b"cf-chl", b"_cf_chl_opt", b"<title>just a moment", b"verify you are human"),
    *(b"window.gokuprops", b"verify that you're not a robot"),
    *(b"incapsula incident id", b'src="/_incapsula_resource?cwudnsai', b'src="/_incapsula_resource?swudnsai'),
)
_CHALLENGE_HEADERS = {
    "cf-mitigated": {"challenge"},
    "x-amzn-waf-action": {"challenge", "captcha"},
    "sg-captcha": {"challenge"},
}

_CLOUDFLARE: dict[int, ErrorRow] = {
    1009: ErrorRow(Reason.NOT_AVAILABLE_HERE, detail="does not let your country in"),
    1015: ErrorRow(Reason.RATE_LIMITED),
}
_DENIED = ErrorRow(Reason.BAD_REQUEST, detail="is behind Cloudflare, which does not let this computer in")
_IN_PAGE = re.compile(rb"error(?:\s+code)?\s*:?\s*(?:<[^>]{0,100}>\s*)*(1[0-9]{3})\b")
_ALONE = re.compile(rb"\s*error code: (1[0-9]{3})\s*")
"""What a client that is no browser gets instead of the page."""
_LOOKED_THROUGH_BYTES = 65_536


def challenged(evidence: Evidence, answer: Answer) -> bool:
    """Whether a browser would now be asked to prove itself."""
    return names_a_challenge(evidence) or any(mark in answer.raw for mark in _CHALLENGE_MARKS)


def names_a_challenge(evidence: Evidence) -> bool:
    """Whether the shield says so in a header; then it is one whatever the status and the page are."""
    return any(evidence.headers.get(name, "").lower() in words for name, words in _CHALLENGE_HEADERS.items())


def cloudflare_row(evidence: Evidence, answer: Answer) -> ErrorRow | None:
    """What Cloudflare's own error page means, with its number in 1000–1999; `None` if it is no such page."""
    code = _cloudflare_code(evidence, answer)
    return None if code is None else _CLOUDFLARE.get(code, _DENIED)


def _cloudflare_code(evidence: Evidence, answer: Answer) -> int | None:
    if isinstance(answer.json, dict):
        code = answer.json.get("error_code")
        return code if answer.json.get("cloudflare_error") is True and isinstance(code, int) else None
    head = answer.raw[:_LOOKED_THROUGH_BYTES]
    if answer.html:
        found = _IN_PAGE.search(head) if b"cloudflare" in head else None
    else:
        passed = "cf-ray" in evidence.headers or evidence.headers.get("server") == "cloudflare"
        found = _ALONE.fullmatch(head) if passed else None
    return int(found[1]) if found else None
