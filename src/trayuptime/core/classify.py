"""From the evidence of one probe to its reason: what was asked picks the table, and the body counts as well.

The tables themselves are in `tables`, streams in `streams`, pages in `pages`, shields and challenges in
`walls`, and what the servers that people run say of themselves in `local`.
"""

from trayuptime.core import words
from trayuptime.core.answer import Answer, one_line
from trayuptime.core.evidence import Dialect, ErrorRow, Evidence, Failure, Question
from trayuptime.core.local import local_row, something_else
from trayuptime.core.model import Instant, Level, Network, Reach, Result
from trayuptime.core.pages import page_row
from trayuptime.core.reasons import MEANINGS, NETWORK_FAILURES, Effect, Reason
from trayuptime.core.streams import broke_off, stream_row
from trayuptime.core.tables import bare_server_row, client_row, in_band_row, server_row
from trayuptime.core.waiting import names_a_limit, retry_after_s
from trayuptime.core.walls import WALL_STATUSES, challenged, cloudflare_row, names_a_challenge

EXCERPT_BYTES = 2048
DETAIL_LENGTH = 500
"""Characters of a `detail` that is kept; all but a stranger's odd address have less."""
TENTHS_BELOW_MS = 10.0

_FAILURES: dict[Failure, Reason] = {
    Failure.DNS: Reason.DNS_FAILURE,
    Failure.REFUSED: Reason.CONNECT_REFUSED,
    Failure.CONNECT_TIMEOUT: Reason.CONNECT_TIMEOUT,
    Failure.RESET: Reason.CONNECTION_RESET,
    Failure.TLS: Reason.TLS_FAILURE,
    Failure.READ_TIMEOUT: Reason.READ_TIMEOUT,
    Failure.PROXY: Reason.PORTAL,  # refused by a proxy is not refused by the vendor
    Failure.LIMIT: Reason.BAD_ANSWER,
    Failure.MALFORMED: Reason.BAD_ANSWER,
    Failure.REFUSED_BY_US: Reason.BAD_REQUEST,
}

_COMPLETIONS: dict[Dialect, str] = {
    Dialect.OPENAI: "choices",
    Dialect.ANTHROPIC: "content",
    Dialect.GEMINI: "candidates",
    Dialect.COHERE: "message",
    Dialect.OLLAMA: "message",
    Dialect.BEDROCK: "output",
    Dialect.OTHER: "output",
}
"""Where an answer that is not streamed has its pieces."""

_MODEL_LISTS: dict[Dialect, str] = {
    Dialect.GEMINI: "models",
    Dialect.COHERE: "models",
    Dialect.OLLAMA: "models",
    Dialect.BEDROCK: "modelSummaries",
}
"""Where a model list has its models, `data` for the others."""

_REDIRECTS = range(300, 400)
_OK = ErrorRow(Reason.OK)
_BAD_ANSWER = ErrorRow(Reason.BAD_ANSWER)
_STREAM_CUT = ErrorRow(Reason.STREAM_CUT)
_CHALLENGE = ErrorRow(Reason.UNKNOWN)
_COLD = ErrorRow(Reason.UNKNOWN, detail="has not answered in time; it may still be loading its model")
_NOT_RUNNING = ErrorRow(Reason.UNKNOWN, detail=words.NOT_RUNNING)
_OUGHT_TO_RUN = ErrorRow(Reason.CONNECT_REFUSED, detail=words.NOT_RUNNING)


def classify(question: Question, evidence: Evidence, now: Instant) -> Result:
    """Decides the reason of one probe.

    Args:
        question: what was asked.
        evidence: what came back.
        now: when the answer was complete, by our clock.

    Returns:
        The result; whether it counts against the provider is for the judge. Its `detail`, `excerpt` and
        `request_id` still hold what the server sent: redact them before they are kept, and cut the first.
    """
    answer = _answer(evidence)
    stream = evidence.stream
    row = _row(question, evidence, answer)
    reason = row.reason
    status = evidence.status
    portal_like = _portal_like(evidence, answer, reason)
    failed = MEANINGS[reason].effect is Effect.FAILURE
    limited = status == 429 or reason is Reason.RATE_LIMITED
    wait_s = retry_after_s(evidence.headers, now, answer.json) if limited else None
    return Result(
        at=evidence.began_at,
        provider=question.key.provider,
        surface=question.key.surface,
        reason=reason,
        level=question.level,
        latency_ms=_latency_ms(evidence, reason),
        http_status=status,
        host=evidence.host,
        reach=evidence.reach,
        phases=evidence.phases,
        answered_at=_answered_at(evidence, now) if not portal_like else None,
        needs_witness=_needs_witness(evidence, reason, portal_like=portal_like),
        portal_like=portal_like,
        cut_off=evidence.cut_off,
        unexplained=(
            (status, reason) == (429, Reason.RATE_LIMITED)
            and wait_s is None
            and not names_a_limit(evidence.headers)
        ),
        retry_after_s=wait_s,
        # A probe that takes longer than the interval is itself the interval in force.
        interval_s=max(question.interval_s, (evidence.phases.total_ms or 0.0) / 1000),
        detail=_detail(row, evidence, answer) if reason is not Reason.OK else row.detail,
        excerpt=answer.body[:EXCERPT_BYTES].decode("utf-8", "replace")
        if failed or status_is_odd(status)
        else "",
        request_id=answer.request_id(inside=reason is not Reason.OK),
        # Of an answer only its way: what came through a proxy speaks for whatever else does.
        network=evidence.network if failed or portal_like else Network(proxy=evidence.network.proxy),
        usage=None if stream is None else stream.usage,
        tokens_per_s=None if stream is None else stream.tokens_per_s,
    )


