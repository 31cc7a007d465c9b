"""For how long single results are kept; what they add up to is kept for ever."""

from dataclasses import dataclass

DAY_S = 86_400
LEAST_S = 7 * DAY_S
"""Results of the last week are always there: what is usual is told from them."""


@dataclass(frozen=True, slots=True)
class Retention:
    """The user's choice.

    Attributes:
        answers_s: so old a result may become that is no failure, in seconds; `None` for ever.
        failures_s: the same of failures, with their evidence; never less than of answers.
        most_bytes: how much room the history may take before the oldest days go early; `None` for no limit.
    """

    answers_s: float | None = None
    failures_s: float | None = None
    most_bytes: int | None = None

    @property
    def is_endless(self) -> bool:
        """Nothing is ever forgotten."""
        return self == FOREVER


FOREVER = Retention()
