"""How long results are kept, from the section of the file that says so."""

from trayuptime.config.parse import FOREVER, show_age
from trayuptime.config.problems import Complaint
from trayuptime.config.schema import KEEP, KEEP_FAILURES, MAX_SIZE
from trayuptime.config.sections import Read
from trayuptime.core.retention import Retention


def retention_of(history: Read) -> tuple[Retention, list[Complaint]]:
    """What the section says, and what contradicts itself in it: no failure goes before an answer."""
    keep, failures = history.get(KEEP), history.get(KEEP_FAILURES)
    found = Retention(keep, failures, history.get(MAX_SIZE))
    if failures is None or (keep is not None and keep <= failures):
        return found, []
    if KEEP.name in history.written and not history.has(KEEP):
        return found, []  # what is wrong with the other one is told
    told = FOREVER if keep is None else show_age(keep)
    message = f'{KEEP_FAILURES.name} must not be shorter than {KEEP.name}, which is "{told}"'
    return found, [Complaint(history.at(KEEP_FAILURES), message)]
