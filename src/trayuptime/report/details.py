"""What stands behind the first page: figures, every incident with its evidence, latency, hours."""

from collections.abc import Iterator, Sequence

from trayuptime.core import beside, words
from trayuptime.core.answer import one_line
from trayuptime.core.figures import Figures
from trayuptime.core.hour_cells import HourCell, scale_of, scale_words
from trayuptime.core.model import GapCause, Incident, IncidentKind, Surface
from trayuptime.core.ticks import Tick, remarks_of, ticks_of
from trayuptime.report import charts
from trayuptime.report.blocks import Block, Facts, Heading, NewPage, Paragraph, Picture, Table
from trayuptime.report.first_page import SHOWN_MONTHS, lasting, months_table
from trayuptime.report.told import DAYS, failure, latency, many, reasons, share, stamp, to_minute
from trayuptime.report.values import NAMES, Case, Dossier, PageWord, Proof

_EXCERPT = 300
_WORST = 5
_KINDS = {
    IncidentKind.OUTAGE: "outage",
    IncidentKind.DEGRADED: "degraded",
    IncidentKind.UNSTABLE: "unstable",
}


def figures(of: Dossier) -> Iterator[Block]:
    """Every figure of every surface, as `uptime` tells them."""
    yield NewPage()
    yield Heading(2, "Figures")
    names = [NAMES[surface] for surface in of.surfaces]
    rows = of.rows
    if len(names) == 1:  # its own row would say the same again
        rows = rows[:1]
    else:
        names.append("Together")
    yield Table(
        "The whole window",
        ["", *names],
        [[name, *cells] for name, cells in _lines([row.figures for row in rows])],
        frozenset(range(1, len(names) + 1)),
    )
    yield Paragraph(
        "Degraded time counts as up. Overlapping outages of several surfaces are one. The mean is of the"
        " outages that ended in the window.",
        small=True,
    )
    if len(of.months) > SHOWN_MONTHS:
        yield months_table(of, list(of.months[:-SHOWN_MONTHS]))


def incidents(of: Dossier) -> Iterator[Block]:
    """The list, then each with its evidence."""
    yield Heading(2, "Every incident")
    if not of.cases:
        yield Paragraph("No incident is known in this window.")
        return
    if any(case.incident.started_at < of.window.start for case in of.cases):
        yield Paragraph(
            "An incident that began before the window is told whole; the figures count what lies in the"
            " window."
        )
    yield Table(
        f"{many(len(of.cases), 'incident')}, oldest first",
        ["No.", "Kind", "Surface", "Began", "Ended", "Lasted", "What it did"],
        [_line(of, case.incident) for case in of.cases],
    )
    for case in of.cases:
        yield Heading(3, _title(of, case.incident))
        yield Facts(list(_facts(of, case)))


def latencies(of: Dossier) -> Iterator[Block]:
    """The trend of each surface."""
    yield Heading(2, f"Latency by {of.pace_by}")
    measured = [s for s in of.surfaces if any(pace.of[s].latency_p50_ms is not None for pace in of.paces)]
    if not measured:
        yield Paragraph("No latency was measured in this window.")
        return
    yield Paragraph(
        "Of answers in time and slow ones; failures have none. Where nothing was measured the line breaks.",
        small=True,
    )
    for surface in measured:
        yield _trend(of, surface)
    yield from _forgotten(of)
    told = [p for p in of.paces if any(p.of[s].latency_p50_ms is not None for s in measured)]
    if empty := len(of.paces) - len(told):
        yield Paragraph(
            f"Nothing was measured in {many(empty, of.pace_by)}, left out of the table.", small=True
        )
    heads = [of.pace_by.capitalize(), *(f"{NAMES[s]} {which}" for s in measured for which in ("p50", "p95"))]
    deep = [s for s in of.surfaces if any(pace.first_tokens.get(s) for pace in of.paces)]
    heads += [f"{NAMES[s]} first token {which}" for s in deep for which in ("p50", "p95")]
    if deep:
        yield Paragraph(
            "Where completions were asked, they count in place of what asks less, and what was measured of"
            " them is the time to first token.",
            small=True,
        )
    yield Table(
        f"Median and 95th percentile by {of.pace_by}",
        heads,
        [
            [
                f"{pace.begins:%Y-%m-%d}" if of.pace_by == "week" else f"{pace.begins:%Y-%m}",
                *(
                    latency(value)
                    for surface in measured
                    for value in (pace.of[surface].latency_p50_ms, pace.of[surface].latency_p95_ms)
                ),
                *(latency(pace.first_token_ms(s, share_)) for s in deep for share_ in (0.5, 0.95)),
            ]
            for pace in told
        ],
        frozenset(range(1, len(heads))),
    )


