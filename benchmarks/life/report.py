"""Adds up the days, ours beside the naive rules', and writes them as a Markdown table with what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.life.score import Score
from benchmarks.life.world import OWED_S, RULES

MOST_POINTS = 0.01
"""The error of the uptime figure that is allowed, in percentage points."""
MOST_WAIT_S = RULES.interval_s / 2 + 2 * RULES.retry_interval_s
"""The median delay that is allowed, without the probes' own durations."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Many days of one watcher.

    Attributes:
        owed_outages: those that had to be told.
        wait_s: the median of the delays without the probes' own durations.
        points: the error of the uptime figure over everything, in percentage points.
        worst_points: that of the worst surface on its worst day.
    """

    results: int
    downs: int
    owed_outages: int
    false_alarms: int
    attributions: int
    missed: int
    late: int
    offline: int
    slow_blames: int
    delay_s: float
    delay_95_s: float
    wait_s: float
    points: float
    worst_points: float

    @property
    def holds(self) -> bool:
        """What is owed is kept."""
        wrong = self.false_alarms + self.attributions + self.missed
        return not wrong and self.wait_s <= MOST_WAIT_S and abs(self.points) <= MOST_POINTS


def add_up(scores: Sequence[Score]) -> Figures:
    """All days as one."""
    delays = [delay for score in scores for delay in score.delays]
    took = sorted(delay.took_s for delay in delays)
    covered_s = sum(score.sums.covered_s for score in scores)
    off_s = sum(score.sums.down_s - score.sums.truly_down_s for score in scores)
    return Figures(
        results=sum(score.results for score in scores),
        downs=sum(score.downs for score in scores),
        owed_outages=sum(score.visible for score in scores),
        false_alarms=sum(len(score.false_alarms) for score in scores),
        attributions=sum(len(score.attributions) for score in scores),
        missed=sum(len(score.missed) for score in scores),
        late=sum(len(score.late) for score in scores),
        offline=sum(len(score.offline) for score in scores),
        slow_blames=sum(score.slow_blames for score in scores),
        delay_s=median(took) if took else 0.0,
        delay_95_s=quantiles(took, n=20)[-1] if len(took) > 1 else 0.0,
        wait_s=median(delay.took_s - delay.probes_s for delay in delays) if delays else 0.0,
        points=100 * off_s / covered_s if covered_s else 0.0,
        worst_points=max((abs(error) for score in scores for error in score.errors), default=0.0),
    )


def table(ours: Figures, naive: Figures) -> list[str]:
    """The lines of the table."""
    return [
        "| | TrayUptime | naive rules | owed |",
        "|---|---|---|---|",
        _row("probes", ours.results, naive.results),
        _row("alarms", ours.downs, naive.downs),
        _row("false alarms", ours.false_alarms, naive.false_alarms, "0"),
        _row("told wrongly otherwise: unstable, access lost, cut off, twice", ours.attributions, "–", "0"),
        _row(f"outages in plain sight for over {OWED_S:g} s", ours.owed_outages, naive.owed_outages),
        _row("– missed", ours.missed, naive.missed, "0"),
        _row("– told, but later than that", ours.late, naive.late),
        _row(
            "delay, median / 95th, s",
            f"{ours.delay_s:.1f} / {ours.delay_95_s:.1f}",
            f"{naive.delay_s:.1f} / {naive.delay_95_s:.1f}",
        ),
        _row(
            "– without the probes' own durations, median, s",
            f"{ours.wait_s:.1f}",
            f"{naive.wait_s:.1f}",
            f"≤ {MOST_WAIT_S:g}",
        ),
        _row(
            "error of the uptime figure, points",
            f"{ours.points:+.4f}",
            f"{naive.points:+.4f}",
            f"≤ {MOST_POINTS:g}",
        ),
        _row("– worst surface on its worst day", f"{ours.worst_points:.2f}", "–"),
        _row("“offline” told though a host would have answered", ours.offline, "–"),
        _row("degraded for the slowness of the own network", ours.slow_blames, "–"),
    ]


def _row(name: str, ours: object, naive: object, owed: str = "") -> str:
    return f"| {name} | {_plain(ours)} | {_plain(naive)} | {owed} |"


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
