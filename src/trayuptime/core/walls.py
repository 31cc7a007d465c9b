"""Pages of the shield in front of a vendor: a challenge tells nothing of it, an error page a little.

Cloudflare's 52x and 530 are server errors like all others; its codes from 1000 on come with a 4xx. AWS WAF
challenges with a 202 or 405 and names it in a header, so does SiteGround with a 202; Imperva with a 200 and a
page that only loads its own resource; Alibaba's with a 200, in front of Qwen's chat for one.

Marks as of 2026-11-26, from Cloudflare's page on detecting a challenge, rover-fetch 0.3.2 (Vercel), wafw00f's
plugins (PerimeterX, Imperva, Sucuri) and clients that met the others: `aliyun_waf_aa` and `_waf_is_mob` (g4f,
AgentRouter), `captcha-delivery.com` (DataDome), `sec-if-cpt-container` (Akamai). What a refusal says needs no
mark: on a page every status of `WALL_STATUSES` is a wall.
"""

import re
from html import unescape

from trayuptime.core.answer import Answer
from trayuptime.core.evidence import ErrorRow, Evidence
from trayuptime.core.reasons import Reason

WALL_STATUSES = frozenset({401, 403, 405, 406, 428, 429})
"""What walls answer with, besides a success."""

# Only what a challenge page alone says: Cloudflare puts a script from `/cdn-cgi/challenge-platform/` into
# ordinary pages too, and a log-in form, or an error page around it, may well load a captcha and ask people in
# words to verify that they are human.
_CHALLENGE_MARKS = (
    *(b"cf-chl", b"_cf_chl_opt", b"window.gokuprops"),
    *(b"incapsula incident id", b'src="/_incapsula_resource?cwudnsai', b'src="/_incapsula_resource?swudnsai'),
    *(b'name="aliyun_waf_aa"', b"_waf_is_mob", b"sucuri_cloudproxy_js"),
)
_MARKS_OF_SMALL_PAGES = (
    *(b"captcha-delivery.com", b"px-captcha", b"perimeterx.com/whywasiblocked", b"sec-if-cpt-container"),
    *(b"acw_sc__v2", b"our systems have detected unusual traffic", b"verify that you're not a robot"),
)
"""An ordinary page may name these as well, in an article or what it may load, but is seldom as short."""
_SMALL_BYTES = 32_768
_TITLES = frozenset(
    {
        *("just a moment", "attention required! | cloudflare", "please wait... | cloudflare", "ddos-guard"),
        *("vercel security checkpoint", "access to this page has been denied", "pardon our interruption"),
        *("human verification", "verify you are human", "verifying you are human", "robot check"),
        *("are you a robot", "are you human", "security check", "security verification", "captcha"),
        *("bot verification", "checking your browser", "one moment, please", "client challenge"),
        *("access denied", "安全验证", "人机验证", "滑动验证页面", "访问验证", "百度安全验证"),
    }
)
_CHALLENGE_HEADERS = {
    "cf-mitigated": {"challenge"},
    "x-amzn-waf-action": {"challenge", "captcha"},
    "sg-captcha": {"challenge"},
    "x-vercel-mitigated": {"challenge", "deny"},
    "sec-cp-challenge": {"true"},
}

_CLOUDFLARE: dict[int, ErrorRow] = {
    1009: ErrorRow(Reason.NOT_AVAILABLE_HERE, detail="does not let your country in"),
    1015: ErrorRow(Reason.RATE_LIMITED),
}
_DENIED = ErrorRow(Reason.BAD_REQUEST, detail="is behind Cloudflare, which does not let this computer in")
_IN_PAGE = re.compile(rb"error(?:\s+code)?\s*:?\s*(?:<[^>]{0,100}>\s*)*(1[0-9]{3})\b")
_ALONE = re.compile(rb"\s*error code: (1[0-9]{3})\s*")
"""What a client that is no browser gets instead of the page."""
_TITLE = re.compile(rb"<title[^>]{0,100}>([^<]{0,300})")
_LOOKED_THROUGH_BYTES = 65_536


def challenged(evidence: Evidence, answer: Answer) -> bool:
    """Whether a browser would now be asked to prove itself."""
    small = len(answer.raw) <= _SMALL_BYTES
    marks = (*_CHALLENGE_MARKS, *_MARKS_OF_SMALL_PAGES) if small else _CHALLENGE_MARKS
    if names_a_challenge(evidence) or any(mark in answer.raw for mark in marks):
        return True
    return title_of(answer).rstrip(" .…!?") in _TITLES


def title_of(answer: Answer) -> str:
    """The title of a page, in lower case and on one line; empty where there is none."""
    found = _TITLE.search(answer.raw[:_LOOKED_THROUGH_BYTES]) if answer.json is None else None
    return " ".join(unescape(found[1].decode("utf-8", "replace")).split()).strip() if found else ""


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
