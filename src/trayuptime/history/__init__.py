"""What was seen, kept on disk: one SQLite file, one writer, many readers."""

from trayuptime.history.files import DamagedHistoryError, HistoryError, NewerHistoryError
from trayuptime.history.fold import SETTLED_MS
from trayuptime.history.notes import UnknownIncidentError
from trayuptime.history.read import Reader
from trayuptime.history.write import History

__all__ = [
    "SETTLED_MS",
    "DamagedHistoryError",
    "History",
    "HistoryError",
    "NewerHistoryError",
    "Reader",
    "UnknownIncidentError",
]
