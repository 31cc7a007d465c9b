"""Makes the tray app's engine, in the engine's own thread: it may read files and take its time."""

from trayuptime.cli.common import Place
from trayuptime.config.load import load
from trayuptime.config.problems import ConfigError
from trayuptime.config.values import Config
from trayuptime.core.model import Rules
from trayuptime.runtime.clock import SystemClock
from trayuptime.runtime.engine import Engine, Shell
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.memory import keep_loaded
from trayuptime.runtime.told import Listener
from trayuptime.system.logs import start_log
from trayuptime.ui.commands import Source


def tray_engine(place: Place) -> Source:
    """What `app.run` needs; a broken configuration is told in the window and watched until it is mended."""
    keys = KeyReader(place.environ)
    started: list[object] = []

    def make(listeners: tuple[Listener, ...], shell: Shell) -> Engine:
        if not started:
            started.append(start_log(place.home.log_path, keys.clean))
        trouble: str | None = None
        try:
            config = load(place.home.config_file)
        except ConfigError as error:
            config, trouble = Config(rules=Rules(), exists=False), str(error)
        return Engine(
            place.home,
            config,
            clock=SystemClock(),
            keys=keys,
            listeners=(*listeners, keep_loaded()),
            shell=shell,
            config_file=place.home.config_file,
            config_trouble=trouble,
        )

    return make
