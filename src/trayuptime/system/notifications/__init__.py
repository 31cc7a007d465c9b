"""Where a notice goes to be seen: one small interface, a file per platform, and a twin that shows nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from trayuptime.core.gathering import Left
from trayuptime.core.notice import Notice

OnAction: TypeAlias = Callable[[str, str, str], None]
"""Called as (notice key, action id, activation token or "") when the user pressed a button."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An icon as pixels, so that whoever shows it needs neither a file nor a decoder.

    Attributes:
        width: pixels in a row.
        height: rows.
        rgba: `width * height * 4` bytes, red green blue alpha, top row first, alpha not premultiplied.
    """

    width: int
    height: int
    rgba: bytes


class Notifier(Protocol):
    """Shows notices; never raises for what the desktop lacks."""

    async def take_up(self) -> tuple[Left, ...]:
        """Take what an earlier run has left on the screen for its own, before anything else."""
        ...

    async def show(self, notice: Notice, instead_of: str | None = None) -> bool:
        """Show a notice, in place of the earlier one of the same key.

        Args:
            notice: what is to be shown.
            instead_of: the bubble of this key goes: it becomes this one, or where there is an earlier one of
                the notice's own key it is taken away.

        Returns:
            False when nobody is known to have shown it; saying it elsewhere is then the caller's job.
        """
        ...

    async def renew(self, notice: Notice) -> None:
        """Let the bubble of the notice's key say this from now on, if there is one on the screen."""
        ...

    async def close(self, key: str) -> None:
        """Take the bubble of this key off the screen, if there is one."""
        ...

    async def aclose(self) -> None:
        """Let go of the desktop; bubbles stay where they are. Later calls show nothing."""
        ...


class NullNotifier:
    """The notifier of a machine that has none."""

    async def take_up(self) -> tuple[Left, ...]:
        """There is nothing left."""
        return ()

    async def show(self, notice: Notice, instead_of: str | None = None) -> bool:  # noqa: ARG002  the interface's
        """Show nothing and say so."""
        return False

    async def renew(self, notice: Notice) -> None:
        """There is nothing to renew."""

    async def close(self, key: str) -> None:
        """There is nothing to close."""

    async def aclose(self) -> None:
        """There is nothing to let go of."""
