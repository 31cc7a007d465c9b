"""A document as a PDF of A4 pages: text that can be selected, drawn pictures, heads of tables on each page.

Works without a display and in any thread; everything it makes stays in the thread that calls.
"""

from collections.abc import Collection, Iterator

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
    QTextTable,
)

from trayuptime.report.blocks import Document
from trayuptime.report.escaping import shown
from trayuptime.report.inks import INK, QUIET
from trayuptime.ui.pdf_text import FONT, SMALL_PT, laid_out

_DPI = 1200
_MARGIN_MM = 15.0
_FOOT_MM = 8.0
"""Kept free for the footer, below the text."""

_LENGTHS_DPI = 96
"""In which Qt counts the lengths of a text's formats, whatever it is laid out for."""
_LINE_PT = 11.0
_SHORT = 0.25
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
    text, kept = laid_out(document.blocks, writer, area.adjusted(0, 0, 0, -foot).size())
    _keep_together(text, frozenset(kept))
    _paint(text, writer, area, shown(document.footer))
    buffer.close()
    return bytes(held.data())


def _need_application() -> None:
    """Fonts need one; where none runs it is one without a display."""
    if QGuiApplication.instance() is None:
        _applications.append(QGuiApplication(["trayuptime", "-platform", "offscreen"]))


def _keep_together(text: QTextDocument, kept: Collection[int]) -> None:
    """Nothing is left alone at the foot of a page that belongs to the next, no row and no short table parted.

    From the top down: what is moved to the next page moves all that follows.

    Args:
        text: in pages.
        kept: the numbers of the blocks that may not be parted from the one below.
    """
    runs = {number: None for number in kept if number - 1 not in kept}  # the others go where that goes
    tables = {table.firstCursorPosition().blockNumber(): table for table in _tables(text)}
    for number in sorted([*runs, *tables]):
        if number in runs:
            _keep_run(text.findBlockByNumber(number), kept)
        else:
            _keep_rows(tables[number])


def _tables(text: QTextDocument) -> Iterator[QTextTable]:
    for frame in text.rootFrame().childFrames():
        table = frame.firstCursorPosition().currentTable()
        if table is not None:
            yield table


def _keep_run(first: QTextBlock, kept: Collection[int]) -> None:
    """Blocks that are to stand on one page, and the beginning of what is below them."""
    last = first
    while last.blockNumber() in kept and last.blockNumber() + 1 in kept:
        last = last.next()
    height = first.document().pageSize().height()
    top = first.document().documentLayout().blockBoundingRect(first).top()
    if height - top % height < _together(first, last, height) < height:
        form = QTextBlockFormat(first.blockFormat())
        form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(first).setBlockFormat(form)


def _keep_rows(table: QTextTable) -> None:
    """Qt parts a row as it parts text; one with room above it begins on the next page."""
    height, layout = table.document().pageSize().height(), table.document().documentLayout()
    for row in range(table.rows()):
        cells = [table.cellAt(row, column) for column in range(table.columns())]
        rects = [layout.blockBoundingRect(cell.firstCursorPosition().block()) for cell in cells]
        top, bottom = min(rect.top() for rect in rects), max(rect.bottom() for rect in rects)
        left = height - top % height
        if left < bottom - top < height:
            for cell in cells:
                form = cell.format().toTableCellFormat()
                form.setTopPadding(left / _DPI * _LENGTHS_DPI)
                cell.setFormat(form)


def _together(first: QTextBlock, last: QTextBlock, height: float) -> float:
    """How much room some blocks want with what stands below the last of them."""
    layout = first.document().documentLayout()
    own = layout.blockBoundingRect(last).bottom() - layout.blockBoundingRect(first).top()
    after = last.next()
    table = QTextCursor(after).currentTable()
    below = layout.blockBoundingRect(after) if table is None else layout.frameBoundingRect(table)
    few = 4 * _LINE_PT / 72 * _DPI
    return own + (below.height() if below.height() <= height * _SHORT else few)


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
