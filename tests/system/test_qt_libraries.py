import subprocess
import sys
from collections.abc import Sequence

import pytest

from trayuptime.system.qt_libraries import (
    NoQtError,
    install_line,
    main,
    missing_libraries,
    packages,
    parse_ldd,
)

LDD = """\
/venv/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibQt6XcbQpa.so.6 => /venv/PySide6/Qt/lib/libQt6XcbQpa.so.6 (0x00007f1)
\tlibxcb-cursor.so.0 => not found
\tlibglib-2.0.so.0 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2)
/venv/PySide6/QtGui.abi3.so:
\tlibEGL.so.1 => not found
\tlibglib-2.0.so.0 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f3)
"""
MISSING = ("libEGL.so.1", "libglib-2.0.so.0", "libxcb-cursor.so.0")


class _Machine:
    """A machine whose `apt-get install` works, or has no effect."""

    def __init__(self, *, apt: bool = True, cures: bool = True, knows: str = "", ldd: str = LDD) -> None:
        self.ran: list[Sequence[str]] = []
        self._apt = apt
        self._cures = cures
        self._knows = knows
        self._ldd = ldd

    def run(self, command: Sequence[str]) -> str:
        self.ran.append(command)
        match command[0]:
            case "ldd":
                return self._ldd
            case "apt-get":
                return "apt 2.6.1" if self._apt else ""
            case "apt-cache":
                return self._knows
        assert command[:2] == ["env", "DEBIAN_FRONTEND=noninteractive"]
        if self._cures:
            self._ldd = ""
        return ""

    @property
    def installed(self) -> list[Sequence[str]]:
        return [command for command in self.ran if command[0] == "env"]


def test_the_loaders_report_names_each_missing_library_once() -> None:
    assert parse_ldd(LDD) == MISSING


def test_qt_itself_is_asked_without_being_imported() -> None:
    machine = _Machine()

    assert missing_libraries(machine.run) == MISSING
    assert any(part.endswith("platforms/libqxcb.so") for part in machine.ran[0])
    assert any(part.endswith("QtWidgets.abi3.so") for part in machine.ran[0])


def test_a_python_without_qt_is_not_a_machine_without_libraries() -> None:
    with pytest.raises(NoQtError, match="nosuchqt is not installed"):
        missing_libraries(_Machine().run, package="nosuchqt")


def test_the_line_to_type_names_the_packages() -> None:
    assert install_line(MISSING, _Machine().run) == (
        "sudo apt-get install --no-install-recommends libegl1 libglib2.0-0 libxcb-cursor0"
    )


def test_a_package_has_the_name_of_the_release_it_is_for() -> None:
    ubuntu_24_04 = _Machine(knows="libglib2.0-0t64\n")

    assert packages(["libgthread-2.0.so.0", "libglib-2.0.so.0"], ubuntu_24_04.run) == ("libglib2.0-0t64",)
    assert packages(["libglib-2.0.so.0"], _Machine().run) == ("libglib2.0-0",)


def test_a_library_that_qt_was_not_known_to_need_has_no_line() -> None:
    assert install_line(["libnew.so.7"], _Machine().run) == ""


def test_with_everything_there_it_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], _Machine(ldd="").run) == 0
    assert capsys.readouterr().out == ""


def test_a_user_is_told_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    machine = _Machine()

    assert main(["--install"], machine.run, is_root=False) == 1
    assert machine.installed == []
    assert capsys.readouterr().out == (
        "Qt needs libraries that this system lacks: libEGL.so.1 libglib-2.0.so.0 libxcb-cursor.so.0\n"
        "Install them with:\n"
        "  sudo apt-get install --no-install-recommends libegl1 libglib2.0-0 libxcb-cursor0\n"
    )


def test_root_is_only_told_too_unless_asked_to_install() -> None:
    machine = _Machine()

    assert main([], machine.run, is_root=True) == 1
    assert machine.installed == []


def test_root_installs_them_with_fresh_package_lists() -> None:
    machine = _Machine()

    assert main(["--install"], machine.run, is_root=True) == 0
    assert ["apt-get", "-q", "update"] in machine.ran
    assert [command[-3:] for command in machine.installed] == [["libegl1", "libglib2.0-0", "libxcb-cursor0"]]


def test_an_installation_without_effect_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--install"], _Machine(cures=False).run, is_root=True) == 1
    assert "Still missing: libEGL.so.1" in capsys.readouterr().out


def test_without_apt_the_libraries_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    machine = _Machine(apt=False)

    assert main(["--install"], machine.run, is_root=True) == 1
    assert machine.installed == []
    assert "Install the packages of your system that hold them" in capsys.readouterr().out


def test_without_qt_it_ends_differently(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], _Machine().run, package="nosuchqt") == 2
    assert capsys.readouterr().out == "nosuchqt is not installed in this Python.\n"


def test_as_a_program_it_finds_nothing_missing_where_these_tests_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "trayuptime.system.qt_libraries"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
