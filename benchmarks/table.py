"""Writes what was measured as a Markdown table: medians with least and most, ours beside the reference."""

from collections.abc import Sequence
from statistics import median

from benchmarks.bench import Kind
from benchmarks.idle import Idle
from benchmarks.start import Starts
from benchmarks.steady import Steady

HEAD = ("| | TrayUptime | bare reference | ratio |", "|---|---|---|---|")
_PACE_S = 30
_MB = 1_000_000
_KB = 1_000


def start_rows(starts: dict[Kind, Starts]) -> list[str]:
    """Icon and first verdict, beside the same of a bare tray program."""
    ours, tray, both = starts[Kind.OURS], starts[Kind.BARE_TRAY], starts[Kind.BARE_BOTH]
    return [
        _row("icon in the tray, ms from exec", ours.icon_ms, tray.icon_ms, digits=0),
        _row("first verdict in its tooltip, ms from exec", ours.verdict_ms, both.verdict_ms, digits=0),
    ]


def steady_rows(providers: int, steady: dict[Kind, Steady]) -> list[str]:
    """CPU and memory; each ratio is the median over the windows, for what a window costs varies."""
    tray, headless = steady[Kind.OURS], steady[Kind.OURS_HEADLESS]
    both, loop = steady[Kind.BARE_BOTH], steady[Kind.BARE_HTTPX]
    rows = [
        _row(
            f"CPU ms per probe, headless, {providers} providers", headless.probe_ms, loop.probe_ms, pairs=True
        ),
        _row(
            f"CPU ms per probe, with the tray, {providers} providers",
            tray.probe_ms,
            both.probe_ms,
            pairs=True,
        ),
    ]
    for what, ours, bare in (("with the tray", tray, both), ("headless", headless, loop)):
        ratio = _ratio(ours.memory.resident, bare.memory.resident)
        name = f"resident / anonymous MB, {what}, {providers} providers"
        rows.append(_line(name, _memory(ours), _memory(bare), ratio))
    return rows


def idle_rows(idle: dict[tuple[Kind, int], Idle]) -> list[str]:
    """Wake-ups and writes."""
    rows = []
    pairs = (
        ("with the tray", Kind.OURS, Kind.BARE_BOTH, 10),
        ("with the tray", Kind.OURS, Kind.BARE_BOTH, 100),
        ("headless", Kind.OURS_HEADLESS, Kind.BARE_HTTPX, 10),
    )
    for what, one, other, providers in pairs:
        ours, bare = idle[one, providers], idle[other, providers]
        name = f"voluntary switches per second, {what}, {providers} providers every {_PACE_S} s"
        rows.append(_row(name, _per_second(ours), _per_second(bare)))
        rows.append(_line("– of those between two polls", _between(ours), _between(bare), ""))
    for what, kind in (("with the tray", Kind.OURS), ("headless", Kind.OURS_HEADLESS)):
        per_check = idle[kind, 10].written_per_check
        written = f"{per_check / _KB:.2f}" if per_check else "none seen"
        rows.append(_line(f"KB written per check, {what}, 10 providers", written, "keeps nothing", ""))
    return rows


def _per_second(idle: Idle) -> list[float]:
    """Those of each poll and those between, at the pace that is told."""
    between = idle.between / idle.between_s if idle.between_s else 0.0
    return [switches / _PACE_S + between for switches in idle.per_poll]


def _between(idle: Idle) -> str:
    return f"{idle.between} in {idle.between_s:.0f} s"


def _memory(steady: Steady) -> str:
    return f"{steady.memory.resident / _MB:.0f} / {steady.memory.anonymous / _MB:.0f}"


def _row(
    name: str, ours: Sequence[float], bare: Sequence[float], *, digits: int = 2, pairs: bool = False
) -> str:
    """A line of the table.

    Args:
        name: what was measured.
        ours: each time it was.
        bare: the same of the reference.
        digits: behind the point.
        pairs: they were measured at the same times.
    """
    if not ours or not bare:
        ratio = ""
    elif pairs:
        ratios = [one / other for one, other in zip(ours, bare, strict=True)]
        ratio = _spread(ratios, 2)
    else:
        ratio = _ratio(median(ours), median(bare))
    return _line(name, _spread(ours, digits), _spread(bare, digits), ratio)


def _spread(values: Sequence[float], digits: int) -> str:
    if not values:  # a machine so busy that no two polls could be told apart
        return "not seen"
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _ratio(ours: float, bare: float) -> str:
    return f"{ours / bare:.2f}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
