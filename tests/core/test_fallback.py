"""Who to use instead: only what has just answered usably, in the user's order, and why not otherwise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at, result
from trayuptime.core.fallback import suggest
from trayuptime.core.lights import Watched
from trayuptime.core.model import Level, Result, Suggestion, Surface
from trayuptime.core.reasons import MEANINGS, Access, Effect, Reason

NOW = at(1000)


def watched(name: str, *, keyed: bool = True) -> Watched:
    return Watched(name, name.upper(), (Surface.API,), keyed=keyed)


def answer(name: str, reason: Reason = Reason.OK, **more: Any) -> Result:
    more.setdefault("latency_ms", 600.0)
    return result(999, reason, name, **more)


def chosen(*answers: Result, names: str = "bc", hosts: dict[str, set[str]] | None = None) -> Suggestion:
    by_name: dict[str, list[Result]] = {}
    for one in answers:
        by_name.setdefault(one.provider, []).append(one)
    places = {name: frozenset(where) for name, where in (hosts or {}).items()}
    return suggest(watched("a"), [watched(name) for name in names], by_name, places, NOW)


def test_the_first_of_the_users_list_that_answers_usably_is_suggested_with_why() -> None:
    advice = chosen(answer("b"), answer("c"))

    assert (advice.provider, advice.suggested, advice.verified_at) == ("a", "b", NOW)
    assert advice.why == "up, 0.6 s, key accepted"
    assert [(a.provider, a.usable) for a in advice.alternatives] == [("b", True), ("c", True)]


def test_the_users_order_counts_and_not_who_is_faster() -> None:
    assert chosen(answer("b", latency_ms=9000.0), answer("c", latency_ms=1.0)).suggested == "b"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([answer("b", Reason.SERVER_ERROR)], "answers with a server error"),
        ([answer("b", Reason.SERVER_ERROR, detail="answers 503")], "answers 503"),
        ([answer("b", Reason.CONNECT_TIMEOUT)], "cannot be connected to"),
        ([answer("b", Reason.BAD_REQUEST)], "did not accept the question"),
        ([answer("b", Reason.UNKNOWN)], "shows a challenge page instead of itself"),
        ([answer("b", Reason.KEY_REJECTED)], "key rejected"),
        (
            [answer("b", Reason.OUT_OF_CREDIT, detail="says your credit is used up")],
            "says your credit is used up",
        ),
        ([answer("b", Reason.RATE_LIMITED)], "rate limited"),
        ([answer("b", Reason.NOT_AVAILABLE_HERE)], "not available here"),
        ([answer("b", Reason.MODEL_MISSING, level=Level.COMPLETION)], "model missing"),
        (
            [answer("b", level=Level.REACH)],
            "is reachable, but without your key nobody knows if you can use it",
        ),
        ([], "has not answered"),
        (
            [answer("b"), answer("b/web", Reason.SERVER_ERROR, level=Level.REACH)],
            "answers with a server error",
        ),
    ],
)
def test_what_cannot_be_used_is_passed_over_and_said(answers: list[Result], why: str) -> None:
    advice = chosen(*answers, answer("c"))
    first, second = advice.alternatives

    assert (first.provider, first.usable, first.why) == ("b", False, why)
    assert (second.provider, second.usable) == ("c", True)
    assert advice.suggested == "c"


def test_none_fits_is_said_with_what_is_wrong_with_each() -> None:
    advice = chosen(answer("b", Reason.KEY_REJECTED))

    assert (advice.suggested, advice.verified_at) == (None, None)
    assert advice.why == "no working fallback: B key rejected; C has not answered"


def test_an_empty_list_is_said_too() -> None:
    assert chosen(names="").why == "no working fallback: none is configured for a"


def test_a_provider_is_never_its_own_fallback() -> None:
    advice = chosen(answer("a"), names="a")

    assert advice.suggested is None
    assert advice.alternatives == ()


def test_a_slow_one_is_better_than_none_and_says_so() -> None:
    assert chosen(answer("b", Reason.SLOW, latency_ms=8000.0)).why == "up but slow, 8.0 s, key accepted"


def test_a_keyless_server_needs_no_key() -> None:
    fallbacks = [watched("b", keyed=False)]
    advice = suggest(watched("a"), fallbacks, {"b": [answer("b", latency_ms=None)]}, {}, NOW)

    assert advice.why == "up, no key needed"


def test_a_web_page_beside_a_good_api_does_no_harm() -> None:
    assert chosen(answer("b/web", level=Level.REACH), answer("b")).suggested == "b"


def test_a_shared_host_is_flagged() -> None:
    hosts = {"a": {"one:443", "two:443"}, "b": {"one:443"}, "c": {"three:443"}}

    advice = chosen(answer("b"), answer("c"), hosts=hosts)
    assert advice.why == "up, 0.6 s, key accepted, not independent: same host one:443"
    assert advice.alternatives[1].why == "up, 0.6 s, key accepted"


@LAW
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(Reason), st.sampled_from(Level)), max_size=8),
    st.permutations("abcd"),
)
def test_nobody_is_sent_to_what_was_not_seen_to_work(
    seen: list[tuple[str, Reason, Level]], order: list[str]
) -> None:
    answers = [answer(name, reason, level=level) for name, reason, level in seen]
    advice = chosen(*answers, names="".join(order))

    assert advice.suggested != "a"
    if advice.suggested is not None:
        of_it = [one for one in answers if one.provider == advice.suggested]
        deep = [one.reason for one in of_it if one.level is not Level.REACH]
        assert deep[0] in {Reason.OK, Reason.SLOW}
        assert all(MEANINGS[one.reason].effect is Effect.SUCCESS for one in of_it)


def test_a_fallback_whose_key_is_known_to_be_rejected_is_told_so_and_not_called_unknown() -> None:
    advice = suggest(
        watched("a"),
        [watched("b")],
        {"b": [answer("b", level=Level.REACH)]},
        {},
        NOW,
        accesses={"b": Access.KEY_REJECTED},
    )

    assert advice.why == "no working fallback: B key rejected"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (Access.RATE_LIMITED, "rate limited"),
        (Access.OUT_OF_CREDIT, "out of credit"),
        (Access.OK, "has not answered"),
        (Access.UNCHECKED, "has not answered"),
    ],
)
def test_of_one_that_may_not_be_asked_now_it_says_what_is_known(known: Access, why: str) -> None:
    failed, other = (Watched(name, name.upper(), (Surface.API,)) for name in "ab")
    advice = suggest(failed, [other], {}, {}, at(0), accesses={"b": known})

    assert advice.why == f"no working fallback: B {why}"
