"""A network that has just changed, or this computer just awake: only answers count until it has settled.

Name servers and routes come back one by one. A failure that began in that time, or was on its way when it
began, says nothing of the vendor and is asked again soon; an answer is an answer.
"""

from trayuptime.core import schedule
from trayuptime.core.model import Key, Reach, Rules, Service
from trayuptime.core.reasons import NETWORK_FAILURES
from trayuptime.core.state import State
from trayuptime.runtime.flights import Landing

AFTER_CHANGE_S = 1.0
"""How long nobody is asked after a change of the network."""
AFTER_SLEEP_S = 3.0
"""The same after waking, when the network has to be found first."""
LONGEST_HOLD_S = 2.0
"""Changes that follow one another hold the questions back no longer than this, from the first on."""
SETTLED_AFTER_S = 5.0
"""How long failures do not count, from the end of the silence on."""
AGAIN_S = 1.0
"""When a failure that did not count is asked again."""


class Settling:
    """Times are monotonic seconds of the engine's clock.

    Attributes:
        hold_until_s: nobody is asked before.
    """

    def __init__(self) -> None:
        self.hold_until_s = float("-inf")
        self._since_s = float("-inf")
        self._until_s = float("-inf")

    def begin(self, now_s: float, hold_s: float) -> None:
        """Something changed; again while it settles, it settles anew."""
        if now_s >= self._until_s:
            self._since_s = now_s
            self.hold_until_s = now_s + hold_s
        else:
            latest_s = max(self.hold_until_s, self._since_s + LONGEST_HOLD_S)
            self.hold_until_s = min(now_s + hold_s, latest_s)
        self._until_s = now_s + hold_s + SETTLED_AFTER_S

    def spoils(self, landing: Landing) -> bool:
        """Whether a probe that was asked before it is over failed in a way that a network can make it fail.

        An answer that broke off in its middle is such a failure, too: a VPN that comes up cuts connections.
        """
        result = landing.result
        if landing.began_s >= self._until_s or result.reach is Reach.LOOPBACK:
            return False
        return result.reason in NETWORK_FAILURES or (result.needs_witness and result.http_status is None)


def is_doubtful(state: State, key: Key, rules: Rules) -> bool:
    """Whether another network may tell something else of a surface; the judge names those that wait."""
    surface = state.surface(key)
    target = state.watched.get(key)
    return (
        schedule.in_doubt(state, key, rules)
        or surface.service is Service.DOWN
        or (target is not None and target.reach in state.blind_since)
    )
