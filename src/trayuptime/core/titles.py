"""What the title of a page gives away under any status: an error, maintenance, or a bare server.

Only whole titles count, or what stands beside the name of the site ("502 Bad Gateway | Acme"): a company, an
article, a game or a savings plan may begin like an error ("500 Global", "529 plans explained", "511 SF Bay").
So a number counts with words that servers write behind it; alone only where it is one that is really shown.
With two names beside it, it is a reference on errors: "502 Bad Gateway - HTTP | MDN".

The words are those of nginx, Apache httpd, Tomcat, IIS, Varnish, Django, Rails, Google, CloudFront, Heroku,
Vercel and Cloudflare, as seen in their pages until 2026-11-26.
"""

import re

_BESIDE = re.compile(r"\s+[|·–—-]\s+")
_END = " .!…。！"

_NUMBERED = r"(?:(?:http )?(?:error|status):? |http |error:)?"
_SHOWN = r"(?:500|502|503|504|52[0-7]|530)"
_WORDS = (
    r"(?:internal[ _])?server[ _]error|bad[ _]gateway|gateway time-?out|proxy error|error|unknown error"
    r"|(?:service |temporarily |service temporarily )unavailable|backend fetch failed|(?:site is )?overloaded"
    r"|(?:web )?server is (?:down|overloaded|returning an unknown error)|connection timed out"
    r"|a timeout occurred|ssl handshake failed|invalid ssl certificate|origin (?:dns error|is unreachable)"
    r"|not implemented|http version not supported|insufficient storage|bandwidth limit exceeded"
    r"|oops|(?:oops\W+)?(?:something went wrong|an error (?:has )?occurred)"
)
_LATER = r"(?:[，,。 ]?请稍[后候].{0,10})?"
_NUMBER = re.compile(rf"{_NUMBERED}{_SHOWN}")
_ERROR = re.compile(
    rf"{_NUMBERED}5\d\d[\s:.,(]+(?:the )?(?:{_WORDS})(?:\)!!1|\))?"
    r"|(?:we're sorry, but )?(?:something went wrong|(?:internal )?server error) \(5\d\d\)"
    r"|bad gateway|gateway time-?out|internal server error|service (?:temporarily )?unavailable"
    r"|error: the request could not be satisfied|application error"
    rf"|(?:很?抱歉[，, ]?)?(?:5\d\d )?(?:当前|该|此)?服务(?:暂时?)?不可用{_LATER}"
)
_MAINTENANCE = re.compile(
    r"(?:(?:the )?(?:site|system|website) )?(?:is )?(?:currently |now )?"
    r"(?:down |closed |offline )?(?:for |under |in |scheduled )?maintenance(?: mode| page| in progress)?"
    r"|(?:we'll|we will|we’ll) be (?:right )?(?:back|back soon|back shortly)"
    r"|(?:(?:this |the )?(?:site|service|website) )?(?:is )?temporarily unavailable"
    r"|(?:很?抱歉[，, ]?)?(?:本|该|当前)?(?:网站|站点|站|系统|服务器?|平台)?(?:目前|现在)?(?:正在)?(?:进行)?"
    rf"(?:升级|系统|停机|例行)*维护(?:升级)?(?:中|通知|公告)?{_LATER}"
)
_IN_MAINTENANCE = re.compile(
    r"(?:.{1,40} is )?(?:currently )?(?:(?:down|closed|offline) for|under|in) (?:scheduled )?maintenance"
    r"|.*(?:系统|网站|升级|正在)维护中"
)
"""What is unmistakable beside a site's name: "Maintenance | Acme" may be a page of its handbook."""
_BARE = re.compile(
    r"welcome to (?:nginx|openresty).*|index of /.*|directory listing for /.*|it works"
    r"|apache2 (?:ubuntu|debian) default page.*|iis windows(?: server)?|caddy works.*"
    r"|(?:http server )?test page (?:for|powered by):? .*(?:nginx|apache|http server).*"
    r"|default web site page.*|domain default page.*|web server's default page.*"
)


def tells_an_error(title: str) -> bool:
    """Whether a page of this title, in lower case, is an error's."""
    own, *beside = _parts(title)
    if len(beside) > 1:
        return False
    return bool(_NUMBER.fullmatch(own)) or any(_ERROR.fullmatch(part) for part in (own, *beside))


def tells_of_maintenance(title: str) -> bool:
    """Whether a page of this title, in lower case, is there instead of one that is being maintained."""
    parts = _parts(title)
    if len(parts) == 1:
        return bool(_MAINTENANCE.fullmatch(parts[0]) or _IN_MAINTENANCE.fullmatch(parts[0]))
    return len(parts) == 2 and any(_IN_MAINTENANCE.fullmatch(part) for part in parts)


def is_of_a_bare_server(title: str) -> bool:
    """Whether a server has greeted with this title, in lower case, for nobody has given it a page."""
    return _BARE.fullmatch(title.rstrip(_END)) is not None


def _parts(title: str) -> list[str]:
    return [part.rstrip(_END) for part in _BESIDE.split(title)]
