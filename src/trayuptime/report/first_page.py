"""The page that must serve in a call alone: who, when, how much was up of what was promised, the worst."""

from collections.abc import Iterator, Sequence
from statistics import median

from trayuptime.core import claims, uptime, words
from trayuptime.core.model import Incident
from trayuptime.core.sla import Outcome, written
from trayuptime.report import charts
from trayuptime.report.blocks import Block, Facts, Heading, Paragraph, Picture, Table
from trayuptime.report.told import (
    OUTCOMES,
    budget,
    lead,
    many,
    reasons,
    seen,
    share,
    stamp,
    to_minute,
    zones,
)
from trayuptime.report.values import NAMES, Case, Configured, Dossier, Month, Source

LONGEST = 5
SHOWN_MONTHS = 12
"""On the first page; the others stand behind."""
LITTLE = 0.5
"""Coverage below which a month proves little."""

_STANDS = {
    Configured.ENABLED: "",
    Configured.DISABLED: "; disabled in the configuration",
    Configured.NO_MORE: "; configured no more",
    Configured.UNREAD: "",
}
_UNREAD = (
    "could not be read when this was made: the pace of asking, a promise and maintenance that are written"
    " there are not in this dossier, and whether the vendor is still watched is not known."
)


def first_page(of: Dossier) -> Iterator[Block]:
    """Its blocks."""
    yield Heading(1, f"{of.name}: uptime dossier")
    yield Facts(list(_facts(of)))
    yield months_table(of, of.months[-SHOWN_MONTHS:])
    yield from _below(of)
    yield _picture(of)
    yield _longest(of)


def months_table(of: Dossier, months: Sequence[Month]) -> Table:
    """Each month with each surface, the provider's own figures, and what they come to."""
    alone = len(of.surfaces) == 1
    surfaces = [] if alone else [NAMES[surface] for surface in of.surfaces]
    heads = ["Month", *surfaces, "Uptime" if alone else "Together", "Downtime"]
    if of.promise.percent is not None:
        heads += ["Budget spent", f"{written(of.promise.percent)} %"]
    rows = []
    for month in months:
        cells = [month_name(of, month)]
        cells += [] if alone else [seen(row.figures) for row in month.rows[:-1]]
        cells += [seen(month.own), words.duration(month.own.downtime_s) if month.own.covered_s else "–"]
        if month.verdict is not None:
            no_data = month.verdict.outcome is Outcome.NO_DATA
            cells += [
                "–" if no_data else "\n(".join(budget(month.verdict).split(" (")),
                OUTCOMES[month.verdict.outcome],
            ]
        rows.append(cells)
    numbers = frozenset(range(1, len(heads) - (1 if of.whole is not None else 0)))
    together = "" if alone else "; together: down while any of them is"
    return Table(f"Uptime by month, with the share of the time that was seen{together}", heads, rows, numbers)


def month_name(of: Dossier, month: Month) -> str:
    """`2026-03`, with a word where the window holds only a part of it."""
    name = f"{month.period.begins:%Y-%m}"
    if month.period.is_whole:
        return name
    return f"{name} (so far)" if month.period.window.end == of.made_at else f"{name} (part)"


def promised(of: Dossier) -> str:
    """What it is held against, and who says so."""
    promise = of.promise
    said = ""
    if promise.text:
        said = f" The vendor publishes: {promise.text}{'' if promise.verified else ' (not verified)'}."
    if promise.percent is None:
        if of.configured is Configured.UNREAD:
            return "your configuration could not be read, so nothing is compared."
        return f"none is known, so nothing is compared.{said}"
    who = {
        Source.ASKED: "named for this dossier",
        Source.CONFIGURED: "from your configuration",
        Source.PUBLISHED: "published by the vendor",
    }[promise.source or Source.ASKED]
    return f"{written(promise.percent)} % in each calendar month, {who}.{said}"


def lead_sentence(of: Dossier) -> str:
    """How long after us the vendor spoke of its outages."""
    if not of.outages:
        return "no outage, so there is nothing that its page could have been late with."
    read = [case.incident for case in of.outages if case.page_read]
    if not read:
        return "no status page of the vendor was read during an outage."
    leads = claims.leads_s(read)
    when = "" if len(read) == len(of.outages) else f" in which it was read ({len(of.outages)} in all)"
    if not leads and len(read) < len(of.outages):
        spoke = "did not speak of it" if len(read) == 1 else "spoke of none of them"
        return f"the vendor's page was read in {len(read)} of {len(of.outages)} outages, and {spoke}."
    if not leads:
        none = "the outage" if len(read) == 1 else f"any of the {len(read)} outages"
        return f"the vendor's page did not speak of {none}."
    told = f"the vendor's page spoke of {len(leads)} of {many(len(read), 'outage')}{when}"
    if len(leads) == 1:
        return f"{told}, {lead(leads[0])}."
    return f"{told}: median {lead(median(leads))}, soonest {lead(min(leads))}, latest {lead(max(leads))}."


def lasting(of: Dossier, incident: Incident) -> str:
    """`2 h 3 min`, and how much of it was down where that is something else; `lasts` while it does."""
    lasted = uptime.duration_s(incident, of.made_at)
    down = uptime.downtime_s(incident, of.made_at)
    told = words.duration(lasted)
    if words.duration(down) != told:
        told = f"{told}, {words.duration(down)} down" if down else f"{told}, never down"
    return told if incident.ended_at is not None else f"{told}, lasts"


