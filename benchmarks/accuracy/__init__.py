"""How right the ear is: music with exact truth, ours and every peer that installs, one table.

Run from the repository root::

    python -m benchmarks.accuracy material --out DIR --count 200 --seed 1
    python -m benchmarks.accuracy peers --install
    python -m benchmarks.accuracy run --material DIR --half held

Everything it needs comes from pip (`mido mir_eval soundfile`, in the extra `dev`; `music21` for
scores) and Debian (`mma fluidsynth fluid-soundfont-gm timgm6mb-soundfont opl3-soundfont
musescore-general-soundfont-small hydrogen openttd-openmsx espeak-ng ffmpeg`); `--kind` leaves out
what is not there. Over four fonts and random tempi a drum stroke rises within 0.4 ms of its truth
in the median and within 2.5 ms in nine of ten: drums of one kit differ by up to 2 ms.

No recording and no annotation by ear is involved: every piece is rendered here from notes, so its
beats are known. `truth` describes what is known of a piece, `material` makes
pieces, `peers` runs the other libraries, `score` compares.
"""
