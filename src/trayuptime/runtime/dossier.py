"""Reads a vendor's dossier from the history: the numbers of `uptime` and `incidents`, and the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any

from trayuptime.config.catalogue import kinds
from trayuptime.config.values import ProviderConfig
from trayuptime.core import contract, troubles
from trayuptime.core.days import local_days
from trayuptime.core.figures import Figures, Record, Row, figures, together
from trayuptime.core.hour_cells import hour_cells
from trayuptime.core.model import Incident, Instant, Key, Result, Span, Surface
from trayuptime.core.notes import about, by_incident
from trayuptime.core.periods import Period, months, weeks
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.sla import Against, against
from trayuptime.core.strip import strip_of
from trayuptime.core.tally import Tally, tally
from trayuptime.core.window import Window
from trayuptime.history import Reader
from trayuptime.history.windows import Windows
from trayuptime.report.ticket import without_addresses
from trayuptime.report.values import Case, Configured, Dossier, Month, Pace, PageWord, Promise, Proof, Source
from trayuptime.runtime.past import Past, asked_for, enabled, look_back, rows_of

PROOFS = 4
"""Failures of one incident that are shown with their evidence."""
_COUNTED_MS = 24 * 3_600_000
"""Of a longer incident the failures of its first day are counted: a month has too many to read them all."""
PAGE_WORDS = 8
"""Changes of the vendor's page that are shown of one incident."""
_AFTERWARDS_MS = 3_600_000
"""How long after an incident what their page says still belongs to it."""
_BY_WEEK = timedelta(days=190)
"""Up to that long a window's latencies are told by week, then by month."""


class NothingKnownError(Exception):
    """There is nothing of a provider, not even which surfaces it has; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dossier is asked for.

    Attributes:
        provider: its id, configured or not.
        window: of which to tell; it ends now at the latest.
        providers: all that are configured; `None` where the configuration could not be read.
        now: the moment.
        zone: of the user's clock.
        sla: what to hold it against instead of what is configured or published, in percent.
    """

    provider: str
    window: Window
    providers: Sequence[ProviderConfig] | None
    now: Instant
    zone: tzinfo
    sla: float | None = None


def read_dossier(path: Path, asked: Asked, *, live: bool) -> Dossier:
    """A dossier of the history as it stands; takes a second or two, so never in the GUI's thread.

    Args:
        path: of the history, which is there.
        asked: for what.
        live: an engine watches.

    Raises:
        HistoryError: it cannot be read.
        NothingKnownError: there is nothing to tell of.
    """
    with look_back(path, asked.window.until_now(asked.now), asked.now, live=live) as past:
        return dossier_of(past, asked)


def dossier_of(past: Past, asked: Asked) -> Dossier:
    """The same of a history that is open; see `read_dossier`."""
    provider, zone, window = asked.provider, asked.zone, past.window
    providers = asked.providers or ()
    configured = enabled(providers)
    surfaces = asked_for(past, [provider], configured).get(provider, ())
    if not surfaces or past.reader is None or past.windows is None:
        raise NothingKnownError(f"Nothing was ever recorded of {provider}: there is nothing to report.")
    keys = [Key(provider, surface) for surface in surfaces]
    known = {each.id: each for each in providers}.get(provider)
    promise = _promise(known, asked.sla)
    records = {key: past.record(key, window) for key in keys}

    def rows(of: Span) -> list[Row]:
        def record_of(key: Key, span: Span) -> Record:
            return records[key] if span == window else past.record(key, span)

        return list(rows_of({provider: surfaces}, configured, of, record_of, zone))

    whole = rows(window)
    own = together(list(records.values()))
    strip = strip_of(own.coverage, own.down, own.degraded)
    days = list(local_days(window, zone))
    by, paces = _paces(past.windows, keys, window, zone)
    page = known.feed.page_url if known is not None and known.feed is not None else ""
    forgotten = past.reader.forgotten()
    return Dossier(
        provider=provider,
        name=provider if known is None else known.name,
        made_at=asked.now,
        window=window,
        zone=zone,
        promise=promise,
        rows=whole,
        whole=None if promise.percent is None else against(whole[-1].figures, window, promise.percent),
        months=[_month(each, rows(each.window), promise) for each in months(window, zone)],
        cases=list(_cases(past, asked)),
        days=dict(zip(surfaces, past.windows.cells(keys, days), strict=True)),
        paces=paces,
        pace_by=by,
        hours=hour_cells(strip, window.start, zone),
        forgotten={key.surface: forgotten[key] for key in keys if key in forgotten},
        configured=_configured(known, asked.providers),
        rules=None if known is None or not known.enabled else known.rules,
        page_url=page,
    )


