"""Many channels on few loudspeakers."""

import numpy as np
from numpy.typing import NDArray

_HALF_POWER = 0.7071  # ITU-R BS.775-3 table 2: centre and surrounds into left and right

# Left, right and both-sides channels by channel count, in the order of WAVE and FFmpeg. The
# low-frequency channel is left out, as BS.775 does.
_LEFT = {3: (0,), 4: (0,), 5: (0, 3), 6: (0, 4), 7: (0, 5), 8: (0, 4, 6)}
_RIGHT = {3: (1,), 4: (1,), 5: (1, 4), 6: (1, 5), 7: (1, 6), 8: (1, 5, 7)}
_BOTH = {3: (2,), 4: (2, 3), 5: (2,), 6: (2,), 7: (2, 4), 8: (2,)}


def mix_gains(channels: int, speakers: int) -> NDArray[np.float32]:
    """Gain of each of a stream's channels on each loudspeaker, shape (speakers, channels).

    Parameters
    ----------
    channels : int, ≥ 1
        Beyond eight the order is unknown and the first two are played.
    speakers : int
        1 or 2.
    """
    stereo = np.zeros((2, channels), dtype=np.float32)
    if channels == 1:
        stereo[:] = 1
    else:
        stereo[0, 0] = stereo[1, 1] = 1
        for side, own in ((0, _LEFT), (1, _RIGHT)):
            for channel in own.get(channels, ()) + _BOTH.get(channels, ()):
                stereo[side, channel] = max(stereo[side, channel], _HALF_POWER)
        stereo /= np.maximum(stereo.sum(axis=1, keepdims=True), 1)  # full scale stays full scale
    return stereo if speakers == 2 else stereo.mean(axis=0, keepdims=True, dtype=np.float32)
