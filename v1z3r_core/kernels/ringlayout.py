"""Where things lie in the memory that a native audio callback shares with Python.

One allocation: `HEADER` int64 counters, then ``capacity × channels`` float32 samples, then what
the owner of the callback appends. Each counter has one writer. The producer's and the
consumer's counters lie in cache lines of their own.
"""

HEADER = 64  # int64 counters: eight cache lines
HEADER_FLOATS = 2 * HEADER  # the same room counted in float32

# Written once, before the callback runs.
CAPACITY = 0  # frames
CHANNELS = 1
DEVICE_CHANNELS = 2  # playback: channels of the device
LATENCY_NS = 3  # playback: the driver's figure, where a buffer comes without a time

# Written by the producer.
RESERVED = 8  # frames up to which samples may be half written
WRITTEN = 9  # frames complete
STAMP_NS = 10  # CLOCK_MONOTONIC at the last capture callback
TOTAL = 11  # playback: frames of the whole stream, UNKNOWN until its end was seen

# Written by the playback callback.
PLAYED = 16  # frames handed to the device
UNDERRUNS = 17  # callbacks that found too few frames, or came too late for the device
MISSING = 18  # frames of silence played instead
CLOCK_TURN = 24  # odd while the next two are being written
CLOCK_FRAME = 25  # this frame …
CLOCK_NS = 26  # … is heard at this CLOCK_MONOTONIC time; 0 until the first callback

UNKNOWN = -1
