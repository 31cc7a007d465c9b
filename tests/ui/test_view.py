"""The words for every state: the headline, how we know, what to do, the tooltip, the menu's rows."""

from collections.abc import Callable

import pytest

from trayuptime.core.model import FeedState, IncidentKind, Reach, Service, Surface, Vantage
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.summary import Overall
from trayuptime.ui.faces import face_of, light_face
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.view import Offer, View, choice_words, crashed_view, row_words, tooltip, view_of
from ui.states import MESSAGE, STATES
from ui.tellings import Provider, at, down, slow, telling, unknown, up

BETA = up("beta", "Beta Models")
_WITNESSED = (
    "It does not answer in time since 14:02; Beta Models and Gamma answer, so it is not your network."
)


def view(*providers: Provider, **more: object) -> View:
    return view_of(telling(*providers, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "headline"),
    [
        ("one", "Alpha AI is up"),
        ("two", "All 2 up"),
        ("one of thirty down", "Zeta is down"),
        ("several down", "2 of 6 down: Alpha AI, Beta Models"),
        ("degraded", "Alpha AI is degraded"),
        ("first asking", "Asking for the first time"),
        ("one unknown", "Alpha AI is unknown"),
        ("offline", "This computer is offline"),
        ("portal", "This network asks you to log in first"),
        ("paused", "Paused"),
        ("key rejected", "All 3 up, but Alpha AI rejects your key"),
        ("two keys", "All 3 up, but you cannot use Alpha AI, Beta"),
        ("nothing", "Nothing is being watched"),
    ],
)
def test_the_headline_says_the_worst(state: str, headline: str) -> None:
    assert view_of(STATES[state]).summary.headline == headline


def test_a_lone_provider_that_rejects_the_key_is_up_all_the_same() -> None:
    assert (
        view(up(access=Access.OUT_OF_CREDIT)).summary.headline
        == "Alpha AI is up, but says your credit is used up"
    )


@pytest.mark.parametrize(
    ("state", "sentences"),
    [
        ("two", ()),
        ("down with suggestion", ("It answers 503 since 14:02; your network is fine.",)),
        (
            "down, no answer",
            (_WITNESSED,),
        ),
        (
            "several down",
            (
                "Alpha AI answers 503 since 14:02.",
                "Beta Models says it is overloaded since 14:02.",
                "Your network is fine.",
            ),
        ),
        ("web down", ("Its web answers 503 since 14:02; your network is fine.",)),
        ("degraded", ("It answers slowly since 13:40 (4.2 s, usually 640 ms).",)),
        ("unstable", ("It fails and recovers over and over since 13:40.",)),
        ("checking", ("Alpha AI answers 503.", "It is asked again before that counts.")),
        ("offline", ("No host answers, so nothing is held against any provider.",)),
        ("portal", ("Until then nothing is held against any provider.",)),
        ("paused", ("Nobody is asked until 15:00.",)),
        ("paused until resumed", ("Nobody is asked until you resume.",)),
        ("key rejected", ("Alpha AI rejects your key since 13:30.",)),
        (
            "down without fallback",
            (
                "It answers 503 since 14:02; your network is fine.",
                "Beta Models rejects your key since 13:30.",
                "No working fallback: beta key rejected.",
            ),
        ),
        (
            "keyring locked",
            ("Alpha AI: The keyring is locked. Unlock it, or let the key be read from a file.",),
        ),
    ],
)
def test_the_account_says_how_we_know(state: str, sentences: tuple[str, ...]) -> None:
    assert view_of(STATES[state]).account == sentences


def test_without_an_answer_from_anybody_the_network_is_not_called_fine() -> None:
    silent = down(reason=Reason.READ_TIMEOUT)

    assert view(silent).account == ("It does not answer in time since 14:02.",)
    assert view(silent, unknown("beta", "Beta")).account == ("It does not answer in time since 14:02.",)


def test_a_server_on_this_computer_says_nothing_of_the_network() -> None:
    local = down(reason=Reason.CONNECT_REFUSED, reach=Reach.LOOPBACK)

    assert view(local, BETA).account == ("It refuses connections since 14:02.",)


def test_a_witness_of_another_reach_proves_nothing() -> None:
    silent = down(reason=Reason.CONNECT_TIMEOUT)
    near = up("local", "Local", reach=Reach.PRIVATE)

    assert view(silent, near).account == ("It cannot be connected to since 14:02.",)


def test_a_vendors_message_is_in_the_row_and_not_in_the_headline() -> None:
    seen = view_of(STATES["down with suggestion"])

    assert MESSAGE not in seen.summary.headline + " ".join(seen.account)
    assert seen.lights[0].worst.detail == MESSAGE


def test_the_offer_names_who_works_and_why() -> None:
    offer = view(down(advice="beta"), BETA).offer

    assert offer == Offer("alpha", "beta", "Beta Models", "up, 0.6 s, key accepted", at("14:02:31"))


