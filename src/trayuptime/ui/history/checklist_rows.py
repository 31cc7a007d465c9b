"""The rows of a checklist: a line of Markdown, and something to do with its box and when it was ticked."""

from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from trayuptime.core.checklist import Task
from trayuptime.core.inline import Piece, Style, pieces_in, spoken
from trayuptime.core.ticks import Tick
from trayuptime.runtime.clock import local_time
from trayuptime.ui import theme
from trayuptime.ui.pieces import Words, breakable
from trayuptime.ui.theme import Step

WAITS = "being kept…"
_OUTLINE = 0.7
"""So much of the text's colour is in a box's outline."""
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Home: -1_000_000,
    Qt.Key.Key_End: 1_000_000,
}
_LINKS = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard


class Prose(Words):
    """Lines of a playbook: what is marked in them is seen, what is a stranger's markup is words.

    An address is text until somebody clicks it, or presses Enter on it; where it leads is in the tooltip.
    """

    address_asked = Signal(str)
    clicked = Signal()
    """With the left button, and not on an address."""

    def __init__(self, font: QFont | None = None, parent: QWidget | None = None) -> None:
        super().__init__(font, parent)
        self._lines: list[tuple[Piece, ...]] = []
        self._followed = False
        self.linkActivated.connect(self._follow)
        self.linkHovered.connect(lambda address: self.setToolTip(theme.plain_tooltip(address)))

    def show_lines(self, text: str) -> None:
        """Shows these lines, below each other."""
        self._lines = [pieces_in(line) for line in text.splitlines()]
        self.setAccessibleName("\n".join("".join(piece.words for piece in line) for line in self._lines))
        links = any(piece.address for line in self._lines for piece in line)
        self.setTextInteractionFlags(_LINKS if links else Qt.TextInteractionFlag.NoTextInteraction)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The colour of an address is part of the text, and has to follow the palette's."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever comes with Tab is at an address at once; by itself, Qt needs another Tab for that."""
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.focusNextPrevChild(event.reason() is Qt.FocusReason.TabFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Taken, so that the release comes here too."""
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click beside an address is one on the item."""
        self._followed = False
        super().mouseReleaseEvent(event)
        event.accept()
        inside = self.rect().contains(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and inside and not self._followed:
            self.clicked.emit()

    def _follow(self, address: str) -> None:
        self._followed = True
        self.address_asked.emit(address)

    def _draw(self) -> None:
        if not any(piece.address or piece.style is not Style.PLAIN for line in self._lines for piece in line):
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setText("\n".join(breakable("".join(piece.words for piece in x)) for x in self._lines))
            return
        colour = self.palette().color(self.foregroundRole()).name()
        shown = ("".join(_markup(piece, colour) for piece in line) for line in self._lines)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(f'<p style="white-space: pre-wrap">{"<br>".join(shown)}</p>')


class Box(QCheckBox):
    """Says that it was clicked, and changes only when it is told to."""

    asked = Signal()
    stepped = Signal(int)
    """To the box so many further down, or up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = Qt.CheckState.Unchecked
        self.toggled.connect(self._stay)
        self._outline()

    def show_state(self, state: Qt.CheckState) -> None:
        """Ticked, not ticked, or between the two."""
        self._state = state
        self.setCheckState(state)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The outline follows the palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._outline()

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """What a click and the space bar would do by themselves."""
        self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows, Home and End go through the boxes; Tab stops at what lies between them, too."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def _outline(self) -> None:
        """Qt's own style takes its window's colour for it, made darker: on a dark one nobody sees that."""
        colours = self.palette()
        line = theme.blend(colours.windowText().color(), colours.base().color(), _OUTLINE)
        if colours.window().color() != line:
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.Window, line)
            self.setPalette(palette)

    def _stay(self, *_: bool) -> None:
        """A screen reader toggles it without asking anybody."""
        if self.checkState() is not self._state:
            self.setCheckState(self._state)
            self.asked.emit()


class TaskRow(QWidget):
    """Something to do. Its box waits, neither ticked nor not, until it is told what is kept."""

    asked = Signal(bool)
    """To be ticked, or not any more."""
    stepped = Signal(int)
    address_asked = Signal(str)

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self.wanted: bool | None = None
        """What it waits for; `None` where it does not."""
        self.trouble = ""
        """Why the last that was wanted is not kept."""
        self.box, self.words = Box(), Prose()
        self.when = Words(theme.tabular(theme.small(self.font())))
        self.box.setAccessibleName(spoken(task.words))
        self.box.asked.connect(self._ask)
        self.box.stepped.connect(self.stepped)
        self.words.show_lines(task.words)
        self.words.clicked.connect(self._click)
        self.words.address_asked.connect(self.address_asked)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self.when)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, 1)
        self._draw()

    @property
    def label(self) -> str:
        """What a tick of it names it by."""
        return self._task.label

    @property
    def waits(self) -> bool:
        """It was clicked, and nobody has said yet what came of it."""
        return self.wanted is not None

    def show_task(self, task: Task) -> None:
        """Shows what is kept of it now; while that is not what was wanted, it goes on waiting."""
        if task.done == self.wanted:
            self.wanted = None
        if task.tick != self._task.tick:
            self.trouble = ""
        self._task = task
        self._draw()

    def take_over(self, other: "TaskRow") -> None:
        """Goes on waiting where another row of the same item did."""
        self.wanted, self.trouble = other.wanted, other.trouble
        self._draw()

    def refuse(self, sentence: str) -> None:
        """What was wanted is not kept, and why."""
        if self.waits:
            self.wanted, self.trouble = None, sentence
            self._draw()

    def _ask(self) -> None:
        if not self.waits:
            self.wanted, self.trouble = not self._task.done, ""
            self._draw()
            self.asked.emit(self.wanted)

    def _click(self) -> None:
        self.box.setFocus(Qt.FocusReason.MouseFocusReason)
        self._ask()

    def _draw(self) -> None:
        ticked = Qt.CheckState.Checked if self._task.done else Qt.CheckState.Unchecked
        self.box.show_state(Qt.CheckState.PartiallyChecked if self.waits else ticked)
        tick = self._task.tick
        said = WAITS if self.waits else self.trouble or _when(tick)
        self.when.say(said)
        self.when.setToolTip("" if tick is None else theme.plain_tooltip(_exact(tick)))
        self.box.setAccessibleDescription(said)


def _when(tick: Tick | None) -> str:
    if tick is None:
        return ""
    what = "ticked" if tick.done else "taken back"
    by = f", {tick.by}" if tick.by else ""
    return f"{what} {local_time(tick.at)}{by}"


def _exact(tick: Tick) -> str:
    return f"{datetime.fromtimestamp(tick.at / 1000).astimezone():%A %d %B %Y, %H:%M:%S %Z}"


def _markup(piece: Piece, colour: str) -> str:
    words = theme.escaped(breakable(piece.words))
    if piece.address:
        return f'<a href="{theme.escaped(piece.address)}" style="color: {colour}">{words}</a>'
    match piece.style:
        case Style.CODE:
            return f"<code>{words}</code>"
        case Style.STRONG:
            return f"<b>{words}</b>"
    return words
