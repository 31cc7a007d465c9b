"""Which bubbles stand on the screen, in a small file: the next run alone can take them away."""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trayuptime.core.gathering import Left
from trayuptime.core.notice import Sign, Urgency
from trayuptime.system.whole_file import whole_file

_SCHEMA = 1
_LARGEST_ID = (1 << 32) - 1

_log = logging.getLogger(__name__)


class Standing:
    """Lives on the notifier's loop; the file is read and written in threads, one writing after the other."""

    def __init__(self, path: Path) -> None:
        """Touches nothing yet."""
        self._path = path
        self._wanted = self._written = ""
        self._writing: asyncio.Task[None] | None = None

    async def read(self) -> tuple[str, dict[Left, int]]:
        """Whose numbers the earlier run has kept, and the bubbles with these."""
        return await asyncio.to_thread(_read, self._path)

    def keep(self, life: str, bubbles: Mapping[Left, int]) -> None:
        """Remembers these for the next run.

        Args:
            life: of the server that gave the numbers, as no other ever has it.
            bubbles: their numbers.
        """
        self._wanted = _text_of(life, bubbles)
        if self._writing is None and self._wanted != self._written:
            self._writing = asyncio.create_task(self._write(), name="standing bubbles")

    async def aclose(self) -> None:
        """Waits for a writing under way."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._wanted != self._written:
            text = self._wanted
            await asyncio.to_thread(_write, self._path, text)
            self._written = text  # a full disk is not asked again for the same
        self._writing = None


def _read(path: Path) -> tuple[str, dict[Left, int]]:
    try:
        found = json.loads(path.read_bytes())
        if found["schema"] != _SCHEMA:
            return "", {}
        return str(found["server"]), dict(map(_bubble_of, found["bubbles"]))
    except FileNotFoundError:
        return "", {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _log.info("which bubbles an earlier run has left cannot be read: %s", error)
        return "", {}


def _bubble_of(found: dict[str, Any]) -> tuple[Left, int]:
    number = int(found["id"])
    if not 0 < number <= _LARGEST_ID:
        raise ValueError(f"no bubble has the number {number}")
    of = tuple(map(str, found["of"]))
    return Left(str(found["key"]), Urgency(found["urgency"]), Sign(found["sign"]), of), number


def _text_of(life: str, bubbles: Mapping[Left, int]) -> str:
    standing = [
        {"id": number, "key": left.key, "urgency": left.urgency, "sign": left.sign, "of": left.of}
        for left, number in bubbles.items()
    ]
    return json.dumps({"schema": _SCHEMA, "server": life, "bubbles": standing}) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        with whole_file(path) as out:
            out.write(text.encode())
    except OSError as error:
        _log.info("which bubbles stand on the screen is not kept: %s", error)
