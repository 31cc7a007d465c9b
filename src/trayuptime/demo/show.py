"""One showing of the demo: vendors, clock and the real engine, from start to end."""

import contextlib
import tempfile
from collections.abc import Iterator

from trayuptime.core.notice import Notice, Sign, Urgency
from trayuptime.core.state import State
from trayuptime.demo import page
from trayuptime.demo.clock import FastClock
from trayuptime.demo.past import write_past
from trayuptime.demo.site import Site
from trayuptime.demo.timeline import ENDS_AT, GIVES_UP_AT, STARTS_AT
from trayuptime.demo.vendors import PARTS, configuration, site_of
from trayuptime.runtime.engine import Engine, Shell
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.told import Listener, Told
from trayuptime.system.lock import Mode, acquire
from trayuptime.system.paths import Home, find_home

OVER = Notice(
    ":demo",  # no provider may have this id
    "The demo is over",
    "The simulated vendors stay up, and the clock goes no faster than life. Quit when you have seen enough.",
    Urgency.LOW,
    sign=Sign.UP,
)


class DemoUnusableError(Exception):
    """The demo cannot be shown here; the message is a sentence for a person."""


@contextlib.contextmanager
def throw_away_home() -> Iterator[Home]:
    """A home under a directory of its own, which goes with everything in it.

    Raises:
        DemoUnusableError: there is no place for temporary files.
        HomeUnusableError: its directories cannot be made.
    """
    try:
        # A file that something still holds open must not turn the end into an error.
        folder = tempfile.TemporaryDirectory(prefix="trayuptime-demo-", ignore_cleanup_errors=True)
    except OSError as error:
        raise DemoUnusableError(f"The demo finds no place for its files: {error}.") from error
    with folder as root:
        home = find_home({"TRAYUPTIME_HOME": root})
        home.create()
        yield home


class Demo:
    """The same life as an `Engine`, and the home's lock with it.

    Attributes:
        home: where the engine writes.
        clock: stands at the beginning of the night until `run`.
        config: every address in it is on loopback.
    """

    def __init__(
        self,
        home: Home,
        *,
        speed: float,
        listeners: tuple[Listener, ...] = (),
        shell: Shell | None = None,
        ends_by_itself: bool = False,
    ) -> None:
        """Takes the ports, which `run` gives back.

        Args:
            home: a throw-away one; what an earlier showing left in its history is removed.
            speed: virtual seconds per real second, from `SLOWEST` to `FASTEST`.
            listeners: told after each commit.
            shell: the user interface, if there is one; it is told when the night is over.
            ends_by_itself: `run` ends then; otherwise the vendors stay up, at the speed of life.

        Raises:
            DemoUnusableError: there is no port on loopback.
        """
        self.home = home
        self.clock = FastClock(STARTS_AT, speed)
        self._shell = shell or Shell()
        self._ends_by_itself = ends_by_itself
        self._over = False
        try:
            parts = {part.key: site_of(part, self.clock.now) for part in PARTS}
            own_page = Site(lambda path: page.answer(path, self.clock.now()))
        except OSError as error:
            raise DemoUnusableError(f"The demo finds no port on this computer: {error}.") from error
        self._sites = [*parts.values(), own_page]
        self.config = configuration(
            {key: site.url for key, site in parts.items()}, f"{own_page.url}{page.PATH}"
        )
        self._engine = Engine(
            home,
            self.config,
            clock=self.clock,
            keys=KeyReader({}),
            listeners=(*listeners, self._look_at_the_time),
            shell=shell,
        )

    @property
    def poller(self) -> Poller | None:
        """The engine's, once it runs."""
        return self._engine.poller

    @property
    def over(self) -> bool:
        """The night has been shown to its end."""
        return self._over

    async def run(self) -> None:
        """Shows the night; ends at `stop`, or by itself if that was asked for. Can be called once.

        Raises:
            HistoryError: the history cannot be written.
            LockUnusableError: nor can the lock.
        """
        async with contextlib.AsyncExitStack() as stack:
            for site in self._sites:
                stack.push_async_callback(site.close)
            lock = acquire(self.home.lock_path, Mode.HEADLESS)
            assert lock is not None  # nobody else knows this home
            stack.enter_context(lock)
            for leftover in self.home.data_dir.glob(f"{self.home.history_path.name}*"):
                leftover.unlink()
            write_past(self.home.history_path, PARTS, STARTS_AT)
            for site in self._sites:
                await site.open()
            self.clock.start()
            await self._engine.run()

    def unlock_keyring(self) -> None:
        """Nothing: a demo has no keys."""

    def tick(self, incident: int, item: str, *, done: bool) -> str:
        """As an engine does."""
        return self._engine.tick(incident, item, done=done)

    def note(self, incident: int, text: str) -> str:
        """As an engine does."""
        return self._engine.note(incident, text)

    def stop(self) -> None:
        """Ends `run`."""
        self._engine.stop()

    def _look_at_the_time(self, told: Told) -> None:
        """A listener: the cycles themselves tell when the night is over."""
        if self._over or told.at < ENDS_AT or (_in_incident(told.state) and told.at < GIVES_UP_AT):
            return
        self._over = True
        self.clock.set_speed(1.0)
        if self._ends_by_itself:
            self.stop()
        else:
            self._shell.unshown(OVER)


def _in_incident(state: State) -> bool:
    return any(surface.incident is not None for surface in state.surfaces.values())
