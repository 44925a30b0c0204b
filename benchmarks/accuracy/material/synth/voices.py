"""One-shots and tones, synthesised: every draw from the generator is another instrument."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
Voice = Callable[[np.random.Generator, int], Sound]


def kick(rng: np.random.Generator, rate: int) -> Sound:
    """A sine falling to 42–62 Hz with a click; long ones are an 808's."""
    length = rng.uniform(0.35, 0.7) if rng.random() < 0.25 else rng.uniform(0.12, 0.32)
    t = _time(length, rate)
    low, drop = rng.uniform(42, 62), rng.uniform(80, 320)
    fall = rng.uniform(0.006, 0.04)
    phase = 2 * np.pi * (low * t + drop * fall * (1 - np.exp(-t / fall)))
    body = np.sin(phase) * np.exp(-t * 5 / length)
    click = _noise(rng, len(t)) * np.exp(-t / 0.0015) * rng.uniform(0, 0.5)
    return _struck(np.tanh(body * rng.uniform(1, 3)) + click)


def snare(rng: np.random.Generator, rate: int) -> Sound:
    """Two detuned tones under band-limited noise, or a clap of several bursts."""
    t = _time(rng.uniform(0.12, 0.3), rate)
    if rng.random() < 0.35:
        bursts = np.zeros_like(t)
        for start in (0.0, rng.uniform(0.008, 0.012), rng.uniform(0.018, 0.026)):
            bursts += np.where(t >= start, np.exp(-np.clip(t - start, 0, None) / 0.006), 0)
        tail = np.exp(-t / rng.uniform(0.03, 0.08)) * 0.5
        return _struck(
            band(_noise(rng, len(t)), rate, 800, rng.uniform(3e3, 7e3)) * (bursts + tail)
        )
    tone = rng.uniform(160, 250)
    body = np.sin(2 * np.pi * tone * t) + 0.6 * np.sin(2 * np.pi * tone * rng.uniform(1.5, 1.9) * t)
    body *= np.exp(-t / rng.uniform(0.03, 0.08))
    rattle = band(_noise(rng, len(t)), rate, rng.uniform(900, 2500), rng.uniform(6e3, 14e3))
    rattle *= np.exp(-t / rng.uniform(0.04, 0.12))
    return _struck(body * rng.uniform(0.3, 0.8) + rattle)


def closed_hat(rng: np.random.Generator, rate: int) -> Sound:
    """High noise or a cluster of square waves, 15–50 ms."""
    return _metal(rng, rate, rng.uniform(0.006, 0.02), 0.08)


def open_hat(rng: np.random.Generator, rate: int) -> Sound:
    """The same, 80–200 ms."""
    return _metal(rng, rate, rng.uniform(0.05, 0.12), 0.4)


def crash(rng: np.random.Generator, rate: int) -> Sound:
    """Noise that rings for seconds."""
    return _metal(rng, rate, rng.uniform(0.4, 0.9), 2.5)


def perc(rng: np.random.Generator, rate: int) -> Sound:
    """Rim, wood, bongo or tom: a short damped tone."""
    length = rng.uniform(0.04, 0.25)
    t = _time(length, rate)
    pitch = np.exp(rng.uniform(np.log(90), np.log(1900)))
    bend = 1 + rng.uniform(0, 0.4) * np.exp(-t / 0.03)
    tone = np.sin(2 * np.pi * np.cumsum(pitch * bend) / rate)
    noise = _noise(rng, len(t)) * np.exp(-t / 0.004) * rng.uniform(0, 0.5)
    return _struck(tone * np.exp(-t * 5 / length) + noise)


def shaker(rng: np.random.Generator, rate: int) -> Sound:
    """Noise that swells for some milliseconds."""
    t = _time(0.09, rate)
    rise = rng.uniform(0.004, 0.012)
    shape = np.minimum(t / rise, 1) * np.exp(-np.clip(t - rise, 0, None) / 0.02)
    return _struck(band(_noise(rng, len(t)), rate, 4e3, 12e3) * shape)


