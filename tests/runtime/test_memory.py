"""The garbage collector passes over what was loaded, from the first answers on and never again."""

from core.builders import at, result
from trayuptime.core.state import Settled, State
from trayuptime.runtime.memory import keep_loaded
from trayuptime.runtime.told import Told


def test_what_is_loaded_is_kept_once_the_first_answer_is_told() -> None:
    frozen: list[int] = []
    listener = keep_loaded(lambda: frozen.append(1))

    listener(Told(at(0), State(), trouble="The configuration has a mistake."))
    assert not frozen

    answers = Told(at(30), State(), (Settled(result(30), proven=False),))
    listener(answers)
    listener(answers)
    assert frozen == [1]
