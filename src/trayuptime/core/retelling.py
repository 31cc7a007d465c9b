"""Judges a recording of millions of lines: as `replay` does, but what is calm is told by the stretch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from trayuptime.core import calm
from trayuptime.core.calm import Calm
from trayuptime.core.cast import Cast, Part
from trayuptime.core.model import Instant, Key, Level, Result, Rules
from trayuptime.core.packed import Line, Packed
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded
from trayuptime.core.replay import Course, Judged, result_of
from trayuptime.core.state import Settled, State

LONGEST_STRETCH = 5_000
"""Lines that are told together at most."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Results in a row that told nothing: each is settled as it was recorded, and has no other happening.

    Attributes:
        lines: when, how long, and the number of what else there is to it.
        settled_as: by that number, all else of them; the time and the latency in it mean nothing.
    """

    lines: Sequence[Line]
    settled_as: Sequence[Settled]

    def settled(self) -> Iterator[Settled]:
        """One after the other."""
        for at, latency_ms, form in self.lines:
            like = self.settled_as[form]
            said = like.result
            result = Result(
                at,
                said.provider,
                said.surface,
                said.reason,
                said.level,
                None if said.latency_ms is None else latency_ms,
                said.http_status,
                said.host,
                said.reach,
                answered_at=None if said.answered_at is None else at + round(latency_ms),
                needs_witness=said.needs_witness,
                portal_like=said.portal_like,
                interval_s=max(said.interval_s, latency_ms / 1000),
            )
            yield Settled(result, like.proven, like.witness, like.counted, needed=like.needed)


class Retelling:
    """A recording judged from its first line to its last, once.

    Attributes:
        rules: of every surface in it.
    """

    def __init__(self, recording: Packed, rules_of: Callable[[str], Rules]) -> None:
        """Puts the recording in order, and looks through it.

        Args:
            recording: it is arranged.
            rules_of: as for `replay`.
        """
        recording.arrange()
        self._recording = recording
        self._course = Course(_cast_of(recording), rules_of)
        self.rules = self._course.rules
        self._settled_as = [self._settled_like(form) for form in recording.forms]
        self._calms: list[Calm | None] = [None] * len(recording.forms)
        self._begun: dict[Key, int] = {}

    @property
    def state(self) -> State:
        """After all that was told so far; the usual latency of the next line may be looked up already."""
        self._look()
        return self._course.state

    def __iter__(self) -> Iterator[Judged | Stretch]:
        """Every line, in the order in which they were lived: alone, or in a stretch."""
        told: list[Line] = []
        for results, other in self._recording.stretches():
            for line in self._beyond_calm(results, told):
                if told:
                    yield Stretch(tuple(told), self._settled_as)
                    told.clear()
                if line is not None:
                    yield self._judge(self._recording.heard(line))
            if told:
                yield Stretch(tuple(told), self._settled_as)
                told.clear()
            if other is not None:
                yield self._judge(other)

    def _beyond_calm(self, results: Iterator[Line], told: list[Line]) -> Iterator[Line | None]:
        """What has to be judged by itself; `told` gets what came before, and `None` says that it is full."""
        course, calms = self._course, self._calms
        newest, latest, turn = course.newest_at, course.latest, course.crowd.next_turn
        for line in results:
            at, latency_ms, form = line
            stretch = calms[form]
            if newest <= at < turn and (
                (stretch is not None and stretch.takes(at, latency_ms)) or self._is_calm(line)
            ):
                newest = at
                ended = at + round(latency_ms)
                if ended > latest:  # noqa: PLR1730 - `max` takes three times as long, at every line
                    latest = ended
                told.append(line)
                if len(told) >= LONGEST_STRETCH:
                    yield None
            else:
                course.newest_at, course.latest = newest, latest
                yield line
                newest, latest, turn = course.newest_at, course.latest, course.crowd.next_turn
        course.newest_at, course.latest = newest, latest

    def _judge(self, line: Recorded) -> Judged:
        self._look()
        return self._course.judge(line)

    def _is_calm(self, line: Line) -> bool:
        """Whether it changes nothing, or one more of a stretch once that has been begun or looked after."""
        at, latency_ms, form = line
        like = self._recording.forms[form]
        usual = self._course.usuals.of(like.key)
        if not like.counted:
            return not usual.is_due(at)
        stretch = self._calms[form] or self._begin(form, usual.due_at(at))
        if stretch is None:
            return False
        if at >= stretch.usual_until:
            self._settle(stretch)
            stretch.relearn(usual.look_up(at), usual.due_at(at))
        return stretch.takes(at, latency_ms)

    def _begin(self, form: int, usual_until: Instant) -> Calm | None:
        like = self._settled_as[form].result
        if like.key in self._begun:  # by answers that are not quite alike
            self._look()
        state = self._course.state
        lesser = like.level is not Level.COMPLETION and like.key in self._course.outranked
        if lesser and state.surface(like.key).deep_until is not None:
            return None
        stretch = calm.begin(state, like)
        if stretch is not None:
            stretch.usual_until = usual_until
            self._calms[form] = stretch
            self._begun[like.key] = form
        return stretch

    def _settle(self, stretch: Calm) -> None:
        answers = stretch.settle()
        if stretch.like.reason is Reason.OK and stretch.like.latency_ms is not None:
            self._course.usuals.of(stretch.like.key).learn(answers, slow=False)

    def _look(self) -> None:
        """Takes all stretches into account, and ends them."""
        stretches: list[Calm] = []
        for form in self._begun.values():
            stretch = self._calms[form]
            assert stretch is not None
            self._settle(stretch)
            stretches.append(stretch)
            self._calms[form] = None
        self._begun.clear()
        self._course.state = calm.look(self._course.state, sorted(stretches, key=_place_of))

    def _settled_like(self, form: Heard) -> Settled:
        rules = self.rules.get(form.key, Rules())  # nobody's, if all its lines were lost in a sleep
        result = result_of(form, rules)
        if not form.counted:
            return Settled(result, proven=form.proven, counted=False)
        return Settled(result, proven=False, needed=rules.confirm_after)


def _place_of(stretch: Calm) -> tuple[Instant, str, str]:
    """Where its last answer stands in the recording, see `order.py`."""
    return 0 if stretch.last is None else stretch.last.at, stretch.like.provider, stretch.like.surface


def _cast_of(recording: Packed) -> Cast:
    cast = Cast()
    cast.set_back = recording.is_set_back
    parts: list[Part | None] = [None] * len(recording.forms)
    for results, _ in recording.stretches():
        for at, _, form in results:
            part = parts[form]
            if part is None:
                parts[form] = part = cast.part(recording.forms[form], at)
            part.speaks(at)
    return cast
