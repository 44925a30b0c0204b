"""How right the ear is: music with exact truth, ours and every peer that installs, one table.

Run from the repository root::

    python -m benchmarks.accuracy material --out DIR --count 200 --seed 1
    git clone https://github.com/adamstark/BTrack ../BTrack
    python -m benchmarks.accuracy peers --install all --btrack-source ../BTrack
    python -m benchmarks.accuracy run --material DIR --half held

What it needs itself comes from pip (`mido mir_eval soundfile`, in the extra `dev`; `music21` for
scores). Material needs, from Debian, `mma fluidsynth fluid-soundfont-gm timgm6mb-soundfont
opl3-soundfont musescore-general-soundfont-small hydrogen openttd-openmsx espeak-ng ffmpeg`;
`--kind` leaves out what is not there. Over four fonts and random tempi a drum stroke rises within
0.4 ms of its truth in the median and within 2.5 ms in nine of ten: drums of one kit differ by up to
2 ms.

Peers need `python3-venv`; aubio and madmom are built from source (`build-essential python3-dev`),
BTrack from a clone (`build-essential libsamplerate0-dev git`), and madmom resamples through
`ffmpeg`. Everything else they need, `peers` has pip install, each peer in an environment of its
own. A peer that cannot be installed says why in one line, and the table goes without it.

No recording and no annotation by ear is involved: every piece is rendered here from notes, so its
beats are known. `truth` describes what is known of a piece, `material` makes
pieces, `peers` runs the other libraries, `score` compares.
"""
