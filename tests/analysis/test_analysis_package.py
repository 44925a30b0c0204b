"""What importing the package costs."""

import subprocess
import sys


def test_the_package_alone_loads_no_compiler():
    program = (
        "import sys, v1z3r_core.analysis; print(sorted({'numba', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"
