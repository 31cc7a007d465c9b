"""A chart taken along: copied or saved as a picture, dragged out as one, its words copied as a table.

A menu of it opens by a right click on a chart, by the menu key and by Shift+F10; Ctrl+C copies the picture.
The button beside the charts opens it too, and is what the picture is dragged out by: to drag in a chart
itself means to move in time.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QDrag,
    QGuiApplication,
    QImage,
    QKeySequence,
    QMouseEvent,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from trayuptime.ui.charts.exhibit import Exhibit, drawn, file_name, png, tab_separated

_THUMB_PX = 240
"""What hangs at the pointer while one drags."""


def _by_hand(drag: QDrag) -> None:
    drag.exec(Qt.DropAction.CopyAction)


class Taking(QObject):
    """Offers what some charts show, all of them together, to be taken along."""

    told = Signal(str)
    """What became of it, a sentence."""
    save_asked = Signal(object, str)
    """A picture is to be saved, and the name that is offered for its file, without its ending."""

    def __init__(
        self,
        charts: Sequence[QWidget],
        shown: Callable[[], Exhibit | None],
        words: str,
        parent: QWidget,
        let_drag: Callable[[QDrag], object] = _by_hand,
    ) -> None:
        """The menu is offered on every one of the charts.

        Args:
            charts: in which one may ask for it.
            shown: says what they show; `None` while that is nothing.
            words: on the button; `&` marks its key.
            parent: their common one.
            let_drag: lets the user drag, and returns when it was let go.
        """
        super().__init__(parent)
        self._shown = shown
        self._let_drag = let_drag
        self._like = charts[0]
        self._dragged: _DraggedFile | None = None
        self.menu = QMenu(parent)
        self.copy_action = self._offer("&Copy picture", self.copy_picture)
        self.copy_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.save_action = self._offer("&Save picture…", self.save_picture)
        self.table_action = self._offer("Copy as &table", self.copy_table)
        self.button = TakeButton(self, words)
        app = QCoreApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(self.forget)
        for chart in charts:
            chart.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            chart.customContextMenuRequested.connect(partial(self._open_on, chart))
            for keys, call in (
                (QKeySequence(QKeySequence.StandardKey.Copy), self.copy_picture),
                (QKeySequence("Shift+F10"), partial(self._open_on, chart)),
            ):
                QShortcut(keys, chart, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(call)

    def copy_picture(self) -> None:
        """Puts the picture into the clipboard."""
        shown = self._shown()
        if shown is not None:
            QGuiApplication.clipboard().setImage(drawn(shown, self._like))
            self.told.emit("The picture is in the clipboard.")

    def copy_table(self) -> None:
        """Puts the words into the clipboard, for a spreadsheet."""
        shown = self._shown()
        if shown is not None:
            QGuiApplication.clipboard().setText(tab_separated(shown.table()))
            self.told.emit("The table is in the clipboard.")

    def save_picture(self) -> None:
        """Asks for it to be saved, as it is now."""
        shown = self._shown()
        if shown is not None:
            self.save_asked.emit(drawn(shown, self._like), file_name(shown))

    def drag(self) -> None:
        """Lets the picture be dragged out; returns when it was let go."""
        shown = self._shown()
        if shown is None:
            return
        image = drawn(shown, self._like)
        self._dragged = _DraggedFile.of(png(image), file_name(shown))
        drag = QDrag(self.button)
        drag.setMimeData(mime_data(image, None if self._dragged is None else self._dragged.path))
        drag.setPixmap(_thumb(image))
        self._let_drag(drag)

    def forget(self) -> None:
        """Removes the file that was dragged out last."""
        self._dragged = None

    def open_menu(self, at: QPoint) -> None:
        """Opens the menu at a place of the screen."""
        is_anything = self._shown() is not None
        for action in self.menu.actions():
            action.setEnabled(is_anything)
        self.menu.popup(at)

    def _open_on(self, chart: QWidget, at: QPoint | None = None) -> None:
        self.open_menu(chart.mapToGlobal(chart.rect().center() if at is None else at))

    def _offer(self, words: str, call: Callable[[], None]) -> QAction:
        action = self.menu.addAction(words)
        action.triggered.connect(lambda *_: call())
        return action


class TakeButton(QToolButton):
    """Opens the menu by a click; dragged, the picture comes along."""

    def __init__(self, taking: Taking, words: str) -> None:
        super().__init__()
        self._taking = taking
        self._pressed: QPoint | None = None
        self.setText(words)
        self.setAccessibleName("Picture: copy, save or drag it out")
        self.setToolTip("Copy or save the picture, or drag it from here to where you want it")
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(lambda *_: taking.open_menu(self.mapToGlobal(self.rect().bottomLeft())))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The begin of a click, or of a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Far enough from where it was pressed it is a drag."""
        pressed, far = self._pressed, QApplication.startDragDistance()
        if pressed is None or (event.position().toPoint() - pressed).manhattanLength() < far:
            super().mouseMoveEvent(event)
            return
        self._pressed = None
        self.setDown(False)
        self._taking.drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The end of a click."""
        self._pressed = None
        super().mouseReleaseEvent(event)


def mime_data(image: QImage, path: Path | None) -> QMimeData:
    """What is dragged: the picture, and as a file where there is one, for whoever only takes files."""
    data = QMimeData()
    data.setImageData(image)
    if path is not None:
        data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


class _DraggedFile:
    """A picture in a folder of its own, which goes away with it.

    Whoever the file was given to may read it long after it was let go: it stays until the next one is dragged
    or the program ends.
    """

    def __init__(self, content: bytes, name: str) -> None:
        folder = Path(tempfile.mkdtemp(prefix="trayuptime-"))
        self._clear = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = folder / f"{name}.png"
        self.path.write_bytes(content)

    @classmethod
    def of(cls, content: bytes, name: str) -> "_DraggedFile | None":
        """`None` where the disk takes none: the picture can still be dragged to whoever takes pictures."""
        try:
            return cls(content, name)
        except OSError:
            return None


def _thumb(image: QImage) -> QPixmap:
    side = round(_THUMB_PX * image.devicePixelRatio())
    small = image.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small.setDevicePixelRatio(image.devicePixelRatio())
    return QPixmap.fromImage(small)
