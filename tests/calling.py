"""Single kernels called from Python, whether they were compiled or not."""

from v1z3r_core.kernels.packing import pack
from v1z3r_core.kernels.policy import compiling


def given(values):
    """A named tuple the way a kernel takes it: described, or as it is with NUMBA_DISABLE_JIT=1.

    What was described keeps the tuple's arrays alive; keep it over a loop, it takes a while.
    """
    return pack(values) if compiling() else values
