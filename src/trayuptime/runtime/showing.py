"""Shows what is told on the desktop: the first notice at once, what follows within a moment together."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from trayuptime.core.gathering import Deed, Gathering, Show, gather, resume
from trayuptime.core.model import Instant
from trayuptime.core.notice import News, Notice, Renew, Withdrawal
from trayuptime.system.notifications import Notifier

MOMENT_S = 1.0
"""How long, in real seconds, what follows a notice waits for more: a burst changes its bubble once."""
END_S = 0.5
"""How long a notification server may hold the exit."""


class Showing:
    """Lives on the engine's loop, between what is told and the notifier.

    Attributes:
        begun: it was told what is still true of what an earlier run has shown.
    """

    def __init__(self, notifier: Notifier, unshown: Callable[[Notice], None]) -> None:
        """Nothing is shown yet.

        Args:
            notifier: shows it; let go of in the end.
            unshown: takes the notices that nobody could show.
        """
        self._notifier = notifier
        self._unshown = unshown
        self._gathering = Gathering()
        self._said: dict[str, tuple[Show, Notice]] = {}
        """By key, the bubble that was asked for last, and what it is to say by now."""
        self._news: list[News] = []
        self._told_at: Instant = 0
        self._moment: asyncio.TimerHandle | None = None
        self._beginning: asyncio.Task[None] | None = None
        self.begun = False
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, names: Mapping[str, str]) -> None:
        """Takes up what an earlier run has left on the screen; what is over goes, and news waits for that.

        Args:
            names: the display names, by id, of the providers of whom what was said may still be true.
        """
        self.begun = True
        self._beginning = asyncio.get_running_loop().create_task(self._begin(names))

    def take(self, news: Iterable[News], at: Instant) -> None:
        """Shows it, now or in a moment.

        Args:
            news: in order.
            at: when it was told.
        """
        self._news += news
        self._told_at = at
        if self._moment is None:
            self._show()

    async def aclose(self) -> None:
        """Shows what still waits; a server that hangs may not hold the exit."""
        if self._beginning is not None:
            await asyncio.wait({self._beginning}, timeout=END_S)
            self._beginning.cancel()
            self._beginning = None
        self._show()
        if self._moment is not None:
            self._moment.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=END_S)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._notifier.aclose()

    async def _begin(self, names: Mapping[str, str]) -> None:
        left, deeds = resume(await self._notifier.take_up(), names)
        self._gathering = replace(self._gathering, groups={**left.groups, **self._gathering.groups})
        self._beginning = None
        for deed in deeds:
            self._set_about(deed)
        self._show()

    def _show(self) -> None:
        if self._moment is not None:
            self._moment.cancel()
            self._moment = None
        if not self._news or self._beginning is not None:
            return
        loop = asyncio.get_running_loop()
        self._moment = loop.call_later(MOMENT_S, self._show)
        self._gathering, deeds = gather(self._gathering, self._news, self._told_at)
        self._news = []
        for deed in deeds:
            self._set_about(deed)

    def _set_about(self, deed: Deed) -> None:
        self._note(deed)
        task = asyncio.get_running_loop().create_task(self._do(deed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _note(self, deed: Deed) -> None:
        match deed:
            case Show(notice, instead_of):
                if instead_of is not None:
                    self._said.pop(instead_of, None)
                self._said[notice.key] = deed, notice
            case Renew(notice) if notice.key in self._said:
                self._said[notice.key] = self._said[notice.key][0], notice
            case Withdrawal(key):
                self._said.pop(key, None)
            case Renew():  # of a bubble that an earlier run has left
                pass

    async def _do(self, deed: Deed) -> None:
        match deed:
            case Show(notice, instead_of):
                if not await self._notifier.show(notice, instead_of):
                    self._hand_on(deed)
            case Renew(notice):
                await self._notifier.renew(notice)
            case Withdrawal(key):
                await self._notifier.close(key)

    def _hand_on(self, deed: Show) -> None:
        """What could not be shown is said elsewhere, as it is by now: a server that hangs takes its time."""
        if self._news:
            self._show()
        last, said = self._said.get(deed.notice.key, (None, deed.notice))
        if last is deed:
            self._unshown(said)
