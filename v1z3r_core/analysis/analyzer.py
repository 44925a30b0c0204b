"""The analysis of one stream, block by block."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from v1z3r_core.analysis.plan import Plan
from v1z3r_core.kernels.backend import kernels
from v1z3r_core.kernels.interface import Advance, Kernels
from v1z3r_core.kernels.layout import Count, Memory
from v1z3r_core.model.analysis import ROW_FLOATS, AnalysisFrame, AnalyzerSettings, silent_frame
from v1z3r_core.model.audio import AudioBlock

Number = TypeVar("Number", bound=np.generic)

BRIDGED_SECONDS = 3.0  # the longest window of any feature: silence that long erases the past


class Analyzer:
    """Turns blocks of any length into one frame per hop.

    Hops end at multiples of the hop counted from sample 0 of the stream, wherever the first
    block begins, so that the same sound gives the same frames however it is cut into blocks.
    After a start in the middle of a stream the windows hold zeros where nothing was heard.

    Lost samples (a block that starts later than the last one ended) are counted and replaced by
    silence; of a gap beyond 3 s only the last 3 s are, and time jumps. A block that starts
    earlier is a seek: everything begins anew there. So it does when rate or channels change.

    An analyzer belongs to one thread at a time.

    Parameters
    ----------
    settings : AnalyzerSettings, optional
    """

    def __init__(self, settings: AnalyzerSettings | None = None) -> None:
        self.settings = settings or AnalyzerSettings()
        self.reset()

    def reset(self) -> None:
        """Forget everything; frames handed out so far keep what they hold."""
        history = self.settings.history
        self._rows = np.zeros((history, ROW_FLOATS), np.float32)
        self._generations = np.full((history, 1), -1, np.int64)
        self._row_views = [_view(row) for row in self._rows]
        self._generation_views = [_view(cell) for cell in self._generations]
        self._frames = [silent_frame(self.settings.scale)] * history
        self._next_index = 0
        self._first_index = 0  # of those since the last new beginning; their times ascend
        self._position = 0
        self._plan: Plan | None = None
        self._memory: Memory | None = None
        self._kernels: Kernels | None = None
        self._advance: Advance | None = None
        self._bad_before = 0
        self._lost = 0

    def advance(self, block: AudioBlock) -> Sequence[AnalysisFrame]:
        """Take in a block; the frames of the hops it completed, oldest first.

        Rows are views into a ring of `settings.history` hops: valid until as many more hops
        have passed, which one long block can do by itself. The cost of a hop does not depend
        on how many come at once.

        Parameters
        ----------
        block : AudioBlock
            May be empty. Samples that are not finite count as 0.
        """
        if len(block.samples) == 0:
            return ()
        plan, memory = self._plan, self._memory
        if (
            plan is None
            or memory is None
            or (plan.rate, plan.channels) != (block.rate, block.channels)
            or block.start < self._position
        ):
            plan, memory = self._begin(block)
        frames: list[AnalysisFrame] = []
        if block.start > self._position:
            self._bridge(block.start, plan, memory, frames)
        self._feed(block.samples, plan, memory, frames)
        return frames

    @property
    def latest(self) -> AnalysisFrame:
        """The newest frame; a silent one before the first."""
        return self._frames[(self._next_index - 1) % self.settings.history]

    def at(self, time: float) -> AnalysisFrame:
        """The newest frame at or before a stream time.

        Parameters
        ----------
        time : float, seconds

        Returns
        -------
        AnalysisFrame
            The oldest one still kept if all are later; a silent one before the first.
        """
        history = self.settings.history
        oldest = max(self._first_index, self._next_index - history)
        kept = range(oldest, self._next_index)
        if not kept:
            return self.latest
        later = bisect_right(kept, time, key=lambda index: self._frames[index % history].time)
        return self._frames[kept[max(later - 1, 0)] % history]

    @property
    def hop_seconds(self) -> float | None:
        """Time between frames; None before the first block told the sample rate."""
        return None if self._plan is None else self._plan.hop / self._plan.rate

    @property
    def bad_samples(self) -> int:
        """Samples so far that were not finite, or beyond ±10⁶, and were heard as 0."""
        here = 0 if self._memory is None else int(self._memory.counts[Count.BAD])
        return self._bad_before + here

    @property
    def lost_samples(self) -> int:
        """Samples so far that were missing between blocks."""
        return self._lost

    def _begin(self, block: AudioBlock) -> tuple[Plan, Memory]:
        self._bad_before = self.bad_samples
        plan = self._plan
        if plan is None or (plan.rate, plan.channels) != (block.rate, block.channels):
            plan = self._plan = Plan.of(block.rate, block.channels, self.settings)
        memory = self._memory = plan.memory()
        memory.counts[Count.IN_HOP] = block.start % plan.hop
        self._position = block.start
        self._first_index = self._next_index
        self._bind(kernels(), plan, memory)
        return plan, memory

    def _bind(self, chosen: Kernels, plan: Plan, memory: Memory) -> None:
        self._kernels = chosen
        self._advance = chosen.stream(plan.tables, memory, self._rows, self._generations)

    def _bridge(self, start: int, plan: Plan, memory: Memory, frames: list[AnalysisFrame]) -> None:
        """Feed silence up to `start`, after skipping whole hops that are too many."""
        missing = start - self._position
        self._lost += missing
        excess = missing - round(BRIDGED_SECONDS * plan.rate)
        if excess > 0:
            skipped = excess - excess % plan.hop
            self._position += skipped
            missing -= skipped
        silence = np.zeros((plan.hop, plan.channels), np.float32)
        while missing > 0:
            run = min(missing, plan.hop)
            self._feed(silence[:run], plan, memory, frames)
            missing -= run

    def _feed(
        self,
        samples: NDArray[np.float32],
        plan: Plan,
        memory: Memory,
        frames: list[AnalysisFrame],
    ) -> None:
        now = kernels()
        if now is not self._kernels:
            # Those that run while others are being built leave the same memory behind as these
            # do, but only at the end of a hop.
            rest = -int(memory.counts[Count.IN_HOP]) % plan.hop
            if rest <= len(samples):
                self._hear(samples[:rest], plan, frames)
                self._bind(now, plan, memory)
                samples = samples[rest:]
        self._hear(samples, plan, frames)

    def _hear(self, samples: NDArray[np.float32], plan: Plan, frames: list[AnalysisFrame]) -> None:
        assert self._advance is not None  # for the type checker: bound with the memory
        first = self._next_index
        done = self._advance(samples, first)
        end = self._position - self._position % plan.hop
        self._position += len(samples)
        self._next_index += done
        history = self.settings.history
        for index in range(first, first + done):
            end += plan.hop
            slot = index % history
            frame = AnalysisFrame(
                index,
                end / plan.rate,
                plan.rate,
                self._row_views[slot],
                self._generation_views[slot],
            )
            self._frames[slot] = frame
            frames.append(frame)


def _view(array: NDArray[Number]) -> NDArray[Number]:
    view = array.view()
    view.flags.writeable = False
    return view
