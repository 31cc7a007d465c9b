"""Tells what led to something that must not be, so that it can be written down as a scenario."""

from collections.abc import Iterator

from benchmarks.life.draw import draw
from benchmarks.life.laptop import live
from benchmarks.life.score import Wrong
from benchmarks.life.world import Stretch, overlap

BEFORE_S, AFTER_S = 240.0, 150.0


def tell(seed: str, wrong: Wrong) -> Iterator[str]:
    """The lines of a story: who is watched, what was true around that time, and what was seen of it."""
    day = draw(seed)
    around = Stretch(wrong.at - BEFORE_S, wrong.at + AFTER_S)
    whose = "" if wrong.key is None else f" of {wrong.key.provider}/{wrong.key.surface}"
    yield f"day {seed}, second {wrong.at:.0f}: {wrong.what}{whose}"
    for each in day.watched:
        keyed = ", with a key" if each.keyed else ""
        yield f"  {each.key.provider}/{each.key.surface} at {each.host}{keyed}, {each.usual_ms:.0f} ms"
    yield f"  sleep is told by its {day.guard}; knows its routes: {day.knows_routes}"
    for step in day.clock:
        yield f"  {step.at:9.2f} the clock is set by {step.by_s:+} s"
    for key, troubles in day.troubles.items():
        for trouble in troubles.all:
            if overlap([trouble], [around]):
                rate = f", {trouble.rate:.0%} of the time" if trouble.rate < 1 else ""
                yield f"  {_times(trouble)} {key.provider}/{key.surface} {trouble.fault}{rate}"
    for provider, account in day.account.items():
        for trouble in account.all:
            if overlap([trouble], [around]):
                yield f"  {_times(trouble)} {provider} {trouble.fault}, wait {trouble.wait_s} s"
    for spell in day.spells.all:
        if overlap([spell], [around]):
            yield f"  {_times(spell)} {spell.link}"
    for nap in day.naps.all:
        if overlap([nap], [around]):
            yield f"  {_times(nap)} asleep"
    for jolt in day.jolts:
        if around.start <= jolt < around.end:
            yield f"  {jolt:9.2f} a VPN is switched"
    yield from live(day, around).story


def _times(stretch: Stretch) -> str:
    return f"{stretch.start:9.2f} – {stretch.end:9.2f}"
