"""Functions of the C library that compiled kernels may call, and where they come from.

glibc keeps old versions of a function beside the new one, and a library that does not say which
it means gets the oldest: for the logarithms a slower one, wrapped for the sake of errno.
"""

from v1z3r_core.kernels.elftables import Origin

_MATH, _C = "libm.so.6", "libc.so.6"

# By the version in which x86-64 glibc gave each its present form, `readelf -V libm.so.6`. 2.29
# (2019) is the newest that is asked for; nothing younger, hypot of 2.35 say, is allowed.
_BY_VERSION = {
    (_MATH, "GLIBC_2.2.5"): (
        "acos acosf asin asinf atan atanf atan2 atan2f cbrt cbrtf ceil ceilf copysign copysignf "
        "cos cosf cosh coshf expm1 expm1f floor floorf fmod fmodf ldexp ldexpf log10 log10f "
        "log1p log1pf nearbyint nearbyintf rint rintf round roundf sin sinf sincos sincosf sinh "
        "sinhf sqrt sqrtf tan tanf tanh tanhf trunc truncf"
    ),
    (_MATH, "GLIBC_2.27"): "expf exp2f logf log2f powf",
    (_MATH, "GLIBC_2.29"): "exp exp2 log log2 pow",
    (_C, "GLIBC_2.2.5"): "memcmp memmove memset",
    (_C, "GLIBC_2.14"): "memcpy",
    (_C, "GLIBC_2.17"): "clock_gettime",
}

IMPORTS = {
    name: Origin(library, version)
    for (library, version), names in _BY_VERSION.items()
    for name in names.split()
}
