"""One incident as Markdown for the vendor's own support: what failed, when, and what to look it up by.

It goes to strangers: no address of ours, no name of whom else we ask, no key. What they wrote stands
in it as text, whatever signs it is made of.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from statistics import median
from typing import NamedTuple

from trayuptime.core import contract, troubles, uptime, words
from trayuptime.core.answer import one_line
from trayuptime.core.feed import TROUBLES
from trayuptime.core.legible import legible, shortened
from trayuptime.core.model import FeedState, Incident, IncidentKind, Instant, Network, Reach, Result, Service
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.state import Settled
from trayuptime.net.redact import redact
from trayuptime.report.escaping import unmentioned

ASKED_FOR = "Please tell me the cause, whether others were affected, and what keeps it from happening again."
LONGEST_TITLE = 200
_HEAD = (
    "| What came | How often | First (UTC) | Request id | Last (UTC) | Request id |\n"
    "|---|--:|---|---|---|---|"
)
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})(?![\w:])"
    r"|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\w)"
)
"""IPv6, and times of day with it; IPv4."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}:\d{2}")
_SIGNS = re.compile(r"([\\`*_\[\]<>|#~&@])")


class Said(NamedTuple):
    """What the vendor's page said from a time on; `state` is a word of `FeedState`, or a newer version's."""

    at: Instant
    state: str
    title: str

    @property
    def word(self) -> str:
        """As a person reads it."""
        return words.page_word(FeedState(self.state)) if self.state in set(FeedState) else "something unknown"

    @property
    def heard(self) -> tuple[Instant, FeedState]:
        """When it said what, as far as that can be understood."""
        return self.at, contract.feed_state(self.state)


@dataclass(frozen=True, slots=True)
class Case:
    """One incident to be told to its vendor.

    Attributes:
        name: the provider's, as the user calls it.
        results: of its surface, from the first failure to the answers that ended it, with what was kept.
        said: by their page, oldest first; the first may be from before it began.
        now: until when one that lasts is told.
        zone: the user's, whose clock stands beside UTC.
        forgotten: of the results only failures are kept.
    """

    incident: Incident
    name: str
    results: Sequence[Settled]
    said: Sequence[Said]
    now: Instant
    zone: tzinfo
    forgotten: bool = False


