"""What all tests share: displays, a sound server, and no silent skips in CI."""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

from v1z3r_core.kernels.sources import supported

pytest_plugins = ["pulse", "xvfb"]

# As on a normal start, but never NumPy for as long as the library is being built: what a test
# sees must not depend on the time. An environment that says otherwise is respected.
os.environ.setdefault("V1Z3R_KERNELS", "native" if supported() else "jit")


# A limit in seconds would measure who else uses the machine; what must be fast is gated by ratios.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


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
