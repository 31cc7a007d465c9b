"""The bench: a desktop, vendors, and whoever is to be measured, started with the same environment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.vendors import ADDRESS, ROOT, Vendors, open_vendors

from desktop.bed import Desktop, Part, open_desktop
from hostile import Authority

MOST_VENDORS = 100
_PATIENCE_S = 30.0
_CONFIG = '[polling]\ninterval = "{}s"\n'
_PROVIDER = '[[provider]]\nid = "p{:02}"\nkind = "openai-compatible"\nbase_url = "{}"\nca_bundle = "{}"\n'


class Kind(StrEnum):
    """Who is measured."""

    OURS = "ours"
    OURS_HEADLESS = "ours, headless"
    BARE_TRAY = "bare Qt tray"
    BARE_HTTPX = "bare httpx loop"
    BARE_BOTH = "bare Qt tray + httpx loop"


@dataclass(frozen=True, slots=True)
class Running:
    """One that was started.

    Attributes:
        label: what its questions are counted under; nobody else's.
        providers: how many it asks.
        every_s: how often it asks each.
        started_at: `perf_counter` just before it was.
    """

    kind: Kind
    label: str
    providers: int
    every_s: int
    process: "subprocess.Popen[bytes]"
    started_at: float

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid


class Bench:
    """Starts and ends what is measured; made by `open_bench`."""

    def __init__(self, desktop: Desktop, vendors: Vendors, ca_file: Path) -> None:
        self.desktop = desktop
        self.vendors = vendors
        self._ca_file = ca_file
        self._started = 0

    def start(self, kind: Kind, providers: int, every_s: int) -> Running:
        """Starts one; does not wait."""
        self._started += 1
        label = f"n{self._started}"
        argv, environ = self._command(kind, label, providers, every_s)
        paths = (str(ROOT), os.environ.get("PYTHONPATH"))
        environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        started_at = time.perf_counter()
        process = self.desktop.spawn([sys.executable, "-m", *argv], environ, log=label)
        return Running(kind, label, providers, every_s, process, started_at)

    def wait_for_answers(self, running: Iterable[Running], cycles: int) -> None:
        """Waits until each has asked everybody so many times."""
        waiting = {one.label: one.providers * cycles for one in running}

        def all_have() -> bool:
            answered = self.vendors.answered()
            return all(answered[label] >= least for label, least in waiting.items())

        self.wait_until(all_have)

    def wait_until(self, claim: Callable[[], bool]) -> None:
        """Looks ten times a second, which disturbs less than the tests' fifty."""
        give_up_at = time.monotonic() + _PATIENCE_S
        while not claim():
            if time.monotonic() > give_up_at:
                raise TimeoutError(self.desktop.told())
            time.sleep(0.1)

    def end(self, running: Iterable[Running]) -> None:
        """Ends them all, as a log-out would."""
        processes = [one.process for one in running]
        for process in processes:
            assert process.poll() is None, self.desktop.told()
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(_PATIENCE_S)

    def _command(
        self, kind: Kind, label: str, providers: int, every_s: int
    ) -> tuple[list[str], dict[str, str]]:
        base_urls = self.vendors.base_urls(label, providers)
        asks = [str(self._ca_file), str(every_s), *(f"{url}/models" for url in base_urls)]
        match kind:
            case Kind.BARE_TRAY:
                return ["benchmarks.bare_tray"], {}
            case Kind.BARE_HTTPX:
                return ["benchmarks.bare_httpx", *asks], {}
            case Kind.BARE_BOTH:
                return ["benchmarks.bare_both", *asks], {}
        home = self.desktop.root / "homes" / label
        home.mkdir(parents=True)
        tables = [_PROVIDER.format(n, url, self._ca_file) for n, url in enumerate(base_urls)]
        (home / "config.toml").write_text(_CONFIG.format(every_s) + "".join(tables))
        arguments = ["run", "--headless"] if kind is Kind.OURS_HEADLESS else []
        return ["trayuptime", *arguments], {"TRAYUPTIME_HOME": str(home)}


@contextmanager
def open_bench(folder: Path) -> Iterator[Bench]:
    """The bench, ready; at the end nothing of it runs any more.

    Args:
        folder: an empty one, on a disk, with a short name.
    """
    trusted, session = folder / "ca", folder / "d"
    trusted.mkdir()
    session.mkdir()
    authority = Authority(trusted)
    with (
        open_vendors(authority.certify([ADDRESS]), MOST_VENDORS) as vendors,
        open_desktop(session, (Part.PANEL, Part.NOTIFICATIONS)) as desktop,
    ):
        yield Bench(desktop, vendors, authority.bundle)
