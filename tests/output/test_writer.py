import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import Clip, picture_times

from v1z3r_core.model.audio import AudioBlock
from v1z3r_core.model.errors import OutputError
from v1z3r_core.model.frame import Frame
from v1z3r_core.model.ports import PictureFormat
from v1z3r_core.output.video import VideoSink
from v1z3r_core.output.writer import SOUND_SECONDS, Writer

PATIENCE = 10.0  # seconds; only a broken test needs it


class Gate:
    """A sink that takes a picture only when it is let."""

    def __init__(self, *, is_open: bool = False, error: Exception | None = None) -> None:
        self.let = threading.Event()
        if is_open:
            self.let.set()
        self.entered = threading.Event()
        self.error = error
        self.taken: list[tuple[str, int]] = []
        self.buffers: set[int] = set()
        self.threads: set[str] = set()

    def write(self, frame: Frame) -> None:
        self.entered.set()
        assert self.let.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        self.threads.add(threading.current_thread().name)
        self.buffers.add(frame.pixels.ctypes.data)
        self.taken.append(("picture", int(frame.pixels[0, 0, 0])))

    def write_audio(self, block: AudioBlock) -> None:
        assert self.let.wait(PATIENCE)
        self.taken.append(("sound", block.start))

    def finish(self) -> None:
        self.taken.append(("finish", 0))

    def abort(self) -> None:
        self.taken.append(("abort", 0))


def picture(number: int, size: tuple[int, int] = (8, 6)) -> Frame:
    return Frame(number, 0.0, np.full((size[1], size[0], 4), number, np.uint8))


def sound(start: int, seconds: float = 0.02) -> AudioBlock:
    return AudioBlock(start, 48_000, np.zeros((round(seconds * 48_000), 2), np.float32))


def test_everything_arrives_in_order_in_another_thread() -> None:
    sink = Gate(is_open=True)
    writer = Writer(sink, blocking=True, depth=2)
    for number in range(50):
        writer.write(picture(number))
        writer.write_audio(sound(number * 960))
    writer.finish()
    expected = [entry for n in range(50) for entry in (("picture", n), ("sound", n * 960))]
    assert sink.taken == [*expected, ("finish", 0)]
    assert sink.threads == {"v1z3r-writer"}
    assert (writer.dropped, writer.dropped_samples) == (0, 0)


def test_the_callers_pixels_may_change_at_once() -> None:
    sink = Gate()
    writer = Writer(sink, blocking=True, depth=3)
    shared = picture(1)
    for number in (1, 2, 3):
        shared.pixels[:] = number
        writer.write(shared)
    shared.pixels[:] = 99
    sink.let.set()
    writer.finish()
    assert sink.taken == [("picture", 1), ("picture", 2), ("picture", 3), ("finish", 0)]


def test_buffers_are_used_again_and_again() -> None:
    sink = Gate(is_open=True)
    writer = Writer(sink, blocking=True, depth=3)
    for number in range(200):
        writer.write(picture(number % 256))
    writer.finish()
    assert len(sink.buffers) <= 5  # three wait, one is in the sink, one is being filled


def test_live_drops_and_counts_what_finds_no_room() -> None:
    sink = Gate()
    writer = Writer(sink, blocking=False, depth=2)
    writer.write(picture(0))
    assert sink.entered.wait(PATIENCE)  # 0 is in the sink now and waits no more
    for number in range(1, 10):
        writer.write(picture(number))
    assert writer.dropped == 7
    sink.let.set()
    writer.finish()
    assert sink.taken == [("picture", 0), ("picture", 1), ("picture", 2), ("finish", 0)]


def test_offline_waits_for_room_and_drops_nothing() -> None:
    sink = Gate()
    writer = Writer(sink, blocking=True, depth=1)
    done = threading.Event()

    def feed() -> None:
        for number in range(5):
            writer.write(picture(number))
        done.set()

    feeder = threading.Thread(target=feed)
    feeder.start()
    assert sink.entered.wait(PATIENCE)
    assert not done.is_set()
    sink.let.set()
    feeder.join(PATIENCE)
    writer.finish()
    assert sink.taken[:-1] == [("picture", number) for number in range(5)]
    assert writer.dropped == 0


def test_sound_waits_for_ten_seconds_and_is_dropped_and_counted_beyond() -> None:
    sink = Gate()
    writer = Writer(sink, blocking=False)
    writer.write(picture(0))
    assert sink.entered.wait(PATIENCE)
    for second in range(int(SOUND_SECONDS) + 2):
        writer.write_audio(sound(second * 48_000, seconds=1.0))
    assert writer.dropped_samples == 2 * 48_000
    sink.let.set()
    writer.finish()
    assert sink.taken.count(("sound", 0)) == 1
    assert len(sink.taken) == 2 + int(SOUND_SECONDS)


