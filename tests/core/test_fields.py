"""What a field of a good answer says of the user's own standing, and what no field says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import COMPLETION, judged, of
from core.builders import LAW, evidence
from trayuptime.core.evidence import Dialect, FieldRow
from trayuptime.core.reasons import MEANINGS, Effect, Reason

ROWS = (
    FieldRow("valid", Reason.KEY_REJECTED),
    FieldRow("data.left", Reason.OUT_OF_CREDIT, "says that nothing is left"),
)


def reason_of(body: Any) -> Reason:
    return judged(evidence(200, json.dumps(body).encode()), lists_models=False, fields=ROWS).reason


@pytest.mark.parametrize("no", [False, 0, -1, -0.5, "0", "-3.20", "0.00", 0.0])
def test_a_no_or_nothing_left_is_heard(no: object) -> None:
    assert reason_of({"valid": no}) is Reason.KEY_REJECTED
    assert reason_of({"valid": True, "data": {"left": no}}) is Reason.OUT_OF_CREDIT


@pytest.mark.parametrize(
    "other", [True, 1, 0.01, "0.01", "", "no", "false", "-", "1e-5", None, [], [0], {}, {"left": 0}]
)
def test_anything_else_is_no_word_against_the_user(other: object) -> None:
    assert reason_of({"valid": other, "data": {"left": other}}) is Reason.OK


@pytest.mark.parametrize("data", [None, 0, "0", [], [{"left": 0}], {}, {"Left": 0}])
def test_a_field_that_is_not_where_it_should_be_claims_nothing(data: object) -> None:
    assert reason_of({"data": data, "left": 0}) is Reason.OK


def test_the_first_field_that_says_no_gives_the_reason_and_its_words() -> None:
    both = evidence(200, b'{"valid": true, "data": {"left": 0}}')
    result = judged(both, lists_models=False, fields=ROWS)

    assert (result.reason, result.detail) == (Reason.OUT_OF_CREDIT, "says that nothing is left")
    assert result.excerpt == ""
    assert reason_of({"valid": False, "data": {"left": 0}}) is Reason.KEY_REJECTED


def test_an_error_is_an_error_whatever_its_fields_say() -> None:
    assert reason_of({"error": {"message": "?"}, "valid": False}) is Reason.BAD_ANSWER


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["left", "x"]), inner),
)


@LAW
@given(_json, _json)
def test_no_field_ever_makes_an_outage(valid: object, data: object) -> None:
    body = {"valid": valid, "data": data, "id": "x"}

    assert MEANINGS[reason_of(body)].effect is Effect.SUCCESS


@pytest.mark.parametrize("dialect", [Dialect.COHERE, Dialect.OLLAMA])
def test_a_bare_text_is_not_taken_for_a_message_of_a_model(dialect: Dialect) -> None:
    assert of(200, {"message": "invalid api token"}, dialect, COMPLETION) is Reason.BAD_ANSWER
    assert of(200, {"message": {"role": "assistant"}}, dialect, COMPLETION) is Reason.OK
