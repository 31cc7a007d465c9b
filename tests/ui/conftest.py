"""What every test of the user interface needs: Qt without a screen, and a measure of contrast."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QColor

Contrast = Callable[[QColor, QColor], float]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Choose the platform for pytest-qt's application, whatever the caller's desktop is."""
    return ["trayuptime-tests", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def offscreen() -> Iterator[None]:
    """Choose it for child processes too, here only: the desktop tests' children need a real screen."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("QT_QPA_PLATFORM", "offscreen")
        yield


@pytest.fixture(scope="session")
def contrast() -> Contrast:
    """The contrast ratio of WCAG 2.2, between 1 and 21."""
    return _contrast


def _contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
