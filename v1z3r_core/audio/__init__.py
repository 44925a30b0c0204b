"""Sound in: devices, files, the host's own samples, and the built-in synth track."""
