"""The panel's list of providers: mark, name, words, latency and last day of each, all of it in words too.

A list view with a delegate, not a widget a row: one tab stop with arrow keys in it, typing finds a name, and
thirty rows cost as much as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from trayuptime.core import beside, words
from trayuptime.core.last_day import LastDay, bar_words, trace_words
from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Service
from trayuptime.core.reasons import Access
from trayuptime.core.trace import Trace
from trayuptime.runtime.clock import local_time
from trayuptime.ui import theme
from trayuptime.ui.charts import miniature
from trayuptime.ui.faces import light_face
from trayuptime.ui.lately import NO_DAYS, LastDays
from trayuptime.ui.marks import Face, paint
from trayuptime.ui.theme import Step, scheme_of
from trayuptime.ui.view import View, by_need

MARK_PX = 20
ROWS = 12
"""How many are shown before the list scrolls."""
FEWEST = 2
"""The list never gets lower than so many."""

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """A provider as it is drawn.

    Attributes:
        words: the light, since when, and what there is to say of it.
        latency: of the last answer, or a dash.
        sentence: all of it, for a screen reader.
        exact: since when exactly, for the tooltip.
        day: the last 24 hours; `None` while they are not known.
        trace: the latencies of the surface that speaks for it, within them.
    """

    id: str
    face: Face
    name: str
    words: str
    latency: str
    sentence: str
    exact: str
    day: LastDay | None = None
    trace: Trace = ()

    @property
    def history(self) -> str:
        """Both in words, worked out when somebody asks; empty while they are not known."""
        if self.day is None:
            return ""
        return "; ".join(filter(None, (bar_words(self.day.strip), trace_words(self.trace))))


def rows_of(view: View, days: LastDays = NO_DAYS) -> tuple[Row, ...]:
    """The rows of a view, each whole."""
    return tuple(_row(light, view, days.get(light.id)) for light in by_need(view.lights, ROWS))


class ProviderModel(QAbstractListModel):
    """Rows that change in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def replace(self, rows: tuple[Row, ...]) -> None:
        """Shows other rows; the ones that stay the same are not drawn again."""
        before, self._rows = self._rows, rows
        if len(before) != len(rows):
            self.beginResetModel()
            self.endResetModel()
            return
        for at, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at), self.index(at))

    def row(self, index: _Index) -> Row:
        """The row of an index."""
        return self._rows[index.row()]

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """One a provider."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Words; the delegate draws."""
        if not index.isValid():
            return None
        row = self.row(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.sentence
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.history
            case Qt.ItemDataRole.ToolTipRole:
                lines = (row.name, row.words, row.exact, row.history)
                return theme.plain_tooltip("\n".join(filter(None, lines)))
        return None


class ProviderList(QListView):
    """The list; as high as its rows need, up to a dozen."""

    provider_asked = Signal(str)
    """A row was entered: more of its provider, by its id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ProviderModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Drawing(self))
        self.setAccessibleName("Providers")
        self.setAccessibleDescription("Enter opens the history of a provider.")
        self.doubleClicked.connect(self._ask)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(True)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Draws these rows."""
        count = self._model.rowCount()
        self._model.replace(rows)
        if len(rows) != count:
            self.updateGeometry()
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0))

    def in_place(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The same rows in the order in which they stand; in their own where they are of others."""
        place = {
            self._model.row(index).id: index.row()
            for index in map(self._model.index, range(self._model.rowCount()))
        }
        if place.keys() != {row.id for row in rows}:
            return rows
        return tuple(sorted(rows, key=lambda row: place[row.id]))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever walks with the keys is shown where they are; a pointer shows it by itself."""
        self.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._ask(self.currentIndex())
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the rows."""
        return QSize(16 * Step.SECTION, self._height(min(self._model.rowCount(), ROWS)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for some of them."""
        return QSize(8 * Step.SECTION, self._height(min(self._model.rowCount(), FEWEST)))

    def _ask(self, index: _Index) -> None:
        self.provider_asked.emit(self._model.row(index).id)

    def _height(self, rows: int) -> int:
        return rows * _Drawing.height_px(self.font())


class _Drawing(QStyledItemDelegate):
    """Draws a row in the palette's colours; only the mark has one of its own."""

    @staticmethod
    def height_px(font: QFont) -> int:
        lines = QFontMetrics(font).height() + QFontMetrics(theme.small(font)).height()
        return lines + theme.GRID_PX + 2 * Step.TIGHT

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """The same for every row, so that nothing jumps when words change."""
        return QSize(8 * Step.SECTION, self.height_px(option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, ProviderModel)
        row = model.row(index)
        painter.save()
        area = QRectF(option.rect)
        walked = option.widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if walked and option.state & QStyle.StateFlag.State_HasFocus:
            _ring(painter, area, option.palette)
        inner = area.adjusted(Step.WIDE, Step.TIGHT, -Step.WIDE, -Step.TIGHT)
        mark = QRectF(inner.left(), area.center().y() - MARK_PX / 2, MARK_PX, MARK_PX)
        paint(
            painter,
            row.face.mark,
            mark,
            scheme_of(option.palette),
            outlined=False,
            checking=row.face.checking,
            key_badge=row.face.key_badge,
        )
        inner.setLeft(mark.right() + Step.NORMAL)
        chart_px = miniature.width_px(option.fontMetrics)
        inner.setRight(inner.right() - chart_px - Step.NORMAL)
        if row.day is not None:
            painter.setFont(option.font)
            place = QRectF(inner.right() + Step.NORMAL, inner.top(), chart_px, inner.height())
            miniature.paint(painter, place, row.day, row.trace, option.palette)
        figures = theme.tabular(option.font)
        latency_px = QFontMetrics(figures).horizontalAdvance(row.latency)
        painter.setPen(option.palette.color(QPalette.ColorRole.WindowText))
        painter.setFont(figures)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, row.latency)
        painter.setFont(option.font)
        _line(
            painter, inner.adjusted(0, 0, -latency_px - Step.NORMAL, 0), row.name, Qt.AlignmentFlag.AlignTop
        )
        painter.setFont(theme.small(option.font))
        _line(painter, inner, row.words, Qt.AlignmentFlag.AlignBottom)
        painter.restore()


def _line(painter: QPainter, area: QRectF, text: str, place: Qt.AlignmentFlag) -> None:
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | place | Qt.TextFlag.TextSingleLine, elided)


