"""One script per peer, run by the peer's own interpreter.

A script imports nothing of ours but what lies beside it. For each line of stdin, the path of a
sound file, it prints one JSON object on a line of its own with any of ``beats``, ``downbeats``,
``onsets`` (seconds), ``tempo_bpm``, ``key``, and ``us_per_hop`` with ``hop``. One process hears
many files: some of these libraries take half a minute to start.
"""
