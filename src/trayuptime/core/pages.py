"""What the page of a `web` or `login` surface tells: reachable, of the right host, of the expected kind.

Where it leads. A page may send people on: to another host of its own (gemini.google.com to
accounts.google.com), to another site of the same vendor (chatgpt.com to auth.openai.com) or to a service for
signing in. One that sends them to a stranger is not known to work, nor to be broken: a vendor may have moved,
a domain may have been sold, a network may be in between. So it is `unknown`: never green, and no false alarm.
Another site's host is not asked; over TLS the vendor's own word that it is there is word enough.

What it is. Of a vendor in the catalogue a page is expected: JSON, plain words, a listing of files or the
greeting of a bare server in its place are of no use to anybody and are failures, as an empty one is. Of a
`website`, or whatever else the user alone knows, nobody can say: many point at an address for health checks,
which says `OK` or JSON, so anything goes there but an error. A title that is an error's or announces
maintenance is a failure under any status.

A page that is missing (404, 410) is our address that is out of date, more often than an outage: neither.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from trayuptime.core import words
from trayuptime.core.answer import Answer, one_line
from trayuptime.core.evidence import ErrorRow, Evidence, Question
from trayuptime.core.reasons import Reason
from trayuptime.core.sites import site_of
from trayuptime.core.tables import bare_server_row
from trayuptime.core.titles import is_of_a_bare_server, tells_an_error, tells_of_maintenance
from trayuptime.core.walls import WALL_STATUSES, challenged, cloudflare_row, names_a_challenge, title_of

_OK = ErrorRow(Reason.OK)
_BAD_ANSWER = ErrorRow(Reason.BAD_ANSWER)
_BAD_REQUEST = ErrorRow(Reason.BAD_REQUEST)
_NO_PAGE = ErrorRow(Reason.BAD_REQUEST, detail=words.NO_PAGE)
_CHALLENGE = ErrorRow(Reason.UNKNOWN)
_NOT_HERE = ErrorRow(Reason.NOT_AVAILABLE_HERE)
_NOWHERE = ErrorRow(Reason.UNKNOWN, detail=words.LEADS_NOWHERE)
_PARKED = ErrorRow(Reason.UNKNOWN, detail=words.PARKED)
_MAINTENANCE = ErrorRow(Reason.BAD_ANSWER, detail=words.MAINTENANCE)
_BARE_SERVER = ErrorRow(Reason.BAD_ANSWER, detail=words.BARE_SERVER)
_BLANK = ErrorRow(Reason.BAD_ANSWER, detail=words.BLANK_PAGE)

_POINTS_ON = frozenset({301, 302, 303, 307, 308})
_MAYBE_WALLED = frozenset({200, 202, 503, *WALL_STATUSES})

_SIGN_IN = frozenset(
    {
        *("google.com", "microsoftonline.com", "microsoft.com", "live.com", "github.com", "apple.com"),
        *("x.com", "okta.com", "alibabacloud.com", "baidu.com", "qq.com"),
        *("auth0.com", "amazoncognito.com", "workos.com", "clerk.com", "accounts.dev", "onelogin.com"),
        *("stytch.com", "descope.com", "feishu.cn", "aliyun.com"),
    }
)
"""Sites that sign people in for others."""

_DEALERS = (
    *(b"sedoparking", b"parkingcrew.net", b"bodis.com", b"hugedomains.com", b"afternic.com"),
    *(b"this domain is for sale", b"this domain name is for sale", b"domain may be for sale"),
    *(b"buy this domain", b"domain is parked", b"parked domain", b"this domain has expired"),
)
_SMALL_BYTES = 65_536
"""A dealer's page is no larger; a long text may well speak of one."""
_HAS_SOMETHING = re.compile(rb"<(?:script|img|iframe|frame|form|svg|video|object|embed|meta[^>]+refresh)\b")
_TAGS = re.compile(rb"<(?:style|head)\b.*?</(?:style|head)>|<[^>]*>", re.DOTALL)


def page_row(question: Question, status: int, evidence: Evidence, answer: Answer) -> ErrorRow:
    """The row of a page's answer; see the module for why."""
    if names_a_challenge(evidence) or (status in _MAYBE_WALLED and challenged(evidence, answer)):
        return _CHALLENGE
    if status >= 600:  # LinkedIn's 999 and its like: no status of HTTP, a shield's word
        return _CHALLENGE
    if status >= 500 or status in {408, 425}:
        return bare_server_row(question, status, answer)
    if status >= 400:
        return _refusal(status, evidence, answer)
    if status in _POINTS_ON:
        return _onward(question, evidence)
    # One that has nothing new to say is there; an empty one where a page should be is not.
    return _content(question, evidence, answer) if status in {200, 203} else _OK


def _refusal(status: int, evidence: Evidence, answer: Answer) -> ErrorRow:
    if (shield := cloudflare_row(evidence, answer)) is not None:
        return shield
    if status in WALL_STATUSES:
        return ErrorRow(Reason.UNKNOWN, detail=words.refuses_programs(status))
    if status in {404, 410}:
        return _NO_PAGE
    return _NOT_HERE if status == 451 else _BAD_REQUEST  # "unavailable for legal reasons"


def _onward(question: Question, evidence: Evidence) -> ErrorRow:
    if evidence.redirected_to is None:
        return _NOWHERE
    to = urlsplit(evidence.redirected_to)
    host = to.hostname or ""
    if to.scheme not in {"http", "https"} or not host:
        return _NOWHERE
    site = site_of(host)
    if host in question.own_sites or site in question.own_sites or site in _SIGN_IN:
        return _OK
    return ErrorRow(Reason.UNKNOWN, detail=words.sends_on(host))


def _content(question: Question, evidence: Evidence, answer: Answer) -> ErrorRow:
    whole = evidence.failure is None  # of one that is over our limit only the beginning was kept
    if answer.empty:
        return _BAD_ANSWER if whole else _OK
    title = title_of(answer)
    if tells_of_maintenance(title):
        return _MAINTENANCE
    if tells_an_error(title):
        return ErrorRow(Reason.SERVER_ERROR, detail=words.shows_an_error(one_line(title)[:80]))
    if len(answer.raw) <= _SMALL_BYTES and any(mark in answer.raw for mark in _DEALERS):
        return _PARKED
    if not _is_page(answer):
        wrong = question.wants_page or answer.error is not None
        return _no_page(evidence) if wrong else _OK
    if not question.wants_page:
        return _OK
    if is_of_a_bare_server(title):
        return _BARE_SERVER
    return _BLANK if whole and _is_blank(answer) else _OK


def _is_page(answer: Answer) -> bool:
    head = answer.raw[:4096]
    return answer.html or (answer.json is None and (b"<html" in head or b"<!doctype html" in head))


def _is_blank(answer: Answer) -> bool:
    if len(answer.raw) > 4096 or _HAS_SOMETHING.search(answer.raw):
        return False
    return not unescape(_TAGS.sub(b"", answer.raw).decode("utf-8", "replace")).strip()


def _no_page(evidence: Evidence) -> ErrorRow:
    kind = one_line(evidence.headers.get("content-type", "").partition(";")[0])[:40]
    return ErrorRow(Reason.BAD_ANSWER, detail=words.no_page(kind))
