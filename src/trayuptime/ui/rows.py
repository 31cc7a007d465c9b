"""A provider's row in the panel: mark, name, words, latency."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from trayuptime.core import words
from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Instant, Service
from trayuptime.core.reasons import Access
from trayuptime.runtime.clock import local_time
from trayuptime.ui import theme
from trayuptime.ui.faces import mark_of
from trayuptime.ui.marks import pixmap
from trayuptime.ui.theme import Step, scheme_of

MARK_PX = 20


class ProviderRow(QWidget):
    """Draws one light; the same widget is used again for another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel()
        self._mark.setFixedSize(MARK_PX, MARK_PX)
        self._name = QLabel()
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words = QLabel()
        self._words.setFont(theme.small(self.font()))
        self._words.setWordWrap(True)
        self._latency = QLabel()
        self._latency.setFont(theme.tabular(self.font()))
        self._latency.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QGridLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.TIGHT, Step.WIDE, Step.TIGHT)
        layout.setHorizontalSpacing(Step.NORMAL)
        layout.setVerticalSpacing(0)
        layout.addWidget(self._mark, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._name, 0, 1)
        layout.addWidget(self._words, 1, 1, 1, 2)
        layout.addWidget(self._latency, 0, 2)
        layout.setColumnStretch(1, 1)

    def show_light(self, light: ProviderLight, now: Instant) -> None:
        """Draws the light as it is at a moment."""
        mark = pixmap(
            mark_of(light),
            MARK_PX,
            scheme_of(self.palette()),
            outlined=False,
            device_pixel_ratio=self.devicePixelRatioF(),
            checking=light.checking,
            key_badge=light.access not in {Access.OK, Access.UNCHECKED},
        )
        self._mark.setPixmap(mark)
        self._mark.setAccessibleName(light.service.value)
        self._name.setText(light.name)
        said = light_words(light)
        self._words.setText(said)
        self._words.setToolTip("" if light.worst.since is None else exact(light, now))
        up = light.service is Service.UP and light.worst.latency_ms is not None
        self._latency.setText(words.latency(light.worst.latency_ms or 0.0) if up else "–")
        self.setAccessibleName(f"{light.name}: {said}")


def light_words(light: ProviderLight) -> str:
    """What the row says of a provider."""
    parts = [light.service.value if not light.checking else f"{light.service.value}, checking"]
    if light.worst.since is not None:
        parts.append(f"since {local_time(light.worst.since)}")
    said = " ".join(parts)
    if light.access is not Access.UNCHECKED or light.keyed:
        said += f" · {words.standing(light.access, keyed=light.keyed)}"
    if light.service not in {Service.UP, Service.UNKNOWN} and light.worst.detail:
        said += f" · {light.worst.detail}"
    return said


def exact(light: ProviderLight, now: Instant) -> str:
    """The tooltip: how long exactly."""
    assert light.worst.since is not None
    return f"{light.service.value} for {words.duration((now - light.worst.since) / 1000)}"