def status_is_odd(status: int | None) -> bool:
    """An answer worth keeping an excerpt of."""
    return status is not None and status >= 400  # HTTP's own border


def _answer(evidence: Evidence) -> Answer:
    """What speaks for itself in the evidence: an error event of a stream before the bytes around it."""
    stream = evidence.stream
    return Answer(stream.error if stream is not None and stream.error else evidence.body, evidence.headers)


def _row(question: Question, evidence: Evidence, answer: Answer) -> ErrorRow:
    failure, status = evidence.failure, evidence.status
    if failure is not None and not _large_but_there(question, evidence):
        return _failure_row(question, evidence, failure, answer)
    if status is None:
        raise ValueError("evidence without a failure must carry a status")
    if question.dialect is Dialect.PAGE:
        return page_row(question, status, evidence, answer)
    reach = question.level is Level.REACH
    if (status == 503 or (status < 400 and not reach)) and names_a_challenge(evidence):
        return _CHALLENGE
    if question.server is not None and (local := local_row(question, status, evidence, answer)) is not None:
        return local
    if reach:
        return bare_server_row(question, status, answer) if status >= 500 else _OK
    if status >= 500:
        return server_row(question, status, answer)
    if status >= 400:
        return _refusal_row(question, status, evidence, answer)
    return _success_row(question, status, evidence, answer)


def _large_but_there(question: Question, evidence: Evidence) -> bool:
    """An answer over our limits is no less an answer where being there is all that was asked."""
    status = evidence.status
    over = evidence.failure is Failure.LIMIT and status is not None and not 300 <= status < 400
    return over and question.level is Level.REACH


def _failure_row(question: Question, evidence: Evidence, failure: Failure, answer: Answer) -> ErrorRow:
    if question.server is not None and (
        failure in {Failure.LIMIT, Failure.MALFORMED} or evidence.status in _REDIRECTS
    ):
        return something_else(question, evidence)  # what it points to may well be refused
    if failure is Failure.REFUSED and not question.must_run:
        return _NOT_RUNNING
    if failure is Failure.REFUSED and question.server is not None:
        return _OUGHT_TO_RUN
    if _may_be_loading(question, evidence, failure):
        return _COLD
    if broke_off(evidence):
        said = in_band_row(question, answer) if evidence.stream and evidence.stream.error else None
        return said or _STREAM_CUT
    return ErrorRow(_FAILURES[failure])


def _may_be_loading(question: Question, evidence: Evidence, failure: Failure) -> bool:
    """A local server loads its model before its first word, which may well take longer than our limit."""
    local = question.level is Level.COMPLETION and not question.must_run
    silent = evidence.stream is None or not evidence.stream.data_events
    return local and silent and failure is Failure.READ_TIMEOUT


def _refusal_row(question: Question, status: int, evidence: Evidence, answer: Answer) -> ErrorRow:
    """Of a 4xx: a shield in front of an API speaks of our address, never of our key."""
    if status in WALL_STATUSES and challenged(evidence, answer):
        return _CHALLENGE
    return cloudflare_row(evidence, answer) or client_row(question, status, answer)


