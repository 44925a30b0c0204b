"""What happens to music on its way: rooms, codecs, noise, talk, clipping, gaps.

Every step keeps the time of what it is given, or moves the truth along.
"""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.truth import Truth

Sound = NDArray[np.float32]  # shape (n, channels)
CODECS = (
    ("mp3", "libmp3lame", "64k"), ("mp3", "libmp3lame", "128k"), ("mp3", "libmp3lame", "192k"),
    ("m4a", "aac", "96k"), ("opus", "libopus", "48k"), ("opus", "libopus", "96k"),
    ("ogg", "libvorbis", "96k"),
)  # fmt: skip
# How often each step is taken; about a third of the pieces stay as they were rendered.
ODDS = {"gap": 0.12, "room": 0.14, "tilt": 0.14, "speech": 0.06, "noise": 0.14, "clip": 0.08,
        "gain": 0.35, "codec": 0.25}  # fmt: skip
_MAX_CODEC_DELAY = 8192  # samples; the longest known is AAC's 2,112 and Opus's 312 at 48 kHz
_SENTENCES = (
    "Good evening everybody, and welcome to the late show.",
    "Put your hands up in the air, let me hear you make some noise.",
    "The next train to the airport leaves from platform nine in ten minutes.",
    "One of these days I will finally learn how to play this thing properly.",
)


def degraded(
    samples: Sound, rate: int, truth: Truth, rng: np.random.Generator
) -> tuple[Sound, Truth]:
    """The piece after a random choice of steps, which its truth then lists under ``degraded``."""
    done: list[str] = []
    for name, odds in ODDS.items():
        # Drawn whether taken or not: an odd changed later leaves the other steps as they are.
        taken, seed = rng.random() < odds, int(rng.integers(1 << 32))
        if taken:
            own = np.random.default_rng(seed)
            if name == "gap":
                samples, truth, what = gap(samples, rate, truth, own)
            else:
                samples, what = _STEPS[name](samples, rate, own)
            done.append(what)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak > 1.0:
        samples = samples / np.float32(peak)
    return samples, replace(truth, notes=truth.notes | {"degraded": done})


def gap(
    samples: Sound, rate: int, truth: Truth, rng: np.random.Generator
) -> tuple[Sound, Truth, str]:
    """Digital silence before and, half as often, after."""
    before = round(rng.uniform(0.5, 5.0) * rate)
    after = round(rng.uniform(0.5, 4.0) * rate) if rng.random() < 0.5 else 0
    padded = np.pad(samples, ((before, after), (0, 0)))
    later = replace(truth.moved(before / rate), duration=len(padded) / rate)
    return padded, later, f"silence {before / rate:.2f} s before, {after / rate:.2f} s after"


