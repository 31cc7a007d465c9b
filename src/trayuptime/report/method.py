"""How it was measured, in plain words, and a letter that asks the vendor for its own record."""

from collections.abc import Iterator

from trayuptime.core import words
from trayuptime.core.sla import written
from trayuptime.core.wall_clock import local_date
from trayuptime.report.blocks import Block, Heading, Paragraph, Verbatim
from trayuptime.report.told import MONTHS, many, share
from trayuptime.report.values import NAMES, Dossier


def method(of: Dossier) -> Iterator[Block]:
    """The method."""
    yield Heading(2, "How this was measured")
    for sentence in _method(of):
        yield Paragraph(sentence)


def letter(of: Dossier) -> Iterator[Block]:
    """The letter."""
    yield Heading(2, "A letter to the vendor")
    yield Paragraph(
        "To be copied, and changed as you like; what stands in brackets is yours to fill in.", small=True
    )
    yield Verbatim("\n".join(_letter(of)))


def _method(of: Dossier) -> Iterator[str]:
    asked = "Each surface was asked at a steady pace"
    confirmed = "some failures in a row, counted from the first of them"
    if of.rules is not None:
        asked = f"Each surface is asked every {words.duration(of.rules.interval_s)} (the pace set today)"
        count = of.rules.confirm_after
        confirmed = f"{many(count, 'failure')} in a row (the rule set today), counted from the first of them"
        if count == 1:
            confirmed = "a single failure (the rule set today)"
    yield (
        f"{asked}, by the customer's own computer, through its own network, with a new connection each time."
        " So this is what one customer saw. Other places and other customers may have seen better or"
        " worse."
    )
    yield (
        f"A surface is down after {confirmed}, and up again from the first lasting success. A rejected key,"
        " an empty balance or a rate limit of the customer's own never counts against the vendor."
    )
    yield (
        "A failure without any HTTP answer (no connection, no name, no answer in time) counts only when,"
        " since it began, another host had answered this computer. Where none did, the time is a gap, not"
        " downtime."
    )
    yield (
        "Uptime is time, not a count of checks: uptime = 1 - confirmed downtime / time seen. Coverage ="
        " time seen / the whole window. A result speaks until the next one, for at most 2.5 times the"
        " interval. Time when this computer slept, was offline, or nobody watched is a gap: it is neither up"
        " nor down. Percentages are rounded down."
    )
    if of.promise.percent is not None:
        yield (
            f"The error budget is the downtime that {written(of.promise.percent)} % allows in a whole"
            " calendar month of the local clock. A month is called broken where the downtime that was seen"
            " is more than that, whatever the rest of the month was, and below where only the share of the"
            " seen time is. Downtime in maintenance that was announced is left out of this comparison. What"
            " counts as downtime, how it is measured and what is owed for it, your contract decides; a month"
            " of which little was seen proves little."
        )
    yield (
        "Degraded means that it answered, but slowly several times in a row, or failed and recovered over"
        " and over. It counts as up. Announced maintenance is what the vendor's status page had announced,"
        " or what the user entered; both figures are given where there was any."
    )
    page = f" ({of.page_url})" if of.page_url else ""
    yield (
        "Detection lead is the time from our first failure to the vendor's first word about it on its"
        f" status page{page}. Answers quoted as evidence are cut short, and cleared of anything that looks"
        " like a key."
    )


def _letter(of: Dossier) -> Iterator[str]:
    first, last = (_day(of, at) for at in (of.window.start, of.window.end - 1))
    yield f"Subject: {of.name}: your incident playbook, and your uptime of the last six months"
    yield ""
    yield "Dear [name],"
    yield ""
    surfaces = ", ".join(NAMES[surface] for surface in of.surfaces)
    yield f"we rely on {of.name} ({surfaces}), and watch it ourselves. This is about {first} to {last}."
    own = of.own
    if own.uptime is None:
        yield "Our own record of that time holds no data."
    else:
        yield (
            f"In the {share(own.coverage)} of that time that we could see, we measured an uptime of"
            f" {share(own.uptime)}:"
        )
        yield _record(of)
        yield "Our record with its method is attached."
    yield ""
    yield "For our own planning, please send us:"
    yield ""
    yield "1. Your incident playbook: who is called, and when and how you decide to tell your customers."
    yield "2. Your own uptime of the last six months, by month and surface, and how it is measured."
    yield "3. The causes of the outages that you see in that time, and what has been changed since."
    if of.promise.percent is not None:
        counted_on = f"{written(of.promise.percent)} %"
        yield f"4. How you measure the {counted_on} we count on, and how a credit is claimed."
    else:
        yield "4. Which uptime you promise us, how you measure it, and what follows where it is missed."
    yield "5. Whom we reach outside office hours, and through which channel you will tell us first."
    yield ""
    yield "Please answer by [date]."
    yield ""
    yield "Kind regards,"
    yield "[your name]"


def _record(of: Dossier) -> str:
    own = of.own
    if not own.outages:
        return "no outage."
    longest = "" if own.outages == 1 else f", the longest {words.duration(own.longest_outage_s)}"
    return f"{many(own.outages, 'outage')}, {words.duration(own.downtime_s)} of downtime{longest}."


def _day(of: Dossier, at: int) -> str:
    day = local_date(max(at, of.window.start), of.zone)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
