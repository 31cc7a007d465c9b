"""Puts our keyring into the place of keyring's own Secret Service, so that the list of allowed ones holds."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

PLACE = "keyring.backends.SecretService"


class Finder:
    """Found before keyring's own; nothing is loaded until keyring asks for it."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        if name != PLACE:
            return None
        return spec_from_file_location(name, Path(__file__).with_name("secret_service.py"))


sys.meta_path.insert(0, Finder)
