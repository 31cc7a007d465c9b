"""The closed list of reasons, and what each means for the two lights."""

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """The user's own standing at a provider."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    OUT_OF_CREDIT = "out_of_credit"
    KEY_REJECTED = "key_rejected"
    NOT_AVAILABLE_HERE = "not_available_here"
    MODEL_MISSING = "model_missing"
    UNCHECKED = "unchecked"


class Reason(StrEnum):
    """Why a result is what it is."""

    OK = "ok"
    SLOW = "slow"
    BAD_ANSWER = "bad_answer"
    STREAM_CUT = "stream_cut"
    READ_TIMEOUT = "read_timeout"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    DNS_FAILURE = "dns_failure"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    CONNECTION_RESET = "connection_reset"
    TLS_FAILURE = "tls_failure"
    RATE_LIMITED = "rate_limited"
    OUT_OF_CREDIT = "out_of_credit"
    KEY_REJECTED = "key_rejected"
    NOT_AVAILABLE_HERE = "not_available_here"
    MODEL_MISSING = "model_missing"
    BAD_REQUEST = "bad_request"
    UNKNOWN = "unknown"
    PORTAL = "portal"


class Effect(StrEnum):
    """What a reason does to the service light."""

    SUCCESS = "success"
    FAILURE = "failure"
    NOTHING = "nothing"
    """Neither: the light keeps what it had."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reason's effect on the service light and its word on the access light (`None`: unchanged)."""

    effect: Effect
    access: Access | None = None


MEANINGS: dict[Reason, Meaning] = {
    Reason.OK: Meaning(Effect.SUCCESS, Access.OK),
    Reason.SLOW: Meaning(Effect.SUCCESS, Access.OK),
    Reason.BAD_ANSWER: Meaning(Effect.FAILURE),
    Reason.STREAM_CUT: Meaning(Effect.FAILURE),
    Reason.READ_TIMEOUT: Meaning(Effect.FAILURE),
    Reason.SERVER_ERROR: Meaning(Effect.FAILURE),
    Reason.OVERLOADED: Meaning(Effect.FAILURE),
    Reason.DNS_FAILURE: Meaning(Effect.FAILURE),
    Reason.CONNECT_REFUSED: Meaning(Effect.FAILURE),
    Reason.CONNECT_TIMEOUT: Meaning(Effect.FAILURE),
    Reason.CONNECTION_RESET: Meaning(Effect.FAILURE),
    Reason.TLS_FAILURE: Meaning(Effect.FAILURE),
    Reason.RATE_LIMITED: Meaning(Effect.SUCCESS, Access.RATE_LIMITED),
    Reason.OUT_OF_CREDIT: Meaning(Effect.SUCCESS, Access.OUT_OF_CREDIT),
    Reason.KEY_REJECTED: Meaning(Effect.SUCCESS, Access.KEY_REJECTED),
    Reason.NOT_AVAILABLE_HERE: Meaning(Effect.SUCCESS, Access.NOT_AVAILABLE_HERE),
    Reason.MODEL_MISSING: Meaning(Effect.SUCCESS, Access.MODEL_MISSING),
    Reason.BAD_REQUEST: Meaning(Effect.NOTHING),
    Reason.UNKNOWN: Meaning(Effect.NOTHING),
    Reason.PORTAL: Meaning(Effect.NOTHING),
}

NETWORK_FAILURES = frozenset(
    {
        Reason.DNS_FAILURE,
        Reason.CONNECT_REFUSED,
        Reason.CONNECT_TIMEOUT,
        Reason.CONNECTION_RESET,
        Reason.TLS_FAILURE,
        Reason.READ_TIMEOUT,
    }
)
"""Failures without an HTTP answer: they count only once the vantage is proven."""
AFTER_CONNECTING = frozenset({Reason.CONNECTION_RESET, Reason.READ_TIMEOUT})
"""Those of them that befall one question alone while its host takes others."""
TOO_LATE = frozenset({Reason.DNS_FAILURE, Reason.CONNECT_TIMEOUT, Reason.READ_TIMEOUT})
"""Those of them that a slow network or name server of our own would bring about as well."""
