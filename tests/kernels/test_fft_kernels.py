"""The transform against its definition, against scipy and against theory."""

import naive
import numpy as np
import pytest
import scipy.fft

from v1z3r_core.analysis.realfft import MAX_SIZE, RealFFT, hann_window
from v1z3r_core.kernels import fft

# All of them compiled; as plain Python the largest would take minutes.
SIZES = [1 << k for k in range(6, 17 if hasattr(fft.real_fft, "signatures") else 10)]


def relative_error(actual, expected):
    return np.sqrt(np.sum(np.abs(actual - expected) ** 2) / np.sum(np.abs(expected) ** 2))


def split(values):
    return values.real.astype(np.float32), values.imag.astype(np.float32)


@pytest.fixture
def noise():
    return np.random.default_rng(7)


@pytest.mark.parametrize("size", [64, 128, 256])
def test_the_transform_is_what_the_definition_says(noise, size):
    x, window = noise.normal(size=size).astype(np.float32), hann_window(size)
    assert relative_error(RealFFT(size, window).fft(x), naive.real_fft(x, window)) < 5e-7


@pytest.mark.parametrize("stride", [4, 16])
def test_a_radix_4_pass_is_a_butterfly_of_four_and_its_twiddles(noise, stride):
    size = 256  # 128 packed values
    z = noise.normal(size=128) + 1j * noise.normal(size=128)
    length = 128 // stride
    skipped = sum(6 * (128 // s // 4) for s in (1, 4) if s < stride)
    out = np.empty(128, np.float32), np.empty(128, np.float32)
    fft.radix4_pass(*split(z), fft.pass_twiddles(size)[skipped:], stride, *out)
    expected = naive.radix4_pass(z, length, stride)
    assert relative_error(out[0] + 1j * out[1], expected) < 3e-7


def test_the_first_pass_weights_packs_and_passes(noise):
    x, window = noise.normal(size=64).astype(np.float32), hann_window(64)
    out = np.empty(32, np.float32), np.empty(32, np.float32)
    fft.first_pass(x, window, fft.pass_twiddles(64), *out)
    weighted = x.astype(np.float64) * window
    expected = naive.radix4_pass(weighted[::2] + 1j * weighted[1::2], 32, 1)
    assert relative_error(out[0] + 1j * out[1], expected) < 3e-7


def test_the_last_pass_adds_and_subtracts_the_halves(noise):
    z = noise.normal(size=32) + 1j * noise.normal(size=32)
    out = np.empty(32, np.float32), np.empty(32, np.float32)
    fft.last_radix2_pass(*split(z), *out)
    expected = np.concatenate([z[:16] + z[16:], z[:16] - z[16:]])
    assert relative_error(out[0] + 1j * out[1], expected) < 3e-7


def test_the_packed_spectrum_comes_apart(noise):
    z = noise.normal(size=32) + 1j * noise.normal(size=32)
    out = np.empty(33, np.complex64)
    fft.split_spectrum(*split(z), fft.split_twiddles(64), out.view(np.float32))
    assert relative_error(out, naive.split_spectrum(z)) < 3e-7


@pytest.mark.parametrize("size", SIZES)
def test_single_precision_costs_less_than_5e7_against_double(noise, size):
    x, window = noise.uniform(-1, 1, size).astype(np.float32), hann_window(size)
    expected = scipy.fft.rfft(x.astype(np.float64) * window)
    assert relative_error(RealFFT(size, window).fft(x), expected) < 5e-7


def test_a_click_is_white_silence_is_zero_and_a_sine_stands_in_one_bin():
    transform = RealFFT(256)
    click = np.zeros(256, np.float32)
    assert not transform.fft(click).any()
    click[5] = 1
    np.testing.assert_allclose(np.abs(transform.fft(click)), 1, atol=1e-6)
    sine = np.sin(2 * np.pi * 10 * np.arange(256) / 256).astype(np.float32)
    magnitude = np.abs(transform.fft(sine))
    assert magnitude[10] == pytest.approx(128, rel=1e-6)
    assert np.delete(magnitude, 10).max() < 1e-4


def test_nan_is_not_swallowed():
    x = np.zeros(64, np.float32)
    x[3] = np.nan
    assert np.isnan(RealFFT(64).fft(x)).all()


def test_out_is_filled_and_returned():
    transform = RealFFT(64)
    out = np.empty(33, np.complex64)
    assert transform.fft(np.ones(64, np.float32), out) is out
    assert out[0] == 64
    read_only = np.ones(64, np.float32)
    read_only.flags.writeable = False
    np.testing.assert_array_equal(transform.fft(read_only), out)


@pytest.mark.parametrize("size", [0, 32, 63, 96, 2 * MAX_SIZE])
def test_other_sizes_are_refused_by_value(size):
    with pytest.raises(ValueError, match=f"n is {size}, expected a power of two"):
        RealFFT(size)


def test_wrong_arrays_are_refused_by_name():
    transform = RealFFT(64)
    x = np.zeros(64, np.float32)
    with pytest.raises(ValueError, match=r"window has shape \(63,\)"):
        RealFFT(64, np.ones(63))
    for wrong in (x[:63], x.astype(np.float64), np.zeros(128, np.float32)[::2]):
        with pytest.raises(ValueError, match="x is"):
            transform.fft(wrong)
    locked = np.empty(33, np.complex64)
    locked.flags.writeable = False
    for wrong in (np.empty(32, np.complex64), np.empty(33, np.complex128), locked):
        with pytest.raises(ValueError, match="out is"):
            transform.fft(x, wrong)
