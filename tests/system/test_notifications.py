"""The notifier of a machine that has none."""

import asyncio

from trayuptime.core.notice import Notice, Sign, Urgency
from trayuptime.system.notifications import Notifier, NullNotifier


def test_the_null_notifier_shows_nothing_and_says_so() -> None:
    async def show_and_end(notifier: Notifier) -> bool:
        notice = Notice("x", "X is down", "", Urgency.CRITICAL, sign=Sign.DOWN)
        shown = await notifier.show(notice, "y")
        await notifier.renew(notice)
        await notifier.close("x")
        await notifier.aclose()
        return shown

    assert not asyncio.run(show_and_end(NullNotifier()))
