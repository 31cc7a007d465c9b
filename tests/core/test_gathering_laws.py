"""Whatever is told and closed, in whatever order: the bubbles on the screen say what is so, and all of it."""

from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.builders import at
from trayuptime.core.gathering import Deed, Gathering, Show, gather
from trayuptime.core.notice import DETAILS, News, Notice, Renew, Shared, Sign, Urgency, Withdrawal

WHOSE = "abcdefgh"
SAID = {"down": "down", "unstable": "unstable", "up again": "up again", "key rejected": None}
"""What is told of a provider, and what of it others may say as well."""


def told(key: str, what: str) -> Notice:
    shared = SAID[what] and Shared(key.upper(), what)
    title, over = f"{key.upper()} is {what}", what == "up again"
    sign = Sign.UP if over else Sign.DOWN
    return Notice(
        key, title, "", Urgency.CRITICAL, (DETAILS,), transient=over, sign=sign, shared=shared or None
    )


def heard(key: str, what: str) -> News:
    match what:
        case "taken back":
            return Withdrawal(key)
        case "renewed":
            return Renew(replace(told(key, "down"), title=f"{key.upper()} web is still down"))
        case _:
            return told(key, what)


@dataclass
class Screen:
    """What a desktop shows, and beside it what is so.

    Attributes:
        bubbles: by key.
        said: by provider, what was told of it last and is not taken back.
        closed: the providers whose bubble the user has closed since.
    """

    gathering: Gathering = field(default_factory=Gathering)
    bubbles: dict[str, Notice] = field(default_factory=dict)
    said: dict[str, Notice] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    second: float = 0.0

    def hear(self, after_s: float, *news: News) -> None:
        self.second += after_s
        heard = []
        for one in news:
            if isinstance(one, Renew):
                if one.key not in self.said or self.said[one.key].transient:
                    continue  # there may be no bubble of it
                self.said[one.key] = one.notice
            else:
                self.closed.discard(one.key)
                self.said.pop(one.key, None)
            if isinstance(one, Notice):
                self.said[one.key] = one
            heard.append(one)
        self.gathering, deeds = gather(self.gathering, heard, at(self.second))
        for deed in deeds:
            self._do(deed)

    def close(self, whose: str) -> None:
        for key, bubble in list(self.bubbles.items()):
            if whose in speaks_for(bubble):
                del self.bubbles[key]
                self.closed |= speaks_for(bubble)

    def _do(self, deed: Deed) -> None:
        match deed:
            case Show(notice, instead_of):
                if instead_of is not None:
                    self.bubbles.pop(instead_of, None)
                self.bubbles[notice.key] = notice
                self.closed -= speaks_for(notice)
            case Renew(notice) if notice.key in self.bubbles:
                self.bubbles[notice.key] = notice
            case Withdrawal(key):
                self.bubbles.pop(key, None)
            case Renew():
                pass


def speaks_for(bubble: Notice) -> set[str]:
    return set(bubble.of or (bubble.key,))


ONE = st.tuples(st.sampled_from(WHOSE), st.sampled_from([*SAID, *SAID, "taken back", "renewed"]))
STEP = st.one_of(
    st.sampled_from(WHOSE),  # the user closes its bubble
    st.tuples(st.sampled_from([0.0, 1.0, 30.0, 61.0, 3_600.0]), st.lists(ONE, max_size=8)),
    st.tuples(  # several that say the same
        st.sampled_from([0.0, 1.0, 30.0, 61.0, 3_600.0]),
        st.builds(
            lambda whose, what: [(each, what) for each in whose],
            st.lists(st.sampled_from(WHOSE), min_size=3, unique=True),
            st.sampled_from([*SAID, "taken back"]),
        ),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=12))
def test_what_is_on_the_screen_is_so_and_all_that_is_so_is_on_the_screen(steps: list[object]) -> None:
    desktop = Screen()
    for step in steps:
        match step:
            case str(whose):
                desktop.close(whose)
            case (float(after_s), list(news)):
                desktop.hear(after_s, *(heard(key, what) for key, what in news))

        seen: dict[str, list[Notice]] = {}
        for bubble in desktop.bubbles.values():
            for key in speaks_for(bubble):
                seen.setdefault(key, []).append(bubble)
        for key, bubbles in seen.items():
            assert len(bubbles) == 1, f"{key} is told of twice"
            (bubble,) = bubbles
            assert key in desktop.said, f"{bubble.title}: {key} is not any more"
            said = desktop.said[key]
            if len(bubble.of) > 1:
                assert said.shared is not None
                assert bubble.title == f"{len(bubble.of)} providers are {said.shared.what}"
                assert said.shared.name in bubble.body or " more." in bubble.body
            else:
                assert bubble.title == said.title
        for key, said in desktop.said.items():
            assert key in seen or key in desktop.closed or said.transient, f"{said.title}, and nobody says so"
