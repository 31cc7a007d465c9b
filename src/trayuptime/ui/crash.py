"""What is shown when the engine has died: the report to copy, and a way on."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from trayuptime.ui import theme


class CrashReport(QDialog):
    """Says that nobody watches any more, and why."""

    restart_asked = Signal()

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.setWindowTitle("TrayUptime has stopped watching")
        self.resize(560, 320)
        words = QLabel(
            "An error in TrayUptime itself ended the watching. What was seen is on disk. "
            "Please copy this report to its developers; it holds no key."
        )
        words.setWordWrap(True)
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setFont(theme.small(self.font()))
        text.setAccessibleName("The report")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        again = buttons.addButton("Watch again", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._restart)
        buttons.rejected.connect(self.reject)
        again.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(text)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)

    def _restart(self) -> None:
        self.accept()
        self.restart_asked.emit()
