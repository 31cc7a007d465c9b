"""What happened has the same words in the terminal and in the windows."""

import pytest

from core.builders import at, clock_time, key, result
from trayuptime.core.happenings import moment, what, whose
from trayuptime.core.model import (
    Feed,
    FeedState,
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Suggestion,
    Switch,
    Vantage,
)
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    FeedSaid,
    GapSeen,
    Happening,
    PrimaryBack,
    Settled,
    StillOpen,
    Suggested,
    Switched,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)

API = key("a")
INCIDENT = Incident(1, "a", API.surface, IncidentKind.OUTAGE, at(60), at(90), ())
DOWN = WentDown(at(90), API, INCIDENT, Reason.SERVER_ERROR, reopened=False, tell=True)
NIGHT = Gap(at(600), at(4_200), GapCause.APP_OFF)


@pytest.mark.parametrize(
    ("happening", "second", "of", "words"),
    [
        (Settled(result(60, Reason.SERVER_ERROR), proven=True), 60, "a api", "answers 503"),
        (Settled(result(60, detail="says nothing"), proven=True), 60, "a api", "says nothing"),
        (DOWN, 90, "a api", "down since 12:01: answers with a server error"),
        (
            WentDown(at(90), API, INCIDENT, Reason.OVERLOADED, reopened=True, tell=False),
            90,
            "a api",
            "down again since 12:01: says it is overloaded",
        ),
        (CameUp(at(300), API, INCIDENT, 240.0, tell=True), 300, "a api", "up again, 4 min of downtime"),
        (WentDegraded(at(90), API, INCIDENT, Reason.SLOW), 90, "a api", "degraded: answers slowly"),
        (
            WentUnstable(at(90), API, INCIDENT, Reason.SERVER_ERROR),
            90,
            "a api",
            "unstable: answers with a server error",
        ),
        (
            StillOpen(at(3_700), API, INCIDENT, Reason.SERVER_ERROR),
            3_700,
            "a api",
            "lasts, and is snoozed no longer: answers with a server error",
        ),
        (AccessChanged(at(5), "a", Access.KEY_REJECTED, Access.OK, ""), 5, "a", "key rejected"),
        (VantageChanged(at(5), Vantage.OFFLINE), 5, "", "this computer is offline"),
        (GapSeen(NIGHT), 600, "", "not seen for 1 h: app off"),
        (GapSeen(Gap(at(0), at(60), GapCause.UNPROVEN, API)), 0, "a api", "not seen for 1 min: unproven"),
        (Suggested(at(5), Suggestion("a", "b", "up, 0.6 s", at(5))), 5, "a", "use b: up, 0.6 s"),
        (Suggested(at(5), Suggestion("a", None, "no working fallback", None)), 5, "a", "no working fallback"),
        (Switched(Switch(at(5), "a", "b")), 5, "", "switched from a to b"),
        (Switched(Switch(at(5), "a", "b", back=True)), 5, "", "switched back from a to b"),
        (PrimaryBack(at(5), "a"), 5, "a", "has been up for 15 minutes: you can go back"),
        (
            FeedSaid(at(5), Feed(at(5), "a", FeedState.DOWN, title="API errors")),
            5,
            "a",
            "their page says down: API errors",
        ),
    ],
)
def test_a_happening_has_its_time_its_owner_and_its_words(
    happening: Happening, second: float, of: str, words: str
) -> None:
    assert (moment(happening), whose(happening), what(happening, clock_time)) == (at(second), of, words)
