"""A document as Qt's rich text, laid out for paper: no markup is read, so none can come from strangers."""

from collections.abc import Sequence

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from trayuptime.report.blocks import (
    Block,
    Facts,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Verbatim,
)
from trayuptime.report.escaping import shown
from trayuptime.report.inks import INK, QUIET, RULE
from trayuptime.ui.pdf_pictures import PICTURE, Pictures

FONT = "sans-serif"
FIXED = "monospace"
BODY_PT = 8.5
SMALL_PT = 7.0
_HEADS_PT = {1: 15.0, 2: 12.0, 3: 9.5}


def laid_out(
    blocks: Sequence[Block], device: QPagedPaintDevice, page: QSizeF
) -> tuple[QTextDocument, list[int]]:
    """The text in pages, and which of its blocks belong to the one below: headings, captions.

    Args:
        blocks: what to tell.
        device: for which it is laid out.
        page: the room on each page, in the device's dots.
    """
    text = QTextDocument()
    text.setUndoRedoEnabled(False)
    text.setDocumentMargin(0)
    body = QFont(FONT)
    body.setPointSizeF(BODY_PT)
    text.setDefaultFont(body)
    layout = text.documentLayout()
    layout.setPaintDevice(device)
    pictures = Pictures(page.width(), text)
    layout.registerHandler(PICTURE, pictures)
    writing = _Writing(text, pictures)
    whole = QTextCursor(text)
    whole.beginEditBlock()  # laid out once, not after each cell
    for block in blocks:
        writing.write(block)
    whole.endEditBlock()
    text.setPageSize(page)
    return text, writing.kept


class _Writing:
    """Puts blocks at the end of a text."""

    def __init__(self, text: QTextDocument, pictures: Pictures) -> None:
        self.kept: list[int] = []
        self._cursor = QTextCursor(text)
        self._pictures = pictures
        self._begins_page = False
        self._is_empty = True
        self._is_below_heading = False

    def write(self, block: Block) -> None:
        """One more."""
        below_heading, self._is_below_heading = self._is_below_heading, isinstance(block, Heading)
        match block:
            case NewPage():
                self._begins_page = True
            case Heading(level, text):
                self._paragraph(
                    _char(_HEADS_PT[level], bold=True),
                    above=8 if level > 1 else 0,
                    below=6 if level == 1 else 3,
                )
                self._keep()
                self._cursor.insertText(_line(text))
            case Paragraph(text, small):
                self._paragraph(_char(SMALL_PT, QUIET) if small else _char(BODY_PT), below=4)
                if small and below_heading:  # it says how to read what is below
                    self._keep()
                self._cursor.insertText(_line(text))
            case Facts(rows):
                self._facts(rows)
            case Table():
                self._paragraph(_char(SMALL_PT, QUIET), above=6, below=2)
                self._keep()
                self._cursor.insertText(_line(block.caption))
                self._table(block)
            case Picture(drawing, title, words):
                self._paragraph(_char(BODY_PT), above=6)
                self._keep()
                self._cursor.insertText("\ufffc", self._pictures.format_of(drawing))
                self._paragraph(_char(SMALL_PT, QUIET), below=4)
                self._cursor.insertText(_line(f"{title}. {words}"))
            case Verbatim(text):
                lines = text.split("\n")
                for number, line in enumerate(lines, 1):
                    self._paragraph(_char(BODY_PT, family=FIXED))
                    if number < len(lines):  # a letter is one sheet
                        self._keep()
                    self._cursor.insertText(_line(line))

    def _paragraph(self, char: QTextCharFormat, above: float = 0, below: float = 0) -> None:
        form = QTextBlockFormat()
        form.setTopMargin(above)
        form.setBottomMargin(below)
        if self._begins_page:
            form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            self._begins_page = False
        if self._is_empty:
            self._cursor.setBlockFormat(form)
            self._is_empty = False
        else:
            self._cursor.insertBlock(form)
        self._cursor.setCharFormat(char)
        self._cursor.setBlockCharFormat(char)

    def _keep(self) -> None:
        """What stands here must not be parted from what stands below it."""
        self.kept.append(self._cursor.block().blockNumber())

    def _facts(self, rows: Sequence[tuple[str, str]]) -> None:
        table = self._cursor.insertTable(len(rows), 2, _bare((17, 83)))
        for number, (name, value) in enumerate(rows):
            _fill(table, number, 0, name, _char(BODY_PT, QUIET))
            _fill(table, number, 1, value, _char(BODY_PT))
        self._leave()

    def _table(self, block: Table) -> None:
        form = _bare(())
        form.setHeaderRowCount(1)
        table = self._cursor.insertTable(len(block.rows) + 1, len(block.heads), form)
        for row, cells in enumerate((block.heads, *block.rows)):
            for column, cell in enumerate(cells):
                _fill(
                    table,
                    row,
                    column,
                    cell,
                    _char(SMALL_PT, bold=row == 0 or column == 0),
                    right=column in block.numbers,
                )
                _ruled(table, row, column)
        self._leave()

    def _leave(self) -> None:
        """To the empty paragraph after a table, which Qt puts there and does not show."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)


def _bare(shares: tuple[int, ...]) -> QTextTableFormat:
    form = QTextTableFormat()
    form.setBorder(0)
    form.setCellSpacing(0)
    form.setCellPadding(1.5)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    if shares:
        form.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.PercentageLength, share) for share in shares]
        )
    return form


def _fill(
    table: QTextTable, row: int, column: int, text: str, char: QTextCharFormat, *, right: bool = False
) -> None:
    cursor = table.cellAt(row, column).firstCursorPosition()
    form = QTextBlockFormat()
    form.setAlignment(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
    cursor.setBlockFormat(form)
    cursor.setBlockCharFormat(char)
    cursor.insertText("\u2028".join(map(_line, text.split("\n"))), char)


def _ruled(table: QTextTable, row: int, column: int) -> None:
    """A thin line below the cell."""
    cell = table.cellAt(row, column)
    form = cell.format().toTableCellFormat()
    form.setBottomBorder(0.5)
    form.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBottomBorderBrush(QColor(RULE))
    form.setRightPadding(5)
    cell.setFormat(form)


def _char(size_pt: float, colour: str = INK, *, bold: bool = False, family: str = FONT) -> QTextCharFormat:
    char = QTextCharFormat()
    char.setFontFamilies([family])
    char.setFontPointSize(size_pt)
    char.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    char.setForeground(QColor(colour))
    return char


def _line(text: str) -> str:
    """One line: Qt would begin a paragraph at a line feed."""
    return shown(text).replace("\n", " ")
