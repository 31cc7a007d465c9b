"""The user's own key: when one that was rejected is shown once more, and what is told of it."""

from core.builders import Life, at, result
from trayuptime.core import access
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import AccessChanged


def rejected() -> Life:
    return Life("a", "b").run("SSS", "b").run("S KK")


def restarted_with_a_key(life: Life) -> Life:
    life.state = access.show_again(life.state, "a")
    return life


def test_the_first_key_of_a_run_is_shown_although_the_last_one_was_rejected() -> None:
    life = rejected()
    now = at(life.now_s)
    assert not access.may_show_key(life.state.access("a"), now)

    assert access.may_show_key(restarted_with_a_key(life).state.access("a"), now)


def test_until_it_has_been_shown_the_light_stays_as_it_was() -> None:
    life = rejected()
    before = life.state.access("a")
    after = restarted_with_a_key(life).state.access("a")

    assert (after.access, after.since, after.told) == (Access.KEY_REJECTED, before.since, before.told)
    assert life.state.access("b").access is Access.OK


def test_a_key_that_is_still_rejected_is_not_told_again_and_hidden_for_another_hour() -> None:
    life = restarted_with_a_key(rejected())
    told = life.all(AccessChanged)
    life.run("K")

    assert life.all(AccessChanged) == told
    assert not access.may_show_key(life.state.access("a"), at(life.now_s))


def test_a_key_that_was_mended_meanwhile_is_told_once() -> None:
    life = restarted_with_a_key(rejected()).run("SSS")

    assert [change.access for change in life.all(AccessChanged)] == [Access.KEY_REJECTED, Access.OK]


def test_a_provider_whose_key_was_never_shown_has_no_standing_to_keep() -> None:
    life = Life("a", "b").run("S", "b")

    assert access.show_again(life.state, "a") == life.state


def test_a_model_that_is_missing_in_between_swallows_no_end_of_what_was_told() -> None:
    life = rejected()
    for second, reason in ((3_900, Reason.MODEL_MISSING), (3_910, Reason.MODEL_MISSING), (3_960, Reason.OK)):
        life.hear(result(second, reason))
    life.hear(result(3_970, Reason.OK))

    assert [told.title for told in life.bubbles] == ["A: key rejected", "A can be used again"]
    assert life.bubbles[-1].body == "Your key is accepted."


def test_credit_that_is_there_again_is_told_as_credit() -> None:
    life = Life("a").run("S CC SS")

    assert life.bubbles[-1].body == "Your account has credit again."