def _facts(of: Dossier) -> Iterator[tuple[str, str]]:
    own = of.own
    named = "" if of.name == of.provider else f', watched as "{of.provider}"'
    watched = ", ".join(NAMES[surface] for surface in of.surfaces)
    yield "Vendor", f"{of.name}{named} ({watched}){_STANDS[of.configured]}"
    if of.configured is Configured.UNREAD:
        yield "Configuration", _UNREAD
    length = words.duration((of.window.end - of.window.start) / 1000)
    between = f"{to_minute(of.window.start, of.zone)} to {to_minute(of.window.end, of.zone)}"
    yield "Window", f"{between} ({length}). Times are local: {zones(of.window, of.zone)}."
    if own.uptime is None:
        yield "Uptime", "no data: nothing was seen in this window."
    else:
        yield "Uptime", f"{share(own.uptime)} of the time that was seen; coverage {share(own.coverage)}."
        yield "Downtime", _downtime(of)
    if own.degraded_s:
        yield "Degraded", f"{words.duration(own.degraded_s)}; counts as up, and is told apart."
    yield "Promised", promised(of)
    if of.whole is not None and own.uptime is not None:
        yield "Error budget", f"{budget(of.whole)} is spent in the whole window."
        yield "Below the promise", _creditworthy(of)
    yield "Detection lead", lead_sentence(of)
    yield (
        "Made",
        f"{stamp(of.made_at, of.zone)}, by TrayUptime, from its user's own network. The method is below.",
    )


def _downtime(of: Dossier) -> str:
    own = of.own
    if not own.outages:
        return "none was seen."
    told = f"{words.duration(own.downtime_s)} in {many(own.outages, 'outage')}"
    if own.outages > 1:
        told += f", the longest {words.duration(own.longest_outage_s)}"
        if own.mttr_s is not None:
            told += f", {words.duration(own.mttr_s)} in the mean"
    if own.longest_unseen_s >= 1:
        told += f"; {words.seen_around(own.longest_unseen_s)}"
    if own.maintenance_downtime_s:
        planned = words.duration(own.maintenance_downtime_s)
        told += f"; {planned} of it in announced maintenance, {share(own.uptime_but_maintenance)} without"
    return f"{told}."


def _creditworthy(of: Dossier) -> str:
    broken = _names(of, Outcome.BROKEN)
    below = _names(of, Outcome.BELOW)
    if not broken and not below:
        return "no month, as far as was seen."
    told = []
    if broken:
        told.append(f"{', '.join(broken)}: the downtime seen alone is more than the month allows")
    if below:
        told.append(f"{', '.join(below)}: below in what was seen, within the budget of the whole month")
    return f"{'; '.join(told)}. Whether that is worth a credit, the contract decides."


def _names(of: Dossier, outcome: Outcome) -> list[str]:
    return [
        f"{each.period.begins:%Y-%m}"
        for each in of.months
        if each.verdict is not None and each.verdict.outcome is outcome
    ]


def _below(of: Dossier) -> Iterator[Block]:
    """What has to be known to read the table."""
    told = []
    little = [
        f"{each.period.begins:%Y-%m}"
        for each in of.months
        if each.own.coverage is not None and 0 < each.own.coverage < LITTLE
    ]
    if little:
        told.append(f"A month of which less than half was seen proves little: {', '.join(little)}.")
    if len(of.months) > SHOWN_MONTHS:
        told.append(f"The {len(of.months) - SHOWN_MONTHS} months before stand with the figures.")
    if of.whole is not None and of.own.maintenance_downtime_s:
        told.append("Held against the promise is what was down outside announced maintenance.")
    if told:
        yield Paragraph(" ".join(told), small=True)


def _picture(of: Dossier) -> Picture:
    lanes = [(NAMES[surface], of.days[surface]) for surface in of.surfaces]
    touched = {cell.day for _, cells in lanes for cell in cells if cell.downtime_s}
    days = max((len(cells) for _, cells in lanes), default=0)
    said = f"{many(days, 'day')}; something was down on {len(touched)} of them"
    each = "Each bar is a day" if days <= charts.MOST_BARS else "Each bar is several days"
    return Picture(
        charts.bars(lanes),
        f"{each}: from the bottom down, degraded, up; dotted: not seen",
        f"{said}. The days with downtime are in the list of outages.",
    )


def _longest(of: Dossier) -> Block:
    outages = sorted(of.outages, key=lambda each: -uptime.downtime_s(each.incident, of.made_at))
    if not outages:
        return Paragraph("No outage is known in this window." if of.own.covered_s else "Nothing was seen.")
    rows = [
        [
            f"#{case.incident.id}",
            NAMES[case.incident.surface],
            stamp(case.incident.started_at, of.zone),
            lasting(of, case.incident),
            reasons(case.incident),
            _their_word(case),
        ]
        for case in outages[:LONGEST]
    ]
    count = min(len(outages), LONGEST)
    caption = f"The {count} longest outages of {len(outages)}"
    if count == len(outages):
        caption = "The outage" if count == 1 else f"The {count} outages, the longest first"
    return Table(caption, ["No.", "Surface", "Began", "Lasted", "What it did", "Their first word"], rows)


def _their_word(case: Case) -> str:
    seconds = claims.lead_s(case.incident)
    if seconds is None:
        return "none" if case.page_read else "not read"
    return lead(seconds)
