"""`import`: the lines of an export, or anybody's recording, through the judge into the history.

They are judged here, into a file of their own, and that is merged as another machine's history would be:
nothing is counted twice, nobody is told, and a running engine only takes over what is finished.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from trayuptime.cli import recordings
from trayuptime.cli.common import CommandError, Exit, Place, fails_with, load_config, say
from trayuptime.cli.merging import merge_into_history
from trayuptime.core import attached, contract, recording, shapes
from trayuptime.core.attached import Kept
from trayuptime.core.model import Incident, Instant, Note, Switch
from trayuptime.core.packed import Packed
from trayuptime.core.recording import Line, Problems, WrongError
from trayuptime.history import HistoryError, evidence, retold
from trayuptime.history.foreign import CLOCKS_DIFFER_MS
from trayuptime.history.retold import Attached, Stories
from trayuptime.net.redact import redact
from trayuptime.system.paths import HomeUnusableError

_TELLS_MORE = ('"evidence"', '"witness"', '"incident"', '"note"', '"switch"')
"""What stands in a line that `shapes.read` does not take everything from."""


@fails_with(Exit.USAGE)
def run(args: argparse.Namespace, place: Place) -> Exit:
    """Judges the recording, merges what comes of it, and says what was new."""
    rules_of = load_config(place).rules_of
    packed, beside = recordings.read(args.file, read)
    _refuse_future(args.file, _latest(packed, beside))
    try:
        place.home.create()
        with tempfile.TemporaryDirectory(prefix="import-", dir=place.home.data_dir) as folder:
            told = Path(folder) / "history.db"
            left = retold.write(told, packed, rules_of, beside)
            report = merge_into_history(place, told)
    except (HistoryError, HomeUnusableError) as error:
        raise CommandError(f"{recordings.name_of(args.file)} cannot be imported: {error}.") from error
    except OSError as error:
        raise CommandError(f"{place.home.data_dir} cannot be written: {error.strerror}.") from error
    say(report.sentences(recordings.name_of(args.file)))
    if left:
        were = "failure at its end was" if left == 1 else "failures at its end were"
        say(f"{left} {were} left out: no other host could vouch that it was not this computer's network.")
    return Exit.OK


def read(lines: Iterable[str]) -> tuple[Packed, Attached]:
    """A recording, and what its lines tell besides.

    Raises:
        RecordingError: at least one line is none of ours.
    """
    beside = _Beside()
    packed = shapes.read(beside.heard(lines))
    beside.problems.refuse()
    for number, form in enumerate(packed.forms):
        if form.host != redact(form.host):  # then nobody knows where that was
            packed.forms[number] = replace(form, host="")
    return packed, Attached(beside.stories, beside.incidents, beside.notes, beside.switches)


def _latest(packed: Packed, beside: Attached) -> Instant:
    """The latest time that anything tells of."""
    incidents = [at for each in beside.incidents for at in (each.started_at, each.ended_at or 0)]
    phases = [phase.at for each in beside.incidents for phase in each.phases]
    seen = [span.end for each in beside.incidents for span in each.seen]
    notes, switches = ([each.at for each in beside.notes], [each.at for each in beside.switches])
    return max([packed.latest, *incidents, *phases, *seen, *notes, *switches])


def _refuse_future(file: Path, latest: Instant) -> None:
    """A time that has not come would be taken for the last that was ever seen."""
    if latest > time.time_ns() // 1_000_000 + CLOCKS_DIFFER_MS:
        raise CommandError(
            f"{recordings.name_of(file)} tells of a time that has not come yet: {contract.iso(latest)}."
            " Is the clock right, and was it where that was recorded?"
        )


class _Beside:
    def __init__(self) -> None:
        self.stories: Stories = {}
        self.incidents: list[Incident] = []
        self.notes: list[Note] = []
        self.switches: list[Switch] = []
        self.problems = Problems()

    def heard(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines as they are, looked into on the way."""
        a, b, c, d, e = _TELLS_MORE  # one by one: `any`, or a pattern, would take longer than reading a line
        for number, text in enumerate(lines, start=1):
            if a in text or b in text or c in text or d in text or e in text:
                self._look_into(text, number)
            yield text

    def _look_into(self, text: str, number: int) -> None:
        try:
            line = json.loads(text)
            if isinstance(line, dict) and "event" not in line:
                self._take(line)
        except WrongError as wrong:
            self.problems.add(number, wrong)
        except (ValueError, RecursionError):
            return  # whoever reads the line itself says so

    def _take(self, line: Line) -> None:
        if "reason" in line:
            key, at = recording.key_of(line), recording.time_of(line, "at")
            kept = attached.kept_of(line)
            witness = recording.text_of(line, "witness") if "witness" in line else ""
            if witness or kept is not None:
                story = evidence.story_of(at, _redacted(kept or Kept()), redact(witness))
                self.stories.setdefault((key, at), story)
        elif "gap" in line or "vantage" in line:
            return
        elif "incident" in line:
            incident = attached.incident_of(line)
            self.incidents.append(replace(incident, vendor_title=redact(incident.vendor_title)))
        elif "note" in line:
            note = attached.note_of(line)
            self.notes.append(replace(note, text=redact(note.text)))
        elif "switch" in line:
            self.switches.append(attached.switch_of(line))


def _redacted(kept: Kept) -> Kept:
    """Nobody knows who wrote the file: whatever looks like a key goes."""
    network = kept.network
    return replace(
        kept,
        detail=redact(kept.detail),
        excerpt=redact(kept.excerpt),
        request_id=redact(kept.request_id),
        network=replace(
            network,
            local_address=_redacted_or_none(network.local_address),
            peer_address=_redacted_or_none(network.peer_address),
            routes=tuple(map(redact, network.routes)),
            tunnels=tuple(map(redact, network.tunnels)),
            proxy=_redacted_or_none(network.proxy),
        ),
    )


def _redacted_or_none(text: str | None) -> str | None:
    return None if text is None else redact(text)
