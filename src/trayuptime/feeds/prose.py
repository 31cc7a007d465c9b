"""What prose without any label says of a trouble; what is unsure is not over, and what may be is not yet.

Seen in RSS of AWS, Azure, Google Cloud and of pages written by hand, in English and Chinese (to 2026-09).
"""

import re

_OVER = re.compile(
    r"\b(has|have|is|are|was|were|been|now|fully|already) (been )?(now )?(fully )?(resolved|mitigated)\b"
    r"|\b(services?|functionality|access|availability|operations?|functions?|api|connectivity|performance)"
    r"( to [^.]{1,40}?)? (has|have|is|are|was|were) (been )?(now )?(fully )?restored\b"
    r"|\b(incident|issue|problem|outage) (resolved|fixed)\b|^resolved\b|\[resolved\]"
    r"|\b(issue|problem|incident|error|bug) (has been|is|was) (now |fully )?fixed\b"
    r"|\b(is|are) (now |fully )?back to normal\b|\b(services?|systems?) (has|have) (fully )?recovered\b"
    r"|(?<!尚未)(?<!没有)(?<!未)已(?:全部|完全|全面)?(?:解决|恢复|修复)(?!中)"
    r"|(?:^|[。；，,])\s?(?:各项|所有)?(?:服务|系统|接口|功能)(?:现已|均已|已|全部)?恢复正常(?=[。；，,！]|$)",
    re.IGNORECASE,
)
_DONE = r"\b(?:resolved|mitigated|restored|fixed|recovered|back to normal)\b"
_NOT_OVER = re.compile(
    r"\b(?:that|which) (?:was|has been) (?:resolved|mitigated|restored|fixed)\b"
    r"|部分[^。，,]{0,8}已(?:恢复|解决|修复)"
    r"|\b(?:not|until(?! \d)|till(?! \d)|once|when(?! [^.]{0,40}\b(?:was|were)\b)|if|before|as soon as|one of"
    r"|ensure|whether|after (?:the|this|it)|(?:should|would|must) have been)\b[^.]{0,60}"
    rf"{_DONE}|n['’]t (?:(?:yet|been|fully|completely|quite|all) ){{0,3}}{_DONE}"
    rf"|\b(?:believe|think|expect|hope|appears?|seems?)\b[^.]{{0,60}}{_DONE}",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b((?<!if you are )(?<!if you )still (see|seeing|fail|failing|experienc\w+|unavailable|down|affected"
    r"|degraded|elevated|returning)"
    r"|persists?|(?<!was )(?<!were )unavailable|for (most|some|many|part|users in|customers in)|partially"
    r"|time out|timing out"
    r"|(has|have) (come back|returned)(?! to)|return(s|ing)? (errors?|[45][0-9]{2})"
    r"|(is|are) (affected|impacted|returning)|(are|is) (now )?investigating(?! the root| what| why)"
    r"|[0-9] ?% of (\w+ ){1,4}(are|is|still|continue)"
    r"|fail(s|ing)?\b|errors are|(is|are) down|working (to|on) (recover|restor|resolv|fix|mitigat)"
    r"|(?<!if you )(?<!should you )continu\w+ to (see|experience|observe|investigate|recover|fail|have)"
    r"|remain\w* (?!stable|normal|healthy|operational|available))"
    r"|(?<!如)(?<!若)(?<!果)仍|尚未|依然|还在|无法|但[^。]{0,12}(?:失败|异常|错误|较慢|缓慢|超时)",
    re.IGNORECASE,
)
"""What takes back, in the same sentence or the next, that something is over."""
_THE_ONE = re.compile(
    r"\b(this|the) (incident|issue|problem|outage|disruption|event) (has been|is|was) "
    r"((now|fully|already) ){0,2}(resolved|mitigated|over)\b|\b(incident|issue|problem|outage) resolved\b"
    r"|^resolved\b|\[resolved\]"
    r"|\b(all|our) (services|systems) are (now |fully )?(back to normal|operational)\b"
    r"|(?:^|[。，,；;\s])(?:问题|故障|服务|现)(?:均|都|现)?已(?:全部|完全)?(?:解决|恢复|修复)",
    re.IGNORECASE,
)
"""That what all of the text is about is over, and not one of its causes or another trouble."""
_IS_BACK = re.compile(
    r"\b(is|are) back(?! (to|up|online|in|on)\b)|\breopened\b|\b(has|have) (come back|returned)\b(?! to\b)"
    r"|\bgo(es|ing) on\b|\b(started|starting|failing|happening|down|unavailable) again\b"
    r"|\brecur(s|red|ring|rence)?\b|再次|故障中|复发",
    re.IGNORECASE,
)
_GOES_ON_SOMEWHERE = re.compile(
    r"\b(gradual(ly)?|residual|recovering|in progress|(?<!no )ongoing|under investigation"
    r"|(?<!if you are )currently(?! (operational|operating|up|stable|normal|available|healthy)\b)"
    r"|(is|are) (now )?(investigating(?! the root| what| why)|looking into|experiencing)"
    r"|work(ing)? towards?|full (resolution|recovery)|initiated|rolling (out|back)"
    r"|(subset|majority) of (\w+ ){1,5}(is|are|continues?)\b"
    r"|most (\w+ ){1,4}(is|are|have|has)\b|should (begin|start|see)|begin(ning)? to"
    r"|may (be|see|fail|still|continue|experience|encounter))\b"
    r"|[\[【](investigating|identified|monitoring|in progress|verifying|reopened|调查中|处理中)[\]】]"
    r"|正在(?!监控|观察)|(?<!已)(恢复中|修复中|处理中)|(?<!已)逐步|(?<!已)陆续(?!恢复正常)|预计",
    re.IGNORECASE,
)
"""What makes unsure, wherever in a text without labels it stands, whether something is over."""
_HAPPENING = re.compile(
    r"\b(is|are) (currently |now |completely )?(unavailable|down|failing|degraded|unreachable)\b"
    r"|\b(we are|we['’]re) (currently |now )?(investigating|seeing|experiencing)\b|\bworking on (it|a fix)\b"
    r"|正在(排查|调查|抢修|修复)",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"outage|disruption|degraded|degradation|elevated|increased (error|latenc)|investigating"
    r"|(?<!may be )(?<!will be )unavailab|identified|service (impact|issue|event)"
    r"|(?<!may be )(?<!will be )\bdown\b|incident(?!:)"
    r"|monitoring the|异常|不可用|中断|故障|延迟",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|should) (?:you|the|this|it|your|any)\b"
    r"(?:[^.;!?,]{0,200},(?=\s?(?:this|the) (?:incident|issue|problem|outage) (?:has|is|was)\b)|[^.;!?]*)"
    r"|(?:如果|如仍|如有|如您|若)"
    r"(?:[^。；！？，,]{0,100}[，,](?=(?:问题|故障|服务|现)(?:均|都|现)?已)|[^。；！？]*)"
    r"|期间[^。；！？，,]*",
    re.IGNORECASE,
)
"""What would be, and what was meanwhile."""
_MOMENTS = re.compile(
    r"\b\d{1,2}:\d{2}\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}\b",
    re.IGNORECASE,
)
"""A text of several moments may tell the newest first."""
_WATCHED = re.compile(r"\bmonitor|监控|观察|\bsecond\b|\banother\b", re.IGNORECASE)
_NEXT = 600
"""Characters of two sentences, at most."""
_SENTENCE = re.compile(r"[.!?;。！？；]\s*")


def says_over(text: str) -> bool:
    """Whether prose says that it is over, and does not take it back at once: what is unsure is not over."""
    text = _CONDITION.sub("", text)
    for found in _OVER.finditer(text):
        before = max((end.end() for end in _SENTENCE.finditer(text, 0, found.start())), default=0)
        rest = _SENTENCE.split(text[found.end() : found.end() + _NEXT], maxsplit=2)
        if _NOT_OVER.search(text[before : found.end()] + rest[0]):
            continue
        if not _GOES_ON.search(" ".join(rest[:2])):
            return True
    return False


def is_all_over(text: str) -> bool:
    """Whether prose says it of the one thing that it is about, and nothing speaks against it."""
    one = _THE_ONE.search(_CONDITION.sub("", text)) is not None
    return one and says_over(text) and not may_go_on(text) and _WATCHED.search(text) is None


def may_go_on(text: str) -> bool:
    """Whether anything in it makes unsure that it is over: after it says so of all, else anywhere."""
    text = _CONDITION.sub("", text)
    if _IS_BACK.search(text):
        return True
    several = len(_MOMENTS.findall(text)) > 1
    ends = [] if several else [found.end() for found in _THE_ONE.finditer(text)]
    return _GOES_ON_SOMEWHERE.search(text, ends[-1] if ends else 0) is not None


def is_happening(text: str) -> bool:
    """Whether it tells of a trouble of now, in the present tense."""
    return _HAPPENING.search(text) is not None


def tells_of_trouble(text: str) -> bool:
    """Whether it speaks of a trouble that is, or was."""
    return _TROUBLE.search(text) is not None
