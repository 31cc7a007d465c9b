"""A provider's strand, and below it the one it is compared with: both in view, drawn low where need be."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from trayuptime.ui.history.strand import Strand
from trayuptime.ui.theme import Step


class Strands(QScrollArea):
    """Only where there is no room even so one scrolls."""

    def __init__(self, own: Strand, beside: Strand, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own, self._beside = own, beside
        self._strands = QWidget()
        stacked = QVBoxLayout(self._strands)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.setSpacing(Step.TIGHT)
        stacked.addWidget(own)
        stacked.addWidget(beside)
        beside.hide()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the charts in it have it, and scroll it
        self.setWidget(self._strands)

    def compare(self, *, compared: bool) -> None:
        """Shows the other one too, or no longer; what lies under each other has one axis."""
        self._beside.setHidden(not compared)
        self._own.title.setHidden(not compared)
        self._own.plot.has_axis = not compared
        self._own.plot.updateGeometry()
        self.fit()

    def fit(self) -> None:
        """As high as usual if there is room for it, and as much left of the time as names of lanes take."""
        left_px = max(strand.wanted_left_px for strand in (self._own, self._beside))
        low = not self._beside.isHidden() and self.least_px(low=False) > self.viewport().height()
        for strand in (self._own, self._beside):
            strand.draw_low(low=low)
            strand.leave_left(left_px)

    def least_px(self, *, low: bool) -> int:
        """How high those are together that are shown, at least."""
        shown = [each for each in (self._own, self._beside) if not each.isHidden()]
        return sum(strand.least_px(low=low) for strand in shown) + (len(shown) - 1) * Step.TIGHT

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There may be room now, or none any more."""
        super().resizeEvent(event)
        self.fit()
