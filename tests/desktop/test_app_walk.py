"""The main walk, end to end: green, an outage with its bubble and its switch, recovery, and the way out."""

import json
import re
from datetime import datetime

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Desktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Vendor
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop


def milliseconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp() * 1000


def test_an_outage_is_seen_told_switched_and_over(  # noqa: PLR0915 - one walk from the start to the end
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    failing, healthy = vendors
    app = App(
        desktop,
        POLLING
        + provider("alpha", "Alpha AI", failing.openai_url, more='fallbacks = ["beta_2"]')
        + provider("beta_2", "Beta_2 & Co", healthy.openai_url),
    )

    # Green
    app.start()
    app.wait_for_item()
    artefacts.note(exec_to_registered_ms=round(app.registered_s * 1000))
    app.wait_for_face(Face(Mark.UP))
    assert re.fullmatch(r"TrayUptime: All 2 up · last checked \d\d:\d\d:\d\d", app.tooltip())
    headline, alpha, beta, *rest = app.rows()
    assert headline == "All 2 up"
    assert re.fullmatch(r"Alpha AI: up, \d+ ms, since \d\d:\d\d", alpha)
    assert re.fullmatch(r"Beta_2 & Co: up, \d+ ms, since \d\d:\d\d", beta)
    assert {"Check now", "Pause", "History", "Quit TrayUptime"} <= set(rest)
    assert desktop.bubbles() == []
    artefacts.shot(desktop, "1 green")

    # Red
    failing.fail(503)
    app.wait_for_face(Face(Mark.DOWN))
    desktop.wait_until(desktop.bubbles, "a notification")
    assert app.tooltip().startswith("TrayUptime: Alpha AI is down")
    assert app.rows()[0] == "Alpha AI is down"
    (down,) = desktop.bubbles()
    assert (down.app, down.summary, down.urgency) == ("TrayUptime", "Alpha AI is down", "critical")
    assert re.match(r"It answers 503 since \d\d:\d\d\. Beta_2 &amp; Co works: up, ", down.body)
    assert "Switch to Beta_2 & Co" in down.actions.values()
    advice = app.wait_for_row("Switch to Beta_2 & Co (up, ")
    assert app.rows().index(advice) == 1
    artefacts.shot(desktop, "2 red")

    # Switched
    desktop.press_bubble("Switch to Beta_2 & Co")
    app.wait_for_row("You use Beta_2 & Co instead of Alpha AI since ")
    assert advice not in app.rows()
    assert "You switched from alpha to beta_2 at " in app.run("status", code=1)
    lines = [json.loads(line) for line in app.run("export", "--format", "jsonl").splitlines()]
    switches = [line["switch"] for line in lines if "switch" in line]
    assert switches == [{"provider": "alpha", "to": "beta_2", "back": False}]
    artefacts.shot(desktop, "3 switched")

    # Green again
    failing.heal()
    app.wait_for_face(Face(Mark.UP))
    desktop.wait_until(lambda: len(desktop.bubbles()) == 2, "a second notification")
    _, up = desktop.bubbles()
    assert (up.number, up.summary, up.urgency) == (down.number, "Alpha AI is up again", "low")
    assert re.match(r"It was down for \d+ s, from \d\d:\d\d to \d\d:\d\d\.", up.body)
    assert desktop.bubbles_on_screen() == 1
    artefacts.shot(desktop, "4 green again")

    # What is kept of it
    (incident,) = app.ask("incidents")
    assert (incident["provider"], incident["kind"]) == ("alpha", "outage")
    answers = failing.served()
    bad = next(at for at, answer in enumerate(answers) if answer.status == 503)
    good = next(at for at, answer in enumerate(answers) if at > bad and answer.status == 200)
    # A result is dated when it was asked for: a moment before the server heard it.
    assert answers[bad - 1].at < milliseconds(incident["started_at"]) < answers[bad].at
    assert answers[good - 1].at < milliseconds(incident["ended_at"]) < answers[good].at
    assert len(desktop.bubbles()) == 2

    # The way out
    app.press("Quit TrayUptime")
    assert app.wait_for_end() == 0
    assert app.desktop.tray.items() == []
    assert len(app.ask("incidents")) == 1


def test_the_history_window_shows_what_was_switched(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    failing, healthy = vendors
    failing.fail(503)
    reader = ScreenReader(desktop)
    app = App(
        desktop,
        POLLING
        + provider("alpha", "Alpha AI", failing.openai_url, more='fallbacks = ["beta"]')
        + provider("beta", "Beta Models", healthy.openai_url),
    )
    app.start(environ=ENVIRON)
    advice = app.wait_for_row("Switch to Beta Models")

    app.press(advice)
    app.wait_for_row("You use Beta Models instead of Alpha AI")
    app.press("History")

    app.wait_for_window("TrayUptime – History")
    desktop.run("xdotool", "key", "--clearmodifiers", "alt+h")
    reader.wait_for("switched")
    reader.wait_for("from Alpha AI to Beta Models")
    reader.wait_for("answers with a server error since…")
    artefacts.shot(desktop, "history")


def test_who_knows_of_an_outage_says_so_in_the_menu(
    desktop: Desktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    """A submenu that is made long after the menu was handed to the panel, and changes there."""
    failing, healthy = vendors
    app = App(
        desktop,
        POLLING
        + provider("alpha", "Alpha AI", failing.openai_url)
        + provider("beta", "Beta Models", healthy.openai_url),
    )
    app.start()
    app.wait_for_row("All 2 up")
    assert not {"I know", "Undo", "Details"} & set(app.rows())
    failing.fail(503)
    desktop.wait_until(desktop.bubbles, "a notification")

    app.wait_for_row("I know")
    headline, alpha, *offered, beta = app.rows()[:8]
    assert headline == "Alpha AI is down"
    assert alpha.startswith("Alpha AI: down, since ")
    assert offered == [
        "Snooze for an hour",
        "Snooze for 4 hours",
        "Snooze until tomorrow",
        "I know",
        "Details",
    ]
    assert beta.startswith("Beta Models: up, ")

    app.press("Snooze for an hour")
    desktop.wait_until(lambda: "Undo" in app.rows(), "it can be taken back")
    snoozed, *offered = app.rows()[1:4]
    assert re.fullmatch(rf"{alpha}, snoozed until \d\d:\d\d", snoozed)
    assert offered == ["Undo", "Details"]
    assert desktop.wait_until(lambda: desktop.bubbles_on_screen() == 0, "the bubble is taken away")
    artefacts.shot(desktop, "snoozed")

    app.press("Undo")
    app.wait_for_row("I know")
    assert app.rows()[1] == alpha
    app.press("Details")
    app.wait_for_window("TrayUptime – History")

    failing.heal()
    app.wait_for_row("All 2 up")
    assert not {"I know", "Undo", "Details"} & set(app.rows())
