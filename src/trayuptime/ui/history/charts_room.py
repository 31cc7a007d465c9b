"""The room of a provider's charts: these, what one points at in them, and a legend, one under the other."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.pieces import Line
from trayuptime.ui.theme import Step

CHARTS_PX = 96
"""Some lanes are seen on the smallest screen too."""


class ChartsRoom(QWidget):
    """Never so low that words lie over the charts: where all are too many, only the first line is there."""

    def __init__(self, charts: QWidget, line: Line, legend: Legend) -> None:
        super().__init__()
        self._line = line
        charts.setMinimumHeight(CHARTS_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(charts, 1)
        layout.addWidget(line)
        layout.addWidget(legend)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """With one line; a splitter asks for no height for a width."""
        return QSize(super().minimumSizeHint().width(), self._least_px() - self._more_px())

    def event(self, event: QEvent) -> bool:
        """There is more or less room, or more or fewer words."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._line.be_single(single=self.height() < self._least_px())
        return super().event(event)

    def _least_px(self) -> int:
        """With all the words."""
        layout, width = self.layout(), self.width()
        if layout is None:
            return 0
        more_px = self._line.whole_px(width) - self._line.heightForWidth(width)
        return layout.minimumHeightForWidth(width) + more_px

    def _more_px(self) -> int:
        """What of that is beyond the first line."""
        return max(0, self._line.whole_px(self.width()) - self.fontMetrics().height())
