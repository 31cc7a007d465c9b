"""An error inside a success counts by what it says, in whichever envelope; else it is a bad answer."""

import json

import pytest

from core.answers import (
    ANTHROPIC,
    GEMINI,
    OPENAI,
    REACH,
    VENDORS,
    anthropic_error,
    gemini_error,
    judged,
    of,
    openai_error,
)
from core.builders import evidence
from trayuptime.core.evidence import Dialect, ErrorRow
from trayuptime.core.reasons import Reason


@pytest.mark.parametrize("dialect", VENDORS)
@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "upstream gone"}},
        {"error": "upstream gone"},
        {"object": "error", "message": "no", "code": 40303},
        {"type": "error", "error": {"type": "api_error"}},
        {"type": "error", "message": "no"},
        {"code": 50505, "msg": "no"},
        {"code": "Failed", "message": "no", "data": None},
        {"code": "MAINTENANCE", "message": "service unavailable", "data": []},
        {"success": False, "data": []},
        {"errors": ["boom"], "data": []},
        {"base_resp": {"status_code": 7777, "status_msg": "no"}, "data": []},
        {"error": {"code": 400, "message": "no"}},
        [{"error": {"message": "no"}}],
    ],
)
def test_every_envelope_of_an_error_is_recognised_and_an_unknown_one_is_a_bad_answer(
    dialect: Dialect, body: object
) -> None:
    assert of(200, body, dialect) is Reason.BAD_ANSWER
    assert judged(evidence(200, json.dumps(body).encode()), dialect, lists_models=False).reason is (
        Reason.BAD_ANSWER
    )


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0, "message": "success", "data": []},
        {"code": 20000, "message": "OK", "data": [{"id": "x"}]},
        {"code": 20000, "message": "OK", "data": []},
        {"success": True, "errors": [], "data": []},
        [{"id": "x"}],
        {"data": [], "base_resp": {"status_code": 0, "status_msg": "success"}},
        {"error": None, "object": "list", "data": []},
        {"error": {}, "data": []},
        {"object": "list", "data": [{"id": "error", "type": "error", "code": 1, "message": "a model"}]},
    ],
)
def test_an_envelope_that_says_all_is_well_is_no_error(body: object) -> None:
    assert of(200, body) is Reason.OK


@pytest.mark.parametrize("body", [["maintenance"], [{"id": "x"}, 3]])
def test_a_bare_list_must_be_of_models(body: object) -> None:
    assert of(200, body) is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    "body", [{}, {"status": "maintenance"}, {"message": "Service temporarily unavailable"}, {"detail": "no"}]
)
def test_an_account_without_anything_in_it_is_none(body: object) -> None:
    assert judged(evidence(200, json.dumps(body).encode()), lists_models=False).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    "body", [{"status": "ok"}, {"code": 0, "msg": "success"}, {"code": "200", "message": "OK"}, {"id": "k"}]
)
def test_neither_is_one_around_an_account(body: object) -> None:
    assert judged(evidence(200, json.dumps(body).encode()), lists_models=False).reason is Reason.OK


@pytest.mark.parametrize(
    ("dialect", "body", "reason"),
    [
        (OPENAI, openai_error("no", "insufficient_quota", None), Reason.OUT_OF_CREDIT),
        (OPENAI, {"object": "error", "code": "invalid_api_key", "message": "no"}, Reason.KEY_REJECTED),
        (OPENAI, {"code": "rate_limit_exceeded", "msg": "no"}, Reason.RATE_LIMITED),
        (OPENAI, {"error": "Insufficient balance"}, Reason.OUT_OF_CREDIT),
        (ANTHROPIC, anthropic_error("overloaded_error", "Overloaded"), Reason.OVERLOADED),
        (OPENAI, {"error": {"code": 401, "message": "no"}}, Reason.KEY_REJECTED),
        (OPENAI, {"error": {"code": "402", "message": "no"}}, Reason.OUT_OF_CREDIT),
        (OPENAI, {"code": 500, "message": "no"}, Reason.SERVER_ERROR),
        (GEMINI, gemini_error(503, "UNAVAILABLE", "Try again"), Reason.OVERLOADED),
        (GEMINI, [gemini_error(400, "INVALID_ARGUMENT", "API key not valid.")], Reason.KEY_REJECTED),
    ],
)
def test_an_error_inside_a_success_counts_by_its_words_and_by_its_own_status(
    dialect: Dialect, body: object, reason: Reason
) -> None:
    assert of(200, body, dialect) is reason


