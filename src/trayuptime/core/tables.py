"""What an error means, as rows: the vendor's own first, then what counts everywhere, then its dialect's.

The facts are the vendors' own error documents and client libraries as collected on 2026-11-22 (OpenAI,
Anthropic, Google Gemini, xAI, Moonshot, DeepSeek). Of a table the first row that holds decides.
"""

from collections.abc import Iterable

from trayuptime.core.answer import Answer
from trayuptime.core.evidence import Dialect, ErrorRow, Question
from trayuptime.core.model import Level
from trayuptime.core.reasons import MEANINGS, Reason

_Rows = tuple[ErrorRow, ...]


def _by_code(reason: Reason, *codes: str, statuses: Iterable[int] = ()) -> ErrorRow:
    return ErrorRow(reason, frozenset(statuses), frozenset(codes))


def _by_words(reason: Reason, *phrases: str, statuses: Iterable[int] = ()) -> ErrorRow:
    return ErrorRow(reason, frozenset(statuses), says=phrases)


def _by_status(reason: Reason, *statuses: int) -> ErrorRow:
    return ErrorRow(reason, frozenset(statuses))


# Gateways pass these on whatever their own dialect and code, so they count everywhere.
_UNMISTAKABLE: _Rows = (
    _by_code(Reason.KEY_REJECTED, "api_key_invalid", "authentication_error"),
    _by_code(Reason.OUT_OF_CREDIT, "insufficient_quota"),
    _by_code(Reason.OVERLOADED, "overloaded_error"),
)

# Codes that mean one thing when they come with a 4xx, or inside a 200.
_CODES: _Rows = (
    _by_code(
        Reason.KEY_REJECTED,
        *("invalid_api_key", "incorrect_api_key", "wrong_api_key", "invalid_authentication_error"),
        "unauthenticated",
    ),
    _by_code(
        Reason.OUT_OF_CREDIT,
        *("billing_error", "credit_balance_exhausted", "credit_balance_too_low", "arrearage"),
        *("exceeded_current_quota_error", "insufficient_balance", "insufficient_balance_error"),
        *("enforced_spend_limit_reached", "billing_hard_limit_reached", "billing_not_active"),
    ),
    _by_code(Reason.OVERLOADED, "engine_overloaded_error", "server_is_overloaded"),
    _by_code(Reason.NOT_AVAILABLE_HERE, "unsupported_country_region_territory"),
    _by_code(Reason.MODEL_MISSING, "model_not_found"),
)

# "Exceeded your current quota" is not among them: Gemini says it for an ordinary rate limit.
_PHRASES: _Rows = (
    _by_words(Reason.OUT_OF_CREDIT, "credit balance", "credits are depleted"),
    _by_words(Reason.OUT_OF_CREDIT, "insufficient balance", "balance is insufficient"),
    _by_words(Reason.OUT_OF_CREDIT, "spend limit", "spending limit", "your specified api usage limits"),
)

_PLACE = (
    *("not available in your", "country", "region", "territory"),
    *("location is not supported", "unsupported location"),
)
_WRONG_PLACE: _Rows = (_by_words(Reason.NOT_AVAILABLE_HERE, *_PLACE, statuses=[403]),)

_DIALECTS: dict[Dialect, _Rows] = {
    Dialect.OPENAI: (),
    Dialect.COHERE: (),
    Dialect.OLLAMA: (),
    Dialect.BEDROCK: (),
    Dialect.OTHER: (),
    Dialect.PAGE: (),
    Dialect.ANTHROPIC: (
        # Its words for a country it does not serve; a VPN in one is met by them too (read 2026-11-25).
        _by_words(Reason.NOT_AVAILABLE_HERE, "request not allowed", statuses=[403]),
        _by_code(Reason.KEY_REJECTED, "permission_error", statuses=[403]),
        _by_code(Reason.MODEL_MISSING, "not_found_error", statuses=[404]),
    ),
    Dialect.GEMINI: (
        ErrorRow(
            Reason.NOT_AVAILABLE_HERE,
            frozenset({400}),
            frozenset({"failed_precondition"}),
            ("location", *_PLACE),
        ),
        ErrorRow(
            Reason.OUT_OF_CREDIT,
            frozenset({400}),
            frozenset({"failed_precondition"}),
            ("billing",),
            "wants billing to be set up first",
        ),
        _by_code(Reason.KEY_REJECTED, "permission_denied", statuses=[403]),
        _by_code(Reason.MODEL_MISSING, "not_found", statuses=[404]),
    ),
}

