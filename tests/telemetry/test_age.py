import subprocess
import sys
import time

from v1z3r_core.telemetry.age import process_age_seconds


def test_the_age_grows_with_the_clock():
    before = process_age_seconds()
    time.sleep(0.1)
    assert abs(process_age_seconds() - before - 0.1) < 0.05


def test_a_new_process_is_as_old_as_its_parent_says():
    began = time.monotonic()
    code = "from v1z3r_core.telemetry.age import process_age_seconds as a; print(a())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < float(said.stdout) < time.monotonic() - began + 0.02