@pytest.mark.parametrize(
    ("code", "row", "holds"),
    [
        (1113, "1113", True),
        ("1113", "1113", True),
        ("Throttling.RateQuota", "throttling", True),
        ("Throttling.RateQuota", "throttling.ratequota", True),
        ("throttlings", "throttling", False),
        (11130, "1113", False),
        (1113.0, "1113", False),
        (True, "true", False),
        (10**12, "1000000000000", False),
    ],
)
def test_a_vendors_code_is_found_as_a_number_as_digits_and_by_its_family(
    code: object, row: str, holds: bool
) -> None:
    rows = (ErrorRow(Reason.OUT_OF_CREDIT, codes=frozenset({row})),)
    body = json.dumps({"error": {"code": code, "message": "?"}}).encode()

    assert (judged(evidence(400, body), errors=rows).reason is Reason.OUT_OF_CREDIT) is holds


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/coral/"}, b'{"message":"?"}'),
        ({"x-amzn-errortype": "com.amazon.coral#ThrottlingException"}, b""),
        ({}, b'{"__type":"com.amazon.coral.service#ThrottlingException","message":"?"}'),
    ],
)
def test_the_errors_of_aws_are_named_in_a_header_or_behind_a_hash(
    headers: dict[str, str], body: bytes
) -> None:
    rows = (ErrorRow(Reason.RATE_LIMITED, codes=frozenset({"throttlingexception"})),)

    assert judged(evidence(400, body, headers=headers), errors=rows).reason is Reason.RATE_LIMITED


def test_every_condition_of_a_row_must_hold() -> None:
    row = ErrorRow(Reason.OUT_OF_CREDIT, frozenset({400}), frozenset({"x"}), ("empty",), "has an empty purse")
    full = b'{"error":{"code":"x","message":"Empty."}}'

    assert judged(evidence(400, full), errors=(row,)).detail == "has an empty purse: Empty"
    assert judged(evidence(422, full), errors=(row,)).reason is Reason.BAD_REQUEST
    assert judged(evidence(400, full.replace(b'"x"', b'"y"')), errors=(row,)).reason is Reason.BAD_REQUEST
    assert judged(evidence(400, full.replace(b"Empty", b"Full")), errors=(row,)).reason is Reason.BAD_REQUEST


def test_the_vendors_own_row_is_asked_before_all_others() -> None:
    row = ErrorRow(Reason.RATE_LIMITED, codes=frozenset({"insufficient_quota"}))
    body = json.dumps(openai_error("no", "insufficient_quota", None)).encode()

    assert judged(evidence(429, body), errors=(row,)).reason is Reason.RATE_LIMITED
    assert judged(evidence(500, body), errors=(row,)).reason is Reason.RATE_LIMITED


def test_where_being_there_is_all_that_was_asked_a_vendors_row_tells_nothing_of_the_key() -> None:
    rows = (
        ErrorRow(Reason.KEY_REJECTED, frozenset({500})),
        ErrorRow(Reason.UNKNOWN, frozenset({503}), says=("loading",), detail="is still loading its model"),
    )

    assert judged(evidence(500, b""), level=REACH, errors=rows).reason is Reason.SERVER_ERROR
    assert (
        judged(evidence(503, b"Loading model"), level=REACH, errors=rows).detail
        == "is still loading its model"
    )
