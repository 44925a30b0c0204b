"""Which of these tests mean something where nothing is compiled."""

from v1z3r_core.kernels.policy import compiling

# With NUMBA_DISABLE_JIT=1 there are no kernels that entries could be made of, and none to choose.
collect_ignore = [] if compiling() else ["test_backend.py", "test_emit.py"]
