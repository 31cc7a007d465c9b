"""Installs what the tests need from Debian or Ubuntu when run as root there; otherwise prints the line.

The list is in debian-packages.txt beside this file. Exit code 1 when something is missing and stays so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("debian-packages.txt")
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
# Names since Debian 13 and Ubuntu 24.04 (64-bit time); the old name is only provided there.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}


def main() -> int:
    """Looks, installs if it may, and says what is left."""
    missing = [name for name in wanted() if not installed(name)]
    if not missing:
        return 0
    line = " ".join(["sudo", *INSTALL, *missing])
    if not shutil.which("apt-get"):
        print("The desktop tests need these Debian packages, or what your system calls them:", *missing)
        return 1
    if os.geteuid() != 0:
        print(f"The desktop tests need packages that are missing. Install them with:\n  {line}")
        return 1
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet=2"], check=True, env=environ)
    subprocess.run([*INSTALL, "--quiet=2", *missing], check=True, env=environ)
    return 0


def wanted() -> list[str]:
    """The packages of the list, without its comments."""
    lines = (line.partition("#")[0].strip() for line in LIST.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def installed(name: str) -> bool:
    """Whether dpkg knows it, under its old or its new name, as installed."""
    for candidate in (name, RENAMED.get(name, name)):
        asked = subprocess.run(
            ["dpkg-query", "--show", "--showformat=${db:Status-Status}", candidate],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.stdout == "installed":
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
