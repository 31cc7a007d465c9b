"""A light and a dark palette, as desktops have them; the tests must not depend on which one runs them."""

from PySide6.QtGui import QColor, QPalette

from trayuptime.ui.theme import Scheme


def _palette(*, window: str, base: str, alternate: str, button: str, text: str, highlight: str) -> QPalette:
    palette = QPalette(QColor(button), QColor(window))
    roles = {
        QPalette.ColorRole.Base: base,
        QPalette.ColorRole.AlternateBase: alternate,
        QPalette.ColorRole.Highlight: highlight,
        QPalette.ColorRole.ToolTipBase: window,
    }
    texts = ("WindowText", "Text", "ButtonText", "HighlightedText", "ToolTipText")
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for name in texts:
        palette.setColor(QPalette.ColorRole[name], QColor(text))
        grey = QColor(text)
        grey.setAlpha(110)
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[name], grey)
    return palette


PALETTES = {
    Scheme.LIGHT: _palette(
        window="#F6F5F4",
        base="#FFFFFF",
        alternate="#EFEEED",
        button="#EBEAE9",
        text="#1A1C1E",
        highlight="#9EC5F4",
    ),
    Scheme.DARK: _palette(
        window="#242629",
        base="#1B1D1F",
        alternate="#2D3033",
        button="#35383C",
        text="#EDEFF1",
        highlight="#2C5FA0",
    ),
}
