"""A document as a PDF of A4 pages: text that can be selected, drawn pictures, heads of tables on each page.

Works without a display and in any thread; everything it makes stays in the thread that calls.
"""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from trayuptime.report.blocks import Document
from trayuptime.report.escaping import shown
from trayuptime.report.inks import INK, QUIET
from trayuptime.ui.pdf_text import FONT, SMALL_PT, laid_out

_DPI = 1200
_MARGIN_MM = 15.0
_FOOT_MM = 8.0
"""Kept free for the footer, below the text."""

_LINE_PT = 11.0
_SHORT = 0.45
"""What is no higher than this share of a page is not parted where it has a page's room."""

_applications: list[QGuiApplication] = []
"""The one that was made for this; Qt wants it kept until the end."""


def printed(document: Document) -> bytes:
    """The whole file."""
    _need_application()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(shown(document.title))
    writer.setCreator("TrayUptime")
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    page = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        margins,
        QPageLayout.Unit.Millimeter,
    )
    writer.setPageLayout(page)
    area = QRectF(writer.pageLayout().paintRectPixels(_DPI))
    area.moveTo(0, 0)
    foot = _FOOT_MM / 25.4 * _DPI
    text, heads = laid_out(document.blocks, writer, area.adjusted(0, 0, 0, -foot).size())
    _keep_heads(text, heads)
    _paint(text, writer, area, shown(document.footer))
    buffer.close()
    return bytes(held.data())


def _need_application() -> None:
    """Fonts need one; where none runs it is one without a display."""
    if QGuiApplication.instance() is None:
        _applications.append(QGuiApplication(["trayuptime", "-platform", "offscreen"]))


def _keep_heads(text: QTextDocument, heads: Sequence[int]) -> None:
    """No heading or caption is left alone at the foot of a page, and no short thing below it is parted."""
    height = text.pageSize().height()
    layout = text.documentLayout()
    for number in heads:
        block = text.findBlockByNumber(number)
        top = layout.blockBoundingRect(block).top()
        left = height - top % height
        if _together(block, height) > left:
            above = text.findBlockByNumber(number - 1)
            # A caption right below a heading takes that with it.
            first = (
                above
                if number - 1 in heads and layout.blockBoundingRect(above).top() // height == top // height
                else block
            )
            form = QTextBlockFormat(first.blockFormat())
            form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(first).setBlockFormat(form)


def _together(block: QTextBlock, height: float) -> float:
    """How much room a heading wants with what it may not be parted from."""
    layout = block.document().documentLayout()
    own = layout.blockBoundingRect(block)
    after = block.next()
    table = QTextCursor(after).currentTable()
    rest = layout.blockBoundingRect(after) if table is None else layout.frameBoundingRect(table)
    whole = rest.bottom() - own.top()
    few = own.height() + 4 * _LINE_PT / 72 * _DPI
    return whole if whole <= height * _SHORT else few


def _paint(text: QTextDocument, writer: QPdfWriter, area: QRectF, footer: str) -> None:
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, QColor(INK))
    height = text.pageSize().height()
    small = QFont(FONT)
    small.setPointSizeF(SMALL_PT)
    painter = QPainter(writer)
    for page in range(text.pageCount()):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * height)
        view = QRectF(0, page * height, area.width(), height)
        painter.setClipRect(view)
        context.clip = view
        text.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(small)
        painter.setPen(QColor(QUIET))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, footer)
        number = f"{page + 1} / {text.pageCount()}"
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, number)
    painter.end()
