"""Results that are too old are forgotten; what they add up to stays as it was, to the millisecond."""

import random
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from disks import Disk, small_disk
from history.lives import DAY_MS, HOUR_MS, Life, live, some_windows
from history.watching import DEEPSEEK, KEYS, OPENAI, START, Watching, a_result, never_stamped
from trayuptime.core.figures import Figures, figures, record
from trayuptime.core.model import Gap, GapCause, Instant, Key, Span
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.renaming import renamed
from trayuptime.core.retention import Retention
from trayuptime.core.state import GapSeen, Settled, State
from trayuptime.core.strip import Strip, either, strip_of
from trayuptime.history import History, HistoryError, Reader, files, forget
from trayuptime.history.hourly import Pace

DAY_S = 86_400.0
MIDNIGHT = START // DAY_MS * DAY_MS + DAY_MS
WITHOUT_LATE = "aaaaaaaadddttttsgr"
Told = tuple[Strip, Figures]


@pytest.fixture(autouse=True)
def _a_day_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lives here are short."""
    monkeypatch.setattr(forget, "WATCHED_DAYS", 1)


def _tidy(history: History, now: Instant) -> int:
    steps = 1
    while history.tidy(now, lambda: 0.0):
        steps += 1
    return steps


def _told(path: Path, windows: Sequence[Span]) -> dict[tuple[Key, Span], Told]:
    hull = Span(min(w.start for w in windows), max(w.end for w in windows))
    with Reader(path) as reader, reader.windows(hull) as found:
        for window in windows:
            for key in KEYS:
                assert figures(found.record(key, window)) == figures(found.totals(key, window))
        return {
            (key, window): (found.strip(key, window), figures(found.totals(key, window)))
            for key in KEYS
            for window in windows
        }


def _of_results(life: Life, path: Path, windows: Sequence[Span]) -> dict[tuple[Key, Span], Told]:
    """What `core` makes of every result there ever was."""
    with Reader(path) as reader:
        incidents = reader.incidents()
    found = {}
    for key in KEYS:
        own = [result for result in life.results if result.key == key]
        for window in windows:
            each = record(key, window, own, life.gaps, incidents)
            found[key, window] = strip_of(each.coverage, each.down, each.degraded), figures(each)
    return found


def _timely(of: Figures) -> Figures:
    """Without what is known of whole days alone."""
    return replace(of, latency_p50_ms=None, latency_p95_ms=None, results=0, uncounted_s=0.0)


def _need_same(now: Mapping[tuple[Key, Span], Told], before: Mapping[tuple[Key, Span], Told]) -> None:
    for (key, window), (strip, of) in now.items():
        strip_before, of_before = before[key, window]
        assert strip == strip_before
        assert _timely(of) == _timely(of_before)
        assert of.results <= of_before.results
        if of.uncounted_s == 0:
            assert of == of_before
        if window.start % DAY_MS == window.end % DAY_MS == 0:
            assert of.uncounted_s == 0


def _whole_days(windows: Sequence[Span]) -> list[Span]:
    return [Span(w.start // DAY_MS * DAY_MS, -(-w.end // DAY_MS) * DAY_MS) for w in windows]


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32), acts=st.integers(5, 30), days=st.integers(2, 5), failures=st.integers(0, 4)
)
def test_what_was_told_is_told_after_forgetting_too(seed: int, acts: int, days: int, failures: int) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder) / "history.db", random.Random(seed))
        live(life, acts)
        for _ in range(3):
            life.tidy(10_000)
            windows = some_windows(life.chance, life.watching.now)
            windows += _whole_days(windows)
            before = _told(life.path, windows)
            life.history.retain(Retention(days * DAY_S, (days + failures) * DAY_S if failures else None))
            life.tidy(10_000)
            _need_same(_told(life.path, windows), before)
            _need_same(_told(life.path, windows), _of_results(life, life.path, windows))
            with Reader(life.path) as reader:
                assert reader.verify().problems == []
            live(life, acts, WITHOUT_LATE)
        life.history.close()


# One surface, by hand


class _Diary:
    """A history of one surface, asked every ten minutes."""

    def __init__(self, history: History, path: Path, now: Instant = MIDNIGHT) -> None:
        self.history = history
        self.path = path
        self.now = now

    def live(self, hours: int, reasons: Mapping[int, Reason] | None = None, key: Key = DEEPSEEK) -> None:
        """Reasons by the number of the question, good answers else."""
        for first in range(0, hours * 6, 6):
            times = [self.now + 300_000 + number * 600_000 for number in range(6)]
            told = [(reasons or {}).get(first + number, Reason.OK) for number in range(6)]
            self.now += HOUR_MS
            self.put(dict(zip(times, told, strict=True)), key)

    def put(self, reasons: Mapping[Instant, Reason], key: Key = DEEPSEEK) -> None:
        settled = [
            Settled(
                a_result(key, reason, at, interval_s=600.0, latency_ms=100.0 + at // 600_000 % 7),
                proven=False,
            )
            for at, reason in reasons.items()
        ]
        self.history.append(settled, State(), self.now)

    def fill(self, days: int) -> None:
        """So many days of a surface that is asked every 30 seconds; every hundredth time it fails."""
        dice = random.Random(1)
        for _ in range(days * 24):
            found = [
                a_result(
                    DEEPSEEK,
                    Reason.OK if number % 100 else Reason.SERVER_ERROR,
                    self.now + number * 30_000,
                    latency_ms=float(dice.randrange(100, 600)),
                    excerpt="",
                )
                for number in range(120)
            ]
            self.now += HOUR_MS
            self.history.append([Settled(result, proven=False) for result in found], State(), self.now)

    def forget(
        self, answers_d: float | None, failures_d: float | None = None, most: int | None = None
    ) -> int:
        seconds = [None if days is None else days * DAY_S for days in (answers_d, failures_d)]
        self.history.retain(Retention(seconds[0], seconds[1], most))
        return _tidy(self.history, self.now)

    def told(self, window: Span) -> Figures:
        with Reader(self.path) as reader, reader.windows(window) as windows:
            return figures(windows.totals(DEEPSEEK, window))

    def kept(self) -> list[tuple[Instant, Reason]]:
        with Reader(self.path) as reader:
            return [(each.result.at, each.result.reason) for each in reader.results()]

    def sound(self) -> bool:
        with Reader(self.path) as reader:
            return reader.verify().problems == []


@pytest.fixture
def diary(history: History, path: Path) -> _Diary:
    return _Diary(history, path)


def test_answers_go_and_failures_stay_with_their_evidence(diary: _Diary) -> None:
    diary.live(24 * 10, {20: Reason.SERVER_ERROR, 200: Reason.OVERLOADED})
    with Reader(diary.path) as reader:
        evidence = reader.evidence(DEEPSEEK, 0, diary.now)
    diary.forget(4)

    border = MIDNIGHT + 5 * DAY_MS  # by the last midnight, four days back, and one more that is not over
    old = [(at, reason) for at, reason in diary.kept() if at < border]
    assert [reason for _, reason in old] == [Reason.SERVER_ERROR, Reason.OVERLOADED, Reason.OK]
    assert old[-1][0] == border - 300_000, "the last one speaks into the day that is kept"
    assert sum(at >= border for at, _ in diary.kept()) == 5 * 144
    with Reader(diary.path) as reader:
        assert reader.evidence(DEEPSEEK, 0, diary.now) == evidence
        assert reader.forgotten() == {DEEPSEEK: border}
    assert diary.sound()


def test_failures_go_later(diary: _Diary) -> None:
    diary.live(24 * 10, {20: Reason.SERVER_ERROR, 200: Reason.OVERLOADED, 660: Reason.SERVER_ERROR})
    diary.forget(4, 7)

    border = MIDNIGHT + 5 * DAY_MS
    reasons = [reason for at, reason in diary.kept() if at < border]
    assert reasons == [Reason.SERVER_ERROR, Reason.OK]
    assert diary.sound()


def test_a_failure_that_speaks_into_the_kept_time_stays_as_long_as_it_must(diary: _Diary) -> None:
    diary.live(24 * 10, {5 * 144 - 1: Reason.SERVER_ERROR, 5 * 144 - 2: Reason.SERVER_ERROR})
    whole = Span(MIDNIGHT, diary.now)
    before = diary.told(whole)
    diary.forget(4, 4)

    border = MIDNIGHT + 5 * DAY_MS
    assert [at for at, _ in diary.kept() if at < border] == [border - 300_000]
    assert diary.told(whole) == before
    diary.forget(3, 3)
    assert [at for at, _ in diary.kept() if at < border] == []


def test_running_twice_changes_nothing(diary: _Diary) -> None:
    diary.live(24 * 10, {20: Reason.SERVER_ERROR})
    diary.forget(4, 6)
    before = _dump(diary.path)

    assert diary.forget(4, 6) == 3, "a look at each, and nothing is done"
    assert _dump(diary.path) == before


def test_a_clock_that_is_years_ahead_for_a_while_costs_nothing(
    diary: _Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "WATCHED_DAYS", 7)
    diary.live(24 * 10)
    before = diary.kept()
    diary.now += 70 * 365 * DAY_MS
    diary.live(24 * 3)
    diary.forget(30)

    assert diary.kept()[: len(before)] == before


def test_a_late_result_of_a_forgotten_time_changes_nothing(diary: _Diary) -> None:
    diary.live(24 * 10)
    diary.forget(4)
    before = _dump(diary.path)
    diary.put({MIDNIGHT + DAY_MS + 1: Reason.SERVER_ERROR})
    _tidy(diary.history, diary.now)

    assert _dump(diary.path) == before


def test_a_late_gap_leaves_the_sums_of_forgotten_time(diary: _Diary) -> None:
    diary.live(24 * 10)
    diary.forget(4)
    days = [Span(MIDNIGHT + day * DAY_MS, MIDNIGHT + (day + 1) * DAY_MS) for day in (1, 6)]
    before = [diary.told(day) for day in days]
    gaps = [Gap(day.start + 60_000, day.start + 61_000, GapCause.OFFLINE) for day in days]
    diary.history.append(list(map(GapSeen, gaps)), State(), diary.now)
    _tidy(diary.history, diary.now)

    assert diary.told(days[0]) == before[0]
    assert diary.told(days[1]).covered_s < before[1].covered_s
    assert diary.sound()


def test_days_without_results_are_told_as_before(diary: _Diary) -> None:
    diary.live(24 * 2)
    asleep = Gap(diary.now, diary.now + 5 * DAY_MS, GapCause.ASLEEP)
    diary.now = asleep.until
    diary.history.append([GapSeen(asleep)], State(), diary.now)
    diary.live(24 * 10)
    whole = Span(MIDNIGHT - 3 * DAY_MS, diary.now)
    before = diary.told(whole)
    diary.forget(4)

    assert diary.told(whole) == before
    assert before.gap_s[GapCause.ASLEEP] == pytest.approx(5 * DAY_S, abs=1_800)
    with closing(sqlite3.connect(diary.path)) as connection:
        assert connection.execute("SELECT count(*) FROM day").fetchone()[0] == 16


def test_a_lost_row_of_forgotten_time_is_nothing_that_was_seen(diary: _Diary) -> None:
    diary.live(24 * 10, {20: Reason.SERVER_ERROR})
    diary.forget(4)
    with closing(sqlite3.connect(diary.path)) as connection, connection:
        connection.execute("DELETE FROM day WHERE number = ?", (MIDNIGHT // DAY_MS * 1024 + 1,))

    lost = diary.told(Span(MIDNIGHT, MIDNIGHT + DAY_MS))
    assert (lost.uptime, lost.coverage, lost.results) == (None, 0.0, 0)
    _tidy(diary.history, diary.now)
    assert diary.told(Span(MIDNIGHT, MIDNIGHT + DAY_MS)) == lost


def _lose_what_is_forgotten(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'forgotten'").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", ["the page", "its row"])
def test_where_nothing_tells_any_more_what_is_forgotten_the_sums_stay(diary: _Diary, damage: str) -> None:
    """They are the only copy there is; a recovery finds out by what is missing."""
    diary.live(24 * 10, {20: Reason.SERVER_ERROR, 1_000: Reason.SERVER_ERROR})
    diary.forget(4)
    window = Span(MIDNIGHT, diary.now)
    before = diary.told(window)
    diary.history.close()
    if damage == "its row":
        with closing(sqlite3.connect(diary.path)) as connection, connection:
            connection.execute("UPDATE forgotten SET until = until + 1")
            connection.execute("UPDATE packed SET body = x'00' WHERE since = (SELECT max(since) FROM packed)")
    else:
        _lose_what_is_forgotten(diary.path)
    with closing(History.open(diary.path, lambda: "aside")) as history:
        diary.history = history
        for _ in range(2):
            with suppress(HistoryError):
                history.last_state({})
                history.median_latency_ms(DEEPSEEK, 0)
                diary.forget(4)
        assert history.set_aside is not None
        with Reader(diary.path) as reader:
            assert reader.forgotten() == {DEEPSEEK: MIDNIGHT + 5 * DAY_MS}
        kept = Span(MIDNIGHT, MIDNIGHT + 9 * DAY_MS)
        assert diary.told(kept).uptime is not None
        if damage == "the page":
            assert diary.told(window) == before


@pytest.mark.parametrize("bad_day", [0, 2, 4])
def test_a_day_of_nothing_but_failures_is_no_sign_that_nothing_is_forgotten(
    diary: _Diary, bad_day: int
) -> None:
    diary.live(24 * 10, dict.fromkeys(range(bad_day * 144, (bad_day + 1) * 144), Reason.SERVER_ERROR))
    diary.forget(4)
    window = Span(MIDNIGHT, diary.now)
    before = diary.told(window)
    diary.history.close()
    _lose_what_is_forgotten(diary.path)
    files.set_aside(diary.path, "aside")

    with closing(History.open(diary.path, never_stamped)) as history:
        _tidy(history, diary.now)

    assert diary.told(window) == before


@pytest.mark.parametrize("what", ["up = up - 1", "latencies = x'00'", "hours = x'00'"])
def test_a_sum_that_nobody_can_work_out_again_is_looked_at_too(diary: _Diary, what: str) -> None:
    diary.live(24 * 10, {20: Reason.SERVER_ERROR})
    diary.forget(4)
    assert diary.sound()
    with closing(sqlite3.connect(diary.path)) as connection, connection:
        connection.execute(f"UPDATE day SET {what} WHERE number < ?", ((MIDNIGHT // DAY_MS + 1) * 1024,))

    with Reader(diary.path) as reader:
        found = reader.verify()
    assert len(found.problems) == 1
    diary.history.distrust(found.wrong_sums)
    assert diary.sound()
    lost = diary.told(Span(MIDNIGHT, MIDNIGHT + 2 * DAY_MS))
    assert (lost.uptime, lost.coverage) == (1.0, 0.5)


def test_a_damaged_day_stops_nothing(diary: _Diary) -> None:
    diary.live(24 * 10)
    diary.forget(None)
    window = Span(MIDNIGHT, diary.now)
    before = diary.told(window)
    with closing(sqlite3.connect(diary.path)) as connection, connection:
        torn = "substr(body, 1, 40), evidence = x'00'"
        connection.execute(f"UPDATE packed SET body = {torn} WHERE since = ?", (MIDNIGHT + DAY_MS,))
    diary.forget(4)

    with Reader(diary.path) as reader:
        assert reader.forgotten() == {DEEPSEEK: MIDNIGHT + 5 * DAY_MS}
    assert diary.told(window) == before


def test_what_is_paused_is_not_forgotten_before_its_end_is_known(diary: _Diary) -> None:
    diary.live(24 * 10)
    paused = State(paused_since=MIDNIGHT + 2 * DAY_MS + HOUR_MS)
    diary.history.append([], paused, diary.now)
    diary.forget(4)

    with Reader(diary.path) as reader:
        assert reader.forgotten() == {DEEPSEEK: MIDNIGHT + 2 * DAY_MS}


def test_a_part_of_a_forgotten_day_counts_no_results_and_says_so(diary: _Diary) -> None:
    diary.live(24 * 10)
    window = Span(MIDNIGHT + 18 * HOUR_MS, MIDNIGHT + 2 * DAY_MS)
    before = diary.told(window)
    diary.forget(4)
    after = diary.told(window)

    assert (before.results, before.uncounted_s) == (36 + 144, 0.0)
    assert (after.results, after.uncounted_s) == (144, 6 * 3600.0)
    assert after.latency_p50_ms is not None
    assert diary.told(Span(window.start, window.start + HOUR_MS)).latency_p50_ms is None
    assert (after.uptime, after.coverage) == (before.uptime, before.coverage)


def test_paces_of_whole_hours_stay(diary: _Diary) -> None:
    diary.live(24 * 10)
    window = Span(MIDNIGHT + 5 * HOUR_MS, MIDNIGHT + 2 * DAY_MS)
    paces = _paces(diary.path, window)
    diary.forget(4)

    assert _paces(diary.path, window) == paces
    assert _paces(diary.path, Span(window.start + 1, window.end)) == paces[1:]


def test_who_was_asked_in_forgotten_time_is_heard_of(diary: _Diary) -> None:
    diary.live(24 * 10)
    diary.forget(4)
    window = Span(MIDNIGHT + HOUR_MS, MIDNIGHT + 2 * HOUR_MS)

    with Reader(diary.path) as reader:
        assert reader.first_heard() == MIDNIGHT + 300_000
        with reader.windows(window) as windows:
            assert windows.heard(window) == [DEEPSEEK]
        with reader.windows(Span(0, MIDNIGHT)) as windows:
            assert windows.heard(Span(0, MIDNIGHT)) == []


def test_nothing_is_forgotten_while_another_history_is_taken_over(diary: _Diary, tmp_path: Path) -> None:
    with closing(History.open(tmp_path / "other.db", never_stamped)) as history:
        other = _Diary(history, tmp_path / "other.db")
        other.live(24 * 10, key=OPENAI)
        other.forget(None)
    diary.live(24 * 10)
    diary.forget(None)
    state, seen = diary.history.last_state({}), diary.history.last_seen()
    with diary.history.merge(other.path, lambda: 0.0) as merging:
        while not merging.done:
            state = merging.step(state, seen)
            diary.forget(4)
            with Reader(diary.path) as reader:
                assert reader.forgotten() == {}
    diary.forget(4)

    with Reader(diary.path) as reader:
        assert set(reader.forgotten()) == {DEEPSEEK, OPENAI}
        window = Span(MIDNIGHT, MIDNIGHT + 5 * DAY_MS)
        with reader.windows(window) as windows:
            assert [windows.totals(key, window).results for key in (DEEPSEEK, OPENAI)] == [720, 720]
    assert diary.sound()


# The size


def test_the_oldest_answers_go_first_until_it_fits(diary: _Diary) -> None:
    diary.fill(20)
    diary.forget(None)
    failures = sum(reason is Reason.SERVER_ERROR for _, reason in diary.kept())
    most = round(_in_use(diary.path) * 0.9)
    diary.forget(None, None, most)

    assert most * 0.85 < _in_use(diary.path) <= most * forget.FITS
    assert sum(reason is Reason.SERVER_ERROR for _, reason in diary.kept()) == failures
    with Reader(diary.path) as reader:
        assert MIDNIGHT < reader.forgotten()[DEEPSEEK] < MIDNIGHT + 13 * DAY_MS
    assert diary.history.take_news() == []
    assert diary.sound()
    before = _dump(diary.path)
    diary.forget(None, None, most)
    assert _dump(diary.path) == before


def test_then_failures_and_what_cannot_be_smaller_is_said_once(diary: _Diary) -> None:
    diary.fill(12)
    week = diary.now - 7 * DAY_MS
    diary.live(2)
    diary.forget(None, None, 1_000)

    assert [at for at, _ in diary.kept() if at < week] == [week - 30_000]
    assert len([at for at, _ in diary.kept() if at >= week]) == 7 * 2880 + 12
    (said,) = diary.history.take_news()
    assert "max_size" in said
    _tidy(diary.history, diary.now)
    assert diary.history.take_news() == []
    assert diary.sound()


# At any instant


def test_between_any_two_steps_everything_is_told(history: History, path: Path, tmp_path: Path) -> None:
    watching = Watching()
    for number in range(24 * 2 * 7):
        watching.now += 1_770_000
        failing = number % 48 in {4, 5, 6, 7}
        watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if failing else None, interval_s=1_800.0)
    _tidy(history, watching.now)
    windows = [Span(START - DAY_MS, watching.now), Span(MIDNIGHT + DAY_MS, MIDNIGHT + 4 * DAY_MS)]
    before = _told(path, windows)
    history.retain(Retention(2 * DAY_S, 3 * DAY_S))
    ticks = (number * 1.0 for number in count())  # however slow a computer is, each step does something
    steps = 0
    while history.tidy(watching.now, lambda: next(ticks)):
        steps += 1
        _need_same(_told(path, windows), before)
        copy = tmp_path / "copy.db"
        for suffix in ("", "-wal"):  # what a kill would leave
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
        with closing(History.open(copy, never_stamped)) as again:
            again.last_state({})
            again.retain(Retention(2 * DAY_S, 3 * DAY_S))
            _tidy(again, watching.now)
        _need_same(_told(copy, windows), before)
        with Reader(copy) as reader:
            assert reader.verify().problems == []

    assert steps > 10
    _need_same(_told(path, windows), before)


def test_a_full_disk_stops_it_and_costs_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        with closing(History.open(disk.path, never_stamped)) as filled:
            diary = _Diary(filled, disk.path)
            diary.fill(12)
            diary.forget(None)
        with closing(History.open(disk.path, never_stamped)) as history:
            _forget_on(disk, _Diary(history, disk.path, diary.now))


def _forget_on(disk: Disk, diary: _Diary) -> None:
    diary.history.last_state({})
    windows = [Span(MIDNIGHT, diary.now), Span(MIDNIGHT + HOUR_MS, MIDNIGHT + 3 * DAY_MS)]
    before = _told(disk.path, windows)
    disk.fill()
    with pytest.raises(HistoryError, match=r"full|no room|cannot be written"):
        diary.forget(2)
    _need_same(_told(disk.path, windows), before)
    disk.free()
    diary.forget(2)

    _need_same(_told(disk.path, windows), before)
    assert diary.sound()


# Two that become one


@pytest.mark.parametrize("first", ["old", "new"])
def test_sums_of_two_ids_that_become_one_are_put_together(diary: _Diary, first: str) -> None:
    ids = [Key(first, DEEPSEEK.surface), Key("new" if first == "old" else "old", DEEPSEEK.surface)]
    diary.live(24 * 6, {20: Reason.SERVER_ERROR}, ids[0])
    diary.live(24 * 12, {200: Reason.SERVER_ERROR}, ids[1])
    window = Span(MIDNIGHT, MIDNIGHT + 20 * DAY_MS)
    _tidy(diary.history, diary.now)
    paces = sorted(pace for key in ids for pace in _paces(diary.path, window, key))
    with Reader(diary.path) as reader:
        results = [replace(each.result, provider="new") for each in reader.results()]
    raw = record(Key("new", DEEPSEEK.surface), window, results, (), ())
    diary.forget(4)
    with Reader(diary.path) as reader:
        assert len(reader.forgotten()) == 2

    diary.history.rename("old", "new", State(), diary.now)

    for _ in range(2):
        with Reader(diary.path) as reader, reader.windows(window) as windows:
            key = Key("new", DEEPSEEK.surface)
            assert figures(windows.totals(key, window)) == figures(raw)
        assert _paces(diary.path, window, key) == paces
        assert diary.sound()
        _tidy(diary.history, diary.now)


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_ids_one_of_which_forgot_nothing_the_other_does(diary: _Diary, swapped: bool) -> None:
    old, new = (Key(name, DEEPSEEK.surface) for name in (("new", "old") if swapped else ("old", "new")))
    diary.live(24 * 12, {20: Reason.SERVER_ERROR}, old)
    diary.forget(4)
    diary.history.retain(Retention())
    times = [MIDNIGHT + number * 600_000 + 1 for number in range(12 * 144)]
    diary.put(dict.fromkeys(times, Reason.OK) | {times[9]: Reason.OVERLOADED}, new)  # nobody forgot it yet
    diary.history.rename("old", "new", State(), diary.now)

    key = Key("new", DEEPSEEK.surface)
    window = Span(MIDNIGHT, MIDNIGHT + 5 * DAY_MS)
    for _ in range(2):
        with Reader(diary.path) as reader, reader.windows(window) as windows:
            assert reader.forgotten() == {key: MIDNIGHT + 7 * DAY_MS}
            assert windows.totals(key, window).results == 2 * 5 * 144
            assert sum(windows.sums(key, window)[:3]) == 5 * DAY_MS - 1
        _tidy(diary.history, diary.now)
    kept = [reason for at, reason in diary.kept() if at < MIDNIGHT + 7 * DAY_MS]
    assert sorted(kept) == [Reason.OK, Reason.OVERLOADED, Reason.SERVER_ERROR]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(10, 40), days=st.integers(2, 4))
@example(seed=34, acts=22, days=2)  # one of them has a gap before its first answer
@example(seed=62, acts=32, days=2)  # an answer that is set aside is forgotten, one of that moment not
def test_random_lives_of_two_ids_become_one(seed: int, acts: int, days: int) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder) / "history.db", random.Random(seed))
        with closing(life.history):
            live(life, acts)
            life.tidy(10_000)
            life.history.retain(Retention(days * DAY_S))
            life.tidy(10_000)
            with Reader(life.path) as reader:
                borders = reader.forgotten()
                until = max((borders.get(key, 0) for key in (DEEPSEEK, OPENAI)), default=0)
            days_before = range(MIDNIGHT - 3 * DAY_MS, until, DAY_MS)
            windows = [Span(day, day + DAY_MS) for day in days_before]
            windows += [Span(each.start, until) for each in windows[::2]]
            before = _told(life.path, windows) if windows else {}

            old, new = ("openai", "deepseek") if seed % 2 else ("deepseek", "openai")
            life.history.rename(old, new, renamed(life.watching.state, old, new), life.watching.now)

            for _ in range(2):
                key = Key(new, DEEPSEEK.surface)
                for window in windows:
                    strip, of = _told_of(life.path, key, window)
                    mine, theirs = (before[each, window] for each in (DEEPSEEK, OPENAI))
                    assert strip == either(mine[0], theirs[0])
                    assert of.results == mine[1].results + theirs[1].results
                later = Span(until, max(until, life.watching.now) + DAY_MS)
                assert _told_of(life.path, key, later) == _of_both(life, borders, old, key, later)
                with Reader(life.path) as reader:
                    assert reader.verify().problems == []
                life.tidy(10_000)


def _told_of(path: Path, key: Key, window: Span) -> Told:
    with Reader(path) as reader, reader.windows(window) as windows:
        return windows.strip(key, window), figures(windows.totals(key, window))


def _of_both(life: Life, borders: Mapping[Key, Instant], old: str, key: Key, window: Span) -> Told:
    """Of two results of one moment that of the old id stays, whether or not it counted.

    Before its border an answer that did not count is forgotten, and takes nobody's place.
    """
    ids = (DEEPSEEK, OPENAI)
    aside = [
        r
        for r in life.set_aside
        if r.at >= borders.get(r.key, 0) or MEANINGS[r.reason].effect is Effect.FAILURE
    ]
    every = [(r, True) for r in life.results] + [(r, False) for r in aside]
    both = sorted((each for each in every if each[0].key in ids), key=lambda each: each[0].provider == old)
    last = {result.at: (replace(result, provider=key.provider), counted) for result, counted in both}
    own = [result for result, counted in last.values() if counted]
    gaps = [replace(gap, key=key) if gap.key in ids else gap for gap in life.gaps]
    with Reader(life.path) as reader:
        each = record(key, window, own, gaps, reader.incidents())
    return strip_of(each.coverage, each.down, each.degraded), figures(each)


def _paces(path: Path, window: Span, key: Key = DEEPSEEK) -> list[Pace]:
    with Reader(path) as reader, reader.windows(window) as windows:
        return [pace._replace(mean_ms=round(pace.mean_ms, 3)) for pace in windows.paces(key, window)]


def _in_use(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return forget.in_use(connection)


def _dump(path: Path) -> list[str]:
    """All that it tells, but for the moment of the last look."""
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if "snapshot" not in line]