def _ring(painter: QPainter, area: QRectF, palette: QPalette) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
    painter.drawRoundedRect(area.adjusted(5, 3, -5, -3), theme.RADIUS_PX, theme.RADIUS_PX)


def _row(light: ProviderLight, view: View, day: LastDay | None) -> Row:
    parts = _parts(light, view.told.state.troubles.get(light.id))
    answering = light.service in {Service.UP, Service.DEGRADED} and not light.worst.checking
    known = answering and light.worst.latency_ms is not None
    latency = words.latency(light.worst.latency_ms or 0.0) if known else "–"
    said = ", ".join([*parts, latency] if known else parts)
    trace = () if day is None else day.traces.get(light.worst.surface, ())
    return Row(
        light.id,
        light_face(light),
        light.name,
        " · ".join(parts),
        latency,
        f"{light.name}: {said}.",
        _exact(light),
        day,
        trace,
    )


def _parts(light: ProviderLight, trouble: str | None) -> list[str]:
    """What is said of a provider, the most important first."""
    since = "" if light.worst.since is None else f" since {local_time(light.worst.since)}"
    parts = [f"{light.service.value}{since}" if light.worst.checked_at or since else "not asked yet"]
    if light.checking:
        parts.append("checking")
    bare = light.access is Access.UNCHECKED and not light.keyed
    standing = ["no key" if bare else words.standing(light.access, keyed=light.keyed)]
    if trouble is not None:
        standing = ["key not read"]  # what was true of it before is not known any more
    wrong = [*_detail(light), *filter(None, [beside.short(light)])]
    fine = light.access is Access.OK and trouble is None
    return [*parts, *wrong, *standing] if fine else [*parts, *standing, *wrong]


def _detail(light: ProviderLight) -> Sequence[str]:
    """What is wrong, of the surface that it is wrong with."""
    for surface in (light.worst, *light.surfaces):
        troubled = surface.checking or surface.service in {Service.DOWN, Service.DEGRADED}
        if troubled and surface.detail:
            part = f"{words.part(surface.surface)} " if len(light.surfaces) > 1 else ""
            return (f"{part}{surface.detail}",)
    return ()


def _exact(light: ProviderLight) -> str:
    if light.worst.since is None:
        return ""
    moment = datetime.fromtimestamp(light.worst.since / 1000).astimezone()
    return f"{light.service.value} since {moment:%A %d %B %Y, %H:%M:%S %Z}"
