"""The public transform: called as a function, through its address, and wrongly."""

import ctypes
import threading
import time

import numpy as np
import pytest
import scipy.fft
from numba import njit

from v1z3r_core.analysis.realfft import MAX_SIZE, MIN_SIZE, RealFFT, hann_window
from v1z3r_core.kernels import context, entry, trampoline
from v1z3r_core.kernels.policy import compiling

SIZES = [64, 90, 128, 256, *([1_000, 2_048, 16_384] if compiling() else [])]
CALLABLE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


def relative_error(actual, expected):
    return np.linalg.norm(actual - expected) / np.linalg.norm(expected)


@pytest.fixture
def noise():
    return np.random.default_rng(11)


@pytest.mark.parametrize("size", SIZES)
def test_the_call_agrees_with_scipy_and_its_out_is_returned(noise, size):
    transform = RealFFT.hann(size)
    x, out = noise.normal(size=size).astype(np.float32), np.empty(size // 2 + 1, np.complex64)
    assert transform(x, out) is out
    assert relative_error(out, scipy.fft.rfft(x.astype(np.float64) * hann_window(size))) < 2e-7
    np.testing.assert_array_equal(transform(x), out)
    np.testing.assert_array_equal(transform.fft(x), out)


@pytest.mark.parametrize("size", SIZES)
def test_ctypes_can_call_the_address(noise, size):
    transform = RealFFT.hann(size)
    x, out = noise.normal(size=size).astype(np.float32), np.empty(size // 2 + 1, np.complex64)
    CALLABLE(transform.address)(x.ctypes.data, out.ctypes.data)
    np.testing.assert_array_equal(out, transform(x))


def test_compiled_code_can_call_the_address(noise):
    transform = RealFFT.hann(256)
    call = CALLABLE(transform.address)

    @njit
    def each(rows, outs):
        for i in range(rows.shape[0]):
            call(rows[i].ctypes, outs[i].ctypes)

    rows = noise.normal(size=(20, 256)).astype(np.float32)
    outs = np.empty((20, 129), np.complex64)
    each(rows, outs)
    np.testing.assert_array_equal(outs, [transform(row) for row in rows])


def test_every_transform_has_its_own_address_window_and_memory(noise):
    one, other = RealFFT(128), RealFFT.hann(128)
    assert one.address != other.address
    assert one.address == one.address
    x, out = noise.normal(size=128).astype(np.float32), np.empty(65, np.complex64)
    CALLABLE(other.address)(x.ctypes.data, out.ctypes.data)
    CALLABLE(one.address)(x.ctypes.data, out.ctypes.data)
    assert relative_error(out, np.fft.rfft(x)) < 1e-6


def test_each_thread_may_have_its_own(noise):
    rows = noise.normal(size=(4, 256)).astype(np.float32)
    transforms = [RealFFT(256) for _ in rows]
    expected = [transform(row) for transform, row in zip(transforms, rows, strict=True)]
    wrong = []

    def repeat(index):
        call, out = CALLABLE(transforms[index].address), np.empty(129, np.complex64)
        for _ in range(50):
            call(rows[index].ctypes.data, out.ctypes.data)
            if not np.array_equal(out, expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=repeat, args=(index,)) for index in range(len(rows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not compiling(), reason="nothing is compiled")
def test_without_built_in_or_executable_page_the_result_is_the_same(noise, monkeypatch):
    x = noise.normal(size=256).astype(np.float32)
    expected, out = RealFFT.hann(256)(x), np.empty(129, np.complex64)
    monkeypatch.setattr("v1z3r_core.analysis.realfft.arrays_are_as_expected", lambda: False)
    monkeypatch.setattr(trampoline, "executable", lambda _code: None)
    plain = RealFFT.hann(256)
    np.testing.assert_array_equal(plain(x), expected)
    CALLABLE(plain.address)(x.ctypes.data, out.ctypes.data)
    np.testing.assert_array_equal(out, expected)


@pytest.mark.skipif(not compiling(), reason="nothing is compiled")
def test_this_interpreter_takes_the_direct_call(noise):
    assert context.arrays_are_as_expected()
    assert entry.FFT_CALL
    transform = RealFFT(256)
    x, out = noise.normal(size=256).astype(np.float32), np.empty(129, np.complex64)
    assert transform._transform(x, out) is True
    for refused in ((x[1:], out), (x, out[1:]), (x.view(np.int32), out), (x, None), (3, out), (x,)):
        assert transform._transform(*refused) is False


def test_read_only_samples_are_read_and_a_subclass_of_array_too(noise):
    transform, x = RealFFT(128), noise.normal(size=128).astype(np.float32)
    expected = transform(x)
    mapped = x.view(np.memmap)
    x.flags.writeable = False
    np.testing.assert_array_equal(transform(x), expected)
    np.testing.assert_array_equal(transform(mapped), expected)


def test_calls_keep_no_reference(noise):
    import sys

    transform = RealFFT(128)
    x, out = noise.normal(size=128).astype(np.float32), np.empty(65, np.complex64)
    before = sys.getrefcount(x), sys.getrefcount(out), sys.getrefcount(transform._context)
    for _ in range(100):
        transform(x, out)
    assert (sys.getrefcount(x), sys.getrefcount(out), sys.getrefcount(transform._context)) == before


@pytest.mark.parametrize("size", [0, -64, 62, 63, 65, 98, 2 * MAX_SIZE])
def test_other_sizes_are_refused_by_value(size):
    assert MIN_SIZE == 64
    with pytest.raises(ValueError, match=f"n is {size}, expected an even product of 2, 3 and 5"):
        RealFFT(size)


def test_wrong_arrays_are_refused_by_name():
    transform = RealFFT(64)
    x = np.zeros(64, np.float32)
    with pytest.raises(ValueError, match=r"window has shape \(63,\)"):
        RealFFT(64, np.ones(63))
    unaligned = np.zeros(64 * 4 + 1, np.uint8)[1:].view(np.float32)
    swapped = x.astype(x.dtype.newbyteorder())
    for wrong in (
        x[:63],
        x.astype(np.float64),
        np.zeros(128, np.float32)[::2],
        x.reshape(1, 64),
        unaligned,
        swapped,
        [0.0] * 64,
    ):
        with pytest.raises(ValueError, match="x is"):
            transform(wrong)
    locked = np.empty(33, np.complex64)
    locked.flags.writeable = False
    for wrong in (np.empty(32, np.complex64), np.empty(33, np.complex128), locked, 5):
        with pytest.raises(ValueError, match="out is"):
            transform(x, wrong)


@pytest.mark.skipif(not compiling(), reason="nothing is compiled")
def test_a_call_costs_less_than_a_third_of_scipys(noise):
    x, out = noise.normal(size=2_048).astype(np.float32), np.empty(1_025, np.complex64)
    transform = RealFFT(2_048)

    def seconds(function, *arguments):
        began = time.thread_time()
        for _ in range(200):
            function(*arguments)
        return time.thread_time() - began

    rounds = [(seconds(transform, x, out), seconds(scipy.fft.rfft, x)) for _ in range(15)]
    assert np.median([ours / theirs for ours, theirs in rounds]) < 1 / 3