_STATUSES: _Rows = (
    _by_status(Reason.KEY_REJECTED, 401),
    _by_status(Reason.OUT_OF_CREDIT, 402),
    _by_words(
        Reason.KEY_REJECTED,
        *("api key", "api-key", "api_key", "apikey", "access token", "credential", "authenticat"),
        *("unauthorized", "unauthorised", "not authorized"),
        statuses=[403],
    ),
    _by_status(Reason.NOT_AVAILABLE_HERE, 451),
    _by_words(
        Reason.KEY_REJECTED,
        *("incorrect api key", "invalid api key", "api key not valid", "api key is invalid"),
        statuses=[400],
    ),
    _by_words(Reason.MODEL_MISSING, "model", statuses=[404, 410]),
    _by_status(Reason.SERVER_ERROR, 408, 425),
    _by_status(Reason.RATE_LIMITED, 429),
)

# The bare status is the surer word where both are there.
_RATES: _Rows = (
    _by_code(Reason.RATE_LIMITED, "rate_limit_error", "rate_limit_exceeded", "rate_limit_reached_error"),
)

_BUSY: _Rows = (
    _by_status(Reason.OVERLOADED, 529),  # Anthropic's
    _by_code(Reason.OVERLOADED, "unavailable", statuses=[500, 503]),
    _by_words(
        Reason.OVERLOADED,
        *("overloaded", "slow down", "slow_down", "server busy", "server is busy", "too busy"),
        statuses=[500, 503],
    ),
)

_SERVER_ERROR = ErrorRow(Reason.SERVER_ERROR)
_BAD_REQUEST = ErrorRow(Reason.BAD_REQUEST)


def server_row(question: Question, status: int, answer: Answer) -> ErrorRow:
    """Of a 5xx on an authenticated question."""
    rows = (*question.errors, *_UNMISTAKABLE, *_BUSY)
    return _first(rows, question.level, status, answer) or _SERVER_ERROR


def bare_server_row(question: Question, status: int, answer: Answer) -> ErrorRow:
    """Of a 5xx, 408 or 425 where being there was all that was asked: the user's standing is not touched."""
    own = tuple(row for row in question.errors if MEANINGS[row.reason].access is None)
    return _first((*own, *_BUSY), question.level, status, answer) or _SERVER_ERROR


def client_row(question: Question, status: int, answer: Answer) -> ErrorRow:
    """Of a 4xx on an authenticated question."""
    return _first(_client_rows(question), question.level, status, answer) or _BAD_REQUEST


def in_band_row(question: Question, answer: Answer) -> ErrorRow | None:
    """Of an error inside a success; `None` if no row knows it.

    Where the error names an HTTP status of its own, the rows of that status count.
    """
    status = answer.own_status
    if status is not None and status >= 500:
        return server_row(question, status, answer)
    return _first(_client_rows(question), question.level, status, answer)


def _client_rows(question: Question) -> _Rows:
    return (
        *(*question.errors, *_UNMISTAKABLE, *_CODES, *_PHRASES, *_WRONG_PLACE),
        *(*_DIALECTS[question.dialect], *_STATUSES, *_RATES),
    )


def _first(rows: _Rows, level: Level, status: int | None, answer: Answer) -> ErrorRow | None:
    return next((row for row in rows if _asked_for(row, level) and _holds(row, status, answer)), None)


def _asked_for(row: ErrorRow, level: Level) -> bool:
    """Only a completion asks a model for anything."""
    return row.reason is not Reason.MODEL_MISSING or level is Level.COMPLETION


def _holds(row: ErrorRow, status: int | None, answer: Answer) -> bool:
    return (
        (not row.statuses or status in row.statuses)
        and (not row.codes or not row.codes.isdisjoint(answer.markers))
        and (not row.says or answer.says(*row.says))
    )