def ticket(case: Case) -> str:
    """The Markdown, with a line feed at its end."""
    counted = [each for each in case.results if each.counted]
    case = replace(case, results=counted)  # what was set aside made nothing of the incident
    troubled = [each.result for each in counted if _is_trouble(each.result, case.incident)]
    blocks = [
        _title(case),
        _what(case, troubled),
        _failures(troubled, case),
        _latency(troubled),
        _where(case.results, troubled),
        _excerpt(troubled),
        _page(case),
        ASKED_FOR,
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def text(strangers: str) -> str:
    """A stranger's words in a line of Markdown, as they stand and nothing more."""
    line = shortened(without_addresses(redact(one_line(strangers))), LONGEST_TITLE)
    return _SIGNS.sub(r"\\\1", unmentioned(line)).replace("://", ":\\//").replace("www.", "www\\.")


def code(strangers: str) -> str:
    """The same between backticks."""
    line = one_line(strangers)
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def in_a_row(markdown: str) -> str:
    """In a cell of a table a bar is a bar, between backticks too."""
    return markdown.replace("|", "\\|")


def fenced(strangers: str) -> str:
    """Lines of it in a block that nothing in them can end."""
    shown = legible(strangers).strip("\n")
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def without_addresses(said: str) -> str:
    """An answer may name who asked: the address of whoever sends this is none of a ticket's business."""
    return _ADDRESS.sub(lambda found: found[0] if _CLOCK.fullmatch(found[0]) else "[address]", said)


def _title(case: Case) -> str:
    incident = case.incident
    called, start = f"{text(case.name)} {words.part(incident.surface)}", _utc(incident.started_at)
    if incident.ended_at is None:
        return f"# {called}: {incident.kind} since {start}, ongoing"
    return f"# {called}: {incident.kind}, {start} to {_utc(incident.ended_at)}"


def _what(case: Case, troubled: Sequence[Result]) -> str:
    incident, now = case.incident, case.now
    falls = [phase.at for phase in incident.phases if phase.service is Service.DOWN]
    first = falls[0] if falls else incident.started_at
    lines = [f"- **First failure:** {_both(first, case)}"]
    if incident.started_at < first:
        lines.insert(0, f"- **Degraded since:** {_both(incident.started_at, case)}")
    if troubled:
        lines.append(f"- **Last failure:** {_both(troubled[-1].at, case)}")
    if incident.ended_at is None:
        lines.append(f"- **Ended:** it lasts, as of {_both(now, case)}")
    else:
        lines.append(f"- **First good answer after it:** {_both(incident.ended_at, case)}")
    lasted, down = (words.duration(told(incident, now)) for told in (uptime.duration_s, uptime.downtime_s))
    lines.append(f"- **Duration:** {lasted} by the clock, {down} of confirmed downtime")
    unseen_s = troubles.unseen_s(incident, now)
    if unseen_s >= 1:
        lines.append(
            f"- **Not seen:** {words.duration(unseen_s)} of it were not watched and count as neither"
        )
    if incident.recoveries:
        lines.append(f"- **Recovered in between:** {', '.join(map(_utc, incident.recoveries))}")
    hosts = dict.fromkeys(r.host for r in troubled if r.host and r.reach is Reach.INTERNET)
    if hosts:
        lines.append(f"- **Asked at:** {', '.join(map(code, hosts))}")
    if incident.in_maintenance:
        lines.append("- **Maintenance** had been announced for this time")
    return "\n".join(lines)


def _failures(troubled: Sequence[Result], case: Case) -> str:
    if not troubled:
        return "The single results of that time are not kept any more."
    kinds: dict[tuple[int | None, Reason], list[Result]] = {}
    for result in troubled:
        kinds.setdefault((result.http_status, result.reason), []).append(result)
    rows = [
        f"| {_came(status, reason)} | {len(found):,} | {_end_of(found)} | {_end_of(found[::-1])} |"
        for (status, reason), found in sorted(kinds.items(), key=lambda pair: -len(pair[1]))
    ]
    named = sum(1 for result in troubled if result.request_id)
    asked = (
        "" if case.forgotten else f" of {len(case.results):,}"
    )  # of forgotten answers nobody knows how many
    came = "failed or came late" if case.incident.kind is IncidentKind.DEGRADED else "failed"
    counted = f"Requests that {came}: {len(troubled):,}{asked}. With a request id: {named:,}."
    return "\n".join(["## What failed", "", _HEAD, *rows, "", counted])


def _came(status: int | None, reason: Reason) -> str:
    said = words.says(reason)
    return f"no HTTP answer: it {said}" if status is None else f"HTTP {status}: it {said}"


def _end_of(found: Sequence[Result]) -> str:
    """The outermost of them, and the outermost id: not every answer has one."""
    named = next((result.request_id for result in found if result.request_id), "")
    return f"{_time(found[0].at)} | {in_a_row(code(named)) or '–'}"


def _latency(troubled: Sequence[Result]) -> str:
    times_ms = sorted(result.latency_ms for result in troubled if result.latency_ms is not None)
    if not times_ms:
        return ""
    told = f"of these requests: median {words.latency(median(times_ms))}"
    if len(times_ms) > 1:
        told += f", shortest {words.latency(times_ms[0])}, longest {words.latency(times_ms[-1])}"
    phases = troubled[0].phases
    parts = {
        "name": phases.dns_ms,
        "connection": phases.connect_ms,
        "TLS": phases.tls_ms,
        "first byte": phases.first_byte_ms,
    }
    took = [f"{name} {words.latency(ms)}" for name, ms in parts.items() if ms is not None]
    first = f" Of the first: {', '.join(took)}." if took else ""
    return f"**Latency** {told}.{first}"


def _where(results: Sequence[Settled], troubled: Sequence[Result]) -> str:
    """The kind of network, as far as it was noted; no address, and nobody else's name."""
    kinds = dict.fromkeys(kind for result in troubled if (kind := _kind(result.network)))
    told = [f"**From** {'; later '.join(kinds)}."] if kinds else []
    if any(each.witness for each in results):
        told.append("Other hosts answered over the same network while this one did not.")
    return " ".join(told)


def _kind(network: Network) -> str:
    address = network.local_address
    over = "" if address is None else ("IPv6" if ":" in address else "IPv4")
    behind = [what for what, there in (("a VPN", network.tunnels), ("a proxy", network.proxy)) if there]
    none = "neither VPN nor proxy" if network.routes else ""  # else nobody could look
    parts = [over, f"through {' and '.join(behind)}" if behind else none]
    return ", ".join(part for part in parts if part)


def _excerpt(troubled: Iterable[Result]) -> str:
    first = next((result for result in troubled if result.excerpt.strip()), None)
    if first is None:
        return ""
    shown = without_addresses(redact(first.excerpt))
    return f"## The first failed answer that had a body, {_utc(first.at)}\n\n{fenced(shown)}"


def _page(case: Case) -> str:
    """Unchanged words in a row are told once."""
    head = "## Your status page"
    told = troubles.lead(case.incident)
    lines = []
    if told:
        title = f": {text(case.incident.vendor_title)}" if case.incident.vendor_title else ""
        assert case.incident.acknowledged_at is not None
        lines.append(f"- first word {_utc(case.incident.acknowledged_at)}, {told}{title}")
    lines += _readings(case)
    if not lines:
        return ""
    was_read = troubles.page_was_read(case.incident, [said.heard for said in case.said])
    if not told and was_read and not any(said.state in TROUBLES for said in case.said):
        lines.insert(0, "- it did not speak of this incident")
    return "\n".join([head, "", *lines])


def _readings(case: Case) -> Iterator[str]:
    for (word, title), same in groupby(case.said, key=lambda said: (said.word, said.title)):
        at = next(same).at
        when = "when it began" if at <= case.incident.started_at else f"read at {_utc(at)}"
        yield f"- {when}: {word}{f', {text(title)}' if title else ''}"


def _is_trouble(result: Result, incident: Incident) -> bool:
    if result.reason is Reason.SLOW:
        return incident.kind is IncidentKind.DEGRADED
    return MEANINGS[result.reason].effect is Effect.FAILURE


def _both(at: Instant, case: Case) -> str:
    """UTC, and the user's clock with its offset."""
    moment = datetime.fromtimestamp(at / 1000, case.zone)
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return _utc(at)
    sign, minutes = "−" if minutes < 0 else "+", abs(minutes)
    return f"{_utc(at)} (UTC{sign}{minutes // 60:02}:{minutes % 60:02}: {moment:%H:%M:%S})"


def _utc(at: Instant) -> str:
    return f"{_time(at)} UTC"


def _time(at: Instant) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def _longest_run(line: str) -> int:
    return max((len(run) for run in re.findall("`+", line)), default=0)
