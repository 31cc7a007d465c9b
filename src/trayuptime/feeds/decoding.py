"""A document's bytes as text, whatever they are labelled."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with UTF-16's mark
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSETS = frozenset(
    {
        *(
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "iso8859-1",
            "iso8859-2",
            "iso8859-15",
            "cp1250",
            "cp1251",
            "cp1252",
        ),
        *("gbk", "gb18030", "gb2312", "big5", "shift_jis", "euc_jp", "euc_kr"),
    }
)
"""What a label may name; others, such as UTF-7 or ROT-13, no feed has."""
_LABEL = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_XML_LABEL = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]{1,40})""")
_SAMPLE = 400


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a document; what cannot be decoded is replaced.

    A byte order mark counts most (AWS sends UTF-16 with one). Without one, what is valid UTF-8 is UTF-8,
    whatever its label says: a wrong label is common, while hardly any other text is valid by chance.

    Args:
        body: as it came.
        content_type: the header.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_labelled(body, content_type), "replace")


def _wide(body: bytes) -> str:
    """UTF-16 without a mark: its ASCII, which JSON and XML begin with, has a NUL in every second byte."""
    sample = body[:_SAMPLE] if len(body) >= 4 else b""  # "[]"
    if sample[:1] == b"\0" and sample[1:2] != b"\0" and sample[::2].count(0) > len(sample) // 4:
        return "utf-16-be"
    if sample[1:2] == b"\0" and sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    return ""


def _labelled(body: bytes, content_type: str) -> str:
    found = _LABEL.search(content_type)
    inside = _XML_LABEL.match(body[:_SAMPLE])
    for label in (
        found.group(1) if found else "",
        inside.group(1).decode("ascii", "replace") if inside else "",
    ):
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        if name in _CHARSETS:
            return name
    return "utf-8"
