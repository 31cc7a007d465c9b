"""Small pieces that windows are put together from: a mark, wrapped words, a band, a quiet button, a line."""

import re
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from trayuptime.ui.marks import Face, Mark, paint
from trayuptime.ui.theme import Step, plain_tooltip, scheme_of

LONGEST_WORD = 20
"""Longer ones may be broken anywhere: an address or an identifier must not widen a window."""


class MarkBox(QWidget):
    """A mark in a square; painted anew whenever it is shown, so palette and screen may change under it."""

    def __init__(self, size_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face = Face(Mark.UNKNOWN)
        self.setFixedSize(QSize(size_px, size_px))

    @property
    def face(self) -> Face:
        """What it shows."""
        return self._face

    def show_face(self, face: Face, words: str) -> None:
        """Shows a face, and says it in words to who cannot see it."""
        self.setAccessibleName(words)
        if face != self._face:
            self._face = face
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws the mark in the colours for what lies behind it."""
        painter = QPainter(self)
        scheme, face = scheme_of(self.palette()), self._face
        paint(
            painter,
            face.mark,
            QRectF(self.rect()),
            scheme,
            outlined=False,
            checking=face.checking,
            key_badge=face.key_badge,
        )


class Words(QLabel):
    """Plain text that wraps; never read as markup, for some of it is written by strangers."""

    def __init__(self, font: QFont | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        # Ignored: or else Qt's guess, how wide such a text would look well, decides how wide a window is.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if font is not None:
            self.setFont(font)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line; how many there are only a width can say, and Qt would guess one."""
        return QSize(0, self.fontMetrics().height())

    def say(self, text: str) -> None:
        """Shows the text; nothing for no text."""
        self.setAccessibleName(text)
        shown = breakable(text)
        if shown != self.text():
            self.setText(shown)
        self.setHidden(not text)


class Line(Words):
    """Words that may have to do with a single line: all of them are in the tooltip too."""

    def __init__(self, font: QFont | None = None, parent: QWidget | None = None) -> None:
        super().__init__(font, parent)
        self._is_single = False
        self.setAlignment(Qt.AlignmentFlag.AlignTop)  # what is cut off is the end

    def be_single(self, *, single: bool) -> None:
        """Gives way to what stands above them, on a small screen."""
        if single != self._is_single:
            self._is_single = single
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """See `be_single`."""
        return self.fontMetrics().height() if self._is_single else self.whole_px(width)

    def whole_px(self, width: int) -> int:
        """How high all of them are."""
        return super().heightForWidth(width)

    def say(self, text: str) -> None:
        """See `Words.say`."""
        super().say(text)
        self.setToolTip(plain_tooltip(self.accessibleName()))


class Band(QFrame):
    """Words on a strip of their own, with a button that takes it away where it may be."""

    dismissed = Signal()

    def __init__(self, *, dismissable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._words = Words()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.TIGHT, Step.TIGHT, Step.TIGHT)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(self._words, 1)
        if dismissable:
            button = quiet_button("Dis&miss", self.dismissed.emit)
            button.setAccessibleName("Dismiss: take this remark away")
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.accessibleName()

    def say(self, text: str) -> None:
        """Says the text; the band of no text is hidden."""
        self._words.say(text)
        self.setHidden(not text)


def quiet_button(words: str, call: Callable[[], object]) -> QToolButton:
    """A button that looks like a word until it is pointed at; `&` marks its key."""
    button = QToolButton()
    button.setText(words)
    button.setAccessibleName(words.replace("&", ""))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(lambda *_: call())
    return button


def line() -> QFrame:
    """A line across."""
    frame = QFrame()
    frame.setFrameShape(QFrame.Shape.HLine)
    frame.setFrameShadow(QFrame.Shadow.Sunken)
    return frame


def plain(text: str) -> str:
    """Text as a button or a menu row has to be given it: `&` is their mark for a key."""
    return text.replace("&", "&&")


def breakable(text: str) -> str:
    """The same text, whose long words may be broken where a window is narrow."""
    return _LONG.sub(_broken, text)


_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_JOINT = re.compile(r"(?<=[/.,:;_@?&=-])")
_BREAK = "\u200b"


def _broken(word: re.Match[str]) -> str:
    """Best behind a sign of its own, otherwise anywhere."""
    parts = _JOINT.split(word.group())
    return _BREAK.join(part if len(part) <= LONGEST_WORD else _BREAK.join(part) for part in parts)