def room(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:
    """A diffuse room: direct sound at time zero, then decaying noise 2–12 ms later."""
    seconds, wet = rng.uniform(0.15, 0.9), rng.uniform(0.1, 0.5)
    count = int(seconds * 1.5 * rate)
    first = int(rng.uniform(0.002, 0.012) * rate)
    t = np.arange(count) / rate
    tail = rng.standard_normal((count, samples.shape[1])) * (10 ** (-3 * t / seconds))[:, None]
    tail[:first] = 0
    tail *= wet / np.sqrt(np.sum(tail**2, axis=0))
    tail[0] += 1.0 - wet / 2
    out = _normalised(_convolved(samples, tail), samples)
    return out, f"room {seconds:.2f} s, {wet:.2f} wet"


def tilt(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:
    """A phone's speaker, a wall, or a tilt of the tone controls; zero phase."""
    f = np.fft.rfftfreq(len(samples), 1 / rate) + 1.0
    match str(rng.choice(["phone", "wall", "tilt"])):
        case "phone":
            gain, what = 1 / (1 + (400 / f) ** 4) / (1 + (f / 8000) ** 4), "small speaker"
        case "wall":
            gain, what = 1 / (1 + (f / 500) ** 2), "through a wall"
        case _:
            slope = rng.uniform(-0.5, 0.5)
            gain, what = (f / 1000) ** slope, f"tilt {slope * 6.02:+.1f} dB per octave"
    spectrum = np.fft.rfft(samples, axis=0) * np.clip(gain, 0, 8)[:, None]
    return _normalised(np.fft.irfft(spectrum, len(samples), axis=0), samples), what


def speech(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:
    """Someone talks over it for some seconds.

    Raises
    ------
    RuntimeError
        If espeak-ng fails.
    """
    words = " ".join(_SENTENCES[int(i)] for i in rng.permutation(len(_SENTENCES))[:3])
    voice = str(rng.choice(["en", "en-us", "en+f3", "en+m5"]))
    run = subprocess.run(
        ["espeak-ng", "--stdout", "-v", voice, "-s", str(int(rng.integers(130, 190))), words],
        capture_output=True, check=False,
    )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"espeak-ng: {run.stderr.decode(errors='replace').strip()}")
    raw = np.frombuffer(run.stdout[44:], "<i2").astype(np.float64)  # after the canonical WAV head
    spoken_rate = int.from_bytes(run.stdout[24:28], "little")
    at = np.arange(0, len(raw) - 1, spoken_rate / rate)
    talk = np.interp(at, np.arange(len(raw)), raw)
    talk *= _rms(samples) * 10 ** (rng.uniform(-9, 3) / 20) / max(_rms(talk[:, None]), 1e-9)
    first = int(rng.uniform(0, max(1, len(samples) - len(talk))))
    out = samples.astype(np.float64)
    out[first : first + len(talk)] += talk[: len(out) - first, None]
    return out.astype(np.float32), f"speech from {first / rate:.1f} s"


def noise(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:
    """White, pink or mains-hum noise 8–35 dB below the music."""
    snr = rng.uniform(8, 35)
    colour = str(rng.choice(["white", "pink", "hum"]))
    if colour == "hum":
        t = np.arange(len(samples)) / rate
        raw = sum(np.sin(2 * np.pi * 50 * n * t) / n for n in (1, 2, 3, 5))
        added = np.repeat(np.asarray(raw)[:, None], samples.shape[1], axis=1)
    else:
        added = rng.standard_normal(samples.shape)
    if colour == "pink":
        spectrum = np.fft.rfft(added, axis=0)
        added = np.fft.irfft(
            spectrum / np.sqrt(np.arange(len(spectrum)) + 1.0)[:, None], len(samples), axis=0
        )
    added *= _rms(samples) * 10 ** (-snr / 20) / max(_rms(added), 1e-9)
    return (samples + added).astype(np.float32), f"{colour} noise at {snr:.0f} dB"


def clip(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:  # noqa: ARG001
    """Driven 3–12 dB into a hard limit."""
    drive = rng.uniform(3, 12)
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
    loud = np.clip(samples * np.float32(10 ** (drive / 20) / peak), -1, 1)
    return loud.astype(np.float32), f"clipped by {drive:.1f} dB"


def gain(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:  # noqa: ARG001
    """Peak anywhere from -40 dB to 0 dB of full scale."""
    level = rng.uniform(-40, 0)
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
    return (samples * np.float32(10 ** (level / 20) / peak)).astype(
        np.float32
    ), f"peak {level:.0f} dB"


def codec(samples: Sound, rate: int, rng: np.random.Generator) -> tuple[Sound, str]:
    """Through a lossy codec and back, its delay measured by cross-correlation and removed.

    Raises
    ------
    RuntimeError
        If ffmpeg fails or the delay lies outside ±8,192 samples.
    """
    suffix, encoder, bits = CODECS[int(rng.integers(len(CODECS)))]
    raw = ["-f", "f32le", "-ar", str(rate), "-ac", str(samples.shape[1])]
    with tempfile.TemporaryDirectory() as folder:
        packed = str(Path(folder, f"piece.{suffix}"))
        sound = np.ascontiguousarray(samples, "<f4").tobytes()
        _ffmpeg([*raw, "-i", "-", "-c:a", encoder, "-b:a", bits, packed], sound)
        decoded = np.frombuffer(_ffmpeg(["-i", packed, *raw, "-"], b""), "<f4")
    decoded = decoded.reshape(-1, samples.shape[1])
    late = lag(samples[:, 0], decoded[:, 0])
    decoded = decoded[late:] if late >= 0 else np.pad(decoded, ((-late, 0), (0, 0)))
    missing = max(0, len(samples) - len(decoded))
    out = np.pad(decoded, ((0, missing), (0, 0)))[: len(samples)]
    return np.ascontiguousarray(out), f"{encoder} {bits}, {late} samples late"


def lag(before: NDArray[np.float32], after: NDArray[np.float32]) -> int:
    """Samples `after` is later than `before`: where their cross-correlation peaks.

    Raises
    ------
    RuntimeError
        If the peak is further than any codec's delay.
    """
    n = min(len(before), len(after))
    size = 1 << (2 * n - 1).bit_length()
    product = np.fft.rfft(after[:n], size) * np.conj(np.fft.rfft(before[:n], size))
    correlation = np.fft.irfft(product, size)
    peak = int(np.argmax(correlation))
    late = peak if peak < size // 2 else peak - size
    if abs(late) > _MAX_CODEC_DELAY:
        raise RuntimeError(
            f"decoded sound is {late} samples late, at most {_MAX_CODEC_DELAY} are plausible"
        )
    return late


_STEPS = {"room": room, "tilt": tilt, "speech": speech, "noise": noise, "clip": clip, "gain": gain,
          "codec": codec}  # fmt: skip


def _ffmpeg(arguments: list[str], sound: bytes) -> bytes:
    command = ["ffmpeg", "-v", "error", "-nostdin" if not sound else "-y", *arguments]
    run = subprocess.run(command, input=sound, capture_output=True, check=False)
    if run.returncode:
        raise RuntimeError(f"ffmpeg: {run.stderr.decode(errors='replace').strip()}")
    return run.stdout


def _convolved(samples: Sound, impulse: NDArray[np.float64]) -> NDArray[np.float64]:
    size = 1 << (len(samples) + len(impulse)).bit_length()
    product = np.fft.rfft(samples, size, axis=0) * np.fft.rfft(impulse, size, axis=0)
    out: NDArray[np.float64] = np.fft.irfft(product, size, axis=0)[: len(samples)]
    return out


def _normalised(changed: NDArray[np.float64], like: Sound) -> Sound:
    """`changed` at the loudness of `like`."""
    return (changed * (_rms(like) / max(_rms(changed), 1e-9))).astype(np.float32)


def _rms(samples: NDArray[np.float32] | NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