def hours(of: Dossier) -> Iterator[Block]:
    """When they fail."""
    yield Heading(2, "When do they fail?")
    known = [each for each in of.hours if each.is_known]
    if not known:
        yield Paragraph("Too little was seen to say anything of the hours of the week.")
        return
    down = [each for each in of.hours if each.down_ms]
    worst = sorted(down, key=lambda each: (not each.is_known, -each.share_down))[:_WORST]
    hidden = len(of.hours) - len(known)
    said = (
        "Nothing was down in any hour that was seen" if not worst else f"Most often down: {_hour(worst[0])}"
    )
    unknown = f"; of {many(hidden, 'hour')} of the week hardly anything was seen" if hidden else ""
    yield Picture(
        charts.week_map(of.hours),
        f"Hours of the week by the local clock: {scale_words(scale_of(of.hours))}",
        f"{said}{unknown}.",
    )
    if worst:
        yield Table(
            "The hours of the week that were down most",
            ["Hour", "Down, of what was seen", "Down", "Seen"],
            [
                [
                    _hour(each),
                    share(each.share_down),
                    words.duration(each.down_ms / 1000),
                    words.duration(each.seen_ms / 1000),
                ]
                for each in worst
            ],
            frozenset({1, 2, 3}),
        )
    yield Paragraph("One long outage is enough to make its hours look bad: see the list.", small=True)


def _lines(of: Sequence[Figures]) -> Iterator[tuple[str, list[str]]]:
    yield "Uptime", [share(each.uptime) for each in of]
    yield "Coverage", [share(each.coverage) for each in of]
    if any(each.maintenance_downtime_s for each in of):
        yield "Uptime without announced maintenance", [share(each.uptime_but_maintenance) for each in of]
        yield "Downtime in announced maintenance", [words.duration(x.maintenance_downtime_s) for x in of]
    yield "Seen", [words.duration(each.covered_s) for each in of]
    yield "Down", [words.duration(each.downtime_s) for each in of]
    yield "Degraded", [words.duration(each.degraded_s) for each in of]
    yield "Outages", [f"{each.outages}" for each in of]
    yield "Longest outage", [words.duration(each.longest_outage_s) if each.outages else "–" for each in of]
    yield "Mean outage", ["–" if each.mttr_s is None else words.duration(each.mttr_s) for each in of]
    yield (
        "Mean time up for each",
        ["–" if each.mtbf_s is None else words.duration(each.mtbf_s) for each in of],
    )
    for cause in GapCause:
        if any(each.gap_s[cause] >= 1 for each in of):
            yield f"Not seen: {words.uncovered(cause)}", [words.duration(each.gap_s[cause]) for each in of]
    yield "Latency, median (p50)", [latency(each.latency_p50_ms) for each in of]
    yield "Latency, 95th percentile (p95)", [latency(each.latency_p95_ms) for each in of]
    yield "Results", [f"{each.results:,}" for each in of]
    if any(each.uncounted_s for each in of):
        yield "Results and latencies forgotten of", [words.duration(each.uncounted_s) for each in of]


def _line(of: Dossier, incident: Incident) -> list[str]:
    ended = "lasts" if incident.ended_at is None else stamp(incident.ended_at, of.zone)
    return [
        f"#{incident.id}",
        _KINDS[incident.kind],
        NAMES[incident.surface],
        stamp(incident.started_at, of.zone),
        ended,
        lasting(of, incident),
        reasons(incident),
    ]


def _title(of: Dossier, incident: Incident) -> str:
    kind = _KINDS[incident.kind]
    return f"#{incident.id} {NAMES[incident.surface]} {kind}, {to_minute(incident.started_at, of.zone)}"


