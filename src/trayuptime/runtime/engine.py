"""Everything that watches, put together: configuration, history, transport, poller, socket, notifications."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trayuptime
from trayuptime.config.load import load
from trayuptime.config.overlay import OVERLAY_FILE
from trayuptime.config.problems import ConfigError
from trayuptime.config.values import Config
from trayuptime.core import contract, hush
from trayuptime.core.notes import UnfitNoteError, note_text
from trayuptime.core.notice import Notice, has_news
from trayuptime.core.pauses import Snooze
from trayuptime.history import History, HistoryError, UnknownIncidentError
from trayuptime.net.transport import Transport
from trayuptime.runtime.clock import Clock, local_time
from trayuptime.runtime.key_files import KeyFiles
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.showing import Showing
from trayuptime.runtime.told import Listener, Told
from trayuptime.system.control import ControlServer, ControlUnavailableError, serve
from trayuptime.system.files import watch_file
from trayuptime.system.installation import offset_s
from trayuptime.system.network import find_facts, watch_network
from trayuptime.system.notifications import Notifier, NullNotifier
from trayuptime.system.paths import Home
from trayuptime.system.sleep import find_sleep_clock, watch_sleep
from trayuptime.system.zone import SystemZone

USER_AGENT = f"TrayUptime/{trayuptime.__version__} (+https://pypi.org/project/trayuptime/)"
"""Who asks, honestly, and where an operator can read about it."""

FILE_WAIT_S = 1.0
"""For somebody else who is writing the configuration, while nothing is asked."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shell:
    """What a user interface may offer the engine; a headless engine has none of it.

    Attributes:
        raise_window: shows the window, with the activation token of whoever asked; `False` if there is none.
        notifier: makes the notifier, on the engine's loop, from what a pressed button calls.
        unshown: takes the notices that nobody could show.
        noted: hears that somebody noted or ticked something at the incident of a number.
    """

    raise_window: Callable[[str], bool] = lambda _token: False
    notifier: Callable[[Callable[[str, str, str], None]], Notifier] = lambda _on_action: NullNotifier()
    unshown: Callable[[Notice], None] = lambda _notice: None
    noted: Callable[[int], None] = lambda _incident: None