@pytest.mark.parametrize(
    "beta",
    [
        down("beta", "Beta Models"),
        up("beta", "Beta Models", access=Access.KEY_REJECTED),
        up("gamma", "Beta was taken out of the configuration"),
    ],
    ids=["down itself", "its key rejected", "gone"],
)
def test_advice_that_is_no_longer_good_is_not_offered(beta: Provider) -> None:
    assert view(down(advice="beta"), beta).offer is None


def test_advice_that_was_followed_is_not_offered_again() -> None:
    seen = view(down(advice="beta"), BETA, switched=("alpha", "beta"))

    assert seen.offer is None
    assert seen.back_to == "Alpha AI"
    assert choice_words(seen) == "You use Beta Models instead of Alpha AI since 14:03"


@pytest.mark.parametrize("state", STATES)
def test_a_tooltip_is_one_short_line_that_begins_with_the_state(state: str) -> None:
    seen = view_of(STATES[state])
    line = tooltip(seen)

    assert len(line) <= 120
    assert "\n" not in line
    assert line.startswith(f"TrayUptime: {seen.summary.headline[:40]}")
    assert line.endswith("· last checked 14:08:41") == (seen.summary.checked_at is not None)


def test_the_longest_names_leave_room_for_the_time_in_a_tooltip() -> None:
    names = [f"{letter * 200}" for letter in "abc"]
    seen = view(*(down(name[0], name) for name in names))

    assert len(tooltip(seen)) <= 120
    assert tooltip(seen).endswith("last checked 14:08:41")
    assert "3 of 3 down: aaa" in tooltip(seen)


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        (up(), "Alpha AI: up, 610 ms, since 09:12"),
        (down(), "Alpha AI: down, since 14:02"),
        (down(page=FeedState.UP), "Alpha AI: down, since 14:02, their page says operational"),
        (down(page=FeedState.DEGRADED), "Alpha AI: down, since 14:02, their page says so too"),
        (slow(), "Alpha AI: degraded, since 13:40"),
        (up(access=Access.KEY_REJECTED), "Alpha AI: up, key rejected, 610 ms, since 09:12"),
        (up(checking=True, reason=Reason.SERVER_ERROR), "Alpha AI: up, checking, since 09:12"),
        (up(trouble="The keyring is locked."), "Alpha AI: up, key not read, 610 ms, since 09:12"),
        (unknown(), "Alpha AI: unknown"),
    ],
)
def test_a_menu_row_says_all_of_a_provider_in_one_line(provider: Provider, words: str) -> None:
    seen = view(provider)

    assert row_words(seen.lights[0], provider.trouble) == words


def test_after_a_crash_nothing_is_shown_as_up() -> None:
    seen = crashed_view(view(up(), down("beta", "Beta", advice="alpha")), at("14:10"))

    assert {light.service for light in seen.lights} == {Service.UNKNOWN}
    assert {light.worst.since for light in seen.lights} == {at("14:10")}
    assert seen.offer is None
    assert seen.summary.overall is Overall.CRASHED


def test_a_crash_before_the_first_word_is_one_too() -> None:
    assert crashed_view(None, at("14:10")).crashed


_RED: dict[str, Callable[[], View]] = {
    "down": lambda: view(down(), BETA),
    "crashed": lambda: crashed_view(view(up()), at("14:10")),
}
_OTHER: dict[str, Callable[[], View]] = {
    "up": lambda: view(up()),
    "degraded": lambda: view(slow()),
    "unstable": lambda: view(slow(kind=IncidentKind.UNSTABLE)),
    "unknown": lambda: view(unknown()),
    "key rejected": lambda: view(up(access=Access.KEY_REJECTED)),
    "offline": lambda: view(up(), vantage=Vantage.OFFLINE),
    "portal": lambda: view(up(), vantage=Vantage.PORTAL),
    "paused while down": lambda: view(down(), paused=True),
    "nothing": view,
}


@pytest.mark.parametrize("name", _RED)
def test_down_and_a_crash_are_red(name: str) -> None:
    assert face_of(_RED[name]().summary).mark is Mark.DOWN


@pytest.mark.parametrize("name", _OTHER)
def test_nothing_else_is_red(name: str) -> None:
    assert face_of(_OTHER[name]().summary).mark is not Mark.DOWN


def test_one_unknown_keeps_the_whole_from_green() -> None:
    assert face_of(view(up(), unknown("beta", "Beta")).summary).mark is Mark.UNKNOWN


def test_a_key_badge_is_for_what_does_not_pass_by_itself() -> None:
    badges = {
        access: light_face(view(up(access=access)).lights[0]).key_badge
        for access in (Access.OK, Access.RATE_LIMITED, Access.KEY_REJECTED, Access.OUT_OF_CREDIT)
    }

    assert badges == {
        Access.OK: False,
        Access.RATE_LIMITED: False,
        Access.KEY_REJECTED: True,
        Access.OUT_OF_CREDIT: True,
    }


def test_the_tray_counts_who_is_down() -> None:
    assert face_of(view(down(), down("b", "B"), BETA).summary) == Face(Mark.DOWN, count=2)


def test_a_surface_of_several_is_named() -> None:
    both = down(surfaces=(Surface.API, Surface.WEB))

    assert view(both).account == ("Its API answers 503 since 14:02; your network is fine.",)
