"""PySide6 6.12.0 on Python 3.11 drops a reference to None or True with each call, until Python aborts."""

import sys
import tomllib
from pathlib import Path

from PySide6.QtCore import QObject, Signal

_CALLS = 1000
_NOISE = 100  # other threads and the interpreter's own caches
_IMMORTAL_FROM = 1 << 30  # PEP 683: Python 3.12 and later never count None and True


class _Bell(QObject):
    rang = Signal()


def _use(bell: _Bell) -> None:
    for number in range(_CALLS):
        bell.setObjectName(f"bell {number}")
        bell.rang.emit()


def test_a_thousand_calls_into_qt_cost_no_reference_to_none_or_true() -> None:
    bell = _Bell()
    before = (sys.getrefcount(None), sys.getrefcount(True))

    _use(bell)

    after = (sys.getrefcount(None), sys.getrefcount(True))
    assert min(now - then for now, then in zip(after, before, strict=True)) > -_NOISE
    assert (min(after) >= _IMMORTAL_FROM) == (sys.version_info >= (3, 12))


def test_pyside_stays_below_6_12_while_python_3_11_is_admitted() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    assert project["requires-python"] == ">=3.11"
    assert "PySide6-Essentials>=6.8,<6.12" in project["dependencies"]