class Engine:
    """One engine of one home. `run` is its life; everything else is called on its loop."""

    def __init__(
        self,
        home: Home,
        config: Config,
        *,
        clock: Clock,
        keys: KeyReader,
        listeners: tuple[Listener, ...] = (),
        shell: Shell | None = None,
        config_file: Path | None = None,
        config_trouble: str | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            home: whose lock the caller holds.
            config: what to watch at first.
            clock: the computer's, or a faster one.
            keys: reads the user's keys.
            listeners: told after each commit.
            shell: the user interface, if there is one.
            config_file: watched and re-read; `None` for a configuration that is in no file.
            config_trouble: why that file could not be used at the start, a sentence.
        """
        self._home = home
        self._config = config
        self._clock = clock
        self._keys = keys
        self._listeners = listeners
        self._shell = shell or Shell()
        self._config_file = config_file
        self._key_files: KeyFiles | None = None
        self._config_trouble = config_trouble
        self._showing: Showing | None = None
        self._ends = asyncio.Event()
        self.poller: Poller | None = None

    async def run(self) -> None:
        """Watches until `stop`.

        Raises:
            NewerHistoryError: a later version wrote the history, and it stays as it is.
            ConfigError: never; a bad edit keeps the last good configuration.
        """
        history = History.open_or_wait(self._home.history_path, _stamp)
        transport = Transport(self._clock.now, USER_AGENT, facts=find_facts())
        transport.warm_up()
        self._showing = Showing(self._shell.notifier(self._pressed), self._shell.unshown)
        self.poller = poller = Poller(
            self._config,
            clock=self._clock,
            transport=transport,
            history=history,
            read_keys=self._keys,
            slept_s=find_sleep_clock(),
            offset_s=offset_s(self._home.data_dir),
            local_time=local_time,
            zone=SystemZone(),
            listeners=(*self._listeners, self._show_notices),
        )
        control = await self._open_control()
        try:
            async with contextlib.AsyncExitStack() as stack:
                if self._config_file is not None:
                    stack.enter_context(watch_file(self._config_file, self._reread_config))
                    own_catalogue = self._config_file.with_name(OVERLAY_FILE)
                    stack.enter_context(watch_file(own_catalogue, self._reread_catalogue))
                self._key_files = stack.enter_context(KeyFiles(poller.reread_key_file))
                self._key_files.follow(self._config.providers)
                # From here to the poller's first turn nothing may wait, for these call it.
                stack.callback(watch_network(poller.change_network).close)
                stack.push_async_callback(watch_sleep(poller.fall_asleep, poller.wake_up).aclose)
                if self._ends.is_set():
                    poller.stop()
                poller.note_config_trouble(self._config_trouble or _catalogue_trouble(self._config))
                await poller.run()
        finally:
            if control is not None:
                await control.close()
            await self._showing.aclose()
            history.close()

    def stop(self) -> None:
        """Ends `run`, with everything on disk."""
        self._ends.set()
        if self.poller is not None:
            self.poller.stop()

    def unlock_keyring(self) -> None:
        """The user is there to unlock it: a keyring that refused is asked once more for every key."""
        self._keys.ask_again()
        if self.poller is not None:
            self.poller.reread_keys()

    def tick(self, incident: int, item: str, *, done: bool, by: str = "") -> str:
        """Ticks an item of an incident's playbook, or takes that back.

        Args:
            incident: its number.
            item: its label, see `core.ticks`.
            done: ticked, or not any more.
            by: who, if that is to be kept.

        Returns:
            A sentence on why it was not written; empty where it was.
        """
        poller = self.poller
        if poller is None:
            return "Watching has not begun yet; nothing was ticked."
        if any(self._keys.clean(part) != part for part in (item, by)):  # cleaned, it would name another item
            return (
                "What looks like a key stands in that item or name, and is kept nowhere. It was not ticked."
            )
        try:
            poller.tick(incident, item, done=done, by=by)
        except UnfitNoteError as error:
            return f"What is to be ticked {error}. It was not ticked."
        except (HistoryError, UnknownIncidentError) as error:
            return str(error)
        self._shell.noted(incident)
        return ""

    def note(self, incident: int, text: str) -> str:
        """Keeps what somebody knows of an incident; what looks like a key in it is left out.

        Returns:
            A sentence on why it was not written; empty where it was.
        """
        if self.poller is None:
            return "Watching has not begun yet; nothing was written."
        error: str = self._note(incident, text).get("error", "")
        return error

    async def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answers one request over the private socket; see `cli/remote.py` for the asking side."""
        poller = self.poller
        assert poller is not None
        match request:
            case {"do": "ping"}:
                return {"ok": True}
            case {"do": "raise"}:
                return {"ok": self._shell.raise_window(str(request.get("token", "")))}
            case {"do": "check_now"}:
                poller.check_now()
                return {"ok": True}
            case {"do": "pause", "until": int() | None as until}:
                poller.pause(until)
                return {"ok": True}
            case {"do": "resume"}:
                poller.resume()
                return {"ok": True}
            case {"do": "quit"}:
                self.stop()
                return {"ok": True}
            case {"do": "keys"}:
                self.unlock_keyring()
                return {"ok": True}
            case {"do": "reread"} if self._config_file is not None:
                self._reread_config(deliberate=True)
                return {"ok": True}
            case {"do": "rename", "from": str() as old, "to": str() as new}:
                return self._rename(old, new)
            case {"do": "note", "incident": int() as number, "text": str() as text}:
                return self._note(number, text)
            case {"do": "tick", "incident": int() as number, "item": str() as item, "done": bool() as done}:
                by = request.get("by")
                trouble = self.tick(number, item, done=done, by=by if isinstance(by, str) else "")
                return {"error": trouble} if trouble else {"ok": True}
            case {"do": "merge", "path": str() as path}:
                return await _errand(poller.merge(Path(path)))
            case {"do": "distrust", "sums": list() as sums}:
                return self._distrust(sums)
            case {"do": "compact"}:
                return await _errand(poller.compact())
            case {"do": "hush", "incident": int() as number, "until": int() | None as until}:
                return self._hush(lambda: poller.hush([number], until))
            case {"do": "unhush", "incident": int() as number}:
                return self._hush(lambda: poller.unhush([number]))
            case {"do": "switch", "to": str() as to}:
                try:
                    switch = poller.switch(to)
                except KeyError:
                    return {"error": f"no provider {to!r} is being watched"}
                return {"ok": True, "from": switch.provider}
            case {"do": "switch_back"}:
                back = poller.switch_back()
                return {"ok": True, "to": None if back is None else back.to}
            case {"do": "suggest", "provider": str() as provider}:
                try:
                    return {"ok": True, "suggestion": contract.suggestion(await poller.suggest(provider))}
                except KeyError:
                    return {"error": f"no provider {provider!r} is being watched"}
        return {"error": "this engine does not know that request"}

    async def _open_control(self) -> ControlServer | None:
        try:
            return await serve(self._home.socket_path, self.answer)
        except ControlUnavailableError as error:
            _log.warning("commands cannot reach this engine: %s", error)
            return None

    def _rename(self, old: str, new: str) -> dict[str, Any]:
        """Both the file and the history in one go: nobody reads the one without the other."""
        from trayuptime.runtime import renaming  # noqa: PLC0415 - an engine's start does without writing files

        poller = self.poller
        assert poller is not None
        if self._config_file is None:
            return {"error": "this engine watches what is in no file"}
        try:
            renaming.rename(
                self._config_file,
                old,
                new,
                knows=poller.knows,
                carry=lambda config: poller.rename(old, new, config),
                wait_s=FILE_WAIT_S,
            )
        except renaming.TROUBLES as error:
            return {"error": str(error)}
        self._follow_key_files()
        return {"ok": True}

    def _note(self, number: int, text: str) -> dict[str, Any]:
        poller = self.poller
        assert poller is not None
        try:
            clean = note_text(self._keys.clean(text))
            poller.note(number, clean)
        except UnfitNoteError as error:
            return {"error": f"The note {error}. Nothing was written."}
        except (HistoryError, UnknownIncidentError) as error:
            return {"error": str(error)}
        self._shell.noted(number)
        return {"ok": True, "hidden": clean != text}

    def _hush(self, call: Callable[[], None]) -> dict[str, Any]:
        try:
            call()
        except hush.NothingToHushError as error:
            return {"error": str(error)}
        return {"ok": True}

    def _distrust(self, sums: list[Any]) -> dict[str, Any]:
        poller = self.poller
        assert poller is not None
        try:
            poller.distrust((int(surface), int(since), int(until)) for surface, since, until in sums)
        except HistoryError as error:
            return {"trouble": str(error)}
        except (TypeError, ValueError):
            return {"error": "a sum has a surface, a beginning and an end"}
        return {"ok": True}

    def _follow_key_files(self) -> None:
        if self._key_files is not None and self.poller is not None:
            self._key_files.follow(self.poller.config.providers)

    def _reread_config(self, *, deliberate: bool = False) -> None:
        assert self._config_file is not None
        assert self.poller is not None
        try:
            config = load(self._config_file)
        except ConfigError as error:
            sentence = f"The last good configuration stays in force: {error}"
            _log.error("%s", sentence)
            self.poller.note_config_trouble(sentence)
            return
        if not config.exists:
            self.poller.note_config_trouble(
                f"{self._config_file} is gone; the last good configuration stays in force."
            )
            return
        watching = any(provider.enabled for provider in self.poller.config.providers)
        if watching and not deliberate and not any(provider.enabled for provider in config.providers):
            # Saved in the middle of an edit, more likely than not; to watch nobody, quit or pause.
            self.poller.note_config_trouble(
                f"{self._config_file} names no provider; the last good configuration stays in force."
            )
            return
        _log.info("the configuration was read again: %d providers", len(config.providers))
        self.poller.reconfigure(config)
        self._follow_key_files()
        if (trouble := _catalogue_trouble(config)) is not None:
            _log.error("%s", trouble)
            self.poller.note_config_trouble(trouble)

    def _reread_catalogue(self) -> None:
        assert self.poller is not None
        if self.poller.config.exists:  # what is watched without a file is in nobody's catalogue but ours
            self._reread_config()

    def _show_notices(self, told: Told) -> None:
        if self._showing is not None:
            if told.watched and not self._showing.begun:  # before, the state is not that of the last run
                lasting = (one for one in told.watched if has_news(told.state, one.id))
                self._showing.begin({one.id: one.name for one in lasting})
            self._showing.take(told.notices, told.at)

    def _pressed(self, key: str, action: str, token: str) -> None:
        """A button of a bubble: `key` is the provider that it speaks of."""
        poller = self.poller
        if poller is None:
            return
        word, _, to = action.partition(":")
        match word:
            case "switch":
                with contextlib.suppress(KeyError):  # removed from the configuration meanwhile
                    poller.switch(to, leaving=key)
            case "back":
                poller.switch_back()
            case "snooze":
                with contextlib.suppress(hush.NothingToHushError):  # it has just ended
                    poller.snooze(hush.told_of(poller.state, key), Snooze.HOUR)
            case _:
                self._shell.raise_window(token)


async def _errand(errand: Coroutine[Any, Any, Mapping[str, Any]]) -> dict[str, Any]:
    """The answer to a command that waits until something is done to the history."""
    try:
        return {"ok": True, **await errand}
    except HistoryError as error:
        return {"trouble": str(error)}


def _catalogue_trouble(config: Config) -> str | None:
    """A sentence on the mistakes in the user's own catalogue, if it has any."""
    if not config.old_catalogue:
        return None
    wrong = "\n".join(str(warning) for warning in config.warnings if warning.file.endswith(OVERLAY_FILE))
    return f"{OVERLAY_FILE} has mistakes, so what it says now changes nothing: {wrong}"


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