def test_a_block_longer_than_that_passes_when_nothing_waits() -> None:
    sink = Gate(is_open=True)
    writer = Writer(sink, blocking=True)
    writer.write_audio(sound(0, seconds=30.0))
    writer.finish()
    assert sink.taken == [("sound", 0), ("finish", 0)]


@pytest.mark.parametrize("blocking", [True, False])
def test_the_sinks_error_comes_out_once_and_as_it_is(*, blocking: bool) -> None:
    error = OutputError("out.mp4: the disk is full")
    sink = Gate(error=error)
    writer = Writer(sink, blocking=blocking, depth=1)
    writer.write(picture(0))
    sink.let.set()
    writer._thread.join(PATIENCE)
    with pytest.raises(OutputError) as failure:
        writer.write(picture(1))
    assert failure.value is error
    writer.write(picture(2))
    writer.write_audio(sound(0))
    assert (writer.dropped, writer.dropped_samples) == (1, 960)
    writer.finish()
    assert sink.taken == [("abort", 0)]


def test_an_error_wakes_a_caller_that_waits_for_room() -> None:
    sink = Gate(error=OutputError("out.mp4: the disk is full"))
    writer = Writer(sink, blocking=True, depth=1)
    writer.write(picture(0))
    assert sink.entered.wait(PATIENCE)
    writer.write(picture(1))
    threading.Timer(0.02, sink.let.set).start()
    with pytest.raises(OutputError, match="disk is full"):
        writer.write(picture(2))  # the queue is full and nobody will ever empty it


def test_an_error_at_the_end_comes_out_of_finish() -> None:
    sink = Gate(is_open=True)
    sink.finish = lambda: (_ for _ in ()).throw(OutputError("late"))  # type: ignore[method-assign]
    writer = Writer(sink, blocking=True)
    writer.write(picture(0))
    with pytest.raises(OutputError, match="late"):
        writer.finish()
    assert sink.taken == [("picture", 0), ("abort", 0)]
    writer.abort()


def test_whatever_an_extension_raises_becomes_one_line() -> None:
    sink = Gate(is_open=True, error=KeyError("no such stream"))
    writer = Writer(sink, blocking=True)
    writer.write(picture(0))
    with pytest.raises(OutputError, match="output Gate broke: KeyError: 'no such stream'") as told:
        writer.finish()
    assert isinstance(told.value.__cause__, KeyError)


def test_abort_throws_away_what_waits() -> None:
    sink = Gate()
    writer = Writer(sink, blocking=True, depth=4)
    for number in range(4):
        writer.write(picture(number))
    assert sink.entered.wait(PATIENCE)
    threading.Timer(0.02, sink.let.set).start()
    writer.abort()
    assert sink.taken == [("picture", 0), ("abort", 0)]
    writer.abort()
    assert sink.taken == [("picture", 0), ("abort", 0)]


def test_ctrl_c_while_waiting_leaves_it_ready_to_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    sink = Gate()
    writer = Writer(sink, blocking=True, depth=1)
    writer.write(picture(0))
    assert sink.entered.wait(PATIENCE)
    writer.write(picture(1))

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writer._changed, "wait_for", interrupted)
        with pytest.raises(KeyboardInterrupt):
            writer.write(picture(2))
    with monkeypatch.context() as patch:
        patch.setattr(writer._thread, "join", interrupted)
        with pytest.raises(KeyboardInterrupt):
            writer.finish()
    sink.let.set()
    writer.abort()
    assert sink.taken[-1] in [("abort", 0), ("finish", 0)]  # finish may have been under way
    assert not writer._thread.is_alive()


def test_a_window_that_changes_size_changes_the_buffers() -> None:
    sink = Gate(is_open=True)
    writer = Writer(sink, blocking=True, depth=2)
    for number, size in enumerate([(8, 6), (4, 4), (8, 6)]):
        writer.write(picture(number, size))
    writer.finish()
    assert sink.taken == [("picture", 0), ("picture", 1), ("picture", 2), ("finish", 0)]


def test_a_queue_must_hold_something() -> None:
    with pytest.raises(ValueError, match="depth is 0"):
        Writer(Gate(), blocking=True, depth=0)


def test_a_video_written_through_it_is_the_same_file(tmp_path: Path) -> None:
    clip = Clip()
    direct = clip.save(tmp_path / "direct.mp4")
    writer = Writer(VideoSink(tmp_path / "threaded.mp4", clip.format), blocking=True)
    clip.write(writer)
    writer.finish()
    assert direct.read_bytes() == (tmp_path / "threaded.mp4").read_bytes()


def test_dropped_pictures_leave_sound_and_picture_together(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "live.mp4", PictureFormat((8, 6), Fraction(25)))
    writer = Writer(sink, blocking=True)
    for number in (0, 1, 2, 9, 10):
        writer.write(picture(number))
    writer.finish()
    assert [time * 25 for time in picture_times(tmp_path / "live.mp4")] == [0, 1, 2, 9, 10]
