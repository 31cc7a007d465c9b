"""What fills and strokes mean, in a row of patches with their words; only what is there to be seen."""

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from trayuptime.core import words
from trayuptime.core.strip import CAUSES, Status
from trayuptime.ui import theme
from trayuptime.ui.charts import strokes
from trayuptime.ui.charts.fills import brush
from trayuptime.ui.charts.strokes import Stroke
from trayuptime.ui.theme import Step

PATCH_PX = 12
_SEEN = {
    Status.UP: "up",
    Status.DEGRADED: "degraded",
    Status.DOWN: "down",
    Status.UNSEEN: words.NOT_WATCHED,
}
_ORDER: tuple[Status | Stroke, ...] = (
    *(Status.UP, Status.DEGRADED, Status.DOWN, *CAUSES, Status.UNSEEN),
    *Stroke,
)


class Legend(QWidget):
    """Wraps onto a second line where there is no room for all of it in one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Status | Stroke, ...] = ()
        self._paused = ""
        self.setFont(theme.small(self.font()))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_statuses(
        self, statuses: Iterable[Status], theirs: Iterable[Status] = (), drawn: Iterable[Stroke] = ()
    ) -> None:
        """Explains these.

        Args:
            statuses: of what we saw.
            theirs: of what a vendor's page said, where a pause is maintenance that they announced.
            drawn: what a plot of latencies beside them is drawn with.
        """
        ours, claimed = set(statuses), set(theirs)
        present: set[Status | Stroke] = {*ours, *claimed, *drawn}
        shown = tuple(each for each in _ORDER if each in present)
        paused = words.unseen(CAUSES[Status.PAUSED]) if Status.PAUSED in ours else ""
        if Status.PAUSED in claimed:
            paused = f"{paused}; for their page: maintenance" if paused else "announced maintenance"
        if (shown, paused) != (self._shown, self._paused):
            self._shown, self._paused = shown, paused
            self.setAccessibleName(f"Legend: {', '.join(map(self._word, shown))}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All in one line."""
        return QSize(sum(self._width(each) for each in self._shown), self._line_px())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line; where there is less, the chart above it would be cut off instead."""
        return QSize(0, self._line_px())

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """As many lines as it takes."""
        return self._line_px() * (self._places(width)[-1][1] + 1 if self._shown else 1)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws patches and words."""
        painter, palette = QPainter(self), self.palette()
        for each, (x, line) in zip(self._shown, self._places(self.width()), strict=True):
            top = line * self._line_px() + (self._line_px() - PATCH_PX) // 2
            patch = QRect(x, top, _patch_px(each), PATCH_PX)
            if isinstance(each, Stroke):
                strokes.sample(painter, palette, each, patch)
            else:
                painter.fillRect(patch, brush(each, palette))
                painter.setPen(theme.quiet_line(palette))
                painter.drawRect(patch.adjusted(0, 0, -1, -1))
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            left = patch.right() + 1 + Step.TIGHT // 2
            area = QRect(left, line * self._line_px(), self._width(each), self._line_px())
            alignment = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(area, alignment, self._word(each))

    def _places(self, width: int) -> list[tuple[int, int]]:
        """Where each begins, and in which line."""
        found: list[tuple[int, int]] = []
        x = line = 0
        for each in self._shown:
            if x and x + self._width(each) - Step.WIDE > width:
                x, line = 0, line + 1
            found.append((x, line))
            x += self._width(each)
        return found

    def _width(self, of: Status | Stroke) -> int:
        words_px = self.fontMetrics().horizontalAdvance(self._word(of))
        return _patch_px(of) + Step.TIGHT // 2 + words_px + Step.WIDE

    def _line_px(self) -> int:
        return max(PATCH_PX, self.fontMetrics().height()) + Step.TIGHT // 2

    def _word(self, of: Status | Stroke) -> str:
        if isinstance(of, Stroke):
            return of.value
        if of is Status.PAUSED:
            return self._paused
        return _SEEN[of] if of in _SEEN else words.unseen(CAUSES[of])


def _patch_px(of: Status | Stroke) -> int:
    """A line needs some length."""
    return 2 * PATCH_PX if of in {Stroke.MEDIAN, Stroke.FIRST_TOKEN} else PATCH_PX
