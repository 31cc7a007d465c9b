"""A chart to take along, a week of hours, and words for what the clipboard holds."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

from trayuptime.core.hour_cells import HourCell
from trayuptime.core.strip import Status
from trayuptime.ui.charts.exhibit import Exhibit

MINUTE, HOUR = 60_000, 3_600_000
CHART_RGB = 0xFF336699
TUESDAY_14 = 24 + 14
SATURDAY_3 = 5 * 24 + 3


class Chart(QWidget):
    """Of one colour."""

    def picture(self) -> QPixmap:
        drawn = QPixmap(QSize(500, 80) * self.devicePixelRatioF())
        drawn.setDevicePixelRatio(self.devicePixelRatioF())
        drawn.fill(QColor.fromRgb(CHART_RGB))
        return drawn


def exhibit(*charts: Chart, title: str = "Alpha AI: days", remark: str = "1 – 27 Nov 2026") -> Exhibit:
    return Exhibit(
        title,
        (remark,),
        tuple(chart.picture() for chart in charts),
        {Status.UP, Status.DOWN},
        lambda: (("Day", "Down"), [("1 Nov", "2 h"), ("=2+2", "a\tb\nc")]),
    )


def week(**of: tuple[int, int, int]) -> list[HourCell]:
    """All hours wholly seen and fine, but for those named `h38` with their seen, down and degraded time."""
    fine = (10 * HOUR, 0, 0)
    return [HourCell(*divmod(n, 24), 10 * HOUR, *of.get(f"h{n}", fine)) for n in range(168)]
