"""What all tests share: displays, a sound server, and no silent skips in CI."""

import os
from collections.abc import Generator

import pytest

pytest_plugins = ["pulse", "xvfb"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI everything is installed: a skipped test is a broken machine, not a lucky escape."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {report.longrepr}"
    return report
