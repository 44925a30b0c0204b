"""The kernels without a compiler: NumPy only, on the same tables, memory and rows.

What moves the picture while the compiled kernels are still being built, and for good where
``V1Z3R_KERNELS=numpy`` asks for it. Each module states as vectors what its namesake in
`v1z3r_core.kernels` does in loops, and tests hold the two against each other, within what
`tests/kernels/test_plain_hop.py` states for each value.
"""
