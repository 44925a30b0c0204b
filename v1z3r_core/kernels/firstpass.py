"""The first pass: weight, pack, transform by radix 8, turn lanes into blocks."""

from typing import Any

from v1z3r_core.kernels.butterfly import butterfly, order, transposed
from v1z3r_core.kernels.twiddles import FIRST_RADIX, WIDE_LANES
from v1z3r_core.kernels.vectors import Complex, declared, factor_group, loop, product, total


def first_pass(module: Any, lanes: int) -> Any:
    """The pass as a function of which a module gets one per number of lanes.

    Emits ``void (samples, window, twiddles, out, step)`` with step = N/16, a multiple of the
    lanes.
    """
    name = f"v1z3r_fft_first_{lanes}"
    if name in module.globals:
        return module.globals[name]
    function, b, (samples, window, twiddles, out, step) = declared(module, name, lanes, 4, 1)
    one = twiddles.spread()  # the first factor, which is 1, as only tables know
    with loop(b, 0, step, lanes) as p:
        values = []
        for k in range(FIRST_RADIX):
            place = product(b, 2, total(b, p, product(b, step, k)))
            low, high = (
                samples.at(place, shift).vector() * window.at(place, shift).vector()
                for shift in (0, lanes)
            )
            even = [2 * element for element in order(lanes)]
            odd = [lane + 1 for lane in even]
            values.append(Complex(low.pick(high, even), low.pick(high, odd)))
        values = butterfly(values, one)
        factors = factor_group(twiddles, p, FIRST_RADIX - 1)
        for j in range(1, FIRST_RADIX):
            values[j] *= factors.at(2 * WIDE_LANES * (j - 1)).vectors(WIDE_LANES)
        re = transposed([value.re for value in values], lanes)
        im = transposed([value.im for value in values], lanes)
        rows = out.at(product(b, p, 2 * FIRST_RADIX))
        for row, part in re.items():
            rows.at(2 * FIRST_RADIX * row).put_block(Complex(part, im[row]))
    b.ret_void()
    return function
