"""What stands above the panel's list: as high as its words need, and scrolled where there is less room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

LEAST_LINES = 8
"""So much of it is seen on the smallest screen."""


class Upper(QScrollArea):
    """Its owner says how high it is: no layout knows that before it knows the width."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("What is wrong")
        self._page = QWidget()
        self._layout = QVBoxLayout(self._page)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for part in parts:
            self._layout.addWidget(part)
        self._layout.setStretch(0, 1)
        self.setWidget(self._page)

    @property
    def least_px(self) -> int:
        """How low it may get."""
        return LEAST_LINES * self.fontMetrics().height()

    @property
    def least_width_px(self) -> int:
        """How narrow it may get."""
        self._renew()
        return self._layout.minimumSize().width()

    def needed_px(self, width: int) -> int:
        """How high it is when all of it is seen."""
        self._renew()
        return self._layout.totalHeightForWidth(width)

    def give(self, height: int, *, scrolls: bool) -> None:
        """Makes it so high; what has to be scrolled is a stop for the keys as well."""
        self.setFixedHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)

    def _renew(self) -> None:
        """What has just changed counts now, and not when Qt comes to it; from the innermost."""
        for part in reversed(self._page.findChildren(QWidget)):
            if (layout := part.layout()) is not None:
                layout.activate()
        self._layout.activate()
