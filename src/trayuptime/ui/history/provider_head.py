"""The head of a provider's page: its name, what is in view, what can be done; in one line or in two."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from trayuptime.ui import theme
from trayuptime.ui.pieces import MarkBox, Words
from trayuptime.ui.theme import Step

MARK_PX = 24
NAME_PX = 160
"""So much room for mark and name; with less, the range goes below."""


class ProviderHead(QWidget):
    """The name keeps its room: what there is no room for beside it stands below."""

    def __init__(self, ranges: QWidget, doing: Sequence[QWidget]) -> None:
        """Take what stands beside the name.

        Args:
            ranges: which time is in view.
            doing: what can be done, from left to right.
        """
        super().__init__()
        self.mark = MarkBox(MARK_PX)
        self.title = Words(_title_font(self))
        self._ranges = ranges
        self._doing = QWidget()
        row = QHBoxLayout(self._doing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Step.TIGHT // 2)
        for each in doing:
            row.addWidget(each)
        named = QHBoxLayout()
        named.setSpacing(Step.TIGHT)
        named.addWidget(self.mark)
        named.addWidget(self.title, 1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Step.NORMAL)
        self._grid.setVerticalSpacing(Step.TIGHT // 2)
        self._grid.setColumnStretch(0, 1)
        self._grid.addLayout(named, 0, 0)
        self._grid.addWidget(ranges, 0, 1)
        self._grid.addWidget(self._doing, 0, 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As if it were two lines: it is one only where there is room."""
        narrow = max(
            self._doing.minimumSizeHint().width() + NAME_PX // 2, self._ranges.minimumSizeHint().width()
        )
        size = super().minimumSizeHint()
        return QSize(min(size.width(), narrow), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There is room beside the name, or none any more."""
        super().resizeEvent(event)
        ranges_px, doing_px = self._ranges.sizeHint().width(), self._doing.sizeHint().width()
        is_one = self.width() >= ranges_px + doing_px + NAME_PX
        below = None if is_one else self._ranges if self.width() >= doing_px + NAME_PX else self._doing
        for column, each in enumerate((self._ranges, self._doing), 1):
            row, first, span = (1, 0, 3) if each is below else (0, column, 1)
            side = Qt.AlignmentFlag.AlignRight if each is self._doing else Qt.AlignmentFlag.AlignLeft
            self._grid.removeWidget(each)
            self._grid.addWidget(each, row, first, 1, span, side)


def _title_font(widget: QWidget) -> QFont:
    font = theme.title(widget.font())
    font.setBold(True)
    return font