def _success_row(question: Question, status: int, evidence: Evidence, answer: Answer) -> ErrorRow:
    if status >= 300:  # a redirect that leads elsewhere or nowhere
        return _BAD_ANSWER
    if question.level is Level.COMPLETION and evidence.stream is not None:
        return stream_row(question, evidence.stream, answer)
    if answer.error is not None:
        return in_band_row(question, answer) or _BAD_ANSWER
    if question.level is Level.COMPLETION:
        pieces = answer.json.get(_COMPLETIONS[question.dialect]) if isinstance(answer.json, dict) else None
        # A bare text there is an error's: Cohere calls both its answer and its complaint `message`.
        shaped = isinstance(pieces, list | dict) and bool(pieces)
    elif question.lists_models:
        shaped = _is_model_list(question.dialect, answer.json)
    else:
        shaped = isinstance(answer.json, dict) and not answer.only_says
    if not shaped:
        return _BAD_ANSWER
    denied = next((field for field in question.fields if answer.denies(field.path)), None)
    return _OK if denied is None else ErrorRow(denied.reason, detail=denied.detail)


def _is_model_list(dialect: Dialect, said: object) -> bool:
    if dialect is Dialect.OPENAI and isinstance(said, list):  # Together lists without an envelope
        return all(isinstance(model, dict) for model in said)
    name = _MODEL_LISTS.get(dialect, "data")
    if not isinstance(said, dict) or name not in said:
        return False
    # `null` is how some local servers list no model
    return isinstance(said[name], list) or (dialect is Dialect.OPENAI and said[name] is None)


def _latency_ms(evidence: Evidence, reason: Reason) -> float | None:
    """The whole probe; of a streamed answer the wait for its first data, which is what a user waits for.

    To the millisecond, below ten to its tenth: what a network adds beyond that is noise, and would take a
    byte more of each result for years.
    """
    stream = evidence.stream
    took_ms = evidence.phases.total_ms
    if reason is Reason.OK and stream is not None and stream.first_data_ms is not None:
        took_ms = stream.first_data_ms
    if took_ms is None:
        return None
    return float(round(took_ms)) if took_ms >= TENTHS_BELOW_MS else round(took_ms, 1)


def _answered_at(evidence: Evidence, now: Instant) -> Instant | None:
    """When the host last surely spoke.

    Of an answer that broke off only the start is sure: had our own network died under it, its end would be
    false testimony against every host that failed in the meantime.
    """
    if evidence.status is None or not evidence.authentic:
        return None
    if evidence.failure is None:
        return now
    phases = evidence.phases
    parts = (phases.dns_ms, phases.connect_ms, phases.tls_ms, phases.first_byte_ms)
    return min(evidence.began_at + int(sum(part or 0.0 for part in parts)), now)


def _portal_like(evidence: Evidence, answer: Answer, reason: Reason) -> bool:
    """Whether something between us and the vendor may have spoken.

    An answer over verified TLS is the vendor's own, whatever it says; only a proxy's 407 and 511 never are.
    """
    if evidence.reach is Reach.LOOPBACK:
        return False
    if evidence.status in {407, 511} or reason in {Reason.TLS_FAILURE, Reason.PORTAL}:
        return True
    return (
        not evidence.authentic
        and evidence.status is not None
        and (answer.html or evidence.redirected_to is not None)
    )


def _needs_witness(evidence: Evidence, reason: Reason, *, portal_like: bool) -> bool:
    if evidence.reach is Reach.LOOPBACK:
        return False
    answered = evidence.authentic and evidence.status is not None
    broken = evidence.failure is not None and (evidence.status is None or reason is Reason.STREAM_CUT)
    unanswered = reason in NETWORK_FAILURES or (broken and MEANINGS[reason].effect is Effect.FAILURE)
    # What broke off while this computer had no way out may be our own doing, whoever had begun to answer.
    return portal_like or (unanswered and (not answered or evidence.cut_off))


def _detail(row: ErrorRow, evidence: Evidence, answer: Answer) -> str:
    reason = row.reason
    told = one_line(row.detail) or words.says(reason, evidence.status)
    if evidence.failure in {Failure.PROXY, Failure.REFUSED_BY_US}:
        told = words.NOT_ASKED
    if evidence.second is not None:  # what was told is not the first answer's own word
        return told
    if evidence.failure is not None:
        return f"{told} ({evidence.failure_text})" if evidence.failure_text and not row.detail else told
    if evidence.redirected_to is not None and reason is Reason.BAD_ANSWER:
        return f"{told}: it points to {evidence.redirected_to}"
    if reason is Reason.BAD_ANSWER and answer.empty:
        return f"{told}: an empty body"
    if reason is Reason.BAD_ANSWER and answer.html and not row.detail:
        return f"{told}: a web page instead of data"
    if reason in {Reason.BAD_REQUEST, Reason.BAD_ANSWER} and evidence.status is not None and not row.detail:
        told = f"{told} (status {evidence.status})"
    message = answer.message()
    return f"{told}: {message}" if message else told