def riser(rng: np.random.Generator, rate: int, seconds: float) -> Sound:
    """Noise and a tone that climb for `seconds`."""
    t = _time(seconds, rate)
    climb = (t / seconds) ** 2
    tone = np.sin(2 * np.pi * np.cumsum(200 * 8 ** (t / seconds)) / rate) * 0.25
    return _struck((band(_noise(rng, len(t)), rate, 500, 9e3) + tone) * climb, keep_end=True)


class Tones:
    """One pitched instrument: spectrum, envelope and unison drawn once, notes made on demand.

    Parameters
    ----------
    rng : Generator
    rate : int, Hz
    attack : tuple of (float, float), seconds
        Range the attack is drawn from.
    decay : tuple of (float, float), seconds
    brightness : tuple of (float, float)
        Exponent range of the harmonics' fall; 1 is a sawtooth.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        rate: int,
        *,
        attack: tuple[float, float],
        decay: tuple[float, float],
        brightness: tuple[float, float],
    ) -> None:
        self._rate = rate
        self._attack, self._decay = rng.uniform(*attack), rng.uniform(*decay)
        count = int(rng.integers(4, 16))
        fall = np.arange(1, count + 1, dtype=np.float64) ** -rng.uniform(*brightness)
        if rng.random() < 0.4:
            fall[1::2] *= 0.1  # square-like
        self._harmonics = fall
        self._phases = rng.uniform(0, 2 * np.pi, count)
        self._detune = rng.choice([0.0, 0.003, 0.007])
        self._made: dict[tuple[int, int], Sound] = {}

    def note(self, pitch: int, seconds: float) -> Sound:
        """MIDI pitch held for `seconds`; peak 1."""
        wanted = (pitch, round(seconds * 50))
        if wanted not in self._made:
            self._made[wanted] = self._tone(pitch, max(wanted[1], 1) / 50)
        return self._made[wanted]

    def _tone(self, pitch: int, seconds: float) -> Sound:
        t = _time(seconds + 0.03, self._rate)
        frequency = 440.0 * 2 ** ((pitch - 69) / 12)
        out = np.zeros_like(t)
        for tune in {1.0, 1.0 + self._detune}:
            base = 2 * np.pi * frequency * tune * t
            for number, (level, phase) in enumerate(
                zip(self._harmonics, self._phases, strict=True)
            ):
                if frequency * (number + 1) < 0.45 * self._rate:
                    out += level * np.sin((number + 1) * base + phase)
        shape = np.minimum(t / self._attack, 1) * np.exp(-t / self._decay)
        release = np.clip((seconds + 0.03 - t) / 0.03, 0, 1)
        return _struck(out * shape * release, keep_end=True)


def band(noise: NDArray[np.float64], rate: int, low: float, high: float) -> NDArray[np.float64]:
    """`noise` between two corner frequencies, 12 dB per octave outside."""
    spectrum = np.fft.rfft(noise)
    f = np.fft.rfftfreq(len(noise), 1 / rate) + 1e-9
    spectrum *= 1 / (1 + (low / f) ** 2) / (1 + (f / high) ** 2)
    out: NDArray[np.float64] = np.fft.irfft(spectrum, len(noise))
    return out


def _metal(rng: np.random.Generator, rate: int, decay: float, length: float) -> Sound:
    t = _time(length, rate)
    if rng.random() < 0.4:
        base = rng.uniform(300, 600)
        ratios = np.array([1.0, 1.34, 1.5, 1.8, 2.27, 2.6]) * rng.uniform(0.95, 1.05, 6)
        raw = np.sum(np.sign(np.sin(2 * np.pi * base * ratios[:, None] * t)), axis=0)
    else:
        raw = _noise(rng, len(t))
    return _struck(band(raw, rate, rng.uniform(5e3, 9e3), 18e3) * np.exp(-t / decay))


def _time(seconds: float, rate: int) -> NDArray[np.float64]:
    return np.arange(max(int(seconds * rate), 8)) / rate


def _noise(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    return rng.standard_normal(count)


def _struck(sound: NDArray[np.float64], *, keep_end: bool = False) -> Sound:
    """Peak 1, float32, the last tenth faded unless it has its own end."""
    if not keep_end:
        tail = len(sound) // 10 + 1
        sound[-tail:] *= np.linspace(1, 0, tail)
    out: Sound = (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)
    return out