def _configured(known: ProviderConfig | None, providers: Sequence[ProviderConfig] | None) -> Configured:
    if providers is None:
        return Configured.UNREAD
    if known is None:
        return Configured.NO_MORE
    return Configured.ENABLED if known.enabled else Configured.DISABLED


def promise_of(provider: str, providers: Sequence[ProviderConfig]) -> Promise:
    """What a provider is held against where nobody asks for another number."""
    return _promise({each.id: each for each in providers}.get(provider), None)


def _promise(known: ProviderConfig | None, asked: float | None) -> Promise:
    """What it is held against: the nearest word first."""
    published = None if known is None else kinds()[known.kind].sla
    text, verified = ("", False) if published is None else (published.text, published.verified)
    if asked is not None:
        return Promise(asked, Source.ASKED, text, verified)
    if known is not None and known.sla is not None:
        return Promise(known.sla, Source.CONFIGURED, text, verified)
    if published is not None and published.percent is not None:
        return Promise(published.percent, Source.PUBLISHED, text, verified)
    return Promise(text=text, verified=verified)


def _month(period: Period, rows: Sequence[Row], promise: Promise) -> Month:
    held: list[Against] = []
    if promise.percent is not None:
        held = [against(row.figures, period.whole, promise.percent) for row in rows]
    return Month(period, rows, held)


def _paces(windows: Windows, keys: Iterable[Key], window: Span, zone: tzinfo) -> tuple[str, list[Pace]]:
    by_week = window.end - window.start <= _BY_WEEK / timedelta(milliseconds=1)
    found: list[Pace] = []
    for period in (weeks if by_week else months)(window, zone):
        of: dict[Surface, Figures] = {
            key.surface: figures(windows.totals(key, period.window)) for key in keys
        }
        first_tokens = {key.surface: _first_tokens(windows, key, period.window) for key in keys}
        found.append(Pace(period.begins, period.window, of, {s: x for s, x in first_tokens.items() if x}))
    return "week" if by_week else "month", found


def _first_tokens(windows: Windows, key: Key, window: Span) -> Tally:
    """Of what is left after forgetting nothing is told: it would pass for all of it."""
    if windows.kept_since(key) > window.start:
        return ()
    return tally(ms for _, ms in windows.first_tokens(key, window))


def _cases(past: Past, asked: Asked) -> Iterator[Case]:
    assert past.reader is not None
    written = by_incident(past.reader.notes())
    page = list(map(_page_word, past.reader.page_events(asked.provider)))
    for incident in past.reader.incidents(asked.window.start, past.watched_until, asked.provider):
        if asked.window.meets(incident.started_at, incident.ended_at):
            case = _case(incident, past.reader, asked.now)
            until = (asked.now if incident.ended_at is None else incident.ended_at) + _AFTERWARDS_MS
            said = [word for word in page if incident.started_at <= word.at <= until]
            heard = [(word.at, word.state) for word in page if word.at <= until]
            yield replace(
                case,
                notes=written.get(about(incident), ()),
                page=said[:PAGE_WORDS],
                page_read=troubles.page_was_read(incident, heard),
            )


def _page_word(event: Mapping[str, Any]) -> PageWord:
    """What a vendor's page said, of an event that tells of it."""
    return PageWord(
        contract.instant(event["at"]),
        contract.feed_state(event["state"]),
        event["title"],
    )


def _case(incident: Incident, reader: Reader, now: Instant) -> Case:
    """An incident with its failures, those of each kind counted."""
    key = Key(incident.provider, incident.surface)
    ended = now if incident.ended_at is None else incident.ended_at
    until = min(ended, incident.started_at + _COUNTED_MS)
    counts: Counter[tuple[Reason, int | None]] = Counter()
    shown: dict[tuple[Reason, int | None], Result] = {}
    for settled in reader.results(incident.started_at, until, at_host_of=key):
        result = settled.result
        if not settled.counted:  # set aside: it made nothing of the incident
            continue
        if result.key != key or MEANINGS[result.reason].effect is not Effect.FAILURE:
            continue
        kind = result.reason, result.http_status
        counts[kind] += 1
        if kind not in shown or (result.excerpt and not shown[kind].excerpt):
            shown[kind] = result
    proofs = [_proof(result) for result in shown.values()][:PROOFS]
    failures = [(*kind, count) for kind, count in counts.most_common()]
    return Case(incident, (), proofs, failures, until if until < ended else None)


def _proof(result: Result) -> Proof:
    """What was kept of it, without the address that an answer may name: whose it is, is none of theirs."""
    return Proof(
        result.at,
        result.reason,
        result.http_status,
        without_addresses(result.detail),
        result.request_id,
        without_addresses(result.excerpt),
        contract.phases(result.phases),
    )
