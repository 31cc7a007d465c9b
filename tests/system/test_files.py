import asyncio
import contextlib
import ctypes  # noqa: F401 - imported before files can no longer be opened
import os
import resource
import shutil
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from trayuptime.system.files import FileWatch, watch_file

WAYS = [
    pytest.param({}, id="told by the kernel"),
    pytest.param({"ask_kernel": False, "look_every_s": 0.01}, id="looking"),
]


class _Watched:
    def __init__(self, watch: FileWatch, changed: asyncio.Queue[None]) -> None:
        self.watch = watch
        self._changed = changed

    async def change(self) -> None:
        async with asyncio.timeout(5):
            await self._changed.get()


@contextlib.asynccontextmanager
async def _watching(path: Path, **options: Any) -> AsyncIterator[_Watched]:
    changed = asyncio.Queue[None]()
    options.setdefault("settle_s", 0.01)
    with watch_file(path, lambda: changed.put_nowait(None), **options) as watch:
        yield _Watched(watch, changed)


def _run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario()

    asyncio.run(run())


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _replace(path: Path, text: str) -> None:
    new = path.with_name(".new")
    new.write_text(text)
    new.replace(path)


@pytest.mark.parametrize("options", WAYS)
def test_writing_replacing_removing_and_making_again_are_told(
    options: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("one")

    async def scenario() -> None:
        async with _watching(path, **options) as watched:
            path.write_text("two!")
            await watched.change()
            _replace(path, "three")
            await watched.change()
            path.unlink()
            await watched.change()
            path.write_text("four")
            await watched.change()
            path.chmod(0o400)
            await watched.change()

    _run(scenario)


@pytest.mark.parametrize("options", WAYS)
def test_a_directory_may_come_later_and_go_and_come_again(options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "config.toml"

    async def scenario() -> None:
        async with _watching(path, **options) as watched:
            for text in ("one", "two"):
                path.parent.mkdir(parents=True)
                path.write_text(text)
                await watched.change()
                shutil.rmtree(tmp_path / "a")
                await watched.change()

    _run(scenario)


def test_a_directory_moved_away_and_replaced_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "a" / "config.toml"
    path.parent.mkdir()
    path.write_text("one")

    async def scenario() -> None:
        async with _watching(path) as watched:
            path.parent.rename(tmp_path / "old")
            path.parent.mkdir()
            await watched.change()
            path.write_text("two")
            await watched.change()

    _run(scenario)


@pytest.mark.parametrize("options", WAYS)
def test_the_file_behind_a_link_is_watched_and_the_link_too(options: dict[str, Any], tmp_path: Path) -> None:
    for name in ("dotfiles", "others", "config"):
        (tmp_path / name).mkdir()
    real, other, path = (tmp_path / name / "c.toml" for name in ("dotfiles", "others", "config"))
    real.write_text("one")
    other.write_text("other one")
    path.symlink_to(real)

    async def scenario() -> None:
        async with _watching(path, **options) as watched:
            _replace(real, "two!")
            await watched.change()
            path.unlink()
            path.symlink_to(other)
            await watched.change()
            other.write_text("another one")
            await watched.change()

    _run(scenario)


def test_other_files_of_the_directory_are_not_our_business(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("one")

    async def scenario() -> None:
        looked = asyncio.Event()
        changed: list[None] = []

        class Noticed(FileWatch):
            def _look(self) -> None:
                super()._look()
                looked.set()

        with Noticed(path, lambda: changed.append(None), 0, 5) as watch:
            watch.start(ask_kernel=True)
            await looked.wait()
            looked.clear()
            (tmp_path / "other").write_text("x")
            await looked.wait()

            assert changed == []

    _run(scenario)


def test_nothing_is_awake_while_nothing_happens(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    async def scenario() -> None:
        threads = threading.active_count()
        async with _watching(path) as watched:
            path.write_text("one")
            await watched.change()

            assert not watched.watch.looks
            assert watched.watch._timer is None
            assert threading.active_count() == threads

    _run(scenario)


def test_after_closing_no_call_comes_and_nothing_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    async def scenario() -> None:
        open_before = _open_files()
        changed: list[None] = []
        watch = watch_file(path, lambda: changed.append(None))
        path.write_text("one")
        watch.close()
        watch.close()
        await asyncio.sleep(0)

        assert changed == []
        assert watch._timer is None
        assert _open_files() == open_before

    _run(scenario)


def test_where_the_kernel_has_no_watch_left_it_looks(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    async def scenario() -> None:
        first_free = os.open("/dev/null", os.O_RDONLY)
        os.close(first_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (first_free, hard))
        try:
            watching = watch_file(path, lambda: None)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        with watching:
            assert watching.looks

    _run(scenario)
