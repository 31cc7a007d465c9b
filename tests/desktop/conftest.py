"""Desktops for tests: `desktop` has everything, `bare_desktop` only X and a bus, `make_desktop` anything."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from desktop.app import Artefacts, artefacts_folder
from desktop.bed import NOTHING, Desktop, install_line, missing_programs, open_desktop
from desktop.vendors import running_llmocks, vendors

__all__ = ["running_llmocks", "vendors"]

MakeDesktop = Callable[..., Desktop]
"""Takes what `open_desktop` takes after its folder."""
_FAILED = pytest.StashKey[bool]()


@pytest.fixture
def make_desktop(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[MakeDesktop]:
    """Open desktops; at the end they are gone, and a failed test shows their logs."""
    # Not a skip: a machine that cannot show the desktop tests has not passed them.
    if missing := missing_programs():
        pytest.fail(f"the test desktop lacks {', '.join(missing)}: {install_line()}")
    with ExitStack() as stack:

        def make(**options: Any) -> Desktop:
            # A short name of its own: sockets are made below it.
            desktop = stack.enter_context(open_desktop(tmp_path_factory.mktemp("desktop"), **options))
            stack.callback(tell_if_failed, desktop)
            return desktop

        def tell_if_failed(desktop: Desktop) -> None:
            if request.node.stash.get(_FAILED, False):
                print(desktop.told())  # noqa: T201  pytest shows it below the failure

        yield make


@pytest.fixture
def desktop(make_desktop: MakeDesktop) -> Desktop:
    return make_desktop()


@pytest.fixture
def bare_desktop(make_desktop: MakeDesktop) -> Desktop:
    return make_desktop(parts=NOTHING)


@pytest.fixture
def artefacts(request: pytest.FixtureRequest) -> Artefacts:
    """Where this test leaves its pictures and figures."""
    name = request.node.name.removeprefix("test_")
    return Artefacts(artefacts_folder() / request.node.path.stem.removeprefix("test_") / name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test that it failed, for the fixtures that end after it."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report
