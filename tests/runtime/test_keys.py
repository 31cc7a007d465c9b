"""The user's keys: which are there, which are not, and which nobody could look at."""

import asyncio

from runtime.world import config
from trayuptime.runtime.keys import KeyReader


def test_a_key_in_no_keyring_that_opens_may_be_there_and_one_in_no_variable_is_not() -> None:
    lines = {"a": 'key = "keyring"', "b": 'key = "env:NOT_SET"', "c": 'key = "env:SET"'}
    reader = KeyReader({"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "SET": "sk-1"})

    keys = asyncio.run(reader(config("a", "b", "c", **lines).providers))

    assert keys.secrets == {"c": "sk-1"}
    assert keys.unread == {"a"}
    assert keys.troubles.keys() == {"a", "b"}
