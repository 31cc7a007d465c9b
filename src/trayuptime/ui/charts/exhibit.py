"""A picture that says what it is wherever it is pasted: charts with their title, their time and a legend."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QImageWriter, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from trayuptime.core.strip import Status
from trayuptime.ui import theme
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.charts.strokes import Stroke
from trayuptime.ui.theme import Step

NARROWEST_PX = 360
"""A small chart's title and legend have room too."""
_INCH_M = 0.0254
_DPI = 96
"""Of a screen at 100 %."""
_FORMULA = ("=", "+", "-", "@")
"""What makes a cell a formula to a spreadsheet
(https://owasp.org/www-community/attacks/CSV_Injection, read 2026-11)."""

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]
"""Headers, and rows as wide as these."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What is shown of charts at this moment.

    Attributes:
        title: whose and what.
        remarks: of which time, in which zone; what the scale means; a line each.
        charts: from the top down.
        statuses: those of what we saw, which the legend explains.
        table: the same in words, worked out only when somebody wants it.
        strokes: what a plot of latencies among them is drawn with, for the legend too.
        claimed: those of what a vendor's page said.
    """

    title: str
    remarks: tuple[str, ...]
    charts: tuple[QPixmap, ...]
    statuses: Collection[Status]
    table: Callable[[], Table]
    strokes: Collection[Stroke] = ()
    claimed: Collection[Status] = ()


def drawn(of: Exhibit, like: QWidget) -> QImage:
    """The picture, in the colours, the font and the scale of a widget, which is on the screen."""
    palette, font, ratio = like.palette(), like.font(), like.devicePixelRatioF()
    legend = _legend(of, palette, font)
    sizes = [chart.deviceIndependentSize().toSize() for chart in of.charts]
    room = max([NARROWEST_PX, *[size.width() for size in sizes]])
    legend.resize(room, legend.heightForWidth(room))
    title, small = _bold(theme.title(font)), theme.small(font)
    places, height = _lines(of, room, QFontMetrics(title), QFontMetrics(small))
    whole = QSize(
        room + 2 * Step.NORMAL,
        height + sum(size.height() for size in sizes) + Step.TIGHT + legend.height() + 2 * Step.NORMAL,
    )
    image = QImage(whole * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(palette.color(QPalette.ColorRole.Base))
    painter = QPainter(image)
    painter.translate(Step.NORMAL, Step.NORMAL)
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    for number, (text, place) in enumerate(places):
        painter.setFont(small if number else title)
        painter.drawText(place, _WRAPPED, text)
    painter.translate(0, height)
    for chart, size in zip(of.charts, sizes, strict=True):
        painter.drawPixmap(QPoint(0, 0), chart)
        painter.translate(0, size.height())
    legend.render(painter, QPoint(0, Step.TIGHT), renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.end()
    # As large in a letter as on the screen; said last, or else the words would be drawn larger.
    image.setDotsPerMeterX(round(_DPI * ratio / _INCH_M))
    image.setDotsPerMeterY(round(_DPI * ratio / _INCH_M))
    return image


def png(image: QImage) -> bytes:
    """As the bytes of a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def tab_separated(table: Table) -> str:
    """A table as a spreadsheet takes it from the clipboard; there is nothing in it that it would run."""
    headers, rows = table
    return "".join("\t".join(map(_cell, row)) + "\n" for row in (headers, *rows))


def file_name(of: Exhibit) -> str:
    """A name for its file, without an ending: letters and figures only, for strangers choose titles too."""
    words = "".join(each if each.isalnum() else " " for each in of.title).split()
    return "-".join(words)[:_LONGEST] or "chart"


_WRAPPED = Qt.TextFlag.TextWordWrap
_LONGEST = 60


def _lines(
    of: Exhibit, room: int, title: QFontMetrics, small: QFontMetrics
) -> tuple[list[tuple[str, QRect]], int]:
    """Where the words stand, the title first, and how high they are together."""
    places, y = [], 0
    for number, text in enumerate((of.title, *of.remarks)):
        metrics = small if number else title
        height = metrics.boundingRect(QRect(0, 0, room, 10_000), _WRAPPED, text).height()
        places.append((text, QRect(0, y, room, height)))
        y += height + Step.TIGHT // 2
    return places, y + Step.TIGHT


def _legend(of: Exhibit, palette: QPalette, font: QFont) -> Legend:
    legend = Legend()
    legend.setPalette(palette)
    legend.setFont(theme.small(font))
    legend.show_statuses(of.statuses, of.claimed, of.strokes)
    return legend


def _bold(font: QFont) -> QFont:
    font.setBold(True)
    return font


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_FORMULA) else flat
