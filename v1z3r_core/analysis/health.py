"""How the compiled kernels are kept, for whoever looks after the machine."""

from v1z3r_core.kernels.policy import KernelCache, kernel_cache

__all__ = ["KernelCache", "kernel_cache"]
