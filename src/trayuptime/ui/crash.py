"""What is shown when the engine has died: the report to copy, and a way on."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from trayuptime.ui import theme
from trayuptime.ui.pieces import Words
from trayuptime.ui.theme import Step


class CrashReport(QDialog):
    """Says that nobody watches any more, and why."""

    restart_asked = Signal()

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.setWindowTitle("TrayUptime has stopped watching")
        self.resize(560, 360)
        words = Words()
        words.say(
            "An error in TrayUptime itself ended the watching. What was seen until then is on disk. "
            "Please give this report to its developers; it holds no key."
        )
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(theme.small(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)))
        self.text.setAccessibleName("The report")
        self.buttons = QDialogButtonBox()
        again = self.buttons.addButton("&Watch again", QDialogButtonBox.ButtonRole.AcceptRole)
        copy = self.buttons.addButton("&Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        copy.clicked.connect(self._copy)
        self.buttons.accepted.connect(self._restart)
        self.buttons.rejected.connect(self.reject)
        again.setDefault(True)
        again.setFocus()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.WIDE, Step.WIDE, Step.WIDE)
        layout.setSpacing(Step.NORMAL)
        layout.addWidget(words)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)

    def _restart(self) -> None:
        self.accept()
        self.restart_asked.emit()
