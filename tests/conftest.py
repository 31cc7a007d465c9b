"""For all tests: nothing may hide. A skipped test fails the run, here as in CI."""

import signal
from collections.abc import Generator

import pytest

_SKIPPED = pytest.StashKey[list[str]]()


def pytest_configure() -> None:
    # Run under nohup, every program that a test starts would inherit that a hang-up is ignored.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        item.config.stash.setdefault(_SKIPPED, []).append(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash.get(_SKIPPED, []):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name in config.stash.get(_SKIPPED, []):
        terminalreporter.write_line(f"skipped, which counts as failed: {name}", red=True)
