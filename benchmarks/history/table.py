"""Writes what was measured as Markdown: a row for each store, and how many times ours the others cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.history.measure import Filled, Told
from benchmarks.history.store import Question, Store

_HEAD = ("bytes", "CPU µs of appending", "CPU µs put off", "KB handed to the kernel (dirtied)")
_AGREE_POINTS = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One store, filled and asked."""

    store: Store
    filled: Filled
    told: Mapping[Question, Told]

    def at_full_length(self, question: Question, ms: float) -> float:
        """The time of an answer over the whole window, where the data set is shorter and the store scans."""
        seen = min(self.filled.days, question.days)
        return ms * question.days / seen if question in self.store.scans else ms

    def is_reckoned(self, question: Question) -> bool:
        """Whether that was done."""
        return question in self.store.scans and self.filled.days < question.days


def head() -> list[str]:
    """The first lines of every table here."""
    columns = ["", "results", *(f"{what} per result" for what in _HEAD), *(one.words for one in Question)]
    return [_line(columns), _line(["---"] * len(columns))]


def row(of: Row, words: str | None = None) -> str:
    """Its figures: answers cold / warm."""
    filled = of.filled
    cells = [
        of.store.words if words is None else words,
        f"{filled.results / 1e6:.1f} M",
        f"{filled.bytes_each:.2f}",
        f"{filled.append_us:.2f}",
        f"{filled.tidy_us:.2f}" if filled.tidy_us >= 0.005 else "–",
        f"{filled.handed / 1000:.2f} ({filled.dirtied / 1000:.2f})",
    ]
    for question in Question:
        told = of.told.get(question)
        if told is None:
            cells.append("not asked")
            continue
        cold, warm = (of.at_full_length(question, ms) for ms in (told.cold_ms, told.warm_ms))
        cells.append(f"{'≈ ' if of.is_reckoned(question) else ''}{_ms(cold)} / {_ms(warm)}")
    return _line(cells)


def ratios(ours: Row, other: Row) -> str:
    """How many times as much as ours."""
    one, two = ours.filled, other.filled
    cells = [
        f"{other.store.words}: × ours",
        "",
        _times(two.bytes_each, one.bytes_each),
        _times(two.append_us, one.append_us),
        f"{_times(two.append_us + two.tidy_us, one.append_us + one.tidy_us)} in all",
        _times(two.handed, one.handed),
    ]
    for question in Question:
        if question not in ours.told or question not in other.told:
            cells.append("")
            continue
        ms = [
            (
                of.at_full_length(question, of.told[question].cold_ms),
                of.at_full_length(question, of.told[question].warm_ms),
            )
            for of in (ours, other)
        ]
        cells.append(f"{_times(ms[1][0], ms[0][0])} / {_times(ms[1][1], ms[0][1])}")
    return _line(cells)


def notes(rows: Sequence[Row]) -> Iterator[str]:
    """What a reader must know beside the tables."""
    yield "Answers: cold / warm. Cold: opened anew, with nothing of the file in memory."
    yield "≈: the data set is shorter than the window; reckoned up by the days, as the cost is."
    yield "KB handed to the kernel: what is written if cycles are 30 s apart; (dirtied): it joined some here."
    for of in rows:
        filled = of.filled
        longest, usual = filled.slices_ms
        read = ", ".join(f"{told.read_mb:.1f}" for told in of.told.values())
        told = (
            f"{of.store.words}, {filled.results / 1e6:.1f} M: {filled.days:.0f} days in {filled.took_s:.0f} s"
        )
        told += f", of which drawing {filled.drawn_us:.2f} µs a result"
        told += (
            f"; slices of work put off: {usual:.2f} ms, at most {longest:.1f} ms" if longest >= 0.1 else ""
        )
        yield told + (f"; MB read cold: {read}." if read else ".")


def disagreements(rows: Sequence[Row]) -> Iterator[str]:
    """Where two stores answer differently about the same results: then nothing above means anything."""
    first, *others = [of for of in rows if of.told] or rows[:1]
    for other in others:
        for question in first.told.keys() & other.told.keys():
            mine, theirs = first.told[question].answer, other.told[question].answer
            agree = _is_close(mine, theirs) if question is Question.UPTIME else mine == theirs
            if question not in _ROUGH and not agree:
                yield f"{first.store.words} and {other.store.words} differ about {question.words}."


_ROUGH = frozenset({Question.INCIDENTS, Question.BARS})
"""Ours know of gaps; who only has rows does not."""


def _is_close(mine: Sequence[Sequence[float | None]], theirs: Sequence[Sequence[float | None]]) -> bool:
    """Shares of time and shares of checks, which are asked more often while something fails."""
    pairs = (pair for one, two in zip(mine, theirs, strict=True) for pair in zip(one, two, strict=True))
    return all(a is not None and b is not None and abs(a - b) * 100 < _AGREE_POINTS for a, b in pairs)


def _times(other: float, ours: float) -> str:
    if not ours:
        return "–"
    times = other / ours
    return f"{times:.0f} ×" if times >= 10 else f"{times:.1f} ×"


def _ms(ms: float) -> str:
    if ms >= 1000:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
