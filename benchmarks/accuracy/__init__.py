"""How right the ear is: music with exact truth, ours and every peer that installs, one table.

Run from the repository root::

    python -m benchmarks.accuracy material --out DIR --count 200 --seed 1
    python -m benchmarks.accuracy peers --install
    python -m benchmarks.accuracy run --material DIR --half held

No recording and no annotation by ear is involved: every piece is rendered here from notes, so its
beats are known to better than 2 ms. `truth` describes what is known of a piece, `material` makes
pieces, `peers` runs the other libraries, `score` compares.
"""
