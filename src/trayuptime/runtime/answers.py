"""One billed answer, within the leave that was given for it."""

from collections.abc import Callable

from trayuptime.config.values import ProviderConfig
from trayuptime.core.model import Instant, Result
from trayuptime.core.reasons import Reason
from trayuptime.probes import ask_whole, completion
from trayuptime.probes.ask import Asker
from trayuptime.runtime.spending import Leave, Spending


async def answer(
    provider: ProviderConfig,
    secret: str | None,
    leave: Leave,
    *,
    spending: Spending,
    asker: Asker,
    now: Callable[[], Instant],
) -> Result | None:
    """What came; of a model that is gone the next one's, `None` where that may not be paid."""
    while True:
        order = completion.order(provider, leave.model.id, secret)
        result, _ = await ask_whole(order, asker, now)
        spending.settle(leave, result)
        if result.reason is not Reason.MODEL_MISSING or not spending.retire(provider, leave):
            return result
        again = spending.leave_for_next(provider)
        if again is None:
            return None
        leave = again