def _facts(of: Dossier, case: Case) -> Iterator[tuple[str, str]]:
    incident = case.incident
    began = stamp(incident.started_at, of.zone)
    if incident.ended_at is None:
        yield "When", f"since {began}"
    else:
        yield "When", f"{began} to {stamp(incident.ended_at, of.zone)}"
    yield "Lasted", lasting(of, incident)
    yield "Confirmed", stamp(incident.confirmed_at, of.zone)
    if incident.recoveries:
        yield "Up in between", ", ".join(stamp(at, of.zone) for at in incident.recoveries)
    if incident.in_maintenance:
        yield "Maintenance", "it began in maintenance that the vendor had announced"
    yield "What it did", reasons(incident) or "–"
    if case.failures:
        counted = ", ".join(
            f"{count:,} × {failure(reason, status)}" for reason, status, count in case.failures
        )
        until = "" if case.counted_until is None else " in its first 24 hours"
        yield f"Failures{until}", counted
    for proof in case.proofs:
        yield "Evidence", "\n".join(_proof(of, proof))
    if not case.proofs and incident.kind is not IncidentKind.DEGRADED:  # of slow answers nothing is kept
        yield "Evidence", "none is kept any more"
    yield "Their word", _their_word(of, case)
    if case.page:
        yield "Their page", "\n".join(_page_line(of, word) for word in case.page)
    if ticks := ticks_of(case.notes):
        yield "Playbook", "\n".join(_tick_line(of, tick) for tick in ticks)
    for note in remarks_of(case.notes):
        yield f"Note of {to_minute(note.at, of.zone)}", note.text


def _their_word(of: Dossier, case: Case) -> str:
    if case.incident.acknowledged_at is None:
        return "their page did not speak of it" if case.page_read else "none is known: no page was read then"
    return beside.story(case.incident, lambda at: stamp(at, of.zone))


def _tick_line(of: Dossier, tick: Tick) -> str:
    by = f" by {tick.by}" if tick.by else ""
    return f"{stamp(tick.at, of.zone)}: {'done' if tick.done else 'not done'}{by}: {tick.item}"


def _page_line(of: Dossier, word: PageWord) -> str:
    said = f"{stamp(word.at, of.zone)}: {words.page_word(word.state)}"
    return f"{said}: {word.title}" if word.title else said


def _proof(of: Dossier, proof: Proof) -> Iterator[str]:
    what = proof.detail or failure(proof.reason, proof.http_status)
    status = (
        f", status {proof.http_status}" if proof.http_status and str(proof.http_status) not in what else ""
    )
    yield f"{stamp(proof.at, of.zone)}: {what}{status}"
    if proof.request_id:
        yield f"request {proof.request_id}"
    took = [
        f"{name.removesuffix('_ms').replace('_', ' ')} {words.latency(ms)}"
        for name, ms in (proof.phases or {}).items()
        if ms
    ]
    if took:
        yield f"took: {', '.join(took)}"
    if proof.excerpt:
        first = one_line(proof.excerpt)
        yield f"it said: {first[:_EXCERPT]}{'…' if len(first) > _EXCERPT else ''}"


def _trend(of: Dossier, surface: Surface) -> Picture:
    p50 = [pace.of[surface].latency_p50_ms for pace in of.paces]
    p95 = [pace.of[surface].latency_p95_ms for pace in of.paces]
    known50, known95 = ([each for each in of_ if each is not None] for of_ in (p50, p95))
    said = (
        f"median between {latency(min(known50))} and {latency(max(known50))},"
        f" 95th percentile between {latency(min(known95))} and {latency(max(known95))}"
    )
    return Picture(
        charts.trend(p50, p95, [pace.begins for pace in of.paces]),
        f"{NAMES[surface]}: latency by {of.pace_by}",
        f"{said}. The numbers are in the table.",
    )


def _forgotten(of: Dossier) -> Iterator[Block]:
    """What is known no more."""
    uncounted = sum(figures.uncounted_s for pace in of.paces for figures in pace.of.values())
    inside = {surface: at for surface, at in of.forgotten.items() if at > of.window.start}
    if not inside:
        return
    until = ", ".join(f"{NAMES[surface]} {to_minute(at, of.zone)}" for surface, at in inside.items())
    told = f"Single results before these times are forgotten, but for failures: {until}."
    if uncounted:
        told += (
            f" Their latencies are kept as sums of whole days of UTC: {words.duration(uncounted)} at the"
            f" edges of a {of.pace_by} are in none of these numbers."
        )
    yield Paragraph(told, small=True)


def _hour(of: HourCell) -> str:
    return f"{DAYS[of.weekday]} {of.hour:02}:00–{of.hour + 1:02}:00"
