"""The transform kernels against scipy, against the definition and against theory."""

import ctypes

import naive
import numpy as np
import pytest
import scipy.fft
from llvmlite import binding, ir

from v1z3r_core.analysis.realfft import hann_window
from v1z3r_core.kernels import codelets, radix, twiddles
from v1z3r_core.kernels.fft import fft_bins, fft_power
from v1z3r_core.kernels.policy import compiling

# As plain Python the largest would take minutes.
LARGEST = 65_536 if compiling() else 512
VECTORISED = [size for size in (128 << k for k in range(10)) if size <= LARGEST]
PLAIN = [2, 4, 6, 10, 12, 30, 64, 90, 150, 240, 486, 1_000, 1_250, 4_500, 5_760, 48_000]
SIZES = sorted(VECTORISED + [size for size in PLAIN if size <= LARGEST])
ERROR = 2e-7  # relative RMS, against double precision


def relative_error(actual, expected):
    return np.sqrt(np.sum(np.abs(actual - expected) ** 2) / np.sum(np.abs(expected) ** 2))


def bins_of(samples, window=None):
    size = len(samples)
    window = np.ones(size, np.float32) if window is None else window
    out = np.full(size // 2 + 1, np.nan, np.complex64)
    work = np.full(twiddles.work_size(size), np.nan, np.float32)
    fft_bins(samples, window, twiddles.tables(size), work, out.view(np.float32))
    return out


def power_of(samples, window=None):
    size = len(samples)
    window = np.ones(size, np.float32) if window is None else window
    out = np.full(size // 2 + 1, np.nan, np.float32)
    work = np.full(twiddles.work_size(size), np.nan, np.float32)
    fft_power(samples, window, twiddles.tables(size), work, out)
    return out


@pytest.fixture
def noise():
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def of_width():
    """The vectorised transform with so many lanes, whichever this processor would take."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    engines = []

    def compiled(form, lanes):
        module = ir.Module("transform")
        module.triple = binding.get_process_triple()
        function = codelets.transform(module, form, lanes)
        function.linkage = ""  # what is merely to be merged is dropped when nobody calls it
        machine = binding.Target.from_triple(module.triple).create_target_machine(
            cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten()
        )
        engine = binding.create_mcjit_compiler(binding.parse_assembly(str(module)), machine)
        engine.finalize_object()
        engines.append(engine)
        arguments = [ctypes.c_void_p] * 5 + [ctypes.c_int64]
        address = engine.get_function_address(function.name)
        return ctypes.CFUNCTYPE(None, *arguments)(address)

    return compiled


@pytest.mark.parametrize("form", ["bins", "power"])
def test_eight_and_sixteen_lanes_give_the_same_bits(noise, of_width, form):
    narrow, wide = (of_width(form, lanes) for lanes in (twiddles.LANES, twiddles.WIDE_LANES))
    for size in VECTORISED:
        x, window = noise.normal(size=size).astype(np.float32), hann_window(size)
        table, work = twiddles.tables(size), np.empty(twiddles.work_size(size), np.float32)
        length = size + 2 if form == "bins" else size // 2 + 1
        one, other = np.zeros(length, np.float32), np.ones(length, np.float32)
        for transform, out in ((narrow, one), (wide, other)):
            arrays = [array.ctypes.data for array in (x, window, table, work, out)]
            transform(*arrays, size)
        np.testing.assert_array_equal(one.view(np.int32), other.view(np.int32), err_msg=str(size))
        expected = bins_of(x, window).view(np.float32) if form == "bins" else power_of(x, window)
        np.testing.assert_allclose(one, expected, rtol=0, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("size", SIZES)
def test_bins_agree_with_double_precision(noise, size):
    x, window = noise.uniform(-1, 1, size).astype(np.float32), hann_window(size)
    expected = scipy.fft.rfft(x.astype(np.float64) * window)
    assert relative_error(bins_of(x, window), expected) < ERROR


@pytest.mark.parametrize("size", SIZES)
def test_powers_are_those_of_the_bins(noise, size):
    x, window = noise.uniform(-1, 1, size).astype(np.float32), hann_window(size)
    expected = np.abs(scipy.fft.rfft(x.astype(np.float64) * window)) ** 2
    assert relative_error(power_of(x, window), expected) < 2 * ERROR


@pytest.mark.parametrize("size", [30, 64, 128, 256])
def test_the_transform_is_what_the_definition_says(noise, size):
    x, window = noise.normal(size=size).astype(np.float32), hann_window(size)
    assert relative_error(bins_of(x, window), naive.real_fft(x, window)) < ERROR


@pytest.mark.parametrize("size", VECTORISED)
def test_plain_and_vectorised_passes_agree(noise, size):
    x, window = noise.normal(size=size).astype(np.float32), hann_window(size)
    out, work = np.empty(size // 2 + 1, np.complex64), np.empty((4, size // 2), np.float32)
    passes, split = twiddles.pass_twiddles(size), twiddles.split_twiddles(size)
    radix.real_fft(x, window, passes, split, work, out.view(np.float32))
    assert relative_error(bins_of(x, window), out) < 2 * ERROR


@pytest.mark.parametrize("size", VECTORISED)
def test_every_impulse_is_white_with_the_right_phase(size):
    k = np.arange(size // 2 + 1)
    for place in {0, 1, 2, 7, 8, 15, size // 2 - 1, size // 2, size // 2 + 1, size - 1}:
        x = np.zeros(size, np.float32)
        x[place] = 1
        expected = np.exp(-2j * np.pi * (place * k % size) / size)
        np.testing.assert_allclose(bins_of(x), expected, atol=1e-6)
        np.testing.assert_allclose(power_of(x), 1, atol=2e-6)


@pytest.mark.parametrize("size", VECTORISED)
def test_a_sine_stands_in_its_own_bin(size):
    # Around every seam of the vectorised passes: ends, vectors of eight, quarters, the middle.
    seams = {1, 7, 8, 9, size // 8, size // 4 - 1, size // 4, size // 4 + 1, size // 2 - 8}
    for place in sorted(seams | {size // 2 - 1}):
        phase = 2 * np.pi * (place * np.arange(size) % size) / size
        power = power_of(np.sin(phase).astype(np.float32))
        assert power[place] == pytest.approx(size * size / 4, rel=1e-5)
        assert np.delete(power, place).max() < 1e-11 * size * size


@pytest.mark.parametrize("size", SIZES)
def test_constants_stand_at_zero_and_alternation_at_the_end(size):
    ones = np.ones(size, np.float32)
    at_zero, at_end = np.zeros(size // 2 + 1), np.zeros(size // 2 + 1)
    at_zero[0] = at_end[-1] = size
    np.testing.assert_allclose(bins_of(ones), at_zero, atol=1e-6 * size)
    ones[1::2] = -1
    np.testing.assert_allclose(bins_of(ones), at_end, atol=1e-6 * size)


@pytest.mark.parametrize("size", SIZES)
def test_silence_is_zero_and_the_ends_are_real(noise, size):
    assert not bins_of(np.zeros(size, np.float32)).any()
    bins = bins_of(noise.normal(size=size).astype(np.float32))
    assert bins[0].imag == 0
    assert bins[-1].imag == 0


@pytest.mark.parametrize("size", SIZES)
def test_energy_is_kept(noise, size):
    x = noise.normal(size=size).astype(np.float32)
    power = power_of(x).astype(np.float64)
    both_sides = 2 * power.sum() - power[0] - power[-1]
    assert both_sides / size == pytest.approx(np.sum(x.astype(np.float64) ** 2), rel=1e-6)


@pytest.mark.parametrize("size", VECTORISED[:4] + VECTORISED[6:7])
def test_equal_samples_give_equal_bits_wherever_they_lie(noise, size):
    x, window = noise.normal(size=size).astype(np.float32), hann_window(size)
    expected = bins_of(x, window)
    for shift in range(1, 17):
        room = np.empty(twiddles.work_size(size) + 16, np.float32)
        samples, out = np.empty(size + 16, np.float32), np.empty(size + 18, np.float32)
        samples[shift : shift + size] = x
        table = np.concatenate([np.zeros(shift, np.float32), twiddles.tables(size)])[shift:]
        there = out[shift % 3 : shift % 3 + size + 2]
        work = room[shift : shift + twiddles.work_size(size)]
        fft_bins(samples[shift : shift + size], window, table, work, there)
        np.testing.assert_array_equal(there, expected.view(np.float32))


@pytest.mark.parametrize("size", SIZES[::3])
def test_nothing_is_written_outside_what_was_given(noise, size):
    x = noise.normal(size=size).astype(np.float32)
    for kernel, length in ((fft_bins, size + 2), (fft_power, size // 2 + 1)):
        out = np.full(length + 32, 7, np.float32)
        work = np.full(twiddles.work_size(size) + 32, 7, np.float32)
        kernel(x, x, twiddles.tables(size), work[16:-16], out[16:-16])
        for guarded in (out, work):
            assert (guarded[:16] == 7).all()
            assert (guarded[-16:] == 7).all()


@pytest.mark.filterwarnings("ignore:invalid value")  # as plain Python, NumPy speaks up
@pytest.mark.parametrize("size", SIZES[::3])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_sample_shows_and_harms_no_later_transform(noise, size, bad):
    x = noise.normal(size=size).astype(np.float32)
    spoilt = x.copy()
    spoilt[size // 3] = bad
    window, table = np.ones(size, np.float32), twiddles.tables(size)
    work, out = np.zeros(twiddles.work_size(size), np.float32), np.empty(size + 2, np.float32)
    fft_bins(x, window, table, work, out)
    good = out.copy()
    fft_bins(spoilt, window, table, work, out)
    shown = out.copy()
    shown[[1, -1]] = np.nan  # the two ends have no imaginary part to spoil
    assert not np.isfinite(shown).any()
    fft_bins(x, window, table, work, out)
    np.testing.assert_array_equal(out, good)


@pytest.mark.parametrize("stride", [1, 4, 16])
def test_a_radix_4_pass_is_a_butterfly_of_four_and_its_twiddles(noise, stride):
    z = noise.normal(size=128) + 1j * noise.normal(size=128)
    length = 128 // stride
    used = sum(6 * (128 // s // 4) for s in (1, 4) if s < stride)
    out = np.empty(128, np.float32), np.empty(128, np.float32)
    parts = z.real.astype(np.float32), z.imag.astype(np.float32)
    radix.radix4_pass(*parts, twiddles.pass_twiddles(256)[used:], stride, *out)
    assert relative_error(out[0] + 1j * out[1], naive.radix4_pass(z, length, stride)) < 3e-7


@pytest.mark.parametrize("size", [0, 1, 7, 14, 22, 127])
def test_other_sizes_have_no_tables(size):
    with pytest.raises(ValueError, match=f"size is {size}, expected an even product"):
        twiddles.tables(size)


@pytest.mark.parametrize("size", VECTORISED)
def test_the_vectorised_factors_fill_the_room_they_are_said_to(size):
    rest = len(twiddles.pass_twiddles(size)) + len(twiddles.split_twiddles(size))
    assert twiddles.codelet_floats(size) + rest == len(twiddles.tables(size))


def test_tables_begin_at_a_cache_line():
    assert all(twiddles.tables(size).ctypes.data % twiddles.ALIGNMENT == 0 for size in SIZES)
