"""Hot loops: arrays in, arrays out, compiled by Numba."""
